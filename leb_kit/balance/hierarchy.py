"""Country ⊃ region ⊃ province ⊃ municipality: what lies in what, and exact sums.

Sums are ``math.fsum``: correctly rounded, so the same in any order. Only leaves are added; aggregates
follow where the given balance had them. ``sharing`` goes the other way.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pandas as pd

from leb_kit.balance.accounting import UNALLOCATED, aggregate, identities, product_leaves
from leb_kit.balance.model import Balance, Territory
from leb_kit.balance.table import COLUMNS, KEYS
from leb_kit.errors import InputError
from leb_kit.reference import catalog

#: What is left of a territory when its parts do not cover it.
REST = "_REST"
#: The less certain of two states wins.
DOUBT = ("A", "R", "P", "E")
#: Length of the codes of ISTAT: of a municipality, and of the province it begins with.
MUNICIPALITY_DIGITS, PROVINCE_DIGITS = 6, 3
#: Sources written out in a sum; more are counted.
SHOWN_SOURCES = 3
CELL = ["year", "flow", "product"]


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
    known = _parents()
    if code in known:
        return known[code]
    if code.endswith(REST):
        return code.removesuffix(REST)
    if len(code) == MUNICIPALITY_DIGITS and code.isdigit():
        return code[:PROVINCE_DIGITS]
    return ""


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


def sum_territories(
    balance: Balance, into: str, *, parents: Mapping[str, str] | None = None, partial: bool = False
) -> Balance:
    """Add territories to the one that contains them.

    ::

        energy(into, year, flow, product) = fsum of energy(t, year, flow, product) over territories t

    energy in MWh. fsum is the correctly rounded sum (Shewchuk 1997), so every order of the rows gives the
    same bits. Status: the least certain of the parts. Source: those of the parts.

    Parameters
    ----------
    balance : Balance
        Parts that do not overlap; any number of years.
    into : str
        Code of the whole, for example ``"001"``.
    parents : Mapping[str, str], optional
        Which territory contains which, where codes do not tell: code → code.
    partial : bool
        What to do with a cell that some part gave as missing. ``False``: no sum is given.
        ``True``: the sum of the known parts, status E. Either way it is listed in ``.missing``.

    Returns
    -------
    Balance
        Territory ``into``; aggregates only where the parts had them.

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
    codes = sorted({*balance.table["territory"], *balance.missing["territory"]})
    _require_parts(codes, into, parents)
    leaves = _same_detail(balance.leaves)
    gone = balance.missing.assign(territory=into)[list(KEYS)].drop_duplicates()
    gone = gone.sort_values(CELL).reset_index(drop=True)
    rows = [
        (into, *cell, math.fsum(part["energy_mwh"]), _doubtful(part["status"]), _sources(part["source"]))
        for cell, part in leaves.groupby(CELL, sort=True)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"year": "int64", "energy_mwh": float})
    hidden = pd.MultiIndex.from_frame(table[CELL]).isin(pd.MultiIndex.from_frame(gone[CELL]))
    if partial:
        table.loc[hidden, "status"] = "E"
        table.loc[hidden, "source"] = "known parts only: " + table.loc[hidden, "source"]
    else:
        table = table[~hidden]
    whole = Balance(table[table["energy_mwh"] != 0].reset_index(drop=True), gone)
    return aggregate(whole) if len(leaves) < len(balance.table) else whole


def name_of(code: str, lang: str = "it") -> str:
    """Return the name of a territory, municipalities included; its code where it has none.

    Parameters
    ----------
    code : str
        ISTAT or NUTS code.
    lang : str
        ``"it"`` or ``"en"``.

    Examples
    --------
    >>> name_of("001001"), name_of("001", "en")
    ('Agliè', 'Metropolitan city of Torino')
    """
    name = Territory.known(code).name(lang)
    if name != code:
        return name
    towns = municipalities()
    return str(towns.at[code, "name"]) if code in towns.index else code


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────


def _require_parts(codes: Sequence[str], into: str, parents: Mapping[str, str] | None) -> None:
    present = set(codes)
    faults = []
    for code in codes:
        above = containers(code, parents)
        if code == into:
            faults.append(f"{into} itself is in the balance beside its parts; leave it out with filter")
        elif into not in above:
            place = (
                f"lies in {', '.join(above)}" if above else "is not known; say where it lies with parents="
            )
            faults.append(f"{code} does not lie in {into}: it {place}")
        faults += [
            f"{code} lies in {outer}, and both are in the balance: its energy would count twice"
            for outer in above
            if outer in present and outer != into
        ]
    if faults:
        raise InputError(f"sum into {into}", faults)


def _same_detail(leaves: pd.DataFrame) -> pd.DataFrame:
    """Keep what one part gives whole beside what another gives in parts, or say that it cannot be."""
    children = {row.aggregate: {term[0] for term in row.terms} for row in identities() if row.is_tree}
    flow = leaves["flow"].copy()
    for parent in sorted(set(leaves["flow"]) & set(children)):
        parts = children[parent]
        mixed = leaves["flow"].isin(parts | {parent + UNALLOCATED})
        cells = pd.MultiIndex.from_frame(leaves.loc[mixed, ["year", "product"]])
        beside = pd.MultiIndex.from_frame(leaves[["year", "product"]]).isin(cells)
        flow = flow.mask((leaves["flow"] == parent) & beside, parent + UNALLOCATED)
    present = {
        (year, row): set(part["product"]) for (year, row), part in leaves.groupby(["year", "flow"], sort=True)
    }
    groups = [
        (year, row, group, sorted(products & {*product_leaves(group)} - {group}))
        for (year, row), products in present.items()
        for group in sorted(products)
        if product_leaves(group) != (group,)
    ]
    faults = [
        f"{year} {row}: some territories give {group}, others {', '.join(parts)}; give all at one detail"
        for year, row, group, parts in groups
        if parts
    ]
    if faults:
        raise InputError("territories at different detail", faults)
    return leaves.assign(flow=flow)


def _doubtful(states: Iterable[str]) -> str:
    return max(states, key=lambda state: DOUBT.index(state) if state in DOUBT else len(DOUBT))


def _sources(sources: pd.Series) -> str:
    names = sorted({name for name in sources if name})
    more = f"; and {len(names) - SHOWN_SOURCES} more" if len(names) > SHOWN_SOURCES else ""
    return f"sum of {len(sources)}: {'; '.join(names[:SHOWN_SOURCES]) or 'no source'}{more}"


@cache
def municipalities() -> pd.DataFrame:
    """Return the known municipalities by code; shared, so not to be changed."""
    return catalog.table("municipalities").set_index("code")


@cache
def _parents() -> dict[str, str]:
    towns = catalog.table("municipalities")
    known = dict(zip(towns["province"], towns["region"], strict=True))
    known |= dict(zip(towns["code"], towns["province"], strict=True))
    territories = catalog.table("territories")
    return known | dict(zip(territories["code"], territories["parent"], strict=True))
