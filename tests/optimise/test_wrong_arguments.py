"""What a person would really get wrong in a call: one error, with its place, in both languages."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.errors import InputError, speaking
from leb_kit.optimise import (
    MixProblem,
    PathwayProblem,
    alternatives,
    frontier,
    investment,
    optimise_mix,
    optimise_pathway,
    sensitivity,
    split_budget,
    within_investment,
    zone_networks,
)
from leb_kit.optimise.answers.burning import burning

TABLES = {
    "buses": {"bus": ["heat", "el"]},
    "processes": {
        "process": ["boiler", "pump", "sun"],
        "bus_out": ["heat", "heat", "el"],
        "bus_in": ["", "el", ""],
        "efficiency": [1.0, 3.0, 1.0],
        "capex_eur_per_mw_year": [5.0, 9.0, 3.0],
        "profile": ["", "", "s"],
    },
    "demands": {"demand": ["homes"], "bus": ["heat"], "annual_mwh": [10.0]},
    "storages": {"storage": ["tank"], "bus": ["heat"], "energy_to_power_h": [2.0]},
    "limits": {
        "limit": ["co2"],
        "process": ["boiler"],
        "coefficient": [0.2],
        "sense": ["at_most"],
        "value": [1.9],
    },
    "profiles": {"s": [1.0, 0.5]},
}


def town(**given: Any) -> MixProblem:
    """A small town; a table that is given replaces its own."""
    return MixProblem.from_tables(**({name: pd.DataFrame(one) for name, one in TABLES.items()} | given))


def spoilt(table: str, **columns: Any) -> MixProblem:
    """The town with other columns in one table."""
    return town(**{table: pd.DataFrame(TABLES[table]).assign(**columns)})


@cache
def sound() -> MixProblem:
    """The town as it should be."""
    return town()


def years(**options: Any) -> PathwayProblem:
    """Two years of the town."""
    return PathwayProblem.from_problems({2030: sound(), 2040: sound()}, **options)


def stock(**columns: Any) -> pd.DataFrame:
    """What lives how long."""
    return pd.DataFrame({"name": ["sun"]}).assign(**columns)


def city(**options: Any) -> MixProblem:
    """The problem of Torino."""
    return leb.mix_problem(leb.examples.torino(), time=leb.typical_days(1), **options)


def way(**options: Any) -> PathwayProblem:
    """A pathway of Torino."""
    return leb.pathway(leb.examples.torino(), **({"years": [2030], "time": leb.typical_days(1)} | options))


ZONES = pd.DataFrame({"zone": ["a", "b"], "heat_share": [0.5, 0.5]})
NAN = float("nan")
WRONG: list[tuple[str, Callable[[], object], str]] = [
    # tables of a problem
    ("a dictionary", lambda: town(buses={"bus": ["heat"]}), "buses: found dict, expected a table"),
    ("a list of rows", lambda: town(processes=[{"process": "x"}]), "processes: found list"),
    ("no profiles", lambda: town(profiles=None), "profiles: found NoneType"),
    ("an array", lambda: town(profiles=np.ones((2, 1))), "profiles: found ndarray"),
    (
        "its own unit",
        lambda: spoilt("processes", unit=["boiler", "", ""]),
        "column unit: found 'boiler'",
    ),
    ("units in a row", lambda: spoilt("processes", unit=["pump", "sun", ""]), "which itself runs on 'sun'"),
    ("units in a circle", lambda: spoilt("processes", unit=["pump", "boiler", ""]), "which itself runs on"),
    (
        "no use",
        lambda: spoilt("processes", unit=["pump", "", ""], capacity_use=0.0),
        "has capacity_use 0",
    ),
    ("a store that is paid", lambda: spoilt("storages", variable_eur_per_mwh=-5.0), "variable_eur_per_mwh"),
    ("a share of 60", lambda: spoilt("limits", share=60.0), "column share"),
    ("a frame of its own", lambda: town(frame=3), "frame is 3; BalanceFrame is expected"),
    (
        "an hour that is yes",
        lambda: town(profiles=pd.DataFrame({"s": [True, 0.5]}, dtype=object)),
        "row 0, column s: found 'True', expected a number",
    ),
    (
        "an hour that is missing",
        lambda: town(profiles=pd.DataFrame({"s": [np.nan, 0.5]})),
        "row 0, column s: found nothing, expected a number",
    ),
    (
        "a name that is missing",
        lambda: spoilt("buses", bus=["heat", None]),
        "row 1, column bus: found nothing",
    ),
    (
        "two kinds of limit",
        lambda: town(
            limits=pd.DataFrame(TABLES["limits"] | {"limit": ["co2"], "kind": ["target"]}).pipe(
                lambda one: pd.concat([one, one.assign(process="pump", kind="physical")])
            )
        ),
        "'co2' has more than one kind",
    ),
    # solving
    ("crossover in words", lambda: optimise_mix(sound(), crossover="no"), "crossover is 'no'"),
    ("a mix for a pathway", lambda: optimise_pathway(sound()), "optimise_mix answers one year"),
    ("minutes in words", lambda: optimise_pathway(years(), time_limit_s="1 min"), "time_limit_s is '1 min'"),
    ("no time", lambda: optimise_pathway(years(), time_limit_s=NAN), "time_limit_s is nan"),
    # what else is asked
    ("one value", lambda: frontier(sound(), "cost", "co2", values=3), "values is 3; a list of numbers"),
    ("a slack of 5", lambda: alternatives(sound(), slack=5), "slack is 5; a share from 0 to 1"),
    ("no names", lambda: alternatives(sound(), technologies=3), "technologies is 3; a list of names"),
    ("a step in words", lambda: sensitivity(sound(), step="10%"), "step is '10%'"),
    ("no inputs", lambda: sensitivity(sound(), inputs=3), "inputs is 3; a list of names"),
    ("a budget in words", lambda: split_budget(sound(), "1e6", least="co2"), "budget_eur is '1e6'"),
    ("no budget", lambda: split_budget(sound(), NAN, least="co2"), "budget_eur is nan"),
    ("no life", lambda: within_investment(sound(), 9, lifetimes={"sun": 0}), "lifetimes: 'sun' is 0"),
    ("a life in words", lambda: within_investment(sound(), 9, lifetimes={"sun": "xx"}), "'sun' is 'xx'"),
    ("another name", lambda: within_investment(sound(), 9, lifetimes={"sunn": 9}), "Did you mean 'sun'?"),
    ("a list of lives", lambda: within_investment(sound(), 9, lifetimes=[9]), "lifetimes is [9]"),
    ("a question for a plan", lambda: investment(sound()), "a plan (MixResult) is expected"),
    ("zones of a question", lambda: zone_networks(sound()), "a plan (MixResult) is expected"),
    ("another axis", lambda: frontier(town(limits=None), "cost", "co2"), "unknown axis 'co2'"),
    ("values that pass by", lambda: frontier(sound(), "cost", "co2", values=iter(["x"])), "found 'x'"),
    # a territory
    ("yes for a factor", lambda: city(demand_factor=True), "demand_factor is True"),
    ("another price", lambda: city(prices={"gas": 30}), "unknown price 'gas'. There are "),
    ("a target without targets", lambda: city(priced={"co2": 9}), "'co2'; the plan has no targets"),
    ("a target set of 20", lambda: city(targets=20), "a target set is expected"),
    ("hours as a dictionary", lambda: city(profiles={"electricity": [1.0]}), "found dict; a table"),
    (
        "a demand of no hour",
        lambda: city(profiles=pd.DataFrame({"space_heating": np.zeros(8760)})),
        "column 'space_heating' is 0 in every hour",
    ),
    ("a percentage of demand", lambda: city(demand_factor=90), "demand_factor is 90; a factor above 0"),
    ("a list of prices", lambda: city(prices=[30]), "prices is [30]; name → number"),
    ("a list of potentials", lambda: city(potentials=[30]), "potentials is [30]; name → number"),
    ("zones as a dictionary", lambda: city(zones={"zone": ["a"]}), "found dict, expected a table"),
    (
        "water that comes back hotter",
        lambda: city(zones=ZONES.assign(supply_temperature_c=60.0, return_temperature_c=80.0)),
        "zone 'a': return_temperature_c 80 is not below supply_temperature_c 60",
    ),
    # a pathway
    ("one year", lambda: way(years=2030), "years is 2030; a list of years"),
    ("years in words", lambda: way(years=["soon"]), "years: found 'soon'"),
    ("no number", lambda: way(years=[NAN]), "years: found nan"),
    ("a year twice", lambda: way(years=[2030, 2030]), "years: 2030 is given more than once"),
    ("a rate in words", lambda: way(build_rates={"wind_onshore": "3 MW"}), "'wind_onshore' is '3 MW'"),
    ("a rate below zero", lambda: way(build_rates={"wind_onshore": -3}), "'wind_onshore' is -3"),
    ("an option misspelt", lambda: way(target="20-20-20-local"), "Did you mean 'targets'?"),
    ("another year", lambda: way(demand_factor={2035: 0.9}), "demand_factor: 2035 is no year of the pathway"),
    ("no balance", lambda: leb.pathway(3, years=[2030]), "balance: found int, expected a Balance"),
    ("a list of problems", lambda: PathwayProblem.from_problems([sound()]), "problems: found list"),
    ("a year as text", lambda: PathwayProblem.from_problems({"2030": sound()}), "found year '2030'"),
    ("no problem", lambda: PathwayProblem.from_problems({2030: None}), "problems: 2030 is a NoneType"),
    ("a rate of 4", lambda: years(discount_rate=4), "discount_rate is 4; a share from 0 to 1"),
    ("a rate of −1", lambda: years(discount_rate=-1.0), "discount_rate is -1.0"),
    ("a rate as text", lambda: years(discount_rate="4%"), "discount_rate is '4%'"),
    ("a start as text", lambda: years(start="2020"), "start is '2020'; a year is expected"),
    ("a life of 0", lambda: years(stock=stock(lifetime_yr=0.0)), "stock: 'sun' has lifetime_yr 0"),
    ("a stock as a dictionary", lambda: years(stock={"name": ["sun"]}), "stock: found dict"),
]


@pytest.mark.parametrize(("call", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_in_both_languages(call, said):
    """Proves: no trace and no silence. Without it a slip is a wrong plan, or a page of Python."""
    with speaking("en"), pytest.raises(InputError) as english:
        call()
    with speaking("it"), pytest.raises(InputError) as italian:
        call()
    assert said in str(english.value)
    assert len(italian.value.faults) == len(english.value.faults)
    assert not set(italian.value.faults) & set(english.value.faults)


def test_a_problem_that_asks_for_nothing_says_so():
    nothing = spoilt("demands", annual_mwh=0.0)
    told = [english for _, english in nothing.remarks]
    assert "demands: no row has annual_mwh above 0: nothing is asked for" in told


def burner(price: float, efficiency: float) -> MixProblem:
    """Electricity at a price, bought 10 MW at most and taken to be sold nowhere; a battery without cost."""
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["el"]}),
        processes=pd.DataFrame(
            {
                "process": ["market"],
                "bus_out": ["el"],
                "capacity_max_mw": [10.0],
                "variable_eur_per_mwh": [1.0],
                "variable_profile": ["price"],
            }
        ),
        demands=pd.DataFrame({"demand": ["homes"], "bus": ["el"], "annual_mwh": [4.0]}),
        storages=pd.DataFrame(
            {
                "storage": ["battery"],
                "bus": ["el"],
                "technology": ["battery"],
                "capacity_max_mwh": [9.0],
                "energy_to_power_h": [1.0],
                "charge_efficiency": [efficiency],
                "discharge_efficiency": [1.0],
            }
        ),
        profiles=pd.DataFrame({"price": [price]}),
    )


def test_a_store_that_burns_what_nobody_wants_is_told():
    """Proves: a plan that no real store follows says so. Without it the money of burning is a promise.

    One hour at −20 EUR/MWh, a battery of 9 MW that gives half of it back: 9 in and 4.5 out burn 4.5 MWh.
    """
    plan = optimise_mix(burner(-20.0, 0.5))
    found = burning(plan)
    assert found["hours"].tolist() == [1.0]
    assert found["burnt_mwh"].tolist() == pytest.approx([4.5])
    bought = plan.processes.set_index("process")["energy_mwh"]["market"]
    assert bought == pytest.approx(4 + 4.5)
    (told,) = [pair for pair in plan.remarks if "stessa ora" in pair[0]]
    assert told[0].startswith("Batteria: si carica e si scarica nella stessa ora, per 1 h all'anno")
    assert "burns 4.50 MWh" in told[1]


@pytest.mark.parametrize(("price", "efficiency"), [(20.0, 0.5), (-20.0, 1.0)], ids=["dear", "without loss"])
def test_where_nothing_is_burnt_nothing_is_told(price, efficiency):
    assert burning(optimise_mix(burner(price, efficiency))).empty
