"""The reader that fits a file, found by its content."""

from __future__ import annotations

from pathlib import Path

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.io.eurostat import EXPECTED, layout, read_eurostat
from leb_kit.io.excel import read_excel
from leb_kit.io.files import SomePath, existing, first_line
from leb_kit.io.sheets import is_workbook
from leb_kit.io.tables import read_table, separator


def read_any(
    path: SomePath,
    *,
    geo: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    decimal: str | None = None,
) -> Balance:
    """Read a file as a workbook, as Eurostat's balance or as a long table, whichever it is.

    Parameters
    ----------
    path : str or path
        The file: .xlsx, or text, plain or .gz.
    geo : str, optional
        Territory: of a wide Eurostat sheet or a workbook that does not say its own, else a filter.
    year : int, optional
        As ``geo``.
    unit : str, optional
        Unit of the numbers where the file does not say it.
    decimal : str, optional
        ``"."`` or ``","`` of a long table; default as in ``read_table``.

    Raises
    ------
    InputError
        The file is of no known kind, or has faults.
    """
    file = existing(path)
    if is_workbook(file):
        return _of_workbook(file, geo=geo, year=year, unit=unit)
    header = first_line(file)
    if layout(header):
        return read_eurostat(file, geo=geo, year=year, unit=unit)
    between = separator(header)
    if between not in header:
        fault = say(
            "this is no table: it begins '{found}'; expected {expected},"
            " or a long table (territory,year,flow,product,value)",
            found=header[:100],
            expected=say(EXPECTED),
        )
        raise InputError(file.name, [fault])
    return _chosen(read_table(file, unit=unit, decimal=decimal), file, geo, year)


def _of_workbook(file: Path, *, geo: str | None, year: int | None, unit: str | None) -> Balance:
    """Read a workbook; territory and year fill in what it does not say, and choose from what it does."""
    return _chosen(read_excel(file, territory=geo, year=year, unit=unit), file, geo, year)


def _chosen(balance: Balance, file: Path, geo: str | None, year: int | None) -> Balance:
    chosen = {name: value for name, value in (("territory", geo), ("year", year)) if value is not None}
    try:
        return balance.filter(**chosen) if chosen else balance
    except InputError as error:
        raise InputError(file.name, error.faults) from error
