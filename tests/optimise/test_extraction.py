"""Extraction plants: two ways to run one unit give every mix of electricity and heat that steam allows."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.optimise import optimise_mix, typical_days
from leb_kit.optimise.from_balance.extraction import Extraction, drawn
from tests.optimise.tables import near, problem

UNIT = "plant:MAPCHP:G3000"


def plan(plant: Extraction, most: float, power: float, heat: float, price: float = 1.0) -> leb.MixResult:
    """A plant of ``most`` MW alone at the buses, one hour, ``power`` and ``heat`` asked for (MW)."""
    way = plant.numbers_drawn
    return optimise_mix(
        problem(
            buses="bus\npower\nheat\ngas",
            processes=f"""
            process bus_out unit  capacity_use           capacity_max_mw variable_eur_per_mwh
            plant   power   -     -                      {most!r}        -
            all     power   plant {plant.capacity_use!r} -               -
            pipe    gas     -     -                      -               {price!r}
            """,
            flows=f"""
            process bus coefficient
            plant gas {-1 / plant.efficiency!r}
            all gas {-1 / way["electricity_efficiency"]!r}
            all heat {1 / plant.ratio!r}
            """,
            demands=f"demand bus annual_mwh\nlight power {power!r}\nhomes heat {heat!r}",
            profiles="hour\n1",
        )
    )


def test_an_extraction_plant_gives_what_was_worked_out_by_hand():
    """C_v 0.2, C_b 1, η 0.5, 100 MW: at 50 MW of heat between 50 and 90 MW of electricity.

    80 MW and 50 MW of heat take (80 + 0.2 × 50) / 0.5 = 180 MW of gas. Proves: fuel, heat and capacity of
    the mix. Without it the lost electricity would be free, or heat would come without its steam.
    """
    plant = Extraction(0.2, 1.0, 0.5)
    result = plan(plant, 100.0, 80.0, 50.0)
    by = result.processes.set_index("process")
    assert by.at["all", "energy_mwh"] == near(50)
    assert by.at["plant", "energy_mwh"] == near(30)
    assert by.at["pipe", "energy_mwh"] == near(180)
    assert by.at["all", "capacity_mw"] == 0
    assert plan(plant, 100.0, 90.0, 50.0).cost_eur == near(200)
    assert plan(plant, 100.0, 50.0, 50.0).cost_eur == near(120)


@settings(max_examples=25, deadline=None)
@given(
    loss=st.floats(0.05, 0.4),
    ratio=st.floats(0.4, 2.5),
    efficiency=st.floats(0.3, 0.6),
    power=st.floats(0.1, 1.2),
    heat=st.floats(0.01, 1.2),
)
def test_a_plan_exists_exactly_in_the_region_of_the_plant(loss, ratio, efficiency, power, heat):
    """P + C_v H ≤ P_max and P ≥ C_b H, and the fuel is (P + C_v H) / η wherever a plan exists."""
    most, plant = 1.0, Extraction(loss, ratio, efficiency)
    room = min(most - power - loss * heat, power - ratio * heat)
    if abs(room) < 1e-4:
        return  # on the edge the tolerance of the solver decides
    if room > 0:
        assert plan(plant, most, power, heat).cost_eur == near((power + loss * heat) / efficiency)
    else:
        with pytest.raises(leb.InfeasibleMix):
            plan(plant, most, power, heat)


@given(
    loss=st.floats(0.05, 0.4),
    ratio=st.floats(0.4, 2.5),
    power=st.floats(1, 100),
    share=st.floats(0, 1),
    fuel=st.floats(1, 500),
)
def test_a_year_is_a_mix_of_both_ways(loss, ratio, power, share, fuel):
    """Fuel of the year = fuel without heat + fuel with all drawn, at the year's electricity and heat."""
    heat = share * power / ratio
    plant = Extraction.of_year({"power_loss_per_heat": loss, "power_to_heat_ratio": ratio}, power, heat, fuel)
    if plant is None:
        assert power < ratio * heat
        return
    warm = heat * ratio
    condensing, steam = plant.numbers_condensing, plant.numbers_drawn
    burnt = (power - warm) / condensing["electricity_efficiency"] + warm / steam["electricity_efficiency"]
    assert burnt == pytest.approx(fuel)
    assert warm * steam["heat_efficiency"] / steam["electricity_efficiency"] == pytest.approx(heat)


def test_no_extraction_plant_is_read_from_a_year_with_more_heat_than_its_steam():
    """50 MWh of electricity and 60 of heat at C_b 1: no mix of both ways gives that."""
    numbers = {"power_loss_per_heat": 0.2, "power_to_heat_ratio": 1.0}
    assert Extraction.of_year(numbers, 50, 60, 200) is None
    assert Extraction.of_year({}, 50, 20, 200) is None


@pytest.fixture(scope="module")
def question() -> leb.MixProblem:
    return leb.mix_problem(torino(), time=typical_days(1))


def test_torino_runs_its_plant_both_ways_and_they_sum_to_its_year(question):
    """Cells of both ways, weighted by the year's electricity, are the cells of the balance."""
    system = leb.calibrate(torino())
    base = system.cells[system.cells["process"] == UNIT].set_index(["flow", "product"])["coefficient"]
    mwh = base * float(system.processes.at[UNIT, "activity_mwh"])
    mwh = mwh[mwh.index.get_level_values("flow") != "DL"]
    rows = question.processes.set_index("process")
    ratio = 367 / 220
    warm = ratio * mwh[("TO_EHG_MAPCHP", "H8000")]
    power = mwh[("TO_EHG_MAPCHP", "E7000")]
    assert 0 < warm < power
    cells = question.cells.set_index("process")
    total = pd.Series(0.0, index=mwh.index)
    for name, amount in ((UNIT, power - warm), (drawn(UNIT), warm)):
        part = cells.loc[[name]].set_index(["flow", "product"])["coefficient"] * amount
        total = total.add(part, fill_value=0.0)
    assert total.to_dict() == pytest.approx(mwh.to_dict(), rel=1e-6)
    assert rows.at[drawn(UNIT), "unit"] == UNIT
    assert rows.at[drawn(UNIT), "capacity_use"] == pytest.approx(1 + 0.15 / ratio, rel=1e-6)


def test_a_new_plant_is_offered_and_its_unit_pays_once(question):
    """Proves: annuity and fixed cost stand at the unit only. Without it a MW would be paid twice."""
    rows = question.processes.set_index("process")
    unit, way = rows.loc["gas_chp_extraction"], rows.loc[drawn("gas_chp_extraction")]
    assert unit["capex_eur_per_mw_year"] > 0 == way["capex_eur_per_mw_year"]
    assert unit["fixed_eur_per_mw_year"] > 0 == way["fixed_eur_per_mw_year"]
    assert way["capacity_use"] == near(1 + 0.15 / 1.9)
    taken = question.flows.set_index(["process", "bus"])["coefficient"]
    assert taken[("gas_chp_extraction", "gas")] == near(-1 / 0.57)
    assert ("gas_chp_extraction", "district_heat") not in taken.index
    assert taken[(drawn("gas_chp_extraction"), "district_heat")] == near(1 / 1.9)


def test_alternatives_and_why_ask_for_the_size_of_the_unit(question):
    """Proves: a way to run a unit has no size. Without it the most of the technology had no end."""
    best = leb.optimise_mix(question)
    ends = leb.alternatives(question, slack=0.01, technologies=["gas_chp_stock"]).table
    assert ends["most"].item() == near(400)
    why = best.why("gas_chp_stock")
    assert why.existing == near(400)
    with pytest.raises(InputError):
        best.why("gas_chp_ectraction")
