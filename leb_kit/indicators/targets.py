"""Targets, checked together on the same flows."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators.emissions import emissions
from leb_kit.indicators.energy import final_energy, primary_energy, renewable_share
from leb_kit.reference import catalog

RELATIVE = "relative_to_base"
AT_LEAST = "at_least"
UNITS = {"renewable_share": "share", "emissions": "tCO2eq", "primary_energy": "MWh", "final_energy": "MWh"}
EVALUATION_COLUMNS = [
    "target",
    "indicator",
    "convention",
    "sense",
    "base",
    "value",
    "required",
    "gap",
    "met",
    "label_it",
    "label_en",
    "unit",
]


@dataclass(frozen=True, repr=False)
class TargetSet:
    """Named targets: ``table`` has target, indicator, convention, sense, base, value, unit, source."""

    name: str
    table: pd.DataFrame

    def __repr__(self) -> str:
        return f"TargetSet({self.name}: {', '.join(self.table['target'])})"

    def _repr_html_(self) -> str:
        shown = self.table[["target", "indicator", "convention", "sense", "base", "value", "unit", "source"]]
        table: str = shown.to_html(index=False, border=0)
        return f"<p><strong>{self.name}</strong></p>{table}"


def targets(name: str | None = None) -> TargetSet | pd.DataFrame:
    """Return a target set, or the list of all.

    Parameters
    ----------
    name : str, optional
        For example ``"20-20-20-local"``. Without it: a frame of all sets and their targets.

    Raises
    ------
    InputError
        The set is unknown.

    Examples
    --------
    >>> targets("20-20-20-local")
    TargetSet(20-20-20-local: renewables, emissions, efficiency)
    """
    table = catalog.table("targets")
    if name is None:
        return table
    mine = table[table["target_set"] == name].reset_index(drop=True)
    if mine.empty:
        known = list(dict.fromkeys(table["target_set"]))
        hint = did_you_mean(name, known)
        told = {"name": name, "known": ", ".join(known), "hint": hint}
        fault = say("unknown target set '{name}'; known are {known}.{hint}", **told)
        raise InputError("targets", [fault])
    return TargetSet(name, mine)


def target_set(given: str | TargetSet) -> TargetSet:
    """Return the target set that a name or an object stands for."""
    if isinstance(given, TargetSet):
        return given
    found = targets(given)
    if not isinstance(found, TargetSet):
        raise InputError("targets", ["a target set is needed, not the list of all"])
    return found


def indicator_value(balance: Balance, indicator: str, convention: str = "") -> float:
    """Return the value of a target's indicator: share 0–1, MWh or tCO2eq.

    Raises
    ------
    InputError
        Unknown indicator.
    """
    if indicator == "renewable_share":
        return renewable_share(balance).share
    if indicator == "primary_energy":
        return primary_energy(balance).energy_mwh
    if indicator == "final_energy":
        return final_energy(balance).energy_mwh
    if indicator == "emissions":
        return emissions(balance, convention=convention or "territorial").total_tco2eq
    raise InputError("targets", [f"unknown indicator '{indicator}'.{did_you_mean(indicator, UNITS)}"])


def required_values(given: str | TargetSet, base: Balance | None) -> pd.DataFrame:
    """Return the targets with ``required`` in the indicator's own unit and the base's name.

    Raises
    ------
    InputError
        A target is relative to a base and none is given, or the base is of another year or zero.
    """
    chosen = target_set(given)
    faults, required, bases = [], [], []
    for row in chosen.table.to_dict("records"):
        if row["base"] != RELATIVE:
            required.append(float(row["value"]))
            bases.append("")
            continue
        if base is None:
            told = {"target": row["target"], "name": chosen.name}
            faults.append(
                say("target '{target}' of {name} is relative to a base: give base=<Balance>", **told)
            )
            continue
        territory, year = base.one()
        wanted = None if pd.isna(row["base_year"]) else int(row["base_year"])
        if wanted is not None and wanted != year:
            told = {"target": row["target"], "name": chosen.name, "wanted": wanted, "year": year}
            faults.append(
                say("target '{target}' of {name} is relative to {wanted}; the base given is {year}", **told)
            )
            continue
        # Percentages are chained on the base: required = base × (1 + change).
        value = indicator_value(base, str(row["indicator"]), str(row["convention"]))
        if value == 0:
            told = {"target": row["target"], "name": chosen.name, "territory": territory, "year": year}
            faults.append(
                say(
                    "target '{target}' of {name} is relative to a base that is zero: the base {territory}"
                    " {year} has no {indicator} (is its supply side missing?)",
                    **told,
                    indicator=row["indicator"],
                )
            )
            continue
        required.append(value * (1 + float(row["value"])))
        bases.append(f"{territory} {year}")
    if faults:
        raise InputError("targets", faults)
    return chosen.table.assign(required=required, base=bases)


def require_same_territory(balance: Balance, base: Balance | None) -> None:
    """Refuse a base of another territory: its targets would be somebody else's.

    Raises
    ------
    InputError
        The territories differ.
    """
    if base is None:
        return
    mine, other = balance.one()[0], base.one()[0]
    if mine != other:
        fault = say("the base is of territory {other}, the balance of {mine}", other=other, mine=mine)
        raise InputError("targets", [fault])


def evaluate(balance: Balance, targets: str | TargetSet, *, base: Balance | None = None) -> pd.DataFrame:
    """Check all targets of a set at once, on the same flows.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    targets : str or TargetSet
        For example ``"20-20-20-local"``.
    base : Balance, optional
        The base year, for targets relative to one.

    Returns
    -------
    pd.DataFrame
        target, indicator, convention, sense, base (territory and year), value and required (share
        0–1, MWh or tCO2eq: ``unit``), gap (what is missing; negative: margin), met, label_it,
        label_en.

    Raises
    ------
    InputError
        A target needs a base and has none (each is named).

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> leb.evaluate(b, "20-20-20-local", base=b)["met"].tolist()
    [False, False, False]
    """
    require_same_territory(balance, base)
    rows = required_values(targets, base)
    values = [indicator_value(balance, str(row.indicator), str(row.convention)) for row in rows.itertuples()]
    out = rows.assign(value=values, unit=rows["indicator"].map(UNITS))
    at_least = out["sense"] == AT_LEAST
    out["gap"] = (out["required"] - out["value"]).where(at_least, out["value"] - out["required"])
    out["met"] = out["gap"] <= MET_WITHIN * out["required"].abs()
    return out[EVALUATION_COLUMNS]


#: A plan that sits on its limit meets it: gap allowed as a share of the required value.
MET_WITHIN = 1e-6
