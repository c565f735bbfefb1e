"""Rows, columns, cells and faults of a balance as a table on screen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, Final

import pandas as pd

from leb_kit.balance import Balance, aggregate, check
from leb_kit.errors import say, speaking
from leb_kit.reference import catalog
from leb_kit.widgets.texts import LANGUAGES

Key = tuple[str, str]
#: More lines than these start folded.
OPEN_LINES: Final = 45
OPEN_COLUMNS: Final = 16
#: Rows that are no part of the row they are declared under: sums of supply and use.
SUMS: Final = "balance"
#: All products together; the only sum that never folds.
TOTAL: Final = "TOTAL"
#: A sum that people may state: what supply and use differ by.
DIFFERENCE: Final = "STATDIFF"
SMALLEST_MWH: Final = 1e-3
SEVERE: Final = ("error", "warning")


@cache
def parents(kind: str) -> dict[str, str]:
    """Return what each flow or product (``kind``) is a part of; blank for none."""
    table = catalog.table(kind)
    above = dict(zip(table["code"], table["parent"], strict=True))
    if kind == "flows":
        sums = set(table.loc[table["role"] == SUMS, "code"])
        above = {code: "" if parent in sums else parent for code, parent in above.items()}
    return above


@cache
def sums(kind: str) -> frozenset[str]:
    """Return flows or products (``kind``) that are sums of others."""
    table = catalog.table(kind)
    whole = table["aggregate"] if kind == "flows" else ~table["leaf"]
    return frozenset(table.loc[whole, "code"])


@cache
def may_be_negative() -> frozenset[str]:
    """Return flows whose energy may be below zero."""
    flows = catalog.table("flows")
    return frozenset(flows.loc[flows["may_be_negative"], "code"])


def lines(kind: str, present: Iterable[str], most: int) -> list[dict[str, Any]]:
    """Return flows or products to show, each below what it is a part of.

    Parameters
    ----------
    kind : str
        ``"flows"`` or ``"products"``.
    present : Iterable of str
        Codes that hold energy, or were added; what they are parts of is shown too.
    most : int
        More lines than these start folded.
    """
    above = parents(kind)
    wanted: set[str] = set()
    for code in present:
        at = code
        while at and at not in wanted:
            wanted.add(at)
            at = above.get(at, "")
    order = {code: place for place, code in enumerate(catalog.table(kind)["code"])}
    ranked = sorted(wanted, key=lambda code: (order.get(code, len(order)), code))
    below: dict[str, list[str]] = {}
    for code in ranked:
        below.setdefault(above.get(code, ""), []).append(code)
    out: list[dict[str, Any]] = []

    def put(code: str, depth: int) -> None:
        names = {lang: catalog.label(kind[:-1], code, lang) for lang in LANGUAGES}
        short = {lang: _short(names[lang], above.get(code, ""), kind, lang) for lang in LANGUAGES}
        folded = len(ranked) > most and code in below and code != TOTAL
        out.append(
            {"code": code, "depth": depth, "parent": above.get(code, ""), "sum": code in sums(kind)}
            | {"parts": len(below.get(code, ())), "folded": folded, "names": names, **short}
        )
        for part in below.get(code, ()):
            put(part, depth + 1)

    for code in below.get("", ()):
        put(code, 0)
    return out


def _short(name: str, parent: str, kind: str, lang: str) -> str:
    """Leave out of a name what the row above says already."""
    if not parent:
        return name
    above = catalog.label(kind[:-1], parent, lang)
    start = above.removesuffix(_ending(above))
    kept = name.removeprefix(start).strip(" -–,:")
    kept = kept.removesuffix(_ending(name)).strip() or kept
    return kept[:1].upper() + kept[1:] if kept else name


def _ending(name: str) -> str:
    """Return the last part of a name after a dash, such as the use it is for; blank where there is none."""
    dash = name.rfind(" - ")
    return name[dash:] if dash > 0 and name.count(" - ") > 1 else ""


def cells_of(balance: Balance) -> dict[str, dict[str, list[Any]]]:
    """Return energy by flow and product: MWh, status (blank where computed), place of its source.

    The source is a place in ``sources_of``; -1 where there is none.
    """
    sources = {source: place for place, source in enumerate(sources_of(balance))}
    out: dict[str, dict[str, list[Any]]] = {}
    whole = aggregate(balance).table
    for flow, product, energy in zip(whole["flow"], whole["product"], whole["energy_mwh"], strict=True):
        if abs(energy) < SMALLEST_MWH:  # what adding and taking away leaves
            continue
        out.setdefault(flow, {})[product] = [float(energy), "", -1]
    table = balance.table
    for row in table.itertuples():
        told = [float(row.energy_mwh), row.status, sources.get(row.source, -1)]
        out.setdefault(row.flow, {})[row.product] = told
    return out


def sources_of(balance: Balance) -> list[str]:
    """Return the sources that cells name, in order."""
    return sorted({str(source) for source in balance.table["source"] if source})


def stated(balance: Balance) -> dict[Key, float]:
    """Return the cells that the table itself gives, MWh."""
    table = balance.table
    return dict(zip(zip(table["flow"], table["product"], strict=True), table["energy_mwh"], strict=True))


def is_sum(key: Key) -> bool:
    """Tell whether a flow or a product is a sum of others; what people may state is none."""
    flow, product = key
    return product in sums("products") or (flow in sums("flows") and flow != DIFFERENCE)


def editable(key: Key, given: Collection[Key]) -> bool:
    """Tell whether a cell is typed rather than computed; ``given`` are the sums that are typed."""
    return key in given or not is_sum(key)


def faults_of(balance: Balance, lang: str) -> list[dict[str, Any]]:
    """Return what is wrong or odd, by cell, in words; the worst first."""
    with speaking(lang):
        if balance.table.empty:
            return [
                {
                    "flow": "",
                    "product": "",
                    "severity": "error",
                    "text": say("The balance holds no energy at all."),
                }
            ]
        found = check(balance).table
        rows = found[found["severity"].isin(SEVERE)]
        return [_fault(row) for row in sorted(rows.itertuples(), key=lambda row: SEVERE.index(row.severity))]


def _fault(row: Any) -> dict[str, Any]:
    parts = str(row.key).split(" ")
    flow, product = (parts[2], parts[3]) if len(parts) > 3 else ("", "")
    gap, value, expected = (float(getattr(row, name)) for name in ("gap_mwh", "value", "expected"))
    numbers = {"gap_mwh": gap, "value_mwh": value, "expected_mwh": expected}
    return {"flow": flow, "product": product, "severity": row.severity, "text": str(row.hint), **numbers}


def changed(before: dict[Key, float], after: dict[Key, float]) -> pd.DataFrame:
    """Return the cells that differ: flow, product, before_mwh, after_mwh (no cell, no number)."""
    keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    columns = ["flow", "product", "before_mwh", "after_mwh"]
    rows = [(*key, before.get(key), after.get(key)) for key in keys]
    return pd.DataFrame(rows, columns=columns).astype({"before_mwh": float, "after_mwh": float})
