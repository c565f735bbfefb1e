"""The document on paper: tagged, told where it cannot be made, and asking nothing of any other host."""

import re
import sys
import zlib

import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.report import pdf


def unpacked(content: bytes) -> bytes:
    """Every packed part of a PDF, one after the other."""
    parts = re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
    return b"\n".join(zlib.decompressobj().decompress(part) for part in parts if part.startswith(b"x"))


def test_a_path_that_ends_in_pdf_gives_a_tagged_pdf(tmp_path):
    """Proves: the document is PDF/UA-1. Without the variant no reader is told so in its metadata."""
    path = leb.report(leb.examples.torino(), path=tmp_path / "torino.pdf", targets="20-20-20-local")
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    inside = unpacked(content)
    assert b"pdfuaid" in inside
    assert b"/StructTreeRoot" in inside
    assert sorted(tmp_path.iterdir()) == [path]


def test_halos_do_not_cover_their_letters():
    html = "<style>text{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}</style>"
    assert "stroke-opacity:0" in pdf.HALO.sub(pdf.UNSEEN, html)


def test_without_the_library_a_sentence_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(InputError, match=r"pip install 'leb_kit\[pdf\]'"):
        leb.report(leb.examples.torino(), path=tmp_path / "torino.pdf")
    assert list(tmp_path.iterdir()) == []


def test_no_address_is_asked():
    with pytest.raises(ValueError, match="example"):
        pdf._nothing_outside("https://example.org/a.png")
