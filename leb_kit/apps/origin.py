"""“Where does it come from?”: a button for each key figure, which opens it down to cells and sources."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Final

import ipywidgets

from leb_kit import indicators
from leb_kit.apps.torino_page import STYLE
from leb_kit.balance import Balance
from leb_kit.reference import catalog
from leb_kit.widgets import PageHeader

#: Figures that can be opened.
FIGURES: Final = ("final_energy", "primary_energy", "renewable_share", "emissions", "self_sufficiency")
WORDS: Final[dict[str, dict[str, str]]] = {
    "it": {
        "ask": "Da dove viene il numero?",
        "line": "Ogni voce si apre, fino alle celle del bilancio, ai fattori e alle loro fonti.",
    },
    "en": {
        "ask": "Where does the number come from?",
        "line": "Each line opens, down to the cells of the balance, the factors and their sources.",
    },
}
_ROW: Final = {"flex_flow": "row wrap", "overflow": "visible"}
_BUTTON: Final = {"width": "auto", "max_width": "100%", "margin": "0 8px 8px 0"}


class Origin:
    """Buttons, and the tree of the figure that is open; a tree is made when it is asked for.

    Parameters
    ----------
    header : PageHeader
        Whose language is followed.
    safely : callable
        Wraps what answers an event, so that faults are told.
    """

    def __init__(
        self, header: PageHeader, safely: Callable[[Callable[..., None]], Callable[..., None]]
    ) -> None:
        self._header = header
        self._balance: Balance | None = None
        self.opened = ""
        self._heading, self.tree = ipywidgets.HTML(), ipywidgets.HTML()
        self.buttons = {name: ipywidgets.Button(layout=_BUTTON) for name in FIGURES}
        for name, button in self.buttons.items():
            button.on_click(safely(lambda _, name=name: self._turn(name)))
        row = ipywidgets.Box(list(self.buttons.values()), layout=_ROW)
        self.box = ipywidgets.VBox([self._heading, row, self.tree], layout={"overflow": "visible"})
        self.box.add_class("leb-origin")
        header.observe(safely(lambda _: self._tell()), "lang")

    def show(self, balance: Balance) -> None:
        """Take another balance; the figure that is open is opened in it."""
        self._balance = balance
        self._tell()

    def _turn(self, name: str) -> None:
        self.opened = "" if self.opened == name else name
        self._tell()

    def _tell(self) -> None:
        lang = self._header.lang
        words = WORDS[lang]
        self._heading.value = (
            f'{STYLE}<section class="leb-figures leb-part" lang="{lang}"><h2>{html.escape(words["ask"])}</h2>'
            f"<p>{html.escape(words['line'])}</p></section>"
        )
        for name, button in self.buttons.items():
            button.description = catalog.label("indicator", name, lang)
            button.button_style = "primary" if name == self.opened else ""
        self.tree.value = self._card(lang)

    def _card(self, lang: str) -> str:
        if not self.opened or self._balance is None:
            return ""
        found = indicators.trace(self._balance, self.opened)
        return f'<section class="leb-figures leb-part" lang="{lang}">{found.html(lang)}</section>'
