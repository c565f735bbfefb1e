"""An empty LEB workbook for an energy office: lists to choose from, an example, totals as formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.balance import Territory
from leb_kit.balance.accounting import TOTAL
from leb_kit.balance.table import FIRST_YEAR, LAST_YEAR, STATUS
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.io.excel_book import Book, put
from leb_kit.io.excel_pivot import ABOUT, write_pivot
from leb_kit.io.excel_write import WIDTHS
from leb_kit.io.files import SomePath, replaced
from leb_kit.reference import catalog
from leb_kit.reference.catalog import LANGUAGES
from leb_kit.units import UNITS, mwh_per

#: Rows of the table that a town fills in; the others can be written into the long sheet.
FLOWS = (
    "PPRD", "IMP", "EXP", "STK_CHG", "TI_E", "TI_EHG_E", "TI_EHG_MAPE_E", "TI_EHG_MAPCHP_E", "TI_EHG_MAPH_E",
    "TO", "TO_EHG", "TO_EHG_MAPE", "TO_EHG_MAPCHP", "TO_EHG_MAPH", "NRG_E", "NRG_EHG_E", "DL",
    "FC_E", "FC_IND_E", "FC_TRA_E", "FC_TRA_RAIL_E", "FC_TRA_ROAD_E", "FC_OTH_E", "FC_OTH_CP_E",
    "FC_OTH_CP_PUB_E", "FC_OTH_CP_PRI_E", "FC_OTH_HH_E", "FC_OTH_AF_E", "STATDIFF",
)  # fmt: skip
#: Columns of the table.
PRODUCTS = (
    "G3000", "O4630", "O4652XR5210B", "O4671XR5220B", "O4680", "C0129", "R5110-5150_W6000RI",
    "R5210B", "R5220B", "R5300", "RA100", "RA200", "RA300", "RA410", "RA420", "RA600", "W6210", "W6220",
    "H8000", "E7000", TOTAL,
)  # fmt: skip
#: Rows of the example: flow, product, value, status, uncertainty in per cent.
EXAMPLE = (
    ("FC_OTH_HH_E", "G3000", 1000, "A", 5),
    ("FC_OTH_HH_E", "E7000", 300, "A", 2),
    ("FC_OTH_HH_E", "R5110-5150_W6000RI", 200, "E", 20),
    ("FC_OTH_CP_PUB_E", "H8000", 50, "A", 1),
    ("IMP", "G3000", 1000, "A", 5),
)
#: Rows of the long sheet that have lists to choose from.
PREPARED = 500
LONG = ("territory", "year", "flow", "product", "value", "unit", "status", "sigma", "source")
_TERRITORY_ROW = 3
_EXAMPLE_TERRITORY, _EXAMPLE_YEAR = "001272", 2019


def new_workbook(
    path: SomePath,
    *,
    territory: str = "",
    year: int | None = None,
    unit: str = "MWh",
    lang: str = "it",
    overwrite: bool = False,
) -> Path:
    """Write an empty workbook that an energy office fills in and ``read_excel`` reads.

    Parameters
    ----------
    path : str or path
        The file (.xlsx).
    territory : str
        ISTAT or NUTS code; blank to be filled in.
    year : int, optional
        Year of the balance; by default to be filled in.
    unit : str
        Unit of the numbers to be written.
    lang : str
        ``"it"`` or ``"en"``.
    overwrite : bool
        Replace a file that exists; work may be in it.

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    InputError
        The file exists, or year, unit or language are none.
    """
    faults = []
    if Path(path).exists() and not overwrite:
        faults.append(say("the file exists and may hold work; choose another name, or allow to overwrite it"))
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        bounds = {"first": FIRST_YEAR, "last": LAST_YEAR}
        faults.append(say("'{found}' is not a year between {first} and {last}", found=year, **bounds))
    if lang not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        faults.append(say("unknown language '{lang}'; known are {known}", lang=lang, known=known))
    faults += _territory_faults(territory)
    try:
        mwh_per(unit)
    except InputError as error:
        faults += error.faults
    if faults:
        raise InputError(str(path), faults)
    with replaced(path) as temporary:
        book = Book(temporary, lang, unit)
        try:
            _readme(book, Path(path).name)
            lists = _ranges(book)
            _territory(book, territory, year, unit, lists)
            _table(book, territory, year, unit)
            _long(book, lists)
            _example(book, territory, year, unit)
            _lists(book)
        finally:
            book.close()
    return Path(path)


def _territory_faults(code: str) -> list[str]:
    """Refuse a name: balances are found by their code."""
    if not code:
        return []
    if any(letter.isdigit() or letter.isupper() for letter in code) and " " not in code:
        known = catalog.table("territories")
        names = dict(zip(known["name_it"], known["code"], strict=True))
        names |= dict(catalog.table("municipalities")[["name", "code"]].itertuples(index=False))
        if code not in names:
            return []
        return [say("territory '{name}' is a name; write its code '{code}'", name=code, code=names[code])]
    hint = did_you_mean(code, catalog.table("territories")["code"])
    return [say("territory '{code}' is no code of ISTAT or NUTS.{hint}", code=code, hint=hint)]


def _readme(book: Book, file: str) -> None:
    sheet, text = book.sheet(book.text["sheet_readme"]), book.text
    sheet.write_string(0, 0, text["readme_title"], book.look["title"])
    names = {name: text[f"sheet_{name}"] for name in ("territory", "balance", "table", "example")}
    steps = ("territory", "choose", "blank", "totals", "words", "check")
    book.sentences(sheet, 2, (text[f"readme_{key}"].format(**names, file=file) for key in steps))


# ── lists to choose from ─────────────────────────────────────────────────────────────────────────────────


def _columns(book: Book) -> dict[str, list[str]]:
    """Return the columns of the sheet of lists."""
    flows, products = catalog.table("flows"), catalog.table("products")
    label = f"label_{book.lang}"
    return {
        "flow": list(flows[label]),
        "code": list(flows["code"]),
        "product": list(products[label]),
        "code2": list(products["code"]),
        "unit": list(UNITS),
        "status": list(STATUS),
        "meaning": [book.text[f"status_{code}"] for code in STATUS],
    }


def _ranges(book: Book) -> dict[str, str]:
    name = book.text["sheet_lists"]
    found = {}
    for at, (key, cells) in enumerate(_columns(book).items()):
        column = chr(ord("A") + at)
        found[key] = f"='{name}'!${column}$2:${column}${len(cells) + 1}"
    return found


def _lists(book: Book) -> None:
    sheet = book.sheet(book.text["sheet_lists"])
    columns = _columns(book)
    book.heads(sheet, 0, (key.removesuffix("2") for key in columns))
    for at, cells in enumerate(columns.values()):
        sheet.write_column(1, at, cells)
        sheet.set_column(at, at, max(10, min(60, max(map(len, cells)) + 2)))


def _choice(book: Book, lists: dict[str, str], key: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": lists[key],
        "input_title": book.text[key],
        "input_message": book.text[f"pick_{key}"],
        "error_title": book.text["not_listed"],
        "error_message": book.text[f"pick_{key}"],
        # codes may be typed, too
        "error_type": "warning" if key in ("flow", "product") else "stop",
    }


def _year_rule(book: Book) -> dict[str, Any]:
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": FIRST_YEAR,
        "maximum": LAST_YEAR,
        "error_title": book.text["year"],
        "error_message": book.text["pick_year"],
    }


# ── sheets to fill in ────────────────────────────────────────────────────────────────────────────────────


def _territory(book: Book, code: str, year: int | None, unit: str, lists: dict[str, str]) -> None:
    sheet, look = book.sheet(book.text["sheet_territory"]), book.look
    sheet.write_string(0, 0, book.text["sheet_territory"].capitalize(), look["title"])
    book.heads(sheet, _TERRITORY_ROW - 1, ("territory", "name", "level", "parent", "year", "unit"))
    place = Territory.known(code)
    name = "" if place.name(book.lang) == code else place.name(book.lang)
    cells = (code, name, place.level, place.parent, year, unit)
    for at, word in enumerate(cells):
        if word in ("", None):
            sheet.write_blank(_TERRITORY_ROW, at, None, look["entry_text"])
        put(sheet, (_TERRITORY_ROW, at), word, look["entry_whole"], look["entry_text"])
    sheet.data_validation(_TERRITORY_ROW, 4, _TERRITORY_ROW, 4, _year_rule(book))
    sheet.data_validation(_TERRITORY_ROW, 5, _TERRITORY_ROW, 5, _choice(book, lists, "unit"))
    for column, width in enumerate((14, 34, 16, 14, 8, 8)):
        sheet.set_column(column, column, width)


def _table(book: Book, code: str, year: int | None, unit: str) -> None:
    """Write the table to fill in; territory, year and unit follow the sheet of the territory."""
    wide = pd.DataFrame(np.nan, index=list(FLOWS), columns=list(PRODUCTS))
    sheet = write_pivot(book, book.text["sheet_table"], (code, year or "", unit), wide, blank=True)
    home = {key: f"'{book.text['sheet_territory']}'!{key}{_TERRITORY_ROW + 1}" for key in "ABEF"}
    for row, (key, value) in enumerate((("A", code), ("E", year or ""), ("F", unit)), start=ABOUT):
        formula = f'=IF({home[key]}="","",{home[key]})'
        sheet.write_formula(row, 1, formula, book.look["whole"], value)
    before = book.text["heading"].split("{name}")[0]
    shown = f"{before}{Territory.known(code).name(book.lang)}, {year or ''}"
    sheet.write_formula(0, 0, f'="{before}"&{home["B"]}&", "&{home["E"]}', book.look["title"], shown)


def _long(book: Book, lists: dict[str, str]) -> None:
    sheet, look = book.sheet(book.text["sheet_balance"]), book.look
    book.heads(sheet, 0, LONG)
    styles = {"value": "entry", "sigma": "entry_share", "year": "entry_whole"}
    for at, key in enumerate(LONG):
        sheet.set_column(at, at, {"flow": 42, "product": 34}.get(key, WIDTHS.get(key, 12)))
        for row in range(1, PREPARED + 1):
            sheet.write_blank(row, at, None, look[styles.get(key, "entry_text")])
        if key in ("flow", "product", "unit", "status"):
            sheet.data_validation(1, at, PREPARED, at, _choice(book, lists, key))
    sheet.data_validation(1, 1, PREPARED, 1, _year_rule(book))
    sheet.freeze_panes(1, 0)


def _example(book: Book, code: str, year: int | None, unit: str) -> None:
    sheet, look = book.sheet(book.text["sheet_example"]), book.look
    book.heads(sheet, 0, LONG)
    for row, (flow, product, value, status, percent) in enumerate(EXAMPLE, start=1):
        flow_name = catalog.label("flow", flow, book.lang)
        product_name = catalog.label("product", product, book.lang)
        about = (code or _EXAMPLE_TERRITORY, year or _EXAMPLE_YEAR)
        source = book.text["example_source"]
        cells = (*about, flow_name, product_name, value, unit, status, percent / 100, source)
        for at, (key, cell) in enumerate(zip(LONG, cells, strict=True)):
            number = {"sigma": "share", "year": "whole"}.get(key, "number")
            put(sheet, (row, at), cell, look[number], look["text"])
    for at, key in enumerate(LONG):
        sheet.set_column(at, at, {"flow": 42, "product": 34}.get(key, WIDTHS.get(key, 12)))
