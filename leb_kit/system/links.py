"""The flow scheme: a balance as arrows between nodes, every node closed.

For each node n: sum of arrows in = sum of arrows out. Losses of plants, networks and end-user devices,
stock changes and the statistical difference are nodes of their own, so nothing is dropped. Nodes and the
rows they stand for are data (``scheme.csv``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from leb_kit.balance.require import require_balance
from leb_kit.system.arrows import Arrows, Cells, arrows_of
from leb_kit.system.end_uses import split_by_use
from leb_kit.system.nodes import OwnScheme, Scheme, read_scheme, view_column

if TYPE_CHECKING:
    from leb_kit.balance import Balance

LINK_COLUMNS: Final = ["source", "target", "product", "energy_mwh"]
#: Columns shown where nothing else is asked for.
FIVE: Final = 5


def links(balance: Balance, *, columns: int = 5, scheme: OwnScheme = None) -> pd.DataFrame:
    """Return the arrows of the flow scheme of one territory and one year.

    Five columns: sources, primary networks, plants, electricity and heat networks, end users. Seven
    columns go on inside the users::

        network → conversion   final energy, by carrier
        conversion → user      useful = efficiency · final
        conversion → losses    final − useful                  where efficiency ≤ 1
        surroundings → conv.   useful − final                  where COP > 1 (cooling)
        user → energy use      useful energy, by end use; final energy where no conversion is known

    All in MWh/year, net calorific value. Source: ``end_use_shares.csv``, ``technology_parameters.csv``
    (as ``calibrate`` uses them), ``scheme.csv``.

    Parameters
    ----------
    balance : Balance
        One territory, one year; only its leaves are used.
    columns : int
        5, or 7 to go down to end-user conversions and energy uses.
    scheme : pd.DataFrame or path, optional
        Own nodes, with columns of ``scheme.csv``: a row of a known node changes it, any other adds one.

    Returns
    -------
    pd.DataFrame
        source, target (nodes of the scheme), product (SIEC code; TOTAL for mixed losses; an end use for
        useful energy), energy_mwh (MWh/year, positive); with seven columns also user (the end user an
        arrow serves, blank up to the networks). From left to right and from top to bottom. Every node
        between sources and the last column closes within a relative 1e-9 of its throughput.

    Raises
    ------
    InputError
        More than one territory or year; another number of columns; what is wrong with the own nodes.

    Examples
    --------
    >>> import leb_kit as leb
    >>> arrows = leb.links(leb.examples.italy())
    >>> arrows[arrows["source"] == "network_electricity"]["energy_mwh"].sum().round(-6)
    np.float64(338000000.0)
    >>> uses = leb.links(leb.examples.italy(), columns=7)
    >>> float(uses[uses["target"] == "use_space_heating"]["energy_mwh"].sum().round(-6))
    241000000.0
    """
    view_column(columns)
    require_balance(balance, "links")
    balance.one()
    nodes = read_scheme(scheme)
    cells = Cells.of(balance.leaves, np.zeros(len(balance.leaves), dtype=np.intp), 1)
    frame = _frame(arrows_of(cells, nodes), nodes, cells)
    return frame if columns == FIVE else split_by_use(frame, balance.leaves, nodes)


def links_table(balance: Balance, *, columns: int = 5, scheme: OwnScheme = None) -> pd.DataFrame:
    """Return the arrows of every territory and year, computed at once.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.
    columns, scheme
        As for ``links``.

    Returns
    -------
    pd.DataFrame
        territory, year, and the columns of ``links``.

    Raises
    ------
    InputError
        As for ``links``.

    Examples
    --------
    >>> import leb_kit as leb
    >>> leb.system.links_table(leb.examples.torino())["year"].unique().tolist()
    [2019]
    """
    view_column(columns)
    nodes = read_scheme(scheme)
    leaves = balance.leaves
    keys = pd.MultiIndex.from_frame(leaves[["territory", "year"]])
    places = keys.unique().sort_values()
    at = places.get_indexer(keys)
    cells = Cells.of(leaves, at, len(places))
    found = arrows_of(cells, nodes)
    frame = _frame(found, nodes, cells)
    if columns != FIVE:
        parts = [
            split_by_use(frame[found.place == i], leaves[at == i], nodes).assign(place=i)
            for i in range(len(places))
        ]
        frame = pd.concat(parts, ignore_index=True) if parts else frame.assign(user="", place=0)
        where = frame.pop("place").to_numpy()
    else:
        where = found.place
    frame.insert(0, "year", places.get_level_values("year")[where])
    frame.insert(0, "territory", places.get_level_values("territory")[where])
    return frame


def _frame(arrows: Arrows, nodes: Scheme, cells: Cells) -> pd.DataFrame:
    names = np.array(nodes.nodes, dtype=object)
    products = np.array(cells.products, dtype=object)
    columns = (names[arrows.source], names[arrows.target], products[arrows.product], arrows.energy)
    return pd.DataFrame(dict(zip(LINK_COLUMNS, columns, strict=True)))
