"""The page of a territory: flow scheme, targets and key figures of one year, in two languages."""

from __future__ import annotations

import html
from typing import Any, Final

import ipywidgets
import traitlets

from leb_kit import examples, indicators
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded
from leb_kit.apps.visitor import asked_language
from leb_kit.balance import Balance
from leb_kit.widgets import FlowScheme, PageHeader, TargetPanel
from leb_kit.widgets.sentences import quantity
from leb_kit.widgets.texts import LANGUAGES

TARGETS: Final = "20-20-20-local"

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
def show(lang: str | None = None) -> None:
    """Show the page of the City of Torino.

    Parameters
    ----------
    lang : str, optional
        ``"it"`` or ``"en"``; default: what the address says (``?lingua=en``), else Italian.
    """
    # everything slow comes first: a preheated page stops at asked_language() until a visitor arrives
    balance = examples.torino()
    evaluation = indicators.evaluate(balance, TARGETS, base=balance)
    figures = key_figures(balance)
    scheme = FlowScheme(balance)
    panel = TargetPanel(evaluation)
    language = lang or asked_language()
    show_widget(page(balance, scheme, panel, figures, lang=language))


def page(
    balance: Balance, scheme: FlowScheme, panel: TargetPanel, figures: dict[str, str], *, lang: str
) -> Any:
    """Join the parts, so that one switch changes the language of all."""
    headings = {code: balance.title(code) for code in LANGUAGES}
    header = PageHeader(headings, LINES, lang=lang)
    table = ipywidgets.HTML()
    scheme.language_switch = False
    for part in (scheme, panel):
        traitlets.dlink((header, "lang"), (part, "lang"))
    traitlets.dlink((header, "lang"), (table, "value"), figures.__getitem__)
    for part in (scheme, panel, table):
        part.layout.margin = "0 0 28px 0"
    return ipywidgets.VBox([header, scheme, panel, table], layout={"overflow": "visible"})


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
