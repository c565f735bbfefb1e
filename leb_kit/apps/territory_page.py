"""The page of any territory: scheme, details, targets, the past, and the map of municipalities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import ipywidgets
import traitlets
from IPython.display import HTML, display

from leb_kit import indicators
from leb_kit.apps import territory_data as data
from leb_kit.apps.asked_view import AskedView, chosen, openable, opened_in
from leb_kit.apps.detail_part import detail_html, kind_of
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.files_part import NO_PDF, file_of
from leb_kit.apps.first_sight import first_sight
from leb_kit.apps.guard import guarded, safely
from leb_kit.apps.origin import Origin
from leb_kit.apps.torino_page import STYLE, TARGETS, key_figures
from leb_kit.apps.visitor import asked_words, preheated
from leb_kit.apps.what_if import BUTTON, WhatIf
from leb_kit.balance import Territory
from leb_kit.widgets import (
    CogenerationDetail,
    Downloads,
    EndUseDetail,
    FlowScheme,
    HistoryChart,
    PageHeader,
    TargetPanel,
    TerritoryMap,
    ViewBar,
)
from leb_kit.widgets.detail_base import DetailBase
from leb_kit.widgets.flow_frames import balance_years
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

    from leb_kit.widgets.flow_years import FlowYears

Words = dict[str, str]

#: Territories computed before a visitor comes.
PREPARED: Final = (data.COUNTRY,)
START: Final = (data.CITY, 2019)
LINES: Final[Words] = {
    "it": "Da dove viene l'energia, come si trasforma e chi la usa; gli obiettivi, gli anni passati e la "
    "mappa dei comuni.",
    "en": "Where energy comes from, how it is converted and who uses it; targets, past years and the map of "
    "municipalities.",
}
PAST: Final[Words] = {"it": "Il passato: Italia, anno per anno", "en": "The past: Italy, year by year"}
GAS: Final[Words] = {"it": "Gas naturale, Italia", "en": "Natural gas, Italy"}
MAP: Final[Words] = {
    "it": "Consumi finali per km², comuni di Torino, 2007",
    "en": "Final consumption per km², municipalities of Torino, 2007",
}
NOTE: Final[Words] = {
    "it": "Stime: la provincia del 2007 divisa fra 312 comuni, per abitanti (agricoltura: per superficie). "
    "La somma dei comuni è esattamente la provincia.",
    "en": "Estimates: the province of 2007 shared out to 312 municipalities by inhabitants (agriculture: by "
    "area). The municipalities sum to exactly the province.",
}
OPEN: Final[Words] = {"it": "Apri il bilancio: {name}", "en": "Open the balance: {name}"}
CHOOSE: Final[Words] = {"it": "Scegli un comune sulla mappa", "en": "Choose a municipality on the map"}
#: Widgets of the kinds of detail that are more than a table.
DETAILS: Final[dict[str, type[CogenerationDetail | EndUseDetail]]] = {
    "plants": CogenerationDetail,
    "devices": EndUseDetail,
}
#: Pixels of the smaller scheme.
GAS_HEIGHT: Final = 460
TABLES: Final = (
    "<style>.leb-figures td:not(.n){text-align:left;font-weight:400}.leb-figures thead th{font-weight:600}"
    ".leb-figures th,.leb-figures td{padding:5px 14px 5px 0}.leb-figures p{margin:0}</style>"
)


@guarded
def show(words: Mapping[str, str] | None = None) -> None:
    """Show the page of a territory.

    Parameters
    ----------
    words : Mapping[str, str], optional
        What the address asks for (terr, anno, unita, apri, passato, lingua); default: that of the visitor.
    """
    # everything slow comes first: a preheated page stops at asked_words() until a visitor arrives
    page = TerritoryPage()
    if preheated():
        page.prepare()
    page.ask(asked_words() if words is None else words)
    display(HTML(first_sight(page.header.headings, LINES, page.header.lang)))  # type: ignore[no-untyped-call]
    show_widget(page.box())


def warm() -> None:
    """Compute what is the same for every visitor: balances, the map, the past, Italy."""
    data.places()
    data.past()
    data.sum_line()
    data.gas_links()
    for code, year in (START, *((code, data.balance_of(code, 0).years[-1]) for code in PREPARED)):
        frames_of(code, year).state(year)
        figures_of(code, year)


@cache
def frames_of(code: str, year: int) -> FlowYears:
    """Return the scheme of a territory in a year; a kernel makes each once.

    Years of a territory are not played here: a share of the province (2007) and a balance of the city's own
    (2019) are no series.
    """
    return balance_years(data.balance_of(code, year), None, None)


@cache
def figures_of(code: str, year: int) -> tuple[pd.DataFrame, Words]:
    """Return targets and key figures of a territory and year; a kernel computes each once."""
    balance = data.balance_of(code, year)
    return indicators.evaluate(balance, TARGETS, base=balance), key_figures(balance)


class TerritoryPage:
    """The parts of the page, and how they follow each other."""

    def __init__(self) -> None:
        code, year = START
        balance = self.balance = data.balance_of(code, year)
        self.shown = (code, year)
        self.bar = ViewBar(data.places(), territory=code, year=year)
        self.header = PageHeader({lang: balance.title(lang) for lang in LANGUAGES}, LINES)
        self.scheme = FlowScheme(balance)
        self.panel = TargetPanel(balance, TARGETS, base=balance)
        self.figures, self.detail = ipywidgets.HTML(), ipywidgets.HTML()
        self.opened = ipywidgets.VBox([self.detail], layout={"overflow": "visible"})
        self.details: dict[type[CogenerationDetail | EndUseDetail], DetailBase] = {}
        self._inside_of: dict[type[DetailBase], object] = {}
        target = indicators.targets("it-renewables-2020").table
        wanted = target.loc[target["indicator"] == "renewable_share", ["indicator", "target_year", "value"]]
        self.past = HistoryChart(
            data.past(),
            stacked=data.STACKED,
            target=wanted.rename(columns={"target_year": "year", "value": "required"}),
            title=PAST,
        )
        self.gas = data.gas_scheme(GAS, height=GAS_HEIGHT)
        self.scheme.add_class("leb-today")
        self.gas.add_class("leb-years")
        self.map = TerritoryMap(
            data.density(), title=MAP, unit="GWh/km²", selected=code, note=NOTE, total=data.sum_line()
        )
        self.map.tell(data.beside_province(code))
        self.what_if = WhatIf(self.header, self._safely)
        self.what_if.show(balance)
        self.origin = Origin(self.header, self._safely)
        self.origin.show(balance)
        self.files = Downloads(self._file)
        self.opener = ipywidgets.Button(layout=BUTTON)
        self._key = key_figures(balance)
        self._join()

    def prepare(self) -> None:
        """Compute beforehand what many ask for; the years of gas go along with the page."""
        for code in PREPARED:
            year = self.bar.years(code)[-1]
            frames_of(code, year).state(year)
            figures_of(code, year)
        self.gas.prepare()
        self.what_if.prepare()

    def ask(self, words: Mapping[str, str]) -> None:
        """Show what an address asks for; each word that cannot be followed is told."""
        view = AskedView.of(words, data.places(), territory=START[0], year=START[1])
        self.header.lang = view.lang
        with self.bar.hold_trait_notifications():
            self.bar.unit, self.bar.year, self.bar.territory = view.unit, view.year, view.territory
        self._follow(None)
        view.open(self.scheme)
        if view.past:
            if view.past in map(str, self.gas.years):
                self.gas.year = int(view.past)
            else:
                view.refuse_past(self.gas.years, self.gas.year)
        for notice in view.notices:
            self.bar.tell(notice)

    def box(self) -> Any:
        """Return the page."""
        parts = [
            self.header,
            self.bar,
            self.panel,
            self.scheme,
            self.opened,
            self.files,
            self.what_if.box,
            self.figures,
            self.origin.box,
            self.past,
            self.gas,
            self.map,
        ]
        for part in parts[2:]:
            part.layout.margin = "0 0 28px 0"
        self.map.layout.margin = "0 0 6px 0"
        return ipywidgets.VBox([*parts, self.opener], layout={"overflow": "visible"})

    def _join(self) -> None:
        for part in (self.bar, self.scheme, self.panel, self.files, self.past, self.gas, self.map):
            traitlets.dlink((self.header, "lang"), (part, "lang"))
        for part in (self.scheme, self.past, self.gas, self.map):
            part.language_switch = False
        for part in (self.scheme, self.gas):
            traitlets.link((self.bar, "unit"), (part, "unit"))
        traitlets.dlink((self.gas, "year"), (self.bar, "past"))
        traitlets.dlink((self.bar, "unit"), (self.past, "unit"))
        follow, tell, inside = (self._safely(do) for do in (self._follow, self._tell, self._inside))
        self.bar.observe(follow, ["territory", "year"])
        self.header.observe(tell, "lang")
        self.map.observe(self._safely(self._beside), "selected")
        self.map.observe(tell, "selected")
        self.scheme.observe(inside, "selected")
        self.bar.observe(inside, ["unit", "lang"])
        self.opener.on_click(self._safely(self._open))
        self._tell(None)

    def _safely(self, do: Callable[..., None]) -> Callable[..., None]:
        return safely(do, self.bar.tell, lambda: str(self.header.lang))

    def _follow(self, _: Any) -> None:
        asked = chosen(self.bar, self.shown)
        if asked is None:
            return
        code, year = asked
        balance = data.balance_of(code, year)
        frames = frames_of(code, year)
        evaluation, figures = figures_of(code, year)
        # nothing is shown until all is known
        self.balance, self.shown, self._key = balance, (code, year), figures
        self.scheme.play(frames)
        if self.scheme.selected and self.scheme.selected.get("id") not in openable(self.scheme):
            self.scheme.selected = {}
        self.panel.show(evaluation)
        self.what_if.show(balance)
        self.origin.show(balance)
        self.header.headings = {lang: balance.title(lang) for lang in LANGUAGES}
        self.map.selected = code if code in self.map.figures else ""
        self._tell(None)
        self._inside(None)

    def _tell(self, _: Any) -> None:
        lang, code = self.header.lang, self.map.selected
        self.figures.value = self._key[lang]
        self.opener.disabled = not code or code == self.shown[0]
        name = Territory.known(code).name(lang) if code else ""
        self.opener.description = OPEN[lang].format(name=name) if code else CHOOSE[lang]

    def _beside(self, _: Any) -> None:
        self.map.tell(data.beside_province(self.map.selected))

    def _file(self, kind: str) -> tuple[str, bytes] | None:
        """Make a file of what is shown; a fault is told, and None is given."""
        made: list[tuple[str, bytes]] = []

        def make() -> None:
            after = self.what_if.projected()
            words = {"lang": self.header.lang, "unit": self.bar.unit}
            made.append(file_of(kind, self.balance, targets=TARGETS, after=after, **words))
            if kind == "pdf" and not made[0][0].endswith(kind):
                self.bar.tell(NO_PDF)

        self._safely(make)()
        return made[0] if made else None

    def _inside(self, _: Any) -> None:
        self.bar.opened = opened_in(self.scheme)
        node = self.bar.opened if self.scheme.selected.get("type") == "node" else ""
        shown = self._detail_of(node)
        inside = detail_html(self.balance, "" if shown else node, lang=self.header.lang, unit=self.bar.unit)
        self.detail.value = f"{STYLE}{TABLES}{inside}" if inside else ""
        self.opened.children = [shown or self.detail]

    def _detail_of(self, node: str) -> DetailBase | None:
        """Return the widget of plants or end users, made when the first of them is opened."""
        kind = DETAILS.get(kind_of(self.balance, node)) if node else None
        if kind is None:
            return None
        here = (self.shown, node)
        if kind not in self.details:
            self.details[kind] = made = kind(self.balance, node=node)
            made.language_switch = False
            traitlets.dlink((self.header, "lang"), (made, "lang"))
            traitlets.dlink((self.bar, "unit"), (made, "unit"))
        elif self._inside_of.get(kind) != here:
            self.details[kind].show(self.balance, node=node)
        self._inside_of[kind] = here
        return self.details[kind]

    def _open(self, _: Any) -> None:
        # a forged click on the disabled button changes nothing
        if self.map.selected and self.map.selected != self.shown[0]:
            self.bar.territory = self.map.selected
