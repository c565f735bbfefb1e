"""What a notebook shows of a balance: its first rows in words, and where they come from."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from leb_kit.errors import language, say
from leb_kit.reference.shown import energy, labels, number, page, table
from leb_kit.reference.sourcing import source_text

if TYPE_CHECKING:
    from leb_kit.balance.model import Balance
    from leb_kit.balance.reconcile import ReconciliationResult

#: How many rows and sources are shown.
ROWS, SOURCES = 12, 3


def balance_page(balance: Balance) -> str:
    """Return title, first rows (names and codes) and sources."""
    rows = balance.table.head(ROWS)
    unit, amounts = energy(rows["energy_mwh"])
    columns: dict[str, Sequence[str]] = {}
    if len(balance.territories) > 1:
        known = {one.code: one.name(language()) for one in balance.territories}
        columns[say("territory")] = [_both(known.get(code, code), code) for code in rows["territory"]]
    if len(balance.years) > 1:
        columns[say("year")] = [str(year) for year in rows["year"]]
    columns |= _cells(rows)
    words = len(columns)
    columns[unit] = amounts
    columns[say("status")] = labels(rows["status"], "status")
    parts = [
        f"<p><strong>{html.escape(balance.title(language()))}</strong> · {html.escape(repr(balance))}</p>",
        table(columns, words=words),
    ]
    more = len(balance.table) - len(rows)
    if more:
        parts.append(f"<p>{html.escape(say('… and {count} more rows in .table', count=more))}</p>")
    sources = [source_text(str(one), language()) for one in rows["source"].dropna().unique() if str(one)]
    if sources:
        told = "; ".join(sources[:SOURCES]) + ("; …" if len(sources) > SOURCES else "")
        parts.append(f"<p>{html.escape(say('Sources of these rows: {sources}', sources=told))}</p>")
    return "".join(parts)


def reconciled_page(result: ReconciliationResult) -> str:
    """Return the cells that moved most, before and after."""
    rows = result.suspects.head(ROWS)
    unit, both = energy(pd.concat([rows["old_mwh"], rows["new_mwh"]]))
    columns: dict[str, Sequence[str]] = _cells(rows)
    columns[f"{say('before')}, {unit}"] = both[: len(rows)]
    columns[f"{say('after')}, {unit}"] = both[len(rows) :]
    columns["z"] = [number(one, 2) for one in rows["z"]]
    return page(repr(result), table(columns, words=2) if len(rows) else "")


def _cells(rows: pd.DataFrame) -> dict[str, Sequence[str]]:
    """Return flows and products of rows, as names with their codes."""
    heads = {"flow": say("flow"), "product": say("energy product")}
    return {
        head: [_both(name, code) for name, code in zip(labels(rows[kind], kind), rows[kind], strict=True)]
        for kind, head in heads.items()
    }


def _both(name: str, code: str) -> str:
    return name if name == code else f"{name} ({code})"
