"""What people write in tables: names of columns, units in headers, words for flows and products."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from leb_kit.errors import say
from leb_kit.reference import catalog
from leb_kit.units import UNITS

#: An Italian header that means two things: where another column already is the first, it is the second.
SECOND_MEANING = {"fonte": "source"}
VALUE = "value"


@dataclass(frozen=True)
class Header:
    """What the headers of a table mean.

    Parameters
    ----------
    names : Mapping[object, str]
        Header as written to the name used inside.
    unit : str
        Unit that stands in the header of the value; blank where none does.
    faults : tuple[str, ...]
        Headers that mean the same.
    """

    names: Mapping[object, str]
    unit: str
    faults: tuple[str, ...] = ()


@cache
def aliases(kind: str) -> dict[str, str]:
    """Return words of users to codes, lower case; ``kind`` as in ``aliases.csv``."""
    rows = catalog.table("aliases")
    return dict(rows.loc[rows["kind"] == kind, ["label", "code"]].itertuples(index=False))


@cache
def codes(kind: str) -> dict[str, str]:
    """Return every word for a flow or product, lower case, to its code: codes, labels, aliases.

    Examples
    --------
    >>> codes("product")["elettricita"], codes("flow")["residenziale"], codes("product")["g3000"]
    ('E7000', 'FC_OTH_HH_E', 'G3000')
    """
    table = catalog.table(f"{kind}s")
    known = dict(aliases(kind))
    for language in catalog.LANGUAGES:
        known |= {plain(label): code for code, label in table[["code", f"label_{language}"]].to_numpy()}
    return known | {code.casefold(): code for code in table["code"]}


def plain(word: object) -> str:
    """Return a word without what does not matter: case, spaces around and doubled.

    Examples
    --------
    >>> plain("  Gas   Naturale ")
    'gas naturale'
    """
    return " ".join(str(word).split()).casefold()


def unit_of(word: object) -> str | None:
    """Return the unit that a word means, or None.

    Examples
    --------
    >>> unit_of("gwh"), unit_of("gigawattora"), unit_of("Sm3")
    ('GWh', 'GWh', None)
    """
    known = {unit.casefold(): unit for unit in UNITS} | aliases("unit")
    return known.get(plain(word))


def unit_in(header: object) -> tuple[str, str] | None:
    """Return the name and the unit of a header that holds both, or None.

    Examples
    --------
    >>> unit_in("Energia (GWh)"), unit_in("energy_mwh"), unit_in("Vettore")
    (('energia', 'GWh'), ('energy', 'MWh'), None)
    """
    found = _with_unit().match(plain(header))
    if not found:
        return None
    return (found["stem"].strip(" _,:-([/"), str(unit_of(found["unit"])))


@cache
def _with_unit() -> re.Pattern[str]:
    words = sorted({*(unit.casefold() for unit in UNITS), *aliases("unit")}, key=len, reverse=True)
    unit = "|".join(map(re.escape, words))
    return re.compile(rf"^(?P<stem>|.*?[\s_,(\[/])(?:in\s+)?(?P<unit>{unit})\s*[)\]]?$")


def header_of(columns: Iterable[object]) -> Header:
    """Understand the headers of a table: ``anno``, ``Vettore``, ``Energia (GWh)``.

    Examples
    --------
    >>> header = header_of(["Comune", "Anno", "Settore", "Vettore", "Energia (GWh)"])
    >>> list(header.names.values()), header.unit
    (['territory', 'year', 'flow', 'product', 'value'], 'GWh')
    """
    given = list(columns)
    own = set(aliases("column").values())
    names: dict[object, str] = {name: str(name) for name in given if name in own}
    faults = []
    for name in sorted(
        set(given) - set(names), key=lambda one: (plain(one) in SECOND_MEANING, given.index(one))
    ):
        meaning = _meaning(name)
        same = [other for other, taken in names.items() if taken == meaning]
        if same and plain(name) in SECOND_MEANING:
            meaning, same = SECOND_MEANING[plain(name)], []
        if meaning is None or meaning in names:
            continue  # a column of the table's own, or one that is there under its proper name
        if same:
            told = {"one": same[0], "other": name, "name": meaning}
            faults.append(say("columns '{one}' and '{other}' both mean '{name}'; keep one", **told))
        names[name] = meaning
    measured = [name for name in given if name not in names and unit_in(name)]
    if VALUE not in names.values() and len(measured) == 1:
        names[measured[0]] = VALUE
    unit = next((found[1] for name in names if names[name] == VALUE and (found := unit_in(name))), "")
    return Header({name: names[name] for name in given if name in names}, unit, tuple(faults))


def _meaning(name: object) -> str | None:
    known = aliases("column")
    measure = unit_in(name)
    if plain(name) not in known and measure and known.get(measure[0] or VALUE) == VALUE:
        return VALUE
    return known.get(plain(name))


def understood(values: pd.Series, kind: str) -> tuple[pd.Series, list[str]]:
    """Return codes for the words of a column, and one sentence for each word that was none itself.

    Parameters
    ----------
    values : pd.Series
        Words or codes; what is unknown stays as it is.
    kind : str
        ``"flow"`` or ``"product"``.
    """
    known = codes(kind)
    meaning = {word: known.get(plain(word), word) for word in values.dropna().unique()}
    notes = [
        say("'{word}' is read as {code}", word=word, code=code)
        for word, code in meaning.items()
        if word != code
    ]
    return values.map(meaning).astype("string"), notes
