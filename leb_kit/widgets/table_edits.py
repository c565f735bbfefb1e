"""A balance that is being changed: cells typed, undone, done again, put on another version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from leb_kit.balance import Balance, aggregate
from leb_kit.balance.accounting import ROUNDING_MWH, ROUNDING_SHARE
from leb_kit.errors import InputError, say
from leb_kit.reference import catalog
from leb_kit.units import to_mwh
from leb_kit.widgets.table_state import Key, changed, editable, is_sum, may_be_negative, stated
from leb_kit.widgets.typed import typed_number

#: More than anybody types or pastes at once, larger than any energy of a country (MWh).
MOST_CELLS: Final = 20_000
MOST_MWH: Final = 10**12
ESTIMATED: Final = "E"
#: Source of what is computed from its parts.
IDENTITY: Final = "identity"

#: Column for the order of rows while they are put together.
_PLACE: Final = "_place"

#: What a change sets: MWh by cell, ``None`` where the cell goes.
Change = dict[Key, float | None]


@dataclass
class Draft:
    """A balance of one territory and year with its changes; ``base`` is where they started from."""

    base: Balance
    source: str
    current: Balance = field(init=False)
    following: frozenset[Key] = field(init=False)
    done: list[Balance] = field(default_factory=list)
    undone: list[Balance] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with no change."""
        self.current = self.base
        self.following = following(self.base)

    def typed_sums(self) -> frozenset[Key]:
        """Return the sums that are typed, because they are given and are more than their parts."""
        return frozenset(key for key in stated(self.current) if is_sum(key)) - self.following

    def typed(self, cells: Sequence[tuple[str, str, str]], unit: str, lang: str) -> Change:
        """Read cells as typed, all of them or none.

        Raises
        ------
        InputError
            Every cell that is no number, is computed, or may not be below zero.
        """
        faults: list[str] = []
        if len(cells) > MOST_CELLS:
            raise InputError(say("cells"), [say("more than {most} cells at once", most=MOST_CELLS)])
        given, flows, products = self.typed_sums(), known("flows"), known("products")
        there = stated(self.current)
        out: Change = {}
        for flow, product, text in cells:
            place = f"{catalog.label('flow', flow, lang)}, {catalog.label('product', product, lang)}"
            if flow not in flows and (flow, product) not in there:
                faults.append(say("there is no flow '{code}'", code=flow))
            elif product not in products and (flow, product) not in there:
                faults.append(say("there is no product '{code}'", code=product))
            elif not editable((flow, product), given):
                faults.append(say("{place} is a sum; change its parts", place=place))
            else:
                out[flow, product] = _amount(typed_number(text, lang), (place, flow, unit), faults)
        if faults:
            raise InputError(say("cells"), faults)
        return out

    def apply(self, change: Mapping[Key, float | None]) -> bool:
        """Set cells; tell whether anything changed."""
        now = stated(self.current)
        real = {key: value for key, value in change.items() if now.get(key) != (value or None)}
        if not real:
            return False
        self.done.append(self.current)
        self.undone.clear()
        made = (*self.base.one(), self.source)
        self.current = _summed(_with(self.current, real, made), self.following, made)
        return True

    def undo(self) -> bool:
        """Take the last change back."""
        return self._step(self.done, self.undone)

    def redo(self) -> bool:
        """Make the change that was taken back."""
        return self._step(self.undone, self.done)

    def _step(self, taken: list[Balance], kept: list[Balance]) -> bool:
        if not taken:
            return False
        kept.append(self.current)
        self.current = taken.pop()
        return True

    def changes(self) -> pd.DataFrame:
        """Return the cells that differ from the base: flow, product, before_mwh, after_mwh."""
        return changed(stated(self.base), stated(self.current))

    def put_on(self, other: Balance) -> None:
        """Start from another balance, and make the same changes there; it can be undone no further."""
        rows = self.changes()
        mine = dict(zip(zip(rows["flow"], rows["product"], strict=True), rows["after_mwh"], strict=True))
        change = {key: None if pd.isna(value) else float(value) for key, value in mine.items()}
        change = {key: value for key, value in change.items() if key not in self.following}
        self.base = self.current = other
        self.following = following(other)
        self.done, self.undone = [], []
        self.apply(change)

    def settle(self) -> None:
        """Take what is there as the base, because it was saved; it can still be undone."""
        self.base = self.current


def known(kind: str) -> frozenset[str]:
    """Return all codes of ``flows`` or ``products``."""
    return frozenset(catalog.table(kind)["code"])


def _amount(read: float | str | None, cell: tuple[str, str, str], faults: list[str]) -> float | None:
    place, flow, unit = cell
    if isinstance(read, str):
        faults.append(f"{place}: {read}")
        return None
    if not read:
        return None
    energy = float(to_mwh(read, unit))
    if abs(energy) > MOST_MWH:
        faults.append(say("{place}: more than {most} TWh", place=place, most=f"{MOST_MWH // 10**6:,}"))
    elif energy < 0 and flow not in may_be_negative():
        faults.append(say("{place}: below zero, which this flow cannot be", place=place))
    return energy


def _with(balance: Balance, change: Mapping[Key, float | None], made: tuple[str, int, str]) -> Balance:
    """Set cells; one that was there keeps its place among the rows."""
    territory, year, source = made
    table = balance.table
    place = {key: at for at, key in enumerate(zip(table["flow"], table["product"], strict=True))}
    kept = table.drop(index=table.index[[place[key] for key in change if key in place]])
    there = pd.Series([at for at in range(len(table)) if at in kept.index], index=kept.index, dtype=float)
    rows = [
        {"territory": territory, "year": year, "flow": flow, "product": product, "energy_mwh": value}
        | {"status": ESTIMATED, "source": source, _PLACE: place.get((flow, product), len(table) + number)}
        for number, ((flow, product), value) in enumerate(change.items())
        if value is not None
    ]
    parts = [part for part in (kept.assign(**{_PLACE: there}), pd.DataFrame(rows)) if len(part)]
    whole = pd.concat(parts or [kept], ignore_index=True)
    if _PLACE in whole:
        whole = whole.sort_values(_PLACE, kind="stable", ignore_index=True).drop(columns=_PLACE)
    return replace(balance, table=whole[list(table.columns)])


def following(balance: Balance) -> frozenset[Key]:
    """Return the given sums that are the sum of their parts, and go with them when a part changes."""
    given = stated(balance)
    if not any(is_sum(key) for key in given):
        return frozenset()
    sums = _sums(balance)
    largest = max((abs(value) for value in given.values()), default=0.0)
    limit = max(ROUNDING_MWH, ROUNDING_SHARE * largest)
    return frozenset(
        key for key, value in given.items() if is_sum(key) and abs(value - sums.get(key, 0.0)) <= limit
    )


def _sums(balance: Balance) -> dict[Key, float]:
    """Return every cell as its parts make it, whatever sums the table gives."""
    table = balance.table
    keys = zip(table["flow"], table["product"], strict=True)
    bare = table[[not is_sum(key) for key in keys]]
    return stated(aggregate(replace(balance, table=bare.reset_index(drop=True)))) if len(bare) else {}


def _summed(balance: Balance, follow: frozenset[Key], made: tuple[str, int, str]) -> Balance:
    """Let the sums go with their parts."""
    if not follow:
        return balance
    given, sums = stated(balance), _sums(balance)
    moved: Change = {
        key: sums.get(key) or None
        for key in follow
        if abs(sums.get(key, 0.0) - given.get(key, 0.0)) > ROUNDING_MWH
    }
    return _with(balance, moved, (*made[:2], IDENTITY))
