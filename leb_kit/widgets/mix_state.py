"""What the mix explorer shows, from plans: words and figures in both languages, nothing is reckoned in JS."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from babel.dates import format_date

from leb_kit.optimise.answers.words import amount, number
from leb_kit.optimise.question.reserve import margin_name, margins
from leb_kit.reference import catalog
from leb_kit.widgets.mix_texts import MIX
from leb_kit.widgets.mix_units import Scale, told
from leb_kit.widgets.sentences import LOCALES, quantity
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.optimise import Alternatives, Frontier, InfeasibleMix, MixProblem, MixResult
    from leb_kit.optimise.answers.explain import Relaxation

#: Part of the largest energy below which a technology is not told.
SHOWN: Final = 1e-6
#: Part of the largest power below which a technology has no colour of its own.
VISIBLE: Final = 1e-2
#: Technologies with a colour of their own in a day.
SERIES: Final = 7
#: A year that is no leap year, to name days.
ANY_YEAR: Final = 2019
#: What capacities of plants and of stores are counted in.
RANGED: Final = {"MW": "MW", "MWh": "stored MWh"}
#: A relaxed limit is told rounded; this much room keeps it possible.
ROOM: Final = 1e-6

State = dict[str, Any]


def both(make: Any) -> State:
    """Return what a function of the language says, in both."""
    return {lang: make(lang) for lang in LANGUAGES}


def plan_state(result: MixResult) -> State:
    """Return cards, rows of the plan, rows of the targets and remarks."""
    from leb_kit.optimise.answers.burning import burning_remarks  # the optimiser loads slowly

    frame = result.problem.frame
    remarks = (*(frame.remarks if frame else ()), *burning_remarks(result))
    cost, rows = _plan_rows(result)
    return {
        "status": result.status,
        "cards": both(lambda lang: _cards(result, lang)),
        "rows": rows,
        "cost": both(lambda lang: MIX[lang]["cost_column"].format(unit=cost.unit)),
        "targets": both(lambda lang: _target_rows(result, lang)),
        "remarks": {"it": [it for it, _ in remarks], "en": [en for _, en in remarks]},
        "log": result.log,
    }


def _cards(result: MixResult, lang: str) -> list[State]:
    t = MIX[lang]
    rows, stores = result.problem.processes, result.problem.storages
    new = float(rows["capex_eur_per_mw_year"] @ result.processes["new_capacity_mw"])
    new += float(stores["capex_eur_per_mwh_year"] @ result.stores["new_capacity_mw"]) if len(stores) else 0.0
    return [
        {"label": t["cost"], "value": amount(result.cost_eur, "EUR", lang)},
        {"label": t["new"], "value": amount(new, "EUR", lang)},
    ]


def _plan_rows(result: MixResult) -> tuple[Scale, list[State]]:
    """Return the unit of costs, and the rows; each column has one unit."""
    plan = result.plan.sort_values("energy_mwh", ascending=False, kind="stable")
    largest = float(plan["energy_mwh"].max()) if len(plan) else 0.0
    plan = plan[plan[["energy_mwh", "capacity_mw"]].max(axis=1) > SHOWN * largest]
    stored = plan["technology"].isin(set(result.stores["technology"]))
    power = Scale.of("MW", plan.loc[~stored, "capacity_mw"])
    store = Scale.of("stored MWh", plan.loc[stored, "capacity_mw"])
    energy, cost = Scale.of("MWh", plan["energy_mwh"]), Scale.of("EUR", plan["cost_eur"])
    rows = []
    for row, is_store in zip(plan.to_dict("records"), stored, strict=True):
        size = store if is_store else power
        rows.append(
            {"share": float(row["energy_mwh"]) / largest if largest else 0.0}
            | both(
                lambda lang, row=row, size=size: [
                    catalog.label("technology", str(row["technology"]), lang),
                    size.text(float(row["capacity_mw"]), lang),
                    size.text(float(row["new_capacity_mw"]), lang),
                    energy.text(float(row["energy_mwh"]), lang),
                    cost.number(float(row["cost_eur"]), lang),
                ]
            )
        )
    return cost, rows


def _target_rows(result: MixResult, lang: str) -> list[list[str]]:
    rows = []
    limits = result.problem.limit_rows().set_index("limit")
    for row in result.prices.to_dict("records"):
        share = float(limits["share"].get(row["target"], np.nan))
        reached, allowed = float(row["reached"]), float(row["allowed"])
        unit = str(row["limit_unit"])
        if np.isfinite(share):
            whole = _whole(result, str(row["target"]))
            # A share is held as RES − σ × whole ≥ 0.
            found = quantity(share + reached / whole if whole else 0.0, "share", lang)
            asked = quantity(share, "share", lang)
        else:
            found, asked = told(reached, unit, lang, allowed), told(allowed, unit, lang, reached)
        rows.append([str(row[f"label_{lang}"] or row["target"]), found, asked, _price(row, lang)])
    return rows


def _whole(result: MixResult, target: str) -> float:
    """Return what a share is a share of, MWh."""
    mine = result.problem.limits[result.problem.limits["limit"] == target]
    annual = result.processes.set_index("process")["energy_mwh"]
    lost = result.stores.set_index("storage")["loss_mwh"] if len(result.stores) else pd.Series(dtype=float)
    of = {"": 1.0, **annual.to_dict(), **lost.to_dict()}
    return float(
        sum(float(k) * of.get(p, 0.0) for p, k in zip(mine["process"], mine["share_of"], strict=True))
    )


def _price(row: dict[Any, Any], lang: str) -> str:
    price, point = float(row["price"]), float(row["point_price"])
    if not np.isfinite(price):
        return MIX[lang]["no_price"]
    if not price:
        return MIX[lang]["free"]
    if np.isfinite(point):
        per = "al punto" if lang == "it" else "a point"
        return f"{amount(point, 'EUR', lang)} {per}"
    return f"{number(price, lang)} {row['unit']}".replace("EUR/", "€/").replace("tCO2eq", "t CO₂eq")


def impossible_state(error: InfeasibleMix) -> State:
    """Return why a question has no plan, what excludes itself, and a button for each single change."""
    buttons = [
        {"limit": one.limit} | both(lambda lang, one=one: _relax_text(one, lang)) for one in error.relaxations
    ]
    requirements = both(error.requirements)
    # A set that is told stands as a list; why none is told, as a sentence.
    return {
        "text": both(error.reasons if requirements["it"] else error.text),
        "requirements": requirements,
        "buttons": buttons,
    }


def _relax_text(one: Relaxation, lang: str) -> str:
    label = one.label_it if lang == "it" else one.label_en
    share = one.share
    value = told(one.allowed, one.unit, lang) if share is None else quantity(share, "share", lang)
    return MIX[lang]["relax"].format(label=label, to=f"→ {value}")


def relaxed(problem: MixProblem, one: Relaxation) -> MixProblem:
    """Return the problem with one limit at the value that makes a plan possible."""
    asked = {margin_name(bus): bus for bus in margins(problem.buses)}
    if one.limit in asked:
        left = np.nan if one.share is None else max(one.share - ROOM, 0.0)
        here = problem.buses["bus"] == asked[one.limit]
        return replace(
            problem,
            buses=problem.buses.assign(reserve_margin=problem.buses["reserve_margin"].mask(here, left)),
        )
    limits = problem.limits.copy()
    mine = limits["limit"] == one.limit
    sign = -1.0 if one.sense == "at_least" else 1.0
    if one.share is not None and one.share_asked is not None:
        down = one.share_asked - one.share + ROOM
        moved = limits.loc[mine, "coefficient"].astype(float) + down * limits.loc[mine, "share_of"].astype(
            float
        )
        limits.loc[mine, "coefficient"] = moved
        limits.loc[mine, "share"] = one.share - ROOM
    else:
        limits.loc[mine, "value"] = one.allowed + sign * ROOM * max(1.0, abs(one.amount))
    return replace(problem, limits=limits)


def frontier_state(curve: Frontier) -> State:
    """Return the points of a frontier: place (cost, what is reached) and words, and what the axes count."""
    rows = [row for row in curve.table.to_dict("records") if row["status"] == "optimal"]
    costs, reached = ([float(row[name]) for row in rows] for name in ("cost_eur", "reached"))
    x, y = Scale.of("tCO2eq", reached), Scale.of("EUR", costs)
    points = [
        {"point": int(row["point"]), "x": emitted / x.holds, "y": cost / y.holds}
        | both(
            lambda lang, cost=cost, emitted=emitted, row=row: MIX[lang]["point"].format(
                point=int(row["point"]) + 1,
                cost=amount(cost, "EUR", lang),
                reached=told(emitted, str(row["unit"]), lang, *reached),
            )
        )
        for row, cost, emitted in zip(rows, costs, reached, strict=True)
    ]
    axes = both(
        lambda lang: [
            MIX[lang]["frontier_x"].format(unit=x.unit),
            MIX[lang]["frontier_y"].format(unit=MIX[lang].get(y.unit, y.unit)),
        ]
    )
    return {"points": points, "axes": axes, "text": both(curve.explain)}


def ranges_state(found: Alternatives) -> State:
    """Return the least and the most of each technology, as bars and words."""
    table = found.table
    sizes = {
        unit: Scale.of(RANGED[str(unit)], mine[["least", "cheapest", "most"]].to_numpy().ravel())
        for unit, mine in table.groupby("unit")
    }
    rows = []
    for row in table.to_dict("records"):
        low, here, high = (float(row[name]) for name in ("least", "cheapest", "most"))
        finite = [value for value in (low, here, high) if np.isfinite(value)]
        top = max(finite) or 1.0
        rows.append(
            {
                "low": low / top,
                "here": here / top,
                "high": high / top if np.isfinite(high) else None,
                "needed": bool(row["needed"]),
            }
            | both(
                lambda lang, row=row, values=(low, here, high): [
                    catalog.label("technology", str(row["technology"]), lang),
                    *(_size(value, sizes[row["unit"]], lang) for value in values),
                ]
            )
        )
    slack = both(lambda lang: MIX[lang]["ranges"].format(slack=number(found.slack * 100, lang, decimals=0)))
    return {"rows": rows, "title": slack, "text": both(found.explain)}


def _size(value: float, size: Scale, lang: str) -> str:
    return size.text(value, lang) if np.isfinite(value) else MIX[lang]["endless"]


def days_state(result: MixResult) -> State:
    """Return the nodes and days that can be shown hour by hour."""
    problem, time = result.problem, result.problem.time
    waiting = set(problem.buses.loc[problem.buses["annual"], "bus"])
    buses = [str(bus) for bus in problem.buses["bus"] if bus not in waiting]
    count = len(time.days) if len(time.days) > 1 else len(time.steps_of_days())
    known = len(time.days) > 1
    days = []
    for place in range(count):
        of_year = int(time.days["day_of_year"].iloc[place]) if known else place
        stands = float(time.days["stands_for_days"].iloc[place]) if known else 1.0
        date = dt.date(ANY_YEAR, 1, 1) + dt.timedelta(days=of_year)
        days.append(both(lambda lang, date=date, stands=stands: _day(date, stands, lang)))
    # Networks first: there plants, stores and trade meet.
    buses.sort(key=lambda bus: bus not in _FIRST)
    named = [{"bus": bus} | both(lambda lang, bus=bus: _bus(bus, lang)) for bus in buses]
    return {"buses": named, "days": days}


_FIRST: Final = ("electricity_grid", "district_heat")


def _day(date: dt.date, stands: float, lang: str) -> str:
    t = MIX[lang]
    told = format_date(date, "d MMMM", locale=LOCALES[lang])
    return t["day_one" if stands == 1 else "day_name"].format(
        date=told, count=number(stands, lang, decimals=0)
    )


def _bus(bus: str, lang: str) -> str:
    """Name a node: the users it serves, or the network it is."""
    _, _, flow = bus.partition(":")
    return catalog.label("flow", flow, lang) if flow else catalog.label("bus", bus, lang)


def dispatch_state(result: MixResult, bus: str, day: int) -> State:
    """Return what feeds and what empties a node in each hour of a day, largest first, and the unit."""
    problem, time = result.problem, result.problem.time
    steps = np.array(time.steps_of_days()[day])
    # A block of hours is drawn hour by hour.
    steps = steps.repeat(time.duration_h[steps].astype(int))
    series: dict[str, np.ndarray] = {}
    technology = dict(zip(result.processes["process"], result.processes["technology"], strict=True))
    for row in problem.flows[problem.flows["bus"] == bus].itertuples():
        given = float(row.coefficient) * problem.profile(str(row.profile)) * result.dispatch[row.process]
        name = technology[row.process]
        series[name] = series.get(name, np.zeros(len(steps))) + given.to_numpy()[steps]
    for row in problem.storages[problem.storages["bus"] == bus].itertuples():
        net = result.dispatch[f"{row.storage}:discharge"] - result.dispatch[f"{row.storage}:charge"]
        series[str(row.technology or row.storage)] = net.to_numpy()[steps]
    used = -problem.demand_mw(bus)[steps]
    order = sorted(series, key=lambda name: -float(np.abs(series[name]).sum()))
    largest = max((float(np.abs(series[name]).max()) for name in order), default=0.0)
    seen = [name for name in order if float(np.abs(series[name]).max()) > VISIBLE * largest][:SERIES]
    rest = sum((series[name] for name in order if name not in seen), np.zeros(len(steps)))
    size = Scale.of("MW", (largest, float(np.abs(used).max(initial=0.0))))
    named = {name: both(lambda lang, name=name: catalog.label("technology", name, lang)) for name in seen}
    lines = [(named[name], series[name]) for name in seen]
    for key, values in (("others", rest), ("use", used)):
        if np.abs(values).max(initial=0.0) > VISIBLE * largest:
            lines.append((both(lambda lang, key=key: MIX[lang][key]), values))
    shown = [words | {"values": np.round(values / size.holds, 3).tolist()} for words, values in lines]
    return {"bus": bus, "day": day, "unit": size.unit, "series": shown}
