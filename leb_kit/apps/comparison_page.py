"""The page of comparisons: two balances, several territories, Eurostat beside the BEN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ipywidgets
import traitlets

from leb_kit.apps import comparison_data as data
from leb_kit.apps import territory_data
from leb_kit.apps.comparison_asked import AskedComparison
from leb_kit.apps.comparison_tables import ben_section, side_by_side
from leb_kit.apps.comparison_texts import PAGE
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded, safely
from leb_kit.apps.visitor import asked_words
from leb_kit.balance import Territory
from leb_kit.widgets import CompareBar, ComparisonView, PageHeader, TerritoryMap
from leb_kit.widgets.compare_bar import MOST
from leb_kit.widgets.texts import LANGUAGES

TODAY: Final = f"{territory_data.CITY}-2019"
SHARED: Final = territory_data.province().years[0]
CHOSEN: Final = (TODAY, f"{territory_data.PROVINCE}-{SHARED}", f"{territory_data.COUNTRY}-2019")


@guarded
def show(words: Mapping[str, str] | None = None) -> None:
    """Show the page of comparisons.

    Parameters
    ----------
    words : Mapping[str, str], optional
        What the address asks for (vista, a, b, con, bilancio, kcal, lingua); default: that of the visitor.
    """
    # everything slow comes first: a preheated page stops at asked_words() until a visitor arrives
    page = ComparisonPage()
    page.ask(asked_words() if words is None else words)
    show_widget(page.box())


class ComparisonPage:
    """The parts of the page, and how they follow each other."""

    def __init__(self) -> None:
        self.bar = CompareBar(data.choices(), left=TODAY, right=data.PLAN, chosen=CHOSEN, balance=CHOSEN[-1])
        headings, lines = ({lang: PAGE[lang][key] for lang in LANGUAGES} for key in ("heading", "line"))
        self.header = PageHeader(headings, lines)
        self.shown = (TODAY, data.PLAN)
        self.comparison = ComparisonView(*map(data.balance_of, self.shown), guard=self._safely)
        self.beside, self.ben = ipywidgets.HTML(), ipywidgets.HTML()
        self.map = TerritoryMap(
            territory_data.density(),
            title={lang: PAGE[lang]["map"] for lang in LANGUAGES},
            unit="GWh/km²",
            note={lang: PAGE[lang]["map_note"] for lang in LANGUAGES},
        )
        self.adder = ipywidgets.Button(layout={"width": "auto", "max_width": "100%", "margin": "0 0 32px 0"})
        self.views = {
            "due": (self.comparison,),
            "territori": (self.beside, self.map, self.adder),
            "ben": (self.ben,),
        }
        self._join()

    def ask(self, words: Mapping[str, str]) -> None:
        """Show what an address asks for; each word that cannot be followed is told."""
        asked = AskedComparison.of(words, [one["id"] for one in data.choices()])
        self.header.lang = asked.lang
        wanted = {name: getattr(asked, name) for name in ("left", "right", "balance", "convention", "chosen")}
        with self.bar.hold_trait_notifications():
            for name, value in wanted.items():
                if value:
                    setattr(self.bar, name, value)
            self.bar.view = asked.view or self.bar.view
        for notice in asked.notices:
            self.bar.tell(notice)

    def box(self) -> Any:
        """Return the page."""
        parts = [part for view in self.views.values() for part in view]
        for part in parts[:-1]:
            part.layout.margin = "0 0 28px 0"
        return ipywidgets.VBox([self.header, self.bar, *parts], layout={"overflow": "visible"})

    def _join(self) -> None:
        for part in (self.bar, self.comparison, self.map):
            traitlets.dlink((self.header, "lang"), (part, "lang"))
        for part in (self.comparison, self.map):
            part.language_switch = False
        follow, tell = self._safely(self._follow), self._safely(self._tell)
        self.bar.observe(follow, ["view", "left", "right", "chosen", "balance", "convention"])
        self.header.observe(follow, "lang")
        self.header.observe(tell, "lang")
        self.map.observe(tell, "selected")
        self.bar.observe(tell, "chosen")
        self.adder.on_click(self._safely(self._add))
        self._follow(None)
        self._tell(None)

    def _safely(self, do: Callable[..., None]) -> Callable[..., None]:
        return safely(do, self.bar.tell, lambda: str(self.header.lang))

    def _follow(self, _: Any) -> None:
        """Fill the view that is shown; the others wait until they are."""
        bar, lang = self.bar, self.header.lang
        if bar.view == "due" and self.shown != (bar.left, bar.right):
            asked = (bar.left, bar.right)
            self.comparison.show(*map(data.balance_of, asked))
            self.shown = asked
        elif bar.view == "territori":
            self.beside.value = side_by_side([(one, bar.name(one, lang)) for one in bar.chosen], lang)
        elif bar.view == "ben":
            balance = data.balance_of(bar.balance)
            self.ben.value = ben_section(balance, bar.convention, bar.name(bar.balance, lang), lang)
        for view, parts in self.views.items():
            for part in parts:
                part.layout.display = None if view == bar.view else "none"

    def _tell(self, _: Any) -> None:
        words, code = PAGE[self.header.lang], self.map.selected
        name = Territory.known(code).name(self.header.lang) if code else ""
        known = f"{code}-{SHARED}" in self.bar.chosen
        full = len(self.bar.chosen) >= MOST
        key = "pick" if not code else "added" if known else "full" if full else "add"
        self.adder.disabled = key != "add"
        self.adder.description = words[key].format(name=name)

    def _add(self, _: Any) -> None:
        # a forged click on the disabled button changes nothing
        if self.map.selected and not self.adder.disabled:
            self.bar.chosen = [*self.bar.chosen, f"{self.map.selected}-{SHARED}"]
