"""What happens inside a chosen node of the scheme, as a table for a page."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Final

from babel.numbers import format_decimal, format_percent

from leb_kit import system
from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.units import from_mwh
from leb_kit.widgets.sentences import LOCALES

if TYPE_CHECKING:
    import pandas as pd

    from leb_kit.balance import Balance

Words = dict[str, str]

#: Columns shown by kind of detail; those of energy end in ``_mwh``.
SHOWN: Final = {
    "network": ("direction", "node", "product", "energy_mwh", "share"),
    "arrows": ("direction", "node", "product", "energy_mwh", "share"),
}
SHARES: Final = ("share",)
#: Kind of label of each column of codes.
CODES: Final = {"product": "product", "node": "node"}

WORDS: Final[dict[str, Words]] = {
    "it": {
        "heading": "Dettaglio: {name}",
        "none": "Per questo nodo non c'è un dettaglio in {balance}.",
        "product": "Vettore",
        "direction": "Verso",
        "node": "Da o a",
        "energy_mwh": "Energia",
        "share": "Quota",
        "in": "entra",
        "out": "esce",
    },
    "en": {
        "heading": "Detail: {name}",
        "none": "This node has no detail in {balance}.",
        "product": "Product",
        "direction": "Direction",
        "node": "From or to",
        "energy_mwh": "Energy",
        "share": "Share",
        "in": "in",
        "out": "out",
    },
}


def kind_of(balance: Balance, node: str) -> str:
    """Return what a node holds (``plants``, ``devices``, ``network``, ``arrows``); blank for nothing.

    Examples
    --------
    >>> import leb_kit as leb
    >>> kind_of(leb.examples.italy(), "cogeneration")
    'plants'
    """
    try:
        return system.detail(balance, node=node).kind
    except InputError:
        return ""


def detail_html(balance: Balance, node: str, *, lang: str, unit: str) -> str:
    """Return the inside of a node as HTML; every word in it is escaped.

    Parameters
    ----------
    balance : Balance
        One territory and one year.
    node : str
        Node of the scheme; blank for none.
    lang, unit : str
        Language and energy unit.

    Returns
    -------
    str
        A section with a heading and a table; blank where no node is given.
    """
    if not node:
        return ""
    words = WORDS[lang]
    name = html.escape(words["heading"].format(name=catalog.label("node", node, lang)))
    try:
        found = system.detail(balance, node=node)
    except InputError:
        body = f"<p>{html.escape(words['none'].format(balance=balance.title(lang)))}</p>"
    else:
        body = _table(found.table, SHOWN[found.kind], lang, unit, name)
    return f'<section class="leb-figures leb-part" lang="{lang}"><h2>{name}</h2>{body}</section>'


def _table(table: pd.DataFrame, columns: tuple[str, ...], lang: str, unit: str, name: str) -> str:
    heads = "".join(f'<th scope="col">{html.escape(_head(column, lang, unit))}</th>' for column in columns)
    rows = "".join(
        "<tr>" + "".join(_cell(column, row[column], lang, unit) for column in columns) + "</tr>"
        for row in table.to_dict("records")
    )
    return (
        f'<div role="region" tabindex="0" aria-label="{name}" style="overflow:auto;max-height:420px">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _head(column: str, lang: str, unit: str) -> str:
    return WORDS[lang][column] + (f" ({unit})" if column.endswith("_mwh") else "")


def _cell(column: str, value: object, lang: str, unit: str) -> str:
    if isinstance(value, float):
        return f'<td class="n">{html.escape(_number(column, value, lang, unit))}</td>'
    return f"<td>{html.escape(_word(column, str(value), lang))}</td>"


def _number(column: str, value: float, lang: str, unit: str) -> str:
    if not math.isfinite(value):
        return "–"
    if column in SHARES:
        return format_percent(value, format="#,##0.0\u00a0%", locale=LOCALES[lang])
    shown = from_mwh(value, unit)
    pattern = "#,##0" if abs(shown) >= 10 else "#,##0.0##"
    return format_decimal(shown, format=pattern, locale=LOCALES[lang])


def _word(column: str, code: str, lang: str) -> str:
    if column == "direction":
        return WORDS[lang].get(code, code)
    return catalog.label(CODES[column], code, lang)
