"""Baseline against monitoring: what changed, why, and what the commitment still asks."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from leb_kit.errors import InputError, did_you_mean, language
from leb_kit.indicators.covenant_inventory import TOTAL, TOTAL_LABELS, EmissionInventory
from leb_kit.indicators.covenant_layout import carriers, sectors
from leb_kit.indicators.target_sets import RELATIVE, TargetSet
from leb_kit.indicators.targets import target_set
from leb_kit.reference import catalog

KEYS = ["covenant_sector", "covenant_carrier", "product"]
#: On what a target is counted.
BASES = ("absolute", "per_head", "growth")
TARGET_COLUMNS = [
    "target_set",
    "target_year",
    "basis",
    "base",
    "required",
    "value",
    "gap",
    "met",
    "path",
    "on_path",
]
#: A total that sits on its limit meets it: gap allowed as a share of the limit.
MET_WITHIN = 1e-6


@dataclass(frozen=True, repr=False, eq=False)
class InventoryComparison:
    """Two inventories of one territory, side by side.

    Parameters
    ----------
    base, monitoring : EmissionInventory
        What is compared.
    table : pd.DataFrame
        covenant_sector, covenant_carrier, product, base_mwh, monitoring_mwh, base_tco2,
        monitoring_tco2, change_tco2, energy_effect_tco2, factor_effect_tco2 (t/year): the two effects
        sum to the change, row by row. Emissions that no final energy causes are in the energy effect,
        without carrier and product.
    targets : pd.DataFrame
        target_set, target_year, basis, base, required, value, gap (positive: still missing), met,
        path (straight line from the base to the target, at the year of monitoring), on_path; in t/year,
        or t per inhabitant and year where ``basis`` is ``per_head``.
    """

    base: EmissionInventory
    monitoring: EmissionInventory
    table: pd.DataFrame
    targets: pd.DataFrame

    @property
    def change_tco2(self) -> float:
        """Monitoring less base, t/year; negative is a reduction."""
        return math.fsum(self.table["change_tco2"])

    @property
    def reduction_share(self) -> float:
        """Reduction on the base, 0–1; negative where emissions grew."""
        return (self.base.total_tco2 - self.monitoring.total_tco2) / self.base.total_tco2

    @property
    def reduction_per_head_share(self) -> float:
        """Reduction of emissions per inhabitant, 0–1; NaN where a population is not given."""
        return 1 - self.monitoring.per_head_tco2 / self.base.per_head_tco2

    def by(self, key: str = "covenant_sector") -> pd.DataFrame:
        """Return the table summed by ``covenant_sector``, ``covenant_carrier`` or ``product``.

        Raises
        ------
        InputError
            Another key.
        """
        if key not in KEYS:
            raise InputError(
                "inventory comparison",
                [f"'{key}' is no key; known are {', '.join(KEYS)}.{did_you_mean(key, KEYS)}"],
            )
        order = {"covenant_sector": sectors().index, "covenant_carrier": carriers().index}
        sums = self.table.drop(columns=[name for name in KEYS if name != key]).groupby(key, sort=True).sum()
        known = [code for code in order.get(key, sums.index) if code in sums.index]
        return sums.reindex([*known, *(code for code in sums.index if code not in set(known))])

    def __repr__(self) -> str:
        return (
            f"InventoryComparison({self.base.title('en')} → {self.monitoring.year}:"
            f" {self.change_tco2:+,.0f} {self.base.unit}, {0 - self.reduction_share:+.1%})"
        )

    def _repr_html_(self) -> str:
        rows = self.by()
        rows.loc[TOTAL] = rows.sum()
        rows.index = pd.Index([_label(str(code)) for code in rows.index])
        digits = 2 if set(self.targets["basis"]) == {"per_head"} else 0
        targets = self.targets.map(lambda value: _shown(value, digits))
        tables = [rows.map(_shown).to_html(border=0), targets.to_html(index=False, border=0)]
        return f"<p><strong>{html.escape(repr(self))}</strong></p>{''.join(tables)}"


def _label(code: str) -> str:
    return TOTAL_LABELS[language()] if code == TOTAL else catalog.label("covenant_sector", code, language())


def _shown(value: object, digits: int = 0) -> object:
    """Write a number for people; rounding leaves no minus before a zero."""
    return f"{round(value, digits) + 0.0:,.{digits}f}" if isinstance(value, float) else value


def compare_inventories(
    base: EmissionInventory,
    monitoring: EmissionInventory,
    *,
    targets: Sequence[str | TargetSet] = ("covenant-2020", "covenant-2030"),
    basis: str = "absolute",
    growth: float | None = None,
    changed_factors: bool = False,
) -> InventoryComparison:
    """Compare a monitoring inventory with its baseline and with the commitments.

    ::

        change        = E₁·f₁ − E₀·f₀  =  (E₁ − E₀)·(f₀ + f₁)/2  +  (f₁ − f₀)·(E₀ + E₁)/2
        absolute      required = (1 + p) · B
        per_head      required = (1 + p) · B / N₀          against  M / N₁
        growth        required = (1 + p) · B · g
        path          = B + (required − B) · (y₁ − y₀) / (y_T − y₀)

    E: final energy (MWh/year); f: factor (t/MWh) of base 0 and monitoring 1; the first term is the
    effect of energy, the second that of factors; B, M: totals (t/year); p: change the target asks
    (−0.55 …); N: inhabitants; g: growth that was expected without a plan, from the base to the target
    year (–); y: years, T of the target. Percentages are always on the base, never added up. Source:
    JRC, Covenant of Mayors guidebook (per head and growth from memory, to be verified); effects:
    mid-point decomposition, exact.

    Parameters
    ----------
    base, monitoring : EmissionInventory
        Of one territory and convention.
    targets : sequence of str or TargetSet
        Sets with a target of emissions relative to a base.
    basis : str
        ``absolute``, ``per_head`` (both need ``population``) or ``growth``.
    growth : float, optional
        Emissions in the target year over those of the base, had nothing been done (1.08 = +8 %).
    changed_factors : bool
        ``True`` lets the national factor of electricity differ, which the Covenant does not; the
        factor effect then shows it.

    Raises
    ------
    InputError
        Different territories or conventions, a national factor that was not kept, an unknown basis, a
        missing population or growth, a set without such a target.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.indicators.covenant import emission_inventory
    >>> b = leb.examples.torino()
    >>> bei = emission_inventory(b)
    >>> compare_inventories(bei, emission_inventory(b, base=bei))
    InventoryComparison(Torino 2019 → 2019: +0 tCO2, +0.0%)
    """
    _require(base, monitoring, basis, growth, changed_factors=changed_factors)
    rows = [_target(target_set(one), base, monitoring, basis, growth) for one in targets]
    table = _side_by_side(base, monitoring)
    return InventoryComparison(base, monitoring, table, pd.DataFrame(rows, columns=TARGET_COLUMNS))


def _require(
    base: EmissionInventory,
    monitoring: EmissionInventory,
    basis: str,
    growth: float | None,
    *,
    changed_factors: bool,
) -> None:
    faults = _different(base, monitoring, changed_factors=changed_factors)
    if base.total_tco2 <= 0:
        faults.append(f"the base emits {base.total_tco2:,.0f} t; a reduction of it means nothing")
    if basis not in BASES:
        faults.append(f"unknown basis '{basis}'; known are {', '.join(BASES)}.{did_you_mean(basis, BASES)}")
    if basis == "growth" and not (growth is not None and math.isfinite(growth) and growth > 0):
        faults.append(f"basis 'growth' needs growth, a number above 0; it is {growth}")
    if basis != "growth" and growth is not None:
        faults.append(f"growth is given but the basis is '{basis}'; say basis='growth'")
    if basis == "per_head":
        faults += [
            f"basis 'per_head' needs the population of {one.year}: emission_inventory(…, population=…)"
            for one in (base, monitoring)
            if not one.population > 0
        ]
    if faults:
        raise InputError("inventory comparison", faults)


def _different(base: EmissionInventory, monitoring: EmissionInventory, *, changed_factors: bool) -> list[str]:
    """What makes two inventories not comparable."""
    faults = []
    if base.territory != monitoring.territory:
        faults.append(f"the base is of territory {base.territory}, the other of {monitoring.territory}")
    if base.unit != monitoring.unit:
        faults.append(f"the base counts {base.unit}, the other {monitoring.unit}")
    elif not changed_factors and base.convention != monitoring.convention:
        faults.append(
            f"the base has factors '{base.convention}', the other '{monitoring.convention}';"
            " changed_factors=True compares them and shows the effect of the factors"
        )
    before, after = base.national_electricity_factor, monitoring.national_electricity_factor
    if not changed_factors and before != after:
        faults.append(
            f"national factor of electricity {before:g} in the base, {after:g} in the other; the Covenant"
            " keeps that of the base: make the other with emission_inventory(…, base=…), or say"
            " changed_factors=True"
        )
    return faults


def _side_by_side(base: EmissionInventory, monitoring: EmissionInventory) -> pd.DataFrame:
    """Both tables by their keys, and the two effects."""
    sides = []
    for name, one in (("base", base), ("monitoring", monitoring)):
        apart = one.non_energy.assign(covenant_carrier="", product="", energy_mwh=0.0)
        rows = pd.concat([one.table[[*KEYS, "energy_mwh", "tco2"]], apart[[*KEYS, "energy_mwh", "tco2"]]])
        sums = rows.groupby(KEYS, sort=False)[["energy_mwh", "tco2"]].sum()
        sides.append(sums.rename(columns={"energy_mwh": f"{name}_mwh", "tco2": f"{name}_tco2"}))
    out = sides[0].join(sides[1], how="outer").fillna(0.0)
    energy0, energy1 = out["base_mwh"], out["monitoring_mwh"]
    change = out["monitoring_tco2"] - out["base_tco2"]
    # What is new or gone has one factor only; what has no energy changes by itself.
    factor0 = (out["base_tco2"] / energy0).where(energy0 > 0)
    factor1 = (out["monitoring_tco2"] / energy1).where(energy1 > 0)
    known0, known1 = factor0.fillna(factor1), factor1.fillna(factor0)
    factor_effect = ((known1 - known0) * (energy0 + energy1) / 2).fillna(0.0)
    order = ["base_mwh", "monitoring_mwh", "base_tco2", "monitoring_tco2"]
    out = out[order].assign(
        change_tco2=change, energy_effect_tco2=change - factor_effect, factor_effect_tco2=factor_effect
    )
    return out.reset_index()


def _target(
    chosen: TargetSet,
    base: EmissionInventory,
    monitoring: EmissionInventory,
    basis: str,
    growth: float | None,
) -> dict[str, object]:
    """One row of the targets."""
    rows = chosen.table
    fits = rows[(rows["indicator"] == "emissions") & (rows["base"] == RELATIVE)]
    if len(fits) != 1:
        raise InputError(
            "inventory comparison",
            [
                (
                    f"set '{chosen.name}' has {len(fits)} targets of emissions relative to a base; one is"
                    " expected, as in covenant-2020 and covenant-2030"
                )
            ],
        )
    row = fits.iloc[0]
    per_head = basis == "per_head"
    start = base.per_head_tco2 if per_head else base.total_tco2
    value = monitoring.per_head_tco2 if per_head else monitoring.total_tco2
    required = (1 + float(row["value"])) * start * (growth or 1.0)
    goal = int(row["target_year"])
    span = goal - base.year
    gone = min(max((monitoring.year - base.year) / span, 0.0), 1.0) if span > 0 else 1.0
    path = start + (required - start) * gone
    allowed = MET_WITHIN * abs(required)
    return {
        "target_set": chosen.name,
        "target_year": goal,
        "basis": basis,
        "base": start,
        "required": required,
        "value": value,
        "gap": value - required,
        "met": value - required <= allowed,
        "path": path,
        "on_path": value - path <= allowed,
    }
