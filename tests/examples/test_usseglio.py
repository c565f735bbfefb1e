"""A mountain village of estimates: it closes, says how it was made, and its plan is a village's."""

import pytest

import leb_kit as leb
from leb_kit.examples.usseglio import degree_days
from tests.helpers import cell, cells

WOOD, LPG, OIL = "R5110-5150_W6000RI", "O4630", "O4671XR5220B"


def village() -> leb.Balance:
    return leb.examples.usseglio()


def test_it_closes_and_all_of_it_is_an_estimate_that_says_how():
    table = village().table
    assert leb.check(village()).ok
    assert set(table["status"]) == {"E"}
    final = table[table["flow"].str.startswith("FC_")]
    assert final["source"].str.contains("219 / 59,433,744").all()
    heated = final[final["product"].isin([WOOD, LPG, OIL]) & final["flow"].str.startswith("FC_OTH")]
    assert heated["source"].str.contains("in place of network gas and heat").all()


def test_electricity_of_homes_follows_from_italy_by_population_and_cold():
    """Proves: shared out and scaled as told. Italy's homes × 219 / 59,433,744, 1.6779 % of it for rooms."""
    italy = cell(leb.examples.italy(), "FC_OTH_HH_E", "E7000")
    here, country = degree_days()
    expected = italy * 219 / 59_433_744 * (1 + 0.016779 * (here / country - 1))
    assert cell(village(), "FC_OTH_HH_E", "E7000") == pytest.approx(expected, rel=1e-9)


def test_the_height_is_told_by_degree_days():
    """Torino's province has 2,709.8; 965 m × 6.5 K/km × 270 days are 1,693.6 more."""
    assert degree_days() == (pytest.approx(2709.8 + 0.0065 * 965 * 270), 1726.9)


def test_no_network_comes_up_and_the_heat_of_its_homes_is_kept():
    """Proves: useful heat is given on. Without it the cold village would be the warmer for having no gas."""
    italy = leb.examples.italy()
    assert not {"G3000", "H8000"} & set(village().table["product"])
    here, country = degree_days()
    shares = {"G3000": 0.761339, "H8000": 0.87277, WOOD: 0.95567, LPG: 0.83892, OIL: 0.83892}
    useful = {"G3000": 0.73, "H8000": 1.0, WOOD: 0.25, LPG: 0.73, OIL: 0.73}
    burnt = sum(cell(village(), "FC_OTH_HH_E", fuel) * useful[fuel] for fuel in (WOOD, LPG, OIL))
    wanted = sum(
        cell(italy, "FC_OTH_HH_E", fuel)
        * 219
        / 59_433_744
        * (1 + shares[fuel] * (here / country - 1))
        * useful[fuel]
        for fuel in shares
    )
    assert burnt == pytest.approx(wanted, rel=1e-9)


def test_its_system_gives_it_back():
    again, wanted = cells(leb.calibrate(village()).to_balance()), cells(village())
    assert again.reindex(wanted.index).to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-9)


def test_its_plan_is_of_water_wood_and_heat_pumps():
    question = leb.mix_problem(village(), targets="20-20-20-local", base=village(), time=leb.typical_days(4))
    offered = set(question.processes["technology"])
    assert {"hydro_run_of_river", "biomass_boiler", "heat_pump_individual"} <= offered
    assert not {"gas_boiler", "gas_chp", "gas_network", "district_heating_substation"} & offered
    assert "heat_store_central" not in set(question.storages["storage"])
    said = " ".join(english for _, english in question.remarks)
    assert "no network gas" in said
    assert "no district heating" in said
    plan = leb.optimise_mix(question)
    year = plan.to_balance()
    assert leb.check(year).ok
    assert leb.evaluate(year, "20-20-20-local", base=village())["met"].all()
    built = plan.plan.set_index("technology")["new_capacity_mw"]
    assert 0 < built["hydro_run_of_river"] < 7.3
    told = plan.plausibility().set_index(["technology", "measure"])["within"]
    assert told[("hydro_run_of_river", "full_load_hours")]


def test_heat_pumps_of_the_cold_do_less():
    """A new one has the 2.5 of the colder climate, not the 3.5 of the plain."""
    question = leb.mix_problem(village(), time=leb.typical_days(2))
    taken = question.flows.set_index(["process", "bus"])["coefficient"]
    assert taken["heat_pump_individual:FC_OTH_HH_E", "electricity"] == pytest.approx(-1 / 2.5)
