"""The shipped data keep their own rules: declared, complete, sourced, plausible, recomputable."""

import re

import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.reference import catalog, costs, profiles

#: Published documents shipped as they are: they are read by the importers, not by the catalog.
DOCUMENTS = {"eurostat_nrg_bal_c_IT_2019.csv.gz"}
NAMES = catalog.names()


def rows_with(column):
    return [name for name in NAMES if column in set(catalog.columns(name)["column"])]


@pytest.fixture(scope="module")
def parameters():
    return catalog.table("technology_parameters")


@pytest.fixture(scope="module")
def wide(parameters):
    return parameters.pivot_table(index="technology", columns="parameter", values="value")


@pytest.fixture(scope="module")
def italy():
    with catalog.path("eurostat_nrg_bal_c_IT_2019.csv.gz") as path:
        return pd.read_csv(path).set_index("nrg_bal")


@pytest.fixture(scope="module")
def torino():
    return catalog.table("torino_2019_energy"), catalog.table("torino_2019_factors").set_index("item")[
        "value"
    ]


# ── declarations ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_file_is_declared_and_every_declaration_has_its_file(root):
    folder = root / "leb_kit" / "reference" / "data"
    files = {path.name for path in folder.iterdir() if ".csv" in path.name} - DOCUMENTS
    assert {name.removesuffix(".gz").removesuffix(".csv") for name in files} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_keeps_every_rule_of_its_columns(name):
    """Types, required values, ranges, allowed words, unique keys and references."""
    frame = catalog.table(name, validate=True)
    assert len(frame) > 0
    pd.testing.assert_frame_equal(frame, catalog.table(name), check_dtype=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_a_key_and_its_columns_are_explained(name):
    rules = catalog.columns(name)
    assert rules["key"].any()
    assert rules["description"].str.len().gt(3).all()


@pytest.mark.parametrize("name", rows_with("source"))
def test_no_row_is_without_a_source(name):
    assert catalog.table(name)["source"].str.strip().str.len().gt(3).all()


@pytest.mark.parametrize("name", rows_with("value"))
def test_no_number_is_without_unit_and_date(name):
    present = set(catalog.columns(name)["column"])
    assert "unit" in present
    assert present & {"valid_from", "target_year"}
    assert catalog.table(name)["unit"].ne("").all()


def test_a_column_name_tells_its_unit():
    rules = catalog.columns()
    is_energy = rules["column"].str.fullmatch(r"(?!.*_per_).*_mwh")
    assert set(rules.loc[is_energy, "unit"]) == {"MWh", "MWh/year"}
    is_cost = rules["column"].str.fullmatch(r".*eur_per_mwh")
    assert set(rules.loc[is_cost, "unit"]) <= {"EUR/MWh"}


@pytest.mark.parametrize("name", rows_with("label_it"))
@pytest.mark.parametrize("lang", catalog.LANGUAGES)
def test_labels_exist_and_are_no_codes(name, lang):
    rules = catalog.columns(name)
    keys = rules.loc[rules["key"] & (rules["dtype"] == "str"), "column"]
    key = keys.iloc[-1]
    frame = catalog.table(name)
    labels = frame[f"label_{lang}"]
    assert labels.str.strip().ne("").all()
    same = frame.loc[labels.str.casefold() == frame[key].str.casefold(), key]
    # A unit or a made-up code is no word; "lignite" may be one.
    assert [code for code in same if "_" in code or any(letter.isdigit() for letter in code)] == []
    assert not labels.str.contains("_", regex=False).any()


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_may_be_changed_without_touching_the_original(name):
    first = catalog.table(name)
    first.iloc[0, 0] = first.iloc[-1, 0]
    first["new"] = 1
    assert "new" not in catalog.table(name).columns


# ── labels and aliases ───────────────────────────────────────────────────────────────────────────────────


def test_a_label_is_given_in_both_languages_and_an_unknown_code_names_itself():
    assert catalog.label("product", "G3000", "it") == "Gas naturale"
    assert catalog.label("product", "G3000", "en") == "Natural gas"
    assert catalog.label("technology", "retrofit", "en") == "Building envelope retrofit"
    assert catalog.label("end_use", "cooking", "it") == "Cottura"
    assert catalog.label("flow", "FC_NEW_E", "it") == "FC_NEW_E"


def test_an_unknown_table_kind_or_language_is_an_error_with_the_nearest_name():
    with pytest.raises(InputError, match="Did you mean 'products'"):
        catalog.table("product")
    with pytest.raises(InputError, match="Did you mean 'product'"):
        catalog.label("prodct", "G3000")
    with pytest.raises(InputError, match="unknown language 'fr'"):
        catalog.label("product", "G3000", "fr")
    with pytest.raises(InputError, match="Did you mean 'prices'"):
        catalog.columns("price")


def test_aliases_lead_to_codes_and_are_lower_case():
    aliases = catalog.table("aliases")
    assert (aliases["label"] == aliases["label"].str.casefold().str.strip()).all()
    known = {"product": "products", "flow": "flows", "sector": "flows"}
    for kind, table in known.items():
        codes = aliases.loc[aliases["kind"] == kind, "code"]
        assert set(codes) <= set(catalog.table(table)["code"])
    sectors = aliases[aliases["kind"] == "sector"]
    assert set(sectors["label"]) <= set(aliases.loc[aliases["kind"] == "flow", "label"])


@pytest.mark.parametrize(
    ("kind", "label", "code"),
    [
        ("product", "metano", "G3000"),
        ("product", "elettricita", "E7000"),
        ("product", "elettricità", "E7000"),
        ("product", "gpl", "O4630"),
        ("flow", "residenziale", "FC_OTH_HH_E"),
        ("column", "vettore", "product"),
        ("column", "settore", "flow"),
        ("column", "unita", "unit"),
        ("unit", "ktep", "ktep"),
    ],
)
def test_words_of_users_are_understood(kind, label, code):
    aliases = catalog.table("aliases")
    found = aliases.loc[(aliases["kind"] == kind) & (aliases["label"] == label), "code"]
    assert found.tolist() == [code]


# ── technologies, prices, potentials ─────────────────────────────────────────────────────────────────────


def test_every_technology_has_numbers_or_flows_and_every_parameter_a_label(parameters):
    told = set(parameters["technology"]) | set(catalog.table("technology_flows")["technology"])
    silent = set(catalog.table("technologies")["technology"]) - told
    # Existing central plants take their numbers from the calibrated balance.
    assert silent <= {
        "gas_chp_stock",
        "gas_boiler_central_stock",
        "power_plant_stock",
        "cogeneration_stock",
        "heat_plant_stock",
    }
    for name in parameters["parameter"].unique():
        assert catalog.label("parameter", name, "it") != name


def test_efficiencies_are_possible(wide):
    """Condensing boilers pass 1 on net calorific value; nothing but a heat pump passes 1.2."""
    for column in ("efficiency", "charge_efficiency", "discharge_efficiency", "loss_share"):
        values = wide[column].dropna()
        assert values.gt(0).all()
        assert values.le(1.2).all()
    both = (wide["electricity_efficiency"] + wide["heat_efficiency"]).dropna()
    assert both.between(0.5, 1.2).all()
    assert wide["cop"].dropna().between(1, 6).all()
    assert wide["full_load_hours"].dropna().between(500, 8760).all()


def test_costs_are_not_negative_and_have_a_price_year(parameters):
    is_cost = parameters["parameter"].str.contains("eur")
    assert parameters.loc[is_cost, "value"].ge(0).all()
    assert parameters.loc[is_cost, "price_year"].notna().all()
    assert parameters.loc[~is_cost, "price_year"].isna().all()
    invested = parameters["parameter"].str.startswith("capex")
    lasting = set(parameters.loc[parameters["parameter"] == "lifetime_yr", "technology"])
    assert set(parameters.loc[invested, "technology"]) <= lasting


def test_units_fit_their_parameters(parameters):
    assert parameters.groupby("parameter")["unit"].nunique().eq(1).all()
    is_cost = parameters["parameter"].str.contains("eur")
    assert (parameters["unit"].str.startswith("EUR") == is_cost).all()


def test_means_of_two_years_follow_from_their_sources(parameters):
    found = parameters["source"].str.extract(r"mean of 2020 and 2030: ([\d.]+) and ([\d.]+) EUR/kW")
    rows = parameters[found[0].notna() & parameters["parameter"].str.startswith("capex")]
    assert len(rows) >= 10
    mean = found.loc[rows.index].astype(float).mean(axis=1) * 1000
    assert rows["value"].to_list() == pytest.approx(mean.to_list(), rel=1e-5)


def test_the_district_heating_cost_follows_from_the_plan_of_torino(wide, torino):
    actions = catalog.table("torino_2019_actions").set_index("code")
    factors = torino[1]
    stock = wide.loc["gas_boiler_stock", "efficiency"]
    saved = factors["natural_gas"] / stock - factors["district_heat"]
    heat = actions.loc["FS1", "reduction_2030_tco2_per_year"] / saved
    cost = actions.loc["FS1", "investment_meur"] * 1e6 / heat
    mine = wide.loc["district_heating_substation"]
    assert mine["capex_eur_per_mwh_year"] == pytest.approx(cost, abs=0.005)
    assert mine["capex_eur_per_mw"] == pytest.approx(cost * mine["full_load_hours"], rel=1e-4)
    assert mine["full_load_hours"] == pytest.approx(
        1 / profiles.italy_2017()["space_heating"].max(), rel=1e-5
    )


def test_the_retrofit_cost_follows_from_the_plan_of_torino(wide, torino):
    energy = torino[0][torino[0]["sector"].isin(["municipal", "residential", "tertiary"])]
    emissions = catalog.table("torino_2019_emissions")
    efficiency = dict.fromkeys(["natural_gas", "lpg", "fuel_oil"], wide.loc["gas_boiler_stock", "efficiency"])
    efficiency |= {
        "district_heat": wide.loc["district_heating_substation", "efficiency"],
        "biomass": wide.loc["biomass_stove_stock", "efficiency"],
    }
    useful = (energy["value_mwh"] * energy["carrier"].map(efficiency)).sum()
    heating = emissions["sector"].isin(["municipal", "residential", "tertiary"])
    heating &= emissions["carrier"].isin(list(efficiency))
    mean = emissions.loc[heating, "value_tco2"].sum() / useful
    action = catalog.table("torino_2019_actions").set_index("code").loc["FS2"]
    cost = action["investment_meur"] * 1e6 / (action["reduction_2030_tco2_per_year"] / mean)
    assert wide.loc["retrofit", "capex_eur_per_mwh_year"] == pytest.approx(cost, abs=0.005)


def test_network_losses_follow_from_the_balance_of_italy(wide, italy):
    power, gas = italy["E7000"], italy["G3000"]
    loss = power["DL"] / (power["DL"] + power["FC_E"])
    assert wide.loc["electricity_network", "loss_share"] == pytest.approx(loss, abs=1e-7)
    carried = gas[["DL", "FC_E", "FC_NE", "TI_EHG_E", "NRG_E"]].sum()
    assert wide.loc["gas_network", "loss_share"] == pytest.approx(gas["DL"] / carried, abs=1e-7)


def test_derived_prices_follow_from_the_numbers_in_their_sources(torino):
    price = catalog.table("prices").set_index("item")["value"]
    factors = catalog.table("factors").set_index("factor")["value"]
    assert price["G3000"] == pytest.approx((34.2 + 29.6) / 2 / factors["ncv_to_gcv"], abs=1e-4)
    heat = torino[1]["district_heat"] / torino[1]["natural_gas"] * price["G3000"]
    assert price["H8000_import"] == pytest.approx(heat, abs=1e-3)
    assert price["pellets"] == pytest.approx(4.35 / 15 * 208, abs=1e-4)
    assert price["R5110-5150_W6000RI"] == pytest.approx(145 / 3.833, abs=1e-4)


def test_prices_name_products_that_exist():
    items = catalog.table("prices")["item"]
    bases = items.str.replace(r"(_(import|export|delivered|wholesale))+$", "", regex=True)
    assert set(bases) - {"pellets"} <= set(catalog.table("products")["code"])


def test_potentials_follow_from_their_source_and_key():
    rows = catalog.table("potentials")
    scaled = rows["source_value"] * rows["key_share"]
    assert rows["value"].to_list() == pytest.approx(scaled.to_list(), rel=1e-6)
    assert rows.loc[rows["key"] == "none", "key_share"].eq(1).all()
    assert ((rows["technology"] == "") != (rows["product"] == "")).all()
    for row in rows[rows["key"] != "none"].itertuples():
        part, whole = re.search(r"([\d,.]+) / ([\d,.]+)(?: km2)?$", row.source).groups()
        share = float(part.replace(",", "")) / float(whole.replace(",", ""))
        assert row.key_share == pytest.approx(share, abs=1e-9)


def test_prices_are_brought_to_one_year():
    assert costs.price_ratio(2015, 2019) * costs.price_ratio(2019, 2015) == pytest.approx(1, abs=1e-12)
    assert costs.price_ratio(2010, 2020) == pytest.approx(
        costs.price_ratio(2010, 2015) * costs.price_ratio(2015, 2020)
    )
    as_published = catalog.table("technology_parameters").set_index(["technology", "parameter"])["value"]
    key = ("gas_boiler_central", "capex_eur_per_mw")
    assert costs.in_price_year(*key) == pytest.approx(as_published[key] * costs.price_ratio(2015, 2019))
    assert costs.price("E7000_import") == 52.32
    with pytest.raises(InputError, match="price year 1980 is not between"):
        costs.price_ratio(1980, 2019)


# ── end uses, factors, targets ───────────────────────────────────────────────────────────────────────────


def test_end_use_shares_sum_to_one_and_cover_what_italy_uses(italy):
    rows = catalog.table("end_use_shares")
    totals = rows.groupby(["sector", "product"])["share"].sum()
    assert (totals - 1).abs().max() < 1e-9
    for sector in rows["sector"].unique():
        used = italy.loc[sector].drop(["label_en", "TOTAL"]).astype(float)
        assert set(used[used > 0].index) <= set(totals[sector].index)


def test_every_device_of_an_end_use_has_an_efficiency(wide):
    used = catalog.table("end_use_shares")["technology"].unique()
    known = wide["efficiency"].fillna(wide["cop"])
    assert known.loc[used].notna().all()


@pytest.mark.parametrize(
    ("factor", "convention"), [("co2_combustion", "ipcc"), ("co2_final", "covenant"), ("co2_lca", "lca")]
)
def test_every_leaf_product_has_an_emission_factor_anywhere(factor, convention):
    factors = catalog.table("factors")
    mine = factors[(factors["factor"] == factor) & (factors["convention"] == convention)]
    products = catalog.table("products")
    leaves = set(products.loc[products["leaf"], "code"])
    assert set(mine.loc[mine["territory"] == "", "product"]) == leaves


def test_combustion_factors_are_kilograms_per_gigajoule_and_zero_where_nothing_fossil_burns():
    factors = catalog.table("factors")
    rows = factors[factors["factor"] == "co2_combustion"].set_index("product")
    given = rows["source"].str.extract(r": ([\d.]+) kg/GJ")[0].astype(float)
    told = rows.loc[given.notna(), "value"]
    assert told.to_list() == pytest.approx((given.dropna() * 0.0036).to_list(), abs=1e-9)
    assert rows.loc[given.isna(), "value"].eq(0).all()
    products = catalog.table("products").set_index("code")
    fossil = products.index[products["leaf"] & products["fossil"]]
    assert rows.loc[fossil, "value"].gt(0.1).all()
    assert rows.loc[products.index[products["leaf"] & products["renewable"]], "value"].eq(0).all()


def test_printed_factors_of_torino_reproduce_its_printed_emissions(torino):
    energy, factors = torino
    keys = ["sector", "subsector", "carrier"]
    both = energy.merge(catalog.table("torino_2019_emissions"), on=keys, how="inner")
    both = both[both["value_mwh"] > 1000]
    factor = both["carrier"].map(factors)
    assert factor.notna().all()
    assert both["value_tco2"].to_list() == pytest.approx((both["value_mwh"] * factor).to_list(), rel=0.002)
    assert energy["value_mwh"].sum() == pytest.approx(10_479_355, abs=0.5)
    assert catalog.table("torino_2019_emissions")["value_tco2"].sum() == pytest.approx(2_396_907, abs=1)


# ── series ───────────────────────────────────────────────────────────────────────────────────────────────


def test_hourly_shapes_are_a_year_of_shares_and_capacity_factors():
    shapes = profiles.italy_2017()
    hours = pd.date_range("2017-01-01", periods=8760, freq="h", tz="UTC")
    assert shapes.index.equals(pd.DatetimeIndex(hours, name="time_utc").as_unit(shapes.index.unit))
    sums = shapes[["electricity", "space_heating", "space_cooling", "mobility_passenger"]].sum()
    assert sums.to_list() == pytest.approx([1] * 4, abs=5e-5)
    parameters = catalog.table("technology_parameters").set_index(["technology", "parameter"])["value"]
    assert shapes["wind_onshore"].sum() == pytest.approx(parameters["wind_onshore", "full_load_hours"])
    assert shapes["hydro_river"].sum() == pytest.approx(parameters["hydro_run_of_river", "full_load_hours"])


def test_the_balance_of_italy_is_the_published_one(italy):
    products = catalog.table("products")
    leaves = list(products.loc[products["leaf"], "code"])
    assert set(italy.columns) == {"label_en", "TOTAL", *leaves}
    assert italy.loc["PEC2020-2030", "TOTAL"] == pytest.approx(6_108_294.889, abs=0.001)
    parts = italy.loc["GAE", leaves].sum()
    assert italy.loc["GAE", "TOTAL"] == pytest.approx(parts, abs=0.1)


def test_every_node_of_the_scheme_has_its_own_name():
    """Proves: a table that places known codes anew takes their names from nobody."""
    names = catalog.table("scheme").set_index("node")["label_en"]
    assert {node: catalog.label("node", node, "en") for node in names.index} == names.to_dict()
