"""Seven columns of the flow scheme: conversions and uses of end users, and the way back to five."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, links
from leb_kit.errors import InputError
from leb_kit.examples import italy, torino
from leb_kit.reference.numbers import parameter
from leb_kit.system import collapsed, detail, links_table, path, read_scheme
from leb_kit.system.devices import device_rows
from leb_kit.system.plants import PLANT_COLUMNS, plants
from leb_kit.system.structure import amounts
from tests.helpers import TJ, balance_from, cell, france, joined

COUNTRIES = [italy, france, torino]
KEYS = ["source", "target", "product"]


def assert_closed(arrows: pd.DataFrame, columns: int) -> None:
    """Everything between the sources and the last column gives what it takes; nothing is dropped."""
    assert (arrows["energy_mwh"] > 0).all()
    nodes = read_scheme().view(columns).set_index("node")["column"]
    into = arrows.groupby("target")["energy_mwh"].sum()
    out = arrows.groupby("source")["energy_mwh"].sum()
    frame = pd.DataFrame({"into": into, "out": out}).fillna(0.0)
    frame["column"] = nodes.reindex(frame.index)
    assert frame["column"].notna().all()
    between = frame[(frame["column"] > 0) & (frame["column"] < columns - 1)]
    gap = (between["into"] - between["out"]).abs()
    assert (gap <= 1e-9 * between.max(axis=1)).all(), between[gap > 0]
    sources, sinks = frame[frame["column"] == 0], frame[frame["column"] == columns - 1]
    assert (sinks["out"] == 0).all()
    given = (sources["out"] - sources["into"]).sum()
    assert sinks["into"].sum() == pytest.approx(given, rel=1e-9)


def assert_same(left: pd.DataFrame, right: pd.DataFrame) -> None:
    """The same arrows in the same order, energy to the last digits of a sum."""
    pd.testing.assert_frame_equal(left[KEYS], right[KEYS])
    assert left["energy_mwh"].to_numpy() == pytest.approx(right["energy_mwh"].to_numpy(), rel=1e-12)


def arrow(arrows: pd.DataFrame, source: str, target: str, **where: str) -> float:
    """Energy of an arrow, MWh."""
    here = (arrows["source"] == source) & (arrows["target"] == target)
    for column, value in where.items():
        here &= arrows[column] == value
    return float(arrows.loc[here, "energy_mwh"].sum())


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_node_of_seven_columns_closes(country):
    assert_closed(links(country(), columns=7), 7)


@pytest.mark.parametrize("country", COUNTRIES)
def test_seven_columns_collapse_to_five(country):
    balance = country()
    assert_same(collapsed(links(balance, columns=7)), links(balance))


def test_a_home_worked_out_on_paper():
    """Gas 1000 and electricity 100: boilers take 0.761339 of the gas and give 0.73 of that as heat.

    Cooling: 0.050615 of the electricity, three times as much cold; the rest comes from the surroundings.
    """
    home = balance_from("IMP G3000 1000\nIMP E7000 100\nFC_OTH_HH_E G3000 1000\nFC_OTH_HH_E E7000 100")
    arrows = links(home, columns=7)
    assert_closed(arrows, 7)
    assert arrow(arrows, "network_natural_gas", "boilers") == pytest.approx(761.339)
    heat = 761.339 * 0.73
    assert arrow(arrows, "boilers", "residential", product="space_heating") == pytest.approx(heat)
    assert arrow(arrows, "boilers", "device_losses") == pytest.approx(761.339 - heat)
    electric = 100 * 0.016779 * parameter("electric_heater_stock", "efficiency")
    assert arrow(arrows, "residential", "use_space_heating") == pytest.approx(heat + electric)
    assert arrow(arrows, "network_electricity", "air_conditioners") == pytest.approx(5.0615)
    assert arrow(arrows, "air_conditioners", "residential", product="cooling") == pytest.approx(15.1845)
    assert arrow(arrows, "environment", "air_conditioners") == pytest.approx(10.123)


def test_heat_pumps_take_ambient_heat_from_its_source():
    """COP 3.5: 20 of electricity and 50 of ambient heat give 70; no loss, nothing from the surroundings."""
    home = balance_from("""
        IMP E7000 5000
        PPRD RA600 50
        FC_OTH_HH_E E7000 5000
        FC_OTH_HH_E RA600 50
    """)
    arrows = links(home, columns=7)
    assert_closed(arrows, 7)
    assert arrow(arrows, "source_ambient_heat", "heat_pumps") == pytest.approx(50)
    assert arrow(arrows, "network_electricity", "heat_pumps") == pytest.approx(20)
    assert arrow(arrows, "heat_pumps", "residential") == pytest.approx(70)
    assert arrow(arrows, "heat_pumps", "device_losses") == 0


def test_where_no_conversion_is_known_final_energy_is_the_use():
    plain = balance_from(
        "IMP O4652XR5210B 30\nIMP E7000 9\nFC_TRA_ROAD_E O4652XR5210B 30\nFC_IND_MAC_E E7000 9"
    )
    arrows = links(plain, columns=7)
    assert arrow(arrows, "network_oil", "transport", product="O4652XR5210B") == 30
    assert arrow(arrows, "transport", "use_mobility", product="O4652XR5210B") == 30
    assert arrow(arrows, "industry", "use_motive_power", product="E7000") == 9
    assert set(arrows["user"]) == {"", "transport", "industry"}


def test_uses_of_a_user_are_those_of_its_detail():
    """Proves: the picture and the table of end uses are one."""
    balance = torino()
    arrows = links(balance, columns=7)
    for node in ("residential", "public_tertiary", "private_tertiary"):
        useful = detail(balance, node=node).totals.drop("TOTAL")["useful_mwh"]
        found = arrows[arrows["source"] == node].groupby("target")["energy_mwh"].sum()
        assert found.to_dict() == pytest.approx({f"use_{use}": mwh for use, mwh in useful.items()}, rel=1e-12)


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_device_of_the_calibrated_system_is_drawn(country):
    """Proves: no row with known end uses is passed by. Final energy of all devices, by technology."""
    balance = country()
    devices, _ = device_rows(amounts(balance.leaves))
    final = sum(cell[3] for device in devices if device.technology for cell in device.cells)
    arrows = links(balance, columns=7)
    column = read_scheme().column
    into = arrows[(arrows["target"].map(column) == 4) & (arrows["source"] != "environment")]
    assert into["energy_mwh"].sum() == pytest.approx(final, rel=1e-12)


def test_conversion_losses_are_final_less_useful():
    balance = italy()
    arrows = links(balance, columns=7)
    for node in ("residential", "tertiary"):
        totals = detail(balance, node=node).totals.loc["TOTAL"]
        lost = arrow(arrows[arrows["user"] == node], "boilers", "device_losses")
        served = arrows[arrows["user"] == node]
        lost = served.loc[served["target"] == "device_losses", "energy_mwh"].sum()
        gained = served.loc[served["source"] == "environment", "energy_mwh"].sum()
        assert lost - gained == pytest.approx(totals["final_mwh"] - totals["useful_mwh"], rel=1e-9)


def test_gas_can_be_followed_to_its_uses():
    """Proves: all gas that enters ends somewhere; its part of a mixed use follows energy."""
    gas = path(italy(), product="G3000", columns=7)
    last = gas[~gas["target"].isin(gas["source"])]
    assert last["supply_share"].sum() == pytest.approx(1.0, rel=1e-9)
    homes = gas[(gas["source"] == "network_natural_gas") & (gas["target"] == "boilers")]
    final = 0.761339 * cell(italy(), "FC_OTH_HH_E", "G3000") + 0.636311 * cell(
        italy(), "FC_OTH_CP_E", "G3000"
    )
    assert homes["traced_mwh"].sum() == pytest.approx(final, rel=1e-9)


def test_another_number_of_columns_is_an_error():
    with pytest.raises(InputError, match="columns is 6; the scheme has 5"):
        links(torino(), columns=6)
    with pytest.raises(InputError, match="columns is 0"):
        links_table(torino(), columns=0)


# ── many at once ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("columns", [5, 7])
def test_many_territories_at_once_are_the_same_as_one_by_one(columns):
    balances = [france(), italy(), torino()]
    table = links_table(joined(*balances), columns=columns)
    for balance in balances:
        territory, year = balance.one()
        part = table[(table["territory"] == territory) & (table["year"] == year)]
        alone = links(balance, columns=columns)
        assert_same(part[[*KEYS, "energy_mwh"]].reset_index(drop=True), alone[[*KEYS, "energy_mwh"]])


@pytest.mark.parametrize("country", COUNTRIES)
def test_plants_split_as_the_table_of_plants_does(country):
    """Proves: arrays and table agree. Without it detail and links could tell two stories of one plant."""
    balance = country()
    table = plants(amounts(balance.leaves))[PLANT_COLUMNS]
    scheme, arrows = read_scheme(), links(balance)
    flows = table["flow_in"].where(table["flow_in"] != "", table["flow_out"])
    groups = table["product"].map(lambda code: "solar" if code.startswith("RA4") else "")
    photovoltaic = table[(groups == "solar") & flows.str.startswith(("TI_EHG_MAPE", "TI_EHG_APE"))]
    expected = photovoltaic["electricity_mwh"].sum()
    assert arrow(arrows, "photovoltaic", "network_electricity") == pytest.approx(expected, rel=1e-12)
    assert scheme.node("TI_EHG_MAPE_E", "solar") == "photovoltaic"
    total = arrows[arrows["target"].isin(["network_electricity", "network_heat"])]
    made = total[
        ~total["source"].isin(["import_electricity", "import_heat", "difference_supply", "local_other"])
    ]
    outputs = table[["electricity_mwh", "heat_mwh"]].to_numpy().sum()
    assert made["energy_mwh"].sum() == pytest.approx(outputs, rel=1e-9)


# ── any balance ──────────────────────────────────────────────────────────────────────────────────────────

FLOWS = [
    "PPRD", "IMP", "EXP", "STK_CHG", "INTMARB", "TI_EHG_MAPE_E", "TI_EHG_MAPCHP_E", "TI_EHG_APCHP_E",
    "TI_EHG_EDHP", "TI_EHG_EPS", "TO_EHG_MAPE", "TO_EHG_MAPCHP", "TO_EHG_PH", "TO_EHG_OTH", "GEP_MAPE",
    "TI_RPI_RI_E", "TO_RPI_RO", "TO_RPI_PT", "NRG_PR_E", "DL", "FC_IND_NE", "FC_IND_IS_E", "FC_TRA_ROAD_E",
    "FC_OTH_HH_E", "FC_OTH_CP_E", "FC_OTH_CP_PUB_E", "FC_OTH_AF_E", "FC_OTH_NSP_E", "FC_OTH_HH_E_SH",
]  # fmt: skip
PRODUCTS = [
    "G3000", "O4100_TOT", "O4671XR5220B", "O4630", "C0311", "R5110-5150_W6000RI", "R5220B", "W6220",
    "RA100", "RA300", "RA410", "RA420", "RA600", "E7000", "H8000",
]  # fmt: skip
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(FLOWS), st.sampled_from(PRODUCTS)),
    st.floats(0.001, 1e7),
    min_size=1,
    max_size=25,
)


def invented(cells: dict[tuple[str, str], float]) -> Balance:
    """A balance of random cells; stock changes are drawn and built in turn."""
    lines = [
        f"{flow} {product} {-mwh if flow == 'STK_CHG' and i % 2 else mwh!r}"
        for i, ((flow, product), mwh) in enumerate(cells.items())
    ]
    return balance_from("\n".join(lines))


@given(CELLS)
@settings(max_examples=40)
def test_whatever_the_cells_every_node_closes_and_nothing_is_dropped(cells):
    balance = invented(cells)
    five, seven = links(balance), links(balance, columns=7)
    assert_closed(five, 5)
    assert_closed(seven, 7)
    assert_same(collapsed(seven), five)


@given(CELLS)
@settings(max_examples=40)
def test_arrows_of_a_product_leave_its_network_as_the_rows_say(cells):
    """Proves: a use row is an arrow of the same energy. Without it closing could be bought by dropping."""
    balance = invented(cells)
    arrows = links(balance)
    for flow, node in (("FC_TRA_ROAD_E", "transport"), ("DL", "losses"), ("EXP", "export")):
        for product in PRODUCTS:
            here = arrows[(arrows["target"] == node) & (arrows["product"] == product)]
            assert here["energy_mwh"].sum() == pytest.approx(cell(balance, flow, product), rel=1e-12)


# ── backflows ────────────────────────────────────────────────────────────────────────────────────────────


def test_pumped_storage_takes_from_the_network_and_gives_back():
    """100 pumped, 73 given back: 27 lost; water power of the memo row is less what was pumped."""
    balance = balance_from("""
        PPRD          RA100  200
        TI_EHG_MAPE_E RA100  200
        TI_EHG_EPS    E7000  100
        TO_EHG_MAPE   E7000  200
        TO_EHG_PH     E7000   73
        GEP_MAPE      RA100  273
        FC_OTH_HH_E   E7000  173
    """)
    arrows = links(balance)
    assert_closed(arrows, 5)
    assert arrow(arrows, "network_electricity", "pumped_storage") == 100
    assert arrow(arrows, "pumped_storage", "network_electricity") == 73
    assert arrow(arrows, "pumped_storage", "losses") == 27
    assert arrow(arrows, "hydro_plants", "network_electricity") == 200


def test_a_source_without_network_that_is_not_used_shows_its_difference():
    """Proves: wind produced and booked nowhere is not lost. 10 of 100 have no use; then 10 are missing."""
    spare = balance_from("PPRD RA300 100\nTI_EHG_MAPE_E RA300 90\nTO_EHG_MAPE E7000 90\nFC_OTH_HH_E E7000 90")
    assert arrow(links(spare), "source_wind", "difference_use") == pytest.approx(10)
    short = balance_from("PPRD RA300 80\nTI_EHG_MAPE_E RA300 90\nTO_EHG_MAPE E7000 90\nFC_OTH_HH_E E7000 90")
    arrows = links(short)
    assert arrow(arrows, "difference_supply", "source_wind") == pytest.approx(10)
    assert_closed(arrows, 5)


def test_a_row_that_eurostat_adds_is_not_dropped():
    """Proves: a new code is drawn by what it begins with. Without it its energy would vanish."""
    rows = balance_from("IMP G3000 100\nFC_OTH_HH_E G3000 60").table.iloc[[0, 1, 1, 1]].reset_index(drop=True)
    rows["flow"] = ["IMP", "FC_OTH_HH_E", "FC_OTH_ICT_E", "TI_EHG_CB_E"]
    rows["energy_mwh"] = [100.0, 60.0, 30.0, 10.0]
    arrows = links(Balance(rows))
    assert arrow(arrows, "network_natural_gas", "other_users") == 30
    assert arrow(arrows, "network_natural_gas", "other_transformation") == 10
    assert_closed(arrows, 5)
    assert not arrows["target"].isin(["difference_use"]).any()


def test_italy_in_seven_columns():
    """Final gas of homes, TJ, as published: 675,190 to boilers, water heaters and cookers."""
    arrows = links(italy(), columns=7)
    homes = arrows[(arrows["user"] == "residential") & (arrows["source"] == "network_natural_gas")]
    assert homes["energy_mwh"].sum() * TJ == pytest.approx(675_190, abs=0.5)
    assert set(homes["target"]) == {"boilers", "water_heaters", "cookers"}
