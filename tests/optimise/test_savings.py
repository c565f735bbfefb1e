"""Steps of saving, cheapest first, and a store for the seasons: what they cost and when they are taken."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.examples import italy, torino
from leb_kit.optimise import optimise_mix, typical_days
from leb_kit.optimise.from_balance.savings import steps, taken
from leb_kit.optimise.from_balance.targets import indicator_rows
from leb_kit.reference import catalog, costs
from leb_kit.reference.numbers import parameter
from tests.optimise.tables import near

SAVINGS = ("retrofit", "efficient_lighting", "efficient_appliances")


@pytest.fixture(scope="module")
def question() -> leb.MixProblem:
    b = torino()
    return leb.mix_problem(b, targets="20-20-20-local", base=b, time=typical_days(1))


def test_a_step_costs_its_annuity():
    """Roofs: 2,800 EUR for a MWh less in each of 30 years at 4 %: 2,800 × 0.04 / (1 − 1.04^−30) = 161.92."""
    first = steps("retrofit").iloc[0]
    assert first["step"] == "roof"
    assert first["eur_per_mwh_year"] == pytest.approx(161.924, abs=0.001)


@pytest.mark.parametrize("technology", SAVINGS)
def test_steps_rise_and_never_save_more_than_there_is(technology):
    """Proves: a supply curve. Without rising costs the plan would take the second step before the first."""
    rows = steps(technology)
    assert rows["eur_per_mwh_year"].is_monotonic_increasing
    assert 0 < rows["saved_share"].sum() < 1


def test_steps_end_at_the_declared_potential_and_the_dearest_reaches_it():
    """1,000 MWh of heat: 80 for roofs, 100 for walls, 50 for windows; of 200 windows get 20 and deep none."""
    assert [(name, round(mwh, 9)) for name, mwh, _ in taken("retrofit", 1000.0, 200.0)] == [
        ("roof", 80.0),
        ("walls", 100.0),
        ("windows", 20.0),
        ("deep", 0.0),
    ]
    every = {name: mwh for name, mwh, _ in taken("retrofit", 1000.0, None)}
    assert every == near({"roof": 80, "walls": 100, "windows": 50, "deep": 170})
    assert sum(mwh for _, mwh, _ in taken("retrofit", 1000.0, 900.0)) == near(900)
    assert list(taken("retrofit", 0.0, 100.0)) == []


def test_the_years_of_a_pathway_have_the_same_steps_when_demand_falls():
    """Proves: steps do not vanish with the potential. Without it a pathway with less demand had no answer."""
    names = [[name for name, _, _ in taken("retrofit", mwh, 200.0)] for mwh in (1000.0, 500.0)]
    assert names[0] == names[1] == steps("retrofit")["step"].tolist()


def test_torino_may_save_what_its_plan_says_and_italy_what_its_steps_say(question):
    """Proves: potentials hold over all sectors together."""
    table = catalog.table("potentials").set_index(["territory", "technology"])["value"]
    rows = question.processes[question.processes["technology"] == "retrofit"]
    hours = _hours(question, "retrofit")
    assert (rows["capacity_max_mw"] * hours).sum() == pytest.approx(table["001272", "retrofit"], rel=1e-6)
    country = leb.mix_problem(italy(), time=typical_days(1)).processes
    assert (country["technology"] == "retrofit").sum() == 2 * len(steps("retrofit"))


def _hours(question: leb.MixProblem, profile: str) -> float:
    return float(question.time.weight_h @ question.profile(profile))


def test_lamps_save_their_share_of_lighting(question):
    """The homes of Torino light with 38,288 MWh a year: lamps may save two fifths of it."""
    row = question.processes.set_index("process").loc["efficient_lighting_led:FC_OTH_HH_E"]
    saved = row["capacity_max_mw"] * _hours(question, "electricity_saved")
    assert saved == pytest.approx(0.4 * 38288.165, rel=1e-4)
    cost = row["capex_eur_per_mw_year"] * row["capacity_max_mw"] / saved
    assert cost == pytest.approx(600 * costs.annuity_factor(15), rel=1e-3)


def test_what_lamps_save_is_missing_from_the_balance_and_the_balance_closes(question):
    """Proves: a MWh saved is one MWh less of final electricity of its sector, and no other row of it."""
    name = "efficient_lighting_led:FC_OTH_CP_PRI_E"
    rows = question.processes
    mine = rows["process"] == name
    forced = rows.assign(capacity_min_mw=rows["capacity_min_mw"].mask(mine, rows["capacity_max_mw"]))
    none = rows.assign(capacity_max_mw=rows["capacity_max_mw"].mask(mine, 0.0))
    free = {"limits": question.limits.iloc[:0]}
    with_lamps, without = (
        optimise_mix(replace(question, processes=table, **free)) for table in (forced, none)
    )
    saved = with_lamps.processes.set_index("process").at[name, "energy_mwh"]
    assert saved > 1e5
    used = [plan.to_balance() for plan in (with_lamps, without)]
    assert all(leb.check(balance).ok for balance in used)
    mwh = [_used(balance, "FC_OTH_CP_PRI_E") for balance in used]
    heated = [_heated(plan, "FC_OTH_CP_PRI_E") for plan in (with_lamps, without)]
    assert mwh[1] - mwh[0] == pytest.approx(saved + heated[1] - heated[0], rel=1e-6)


def _used(balance: leb.Balance, flow: str) -> float:
    table = balance.table
    return float(table.loc[(table["flow"] == flow) & (table["product"] == "E7000"), "energy_mwh"].sum())


def _heated(plan: leb.MixResult, flow: str) -> float:
    """Electricity of the heat of a sector, from cells and activities."""
    cells = plan.problem.cells
    mine = cells[(cells["flow"] == flow) & (cells["product"] == "E7000") & (cells["coefficient"] > 0)]
    energy = plan.processes.set_index("process")["energy_mwh"]
    return float((mine["coefficient"] * energy.reindex(mine["process"]).to_numpy()).sum())


def test_a_stricter_target_takes_more_steps(question):
    """Proves: the optimiser walks along the curve. Less primary energy is never met with less saved."""
    table = indicator_rows(question, "final_energy", "", "fec")
    most = optimise_mix(replace(question, limits=table.assign(value=1e12)))
    reached = most.prices["reached"].item()
    saved = []
    for share in (1.0, 0.85, 0.8):
        plan = optimise_mix(replace(question, limits=table.assign(value=share * reached)))
        mine = plan.processes[plan.processes["technology"].isin(SAVINGS)]
        saved.append(float(mine["energy_mwh"].sum()))
        for technology in SAVINGS:
            assert _in_order(plan, technology)
    assert saved == sorted(saved)
    assert saved[-1] > saved[0]


def _in_order(plan: leb.MixResult, technology: str) -> bool:
    """A later step of a sector only where the one before is full."""
    rows = plan.processes.merge(plan.problem.processes[["process", "capacity_max_mw"]], on="process")
    rows = rows[rows["technology"] == technology]
    rows = rows.assign(sector=rows["process"].str.split(":").str[1])
    full = rows["capacity_mw"] >= rows["capacity_max_mw"] * (1 - 1e-6) - 1e-9
    return all(
        full[part.index[place]]
        for _, part in rows.groupby("sector")
        for place, later in enumerate(part["capacity_mw"][1:])
        if later > 1e-6
    )


# ── a store for the seasons ──────────────────────────────────────────────────────────────────────────────


WINTER = 24 * 183


def seasons(*, linked: bool, loss: float = 0.0) -> leb.MixResult:
    """Heat for nothing in the first 182 days, 1 MW asked for in the other 183; a boiler at 300 EUR/MWh."""
    name = "heat_store_seasonal"
    hours = pd.DataFrame({"sun": np.repeat([1.0, 0.0], [8760 - WINTER, WINTER])}).assign(
        winter=lambda t: 1 - t["sun"]
    )
    store = {
        "storage": ["pit"],
        "technology": [name],
        "bus": ["heat"],
        "capex_eur_per_mwh_year": [costs.annuity(name, "capex_eur_per_mwh")],
        "loss_per_hour": [loss],
        "energy_to_power_h": [parameter(name, "energy_to_power_h")],
    }
    rows = [("sun", "heat", "sun", 0.0), ("boiler", "heat", "", 300.0)]
    return optimise_mix(
        leb.MixProblem.from_tables(
            buses=pd.DataFrame({"bus": ["heat"]}),
            processes=pd.DataFrame(rows, columns=["process", "bus_out", "profile", "variable_eur_per_mwh"]),
            storages=pd.DataFrame(store),
            demands=pd.DataFrame(
                {"demand": ["homes"], "bus": ["heat"], "annual_mwh": [float(WINTER)], "profile": ["winter"]}
            ),
            profiles=hours,
            time=typical_days(3, linked=linked),
        )
    )


def test_a_seasonal_store_carries_summer_into_winter_where_days_are_linked():
    """Without losses a store of 4,392 MWh, at its annuity, replaces 4,392 MWh of the boiler.

    Proves: the annuity of the data and the link of days. Without linked days the boiler gives all of it;
    with the losses of the data the store is larger and dearer, and still cheaper than the boiler.
    """
    yearly = costs.annuity("heat_store_seasonal", "capex_eur_per_mwh")
    linked, alone = seasons(linked=True), seasons(linked=False)
    assert alone.cost_eur == near(300 * WINTER)
    assert alone.stores["capacity_mw"].item() == near(0)
    assert linked.stores["capacity_mw"].item() == pytest.approx(WINTER, rel=1e-6)
    assert linked.cost_eur == pytest.approx(yearly * WINTER, rel=1e-6)
    leaking = seasons(linked=True, loss=parameter("heat_store_seasonal", "loss_per_hour"))
    assert linked.cost_eur < leaking.cost_eur < alone.cost_eur
    assert leaking.stores["loss_mwh"].item() > 0


def test_torino_is_told_that_its_seasonal_store_needs_linked_days(question):
    said = [english for _, english in question.remarks]
    assert any("cannot carry summer into winter" in one for one in said)
    linked = leb.mix_problem(torino(), time=typical_days(1, linked=True))
    assert not any("cannot carry" in english for _, english in linked.remarks)
    assert "heat_store_seasonal" in set(linked.storages["storage"])
