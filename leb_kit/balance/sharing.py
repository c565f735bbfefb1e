"""Sharing a territory out to its parts by stated keys, and comparing territories per head and per km²."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import TOTAL, UNALLOCATED, aggregate
from leb_kit.balance.hierarchy import REST, containers, municipalities, name_of
from leb_kit.balance.model import Balance
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.errors import InputError, did_you_mean

#: Keys that ``municipalities.csv`` knows, with their column.
KEY_COLUMNS = {"population": "population", "area": "area_km2"}


def downscale(
    balance: Balance,
    *,
    key: str | Mapping[str, str],
    into: Sequence[str],
    keys: pd.DataFrame | None = None,
) -> Balance:
    """Share a balance out to the parts of its territory, by stated keys.

    ::

        share(t)  = key(t) / key(whole)
        energy(t) = share(t) · energy(whole)      for each leaf

    key in its own unit (inhabitants, km², employees …), energy in MWh. The last digit of the largest
    part is set so that ``fsum`` of the parts is the whole exactly. What ``into`` does not cover stays
    visible as the territory ``<whole>_REST``. Source: method of leb_kit.

    Parameters
    ----------
    balance : Balance
        One territory; any number of years.
    key : str or Mapping[str, str]
        ``"population"``, ``"area"`` (``municipalities.csv``) or a column of ``keys``; or flow → key, with
        ``"*"`` for all other flows.
    into : Sequence[str]
        Codes of the parts.
    keys : pd.DataFrame, optional
        Column territory and one column for each key. A row of the whole says what the parts are a share
        of; without it, the parts together are the whole. Without ``keys`` the whole is all municipalities
        that lie in it.

    Returns
    -------
    Balance
        Leaves of every part, status E; the source tells key and share.

    Raises
    ------
    InputError
        An unknown key; a part without a value, given twice, or outside of the territory.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"territory": ["001"], "year": [2019], "flow": ["FC_OTH_HH_E"],
    ...                      "product": ["G3000"], "value": [1000]})
    >>> parts = downscale(Balance.from_table(rows, unit="GWh"), key="population", into=["001272"])
    >>> parts.table[["territory", "energy_mwh"]].round(0).values.tolist()
    [['001272', 388102.0], ['001_REST', 611898.0]]
    """
    whole = _only_territory(balance)
    codes = list(into)
    leaves = balance.leaves
    per_flow = {"*": key} if isinstance(key, str) else dict(key)
    faults = [f"'{code}' is given twice" for code in dict.fromkeys(codes) if codes.count(code) > 1]
    flows = dict.fromkeys(leaves["flow"])
    used = {flow: per_flow.get(flow.removesuffix(UNALLOCATED), per_flow.get("*", "")) for flow in flows}
    faults += [
        f"no key for flow {flow}; add it, or '*' for the rest" for flow, name in used.items() if not name
    ]
    shares = {}
    for name in sorted({name for name in used.values() if name}):
        shares[name] = _shares(name, whole, codes, keys, faults)
    if faults:
        raise InputError("downscale", faults)
    parts = [
        (code, int(row.year), row.flow, row.product, energy, "E", told)
        for row in leaves.itertuples(index=False)
        for code, energy, told in _shared_out(float(row.energy_mwh), str(row.source), *shares[used[row.flow]])
        if energy != 0
    ]
    table = pd.DataFrame(parts, columns=list(COLUMNS)).sort_values(list(KEYS), kind="stable")
    places = [*codes, whole + REST] if any(whole + REST in parts for parts, _ in shares.values()) else codes
    gone = [balance.missing.assign(territory=code) for code in places]
    missing = pd.concat(gone, ignore_index=True) if len(balance.missing) else balance.missing
    return Balance(table.reset_index(drop=True), missing)


def compare_territories(
    balance: Balance, *, flow: str = "FC_E", product: str = TOTAL, keys: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Compare territories per head and per km².

    ::

        mwh_per_head = energy / population;   mwh_per_km2 = energy / area

    energy in MWh/year, population in inhabitants, area in km². Source: ISTAT (``municipalities.csv``).

    Parameters
    ----------
    balance : Balance
        Any number of territories and years; the row is computed from leaves.
    flow, product : str
        Row and product to compare.
    keys : pd.DataFrame, optional
        Columns territory, population, area, where ISTAT's are not wanted or not known.

    Returns
    -------
    pd.DataFrame
        territory, name, year, energy_mwh, population, area_km2, mwh_per_head, mwh_per_km2; NaN where
        population or area is not known. The largest per head comes first.

    Raises
    ------
    InputError
        No territory has such a row.
    """
    table = aggregate(balance).table
    rows = table[(table["flow"] == flow) & (table["product"] == product)]
    if rows.empty:
        hint = did_you_mean(flow, table["flow"].unique())
        raise InputError("compare_territories", [f"no territory has a row {flow} {product}.{hint}"])
    out = rows[["territory", "year", "energy_mwh"]].reset_index(drop=True)
    out.insert(1, "name", [name_of(code) for code in out["territory"]])
    codes = dict.fromkeys(out["territory"])
    for name, column in KEY_COLUMNS.items():
        found = {code: _key_value(code, name, keys) for code in codes}
        out[column] = [found[code] for code in out["territory"]]
    out["mwh_per_head"] = out["energy_mwh"] / out["population"]
    out["mwh_per_km2"] = out["energy_mwh"] / out["area_km2"]
    return out.sort_values(["mwh_per_head", "territory"], ascending=[False, True]).reset_index(drop=True)


def _only_territory(balance: Balance) -> str:
    found = sorted(balance.table["territory"].unique())
    if len(found) != 1:
        shown = ", ".join(found) or "none"
        raise InputError("downscale", [f"one territory is needed, found {shown}; use filter(territory=…)"])
    return str(found[0])


def _shares(
    key: str, whole: str, codes: Sequence[str], keys: pd.DataFrame | None, faults: list[str]
) -> tuple[dict[str, float], dict[str, str]]:
    """Return the share of each part, and how it is told."""
    given = [str(column) for column in keys.columns if column != "territory"] if keys is not None else []
    if key not in (*given, *KEY_COLUMNS):
        known = ", ".join(dict.fromkeys((*given, *KEY_COLUMNS)))
        faults.append(f"unknown key '{key}'; known are {known}.{did_you_mean(key, [*given, *KEY_COLUMNS])}")
        return {}, {}
    # Values of one publisher only: a share of two censuses is none.
    only = keys if key in given else None
    values = {code: _key_value(code, key, only, mixed=False) for code in codes}
    for code, value in values.items():
        above = containers(code)
        if whole not in above and (above or key not in given):
            faults.append(f"{code} does not lie in {whole}")
        elif not (math.isfinite(value) and value >= 0):
            faults.append(f"{code} has no {key}; give it in keys=")
    sum_of_parts = math.fsum(values.values())
    top = _key_value(whole, key, only, mixed=False)
    total = sum_of_parts if math.isnan(top) else top
    if not faults and (total <= 0 or sum_of_parts > total * (1 + np.finfo(float).eps * len(codes))):
        faults.append(
            f"{key} of the parts is {sum_of_parts:,.10g}, of {whole} {total:,.10g}; parts exceed it"
        )
    if faults:
        return {}, {}
    where = "given" if key in given else "ISTAT, census 2011"
    shares = {code: value / total for code, value in values.items()}
    rest = total - sum_of_parts
    if rest > np.finfo(float).eps * len(codes) * total:
        shares[whole + REST] = rest / total
        values[whole + REST] = rest
    told = {
        code: f"{whole} × {key} {values[code]:,.10g} / {total:,.10g} = {share:.6g} ({where})"
        for code, share in shares.items()
    }
    return shares, told


def _shared_out(
    energy: float, source: str, shares: Mapping[str, float], told: Mapping[str, str]
) -> list[tuple[str, float, str]]:
    parts = exact_parts(energy, list(shares.values()))
    ending = f"; {source}" if source else ""
    return [(code, part, told[code] + ending) for code, part in zip(shares, parts, strict=True)]


def exact_parts(whole: float, shares: Sequence[float]) -> list[float]:
    """Split a number by shares so that ``math.fsum`` of the parts is the number exactly.

    Parameters
    ----------
    whole : float
        Energy, MWh.
    shares : Sequence[float]
        Shares 0–1 that sum to 1.

    Examples
    --------
    >>> math.fsum(exact_parts(0.3, [1 / 3, 1 / 3, 1 / 3])) == 0.3
    True
    """
    parts = [whole * share for share in shares]
    # The residual goes to the largest part; what is finer than its last digit, to smaller ones.
    for place in sorted(range(len(parts)), key=lambda at: -shares[at]):
        residual = math.fsum([whole, *(-part for part in parts)])
        if math.fsum(parts) == whole or shares[place] == 0:
            break
        parts[place] += residual
    return parts


def _key_value(code: str, key: str, keys: pd.DataFrame | None, *, mixed: bool = True) -> float:
    """Return the key of a territory: as given, of the municipality, or of all that lie in it; else NaN."""
    if keys is not None and key in keys:
        found = keys.loc[keys["territory"] == code, key]
        if len(found) or not mixed:
            return float(found.iloc[0]) if len(found) else math.nan
    if key not in KEY_COLUMNS:
        return math.nan
    towns, column = municipalities(), KEY_COLUMNS[key]
    if code in towns.index:
        return float(towns.at[code, column])
    inside = towns.loc[(towns["province"] == code) | (towns["region"] == code), column]
    return math.fsum(inside.dropna()) if len(inside) else math.nan
