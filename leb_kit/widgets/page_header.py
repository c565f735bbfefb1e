"""Heading of an app page, with the language switch that every other part follows."""

from __future__ import annotations

import pathlib
from typing import Final

import anywidget
import traitlets

from leb_kit.widgets.texts import LANGUAGES

STATIC: Final = pathlib.Path(__file__).parent / "static"


class PageHeader(anywidget.AnyWidget):
    """Heading, a line below it and the language switch of a page.

    Parameters
    ----------
    headings : dict
        Heading by language.
    lines : dict
        Line below the heading, by language.
    lang : str
        ``"it"`` or ``"en"``.
    """

    _esm = STATIC / "page_header.js"

    headings = traitlets.Dict().tag(sync=True)
    lines = traitlets.Dict().tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)

    def __init__(self, headings: dict[str, str], lines: dict[str, str], *, lang: str = "it") -> None:
        super().__init__(headings=headings, lines=lines, lang=lang)

    def __repr__(self) -> str:
        """Name the page; no addresses, so that stored notebooks compare equal."""
        return f"PageHeader({self.headings.get('en', '')})"
