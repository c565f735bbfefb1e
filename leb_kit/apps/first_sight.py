"""What a visitor sees while the widgets of a page are on their way: its title and where they will stand."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Final

from leb_kit.widgets.texts import LANGUAGES

WAIT: Final = {"it": "Arrivano schema e obiettivi …", "en": "Scheme and targets are on their way …"}


def first_sight(headings: Mapping[str, str], lines: Mapping[str, str], lang: str) -> str:
    """Return the title of a page as HTML; the frame of our pages shows it until the widgets are there.

    Parameters
    ----------
    headings, lines : Mapping[str, str]
        Title and the line below it, by language.
    lang : str
        ``"it"`` or ``"en"``.

    Examples
    --------
    >>> "<h1>Torino 2019</h1>" in first_sight({"it": "Torino 2019"}, {"it": "Il bilancio."}, "it")
    True
    """
    chosen = lang if lang in headings else LANGUAGES[0]
    title, line, wait = (html.escape(words[chosen]) for words in (headings, lines, WAIT))
    return (
        f'<div class="leb-first" lang="{chosen}"><h1>{title}</h1><p>{line}</p>'
        '<div class="leb-gauges" aria-hidden="true"><i></i><i></i><i></i></div>'
        f'<p class="leb-wait">{wait}</p><div class="leb-flow-place" aria-hidden="true"></div></div>'
    )
