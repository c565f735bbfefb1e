"""Sites, buildings and meters: whole, or every fault at once."""

import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.tertiary import Estate
from tests.tertiary.estates import GAS, buildings, estate, meters


def test_a_building_without_a_site_is_its_own():
    made = estate()
    assert made.sites["site"].tolist() == ["plex", "lights"]
    assert made.buildings.set_index("building").loc["lights", "site"] == "lights"
    assert repr(made) == "Estate(2 sites, 3 buildings, 3 meters)"


def test_classes_say_where_their_energy_is_counted():
    """Proves: a fleet's fuel is transport. Without it the tertiary would lose what roads use."""
    fleet = pd.DataFrame({"building": ["cars"], "use_class": ["fleet"]})
    pump = pd.DataFrame({"meter": ["P1"], "building": ["cars"], "kind": ["tank"], "fuel": ["gas_oil"]})
    assert Estate.from_tables(fleet, pump, territory="001272").keys["flow"].tolist() == ["FC_TRA_ROAD_E"]


def test_all_faults_of_all_tables_come_at_once():
    bad_buildings = buildings().assign(use_class=["school_primari", "sports_hall", "street_lighting"])
    bad_buildings.loc[1, "floor_area_m2"] = -5
    bad_meters = meters().assign(building=["school", "gim", "school", "lights"])
    with pytest.raises(InputError) as error:
        Estate.from_tables(bad_buildings, bad_meters, territory="001272")
    text = str(error.value)
    assert "found 'school_primari'" in text
    assert "Did you mean 'school_primary'?" in text
    assert "found -5.0, expected at least 0 (m2)" in text
    assert len(error.value.faults) == 2  # meters wait for buildings that can be trusted


def test_a_meter_of_an_unknown_building_is_told_with_the_nearest_one():
    with pytest.raises(InputError, match=r"found 'gim'.*Did you mean 'gym'\?"):
        estate(meters=meters().assign(building=["school", "gim", "school", "lights"]))


def test_a_gas_code_that_lost_its_zeros_says_how_to_write_it():
    short = meters().assign(meter=["881234567890", "881234567890", "IT001E00000001", "IT001E00000002"])
    with pytest.raises(InputError, match=rf"drops leading zeros: write '{GAS}'"):
        estate(meters=short)


def test_shares_of_a_meter_sum_to_one():
    with pytest.raises(InputError, match=r"its shares sum to 0.9 \(school 0.75, gym 0.15\)"):
        estate(meters=meters().assign(share=[0.75, 0.15, None, None]))


def test_without_a_territory_nothing_can_be_set_against_a_balance():
    with pytest.raises(InputError, match="no territory: give territory='001272'"):
        Estate.from_tables(buildings(), meters())
