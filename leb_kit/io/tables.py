"""Long CSV tables: one flow in a row, Italian headers, words and numbers."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.amounts import ITALIAN_NUMBER, SURELY_ITALIAN, WITH_POINT
from leb_kit.balance.table import checked_table
from leb_kit.balance.words import header_of
from leb_kit.errors import InputError, option, say
from leb_kit.io.files import SomePath, existing, whole_text

_DECIMAL = (".", ",")


def read_table(path: SomePath, *, unit: str | None = None, decimal: str | None = None) -> Balance:
    """Read a long table (CSV): territory, year, flow, product, value; unit, status, source, sigma if given.

    Parameters
    ----------
    path : str or path
        Comma, semicolon or tab between columns; UTF-8, UTF-16 or Windows (cp1252); plain or .gz. Italian
        headers (``comune``, ``anno``, ``settore``, ``vettore``, ``Energia (GWh)``) and words
        (``Residenziale``, ``Gas naturale``) are understood; ``notes`` of the balance tells how.
    unit : str, optional
        Unit of ``value`` (MWh, GWh, TJ, ktep …). A column ``unit`` or the header of the value wins.
    decimal : str, optional
        ``","`` reads Italian numbers: ``1.234,5``. Default: the point where commas stand between columns;
        elsewhere what the numbers themselves show, and an error where they do not.

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
    if decimal not in (*_DECIMAL, None):
        fault = say("decimal is '{decimal}'; '.' or ',' is expected", decimal=decimal)
        raise InputError("read_table", [fault])
    text, lines, between = _frame(file)

    def place(row: int, _: str = "") -> str:
        return say("line {line}", line=lines[row])

    checked = checked_table(
        text,
        unit=unit,
        where=file.name,
        place=place,
        decimal=decimal or _decimal(text, between, file.name),
        source=file.name,
    )
    return Balance(checked.table, checked.missing, notes=checked.notes)


def separator(header: str) -> str:
    """Return what stands between the columns of a header line.

    Examples
    --------
    >>> separator("comune;anno;valore")
    ';'
    """
    return max((";", "\t", ","), key=header.count)


def _frame(file: Path) -> tuple[pd.DataFrame, list[int], str]:
    """Return the table as text, each row with as many cells as the header, its lines and its separator."""
    text = whole_text(file)
    if not text.strip():
        raise InputError(file.name, [say("the file is empty; a header and at least one row are expected")])
    between = separator(text.lstrip().splitlines()[0])
    reader = csv.reader(io.StringIO(text), delimiter=between)
    names: list[str] = []
    body, lines, faults = [], [], []
    for cells in reader:
        row = [cell.strip() for cell in cells]
        line = reader.line_num
        if not any(row):
            continue
        if not names:
            names = row
            again = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
            faults += [
                say("line {line}: column '{name}' is given twice", line=line, name=one) for one in again
            ]
        elif len(row) != len(names):
            hint = say(" Numbers with a comma need quotes, or ';' between columns.")
            told = {"line": line, "found": len(row), "count": len(names)}
            fault = say("line {line}: {found} columns, {count} are expected as in the header.", **told)
            faults.append(fault + (hint if len(row) > len(names) else ""))
        else:
            body.append(row)
            lines.append(line)
    if faults:
        raise InputError(file.name, faults)
    return pd.DataFrame(body, columns=names, dtype=str), lines, between


def _decimal(text: pd.DataFrame, between: str, where: str) -> str:
    """Return the decimal mark that the numbers show.

    ``1.234`` is a thousand in Italy and little more than one elsewhere. Other numbers of the column may
    tell which (``12,5`` or ``12.5``); where none does, guessing could be wrong a thousandfold.
    """
    names = header_of(text.columns).names
    value = [name for name in text.columns if names.get(name) == "value"]
    if between == "," or not value:
        return "."
    numbers = text[value[0]]
    if numbers.str.match(SURELY_ITALIAN).any():
        return ","
    with_point = numbers.str.match(WITH_POINT)
    if (with_point & ~numbers.str.match(ITALIAN_NUMBER)).any():
        return "."
    if not with_point.any():
        return ","
    word = str(numbers[with_point].iloc[0])
    fault = say(
        "numbers such as '{word}' could mean {thousands} or {point}: say which, {comma} or {dot}",
        word=word,
        thousands=word.replace(".", ""),
        point=word.replace(".", ","),
        comma=option("decimal", ","),
        dot=option("decimal", "."),
    )
    raise InputError(where, [fault])
