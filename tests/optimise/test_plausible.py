"""Figures of a plan beside published ranges, and what drives it, each worked out on paper."""

from dataclasses import replace

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.optimise import MixResult, optimise_mix, typical_days
from leb_kit.optimise.answers.driving import drivers
from leb_kit.optimise.answers.plausible import measures, plausibility
from leb_kit.optimise.question.problem import BalanceFrame
from leb_kit.reference import catalog
from tests.optimise.tables import near, problem


def town(solar_mw: float = 3, **changed: str) -> MixResult:
    """Sun of 0.25 in every other hour; 10 MW of electricity and 20 MW of heat are asked for in all.

    The network loses a twentieth; the heat comes from a pump of COP 4, which takes 5 MW.
    """
    sun = float(changed.get("sun", "0.25"))
    rows = [
        ("solar", "photovoltaic_roof", "sun", 1000.0, 0.0, solar_mw, False),
        ("import", "electricity_import", "", 0.0, 50.0, float("inf"), False),
        ("wire", "electricity_network", "", 0.0, 0.0, float("inf"), False),
        ("pump", "heat_pump_individual", "", 10.0, 0.0, float("inf"), True),
    ]
    names = ["process", "technology", "profile", "capex_eur_per_mw_year", "variable_eur_per_mwh"]
    processes = pd.DataFrame(rows, columns=[*names, "capacity_max_mw", "must_run"])
    flows = [
        ("solar", "electricity_grid", 1.0),
        ("import", "electricity_grid", 1.0),
        ("wire", "electricity_grid", -1 / 0.95),
        ("wire", "electricity", 1.0),
        ("pump", "electricity", -0.25),
        ("pump", "heat:homes", 1.0),
    ]
    demands = [("lamps", "electricity", 10 * 8760.0, ""), ("homes", "heat:homes", 20 * 8760.0, "")]
    hours = pd.DataFrame({"sun": [sun, 0.0] * 4380})
    question = leb.MixProblem.from_tables(
        buses=pd.DataFrame(
            {"bus": ["electricity_grid", "electricity", "heat:homes"], "product": ["E7000", "E7000", ""]}
        ),
        processes=processes,
        flows=pd.DataFrame(flows, columns=["process", "bus", "coefficient"]),
        demands=pd.DataFrame(demands, columns=["demand", "bus", "annual_mwh", "profile"]),
        profiles=hours,
        time=typical_days(1),
        frame=BalanceFrame(changed.get("territory", ""), 2019, pd.DataFrame()) if changed else None,
    )
    return optimise_mix(question)


def figures(result: MixResult) -> dict[tuple[str, str], float]:
    table = measures(result)
    return {(row.technology, row.measure): row.amount / row.over for row in table.itertuples()}


def test_each_figure_follows_from_the_plan():
    """15 MW at the users, 15 / 0.95 at the grid; 3 MW of sun give 0.75 MW in half of the hours.

    Sun: 0.125 × 8,760 = 1,095 h; 1,000 EUR over 1,095 MWh; 3 × 1,095 of 15 / 0.95 × 8,760 MWh.
    """
    found = figures(town())
    whole = 15 / 0.95 * 8760
    assert found[("photovoltaic_roof", "full_load_hours")] == near(1095)
    assert found[("photovoltaic_roof", "cost_per_mwh")] == near(1000 / 1095)
    assert found[("photovoltaic_roof", "curtailed_share")] == near(0)
    assert found[("photovoltaic_roof", "share_of_electricity")] == near(3 * 1095 / whole)
    assert found[("electricity_import", "share_of_electricity")] == near(1 - 3 * 1095 / whole)
    assert found[("heat_pump_individual", "cop")] == near(4)
    assert found[("heat_pump_individual", "share_of_heat")] == near(1)
    assert found[("heat_pump_individual", "full_load_hours")] == near(8760)
    assert found[("electricity_network", "loss_share")] == near(0.05)


def judged(result: MixResult) -> pd.DataFrame:
    return plausibility(result, "en").set_index(["technology", "measure"])


def test_a_sound_figure_is_within_and_an_implausible_one_is_not():
    """Proves: the range is compared. Panels in the desert (3,066 h) are told, those of Torino are not."""
    assert judged(town())["within"][("photovoltaic_roof", "full_load_hours")]
    desert = judged(town(sun="0.7")).loc[("photovoltaic_roof", "full_load_hours")]
    assert desert["value"] == near(0.35 * 8760)
    assert not desert["within"]
    assert desert["value"] > desert["high"]
    assert "IRENA" in desert["source"]


def test_a_plan_that_switches_off_what_it_built_is_told():
    """100 MW of sun that must be there: 25 MW for 15 / 0.95 asked; the rest is switched off."""
    question = town().problem
    rows = question.processes.assign(
        capacity_min_mw=[100.0, 0.0, 0.0, 0.0],
        capacity_max_mw=[100.0, *question.processes["capacity_max_mw"][1:]],
    )
    plan = optimise_mix(replace(question, processes=rows))
    off = figures(plan)[("photovoltaic_roof", "curtailed_share")]
    assert off == near(1 - 15 / 0.95 / 25)
    told = judged(plan).loc[("photovoltaic_roof|photovoltaic_ground", "curtailed_share")]
    assert told["value"] == near(off)
    assert not told["within"]


def test_a_country_that_lives_on_imports_is_told_and_a_town_is_not():
    """Proves: ranges hold for their kind of place. No town is asked how much it imports."""
    assert not judged(town(territory="IT"))["within"][("electricity_import", "share_of_electricity")]
    assert ("electricity_import", "share_of_electricity") not in judged(town(territory="001272")).index
    assert ("electricity_import", "share_of_electricity") not in judged(town()).index


def test_the_narrowest_place_holds():
    """What Italy buys has a range of its own beside that of countries."""
    table = catalog.table("published_ranges")
    mine = table[(table["technology"] == "electricity_import")].set_index("place")["low"]
    assert (
        judged(town(territory="IT")).loc[("electricity_import", "share_of_electricity"), "low"] == mine["IT"]
    )
    assert (
        judged(town(territory="FR")).loc[("electricity_import", "share_of_electricity"), "low"]
        == mine["country"]
    )


def test_technologies_together_share_one_whole_and_pool_their_hours():
    """Two kinds of panels in Italy: their shares add up; hours are energy over capacity of both."""
    plan = town(territory="IT")
    alone = figures(plan)[("photovoltaic_roof", "share_of_electricity")]
    both = judged(plan).loc[("photovoltaic_roof|photovoltaic_ground", "share_of_electricity")]
    assert both["value"] == near(alone)
    assert both["label"] == "Rooftop photovoltaics + Ground-mounted photovoltaics"


def test_the_price_of_carbon_is_told_where_it_binds():
    """A boiler at 20 EUR/MWh and 0.2 t/MWh, clean heat at 30: a tonne less costs 10 / 0.2 = 50 EUR."""
    question = problem(
        processes="process bus_out variable_eur_per_mwh\nboiler heat 20\nclean heat 30",
        demands="demand bus annual_mwh profile\nhomes heat 10 -",
        limits="limit process coefficient sense value unit\nco2 boiler 0.2 at_most 1 tCO2eq",
    )
    told = judged(optimise_mix(question)).loc[("", "carbon_price")]
    assert told["value"] == near(50)
    assert told["within"]
    assert told["label"] == "Whole plan"


def test_ranges_of_costs_are_in_the_money_of_plans():
    """Proves 31.2 EUR/MWh of 2021 are 30.11 of 2019: prices rose by 0.7 % and 2.9 %. Hours stay."""
    table = catalog.table("published_ranges").set_index(["technology", "measure"])
    told = judged(town())
    published = table.loc[("photovoltaic_roof", "cost_per_mwh")]
    mine = told.loc[("photovoltaic_roof", "cost_per_mwh")]
    assert mine["low"] == near(published["low"] / 1.007 / 1.029)
    assert mine["high"] == near(published["high"] / 1.007 / 1.029)
    hours = table.loc[("photovoltaic_roof", "full_load_hours")]
    assert told.loc[("photovoltaic_roof", "full_load_hours"), "low"] == hours["low"]


def test_a_pump_of_a_network_has_its_cop():
    """Proves heat for a network counts as heat. Without it every such pump was told a COP of 0."""
    question = problem(
        buses="bus product\npower E7000\nnetwork H8000",
        processes="""
        process technology         bus_in bus_out efficiency variable_eur_per_mwh
        pump    heat_pump_central  power  network 2.5        -
        market  electricity_import -      power   -          10
        """,
        demands="demand bus annual_mwh profile\nhomes network 10 -",
    )
    assert judged(optimise_mix(question)).loc[("heat_pump_central", "cop"), "value"] == near(2.5)


def test_stores_are_told_by_their_cycles():
    """10 MWh asked in one hour, made in the other: the store turns over once in the two hours of the year."""
    question = problem(
        processes="process bus_out profile capacity_max_mw\nsolar heat sun 20",
        demands="demand bus annual_mwh profile\nhomes heat 10 evening",
        profiles="sun evening\n1 0\n0 1",
        storages="storage technology bus capex_eur_per_mwh_year\nbattery battery heat 1",
    )
    assert judged(optimise_mix(question)).loc[("battery", "cycles"), "value"] == near(1)


def test_every_range_is_of_known_technologies_and_measures():
    table = catalog.table("published_ranges")
    known = set(catalog.table("technologies")["technology"]) | {""}
    assert {name for names in table["technology"] for name in names.split("|")} <= known
    assert (table["low"] < table["high"]).all()
    labels = catalog.table("labels")
    assert set(table["measure"]) == set(labels.loc[labels["kind"] == "plan_measure", "code"])
    places = set(catalog.table("territories")["code"]) | {"", "country", "municipality"}
    assert set(table["place"]) <= places


# ── what drives a plan ───────────────────────────────────────────────────────────────────────────────────

PLANTS = """
process technology         bus_out variable_eur_per_mwh capacity_max_mw annual_max_mwh
boiler  gas_boiler         heat    20                   -               -
pump    heat_pump_central  heat    {pump}               {most}          {year}
"""


def heated(pump: float, most: str = "-", year: str = "-", limits: str = "") -> MixResult:
    """10 MWh in one hour."""
    others = {"limits": "limit process coefficient sense value unit\n" + limits} if limits else {}
    return optimise_mix(
        problem(
            processes=PLANTS.format(pump=pump, most=most, year=year),
            demands="demand bus annual_mwh profile\nhomes heat 10 -",
            **others,
        )
    )


def told(result: MixResult, lang: str = "en") -> list[tuple[object, ...]]:
    names = ["driver", "kind", "worth_eur", "unit", "percent_eur"]
    return [
        tuple(near(v) if isinstance(v, float) else v for v in row)
        for row in drivers(result, lang)[names].to_numpy()
    ]


def test_a_potential_that_binds_is_worth_what_it_saves():
    """4 MW of a pump at 15 instead of 20 EUR/MWh: one more saves 5 EUR, a hundredth of it 0.2."""
    assert told(heated(15, most="4")) == [("pump", "potential", 5.0, "MW", 0.2)]
    assert told(heated(15, most="40")) == []
    assert told(heated(25, most="4")) == []


def test_the_most_of_a_year_is_worth_what_it_saves():
    """3 MWh a year of a pump at 15 EUR/MWh: one MWh more saves 5 EUR."""
    assert told(heated(15, year="3")) == [("pump", "year", 5.0, "MWh", 0.15)]


def test_a_target_is_worth_its_price():
    """At least 6 MWh of a pump at 25 EUR/MWh costs 5 more each; a hundredth of six is 0.3 EUR."""
    asked = heated(25, limits="clean pump 1 at_least 6 MWh")
    assert "1 MWh more costs 5.00 EUR a year, 1 % more 0.300 EUR" in drivers(asked, "en")["sentence"][0]
    assert told(heated(25, limits="clean pump 1 at_least 6 MWh")) == [("clean", "target", 5.0, "MWh", 0.3)]


def test_a_ceiling_is_told_by_what_less_of_it_costs():
    """At most 4 MWh of a boiler at 20 where the pump costs 25: 5 EUR for each MWh less."""
    asked = heated(25, limits="dirty boiler 1 at_most 4 MWh")
    assert told(asked) == [("dirty", "target", 5.0, "MWh", 0.2)]
    assert "1 MWh less costs 5.00 EUR a year" in drivers(asked, "en")["sentence"][0]


def test_a_share_is_told_by_its_percentage_point():
    """RES ≥ 40 % of 10 MWh: a point is 0.1 MWh, 5 EUR each; a hundredth of 40 % is 0.4 points."""
    question = problem(
        processes=PLANTS.format(pump=25, most="-", year="-"),
        demands="demand bus annual_mwh profile\nhomes heat 10 -",
        limits="""
        limit process coefficient share_of sense    value unit share
        res   pump    0.6         1        at_least 0     MWh  0.4
        res   boiler  -0.4        1        at_least 0     MWh  0.4
        """,
    )
    found = told(optimise_mix(question))
    assert found == [("res", "target", 0.5, "percentage point", 0.2)]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "it",
            "Pompa di calore di rete: è al limite (4,00 MW). 1 MW in più farebbe risparmiare 5,00 EUR",
        ),
        ("en", "Central heat pump: at its limit (4.00 MW). 1 MW more would save 5.00 EUR a year"),
    ],
)
def test_drivers_are_told_in_both_languages(lang, said):
    assert drivers(heated(15, most="4"), lang)["sentence"][0].startswith(said)


def test_only_the_least_cost_plan_can_be_asked():
    with pytest.raises(InputError, match="least-cost plan"):
        replace(heated(15, most="4"), cost_eur=1.0).drivers()


def test_torino_is_driven_by_its_primary_energy():
    """The target that decides comes first; the share of renewables, met with margin, does not come at all."""
    b = torino()
    plan = optimise_mix(leb.mix_problem(b, targets="20-20-20-local", base=b, time=typical_days(2)))
    found = plan.drivers("it")
    assert found["driver"][0] == "efficiency"
    assert "renewables" not in set(found["driver"])
    assert "photovoltaic_ground" in set(found["driver"])
    assert found["percent_eur"].is_monotonic_decreasing
    assert plan.plausibility("it")["within"].sum() > 8
