"""Renewable share, primary and final energy: published figures, and small balances worked out by hand."""

import pytest

from leb_kit import Balance, InputError, check, indicators
from leb_kit.examples import italy
from leb_kit.reference import catalog
from tests.helpers import TJ, balance_from, cell, france, scaled, with_rows

KTEP = 11_630
PARTS = ["share", "res_electricity_mwh", "res_heat_mwh", "res_transport_mwh", "gross_final_consumption_mwh"]
PUBLISHED = {"primary_energy": "PEC2020-2030", "final_energy": "FEC2020-2030"}


def measures(balance: Balance) -> list[float]:
    """Every energy indicator of one balance."""
    share = indicators.renewable_share(balance)
    own = indicators.self_sufficiency(balance)
    return [
        *(getattr(share, name) for name in PARTS),
        share.aviation_share,
        indicators.primary_energy(balance).energy_mwh,
        indicators.final_energy(balance).energy_mwh,
        own.share,
        own.electricity_share,
    ]


# ── published figures ────────────────────────────────────────────────────────────────────────────────────


def test_renewable_share_of_italy_2019():
    """The recipe without normalisation gives 18.182 %; SHARES publishes 18.181 %."""
    found = indicators.renewable_share(italy())
    assert 100 * found.share == pytest.approx(18.182, abs=0.0005)
    assert found.res_electricity_mwh / KTEP == pytest.approx(9_961.0, abs=0.05)
    assert found.res_heat_mwh / KTEP == pytest.approx(10_636.2, abs=0.05)
    assert found.res_transport_mwh / KTEP == pytest.approx(1_276.1, abs=0.05)
    assert found.gross_final_consumption_mwh / KTEP == pytest.approx(120_302.0, abs=0.05)


def test_renewable_share_of_france_2019():
    """The recipe gives 17.13 %; SHARES, with normalised water and wind, publishes 17.174 %."""
    assert 100 * indicators.renewable_share(france()).share == pytest.approx(17.13, abs=0.005)


@pytest.mark.parametrize(
    ("country", "indicator", "within_tj"),
    [
        (italy, "primary_energy", 1.0),
        (italy, "final_energy", 1.0),
        (france, "primary_energy", 1.0),
        # The published row is 1.001 TJ below its own published parts: each of them is rounded.
        (france, "final_energy", 1.01),
    ],
)
def test_primary_and_final_energy_equal_the_published_rows(country, indicator, within_tj):
    balance = country()
    found = getattr(indicators, indicator)(balance).energy_mwh
    published = cell(balance, PUBLISHED[indicator], "TOTAL")
    assert published > 0
    assert found * TJ == pytest.approx(published * TJ, abs=within_tj)


def test_the_chains_of_italy_2019():
    """Available 6,618,763 − ambient heat − bunkers − non-energy; final + aviation + blast furnaces, TJ."""
    assert indicators.primary_energy(italy()).energy_mwh * TJ == pytest.approx(6_108_294.889, abs=0.01)
    assert indicators.final_energy(italy()).energy_mwh * TJ == pytest.approx(4_829_705.870, abs=0.01)


def test_italy_without_any_published_sum_gives_the_same():
    """Proves: computed from leaves. Without it a published row could be read and only look computed."""
    balance = italy()
    sums = catalog.table("flows").query("aggregate")["code"]
    groups = catalog.table("products").query("not leaf")["code"]
    table = balance.table[~balance.table["flow"].isin(sums) & ~balance.table["product"].isin(groups)]
    assert len(table) < 0.7 * len(balance.table)
    assert measures(with_rows(balance, table)) == pytest.approx(measures(balance), rel=1e-12)


@pytest.mark.parametrize("country", [italy, france])
def test_false_published_sums_change_nothing(country):
    """Proves: published sums are never read. Each has the wrong sign here, and the check finds them.

    Sums of a tree (FC_E …) are left: what they hold beyond their parts is energy, kept as unallocated.
    """
    balance = country()
    table = balance.table.copy()
    flows = catalog.table("flows")
    sums = set(flows.loc[flows["aggregate"] & (flows["role"] == "balance"), "code"])
    false = table["flow"].isin(sums)
    assert false.sum() > 100
    table.loc[false, "energy_mwh"] *= -1
    wrong = with_rows(balance, table)
    assert measures(wrong) == pytest.approx(measures(balance), rel=1e-12)
    assert not check(wrong).ok


def test_false_totals_of_products_change_nothing():
    balance = italy()
    table = balance.table.copy()
    table.loc[table["product"] == "TOTAL", "energy_mwh"] *= 7
    assert measures(with_rows(balance, table)) == pytest.approx(measures(balance), rel=1e-12)


# ── aviation ─────────────────────────────────────────────────────────────────────────────────────────────

FLIGHTS = """
    FC_OTH_HH_E     R5110-5150_W6000RI   91.18
    FC_TRA_ROAD_E   O4671XR5220B        758.82
    FC_TRA_DAVI_E   O4661XR5230B         50
    INTAVI          O4661XR5230B        100
"""


@pytest.mark.parametrize(
    ("territory", "consumption"),
    [
        ("IT", 911.8),  # 1,000 − 150 + 6.18 % of 1,000
        ("CY", 891.2),  # 1,000 − 150 + 4.12 % of 1,000
        ("MT", 891.2),
        ("001272", 911.8),  # a municipality has the cap of the Union
    ],
)
def test_aviation_counts_up_to_its_cap(territory, consumption):
    """Proves: the cap is taken on the uncapped sum, 1,000. Without it 150 would count in full: 9.1 %."""
    found = indicators.renewable_share(balance_from(FLIGHTS, territory=territory))
    assert found.aviation_share == pytest.approx(0.15)
    assert found.gross_final_consumption_mwh == pytest.approx(consumption)
    assert found.share == pytest.approx(91.18 / consumption)


def test_aviation_below_the_cap_counts_as_it_is():
    text = FLIGHTS.replace(" 50\n", " 10\n").replace("INTAVI          O4661XR5230B        100", "")
    found = indicators.renewable_share(balance_from(text))
    assert found.gross_final_consumption_mwh == pytest.approx(91.18 + 758.82 + 10)


# ── electricity ──────────────────────────────────────────────────────────────────────────────────────────

WATER = """
    PPRD            RA100   80
    TI_EHG_MAPE_E   RA100   80
    TO_EHG_MAPE     E7000   80
    GEP_MAPE        RA100  100   # the memo row counts pumped water, too
    TI_EHG_EPS      E7000   28
    TO_EHG_PH       E7000   20
    NRG_EHG_E       E7000    4
    DL              E7000    8
    FC_OTH_HH_E     E7000   60
"""


def test_pumped_storage_is_neither_renewable_nor_consumption():
    """Proves: RES is 100 − 20, and the 8 lost in pumping are no consumption: 60 + 8 + 4 = 72."""
    found = indicators.renewable_share(balance_from(WATER))
    assert found.res_electricity_mwh == pytest.approx(80)
    assert found.gross_final_consumption_mwh == pytest.approx(72)


def test_imported_electricity_is_not_renewable():
    """Proves: it counts where it is made. Without it, buying water power abroad would meet the target."""
    more = WATER.replace("FC_OTH_HH_E     E7000   60", "FC_OTH_HH_E     E7000  160\nIMP E7000 100")
    found = indicators.renewable_share(balance_from(more))
    assert found.res_electricity_mwh == pytest.approx(80)
    assert found.share == pytest.approx(80 / 172)


def test_blast_furnaces_count_and_only_their_fossil_own_use():
    """Proves: 100 in − 40 out + 5 of gas; the 7 of wood and 3 of electricity are not added."""
    balance = balance_from("""
        TI_BF_E         C0311               100
        TO_BF           C0371                40
        NRG_BF_E        G3000                 5
        NRG_BF_E        R5110-5150_W6000RI    7
        NRG_BF_E        E7000                 3
        FC_IND_IS_E     C0311                10
    """)
    assert indicators.renewable_share(balance).gross_final_consumption_mwh == pytest.approx(75)
    assert indicators.final_energy(balance).energy_mwh == pytest.approx(75)


def test_primary_heat_and_ambient_heat_are_outside_primary_energy():
    """Proves: 100 + 10 + 20 − 10 − 20 − 5 − 15 = 80. Without it heat pumps would spoil efficiency."""
    balance = balance_from("""
        PPRD                R5110-5150_W6000RI  100
        PPRD                RA600                10
        PPRD                H8000                20
        INTMARB             O4680                 5
        TI_NRG_FC_IND_NE    O4640                15
        FC_OTH_HH_E         RA600                10
        FC_OTH_HH_E         R5110-5150_W6000RI   60
        INTAVI              O4661XR5230B          4
    """)
    assert indicators.primary_energy(balance).energy_mwh == pytest.approx(80)
    assert indicators.final_energy(balance).energy_mwh == pytest.approx(64)


def test_without_memo_rows_the_share_is_refused():
    """Proves: unknown is not zero. Without it the renewable electricity would silently be none."""
    text = "\n".join(line for line in WATER.splitlines() if "GEP" not in line)
    with pytest.raises(InputError) as caught:
        indicators.renewable_share(balance_from(text))
    assert str(caught.value) == (
        "renewable share: 1 fault\n"
        "  - VAL 2020: electricity is produced but no row GEP_… says from which product;"
        " add GEP_MAPE, GEP_MAPCHP … by product"
    )


def test_self_sufficiency_is_what_is_made_here():
    balance = balance_from(WATER + "IMP G3000 120\nFC_IND_FBT_E G3000 120\nIMP E7000 20")
    found = indicators.self_sufficiency(balance)
    assert found.local_production_mwh == 80
    assert found.gross_available_mwh == 220
    assert found.share == pytest.approx(80 / 220)
    assert found.electricity_share == pytest.approx(100 / 120)  # pumped water is gross production


# ── doors ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["renewable_share", "primary_energy", "final_energy", "self_sufficiency"])
def test_one_territory_and_one_year_are_asked_for(name):
    two = with_rows(italy(), italy().table.assign(year=[2018, *[2019] * (len(italy().table) - 1)]))
    with pytest.raises(InputError, match=r"one territory and one year are needed[\s\S]*2018, 2019"):
        getattr(indicators, name)(two)


def test_an_indicator_of_nothing_is_refused():
    empty = with_rows(italy(), italy().table.head(0))
    with pytest.raises(InputError, match="found territories none and years none"):
        indicators.primary_energy(empty)
    with pytest.raises(InputError, match="the balance holds no energy"):
        indicators.table(empty)


def test_a_scaled_country_keeps_its_shares():
    twice = measures(scaled(italy(), 2.0))
    once = measures(italy())
    assert twice[0] == pytest.approx(once[0], rel=1e-12)
    assert twice[6] == pytest.approx(2 * once[6], rel=1e-12)
