"""Tables as an Excel file: headers with units, number formats, sources; written whole or not at all."""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.io.excel_book import Exact
from leb_kit.io.files import SomePath, existing, replaced
from leb_kit.io.sheets import Sheet, read_book
from leb_kit.reference.catalog import LANGUAGES

#: Column to what a person reads above it; the unit comes from the ending of its name.
HEADERS: dict[str, tuple[str, str]] = {
    "technology": ("Tecnologia", "Technology"),
    "name": ("Nome", "Name"),
    "capacity": ("Capacità", "Capacity"),
    "existing_capacity": ("Capacità esistente", "Existing capacity"),
    "new_capacity": ("Nuova capacità", "New capacity"),
    "retired": ("Capacità dismessa", "Retired capacity"),
    "energy": ("Energia", "Energy"),
    "cost": ("Costo annuo", "Yearly cost"),
    "price": ("Prezzo", "Price"),
    "target": ("Obiettivo", "Target"),
    "indicator": ("Indicatore", "Indicator"),
    "convention": ("Convenzione", "Convention"),
    "sense": ("Verso", "Sense"),
    "base": ("Base", "Base"),
    "value": ("Valore", "Value"),
    "planned": ("Con il piano", "With the plan"),
    "required": ("Richiesto", "Required"),
    "gap": ("Scarto", "Gap"),
    "met": ("Raggiunto", "Met"),
    "unit": ("Unità", "Unit"),
    "label": ("Descrizione", "Description"),
    "label_it": ("Descrizione (it)", "Description (it)"),
    "label_en": ("Descrizione (en)", "Description (en)"),
    "territory": ("Territorio", "Territory"),
    "year": ("Anno", "Year"),
    "flow": ("Flusso", "Flow"),
    "product": ("Prodotto", "Product"),
    "status": ("Stato", "Status"),
    "source": ("Fonte", "Source"),
    "sheet": ("Foglio", "Sheet"),
}
#: Ending of a column name to unit and Excel number format. Excel puts in its user's own separators.
UNITS: dict[str, tuple[str, str]] = {
    "_mwh": ("MWh", "#,##0"),
    "_mw": ("MW", "#,##0.0"),
    "_eur": ("EUR", "#,##0"),
    "_tco2eq": ("tCO2eq", "#,##0"),
    "_share": ("%", "0.0%"),
    "_h": ("h", "#,##0"),
}
SOURCES = {"it": "fonti", "en": "sources"}
YES_NO = {"it": ("sì", "no"), "en": ("yes", "no")}
#: What Excel allows in the name of a sheet.
_SHEET = re.compile(r"^[^\[\]:*?/\\]{1,31}$")
_TITLE = re.compile(r"^(?P<stem>.*?) \((?P<unit>[^()]+)\)$")
_PLAIN_FORMAT = "#,##0.00##"
_NARROWEST, _WIDEST = 8, 60


def write_plan_xlsx(path: SomePath, sheets: Mapping[str, pd.DataFrame], *, lang: str = "it") -> Path:
    """Write tables to an Excel file, one sheet each, and a sheet of their sources.

    Parameters
    ----------
    path : str or path
        The file; it is replaced only when the new one is complete.
    sheets : Mapping[str, pd.DataFrame]
        Name of the sheet to table. Units and formats follow the column names (``energy_mwh``). A
        column ``source`` is collected in the last sheet.
    lang : str
        Language of the headers: ``"it"`` or ``"en"``.

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    InputError
        Unknown language, no sheets, or a name that Excel refuses.
    """
    _require(path, sheets, lang)
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with replaced(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), options)
        # a fixed date: the same plan gives the same file
        book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
        styles = _styles(book)
        try:
            for name, frame in _with_sources(sheets, lang).items():
                _write(book.add_worksheet(name), frame, lang, styles)
        finally:
            book.close()
    return Path(path)


def read_plan(path: SomePath) -> pd.DataFrame:
    """Read the plan out of a workbook of ``leb solve --out``; ``read_excel`` reads its balance.

    Parameters
    ----------
    path : str or path
        A workbook (.xlsx) that ``write_plan_xlsx`` wrote.

    Returns
    -------
    pd.DataFrame
        technology, label, capacity_mw, new_capacity_mw, energy_mwh, cost_eur …: names as in Python, numbers
        bit by bit, blank cells missing.

    Raises
    ------
    InputError
        No sheet has technologies and their new capacity.
    """
    file = existing(path)
    sheets = read_book(file)
    for sheet in sheets:
        table = _table_of(sheet)
        if {"technology", "new_capacity_mw"} <= set(table.columns):
            return table
    fault = say(
        "no sheet has technologies and their new capacity; this workbook has {names}. A balance is read with"
        " read_excel",
        names=", ".join(f"'{sheet.name}'" for sheet in sheets),
    )
    raise InputError(file.name, [fault])


def _table_of(sheet: Sheet) -> pd.DataFrame:
    """Return a sheet as a table, with the names of columns that its headers stand for."""
    if not sheet.values or not all(isinstance(cell, str) for cell in sheet.values[0]):
        return pd.DataFrame()
    names = [_column_of(str(cell)) for cell in sheet.values[0]]
    return pd.DataFrame(list(sheet.values[1:]), columns=names)


def _column_of(title: str) -> str:
    units = {unit: ending for ending, (unit, _) in UNITS.items()}
    found = _TITLE.match(title)
    stem, unit = (found["stem"], found["unit"]) if found and found["unit"] in units else (title, "")
    words = {word.casefold(): name for name, pair in HEADERS.items() for word in pair}
    return words.get(stem.casefold(), stem.casefold().replace(" ", "_")) + units.get(unit, "")


def header(column: str, lang: str) -> str:
    """Return what stands above a column, with its unit.

    Examples
    --------
    >>> header("new_capacity_mw", "en")
    'New capacity (MW)'
    """
    ending = _ending(column)
    stem = column.removesuffix(ending)
    words = HEADERS.get(stem, HEADERS.get(column))
    text = words[LANGUAGES.index(lang)] if words else stem.replace("_", " ").capitalize()
    return f"{text} ({UNITS[ending][0]})" if ending else text


def _require(path: SomePath, sheets: Mapping[str, pd.DataFrame], lang: str) -> None:
    faults = []
    if lang not in LANGUAGES:
        faults.append(f"unknown language '{lang}'; known are {', '.join(LANGUAGES)}")
    if not sheets:
        faults.append("no sheets; at least one table is expected")
    faults += [
        f"sheet name '{name}': Excel takes 1 to 31 characters, none of [ ] : * ? / \\"
        for name in sheets
        if not _SHEET.match(name)
    ]
    lower = [name.casefold() for name in sheets]
    faults += [f"sheet name '{name}' is given twice" for name in sheets if lower.count(name.casefold()) > 1]
    if faults:
        raise InputError(str(path), faults)


def _with_sources(sheets: Mapping[str, pd.DataFrame], lang: str) -> dict[str, pd.DataFrame]:
    last = SOURCES[lang]
    if last in sheets:
        return {**{name: frame for name, frame in sheets.items() if name != last}, last: sheets[last]}
    rows = [
        (name, source)
        for name, frame in sheets.items()
        if "source" in frame
        for source in dict.fromkeys(frame["source"].astype(str))
        if source
    ]
    return {**sheets, last: pd.DataFrame(rows, columns=["sheet", "source"])}


def _ending(column: str) -> str:
    return next((ending for ending in UNITS if column.endswith(ending)), "")


def _styles(book: Any) -> dict[str, Any]:
    base = {"valign": "top"}
    formats = {number for _, number in UNITS.values()} | {_PLAIN_FORMAT, "0"}
    styles = {number: book.add_format({**base, "num_format": number}) for number in formats}
    head = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#e8eef4", "bottom": 1}
    styles["head"] = book.add_format(head)
    styles["text"] = book.add_format({**base, "text_wrap": True})
    return styles


def _write(sheet: Any, frame: pd.DataFrame, lang: str, styles: dict[str, Any]) -> None:
    """Write one table: header, cells, widths, frozen panes."""
    for at, name in enumerate(map(str, frame.columns)):
        title = header(name, lang)
        cells = list(frame.iloc[:, at])
        number = "0" if name == "year" else UNITS[_ending(name)][1] if _ending(name) else _PLAIN_FORMAT
        sheet.write_string(0, at, title, styles["head"])
        for row, value in enumerate(cells, start=1):
            _cell(sheet, (row, at), value, lang=lang, styles=(styles[number], styles["text"]))
        longest = max([len(title) // 2 + 2, *(_length(value) for value in cells)])
        sheet.set_column(at, at, min(max(longest + 2, _NARROWEST), _WIDEST))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    if len(frame) and len(frame.columns):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _cell(sheet: Any, at: tuple[int, int], value: object, *, lang: str, styles: tuple[Any, Any]) -> None:
    number, text = styles
    if isinstance(value, (bool, np.bool_)):
        sheet.write_string(*at, YES_NO[lang][0 if value else 1], text)
    elif isinstance(value, numbers.Real):
        if math.isfinite(value):
            sheet.write_number(*at, Exact(value), number)
        # what is not available is an empty cell, never a zero
    elif value is not None and not (value is pd.NA or value is pd.NaT):
        # always text: what begins with = + - @ is never run as a formula
        sheet.write_string(*at, str(value), text)


def _length(value: object) -> int:
    return len(f"{value:,.1f}") if isinstance(value, numbers.Real) else len(str(value))
