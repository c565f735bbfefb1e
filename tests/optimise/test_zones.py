"""Zones: hand-made cities, and a real one divided by how densely it uses heat."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, InfeasibleMix, InputError, check, evaluate, heat_zones, zone_networks
from leb_kit.examples import torino
from leb_kit.indicators.target_sets import TargetSet
from leb_kit.indicators.targets import target_set
from leb_kit.optimise import MixResult, mix_problem, optimise_mix, typical_days
from leb_kit.optimise.from_balance.zones import Zones

LOCAL = "20-20-20-local"
HEAT, GAS, POWER = "H8000", "G3000", "E7000"


@cache
def city() -> pd.DataFrame:
    """Torino by class of density."""
    return heat_zones(torino())


def plan(zones: pd.DataFrame | None, targets: str | None = None, **options: object) -> MixResult:
    """Solved with two typical days: what is asked here is no matter of hours."""
    base = torino()
    question = mix_problem(base, targets=targets, base=base, time=typical_days(2), zones=zones, **options)
    return optimise_mix(question)


@cache
def city_plan(targets: str | None = LOCAL) -> MixResult:
    """The plan of the city divided by density."""
    return plan(city(), targets)


@cache
def whole_plan() -> MixResult:
    """The plan of the city as one."""
    return plan(None, LOCAL)


def zones(text: str) -> pd.DataFrame:
    """A table from lines; a dash is a blank."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return pd.DataFrame(rows, columns=head).replace("-", np.nan)


# ── today's networks ─────────────────────────────────────────────────────────────────────────────────────


def test_networks_of_today_are_spread_as_the_table_says_and_sum_to_the_balance():
    """Proves: shares are kept where they fit. Without it a centre on district heating would burn gas.

    Half of 100 MWh in each zone; 40 of district heat are all in the old town (80 % of it), so gas has 10
    there and all 50 of the new one.
    """
    table = zones("zone heat_share district_heating_share\nold 0.5 0.8\nnew 0.5 0")
    found = Zones.of(table).split(pd.Series({HEAT: 40.0, GAS: 60.0}))
    assert found.loc[HEAT].tolist() == pytest.approx([40, 0])
    assert found.loc[GAS].tolist() == pytest.approx([10, 50])


def test_the_balance_decides_how_much_there_is_when_the_table_says_otherwise():
    """Both zones claim 50 %, the balance has 20 % in all: each gets 20 %."""
    table = zones("zone heat_share district_heating_share\nold 0.3 0.5\nnew 0.7 0.5")
    found = Zones.of(table).split(pd.Series({HEAT: 20.0, GAS: 80.0}))
    assert found.loc[HEAT].tolist() == pytest.approx([6, 14])


@settings(max_examples=25)
@given(
    st.lists(st.floats(0.05, 1), min_size=2, max_size=5),
    st.lists(st.floats(0.01, 0.9), min_size=5, max_size=5),
    st.lists(st.floats(0, 1e6), min_size=3, max_size=3).filter(lambda u: sum(u) > 1),
)
def test_zones_sum_to_the_territory_and_have_the_heat_they_were_given(weights, shares, useful):
    share = np.array(weights) / sum(weights)
    names = [f"z{place}" for place in range(len(share))]
    table = pd.DataFrame({"zone": names, "heat_share": share, "district_heating_share": shares[: len(share)]})
    total = pd.Series(useful, index=[HEAT, GAS, POWER])
    found = Zones.of(table).split(total)
    assert found.sum(axis=1).to_numpy() == pytest.approx(total.to_numpy(), rel=1e-12)
    assert found.sum().to_numpy() == pytest.approx(share * total.sum(), rel=1e-6)
    assert (found >= 0).all().all()


# ── one territory, divided or not ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("table", ["zone heat_share\nall 1", "zone heat_share\na 0.3\nb 0.2\nc 0.5"])
def test_zones_that_say_nothing_of_their_own_change_nothing(table):
    """Proves: dividing is no cost of its own. Without it a finer table would be a dearer city."""
    whole, divided = whole_plan(), plan(zones(table), LOCAL)
    assert divided.cost_eur == pytest.approx(whole.cost_eur, rel=1e-9)


def test_demand_and_devices_of_the_zones_sum_to_those_of_the_territory():
    whole, divided = (mix_problem(torino(), time=typical_days(2), zones=table) for table in (None, city()))
    assert divided.demands["annual_mwh"].sum() == pytest.approx(whole.demands["annual_mwh"].sum(), rel=1e-9)
    existing = [
        p.processes.groupby("technology")["capacity_existing_mw"]
        .sum()
        .drop("gas_distribution", errors="ignore")
        for p in (whole, divided)
    ]
    pd.testing.assert_series_equal(existing[0], existing[1], rtol=1e-6)


def test_the_plan_of_a_divided_city_is_a_balance_that_meets_its_targets():
    planned = city_plan().to_balance()
    assert check(planned).ok
    assert evaluate(planned, LOCAL, base=torino())["gap"].max() <= 10


# ── competition ──────────────────────────────────────────────────────────────────────────────────────────


def test_district_heating_grows_where_pipes_are_cheap_and_up_to_what_connects():
    """Proves: cost and reach by class decide. Without it a scattered suburb would be piped like a centre."""
    told = zone_networks(city_plan(None)).set_index("zone")
    assert told.loc["centre", "district_heating_share"] == pytest.approx(0.9, rel=1e-3)
    assert told["district_heating_share"].is_monotonic_decreasing
    assert told.loc["detached", "new_connection_mwh"] == 0
    assert told.loc["centre", "connection_eur_per_mwh"] < 20


def test_the_networks_of_today_are_told_beside_those_of_the_plan():
    told = zone_networks(city_plan()).set_index("zone")
    ways = ["district_heating_mwh", "gas_mwh", "heat_pump_mwh", "other_mwh", "saved_mwh"]
    assert told[ways].sum(axis=1).to_numpy() == pytest.approx(told["heat_mwh"].to_numpy(), rel=1e-9)
    share = city().set_index("zone")
    for column in ("district_heating_share", "gas_share"):
        assert told[f"{column}_today"].to_numpy() == pytest.approx(share[column].to_numpy(), rel=5e-2)
    assert told["heat_mwh"].sum() == pytest.approx(
        city_plan().problem.demands.query("demand.str.startswith('heat:')")["annual_mwh"].sum(), rel=1e-9
    )


def test_what_is_on_the_network_may_stay_above_what_could_newly_connect():
    """Proves: a limit on connections throws nobody out. Torino has half of its heat on the network; with a
    limit of 1 % nothing is added and what exists may run on."""
    table = zones("zone heat_share connection_share_max\nall 1 0.01")
    told = zone_networks(plan(table)).iloc[0]
    assert told["new_connection_mwh"] == 0
    assert told["district_heating_share"] > 0.4


def test_running_cost_of_gas_pipes_drives_users_away_and_capital_does_not():
    """Proves: what is paid either way decides nothing, what can be saved does."""
    plain = zones("zone heat_share gas_fixed_eur_per_mwh gas_capital_eur_per_mwh\nall 1 0 0")
    dear = plain.assign(gas_fixed_eur_per_mwh=40.0)
    sunk = plain.assign(gas_capital_eur_per_mwh=40.0)
    before, after, same = (plan(table, LOCAL) for table in (plain, dear, sunk))
    gas = [float(zone_networks(result)["gas_mwh"].sum()) for result in (before, after, same)]
    assert gas[1] < 0.9 * gas[0]
    assert gas[2] == pytest.approx(gas[0], rel=1e-9)
    assert same.cost_eur == before.cost_eur


def test_who_stays_on_gas_carries_the_capital_of_who_left():
    """(fixed × what flows + capital × what flowed) / what flows."""
    table = zones(
        "zone heat_share connection_share_max gas_fixed_eur_per_mwh gas_capital_eur_per_mwh\nall 1 0.6 5 7"
    )
    result = plan(table)
    told = zone_networks(result).iloc[0]
    rows = result.processes.set_index("process")
    existing = result.problem.processes.set_index("process").at[
        "gas_distribution:all", "capacity_existing_mw"
    ]
    left = rows.at["gas_distribution:all", "capacity_mw"]
    assert 0 < left < existing
    assert told["gas_network_eur_per_mwh_today"] == 12
    assert told["gas_network_eur_per_mwh"] == pytest.approx(5 + 7 * existing / left, rel=1e-6)


def test_a_network_of_cooler_water_has_a_better_heat_pump_and_costs_no_more():
    cool = heat_zones(torino(), supply_temperature_c=70, return_temperature_c=40)
    assert (cool["heat_loss_share"] < city()["heat_loss_share"])[:3].all()
    cooler = plan(cool, LOCAL)
    pump = cooler.problem.flows.query("process == 'heat_pump_central' and bus == 'electricity'")
    assert -1 / pump["coefficient"].iloc[0] == pytest.approx(0.5 * 328.15 / 48, rel=1e-9)
    assert cooler.cost_eur <= city_plan().cost_eur * (1 + 1e-9)


def test_a_mwh_more_of_district_heat_costs_what_such_heat_is_sold_for():
    """Proves: the sum of plants, pipes and substations has the right order. Published: 60 to 110 EUR/MWh,
    prices of Italian networks in 2019 to 2021 without taxes (AGCM and ARERA, from memory); their cost in a
    dense city is below. 20 to 110 is asked.
    """
    result = city_plan()
    more = 1000.0
    row = result.problem.demands.iloc[[0]].assign(
        demand="more", bus="district_heat_delivered:centre", annual_mwh=more
    )
    demands = pd.concat([result.problem.demands, row], ignore_index=True)
    dearer = optimise_mix(replace(result.problem, demands=demands)).cost_eur - result.cost_eur
    pipes = city().set_index("zone").at["centre", "connection_eur_per_mwh_year"] * 0.0505
    assert 20 < dearer / more + pipes < 110


def test_a_plan_with_zones_says_what_is_assumed():
    """Proves: an assumption that costs nothing is told, not hidden."""
    it, en = zip(*city_plan().problem.frame.remarks, strict=True)
    assert "Rinunciare alla cogenerazione esistente qui non costa nulla" in it[1]
    assert "an estimate that fits the balance" in en[0]


# ── one or the other ─────────────────────────────────────────────────────────────────────────────────────


def test_an_exclusive_zone_has_one_network_and_costs_no_less_than_a_free_one():
    """Proves: in a zone that asks for it the pipes of one network are closed. Without it streets would carry
    both for a few users each."""
    table = city()
    free, either = city_plan(None), plan(table.assign(exclusive=True))
    told = zone_networks(either)
    both = np.minimum(told["district_heating_mwh"], told["gas_mwh"])
    assert both.to_numpy() == pytest.approx(0, abs=1)
    assert np.minimum(*zone_networks(free)[["district_heating_mwh", "gas_mwh"]].to_numpy().T).max() > 1000
    assert either.cost_eur >= free.cost_eur * (1 - 1e-9)
    assert check(either.to_balance()).ok


def test_gas_pipes_that_are_paid_whole_are_closed_or_full_of_cost():
    """Proves: the last user keeps the whole pipe. Without it half of the users would pay half of the pipes.

    District heating reaches 70 % of the heat; the rest is on gas, whose pipes cost as much as before.
    """
    table = zones(
        "zone heat_share connection_share_max gas_fixed_eur_per_mwh gas_fixed_whole\nall 1 0.7 5 true"
    )
    result = plan(table)
    rows = result.processes.set_index("process")
    existing = result.problem.processes.set_index("process").at[
        "gas_distribution:all", "capacity_existing_mw"
    ]
    assert 0 < rows.at["gas_distribution:all", "capacity_mw"] < 0.9 * existing
    assert rows.at["gas_distribution:all", "cost_eur"] == pytest.approx(5 * existing * 8760, rel=1e-9)
    assert result.processes["cost_eur"].sum() + result.stores["cost_eur"].sum() == pytest.approx(
        result.cost_eur, rel=1e-9
    )
    left = rows.at["gas_distribution:all", "capacity_mw"]
    told = zone_networks(result).iloc[0]
    assert told["gas_network_eur_per_mwh"] == pytest.approx(5 * existing / left, rel=1e-6)


# ── density ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_density_of_a_city_is_integrated_to_all_its_heat_and_land():
    """Proves: the closed form is the integral. Without it classes would not sum to the city."""
    table = city()
    beta = 3.0
    x = (np.arange(200_000) + 0.5) / 200_000
    heat = 2 * np.pi * x * np.exp(-beta * x)
    density = np.exp(-beta * x) / heat.sum() * np.pi * len(x)  # of a city with area 1 and heat 1
    useful = table["heat_share"] * 0 + table["heat_density_mwh_per_km2"] * table["area_km2"]
    whole, area = useful.sum(), 129.985
    tj = density * whole / area * 0.0036
    for row, low, high in zip(table.itertuples(), (300, 120, 50, 20), (np.inf, 300, 120, 50), strict=True):
        inside = (tj >= low) & (tj < high)
        assert row.heat_share == pytest.approx(heat[inside].sum() / heat.sum(), rel=1e-3)
        assert row.area_km2 == pytest.approx(area * 2 * x[inside].sum() / len(x), rel=1e-3)
        assert row.density_class == row.zone


def test_the_base_year_loses_what_the_balance_says():
    """Torino: 15 % of what is fed in; delivered heat over what is fed in, over the zones."""
    table = city()
    delivered = table["heat_share"] * table["district_heating_share"]
    on = delivered > 0
    fed = (delivered / (1 - table["heat_loss_share"]))[on].sum()
    assert 1 - delivered[on].sum() / fed == pytest.approx(0.15, rel=1e-6)


def test_ones_own_numbers_are_kept_and_blanks_are_worked_out():
    own = zones(
        "zone area_km2 heat_density_mwh_per_km2 connection_share_max\ncore 10 100000 0.5\nrim 100 10000 -"
    )
    table = heat_zones(torino(), own).set_index("zone")
    assert table["heat_share"].tolist() == pytest.approx([0.5, 0.5])
    assert table.at["core", "connection_share_max"] == 0.5
    assert table["density_class"].tolist() == ["centre", "detached"]
    assert table.at["rim", "connection_share_max"] == 0
    assert np.isnan(table.at["rim", "connection_eur_per_mwh_year"])
    assert table["gas_fixed_eur_per_mwh"].tolist() == [5, 5]


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("zone heat_share\na 0.5\nb 0.4", "heat_share of the zones sums to 0.9000; 1 is expected"),
        ("zone heat_share\na 1\na 0", "a"),
        ("zone area_km2\na 1", "zone 'a': heat_share is expected for every zone, or area_km2 and"),
        ("zone heat_share\na:b 1", "zone 'a:b': a name of letters, digits"),
        (
            "zone heat_share district_heating_share gas_share\na 1 0.7 0.6",
            "zone 'a': district_heating_share and gas_share together are 1.3, above 1",
        ),
        ("zone heat_share conection_share_max\na 1 0.5", "connection_share_max"),
        ("zone heat_share connection_share_max\na 1 1.5", "1.5"),
    ],
)
def test_a_faulty_table_is_told_with_its_zone(table, sentence):
    with pytest.raises(InputError) as error:
        plan(zones(table))
    assert sentence in str(error.value)


def test_shares_that_cannot_all_hold_are_told_with_what_is_missing():
    """One zone says all of its heat is on the network and the other none; the balance has too little."""
    table = zones("zone heat_share district_heating_share gas_share\na 0.5 1 0\nb 0.5 0 1")
    with pytest.raises(InputError, match=r"zone 'a': its shares leave 30 MWh of heat"):
        Zones.of(table).split(pd.Series({HEAT: 20.0, GAS: 80.0}))


def scaled(territory: str, factor: float) -> Balance:
    """The balance of Torino, scaled to another place."""
    table = torino().leaves[["year", "flow", "product", "energy_mwh"]]
    table = table.assign(territory=territory, value=table["energy_mwh"] * factor)
    return Balance.from_table(table.drop(columns="energy_mwh"), unit="MWh")


@pytest.mark.parametrize(("territory", "factor"), [("001022", 0.0037), ("001", 2.5)])
def test_any_place_has_zones_that_can_be_planned(territory, factor):
    """Proves: a mountain village and a province. More heat on the network than the classes would
    reach is spread over all zones, and a sector may have more of it than the zones that have any could hold.
    Without it a province would be refused by its own default."""
    place = scaled(territory, factor)
    table = heat_zones(place)
    assert table["heat_share"].sum() == pytest.approx(1)
    assert table["district_heating_share"].max() <= 1 + 1e-9
    assert (table["heat_share"] * table["district_heating_share"]).sum() == pytest.approx(0.492, abs=1e-3)
    again = heat_zones(place, table)
    pd.testing.assert_frame_equal(again, table, rtol=1e-6)
    result = optimise_mix(mix_problem(place, time=typical_days(2), zones=table))
    told = zone_networks(result)
    assert told["heat_mwh"].sum() == pytest.approx(
        zone_networks(city_plan())["heat_mwh"].sum() * factor, rel=1e-2
    )


def test_a_sector_on_the_network_more_than_its_zones_could_hold_gives_way():
    """Proves: rows stay those of the balance. Half of the zone b is told to have none, and gets some."""
    table = zones("zone heat_share district_heating_share\na 0.5 1\nb 0.5 0")
    found = Zones.of(table).split(pd.Series({HEAT: 80.0, GAS: 20.0}), strict=False)
    assert found.sum(axis=1).tolist() == pytest.approx([80, 20])
    assert found.sum().tolist() == pytest.approx([50, 50], rel=1e-3)
    assert found.at[HEAT, "a"] > found.at[HEAT, "b"] > 0


def test_no_plan_with_a_choice_is_told_like_any_other():
    table = city().assign(exclusive=True)
    sharp = TargetSet("sharp", target_set(LOCAL).table.query("target == 'emissions'").assign(value=-0.99))
    base = torino()
    question = mix_problem(base, targets=sharp, base=base, time=typical_days(2), zones=table)
    with pytest.raises(InfeasibleMix, match="CO2"):
        optimise_mix(question)


def test_a_territory_without_municipalities_needs_a_table():
    from leb_kit.examples import italy

    with pytest.raises(InputError, match="no municipality of 'IT' is known"):
        heat_zones(italy())


def test_a_plan_without_zones_has_no_networks_by_zone():
    with pytest.raises(InputError, match="made without zones"):
        zone_networks(whole_plan())
