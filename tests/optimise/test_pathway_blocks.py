"""Blocks that join the years of a pathway, each by a problem solved on paper; and what holds of any."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.optimise import InfeasibleMix, MixProblem, PathwayProblem, optimise_mix, optimise_pathway
from tests.optimise.tables import near, one_heat_demand, problem, table

PLANTS = """
process bus_out capacity_existing_mw capex_eur_per_mw_year fixed_eur_per_mw_year variable_eur_per_mwh
boiler  heat    {boiler}             10                    {fixed}               5
sun     heat    0                    30                    0                     0
"""


def town(demand: float = 10, boiler: float = 0, fixed: float = 0, limits: str = "") -> MixProblem:
    """One hour; a boiler with fuel or sun without."""
    others = {"limits": limits} if limits else {}
    return problem(
        processes=PLANTS.format(boiler=boiler, fixed=fixed), demands=one_heat_demand(demand), **others
    )


def way(years: dict[int, MixProblem], stock: str = "", factors: str = "", **others) -> PathwayProblem:
    """A pathway without discounting unless asked for."""
    options = {"discount_rate": 0.0} | others
    return PathwayProblem.from_problems(
        years,
        stock=table(stock) if stock else None,
        cost_factors=table(factors) if factors else None,
        **options,
    )


def built(result, name: str) -> list[float]:
    """What is built of a process in each year."""
    return result.stock.loc[result.stock["name"] == name, "built_mw"].tolist()


# ── pathway_stock ────────────────────────────────────────────────────────────────────────────────────────


def test_pathway_stock_lets_what_is_built_serve_until_its_life_is_over():
    """Proves: a plant lives its years. Without it one boiler would serve for ever, or for one year only.

    10 MW in 2030, 2040 and 2050; a boiler lasts 15 years: what is built in 2030 serves 2040, not 2050.
    Boiler: 10 × (10 + 5) a year; ten years for each: 10 × 150 × 3 = 4,500 EUR.
    """
    years = {year: town() for year in (2030, 2040, 2050)}
    result = optimise_pathway(way(years, "name lifetime_yr\nboiler 15\nsun 99"))
    assert built(result, "boiler") == near([10, 0, 10])
    assert result.cost_eur == near(4500)


def test_pathway_stock_shrinks_with_its_age_and_does_not_come_back():
    """Proves: what exists ends, evenly; what is given up is gone. Without it 8 MW would stand by for nothing.

    8 MW of boiler, 20 years of life, 2 EUR/MW to keep. After 5 years 6 MW are left, after 10 years 4. Heat is
    asked for in the second year only: keeping 4 MW through the first costs 8 EUR, new ones 10 each.
    """
    first, second = town(0, 8, fixed=2), town(4, 8, fixed=2)
    question = way({2030: first, 2035: second}, "name lifetime_yr\nboiler 20", start=2025)
    assert question.problems[2030].processes["capacity_existing_mw"].tolist() == near([6, 0])
    assert question.problems[2035].processes["capacity_existing_mw"].tolist() == near([4, 0])
    result = optimise_pathway(question)
    kept = result.stock[result.stock["name"] == "boiler"]
    assert kept["capacity_mw"].tolist() == near([4, 4])
    assert kept["given_up_mw"].tolist() == near([2, 0])
    # Five years each: 4 MW at 2 EUR in both, 4 MWh at 5 EUR in the second.
    assert result.cost_eur == near(5 * 8 + 5 * (8 + 20))


def test_pathway_stock_never_brings_back_what_cannot_be_built():
    """Proves: a plant that was given up is gone. Without it 4 MW would rest for free until they are needed.

    4 MW of old plant, 2 EUR/MW to keep, 1 EUR/MWh; the boiler costs 10 + 5. Heat in the second year only: to
    keep the plant through both, 8 + 8 + 4 EUR a year, is cheaper than the boiler's 4 × 15.
    """
    plants = """
    process bus_out capacity_existing_mw capacity_max_mw fixed_eur_per_mw_year variable_eur_per_mwh {capex}
    old     heat    4                    4               2                     1                    -
    boiler  heat    0                    -               -                     5                    10
    """
    plants = plants.format(capex="capex_eur_per_mw_year")
    first, second = (problem(processes=plants, demands=one_heat_demand(mwh)) for mwh in (0, 4))
    result = optimise_pathway(way({2030: first, 2031: second}))
    assert result.stock.loc[result.stock["name"] == "old", "capacity_mw"].tolist() == near([4, 4])
    assert result.cost_eur == near(8 + 8 + 4)


def test_pathway_stock_ends_what_cannot_be_built_anew():
    """Proves: a plant that is there, and cannot be replaced, ends with its age."""
    plants = """
    process bus_out capacity_existing_mw capacity_max_mw capacity_min_mw variable_eur_per_mwh must_run
    waste   heat    10                   10              10              0                    true
    boiler  heat    0                    -               -               5                    false
    """
    year = problem(processes=plants, demands=one_heat_demand(10))
    result = optimise_pathway(way({2030: year, 2040: year}, "name lifetime_yr\nwaste 20"))
    assert [r.dispatch["waste"].sum() for r in result.results.values()] == near([10, 5])


# ── pathway_build_rate ───────────────────────────────────────────────────────────────────────────────────


def test_pathway_build_rate_makes_the_plan_begin_in_time():
    """Proves: builders set the pace. Without it all sun would be built in the last year.

    No boiler from 2040 on: 10 MW of sun, 0.6 MW a year: 6 in ten years, so 4 are built in 2030 already.
    """
    clean = "limit process coefficient sense value\nfuel boiler 1 at_most 0"
    years = {2030: town(), 2040: town(limits=clean)}
    result = optimise_pathway(way(years, "name build_max_per_year\nsun 0.6", start=2020))
    assert built(result, "sun") == near([4, 6])
    with pytest.raises(InfeasibleMix):
        optimise_pathway(way(years, "name build_max_per_year\nsun 0.6", start=2020), foresight="myopic")


def test_a_pathway_that_builders_cannot_keep_says_so():
    clean = "limit process coefficient sense value\nfuel boiler 1 at_most 0"
    years = {2030: town(), 2040: town(limits=clean)}
    with pytest.raises(
        InfeasibleMix, match="build rates, lifetimes or constraints over years are in the way"
    ):
        optimise_pathway(way(years, "name build_max_per_year\nsun 0.1", start=2020))


def test_a_year_without_a_plan_is_told_by_its_clash():
    """Proves: the year is named. Without it one would have to try them all."""
    impossible = "limit process coefficient sense value\nfuel boiler 1 at_most 0\nsun sun 1 at_most 0"
    with pytest.raises(InfeasibleMix) as error:
        optimise_pathway(way({2030: town(), 2040: town(limits=impossible)}))
    assert error.value.year == 2040
    assert str(error.value).startswith("In 2040: No plan")
    assert error.value.text("it").startswith("Nel 2040: Nessun piano")


# ── pathway_cost ─────────────────────────────────────────────────────────────────────────────────────────


def test_pathway_cost_waits_for_the_cheaper_sun_only_where_that_pays():
    """Proves: learning, discounting and the years each stands for. Without them it would build at once.

    Sun costs 30 in 2030 and 30 × 0.4 = 12 in 2040; the boiler 15 (10 + 5). At once: 30 + 30; boiler for ever:
    15 + 15; boiler first and sun then, 12 beside the boiler's annuity 10: no. A boiler that lasts ten years:
    15 × 10 + 12 × 10 for each MW.
    """
    years = {2030: town(), 2040: town()}
    factors = "name year factor\nsun 2030 1\nsun 2040 0.4"
    result = optimise_pathway(way(years, "name lifetime_yr\nboiler 10", factors))
    assert built(result, "boiler") == near([10, 0])
    assert built(result, "sun") == near([0, 10])
    assert result.cost_eur == near(10 * (150 + 120))
    # At 5 % a euro of ten years is worth 8.1078 now, that of the ten after 4.9775.
    dear = optimise_pathway(way(years, "name lifetime_yr\nboiler 10", factors, discount_rate=0.05))
    assert dear.yearly["weight"].tolist() == pytest.approx([8.107822, 4.977499], rel=1e-6)
    assert dear.cost_eur == pytest.approx(150 * 8.107822 + 120 * 4.977499, rel=1e-6)


def test_pathway_cost_pays_what_is_built_as_long_as_it_lives_used_or_not():
    """Proves: stranded plants are paid. Without it boilers would be built for one year and forgotten.

    Boiler in 2030, forbidden from 2040: its annuity of 10 goes on; sun at once costs 30 + 30, boiler and sun
    15 + 10 + 30: the boiler is built all the same, for 5 EUR less.
    """
    clean = "limit process coefficient sense value\nfuel boiler 1 at_most 0"
    result = optimise_pathway(way({2030: town(1), 2040: town(1, limits=clean)}))
    assert built(result, "boiler") == near([1, 0])
    assert result.cost_eur == near(10 * (15 + 10 + 30))
    assert result.yearly["investment_eur"].tolist() == near([10, 40])


# ── what holds of any ────────────────────────────────────────────────────────────────────────────────────


@given(
    st.lists(st.integers(0, 9), min_size=2, max_size=4),
    st.integers(0, 6),
    st.integers(5, 40),
    st.floats(0, 0.1),
)
@settings(max_examples=25)
def test_who_sees_ahead_pays_no_more_and_the_cost_is_that_of_its_years(demands, existing, life, rate):
    """Proves: perfect foresight is a lower end; cost = sum over years; each year is a plan of its problem."""
    years = {2030 + 10 * place: town(demand, existing, fixed=1) for place, demand in enumerate(demands)}
    question = way(years, f"name lifetime_yr\nboiler {life}\nsun {life}", discount_rate=rate)
    seen, blind = (optimise_pathway(question, foresight=how) for how in ("perfect", "myopic"))
    assert seen.cost_eur <= blind.cost_eur * (1 + 1e-9) + 1e-6
    for result in (seen, blind):
        yearly = result.yearly
        total = ((yearly["investment_eur"] + yearly["operation_eur"]) * yearly["weight"]).sum()
        assert result.cost_eur == near(total)
        served = [plan.dispatch[["boiler", "sun"]].to_numpy().sum() for plan in result.results.values()]
        assert served == near(demands)
        for (year, plan), (_, part) in zip(result.results.items(), result.stock.groupby("year"), strict=True):
            alive = {
                name: sum(
                    made
                    for v, made in zip(question.years, built(result, name), strict=True)
                    if v in question.alive(name, year)
                )
                for name in ("boiler", "sun")
            }
            left = question.problems[year].processes["capacity_existing_mw"].to_numpy()
            limit = left + pd.Series([alive["boiler"], alive["sun"]]).to_numpy()
            assert (part["capacity_mw"].to_numpy() <= limit + 1e-6).all()
            assert (plan.dispatch[["boiler", "sun"]].to_numpy()[0] <= part["capacity_mw"] + 1e-6).all()


def test_a_pathway_of_one_year_is_the_plan_of_that_year():
    base = torino()
    options = {"targets": "20-20-20-local", "base": base, "time": leb.typical_days(1)}
    question = PathwayProblem.from_problems({2019: leb.mix_problem(base, **options)})
    result = optimise_pathway(question)
    single = optimise_mix(leb.mix_problem(base, **options))
    assert result.cost_eur == pytest.approx(single.cost_eur, rel=1e-9)
    assert result.results[2019].prices["price"].tolist() == pytest.approx(
        single.prices["price"].tolist(), rel=1e-6, abs=1e-6
    )


def test_torino_keeps_its_targets_on_the_way_and_its_balances_close():
    """Proves: each year is a Balance whose indicators, computed without the optimiser, meet the targets."""
    base = torino()
    question = leb.pathway(
        base, years=[2030, 2045], targets={2045: "20-20-20-local"}, base=base, time=leb.typical_days(1)
    )
    result = optimise_pathway(question)
    after = result.to_balance()
    assert list(after.years) == [2030, 2045]
    assert leb.check(after).ok
    reached = leb.evaluate(after.filter(year=2045), "20-20-20-local", base=base)
    assert reached["met"].all()
    assert (result.plan.query("technology == 'photovoltaic_roof'")["capacity_mw"].diff().dropna() >= 0).all()
    assert repr(question) == "PathwayProblem(2030, 2045; 78 processes, 4 storages)"


# ── bad input ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("stock", "said"),
    [
        ("name lifetime_yr\nboyler 9", "unknown name 'boyler'. Did you mean 'boiler'?"),
        ("name lifetime_yr\nboiler -9", "lifetime_yr"),
        ("name build_max_per_year\nboiler many", "build_max_per_year"),
    ],
)
def test_a_stock_that_cannot_be_is_told(stock, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        way({2030: town()}, stock)


def test_years_that_cannot_be_are_told():
    other = problem(processes="process bus_out\nstove heat", demands=one_heat_demand(1))
    with pytest.raises(InputError, match="2040 does not have the processes of the first year: 'boiler'"):
        way({2030: town(), 2040: other})
    with pytest.raises(InputError, match="no year"):
        way({})
    with pytest.raises(InputError, match="start is 2031; the pathway begins in 2030"):
        way({2030: town()}, start=2031)
    with pytest.raises(InputError, match="foresight is 'none'; expected 'perfect' or 'myopic'"):
        optimise_pathway(way({2030: town()}), foresight="none")
    with pytest.raises(InputError, match="years: found 2010; whole numbers after 2019 are expected"):
        leb.pathway(torino(), years=[2010, 2030])
    with pytest.raises(InputError, match="build_rates: unknown technology 'photovoltaic'"):
        leb.pathway(torino(), years=[2030], time=leb.typical_days(1), build_rates={"photovoltaic": 5})


def test_factors_are_interpolated_between_years():
    question = way({2030: town()}, factors="name year factor\nsun 2020 1\nsun 2040 0.5")
    assert [question.learning("sun", year) for year in (2010, 2025, 2030, 2050)] == near(
        [1, 0.875, 0.75, 0.5]
    )


def test_other_annuities_are_not_ignored_in_silence():
    """Proves: what a pathway does not read is told. Without it a cost of a later year would vanish."""
    other = replace(town(), processes=town().processes.assign(capex_eur_per_mw_year=[10.0, 1.0]))
    with pytest.raises(InputError, match="2040 has another capex_eur_per_mw_year of 'sun'"):
        way({2030: town(), 2040: other})
