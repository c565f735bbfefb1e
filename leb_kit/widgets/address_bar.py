"""Words that the address of a page keeps, and what the page has to tell."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Final

import anywidget
import traitlets

from leb_kit.widgets.texts import LANGUAGES, Texts

STATIC: Final = pathlib.Path(__file__).parent / "static"

TOLD: Final[Texts] = {"it": {"close": "Chiudi"}, "en": {"close": "Close"}}


class KeptBar(anywidget.AnyWidget):
    """What bars of pages share: words that the address keeps, and sentences for the visitor."""

    words = traitlets.Dict().tag(sync=True)
    notices = traitlets.List(traitlets.Dict()).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)

    def keep(self, **words: str) -> None:
        """Let the address say these words, beside those it keeps."""
        self.words = {**self.words, **words}

    def tell(self, notice: Mapping[str, str]) -> None:
        """Tell the visitor a sentence, by language; it can be closed."""
        self.notices = [*self.notices, dict(notice)]


class AddressBar(KeptBar):
    """Keeps the words of a page in its address, and tells sentences; for pages without choices of a place.

    Parameters
    ----------
    words : Mapping[str, str], optional
        By name; a blank one is taken out of the address. The language is kept besides.
    lang : str
        ``"it"`` or ``"en"``.

    Examples
    --------
    >>> bar = AddressBar({"misure": "photovoltaic:200"})
    >>> bar.tell({"it": "Non c'è.", "en": "It is not here."})
    >>> bar
    AddressBar(misure=photovoltaic:200, 1 sentence)
    """

    _esm = STATIC / "address_bar.js"

    texts = traitlets.Dict(TOLD).tag(sync=True)

    def __init__(self, words: Mapping[str, str] | None = None, *, lang: str = "it") -> None:
        super().__init__(words=dict(words or {}), lang=lang)

    def __repr__(self) -> str:
        """Name what is kept; no addresses of memory, so that stored notebooks compare equal."""
        kept = "&".join(f"{name}={word}" for name, word in self.words.items() if word)
        count = len(self.notices)
        return f"AddressBar({kept or 'nothing'}, {count} sentence{'' if count == 1 else 's'})"
