"""Local air: what is burnt where, in tonnes, worked out on paper and from another direction."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import italy, torino
from leb_kit.indicators import air_pollutant, read_targets
from leb_kit.optimise import mix_problem, optimise_mix, typical_days
from leb_kit.reference import catalog

WOOD, GAS, POWER = "R5110-5150_W6000RI", "G3000", "E7000"


def balance(*rows: tuple[str, str, float]) -> leb.Balance:
    table = pd.DataFrame(rows, columns=["flow", "product", "energy_mwh"])
    return leb.Balance.from_mwh(table.assign(territory="001272", year=2019))


def test_a_village_is_worked_out_on_paper():
    """1 GWh of wood in homes: 3,600 GJ × 760 g = 2.736 t of dust; 1 GWh of gas: 3,600 × 1.2 g = 0.00432 t.

    The electricity they use burns nothing here, whoever makes it.
    """
    village = balance(
        ("FC_OTH_HH_E", WOOD, 1000.0), ("FC_OTH_HH_E", GAS, 1000.0), ("FC_OTH_HH_E", POWER, 1000.0)
    )
    dust = air_pollutant(village, "pm10")
    assert dust.wood_tonnes == pytest.approx(2.736)
    assert dust.total_tonnes == pytest.approx(2.736 + 0.00432)
    assert dust.wood_share == pytest.approx(2.736 / 2.74032)
    assert dust.table["product"].tolist() == [GAS, WOOD]
    assert air_pollutant(village, "nox").total_tonnes == pytest.approx(3.6 * (0.050 + 0.051))


def test_the_share_of_wood_is_told_in_both_languages():
    dust = air_pollutant(balance(("FC_OTH_HH_E", WOOD, 1000.0)), "pm10")
    assert (
        dust.explain("it")
        == "Polveri sottili (PM10): 2,7 t l'anno. La legna delle case ne dà 2,7 t, il 100 %."
    )
    assert (
        dust.explain("en") == "Fine dust (PM10): 2.7 t a year. Wood burnt in homes gives 2.7 t of it, 100 %."
    )
    assert air_pollutant(balance(("FC_OTH_HH_E", POWER, 1.0)), "pm10").wood_share == 0


@given(wood=st.floats(1, 1e6), gas=st.floats(1, 1e6), times=st.floats(0.1, 10))
def test_tonnes_are_linear_in_what_is_burnt(wood, gas, times):
    one, more = (
        air_pollutant(
            balance(("FC_OTH_HH_E", WOOD, k * wood), ("TI_EHG_MAPE_E", GAS, k * gas)), "nox"
        ).total_tonnes
        for k in (1, times)
    )
    assert more == pytest.approx(times * one, rel=1e-9, abs=1e-9)


def test_every_product_has_its_fuel_and_every_sector_every_fuel():
    """Proves: nothing that burns is silently clean."""
    products = catalog.table("products")
    fuels = catalog.table("air_fuels")
    assert set(fuels["product"]) == set(products.loc[products["leaf"], "code"])
    burns = set(fuels["fuel"]) - {"none"}
    factors = catalog.table("air_factors")
    for _, part in factors.groupby(["pollutant", "sector"]):
        assert set(part["fuel"]) == burns
    assert set(factors.groupby("sector")["pollutant"].nunique()) == {2}


@pytest.mark.parametrize("pollutant", ["nox", "pm10"])
def test_italy_sums_over_its_rows_and_wood_of_homes_leads_the_dust(pollutant):
    """The total, again from leaves and factors alone; orders of magnitude of the national inventory."""
    found = air_pollutant(italy(), pollutant)
    leaves = italy().leaves.merge(catalog.table("air_fuels"), on="product")
    factors = catalog.table("air_factors").query("pollutant == @pollutant")
    homes = factors[factors["sector"] == "FC_OTH_HH_E"].set_index("fuel")["value"]
    mine = leaves[(leaves["flow"] == "FC_OTH_HH_E") & (leaves["fuel"] != "none")]
    expected = (mine["energy_mwh"] * 3.6 * mine["fuel"].map(homes)).sum() / 1e6
    by_sector = found.table.groupby("sector")["tonnes"].sum()
    assert by_sector["FC_OTH_HH_E"] == pytest.approx(expected, rel=1e-12)
    assert by_sector.sum() == pytest.approx(found.total_tonnes, rel=1e-12)
    assert 1e5 < found.total_tonnes < 1.2e6
    assert (found.wood_share > 0.5) == (pollutant == "pm10")


def test_an_unknown_pollutant_is_told_with_the_nearest():
    with pytest.raises(InputError, match="unknown pollutant 'pm1'") as told:
        air_pollutant(torino(), "pm1")
    assert "pm10" in str(told.value)


SET = """
name: aria
targets:
- target: dust
  indicator: pm10
  sense: at_most
  base: relative_to_base
  value: "-30 %"
  target_year: 2030
  label_it: Polveri sottili −30 %
  label_en: Fine dust −30 %
  source: the council
- target: oxides
  indicator: nox
  sense: at_most
  base: absolute
  value: 4.9 kt
  target_year: 2030
  label_it: Ossidi di azoto
  label_en: Nitrogen oxides
  source: the council
"""


@pytest.fixture
def clean_air(tmp_path):
    file = tmp_path / "air.yaml"
    file.write_text(SET, encoding="utf-8")
    return read_targets(file)


def test_limits_on_air_bind_a_plan_and_the_balance_of_the_plan_keeps_them(clean_air):
    """Proves: the row of the plan is the indicator. Without it a plan would be clean by its own rule only."""
    base = torino()
    asked = mix_problem(base, targets=clean_air, base=base, time=typical_days(1))
    dirty = optimise_mix(mix_problem(base, time=typical_days(1)))
    plan = optimise_mix(asked)
    after = leb.evaluate(plan.to_balance(), clean_air, base=base).set_index("target")
    assert after["met"].all()
    reached = {name: air_pollutant(plan.to_balance(), name).total_tonnes for name in ("pm10", "nox")}
    assert after.loc["dust", "value"] == pytest.approx(reached["pm10"], rel=1e-9)
    assert plan.cost_eur > dirty.cost_eur
    prices = plan.prices.set_index("target")
    assert prices["limit_unit"].tolist() == ["t", "t"]
    total = prices["reached"].to_dict()
    assert total == pytest.approx({"dust": reached["pm10"], "oxides": reached["nox"]}, rel=1e-6)
    before = leb.evaluate(dirty.to_balance(), clean_air, base=base)
    assert not before["met"].all()
