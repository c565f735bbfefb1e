"""What a notebook shows of a balance: its first rows in words, and where they come from."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from leb_kit.errors import language, say
from leb_kit.reference.shown import energy, labels, table
from leb_kit.reference.sourcing import source_text

if TYPE_CHECKING:
    from leb_kit.balance.model import Balance

#: How many rows and sources are shown.
ROWS, SOURCES = 12, 3


def balance_page(balance: Balance) -> str:
    """Return title, first rows (names and codes) and sources."""
    rows = balance.table.head(ROWS)
    unit, amounts = energy(rows["energy_mwh"])
    columns: dict[str, Sequence[str]] = {}
    if len(balance.territories) > 1:
        columns[say("territory")] = list(rows["territory"])
    if len(balance.years) > 1:
        columns[say("year")] = [str(year) for year in rows["year"]]
    for kind in ("flow", "product"):
        named = zip(labels(rows[kind], kind), rows[kind], strict=True)
        columns[say("flow") if kind == "flow" else say("energy product")] = [
            f"{name} ({code})" if name != code else name for name, code in named
        ]
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
