"""From the values of the variables to the tables of an answer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leb_kit.optimise.answers.result import MixResult, amounts
from leb_kit.optimise.question.problem import AT_LEAST, MixProblem

#: Percentage points in the whole.
POINTS = 100


def read_result(
    problem: MixProblem, values: dict[str, np.ndarray], prices: np.ndarray, **told: object
) -> MixResult:
    """Build the result from the values of the variables.

    Parameters
    ----------
    problem : MixProblem
        The question.
    values : dict[str, np.ndarray]
        capacity, new, open (process), output (step × process), store, new_store (storage), charge,
        discharge (step × storage), served (step × demand that may move).
    prices : np.ndarray
        Dual of each limit, in the order of ``problem.limit_rows()``.
    **told : object
        status, cost_eur, gap, log.
    """
    weight = problem.time.weight_h
    names = list(problem.processes["process"])
    gone = problem.processes["capacity_existing_mw"].to_numpy() - values["capacity"] + values["new"]
    dispatch = pd.DataFrame(values["output"], columns=names)
    annual = weight @ values["output"]
    rows = problem.processes
    by_price = rows[["process"]].assign(profile=rows["variable_profile"])
    priced = amounts(problem, by_price, dispatch, {})
    processes = pd.DataFrame(
        {
            "process": names,
            "technology": rows["technology"].where(rows["technology"] != "", rows["process"]),
            "capacity_mw": values["capacity"],
            "new_capacity_mw": values["new"],
            "energy_mwh": annual,
            "cost_eur": rows["capex_eur_per_mw_year"].to_numpy() * values["new"]
            + rows["fixed_eur_per_mw_year"].to_numpy() * values["capacity"]
            + rows["variable_eur_per_mwh"].to_numpy() * priced
            + rows["given_up_eur_per_mw_year"].to_numpy() * gone
            + rows["opening_eur_per_year"].to_numpy() * values["open"],
        }
    )
    stores = _stores(problem, values, weight)
    for place, name in enumerate(problem.storages["storage"]):
        dispatch[f"{name}:discharge"] = values["discharge"][:, place]
        dispatch[f"{name}:charge"] = values["charge"][:, place]
    for place, name in enumerate(problem.flexible["demand"]):
        dispatch[f"{name}:served"] = values["served"][:, place]
    lost = dict(zip(stores["storage"], stores["loss_mwh"], strict=True))
    return MixResult(
        str(told["status"]),
        float(str(told["cost_eur"])),
        processes,
        stores,
        _prices(problem, dispatch, lost, prices),
        dispatch,
        str(told["log"]),
        problem,
        gap=float(str(told.get("gap", np.nan))),
    )


def _stores(problem: MixProblem, values: dict[str, np.ndarray], weight: np.ndarray) -> pd.DataFrame:
    rows = problem.storages
    return pd.DataFrame(
        {
            "storage": rows["storage"],
            "technology": rows["technology"].where(rows["technology"] != "", rows["storage"]),
            "capacity_mw": values["store"],
            "new_capacity_mw": values["new_store"],
            "energy_mwh": weight @ values["discharge"],
            "cost_eur": rows["capex_eur_per_mwh_year"].to_numpy() * values["new_store"]
            + rows["fixed_eur_per_mwh_year"].to_numpy() * values["store"]
            + rows["variable_eur_per_mwh"].to_numpy() * (weight @ values["discharge"]),
            "loss_mwh": weight @ values["charge"] - weight @ values["discharge"],
        }
    )


def _prices(
    problem: MixProblem, dispatch: pd.DataFrame, lost: dict[str, float], duals: np.ndarray
) -> pd.DataFrame:
    """Marginal cost of each limit: EUR for one unit more effort."""
    rows = problem.limit_rows()
    moved = amounts(problem, problem.limits, dispatch, lost)
    reached = problem.limits.assign(amount=problem.limits["coefficient"].astype(float) * moved)
    total = reached.groupby("limit", sort=False)["amount"].sum()
    out = rows.rename(columns={"limit": "target", "value": "allowed"})
    out["reached"] = total.reindex(rows["limit"]).to_numpy()
    sign = np.where(rows["sense"] == AT_LEAST, 1.0, -1.0)
    out["price"] = np.where(duals == 0, 0.0, duals * sign)
    # A share σ is held as RES − σ × GFC ≥ 0: one point more of it asks for a hundredth of GFC.
    whole = problem.limits.assign(amount=problem.limits["share_of"].astype(float) * moved)
    whole_mwh = whole.groupby("limit", sort=False)["amount"].sum().reindex(rows["limit"]).to_numpy()
    out["point_price"] = np.where(rows["share"].notna(), out["price"] * whole_mwh / POINTS, np.nan)
    out["limit_unit"] = out["unit"]
    out["unit"] = "EUR/" + out["unit"]
    names = ["target", "price", "unit", "reached", "allowed", "limit_unit", "point_price", "sense", "kind"]
    return out[[*names, "label_it", "label_en"]]
