"""Bills of public buildings, as suppliers send them: CSV or Excel, Italian headers, numbers and dates."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.io.files import SomePath, existing, whole_text
from leb_kit.io.tables import separator
from leb_kit.reference import catalog
from leb_kit.tertiary import Bills, Estate

NEEDED: Final = ("meter", "date_from", "date_to", "kind")
BANDS: Final = ("f1_kwh", "f2_kwh", "f3_kwh")
NUMBERS: Final = ("quantity", "cost_eur", "gcv_mj_per_smc", "c_coefficient", *BANDS)
KEPT: Final = ("bill", *NEEDED, "quantity", "unit", "cost_eur", "gcv_mj_per_smc", "c_coefficient", "source")
#: What a bare "conguaglio" may be; the word does not say which.
CONGUAGLIO: Final = {"total": "recalculated", "difference": "adjustment"}
DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
ZIP: Final = b"PK\x03\x04"
#: Bands are rounded to whole kWh each.
BAND_ROUNDING_KWH: Final = 2.0

_ITALIAN = re.compile(r"^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$")
_PLAIN = re.compile(r"^[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$")
_ROW = re.compile(r"\brow (\d+)")


def read_bills(
    path: SomePath,
    estate: Estate,
    *,
    unit: str | None = None,
    conguaglio: str | None = None,
    decimal: str = ",",
    sheet: str | None = None,
) -> Bills:
    """Read bills from a CSV or Excel file, in the layouts of Italian suppliers.

    Headers such as ``POD``, ``PDR``, ``Dal``, ``Al``, ``Consumo``, ``Unità``, ``Tipo``, ``Importo``,
    ``PCS``, ``Coefficiente C`` are understood (``bill_words.csv``), and a unit in the header
    (``Consumo (Smc)``). Bands F1, F2, F3 are summed, and held against a printed total. Other columns are
    left out.

    Parameters
    ----------
    path : str or path
        ``.csv`` (comma, semicolon or tab; UTF-8 or Windows) or ``.xlsx``; found by its content.
    estate : Estate
        Whose meters they are.
    unit : str, optional
        Unit of the quantities (Smc, kWh, kWh_gross, l, kg …) where no column and no header says it.
    conguaglio : str, optional
        What the word "conguaglio" means in this file: ``"total"``, the whole use of its period, in place
        of what was billed; or ``"difference"``, what to add to it. Without it the bare word is a fault:
        it cannot be guessed.
    decimal : str
        ``","`` reads ``1.234,5``; ``"."`` reads ``1,234.5``. Excel's own numbers need neither.
    sheet : str, optional
        Sheet of an Excel file; default: the first.

    Returns
    -------
    Bills
        In MWh, net calorific value.

    Raises
    ------
    InputError
        Every fault, with its line and repair.
    """
    file = existing(path)
    faults: list[str] = []
    if decimal not in (",", "."):
        faults.append(f"decimal is '{decimal}'; '.' or ',' is expected")
    if conguaglio is not None and conguaglio not in CONGUAGLIO:
        hint = did_you_mean(conguaglio, CONGUAGLIO)
        faults.append(f"conguaglio is '{conguaglio}'; 'total' or 'difference' is expected.{hint}")
    if faults:
        raise InputError(file.name, faults)
    cells = _excel(file, sheet) if file.read_bytes()[:4] == ZIP else _text(file)
    frame = _named(cells, file.name, unit)
    for column in [name for name in NUMBERS if name in frame]:
        frame[column] = _numbers(frame[column], column, decimal, faults)
    for column in ("date_from", "date_to"):
        frame[column] = _dates(frame[column], column, faults)
    frame["kind"] = _kinds(frame["kind"], conguaglio, faults)
    frame["unit"] = _units(frame["unit"], faults)
    frame = _bands(frame, faults)
    frame["meter"] = _meters(frame["meter"], estate)
    if "source" not in frame:
        frame["source"] = file.name
    if faults:
        raise InputError(file.name, sorted(faults, key=_line_of))
    try:
        return Bills.from_table(frame[[name for name in KEPT if name in frame]], estate, where=file.name)
    except InputError as error:
        told = [_ROW.sub(r"line \1", fault) for fault in error.faults]
        raise InputError(file.name, told) from None


def _text(file: Path) -> list[tuple[int, list[Any]]]:
    text = whole_text(file)
    reader = csv.reader(io.StringIO(text), delimiter=separator(text.lstrip().splitlines()[0]))
    return [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]


def _excel(file: Path, sheet: str | None) -> list[tuple[int, list[Any]]]:
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    try:
        if sheet is not None and sheet not in book.sheetnames:
            known = ", ".join(book.sheetnames)
            hint = did_you_mean(sheet, book.sheetnames)
            raise InputError(file.name, [f"no sheet '{sheet}'; the file has {known}.{hint}"])
        rows = book[sheet or book.sheetnames[0]].iter_rows(values_only=True)
        found = [(line, list(row)) for line, row in enumerate(rows, start=1)]
    finally:
        book.close()
    return [(line, row) for line, row in found if any(cell not in (None, "") for cell in row)]


def _named(cells: Sequence[tuple[int, list[Any]]], where: str, unit: str | None) -> pd.DataFrame:
    """Return the rows under the names used inside; the index is the line in the file."""
    if len(cells) <= 1:
        raise InputError(where, ["no bill found; a header and at least one row are expected"])
    header = ["" if cell is None else str(cell).strip() for cell in cells[0][1]]
    names, header_unit = _columns(header)
    faults = []
    for line, row in cells[1:]:
        if len(row) != len(header):
            faults.append(f"line {line}: {len(row)} cells, {len(header)} are expected as in the header")
    known = _words("column")
    for name in [*NEEDED, *([] if set(BANDS) & set(names) else ["quantity"])]:
        if name not in names:
            usual = next((word for word, code in known.items() if code == name), name)
            found = ", ".join(header)
            faults.append(f"column '{name}' is missing (bills call it '{usual}'); found {found}")
    faults += [
        f"two columns are {name}; keep one" for name in sorted(set(names)) if name and names.count(name) > 1
    ]
    if faults:
        raise InputError(where, faults)
    frame = pd.DataFrame([row for _, row in cells[1:]], index=[line for line, _ in cells[1:]], dtype=object)
    frame = frame.loc[:, [at for at, name in enumerate(names) if name]].set_axis(
        [name for name in names if name], axis=1
    )
    if "quantity" not in frame:
        frame["quantity"] = ""
    if "unit" not in frame:
        frame["unit"] = unit or header_unit or ("kWh" if set(BANDS) <= set(names) else "")
    return frame


def _columns(header: Sequence[str]) -> tuple[list[str], str]:
    """Return the inside name of every column (blank: left out), and a unit that stands in a header."""
    known, units = _words("column"), _words("unit")
    names, unit = [], ""
    for cell in header:
        word = " ".join(cell.casefold().split())
        name = known.get(word, "")
        parts = re.fullmatch(r"(.+?)\s*[(\[]?\s*([^\s()\[\]]+)\s*[)\]]?", word)
        if not name and parts and parts[2] in units and known.get(parts[1]) == "quantity":
            name, unit = "quantity", units[parts[2]]
        elif not name and word in units:
            name, unit = "quantity", units[word]
        names.append(name)
    return names, unit


@cache
def _words(kind: str) -> dict[str, str]:
    table = catalog.table("bill_words")
    rows = table[table["kind"] == kind]
    return dict(zip(rows["label"], rows["code"], strict=True))


def _numbers(values: pd.Series, column: str, decimal: str, faults: list[str]) -> pd.Series:
    pattern, other = (_ITALIAN, _PLAIN) if decimal == "," else (_PLAIN, _ITALIAN)
    thousands, repair = (".", "decimal='.'") if decimal == "," else (",", "decimal=','")
    out: list[float | None] = []
    for line, value in values.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            out.append(float(value))
            continue
        text = "" if value is None else str(value).replace("€", "").replace("\u00a0", "").replace(" ", "")
        if not text:
            out.append(None)
        elif pattern.match(text):
            out.append(float(text.replace(thousands, "").replace(decimal, ".")))
        else:
            hint = f" Read the file with {repair}." if other.match(text) else ""
            faults.append(f"line {line}, column {column}: '{text}' is no number.{hint}")
            out.append(None)
    return pd.Series(out, index=values.index, dtype="float64")


def _dates(values: pd.Series, column: str, faults: list[str]) -> pd.Series:
    out = []
    for line, value in values.items():
        found = (
            value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None
        )
        text = "" if value is None else str(value).strip()
        for pattern in DATES if found is None else ():
            try:
                found = dt.datetime.strptime(text, pattern).date()  # noqa: DTZ007 a day has no zone
                break
            except ValueError:
                continue
        if found is None:
            faults.append(f"line {line}, column {column}: '{text}' is no date; 31/12/2019 is expected")
        out.append(None if found is None else f"{found:%Y-%m-%d}")
    return pd.Series(out, index=values.index, dtype=object)


def _kinds(values: pd.Series, conguaglio: str | None, faults: list[str]) -> pd.Series:
    known = dict(_words("kind"))
    if conguaglio is not None:
        known["conguaglio"] = CONGUAGLIO[conguaglio]
    out = []
    for line, value in values.items():
        word = " ".join(str("" if value is None else value).casefold().split())
        if word == "conguaglio" and word not in known:
            faults.append(
                f"line {line}, column kind: 'conguaglio' may be the whole use of its period or a difference:"
                " read the file with conguaglio='total' or conguaglio='difference'"
            )
        elif word not in known:
            usual = "effettivo, stimato, ricalcolo, conguaglio (differenza)"
            faults.append(
                f"line {line}, column kind: '{value}' is unknown; bills say {usual}."
                f"{did_you_mean(word, known)}"
            )
        out.append(known.get(word, ""))
    return pd.Series(out, index=values.index, dtype=object)


def _units(values: pd.Series, faults: list[str]) -> pd.Series:
    known = _words("unit")
    codes = {code.casefold(): code for code in known.values()}
    out = []
    for line, value in values.items():
        word = " ".join(str("" if value is None else value).casefold().split())
        code = known.get(word, codes.get(word, ""))
        if not word:
            faults.append(f"line {line}: no unit: add a column 'unità', or read the file with unit='Smc'")
        elif not code:
            hint = did_you_mean(word, known)
            faults.append(f"line {line}, column unit: '{value}' is unknown; bills say Smc, kWh, l, kg.{hint}")
        out.append(code)
    return pd.Series(out, index=values.index, dtype=object)


def _bands(frame: pd.DataFrame, faults: list[str]) -> pd.DataFrame:
    """Sum the bands of electricity where there is no total, else hold them against it."""
    bands = [name for name in BANDS if name in frame]
    if not bands:
        missing = frame.index[frame["quantity"].isna()]
        told = {_line_of(fault) for fault in faults if "column quantity" in fault}
        faults += [f"line {line}, column quantity: nothing is billed" for line in missing if line not in told]
        return frame
    sums = frame[bands].sum(axis=1, min_count=1)
    total = frame["quantity"]
    for line in frame.index[(sums - total).abs() > BAND_ROUNDING_KWH]:
        faults.append(
            f"line {line}: F1 + F2 + F3 are {sums[line]:g} kWh, the total says {total[line]:g}; correct one"
        )
    return frame.assign(quantity=total.fillna(sums))


def _meters(values: pd.Series, estate: Estate) -> pd.Series:
    """Write codes as the estate does: without blanks inside, whole numbers without a decimal."""
    spelled = {str(meter).replace(" ", "").casefold(): str(meter) for meter in estate.meters["meter"]}
    out = []
    for value in values:
        whole = isinstance(value, float) and value.is_integer()
        text = str(int(value)) if whole else str("" if value is None else value).strip()
        out.append(spelled.get(text.replace(" ", "").casefold(), text))
    return pd.Series(out, index=values.index, dtype=object)


def _line_of(fault: str) -> int:
    found = re.match(r"line (\d+)", fault)
    return int(found[1]) if found else 0
