"""The tertiary of a balance, split: the whole stays, the parts are told."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.tertiary import Bills, Estate, metered, public_tertiary
from tests.helpers import balance_from, cell, joined

PUB, PRI, ALL = "FC_OTH_CP_PUB_E", "FC_OTH_CP_PRI_E", "FC_OTH_CP_E"
VALLEY = """
    PPRD         RA100  100
    TI_EHG_MAPE_E RA100 100
    TO_EHG_MAPE  E7000  100
    IMP          G3000  300
    IMP          E7000  100
    FC_OTH_CP_E  G3000  100
    FC_OTH_CP_E  E7000  80
    FC_OTH_HH_E  G3000  200
    FC_OTH_HH_E  E7000  120
"""


def public_use(gas=30.0, power=20.0, *, territory="VAL", last="2020-12-31", fleet=0.0):
    buildings = pd.DataFrame({"building": ["hall", "cars"], "use_class": ["office", "fleet"]})
    meters = pd.DataFrame(
        {
            "meter": ["GAS", "POWER", "PUMP"],
            "building": ["hall", "hall", "cars"],
            "kind": ["other", "other", "tank"],
            "fuel": ["natural_gas", "electricity", "gas_oil"],
        }
    )
    estate = Estate.from_tables(buildings, meters, territory=territory)
    rows = [("GAS", gas * 1000, "kWh_net"), ("POWER", power * 1000, "kWh"), ("PUMP", fleet, "l")]
    table = pd.DataFrame(rows, columns=["meter", "quantity", "unit"])
    table = table.assign(date_from="2020-01-01", date_to=last, kind="measured")
    return metered(Bills.from_table(table, estate))


def test_private_is_the_rest_and_every_aggregate_stays():
    before = balance_from(VALLEY)
    result = public_tertiary(before, public_use())
    after = result.balance
    assert cell(after, PUB, "G3000") == pytest.approx(30, abs=1e-7)
    assert cell(after, PRI, "G3000") == pytest.approx(70, abs=1e-7)
    assert cell(after, PRI, "E7000") == pytest.approx(60, abs=1e-7)
    assert cell(after, ALL, "G3000") == 100
    assert leb.check(after).ok
    assert list(leb.check(after).table["check"]) == list(leb.check(before).table["check"])
    old, new = (leb.aggregate(b).table.set_index(["flow", "product"])["energy_mwh"] for b in (before, after))
    rest = new.drop([PUB, PRI], level="flow")
    pd.testing.assert_series_equal(rest.sort_index(), old.sort_index(), rtol=1e-12)


@settings(max_examples=25)
@given(st.floats(0, 100), st.floats(0, 80))
def test_public_and_private_sum_to_the_tertiary(gas, power):
    result = public_tertiary(balance_from(VALLEY), public_use(gas, power))
    for product, whole in (("G3000", 100.0), ("E7000", 80.0)):
        parts = cell(result.balance, PUB, product) + cell(result.balance, PRI, product)
        assert parts == pytest.approx(whole, rel=1e-12)
    assert (result.table["private_mwh"] >= 0).all()


def test_a_negative_private_tertiary_is_an_error_with_place_limit_and_repair():
    with pytest.raises(InputError) as error:
        public_tertiary(balance_from(VALLEY), public_use(gas=104.5))
    (fault,) = error.value.faults
    assert fault.startswith(
        "VAL 2020 G3000 (Natural gas): public tertiary 104.5 MWh exceeds the tertiary of 100.0 MWh by 4.5 MWh"
    )
    assert "check units and PCS of the bills (the largest meter is GAS)" in fault
    assert "negative='warn' keeps it as a warning" in fault


def test_a_negative_private_tertiary_is_kept_only_when_asked_and_marked():
    result = public_tertiary(balance_from(VALLEY), public_use(gas=104.5), negative="warn")
    assert cell(result.balance, PRI, "G3000") == pytest.approx(-4.5, abs=1e-7)
    warned = result.notes[result.notes["severity"] == "warning"]
    assert "exceeds the tertiary" in warned["what"].item()
    assert "1 warnings" in repr(result)
    with pytest.raises(InputError, match=r"negative='ignore' is unknown; known are error, warn"):
        public_tertiary(balance_from(VALLEY), public_use(), negative="ignore")


def test_a_product_that_the_tertiary_lacks_says_so():
    no_gas = balance_from(VALLEY.replace("FC_OTH_CP_E  G3000  100", ""))
    with pytest.raises(InputError, match="the balance has no tertiary energy of this product"):
        public_tertiary(no_gas, public_use())


def test_a_fleet_is_transport_and_told():
    result = public_tertiary(balance_from(VALLEY), public_use(fleet=1000.0))
    assert cell(result.balance, PUB, "O4671XR5220B") == 0
    told = result.notes.loc[result.notes["severity"] == "info", "what"].str.cat()
    assert (
        told == "Municipal fleet: 10.0 MWh of O4671XR5220B are counted in FC_TRA_ROAD_E, not in the tertiary"
    )


def test_a_year_that_bills_do_not_cover_is_provisional_and_says_by_how_much():
    result = public_tertiary(balance_from(VALLEY), public_use(last="2020-06-30"))
    rows = result.balance.table.set_index(["flow", "product"])
    assert rows.loc[(PUB, "G3000"), "status"] == "P"
    assert result.table["coverage"].tolist() == pytest.approx([182 / 366] * 2)
    told = result.notes["what"].tolist()
    assert any("bills cover 49.7 % of the days of supply; public tertiary is at least" in one for one in told)


def test_an_old_split_is_replaced_and_other_years_stay():
    split = VALLEY.replace("FC_OTH_CP_E  G3000  100", f"{PUB} G3000 90\n    {PRI} G3000 10")
    both = joined(balance_from(split), balance_from(split, year=2019))
    result = public_tertiary(both, public_use())
    gas = result.balance.table.query("product == 'G3000' and flow in [@PUB, @PRI]")
    gas = gas.set_index(["year", "flow"])["energy_mwh"].sort_index()
    assert gas[2019].to_dict() == {PUB: 90, PRI: 10}
    assert gas[2020].to_dict() == pytest.approx({PUB: 30, PRI: 70}, abs=1e-6)


def test_an_aggregated_balance_stays_coherent():
    """Proves: totals of an earlier split do not survive it. Without it check finds them."""
    split = VALLEY.replace("FC_OTH_CP_E  G3000  100", f"{PUB} G3000 90\n    {PRI} G3000 10")
    result = public_tertiary(leb.aggregate(balance_from(split)), public_use())
    assert leb.check(result.balance).ok
    assert leb.check(leb.aggregate(result.balance)).ok


def test_bills_of_another_territory_do_not_fit():
    with pytest.raises(InputError, match="bills are of 001272 2020, the balance of VAL 2020"):
        public_tertiary(balance_from(VALLEY), public_use(territory="001272"))


def test_torino_comes_out_as_its_own_municipality_publishes():
    """What the city published for its buildings and lights, as bills, gives its public tertiary back."""
    torino = leb.examples.torino()
    buildings = pd.DataFrame({"building": ["all", "lights"]})
    buildings["use_class"] = ["other_building", "street_lighting"]
    published = [
        ("GAS", "all", "natural_gas", 89_807, "kWh_net"),
        ("POWER", "all", "electricity", 55_592, "MWh"),
        ("HEAT", "all", "district_heat", 140_062, "MWh"),
        ("LIGHT", "lights", "electricity", 59_200, "MWh"),
    ]
    rows = pd.DataFrame(published, columns=["meter", "building", "fuel", "quantity", "unit"])
    rows.loc[0, "quantity"] *= 1000
    estate = Estate.from_tables(
        buildings, rows[["meter", "building", "fuel"]].assign(kind="other"), territory="001272"
    )
    bills = rows[["meter", "quantity", "unit"]].assign(date_from="2019-01-01", date_to="2019-12-31")
    result = public_tertiary(torino, metered(Bills.from_table(bills.assign(kind="measured"), estate)))
    assert leb.check(result.balance).ok
    for product in ("G3000", "E7000", "H8000"):
        assert cell(result.balance, PUB, product) == pytest.approx(cell(torino, PUB, product), rel=1e-9)
        assert cell(result.balance, PRI, product) == pytest.approx(cell(torino, PRI, product), rel=1e-9)


def test_bills_of_a_city_count_in_the_province_that_holds_it():
    province = balance_from(VALLEY, territory="001")
    result = public_tertiary(province, public_use(territory="001272"))
    assert result.table["territory"].unique().tolist() == ["001"]
    assert cell(result.balance, PUB, "G3000") == pytest.approx(30, abs=1e-7)


def test_classes_are_told_in_words():
    told = public_tertiary(balance_from(VALLEY), public_use()).labelled("it").set_index("energy_mwh")
    assert told.loc[20.0, ["use_class", "product", "counted_in"]].tolist() == [
        "Uffici comunali",
        "Elettricità",
        "Terziario pubblico",
    ]


@pytest.mark.parametrize(("name", "code"), [("italy", "IT"), ("province_torino", "001")])
def test_published_balances_stay_as_coherent_as_they_were(name, code):
    before = getattr(leb.examples, name)()
    year = before.years[0]
    use = public_use(9e3, 8e3, territory=code)
    moved = type(use)(use.table.assign(year=year), use.months.assign(year=year), use.notes, use.estate)
    after = public_tertiary(before, moved).balance
    assert leb.check(after).table["check"].tolist() == leb.check(before).table["check"].tolist()
    assert leb.indicators.final_energy(after).energy_mwh == pytest.approx(
        leb.indicators.final_energy(before).energy_mwh, rel=1e-12
    )
