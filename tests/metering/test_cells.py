"""Metered energy enters a balance once, with its source, or is refused."""

import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.metering import MeterMap, StreamRule, Target, measure, to_balance
from tests.metering.test_mapping import COUNTS
from tests.metering.towns import TOWN, YEAR, balance, cell, register

PUBLIC, PRIVATE, WHOLE = "FC_OTH_CP_PUB_E", "FC_OTH_CP_PRI_E", "FC_OTH_CP_E"
METERED = 3.65


def measured(mode="within", other=WHOLE, *, flow=PUBLIC, territory=TOWN, readings=None, **more):
    target = Target(territory, flow, "E7000", mode, other)
    rules = MeterMap("town", 1, (StreamRule("lighting", "sdp:lights", "energy", COUNTS, target),), **more)
    return measure(rules, readings or register(), years=[YEAR])


def town(*more):
    return balance(("IMP", "E7000", 100.0), *(more or [(WHOLE, "E7000", 100.0)]))


def test_within_the_tertiary_the_rest_is_private_and_every_sum_stays():
    result = to_balance(town(), measured())
    assert cell(result.balance, PUBLIC) == METERED
    assert cell(result.balance, PRIVATE) == pytest.approx(100 - METERED)
    assert leb.check(result.balance).ok
    assert result.meters == {(PUBLIC, "E7000"): 1}
    before, after = (leb.aggregate(one).pivot().loc[WHOLE, "E7000"] for one in (town(), result.balance))
    assert before == pytest.approx(after)
    row = result.balance.table.set_index("flow").loc[PUBLIC]
    assert row["status"] == "A"
    assert row["source"] == "meters: 1 metered, 100.0 % of the time (map town, version 1)"
    assert "96.3 MWh are left to private services" in result.notes["what"].tolist()


def test_doing_it_again_gives_the_same():
    once = to_balance(town(), measured()).balance
    twice = to_balance(once, measured()).balance
    assert once.table.equals(twice.table)


def test_a_public_tertiary_that_is_there_is_not_overwritten_by_the_way():
    b = town((PUBLIC, "E7000", 20.0), (PRIVATE, "E7000", 80.0))
    with pytest.raises(InputError, match=r"has public tertiary already \(20.0 MWh\); say within"):
        to_balance(b, measured())


def test_within_the_public_tertiary_nothing_moves():
    b = town((PUBLIC, "E7000", 20.0), (PRIVATE, "E7000", 80.0))
    result = to_balance(b, measured(other=PUBLIC))
    assert result.balance.table.equals(b.table)
    assert result.cells["energy_mwh"].tolist() == [METERED]


def test_it_may_replace_the_public_tertiary_and_the_whole_stays():
    b = town((PUBLIC, "E7000", 20.0), (PRIVATE, "E7000", 80.0))
    result = to_balance(b, measured("replaces", PUBLIC))
    assert cell(result.balance, PUBLIC) == METERED
    assert cell(result.balance, PRIVATE) == pytest.approx(100 - METERED)
    assert leb.check(result.balance).ok


@pytest.mark.parametrize(
    "rows", [[(WHOLE, "E7000", 100.0)], [(PUBLIC, "E7000", 20.0), (PRIVATE, "E7000", 80.0)]]
)
@pytest.mark.parametrize("summed", [False, True])
def test_what_is_new_grows_the_flow_and_its_supply(rows, summed):
    b = leb.aggregate(town(*rows)) if summed else town(*rows)
    result = to_balance(b, measured("adds", "IMP")).balance
    assert leb.check(result).ok
    assert cell(result, "IMP") == pytest.approx(100 + METERED)
    assert leb.aggregate(result).pivot().loc[WHOLE, "E7000"] == pytest.approx(100 + METERED)


def test_new_energy_may_be_of_any_row():
    result = to_balance(town(), measured("adds", "IMP", flow="FC_TRA_ROAD_E")).balance
    assert cell(result, "FC_TRA_ROAD_E") == METERED
    assert leb.check(result).ok


def test_more_than_the_tertiary_is_refused_with_what_to_check():
    with pytest.raises(InputError, match=r"3.6 MWh are metered, FC_OTH_CP_E holds 1.0 MWh; check units"):
        to_balance(balance(("IMP", "E7000", 1.0), (WHOLE, "E7000", 1.0)), measured())
    b = town((PUBLIC, "E7000", 2.0), (PRIVATE, "E7000", 98.0))
    with pytest.raises(InputError, match=r"FC_OTH_CP_PUB_E holds 2.0 MWh"):
        to_balance(b, measured(other=PUBLIC))


def test_a_year_of_which_too_little_is_known_is_refused_or_provisional():
    half = register(last=(YEAR, 7, 1))
    with pytest.raises(InputError, match=r"49.6 % of the year is known, 95 % is asked for"):
        to_balance(town(), measured(readings=half))
    result = to_balance(town(), measured(readings=half), accept_low_coverage=True)
    assert result.balance.table.set_index("flow").loc[PUBLIC, "status"] == "P"
    assert "warning" in result.notes["severity"].tolist()
    assert to_balance(town(), measured(readings=half, coverage=0.4)).cells["status"].tolist() == ["P"]


def test_meters_of_a_municipality_count_in_the_province_that_the_balance_has():
    b = leb.Balance.from_mwh(town().table.assign(territory="001"))
    result = to_balance(b, measured())
    assert result.cells["territory"].tolist() == ["001"]
    assert cell(result.balance, PUBLIC) == METERED


def test_another_year_is_told():
    with pytest.raises(
        InputError, match=r"nothing is metered in a territory and year of the balance \(001272 2018\)"
    ):
        to_balance(balance(("IMP", "E7000", 1.0), (WHOLE, "E7000", 1.0), year=2018), measured())


def test_torino_takes_metered_lighting_in_place_of_its_public_electricity():
    torino = leb.examples.torino()
    result = to_balance(torino, measured("replaces", PUBLIC))
    assert leb.check(result.balance).ok
    shares = [leb.indicators.renewable_share(one).share for one in (torino, result.balance)]
    assert shares[0] == pytest.approx(shares[1])
    assert "MeteredBalance(Torino 2019: 3.6 MWh metered in 1 cell" in repr(result) or "3.7 MWh" in repr(
        result
    )
