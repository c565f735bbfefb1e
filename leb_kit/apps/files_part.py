"""Files made from what a page shows: the document, the workbook, the picture of the scheme."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Final

from leb_kit import system
from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.reference import catalog

#: What a visitor reads where the server cannot make a PDF.
NO_PDF: Final = {
    "it": "Questo server non prepara PDF: hai il documento come pagina, che il browser stampa anche in PDF.",
    "en": "This server makes no PDF: you have the document as a page, which a browser prints, as PDF, too.",
}


def file_of(
    kind: str,
    balance: Balance,
    *,
    lang: str,
    unit: str,
    targets: str | None = None,
    after: Balance | None = None,
) -> tuple[str, bytes]:
    """Return name and content of a file about a balance.

    Parameters
    ----------
    kind : str
        ``pdf`` (accessible document; ``.html`` where no PDF can be made), ``xlsx`` (tables whose totals are
        formulas) or ``png`` (the scheme, as SVG to draw it from).
    balance : Balance
        One territory and one year.
    lang, unit : str
        Language and energy unit.
    targets : str, optional
        Target set of the document.
    after : Balance, optional
        The same territory with measures: a section of the document.

    Examples
    --------
    >>> import leb_kit as leb
    >>> name, content = file_of("png", leb.examples.torino(), lang="it", unit="GWh")
    >>> name, content[:4]
    ('torino_2019.png', b'<svg')
    """
    # a visitor who keeps nothing does not wait for what writes files
    from leb_kit.io.excel_write import write_excel
    from leb_kit.report import report

    name = _plain(balance.title(lang))
    if kind == "png":
        return f"{name}.png", _picture(balance, lang, unit).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{kind}"
        if kind == "xlsx":
            write_excel(balance, path, lang=lang, unit=unit)
        else:
            futures = [] if after is None else [after]
            try:
                report(balance, path=path, lang=lang, targets=targets, scenarios=futures)
            except InputError:
                path = path.with_suffix(".html")
                report(balance, path=path, lang=lang, targets=targets, scenarios=futures)
        return path.name, path.read_bytes()


def _picture(balance: Balance, lang: str, unit: str) -> str:
    from leb_kit.report.flow_svg import flow_svg

    scheme = system.read_scheme()
    links = system.links(balance)
    return flow_svg(links, scheme.view(), catalog.table("colors"), lang=lang, unit=unit)


def _plain(text: str) -> str:
    """Write a title in the letters that every file system takes."""
    letters = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", letters).strip("_").lower()
