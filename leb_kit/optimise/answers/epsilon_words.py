"""A frontier in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.optimise.answers.words import amount, number
from leb_kit.optimise.solver.solve import OPTIMAL
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.optimise.answers.epsilon import Frontier

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


def explain(frontier: Frontier, lang: str) -> str:
    """Say what a frontier shows: its ends, its halves, its prices, what grows and what shrinks."""
    place = 0 if lang == "it" else 1
    table, unit = frontier.table, frontier.axis.unit
    good = table[table["status"] == OPTIMAL]
    said = []
    if good.empty:
        said.append(_TEXT["none"][place])
    else:
        order = good.sort_values("reached", ascending=frontier.axis.at_least)
        first, last = order.iloc[0], order.iloc[-1]
        filled = {
            "label": frontier.axis.label(lang),
            "cost0": amount(first["cost_eur"], "EUR", lang),
            "cost1": amount(last["cost_eur"], "EUR", lang),
            "reached0": amount(first["reached"], unit, lang),
            "reached1": amount(last["reached"], unit, lang),
        }
        moves = len(order) > 1 and not np.isclose(first["reached"], last["reached"])
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


def _on_the_way(frontier: Frontier, order: pd.DataFrame, lang: str) -> list[str]:
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
    said = [_TEXT["half"][place].format(**halves), _TEXT["price"][place].format(**prices)]
    first, last = (_energy(frontier, int(order["point"].iloc[at])) for at in (0, -1))
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


def _energy(frontier: Frontier, point: int) -> pd.Series:
    """Return what each technology gives at a point, MWh; networks and stores only pass energy on."""
    processes = frontier.plan(point).processes
    kinds = catalog.table("technologies").set_index("technology")["kind"]
    mine = processes[processes["technology"].map(kinds) != "network"]
    return mine.groupby("technology", sort=False)["energy_mwh"].sum()
