"""What can be wrong with an argument: no table where one is wanted, no number, or one that is no share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.units import is_number, is_whole


def require_tables(required: Mapping[str, object], optional: Mapping[str, object]) -> None:
    """Refuse what is no table, all at once.

    Raises
    ------
    InputError
        Each argument that is none.
    """
    given = {**required, **{name: one for name, one in optional.items() if one is not None}}
    faults = [
        say(
            "{table}: found {found}, expected a table; write pandas.DataFrame(…)",
            table=name,
            found=type(one).__name__,
        )
        for name, one in given.items()
        if not isinstance(one, pd.DataFrame)
    ]
    if faults:
        raise InputError(say("mix problem"), faults)


def require_kind(name: str, given: object, kind: type) -> None:
    """Refuse what is there and of another kind.

    Raises
    ------
    InputError
        It is something else.
    """
    if given is not None and not isinstance(given, kind):
        told = say("{name} is {value}; {kind} is expected", name=name, value=repr(given), kind=kind.__name__)
        raise InputError(say("mix problem"), [told])


def require_names(title: str, name: str, given: object) -> None:
    """Refuse what is neither a name nor a list of them.

    Raises
    ------
    InputError
        It is something else.
    """
    if not isinstance(given, Iterable):
        raise InputError(
            title, [say("{name} is {value}; a list of names is expected", name=name, value=repr(given))]
        )


def require_count(title: str, count: object) -> None:
    """Refuse what is no number of things to tell.

    Raises
    ------
    InputError
        It is not whole, or below 0.
    """
    if not is_whole(count) or count < 0:
        raise InputError(
            title, [say("count is {count}; a whole number from 0 up is expected", count=repr(count))]
        )


def number_faults(
    name: str, value: object, expected: str, *, least: float, most: float = np.inf
) -> list[str]:
    """Return what is wrong with a number, or nothing.

    Parameters
    ----------
    name : str
        Of the argument.
    value : object
        As it was given.
    expected : str
        What is expected, in words.
    least, most : float
        Both are allowed.
    """
    if is_number(value) and least <= value <= most:
        return []
    return [say("{name} is {value}; {expected} is expected", name=name, value=repr(value), expected=expected)]


def keyed_numbers_faults(
    name: str, given: object, known: Iterable[str], expected: str, *, above: float, others: bool = False
) -> list[str]:
    """Return what is wrong with numbers by technology: another type, an unknown name, no number.

    Parameters
    ----------
    name : str
        Of the argument.
    given : object
        As it was given.
    known : Iterable[str]
        Names that there are.
    expected : str
        What is expected of each number, in words.
    above : float
        Each is more than this.
    others : bool
        Whether names may be given that are not there and like none that is: a list for many problems.
    """
    if not isinstance(given, Mapping):
        return [say("{name} is {value}; technology → number is expected", name=name, value=repr(given))]
    names = sorted(set(known))
    near = {one: did_you_mean(one, names) for one in given if one not in names}
    faults = [
        say("{name}: unknown technology '{word}'.{hint}", name=name, word=one, hint=hint)
        for one, hint in near.items()
        if hint or not others
    ]
    return faults + [
        say(
            "{name}: '{word}' is {value}; {expected} is expected",
            name=name,
            word=one,
            value=repr(value),
            expected=expected,
        )
        for one, value in given.items()
        if not (is_number(value) and value > above)
    ]
