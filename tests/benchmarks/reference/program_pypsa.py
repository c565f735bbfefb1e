"""PyPSA with its own components; its own CO2 constraint, the other limits through linopy."""

from __future__ import annotations

from typing import Any

import linopy
import numpy as np
import pandas as pd
import pypsa
import xarray as xr

from .case import Case
from .measure import Record


def network(case: Case) -> Any:
    """Return the network."""
    numbers, n = case.numbers, pypsa.Network()
    n.set_snapshots(pd.date_range("2020-01-01", periods=case.hours, freq="h"))
    n.add("Bus", case.buses)
    for name in numbers["markets"]:
        n.add("Carrier", name, co2_emissions=numbers["limits"]["co2"]["per_mwh"].get(name, 0.0))
    for bus in numbers["demands"]:
        n.add("Load", f"demand {bus}", bus=bus, p_set=_series(n, case.demand(bus)))
    for name, plant in numbers["sources"].items():
        shape = _series(n, case.hourly(plant["profile"]))
        n.add("Generator", name, bus=plant["bus"], p_max_pu=shape, **_size(case, plant))
    for name, plant in numbers["fixed"].items():
        shape = _series(n, case.hourly(plant["profile"]) / plant["mw"])
        n.add("Generator", name, bus=plant["bus"], p_nom=plant["mw"], p_min_pu=shape, p_max_pu=shape)
    for name, market in numbers["markets"].items():
        sold = {"p_min_pu": -1.0, "p_max_pu": 0.0} if market["sign"] < 0 else {}
        price = _series(n, case.value(market["price"]))
        n.add(
            "Generator",
            name,
            bus=market["bus"],
            carrier=name,
            p_nom=market["mw"],
            marginal_cost=price,
            **sold,
        )
    for name, plant in numbers["converters"].items():
        ports = {"bus0": plant["takes"]}
        for port, (bus, factor) in enumerate(plant["gives"].items(), start=1):
            ports[f"bus{port}"] = bus
            ports[f"efficiency{port if port > 1 else ''}"] = _series(n, case.value(factor))
        n.add("Link", name, **ports, **_size(case, plant))
    for name, store in numbers["stores"].items():
        n.add(
            "StorageUnit", name, bus=store["bus"], max_hours=store["hours"], standing_loss=store["loss"],
            efficiency_store=store["charge"], efficiency_dispatch=store["discharge"],
            cyclic_state_of_charge=True, **_size(case, store),
        )  # fmt: skip
    n.add(
        "GlobalConstraint", "co2", type="primary_energy", carrier_attribute="co2_emissions", sense="<=",
        constant=case.limit_value("co2"),
    )  # fmt: skip
    return n


def _series(n: Any, value: Any) -> Any:
    return pd.Series(value, index=n.snapshots) if np.ndim(value) else value


def _size(case: Case, plant: dict[str, Any]) -> dict[str, Any]:
    """Return what makes the capacity of a plant a decision."""
    return {
        "p_nom_extendable": True,
        "p_nom_max": plant.get("mw_max", np.inf),
        "capital_cost": case.capacity_cost(plant),
        "marginal_cost": plant["eur_per_mwh"],
    }


def add_limits(n: Any, case: Case) -> None:
    """Add the limits that PyPSA has no component for."""
    flows = {kind: n.model.variables[f"{kind}-p"] for kind in ("Generator", "Link")}
    for name, limit in case.numbers["limits"].items():
        if name == "co2":
            continue
        total: Any = 0
        for plant, factor in case.limit_terms(name).items():
            flow = flows["Generator" if plant in n.generators.index else "Link"].sel(name=plant, drop=True)
            value = case.value(factor)
            total += flow * (xr.DataArray(value, {"snapshot": n.snapshots}) if np.ndim(value) else value)
        sense = ">=" if limit["sense"] == "at_least" else "<="
        n.model.add_constraints(total.sum(), sense, case.limit_rest(name), name=name)


def measure(case: Case, record: Record, method: str) -> None:
    """State the network, build its model, hand over directly, solve."""
    with record.stage("state"):
        n = network(case)
    with record.stage("build"):
        n.optimize.create_model()
        add_limits(n, case)
    with record.stage("hand over"):
        highs = linopy.io.to_highspy(n.model)
        highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes options so
    if record.run(highs, method):
        x, labels = np.array(highs.getSolution().col_value), n.model.matrices.vlabels
        place = {int(label): number for number, label in enumerate(labels)}
        sizes = {}
        for kind in ("Generator", "Link", "StorageUnit"):
            size = n.model.variables[f"{kind}-p_nom"].labels.to_series()
            sizes |= {name: x[place[int(label)]] for name, label in size.items()}
        record.capacities({name: sizes[name] for name in case.decided})
