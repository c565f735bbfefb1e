"""The document as PDF: the same page, laid out for paper, with the tags that screen readers follow."""

from __future__ import annotations

import io
import re
from typing import Final

from leb_kit.errors import InputError, say

#: Tagged as ISO 14289-1 asks: headings, tables, pictures with their words, language.
ACCESSIBLE: Final = "pdf/ua-1"
#: Halos round the letters of a drawing: WeasyPrint paints them over the letters, not below.
HALO: Final = re.compile(r"paint-order:stroke;stroke:#fff;stroke-width:\d+px;stroke-linejoin:round")
#: A stroke that is not seen in their place: without one, some readers cut the edge of right-aligned letters.
UNSEEN: Final = "stroke:#fff;stroke-opacity:0;stroke-width:6px"


def pdf_of(html: str) -> bytes:
    """Lay a document out on pages of A4, tagged for screen readers.

    Parameters
    ----------
    html : str
        One page that needs nothing else, as ``report`` writes it.

    Returns
    -------
    bytes
        The PDF.

    Raises
    ------
    InputError
        WeasyPrint or the Pango library below it is not installed.

    Examples
    --------
    >>> pdf_of("<html lang='it'><title>Prova</title><h1>Prova</h1></html>")[:4]
    b'%PDF'
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        fault = say(
            "a PDF needs WeasyPrint and the Pango library: pip install 'leb_kit[pdf]', "
            "or write .html and print it from a browser"
        )
        raise InputError("report", [fault]) from error
    paper = HALO.sub(UNSEEN, html)
    out = io.BytesIO()
    HTML(string=paper, url_fetcher=_nothing_outside).write_pdf(out, pdf_variant=ACCESSIBLE)
    return out.getvalue()


def _nothing_outside(url: str, *_: object, **__: object) -> dict[str, object]:
    """Refuse every address: the document holds all it shows."""
    raise ValueError(url)
