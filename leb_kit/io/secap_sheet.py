"""One sheet of the SECAP workbook: cells with styles, formulas with their values."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

from leb_kit.io.secap_texts import text

#: Paper sizes, as Excel numbers them.
A3, A4 = 8, 9
_BASE = {"valign": "top", "font_size": 10}
_LINE = {"bottom": 1, "bottom_color": "#b8c4d0"}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#e8eef4", "bottom": 1}
_TOTAL = {"bold": True, "top": 1, "bg_color": "#f4f6f8"}
_SUBTOTAL = {"italic": True, **_LINE}
#: Sums of nothing are a dash, so that what there is stands out.
_DASH = "#,##0;-#,##0;–"
_STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#555555"},
    "table": {"bold": True, "font_size": 12},
    "head": _HEAD,
    "head_number": {**_HEAD, "align": "right"},
    "group": {"bold": True},
    "label": {},
    "text": {"align": "left", "indent": 1},
    "head_text": {**_HEAD, "align": "left", "indent": 1},
    "number": {"num_format": "#,##0"},
    "number_share": {"num_format": "0.0%"},
    "factor": {"num_format": "0.0000"},
    "year": {"num_format": "0", "align": "left"},
    "subtotal_label": _SUBTOTAL,
    "sum": {"num_format": _DASH},
    "subtotal": {"num_format": _DASH, **_SUBTOTAL},
    "total_label": _TOTAL,
    "total": {"num_format": _DASH, **_TOTAL},
    "total_share": {"num_format": "0.0%", **_TOTAL},
}
_HEIGHT_OF_HEAD = 44


def styles(book: Any) -> dict[str, Any]:
    """Make the formats of a workbook."""
    return {name: book.add_format({**_BASE, **style}) for name, style in _STYLES.items()}


class Page:
    """A worksheet that is written from top to bottom; ``row`` is the next free one."""

    def __init__(self, sheet: Any, formats: dict[str, Any], lang: str, unit: str) -> None:
        self.sheet = sheet
        self.formats = formats
        self.lang = lang
        self.unit = unit
        self.row = 0

    def say(self, key: str, **words: object) -> str:
        """Return a sentence in the language of the sheet."""
        return text(key, self.lang, **{"unit": self.unit, **words})

    def title(self, words: str, note: str = "") -> None:
        """Write the title of the sheet and what to know before reading it."""
        self.text(self.row, 0, words, "title")
        self.row += 1
        if note:
            self.text(self.row, 0, note, "note")
            self.row += 1
        self.row += 1

    def table(self, key: str) -> None:
        """Leave a row and write the name of a table."""
        self.row += 1
        self.text(self.row, 0, self.say(key), "table")
        self.row += 1

    def line(self, key: str, value: float, style: str, formula: str = "") -> str:
        """Write a name and its value (or formula); return the address of the value."""
        at = self.row
        self.text(at, 0, self.say(key), "label")
        if formula:
            self.formula(at, 1, formula, value, style)
        else:
            self.number(at, 1, value, style)
        self.row += 1
        return self.cell(at, 1)

    def head(self, words: Sequence[str], texts: Collection[int] = ()) -> None:
        """Write the heading of a table; ``texts`` are its columns of text, besides the first."""
        for column, word in enumerate(words):
            style = "head" if column == 0 else "head_text" if column in texts else "head_number"
            self.text(self.row, column, word, style)
        self.sheet.set_row(self.row, _HEIGHT_OF_HEAD)
        self.row += 1

    def text(self, row: int, column: int, words: str, style: str) -> None:
        """Write text; what begins with = + - @ is never run."""
        self.sheet.write_string(row, column, words, self.formats[style])

    def number(self, row: int, column: int, value: float, style: str) -> None:
        """Write a number; what is not available is an empty cell, never a zero."""
        if math.isfinite(value):
            self.sheet.write_number(row, column, value, self.formats[style])
        else:
            self.sheet.write_blank(row, column, None, self.formats[style])

    def formula(self, row: int, column: int, formula: str, value: float, style: str) -> None:
        """Write a formula with the value it gives."""
        known = value if math.isfinite(value) else ""
        self.sheet.write_formula(row, column, formula, self.formats[style], known)

    def sum_of(self, row: int, column: int, first: int, last: int, value: float, style: str) -> None:
        """Write the sum of a stretch of the column."""
        self.formula(row, column, f"=SUM({self.cell(first, column)}:{self.cell(last, column)})", value, style)

    def cell(self, row: int, column: int) -> str:
        """Return the address of a cell, such as ``B7``."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return str(xl_rowcol_to_cell(row, column))

    def finish(self, widths: Sequence[int], *, paper: int = A4) -> None:
        """Set widths and the page: landscape, one page wide."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(paper)
        self.sheet.fit_to_pages(1, 0)
