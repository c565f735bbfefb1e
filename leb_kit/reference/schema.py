"""Check a table against ``columns.csv``: one error, every fault, each with its place.

The same rules hold for the shipped tables and for those that users bring. Types are converted first
(so that a number that is text is found where it stands); then pandera runs the rules of each column;
then keys and references are checked across rows and tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from pandera.pandas import Check

Place = Callable[[int], str]


class Rule(NamedTuple):
    """One row of ``columns.csv``."""

    table: str
    column: str
    dtype: str
    unit: str
    key: bool
    required: bool
    min: float
    max: float
    references: str
    allowed: str
    description: str

    @property
    def choices(self) -> list[str]:
        """The allowed values; none where every value is."""
        return self.allowed.split("|") if self.allowed else []

    @property
    def means(self) -> str:  # in the language of the message, where the sentences have it
        """What it holds."""
        return self.description if "{" in self.description else say(self.description)

    @property
    def in_unit(self) -> str:
        """The unit, ready to be appended."""
        return f" ({self.unit})" if self.unit else ""


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
    names: Sequence[object] | None = None,
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
    names : Sequence[object], optional
        What each row is about, told beside its place: ``row 3 ('boiler')``.

    Returns
    -------
    pd.DataFrame
        Declared columns in declared order; absent optional columns are blank.

    Raises
    ------
    InputError
        With one sentence for each fault: place, finding, expectation, nearest match.
    """
    given: object = frame
    if not isinstance(given, pd.DataFrame):
        told = say("found {found}, expected a table; write pandas.DataFrame(…)", found=type(given).__name__)
        raise InputError(where or table, [told])
    rules = declared(table)
    places = list(frame.index)
    called = [str(name) for name in names] if names is not None else []

    def place(row: int) -> str:
        return (
            say("row {row}", row=places[row])
            if first_line is None
            else say("line {line}", line=first_line + row)
        )

    def named(row: int) -> str:
        return f"{place(row)} ('{called[row]}')" if called and called[row] else place(row)

    faults = _column_faults(frame, rules, extra=extra)
    known = [rule for rule in rules if rule.column in frame.columns]
    single = frame.columns.is_unique
    out: dict[str, pd.Series] = {}
    good: dict[str, pd.Series] = {}
    for rule in known:
        cells = frame[rule.column] if single else frame.loc[:, frame.columns == rule.column].iloc[:, 0]
        out[rule.column], good[rule.column] = _converted(cells, rule, named, faults)
    faults += _rule_faults(pd.DataFrame(out), known, good, named)
    faults += _reference_faults(out, known, others or {}, named)
    faults += _key_faults(frame, known, place)
    if faults:
        raise InputError(where or table, faults)
    return _finished(frame, rules, out, extra=extra)


@cache
def declared(table: str) -> tuple[Rule, ...]:
    """Return the rules of a table, one for each column.

    Raises
    ------
    InputError
        ``table`` is not declared.

    Examples
    --------
    >>> [rule.column for rule in declared("mix.buses")]
    ['bus', 'product', 'annual', 'reserve_margin']
    """
    return tuple(Rule(*row) for row in catalog.column_rows(table))


def _column_faults(frame: pd.DataFrame, rules: Sequence[Rule], *, extra: bool) -> list[str]:
    names = [rule.column for rule in rules]
    present = [str(name) for name in frame.columns]
    faults = []
    for rule in rules:
        if rule.required and rule.column not in present:
            hint = did_you_mean(rule.column, set(present) - set(names))
            told = say("column '{name}' is missing ({means}).", name=rule.column, means=rule.means)
            faults.append(told + hint)
    if not extra:
        for name in present:
            if name not in names:
                hint = did_you_mean(name, names)
                known = ", ".join(names)
                told = say("column '{name}' is not expected; known are {known}.", name=name, known=known)
                faults.append(told + hint)
    doubles = sorted({name for name in present if present.count(name) > 1})
    faults += [say("column '{name}' appears more than once", name=name) for name in doubles]
    return faults


def _converted(values: pd.Series, rule: Rule, place: Place, faults: list[str]) -> tuple[pd.Series, pd.Series]:
    """Return the values in the declared type and which of them could be converted."""
    kind = rule.dtype
    ready = _ready(values, kind)
    if ready is not None:
        return ready, pd.Series(data=True, index=ready.index)
    text = values.astype(object).mask(values.isna(), "").astype(str).str.strip().reset_index(drop=True)
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
        told = say(
            "{place}, column {column}: found '{found}', expected {wanted}.",
            place=place(row),
            column=rule.column,
            found=found,
            wanted=_wanted(kind) + rule.in_unit,
        )
        faults.append(told + hint)
    if kind == "int":
        result = result.astype("Int64") if result.isna().any() else result.astype("int64")
    if kind == "bool" and not result.isna().any():
        result = result.astype(bool)
    return result, fits


def _ready(values: pd.Series, kind: str) -> pd.Series | None:
    """Return values that are of the declared type as they are; none where each has to be read as text."""
    if kind == "str":
        cells = values.tolist()
        if all(type(cell) is str for cell in cells):
            return pd.Series([cell.strip() for cell in cells], dtype=str)
    elif kind == "float" and values.dtype in (np.dtype("float64"), np.dtype("int64")):
        numbers = values.to_numpy(dtype="float64")
        if not np.isinf(numbers).any():
            return pd.Series(numbers.copy())
    elif kind == "bool" and values.dtype == np.dtype("bool"):
        return values.reset_index(drop=True)
    return None


def _rule_faults(
    out: pd.DataFrame, known: Sequence[Rule], good: Mapping[str, pd.Series], place: Place
) -> list[str]:
    """Run pandera on the converted values and put its findings in words.

    Tables that keep every rule, nearly all, are told by the rules alone: pandera is not loaded for them.
    """
    if all(_kept(out[rule.column], rule) for rule in known):
        return []
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    rules = {rule.column: rule for rule in known}
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
            what = _words(str(check), found, rules[column])
            faults.append(
                say("{place}, column {column}: {what}", place=place(int(row)), column=column, what=what)
            )
    return faults


def _checks(rule: Rule) -> list[Check]:
    from pandera.pandas import Check

    return [Check(holds, name=name, ignore_na=name != "blank") for name, holds in _conditions(rule)]


def _conditions(rule: Rule) -> list[tuple[str, Callable[[pd.Series], pd.Series]]]:
    """Return what a column must hold, by name; all but ``blank`` leave blank cells alone."""
    out: list[tuple[str, Callable[[pd.Series], pd.Series]]] = []
    if rule.required:
        out.append(("blank", lambda s: s.notna() & (s.astype(str) != "")))
    if pd.notna(rule.min):
        out.append(("min", lambda s: s >= rule.min))
    if pd.notna(rule.max):
        out.append(("max", lambda s: s <= rule.max))
    if rule.allowed:
        choices = {*rule.choices, *([] if rule.required else [""])}
        out.append(("allowed", lambda s: s.isin(choices)))
    return out


def _kept(values: pd.Series, rule: Rule) -> bool:
    """Tell whether a column keeps its rules."""
    conditions = _conditions(rule)
    if not conditions:
        return True
    there = values.dropna()
    return all(
        len(there) == len(values) and (there.dtype.kind in "fiu" or bool(holds(there).all()))
        if name == "blank"
        else bool(holds(there).all())
        for name, holds in conditions
    )


def _wanted(kind: str) -> str:
    """Return what a type is called."""
    known = {"int": say("a whole number"), "bool": say("true or false")}
    return known.get(kind) or (say("a date such as 2019-12-31") if kind == "date" else say("a number"))


def _words(check: str, found: object, rule: Rule) -> str:
    if check == "blank":
        return say("found nothing, expected {wanted}", wanted=rule.means + rule.in_unit)
    if check == "allowed":
        told = say(
            "found '{found}', expected one of {choices}.", found=found, choices=", ".join(rule.choices)
        )
        return told + did_you_mean(found, rule.choices)
    wanted = (
        say("at least {bound:g}", bound=rule.min)
        if check == "min"
        else say("at most {bound:g}", bound=rule.max)
    )
    return say("found {found}, expected {wanted}", found=found, wanted=wanted + rule.in_unit)


def _reference_faults(
    out: Mapping[str, pd.Series], known: Sequence[Rule], others: Mapping[str, pd.DataFrame], place: Place
) -> list[str]:
    faults = []
    for rule in known:
        if not rule.references:
            continue
        targets = rule.references.split("|")
        choices: set[str] = set()
        for target in targets:
            name, _, column = target.rpartition(".")
            if name not in others and "." in name:
                break  # a table the user did not hand over cannot be compared
            source = others[name] if name in others else catalog.table(name)
            choices |= set(source[column].astype(str))
        else:
            values = out[rule.column].astype(str)
            for row in _rows(~values.isin(choices) & (values != "")):
                found = values.iloc[row]
                expected = ", ".join(sorted(choices)) if len(choices) <= _SHOWN_CHOICES else say("a code")
                told = say(
                    "{place}, column {column}: found '{found}', expected {wanted} of {tables}.",
                    place=place(row),
                    column=rule.column,
                    found=found,
                    wanted=expected,
                    tables=f" {say('or')} ".join(targets),
                )
                faults.append(told + did_you_mean(found, choices))
    return faults


def _key_faults(frame: pd.DataFrame, known: Sequence[Rule], place: Place) -> list[str]:
    keys = [rule.column for rule in known if rule.key]
    if not keys or frame.columns.duplicated().any():
        return []
    values = frame[keys].fillna("").astype(str).reset_index(drop=True)
    if len(set(zip(*(values[key].tolist() for key in keys), strict=True))) == len(values):
        return []
    first = values.groupby(keys, sort=False).ngroup()
    faults = []
    for row in _rows(first.duplicated()):
        before = int((first == first.iloc[row]).to_numpy().argmax())
        named = ", ".join(f"{key} '{values[key].iloc[row]}'" for key in keys)
        faults.append(
            say(
                "{place}: {named} appears again (first in {before}); keys are unique",
                place=place(row),
                named=named,
                before=place(before),
            )
        )
    return faults


def _finished(
    frame: pd.DataFrame, rules: Sequence[Rule], out: dict[str, pd.Series], *, extra: bool
) -> pd.DataFrame:
    ready = {}
    for rule in rules:
        column = rule.column
        ready[column] = out[column] if column in out else _absent(rule, len(frame))
    if extra:
        ready |= {name: frame[name].reset_index(drop=True) for name in frame.columns if name not in ready}
    return pd.DataFrame(ready).set_axis(frame.index, axis=0)


def _absent(rule: Rule, count: int) -> pd.Series:
    """Return a column of blank cells."""
    if rule.dtype == "float":
        return pd.Series(np.full(count, np.nan))
    return _converted(pd.Series([""] * count, dtype=str), rule, str, [])[0]


def _number_hint(found: str) -> str:
    if _DECIMAL_COMMA.match(found):
        number = found.replace(".", "").replace(",", ".")
        return say(" Write {number}, with a decimal point.", number=number)
    return ""


def _rows(mask: pd.Series) -> list[int]:
    return [int(row) for row in mask.to_numpy().nonzero()[0]]
