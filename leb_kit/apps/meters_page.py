"""The page about meters: what was used, what is missing, what is weather, what is odd; in two languages."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final

import ipywidgets
import pandas as pd
import traitlets
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from leb_kit import examples
from leb_kit.apps.asked_view import AskedView
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded, safely
from leb_kit.apps.visitor import asked_words, language_of
from leb_kit.metering import Component, Samples, anomalies, daily, days_chart, overview
from leb_kit.reference import catalog
from leb_kit.tertiary.chart import LOCALES
from leb_kit.widgets import AddressBar, PageHeader
from leb_kit.widgets.texts import LANGUAGES

ZONE: Final = "Europe/London"
MOST_ALARMS: Final = 8
HEADINGS: Final = {
    "it": "Contatori: cinque edifici di Cambridge",
    "en": "Meters: five buildings of Cambridge",
}
LINES: Final = {
    "it": "Elettricità e gas giorno per giorno, 2015 e 2016: quanto si è usato, quanto manca, che cosa è "
    "il freddo e che cosa no.",
    "en": "Electricity and gas day by day, 2015 and 2016: how much was used, how much is missing, what is "
    "weather and what is not.",
}
WORDS: Final = {
    "it": {
        "meters": "Un contatore per riga, anno {year}", "meter": "Contatore", "last_day": "Ultimo giorno",
        "coverage": "Misurato", "energy_mwh": "MWh", "change": "Sull’anno prima",
        "corrected_change": "Tolto il tempo", "heating_share": "Quota del freddo", "r2": "r² della firma",
        "unusual_days": "Giorni insoliti", "alarms": "Giorni insoliti, i più lontani dal solito",
        "day": "Giorno", "usual_mwh": "Di solito", "unknown": "non noto", "none": "Nessun giorno insolito.",
        "choose": "Edificio",
    },
    "en": {
        "meters": "One meter a row, year {year}", "meter": "Meter", "last_day": "Last day",
        "coverage": "Measured", "energy_mwh": "MWh", "change": "Against last year",
        "corrected_change": "Weather taken out", "heating_share": "Share of cold",
        "r2": "r² of the signature", "unusual_days": "Unusual days",
        "alarms": "Unusual days, the farthest from the usual",
        "day": "Day", "usual_mwh": "Usually", "unknown": "not known", "none": "No unusual day.",
        "choose": "Building",
    },
}  # fmt: skip
#: Words of the address that the page follows.
FOLLOWED: Final = ("edificio", "lingua")
SENTENCES: Final = {
    "building": {
        "it": "L'indirizzo chiede l'edificio «{word}», che qui non c'è; fra {known} si vede {shown}.",
        "en": "The address asks for the building “{word}”, which is not here; of {known}, {shown} is shown.",
    },
}
SHARES: Final = ("coverage", "change", "corrected_change", "heating_share")
STYLE: Final = (
    "<style>.leb-meters{font:13.5px/1.5 system-ui,sans-serif;color:var(--jp-ui-font-color1,#1f2a37);"
    # a cell of flexible boxes grows with its table; on a telephone the table scrolls, not the page
    "overflow-x:auto;max-width:calc(100vw - 48px)}.leb-meters:focus-visible{outline:2px solid #1c6dd0}"
    ".leb-meters h2{font:600 15px/1.4 system-ui,sans-serif;margin:0 0 8px;color:inherit}"
    ".leb-meters table{border-collapse:collapse;margin:0;font:inherit}"
    ".leb-meters th,.leb-meters td{padding:6px 14px 6px 0;text-align:right;font-variant-numeric:tabular-nums;"
    "border-bottom:1px solid var(--jp-border-color2,#d5dbe2);color:inherit}"
    ".leb-meters th{font-weight:600}.leb-meters tbody th{font-weight:400}"
    ".leb-meters td{white-space:nowrap}.leb-meters th:first-child{text-align:left}"
    # letters of a picture that shrinks to a telephone could not be read: it scrolls, as tables do
    ".leb-meters svg{min-width:640px;border-radius:6px}"
    # a white sheet would glare on a dark page: light and dark change places, colours keep their hue
    '[data-jp-theme-light="false"] .leb-meters svg{filter:invert(1) hue-rotate(180deg);'
    "mix-blend-mode:screen}</style>"
)


@guarded
def show(words: Mapping[str, str] | None = None) -> None:
    """Show the page of the meters of Cambridge.

    Parameters
    ----------
    words : Mapping[str, str], optional
        What the address asks for (edificio, lingua); default: that of the visitor.
    """
    # everything slow comes first: a preheated page stops at asked_words() until a visitor arrives
    days, cold = cambridge_days(), examples.cambridge_degree_days()
    page = MetersPage(days, tables(days, degree_days=cold))
    page.ask(asked_words() if words is None else words)
    show_widget(page.box())


def cambridge_days() -> pd.DataFrame:
    """Return the days of the ten shipped meters, as ``leb.metering.daily`` gives them."""
    table = catalog.table("cambridge_meters")
    times = table["date"].dt.tz_localize(ZONE)
    frame = pd.DataFrame({"meter": table["meter"], "time": times, "value": table["energy_kwh"]})
    kind = Component("interval_energy", "kWh", interval="day", label="start")
    return daily(Samples.from_table(frame, kind), zone=ZONE)


class MetersPage:
    """The parts of the page, and how they follow one switch and one choice.

    Parameters
    ----------
    days : pd.DataFrame
        As ``leb.metering.daily`` gives them; the part of a meter's name before ``_`` is its building.
    figures : dict[str, str]
        As ``tables`` gives them.
    """

    def __init__(self, days: pd.DataFrame, figures: dict[str, str]) -> None:
        self._days = days
        self.header, self.bar = PageHeader(HEADINGS, LINES), AddressBar()
        buildings = list(dict.fromkeys(map(building_of, days["meter"])))
        self.choice = ipywidgets.Dropdown(options=buildings, style={"description_width": "initial"})
        self.table, self.picture = ipywidgets.HTML(), ipywidgets.HTML()
        traitlets.dlink((self.header, "lang"), (self.bar, "lang"))
        traitlets.dlink((self.header, "lang"), (self.table, "value"), figures.__getitem__)
        draw = safely(self._draw, self.bar.tell, lambda: str(self.header.lang))
        self.header.observe(draw, "lang")
        self.choice.observe(draw, "value")
        self._draw()

    def ask(self, words: Mapping[str, str]) -> None:
        """Show what an address asks for; each word that cannot be followed is told."""
        view = AskedView("", 0, lang=language_of(words))
        view.read_language(words)
        blank = view.refuse_foreign(words, FOLLOWED)
        building, known = words.get("edificio", ""), list(self.choice.options)
        self.header.lang = view.lang
        if building in known:
            self.choice.value = building
        elif building:
            shown = str(self.choice.value)
            view.tell(
                "building", building, near=known, sentences=SENTENCES, known=", ".join(known), shown=shown
            )
        self.bar.keep(**blank)
        for notice in view.notices:
            self.bar.tell(notice)

    def box(self) -> Any:
        """Return the page."""
        parts = [self.table, self.choice, self.picture]
        for part in parts:
            part.layout.margin = "0 0 24px 0"
        return ipywidgets.VBox([self.header, self.bar, *parts], layout={"overflow": "visible"})

    def _draw(self, _: Any = None) -> None:
        lang, building = self.header.lang, str(self.choice.value)
        mine = [one for one in dict.fromkeys(self._days["meter"]) if building_of(one) == building]
        self.choice.description = WORDS[lang]["choose"]
        chart = days_chart(self._days, meters=mine, lang=lang)
        self.picture.value = f'<div class="leb-meters" tabindex="0">{chart}</div>'
        self.bar.keep(edificio=building)


def building_of(meter: object) -> str:
    """Return the building of a meter: what its name has before ``_``."""
    return str(meter).partition("_")[0]


def tables(
    days: pd.DataFrame, *, degree_days: pd.Series | None = None, year: int | None = None
) -> dict[str, str]:
    """Give the tables of the page as HTML, by language.

    Parameters
    ----------
    days : pd.DataFrame
        As ``leb.metering.daily`` gives them.
    degree_days : pd.Series, optional
        °C·day by local day.
    year : int, optional
        Default: the last one.
    """
    year = int(days["day"].max().year) if year is None else year
    lines = overview(days, year, degree_days=degree_days)
    odd = anomalies(days)
    odd = odd[odd["day"].dt.year == year].head(MOST_ALARMS) if len(odd) else odd
    return {lang: STYLE + _meters(lines, year, lang) + _alarms(odd, lang) for lang in LANGUAGES}


def _meters(lines: pd.DataFrame, year: int, lang: str) -> str:
    words = WORDS[lang]
    rows = [[_cell(name, value, lang) for name, value in zip(lines.columns, row, strict=True)]
            for row in lines.itertuples(index=False)]  # fmt: skip
    return _table(words["meters"].format(year=year), [words[name] for name in lines.columns], rows, lang)


def _alarms(odd: pd.DataFrame, lang: str) -> str:
    words = WORDS[lang]
    if odd.empty:
        return f'<section class="leb-meters leb-part" lang="{lang}"><p>{words["none"]}</p></section>'
    names = ("meter", "day", "energy_mwh", "usual_mwh")
    rows = [[_cell(name, getattr(row, name), lang) for name in names] for row in odd.itertuples()]
    return _table(words["alarms"], [words[name] for name in names], rows, lang)


def _cell(name: str, value: Any, lang: str) -> str:
    locale = LOCALES[lang]
    if name == "meter":
        return html.escape(str(value))
    if pd.isna(value):
        return WORDS[lang]["unknown"]
    if name in ("last_day", "day"):
        return str(format_date(value, "d MMM y", locale=locale))
    if name in SHARES:
        pattern = "+#,##0.0\u00a0%;−#,##0.0\u00a0%" if "change" in name else "#,##0.0\u00a0%"
        return str(format_percent(value, format=pattern, locale=locale))
    # one above the other: as many decimals in each
    pattern = "#,##0.00" if isinstance(value, float) else "#,##0"
    return str(format_decimal(value, format=pattern, locale=locale))


def _table(heading: str, names: list[str], rows: list[list[str]], lang: str) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in names)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<section class="leb-meters leb-part" lang="{lang}" tabindex="0" style="margin-bottom:24px" '
        f'aria-label="{html.escape(heading)}">'
        f"<h2>{html.escape(heading)}</h2>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>"
    )
