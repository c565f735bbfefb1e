"""Numbers in sentences, the Italian and the English way."""

from __future__ import annotations

import math

_SWAP = str.maketrans(",.", ".,")
#: Figures of a number in a sentence.
FIGURES = 3


def number(value: float, lang: str = "it", *, decimals: int | None = None) -> str:
    """Write a number for a sentence.

    Parameters
    ----------
    value : float
        Any finite number.
    lang : str
        ``"it"`` (1.234,5) or ``"en"`` (1,234.5).
    decimals : int, optional
        By default as many as show three figures, none from 100 up.

    Examples
    --------
    >>> number(1234.56), number(0.01234, "en"), number(-0.0)
    ('1.235', '0.0123', '0')
    """
    if decimals is None:
        size = abs(value)
        decimals = max(FIGURES - 1 - math.floor(math.log10(size)), 0) if size > 0 else 0
    text = f"{round(value, decimals) + 0.0:,.{decimals}f}"
    return text if lang == "en" else text.translate(_SWAP)


def amount(value: float, unit: str, lang: str = "it") -> str:
    """Write an amount with its unit; millions of EUR as such.

    Examples
    --------
    >>> amount(257_377_543.0, "EUR", "it"), amount(1200.0, "tCO2eq", "en")
    ('257,4 milioni di EUR', '1,200 tCO2eq')
    """
    if unit == "EUR" and abs(value) >= MILLION:
        millions = number(value / MILLION, lang, decimals=1)
        return f"{millions} milioni di EUR" if lang == "it" else f"{millions} million EUR"
    shown = unit.replace("year", "anno") if lang == "it" else unit
    return f"{number(value, lang)} {shown}".rstrip()


MILLION = 1_000_000
