"""Target sets: named targets that are checked together, with their units and the way to them."""

from __future__ import annotations

import html
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from leb_kit.errors import InputError, language, say
from leb_kit.reference import catalog
from leb_kit.reference.shown import labels, number, table
from leb_kit.reference.sourcing import source_text
from leb_kit.units import UNITS as ENERGY_UNITS
from leb_kit.units import mwh_per

RELATIVE: Final = "relative_to_base"
ABSOLUTE: Final = "absolute"
AT_LEAST: Final = "at_least"
AT_MOST: Final = "at_most"
#: Indicators that a target may name, with the unit in which they are computed.
UNITS: Final = {
    "renewable_share": "share",
    "renewable_share_electricity": "share",
    "renewable_share_heat": "share",
    "renewable_share_transport": "share",
    "self_sufficiency": "share",
    "emissions": "tCO2eq",
    "primary_energy": "MWh",
    "final_energy": "MWh",
    "nox": "t",
    "pm10": "t",
}
MILESTONE_COLUMNS: Final = ("target", "year", "value", "unit", "source")
_SHARES: Final = {"share": 1.0, "%": 0.01}
_AIR: Final = {"t": 1.0, "kt": 1e3}
_TONNES: Final = {"tCO2eq": 1.0, "ktCO2eq": 1e3, "MtCO2eq": 1e6}


def _no_milestones() -> pd.DataFrame:
    return pd.DataFrame(columns=list(MILESTONE_COLUMNS))


@dataclass(frozen=True, repr=False)
class TargetSet:
    """Named targets, and the milestones on the way to them.

    Parameters
    ----------
    name : str
        Name of the set.
    table : pd.DataFrame
        One row for each target: target, indicator, convention (of emissions), sense (``at_least``,
        ``at_most``), base (``absolute``, ``relative_to_base``), value in ``unit``, base_year, base_value
        (share, MWh, tCO2eq or t; where the target states it), target_year, scope (territory it was set for),
        exclusions, vintage, label_it, label_en, source.
    milestones : pd.DataFrame
        Stated intermediate values: target, year, value in ``unit`` (a change where the target is
        relative), source.
    label_it, label_en : str
        What to call the set; by default as declared, or its name.
    """

    name: str
    table: pd.DataFrame
    milestones: pd.DataFrame = field(default_factory=_no_milestones)
    label_it: str = ""
    label_en: str = ""

    def label(self, lang: str = "it") -> str:
        """Return what a person calls the set, in Italian (``it``) or English (``en``)."""
        own = self.label_en if lang == "en" else self.label_it
        return own or catalog.label("target_set", self.name, lang)

    def __repr__(self) -> str:
        return f"TargetSet({self.name}: {', '.join(self.table['target'])})"

    def _repr_html_(self) -> str:
        lang = language()
        told = self.table.get(f"label_{lang}", self.table["target"])
        columns = {say("objective"): list(told.where(told != "", self.table["target"]))}
        columns[say("indicator")] = labels(self.table["indicator"], "indicator")
        columns[say("asked")] = [_asked(row) for row in self.table.to_dict("records")]
        if "convention" in self.table:
            columns[say("convention")] = labels(self.table["convention"], "convention")
        if "source" in self.table:
            columns[say("source")] = [source_text(str(one), lang) for one in self.table["source"]]
        head = f"<p><strong>{html.escape(self.label(lang))}</strong> · {html.escape(self.name)}</p>"
        return head + table(columns, words=len(columns))


def _asked(row: dict[Hashable, object]) -> str:
    """Return what a target asks: ≥ 20 %, ≤ −20 % on the base, ≤ 900 tCO2eq."""
    sign = "≥" if row["sense"] == AT_LEAST else "≤"
    value, unit = float(str(row["value"])), str(row["unit"])
    percent = f"{number(value * 100, 0 if (value * 100).is_integer() else 1)}\N{NO-BREAK SPACE}%"
    if row["base"] == RELATIVE:
        return say("{sign} {amount} on the base", sign=sign, amount=percent)
    return f"{sign} {percent if unit == 'share' else f'{number(value)} {unit}'}"


def units_of(indicator: str) -> dict[str, float]:
    """Return the units in which a target on an indicator may be written, with what one of them is worth.

    Examples
    --------
    >>> units_of("renewable_share")
    {'share': 1.0, '%': 0.01}
    """
    own = UNITS[indicator]
    if own == "share":
        return dict(_SHARES)
    if own == "tCO2eq":
        return dict(_TONNES)
    if own == "t":
        return dict(_AIR)
    return {unit: float(mwh_per(unit)) for unit in ENERGY_UNITS}


def own_value(value: float, unit: str, indicator: str) -> float:
    """Return a value in the unit in which the indicator is computed: share, MWh, tCO2eq or t.

    Raises
    ------
    InputError
        The unit does not fit the indicator.

    Examples
    --------
    >>> own_value(2, "Mtoe", "primary_energy")
    23260000.0
    """
    known = units_of(indicator)
    if unit not in known:
        raise InputError(
            "targets", [f"{indicator} is not measured in '{unit}'; known are {', '.join(known)}"]
        )
    return float(value) * known[unit]
