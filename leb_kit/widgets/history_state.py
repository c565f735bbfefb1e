"""What the chart of the past shows, as plain values: places 0–1 on both axes, and their words."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any, Final

import numpy as np
import pandas as pd
from babel.numbers import format_decimal, format_percent

from leb_kit.scenarios.texts import LOCALES
from leb_kit.widgets.axis import TICKS, decimals_of, nice_step
from leb_kit.widgets.history_rows import PALETTE, SHARE, view_label
from leb_kit.widgets.history_texts import HISTORY
from leb_kit.widgets.texts import LANGUAGES

THOUSAND: Final = 1000
#: Units of series that people write otherwise.
UNIT_WORDS: Final = {
    "tCO2eq": {"it": "kt CO₂eq", "en": "kt CO₂eq"},
    "Gm3": {"it": "miliardi di m³", "en": "billion m³"},
}
SIGNED: Final = "+#,##0.0;−#,##0.0"
SIGNED_PERCENT: Final = "+#,##0.0\u00a0%;−#,##0.0\u00a0%"

State = dict[str, Any]
Points = dict[str, dict[int, float]]


def views_state(rows: pd.DataFrame, stacked: Collection[str], targets: Points) -> list[State]:
    """Prepare every view of a chart.

    Parameters
    ----------
    rows : pd.DataFrame
        As ``chart_rows`` gives them.
    stacked : collection of str
        Views in which lines lie on top of each other.
    targets : dict
        What is asked for, by view and year, in the unit of the indicator.

    Returns
    -------
    list[dict]
        id, it, en, unit, stacked, years, ticks (at, it, en), lines and target. A line has id, it, en,
        color, said and runs of points: year, x, y (y0 below it where stacked), words.
    """
    names = [str(name) for name in rows["view"].unique()]
    return [
        _View(rows[rows["view"] == name], name, targets.get(name, {}), stacked=name in stacked).state()
        for name in names
    ]


class _View:
    """One view: its lines over its years, on its own axis."""

    def __init__(self, rows: pd.DataFrame, name: str, target: dict[int, float], *, stacked: bool) -> None:
        self.name, self.stacked = name, stacked
        self.unit = str(rows["unit"].iloc[0])
        scale = 1 / THOUSAND if self.unit in ("tCO2eq", "EUR") else 1.0
        self.target = {year: value * scale for year, value in target.items()}
        first, last = int(rows["year"].min()), int(rows["year"].max())
        self.years = list(range(first, max(last, *self.target, last) + 1 if self.target else last + 1))
        self.lines = rows.drop_duplicates("line").set_index("line")
        self.values = (
            rows.pivot_table(
                index="line", columns="year", values="value", aggfunc="sum", min_count=1, sort=False
            ).reindex(index=self.lines.index, columns=self.years)
            * scale
        )
        self.vintages = rows.pivot_table(
            index="line", columns="year", values="vintage", aggfunc="first"
        ).reindex(index=self.lines.index, columns=self.years)
        if stacked:
            # the largest at the bottom: it moves the others least
            order = self.values.mean(axis=1).sort_values(ascending=False, kind="stable").index
            self.lines, self.values = self.lines.loc[order], self.values.loc[order]
        self.total = self.values.sum(axis=0, min_count=1)
        tops = self.total if stacked else self.values.max()
        highest = max(float(np.nanmax(tops.to_numpy(dtype=float))), *self.target.values(), 0.0)
        lowest = min(float(np.nanmin(self.values.to_numpy(dtype=float))), 0.0)
        step = nice_step((highest - lowest) / TICKS)
        self.low = math.floor(lowest / step) * step
        self.high = max(math.ceil(highest / step) * step, self.low + step)
        self.step = step
        largest = float(np.nanmax(np.abs(self.values.to_numpy(dtype=float))))
        self.decimals = decimals_of(largest)

    def state(self) -> State:
        """Return the view as plain values."""
        bases = self.values.fillna(0).cumsum().shift(1, fill_value=0.0)
        count = round((self.high - self.low) / self.step)
        levels = [self.low + at * self.step for at in range(count + 1)]
        return {
            "id": self.name,
            **{lang: view_label(self.name, lang) for lang in LANGUAGES},
            "unit": {lang: self._unit(lang) for lang in LANGUAGES},
            "stacked": self.stacked,
            "years": self.years,
            "ticks": [
                {"at": self._y(level), **{lang: self._tick(level, lang) for lang in LANGUAGES}}
                for level in levels
            ],
            "lines": [
                self._line(at, str(line), bases.loc[line]) for at, line in enumerate(self.values.index)
            ],
            "totals": {
                str(year): {lang: self._told(float(value), lang) for lang in LANGUAGES}
                for year, value in self.total.items()
                if self.stacked and math.isfinite(value)
            },
            "target": [
                {"year": year, "x": self._x(year), "y": self._y(value), **self._words(value)}
                for year, value in sorted(self.target.items())
                if year >= self.years[0]
            ],
        }

    def _line(self, at: int, line: str, base: pd.Series) -> State:
        row = self.lines.loc[line]
        values = self.values.loc[line]
        known = values.dropna()
        start = known.index[0]
        runs: list[list[State]] = []
        before = None
        for year, value in known.items():
            new = (
                before is None
                or year != before + 1
                or self._edition(line, year) != self._edition(line, before)
            )
            if new:
                runs.append([])
            runs[-1].append(
                self._point(int(year), float(value), float(base[year]), int(start), float(known[start]))
            )
            before = year
        names = {lang: str(row[f"label_{lang}"]) for lang in LANGUAGES}
        ends = {"first_year": int(start), "last_year": int(known.index[-1])}
        said = {
            lang: HISTORY[lang]["said"].format(
                name=names[lang],
                first=self._told(float(known.iloc[0]), lang),
                last=self._told(float(known.iloc[-1]), lang),
                **ends,
            )
            for lang in LANGUAGES
        }
        color = str(row["color"]) or PALETTE[at % len(PALETTE)]
        return {"id": line, **names, "color": color, "said": said, "runs": runs}

    def _edition(self, line: str, year: Any) -> str:
        return str(self.vintages.loc[line, year])

    def _point(self, year: int, value: float, base: float, start: int, first: float) -> State:
        low = base if self.stacked else 0.0
        out: State = {
            "year": year,
            "x": self._x(year),
            "y": self._y(low + value),
            "y0": self._y(max(low, self.low)),
        }
        whole = float(self.total[year])
        for lang in LANGUAGES:
            words = HISTORY[lang]
            notes = []
            if self.stacked and whole > 0:
                share = format_percent(value / whole, format="#,##0\u00a0%", locale=LOCALES[lang])
                notes.append(words["of_total"].format(share=share))
            if year != start and (change := self._change(value, first, lang)):
                notes.append(change.format(year=start))
            out[lang] = {"value": self._told(value, lang), "note": "; ".join(notes)}
        return out

    def _change(self, value: float, first: float, lang: str) -> str:
        words, locale = HISTORY[lang], LOCALES[lang]
        if self.unit == SHARE:
            points = format_decimal((value - first) * 100, format=SIGNED, locale=locale)
            return words["points"].format(change=points, year="{year}")
        if not first > 0:
            return ""
        change = format_percent(value / first - 1, format=SIGNED_PERCENT, locale=locale)
        return words["since"].format(change=change, year="{year}")

    def _x(self, year: int) -> float:
        return (year - self.years[0]) / max(len(self.years) - 1, 1)

    def _y(self, value: float) -> float:
        return round((value - self.low) / (self.high - self.low), 5)

    def _unit(self, lang: str) -> str:
        if self.unit == SHARE:
            return "%"
        return UNIT_WORDS.get(self.unit, {}).get(lang, self.unit)

    def _words(self, value: float) -> dict[str, str]:
        return {lang: self._told(value, lang) for lang in LANGUAGES}

    def _told(self, value: float, lang: str) -> str:
        if self.unit == SHARE:
            return format_percent(value, format="#,##0.0\u00a0%", locale=LOCALES[lang])
        digits = "." + "0" * self.decimals if self.decimals else ""
        number = format_decimal(value, format="#,##0" + digits, locale=LOCALES[lang])
        return f"{number} {self._unit(lang)}".strip()

    def _tick(self, level: float, lang: str) -> str:
        if self.unit == SHARE:
            return format_percent(level, format="#,##0.#\u00a0%", locale=LOCALES[lang])
        return format_decimal(level, format="#,##0.###", locale=LOCALES[lang])
