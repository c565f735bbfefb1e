"""What drives a plan: the targets and potentials that bind, by what one hundredth more of each is worth.

A target is worth its marginal price; a potential what the plan costs less when it is asked again with one
unit more. To compare tonnes with megawatts each is told for a hundredth of its limit as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.optimise.answers.reasons import ask, one_more_in_a_year, one_more_potential
from leb_kit.optimise.answers.reserve import RESERVE
from leb_kit.optimise.answers.words import amount
from leb_kit.optimise.question.problem import AT_MOST
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.result import MixResult

COLUMNS = ["driver", "kind", "label", "worth_eur", "unit", "percent_eur", "sentence"]
#: How near to its limit, relative, a size is at it.
NEAR = 1e-6
#: One hundredth, and the points in the whole.
HUNDREDTH, POINTS = 0.01, 100
#: Families that reach beyond the territory: what they carry is a limit of the place, not a plant that ages.
BEYOND = "exchange"
#: Rows of final consumption begin so.
SECTORS = "FC_"
_TEXT = {
    "target": (
        "«{label}» decide: {unit} {more} costa {worth} all'anno, l'1 % {more} {percent}.",
        "'{label}' decides: {unit} {more} costs {worth} a year, 1 % {more} {percent}.",
    ),
    "potential": (
        "{label}: è al limite ({size}). {unit} {more} farebbe risparmiare {worth}, l'1 % {more} {percent}.",
        "{label}: at its limit ({size}). {unit} {more} would save {worth} a year, 1 % {more} {percent}.",
    ),
    "reserve": (
        "Decide il {label}: {unit} fermo {more} costa {worth} all'anno, l'1 % {more} {percent}.",
        "The {label} decides: {unit} {more} of firm capacity costs {worth} a year, 1 % {more} {percent}.",
    ),
    "year": (
        "{label}: è al massimo ({size}). {unit} {more} farebbe risparmiare {worth}, l'1 % {more} {percent}.",
        "{label}: at the most of a year ({size}). {unit} {more} would save {worth}, 1 % {more} {percent}.",
    ),
}
_MORE, _LESS = ("in più", "more"), ("in meno", "less")


@dataclass(frozen=True)
class _Driver:
    """A limit that binds; ``limit`` in ``unit``, ``worth`` in EUR/year for one of it."""

    name: str
    kind: str
    label: str
    worth: float
    unit: str
    limit: float
    less: bool = False

    def row(self, lang: str) -> list[object]:
        """Return it as a row of the table."""
        percent, place = self.worth * self.limit * HUNDREDTH, int(lang == "en")
        said = _TEXT[self.kind][place].format(
            label=self.label,
            unit=f"1 {self.unit}",
            more=(_LESS if self.less else _MORE)[place],
            worth=amount(self.worth, "EUR", lang),
            percent=amount(percent, "EUR", lang),
            size=amount(self.limit, self.unit, lang),
        )
        return [self.name, self.kind, self.label, self.worth, self.unit, percent, said]


def drivers(result: MixResult, lang: str = "it") -> pd.DataFrame:
    """Return what drives a plan; see ``MixResult.drivers``.

    ::

        percent_eur = worth_eur · limit / 100

    limit in the unit of ``worth_eur``; of a share σ the worth is that of one percentage point, the
    hundredth of the limit is σ/100.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> question = leb.mix_problem(b, targets="20-20-20-local", base=b, time=leb.typical_days(2))
    >>> plan = leb.optimise_mix(question)
    >>> drivers(plan, "en")["driver"].iloc[0]
    'efficiency'
    """
    found = [*_targets(result, lang), *_sizes(result, lang), *_years(result, lang)]
    table = pd.DataFrame([one.row(lang) for one in found], columns=COLUMNS)
    return table.sort_values("percent_eur", ascending=False, kind="stable", ignore_index=True)


def _label(name: str, technology: str, lang: str) -> str:
    """Name a technology, and the sector it serves where it has one."""
    sector = name.partition(":")[2].partition(":")[0]
    label = catalog.label("technology", technology, lang)
    return f"{label} ({catalog.label('flow', sector, lang)})" if sector.startswith(SECTORS) else label


def _targets(result: MixResult, lang: str) -> list[_Driver]:
    shares = result.problem.limit_rows().set_index("limit")["share"]
    out = []
    for row in result.prices.itertuples():
        if not float(str(row.price)) > 0:
            continue
        label = str(row.label_en if lang == "en" else row.label_it) or str(row.target)
        worth, unit, limit = float(str(row.price)), str(row.limit_unit), abs(float(str(row.allowed)))
        if row.kind == RESERVE:
            # A margin is worth what a MW of firm capacity is; its hundredth, a hundredth of what is asked.
            out.append(_Driver(str(row.target), RESERVE, label, worth, unit, limit))
            continue
        if not np.isnan(shares[row.target]):
            # A share is held against zero; its worth is told for one percentage point.
            worth, limit = float(str(row.point_price)), float(shares[row.target]) * POINTS
            unit = "punto percentuale" if lang == "it" else "percentage point"
        less = row.sense == AT_MOST
        out.append(_Driver(str(row.target), "target", label, worth, unit, limit, less))
    return out


def _sizes(result: MixResult, lang: str) -> list[_Driver]:
    """Plants, connections and stores that could be larger if there were more potential."""
    problem = result.problem
    families = catalog.table("technologies").set_index("technology")["family"]
    out = []
    for rows, own, key, unit in (
        (problem.processes, result.processes, "process", "MW"),
        (problem.storages, result.stores, "storage", "MWh"),
    ):
        most, existing = (
            rows[f"{name}_{unit.lower()}"].to_numpy(dtype=float)
            for name in ("capacity_max", "capacity_existing")
        )
        size = own["capacity_mw"].to_numpy(dtype=float)
        beyond = (own["technology"].map(families) == BEYOND).to_numpy()
        full = np.isfinite(most) & (most > 0) & (size >= most * (1 - NEAR)) & ((most > existing) | beyond)
        for name, technology, limit in zip(rows[key][full], own["technology"][full], most[full], strict=True):
            energy = unit == "MW" and problem.is_costless(str(name))
            saved = one_more_potential(ask(result), str(name), energy=energy)
            if saved > 0:
                label = _label(str(name), str(technology), lang)
                out.append(_Driver(str(name), "potential", label, saved, unit, float(limit)))
    return out


def _years(result: MixResult, lang: str) -> list[_Driver]:
    """Processes that give in a year as much as they may."""
    rows, own = result.problem.processes, result.processes
    most = rows["annual_max_mwh"].to_numpy(dtype=float)
    full = np.isfinite(most) & (most > 0) & (own["energy_mwh"].to_numpy(dtype=float) >= most * (1 - NEAR))
    out = []
    for name, technology, limit in zip(
        rows["process"][full], own["technology"][full], most[full], strict=True
    ):
        saved = one_more_in_a_year(ask(result), str(name))
        if saved > 0:
            label = _label(str(name), str(technology), lang)
            out.append(_Driver(str(name), "year", label, saved, "MWh", float(limit)))
    return out


__all__ = ["COLUMNS", "drivers"]
