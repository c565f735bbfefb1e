"""Leaves, aggregates and totals of a balance, by the identities of ``identities.csv``.

A balance is laid out as a dense array (territory-year × flow × product), so that every identity is
one vectorised sum over all territories, years and products.

Three kinds of rows:

* leaves: not the sum of others;
* tree aggregates (FC_E, TI_E, …): sums of parts. A published parent larger than its parts keeps
  the rest as a visible leaf ``<parent>_UNALLOCATED``;
* balance aggregates (GAE, AFC, STATDIFF, PEC2020-2030, …): always computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.balance.model import Balance

UNALLOCATED = "_UNALLOCATED"
TOTAL = "TOTAL"

#: Published tables are rounded: a rest below this share of the largest leaf is rounding, not energy
#: (France 2019: 1.0 TJ, the largest gap seen in a published row).
ROUNDING_SHARE = 25e-8
#: Smallest rest that counts, in MWh.
ROUNDING_MWH = 0.5


@dataclass(frozen=True)
class Identity:
    """``aggregate`` is the signed sum of its components, for each product or for one only."""

    aggregate: str
    on_product: str
    terms: tuple[tuple[str, float, str], ...]

    @property
    def is_tree(self) -> bool:
        """Sum of parts that may leave an unallocated rest."""
        return not self.on_product and self.aggregate not in _balance_rows()


@cache
def _balance_rows() -> frozenset[str]:
    flows = catalog.table("flows")
    return frozenset(flows.loc[flows["aggregate"] & (flows["role"] == "balance"), "code"])


@cache
def identities() -> tuple[Identity, ...]:
    """Return the identities, components before the aggregates that use them."""
    rows = catalog.table("identities")
    grouped = {
        (str(aggregate), str(product)): tuple(
            zip(part["component"], part["sign"].astype(float), part["component_product"], strict=True)
        )
        for (aggregate, product), part in rows.groupby(["aggregate", "on_product"], sort=False)
    }
    ordered: list[Identity] = []
    waiting = dict(grouped)
    while waiting:
        left = {name for name, _ in waiting}
        ready = [key for key, terms in waiting.items() if not {term[0] for term in terms} & left]
        if not ready:
            names = ", ".join(sorted(left))
            message = f"identities.csv: circular definition of {names}"
            raise ValueError(message)
        ordered += [Identity(name, product, waiting.pop((name, product))) for name, product in ready]
    return tuple(ordered)


@dataclass(frozen=True)
class Cube:
    """A balance laid out densely.

    ``values`` and ``given`` have shape (territory-years, flows, products); ``given`` tells which
    cells had a row; ``at`` is the cell of each row of the table.
    """

    keys: pd.MultiIndex
    flows: pd.Index
    products: pd.Index
    values: np.ndarray
    given: np.ndarray
    at: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    @classmethod
    def of(cls, table: pd.DataFrame) -> Cube:
        """Lay out a long table; unknown codes come after the known ones."""
        key, keys = _territory_years(table)
        known_flows, known_products = known_codes()
        flow, flows = _placed(table["flow"], known_flows)
        product, products = _placed(table["product"], known_products)
        at = (key, flow, product)
        shape = (len(keys), len(flows), len(products))
        values, given = np.zeros(shape), np.zeros(shape, dtype=bool)
        np.add.at(values, at, table["energy_mwh"].to_numpy())
        given[at] = True
        return cls(keys, flows, products, values, given, at)

    def row(self, flow: str) -> int:
        """Return the position of a flow."""
        return int(self.flows.get_loc(flow))

    def column(self, product: str) -> int:
        """Return the position of a product."""
        return int(self.products.get_loc(product))

    def tolerance(self) -> np.ndarray:
        """Return the rounding allowed in each territory-year, MWh."""
        sums, groups = _sum_codes()
        leaf = np.outer(~self.flows.isin(sums), ~self.products.isin(groups))
        largest = np.abs(self.values * leaf).max(axis=(1, 2), initial=0)
        limit: np.ndarray = np.maximum(ROUNDING_SHARE * largest, ROUNDING_MWH)
        return limit

    def to_table(self, mask: np.ndarray) -> pd.DataFrame:
        """Return the masked cells as a long table (without status and source)."""
        where, flow, product = np.nonzero(mask)
        return pd.DataFrame(
            {
                "territory": self.keys.get_level_values(0)[where],
                "year": self.keys.get_level_values(1)[where],
                "flow": self.flows[flow],
                "product": self.products[product],
                "energy_mwh": self.values[mask],
            }
        )


def _territory_years(table: pd.DataFrame) -> tuple[np.ndarray, pd.MultiIndex]:
    """Number the territory and year of each row, in order of appearance."""
    territory, territories = pd.factorize(table["territory"].to_numpy())
    year, years = pd.factorize(table["year"].to_numpy())
    place, keys = pd.factorize(territory * len(years) + year)
    names = ["territory", "year"]
    found = pd.MultiIndex.from_arrays(
        [territories[keys // len(years)], years[keys % len(years)]], names=names
    )
    return place, found


def _placed(codes: pd.Series, known: pd.Index) -> tuple[np.ndarray, pd.Index]:
    """Place codes among the known ones; unknown ones come after them, in order of appearance."""
    place = known.get_indexer(codes)
    if (place < 0).any():
        known = known.append(pd.Index(codes[place < 0].unique()))
        place = known.get_indexer(codes)
    return place, known


@cache
def _sum_codes() -> tuple[pd.Index, pd.Index]:
    """Return flows that are aggregates, products that are groups."""
    flows, products = catalog.table("flows"), catalog.table("products")
    return pd.Index(flows.loc[flows["aggregate"], "code"]), pd.Index(products.loc[~products["leaf"], "code"])


@cache
def _plain_flows() -> frozenset[str]:
    """Flows that Eurostat does not split; LEB's own children may."""
    return frozenset(catalog.table("flows").query("not aggregate")["code"])


@cache
def known_codes() -> tuple[pd.Index, pd.Index]:
    """Return the known flows, with their unallocated rests, and the known products, in order."""
    flows = pd.Index(catalog.table("flows")["code"])
    flows = flows.append(pd.Index([code + UNALLOCATED for code in _tree_names()]))
    return flows, pd.Index(catalog.table("products")["code"])


def _tree_names() -> list[str]:
    return [identity.aggregate for identity in identities() if identity.is_tree]


@cache
def _product_groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    products = catalog.table("products")
    leaves = products[products["leaf"]]
    groups = [(str(group), tuple(part["code"])) for group, part in leaves.groupby("parent") if group != TOTAL]
    return (*groups, (TOTAL, tuple(leaves["code"])))


def product_leaves(code: str) -> tuple[str, ...]:
    """Return the leaf products of a group, or the product itself."""
    return dict(_product_groups()).get(code, (code,))


def split_leaves(cube: Cube) -> tuple[np.ndarray, np.ndarray]:
    """Return leaf values (with unallocated rests) and which given cells are leaves themselves.

    Both have the shape of ``cube.values``.
    """
    values, given = cube.values.copy(), cube.given.copy()
    groups = [cube.column(code) for code, _ in _product_groups()]
    for code, parts in _product_groups():
        # A group is a leaf only where none of its parts is given (a coarse regional table).
        covered = given[:, :, [cube.column(part) for part in parts]].any(axis=2)
        if code == TOTAL:
            covered |= given[:, :, [column for column in groups if column != cube.column(TOTAL)]].any(axis=2)
        given[:, :, cube.column(code)] &= ~covered
    values[~given] = 0.0
    leaf = given.copy()
    known = values.copy()
    limit = cube.tolerance()[:, None]
    plain = _plain_flows()
    for identity in identities():
        row = cube.row(identity.aggregate)
        if not identity.is_tree:
            leaf[:, row] = False
            continue
        part_rows = [cube.row(term[0]) for term in identity.terms]
        rest_row = cube.row(identity.aggregate + UNALLOCATED)
        total = known[:, part_rows].sum(axis=1) + known[:, rest_row]
        rest = np.where(given[:, row] & (values[:, row] - total > limit), values[:, row] - total, 0.0)
        alone = given[:, row] & ~(given[:, part_rows].any(axis=1) | leaf[:, rest_row])
        if identity.aggregate in plain:
            # LEB's own children are optional: without them the Eurostat row stays the leaf.
            leaf[:, row] &= alone
            rest = np.where(alone, 0.0, rest)
            known[:, row] = np.where(alone, values[:, row], total + rest)
        else:
            leaf[:, row] = False
            known[:, row] = total + rest
        values[:, rest_row] += rest
        known[:, rest_row] += rest
        leaf[:, rest_row] |= rest != 0
        given[:, row] |= known[:, row] != 0
    return np.where(leaf, values, 0.0), leaf


def leaves_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the leaf rows of a table, with the unallocated rests as rows of their own."""
    if table.empty or _holds_only_leaves(table):
        return table
    keep, rests = np.zeros(len(table), dtype=bool), []
    keys = table.groupby(["territory", "year"], sort=False).ngroup().to_numpy()
    # A dense cube of thousands of territory-years would not fit in memory; each is on its own anyway.
    for first in range(0, int(keys.max()) + 1, CHUNK):
        mine = np.flatnonzero((keys >= first) & (keys < first + CHUNK))
        keep[mine], rest = _leaves_and_rests(table.iloc[mine])
        rests.append(rest)
    extra = pd.concat(rests, ignore_index=True)
    own = table[keep]
    return (pd.concat([own, extra]) if len(extra) else own).reset_index(drop=True)


def _holds_only_leaves(table: pd.DataFrame) -> bool:
    """Whether no row can be a sum of others: no group of products, no aggregate, no parent with parts."""
    flows, products = set(table["flow"].unique()), set(table["product"].unique())
    if products & {code for code, _ in _product_groups()}:
        return False
    plain = _plain_flows()
    for identity in identities():
        parts = {term[0] for term in identity.terms} | {identity.aggregate + UNALLOCATED}
        if identity.aggregate in flows and (identity.aggregate not in plain or flows & parts):
            return False
    return True


def _leaves_and_rests(table: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which rows are leaves, and the unallocated rests."""
    cube = Cube.of(table)
    values, leaf = split_leaves(cube)
    rests = Cube(cube.keys, cube.flows, cube.products, values, leaf).to_table(leaf & ~cube.given)
    rests["status"] = "E"
    rests["source"] = "published total less its published parts"
    keep: np.ndarray = leaf[cube.at]
    return keep, rests


#: Territory-years laid out densely at once.
CHUNK = 200


def computed(cube: Cube, leaf_values: np.ndarray) -> np.ndarray:
    """Return all cells recomputed from leaves: aggregates, product groups and totals."""
    out = leaf_values.copy()
    for code, parts in _product_groups():
        at = cube.column(code)
        extra = (
            sum(
                (out[:, :, cube.column(group)] for group, _ in _product_groups() if group != TOTAL),
                start=np.zeros(out.shape[:2]),
            )
            if code == TOTAL
            else 0.0
        )
        own = [cube.column(part) for part in parts]
        if code == TOTAL:
            own = [cube.column(p) for p in parts if p not in _grouped()]
            unknown = [i for i, p in enumerate(cube.products) if p not in _known_products()]
            out[:, :, at] += out[:, :, own + unknown].sum(axis=2) + extra
        else:
            out[:, :, at] += out[:, :, own].sum(axis=2)
    for identity in identities():
        row = cube.row(identity.aggregate)
        if identity.on_product:
            at = cube.column(identity.on_product)
            out[:, row, at] = sum(
                sign * out[:, cube.row(flow), cube.column(product)] for flow, sign, product in identity.terms
            )
            continue
        total = sum(sign * out[:, cube.row(flow)] for flow, sign, _ in identity.terms)
        if identity.is_tree:
            total = total + out[:, cube.row(identity.aggregate + UNALLOCATED)] + out[:, row]
        out[:, row] = total
    return out


@cache
def _grouped() -> frozenset[str]:
    return frozenset(part for code, parts in _product_groups() if code != TOTAL for part in parts)


@cache
def _known_products() -> frozenset[str]:
    return frozenset(catalog.table("products")["code"])


def aggregate(balance: Balance) -> Balance:
    """Recompute every aggregate and total from the leaves.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.

    Returns
    -------
    Balance
        Leaves as given (status and source kept) plus all aggregates, product groups and TOTAL,
        status E, source ``identity``. Published parents larger than their parts are met through
        a leaf ``<parent>_UNALLOCATED``.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.aggregate(leb.examples.italy())
    >>> round(b.pivot(unit="ktep").loc["FC_E", "TOTAL"])
    113119
    """
    # Imported here: it knows Balance, which knows this module.
    from leb_kit.balance.require import require_balance

    require_balance(balance, "aggregate")
    leaves = balance.leaves
    cube = Cube.of(leaves)
    values = computed(cube, cube.values)
    full = Cube(cube.keys, cube.flows, cube.products, values, values != 0)
    sums = full.to_table((values != 0) & ~cube.given)
    sums["status"] = "E"
    sums["source"] = "identity"
    table = pd.concat([leaves, sums], ignore_index=True)
    return type(balance)(table, balance.missing, balance.name)


@cache
def flow_parts(code: str) -> dict[str, float]:
    """Return every flow that adds to ``code``, with its sign: the flow itself, its parts, its rests."""
    out = {code: 1.0, code + UNALLOCATED: 1.0}
    for identity in identities():
        if identity.aggregate == code and not identity.on_product:
            for part, sign, _ in identity.terms:
                out |= {flow: sign * inner for flow, inner in flow_parts(part).items()}
    return out
