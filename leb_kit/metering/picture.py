"""The days of meters as a picture: what was used, what is not known, what is odd. SVG without scripts."""

from __future__ import annotations

from html import escape
from math import floor, log10
from typing import Final, NamedTuple

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.alarms import anomalies
from leb_kit.metering.watch import known_days
from leb_kit.tertiary.chart import GREY, GRID, INK, LOCALES, MARKS, PAPER, STYLE, YEARS, Chart

WORDS: Final = {
    "it": {
        "title": "Energia al giorno", "unit": "MWh al giorno", "gap": "senza misura",
        "odd": "giorno insolito", "break": "cambio di livello: forse un’altra unità",
    },
    "en": {
        "title": "Energy a day", "unit": "MWh a day", "gap": "not measured", "odd": "unusual day",
        "break": "level changes: perhaps another unit",
    },
}  # fmt: skip
LEFT, WIDTH, PLOT, ROW, HEAD = 58, 780, 96, 152, 96
DOT: Final = 3
#: More months are told by their years.
MOST_MONTH_TICKS: Final = 12


class _Frame(NamedTuple):
    """Where a panel stands, and what its axes reach."""

    top: int
    first: pd.Timestamp
    days: int
    ceiling: float

    def across(self, day: pd.Timestamp) -> float:
        share = float((day - self.first).days) / max(self.days, 1)
        return LEFT + (WIDTH - LEFT - 16) * share

    def up(self, value: float) -> float:
        return self.top + PLOT - PLOT * min(value / self.ceiling, 1.0)


def days_chart(
    days: pd.DataFrame,
    *,
    meters: list[str] | None = None,
    breaks: pd.DataFrame | None = None,
    lang: str = "it",
) -> Chart:
    """Draw the energy of every day, one panel a meter: gaps in grey, unusual days as dots.

    Parameters
    ----------
    days : pd.DataFrame
        As ``daily`` gives them.
    meters : list[str], optional
        Which, in this order; default all.
    breaks : pd.DataFrame, optional
        As ``unit_breaks`` gives them: a line where the level changes.
    lang : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    Chart
        Each panel has its own scale.

    Raises
    ------
    InputError
        An unknown meter or language, or nothing to draw.

    Examples
    --------
    >>> from leb_kit.examples import cambridge_unit_break
    >>> days_chart(cambridge_unit_break(), lang="en")
    Chart(Energy a day)
    """
    there = list(dict.fromkeys(days["meter"]))
    wanted = there if meters is None else meters
    faults = [
        say("no meter '{meter}'.{hint}", meter=name, hint=did_you_mean(name, there))
        for name in wanted
        if name not in there
    ]
    if lang not in WORDS:
        faults.append(say("unknown language '{lang}'; known are {known}", lang=lang, known="it, en"))
    if not wanted:
        faults.append(say("there is no reading; give years=…, or readings"))
    if faults:
        raise InputError(say("days of meters"), faults)
    words = WORDS[lang]
    first, last = days["day"].min(), days["day"].max()
    odd = anomalies(days)
    parts = [_legend(words, broken=breaks is not None and len(breaks) > 0)]
    for at, meter in enumerate(wanted):
        mine = days[days["meter"] == meter].sort_values("day")
        top = _round_up(float(mine["energy_mwh"].max()))
        frame = _Frame(HEAD + at * ROW, first, (last - first).days, top)
        parts.append(_panel(meter, mine, odd[odd["meter"] == meter], frame, lang))
        if breaks is not None:
            parts.append(_breaks(breaks[breaks["meter"] == meter], frame))
    height = HEAD + len(wanted) * ROW - 8
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img"'
        f' style="max-width:100%;height:auto;background:{PAPER}" aria-label="{escape(words["title"])}">'
        f"<title>{escape(words['title'])}</title><style>{STYLE}</style>"
        f'<text class="h" x="12" y="26">{escape(words["title"])}</text>{"".join(parts)}</svg>'
    )
    return Chart(words["title"], svg)


def _legend(words: dict[str, str], *, broken: bool) -> str:
    out = f'<text class="s" x="12" y="48">{words["unit"]}</text>'
    out += f'<rect x="118" y="39" width="16" height="11" fill="{GRID}"/>'
    out += f'<text class="s" x="140" y="48">{words["gap"]}</text>'
    out += f'<circle cx="236" cy="44" r="{DOT}" fill="{MARKS["poor"]}"/>'
    out += f'<text class="s" x="246" y="48">{words["odd"]}</text>'
    if broken:
        out += f'<line x1="352" x2="352" y1="38" y2="51" stroke="{MARKS["poor"]}" stroke-width="2"/>'
        out += f'<text class="s" x="360" y="48">{words["break"]}</text>'
    return out


def _panel(meter: str, mine: pd.DataFrame, odd: pd.DataFrame, frame: _Frame, lang: str) -> str:
    out = f'<text class="b" x="{LEFT}" y="{frame.top - 12}">{escape(meter)}</text>'
    for part in range(3):
        value = frame.ceiling * part / 2
        y = frame.up(value)
        told = format_decimal(value, format="#,##0.###", locale=LOCALES[lang])
        out += f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
        out += f'<text class="s" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{told}</text>'
    known = set(known_days(mine)["day"])
    out += _gaps(mine, known, frame) + _ticks(frame, lang)
    runs: list[list[str]] = [[]]
    for row in mine.itertuples():
        if row.day in known:
            runs[-1].append(f"{frame.across(row.day):.1f},{frame.up(row.energy_mwh):.1f}")
        elif runs[-1]:
            runs.append([])
    for run in filter(None, runs):
        if len(run) > 1:
            line = " ".join(run)
            out += f'<polyline points="{line}" fill="none" stroke="{YEARS[0]}" stroke-width="1.2"/>'
        else:
            left, top = run[0].split(",")
            out += f'<circle cx="{left}" cy="{top}" r="1" fill="{YEARS[0]}"/>'
    for row in odd.itertuples():
        x, y = frame.across(row.day), frame.up(row.energy_mwh)
        out += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT}" fill="{MARKS["poor"]}" fill-opacity=".8"/>'
    return out


def _gaps(mine: pd.DataFrame, known: set[pd.Timestamp], frame: _Frame) -> str:
    """Shade runs of days that are not known."""
    lost = [row.day for row in mine.itertuples() if row.day not in known]
    out, at = "", 0
    while at < len(lost):
        end = at
        while end + 1 < len(lost) and (lost[end + 1] - lost[end]).days == 1:
            end += 1
        x = frame.across(lost[at])
        width = max(frame.across(lost[end]) - x, 1.0)
        out += f'<rect x="{x:.1f}" y="{frame.top}" width="{width:.1f}" height="{PLOT}" fill="{GRID}"/>'
        at = end + 1
    return out


def _ticks(frame: _Frame, lang: str) -> str:
    """Write months below, or years where there are many."""
    last = frame.first + pd.Timedelta(days=frame.days)
    months = pd.date_range(frame.first.replace(day=1), last, freq="MS")
    yearly = len(months) > MOST_MONTH_TICKS
    ticks = [month for month in months if month >= frame.first and (month.month == 1 or not yearly)]
    out = ""
    for tick in ticks:
        told = str(tick.year) if yearly else format_date(tick, "MMM", locale=LOCALES[lang])
        x, y = frame.across(tick), frame.top + PLOT
        out += f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y}" y2="{y + 4}" stroke="{GREY}"/>'
        out += f'<text class="s" x="{x + 3:.1f}" y="{y + 14}">{told}</text>'
    return out


def _breaks(breaks: pd.DataFrame, frame: _Frame) -> str:
    out = ""
    for row in breaks.itertuples():
        x = frame.across(row.since.to_timestamp())
        out += (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{frame.top - 4}" y2="{frame.top + PLOT}"'
            f' stroke="{MARKS["poor"]}" stroke-width="2"/>'
            f'<text class="s" x="{x + 5:.1f}" y="{frame.top + 6}" fill="{INK}">×{row.factor:.3g}</text>'
        )
    return out


def _round_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    if not value > 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next((step * power for step in (1, 2, 5, 10) if step * power >= value), 10 * power)
