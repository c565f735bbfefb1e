"""Where a figure comes from, in the reader's language: texts of sources, clause by clause.

The column ``source`` of data is English; ``source_words.csv`` has the clauses that our own methods and tables
write, each with its Italian. Titles of documents and what people wrote themselves stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from leb_kit.reference import catalog

#: Language that is not that of the column.
ITALIAN = "it"
#: Clauses of a source are joined by this.
JOINT = "; "
#: How sure a clause is; stands at its end.
UNSURE = "(from memory, to be verified)"
#: A place of the words that a number, a code or a name fills.
PLACE = "{}"
#: Uncertainty that a balance declares, such as "(±5%)".
_DECLARED = re.compile(r" \(±[^)]*\)$")
_NUMBER = re.compile(r"[-+−]?\d[\d.,]*(e[-+]?\d+)?")
_SWAPPED = str.maketrans(",.", ".,")


@lru_cache(maxsize=4096)
def source_text(text: str, lang: str) -> str:
    """Return a source as a reader of a language is told it; what is not known stays as it is.

    Parameters
    ----------
    text : str
        As the column ``source`` has it.
    lang : str
        ``"it"`` or ``"en"``.

    Examples
    --------
    >>> source_text("made where it is used; efficiency 0.363 as in Italy 2019", "it")
    'prodotto dove si usa; rendimento 0,363 come in Italia 2019'
    >>> source_text("letture del custode", "it")
    'letture del custode'
    """
    if lang != ITALIAN or not text:
        return text
    for english, italian in _methods():
        if text.startswith(english):
            return italian + source_text(text.removeprefix(english), lang)
    declared = _DECLARED.search(text)
    end = declared.group() if declared else ""
    clauses = text.removesuffix(end).split(JOINT)
    return JOINT.join(map(_clause, clauses)) + end.replace(".", ",")


def other_words(texts: Sequence[str]) -> list[str]:
    """Return sources in Italian; blank where they are the same, which is not sent twice."""
    told = (source_text(text, ITALIAN) for text in texts)
    return ["" if italian == text else italian for text, italian in zip(texts, told, strict=True)]


def _clause(text: str) -> str:
    known, patterns = _words()
    if text in known:
        return known[text]
    if text.endswith(f" {UNSURE}"):
        return f"{_clause(text.removesuffix(f' {UNSURE}'))} {known[UNSURE]}"
    for pattern, italian in patterns:
        if found := pattern.fullmatch(text):
            return italian.format(*(_figure(part) for part in found.groups()))
    return text


def _figure(text: str) -> str:
    """Write a number with a decimal comma; anything else fills its place as it is."""
    return text.translate(_SWAPPED) if _NUMBER.fullmatch(text) else text


@lru_cache(maxsize=1)
def _methods() -> list[tuple[str, str]]:
    """Return how the sizes of measures were obtained, which stands before their source, in both languages."""
    rows = catalog.table("torino_2030_measures")
    return [(f"{en}. ", f"{it}. ") for en, it in zip(rows["how_en"], rows["how_it"], strict=True)]


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Return clauses that stand as they are, and those with places, the most particular first."""
    rows = catalog.table("source_words")
    pairs = list(zip(rows["words_en"], rows["words_it"], strict=True))
    fixed = {english: italian for english, italian in pairs if PLACE not in english}
    open_ones = sorted((pair for pair in pairs if PLACE in pair[0]), key=lambda pair: -len(pair[0]))
    patterns = [(_pattern(english), italian) for english, italian in open_ones]
    return fixed, patterns


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, english.split(PLACE))))
