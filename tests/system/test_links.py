"""Arrows of the flow scheme: every node closes, all energy is there, and Italy's paths are as published."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit import Balance, calibrate, links
from leb_kit.examples import italy, torino
from leb_kit.reference import catalog
from tests.helpers import TJ, balance_from, cell, france

COUNTRIES = [italy, france, torino]


def sides(arrows: pd.DataFrame) -> pd.DataFrame:
    """In and out of every node, MWh, with its column of the scheme."""
    into = arrows.groupby("target")["energy_mwh"].sum()
    out = arrows.groupby("source")["energy_mwh"].sum()
    columns = catalog.table("scheme").set_index("node")["column"]
    frame = pd.DataFrame({"into": into, "out": out}).fillna(0.0)
    return frame.assign(column=columns.reindex(frame.index))


def assert_closed(balance: Balance) -> None:
    """Sources only give, users only take, everything between gives what it takes."""
    arrows = links(balance)
    assert (arrows["energy_mwh"] > 0).all()
    assert arrows["energy_mwh"].dtype == float
    assert not arrows.duplicated(["source", "target", "product"]).any()
    nodes = sides(arrows)
    assert nodes["column"].notna().all()  # every node is declared
    assert (nodes.query("column == 0")["into"] == 0).all()  # what is used is also produced, here
    assert (nodes.query("column == 4")["out"] == 0).all()
    between = nodes.query("0 < column < 4")
    gap = (between["into"] - between["out"]).abs()
    assert (gap <= 1e-9 * between[["into", "out"]].max(axis=1)).all(), between[gap > 0]
    given = nodes.query("column == 0")["out"].sum()
    assert nodes.query("column == 4")["into"].sum() == pytest.approx(given, rel=1e-9)


def arrow(arrows: pd.DataFrame, source: str, target: str, *products: str) -> float:
    """Energy of an arrow, TJ: of the products named, or of all."""
    here = arrows[(arrows["source"] == source) & (arrows["target"] == target)]
    return float((here[here["product"].isin(products)] if products else here)["energy_mwh"].sum()) * TJ


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_node_closes(country):
    assert_closed(country())


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_node_closes_when_demand_has_changed(country):
    system = calibrate(country())
    assert_closed(system.to_balance(1.5 * system.services["demand_mwh"]))


GAS_PATH = [  # Italy 2019, TJ, Eurostat nrg_bal_c
    ("local_natural_gas", "network_natural_gas", 164_589),
    ("import_natural_gas", "network_natural_gas", 2_436_828),
    ("blending", "network_natural_gas", 1_713),
    ("network_natural_gas", "export", 11_159),
    ("network_natural_gas", "stock_build", 38_442),
    ("network_natural_gas", "power_only", 386_350 + 1_342),
    ("network_natural_gas", "cogeneration", 489_116 + 177_407),
    ("network_natural_gas", "heat_only", 10_825),
    ("network_natural_gas", "energy_sector", 64_180),
    ("network_natural_gas", "losses", 13_963),
    ("network_natural_gas", "non_energy", 26_918),
    ("network_natural_gas", "industry", 357_577),
    ("network_natural_gas", "transport", 48_036),
    ("network_natural_gas", "tertiary", 296_692),
    ("network_natural_gas", "residential", 675_190),
    ("network_natural_gas", "agriculture", 5_932),
]


def test_the_gas_path_of_italy():
    """Each arrow as published; what else touches the gas network is the rounding of the sheet, 0.001 TJ."""
    arrows = links(italy())
    found = {(source, target): arrow(arrows, source, target) for source, target, _ in GAS_PATH}
    wanted = {(source, target): float(energy) for source, target, energy in GAS_PATH}
    assert found == pytest.approx(wanted, abs=1.0)  # sums of two rounded figures
    touching = arrows.query("source == 'network_natural_gas' or target == 'network_natural_gas'")
    pairs = list(zip(touching["source"], touching["target"], strict=True))
    assert set(wanted) <= set(pairs)
    others = touching[[pair not in wanted for pair in pairs]]
    assert others["energy_mwh"].sum() * TJ < 0.0015


def test_cogeneration_of_italy():
    """Main activity 753,666 → 309,013 + 139,709; autoproducers 235,882 → 77,125 + 77,176, TJ."""
    arrows = links(italy())
    entering = arrows.query("target == 'cogeneration'")["energy_mwh"].sum() * TJ
    assert entering == pytest.approx(753_666 + 235_882, abs=1)
    electricity = arrow(arrows, "cogeneration", "network_electricity")
    heat = arrow(arrows, "cogeneration", "network_heat")
    assert electricity == pytest.approx(309_013 + 77_125, abs=1)
    assert heat == pytest.approx(139_709 + 77_176, abs=1)
    lost = arrow(arrows, "cogeneration", "losses")
    assert lost == pytest.approx(entering - electricity - heat, abs=1e-6)


def test_the_other_sources_of_italy():
    """Waterpower, wind and imports stand where the published rows say, TJ."""
    arrows = links(italy())
    assert arrow(arrows, "import_electricity", "network_electricity") == pytest.approx(158_309.8, abs=0.1)
    assert arrow(arrows, "network_electricity", "losses") == pytest.approx(64_145.7, abs=0.1)
    assert arrow(arrows, "network_electricity", "residential") == pytest.approx(236_116.8, abs=0.1)
    assert arrow(arrows, "network_heat", "industry") == pytest.approx(123_190.7, abs=0.1)
    assert arrow(arrows, "source_hydro", "hydro_plants") == pytest.approx(166_746.7, abs=0.1)


def test_a_plant_loses_what_it_does_not_give():
    """100 of gas, 40 of electricity and 45 of heat: 15 lost."""
    arrows = links(
        balance_from("""
        IMP              G3000  100
        TI_EHG_MAPCHP_E  G3000  100
        TO_EHG_MAPCHP    E7000   40
        TO_EHG_MAPCHP    H8000   45
        FC_OTH_HH_E      E7000   40
        FC_OTH_HH_E      H8000   45
    """)
    ).set_index(["source", "target", "product"])["energy_mwh"]
    assert arrows.to_dict() == {
        ("import_natural_gas", "network_natural_gas", "G3000"): 100,
        ("network_natural_gas", "cogeneration", "G3000"): 100,
        ("cogeneration", "network_electricity", "E7000"): 40,
        ("cogeneration", "network_heat", "H8000"): 45,
        ("cogeneration", "losses", "TOTAL"): 15,
        ("network_electricity", "residential", "E7000"): 40,
        ("network_heat", "residential", "H8000"): 45,
    }


def test_a_plant_without_fuel_is_fed_by_the_difference():
    """Proves: energy from nowhere is shown. Heat and electricity both stay: 10 + 20 from the difference."""
    balance = balance_from("TO_EHG_APCHP E7000 10\nTO_EHG_APCHP H8000 20\nFC_IND_CPC_E E7000 10\nDL H8000 20")
    assert_closed(balance)
    arrows = links(balance)
    assert arrow(arrows, "difference_supply", "cogeneration") == pytest.approx(30 * TJ)
    assert arrow(arrows, "cogeneration", "network_heat", "H8000") == pytest.approx(20 * TJ)


@pytest.mark.parametrize(
    ("used", "source", "target"),
    [(90, "network_natural_gas", "difference_use"), (110, "difference_supply", "network_natural_gas")],
)
def test_the_difference_of_supply_and_use_is_a_node_of_its_own(used, source, target):
    """Proves: a balance that does not close is drawn as it is: 10 too many, or 10 too few."""
    balance = balance_from(f"IMP G3000 100\nFC_OTH_HH_E G3000 {used}")
    arrows = links(balance)
    assert arrow(arrows, source, target, "G3000") == pytest.approx(10 * TJ)
    assert len(arrows) == 3
    assert_closed(balance)


def test_a_transfer_of_negative_energy_is_an_arrow_the_other_way():
    """Proves: products transferred (−5 in, −3 out) are not dropped. Without it refineries would not close."""
    balance = balance_from("""
        IMP           O4100_TOT      100
        TI_RPI_RI_E   O4100_TOT      100
        TI_RPI_PT_E   O4640           -5
        TO_RPI_RO     O4671XR5220B    98
        TO_RPI_IT     O4640           -3
        STK_CHG       O4640           -2
        FC_TRA_ROAD_E O4671XR5220B    98
    """)
    assert_closed(balance)
    arrows = links(balance)
    assert arrow(arrows, "refineries", "network_oil", "O4640") == pytest.approx(5 * TJ)
    assert arrow(arrows, "network_oil", "refineries", "O4640") == pytest.approx(3 * TJ)
    assert arrow(arrows, "network_oil", "stock_build", "O4640") == pytest.approx(2 * TJ)


def test_what_is_not_energy_use_is_told_apart():
    """Proves: the closest row wins. Without it feedstocks would stand as industry, or vanish as losses."""
    flows = ("TI_NE", "NRG_NE", "FC_IND_NE", "TI_NRG_FC_IND_NE", "FC_TRA_NE", "FC_OTH_NE")
    for flow in flows:
        arrows = links(balance_from(f"IMP O4640 10\n{flow} O4640 10"))
        assert arrow(arrows, "network_oil", "non_energy") == pytest.approx(10 * TJ), flow
    rest = links(france()).query("target == 'non_energy'")["energy_mwh"].sum() * TJ
    assert rest == pytest.approx(cell(france(), "FC_NE", "TOTAL") * TJ, abs=1)


def test_network_heat_pumps_take_electricity_and_ambient_heat():
    """10 of electricity and 25 of ambient heat give 35 of heat: two arrows in, nothing lost."""
    balance = balance_from("""
        IMP           E7000   10
        PPRD          RA600   25
        TI_EHG_EDHP   E7000   10
        TI_EHG_EDHP   RA600   25
        TO_EHG_EDHP   H8000   35
        FC_OTH_HH_E   H8000   35
    """)
    assert_closed(balance)
    arrows = links(balance)
    assert arrow(arrows, "network_electricity", "central_heat_conversion") == pytest.approx(10 * TJ)
    assert arrow(arrows, "source_ambient_heat", "central_heat_conversion") == pytest.approx(25 * TJ)
    assert arrow(arrows, "central_heat_conversion", "network_heat") == pytest.approx(35 * TJ)
    system = calibrate(balance)
    doubled = system.to_balance(2 * system.services["demand_mwh"])
    assert cell(doubled, "PPRD", "RA600") == pytest.approx(50)
    assert cell(doubled, "IMP", "E7000") == pytest.approx(20)


PLACES = st.tuples(
    st.sampled_from([
        "PPRD", "IMP", "EXP", "STK_CHG", "INTAVI", "TI_EHG_MAPE_E", "TI_EHG_APCHP_E", "TI_BF_E", "TO_BF",
        "TI_RPI_PT_E", "TO_RPI_PT", "NRG_PR_E", "DL", "FC_IND_NE", "FC_OTH_HH_E", "FC_OTH_CP_PUB_E",
    ]),
    st.sampled_from(["G3000", "O4680", "C0311", "R5220B", "W6220", "N900H"]),
)  # fmt: skip
OUTPUTS = st.tuples(
    st.sampled_from(["TO_EHG_MAPE", "TO_EHG_APCHP", "IMP", "EXP", "DL", "FC_IND_FBT_E", "TI_EHG_EPS"]),
    st.sampled_from(["E7000", "H8000"]),
)


@given(st.dictionaries(PLACES | OUTPUTS, st.floats(0.001, 1e7), min_size=1, max_size=25))
@settings(max_examples=60)
def test_any_balance_closes_at_every_node(cells):
    """Proves: no combination of rows loses energy on the way, closed balance or not."""
    lines = [f"{flow} {product} {mwh!r}" for (flow, product), mwh in cells.items()]
    assert_closed(balance_from("\n".join(lines)))
