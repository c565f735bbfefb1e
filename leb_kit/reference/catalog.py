"""The shipped reference tables: read once, handed out as copies.

Reading only parses the declared types, so that it is quick; ``table(name, validate=True)`` runs every
rule of ``columns.csv`` too (the tests do that for all tables).
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pandas as pd

from leb_kit.errors import InputError, did_you_mean

#: Languages in which every label exists.
LANGUAGES = ("it", "en")
#: Text that stands for true and false in the data files.
BOOLEANS = {"true": True, "false": False}

_DATA = resources.files("leb_kit.reference") / "data"
_ENDINGS = (".csv", ".csv.gz")


def names() -> tuple[str, ...]:
    """Return the names of the shipped tables, as declared in ``columns.csv``.

    Names with a dot, such as ``mix.buses``, are tables that users bring; they are declared but not
    shipped.
    """
    return tuple(name for name in dict.fromkeys(columns()["table"]) if "." not in name)


def columns(table: str | None = None) -> pd.DataFrame:
    """Return the declared columns, of one table or of all.

    Raises
    ------
    InputError
        ``table`` is not declared.
    """
    rows = _columns()
    if table is None:
        return rows.copy()
    return pd.DataFrame(column_rows(table), columns=rows.columns)


def column_rows(table: str) -> list[tuple[Any, ...]]:
    """Return the declared columns of a table as rows, in the order of ``columns.csv``.

    Raises
    ------
    InputError
        ``table`` is not declared.
    """
    found = _rows().get(table)
    if found is None:
        _unknown_table(table, set(_rows()))
    return list(found or ())


def table(name: str, *, validate: bool = False) -> pd.DataFrame:
    """Return a shipped table as a fresh copy, with the types that ``columns.csv`` declares.

    Blank text is ``""``; a blank number is missing (NaN or ``<NA>``).

    Parameters
    ----------
    name : str
        For example ``"products"``; ``names()`` lists them.
    validate : bool
        Check every rule too, at the price of loading the validator.

    Raises
    ------
    InputError
        The table is unknown, or it breaks a rule.

    Examples
    --------
    >>> rows = table("products")
    >>> rows.loc[rows["code"] == "E7000", "label_en"].item()
    'Electricity'
    """
    frame = _table(name).copy()
    if validate:
        from leb_kit.reference import schema

        return schema.validate(frame, name, where=_file(name).name, first_line=2)
    return frame


def label(kind: str, code: str, lang: str = "it") -> str:
    """Return what a person calls ``code``; an unknown code is its own label.

    Parameters
    ----------
    kind : str
        ``"product"``, ``"flow"``, ``"technology"``, ``"node"`` …: any table with one key and labels,
        and the kinds of ``labels.csv`` (``"end_use"``, ``"indicator"``, ``"target_set"`` …).
    code : str
        The code as written in the tables.
    lang : str
        ``"it"`` or ``"en"``.

    Raises
    ------
    InputError
        ``kind`` or ``lang`` is unknown.

    Examples
    --------
    >>> label("product", "E7000", "en")
    'Electricity'
    """
    kinds = _labelled()
    faults = []
    if kind not in kinds:
        faults.append(f"unknown kind '{kind}'; known are {', '.join(kinds)}.{did_you_mean(kind, kinds)}")
    if lang not in LANGUAGES:
        faults.append(f"unknown language '{lang}'; known are {', '.join(LANGUAGES)}")
    if faults:
        raise InputError("label", faults)
    return _labels(kind, lang).get(code) or code


@contextmanager
def path(filename: str) -> Iterator[Path]:
    """Give the path of a shipped file, also from inside a zipped wheel."""
    with resources.as_file(_DATA / filename) as found:
        yield found


def parse(text: pd.DataFrame, name: str) -> pd.DataFrame:
    """Turn a frame of text into the declared types; a value that does not fit raises ``ValueError``."""
    out: dict[str, pd.Series[Any]] = {}
    declared = _columns().set_index("table").loc[[name]]
    kinds = dict(zip(declared["column"], declared["dtype"], strict=True))
    for column in text.columns:
        values = text[column]
        kind = kinds.get(column, "str")
        blank = values == ""
        if kind == "float":
            out[column] = values.mask(blank, "nan").astype("float64")
        elif kind == "int":
            out[column] = values.astype("int64") if not blank.any() else _nullable_int(values, blank)
        elif kind == "bool":
            out[column] = values.map(BOOLEANS).astype("bool")
        elif kind == "date":
            out[column] = pd.to_datetime(values.mask(blank), format="%Y-%m-%d")
        else:
            out[column] = values
    return pd.DataFrame(out)


def _nullable_int(values: pd.Series, blank: pd.Series) -> pd.Series:
    return values.mask(blank, "nan").astype("float64").astype("Int64")


@cache
def _table(name: str) -> pd.DataFrame:
    if name not in names():
        _unknown_table(name, set(names()))
    try:
        return parse(_read(_file(name)), name)
    except (ValueError, TypeError):
        from leb_kit.reference import schema

        # The quick reading failed: let the validator say where and why.
        schema.validate(_read(_file(name)), name, where=_file(name).name, first_line=2)
        raise


@cache
def _rows() -> dict[str, list[tuple[Any, ...]]]:
    """Table → its rows in ``columns.csv``."""
    columns = _columns()
    out: dict[str, list[tuple[Any, ...]]] = {}
    for row in zip(*(columns[name].tolist() for name in columns), strict=True):
        out.setdefault(row[0], []).append(row)
    return out


@cache
def _columns() -> pd.DataFrame:
    rows = _read(_DATA / "columns.csv")
    for column in ("key", "required"):
        rows[column] = rows[column].map(BOOLEANS).astype("bool")
    for column in ("min", "max"):
        rows[column] = rows[column].mask(rows[column] == "", "nan").astype("float64")
    return rows


def _read(file: Traversable) -> pd.DataFrame:
    raw = file.read_bytes()
    if file.name.endswith(".gz"):
        raw = gzip.decompress(raw)
    # Codes such as "NA" are codes here, never missing values.
    return pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False, encoding="utf-8")


def _file(name: str) -> Traversable:
    for ending in _ENDINGS:
        file = _DATA / f"{name}{ending}"
        if file.is_file():
            return file
    raise InputError("reference", [f"table '{name}' is declared in columns.csv but its file is missing"])


@cache
def _labelled() -> dict[str, tuple[str, str]]:
    """Kind to (table, column of the codes): tables with one key and labels, and kinds of ``labels``."""
    found = {str(kind): ("labels", "code") for kind in _table("labels")["kind"]}
    named: dict[str, tuple[str, str]] = {}
    for name, rows in _columns().groupby("table", sort=False):
        keys = rows.loc[rows["key"], "column"]
        if "." in str(name) or len(keys) != 1 or not {"label_it", "label_en"} <= set(rows["column"]):
            continue
        key = str(keys.iloc[0])
        kind = _singular(str(name)) if key == "code" else key
        # a table that gives known codes other places gives no second names: the first one names them
        if kind not in named:
            found[kind] = named[kind] = (str(name), key)
    return found


def _singular(word: str) -> str:
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


@cache
def _labels(kind: str, lang: str) -> dict[str, str]:
    name, key = _labelled()[kind]
    rows = _table(name)
    if name == "labels":
        rows = rows[rows["kind"] == kind]
    return dict(zip(rows[key], rows[f"label_{lang}"], strict=True))


def _unknown_table(name: str, known: set[str]) -> None:
    shown = ", ".join(sorted(known))
    raise InputError("reference", [f"unknown table '{name}'; known are {shown}.{did_you_mean(name, known)}"])
