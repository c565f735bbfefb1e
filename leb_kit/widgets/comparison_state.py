"""What the comparison shows, as plain values a browser can draw without reckoning."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from leb_kit import system
from leb_kit.reference import catalog
from leb_kit.scenarios.texts import (
    SHARES,
    change_text,
    decimal_text,
    inside,
    percent_text,
    place_name,
    relative_text,
    value_text,
)
from leb_kit.units import from_mwh
from leb_kit.widgets.axis import TICKS, decimals_of, nice_step
from leb_kit.widgets.comparison_texts import COMPARISON
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.scenarios import Comparison

#: Indicators that are sums of cells, in the order of the buttons.
BRIDGES: Final = ("emissions_tco2eq", "primary_energy_mwh", "final_energy_mwh")
#: What the axis counts: kilotonnes and gigawatt hours.
UNITS: Final = {"emissions_tco2eq": "kt CO₂eq", "primary_energy_mwh": "GWh", "final_energy_mwh": "GWh"}
THOUSAND: Final = 1000
#: Steps that are changes; the first and the last are whole values.
PARTS: Final = ("part", "rest")
NO_SIGN: Final = "#,##0"
SIGNED: Final = "+#,##0{0};−#,##0{0}"

State = dict[str, Any]


def bridge_state(comparison: Comparison, indicator: str, count: int) -> State:
    """Prepare one bridge: bars and ticks, 0–1 along the axis, with their words.

    Parameters
    ----------
    comparison : Comparison
        Two balances.
    indicator : str
        One of ``BRIDGES``.
    count : int
        Steps that stand by themselves.

    Returns
    -------
    dict
        ``bars`` (kind, start, end, sign, color, words by language), ``ticks`` (at, words), ``broken``
        (the axis does not start at zero).
    """
    steps = comparison.waterfall(indicator, count=count).to_dict("records")
    parts = [row for row in steps if row["kind"] in PARTS]
    low, high, step = _axis(steps, parts)
    span = (high - low) or 1
    told_apart = [abs(row["change"]) for row in parts] or [abs(row["end"]) for row in steps]
    decimals = decimals_of(max(told_apart, default=0.0) / THOUSAND)
    hidden = len(comparison.bridge(indicator)) - sum(row["kind"] == "part" for row in parts)
    whole = math.fsum(row["change"] for row in parts)
    told: State = {"indicator": indicator, "decimals": decimals, "hidden": hidden, "whole": whole}
    bars = [
        {
            "kind": row["kind"],
            "start": min(max((row["start"] - low) / span, 0), 1),
            "end": min(max((row["end"] - low) / span, 0), 1),
            "sign": int(np.sign(row["change"])) if row["kind"] in PARTS else 0,
            "color": product_color(row["product"]),
            **{lang: _bar_words(comparison, row, lang, **told) for lang in LANGUAGES},
        }
        for row in steps
    ]
    return {
        "bars": bars,
        "broken": low > 0,
        "ticks": [_tick(value, (value - low) / span) for value in np.arange(low, high + step / 2, step)],
    }


def cards(indicators: pd.DataFrame, names: Iterable[str] | None = None) -> list[State]:
    """Prepare the indicators: before, after and change in words, and whether it is for the better.

    Parameters
    ----------
    indicators : pd.DataFrame
        As ``Comparison.indicators``.
    names : iterable of str, optional
        Which of them; all by default.
    """
    found = indicators.to_dict("index")
    return [_card(str(name), found[name]) for name in names or found]


def rows(table: pd.DataFrame) -> list[State]:
    """Prepare the ranked table: one list of cells per language and change; energy in GWh."""
    return [{lang: _cells(row, lang) for lang in LANGUAGES} for row in table.to_dict("records")]


def unbroken(text: str) -> str:
    """Keep a number and its unit on one line."""
    return text.replace(" %", "\u00a0%").replace(" GWh", "\u00a0GWh").replace(" kt CO", "\u00a0kt\u00a0CO")


@cache
def product_color(product: str) -> str:
    """Return the colour of a product in every drawing; empty for none."""
    group = system.product_groups().get(product)
    colors = catalog.table("colors").set_index("group")["color_hex"]
    return str(colors.get(group, ""))


def _axis(steps: list[State], parts: list[State]) -> tuple[float, float, float]:
    """Return both ends and the tick of an axis on which the steps can be told apart."""
    lowest = min(min(row["start"], row["end"]) for row in parts or steps)
    highest = max(max(row["start"], row["end"]) for row in steps)
    room = (highest - lowest) / 2
    # whole values are drawn from zero, unless the steps would be too small to see beside them
    low = lowest - room if parts and lowest > 2 * (highest - lowest) else min(lowest, 0)
    step = nice_step((highest - low) / TICKS)
    low = math.floor(low / step) * step
    return low, max(highest, low + step), step


def _tick(value: float, at: float) -> State:
    shown = value / THOUSAND
    digits = "" if float(shown).is_integer() else ".0##"
    return {"at": float(at), **{lang: decimal_text(shown, NO_SIGN + digits, lang) for lang in LANGUAGES}}


def _bar_words(
    comparison: Comparison,
    row: dict[Any, Any],
    lang: str,
    *,
    indicator: str,
    decimals: int,
    hidden: int,
    whole: float,
) -> dict[str, str]:
    words = COMPARISON[lang]
    digits = "." + "0" * decimals if decimals else ""
    level = decimal_text(row["end"] / THOUSAND, NO_SIGN + digits, lang)
    kind = row["kind"]
    if kind in ("before", "after"):
        name = getattr(comparison, kind).title(lang)
        said = words["said_total"].format(name=name, amount=level, unit=UNITS[indicator])
        line = words[f"{kind}_line"]
        full = f"{name}, {line}"
        return {"name": name, "line": line, "full": full, "amount": level, "level": level, "said": said}
    # what rounds to nothing has no sign
    pattern = SIGNED.format(digits) if round(row["change"] / THOUSAND, decimals) else NO_SIGN
    amount = decimal_text(row["change"] / THOUSAND, pattern, lang).removeprefix("-")
    if kind == "rest":
        name, line = words["rest"].format(count=hidden), words["rest_line"]
        full = name
    else:
        name, line = place_name(row["item"], lang), catalog.label("product", row["product"], lang)
        full = f"{name}, {inside(line)}"
    share = percent_text(row["change"] / whole, "#,##0 %", lang) if whole else "–"
    said = words["said"].format(name=full, amount=amount, unit=UNITS[indicator], share=share)
    return {"name": name, "line": line, "full": full, "amount": amount, "level": level, "said": said}


def _card(name: str, row: Any) -> State:
    out: State = {"id": name}
    rising = float(row["change"]) > 0
    for lang in LANGUAGES:
        before, after = (value_text(name, float(row[end]), lang) for end in ("before", "after"))
        result = "same" if before == after else "better" if rising == (name in SHARES) else "worse"
        out["result"] = result
        out["arrow"] = "=" if result == "same" else "↑" if rising else "↓"
        out[lang] = {
            "label": catalog.label("indicator", _label_code(name), lang),
            "before": before,
            "after": after,
            "change": COMPARISON[lang]["same"] if result == "same" else change_text(name, row, lang),
            "result": COMPARISON[lang][result],
        }
    return out


def _label_code(name: str) -> str:
    return name.removesuffix("_mwh").removesuffix("_tco2eq")


def _cells(row: dict[Any, Any], lang: str) -> list[str]:
    words = COMPARISON[lang]
    gwh = [float(from_mwh(row[name], "GWh")) for name in ("before_mwh", "after_mwh", "change_mwh")]
    patterns = (NO_SIGN + ".0", NO_SIGN + ".0", SIGNED.format(".0"))
    figures = [decimal_text(value, pattern, lang) for value, pattern in zip(gwh, patterns, strict=True)]
    relative = relative_text(row["relative"], lang) if math.isfinite(row["relative"]) else words["new"]
    product = catalog.label("product", row["product"], lang)
    return [words[f"{row['topic']}_short"], place_name(row["item"], lang), product, *figures, relative]
