"""An Excel workbook as plain grids: what each cell shows, and the formula behind it."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leb_kit.errors import InputError, say
from leb_kit.io.files import GZIP, SomePath, existing

#: What Excel shows where a formula fails.
ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: Parts of other files that are zip archives, too.
_OPEN_DOCUMENT, _BINARY = "mimetype", "xl/workbook.bin"

At = tuple[int, int]


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``values`` row by row, ``formulas`` by (row, column), both counted from 0."""

    name: str
    values: tuple[tuple[Any, ...], ...]
    formulas: Mapping[At, str]

    def value(self, row: int, column: int) -> Any:
        """Return what a cell shows; None where it is blank or outside."""
        if row >= len(self.values) or column >= len(self.values[row]):
            return None
        found = self.values[row][column]
        return None if isinstance(found, str) and not found.strip() else found

    def place(self, row: int, column: int) -> str:
        """Return where a cell is, as Excel writes it.

        Examples
        --------
        >>> Sheet("bilancio", (), {}).place(4, 6)
        'bilancio!G5'
        """
        return f"{self.name}!{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column + 1))


def is_workbook(path: SomePath) -> bool:
    """Return whether a file begins as an Excel workbook does."""
    with Path(path).open("rb") as handle:
        return handle.read(len(ZIP)) in (ZIP, OLD_EXCEL)


def read_book(path: SomePath) -> tuple[Sheet, ...]:
    """Return the visible and hidden sheets of a workbook (.xlsx, .xlsm).

    Raises
    ------
    InputError
        It is no such workbook, or it is damaged.
    """
    file = existing(path)
    _require_xlsx(file)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            # what openpyxl cannot keep (drawings, extensions) is of no use here
            warnings.simplefilter("ignore")
            shown = load_workbook(file, data_only=True)
            written = load_workbook(file)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, EOFError, SyntaxError) as error:
        fault = say("the workbook is damaged ({error}); open it, save it again", error=error)
        raise InputError(file.name, [fault]) from error
    return tuple(
        Sheet(sheet.title, tuple(sheet.iter_rows(values_only=True)), _formulas(written[sheet.title]))
        for sheet in shown.worksheets
    )


def _formulas(sheet: Any) -> dict[At, str]:
    found = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                # an array formula is an object that has the text
                found[cell.row - 1, cell.column - 1] = str(getattr(cell.value, "text", cell.value))
    return found


def _require_xlsx(file: Path) -> None:
    with file.open("rb") as handle:
        head = handle.read(len(ZIP))
    if head == OLD_EXCEL:
        fault = say(
            "this is an old Excel file (.xls) or one with a password; open it and save it as .xlsx"
            " without a password"
        )
        raise InputError(file.name, [fault])
    if head.startswith(GZIP):
        raise InputError(file.name, [say("a workbook is not packed in .gz; unpack it first")])
    if head != ZIP:
        raise InputError(file.name, [say("this is no Excel workbook (.xlsx)")])
    try:
        with zipfile.ZipFile(file) as archive:
            parts = set(archive.namelist())
    except zipfile.BadZipFile as error:
        fault = say("the workbook is damaged ({error}); open it, save it again", error=error)
        raise InputError(file.name, [fault]) from error
    if _BINARY in parts or (_OPEN_DOCUMENT in parts and "content.xml" in parts):
        fault = say("this is a spreadsheet of another kind (.ods, .xlsb); open it and save it as .xlsx")
        raise InputError(file.name, [fault])
    if "xl/workbook.xml" not in parts:
        raise InputError(file.name, [say("this is no Excel workbook (.xlsx)")])
