"""A file that comes in, looked at before it is taken, and one that goes out."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import anywidget
import traitlets

from leb_kit.widgets.texts import LANGUAGES, Texts

STATIC: Final = pathlib.Path(__file__).parent / "static"
KINDS: Final = (".xlsx", ".csv", ".tsv", ".gz", ".txt")
#: Far above any balance, far below what a page can carry.
LIMIT: Final = 8_000_000
LONGEST_NAME: Final = 120
Part = dict[str, str]

DOOR: Final[Texts] = {
    "it": {
        "title": "File",
        "choose": "Leggi un file: Excel, CSV, tabella di Eurostat",
        "write": "Scarica la tabella (Excel)",
        "take": "Metti nella tabella",
        "part": "Territorio e anno",
        "too_large": "«{name}» ha {mb} MB, più di {most}: non è stato letto. A un bilancio ne basta uno.",
    },
    "en": {
        "title": "File",
        "choose": "Read a file: Excel, CSV, table of Eurostat",
        "write": "Download the table (Excel)",
        "take": "Put into the table",
        "part": "Territory and year",
        "too_large": "“{name}” has {mb} MB, more than {most}: it was not read. A balance needs one.",
    },
}


class FileDoor(anywidget.AnyWidget):
    """A field for a file and a button for another; what they do is given.

    Parameters
    ----------
    read : callable
        ``read(name, content)`` looks at a file and calls ``tell``.
    take : callable
        ``take(part)`` takes what was looked at; only parts that were offered come.
    write : callable
        ``write()`` gives name and content of the file that goes out.
    lang : str
        ``"it"`` or ``"en"``.

    Examples
    --------
    >>> door = FileDoor(read=lambda *file: None, take=lambda part: None, write=lambda: ("a.xlsx", b""))
    >>> door.tell(["Letto."], parts=[{"id": "IT-2019", "it": "Italia 2019", "en": "Italy 2019"}])
    >>> door.seen["said"]
    ['Letto.']
    """

    _esm = STATIC / "file_door.js"

    kinds = traitlets.List(traitlets.Unicode(), list(KINDS)).tag(sync=True)
    limit = traitlets.Int(LIMIT).tag(sync=True)
    seen = traitlets.Dict().tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    texts = traitlets.Dict(DOOR).tag(sync=True)

    def __init__(
        self,
        *,
        read: Callable[[str, bytes], None],
        take: Callable[[str], None],
        write: Callable[[], tuple[str, bytes]],
        lang: str = "it",
    ) -> None:
        self._read, self._take, self._write = read, take, write
        super().__init__(lang=lang)
        self.on_msg(self._asked)

    def tell(self, said: Sequence[str], *, refused: bool = False, parts: Sequence[Part] = ()) -> None:
        """Tell what was found in a file, and what of it can be taken."""
        self.seen = {"refused": refused, "said": list(said), "parts": [dict(part) for part in parts]}

    def _asked(self, _: Any, content: Any, buffers: Any) -> None:
        """Do what the page asks for; whatever else it sends does nothing."""
        if not isinstance(content, dict):
            return
        match content.get("do"), content.get("name"), content.get("part"):
            case "read", str(name), _ if buffers and len(buffers[0]) <= LIMIT:
                self._read(pathlib.PurePath(name).name[:LONGEST_NAME], bytes(buffers[0]))
            case "take", _, str(part) if part in {one["id"] for one in self.seen.get("parts", ())}:
                self._take(part)
            case "write", _, _:
                name, made = self._write()
                self.send({"name": name}, [made])

    def __repr__(self) -> str:
        """Name the widget; no addresses, so that stored notebooks compare equal."""
        return f"FileDoor({', '.join(KINDS)})"
