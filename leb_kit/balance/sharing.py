"""Sharing a territory out to its parts by stated keys, so that the parts sum back exactly."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.balance.hierarchy import containers, inside
from leb_kit.balance.model import REST, Balance
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.balance.territory_keys import ORIGIN, SHIPPED, key_value
from leb_kit.errors import InputError, did_you_mean

Floats = npt.NDArray[np.float64]


def downscale(
    balance: Balance,
    *,
    key: str | Mapping[str, str],
    into: str | Sequence[str],
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
        ``"population"``, ``"area"``, ``"population_degree_days"`` (these ship for the municipalities of
        Piemonte and all above them) or a column of ``keys``; or flow → key, with ``"*"`` for all other
        flows.
    into : str or Sequence[str]
        Codes of the parts; or a level (``"municipality"``, ``"province"``): all that are known.
    keys : pd.DataFrame, optional
        Column territory and one column for each key: floor area, employees … A row of the whole says what
        the parts are a share of; without it, the parts together are the whole. Without ``keys`` a
        province or region is all municipalities that lie in it, Italy is Italy.

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
    codes = list(inside(whole, into) if isinstance(into, str) else into)
    leaves = balance.leaves.sort_values(["year", "flow", "product"], kind="stable")
    per_flow = {"*": key} if isinstance(key, str) else dict(key)
    faults = [f"'{code}' is given twice" for code, times in Counter(codes).items() if times > 1]
    used = {
        flow: per_flow.get(flow.removesuffix(UNALLOCATED), per_flow.get("*", ""))
        for flow in leaves["flow"].unique()
    }
    faults += [
        f"no key for flow {flow}; add it, or '*' for the rest" for flow, name in used.items() if not name
    ]
    shares = {name: _shares(name, whole, codes, keys, faults) for name in sorted(set(used.values()) - {""})}
    if faults:
        raise InputError("downscale", faults)
    places = sorted({code for one in shares.values() for code in one.value})
    table = _shared_out(leaves, [shares[used[flow]] for flow in leaves["flow"]], places)
    gone = [balance.missing.assign(territory=code) for code in places] if len(balance.missing) else []
    return Balance(table, pd.concat(gone, ignore_index=True) if gone else balance.missing)


# ── shares ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(eq=False)
class _Shares:
    """Share of each part by one key, and how it is told."""

    value: dict[str, float] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)


def _only_territory(balance: Balance) -> str:
    found = sorted(balance.table["territory"].unique())
    if len(found) != 1:
        shown = ", ".join(found) or "none"
        raise InputError("downscale", [f"one territory is needed, found {shown}; use filter(territory=…)"])
    return str(found[0])


def _shares(
    key: str, whole: str, codes: Sequence[str], keys: pd.DataFrame | None, faults: list[str]
) -> _Shares:
    given = [str(column) for column in keys.columns if column != "territory"] if keys is not None else []
    if key not in (*given, *SHIPPED):
        known = ", ".join(dict.fromkeys((*given, *SHIPPED)))
        faults.append(f"unknown key '{key}'; known are {known}.{did_you_mean(key, [*given, *SHIPPED])}")
        return _Shares()
    # Values of one publisher only: a share of two censuses is none.
    only = keys if key in given else None
    values = {code: key_value(code, key, only, mixed=False) for code in codes}
    for code, value in values.items():
        above = containers(code)
        if whole not in above and (above or key not in given):
            faults.append(f"{code} does not lie in {whole}")
        elif not (math.isfinite(value) and value >= 0):
            faults.append(f"{code} has no {key}; give it in keys=")
    sum_of_parts = math.fsum(values.values())
    top = key_value(whole, key, only, mixed=False)
    if math.isnan(top) and only is None and not faults:
        # The parts that are known are not all of it: they would take the energy of the others.
        faults.append(
            f"{whole} has no {key}, so nothing says what the parts are a share of; give {key} of {whole} and"
            " of the parts in keys="
        )
    total = sum_of_parts if math.isnan(top) else top
    if not faults and (total <= 0 or sum_of_parts > total * (1 + np.finfo(float).eps * len(codes))):
        faults.append(
            f"{key} of the parts is {sum_of_parts:,.10g}, of {whole} {total:,.10g}; parts exceed it"
        )
    if faults:
        return _Shares()
    where = "given" if key in given else ORIGIN[key]
    shares = {code: value / total for code, value in values.items()}
    rest = total - sum_of_parts
    if rest > np.finfo(float).eps * len(codes) * total:
        shares[whole + REST] = rest / total
        values[whole + REST] = rest
    told = {
        code: f"{whole} × {key} {values[code]:,.10g} / {total:,.10g} = {share:.6g} ({where})"
        for code, share in shares.items()
    }
    return _Shares(shares, told)


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────


def _shared_out(leaves: pd.DataFrame, shares: list[_Shares], places: list[str]) -> pd.DataFrame:
    """Return the leaves of every place, in the order of their keys: leaves × places, laid out at once."""
    energy = leaves["energy_mwh"].to_numpy()
    parts = np.zeros((len(energy), len(places)))
    told = np.empty(parts.shape, dtype=object)
    endings: dict[tuple[int, str], np.ndarray] = {}
    for one in {id(one): one for one in shares}.values():
        rows = np.array([row for row, used in enumerate(shares) if used is one])
        columns = np.array([column for column, code in enumerate(places) if code in one.value])
        share = np.array([one.value[places[column]] for column in columns])
        parts[np.ix_(rows, columns)] = _exact(energy[rows], share)
    for row, (source, one) in enumerate(zip(leaves["source"], shares, strict=True)):
        key = (id(one), source)
        if key not in endings:
            ending = f"; {source}" if source else ""
            endings[key] = np.array([one.told.get(code, "") + ending for code in places], dtype=object)
        told[row] = endings[key]
    kept = (parts != 0).T.ravel()
    out = {
        "territory": np.repeat(np.array(places, dtype=object), len(energy)),
        **{column: np.tile(leaves[column].to_numpy(), len(places)) for column in KEYS[1:]},
        "energy_mwh": parts.T.ravel(),
        "status": np.full(parts.size, "E", dtype=object),
        "source": told.T.ravel(),
    }
    return pd.DataFrame({column: out[column][kept] for column in COLUMNS})


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
    parts: list[float] = _exact(np.array([whole]), np.array(shares))[0].tolist()
    return parts


def _exact(whole: Floats, shares: Floats) -> Floats:
    """Return whole × shares, one row for each whole, each row summing to its whole exactly."""
    out = np.outer(whole, shares)
    order = np.argsort(-shares, kind="stable")
    order = order[shares[order] > 0].tolist()
    for row, total in enumerate(whole.tolist()):
        parts = out[row].tolist()
        # The residual goes to the largest part; what is finer than its last digit, to smaller ones.
        for place in order:
            if math.fsum(parts) == total:
                break
            parts[place] += math.fsum([total, *(-part for part in parts)])
            out[row, place] = parts[place]
    return out
