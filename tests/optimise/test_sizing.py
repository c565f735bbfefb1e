"""How large what is built must be, and how fast: margins, the cold, outages, pipes, the pace of building."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import italy, torino, usseglio
from leb_kit.optimise import mix_problem, optimise_mix, typical_days
from leb_kit.optimise.from_balance.place import paced
from leb_kit.reference.heat_pump_cop import output_share
from leb_kit.reference.numbers import parameter
from tests.helpers import cell

HOURS = 8760
HOMES = "FC_OTH_HH_E"


@cache
def two_seasons() -> leb.MixProblem:
    """Torino with half a year at −10 °C and twice the heating of the other half, at 10 °C; all hours."""
    cold = np.arange(HOURS) < HOURS // 2
    own = pd.DataFrame(
        {"space_heating": np.where(cold, 2.0, 1.0), "air_temperature_c": np.where(cold, -10.0, 10.0)}
    )
    return mix_problem(torino(), profiles=own, time="year")


def test_a_device_is_larger_than_the_coldest_hour_asks() -> None:
    """Proves 1.1 MW of boiler for each MW of the largest hour. Without it a colder winter finds none left."""
    question = two_seasons()
    boiler = question.processes.set_index("process").loc[f"gas_boiler:{HOMES}", "profile"]
    assert question.profile(boiler).max() == pytest.approx(1 / 1.1)


def test_a_heat_pump_is_sized_for_what_it_gives_in_the_cold() -> None:
    """Proves 1.1 / 0.792 MW of plate for each MW at −10 °C. Without it a pump is told too small and cheap.

    The hour at −10 °C asks most: its heat, 1, over 0.792; at 10 °C the pump gives all its plate says.
    """
    question = two_seasons()
    pump = question.processes.set_index("process").loc[f"heat_pump_individual:{HOMES}", "profile"]
    assert question.profile(pump).max() == pytest.approx(0.792 / 1.1)
    share = question.profile(pump) / question.profile(f"heat:{HOMES}")
    assert share == pytest.approx(np.full(HOURS, 0.792))


def test_existing_pumps_are_sized_alike() -> None:
    """Proves what exists gives the ambient heat of the balance, sized as a designer would."""
    question = mix_problem(italy(), time=typical_days(1))
    name = f"heat_pump_existing:{HOMES}"
    pumps = question.processes.set_index("process").loc[name]
    shape = question.time.hourly[str(pumps["profile"])]
    mine = question.cells[(question.cells["process"] == name) & (question.cells["flow"] == HOMES)]
    ambient = float(mine.loc[mine["product"] == "RA600", "coefficient"].sum())
    given = float(pumps["capacity_existing_mw"]) * float(shape.sum()) * ambient
    assert given == pytest.approx(cell(italy(), HOMES, "RA600"))
    assert shape.max() < 1 / 1.1


def test_the_output_falls_as_published() -> None:
    """Proves 1640 / 2070 hours at −10 °C, the mean half way to 2 °C, the plate when it is warm."""
    assert output_share(-10.0) == pytest.approx(1640 / 2070, abs=5e-4)
    assert output_share(-4.0) == pytest.approx((0.792 + 0.873) / 2)
    assert output_share([7.0, 30.0]).tolist() == [1.0, 1.0]
    assert output_share(-40.0) == pytest.approx(0.692)


@pytest.mark.parametrize(("place", "coldest"), [(torino, -6.9), (usseglio, -10.9)])
def test_a_city_has_its_own_cold(place, coldest) -> None:
    """Proves Torino follows its 2,617 degree days from 20 °C, not those of a province full of mountains."""
    question = mix_problem(place(), time=typical_days(1))
    pump = question.time.hourly[f"heat_pump:{HOMES}"].max()
    assert pump * 1.1 == pytest.approx(float(output_share(coldest)), abs=0.01)


def test_waste_plants_stand_still_for_a_while() -> None:
    """Proves a plant of 8,000 hours is larger than one that never stops, and burns the same."""
    question = mix_problem(torino(), time=typical_days(2))
    plan = optimise_mix(question).plan.set_index("technology").loc["waste_chp"]
    assert plan["energy_mwh"] / plan["capacity_mw"] == pytest.approx(8000)


def taken(question: leb.MixProblem, process: str, bus: str) -> float:
    rows = question.flows[(question.flows["process"] == process) & (question.flows["bus"] == bus)]
    return float(rows["coefficient"].sum())


def test_pipes_to_new_users_of_a_country_lose_what_towns_do() -> None:
    """Proves 1 MWh at a new user of Italy takes 1 / 0.85 MWh, as in a town.

    Without it 1.1 %, the loss of heat that is used in the factory beside the plant, would be that of pipes
    under streets. Torino's balance has the loss of a town already: nothing is added.
    """
    country, town = (mix_problem(one(), time=typical_days(1)) for one in (italy, torino))
    lost = parameter("district_heating_network", "loss_share")
    new, old = f"district_heating_substation:{HOMES}", f"district_heating_existing:{HOMES}"
    network = -taken(country, "district_heating_network", "district_heat")
    assert -taken(country, new, "district_heat_delivered") * network == pytest.approx(1 / (1 - lost))
    told = country.cells[(country.cells["process"] == new) & (country.cells["flow"] == "DL")]
    assert float(told["coefficient"].sum()) == pytest.approx(1 / (1 - lost) / network - 1)
    before = country.cells[country.cells["process"] == old]
    assert "DL" not in set(before["flow"])
    assert taken(town, new, "district_heat_delivered") == pytest.approx(-1)


def test_a_battery_pays_for_what_it_gives_back() -> None:
    """Proves 1.9 EUR/MWh of 2015 are in the cost, 2.00 of 2019. Without it cycles come for nothing."""
    stores = mix_problem(torino(), time=typical_days(1)).storages.set_index("storage")
    assert stores.at["battery", "variable_eur_per_mwh"] == pytest.approx(1.9 * 1.055, rel=1e-3)


def test_a_country_is_not_built_in_a_day() -> None:
    """Proves 11 years of the best year on record, 1,354 MW of wind. Without it 22 GW stood at once."""
    asked = mix_problem(italy(), targets="20-20-20-local", base=italy(), time=typical_days(2), by=2030)
    free = mix_problem(italy(), targets="20-20-20-local", base=italy(), time=typical_days(2))
    most, before = (one.processes.set_index("process")["capacity_max_mw"] for one in (asked, free))
    assert most["wind_onshore"] == pytest.approx(11 * 1354)
    assert most["plant:MAPE:RA300"] == before["plant:MAPE:RA300"]
    assert before["wind_onshore"] > 100_000
    assert optimise_mix(asked).cost_eur >= optimise_mix(free).cost_eur


def test_what_exists_counts_before_what_is_built() -> None:
    rows = pd.DataFrame(
        {
            "technology": ["wind_onshore", "wind_onshore", "gas_boiler"],
            "capacity_existing_mw": [100.0, 0.0, 0.0],
            "capacity_max_mw": [np.inf, 1000.0, np.inf],
        }
    )
    assert paced(rows, "IT", 2)["capacity_max_mw"].tolist() == [100 + 2 * 1354, 1000, np.inf]
    assert paced(rows, "001272", 2)["capacity_max_mw"].tolist() == [np.inf, 1000, np.inf]


@pytest.mark.parametrize("by", [2019, 2000, 2030.5, "2030", True])
def test_a_year_that_is_not_to_come_is_told(by) -> None:
    with pytest.raises(InputError, match="a year after 2019 is expected"):
        mix_problem(torino(), by=by)
