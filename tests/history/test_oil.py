"""Oil products by province: months make years, provinces make regions, tonnes make MWh."""

import math

import pytest

from leb_kit import check
from leb_kit.balance.comparison import compare_territories
from leb_kit.balance.hierarchy import inside, sum_territories
from leb_kit.balance.sharing import downscale
from leb_kit.errors import InputError
from leb_kit.history import oil_balance, oil_by_month, shipped, trend
from leb_kit.reference import catalog
from tests.helpers import cell, cells

ABSENT = {"ITC46", "ITC4C", "ITH36", "ITH52", "ITI15", "ITI43"}  # Bergamo, Milano, Padova, Parma, Prato, Roma
PETROL, GAS_OIL, LPG = "O4652XR5210B", "O4671XR5220B", "O4630"


def test_every_province_has_every_month():
    table = catalog.table("oil_deliveries")
    months = table.groupby("territory").size()
    assert set(months) == {84}
    assert set(months.index) == set(inside("IT", "province")) - ABSENT


def test_the_months_of_a_province_sum_to_its_year():
    """Of Torino 2019, tonnes, as published month by month: petrol 266,531."""
    months = oil_by_month("001").loc["2019"].sum()
    year = shipped("oil_by_province").query("territory == '001' and year == 2019")
    found = year.set_index(["flow", "product"])["value"]
    assert found["FC_TRA_ROAD_E", PETROL] == months["gasoline"] == 266_531
    assert found["FC_OTH_NSP_E", LPG] == months["lpg_cylinders"] + months["lpg_tanks"]
    assert found["FC_OTH_AF_E", GAS_OIL] == months["agricultural_diesel"]
    with pytest.raises(InputError, match="no deliveries of 'ITC4C' are shipped"):
        oil_by_month("ITC4C")


def test_tonnes_become_mwh_by_stated_calorific_values():
    """Eurostat: petrol 44.3 GJ/t; 266,531 t × 44.3 / 3.6 MWh."""
    torino = oil_balance().filter(territory="001", year=2019)
    assert cell(torino, "FC_TRA_ROAD_E", PETROL) == pytest.approx(266_531 * 44.3 / 3.6)
    assert "NCV 44.3 GJ/t, eurostat" in torino.table.set_index("product").loc[PETROL, "source"]
    with pytest.raises(InputError, match="no 'ncv' for convention 'istat'"):
        oil_balance(convention="istat")


def test_lpg_for_other_uses_stays_visible():
    torino = oil_balance().filter(territory="001", year=2019)
    rest = cells(torino)["001", 2019, "FC_E_UNALLOCATED", LPG]
    months = oil_by_month("001").loc["2019"].sum()
    other = months["lpg"] - months["lpg_transport"] - months["lpg_cylinders"] - months["lpg_tanks"]
    assert rest == pytest.approx(other * 47.3 / 3.6)
    failing = check(oil_balance()).table
    assert "sum_of_parts" not in set(failing["check"])
    assert not failing["hint"].str.contains("exceed").any()


def test_provinces_sum_to_their_region_exactly_and_gaps_are_no_zeros():
    """Proves: Lombardia without Milano is not given as Lombardia."""
    regions = sum_territories(oil_balance(), into="region")
    rows = shipped("oil_by_province").query(
        "flow == 'FC_TRA_ROAD_E' and product == @GAS_OIL and year == 2018"
    )
    piemonte = rows[rows["territory"].isin(inside("ITC1", "province"))]
    assert len(piemonte) == 8
    parts = cells(oil_balance().filter(territory=list(piemonte["territory"]), year=2018))
    wanted = math.fsum(parts.xs(("FC_TRA_ROAD_E", GAS_OIL), level=("flow", "product")))
    found = regions.table.set_index(["territory", "year", "flow", "product"])["energy_mwh"]
    assert found["ITC1", 2018, "FC_TRA_ROAD_E", GAS_OIL] == wanted
    assert {"ITC4", "ITH3", "ITH5", "ITI1", "ITI4"} == set(regions.missing["territory"])
    assert not set(regions.missing["territory"]) & set(regions.table["territory"])
    country = sum_territories(oil_balance().filter(year=2018), into="IT", partial=True)
    motor = country.table.set_index(["flow", "product"]).loc[("FC_TRA_ROAD_E", GAS_OIL)]
    assert motor["source"].startswith("known parts only: sum of 101")
    assert 0.7 < motor["energy_mwh"] / (24.1e6 * 43 / 3.6) < 0.85  # Italy 2018: 24.1 Mt; six are not there


def test_deliveries_have_trends_and_can_be_compared():
    rows = shipped("oil_by_province").query("territory == '001' and product == @PETROL")
    index = trend(rows, base_year=2019).set_index("year")["index"]
    assert index[2019] == 100
    assert 70 < index[2020] < 85  # the year that people stayed at home
    piemonte = oil_balance().filter(territory=list(inside("ITC1", "province")), year=2019)
    ranked = compare_territories(piemonte, flow="FC_TRA_ROAD_E")
    assert ranked["rank"].tolist() == list(range(1, 9))
    assert ranked["mwh_per_head"].between(3, 15).all()


def test_deliveries_are_a_key_for_sharing_out():
    """A region's transport shared out by what its provinces were delivered."""
    piemonte = oil_balance().filter(territory=list(inside("ITC1", "province")), year=2019)
    petrol = piemonte.filter(product=PETROL).table
    keys = petrol[["territory"]].assign(petrol=petrol["energy_mwh"])
    region = sum_territories(piemonte.filter(flow="FC_TRA_ROAD_E", product=GAS_OIL), into="ITC1")
    shared = downscale(region, key="petrol", into="province", keys=keys)
    again = sum_territories(shared, into="ITC1")
    assert cells(again).tolist() == cells(region).tolist()
    assert "ITC1 × petrol" in shared.table["source"].iloc[0]
