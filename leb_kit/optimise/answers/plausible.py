"""Whether the figures of a plan lie within published ones: hours, shares, costs, losses.

A plan can be of least cost and still tell a mistake: solar panels of 3,000 hours, exports that no line
carries. Each figure is worked out of the plan alone and put beside a published range with its source;
what lies outside is not wrong, but wants a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.balance.model import Territory
from leb_kit.optimise.answers.reserve import RESERVE
from leb_kit.optimise.answers.result import amounts
from leb_kit.optimise.question.problem import MixProblem
from leb_kit.reference import catalog, costs

if TYPE_CHECKING:
    from leb_kit.optimise.answers.result import MixResult

COLUMNS = ["technology", "measure", "value", "unit", "low", "high", "within", "source"]
#: Separates technologies that are looked at together.
TOGETHER = "|"
#: Below this share of the largest, capacity and energy are the arithmetic of floats.
NOTHING = 1e-9
#: How far outside a range a value may lie, relative: the arithmetic of floats.
ROUND_OFF = 1e-6
ELECTRICITY, HEAT, HEAT_BUS = "E7000", "H8000", "heat:"
NETWORK, EXPORT = "network", "electricity_export"
CURRENCY, CARBON_UNIT = "EUR", "EUR/tCO2eq"
#: Measures of which several technologies together share one whole.
OF_ONE_WHOLE = ("share_of_electricity", "export_share", "share_of_heat")


def plausibility(result: MixResult, lang: str = "it") -> pd.DataFrame:
    """Return each figure of a plan beside its published range; see ``MixResult.plausibility``."""
    ranges = _ranges_for(result.problem)
    found = measures(result)
    members = ranges.assign(member=ranges["technology"].str.split(TOGETHER, regex=False)).explode("member")
    both = members.reset_index(names="range").merge(
        found.rename(columns={"technology": "member"}), on=["member", "measure"]
    )
    sums = both.groupby("range").agg(
        amount=("amount", "sum"), over=("over", "sum"), whole=("over", "max"), measure=("measure", "first")
    )
    # What is left of a difference of floats is nothing.
    sums["amount"] = sums["amount"].where(sums["amount"].abs() > NOTHING * sums["whole"], 0.0)
    over = sums["over"].where(~sums["measure"].isin(OF_ONE_WHOLE), sums["whole"])
    value = sums["amount"] / over.where(over > 0)
    out = ranges.assign(value=value).dropna(subset="value")
    slack = ROUND_OFF * out["high"]
    out["within"] = (out["value"] >= out["low"] - slack) & (out["value"] <= out["high"] + slack)
    out["label"] = [_label(str(names), lang) for names in out["technology"]]
    out["measure_label"] = [catalog.label("plan_measure", str(name), lang) for name in out["measure"]]
    return out[[*COLUMNS, "label", "measure_label"]].reset_index(drop=True)


def measures(result: MixResult) -> pd.DataFrame:
    """Return what is measured of a plan, as two sums whose ratio is the figure.

    ::

        full_load_hours       energy [MWh] / capacity [MW]
        curtailed_share       1 − energy / (capacity · Σ profile · hours)     where output is decided
        cost_per_mwh          yearly cost of new plants [EUR] / their energy [MWh]
        cop                   heat [MWh] / electricity taken [MWh]
        share_of_electricity  fed to the grid / all that is made and imported
        export_share          exported / all that is made and imported
        share_of_heat         given to homes and services / their heat
        loss_share            1 − given / taken, of networks
        cycles                given back in a year / size of the store
        carbon_price          price of a limit on emissions [EUR/tCO2eq], where it binds
        reserve_price         price of a reserve margin [EUR/(MW year)], where it binds

    Returns
    -------
    pd.DataFrame
        technology, measure, amount, over.

    Examples
    --------
    >>> import leb_kit as leb
    >>> plan = leb.optimise_mix(leb.mix_problem(leb.examples.torino(), time=leb.typical_days(2)))
    >>> found = measures(plan).set_index(["technology", "measure"])
    >>> hours = found.loc[("photovoltaic_ground", "full_load_hours")]
    >>> bool(1000 < hours["amount"] / hours["over"] < 1200)
    True
    """
    parts = [*_of_processes(result), *_of_flows(result), _of_stores(result), _of_prices(result)]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    # What is hardly there has no hours and no costs worth telling.
    least = NOTHING * table.groupby("measure")["over"].transform("max")
    return table[table["over"] > least].reset_index(drop=True)


# ── from plan and dispatch ───────────────────────────────────────────────────────────────────────────────


def _measured(table: pd.DataFrame, measure: str, amount: object, over: object) -> pd.DataFrame:
    sums = table[["technology"]].assign(amount=amount, over=over)
    return sums.groupby("technology", as_index=False).sum().assign(measure=measure)


def _of_processes(result: MixResult) -> list[pd.DataFrame]:
    rows, problem = result.processes, result.problem
    energy, capacity = rows["energy_mwh"].to_numpy(), rows["capacity_mw"].to_numpy()
    given = problem.processes
    weight = problem.time.weight_h
    hours = {name: float(weight @ problem.profile(name)) for name in given["profile"].unique() if name}
    possible = capacity * given["profile"].map(hours).fillna(0.0).to_numpy(dtype=float)
    possible = np.where(given["must_run"], 0.0, possible)
    # Old plants are not paid for any more: what they cost a year is no cost of their energy.
    is_new = (given["capacity_existing_mw"] == 0).to_numpy()
    return [
        _measured(rows, "full_load_hours", energy, capacity),
        _measured(rows, "curtailed_share", np.where(possible > 0, possible - energy, 0.0), possible),
        _measured(
            rows, "cost_per_mwh", np.where(is_new, rows["cost_eur"], 0.0), np.where(is_new, energy, 0.0)
        ),
    ]


def _of_flows(result: MixResult) -> list[pd.DataFrame]:
    problem = result.problem
    flows = problem.flows.merge(
        result.processes[["process", "technology", "energy_mwh"]], on="process", how="left"
    ).merge(problem.buses[["bus", "product"]], on="bus", how="left")
    moved = flows["coefficient"].to_numpy(dtype=float) * amounts(problem, flows, result.dispatch, {})
    into, out = np.maximum(moved, 0.0), np.maximum(-moved, 0.0)
    families = catalog.table("technologies").set_index("technology")["family"]
    network = (flows["technology"].map(families) == NETWORK).to_numpy()
    electric = (flows["product"] == ELECTRICITY).to_numpy()
    heat = flows["bus"].astype(str).str.startswith(HEAT_BUS).to_numpy()
    made = np.where(electric & ~network, into, 0.0)
    sold = np.where(electric & (flows["technology"] == EXPORT), out, 0.0)
    heated = np.where(heat, into, 0.0)
    warm = heat | (flows["product"] == HEAT).to_numpy()
    output = np.where(warm & (into > 0), flows["energy_mwh"], 0.0)
    power = np.where(electric, out, 0.0)
    gives = (flows["coefficient"] > 0).to_numpy()
    return [
        _shares(flows[electric & ~network & gives], "share_of_electricity", made, made),
        _shares(flows[electric & (flows["technology"] == EXPORT)], "export_share", sold, made),
        _shares(flows[heat & gives], "share_of_heat", heated, heated),
        _measured(flows, "cop", output, power),
        _measured(flows, "loss_share", np.where(network, out - into, 0.0), np.where(network, out, 0.0)),
    ]


def _shares(rows: pd.DataFrame, measure: str, part: np.ndarray, whole: np.ndarray) -> pd.DataFrame:
    """Return what each technology has of one whole; ``part`` and ``whole`` are of all flows, MWh."""
    return _measured(rows, measure, part[rows.index], 0.0).assign(over=float(whole.sum()))


def _of_stores(result: MixResult) -> pd.DataFrame:
    rows = result.stores
    return _measured(rows, "cycles", rows["energy_mwh"].to_numpy(), rows["capacity_mw"].to_numpy())


def _of_prices(result: MixResult) -> pd.DataFrame:
    rows = result.prices
    binding = rows[rows["price"] > 0] if len(rows) else pd.DataFrame(columns=["unit", "kind", "price"])
    found = {
        "carbon_price": binding.loc[binding["unit"] == CARBON_UNIT, "price"],
        "reserve_price": binding.loc[binding["kind"] == RESERVE, "price"],
    }
    told = [(name, float(prices.max())) for name, prices in found.items() if len(prices)]
    table = pd.DataFrame(told, columns=["measure", "amount"])
    return table.assign(technology="", over=1.0)[["technology", "measure", "amount", "over"]]


# ── published ranges ─────────────────────────────────────────────────────────────────────────────────────


def _ranges_for(problem: MixProblem) -> pd.DataFrame:
    """Return the ranges for the place of a problem: its own, else of its level, else of any place."""
    code = problem.frame.territory if problem.frame else ""
    places = [code, Territory.known(code).level, ""] if code else [""]
    table = catalog.table("published_ranges")
    table = table[table["place"].isin(places)]
    narrowest = table["place"].map(places.index)
    best = narrowest.groupby([table["technology"], table["measure"]]).transform("min")
    return _in_price_year(table[narrowest == best].reset_index(drop=True))


def _in_price_year(ranges: pd.DataFrame) -> pd.DataFrame:
    """Return ranges whose costs are in EUR of the price year, as those of plans are."""
    year = int(costs.economics("price_year"))
    money = ranges["unit"].str.startswith(CURRENCY)
    factor = pd.Series(1.0, index=ranges.index)
    factor[money] = [costs.price_ratio(int(one), year) for one in ranges.loc[money, "year"]]
    return ranges.assign(low=ranges["low"] * factor, high=ranges["high"] * factor)


def _label(names: str, lang: str) -> str:
    if not names:
        return {"it": "Intero piano", "en": "Whole plan"}.get(lang, names)
    return " + ".join(catalog.label("technology", name, lang) for name in names.split(TOGETHER))


__all__ = ["COLUMNS", "measures", "plausibility"]
