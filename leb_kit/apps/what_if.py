"""“What if…”: four measures on the balance that is shown, and today's balance opposite the one they give."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import ipywidgets
import traitlets

from leb_kit import widgets
from leb_kit.balance import Balance
from leb_kit.errors import InputError

if TYPE_CHECKING:
    from leb_kit.widgets import ComparisonView, PageHeader, ScenarioBuilder

#: One measure for each kind of choice: make, switch, save, connect.
KINDS: Final = ("photovoltaic", "heat_pumps", "retrofit", "district_heating_connection")
BUTTON: Final = {"width": "auto", "max_width": "100%", "margin": "0 0 16px 0", "align_self": "flex-start"}
WORDS: Final[dict[str, dict[str, str]]] = {
    "it": {"open": "E se… prova quattro misure su {name}", "close": "Chiudi «E se…»"},
    "en": {"open": "What if… try four measures on {name}", "close": "Close “What if…”"},
}


class WhatIf:
    """A button that opens sliders and the comparison; nothing of them is made or sent before.

    Parameters
    ----------
    header : PageHeader
        Whose language is followed.
    safely : callable
        Wraps what answers an event, so that faults are told.
    """

    def __init__(
        self, header: PageHeader, safely: Callable[[Callable[..., None]], Callable[..., None]]
    ) -> None:
        self._header, self._safely = header, safely
        self.balance: Balance | None = None
        self.builder: ScenarioBuilder | None = None
        self.comparison: ComparisonView | None = None
        self._links: list[Any] = []
        self.opener = ipywidgets.Button(layout=BUTTON)
        self.opener.add_class("leb-what-if")
        self.box = ipywidgets.VBox([self.opener], layout={"overflow": "visible"})
        self.opener.on_click(safely(self._turn))
        header.observe(lambda _: self._words(), "lang")

    def show(self, balance: Balance) -> None:
        """Take another balance; sliders that are open begin anew on it."""
        self.balance = balance
        if self.builder is not None:
            self._close()
            self._open()
        self._words()

    def prepare(self) -> tuple[type[ScenarioBuilder], type[ComparisonView]]:
        """Load what the button will need; nothing of it is made or sent."""
        return widgets.ScenarioBuilder, widgets.ComparisonView

    def projected(self) -> Balance | None:
        """Return the balance with the measures; None where none is active or they cannot be together."""
        if self.builder is None or not any(self.builder.sizes.values()):
            return None
        try:
            return self.builder.projected()
        except InputError:
            return None

    def _turn(self, _: Any) -> None:
        if self.builder is None:
            self._open()
        else:
            self._close()
        self._words()

    def _open(self) -> None:
        if self.balance is None:
            return
        builder = widgets.ScenarioBuilder(self.balance, kinds=KINDS, lang=self._header.lang)
        after = builder.projected(aggregates=False)
        comparison = widgets.ComparisonView(self.balance, after, lang=self._header.lang)
        for part in (builder, comparison):
            part.language_switch = False
            part.layout.margin = "0 0 28px 0"
            self._links.append(traitlets.dlink((self._header, "lang"), (part, "lang")))
        builder.observe(self._safely(self._compare), "outcome")
        self.builder, self.comparison = builder, comparison
        self.box.children = [self.opener, builder, comparison]

    def _close(self) -> None:
        for link in self._links:
            link.unlink()
        gone = (self.builder, self.comparison)
        self._links, self.builder, self.comparison = [], None, None
        self.box.children = [self.opener]
        for part in gone:
            if part is not None:
                part.close()

    def _compare(self, _: Any) -> None:
        # what cannot be is said by the builder; the comparison keeps the last that could
        if self.builder and self.comparison and self.balance and not self.builder.outcome["faults"]:
            self.comparison.show(self.balance, self.builder.projected(aggregates=False))

    def _words(self) -> None:
        words, lang = WORDS[self._header.lang], self._header.lang
        name = self.balance.title(lang) if self.balance else ""
        self.opener.description = words["open" if self.builder is None else "close"].format(name=name)
