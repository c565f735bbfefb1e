"""Sliders for measures, and what they do while they move."""

from __future__ import annotations

import logging
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from leb_kit import scenarios
from leb_kit.balance import aggregate
from leb_kit.errors import InputError, reference
from leb_kit.scenarios.kinds import kind, kinds
from leb_kit.widgets.builder_nearest import nearest
from leb_kit.widgets.builder_state import Bench
from leb_kit.widgets.builder_texts import BUILDER
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.balance import Balance

_log = logging.getLogger(__name__)

STATIC: Final = pathlib.Path(__file__).parent / "static"
#: Year in which measures are complete, unless the planner says.
HORIZON: Final = 2030


class ScenarioBuilder(anywidget.AnyWidget):
    """One slider for each kind of measure; the three indicators follow while a slider moves.

    Parameters
    ----------
    balance : Balance
        One territory and one year; energy in MWh.
    horizon : int
        Year in which every measure is complete; before, it grows in a line.
    kinds : sequence of str, optional
        Kinds of measures to offer, as in ``leb.measures``; all by default.
    sizes : mapping of str to float, optional
        Where sliders stand at first: share (0–1), MW or MWh/year by kind.
    potentials : mapping of str to float, optional
        Largest capacity (MW) of a technology, in the place of ``potentials.csv``.
    name : str
        Of the scenario.
    lang : str
        ``"it"`` or ``"en"``.
    """

    _esm = STATIC / "scenario_builder.js"

    sliders = traitlets.List(traitlets.Dict()).tag(sync=True)
    sizes = traitlets.Dict().tag(sync=True)
    year = traitlets.Int().tag(sync=True)
    base_year = traitlets.Int().tag(sync=True)
    horizon = traitlets.Int().tag(sync=True)
    outcome = traitlets.Dict().tag(sync=True)
    offer = traitlets.Dict().tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict(BUILDER).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        balance: Balance,
        *,
        horizon: int = HORIZON,
        kinds: Sequence[str] | None = None,
        sizes: Mapping[str, float] | None = None,
        potentials: Mapping[str, float] | None = None,
        name: str = "scenario",
        lang: str = "it",
    ) -> None:
        bench = Bench(balance, horizon, dict(potentials or {}), name)
        self._bench, self._kinds = bench, _offered(bench, kinds, lang)
        super().__init__(**_state(bench, self._kinds, dict(sizes or {}), horizon), lang=lang)
        self.observe(self._follow, ["sizes", "year"])

    def show(
        self, balance: Balance, *, sizes: Mapping[str, float] | None = None, year: int | None = None
    ) -> None:
        """Try measures on another balance in the same place; potentials given at first hold for it, too.

        Parameters
        ----------
        balance : Balance
            One territory and one year; energy in MWh.
        sizes : mapping of str to float, optional
            Where sliders stand: share (0–1), MW or MWh/year by kind; at zero by default.
        year : int, optional
            Year shown; the horizon by default.

        Raises
        ------
        InputError
            The horizon is not after the year of the balance.
        """
        bench = replace(self._bench, balance=balance)
        _offered(bench, self._kinds, self.lang)
        state = _state(bench, self._kinds, dict(sizes or {}), bench.horizon if year is None else year)
        self._bench = bench
        # what is told of the new balance is reckoned already
        self.unobserve(self._follow, ["sizes", "year"])
        try:
            with self.hold_sync(), self.hold_trait_notifications():
                self.offer = {}
                for name, value in state.items():
                    setattr(self, name, value)
        finally:
            self.observe(self._follow, ["sizes", "year"])

    def scenario(self) -> scenarios.Scenario:
        """Return the scenario on the sliders.

        Raises
        ------
        InputError
            A size that no measure can have.
        """
        return self._bench.scenario(self.sizes)

    def projected(self, *, aggregates: bool = True) -> Balance:
        """Return the balance of the scenario in the year shown.

        Parameters
        ----------
        aggregates : bool
            Whether aggregates and totals are in it, or leaves only: these were computed with the outcome.

        Raises
        ------
        InputError
            Measures that cannot be together, or ask for more than there is.
        """
        after = self._bench.after(self.scenario(), self.year)
        return aggregate(after) if aggregates else after

    def as_python(self) -> str:
        """Return the code that gives ``projected()`` again; ``balance`` is the balance given here."""
        return self._bench.code(self.scenario(), self.year)

    def _follow(self, change: Any) -> None:
        try:
            self._reckon(change)
        except Exception as error:  # noqa: BLE001 - a page must say something; the log has the rest
            name = reference(error)
            _log.exception("the scenario builder failed, reference %s", name)
            told = {lang: [BUILDER[lang]["internal"].format(reference=name)] for lang in LANGUAGES}
            self.outcome, self.offer = {**self.outcome, "faults": told}, {}

    def _reckon(self, change: Any) -> None:
        found = self._bench.outcome(self.sizes, self.year)
        # what was possible last stays in sight beside the faults
        self.outcome = {**self.outcome, **found}
        # the way out is looked for after the faults were sent: it takes several projections
        moved = _moved(change) if change["name"] == "sizes" else []
        self.offer = nearest(self._bench, self.sizes, self.year, moved) if found["faults"] else {}

    def __repr__(self) -> str:
        """Name the place and count measures; no addresses, so that stored notebooks compare equal."""
        active = sum(value != 0 for value in self.sizes.values())
        place = self._bench.balance.title("en")
        return f"ScenarioBuilder({place}: {active} of {len(self.sliders)} measures)"


def _state(bench: Bench, names: Sequence[str], sizes: dict[str, float], year: int) -> dict[str, Any]:
    """Return what is shown of a balance, with sliders where they are asked to stand."""
    name = {lang: bench.balance.title(lang) for lang in LANGUAGES}
    return {
        "sliders": bench.offer(names),
        "sizes": sizes,
        "year": year,
        "base_year": bench.base_year,
        "horizon": bench.horizon,
        "outcome": bench.outcome(sizes, year),
        "titles": {lang: BUILDER[lang]["title"].format(name=name[lang]) for lang in LANGUAGES},
    }


def _moved(change: Any) -> list[str]:
    """Return the kinds whose size is another now."""
    before, after = change["old"], change["new"]
    return [name for name in after if after[name] != before.get(name, 0)]


def _offered(bench: Bench, names: Sequence[str] | None, lang: str) -> list[str]:
    """Check what the builder is asked for; every fault at once."""
    faults = [] if lang in LANGUAGES else [f"unknown language '{lang}'; one of {', '.join(LANGUAGES)}"]
    if bench.horizon <= bench.base_year:
        faults.append(f"horizon {bench.horizon} is not after the year of the balance, {bench.base_year}")
    for name in names or ():
        try:
            kind(name)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError("scenario builder", faults)
    return list(names or kinds())
