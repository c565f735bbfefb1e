"""What a place has and has not: lines to its neighbours, yields, plants, networks and how far they reach."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import leb_kit as leb
from leb_kit.balance import Balance
from leb_kit.examples import italy, torino, usseglio
from leb_kit.optimise import MixResult, mix_problem, optimise_mix, typical_days
from tests.helpers import cell


@cache
def question(days: int = 6) -> leb.MixProblem:
    return mix_problem(italy(), targets="20-20-20-local", base=italy(), time=typical_days(days))


@cache
def plan() -> MixResult:
    return optimise_mix(question())


def rows() -> dict[str, object]:
    return question().processes.set_index("process").to_dict("index")


def test_a_country_trades_over_its_lines():
    """Proves: lines bind in every step. Without them Italy would sell 400 TWh a year, more than it uses."""
    assert plan().dispatch["electricity_export"].max() <= 4000 * (1 + 1e-9)
    assert plan().dispatch["electricity_import"].max() <= 8935 * (1 + 1e-9)
    traded = plan().processes.set_index("process")["energy_mwh"]
    bought = cell(italy(), "IMP", "E7000")
    assert traded["electricity_import"] <= bought * (1 + 1e-6)
    assert rows()["electricity_import"]["annual_max_mwh"] == pytest.approx(bought, rel=1e-6)


def test_a_plan_without_lines_is_told_to_be_implausible():
    """Proves: the check finds the fault. The same question with a line as large as the peak of all Italy."""
    free = mix_problem(italy(), time=typical_days(2))
    line = free.processes["process"].isin(["electricity_export", "electricity_import"])
    peak = 61_000.0
    wide = free.processes.assign(
        capacity_max_mw=free.processes["capacity_max_mw"].mask(line, peak),
        capacity_existing_mw=free.processes["capacity_existing_mw"].mask(line, peak),
    )
    told = optimise_mix(replace(free, processes=wide)).plausibility().set_index(["technology", "measure"])
    assert not told.loc[("electricity_export", "export_share"), "within"]
    sound = optimise_mix(free).plausibility().set_index(["technology", "measure"])
    assert sound.loc[("electricity_export", "export_share"), "within"]


@pytest.mark.parametrize(
    ("process", "published_mw"),
    [("plant:MAPE:RA420", 20_871), ("plant:MAPE:RA300", 10_679), ("plant:MAPE:RA100", 15_297)],
)
def test_what_exists_in_italy_is_as_large_as_published(process, published_mw):
    """Energy of the balance over the country's own hours is the capacity that IRENA counts, within 1.5 %."""
    assert rows()[process]["capacity_existing_mw"] == pytest.approx(published_mw, rel=0.015)


def test_waste_of_italy_is_burnt_in_any_plan():
    """Proves: it cannot be wished away to save primary energy. Plants that give heat as well must run too."""
    mine = [name for name in rows() if name.endswith(("W6210", "W6220"))]
    assert len(mine) == 8
    assert all(rows()[name]["must_run"] for name in mine)
    kept = plan().plan.set_index("technology").loc["waste_chp", "energy_mwh"]
    made = sum(
        cell(italy(), flow, fuel)
        for flow in ("GEP_MAPE", "GEP_APE", "GEP_MAPCHP", "GEP_APCHP")
        for fuel in ("W6210", "W6220")
    )
    assert kept == pytest.approx(made, rel=1e-6)


def test_district_heating_of_italy_reaches_as_far_as_published():
    """38 of 329 TWh: 11.55 % of the heat of homes and services, what is connected included."""
    told = plan().plausibility().set_index(["technology", "measure"])["value"]
    assert told[("district_heating_substation", "share_of_heat")] <= 38 / 329 + 1e-6


def test_the_targets_of_italy_are_met_by_code_that_knows_no_optimiser():
    year = plan().to_balance()
    assert leb.check(year).ok
    assert leb.evaluate(year, "20-20-20-local", base=italy())["met"].all()


@pytest.mark.parametrize(
    ("place", "figures", "told_why"),
    [
        (torino, 16, set()),
        # With a fifth less primary energy plants that burn fuel run less than they ever have, 1 % below.
        (italy, 23, {("power_plant_stock", "full_load_hours")}),
        (usseglio, 10, set()),
    ],
)
def test_figures_of_a_plan_lie_within_published_ranges(place, figures, told_why):
    """Proves the plans are what a planner of the place would know; notebook 14 says why of the other."""
    b = place()
    told = optimise_mix(
        mix_problem(b, targets="20-20-20-local", base=b, time=typical_days(12), by=2030)
    ).plausibility()
    outside = told[~told["within"]]
    assert len(told) >= figures
    assert set(zip(outside["technology"], outside["measure"], strict=True)) <= told_why
    near = outside[["low", "high"]].sub(outside["value"], axis=0).abs().min(axis=1) / outside["value"]
    assert (near < 0.02).all()


def without(product: str) -> Balance:
    table = torino().leaves
    return Balance.from_mwh(table[table["product"] != product])


@pytest.mark.parametrize(
    ("product", "gone"),
    [
        (
            "H8000",
            {"district_heating_substation", "district_heating_network", "gas_chp", "solar_thermal_central"},
        ),
        ("G3000", {"gas_boiler", "gas_chp", "gas_boiler_central", "gas_network"}),
    ],
)
def test_a_network_is_offered_where_there_is_one(product, gone):
    """Proves: no pipes are laid for nothing. Torino without heat in its balance is offered no network."""
    offered = set(mix_problem(without(product), time=typical_days(2)).processes["technology"])
    assert not gone & offered
    assert gone <= set(mix_problem(torino(), time=typical_days(2)).processes["technology"])


def test_a_town_without_district_heating_may_ask_for_it_zone_by_zone():
    """Zones say what pipes cost, so that they may be laid where there are none."""
    zones = leb.heat_zones(torino())[["zone", "heat_share", "connection_eur_per_mwh_year"]]
    offered = set(mix_problem(without("H8000"), zones=zones, time=typical_days(2)).processes["technology"])
    assert "district_heating_substation" in offered


def test_torino_is_planned_as_before():
    """Nothing that is known of other places moves the plan of the city."""
    asked = mix_problem(torino(), targets="20-20-20-local", base=torino(), time=typical_days(4))
    sizes = asked.processes.set_index("process")
    assert np.isinf(sizes.at["electricity_import", "annual_max_mwh"])
    assert np.isinf(sizes.at["district_heating_substation:FC_OTH_HH_E", "capacity_max_mw"])
    shape = asked.time.profiles["hydro_run_of_river"]
    assert float(asked.time.weight_h @ shape) == pytest.approx(5076.27, rel=1e-6)
