"""Inside the flow scheme: Italy's gas path and cogeneration as published, end uses as calibrated."""

import pandas as pd
import pytest

from leb_kit import calibrate, examples
from leb_kit.errors import InputError, speaking
from leb_kit.system.detail import detail, path
from tests.helpers import TJ, balance_from, cell

GAS_TJ = {  # Italy 2019, TJ, Eurostat nrg_bal_c: where natural gas comes from and goes
    ("local_natural_gas", "network_natural_gas"): 164_589,
    ("import_natural_gas", "network_natural_gas"): 2_436_828,
    ("blending", "network_natural_gas"): 1_713,
    ("network_natural_gas", "export"): 11_159,
    ("network_natural_gas", "stock_build"): 38_442,
    ("network_natural_gas", "power_only"): 386_350 + 1_342,
    ("network_natural_gas", "cogeneration"): 489_116 + 177_407,
    ("network_natural_gas", "heat_only"): 10_825,
    ("network_natural_gas", "energy_sector"): 64_180,
    ("network_natural_gas", "losses"): 13_963,
    ("network_natural_gas", "non_energy"): 26_918,
    ("network_natural_gas", "industry"): 357_577,
    ("network_natural_gas", "transport"): 48_036,
    ("network_natural_gas", "tertiary"): 296_692,
    ("network_natural_gas", "residential"): 675_190,
    ("network_natural_gas", "agriculture"): 5_932,
}


@pytest.fixture(scope="module")
def gas() -> pd.DataFrame:
    return path(examples.italy(), product="G3000")


def test_the_gas_path_of_italy(gas):
    own = gas[gas["product"] == "G3000"]
    found = (own.groupby(["source", "target"])["traced_mwh"].sum() * TJ).to_dict()
    assert {key: found[key] for key in GAS_TJ} == pytest.approx(GAS_TJ, abs=1.0)
    assert (own["share"] == 1).all()
    to_plants = sum(
        found["network_natural_gas", node] for node in ("power_only", "cogeneration", "heat_only")
    )
    assert to_plants == pytest.approx(1_065_041, abs=1)
    final = ("non_energy", "industry", "transport", "tertiary", "residential", "agriculture")
    assert sum(found["network_natural_gas", node] for node in final) == pytest.approx(1_410_345, abs=1)


def test_gas_goes_on_as_the_mix_of_what_a_plant_burns(gas):
    """Proves: shares follow energy. Of the fuel of cogeneration, gas is 666,523 of 989,548 TJ."""
    fuel = 753_666 + 235_882
    power = gas[(gas["source"] == "cogeneration") & (gas["target"] == "network_electricity")]
    assert power["share"].item() == pytest.approx((489_116 + 177_407) / fuel, rel=1e-5)
    assert power["traced_mwh"].item() == pytest.approx(power["share"].item() * power["energy_mwh"].item())


def test_the_parts_of_a_product_sum_to_its_supply(gas):
    leaving = gas[(gas["source"] == "network_natural_gas")]
    assert leaving["supply_share"].sum() == pytest.approx(1.0, rel=1e-9)
    homes = leaving.loc[leaving["target"] == "residential", "supply_share"].item()
    assert homes == pytest.approx(675_190 / (164_589 + 2_436_828 + 1_713), rel=1e-5)


def test_one_oil_product_does_not_light_the_others():
    """Proves: what leaves the oil network as petrol came in as petrol; only refineries mix them a little."""
    diesel = path(examples.italy(), product="O4671XR5220B")
    leaving = diesel[diesel["source"] == "network_oil"].set_index("product")
    assert leaving.loc["O4671XR5220B", "share"].eq(1).all()
    assert leaving.drop("O4671XR5220B")["share"].max() < 0.1


def test_a_path_holds_only_what_comes_after(gas):
    assert not gas["source"].isin(["source_wind", "import_electricity", "network_coal"]).any()
    assert gas["share"].between(0, 1).all()


def test_a_group_or_a_label_may_be_followed():
    italy = examples.italy()
    pd.testing.assert_frame_equal(path(italy, product="metano"), path(italy, product="G3000"))
    oil = path(italy, product="O4000XBIO")
    assert {"O4671XR5220B", "O4652XR5210B"} <= set(oil["product"])


def test_a_product_that_does_not_exist_or_is_not_there_is_told():
    with pytest.raises(InputError, match=r"unknown product 'G300'\. Did you mean 'G3000'"):
        path(examples.italy(), product="G300")
    with pytest.raises(InputError, match="no arrow carries product 'N900H'; the balance has C0"):
        path(examples.italy(), product="N900H")


# ── plants ───────────────────────────────────────────────────────────────────────────────────────────────


def test_cogeneration_of_italy():
    """Main activity 753,666 → 309,013 + 139,709, 59.5 %; autoproducers 235,882 → 77,125 + 77,176, 65.4 %."""
    inside = detail(examples.italy(), node="cogeneration")
    tj = inside.totals * TJ
    columns = ["input_mwh", "electricity_mwh", "heat_mwh"]
    assert tj.loc["MAPCHP", columns].tolist() == pytest.approx([753_666, 309_013, 139_709], abs=0.5)
    assert tj.loc["APCHP", columns].tolist() == pytest.approx([235_882, 77_125, 77_176], abs=0.5)
    assert inside.totals["efficiency"].round(3).loc[["MAPCHP", "APCHP"]].tolist() == [0.595, 0.654]
    lost = 753_666 + 235_882 - 309_013 - 139_709 - 77_125 - 77_176
    assert tj.loc["TOTAL", "losses_mwh"] == pytest.approx(lost, abs=3)


def test_fuel_of_cogeneration_by_product():
    table = detail(examples.italy(), node="cogeneration").table
    gas = table[table["product"] == "G3000"].set_index("plant")["input_mwh"] * TJ
    assert gas.to_dict() == pytest.approx({"MAPCHP": 489_116, "APCHP": 177_407}, abs=0.5)
    again = table.groupby("plant")[["input_mwh", "electricity_mwh", "heat_mwh"]].sum()
    totals = detail(examples.italy(), node="cogeneration").totals
    pd.testing.assert_frame_equal(again.sort_index(), totals.loc[["APCHP", "MAPCHP"], again.columns])


def test_a_plant_worked_out_on_paper():
    """100 gas and no memo rows: 40 power and 45 heat; 15 are lost."""
    town = balance_from("""
        IMP G3000 100
        TI_EHG_MAPCHP_E G3000 100
        TO_EHG_MAPCHP E7000 40
        TO_EHG_MAPCHP H8000 45
        FC_OTH_HH_E E7000 40
        FC_OTH_HH_E H8000 45
    """)
    row = detail(town, node="Cogenerazione").table.iloc[0]
    assert row["losses_mwh"] == 15
    assert row[["electricity_efficiency", "heat_efficiency", "efficiency"]].tolist() == [0.40, 0.45, 0.85]


# ── end users ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("country", "node", "flows"),
    [
        (examples.italy, "residential", ["FC_OTH_HH_E"]),
        (examples.italy, "tertiary", ["FC_OTH_CP_E"]),
        (examples.torino, "tertiary", ["FC_OTH_CP_PRI_E", "FC_OTH_CP_PUB_E"]),
        (examples.torino, "public_tertiary", ["FC_OTH_CP_PUB_E"]),
    ],
)
def test_devices_are_those_of_the_calibrated_system(country, node, flows):
    """Proves: the detail and the system that scenarios change are one; final energy is the published one."""
    balance = country()
    inside = detail(balance, node=node)
    services = calibrate(balance).services
    mine = services[services["flow"].isin(flows)].groupby("end_use")["demand_mwh"].sum()
    useful = inside.totals.drop("TOTAL")["useful_mwh"]
    assert useful.to_dict() == pytest.approx(mine.to_dict(), rel=1e-12)
    for flow, part in inside.table.groupby("flow"):
        final = part.groupby("product")["final_mwh"].sum()
        wanted = {product: cell(balance, flow, product) for product in final.index}
        assert final.to_dict() == pytest.approx(wanted, rel=1e-9)
    shares = inside.table.groupby(["flow", "end_use"])["share"].sum()
    assert shares.tolist() == pytest.approx([1.0] * len(shares))


def test_households_of_italy_use_heat_pumps_with_two_carriers():
    table = detail(examples.italy(), node="residential").table
    pump = table[table["technology"] == "heat_pump_individual"]
    assert set(pump["product"]) == {"E7000", "RA600"}
    assert pump.loc[pump["product"] == "RA600", "final_mwh"].item() * TJ == pytest.approx(4_024.6, abs=0.1)


def test_a_network_tells_inflow_deliveries_losses_and_own_use():
    """Gas network of Italy 2019, TJ: losses 13,963, energy sector 64,180, export 11,159, stock 38,442."""
    inside = detail(examples.italy(), node="network_natural_gas")
    assert inside.kind == "network"
    tj = inside.totals["energy_mwh"] * TJ
    assert tj["in"] == pytest.approx(164_589 + 2_436_828 + 1_713, abs=1)
    told = {"losses": 13_963, "own_use": 64_180, "export": 11_159, "stock_build": 38_442}
    assert tj[list(told)].to_dict() == pytest.approx(told, abs=0.5)
    assert tj["delivered"] == pytest.approx(1_065_041 + 1_410_345, abs=2)
    parts = inside.totals.drop(["in", "out"])
    assert parts["energy_mwh"].sum() == pytest.approx(inside.totals.loc["out", "energy_mwh"], rel=1e-9)
    assert parts["share"].sum() == pytest.approx(1.0)


def test_any_other_node_shows_its_arrows():
    inside = detail(examples.italy(), node="industry")
    assert inside.kind == "arrows"
    assert list(inside.totals.index) == ["in"]
    assert inside.totals.loc["in", "energy_mwh"] == pytest.approx(inside.table["energy_mwh"].sum())
    boilers = detail(examples.italy(), node="boilers").table
    assert set(boilers.loc[boilers["direction"] == "out", "node"]) == {
        "residential",
        "tertiary",
        "device_losses",
    }


def test_a_node_that_does_not_exist_or_is_empty_is_told():
    with pytest.raises(InputError, match=r"unknown node 'cogenration'\. Did you mean 'cogeneration'"):
        detail(examples.italy(), node="cogenration")
    with pytest.raises(InputError, match="node 'public_tertiary' has no energy in Italy 2019"):
        detail(examples.italy(), node="public_tertiary")


def test_a_detail_shows_itself():
    inside = detail(examples.torino(), node="cogeneration")
    assert repr(inside) == "NodeDetail(cogeneration: 1 plants)"
    with speaking("it"):
        page = inside._repr_html_()
    assert "Cogenerazione" in page
    assert "calore, GWh" in page
    assert "651,0" in page
    assert "MAPCHP" not in page
    assert inside.label("en") == "Cogeneration"
