"""Metered energy in a balance: the public tertiary as measured, nothing counted twice."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from leb_kit.balance import Balance, aggregate
from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.balance.hierarchy import containers
from leb_kit.balance.table import COLUMNS
from leb_kit.errors import InputError, say
from leb_kit.metering.measured import Measured
from leb_kit.metering.meter_map import ADDS, REPLACES
from leb_kit.metering.months import BALANCE_STATUS
from leb_kit.reference import catalog
from leb_kit.tertiary.split import PARTS, PRIVATE, PUBLIC, TERTIARY

KEYS: Final = ["territory", "year", "product"]
#: How the source of a cell begins that meters gave; such cells are replaced when they are given again.
MARK: Final = "meters"
#: Shares that rounding may leave.
ROUNDING: Final = 1e-9
NOTES: Final = ("severity", "where", "what")


@dataclass(frozen=True, repr=False, eq=False)
class MeteredBalance:
    """A balance with metered energy in it; made by ``to_balance``.

    Parameters
    ----------
    balance : Balance
        With the metered cells: source and status beside each.
    cells : pd.DataFrame
        territory, year, flow, product, mode, other, energy_mwh (MWh), coverage, known, estimated_share (0–1),
        meters (count), status, flags, source.
    notes : pd.DataFrame
        severity, where, what.
    origin : Any
        ``Measured.origin``: sources, hashes, versions.
    """

    balance: Balance
    cells: pd.DataFrame
    notes: pd.DataFrame
    origin: Any

    @property
    def meters(self) -> dict[tuple[str, str], int]:
        """How many meters lie behind each metered (flow, product), as publishing asks."""
        sums = self.cells.groupby(["flow", "product"])["meters"].sum()
        return {(str(flow), str(product)): int(count) for (flow, product), count in sums.items()}

    def __repr__(self) -> str:
        energy = self.cells["energy_mwh"].sum()
        warned = int((self.notes["severity"] == "warning").sum())
        many = "cell" if len(self.cells) == 1 else "cells"
        told = f"{energy:,.1f} MWh metered in {len(self.cells)} {many}; {warned} warnings"
        return f"MeteredBalance({self.balance.title('en')}: {told})"

    def _repr_html_(self) -> str:
        shown: str = self.cells.drop(columns="source").round(3).to_html(index=False, border=0)
        return f"<p>{html.escape(repr(self))}</p>{shown}"


def to_balance(balance: Balance, measured: Measured, *, accept_low_coverage: bool = False) -> MeteredBalance:
    """Put metered energy into the public tertiary of a balance.

    ::

        within FC_OTH_CP_E      public = metered, private = tertiary − metered: the tertiary stays
        replaces FC_OTH_CP_PUB_E   the same, in place of the public tertiary that the balance has
        within FC_OTH_CP_PUB_E  the public tertiary stays; what is metered is a part of it
        adds IMP (or PPRD)      the flow and the supply that brings it both grow; sums are made again

    All in MWh. Meters of a municipality that the balance does not hold count in the province, region or
    country that holds it.

    Parameters
    ----------
    balance : Balance
        Any territories and years.
    measured : Measured
        What the meters told, of the same years.
    accept_low_coverage : bool
        Take figures of years of which less is known than the mapping asks for; they are provisional.

    Returns
    -------
    MeteredBalance
        ``.balance``, and what stands behind every cell.

    Raises
    ------
    InputError
        All at once: too little is known of a year, more is metered than the row it lies in holds, a row
        that the balance has already, territories and years that the balance does not hold.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.metering import MeterMap, measure
    >>> nothing = measure(MeterMap("nothing", 1, ()), [], years=[2019])
    >>> to_balance(leb.examples.torino(), nothing)
    Traceback (most recent call last):
    leb_kit.errors.InputError: meters in the balance: 1 fault
      - nothing is metered in a territory and year of the balance (001272 2019)
    """
    cells = _cells(balance, measured)
    least = measured.rules.least if measured.rules is not None else 1.0
    faults = [*_low(cells, least, accept=accept_low_coverage), *_clashes(balance, cells)]
    if faults:
        raise InputError(say("meters in the balance"), faults)
    table = balance.table
    notes: list[tuple[str, str, str]] = list(_warnings(cells, least))
    table = _split(balance, table, cells, notes)
    out = Balance(table, balance.missing, balance.name, balance.notes)
    added = cells[cells["mode"] == ADDS]
    if len(added):
        out = _added(out, added, notes)
    return MeteredBalance(out, cells, pd.DataFrame(notes, columns=list(NOTES)), measured.origin)


def _cells(balance: Balance, measured: Measured) -> pd.DataFrame:
    """Return metered energy by key of the balance, in the territories that the balance has."""
    there = set(balance.table[["territory", "year"]].itertuples(index=False, name=None))
    if not len(measured.table):
        raise _nothing(there)
    table = measured.table
    nearest = {
        (code, year): next((one for one in (code, *containers(code)) if (one, year) in there), "")
        for code, year in table[["territory", "year"]].drop_duplicates().itertuples(index=False)
    }
    places = [nearest[key] for key in table[["territory", "year"]].itertuples(index=False, name=None)]
    table = table.assign(territory=places)
    table = table[table["territory"] != ""]
    if table.empty:
        raise _nothing(there)
    keys = ["territory", "year", "flow", "product", "mode", "other"]
    inside = Measured(table, measured.events, measured.origin, measured.rules)
    out = inside.totals(*keys)
    counts = table.groupby(keys)["meter"].nunique().rename("meters").reset_index()
    out = out.merge(counts, on=keys, validate="1:1")
    out["source"] = [_source(row, measured) for row in out.itertuples()]
    out["status"] = out["status"].map(BALANCE_STATUS).fillna("P")
    out["status"] = out["status"].mask(out["known"] < 1 - ROUNDING, "P")
    names = ["energy_mwh", "coverage", "known", "estimated_share", "meters", "status", "flags", "source"]
    return out[[*keys, *names]]


def _nothing(there: set[tuple[str, int]]) -> InputError:
    places = ", ".join(f"{code} {year}" for code, year in sorted(there)[:5])
    fault = say("nothing is metered in a territory and year of the balance ({places})", places=places)
    return InputError(say("meters in the balance"), [fault])


def _source(row: Any, measured: Measured) -> str:
    told = measured.origin["map"]
    mark = f", SHA-256 {told['sha256'][:12]}" if told["sha256"] else ""
    filled = f", {100 * row.estimated_share:.1f} % estimated" if row.estimated_share else ""
    return (
        f"{MARK}: {row.meters} metered, {100 * row.coverage:.1f} % of the time{filled}"
        f" (map {told['name']}, version {told['version']}{mark})"
    )


def _low(cells: pd.DataFrame, least: float, *, accept: bool) -> Iterator[str]:
    if accept:
        return
    for row in cells[cells["known"] < least - ROUNDING].itertuples():
        yield say(
            "{place}: {known} % of the year is known, {least} % is asked for; add readings, fill gaps by a"
            " policy, or accept it (accept_low_coverage)",
            place=_place(row), known=f"{100 * row.known:.1f}", least=f"{100 * least:g}",
        )  # fmt: skip


def _place(row: Any) -> str:
    return f"{row.territory} {row.year} {row.flow} {row.product}"


def _clashes(balance: Balance, cells: pd.DataFrame) -> Iterator[str]:
    """Tell metered energy that does not fit the rows the mapping says it lies in."""
    leaves = balance.leaves
    for row in cells[cells["mode"] != ADDS].itertuples():
        here = leaves[
            (leaves["territory"] == row.territory)
            & (leaves["year"] == row.year)
            & (leaves["product"] == row.product)
        ]
        public = here[here["flow"] == PUBLIC]
        own = public["source"].astype(str).str.startswith(MARK)
        if row.mode != REPLACES and row.other == TERTIARY and len(public) and not own.all():
            yield say(
                "{place}: the balance has public tertiary already ({found} MWh); say within {public} if the"
                " meters lie in it, or replaces {public}",
                place=_place(row), found=f"{public['energy_mwh'].sum():,.1f}", public=PUBLIC,
            )  # fmt: skip
        home = (
            public
            if row.other == PUBLIC and row.mode != REPLACES
            else here[here["flow"].isin([TERTIARY, *PARTS])]
        )
        limit = float(home["energy_mwh"].sum())
        if row.energy_mwh > limit * (1 + ROUNDING):
            yield say(
                "{place}: {energy} MWh are metered, {home} holds {limit} MWh; check units and factors of the"
                " mapping, that the meters lie in the territory, or say adds",
                place=_place(row), energy=f"{row.energy_mwh:,.1f}", limit=f"{limit:,.1f}",
                home=PUBLIC if row.other == PUBLIC and row.mode != REPLACES else TERTIARY,
            )  # fmt: skip


def _warnings(cells: pd.DataFrame, least: float) -> Iterator[tuple[str, str, str]]:
    for row in cells.itertuples():
        if row.known < least - ROUNDING:
            share = f"{100 * row.known:.1f}"
            told = say("only {known} % of the year is known: at least this much was used", known=share)
            yield ("warning", _place(row), told)
        if row.flags:
            yield ("info", _place(row), say("told by the meters: {flags}", flags=row.flags))


def _split(
    balance: Balance, table: pd.DataFrame, cells: pd.DataFrame, notes: list[tuple[str, str, str]]
) -> pd.DataFrame:
    """Write public and private tertiary of the keys of which the mapping says so."""
    mine = cells[(cells["mode"] == REPLACES) | ((cells["mode"] != ADDS) & (cells["other"] == TERTIARY))]
    leaves = balance.leaves
    for row in mine.itertuples():
        old = (
            (table["territory"] == row.territory)
            & (table["year"] == row.year)
            & (table["product"] == row.product)
        )
        here = (
            (leaves["territory"] == row.territory)
            & (leaves["year"] == row.year)
            & (leaves["product"] == row.product)
        )
        whole = float(leaves.loc[here & leaves["flow"].isin([TERTIARY, *PARTS]), "energy_mwh"].sum())
        rest = max(whole - row.energy_mwh, 0.0)
        key = {"territory": row.territory, "year": row.year, "product": row.product}
        new = [
            key | {"flow": PUBLIC, "energy_mwh": row.energy_mwh, "status": row.status, "source": row.source},
            key | {"flow": PRIVATE, "energy_mwh": rest, "status": "E",
                   "source": f"tertiary of the balance less public tertiary ({row.source})"},
        ]  # fmt: skip
        kept = table[~(old & table["flow"].isin(PARTS))]
        rows = pd.DataFrame([one for one in new if one["energy_mwh"]], columns=list(COLUMNS))
        table = pd.concat([kept, rows], ignore_index=True)
        told = say("{rest} MWh are left to private services", rest=f"{rest:,.1f}")
        notes.append(("info", _place(row), told))
    return table


def _added(balance: Balance, cells: pd.DataFrame, notes: list[tuple[str, str, str]]) -> Balance:
    """Add what is new to the balance, with its supply, and make the sums again."""
    leaves = balance.leaves
    known = set(catalog.table("flows")["code"])
    parents = dict(zip(catalog.table("flows")["code"], catalog.table("flows")["parent"], strict=True))
    rows = []
    for row in cells.itertuples():
        key = {"territory": row.territory, "year": row.year, "product": row.product, "source": row.source}
        rows += [
            key | {"flow": flow, "energy_mwh": row.energy_mwh, "status": row.status}
            for flow in (row.flow, row.other)
        ]
        parent = parents.get(row.flow, "")
        lone = (
            (leaves["territory"] == row.territory) & (leaves["year"] == row.year)
            & (leaves["product"] == row.product) & (leaves["flow"] == parent)
        )  # fmt: skip
        if parent in known and lone.any():  # a row becomes a sum: what it held is its unnamed part
            leaves = leaves.assign(flow=leaves["flow"].mask(lone, parent + UNALLOCATED))
        told = {"energy": f"{row.energy_mwh:,.1f}", "other": row.other}
        words = say("{energy} MWh are new to the balance, supplied by {other}", **told)
        notes.append(("info", _place(row), words))
    extra = pd.DataFrame(rows, columns=list(COLUMNS))
    keys = ["territory", "year", "flow", "product"]
    together = pd.concat([leaves, extra], ignore_index=True)
    summed = together.groupby(keys, as_index=False, sort=False).agg(
        energy_mwh=("energy_mwh", "sum"), status=("status", "last"),
        source=("source", lambda texts: "; ".join(dict.fromkeys(str(text) for text in texts))),
    )  # fmt: skip
    out = Balance(summed, balance.missing, balance.name, balance.notes)
    return out if len(balance.leaves) == len(balance.table) else aggregate(out)
