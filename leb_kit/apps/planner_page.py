"""The page of the planner: measures by hand, what they change, and the plan that costs least."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ipywidgets
import traitlets

from leb_kit import examples
from leb_kit.apps.asked_view import AskedView
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded, safely
from leb_kit.apps.planner_asked import FOLLOWED, measures_word, read_measures, read_shown
from leb_kit.apps.visitor import asked_words
from leb_kit.balance import Balance, Territory
from leb_kit.errors import InputError
from leb_kit.optimise import mix_problem, typical_days
from leb_kit.widgets import AddressBar, ComparisonView, MixExplorer, PageHeader, ScenarioBuilder
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
def show(words: Mapping[str, str] | None = None) -> None:
    """Show the planner's page of the City of Torino.

    Parameters
    ----------
    words : Mapping[str, str], optional
        What the address asks for (terr, anno, misure, nel, lingua); default: that of the visitor.
    """
    # everything slow comes first: a preheated page stops at asked_words() until a visitor arrives
    page = PlannerPage(examples.torino())
    page.ask(asked_words() if words is None else words)
    show_widget(page.box())


class PlannerPage:
    """The parts of the page, and how they follow each other.

    Parameters
    ----------
    balance : Balance
        One territory and one year; its own base of the targets.

    Raises
    ------
    InputError
        More than one territory or year.
    """

    def __init__(self, balance: Balance) -> None:
        self.balance = balance
        self.header = PageHeader({lang: balance.title(lang) for lang in LANGUAGES}, LINES)
        self.bar, self.builder = AddressBar(), ScenarioBuilder(balance)
        after = self.builder.projected(aggregates=False)
        self.comparison = ComparisonView(balance, after, guard=self._safely)
        problem = mix_problem(balance, targets=TARGETS, base=balance, time=typical_days(DAYS))
        self.explorer = MixExplorer(problem)
        self._join()

    def ask(self, words: Mapping[str, str]) -> None:
        """Show what an address asks for; each word that cannot be followed is told."""
        code, year = self.balance.one()
        known = {name: word for name, word in words.items() if name in FOLLOWED}
        view = AskedView.of(known, [(Territory.known(code), (year,))], territory=code, year=year)
        builder = self.builder
        sizes = read_measures(view, words.get("misure", ""), builder.sliders)
        shown = read_shown(view, words.get("nel", ""), builder.base_year, builder.horizon)
        blank = view.refuse_foreign(words, FOLLOWED)
        self.header.lang = view.lang
        builder.sizes, builder.year = sizes, shown
        self.bar.keep(**blank, terr=view.territory, anno=str(view.year))
        self._keep(None)  # a word that was not followed goes out of the address, also where nothing moved
        for notice in view.notices:
            self.bar.tell(notice)

    def box(self) -> Any:
        """Return the page."""
        parts = [self.builder, self.comparison, self.explorer]
        for part in parts:
            part.layout.margin = "0 0 32px 0"
        return ipywidgets.VBox([self.header, self.bar, *parts], layout={"overflow": "visible"})

    def _join(self) -> None:
        for part in (self.builder, self.comparison, self.explorer):
            part.language_switch = False
        for part in (self.bar, self.builder, self.comparison, self.explorer):
            traitlets.dlink((self.header, "lang"), (part, "lang"))
        for do in (self._keep, self._follow):
            self.builder.observe(self._safely(do), ["sizes", "year"])

    def _safely(self, do: Callable[..., None]) -> Callable[..., None]:
        return safely(do, self.bar.tell, lambda: str(self.header.lang))

    def _keep(self, _: Any) -> None:
        builder = self.builder
        shown = "" if builder.year == builder.horizon else str(builder.year)
        self.bar.keep(misure=measures_word(builder.sizes), nel=shown)

    def _follow(self, _: Any) -> None:
        try:
            after = self.builder.projected(aggregates=False)
        except InputError:
            # the builder says what cannot be; the comparison keeps the last that could
            return
        self.comparison.show(self.balance, after)
