"""Networks zone by zone as a picture, today over the plan: each zone as wide as its heat. SVG."""

from __future__ import annotations

from html import escape

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.reference import catalog
from leb_kit.report.figures import KILO, Figures
from leb_kit.report.map_svg import Picture
from leb_kit.report.scenario_svg import STYLE

#: How heat is given, from the ground up, and the group of colours it is drawn in.
WAYS = {
    "district_heating": "heat",
    "gas": "natural_gas",
    "heat_pump": "ambient_heat",
    "other": "other",
    "saved": "useful_heat",
}
WORDS = {
    "it": {
        "district_heating": "Teleriscaldamento",
        "gas": "Gas",
        "heat_pump": "Pompa di calore",
        "other": "Altro",
        "saved": "Risparmiato",
        "today": "Oggi",
        "plan": "Piano",
    },
    "en": {
        "district_heating": "District heating",
        "gas": "Gas",
        "heat_pump": "Heat pump",
        "other": "Other",
        "saved": "Saved",
        "today": "Today",
        "plan": "Plan",
    },
}
WHEN = ("today", "plan")
WIDTH, LEFT, TITLE, LEGEND, PANEL, GAP, FOOT = 904, 64, 40, 34, 170, 22, 58
BETWEEN = 3
#: Smaller than this, a piece or a column has no figure in it.
LOW, NARROW = 16, 40
#: Shares below this are not drawn.
NOTHING = 1 / KILO


def zone_chart(zones: pd.DataFrame, *, title: str = "", lang: str = "it") -> Picture:
    """Draw the networks of each zone, today and in the plan.

    Parameters
    ----------
    zones : pd.DataFrame
        What ``leb.zone_networks`` returned.
    title : str
        Over the picture.
    lang : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    Picture
        Accessible SVG: a column for each zone as wide as its heat, cut in the shares that each network
        gives; all shares are in its titles.

    Raises
    ------
    InputError
        There is no zone with heat.

    Examples
    --------
    >>> zones = pd.DataFrame({
    ...     "label_it": ["Centro"], "heat_mwh": [1e5], "district_heating_mwh": [6e4], "gas_mwh": [0.0],
    ...     "heat_pump_mwh": [4e4], "other_mwh": [0.0], "saved_mwh": [0.0],
    ...     "district_heating_share_today": [0.5], "gas_share_today": [0.5]})
    >>> "Centro, Piano: Pompa di calore 40" in str(zone_chart(zones))
    True
    """
    mine = zones[zones["heat_mwh"] > 0]
    if mine.empty:
        raise InputError("zone chart", [say("no zone has any heat")])
    figures, word = Figures(lang), WORDS[lang]
    top = TITLE * bool(title) + LEGEND
    scale = (WIDTH - LEFT - BETWEEN * (len(mine) - 1)) / float(mine["heat_mwh"].sum())
    drawn = [
        way
        for way in WAYS
        if any(_shares(row, when).get(way, 0.0) >= NOTHING for _, row in mine.iterrows() for when in WHEN)
    ]
    pieces = [_legend(drawn, word, top - LEGEND + LEGEND / 2)]
    for place, when in enumerate(WHEN):
        y = top + place * (PANEL + GAP)
        pieces.append(f'<text class="b" x="0" y="{y + PANEL / 2 + 5:.1f}">{word[when]}</text>')
        x = float(LEFT)
        for _, row in mine.iterrows():
            wide = float(row["heat_mwh"]) * scale
            label = f"{row[f'label_{lang}']}, {word[when]}"
            pieces.append(_column(_shares(row, when), (x, y, wide), label, word, figures))
            x += wide + BETWEEN
    pieces.append(_names(mine, lang, figures, scale, top + 2 * PANEL + GAP))
    height = top + 2 * PANEL + GAP + FOOT
    return _picture("".join(pieces), height, title)


def _shares(row: pd.Series, when: str) -> dict[str, float]:
    if when == "plan":
        return {way: float(row[f"{way}_mwh"]) / float(row["heat_mwh"]) for way in WAYS}
    told = {way: float(row[f"{way}_share_today"]) for way in ("district_heating", "gas")}
    return told | {"other": max(1 - sum(told.values()), 0.0)}


def _column(
    shares: dict[str, float],
    place: tuple[float, float, float],
    label: str,
    word: dict[str, str],
    figures: Figures,
) -> str:
    x, y, wide = place
    colors = catalog.table("colors").set_index("group")["color_hex"]
    out, at = [], y + PANEL
    for way, group in WAYS.items():
        share = shares.get(way, 0.0)
        if share < NOTHING:
            continue
        high = share * PANEL
        at -= high
        told = figures.percent(share, 0)
        out.append(
            f'<rect x="{x:.1f}" y="{at:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{colors[group]}"'
            f' stroke="#fff"><title>{escape(f"{label}: {word[way]} {told}")}</title></rect>'
        )
        if high >= LOW and wide >= NARROW:
            out.append(f'<text class="m" x="{x + wide / 2:.1f}" y="{at + high / 2 + 5:.1f}">{told}</text>')
    return "".join(out)


def _legend(drawn: list[str], word: dict[str, str], y: float) -> str:
    colors = catalog.table("colors").set_index("group")["color_hex"]
    out, x = [], LEFT
    for way in drawn:
        out.append(
            f'<rect x="{x}" y="{y - 12:.1f}" width="14" height="14" rx="2" fill="{colors[WAYS[way]]}"/>'
            f'<text x="{x + 20}" y="{y:.1f}">{word[way]}</text>'
        )
        x += 40 + 8 * len(word[way])
    return "".join(out)


def _names(rows: pd.DataFrame, lang: str, figures: Figures, scale: float, y: float) -> str:
    """Name of each zone, and its heat; what stands in brackets goes below."""
    out, x = [], float(LEFT)
    for _, row in rows.iterrows():
        wide = float(row["heat_mwh"]) * scale
        name, _, more = str(row[f"label_{lang}"]).partition(" (")
        lines = [name, more.rstrip(")"), figures.energy(float(row["heat_mwh"]))]
        for place, line in enumerate(lines):
            kind = "s m" if place else "m"
            if line:
                out.append(
                    f'<text class="{kind}" x="{x + wide / 2:.1f}" y="{y + 18 + 16 * place:.1f}">'
                    f"{escape(line)}</text>"
                )
        x += wide + BETWEEN
    return "".join(out)


def _picture(inside: str, height: float, title: str) -> Picture:
    label = escape(title)
    head = f'<text class="t" x="0" y="24">{label}</text>' if title else ""
    return Picture(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' style="max-width:100%;height:auto" aria-label="{label}"><title>{label}</title>'
        f"<style>{STYLE}</style>{head}{inside}</svg>"
    )
