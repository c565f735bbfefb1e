"""Territories inside territories: sums that are exact in any order, shares that sum back exactly."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, check, examples
from leb_kit.balance import accounting
from leb_kit.balance.hierarchy import containers, inside, parent_of, sum_territories
from leb_kit.balance.model import Territory
from leb_kit.balance.sharing import downscale, exact_parts
from leb_kit.errors import InputError
from leb_kit.reference import catalog
from tests.helpers import balance_from, cell, cells, joined

TORINO, AGLIE, CUNEO = "001272", "001001", "004078"


def town(code: str, text: str = "FC_OTH_HH_E G3000 10") -> Balance:
    return balance_from(text, territory=code)


def with_status(balance: Balance, status: str, source: str) -> Balance:
    return Balance(balance.table.assign(status=status, source=source))


# ── the data ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_municipalities_of_piemonte_are_all_there():
    """Proves: codes, census and areas are those of ISTAT; 1,181 municipalities at 1 January 2020."""
    towns = catalog.table("municipalities")
    assert len(towns) == 1181
    assert (towns["code"].str[:3] == towns["province"]).all()
    torino = towns[towns["province"] == "001"]
    assert len(torino) == 312
    assert torino["population"].sum() == 2_247_780
    assert towns["population"].sum() == 4_363_916  # census 2011, Piemonte
    blank = towns.loc[towns["area_km2"].isna(), "name"]
    assert set(blank) == {"Miagliano", "Moransengo", "Tonengo"}
    assert towns["area_km2"].sum() == pytest.approx(25_387, rel=0.005)  # published: 25,387 km²


def test_what_lies_in_what():
    assert [len(inside("ITC1", level)) for level in ("municipality", "province")] == [1181, 8]
    assert [len(inside("IT", level)) for level in ("province", "region")] == [107, 21]
    assert all("IT" in containers(code) for code in inside("IT", "municipality"))
    with pytest.raises(InputError, match=r"unknown level 'provinces'.*Did you mean 'province'"):
        inside("IT", "provinces")
    with pytest.raises(InputError, match="no municipality is known in FR; give the codes"):
        inside("FR", "municipality")
    assert containers(TORINO) == ("001", "ITC1", "IT", "EU27_2020")
    assert containers("001_REST")[0] == "001"
    assert parent_of("015146") == "015"  # Milano: by its digits
    assert parent_of("quarter", {"quarter": TORINO}) == TORINO
    assert containers("quarter", {"quarter": TORINO})[:2] == (TORINO, "001")
    assert Territory.known("001_REST").name() == "Città metropolitana di Torino, resto"
    assert Territory.known(CUNEO) == Territory(CUNEO, "Cuneo", "Cuneo", "municipality", "004")
    assert (Territory.known(AGLIE).name(), Territory.known("XYZ").name()) == ("Agliè", "XYZ")


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────────────

CELLS = st.tuples(
    st.sampled_from([TORINO, AGLIE, "001002", "001003", "001004"]),
    st.sampled_from(["FC_OTH_HH_E", "FC_TRA_ROAD_E", "IMP"]),
    st.sampled_from(["G3000", "E7000"]),
)


@settings(max_examples=40)
@given(st.dictionaries(CELLS, st.floats(1e-6, 1e12), min_size=1), st.randoms(use_true_random=False))
def test_a_sum_is_the_same_in_any_order(energies, random):
    """Proves: bit for bit. Plain addition would differ in the last digit."""
    rows = [(code, 2020, flow, product, value) for (code, flow, product), value in energies.items()]
    frame = pd.DataFrame(rows, columns=["territory", "year", "flow", "product", "value"])
    first = sum_territories(Balance.from_table(frame, unit="MWh"), into="001").table
    random.shuffle(rows)
    frame = pd.DataFrame(rows, columns=["territory", "year", "flow", "product", "value"])
    again = sum_territories(Balance.from_table(frame, unit="MWh"), into="001").table
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    for row in first.itertuples():
        parts = [
            v for (_, flow, product), v in energies.items() if (flow, product) == (row.flow, row.product)
        ]
        assert row.energy_mwh == math.fsum(parts)


@settings(max_examples=40)
@given(st.dictionaries(CELLS, st.floats(-1e12, 1e12), min_size=1))
def test_a_sum_is_that_of_fsum_in_every_whole(energies):
    """Proves: sorted slices are the same parts as picked one by one; each whole takes its own."""
    rows = [(code, 2020, "STK_CHG", product, value) for (code, _, product), value in energies.items()]
    frame = pd.DataFrame(rows, columns=["territory", "year", "flow", "product", "energy_mwh"])
    frame = frame.groupby(["territory", "year", "flow", "product"], as_index=False).first()
    halves = {TORINO: "N", AGLIE: "N", "001002": "N", "001003": "S", "001004": "S"}
    table = sum_territories(Balance.from_mwh(frame), into=["N", "S"], parents=halves).table
    for row in table.itertuples():
        here = (frame["territory"].map(halves) == row.territory) & (frame["product"] == row.product)
        assert row.energy_mwh == math.fsum(frame.loc[here, "energy_mwh"])
    assert table["territory"].isin(["N", "S"]).all()


def test_sums_go_up_level_by_level():
    """Proves: municipalities into provinces into the region is municipalities into the region."""
    parts = joined(town(TORINO, "PPRD G3000 1"), town(AGLIE, "PPRD G3000 2"), town(CUNEO, "PPRD G3000 4"))
    provinces = sum_territories(parts, into="province")
    assert cells(provinces).droplevel(["year", "flow", "product"]).to_dict() == {"001": 3, "004": 4}
    region = sum_territories(provinces, into="region")
    assert cells(region).to_dict() == cells(sum_territories(parts, into="ITC1")).to_dict()
    with pytest.raises(InputError, match="XX does not lie in a province: it is not known"):
        sum_territories(joined(parts, town("XX")), into="province")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_leaves_without_a_cube_are_those_of_the_cube(data):
    """Proves: the short way round is taken only where it gives the same rows."""
    flows = ["FC_OTH_CP_E", "FC_OTH_CP_PUB_E", "FC_OTH_HH_E", "FC_E", "GAE", "FC_OTH_CP_E_UNALLOCATED"]
    products = ["G3000", "O4000XBIO", "O4671XR5220B", "RA000", "TOTAL"]
    pairs = st.tuples(st.sampled_from(flows), st.sampled_from(products))
    chosen = data.draw(st.lists(pairs, min_size=1, max_size=6, unique=True))
    rows = [(AGLIE, 2020, flow, product, 10.0 + at) for at, (flow, product) in enumerate(chosen)]
    table = pd.DataFrame(rows, columns=["territory", "year", "flow", "product", "energy_mwh"])
    table = table.assign(status="A", source="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounting, "_holds_only_leaves", lambda _: False)
        by_cube = accounting.leaves_of(table)
    pd.testing.assert_frame_equal(accounting.leaves_of(table), by_cube)


def test_a_small_town_is_not_lost_beside_a_big_one():
    parts = joined(
        town(TORINO, "PPRD G3000 1e16"), town(AGLIE, "PPRD G3000 1"), town("001002", "PPRD G3000 1")
    )
    assert sum_territories(parts, into="001").table["energy_mwh"].item() == 1e16 + 2


def test_aggregates_are_summed_where_the_parts_had_them():
    whole = examples.torino()
    one = Balance(whole.table.assign(territory=AGLIE))
    both = sum_territories(joined(whole, one), into="001")
    assert cells(both).to_numpy() == pytest.approx(2 * cells(whole).to_numpy(), rel=1e-15)
    italy = Balance(examples.italy().table.assign(territory=TORINO))
    total = sum_territories(italy, into="001")
    assert cell(total, "FC_E", "TOTAL") == pytest.approx(cell(italy, "FC_E", "TOTAL"), rel=1e-9)
    assert check(total).ok


def test_status_and_source_are_those_of_the_least_certain():
    parts = joined(with_status(town(TORINO), "A", "meters"), with_status(town(AGLIE), "E", "population"))
    row = sum_territories(parts, into="001").table.iloc[0]
    assert (row["status"], row["source"]) == ("E", "sum of 2: meters; population")


def test_many_sources_are_counted():
    parts = [with_status(town(f"00100{place}"), "P", f"utility {place}") for place in range(1, 7)]
    row = sum_territories(joined(*parts), into="001").table.iloc[0]
    assert (row["status"], row["source"]) == (
        "P",
        "sum of 6: utility 1; utility 2; utility 3; and 3 more",
    )


def test_missing_stays_missing():
    """Proves: what one town does not know is no zero in the province."""
    rows = pd.DataFrame(
        {
            "territory": [TORINO, AGLIE, TORINO, AGLIE],
            "year": 2020,
            "flow": "FC_OTH_HH_E",
            "product": ["G3000", "G3000", "E7000", "E7000"],
            "value": [10, ":", 5, 2],
        }
    )
    parts = Balance.from_table(rows, unit="MWh")
    whole = sum_territories(parts, into="001")
    assert whole.missing.to_numpy().tolist() == [["001", 2020, "FC_OTH_HH_E", "G3000"]]
    assert whole.table[["product", "energy_mwh"]].to_numpy().tolist() == [["E7000", 7.0]]
    known = sum_territories(parts, into="001", partial=True)
    gas = known.table[known.table["product"] == "G3000"].iloc[0]
    assert (gas["energy_mwh"], gas["status"]) == (10.0, "E")
    assert gas["source"].startswith("known parts only")
    assert len(known.missing) == 1


def test_no_aggregate_is_given_without_what_is_missing():
    """Proves: households' gas is not known, so neither is gas, nor all of households; electricity is."""
    rows = pd.DataFrame(
        [
            (TORINO, "FC_OTH_HH_E", "G3000", 10),
            (TORINO, "FC_OTH_HH_E", "E7000", 5),
            (TORINO, "FC_E", "G3000", 10),
            (AGLIE, "FC_OTH_HH_E", "G3000", ":"),
            (AGLIE, "FC_OTH_HH_E", "E7000", 2),
        ],
        columns=["territory", "flow", "product", "value"],
    ).assign(year=2020)
    parts = Balance.from_table(rows, unit="MWh")
    whole = sum_territories(parts, into="001")
    assert cell(whole, "FC_E", "E7000") == 7
    for flow, product in [("FC_E", "G3000"), ("FC_E", "TOTAL"), ("FC_OTH_HH_E", "TOTAL")]:
        assert cell(whole, flow, product) == 0
        assert [flow, product] in whole.missing[["flow", "product"]].to_numpy().tolist()
    known = sum_territories(parts, into="001", partial=True).table.set_index(["flow", "product"])
    assert known.loc[("FC_E", "TOTAL"), "energy_mwh"] == 17
    assert known.loc[("FC_E", "TOTAL"), "source"] == "known parts only: identity"
    assert not known.loc[("FC_E", "E7000"), "source"].startswith("known parts only")


def test_a_part_with_more_detail_loses_nothing():
    """Proves: services given whole by one town and split by another still sum to all of them."""
    parts = joined(
        town(TORINO, "FC_OTH_CP_PUB_E G3000 3\nFC_OTH_CP_PRI_E G3000 4"), town(AGLIE, "FC_OTH_CP_E G3000 5")
    )
    whole = sum_territories(parts, into="001")
    assert cells(whole).sum() == 12
    assert cell(whole, "FC_OTH_CP_E_UNALLOCATED", "G3000") == 5


def test_products_at_different_detail_are_told():
    parts = joined(town(TORINO, "FC_TRA_ROAD_E O4671XR5220B 3"), town(AGLIE, "FC_TRA_ROAD_E O4000XBIO 5"))
    with pytest.raises(
        InputError, match="2020 FC_TRA_ROAD_E: some territories give O4000XBIO, others O4671XR"
    ):
        sum_territories(parts, into="001")


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ([TORINO, "001"], "001 itself is in the balance beside its parts"),
        ([TORINO, CUNEO], r"004078 does not lie in 001: it lies in 004, ITC1, IT"),
        ([TORINO, "XX"], "XX does not lie in 001: it is not known"),
    ],
)
def test_what_is_no_part_is_told(codes, text):
    with pytest.raises(InputError, match=text):
        sum_territories(joined(*map(town, codes)), into="001")


def test_parts_that_overlap_are_told():
    with pytest.raises(InputError, match="001272 lies in 001, and both are in the balance"):
        sum_territories(joined(town(TORINO), town("001"), town("004")), into="ITC1")


# ── sharing out ──────────────────────────────────────────────────────────────────────────────────────────


@given(
    st.floats(1e-6, 1e12),
    st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=40),
)
def test_parts_sum_back_bit_for_bit(whole, keys):
    total = math.fsum(keys)
    parts = exact_parts(whole, [key / total for key in keys])
    assert math.fsum(parts) == whole
    assert parts == pytest.approx([whole * key / total for key in keys], rel=1e-9, abs=1e-12 * whole)


def test_a_province_shared_out_to_all_its_towns_sums_back_exactly():
    province = Balance(examples.torino().table.assign(territory="001"))
    towns = catalog.table("municipalities").query("province == '001'")
    parts = downscale(province, key="population", into=list(towns["code"]))
    again = sum_territories(parts, into="001")
    pd.testing.assert_series_equal(cells(again), cells(province), check_exact=True)
    assert len(parts.territories) == 312
    assert set(parts.table["status"]) == {"E"}


def test_what_the_parts_do_not_cover_stays_visible():
    """Of 2,247,780 people 872,367 live in Torino and 2,644 in Agliè."""
    parts = downscale(town("001", "FC_OTH_HH_E G3000 2247780"), key="population", into=[TORINO, AGLIE])
    energy = parts.table.set_index("territory")["energy_mwh"]
    assert energy.to_dict() == pytest.approx({TORINO: 872_367, AGLIE: 2_644, "001_REST": 1_372_769})
    told = parts.table.set_index("territory")["source"][AGLIE]
    assert told == "001 × population 2,644 / 2,247,780 = 0.00117627 (ISTAT, census 2011)"
    assert sum_territories(parts, into="001").table["energy_mwh"].item() == 2_247_780


def test_parts_may_be_all_of_a_level():
    """Proves: a region shared out to its provinces and on to all towns sums back at each level."""
    region = town("ITC1", "FC_OTH_HH_E G3000 1e7\nFC_OTH_HH_E E7000 3e6")
    provinces = downscale(region, key="population_degree_days", into="province")
    towns = [
        downscale(provinces.filter(territory=place.code), key="population", into="municipality")
        for place in provinces.territories
    ]
    assert len(joined(*towns).territories) == 1181
    again = sum_territories(joined(*towns), into="province")
    pd.testing.assert_series_equal(cells(again), cells(provinces), check_exact=True)
    pd.testing.assert_series_equal(
        cells(sum_territories(again, "ITC1")), cells(region).sort_index(), check_exact=True
    )
    told = provinces.table["source"].iloc[0]
    assert told.startswith("ITC1 × population_degree_days")
    assert told.endswith("(ISTAT, census 2011; JRC and Eurostat, mean degree days of the shipped years)")


def test_a_country_is_more_than_the_municipalities_that_are_known():
    """Proves: Piemonte takes its share of Italy; it would take all of it. 4,363,916 of 59,433,744 people."""
    italy = town("IT", "FC_OTH_HH_E G3000 59433744")
    parts = downscale(italy, key="population", into="municipality")
    energy = cells(parts).droplevel(["year", "flow", "product"])
    assert energy["IT_REST"] == pytest.approx(59_433_744 - 4_363_916)
    assert energy[AGLIE] == pytest.approx(2_644)
    assert cells(sum_territories(parts, into="IT")).tolist() == [59_433_744]
    with pytest.raises(InputError, match="IT has no population_degree_days, so nothing says what the parts"):
        downscale(italy, key="population_degree_days", into=[AGLIE])


def test_each_flow_may_have_its_key():
    keys = pd.DataFrame({"territory": ["N", "S", "V"], "homes": [30, 70, 100], "jobs": [150, 50, 200]})
    valley = balance_from("FC_OTH_HH_E G3000 100\nFC_OTH_CP_E G3000 100", territory="V")
    parts = downscale(valley, key={"FC_OTH_HH_E": "homes", "*": "jobs"}, into=["N", "S"], keys=keys)
    energy = parts.table.set_index(["territory", "flow"])["energy_mwh"]
    assert energy["N", "FC_OTH_HH_E"] == pytest.approx(30)
    assert energy["N", "FC_OTH_CP_E"] == pytest.approx(75)
    assert "V × jobs 150 / 200 = 0.75 (given)" in set(parts.table["source"])
    assert not parts.table["territory"].str.endswith("_REST").any()


def test_missing_is_missing_in_every_part():
    rows = pd.DataFrame(
        {
            "territory": "001",
            "year": 2020,
            "flow": "FC_OTH_HH_E",
            "product": ["G3000", "E7000"],
            "value": [1, ":"],
        }
    )
    parts = downscale(Balance.from_table(rows, unit="GWh"), key="area", into=[TORINO])
    assert set(parts.missing["territory"]) == {TORINO, "001_REST"}


@pytest.mark.parametrize(
    ("key", "into", "text"),
    [
        ("populaton", [TORINO], "unknown key 'populaton'.*Did you mean 'population'"),
        ("population", [CUNEO], "004078 does not lie in 001"),
        ("population", [TORINO, TORINO], "'001272' is given twice"),
        ({"IMP": "population"}, [TORINO], "no key for flow FC_OTH_HH_E"),
    ],
)
def test_a_share_that_cannot_be_is_told(key, into, text):
    with pytest.raises(InputError, match=text):
        downscale(town("001"), key=key, into=into)


def test_more_faults_of_keys_are_told():
    with pytest.raises(InputError, match="096034 has no area"):  # Miagliano has none in the boundaries
        downscale(town("096"), key="area", into=["096034"])
    keys = pd.DataFrame({"territory": ["N", "S", "V"], "homes": [30, 80, 100]})
    with pytest.raises(InputError, match="homes of the parts is 110, of V 100; parts exceed it"):
        downscale(town("V"), key="homes", into=["N", "S"], keys=keys)
    with pytest.raises(InputError, match="one territory is needed, found 001001, 001272"):
        downscale(joined(town(TORINO), town(AGLIE)), key="area", into=[TORINO])
