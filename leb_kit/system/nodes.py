"""The flow scheme as data: nodes, their columns, and the rule by which each cell finds its node.

``scheme.csv`` holds the LEB scheme: sources, primary networks, plants, electricity and heat networks,
end-user conversions, end users, energy uses. Five columns are the same scheme with the last three
drawn as one. A user's own rows replace those of the same node and add the others.

A node collects what fits all its rules; where several nodes fit, the one that fixes more letters of the
row wins, then the one that names fewer groups::

    flows         rows of the balance; a code that ends in _ stands for all rows that begin so
    groups        product groups; blank for all
    technologies  end-user conversions only; ``other`` for what no node names
    end_uses      energy uses only; ``final`` where only final energy is known
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.reference import catalog

#: Numbers of columns the scheme can be shown in, and the column of ``scheme.csv`` that says where.
VIEWS: Final = {5: "column", 7: "column_uses"}
#: Columns whose number the arrows depend on.
SOURCES, PLANTS, DEVICES, USERS, USES = 0, 2, 4, 5, 6

#: Nodes that the arrows need by name.
LOSSES, DEVICE_LOSSES, ENVIRONMENT = "losses", "device_losses", "environment"
DIFFERENCE_SUPPLY, DIFFERENCE_USE = "difference_supply", "difference_use"
STOCK_DRAW, STOCK_BUILD = "stock_draw", "stock_build"
OTHER_SOURCES, OTHER_NETWORK = "local_other", "network_other"
OTHER_USERS, OTHER_DEVICES, OTHER_USES = "other_users", "other_devices", "use_other"

#: Word in ``flows`` of a node that products run through.
NETWORK: Final = "network"
#: Rows that stand for all rows beginning like them, besides those that end in an underscore.
STEMS: Final = ("TI_RPI", "TO_RPI", "TI_NRG_FC")
#: Group of products that no row of the products table puts anywhere.
REST: Final = "other"

#: Own nodes, or none: a table with columns of ``scheme.csv``, or the file that holds it.
OwnScheme: TypeAlias = pd.DataFrame | str | os.PathLike[str] | None


class Rule(NamedTuple):
    """What one node collects."""

    node: str
    flows: tuple[str, ...]
    groups: frozenset[str]
    technologies: frozenset[str]
    end_uses: frozenset[str]

    def closeness(self, flow: str, group: str) -> tuple[int, int]:
        """Return how well a cell fits; (0, 0) where it does not."""
        if self.groups and group not in self.groups:
            return 0, 0
        letters = max((likeness(flow, word) for word in self.flows), default=0)
        return (letters, -len(self.groups) or NO_GROUPS) if letters else (0, 0)


#: A node for all groups is further from a cell than one that names any number of them.
NO_GROUPS: Final = -1000


@dataclass(frozen=True, repr=False, eq=False)
class Scheme:
    """Nodes of the flow scheme and their rules.

    Parameters
    ----------
    table : pd.DataFrame
        Columns as ``scheme.csv``, checked.
    """

    table: pd.DataFrame

    def view(self, columns: int = 5) -> pd.DataFrame:
        """Return the nodes shown in five or seven columns.

        Parameters
        ----------
        columns : int
            5 or 7.

        Returns
        -------
        pd.DataFrame
            node, label_it, label_en, column (from 0), order; by column and order.

        Raises
        ------
        InputError
            Another number of columns.
        """
        name = view_column(columns)
        shown = self.table[self.table[name].notna()]
        frame = shown.assign(column=shown[name].astype(int))
        names = ["node", "label_it", "label_en", "column", "order"]
        return frame.sort_values(["column", "order", "node"])[names].reset_index(drop=True)

    @cached_property
    def nodes(self) -> list[str]:
        """Nodes from left to right and from top to bottom."""
        return [str(node) for node in self.view(7)["node"]]

    @cached_property
    def position(self) -> dict[str, int]:
        """Place of every node in ``nodes``."""
        return {node: i for i, node in enumerate(self.nodes)}

    @cached_property
    def column(self) -> dict[str, int]:
        """Column of every node among seven."""
        return dict(zip(self.table["node"], self.table["column_uses"].astype(int), strict=True))

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Nodes that only seven columns show."""
        return frozenset(self.table.loc[self.table["column"].isna(), "node"])

    @cached_property
    def through(self) -> frozenset[str]:
        """Nodes that convert nothing: networks and end users."""
        users = [node for node, column in self.column.items() if column == USERS]
        return frozenset([*self.networks.values(), *users])

    @cached_property
    def networks(self) -> dict[str, str]:
        """Node that the products of a group run through; a group without one runs from its source."""
        found = {group: rule.node for rule in self._rules if NETWORK in rule.flows for group in rule.groups}
        return {REST: OTHER_NETWORK} | found

    def network(self, group: str) -> str:
        """Return the network of a product group, or its source where it has no network."""
        return self.networks.get(group, OTHER_NETWORK)

    def node(self, flow: str, group: str) -> str:
        """Return the node that collects a cell."""
        key = ("flows", flow, group)
        if key not in self._known:
            self._known[key] = self._plain(flow, group)
        return self._known[key]

    def device(self, technology: str, flow: str, group: str) -> str:
        """Return the end-user conversion of a technology, as one user takes one product group."""
        key = ("technologies", technology, flow, group)
        if key not in self._known:
            rules = [
                [rule for rule in self._rules if word in rule.technologies] for word in (technology, REST)
            ]
            found = [_closest(among, flow, group) for among in rules]
            self._known[key] = next(filter(None, found), OTHER_DEVICES)
        return self._known[key]

    def use(self, end_use: str, flow: str, group: str) -> str:
        """Return the energy use of an end use, as one user takes one product group."""
        key = ("end_uses", end_use, flow, group)
        if key not in self._known:
            rules = [rule for rule in self._rules if end_use in rule.end_uses]
            self._known[key] = _closest(rules, flow, group) or OTHER_USES
        return self._known[key]

    def _plain(self, flow: str, group: str) -> str:
        rules = [rule for rule in self._rules if not rule.technologies and not rule.end_uses]
        if found := _closest(rules, flow, group):
            return found
        if flow in IMPORTS_AND_PRODUCTION:
            return _closest(rules, flow, REST) or OTHER_SOURCES
        return OTHER_USERS

    @cached_property
    def ends(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Source and target of cells that were asked for before, by row and product."""
        return {}

    @cached_property
    def _known(self) -> dict[tuple[str, ...], str]:
        return {}

    @cached_property
    def _rules(self) -> list[Rule]:
        return list(rules_of(self.table))


#: Rows that bring a product into the territory's networks.
IMPORTS_AND_PRODUCTION: Final = ("PPRD", "RCV_RCY", "IMP")


def read_scheme(own: OwnScheme = None) -> Scheme:
    """Return the flow scheme, with a user's own nodes if there are any.

    Parameters
    ----------
    own : pd.DataFrame or path, optional
        Rows with columns of ``scheme.csv`` (a CSV file, or a table). A row of a known node replaces its
        cells that are given; a new node needs ``column_uses``, ``order``, labels and ``flows``.

    Returns
    -------
    Scheme
        Nodes, columns, rules.

    Raises
    ------
    InputError
        Everything that is wrong with the own rows.

    Examples
    --------
    >>> import pandas as pd
    >>> lamps = pd.DataFrame({"node": ["street_lamps"], "label_it": ["Illuminazione pubblica"],
    ...     "label_en": ["Street lighting"], "column_uses": [4], "order": [20],
    ...     "flows": ["FC_OTH_CP_PUB_E"], "technologies": ["lighting_stock"]})
    >>> read_scheme(lamps).device("lighting_stock", "FC_OTH_CP_PUB_E", "electricity")
    'street_lamps'
    """
    if own is None:
        return _shipped()
    from leb_kit.system.own_scheme import merged  # pandera is heavy: only own rows need it

    if isinstance(own, pd.DataFrame):
        return Scheme(merged(own, where="scheme"))
    path = Path(own)
    try:
        text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError("scheme", [say("cannot read {path}: {error}", path=path, error=error)]) from error
    return Scheme(merged(text, where=path.name, first_line=2))


def view_column(columns: int) -> str:
    """Return the column of ``scheme.csv`` that places nodes in a view of five or seven columns.

    Raises
    ------
    InputError
        Another number of columns.
    """
    if columns not in VIEWS:
        fault = say(
            "columns is {columns}; the scheme has 5 (end users last) or 7 (energy uses last)", columns=columns
        )
        raise InputError("flow scheme", [fault])
    return VIEWS[columns]


def rules_of(table: pd.DataFrame) -> Iterator[Rule]:
    """Give the rule of every row of a scheme table."""
    names = ["flows", "groups", "technologies", "end_uses"]
    for node, *cells in table[["node", *names]].itertuples(index=False):
        flows, groups, technologies, end_uses = ([w for w in cell.split("|") if w] for cell in cells)
        yield Rule(str(node), tuple(flows), frozenset(groups), frozenset(technologies), frozenset(end_uses))


def likeness(flow: str, pattern: str) -> int:
    """Return how many letters of a row a pattern fixes; 0 where it does not fit."""
    stem = pattern.endswith("_") or pattern in STEMS
    return len(pattern) if flow == pattern or (stem and flow.startswith(pattern)) else 0


def product_group(product: str) -> str:
    """Return the group a product has in the flow scheme; useful energy has a group by its end use."""
    return product_groups().get(product, REST)


@cache
def product_groups() -> dict[str, str]:
    """Return the group of every product and of the useful energy of every end use."""
    products, uses = catalog.table("products"), catalog.table("end_uses")
    groups = dict(zip(products["code"], products["group_scheme"], strict=True))
    return groups | dict(zip(uses["end_use"], uses["group_scheme"], strict=True))


@cache
def _shipped() -> Scheme:
    return Scheme(catalog.table("scheme"))


def _closest(rules: list[Rule], flow: str, group: str) -> str:
    found, closest = "", (0, 0)
    for rule in rules:
        close = rule.closeness(flow, group)
        if close[0] and (not closest[0] or close > closest):
            found, closest = rule.node, close
    return found
