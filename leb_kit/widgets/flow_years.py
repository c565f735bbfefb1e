"""A flow scheme over several years: one order and one scale for all, and each year when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Protocol

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.system.grouping import group_links, node_totals
from leb_kit.system.ordering import order_of

State = dict[str, Any]
KEYS: Final = ["source", "target", "product"]


class Maker(Protocol):
    """Makes the state of a year, small flows gathered or not."""

    def __call__(self, year: int, *, grouped: bool) -> State:
        """Return the trait values."""
        ...


class FlowYears:
    """The states of a scheme by year, each made once.

    Parameters
    ----------
    years : iterable of int
        Years that can be shown.
    make : Maker
        Makes the state of a year.
    """

    def __init__(self, years: Iterable[int], make: Maker) -> None:
        self.years = sorted({int(year) for year in years})
        if not self.years:
            raise InputError("flow scheme", [say("the balance has no year to show")])
        self._make = make
        self._known: dict[tuple[int, bool], State] = {}

    def state(self, year: int, *, grouped: bool = False) -> State:
        """Return the trait values of a year; InputError where there is no such year."""
        if year not in self.years:
            there = ", ".join(map(str, self.years))
            fault = say("there is no year {year}; there are {there}", year=year, there=there)
            raise InputError("flow scheme", [fault])
        key = (year, grouped)
        if key not in self._known:
            self._known[key] = self._make(year, grouped=grouped)
        return self._known[key]


def steady(links: pd.DataFrame, nodes: pd.DataFrame, products: pd.DataFrame) -> State:
    """Return the order and the peaks that keep a drawing still while years are played.

    Parameters
    ----------
    links : pd.DataFrame
        ``year`` and the columns of ``flow_state``; energy in MWh.
    nodes, products : pd.DataFrame
        As for ``flow_state``.

    Returns
    -------
    dict
        ``order`` of all nodes and trunks of any year, and ``peaks``: the largest energy (MWh) of each
        arrow (``links``) and of each node (``nodes``) in any year. Empty where there is one year.
    """
    if "year" not in links or links["year"].nunique() < len(KEYS[:2]):
        return {}
    years = [group_links(rows, products) for _, rows in links.groupby("year", sort=True)]
    totals = [node_totals(arrows)[["energy_mwh"]] for arrows in years]
    highest = pd.concat(totals).groupby(level=0).max()
    arrows = pd.concat(years).groupby(KEYS, as_index=False, sort=True)[["energy_mwh"]].max()
    shown = nodes[nodes["node"].isin(highest.index)]
    column = dict(zip(shown["node"], shown["column"].astype(int), strict=True))
    peaks = {
        "nodes": [
            {"id": node, "column": column[node], "energy": float(energy)}
            for node, energy in highest["energy_mwh"].items()
        ],
        "links": [
            {**{key: row[key] for key in KEYS}, "energy": float(row["energy_mwh"])}
            for row in arrows.to_dict("records")
        ],
    }
    return {"order": order_of(arrows, shown, highest), "peaks": peaks}
