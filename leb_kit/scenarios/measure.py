"""A measure: an action that changes an energy system, with its size, years and cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.units import is_number, is_whole

#: Parameters of a technology that a measure may replace.
NUMBERS = (
    "efficiency",
    "cop",
    "replaced_per_final",
    "electricity_efficiency",
    "heat_efficiency",
    "full_load_hours",
)
#: What a measure may be given, for the nearest match of a word that is none of it.
OPTIONS = (*NUMBERS, "share", "energy_mwh", "mw", "sector", "end_use", "from_year", "to_year", "technology")
#: What every year of a plan lies between.
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class Measure:
    """One action of a scenario. Make one with ``leb.measures``.

    Parameters
    ----------
    kind : str
        ``photovoltaic``, ``retrofit`` … or ``custom``.
    action : str
        saving, switch, plant, network_heat or blend: what it changes.
    size : str
        ``share`` (0–1), ``energy_mwh`` (MWh/year) or ``mw``: what ``value`` is.
    value : float
        The size in full effect.
    """

    kind: str
    action: str
    size: str
    value: float
    name: str = ""
    sectors: tuple[str, ...] = ()
    end_uses: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    technology: str = ""
    product: str = ""
    from_year: int | None = None
    to_year: int | None = None
    investment_eur: float | None = None
    lifetime_yr: float | None = None
    source: str = ""
    numbers: tuple[tuple[str, float], ...] = ()

    def strength(self, year: int, base_year: int) -> float:
        """Return how much of the measure is at work in a year, 0–1.

        ::

            x(y) = (y − from) / (to − from), not below 0 and not above 1
        """
        start = base_year if self.from_year is None else self.from_year
        end = start + 1 if self.to_year is None else self.to_year
        return min(max((year - start) / (end - start), 0.0), 1.0)

    @property
    def shape(self) -> tuple[object, ...]:
        """What it acts on and brings in, whatever its size and years."""
        return (
            self.kind,
            self.action,
            self.sectors,
            self.end_uses,
            self.replaces,
            self.technology,
            self.product,
            self.numbers,
        )

    def label(self, lang: str = "it") -> str:
        """Return what a person calls it: its own name, or that of its kind."""
        if self.name and self.name != self.kind:
            return self.name
        rows = catalog.table("measure_kinds").set_index("kind")
        return str(rows.loc[self.kind, f"label_{lang}"]) if self.kind in rows.index else self.name


def checked(
    kind: str, action: str, sizes: Mapping[str, float | None], allowed: tuple[str, ...], **fields: Any
) -> Measure:
    """Make a measure, or tell every fault of it at once."""
    given = {name: value for name, value in sizes.items() if value is not None}
    faults = _size_faults(given, allowed)
    fields["sectors"] = tuple(_sector(word, faults) for word in fields["sectors"])
    fields["replaces"] = tuple(_product(word, faults) for word in fields["replaces"])
    faults += _end_use_faults(fields["end_uses"])
    faults += _technology_faults(fields["technology"], fields["numbers"])
    faults += _year_faults(fields["from_year"], fields["to_year"])
    for name in ("investment_eur", "lifetime_yr"):
        faults += _amount_faults(name, fields[name])
    if faults:
        raise InputError(f"measure '{fields['name'] or kind}'", faults)
    for name in ("from_year", "to_year"):
        fields[name] = None if fields[name] is None else int(fields[name])
    size, value = next(iter(given.items()))
    fields["numbers"] = tuple(sorted(fields["numbers"].items()))
    return Measure(kind, action, size, float(value), **fields)


def _size_faults(given: Mapping[str, float], allowed: tuple[str, ...]) -> list[str]:
    words = ", ".join(f"{name}=…" for name in allowed)
    if len(given) != 1:
        found = ", ".join(given) or "none"
        return [f"exactly one size is needed, one of {words}; found {found}"]
    (name, value), *_ = given.items()
    if name not in allowed:
        return [f"its size cannot be given as {name}; give one of {words}"]
    faults = _amount_faults(name, value)
    if name == "share" and not faults and value > 1:
        repair = f"; write {value / 100:g} for {value:g} %" if value > 1 and value <= 100 else ""
        faults.append(f"share is {value:g}; a part of the whole is between 0 and 1{repair}")
    return faults


def _amount_faults(name: str, value: object) -> list[str]:
    if value is None:
        return []
    if not is_number(value):
        return [f"{name} is {value!r}; a finite number is expected"]
    if value < 0:
        return [f"{name} is {value:g}; 0 or more is expected"]
    if name == "lifetime_yr" and value == 0:
        return ["lifetime_yr is 0; a number of years is expected"]
    return []


def _year_faults(start: object, end: object) -> list[str]:
    faults = [
        f"{name} is {year!r}; a year between {FIRST_YEAR} and {LAST_YEAR} is expected"
        for name, year in (("from_year", start), ("to_year", end))
        if year is not None and not (is_whole(year) and FIRST_YEAR <= year <= LAST_YEAR)
    ]
    if not faults and is_whole(start) and is_whole(end) and end <= start:
        faults.append(f"to_year {end} is not after from_year {start}; the measure needs a year to grow")
    return faults


def _technology_faults(technology: str, numbers: Mapping[str, object]) -> list[str]:
    known = _technologies()
    faults = []
    if technology and technology not in known:
        faults.append(f"unknown technology '{technology}'.{did_you_mean(technology, known)}")
    for name, value in numbers.items():
        if name not in NUMBERS:
            hint = did_you_mean(
                name, (*NUMBERS, "share", "energy_mwh", "mw", "sector", "from_year", "to_year")
            )
            faults.append(f"unknown option '{name}'.{hint}")
        elif not is_number(value) or value <= 0:
            faults.append(f"{name} is {value!r}; a number above 0 is expected")
    return faults


def _end_use_faults(words: tuple[str, ...]) -> list[str]:
    known = _end_uses()
    return [f"unknown end use '{word}'.{did_you_mean(word, known)}" for word in words if word not in known]


@cache
def _technologies() -> frozenset[str]:
    return frozenset(catalog.table("technologies")["technology"])


@cache
def _end_uses() -> frozenset[str]:
    return frozenset([*catalog.table("end_use_shares")["end_use"], "final"])


@cache
def _final_rows() -> frozenset[str]:
    flows = catalog.table("flows")
    return frozenset(flows.loc[flows["role"].isin(["final_energy", "non_energy"]), "code"])


@cache
def _codes(kind: str) -> dict[str, str]:
    """Return code or everyday name → code."""
    aliases = catalog.table("aliases")
    mine = aliases[aliases["kind"] == kind]
    names = dict(zip(mine["label"], mine["code"], strict=True))
    table = catalog.table({"flow": "flows", "product": "products"}[kind])
    return names | {str(code): str(code) for code in table["code"]}


def _sector(word: str, faults: list[str]) -> str:
    code = _found(word, "flow")
    if not code:
        faults.append(f"unknown sector '{word}'.{did_you_mean(word, _codes('flow'))}")
    elif code.removesuffix(UNALLOCATED) not in _final_rows():
        faults.append(f"sector '{word}' is no row of final consumption (FC_…); see reference.table('flows')")
    return code


def _product(word: str, faults: list[str]) -> str:
    code = _found(word, "product")
    if not code:
        faults.append(f"unknown product '{word}'.{did_you_mean(word, _codes('product'))}")
    return code


def _found(word: str, kind: str) -> str:
    codes = _codes(kind)
    return codes.get(word) or codes.get(str(word).casefold()) or ""
