"""A frontier in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from leb_kit.errors import require_language
from leb_kit.optimise.answers.words import amount, number
from leb_kit.optimise.solver.solve import OPTIMAL
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.axis import Axis

#: Technologies named between one end and the other.
_NAMED = 3
#: Part of the largest change below which a technology is not named.
_TELLING = 0.01

_TEXT = {
    "ends": (
        "{label}: dal piano di minor costo ({cost0}, {reached0}) al più spinto ({cost1}, {reached1}).",
        "{label}: from the least-cost plan ({cost0}, {reached0}) to the furthest ({cost1}, {reached1}).",
    ),
    "half": (
        "La prima metà del cammino costa {first} in più all'anno, la seconda {second}.",
        "The first half of the way costs {first} more a year, the second half {second}.",
    ),
    "half_all": (
        "La prima metà del cammino costa {first} in più in tutti gli anni, la seconda {second}.",
        "The first half of the way costs {first} more over all years, the second half {second}.",
    ),
    "years": (
        "Dal {first} al {last}, in euro del {money}; conta {counted}.",
        "From {first} to {last}, in euros of {money}; what counts is {counted}.",
    ),
    "sum": ("la somma degli anni", "the sum of the years"),
    "one": ("il {year}", "{year}"),
    "price": (
        "Al margine un'unità in più costa da {low} a {high}.",
        "At the margin one unit more costs from {low} to {high}.",
    ),
    "grow": ("Lungo il cammino crescono: {all}.", "Along the way these grow: {all}."),
    "shrink": ("Calano: {all}.", "These shrink: {all}."),
    "infeasible": (
        "Nessun piano arriva a: {all}.",
        "No plan reaches: {all}.",
    ),
    "dominated": (
        "Punti dominati da un altro (non più cari né peggiori): {all}.",
        "Points that another one beats (no dearer, no worse): {all}.",
    ),
    "single": (
        "{label}: il piano di minor costo ({cost0}, {reached0}) è già il più spinto possibile.",
        "{label}: the least-cost plan ({cost0}, {reached0}) is already the furthest possible.",
    ),
    "none": ("Nessun punto ha un piano.", "No point has a plan."),
}


class Drawn(Protocol):
    """What can be said in sentences: points along an axis, of one year or of several."""

    @property
    def table(self) -> pd.DataFrame:
        """One row for each point."""

    @property
    def axis(self) -> Axis:
        """What is drawn."""

    @property
    def span(self) -> tuple[int, int, int, int | None] | None:
        """First year, last year, year of the money, and the one that is drawn; nothing of a single year."""

    def energy(self, point: int) -> pd.Series:
        """Return MWh by technology at a point."""


def explain(frontier: Drawn, lang: str) -> str:
    """Say what a frontier shows: its ends, its halves, its prices, what grows and what shrinks."""
    require_language(lang)
    place = 0 if lang == "it" else 1
    table, unit = frontier.table, frontier.axis.unit
    good = table[table["status"] == OPTIMAL]
    said = []
    if frontier.span is not None:
        first, last, money, drawn = frontier.span
        counted = _TEXT["sum" if drawn is None else "one"][place].format(year=drawn)
        said.append(_TEXT["years"][place].format(first=first, last=last, money=money, counted=counted))
    if good.empty:
        said.append(_TEXT["none"][place])
    else:
        order = good.sort_values("reached", ascending=frontier.axis.at_least)
        loose, tight = order.iloc[0], order.iloc[-1]
        filled = {
            "label": frontier.axis.label(lang),
            "cost0": amount(loose["cost_eur"], "EUR", lang),
            "cost1": amount(tight["cost_eur"], "EUR", lang),
            "reached0": amount(loose["reached"], unit, lang),
            "reached1": amount(tight["reached"], unit, lang),
        }
        moves = len(order) > 1 and not np.isclose(loose["reached"], tight["reached"])
        said.append(_TEXT["ends" if moves else "single"][place].format(**filled))
        if moves:
            said += _on_the_way(frontier, order, lang)
    missing = table.loc[table["status"] != OPTIMAL, "allowed"]
    if len(missing):
        said.append(_TEXT["infeasible"][place].format(all="; ".join(amount(v, unit, lang) for v in missing)))
    beaten = table.loc[table["dominated"], "point"]
    if len(beaten):
        said.append(_TEXT["dominated"][place].format(all=", ".join(str(point) for point in beaten)))
    return " ".join(said)


def _on_the_way(frontier: Drawn, order: pd.DataFrame, lang: str) -> list[str]:
    place, unit = 0 if lang == "it" else 1, frontier.axis.unit
    away = order["reached"].to_numpy() if frontier.axis.at_least else -order["reached"].to_numpy()
    cost = order["cost_eur"].to_numpy()
    middle = float(np.interp((away[0] + away[-1]) / 2, away, cost))
    halves = {
        "first": amount(middle - cost[0], "EUR", lang),
        "second": amount(cost[-1] - middle, "EUR", lang),
    }
    per_unit = f"EUR/{unit}" if unit else "EUR"
    prices = {
        "low": number(order["price"].min(), lang),
        "high": f"{number(order['price'].max(), lang)} {per_unit}",
    }
    half = "half" if frontier.span is None else "half_all"
    said = [_TEXT[half][place].format(**halves), _TEXT["price"][place].format(**prices)]
    first, last = (_made(frontier, int(order["point"].iloc[at])) for at in (0, -1))
    change = last - first
    least = _TELLING * float(change.abs().max())
    for key, part in (("grow", change.sort_values(ascending=False)), ("shrink", -change.sort_values())):
        named = part[part > least].head(_NAMED)
        if len(named):
            sign = "+" if key == "grow" else "−"
            words = [
                f"{catalog.label('technology', str(name), lang)} ({sign}{number(value, lang)} MWh)"
                for name, value in named.items()
            ]
            said.append(_TEXT[key][place].format(all="; ".join(words)))
    return said


def _made(frontier: Drawn, point: int) -> pd.Series:
    """Return what each technology gives at a point, MWh; networks and stores only pass energy on."""
    energy = frontier.energy(point)
    kinds = catalog.table("technologies").set_index("technology")["kind"]
    return energy[energy.index.to_series().map(kinds).to_numpy() != "network"]
