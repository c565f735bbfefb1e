"""Inventories against what Italian cities print: the same energy, the same factors, the same tonnes."""

from pathlib import Path

import pandas as pd
import pytest

from leb_kit import Balance, indicators
from leb_kit.examples import torino, torino_detail
from leb_kit.reference import catalog

DATA = Path(__file__).parents[1] / "data"
BOLOGNA, MILANO = "037006", "015146"


def read(name):
    return pd.read_csv(DATA / f"covenant_cities_{name}.csv", dtype={"territory": str}, keep_default_na=False)


def city(code) -> Balance:
    """Final energy as the city prints it (facts, typed from its Climate City Contract)."""
    rows = read("energy")
    return Balance.from_table(rows[rows["territory"] == code], unit="MWh")


def printed(code, sector, column="total_tco2eq"):
    rows = read("emissions").set_index(["territory", "sector"])
    return float(rows.loc[(code, sector), column])


@pytest.fixture(scope="module")
def bologna():
    factors = read("factors")
    own = factors.drop(columns="territory")
    return indicators.emission_inventory(city(BOLOGNA), factors=own)


@pytest.mark.parametrize(
    ("sector", "row", "most"),
    [
        ("other_not_allocated", "buildings", 1e-4),  # scope 1 and 2 together, in one row
        ("private_transport", "transport", 1e-3),  # its factors are printed to three digits
        ("other_transport", "waste", 1e-3),  # collection of waste: diesel only
    ],
)
def test_bologna_2018_with_its_own_factors(bologna, sector, row, most):
    """Printed: buildings 1,227,679.54 t, transport 325,329.79 t, waste 4,522 t."""
    mine = bologna.matrix("tco2").loc[sector].sum()
    assert mine == pytest.approx(printed(BOLOGNA, row), rel=most)


def test_bologna_has_its_own_road_factors_on_the_road_only(bologna):
    rows = bologna.table.set_index(["covenant_sector", "product"])["factor_tco2_per_mwh"]
    assert rows["private_transport", "O4671XR5220B"] == 0.276
    assert rows["other_not_allocated", "O4671XR5220B"] == 0.268
    assert bologna.electricity_factor == 0.296
    assert bologna.electricity.branch == "stated"


def test_bologna_2018_with_the_standard_factors_and_the_factor_of_its_year():
    """What the default factors change: heat (0.2244 against 0.196) and the second digits of fuels."""
    national = indicators.national_electricity_factor("IT", 2018)
    assert national == 0.296
    standard = indicators.emission_inventory(city(BOLOGNA), national_factor=national)
    own = indicators.emission_inventory(city(BOLOGNA), factors=read("factors").drop(columns="territory"))
    rows = indicators.compare_inventories(standard, own, changed_factors=True).by("product")
    assert rows.loc["H8000", "factor_effect_tco2"] == pytest.approx(191_248.2 * (0.196 - 0.2244))
    assert rows.loc["G3000", "change_tco2"] == 0
    assert rows.loc["E7000", "change_tco2"] == pytest.approx(0, abs=1e-6)
    assert abs(rows["change_tco2"].sum()) < 0.01 * standard.total_tco2


def test_milano_2021_prints_no_factors_but_its_fuels_follow_the_standard_ones():
    """Scope 1, burnt in buildings: 2,142,674 t printed; on the road: 649,499 t.

    Buildings: 2.7 % are missing. The city adds the auxiliary boilers of its district heating there (33 GWh
    of gas, 6,666 t, and 52,883 t of waste), which no final user burns.
    """
    fuels = indicators.emission_inventory(city(MILANO), national_factor=0.0).table
    fuels = fuels[~fuels["product"].isin(["E7000", "H8000"])]
    road = fuels["covenant_sector"].isin(["private_transport", "public_transport"])
    assert fuels.loc[road, "tco2"].sum() == pytest.approx(
        printed(MILANO, "transport", "scope1_tco2eq"), rel=3e-3
    )
    missing = 1 - fuels.loc[~road, "tco2"].sum() / printed(MILANO, "buildings", "scope1_tco2eq")
    assert 0.026 < missing < 0.028


# ── Torino ───────────────────────────────────────────────────────────────────────────────────────────────

ROWS = {
    "municipal_buildings": "municipal_buildings",
    "public_lighting": "public_lighting",
    "residential": "residential",
    "tertiary": "tertiary",
    "industry_non_ets": "industry_non_ets",
    "municipal_vehicles": "municipal_fleet",
    "public_transport": "public_transport",
    "private_transport": "private_transport",
    "waste_to_energy": "energy_plants",
}


def as_printed():
    """Emissions that Torino prints, by row of the inventory."""
    rows = catalog.table("torino_2019_emissions")
    where = rows["subsector"].map(ROWS).fillna(rows["sector"].map(ROWS))
    return rows.groupby(where)["value_tco2"].sum()


@pytest.fixture(scope="module")
def own():
    apart = catalog.table("torino_2019_emissions")
    waste = apart.loc[apart["macro_area"] == "waste"].groupby("sector")["value_tco2"].sum()
    non_energy = pd.DataFrame(
        {
            "covenant_sector": ["waste", "waste_water", "other_non_energy"],
            "tco2": [
                waste["separate_waste_treatment"] + waste["landfill"],
                waste["waste_water"],
                apart.loc[apart["macro_area"] == "afolu", "value_tco2"].sum(),
            ],
        }
    )
    return indicators.emission_inventory(
        torino(), convention="covenant_torino", detail=torino_detail(), non_energy=non_energy
    )


@pytest.mark.parametrize("row", sorted(set(ROWS.values())))
def test_torino_2019_with_its_own_factors_returns_every_printed_row(own, row):
    assert own.matrix("tco2").loc[row].sum() == pytest.approx(as_printed()[row], rel=3e-3)


def test_torino_2019_returns_its_printed_total(own):
    """Printed: 2,396,907 t, waste, waste water and urban green included."""
    assert own.total_tco2 == pytest.approx(2_396_907, rel=1e-4)
    assert own.heat_factor == 0.161
    assert own.electricity_factor == 0.245


def test_every_difference_between_the_covenant_default_and_the_city_has_its_cause(own):
    """From 2,839,201 t (default) to 2,396,907 t (printed), t:

    electricity 0.468 → 0.245: −532,367; heat 0.1917 → 0.161: −54,753; blended biofuels counted as fossil:
    +18,560; LPG 0.227 → 0.231: +709; waste-to-energy plant listed apart: +99,351; waste and green: +26,206.
    """
    default = indicators.emission_inventory(torino(), detail=torino_detail())
    found = indicators.compare_inventories(default, own, changed_factors=True)
    assert found.table["base_mwh"].tolist() == pytest.approx(found.table["monitoring_mwh"].tolist())
    causes = found.by("product")
    factor = causes["factor_effect_tco2"]
    assert factor["E7000"] == pytest.approx(2_384_240 * (0.245 - default.electricity_factor))
    assert factor["H8000"] == pytest.approx(1_780_925 * (0.161 - default.heat_factor))
    assert factor["O4630"] == pytest.approx(177_187 * 0.004)
    assert factor["R5220B"] + factor["R5210B"] == pytest.approx(18_560, abs=1)
    rest = factor.drop(["E7000", "H8000", "O4630", "R5220B", "R5210B"])
    assert rest.abs().max() < 1e-6
    assert causes.loc["W6220", "energy_effect_tco2"] == pytest.approx(99_351)
    assert causes.loc["", "energy_effect_tco2"] == pytest.approx(61_323 - 35_117)
    assert causes["change_tco2"].sum() == pytest.approx(own.total_tco2 - default.total_tco2)


def test_why_the_local_heat_of_torino_is_dearer_than_printed():
    """0.1917 against 0.161 tCO2 per delivered MWh, three causes.

    Imported heat takes the printed factor at the border, before 15 % of losses: +0.018. Torino Nord, as
    built, makes less power with a MWh of heat than the regional stock (0.158 against 0.132 t/MWh), from
    which the share of cogeneration was read: +0.009. What is imported, all cogenerated, counts at the mean
    of boilers and cogeneration: +0.003.
    """
    found = indicators.emission_inventory(torino())
    heat, made = found.heat, found.production.set_index("plant")
    losses, imported = 0.15, heat.tco2_imported / 0.161
    stock = 0.202 / (0.71 * 0.08) * (1 / 0.9) / (1 / 0.9 + 0.92 / 0.08 / 0.4)
    cogenerated = made.loc["MAPCHP", "tco2_heat"] / made.loc["MAPCHP", "heat_mwh"]
    causes = [
        heat.tco2_imported * losses,
        made.loc["MAPCHP", "heat_mwh"] * (cogenerated - stock),
        imported * (0.161 * (1 - losses) - stock),
    ]
    shares = [cause / heat.consumption_mwh for cause in causes]
    assert shares == pytest.approx([0.0181, 0.0092, 0.0034], abs=1e-4)
    assert heat.factor == pytest.approx(0.161 + sum(shares), abs=1e-4)
