"""What can go wrong, and how it is told.

::

    LebError
    ├── InputError        the data are wrong: every fault, with its place
    ├── CalibrationError  a balance cannot be turned into a system
    ├── InfeasibleMix     no plan meets all limits at once (raised by ``optimise``)
    └── UnboundedMix      the plan could earn without end (raised by ``optimise``)

Every message says what was found, where, what was expected and how to repair it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence


class LebError(Exception):
    """Root of all errors that leb_kit raises on purpose."""


class InputError(LebError):
    """The given data cannot be used; ``faults`` lists everything that was found.

    Parameters
    ----------
    title : str
        What was being read or checked.
    faults : Sequence[str]
        One sentence each, with place, finding, expectation and repair.

    Examples
    --------
    >>> print(InputError("my.csv", ["line 2: year '20x9' is not a whole number"]))
    my.csv: 1 fault
      - line 2: year '20x9' is not a whole number
    """

    #: Longer lists are cut in the message; ``faults`` keeps them all.
    SHOWN = 40

    def __init__(self, title: str, faults: Sequence[str] = ()) -> None:
        self.title = title
        self.faults = tuple(faults)
        super().__init__(self._text())

    def _text(self) -> str:
        if not self.faults:
            return self.title
        count = len(self.faults)
        lines = [f"{self.title}: {count} fault{'s' if count > 1 else ''}"]
        lines += [f"  - {fault}" for fault in self.faults[: self.SHOWN]]
        if count > self.SHOWN:
            lines.append(f"  … and {count - self.SHOWN} more (all in .faults)")
        return "\n".join(lines)


class CalibrationError(LebError):
    """A balance lacks what a system needs (for example a supply for a product in use)."""


def did_you_mean(word: object, choices: Iterable[object]) -> str:
    """Say the nearest known word, or nothing.

    Parameters
    ----------
    word : object
        What was found.
    choices : Iterable[object]
        What exists.

    Returns
    -------
    str
        ``" Did you mean 'x'?"`` or an empty string, ready to be appended.

    Examples
    --------
    >>> did_you_mean("G300", ["G3000", "E7000"])
    " Did you mean 'G3000'?"
    """
    known = {str(choice).casefold(): str(choice) for choice in choices}
    near = difflib.get_close_matches(str(word).casefold(), list(known), n=1, cutoff=0.6)
    return f" Did you mean '{known[near[0]]}'?" if near else ""
