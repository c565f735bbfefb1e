"""What is shown, as files a visitor keeps: a document, a workbook, a picture."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import anywidget
import traitlets

from leb_kit.errors import InputError
from leb_kit.widgets.texts import LANGUAGES, Texts

STATIC: Final = pathlib.Path(__file__).parent / "static"
#: A picture travels as SVG; the browser makes a PNG of it, at twice the size.
KINDS: Final = ("pdf", "xlsx", "png")

DOWNLOADS: Final[Texts] = {
    "it": {
        "title": "Scarica",
        "pdf": "Documento (PDF)",
        "xlsx": "Tabelle (Excel)",
        "png": "Schema (immagine)",
        "making": "Preparo: {what} …",
        "made": "Scaricato: {name}",
        "failed": "Il file non è stato preparato.",
    },
    "en": {
        "title": "Download",
        "pdf": "Document (PDF)",
        "xlsx": "Tables (Excel)",
        "png": "Scheme (picture)",
        "making": "Preparing: {what} …",
        "made": "Downloaded: {name}",
        "failed": "The file was not made.",
    },
}


class Downloads(anywidget.AnyWidget):
    """One button for each kind of file; what is in a file is given.

    Parameters
    ----------
    make : callable
        ``make(kind)`` gives name and content of the file; None where it could not be made and the page
        has said why. A name that ends in ``.png`` goes with the SVG to make it of.
    kinds : sequence of str
        Of ``pdf``, ``xlsx``, ``png``.
    lang : str
        ``"it"`` or ``"en"``.

    Raises
    ------
    InputError
        An unknown kind.

    Examples
    --------
    >>> Downloads(lambda kind: (f"torino.{kind}", b""))
    Downloads(pdf, xlsx, png)
    """

    _esm = STATIC / "downloads.js"

    kinds = traitlets.List(traitlets.Unicode()).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    texts = traitlets.Dict(DOWNLOADS).tag(sync=True)

    def __init__(
        self,
        make: Callable[[str], tuple[str, bytes] | None],
        *,
        kinds: Sequence[str] = KINDS,
        lang: str = "it",
    ) -> None:
        faults = [f"unknown kind '{kind}'; one of {', '.join(KINDS)}" for kind in kinds if kind not in KINDS]
        if faults:
            raise InputError("downloads", faults)
        self._make = make
        self._offered = tuple(kinds)
        super().__init__(kinds=list(kinds), lang=lang)
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        """Make the file that is asked for; whatever else the page sends does nothing."""
        kind = content.get("do") if isinstance(content, dict) else None
        if kind not in self._offered:
            return
        made = self._make(kind)
        if made is None:
            self.send({"name": ""})
        else:
            self.send({"name": made[0]}, [made[1]])

    def __repr__(self) -> str:
        """Name the kinds; no addresses, so that stored notebooks compare equal."""
        return f"Downloads({', '.join(self._offered)})"
