"""Country ⊃ region ⊃ province ⊃ municipality: what lies in what, and exact sums.

Sums are ``math.fsum``: correctly rounded, so the same in any order. Only leaves are added; aggregates
follow where the given balance had them. ``sharing`` goes the other way.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.balance.accounting import (
    TOTAL,
    UNALLOCATED,
    aggregate,
    flow_parts,
    identities,
    product_leaves,
)
from leb_kit.balance.model import LEVELS, Balance, Territory, known_territories
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.errors import InputError, did_you_mean

#: The less certain of two states wins.
DOUBT = ("A", "R", "P", "E")
#: Sources written out in a sum; more are counted.
SHOWN_SOURCES = 3
CELL = ["year", "flow", "product"]

Places = npt.NDArray[np.intp]


def parent_of(code: str, parents: Mapping[str, str] | None = None) -> str:
    """Return the code of the territory that contains ``code``; blank where unknown.

    Given ``parents`` come first, then ``territories.csv`` and ``municipalities.csv``; the first three
    digits of an ISTAT code of a municipality are its province.

    Parameters
    ----------
    code : str
        ISTAT or NUTS code.
    parents : Mapping[str, str], optional
        Further territories: code → code of the territory that contains it.

    Examples
    --------
    >>> parent_of("001272"), parent_of("004078"), parent_of("004")
    ('001', '004', 'ITC1')
    """
    if parents and code in parents:
        return parents[code]
    return Territory.known(code).parent


def containers(code: str, parents: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return every territory that contains ``code``, the smallest first.

    Parameters
    ----------
    code : str
        ISTAT or NUTS code.
    parents : Mapping[str, str], optional
        As ``parent_of`` takes them.

    Examples
    --------
    >>> containers("001272")
    ('001', 'ITC1', 'IT', 'EU27_2020')
    """
    found: list[str] = []
    above = parent_of(code, parents)
    while above and above not in found:
        found.append(above)
        above = parent_of(above, parents)
    return tuple(found)


def inside(whole: str, level: str) -> tuple[str, ...]:
    """Return the codes of all known territories of a level that lie in ``whole``, in order.

    Parameters
    ----------
    whole : str
        Code of a province, region, country …
    level : str
        ``"municipality"``, ``"province"``, ``"region"`` or ``"country"``.

    Raises
    ------
    InputError
        There is no such level, or nothing of that level is known in ``whole``.

    Examples
    --------
    >>> len(inside("ITC1", "municipality")), inside("ITC1", "province")
    (1181, ('001', '002', '003', '004', '005', '006', '096', '103'))
    """
    _require_level(level)
    found = sorted(
        place.code
        for place in known_territories()
        if place.level == level and whole in containers(place.code)
    )
    if not found:
        raise InputError("territories", [f"no {level} is known in {whole}; give the codes"])
    return tuple(found)


def sum_territories(
    balance: Balance,
    into: str | Sequence[str],
    *,
    parents: Mapping[str, str] | None = None,
    partial: bool = False,
) -> Balance:
    """Add territories to those that contain them.

    ::

        energy(into, year, flow, product) = fsum of energy(t, year, flow, product) over territories t

    energy in MWh. fsum is the correctly rounded sum (Shewchuk 1997), so every order of the rows gives the
    same bits. Status: the least certain of the parts. Source: those of the parts.

    Parameters
    ----------
    balance : Balance
        Parts that do not overlap; any number of years.
    into : str or Sequence[str]
        Code of the whole, for example ``"001"``; several codes; or a level (``"province"``,
        ``"region"``, ``"country"``): all territories of that level that contain parts.
    parents : Mapping[str, str], optional
        Which territory contains which, where codes do not tell: code → code.
    partial : bool
        What to do with a cell that some part gave as missing, and with aggregates of it. ``False``: no
        sum is given. ``True``: the sum of the known parts, status E. Either way all are listed in
        ``.missing``.

    Returns
    -------
    Balance
        The wholes; aggregates only where the parts had them.

    Raises
    ------
    InputError
        Parts that overlap, do not lie in ``into``, or give one row at different detail.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"territory": ["001272", "001001"], "year": 2019, "flow": "FC_OTH_HH_E",
    ...                      "product": "G3000", "value": [0.1, 0.2]})
    >>> sum_territories(Balance.from_table(rows, unit="MWh"), into="001").table["energy_mwh"].tolist()
    [0.30000000000000004]
    """
    codes = sorted({*balance.table["territory"].unique(), *balance.missing["territory"].unique()})
    whole_of = _wholes(codes, into, parents)
    leaves = balance.leaves
    gone = balance.missing.assign(territory=balance.missing["territory"].map(whole_of))
    gone = gone[list(KEYS)].drop_duplicates().sort_values(list(KEYS)).reset_index(drop=True)
    table = _summed(leaves, whole_of)
    whole = Balance(table[table["energy_mwh"] != 0].reset_index(drop=True), gone)
    if len(leaves) < len(balance.table):
        whole = aggregate(whole)
    return _known_only(whole, partial=partial) if len(gone) else whole


# ── what is summed into what ─────────────────────────────────────────────────────────────────────────────


def _wholes(
    codes: Sequence[str], into: str | Sequence[str], parents: Mapping[str, str] | None
) -> dict[str, str]:
    """Return the whole of each part: the smallest of the asked ones that contains it."""
    by_level = isinstance(into, str) and into in LEVELS
    asked = [into] if isinstance(into, str) else list(into)
    told = ", ".join(asked)
    present = set(codes)
    out = {}
    faults = []
    for code in codes:
        above = containers(code, parents)
        fits = [one for one in above if (Territory.known(one).level == into if by_level else one in asked)]
        if not by_level and code in asked:
            faults.append(f"{code} itself is in the balance beside its parts; leave it out with filter")
        elif not fits:
            place = (
                f"lies in {', '.join(above)}" if above else "is not known; say where it lies with parents="
            )
            faults.append(f"{code} does not lie in {'a ' if by_level else ''}{told}: it {place}")
        else:
            out[code] = fits[0]
        faults += [
            f"{code} lies in {outer}, and both are in the balance: its energy would count twice"
            for outer in above
            if outer in present and outer not in asked
        ]
    if faults:
        raise InputError(f"sum into {told}", faults)
    return out


def _require_level(level: str) -> None:
    if level not in LEVELS:
        raise InputError(
            "territories",
            [f"unknown level '{level}'; known are {', '.join(LEVELS)}.{did_you_mean(level, LEVELS)}"],
        )


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────


def _summed(leaves: pd.DataFrame, whole_of: Mapping[str, str]) -> pd.DataFrame:
    """Return one row for each cell of the wholes: sum, least certain status, sources; sorted by key.

    Rows are sorted once; then each cell is a slice. No frame is made for a cell.
    """
    if leaves.empty:
        return leaves
    cell, cells = _cells(leaves, whole_of)
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    bounds = list(zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True))
    energy = leaves["energy_mwh"].to_numpy()[order].tolist()
    sources = leaves["source"].to_numpy()[order].tolist()
    doubt, states = pd.factorize(leaves["status"].to_numpy())
    by_doubt = np.argsort([DOUBT.index(state) if state in DOUBT else len(DOUBT) for state in states])
    rank = np.empty(len(states), dtype=np.intp)
    rank[by_doubt] = np.arange(len(states))
    worst = np.maximum.reduceat(rank[doubt][order], starts)
    out = cells.assign(
        energy_mwh=[math.fsum(energy[first:last]) for first, last in bounds],
        status=states[by_doubt][worst],
        source=[_sources(sources[first:last]) for first, last in bounds],
    )
    return out[list(COLUMNS)].astype({"year": "int64"})


def _known_only(whole: Balance, *, partial: bool) -> Balance:
    """Leave out, or mark, every row that a missing cell is part of."""
    table, gone = whole.table, whole.missing
    whole_of = {flow: set(flow_parts(flow)) for flow in table["flow"].unique()}
    of_many = {row.aggregate for row in identities() if row.on_product}
    place = pd.MultiIndex.from_frame(table[["territory", "year"]])
    hidden = np.zeros(len(table), dtype=bool)
    for (flow, product), keys in gone.groupby(["flow", "product"]):
        parts = {flow, flow.removesuffix(UNALLOCATED)}
        above = {one for one, inner in whole_of.items() if inner & parts} | of_many | {flow + UNALLOCATED}
        groups = [one for one in table["product"].unique() if product in (one, *product_leaves(one))]
        here = table["flow"].isin(above) & table["product"].isin([*groups, TOTAL])
        hidden |= here & place.isin(pd.MultiIndex.from_frame(keys[["territory", "year"]]))
    listed = pd.concat([gone, table.loc[hidden, list(KEYS)]]).drop_duplicates()
    gone = listed[~listed["flow"].str.endswith(UNALLOCATED)].sort_values(list(KEYS)).reset_index(drop=True)
    if not partial:
        return Balance(table[~hidden].reset_index(drop=True), gone)
    told = "known parts only: " + table["source"]
    known = table.assign(status=table["status"].mask(hidden, "E"), source=table["source"].mask(hidden, told))
    return Balance(known, gone)


def _cells(leaves: pd.DataFrame, whole_of: Mapping[str, str]) -> tuple[Places, pd.DataFrame]:
    """Number the cell that each leaf is added to, and list the cells in order of their keys."""
    part, codes = pd.factorize(leaves["territory"].to_numpy())
    owner, wholes = pd.factorize(np.array([whole_of[code] for code in codes], dtype=object), sort=True)
    place, names = owner[part], [wholes]
    for column in KEYS[1:]:
        at, values = pd.factorize(leaves[column].to_numpy(), sort=True)
        place, names = place * len(values) + at, [*names, values]
    distinct, cell = np.unique(place, return_inverse=True)
    at_key = np.unravel_index(distinct, [len(values) for values in names])
    cells = pd.DataFrame({column: values[at] for column, values, at in zip(KEYS, names, at_key, strict=True)})
    same = _same_detail(cells)
    number = same.groupby(list(KEYS), sort=True).ngroup().to_numpy()
    return number[cell], same.drop_duplicates().sort_values(list(KEYS)).reset_index(drop=True)


def _same_detail(cells: pd.DataFrame) -> pd.DataFrame:
    """Keep what one part gives whole beside what another gives in parts, or say that it cannot be."""
    children = {row.aggregate: {term[0] for term in row.terms} for row in identities() if row.is_tree}
    beside = ["territory", "year", "product"]
    flow = cells["flow"].copy()
    for parent in sorted(set(cells["flow"]) & set(children)):
        mixed = cells["flow"].isin(children[parent] | {parent + UNALLOCATED})
        finer = pd.MultiIndex.from_frame(cells.loc[mixed, beside])
        rows = (cells["flow"] == parent) & pd.MultiIndex.from_frame(cells[beside]).isin(finer)
        flow = flow.mask(rows, parent + UNALLOCATED)
    groups = {product for product in cells["product"].unique() if product_leaves(product) != (product,)}
    if groups:
        _require_one_detail(cells, groups)
    return cells.assign(flow=flow)


def _require_one_detail(cells: pd.DataFrame, groups: set[str]) -> None:
    rows = cells.groupby(["year", "flow"], sort=True)["product"].agg(set)
    faults = [
        f"{year} {flow}: some territories give {group}, others {', '.join(parts)}; give all at one detail"
        for (year, flow), products in rows.items()
        for group in sorted(products & groups)
        if (parts := sorted(products & {*product_leaves(group)} - {group}))
    ]
    if faults:
        raise InputError("territories at different detail", faults)


def _sources(sources: Sequence[str]) -> str:
    """Tell how many parts there are, and the first of their sources in alphabetical order."""
    names = {name for name in sources if name}
    shown = "; ".join(heapq.nsmallest(SHOWN_SOURCES, names)) or "no source"
    more = f"; and {len(names) - SHOWN_SOURCES} more" if len(names) > SHOWN_SOURCES else ""
    return f"sum of {len(sources)}: {shown}{more}"
