"""Flows × products on a sheet, with totals as formulas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.balance import Balance, Territory
from leb_kit.balance.accounting import ROUNDING_SHARE, TOTAL, UNALLOCATED, Identity, identities
from leb_kit.io.excel_book import LINE, Book, put
from leb_kit.io.sheets import letters
from leb_kit.reference import catalog
from leb_kit.units import from_mwh

#: Where the parts of a pivot begin: territory, year and unit above, names and codes in the header.
ABOUT, NAMES, CODES, BODY = 1, 5, 6, 7
FIRST_PRODUCT = 2


def wide_of(balance: Balance, unit: str) -> pd.DataFrame:
    """Return flows × products of one territory and year in the order of the catalog; NaN is no cell.

    Rests that a published total leaves are rows of their own, so that its formula holds.
    """
    leaves = balance.leaves
    whole = _with_parts(set(balance.table["flow"]))
    rests = leaves[leaves["flow"].isin([flow + UNALLOCATED for flow in whole])]
    table = pd.concat([balance.table, rests]).drop_duplicates(["flow", "product"])
    wide = table.pivot_table(index="flow", columns="product", values="energy_mwh", aggfunc="sum")
    order: list[str] = []
    for code in catalog.table("flows")["code"]:
        order += [code, code + UNALLOCATED]
    rows = _in_order([*wide.index, *_totals(set(wide.index))], order)
    columns = _in_order([*wide.columns, TOTAL], catalog.table("products")["code"])
    columns = [code for code in columns if code != TOTAL] + [TOTAL]
    return from_mwh(wide.reindex(index=rows, columns=columns), unit)


def _in_order(present: Iterable[str], order: Iterable[str]) -> list[str]:
    there = list(dict.fromkeys(present))
    known = [code for code in order if code in set(there)]
    return known + [code for code in there if code not in set(known)]


def _with_parts(flows: set[str]) -> set[str]:
    """Return the sums that have a part beside them; a sum without any is a row of its own."""
    return {one.aggregate for one in identities() if {name for _, _, name in _terms(one)} & flows}


def _totals(flows: set[str]) -> list[str]:
    """Return the sums above the flows that are there, up to the highest: a sum of sums needs them all."""
    found: list[str] = []
    for identity in identities():
        parts = {name for _, _, name in _terms(identity)} & (flows | set(found))
        if identity.is_tree and parts and identity.aggregate not in flows:
            found.append(identity.aggregate)
    return found


def _terms(identity: Identity) -> list[tuple[int, float, str]]:
    return [(at, float(sign), name) for at, (name, sign, _) in enumerate(identity.terms)]


def write_pivot(
    book: Book, name: str, about: tuple[str, int | str, str], wide: pd.DataFrame, *, blank: bool = False
) -> Any:
    """Write flows × products with totals as formulas.

    Parameters
    ----------
    book : Book
        The workbook.
    name : str
        Name of the sheet.
    about : tuple[str, int | str, str]
        Code of the territory, year, unit; what is blank is to be filled in.
    wide : pd.DataFrame
        Flows × products in that unit; NaN stays blank.
    blank : bool
        A form to fill in: cells for entries stand out.
    """
    sheet, look, text = book.sheet(name), book.look, book.text
    place = Territory.known(about[0]).name(book.lang)
    sheet.write_string(0, 0, text["heading"].format(name=place, year=about[1]), look["title"])
    for row, (key, value) in enumerate(zip(("territory", "year", "unit"), about, strict=True), start=ABOUT):
        sheet.write_string(row, 0, text[key], look["label"])
        put(sheet, (row, 1), value, look["whole"], look["text"])
    _pivot_heads(book, sheet, list(wide.columns))
    sums = _formulas(wide)
    for at, flow in enumerate(wide.index):
        row = BODY + at
        is_sum = flow in sums
        sheet.write_string(row, 0, str(flow), look["total_text" if is_sum else "text"])
        label = catalog.label("flow", str(flow), book.lang)
        sheet.write_string(row, 1, label, look["total_text" if is_sum else "text"])
        for column, product in enumerate(wide.columns, start=FIRST_PRODUCT):
            _pivot_cell(
                book, sheet, (row, column), _content(wide, sums, str(flow), str(product)), blank=blank
            )
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 44)
    sheet.set_column(FIRST_PRODUCT, FIRST_PRODUCT + len(wide.columns) - 1, 15)
    sheet.set_row(NAMES, 3 * LINE)
    sheet.set_row(CODES, LINE)
    sheet.freeze_panes(BODY, FIRST_PRODUCT)
    return sheet


def _pivot_heads(book: Book, sheet: Any, products: Sequence[str]) -> None:
    look, text = book.look, book.text
    for column, key in enumerate(("code", "flow")):
        sheet.write_string(NAMES, column, text[key], look["head"])
        sheet.write_blank(CODES, column, None, look["code"])
    for column, product in enumerate(products, start=FIRST_PRODUCT):
        sheet.write_string(
            NAMES, column, catalog.label("product", str(product), book.lang), look["head_number"]
        )
        sheet.write_string(CODES, column, str(product), look["code"])


def _pivot_cell(book: Book, sheet: Any, at: tuple[int, int], content: Any, *, blank: bool) -> None:
    look = book.look
    if isinstance(content, tuple):
        formula, value = content
        sheet.write_formula(*at, formula, look["total"], value)
    elif blank:
        sheet.write_blank(*at, None, look["entry"])
    else:
        put(sheet, at, content, look["number"])


def _formulas(wide: pd.DataFrame) -> dict[str, list[tuple[float, str]]]:
    """Return the rows that are sums of other rows, with sign and name of their parts."""
    there = set(wide.index)
    found = {}
    for identity in identities():
        parts = [(sign, name) for _, sign, name in _terms(identity) if name in there]
        rest = identity.aggregate + UNALLOCATED
        parts += [(1.0, rest)] if rest in there else []
        if identity.aggregate in there and identity.is_tree and parts:
            found[identity.aggregate] = parts
    return found


def _content(
    wide: pd.DataFrame, sums: dict[str, list[tuple[float, str]]], flow: str, product: str
) -> float | tuple[str, float]:
    """Return a typed number, or formula and value where the number is the sum of its parts.

    A published total that its parts do not give stays a number: a formula would hide the difference.
    """
    given = float(wide.at[flow, product])
    row, column = wide.index.get_loc(flow), wide.columns.get_loc(product)
    if product == TOTAL:
        mine = [at for at, code in enumerate(wide.columns) if code in _summands(tuple(wide.columns))]
        value = math.fsum(_cell(wide, sums, flow, str(wide.columns[at])) for at in mine)
        formula = f"=SUM({','.join(_name(row, at) for at in mine)})"
        if mine and mine == list(range(mine[0], mine[-1] + 1)):
            formula = f"=SUM({_name(row, mine[0])}:{_name(row, mine[-1])})"
    elif flow in sums:
        value = _cell(wide, sums, flow, product)
        more = [_name(wide.index.get_loc(name), column) for sign, name in sums[flow] if sign > 0]
        less = [_name(wide.index.get_loc(name), column) for sign, name in sums[flow] if sign < 0]
        # SUM passes over text that was typed into a cell; + would turn the whole column into errors
        formula = f"=SUM({','.join(more)})" + (f"-SUM({','.join(less)})" if less else "")
    else:
        return given
    return (formula, value) if _agree(wide, given, value) else given


@cache
def _summands(columns: tuple[str, ...]) -> frozenset[str]:
    """Return the products that TOTAL adds up: no group beside a product that lies in it."""
    parents = catalog.table("products").set_index("code")["parent"].to_dict()
    groups = set()
    for code in columns:
        while parent := parents.get(code, ""):
            groups.add(parent)
            code = parent  # noqa: PLW2901 up to the root
    return frozenset(columns) - groups - {TOTAL}


def _cell(wide: pd.DataFrame, sums: dict[str, list[tuple[float, str]]], flow: str, product: str) -> float:
    """Return what a cell shows: its own number, or the sum of its parts where it is a sum."""
    given = float(wide.at[flow, product])
    if flow in sums:
        value = math.fsum(sign * _cell(wide, sums, name, product) for sign, name in sums[flow])
        if _agree(wide, given, value):
            return value
    return 0.0 if math.isnan(given) else given


def _agree(wide: pd.DataFrame, given: float, value: float) -> bool:
    """No number is given, or it is the sum but for how published tables are rounded."""
    largest = float(np.nanmax(np.abs(wide.to_numpy()), initial=0))
    return math.isnan(given) or abs(given - value) <= ROUNDING_SHARE * largest


def _name(row: int, column: int) -> str:
    return f"{letters(FIRST_PRODUCT + column)}{BODY + row + 1}"
