"""Territories beside each other: per head, per km², ranked among their like."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import TOTAL, aggregate, flow_parts, identities, product_leaves
from leb_kit.balance.model import Balance, Territory
from leb_kit.balance.territory_keys import KEY_COLUMNS, key_value
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog

#: What territories can be ranked by.
RANKINGS = ("mwh_per_head", "mwh_per_km2", "energy_mwh")


def compare_territories(
    balance: Balance,
    *,
    flow: str = "FC_E",
    product: str = TOTAL,
    keys: pd.DataFrame | None = None,
    by: str = "mwh_per_head",
    lang: str = "it",
) -> pd.DataFrame:
    """Compare territories per head and per km², each among those of its level.

    ::

        mwh_per_head = energy / population;   mwh_per_km2 = energy / area
        index        = 100 · mwh_per_head / (Σ energy / Σ population)     over one level and year

    energy in MWh/year, population in inhabitants, area in km². Source: ISTAT (``municipalities.csv``).

    Parameters
    ----------
    balance : Balance
        Any number of territories, levels and years; the row is computed from leaves.
    flow, product : str
        Row and product to compare.
    keys : pd.DataFrame, optional
        Columns territory, population, area, where ISTAT's are not wanted or not known.
    by : str
        What to rank by: ``"mwh_per_head"``, ``"mwh_per_km2"`` or ``"energy_mwh"``.
    lang : str
        Language of the names, ``"it"`` or ``"en"``.

    Returns
    -------
    pd.DataFrame
        territory, name, level, year, energy_mwh, population, area_km2, mwh_per_head, mwh_per_km2, index,
        rank (1 = the largest of its level and year); NaN where population or area is not known. The
        largest comes first. ``attrs["title"]`` tells row and product in words.

    Raises
    ------
    InputError
        No territory has such a row, or there is no such ranking.

    Examples
    --------
    >>> rows = pd.DataFrame({"territory": ["001001", "001002"], "year": 2019, "flow": "FC_OTH_HH_E",
    ...                      "product": "G3000", "value": [26440, 30000]})
    >>> out = compare_territories(Balance.from_table(rows, unit="MWh"))
    >>> out[["name", "mwh_per_head", "rank"]].round(1).values.tolist()
    [['Agliè', 10.0, 1], ['Airasca', 7.9, 2]]
    """
    if by not in RANKINGS:
        known = ", ".join(RANKINGS)
        fault = f"'{by}' is no ranking; known are {known}.{did_you_mean(by, RANKINGS)}"
        raise InputError("compare_territories", [fault])
    out = _energies(balance, flow, product)
    places = {code: Territory.known(code) for code in out["territory"].unique()}
    out.insert(1, "name", [places[code].name(lang) for code in out["territory"]])
    out.insert(2, "level", [places[code].level for code in out["territory"]])
    for name, column in KEY_COLUMNS.items():
        found = {code: key_value(code, name, keys) for code in places}
        out[column] = out["territory"].map(found)
    out["mwh_per_head"] = out["energy_mwh"] / out["population"]
    out["mwh_per_km2"] = out["energy_mwh"] / out["area_km2"]
    like = out.assign(energy_mwh=out["energy_mwh"].where(out["population"].notna()))
    sums = like.groupby(["level", "year"])[["energy_mwh", "population"]].transform("sum", min_count=1)
    out["index"] = 100 * out["mwh_per_head"] / (sums["energy_mwh"] / sums["population"])
    rank = out.groupby(["level", "year"])[by].rank(method="min", ascending=False)
    out["rank"] = rank.astype("Int64")
    out = out.sort_values([by, "territory", "year"], ascending=[False, True, True]).reset_index(drop=True)
    out.attrs["title"] = f"{catalog.label('flow', flow, lang)}, {catalog.label('product', product, lang)}"
    return out


def _energies(balance: Balance, flow: str, product: str) -> pd.DataFrame:
    """Return territory, year, energy_mwh of one row; no cube is laid out where a weighted sum will do."""
    if any(identity.aggregate == flow and identity.on_product for identity in identities()):
        table = aggregate(balance).table
        rows = table[(table["flow"] == flow) & (table["product"] == product)]
        weight = np.ones(len(rows))
    else:
        table, signs = balance.leaves, flow_parts(flow)
        here = table["flow"].isin(list(signs))
        if product != TOTAL:
            here &= table["product"].isin([product, *product_leaves(product)])
        rows = table[here]
        weight = rows["flow"].map(signs).to_numpy(dtype=float)
    if rows.empty:
        hint = did_you_mean(flow, balance.table["flow"].unique())
        raise InputError("compare_territories", [f"no territory has a row {flow} {product}.{hint}"])
    signed = rows[["territory", "year"]].assign(energy_mwh=rows["energy_mwh"].to_numpy() * weight)
    grouped = signed.groupby(["territory", "year"], sort=True)["energy_mwh"]
    return grouped.agg(math.fsum).reset_index()
