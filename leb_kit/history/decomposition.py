"""Why final energy or its emissions changed: LMDI-I on two years of one territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.history.climate import refuse_corrected, weather
from leb_kit.history.drivers import ALL, Activity, activity_table, check_activity
from leb_kit.history.lmdi import lmdi
from leb_kit.history.sectors import final_cells, heating_share
from leb_kit.indicators.emissions import cell_weights

Of = Literal["emissions", "energy"]
UNITS: Final[dict[str, str]] = {"emissions": "tCO2eq", "energy": "MWh"}
CELL: Final = ["sector", "product", "heats"]
EFFECT_LABELS: Final[dict[str, tuple[str, str]]] = {
    "activity": ("Attività", "Activity"),
    "structure": ("Struttura", "Structure"),
    "intensity": ("Intensità", "Intensity"),
    "mix": ("Mix di vettori", "Carrier mix"),
    "climate": ("Clima", "Climate"),
    "factor": ("Fattore di emissione", "Emission factor"),
}
EFFECTS: Final = tuple(EFFECT_LABELS)


@dataclass(frozen=True, repr=False, eq=False)
class Decomposition:
    """A change as a sum of effects; made by ``decompose``.

    Parameters
    ----------
    table : pd.DataFrame
        from_year, to_year, sector, product, effect, value (in ``unit``).
    effects : pd.DataFrame
        One row for each period: start, one column for each effect, end (in ``unit``).
    unit : str
        MWh or tCO2eq.
    territory : str
        Code.
    """

    table: pd.DataFrame
    effects: pd.DataFrame
    unit: str
    territory: str

    @property
    def residual(self) -> pd.Series:
        """What the effects leave unexplained, by period; rounding only."""
        between = self.effects.drop(columns=["start", "end"]).sum(axis=1)
        return self.effects["end"] - self.effects["start"] - between

    def by(self, key: str) -> pd.DataFrame:
        """Return effects by ``"sector"`` or ``"product"``, for each period.

        Raises
        ------
        InputError
            Another key.
        """
        if key not in ("sector", "product"):
            raise InputError("decomposition", [f"by('{key}') is unknown; known are sector, product"])
        rows = ["from_year", "to_year", key]
        names = [name for name in EFFECTS if name in self.effects]
        return self.table.pivot_table(index=rows, columns="effect", values="value", aggfunc="sum")[names]

    def labelled(self, lang: str = "it") -> pd.DataFrame:
        """Return ``effects`` with headings in Italian (``it``) or English (``en``)."""
        at = int(lang == "en")
        heads = {name: labels[at] for name, labels in EFFECT_LABELS.items()}
        heads |= {"start": ("Inizio", "Start")[at], "end": ("Fine", "End")[at]}
        return self.effects.rename(columns=heads)

    def __repr__(self) -> str:
        first, last = self.effects.iloc[0], self.effects.iloc[-1]
        years = f"{self.effects.index[0][0]}–{self.effects.index[-1][1]}"
        return (
            f"Decomposition({self.territory} {years}: {first['start']:,.0f} → {last['end']:,.0f} {self.unit})"
        )

    def _repr_html_(self) -> str:
        html: str = self.labelled("en").round(0).to_html(border=0)
        return f"<p>{self!r}</p>{html}"


def decompose(
    balance: Balance,
    other: Balance | None = None,
    *,
    activity: Activity | None = None,
    of: Of = "emissions",
    convention: str = "covenant",
    factors: Mapping[tuple[str, int], float] | None = None,
    degree_days: Mapping[int, float] | pd.Series | None = None,
    reference: float | None = None,
    years: tuple[int, int] | None = None,
    chain: bool = False,
) -> Decomposition:
    """Split the change of final energy, or of its emissions, into its causes (LMDI-I, additive).

    ::

        C = sum over sectors i and products j of  A × S_i × I_i × M_ij × W_ij × U_ij

        one activity for all:    A activity, I = E / A for all sectors, S_i = E_i / E
        activity by sector:      A = sum of A_i, S_i = A_i / A, I_i = E_i / A_i
        M_ij = E_ij / E_i,  U_ij = C_ij / E_ij,  W_ij = HDD_year / HDD_ref for the heating part, else 1

    C (tCO2eq, or MWh without U), A activity (any unit, the same for all sectors), S structure (0–1), I
    intensity (MWh per unit of activity), M carrier mix (0–1), W climate (only with ``degree_days``; then
    E is energy at reference weather), U emission factor (tCO2eq/MWh). Effects and zeros: ``lmdi``.

    Parameters
    ----------
    balance : Balance
        Of one territory: two years or more, or one year and ``other``.
    other : Balance, optional
        Another year of the same territory.
    activity : Mapping, pd.Series, pd.DataFrame or str
        By year; or a table of years by sector code; or ``"population"`` where it is shipped.
    of : str
        ``emissions`` or ``energy``.
    convention : str
        Emission factors of final energy: ``covenant``, ``lca``, ``ipcc`` …
    factors : Mapping[tuple[str, int], float], optional
        Your own factors by (product, year), tCO2eq/MWh: without them a factor is the same in all years
        (electricity and heat become cleaner only where told here; ``grid_factors`` reads them off
        the balance).
    degree_days, reference : optional
        As in ``climate_corrected``: adds the effect ``climate``; products without a known share of
        space heating count as not heated.
    years : tuple[int, int], optional
        First and last; without it, those of the balance.
    chain : bool
        Every pair of following years instead of first and last.

    Returns
    -------
    Decomposition
        Effects that sum to the change.

    Raises
    ------
    InputError
        Several territories, one year only, a missing year, a missing or negative driver.

    Examples
    --------
    >>> from leb_kit.history import as_balance, decompose, shipped
    >>> b = as_balance(shipped("final_consumption").query("territory == 'IT'"))
    >>> d = decompose(b, activity={1990: 56.7, 2008: 58.8}, of="energy", years=(1990, 2008))
    >>> bool(abs(d.residual.iloc[0]) < 1e-9 * d.effects["end"].iloc[0])
    True
    """
    if of not in UNITS:
        raise InputError("decompose", [f"of='{of}' is unknown; known are {', '.join(UNITS)}"])
    table, territory = _leaves(balance, other)
    merged = Balance(table)
    pairs = _pairs(merged.years, years, chain=chain)
    drivers = activity_table(activity, territory)
    wanted = sorted({year for pair in pairs for year in pair})
    cells = final_cells(table[table["year"].isin(wanted)])
    faults: list[str] = []
    if cells.empty:
        faults.append("the balance has no final energy (rows FC_…)")
    if degree_days is not None:
        chosen = Balance(table[table["year"].isin(wanted)])
        cells = _at_reference(cells, weather(chosen, degree_days, reference, faults))
    else:
        cells = cells.assign(heats=False, weather=1.0)
    for pair in pairs:
        used = {year: set(cells.loc[(cells["year"] == year), "sector"]) for year in pair}
        faults += [fault for fault in check_activity(drivers, pair, used) if fault not in faults]
    if faults:
        raise InputError("decompose", faults)
    if of == "emissions":
        cells["factor"] = _factors(cells, convention, territory, factors or {})
    return _result(cells, drivers, pairs, UNITS[of], territory)


def _leaves(balance: Balance, other: Balance | None) -> tuple[pd.DataFrame, str]:
    refuse_corrected(balance, other, use="decompositions (which take degree_days=)")
    tables = [one.leaves for one in (balance, other) if one is not None]
    places = sorted({place for table in tables for place in table["territory"].unique()})
    if len(places) != 1:
        told = ", ".join(places) or "none"
        raise InputError("decompose", [f"one territory is needed; found {told}; use filter(territory=…)"])
    shared = {int(year) for year in tables[0]["year"]} & {
        int(y) for table in tables[1:] for y in table["year"]
    }
    if shared:
        told = ", ".join(map(str, sorted(shared)))
        raise InputError("decompose", [f"both balances hold {told}; give two different years"])
    return pd.concat(tables, ignore_index=True), places[0]


def _pairs(have: tuple[int, ...], wanted: tuple[int, int] | None, *, chain: bool) -> list[tuple[int, int]]:
    told = ", ".join(map(str, have)) or "none"
    if wanted is not None:
        missing = [year for year in wanted if year not in have]
        if missing:
            raise InputError("decompose", [f"no balance for {year}; years are {told}" for year in missing])
        low, high = wanted
    elif len(have) < 2:
        raise InputError("decompose", [f"two years are needed; found {told}"])
    else:
        low, high = have[0], have[-1]
    if low >= high:
        raise InputError("decompose", [f"years=({low}, {high}): the first must be before the second"])
    between = [year for year in have if low <= year <= high]
    return list(pairwise(between)) if chain else [(low, high)]


def _at_reference(cells: pd.DataFrame, ratios: pd.DataFrame) -> pd.DataFrame:
    """Split each cell into what heats and what does not; heating energy as at reference weather."""
    merged = cells.merge(ratios, on=["territory", "year"], how="left", validate="m:1")
    known = [
        heating_share(flow, product) or 0.0
        for flow, product in zip(merged["flow"], merged["product"], strict=True)
    ]
    share = pd.Series(known, index=merged.index, dtype=float)
    ratio = merged["degree_days"] / merged["reference_degree_days"]
    heats = merged.assign(heats=True, energy_mwh=merged["energy_mwh"] * share / ratio, weather=ratio)
    other = merged.assign(heats=False, energy_mwh=merged["energy_mwh"] * (1 - share), weather=1.0)
    both = pd.concat([heats, other], ignore_index=True)
    return both[both["energy_mwh"] != 0].reset_index(drop=True)


def _factors(
    cells: pd.DataFrame, convention: str, territory: str, own: Mapping[tuple[str, int], float]
) -> pd.Series:
    faults = [
        f"factor of {product} in {year} is {value}; expected a finite number, not negative"
        for (product, year), value in own.items()
        if not (np.isfinite(value) and value >= 0)
    ]
    if faults:
        raise InputError("decompose", faults)
    keys = list(zip(cells["product"], cells["year"], strict=True))
    told = pd.Series([own.get((product, int(year)), np.nan) for product, year in keys], index=cells.index)
    asked = told.isna()
    if asked.any():
        weights = cell_weights(cells.loc[asked, ["flow", "product"]], convention, territory)
        told.loc[asked] = weights
    return told


def _result(
    cells: pd.DataFrame, drivers: pd.DataFrame, pairs: list[tuple[int, int]], unit: str, territory: str
) -> Decomposition:
    amounts = cells.assign(amount=cells["energy_mwh"] * cells["weather"] * cells.get("factor", 1.0))
    years = sorted({year for pair in pairs for year in pair})
    totals = amounts.groupby("year")["amount"].sum().reindex(years, fill_value=0.0)
    tables, effects = [], []
    for low, high in pairs:
        parts = [amounts[amounts["year"] == year] for year in (low, high)]
        index = pd.MultiIndex.from_frame(pd.concat(parts)[CELL].drop_duplicates().sort_values(CELL))
        split = lmdi(
            *(_side(part, drivers.loc[y], index) for part, y in zip(parts, (low, high), strict=True))
        )
        effects.append({"start": float(totals[low]), **split.sum().to_dict(), "end": float(totals[high])})
        keys = ["sector", "product"]
        told = split.groupby(keys).sum().reset_index().melt(id_vars=keys, var_name="effect")
        tables.append(told.assign(from_year=low, to_year=high))
    table = pd.concat(tables, ignore_index=True)
    index = pd.MultiIndex.from_tuples(pairs, names=["from_year", "to_year"])
    columns = ["from_year", "to_year", "sector", "product", "effect", "value"]
    return Decomposition(table[columns], pd.DataFrame(effects, index=index), unit, territory)


def _side(cells: pd.DataFrame, driver: pd.Series, index: pd.MultiIndex) -> pd.DataFrame:
    """Factors of one year, by cell; NaN where the year cannot tell (a product of an absent sector)."""
    sums = cells.groupby(CELL)[["energy_mwh", "amount"]].sum().reindex(index, fill_value=0.0)
    energy, total = sums["energy_mwh"], float(sums["energy_mwh"].sum())
    of_sector = energy.groupby(level="sector").transform("sum")
    if list(driver.index) == [ALL]:
        activity = float(driver[ALL])
        structure, intensity = of_sector / total, pd.Series(total / activity, index=index)
    else:
        activity = float(driver.sum())
        own = pd.Series(index.get_level_values("sector").map(driver), index=index, dtype=float)
        structure, intensity = own / activity, of_sector / own
    out = pd.DataFrame({"activity": activity, "structure": structure, "intensity": intensity}, index=index)
    out["mix"] = energy / of_sector
    # An absent cell has no weather and no factor of its own: the other year's are used.
    weather = cells.groupby(CELL)["weather"].first().reindex(index)
    if bool(index.get_level_values("heats").any()):
        out["climate"] = weather
    if "factor" in cells:
        out["factor"] = sums["amount"] / (energy * weather)
    return out
