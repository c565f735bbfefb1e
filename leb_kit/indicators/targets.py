"""Targets, checked together on the same flows: one year, or every year of every territory at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators.cells import Cells, one_year, rows_of
from leb_kit.indicators.shares import Normalised
from leb_kit.indicators.target_files import ENDINGS, read_targets
from leb_kit.indicators.target_sets import AT_LEAST, RELATIVE, UNITS, TargetSet, own_value
from leb_kit.indicators.values import values_of
from leb_kit.reference import catalog

EVALUATION_COLUMNS: Final = [
    "target", "indicator", "convention", "sense", "base", "value", "required", "gap", "met", "label_it",
    "label_en", "unit", "scope", "exclusions", "effort", "effort_unit", "effort_mwh",
]  # fmt: skip
#: A plan that sits on its limit meets it: gap allowed as a share of the required value.
MET_WITHIN: Final = 1e-6
POINTS: Final = 100
#: What an effort is told in.
EFFORT_UNITS: Final = {"share": "percentage points", "MWh": "MWh", "tCO2eq": "tCO2eq", "t": "t"}


def targets(name: str | Path | None = None) -> TargetSet | pd.DataFrame:
    """Return a target set, or the list of all.

    Parameters
    ----------
    name : str or Path, optional
        For example ``"20-20-20-local"``, or the path of your own (``"plan.yaml"``, see
        ``read_targets``). Without it: a frame of all shipped sets and their targets.

    Raises
    ------
    InputError
        The set is unknown, or its file has faults.

    Examples
    --------
    >>> targets("20-20-20-local")
    TargetSet(20-20-20-local: renewables, emissions, efficiency)
    """
    table = catalog.table("targets")
    if name is None:
        return table
    if isinstance(name, Path) or str(name).endswith(ENDINGS):
        return read_targets(name)
    mine = table[table["target_set"] == name].reset_index(drop=True)
    if mine.empty:
        known = list(dict.fromkeys(table["target_set"]))
        shown = [
            *(one for one in known if not one.endswith(MANY)),
            say("{count} in all (targets())", count=len(known)),
        ]
        told = {"name": name, "known": ", ".join(shown), "hint": did_you_mean(name, known)}
        raise InputError("targets", [say("unknown target set '{name}'; known are {known}.{hint}", **told)])
    steps = catalog.table("target_milestones")
    steps = steps[steps["target_set"] == name].drop(columns=["target_set", "valid_from"])
    return TargetSet(str(name), mine, steps.reset_index(drop=True))


#: Endings of sets that exist for every region or country; too many to be listed in a message.
MANY: Final = ("-burden-sharing-2020", "-renewables-2020")


def target_set(given: object) -> TargetSet:
    """Return the target set that a name, a file or an object stands for.

    Raises
    ------
    InputError
        It is none of these, the set is unknown, or its file has faults.
    """
    if isinstance(given, TargetSet):
        return given
    found = targets(given) if isinstance(given, str | Path) else None
    if not isinstance(found, TargetSet):
        kind = type(given).__name__
        raise InputError(
            "targets", [say("a target set is expected (its name, file or object), found {kind}", kind=kind)]
        )
    return found


def commitments() -> pd.DataFrame:
    """Return commitments that a balance alone cannot check: ETS and effort sharing, installed power.

    They need what a balance does not hold (which plants trade allowances, capacities), so no target set
    has them: they are here so that nobody takes a met set for a met plan.

    Returns
    -------
    pd.DataFrame
        commitment, scope, quantity, sense, base_year, target_year, value in ``unit``, vintage, label_it,
        label_en, source.
    """
    return catalog.table("commitments")


# ── what is required ─────────────────────────────────────────────────────────────────────────────────────


def required_values(given: str | Path | TargetSet, base: Balance | None) -> pd.DataFrame:
    """Return the targets with ``required`` in the indicator's own unit and the base's name.

    Raises
    ------
    InputError
        A target is relative to a base and none is given, or the base is of another year or zero.
    """
    chosen = target_set(given)
    if base is not None:
        require_balance(base, "base of the targets")
        base.one()
    place = "" if base is None else base.one()[0]
    found = required_by_place(chosen, base, [place])
    return chosen.table.assign(
        required=[float(required.iloc[0]) for required, _ in found],
        base=[str(label.iloc[0]) for _, label in found],
    )


def required_by_place(
    chosen: TargetSet,
    base: Balance | None,
    places: Sequence[str],
    normalised: Normalised | None = None,
) -> list[tuple[pd.Series, pd.Series]]:
    """Return for each target what every territory must reach, and on which base.

    ::

        required = value                         (absolute)
        required = base value × (1 + change)     (relative; percentages are chained on the base)

    Raises
    ------
    InputError
        Everything that the base lacks, at once.
    """
    faults: list[str] = []
    before = None if base is None else _one_year_each(base, places)
    out = []
    for row in chosen.table.to_dict("records"):
        level = _base_levels(row, chosen.name, before, places, faults, of_base(normalised))
        if level is None:
            own = own_value(row["value"], str(row.get("unit") or UNITS[row["indicator"]]), row["indicator"])
            out.append((pd.Series(own, index=places), pd.Series("", index=places)))
        else:
            change = own_value(row["value"], str(row.get("unit") or "share"), "renewable_share")
            out.append((level[0] * (1 + change), level[1]))
    if faults:
        raise InputError("targets", list(dict.fromkeys(faults)))
    return out


def of_base(normalised: Normalised | None) -> Normalised | None:
    """Return what normalises a base: a frame of many years; figures of one year are not the base's."""
    return normalised if isinstance(normalised, pd.DataFrame) else None


def _one_year_each(base: Balance, places: Sequence[str]) -> Cells:
    """Lay out a base: one year for each territory that is asked for."""
    energy = rows_of(base, "base of the targets")
    codes = energy.keys.get_level_values("territory")
    faults = [
        say("the base holds several years of {code}; use filter(year=…)", code=code)
        for code in codes[codes.duplicated()].unique()
    ]
    known = set(codes)
    faults += [
        say("the base has nothing of territory {code}", code=code) for code in places if code not in known
    ]
    if faults:
        raise InputError("targets", faults)
    return energy


def _base_levels(
    row: Mapping[str, Any],
    name: str,
    before: Cells | None,
    places: Sequence[str],
    faults: list[str],
    normalised: Normalised | None,
) -> tuple[pd.Series, pd.Series] | None:
    """Return the base value and its name for every territory; none for an absolute target."""
    if row["base"] != RELATIVE:
        return None
    nothing = pd.Series(np.nan, index=places), pd.Series("", index=places)
    wanted = None if pd.isna(row["base_year"]) else int(row["base_year"])
    stated = row.get("base_value")
    if stated is not None and pd.notna(stated):
        label = "" if wanted is None else f" {wanted}"
        return pd.Series(float(stated), index=places), pd.Series(
            [f"{p}{label}" for p in places], index=places
        )
    told = {"target": row["target"], "name": name}
    if before is None:
        faults.append(say("target '{target}' of {name} is relative to a base: give base=<Balance>", **told))
        return nothing
    left_out = str(row.get("exclusions") or "")
    level = values_of(before, str(row["indicator"]), str(row["convention"]), left_out, normalised)
    years = pd.Series(level.index.get_level_values("year"), index=level.index.get_level_values("territory"))
    value = pd.Series(level["value"].to_numpy(), index=years.index).reindex(places)
    years = years.reindex(places)
    if wanted is not None and (years != wanted).any():
        told |= {
            "wanted": wanted,
            "year": ", ".join(str(year) for year in sorted(set(years[years != wanted]))),
        }
        faults.append(
            say("target '{target}' of {name} is relative to {wanted}; the base given is {year}", **told)
        )
        return nothing
    faults += [
        say(
            "target '{target}' of {name} is relative to a base that is zero: the base {territory}"
            " {year} has no {indicator} (is its supply side missing?)",
            **told,
            territory=place,
            year=years[place],
            indicator=row["indicator"],
        )
        for place in value[value == 0].index
    ]
    return value, pd.Series([f"{place} {years[place]}" for place in places], index=places)


def require_same_territory(balance: Balance, base: Balance | None) -> None:
    """Refuse a base of another territory: its targets would be somebody else's.

    Raises
    ------
    InputError
        The territories differ, or one of both is no Balance of one territory and year.
    """
    require_balance(balance, "targets")
    if base is None:
        return
    require_balance(base, "base of the targets")
    mine, other = balance.one()[0], base.one()[0]
    if mine != other:
        fault = say("the base is of territory {other}, the balance of {mine}", other=other, mine=mine)
        raise InputError("targets", [fault])


# ── evaluation ───────────────────────────────────────────────────────────────────────────────────────────


def evaluate(
    balance: Balance,
    targets: str | Path | TargetSet,
    *,
    base: Balance | None = None,
    normalised: Normalised | None = None,
) -> pd.DataFrame:
    """Check all targets of a set at once, on the same flows.

    ::

        gap    = required − value  (at least),  value − required  (at most)
        effort = gap where something is missing, else 0

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    targets : str, Path or TargetSet
        For example ``"20-20-20-local"``, or the file of your own set.
    base : Balance, optional
        The base year, for targets relative to one.
    normalised : Mapping[str, float] or pd.DataFrame, optional
        Hydro and wind of a normal year, as ``renewable_share`` takes them; a frame holds for the base too.

    Returns
    -------
    pd.DataFrame
        target, indicator, convention, sense, base (territory and year), value and required (share
        0–1, MWh or tCO2eq: ``unit``), gap (what is missing; negative: margin), met, label_it,
        label_en, scope (territory the target was set for), exclusions, effort (what is still missing,
        in ``effort_unit``: percentage points, MWh or tCO2eq), effort_mwh (for a share, the renewable
        energy that would close it at unchanged consumption; with multipliers where the share has
        them; missing for emissions).

    Raises
    ------
    InputError
        It is no Balance (a climate-corrected one is refused: targets are on what was used), or a
        target needs a base and has none (each is named).

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> leb.evaluate(b, "20-20-20-local", base=b)["met"].tolist()
    [False, False, False]
    """
    require_same_territory(balance, base)
    chosen = target_set(targets)
    found = evaluated(one_year(balance, "targets"), chosen, base, normalised)
    return found[EVALUATION_COLUMNS].reset_index(drop=True)


def evaluated(
    energy: Cells, chosen: TargetSet, base: Balance | None = None, normalised: Normalised | None = None
) -> pd.DataFrame:
    """Check all targets for every territory and year of laid-out energy.

    Returns
    -------
    pd.DataFrame
        territory, year and the columns of ``evaluate``; the targets of a year stand together.

    Raises
    ------
    InputError
        As ``evaluate``, for all territories at once.
    """
    places = list(energy.keys.get_level_values("territory").unique())
    wanted = required_by_place(chosen, base, places, normalised)
    pieces = [
        _evaluation(row, required, energy, normalised)
        for row, required in zip(chosen.table.to_dict("records"), wanted, strict=True)
    ]
    count, years = len(pieces), len(energy.keys)
    order = np.arange(count * years).reshape(count, years).T.ravel()
    return pd.concat(pieces, ignore_index=True).iloc[order].reset_index(drop=True)


def _evaluation(
    row: Mapping[str, Any],
    required: tuple[pd.Series, pd.Series],
    energy: Cells,
    normalised: Normalised | None,
) -> pd.DataFrame:
    """Check one target for every territory and year."""
    indicator = str(row["indicator"])
    left_out = str(row.get("exclusions") or "")
    found = values_of(energy, indicator, str(row["convention"]), left_out, normalised)
    place = energy.keys.get_level_values("territory")
    unit = UNITS[indicator]
    texts = ("target", "indicator", "convention", "sense", "label_it", "label_en", "scope")
    out = pd.DataFrame({name: row.get(name, "") for name in texts}, index=range(len(place)))
    out = out.assign(territory=place, year=energy.keys.get_level_values("year"), unit=unit)
    out["exclusions"] = left_out
    out["base"] = required[1].reindex(place).to_numpy()
    out["value"] = found["value"].to_numpy()
    out["required"] = required[0].reindex(place).to_numpy()
    more, less = ("required", "value") if row["sense"] == AT_LEAST else ("value", "required")
    out["gap"] = out[more] - out[less]
    out["met"] = out["gap"] <= MET_WITHIN * out["required"].abs()
    missing = out["gap"].clip(lower=0.0).mask(out["met"], 0.0)
    out["effort"] = POINTS * missing if unit == "share" else missing
    out["effort_unit"] = EFFORT_UNITS[unit]
    out["effort_mwh"] = missing if unit == "MWh" else np.nan
    if unit == "share":
        out["effort_mwh"] = missing * found["denominator_mwh"].to_numpy()
    return out
