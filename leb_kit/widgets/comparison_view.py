"""Two balances side by side: mirrored schemes, and what moved the indicators, as bridge, table, sentences."""

from __future__ import annotations

import asyncio
import pathlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from leb_kit import scenarios
from leb_kit.errors import InputError
from leb_kit.scenarios.comparison import BARS
from leb_kit.widgets.comparison_state import BRIDGES, bridge_state, cards, rows, unbroken
from leb_kit.widgets.comparison_texts import COMPARISON
from leb_kit.widgets.mirror_state import mirror_state
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.balance import Balance

STATIC: Final = pathlib.Path(__file__).parent / "static"
#: Seconds without a move after which what is not in sight follows.
PAUSE_S: Final = 1 / 4


class ComparisonView(anywidget.AnyWidget):
    """Mirrored scheme, bridge, ranked table and sentences of what changed from one balance to another.

    The scheme of each balance stands opposite the other on one scale, uses in the middle.
    The steps of the bridge sum to the whole change: the largest stand by themselves, the others are one
    step. It works without a kernel once it is on the page.

    Parameters
    ----------
    before, after : Balance
        One territory and one year each.
    lang : str
        ``"it"`` or ``"en"``.
    indicator : str
        Bridge shown first: ``emissions_tco2eq``, ``primary_energy_mwh`` or ``final_energy_mwh``.
    count : int
        Steps of the bridge that stand by themselves.
    convention : str
        Of the emissions.
    title : str, optional
        Heading; default: both balances by name.
    guard : callable, optional
        Wraps what answers the visitor, so that a page can tell its faults; default: they are raised.
    """

    _esm = STATIC / "comparison_view.js"

    bridges = traitlets.Dict().tag(sync=True)
    mirror = traitlets.Dict().tag(sync=True)
    cards = traitlets.List(traitlets.Dict()).tag(sync=True)
    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    sentences = traitlets.Dict().tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict(COMPARISON).tag(sync=True)
    indicator = traitlets.Enum(BRIDGES, BRIDGES[0]).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        before: Balance,
        after: Balance,
        *,
        lang: str = "it",
        indicator: str = BRIDGES[0],
        count: int = BARS,
        convention: str = "territorial",
        title: str | None = None,
        guard: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
    ) -> None:
        faults = [
            f"unknown {what} '{word}'; one of {', '.join(choices)}"
            for what, word, choices in (("language", lang, LANGUAGES), ("indicator", indicator, BRIDGES))
            if word not in choices
        ]
        if faults:
            raise InputError("comparison", faults)
        self._count, self._convention, self._title = count, convention, title
        self._shown = scenarios.compare(before, after, convention=convention)
        self._waiting: list[str] = []
        self._later: asyncio.TimerHandle | None = None
        super().__init__(**self._state(self._shown, BRIDGES), lang=lang, indicator=indicator)
        self._make = guard(self._follow) if guard else self._follow
        self.observe(lambda _: self._make(), "indicator")

    def show(self, before: Balance, after: Balance) -> None:
        """Compare two other balances in the same place.

        In a kernel the bridges that are not in sight follow when nothing has moved for a moment.
        """
        found = self._shown = scenarios.compare(before, after, convention=self._convention)
        state = self._state(found, [self.indicator])
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)
        self._waiting = [name for name in BRIDGES if name != self.indicator]
        if self._later is not None:
            self._later.cancel()
        try:
            self._later = asyncio.get_running_loop().call_later(PAUSE_S, self._make)
        except RuntimeError:
            self._make()

    def _follow(self) -> None:
        """Make the bridges that wait."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.bridges = {**self.bridges, **self._bridges(self._shown, waiting)}

    def _bridges(self, found: scenarios.Comparison, names: Sequence[str]) -> dict[str, Any]:
        return {name: bridge_state(found, name, self._count) for name in names}

    def _state(self, found: scenarios.Comparison, names: Sequence[str]) -> dict[str, Any]:
        before, after = found.before, found.after
        own = self._title
        named = {lang: {"before": before.title(lang), "after": after.title(lang)} for lang in LANGUAGES}
        return {
            "bridges": {**self.bridges, **self._bridges(found, names)},
            "mirror": mirror_state(found),
            "cards": cards(found.indicators),
            "rows": rows(found.table),
            "sentences": {
                lang: {
                    topic: [unbroken(text) for text in texts]
                    for topic, texts in found.sentences(lang).items()
                }
                for lang in LANGUAGES
            },
            "titles": {
                lang: COMPARISON[lang]["title"].format(**named[lang]) if own is None else own
                for lang in LANGUAGES
            },
        }

    def __repr__(self) -> str:
        """Name the two balances; no addresses, so that stored notebooks compare equal."""
        return f"ComparisonView({self.titles.get('en', '')}: {len(self.rows)} changes)"
