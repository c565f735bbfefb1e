"""Check a table against ``columns.csv``: one error, every fault, each with its place.

The same rules hold for the shipped tables and for those that users bring. Types are converted first
(so that a number that is text is found where it stands); then pandera runs the rules of each column;
then keys and references are checked across rows and tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from pandera.pandas import Check

Place = Callable[[int], str]

_WORDS = {
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "date": "a date such as 2019-12-31",
}
_DECIMAL_COMMA = re.compile(r"^-?\d{1,3}(\.\d{3})*,\d+$|^-?\d+,\d+$")
#: More choices than this are not listed in a message; the nearest match is given instead.
_SHOWN_CHOICES = 12


def validate(
    frame: pd.DataFrame,
    table: str,
    *,
    where: str | None = None,
    first_line: int | None = None,
    others: Mapping[str, pd.DataFrame] | None = None,
    extra: bool = False,
) -> pd.DataFrame:
    """Return ``frame`` with declared columns and types, or say everything that is wrong with it.

    Parameters
    ----------
    frame : pd.DataFrame
        The table to check; it is not changed.
    table : str
        Name of the declaration in ``columns.csv``, for example ``"prices"`` or ``"mix.buses"``.
    where : str, optional
        What to call the table in the message: a file, a sheet. Default: the name of the declaration.
    first_line : int, optional
        Line of the first row in its file; without it, rows are named by their index.
    others : Mapping[str, pd.DataFrame], optional
        Tables that references may point to besides the shipped ones.
    extra : bool
        Keep columns that are not declared instead of reporting them.

    Returns
    -------
    pd.DataFrame
        Declared columns in declared order; absent optional columns are blank.

    Raises
    ------
    InputError
        With one sentence for each fault: place, finding, expectation, nearest match.
    """
    declared = catalog.columns(table)
    places = list(frame.index)

    def place(row: int) -> str:
        return f"row {places[row]}" if first_line is None else f"line {first_line + row}"

    faults = _column_faults(frame, declared, extra=extra)
    known = declared[declared["column"].isin(frame.columns)]
    out: dict[str, pd.Series] = {}
    good: dict[str, pd.Series] = {}
    for rule in known.to_dict("records"):
        values, fits = _converted(frame[rule["column"]], rule, place, faults)
        out[rule["column"]], good[rule["column"]] = values, fits
    faults += _rule_faults(pd.DataFrame(out), known, good, place)
    faults += _reference_faults(out, known, others or {}, place)
    faults += _key_faults(frame, declared, place)
    if faults:
        raise InputError(where or table, faults)
    return _finished(frame, declared, out, extra=extra)


def _column_faults(frame: pd.DataFrame, declared: pd.DataFrame, *, extra: bool) -> list[str]:
    names = list(declared["column"])
    present = [str(name) for name in frame.columns]
    faults = []
    for rule in declared.to_dict("records"):
        if rule["required"] and rule["column"] not in present:
            hint = did_you_mean(rule["column"], set(present) - set(names))
            faults.append(f"column '{rule['column']}' is missing ({rule['description']}).{hint}")
    if not extra:
        for name in present:
            if name not in names:
                hint = did_you_mean(name, names)
                faults.append(f"column '{name}' is not expected; known are {', '.join(names)}.{hint}")
    doubles = sorted({name for name in present if present.count(name) > 1})
    faults += [f"column '{name}' appears more than once" for name in doubles]
    return faults


def _converted(
    values: pd.Series, rule: Mapping[str, Any], place: Place, faults: list[str]
) -> tuple[pd.Series, pd.Series]:
    """Return the values in the declared type and which of them could be converted."""
    if isinstance(values, pd.DataFrame):  # a doubled column, reported already
        values = values.iloc[:, 0]
    kind = rule["dtype"]
    text = values.map(lambda cell: "" if pd.isna(cell) else str(cell).strip()).astype(str)
    text = text.reset_index(drop=True)
    if kind == "str":
        return text, pd.Series(data=True, index=text.index)
    blank = text == ""
    if kind == "bool":
        result: pd.Series = text.str.casefold().map(catalog.BOOLEANS)
    elif kind == "date":
        dates = text.str.removesuffix(" 00:00:00").mask(blank)
        result = pd.to_datetime(dates, format="%Y-%m-%d", errors="coerce")
    else:
        result = pd.to_numeric(text.mask(blank), errors="coerce").astype("float64")
        result = result.where(result.abs() != float("inf"))
        if kind == "int":
            result = result.where(result % 1 == 0)
    fits = result.notna() | blank
    for row in _rows(~fits):
        found = text.iloc[row]
        hint = _number_hint(found) if kind in {"float", "int"} else ""
        wanted = f"{_WORDS[kind]}{_unit(rule)}"
        faults.append(f"{place(row)}, column {rule['column']}: found '{found}', expected {wanted}.{hint}")
    if kind == "int":
        result = result.astype("Int64") if result.isna().any() else result.astype("int64")
    if kind == "bool" and not result.isna().any():
        result = result.astype(bool)
    return result, fits


def _rule_faults(
    out: pd.DataFrame, known: pd.DataFrame, good: Mapping[str, pd.Series], place: Place
) -> list[str]:
    """Run pandera on the converted values and put its findings in words."""
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    rules = {rule["column"]: rule for rule in known.to_dict("records")}
    checks = {name: pa.Column(checks=_checks(rule), nullable=True) for name, rule in rules.items()}
    try:
        pa.DataFrameSchema(checks).validate(out, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    faults = []
    for column, check, row in cases[["column", "check", "index"]].itertuples(index=False):
        # What could not be converted is reported once, as such.
        if pd.notna(row) and good[column].iloc[int(row)]:
            found = out[column].iloc[int(row)]
            faults.append(f"{place(int(row))}, column {column}: {_words(str(check), found, rules[column])}")
    return faults


def _checks(rule: Mapping[str, Any]) -> list[Check]:
    from pandera.pandas import Check

    checks = []
    if rule["required"]:
        checks.append(Check(lambda s: s.notna() & (s.astype(str) != ""), name="blank", ignore_na=False))
    if pd.notna(rule["min"]):
        checks.append(Check(lambda s: s >= rule["min"], name="min"))
    if pd.notna(rule["max"]):
        checks.append(Check(lambda s: s <= rule["max"], name="max"))
    if rule["allowed"]:
        choices = {*rule["allowed"].split("|"), *([] if rule["required"] else [""])}
        checks.append(Check(lambda s: s.isin(choices), name="allowed"))
    return checks


def _words(check: str, found: object, rule: Mapping[str, Any]) -> str:
    if check == "blank":
        return f"found nothing, expected {rule['description']}{_unit(rule)}"
    if check == "allowed":
        choices = rule["allowed"].split("|")
        return f"found '{found}', expected one of {', '.join(choices)}.{did_you_mean(found, choices)}"
    bound, word = (rule["min"], "at least") if check == "min" else (rule["max"], "at most")
    return f"found {found:g}, expected {word} {bound:g}{_unit(rule)}"


def _reference_faults(
    out: Mapping[str, pd.Series], known: pd.DataFrame, others: Mapping[str, pd.DataFrame], place: Place
) -> list[str]:
    faults = []
    for rule in known.to_dict("records"):
        if not rule["references"]:
            continue
        targets = rule["references"].split("|")
        choices: set[str] = set()
        for target in targets:
            name, _, column = target.rpartition(".")
            if name not in others and "." in name:
                break  # a table the user did not hand over cannot be compared
            source = others[name] if name in others else catalog.table(name)
            choices |= set(source[column].astype(str))
        else:
            values = out[rule["column"]].astype(str)
            for row in _rows(~values.isin(choices) & (values != "")):
                found = values.iloc[row]
                expected = ", ".join(sorted(choices)) if len(choices) <= _SHOWN_CHOICES else "a code"
                faults.append(
                    f"{place(row)}, column {rule['column']}: found '{found}', expected {expected}"
                    f" of {' or '.join(targets)}.{did_you_mean(found, choices)}"
                )
    return faults


def _key_faults(frame: pd.DataFrame, declared: pd.DataFrame, place: Place) -> list[str]:
    keys = [key for key in declared.loc[declared["key"], "column"] if key in frame.columns]
    if not keys or frame.columns.duplicated().any():
        return []
    values = frame[keys].fillna("").astype(str).reset_index(drop=True)
    first = values.groupby(keys, sort=False).ngroup()
    faults = []
    for row in _rows(first.duplicated()):
        before = int((first == first.iloc[row]).to_numpy().argmax())
        named = ", ".join(f"{key} '{values[key].iloc[row]}'" for key in keys)
        faults.append(f"{place(row)}: {named} appears again (first in {place(before)}); keys are unique")
    return faults


def _finished(
    frame: pd.DataFrame, declared: pd.DataFrame, out: dict[str, pd.Series], *, extra: bool
) -> pd.DataFrame:
    ready = {}
    for rule in declared.to_dict("records"):
        column = rule["column"]
        absent = pd.Series([""] * len(frame), dtype=str)
        ready[column] = out[column] if column in out else _converted(absent, rule, str, [])[0]
    if extra:
        ready |= {name: frame[name].reset_index(drop=True) for name in frame.columns if name not in ready}
    return pd.DataFrame(ready).set_axis(frame.index, axis=0)


def _number_hint(found: str) -> str:
    if _DECIMAL_COMMA.match(found):
        return f" Write {found.replace('.', '').replace(',', '.')}, with a decimal point."
    return ""


def _unit(rule: Mapping[str, Any]) -> str:
    return f" ({rule['unit']})" if rule["unit"] else ""


def _rows(mask: pd.Series) -> list[int]:
    return [int(row) for row in mask.to_numpy().nonzero()[0]]
