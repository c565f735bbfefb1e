"""What measures do to the flows: hand-computed cases, and identities that always hold."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leb_kit as leb

M = leb.measures
HOMES, CARS, GAS, POWER, HEAT = "FC_OTH_HH_E", "FC_TRA_ROAD_E", "G3000", "E7000", "H8000"
COP, SPACE = 3.5, "space_heating"


@pytest.fixture(scope="module")
def torino():
    return leb.examples.torino()


@pytest.fixture(scope="module")
def system(torino):
    return leb.calibrate(torino)


@pytest.fixture(scope="module")
def italy_system():
    return leb.calibrate(leb.examples.italy())


def plan(*measures, name="plan"):
    return leb.Scenario(name, base_year=2019).add(*measures)


def cells(balance):
    return balance.leaves.groupby(["flow", "product"])["energy_mwh"].sum()


def change(system, *measures, year=2030):
    """Energy of every leaf after less before, MWh."""
    before = cells(leb.project(system, plan(), year=year))
    after = cells(leb.project(system, plan(*measures), year=year))
    return after.sub(before, fill_value=0.0)


def useful(system, service, technology):
    rows = system.processes
    mine = (rows["service"] == service) & (rows["technology"] == technology)
    return float((rows.loc[mine, "share"] * system.services.loc[service, "demand_mwh"]).sum())


def test_an_empty_scenario_is_the_balance_itself(torino):
    for balance in (torino, leb.examples.italy()):
        before, after = cells(balance), cells(leb.project(balance, plan(), year=2040))
        gap = before.sub(after, fill_value=0.0).abs().max()
        assert gap <= 1e-9 * before.abs().max()


def test_a_retrofit_saves_its_share_of_the_heat_and_the_fuel_of_its_boilers(system):
    moved = change(system, M.retrofit(share=0.2, sector=HOMES))
    boilers = useful(system, f"{HOMES}:{SPACE}", "gas_boiler_stock") / 0.73
    assert moved[HOMES, GAS] == pytest.approx(-0.2 * boilers)
    # Gas saved at homes is saved upstream with the losses of its network; so is the gas of district heat.
    assert moved["IMP", GAS] < moved[HOMES, GAS]
    assert moved.get((CARS, "O4652XR5210B"), 0.0) == 0


def test_a_heat_pump_takes_the_heat_that_is_left_after_the_retrofit(system):
    """Proves that no saving is counted twice. Without it a plan would save heat that is gone already."""
    moved = change(system, M.heat_pumps(share=0.3, sector=HOMES), M.retrofit(share=0.2, sector=HOMES))
    boilers = useful(system, f"{HOMES}:{SPACE}", "gas_boiler_stock")
    assert moved[HOMES, GAS] == pytest.approx(-boilers / 0.73 * (1 - 0.8 * 0.7))
    given_way = sum(
        useful(system, f"{HOMES}:{SPACE}", name)
        for name in ("gas_boiler_stock", "lpg_boiler_stock", "oil_boiler_stock")
    )
    assert moved[HOMES, "RA600"] == pytest.approx(0.8 * 0.3 * given_way * (1 - 1 / COP))


def test_two_savings_are_chained_not_summed(system):
    moved = change(system, M.retrofit(share=0.5, sector=HOMES), M.retrofit(share=0.5, sector=HOMES))
    boilers = useful(system, f"{HOMES}:{SPACE}", "gas_boiler_stock") / 0.73
    assert moved[HOMES, GAS] == pytest.approx(-0.75 * boilers)


def test_an_electric_car_uses_the_electricity_of_its_fuel_over_its_efficiency(system, torino):
    moved = change(system, M.electric_vehicles(share=0.1))
    road = cells(torino).xs(CARS, level="flow").drop(POWER)
    assert moved[CARS, POWER] == pytest.approx(0.1 * road.sum() / 3.3)
    assert moved[CARS, GAS] == pytest.approx(-0.1 * road[GAS])


def test_biomethane_takes_the_place_of_gas_losses_included(system, torino):
    moved = change(system, M.biomethane(share=0.1))
    users = cells(torino).xs(GAS, level="product")
    final = users[users.index.str.startswith(("FC_OTH", "FC_IND", "FC_TRA_ROAD"))].sum()
    fc = moved[moved.index.get_level_values("flow").str.startswith("FC_")]
    assert fc.xs("R5300", level="product").sum() == pytest.approx(0.1 * final)
    assert moved["IMP", "R5300"] == pytest.approx(-moved["IMP", GAS])


def test_sun_replaces_what_comes_from_the_grid(system):
    moved = change(system, M.photovoltaic(energy_mwh=100_000))
    assert moved["PPRD", "RA420"] == pytest.approx(100_000)
    assert moved["IMP", POWER] == pytest.approx(-100_000)


def test_what_is_made_in_excess_leaves_the_territory(system):
    later = leb.project(system, plan(M.photovoltaic(mw=1900)), year=2030)
    after = cells(later)
    assert ("IMP", POWER) not in after.index
    assert after["EXP", POWER] > 0
    assert leb.check(later).ok


def test_where_plants_set_the_rest_they_stop_at_zero_and_imports_give_way(italy_system):
    """Proves that no plant runs backwards. Without it much sun would make fuel out of electricity."""
    less = leb.project(italy_system, plan(M.photovoltaic(mw=130_000)), year=2030)
    before, after = cells(leb.examples.italy()), cells(less)
    assert (after[after.index.get_level_values("flow").str.startswith("TI_EHG")] >= 0).all()
    assert ("TI_EHG_MAPE_E", GAS) not in after.index
    net_before = before["IMP", POWER] - before["EXP", POWER]
    assert after.get(("IMP", POWER), 0.0) - after["EXP", POWER] < net_before
    assert leb.check(less).ok


def test_network_heat_changes_source_and_stays_the_same_amount(system, torino):
    switched = M.district_heating_switch(share=0.25)
    after = cells(leb.project(system, plan(switched), year=2030))
    fed = cells(torino)[[("TO_EHG_MAPCHP", HEAT), ("TO_EHG_MAPH", HEAT), ("IMP", HEAT)]].sum()
    assert after["TO_EHG_EDHP", HEAT] + after["GHP_MAPH", "RA600"] == pytest.approx(0.25 * fed)
    assert after[HOMES, HEAT] == pytest.approx(cells(torino)[HOMES, HEAT])
    assert after["IMP", HEAT] == pytest.approx(0.75 * cells(torino)["IMP", HEAT])


def test_drivers_move_the_services_they_drive(system):
    more = leb.project(system, plan().drive(gdp={2030: 1.1}), year=2030)
    before = cells(leb.project(system, plan(), year=2030))
    assert cells(more)["FC_IND_NSP_E", GAS] == pytest.approx(1.1 * before["FC_IND_NSP_E", GAS])
    assert cells(more)[CARS, GAS] == pytest.approx(before[CARS, GAS])


def test_floor_area_takes_space_heating_over_from_population(system):
    both = plan().drive(population={2030: 0.9}, floor_area={2030: 1.0})
    after = cells(leb.project(system, both, year=2030))
    boilers = useful(system, f"{HOMES}:{SPACE}", "gas_boiler_stock") / 0.73
    before = cells(leb.project(system, plan(), year=2030))
    assert after[HOMES, GAS] == pytest.approx(boilers + 0.9 * (before[HOMES, GAS] - boilers))


def test_a_measure_grows_linearly_between_its_years(system):
    sun = M.photovoltaic(energy_mwh=100_000, from_year=2020, to_year=2030)
    years = leb.project(system, plan(sun), year=[2019, 2020, 2025, 2030, 2040])
    made = years.filter(flow="PPRD", product="RA420").table.set_index("year")["energy_mwh"]
    assert made.round(6).to_dict() == {2025: 50_000, 2030: 100_000, 2040: 100_000}


MANY = [
    M.retrofit(share=0.2),
    M.heat_pumps(share=0.3),
    M.district_heating_connection(share=0.4),
    M.efficient_appliances(share=0.1),
    M.photovoltaic(mw=300),
    M.biomethane(share=0.15),
    M.electric_vehicles(share=0.3),
    M.traffic_reduction(share=0.1),
    M.district_heating_switch(share=0.3),
    M.industrial_efficiency(share=0.2),
    M.custom(sector="FC_IND_E", product=GAS, to_product=POWER, share=0.2, ratio=0.5),
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(MANY))), count=st.integers(2, len(MANY)))
def test_the_order_of_measures_does_not_matter(system, order, count):
    chosen = order[:count]
    one = cells(leb.project(system, plan(*[MANY[at] for at in chosen]), year=2030))
    other = cells(leb.project(system, plan(*[MANY[at] for at in sorted(chosen)]), year=2030))
    assert one.sub(other, fill_value=0.0).abs().max() <= 1e-9 * one.abs().max()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shares=st.lists(st.floats(0, 0.3), min_size=6, max_size=6), year=st.integers(2019, 2050))
def test_every_projection_is_coherent(system, shares, year):
    """All identities hold, every node of the scheme closes, services are served in full."""
    a, b, c, d, e, f = shares
    later = leb.project(
        system,
        plan(
            M.retrofit(share=a, to_year=2030),
            M.heat_pumps(share=b, to_year=2040),
            M.district_heating_connection(share=c, from_year=2025, to_year=2035),
            M.biomethane(share=d),
            M.electric_vehicles(share=e, to_year=2050),
            M.district_heating_switch(share=f),
        ),
        year=year,
    )
    assert leb.check(later).ok
    arrows = leb.links(later)
    inside = set(arrows["source"]) & set(arrows["target"])
    into, out = arrows.groupby("target")["energy_mwh"].sum(), arrows.groupby("source")["energy_mwh"].sum()
    gap = (into.reindex(list(inside)) - out.reindex(list(inside))).abs()
    assert (gap <= 1e-9 * into.reindex(list(inside))).all()
    again = leb.calibrate(later)
    assert cells(again.to_balance()).sub(cells(later), fill_value=0.0).abs().max() < 1e-3


def test_many_scenarios_at_once_are_the_same_as_one_by_one(system):
    plans = [plan(one, name=f"plan {at}") for at, one in enumerate(MANY)]
    together = leb.project_many(system, plans, years=[2025, 2030])
    for one in plans:
        alone = cells(leb.project(system, one, year=[2025, 2030]))
        assert cells(together.balance(one.name)).sub(alone, fill_value=0.0).abs().max() < 1e-4


def test_several_territories_at_once_are_the_same_as_one_by_one(torino):
    rows = torino.leaves
    half = rows.assign(territory="001001", energy_mwh=rows["energy_mwh"] / 2)
    no_network = half[(half["product"] != HEAT) & ~half["flow"].str.contains("CHP|MAPH")].assign(
        territory="001002"
    )
    both = leb.Balance.from_mwh(pd.concat([half, no_network], ignore_index=True))
    measures = plan(M.retrofit(share=0.2), M.heat_pumps(share=0.3), M.electric_vehicles(share=0.2))
    together = leb.project(both, measures, year=[2025, 2030])
    for place in ("001001", "001002"):
        alone = cells(leb.project(both.filter(territory=place), measures, year=2030))
        mine = cells(together.filter(territory=place, year=2030))
        assert mine.sub(alone, fill_value=0.0).abs().max() < 1e-3


@pytest.mark.parametrize(
    ("measures", "told"),
    [
        ([M.heat_pumps(share=0.6), M.district_heating_connection(share=0.6)], "together move 120\u00a0% of"),
        ([M.photovoltaic(mw=3000)], "its potential is 1,957 MW"),
        ([M.cogeneration(mw=10)], "give energy_mwh, or full_load_hours"),
        ([M.retrofit(energy_mwh=9e9)], "are there in 2019; ask for less"),
        ([M.public_buildings(share=0.1, sector="FC_OTH_AF_E")], "does not tell FC_OTH_AF_E apart"),
        ([M.electric_cooking(share=0.1, sector="FC_OTH_CP_PUB_E")], "there is no cooking served by"),
        ([M.district_heating_switch(energy_mwh=9e6)], "would run backwards"),
        ([M.custom(sector=HOMES, product=GAS, share=0.1)], "possible in industry and transport only"),
    ],
)
def test_what_cannot_be_is_told_with_limit_and_repair(system, measures, told):
    with pytest.raises(leb.InputError, match=told):
        leb.project(system, plan(*measures), year=2030)


def test_a_connection_without_a_network_is_refused(torino):
    rows = torino.leaves
    rows = rows[(rows["product"] != HEAT) & ~rows["flow"].str.contains("CHP|MAPH")]
    bare = leb.Balance.from_mwh(rows)
    with pytest.raises(leb.InputError, match="needs a district-heating network, but 001272 has none"):
        leb.project(bare, plan(M.district_heating_connection(share=0.1)), year=2030)
    with pytest.raises(leb.InputError, match="needs a district-heating network"):
        leb.project(bare, plan(M.district_heating_switch(share=0.1)), year=2030)


def test_a_gas_boiler_without_a_gas_network_is_refused():
    """Proves: a mountain village is not given gas by a new boiler. Without it 422 MWh of it were imported."""
    village = leb.examples.usseglio()
    with pytest.raises(leb.InputError, match="needs a gas network, but 001282 has none in 2019"):
        leb.project(village, plan(M.boiler_replacement(share=0.5)), year=2030)
    after = leb.project(village, plan(M.heat_pumps(share=0.5)), year=2030)
    assert "G3000" not in set(after.table["product"])


def test_wrong_questions_are_told_together(torino):
    both = leb.Scenario("a", base_year=2018).drive(gdp={2025: 1.1})
    with pytest.raises(leb.InputError) as caught:
        leb.project(torino, both, year=[2010, 2030])
    assert len(caught.value.faults) == 2
    with pytest.raises(leb.InputError, match="driver 'gdp' ends in 2025, but 2030"):
        leb.project(torino, plan().drive(gdp={2025: 1.1}), year=2030)
    with pytest.raises(leb.InputError, match="a Balance or an EnergySystem is needed; found str"):
        leb.project("torino", plan(), year=2030)
