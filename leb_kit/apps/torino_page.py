"""The page of a territory: flow scheme, targets and key figures of one year, in two languages."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any, Final

import ipywidgets
import traitlets

from leb_kit import examples, indicators
from leb_kit.apps.asked_view import AskedView, opened_in
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded, safely
from leb_kit.apps.visitor import asked_words
from leb_kit.balance import Balance, Territory
from leb_kit.widgets import AddressBar, FlowScheme, PageHeader, TargetPanel
from leb_kit.widgets.sentences import quantity
from leb_kit.widgets.texts import LANGUAGES

TARGETS: Final = "20-20-20-local"
#: Words of the address that the page follows.
FOLLOWED: Final = ("terr", "anno", "unita", "apri", "lingua")

Words = dict[str, str]

LINES: Final[Words] = {
    "it": "Da dove viene l'energia, come si trasforma, chi la usa; e se i tre obiettivi 20·20·20 sono "
    "raggiunti, verificati sugli stessi flussi.",
    "en": "Where energy comes from, how it is converted, who uses it; and whether the three 20·20·20 "
    "targets are met, checked on the same flows.",
}

FIGURES: Final[dict[str, Words]] = {
    "it": {
        "heading": "Cifre chiave",
        "final": "Consumo finale di energia",
        "primary": "Consumo di energia primaria",
        "share": "Quota di fonti rinnovabili",
        "emissions": "Emissioni di gas serra, convenzione territoriale",
        "estimated": "Celle del bilancio stimate",
        "of": "{part} su {all}",
    },
    "en": {
        "heading": "Key figures",
        "final": "Final energy consumption",
        "primary": "Primary energy consumption",
        "share": "Share of renewable sources",
        "emissions": "Greenhouse gas emissions, territorial convention",
        "estimated": "Estimated cells of the balance",
        "of": "{part} of {all}",
    },
}

STYLE: Final = (
    "<style>.leb-figures{font:13.5px/1.5 system-ui,sans-serif;color:var(--jp-ui-font-color1,#1f2a37)}"
    ".leb-figures h2{font:600 15px/1.4 system-ui,sans-serif;margin:0 0 8px;color:inherit}"
    ".leb-figures table{border-collapse:collapse;margin:0;width:100%;max-width:640px;font:inherit}"
    ".leb-figures th{font-weight:400;text-align:left}"
    ".leb-figures td{text-align:right;font-weight:600;font-variant-numeric:tabular-nums}"
    ".leb-figures th,.leb-figures td{padding:6px 0;border-bottom:1px solid "
    "var(--jp-border-color2,#d5dbe2);color:inherit}</style>"
)


@guarded
def show(words: Mapping[str, str] | None = None) -> None:
    """Show the page of the City of Torino.

    Parameters
    ----------
    words : Mapping[str, str], optional
        What the address asks for (terr, anno, unita, apri, lingua); default: that of the visitor.
    """
    # everything slow comes first: a preheated page stops at asked_words() until a visitor arrives
    page = TorinoPage(examples.torino())
    page.ask(asked_words() if words is None else words)
    show_widget(page.box())


class TorinoPage:
    """The parts of the page, and how they follow each other.

    Parameters
    ----------
    balance : Balance
        One territory and one year; its own base of the targets.
    """

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        self.scheme = FlowScheme(balance)
        self.panel = TargetPanel(indicators.evaluate(balance, TARGETS, base=balance))
        self.header = PageHeader({lang: balance.title(lang) for lang in LANGUAGES}, LINES)
        self.bar, self.figures = AddressBar(), ipywidgets.HTML()
        self.scheme.language_switch = False
        for part in (self.bar, self.scheme, self.panel):
            traitlets.dlink((self.header, "lang"), (part, "lang"))
        traitlets.dlink((self.header, "lang"), (self.figures, "value"), key_figures(balance).__getitem__)
        keep = safely(self._keep, self.bar.tell, lambda: str(self.header.lang))
        self.scheme.observe(keep, ["unit", "selected"])

    def ask(self, words: Mapping[str, str]) -> None:
        """Show what an address asks for; each word that cannot be followed is told."""
        code, year = self.balance.one()
        view = AskedView.of(words, [(Territory.known(code), (year,))], territory=code, year=year)
        blank = view.refuse_foreign(words, FOLLOWED)
        self.header.lang, self.scheme.unit = view.lang, view.unit
        view.open(self.scheme)
        self.bar.keep(**blank, terr=code, anno=str(year))
        self._keep(None)
        for notice in view.notices:
            self.bar.tell(notice)

    def box(self) -> Any:
        """Return the page."""
        parts = [self.scheme, self.panel, self.figures]
        for part in parts:
            part.layout.margin = "0 0 28px 0"
        return ipywidgets.VBox([self.header, self.bar, *parts], layout={"overflow": "visible"})

    def _keep(self, _: Any) -> None:
        self.bar.keep(unita=self.scheme.unit, apri=opened_in(self.scheme))


def key_figures(balance: Balance) -> dict[str, str]:
    """Give the table of key figures as HTML, by language."""
    values = {
        "final": (indicators.final_energy(balance).energy_mwh, "MWh"),
        "primary": (indicators.primary_energy(balance).energy_mwh, "MWh"),
        "share": (indicators.renewable_share(balance).share, "share"),
        "emissions": (indicators.emissions(balance, convention="territorial").total_tco2eq, "tCO2eq"),
    }
    estimated = int((balance.table["status"] == "E").sum())
    count = {"part": estimated, "all": len(balance.table)}
    out = {}
    for lang in LANGUAGES:
        words = FIGURES[lang]
        cells = {words[key]: quantity(value, unit, lang) for key, (value, unit) in values.items()}
        # on a telephone a number stays beside its unit
        cells = {name: told.replace(" ", "\u00a0") for name, told in cells.items()}
        cells[words["estimated"]] = words["of"].format(
            **{name: quantity(number, "", lang) for name, number in count.items()}
        )
        out[lang] = _table(words["heading"], cells, lang)
    return out


def _table(heading: str, cells: dict[str, str], lang: str) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>'
        for name, value in cells.items()
    )
    return (
        f'{STYLE}<section class="leb-figures leb-part" lang="{lang}"><h2>{html.escape(heading)}</h2>'
        f"<table><tbody>{rows}</tbody></table></section>"
    )
