"""A workbook being written: sheets, formats, and numbers with all their digits."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from leb_kit.balance.words import unit_of
from leb_kit.io.excel_texts import words

#: Colours of what is typed, of headers and of sums.
ENTRY = {"bg_color": "#fffbe6", "border": 1, "border_color": "#e0d8b0"}
HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#e8eef4", "bottom": 1}
SUM = {"bold": True, "bg_color": "#f4f7fa"}
LOOK: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": HEAD,
    "head_number": {**HEAD, "align": "right"},
    "label": {"bold": True},
    "code": {"font_color": "#667788", "font_size": 8, "bg_color": "#f4f7fa", "bottom": 1, "align": "right"},
    "text": {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "number": {},
    "whole": {"num_format": "0", "align": "left"},
    "share": {"num_format": "0.0%"},
    "total": SUM,
    "total_text": SUM,
    "entry": ENTRY,
    "entry_text": ENTRY,
    "entry_share": {"num_format": "0.0%", **ENTRY},
    "entry_whole": {"num_format": "0", "align": "left", **ENTRY},
}


#: Excel's number for the paper.
_A4 = 9
#: Width of a column of sentences, in letters.
_COLUMN = 95

#: Units so small that nobody reads their decimals; what is zero is a dash.
SMALL = ("kWh", "MWh", "GJ", "tep", "toe")
WHOLE, DECIMAL = '#,##0;-#,##0;"–"', '#,##0.00;-#,##0.00;"–"'
HEIGHT, LINE = 30, 16


class Exact(float):
    """A number that is written with all its digits; the writer's own 16 would lose the last bit."""

    def __format__(self, _: str) -> str:
        """Return the shortest text that gives the same number back."""
        return repr(float(self))


class Book:
    """A workbook being written: its sheets, words and formats."""

    def __init__(self, path: Path, lang: str, unit: str) -> None:
        import xlsxwriter

        self.lang, self.text = lang, words(lang)
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.file = xlsxwriter.Workbook(str(path), options)
        # a fixed date: the same balance gives the same file
        self.file.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
        number = {"num_format": WHOLE if unit_of(unit) in SMALL else DECIMAL}
        amounts = {name: {**LOOK[name], **number} for name in ("number", "total", "entry")}
        self.look = {name: self.file.add_format(one) for name, one in (LOOK | amounts).items()}

    def sheet(self, name: str) -> Any:
        """Return a new sheet that prints on the width of one page."""
        sheet = self.file.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def heads(self, sheet: Any, row: int, keys: Iterable[str]) -> None:
        """Write a header row: the words of the keys."""
        sheet.set_row(row, HEIGHT)
        for at, key in enumerate(keys):
            sheet.write_string(row, at, self.text[key], self.look["head"])

    def sentences(self, sheet: Any, row: int, sentences: Iterable[str]) -> None:
        """Write sentences below each other in one wide column, each as high as its lines."""
        sheet.set_column(0, 0, _COLUMN)
        for at, sentence in enumerate(sentences, start=row):
            sheet.set_row(at, LINE * (1 + len(sentence) // _COLUMN))
            sheet.write_string(at, 0, sentence, self.look["wrap"])

    def close(self) -> None:
        """Write the file."""
        self.file.close()


def put(sheet: Any, at: tuple[int, int], value: Any, number: Any, text: Any = None) -> None:
    """Write a number with all its digits, or a text that is never a formula; nothing stays blank."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if math.isfinite(value):
            sheet.write_number(*at, Exact(value), number)
    elif value is not None and str(value):
        sheet.write_string(*at, str(value), text)
