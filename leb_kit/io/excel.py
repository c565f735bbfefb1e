"""The LEB workbook: a balance in Excel, as long sheets, as pivots, or both."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from leb_kit.balance import Balance, Territory
from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.balance.table import FIRST_YEAR, KEYS, checked_table
from leb_kit.balance.words import VALUE, codes, header_of, plain, unit_of
from leb_kit.errors import InputError, choice, option, say
from leb_kit.io.audit import Finding, errors_in, odd_formulas, text_in, wrong_totals
from leb_kit.io.files import SomePath, existing
from leb_kit.io.layouts import Cell, cells_of, number_in
from leb_kit.io.sheets import Sheet, read_book
from leb_kit.units import mwh_per

#: Columns of the table that the cells of all sheets make together.
COLUMNS = (*KEYS, VALUE, "unit", "status", "source", "sigma")
#: The sheet that says of which territories a workbook is.
TERRITORY_SHEETS = ("territorio", "territory", "territori", "territories")
#: Two sheets give the same amount where they differ by less: the arithmetic of floats.
SAME = 1e-12
#: Examples of what a caller may have to say.
_SUCH = {"territory": "001272", "year": 2019}


@dataclass(frozen=True)
class Stated:
    """What the workbook or the caller says where a sheet does not: one territory, year and unit."""

    territory: str | None = None
    year: Any = None
    unit: str | None = None
    name: str = ""
    title: str = ""


def read_excel(
    path: SomePath, *, territory: str | None = None, year: int | None = None, unit: str | None = None
) -> Balance:
    """Read a workbook with a balance: long sheets, pivots (flows × products), or both.

    A long sheet has a flow, a product and a value in each row. A pivot has products in its header and
    flows in its first column, or the other way round; territory, year and unit stand above it, or the
    year in the name of the sheet. A sheet ``territorio`` may say them for all. Codes, Italian and English
    words are understood (``notes`` of the balance tells how). Other sheets are left alone.

    Formulas are read as their values, and audited: a cell in error (#REF!), a formula that was never
    calculated, a total that its parts do not give, and a number typed over a column of formulas are told
    with sheet and cell. Totals that are formulas are not rows of the balance; ``aggregate`` has them.

    Parameters
    ----------
    path : str or path
        A workbook (.xlsx, .xlsm).
    territory : str, optional
        Code of the territory where the workbook does not say it.
    year : int, optional
        As ``territory``.
    unit : str, optional
        Unit of the numbers where the workbook does not say it.

    Returns
    -------
    Balance
        MWh; equal bit by bit to the one that ``write_excel`` wrote.

    Raises
    ------
    InputError
        Every fault, with sheet and cell.

    Examples
    --------
    >>> import tempfile, leb_kit as leb
    >>> from leb_kit.io import read_excel, write_excel
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_excel(leb.examples.torino(), f"{folder}/torino.xlsx")
    ...     again = read_excel(path)
    >>> again.table.equals(leb.examples.torino().table)
    True
    """
    balance, findings = examined(path, Stated(territory, year, unit))
    if any(finding.severity == "error" for finding in findings):
        # a number that is text is why a total is wrong: it is told with it
        raise InputError(Path(path).name, _told(findings, ("error", "text")))
    notes = [finding.text for finding in findings]
    return replace(balance, notes=(*balance.notes, *notes))


def audit_excel(path: SomePath) -> pd.DataFrame:
    """Look through the formulas of a workbook with a balance.

    Parameters
    ----------
    path : str or path
        A workbook (.xlsx, .xlsm).

    Returns
    -------
    pd.DataFrame
        One row for each finding: sheet, cell, kind (error, not_calculated, typed_over, other_formula,
        total), severity (error, warning), text. Empty where nothing was found.

    Raises
    ------
    InputError
        It holds no balance that can be read.
    """
    _, findings = examined(path, Stated())
    rows = [(one.sheet, one.cell, one.kind, one.severity, one.text) for one in findings]
    return pd.DataFrame(rows, columns=["sheet", "cell", "kind", "severity", "text"])


def examined(path: SomePath, given: Stated) -> tuple[Balance, list[Finding]]:
    """Return the balance of a workbook and what its formulas do wrong.

    Raises
    ------
    InputError
        What is wrong with words, numbers and units; cells in error are among the findings.
    """
    file = existing(path)
    sheets = read_book(file)
    faults: list[str] = []
    stated, named = _stated(sheets, given, faults)
    cells: list[Cell] = []
    for sheet in sheets:
        if plain(sheet.name) not in TERRITORY_SHEETS:
            cells += cells_of(sheet, faults) or []
    if not faults and all(cell.formula and not cell.words[VALUE] for cell in cells):
        raise InputError(file.name, [_nothing(sheets)])
    findings = errors_in(cells)
    broken = {id(finding.source) for finding in findings}
    cells = [cell for cell in cells if id(cell) not in broken]
    odd = odd_formulas(cells)
    findings += [text_in(cell) for cell in cells if cell.is_text and isinstance(number_in(cell, []), float)]
    cells, frame = _table(cells, stated, file.name, faults)
    cells, frame = _once(cells, frame)
    # what another sheet confirms is no accident
    counted = {id(cell) for cell in cells}
    findings += [one for one in odd if one.kind != "typed_over" or id(one.source) in counted]
    if findings and (faults or not cells):
        faults += _told(findings, ("error",))
    if not cells:
        raise InputError(file.name, faults or [_nothing(sheets)])
    balance = _balance(file, frame, cells, stated, faults)
    if balance.table.empty and balance.missing.empty:
        raise InputError(file.name, [_nothing(sheets)])
    balance, totals = wrong_totals(balance, cells, _keys(frame))
    title = stated.title or (f"{stated.name} {balance.years[0]}" if named and len(balance.years) == 1 else "")
    told = {(one.sheet, one.cell) for one in totals}
    others = [one for one in findings if (one.sheet, one.cell) not in told]
    return replace(balance, name=title), [*others, *totals]


def _told(findings: Sequence[Finding], kinds: Sequence[str]) -> list[str]:
    return [one.text for one in findings if one.text and {one.severity, one.kind} & set(kinds)]


def _balance(
    file: Path, frame: pd.DataFrame, cells: Sequence[Cell], stated: Stated, faults: list[str]
) -> Balance:
    def place(row: int, column: str = "") -> str:
        return cells[row].place(column)

    try:
        checked = checked_table(frame, unit=stated.unit, where=file.name, place=place, decimal=".")
    except InputError as error:
        raise InputError(file.name, [*faults, *error.faults]) from None
    if faults:
        raise InputError(file.name, faults)
    return Balance(checked.table, checked.missing, notes=checked.notes)


def _nothing(sheets: Sequence[Sheet]) -> str:
    names = ", ".join(f"'{sheet.name}'" for sheet in sheets)
    return say(
        "no amounts found in the sheets {names}: a long sheet (flow, product, value) or a pivot (flows ×"
        " products) is expected, with numbers in it",
        names=names,
    )


# ── what the workbook says of itself ─────────────────────────────────────────────────────────────────────


def _stated(sheets: Sequence[Sheet], given: Stated, faults: list[str]) -> tuple[Stated, bool]:
    """Return territory, year and unit for sheets that say none; true where a new territory is named."""
    sheet = next((one for one in sheets if plain(one.name) in TERRITORY_SHEETS), None)
    if sheet is None:
        return given, False
    title = next(
        (sheet.value(row, 1) for row in range(len(sheet.values)) if _is_title(sheet.value(row, 0))), None
    )
    rows = list(_territories(sheet))
    for row, words in rows:
        faults += _name_faults(sheet, row, words)
    stated = replace(given, title=str(title or ""))
    if len(rows) != 1:
        return stated, False
    words = rows[0][1]
    code = _code(words.get("territory"))
    name = str(words.get("name") or "").strip()
    stated = replace(
        stated,
        territory=code or given.territory,
        year=words.get("year") or given.year,
        unit=words.get("unit") or given.unit,
        name=name,
    )
    return stated, bool(name) and Territory.known(code or "").name() == code


def _is_title(cell: Any) -> bool:
    return isinstance(cell, str) and plain(cell).rstrip(": ") in ("bilancio", "balance")


def _territories(sheet: Sheet) -> Any:
    """Give row number and words of each territory that the sheet lists."""
    for head, cells in enumerate(sheet.values):
        names = [str(cell).strip() if isinstance(cell, str) else "" for cell in cells]
        header = header_of(names)
        if "territory" not in header.names.values() or len([name for name in names if name]) < 2:
            continue
        columns = {meaning: names.index(str(name)) for name, meaning in header.names.items()}
        called = [at for at, name in enumerate(names) if plain(name) in ("nome", "name")]
        columns |= {"name": called[0]} if called else {}
        for row in range(head + 1, len(sheet.values)):
            words = {name: sheet.value(row, at) for name, at in columns.items()}
            if all(word is None for word in words.values()):
                return
            yield row, words
        return


def _name_faults(sheet: Sheet, row: int, words: dict[str, Any]) -> list[str]:
    """A code beside the name of another territory: one of the two is wrong."""
    code, name = _code(words.get("territory")), words.get("name")
    if not code or not name:
        return []
    known = Territory.known(code)
    names = {plain(known.name_it), plain(known.name_en), plain(code)}
    if known.name() == code or plain(name) in names:
        return []
    told = {"place": sheet.place(row, 0), "code": code, "known": known.name(), "name": name}
    return [say("{place}: {code} is {known}, but the sheet says '{name}'; correct one of them", **told)]


def _code(cell: Any) -> str | None:
    """Return a territory's code; Excel turns 001272 into the number 1272, and this turns it back."""
    if cell is None:
        return None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        digits = str(int(cell)) if float(cell).is_integer() else str(cell)
        for length in (3, 6):
            code = digits.zfill(length)
            if len(code) == length and Territory.known(code).name() != code:
                return code
        return digits
    return str(cell).strip()


# ── one table of all sheets ──────────────────────────────────────────────────────────────────────────────


def _table(
    cells: Sequence[Cell], stated: Stated, where: str, faults: list[str]
) -> tuple[list[Cell], pd.DataFrame]:
    """Return the amounts that count, and their table; a blank amount under its words is a fault below."""
    kept, rows = [], []
    for cell in cells:
        words = dict(cell.words)
        doubts = len(faults)
        words[VALUE] = number_in(cell, faults)
        if len(faults) > doubts:
            continue
        words["territory"] = _code(words.get("territory")) or stated.territory
        words["year"] = words.get("year") or stated.year
        words["unit"] = words.get("unit") or stated.unit
        # a blank cell of sources is a source that is not known; without the column, the file is the source
        words["source"] = (words["source"] or "") if "source" in words else where
        kept.append(cell)
        rows.append([words.get(name) for name in COLUMNS])
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    faults += _absent(frame)
    unused = [name for name in ("unit", "status", "sigma") if frame[name].isna().all()]
    return kept, frame.drop(columns=unused)


def _absent(frame: pd.DataFrame) -> list[str]:
    """Tell once what the whole workbook does not say, and fill it so that other faults are found, too."""
    faults = []
    for name, stand_in in (("territory", "?"), ("year", FIRST_YEAR)):
        if len(frame) and frame[name].isna().all():
            frame[name] = stand_in
            given = option(choice("territory", "geo") if name == "territory" else name, _SUCH[name])
            faults.append(
                say(
                    "the workbook does not say its {name}: write it in a sheet 'territorio',"
                    " or give {option}",
                    name=say(name),
                    option=given,
                )
            )
    return faults


def _keys(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the codes of each row, as the balance has them."""
    flow, product = codes("flow"), codes("product")
    years = pd.to_numeric(frame["year"], errors="coerce").fillna(0).astype("int64")
    words = frame[["territory", "flow", "product"]].astype("string").fillna("")
    return [
        (territory.strip(), str(year), flow.get(plain(a), a), product.get(plain(b), b))
        for (territory, a, b), year in zip(words.itertuples(index=False), years, strict=True)
    ]


def _once(cells: Sequence[Cell], frame: pd.DataFrame) -> tuple[list[Cell], pd.DataFrame]:
    """Leave out what a second sheet repeats: a pivot beside its long sheet says the same."""
    keys = _keys(frame)
    energy = [_energy(frame, row) for row in range(len(frame))]
    first: dict[tuple[str, ...], int] = {}
    # typed numbers come first: a formula beside one is its copy, or a total that is computed anyway
    for row in sorted(range(len(frame)), key=lambda row: bool(cells[row].formula)):
        first.setdefault(keys[row], row)
    kept = []
    for row, key in enumerate(keys):
        before = first[key]
        other = cells[before].sheet is not cells[row].sheet
        same = math.isclose(energy[row], energy[before], rel_tol=SAME)
        # a rest that a pivot shows is the other sheet's total less its parts
        parent = (*key[:2], key[2].removesuffix(UNALLOCATED), key[3])
        rest = parent != key and cells[first.get(parent, row)].sheet is not cells[row].sheet
        if not (other and (same or cells[row].formula)) and not rest:
            kept.append(row)
    return [cells[row] for row in kept], frame.iloc[kept].reset_index(drop=True)


def _energy(frame: pd.DataFrame, row: int) -> float:
    value = frame[VALUE].iloc[row]
    unit = unit_of(frame["unit"].iloc[row]) if "unit" in frame else None
    return float(value) * mwh_per(unit) if isinstance(value, (int, float)) and unit else math.nan
