"""Long CSV tables: one flow in a row, Italian headers and Italian numbers where asked for."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.table import canonical_columns
from leb_kit.errors import InputError
from leb_kit.io.files import SomePath, existing, whole_text

_DECIMAL = (".", ",")
_ITALIAN = re.compile(r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")
_LINE = re.compile(r"\bline (\d+)")
_PLAIN = re.compile(r"^[-+]?\d+\.\d+$")


def read_table(path: SomePath, *, unit: str | None = None, decimal: str = ".") -> Balance:
    """Read a long table (CSV): territory, year, flow, product, value; unit, status and source if given.

    Parameters
    ----------
    path : str or path
        Comma, semicolon or tab between columns; UTF-8 or Windows (cp1252); plain or .gz. Italian
        headers (``comune``, ``anno``, ``settore``, ``vettore``, ``valore``) are understood.
    unit : str, optional
        Unit of ``value`` (MWh, GWh, TJ, ktep …). A column ``unit`` wins.
    decimal : str
        ``","`` reads Italian numbers: ``1.234,5``.

    Returns
    -------
    Balance
        MWh.

    Raises
    ------
    InputError
        Every fault, with its line.
    """
    file = existing(path)
    if decimal not in _DECIMAL:
        raise InputError("read_table", [f"decimal is '{decimal}'; '.' or ',' is expected"])
    text, lines = _frame(file)
    frame = canonical_columns(text)
    try:
        if decimal == "," and "value" in frame:
            frame["value"] = _italian(frame["value"], file.name)
        if "source" not in frame:
            frame["source"] = file.name
        return Balance.from_table(frame, unit=unit, where=file.name)
    except InputError as error:
        raise InputError(file.name, [_true_lines(fault, lines) for fault in error.faults]) from None


def separator(header: str) -> str:
    """Return what stands between the columns of a header line.

    Examples
    --------
    >>> separator("comune;anno;valore")
    ';'
    """
    return max((";", "\t", ","), key=header.count)


def _frame(file: Path) -> tuple[pd.DataFrame, list[int]]:
    """Return the table as text, each row with as many cells as the header, and the lines of its rows."""
    text = whole_text(file)
    if not text.strip():
        raise InputError(file.name, ["the file is empty; a header and at least one row are expected"])
    reader = csv.reader(io.StringIO(text), delimiter=separator(text.lstrip().splitlines()[0]))
    names: list[str] = []
    body, lines, faults = [], [], []
    for cells in reader:
        row = [cell.strip() for cell in cells]
        if not any(row):
            continue
        if not names:
            names = row
            again = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
            faults += [f"line {reader.line_num}: column '{name}' is given twice" for name in again]
        elif len(row) != len(names):
            hint = (
                " Numbers with a comma need quotes, or ';' between columns." if len(row) > len(names) else ""
            )
            faults.append(
                f"line {reader.line_num}: {len(row)} columns,"
                f" {len(names)} are expected as in the header.{hint}"
            )
        else:
            body.append(row)
            lines.append(reader.line_num)
    if faults:
        raise InputError(file.name, faults)
    return pd.DataFrame(body, columns=names, dtype=str), lines


def _true_lines(fault: str, lines: list[int]) -> str:
    """Say the line of the file: blank lines and cells with line ends move the rows below them."""
    return _LINE.sub(lambda found: f"line {lines[int(found[1]) - 2]}", fault)


def _italian(values: pd.Series, where: str) -> pd.Series:
    """Return Italian numbers with a decimal point; one that could mean two things is a fault."""
    faults = [
        f"line {row + 2}: value '{text}' has a decimal point; with decimal=',' write {text.replace('.', ',')}"
        for row, text in enumerate(values)
        if _PLAIN.match(text) and not _ITALIAN.match(text)
    ]
    if faults:
        raise InputError(where, faults)
    italian = values.str.match(_ITALIAN)
    plain = values.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return plain.where(italian, values)
