"""Numbers as people type and paste them, in Italian or English."""

from __future__ import annotations

import re
from typing import Final

from leb_kit.errors import say

#: Mark of the decimals and of the thousands.
MARKS: Final = {"it": (",", "."), "en": (".", ",")}
#: What a spreadsheet writes where there is nothing.
EMPTY: Final = frozenset({"", "-", "–", "—", ":"})
#: Longer than any number somebody means.
LONGEST: Final = 40
SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2009']")
POINTED: Final = re.compile(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?")


def typed_number(text: str, lang: str = "it") -> float | str | None:
    """Read an amount as typed; give the number, ``None`` for nothing, or a sentence that says what is wrong.

    Parameters
    ----------
    text : str
        What somebody typed. Spaces and apostrophes between digits are left out.
    lang : str
        ``"it"``: ``1.234,5``. ``"en"``: ``1,234.5``. A number that has no thousands reads the same with a
        point in both, unless the point stands where thousands would.

    Examples
    --------
    >>> typed_number("1.234,5"), typed_number("1,234.5", "en"), typed_number("12.5"), typed_number(" ")
    (1234.5, 1234.5, 12.5, None)
    >>> typed_number("circa 12")
    "'circa 12' is no number; one such as 1.234,5 is expected"
    """
    bare = SPACES.sub("", text).replace("\u2212", "-")
    if bare in EMPTY:
        return None
    decimal, thousands = MARKS[lang]
    written = re.fullmatch(
        rf"[+-]?(?:\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|\d+)(?:{re.escape(decimal)}\d+)?(?:[eE][+-]?\d+)?",
        bare,
    )
    if len(bare) > LONGEST or not (written or POINTED.fullmatch(bare)):
        expected = f"1{thousands}234{decimal}5"
        return say(
            "'{text}' is no number; one such as {expected} is expected",
            text=text[:LONGEST].strip(),
            expected=expected,
        )
    if written:
        bare = bare.replace(thousands, "").replace(decimal, ".")
    return float(bare)
