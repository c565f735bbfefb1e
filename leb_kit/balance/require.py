"""Refusing in words what is no balance: one sentence for every call that takes one."""

from __future__ import annotations

import pandas as pd

from leb_kit.balance.model import Balance
from leb_kit.errors import InputError, say


def require_balance(given: object, use: str) -> None:
    """Refuse what is no balance.

    Parameters
    ----------
    given : object
        What a user gave.
    use : str
        What it was given for; the title of the message.

    Raises
    ------
    InputError
        It is no Balance. One that was climate-corrected says itself why it is of no use.

    Examples
    --------
    >>> require_balance("torino.xlsx", "targets")
    Traceback (most recent call last):
    ...
    leb_kit.errors.InputError: targets: 1 fault
      - a Balance is expected, found str; read it with a reader such as leb.read_excel
    """
    if isinstance(given, Balance):
        return
    refuse = getattr(given, "refuse", None)
    if callable(refuse):
        refuse(use)
    hint = ""
    if isinstance(given, pd.DataFrame):
        hint = say("; make one with Balance.from_table")
    elif isinstance(given, str):
        hint = say("; read it with a reader such as leb.read_excel")
    found = type(given).__name__
    raise InputError(use, [say("a Balance is expected, found {found}{hint}", found=found, hint=hint)])
