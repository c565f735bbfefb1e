"""A balance as a LEB workbook: one long sheet that is exact, and pivots to look at."""

from __future__ import annotations

from pathlib import Path

from leb_kit.balance import Balance
from leb_kit.balance.amounts import SIGMA
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, say
from leb_kit.io.excel_book import Book, put
from leb_kit.io.excel_pivot import wide_of, write_pivot
from leb_kit.io.files import SomePath, replaced
from leb_kit.reference import catalog
from leb_kit.reference.catalog import LANGUAGES
from leb_kit.units import from_mwh, mwh_per

#: With more territories and years than this, a workbook has its long sheet only unless pivots are asked for.
MOST_PIVOTS = 12
MISSING = ":"
#: What Excel allows as the name of a sheet.
LONGEST_NAME = 31
WIDTHS = {"flow": 18, "flow_name": 42, "product": 22, "product_name": 30, "value": 16, "source": 60}


def write_excel(
    balance: Balance,
    path: SomePath,
    *,
    lang: str = "it",
    unit: str = "MWh",
    pivots: bool | None = None,
) -> Path:
    """Write a balance as a workbook that ``read_excel`` reads back.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.
    path : str or path
        The file (.xlsx); it is replaced only when the new one is complete.
    lang : str
        Language of headers and names: ``"it"`` or ``"en"``.
    unit : str
        Unit of the numbers. In MWh they come back bit by bit; in others up to the arithmetic of floats.
    pivots : bool, optional
        Sheets of flows × products beside the long sheet, one for each territory and year. By default up
        to twelve of them.

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    InputError
        What is given is no balance, or language or unit are unknown.
    """
    require_balance(balance, "write_excel")
    if lang not in LANGUAGES:
        told = {"lang": lang, "known": ", ".join(LANGUAGES)}
        raise InputError(str(path), [say("unknown language '{lang}'; known are {known}", **told)])
    mwh_per(unit)
    groups = sorted(set(balance.table[["territory", "year"]].itertuples(index=False, name=None)))
    many = len(groups) <= MOST_PIVOTS if pivots is None else pivots
    with replaced(path) as temporary:
        book = Book(temporary, lang, unit)
        try:
            _readme(book)
            _territories(book, balance)
            _long(book, balance, unit)
            for territory, year in groups if many else ():
                name = str(year) if len({key[0] for key in groups}) == 1 else f"{territory} {year}"
                wide = wide_of(balance.filter(territory=territory, year=year), unit)
                write_pivot(book, name[:LONGEST_NAME], (str(territory), int(year), unit), wide)
            _sources(book, balance)
        finally:
            book.close()
    return Path(path)


def _readme(book: Book) -> None:
    sheet, text = book.sheet(book.text["sheet_readme"]), book.text
    sheet.write_string(0, 0, text["readme_title"], book.look["title"])
    keys = ("readme_written", "readme_edit", "readme_blank")
    book.sentences(
        sheet, 2, (text[key].format(balance=text["sheet_balance"]).removeprefix("3. ") for key in keys)
    )


def _territories(book: Book, balance: Balance) -> None:
    sheet = book.sheet(book.text["sheet_territory"])
    if balance.name:
        sheet.write_string(0, 0, book.text["title"], book.look["label"])
        sheet.write_string(0, 1, balance.name)
    book.heads(sheet, 2, ("territory", "name", "level", "parent"))
    for row, place in enumerate(balance.territories, start=3):
        for at, word in enumerate((place.code, place.name(book.lang), place.level, place.parent)):
            sheet.write_string(row, at, word)
    for column, width in enumerate((14, 34, 16, 14)):
        sheet.set_column(column, column, width)


def _long(book: Book, balance: Balance, unit: str) -> None:
    """Write the sheet that is the balance: one row for each cell of its table."""
    sheet, look = book.sheet(book.text["sheet_balance"]), book.look
    keys = ["territory", "year", "flow", "flow_name", "product", "product_name", "value", "unit", "status"]
    keys += ["sigma", "source"] if SIGMA in balance.table else ["source"]
    book.heads(sheet, 0, keys)
    table = balance.table.assign(value=from_mwh(balance.table["energy_mwh"], unit), unit=unit)
    gone = balance.missing.assign(value=MISSING, unit=unit)
    rows = [*table.to_dict("records"), *gone.to_dict("records")]
    for at, row in enumerate(rows, start=1):
        for column, key in enumerate(keys):
            kind = key.removesuffix("_name")
            value = catalog.label(kind, str(row[kind]), book.lang) if key != kind else row.get(key)
            number = {"year": "whole", "sigma": "share"}.get(key, "number")
            put(sheet, (at, column), value, look[number], look["text"])
    for column, key in enumerate(keys):
        sheet.set_column(column, column, WIDTHS.get(key, 11))
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(keys) - 1)


def _sources(book: Book, balance: Balance) -> None:
    sheet = book.sheet(book.text["sheet_sources"])
    book.heads(sheet, 0, ("source", "cells"))
    counts = balance.table["source"].value_counts(sort=False)
    for row, (source, count) in enumerate(counts.items(), start=1):
        put(sheet, (row, 0), source, None, book.look["wrap"])
        sheet.write_number(row, 1, int(count))
    sheet.set_column(0, 0, 110)
