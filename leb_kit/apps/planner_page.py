"""The page of the planner: measures by hand, what they change, and the plan that costs least."""

from __future__ import annotations

from typing import Any, Final

import ipywidgets
import traitlets

from leb_kit import examples
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded
from leb_kit.apps.visitor import asked_language
from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.optimise import mix_problem, typical_days
from leb_kit.widgets import ComparisonView, MixExplorer, PageHeader, ScenarioBuilder
from leb_kit.widgets.texts import LANGUAGES

TARGETS: Final = "20-20-20-local"
#: Typical days of the page: a plan in a second or two, its cost within a part in a hundred.
DAYS: Final = 8

LINES: Final = {
    "it": "Muovi le misure e guarda che cosa cambia; poi chiedi quale combinazione di rinnovabili e reti "
    "raggiunge insieme i tre obiettivi 20·20·20 al minor costo.",
    "en": "Move the measures and see what changes; then ask which renewable and network mix meets the three "
    "20·20·20 targets together at least cost.",
}


@guarded
def show(lang: str | None = None) -> None:
    """Show the planner's page of the City of Torino.

    Parameters
    ----------
    lang : str, optional
        ``"it"`` or ``"en"``; default: what the address says (``?lingua=en``), else Italian.
    """
    # everything slow comes first: a preheated page stops at asked_language() until a visitor arrives
    balance = examples.torino()
    parts = builder, comparison, explorer = planner(balance)
    del builder, comparison, explorer
    language = lang or asked_language()
    show_widget(page(balance, *parts, lang=language))


def planner(balance: Balance) -> tuple[ScenarioBuilder, ComparisonView, MixExplorer]:
    """Return the three parts of the page, the comparison following the measures.

    Parameters
    ----------
    balance : Balance
        One territory and one year; its own base of the targets.

    Raises
    ------
    InputError
        More than one territory or year.
    """
    builder = ScenarioBuilder(balance)
    comparison = ComparisonView(balance, builder.projected(aggregates=False))
    problem = mix_problem(balance, targets=TARGETS, base=balance, time=typical_days(DAYS))
    explorer = MixExplorer(problem)

    def follow(_: Any) -> None:
        try:
            comparison.show(balance, builder.projected(aggregates=False))
        except InputError:
            # the builder says what cannot be; the comparison keeps the last that could
            return

    builder.observe(follow, ["sizes", "year"])
    return builder, comparison, explorer


def page(
    balance: Balance,
    builder: ScenarioBuilder,
    comparison: ComparisonView,
    explorer: MixExplorer,
    *,
    lang: str,
) -> Any:
    """Join the parts, so that one switch changes the language of all."""
    headings = {code: balance.title(code) for code in LANGUAGES}
    header = PageHeader(headings, LINES, lang=lang)
    for part in (builder, comparison, explorer):
        part.language_switch = False
        traitlets.dlink((header, "lang"), (part, "lang"))
        part.layout.margin = "0 0 32px 0"
    return ipywidgets.VBox([header, builder, comparison, explorer], layout={"overflow": "visible"})
