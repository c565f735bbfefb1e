"""What the scenario builder offers and what a choice does: limits, outcome, faults, code."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from leb_kit.errors import InputError, speaking
from leb_kit.reference import catalog
from leb_kit.scenarios import Measure, Scenario, project_many
from leb_kit.scenarios.cases import full_load_hours
from leb_kit.scenarios.comparison import Comparison
from leb_kit.scenarios.kinds import MeasureKind, kind
from leb_kit.scenarios.records import plain, record_of
from leb_kit.scenarios.texts import change_sentence, inside
from leb_kit.units import mwh_per
from leb_kit.widgets.comparison_state import State, cards, unbroken
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.balance import Balance

#: Indicators that move as sliders do: those of the 20|20|20 targets.
SHOWN: Final = ("renewable_share", "primary_energy_mwh", "emissions_tco2eq")
ELECTRICITY: Final = "E7000"
MEGAWATT: Final = "MW"
PERCENT: Final = 100
KILO: Final = 1000
#: Smaller, usual and larger unit of a size; limits (MW, MWh) from which the usual and the larger are taken.
UNITS: Final = {
    "mw": (("kW", MEGAWATT, "GW"), 1, 10_000),
    "energy_mwh": (("MWh", "GWh", "TWh"), mwh_per("GWh"), 100 * mwh_per("GWh") * KILO),
}
#: What one of a shown unit is in the unit of the measure: a share, MW or MWh/year.
PER_UNIT: Final = {"%": 1 / PERCENT, "kW": 1 / KILO, MEGAWATT: 1, "GW": KILO} | {
    name: mwh_per(name) for name in UNITS["energy_mwh"][0]
}
#: A slider has about so many steps.
STEPS: Final = 200
#: Changes told of the uses, and of the sources.
TOLD: Final = 2
#: Imports as a module, so that the code can be pasted anywhere.
CODE: Final = """import leb_kit as leb

scenario = leb.Scenario({name!r}, base_year={base_year}){add}
after = leb.project(balance, scenario, year={year}{potentials})
"""


@dataclass(frozen=True, eq=False)
class Bench:
    """A balance on which measures are tried.

    Parameters
    ----------
    balance : Balance
        One territory and one year.
    horizon : int
        Year in which every measure is complete.
    potentials : Mapping[str, float]
        Largest capacity (MW) by technology, in the place of ``potentials.csv``.
    name : str
        Of the scenario.
    """

    balance: Balance
    horizon: int
    potentials: Mapping[str, float] = field(default_factory=dict)
    name: str = "scenario"
    #: The last scenario and year that were asked for, and their balance.
    _last: list[tuple[Scenario, int, Balance]] = field(default_factory=list, init=False)

    @property
    def base_year(self) -> int:
        """Year of the balance."""
        return self.balance.one()[1]

    def scenario(self, sizes: Mapping[str, float], *, lang: str = "") -> Scenario:
        """Return the scenario of some sizes by kind; every fault at once.

        With a language, measures are called by their label, as faults name them.
        """
        found: list[Measure] = []
        faults: list[str] = []
        for name, value in sizes.items():
            try:
                made_by = kind(str(name))
                if value != 0:
                    one = made_by(**{self.size_of(made_by): value}, to_year=self.horizon)  # type: ignore[arg-type]
                    found.append(replace(one, name=made_by.label(lang)) if lang else one)
            except InputError as error:
                faults += error.faults
        if faults:
            raise InputError(f"scenario '{self.name}'", faults)
        return Scenario(self.name, base_year=self.base_year).add(*found)

    def size_of(self, made_by: MeasureKind) -> str:
        """Return how the size of a kind is given here: as a share where it can be."""
        if "share" in made_by.sizes:
            return "share"
        return "mw" if full_load_hours(made_by(mw=1)) else "energy_mwh"

    def offer(self, names: Sequence[str]) -> list[State]:
        """Prepare a slider for each kind: limits, words, and why it is off where it is."""
        why = self._why_off(names)
        return [self._slider(kind(name), why.get(name, {})) for name in names]

    def outcome(self, sizes: Mapping[str, float], year: int) -> State:
        """Reckon what a choice does.

        Returns
        -------
        dict
            ``cards`` of the three indicators, ``changes`` in sentences by language and ``code``; or
            ``faults`` in sentences by language.
        """
        try:
            return self._moved(self.scenario(sizes), year)
        except InputError:
            return {"faults": {lang: self._faults(sizes, year, lang) for lang in LANGUAGES}}

    def after(self, scenario: Scenario, year: int) -> Balance:
        """Return the leaves of the balance that a scenario gives.

        The last one is kept: sliders and comparison ask for the same, and share what was computed of it.

        Raises
        ------
        InputError
            As ``project``.
        """
        if self._last and self._last[0][:2] == (scenario, year):
            return self._last[0][2]
        done = project_many(self.balance, [scenario], years=[year], potentials=dict(self.potentials))
        found = done.balance(scenario.name, aggregates=False)
        self._last[:] = [(scenario, year, found)]
        return found

    def possible(self, sizes: Mapping[str, float], year: int) -> bool:
        """Tell whether measures of these sizes can be together."""
        try:
            project_many(self.balance, [self.scenario(sizes)], years=[year], potentials=dict(self.potentials))
        except InputError:
            return False
        return True

    def code(self, scenario: Scenario, year: int) -> str:
        """Return the Python that gives this balance of this scenario again."""
        calls = []
        for measure in scenario.measures:
            record = record_of(measure)
            words = [f"{key}={value!r}" for key, value in record.items() if key not in ("kind", "name")]
            calls.append(f"    leb.measures.{record['kind']}({', '.join(words)}),\n")
        add = f".add(\n{''.join(calls)})" if calls else ""
        own = {name: plain(value) for name, value in self.potentials.items()}
        potentials = f", potentials={own!r}" if own else ""
        return CODE.format(
            name=self.name, base_year=self.base_year, add=add, year=year, potentials=potentials
        )

    def _moved(self, scenario: Scenario, year: int) -> State:
        found = Comparison(self.balance, self.after(scenario, year))
        rows = found.table.to_dict("records")
        told = [row for topic in ("use", "source") for row in [r for r in rows if r["topic"] == topic][:TOLD]]
        return {
            "cards": cards(found.indicators, SHOWN),
            "changes": {lang: [unbroken(change_sentence(row, lang)) for row in told] for lang in LANGUAGES},
            "code": self.code(scenario, year),
            "faults": {},
        }

    def _faults(self, sizes: Mapping[str, float], year: int, lang: str) -> list[str]:
        with speaking(lang):
            try:
                scenario = self.scenario(sizes, lang=lang)
                project_many(self.balance, [scenario], years=[year], potentials=dict(self.potentials))
            except InputError as error:
                names = {place.code: place.name(lang) for place in self.balance.territories}
                return [readable(fault, lang, self.name, names) for fault in error.faults]
        return []

    def _why_off(self, names: Sequence[str]) -> dict[str, dict[str, list[str]]]:
        """Why kinds cannot be used here, without what to do about it: a slider offers no such choice.

        All are tried together, one by one only where faults do not name who is to blame.
        """
        small = {name: self._small(kind(name)) for name in names}
        off = self._impossible(small)
        return {name: {lang: self._reasons(name, small[name], lang) for lang in LANGUAGES} for name in off}

    def _impossible(self, small: Mapping[str, float]) -> list[str]:
        """Return which kinds cannot be, each tried by itself."""
        found = self._tried(small)
        named = [name for name in small if any(f"'{name}'" in fault for fault in found)]
        rest = {name: size for name, size in small.items() if name not in named}
        if not found or not rest or (named and not self._tried(rest)):
            return named
        return [name for name, size in small.items() if not self.possible({name: size}, self.horizon)]

    def _tried(self, small: Mapping[str, float]) -> list[str]:
        """Return the faults of scenarios of one measure each, reckoned together."""
        alone = [replace(self.scenario({name: value}), name=name) for name, value in small.items()]
        try:
            project_many(self.balance, alone, years=[self.horizon], potentials=dict(self.potentials))
        except InputError as error:
            return list(error.faults)
        return []

    def _reasons(self, name: str, value: float, lang: str) -> list[str]:
        """Return why a kind is off: the slider above the words names the measure already."""
        label = kind(name).label(lang)
        return [reason_of(fault, label) for fault in self._faults({name: value}, self.horizon, lang)]

    def _small(self, made_by: MeasureKind) -> float:
        return self._limit(made_by) / STEPS or 1 / STEPS

    def _limit(self, made_by: MeasureKind) -> float:
        size = self.size_of(made_by)
        if size == "share":
            return 1
        known = self.potentials.get(made_by.technology, _potential(self.balance.one()[0], made_by.technology))
        if known is not None and size == "mw":
            return known
        leaves = self.balance.leaves
        used = leaves[leaves["flow"].str.startswith("FC_") & (leaves["product"] == ELECTRICITY)]
        energy = float(used["energy_mwh"].sum())
        return energy if size == "energy_mwh" else energy / (full_load_hours(made_by(mw=1)) or 1)

    def _slider(self, made_by: MeasureKind, why: dict[str, list[str]]) -> State:
        size, limit = self.size_of(made_by), self._limit(made_by)
        unit = _unit(size, limit)
        scale = 1 / PER_UNIT[unit]
        step = 1 if size == "share" else _step(limit * scale / STEPS)
        return {
            "kind": made_by.kind,
            "group": made_by.action,
            "unit": unit,
            "scale": scale,
            "step": step,
            "limit": _plain(math.floor(limit * scale / step) * step),
            "it": {"label": made_by.label_it, "help": made_by.help_it, "why": " ".join(why.get("it", []))},
            "en": {"label": made_by.label_en, "help": made_by.help_en, "why": " ".join(why.get("en", []))},
        }


def _unit(size: str, limit: float) -> str:
    """Return the unit in which a size is read easily, up to its limit: share, MW or MWh/year."""
    if size == "share":
        return "%"
    names, floor, ceiling = UNITS[size]
    return names[0] if limit < floor else names[2] if limit >= ceiling else names[1]


def _plain(value: float) -> float:
    """Return a number without the last digits, which are round-off."""
    return float(f"{value:.12g}")


def reason_of(fault: str, label: str) -> str:
    """Return a fault of a measure without its name, and without what could be done about it.

    Examples
    --------
    >>> reason_of("Measure 'Wind': in Torino there is no wind; leave the measure out.", "Wind")
    'In Torino there is no wind.'
    """
    told = fault.rpartition(f"'{label}'")[2].lstrip(": ").partition("; ")[0]
    return f"{told[:1].upper()}{told[1:].rstrip('.')}."


def _step(raw: float) -> float:
    """Return the next lower of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1
    return next(power * step for step in (5, 2, 1) if power * step <= raw or step == 1)


def _potential(territory: str, technology: str) -> float | None:
    table = catalog.table("potentials")
    rows = table[
        (table["territory"] == territory) & (table["technology"] == technology) & (table["unit"] == MEGAWATT)
    ]
    return None if rows.empty else float(rows.sort_values("valid_from")["value"].iloc[-1])


def readable(fault: str, lang: str, scenario: str, own: Mapping[str, str]) -> str:
    """Return a fault as a sentence for people: names in the place of codes."""
    short = fault.removeprefix(f"scenario '{scenario}', ").removeprefix(f"scenario '{scenario}': ")
    names = {**_names(lang), **own}
    # what stands in quotes is a name already, or code to be written as it is
    named = re.sub(
        r"(?<!['\w-])[\w-]+", lambda found: names.get(found[0], found[0]), short.replace(":", ": ")
    )
    end = "" if named.endswith("?") else "."
    return re.sub(" +", " ", f"{named[:1].upper()}{named[1:]}{end}")


@cache
def _names(lang: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for name, key in (("technologies", "technology"), ("flows", "code"), ("products", "code")):
        rows = catalog.table(name)
        out |= dict(zip(rows[key], rows[f"label_{lang}"], strict=True))
    labels = catalog.table("labels")
    for kind_of in ("place", "end_use"):
        rows = labels[labels["kind"] == kind_of]
        out |= dict(zip(rows["code"], rows[f"label_{lang}"], strict=True))
    return {str(code): inside(str(label)) for code, label in out.items()}
