"""The page of the planner: measures by hand, what they change, and the plan that costs least; anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import ipywidgets
import traitlets

from leb_kit.apps import territory_data as data
from leb_kit.apps.asked_view import AskedView, chosen
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded, safely
from leb_kit.apps.origin import Origin
from leb_kit.apps.planner_asked import FOLLOWED, measures_word, read_measures, read_shown
from leb_kit.apps.visitor import asked_words
from leb_kit.balance import Balance, Territory
from leb_kit.errors import InputError
from leb_kit.optimise import MixProblem, mix_problem, typical_days
from leb_kit.widgets import ComparisonView, MixExplorer, PageHeader, ScenarioBuilder, ViewBar
from leb_kit.widgets.texts import LANGUAGES

TARGETS: Final = "20-20-20-local"
#: Typical days of the page: a plan in a second or two, its cost within a part in a hundred.
DAYS: Final = 8
START: Final = (data.CITY, 2019)

LINES: Final = {
    "it": "Muovi le misure e guarda che cosa cambia; poi chiedi quale combinazione di rinnovabili e reti "
    "raggiunge insieme i tre obiettivi 20·20·20 al minor costo.",
    "en": "Move the measures and see what changes; then ask which renewable and network mix meets the three "
    "20·20·20 targets together at least cost.",
}


@guarded
def show(words: Mapping[str, str] | None = None) -> None:
    """Show the planner's page, of the City of Torino unless the address asks for another territory.

    Parameters
    ----------
    words : Mapping[str, str], optional
        What the address asks for (terr, anno, misure, nel, lingua); default: that of the visitor.
    """
    # everything slow comes first: a preheated page stops at asked_words() until a visitor arrives
    page = PlannerPage()
    page.ask(asked_words() if words is None else words)
    show_widget(page.box())


def warm() -> None:
    """Compute what is the same for every visitor: what can be shown, and the question of the first page."""
    data.places()
    problem_of(*START)


@cache
def problem_of(code: str, year: int) -> MixProblem:
    """Return the question of the least-cost plan; a kernel makes each once."""
    balance = data.balance_of(code, year)
    return mix_problem(balance, targets=TARGETS, base=balance, time=typical_days(DAYS))


class PlannerPage:
    """The parts of the page, and how they follow each other."""

    def __init__(self) -> None:
        self.shown = START
        self.balance = data.balance_of(*START)
        self.header = PageHeader(self._headings(), LINES)
        self.bar = ViewBar(data.places(), territory=START[0], year=START[1], units=())
        self.builder = ScenarioBuilder(self.balance)
        after = self.builder.projected(aggregates=False)
        self.comparison = ComparisonView(self.balance, after, guard=self._safely)
        self.explorer = MixExplorer(problem_of(*START))
        self.origin = Origin(self.header, self._safely)
        self.origin.show(self.balance)
        #: Where the sliders of territories stand that were shown before: who comes back finds them so.
        self._left: dict[tuple[str, int], tuple[dict[str, float], int]] = {}
        self._moving = False
        self._join()

    def ask(self, words: Mapping[str, str]) -> None:
        """Show what an address asks for; each word that cannot be followed is told."""
        known = {name: word for name, word in words.items() if name in FOLLOWED}
        view = AskedView.of(known, data.places(), territory=START[0], year=START[1])
        self.header.lang = view.lang
        with self.bar.hold_trait_notifications():
            self.bar.year, self.bar.territory = view.year, view.territory
        builder = self.builder
        sizes = read_measures(view, words.get("misure", ""), builder.sliders)
        shown = read_shown(view, words.get("nel", ""), builder.base_year, builder.horizon)
        builder.sizes, builder.year = sizes, shown
        self.bar.keep(**view.refuse_foreign(words, FOLLOWED))
        self._keep(None)  # a word that was not followed goes out of the address, also where nothing moved
        for notice in view.notices:
            self.bar.tell(notice)

    def box(self) -> Any:
        """Return the page."""
        parts = [self.builder, self.comparison, self.explorer, self.origin.box]
        for part in parts:
            part.layout.margin = "0 0 32px 0"
        return ipywidgets.VBox([self.header, self.bar, *parts], layout={"overflow": "visible"})

    def _headings(self) -> dict[str, str]:
        return {lang: self.balance.title(lang) for lang in LANGUAGES}

    def _join(self) -> None:
        for part in (self.builder, self.comparison, self.explorer):
            part.language_switch = False
        for part in (self.bar, self.builder, self.comparison, self.explorer):
            traitlets.dlink((self.header, "lang"), (part, "lang"))
        self.bar.observe(self._safely(self._move), ["territory", "year"])
        for do in (self._keep, self._follow):
            self.builder.observe(self._safely(do), ["sizes", "year"])

    def _safely(self, do: Callable[..., None]) -> Callable[..., None]:
        return safely(do, self.bar.tell, lambda: str(self.header.lang))

    def _keep(self, _: Any) -> None:
        builder = self.builder
        shown = "" if builder.year == builder.horizon else str(builder.year)
        self.bar.keep(misure=measures_word(builder.sizes), nel=shown)

    def _follow(self, _: Any) -> None:
        if self._moving:
            return
        try:
            after = self.builder.projected(aggregates=False)
        except InputError:
            # the builder says what cannot be; the comparison keeps the last that could
            return
        self.comparison.show(self.balance, after)

    def _move(self, _: Any) -> None:
        """Show the territory and year that were chosen."""
        asked = chosen(self.bar, self.shown)
        if asked is None:
            return
        code, year = asked
        place = Territory.known(code)
        with self.bar.at_work({lang: f"{place.name(lang)} {year}" for lang in LANGUAGES}):
            try:
                self._show(data.balance_of(code, year))
            except Exception:
                # what is still shown is named again
                with self.bar.hold_trait_notifications():
                    self.bar.territory, self.bar.year = self.shown
                raise

    def _show(self, balance: Balance) -> None:
        code, year = balance.one()
        problem = problem_of(code, year)
        self._left[self.shown] = (dict(self.builder.sizes), self.builder.year)
        sizes, shown = self._left.get((code, year), ({}, self.builder.horizon))
        # nothing is shown until all is known
        self.balance, self.shown = balance, (code, year)
        self._moving = True
        try:
            self.builder.show(balance, sizes=sizes, year=shown)
        finally:
            self._moving = False
        self._follow(None)
        self.explorer.show(problem)
        self.origin.show(balance)
        self.header.headings = self._headings()
