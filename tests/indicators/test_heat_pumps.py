"""Heat pumps: renewable heat by SPF, which of them count, and their way into a balance."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit import InputError, aggregate, check, indicators
from leb_kit.examples import italy, torino
from leb_kit.indicators import eligible, heat_pump_stock, renewable_heat, threshold, with_heat_pumps
from leb_kit.reference import catalog
from tests.helpers import balance_from, cell

HOMES = "FC_OTH_HH_E"


def pumps(*rows, columns=("kind", "climate", "capacity_mw", "flow")):
    return pd.DataFrame(rows, columns=list(columns))


def test_renewable_heat_by_hand():
    """SPF 4: of 4 parts of heat one is electricity, three are the ground's."""
    assert renewable_heat(1000, 4) == 750
    assert renewable_heat(0, 3) == 0


@given(st.floats(0, 1e9), st.floats(1.001, 10), st.floats(1.001, 10))
def test_heat_and_drive_make_the_usable_heat_and_a_better_pump_takes_more(usable, spf, other):
    assert renewable_heat(usable, spf) + usable / spf == pytest.approx(usable)
    low, high = sorted((spf, other))
    assert renewable_heat(usable, low) <= renewable_heat(usable, high) <= usable


def test_which_pumps_count():
    """1.15/0.455 is 2.53; the decision states 2.5 and counts air pumps of colder places, SPF 2.5."""
    assert threshold() == 2.5
    assert threshold(efficiency=0.455) == pytest.approx(2.527, abs=0.001)
    assert (eligible(2.5), eligible(2.49), eligible(2.5, efficiency=0.455)) == (True, False, False)
    assert (eligible(1.15, drive="heat"), eligible(1.14, drive="heat")) == (True, False)


def test_a_stock_takes_defaults_where_it_has_no_figures():
    """10 MW × 1,640 h × (1 − 1/2.6); 5 MW × 2,000 h × (1 − 1/4); an old pump of SPF 2 does not count."""
    stock = pumps(
        ("air_water", "average", 10, HOMES, None, None),
        ("ground_water", "colder", 5, HOMES, 2000, 4),
        ("air_air", "warmer", 1, "FC_OTH_CP_E", None, 2.0),
        columns=("kind", "climate", "capacity_mw", "flow", "hours", "spf"),
    )
    found = heat_pump_stock(stock)
    assert found["usable_mwh"].tolist() == [16_400, 10_000, 1_200]
    assert found["renewable_mwh"].tolist() == pytest.approx([16_400 * (1 - 1 / 2.6), 7_500, 0])
    assert found["eligible"].tolist() == [True, True, False]
    assert (found["drive"] == "electricity").all()


def test_every_default_counts():
    rows = catalog.table("heat_pump_defaults")
    assert rows["spf"].map(eligible).all()
    assert rows["source"].str.contains("from memory, to be verified").all()
    hours = rows.pivot_table(index="kind", columns="climate", values="hours")
    assert (hours.loc["ground_water", ["warmer", "average", "colder"]].diff().dropna() > 0).all()


# ── into a balance ───────────────────────────────────────────────────────────────────────────────────────

STOCK = pumps(("air_water", "average", 50, HOMES), ("ground_water", "average", 10, "FC_OTH_CP_E"))
HEAT = {HOMES: 50 * 1640 * (1 - 1 / 2.6), "FC_OTH_CP_E": 10 * 2070 * (1 - 1 / 3.5)}


def test_heat_from_the_air_enters_production_and_use_and_nothing_else():
    town = balance_from(
        "PPRD RA600 5\nFC_IND_FBT_E RA600 5\nIMP E7000 90\nFC_OTH_HH_E E7000 60\nFC_OTH_CP_E E7000 30"
    )
    more = with_heat_pumps(town, STOCK)
    for flow, heat in HEAT.items():
        assert cell(more, flow, "RA600") == pytest.approx(heat)
    assert cell(more, "PPRD", "RA600") == pytest.approx(5 + sum(HEAT.values()))
    assert cell(more, "FC_OTH_HH_E", "E7000") == 60
    assert check(aggregate(more)).ok
    before, after = indicators.renewable_share(town), indicators.renewable_share(more)
    gained = sum(HEAT.values())
    assert after.res_heat_mwh - before.res_heat_mwh == pytest.approx(gained)
    assert after.gross_final_consumption_mwh - before.gross_final_consumption_mwh == pytest.approx(gained)
    # Ambient heat is outside primary and final energy as the targets count them.
    assert indicators.primary_energy(more) == indicators.primary_energy(town)
    assert indicators.final_energy(more) == indicators.final_energy(town)


def test_torino_with_heat_pumps_closes():
    more = with_heat_pumps(torino(), STOCK, replace=True)
    assert check(aggregate(more)).ok == check(aggregate(torino())).ok


def test_heat_that_is_there_is_replaced_only_when_asked():
    """Italy's homes already use ambient heat: adding the stock would count it twice."""
    with pytest.raises(InputError) as caught:
        with_heat_pumps(italy(), STOCK)
    assert len(caught.value.faults) == 2
    assert all("already uses" in fault and "replace=True" in fault for fault in caught.value.faults)
    new = with_heat_pumps(italy(), STOCK, replace=True)
    assert cell(new, HOMES, "RA600") == pytest.approx(HEAT[HOMES])
    made = cell(new, "PPRD", "RA600") - cell(italy(), "PPRD", "RA600")
    used = sum(HEAT[flow] - cell(italy(), flow, "RA600") for flow in HEAT)
    assert made == pytest.approx(used)


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_fault_of_a_stock_is_told_with_its_row():
    stock = pumps(
        ("air_watter", "average", 1, HOMES, None, None, None),
        ("air_water", "alpine", -1, HOMES, None, None, "gas"),
        ("exhaust_air", "colder", 1, HOMES, None, None, None),
        ("air_water", "average", 1, HOMES, None, 1.0, None),
        ("air_water", "average", float("nan"), HOMES, 1e400, 3, None),
        columns=("kind", "climate", "capacity_mw", "flow", "hours", "spf", "drive"),
    )
    with pytest.raises(InputError) as caught:
        heat_pump_stock(stock)
    kinds = (
        "air_air, air_water, exhaust_air, ground_air, ground_water, reversible_air_air, reversible_air_water"
    )
    assert caught.value.faults == (
        f"row 0: unknown kind 'air_watter'; known are {kinds}. Did you mean 'air_water'?",
        "row 1: unknown drive 'gas'; known are electricity, heat.",
        "row 1: unknown climate 'alpine'; known are average, colder, warmer.",
        "row 1: capacity_mw is -1.0; a number 0 or more is expected",
        "row 2: no default for 'exhaust_air' in a colder climate; give hours and spf",
        "row 3: spf is 1.0; a number above 1 is expected",
        "row 4: capacity_mw is nan; a number 0 or more is expected",
        "row 4: hours is inf; a number 0 or more is expected",
    )


def test_other_wrong_questions():
    with pytest.raises(
        InputError, match=r"flow 'FC_OTH_HH' is no final use of energy\. Did you mean 'FC_OTH_HH_E'"
    ):
        with_heat_pumps(torino(), pumps(("air_air", "average", 1, "FC_OTH_HH")))
    with pytest.raises(InputError, match="column 'capacity_mw' is missing"):
        heat_pump_stock(pumps(columns=("kind", "climate", "flow")))
    with pytest.raises(InputError, match="a table of the stock is expected, found dict"):
        heat_pump_stock({})
    with pytest.raises(InputError, match="a Balance is expected, found NoneType"):
        with_heat_pumps(None, STOCK)
    with pytest.raises(InputError, match="SPF is 1; a heat pump gives more heat than drives it"):
        renewable_heat(-1, 1)
    with pytest.raises(InputError, match="unknown drive 'gas'"):
        threshold("gas")
    with pytest.raises(InputError, match=r"efficiency is 45\.5; expected between 0 and 1"):
        threshold(efficiency=45.5)
