"""What can go wrong, and how it is told.

::

    LebError
    ├── InputError        the data are wrong: every fault, with its place
    ├── CalibrationError  a balance cannot be turned into a system
    ├── InfeasibleMix     no plan meets all limits at once (raised by ``optimise``)
    └── UnboundedMix      the plan could earn without end (raised by ``optimise``)

Every message says what was found, where, what was expected and how to repair it. ``say`` tells it in
English or Italian (``set_language``): the English sentence stands where it is raised, the Italian one in
``reference/data/sentences.csv``.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

LANGUAGES = ("it", "en")
#: Letters of a reference: short enough to be read out on the telephone.
REFERENCE_LENGTH = 8


@dataclass(frozen=True)
class _Manner:
    """How errors are told: the language, and the names of options where they are not Python's."""

    lang: str = "en"
    options: Mapping[str, str] = field(default_factory=dict)


#: Of the whole process, as ``set_language`` chose it.
_common = [_Manner()]
#: Of what runs in this thread or task: a search beside a page must not change the page's language.
_own: ContextVar[_Manner | None] = ContextVar("manner", default=None)


def _manner() -> _Manner:
    return _own.get() or _common[0]


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
        head = "{title}: 1 fault" if count == 1 else "{title}: {count} faults"
        lines = [say(head, title=self.title, count=count)]
        lines += [f"  - {fault}" for fault in self.faults[: self.SHOWN]]
        if count > self.SHOWN:
            lines.append("  " + say("… and {count} more (all in .faults)", count=count - self.SHOWN))
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
    return say(" Did you mean '{word}'?", word=known[near[0]]) if near else ""


def reference(error: BaseException) -> str:
    """Return the short name of a fault of ours: by it the one who was told finds it in the log.

    Parameters
    ----------
    error : BaseException
        As it was caught. The same fault at the same place has the same name, whoever meets it.

    Examples
    --------
    >>> len(reference(ZeroDivisionError("division by zero")))
    8
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name} {frames[-1].lineno}" if frames else str(error)
    name = f"{type(error).__qualname__} {place}"
    return hashlib.sha256(name.encode()).hexdigest()[:REFERENCE_LENGTH].upper()


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────


def set_language(lang: str) -> None:
    """Choose the language in which errors are told from now on.

    Parameters
    ----------
    lang : str
        ``"en"`` (as it starts) or ``"it"``. Sentences that have no Italian yet stay English.

    Raises
    ------
    InputError
        Another language.
    """
    require_language(lang)
    _common[0] = replace(_common[0], lang=lang)


def language() -> str:
    """Return the language that is chosen where this runs: ``"en"`` or ``"it"``."""
    return _manner().lang


@contextmanager
def speaking(lang: str, *, options: Mapping[str, str] | None = None) -> Iterator[None]:
    """Tell errors in a language, and options by other names, for a while; other threads go on as they do.

    Parameters
    ----------
    lang : str
        ``"en"`` or ``"it"``.
    options : Mapping[str, str], optional
        Name of an option in Python to what a person types instead, such as ``{"unit": "--unit"}``.

    Examples
    --------
    >>> with speaking("it", options={"unit": "--unit"}):
    ...     print(InputError("comune.csv", [option("unit", "GWh")]))
    comune.csv: 1 errore
      - --unit GWh
    """
    require_language(lang)
    before = _own.set(_Manner(lang, dict(options or {})))
    try:
        yield
    finally:
        _own.reset(before)


def say(sentence: str, **parts: object) -> str:
    """Return a sentence in the chosen language, with its parts filled in.

    Parameters
    ----------
    sentence : str
        English, with places for the parts: ``"{place}: {name} is blank"``.
    **parts : object
        What stands in the places.

    Returns
    -------
    str
        Italian where it is chosen and ``sentences.csv`` has the sentence, else English.
    """
    if language() == "it":
        words = sentence.lstrip()
        sentence = sentence.removesuffix(words) + _italian().get(words, words)
    return sentence.format(**parts)


def option(name: str, value: object) -> str:
    """Return an option as it is given: ``unit='GWh'`` in Python, ``--unit GWh`` on the command line.

    Examples
    --------
    >>> option("unit", "GWh"), option("year", 2019)
    ("unit='GWh'", 'year=2019')
    """
    shell = _manner().options.get(name)
    return f"{shell} {value}" if shell else f"{name}={value!r}"


def choice(python: str, shell: str) -> str:
    """Return what to write in Python, or on the command line where that is what speaks."""
    return shell if _manner().options else python


def require_language(lang: object) -> None:
    """Refuse a language that there is not.

    Raises
    ------
    InputError
        Another one than Italian and English, or what is none.
    """
    if not isinstance(lang, str) or lang not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise InputError(
            "language", [say("unknown language '{lang}'; known are {known}", lang=lang, known=known)]
        )


@cache
def _italian() -> dict[str, str]:
    # read as a file: this layer lies below the catalog
    file = resources.files("leb_kit") / "reference" / "data" / "sentences.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["sentence_en"]: row["sentence_it"] for row in rows}
