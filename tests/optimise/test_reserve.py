"""Reserve margins of random systems beside a program written by hand, and what is told of impossible ones."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import leb_kit as leb
from leb_kit import InputError
from leb_kit.optimise import MixProblem, optimise_mix
from tests.optimise.tables import problem

HOURS = 4
SHARE = st.floats(0.05, 1)


def system(margin: float, credit: list[float], use: list[float], light: list[float]) -> MixProblem:
    """Two kinds of plants, sun and a store on a grid, from which a pump makes heat beside a boiler."""
    rows = pd.DataFrame(
        {
            "process": ["base", "peak", "sun", "pump", "boiler"],
            "bus_in": ["", "", "", "grid", ""],
            "bus_out": ["grid", "grid", "grid", "heat", "heat"],
            "efficiency": [1, 1, 1, 3.0, 1],
            "capex_eur_per_mw_year": [9.0, 4, 6, 2, 1],
            "variable_eur_per_mwh": [2.0, 8, 0, 0, 5],
            "profile": ["", "", "light", "", ""],
            "capacity_credit": [*credit[:3], 1, 1],
        }
    )
    store = {
        "storage": ["tank"],
        "bus": ["grid"],
        "capex_eur_per_mwh_year": [1.5],
        "energy_to_power_h": [2.0],
    }
    return MixProblem.from_tables(
        buses=pd.DataFrame({"bus": ["grid", "heat"], "reserve_margin": [margin, np.nan]}),
        processes=rows,
        storages=pd.DataFrame(store | {"capacity_credit": credit[3:], "charge_efficiency": [0.9]}),
        demands=pd.DataFrame(
            {
                "demand": ["lamps", "homes"],
                "bus": ["grid", "heat"],
                "annual_mwh": [20.0, 15],
                "profile": "use",
            }
        ),
        profiles=pd.DataFrame({"use": use, "light": light}),
    )


def least_cost(margin: float, credit: list[float], use: list[float], light: list[float]) -> float:
    """The same as a dense program: 5 capacities, the store, hours of 5 outputs, charge, discharge, level."""
    t = HOURS
    width = 6 + 8 * t
    eye = np.eye(t)

    def block(at: int, rows: np.ndarray) -> np.ndarray:
        out = np.zeros((t, width))
        out[:, 6 + at * t : 6 + (at + 1) * t] = rows
        return out

    def size(at: int, column: np.ndarray) -> np.ndarray:
        out = np.zeros((t, width))
        out[:, at] = column
        return out

    one, sun = np.ones(t), np.array(light)
    shares = np.array(use) / sum(use)
    base, peak, shine, pump, boiler, charge, give, level = (block(at, eye) for at in range(8))
    before = block(7, np.roll(eye, -1, axis=1).T)
    equal = [
        base + peak + shine + give - charge - pump / 3,
        pump + boiler,
        level - before - 0.9 * charge + give,
    ]
    sides = [20 * shares, 15 * shares, 0 * one]
    at_most = [part - size(at, one) for at, part in enumerate((base, peak)) for part in [part]]
    at_most += [shine - size(2, sun), pump - size(3, one), boiler - size(4, one)]
    at_most += [level - size(5, one), charge + give - size(5, one / 2)]
    firm = size(0, credit[0] * one) + size(1, credit[1] * one) + size(2, credit[2] * sun)
    firm = firm + credit[3] * (give - charge)
    at_most.append((1 + margin) * pump / 3 - firm)
    limits = [0 * one] * 7 + [-(1 + margin) * 20 * shares]
    cost = np.concatenate(
        [[9, 4, 6, 2, 1, 1.5], 2 * one, 8 * one, 0 * one, 0 * one, 5 * one, np.zeros(3 * t)]
    )
    answer = linprog(
        cost,
        A_ub=np.vstack(at_most),
        b_ub=np.concatenate(limits),
        A_eq=np.vstack(equal),
        b_eq=np.concatenate(sides),
        method="highs-ds",
    )
    assert answer.status == 0
    return float(answer.fun)


@settings(max_examples=10, deadline=None)
@given(
    margin=st.floats(0, 0.6),
    credit=st.lists(SHARE, min_size=4, max_size=4),
    use=st.lists(SHARE, min_size=HOURS, max_size=HOURS),
    light=st.lists(st.floats(0, 1), min_size=HOURS, max_size=HOURS),
)
def test_a_margin_of_any_system_costs_what_a_program_by_hand_tells(margin, credit, use, light):
    """Proves: rows, credits and sides are right together. Without it a sign could make reserve free."""
    plan = optimise_mix(system(margin, credit, use, light))
    assert plan.cost_eur == pytest.approx(least_cost(margin, credit, use, light), rel=1e-6)
    assert plan.reserve["reached"].item() >= margin - 1e-6
    price = plan.prices.set_index("kind").loc["reserve"]
    assert price["price"] >= 0
    assert (price["price"] == 0) or price["reached"] == pytest.approx(price["allowed"], rel=1e-6)


@settings(max_examples=5, deadline=None)
@given(low=st.floats(0, 0.4), more=st.floats(0.01, 0.4))
def test_more_margin_never_costs_less(low, more):
    """Its price of one point is what the first point more costs, and each further one costs no less."""
    rest = ([0.9, 0.95, 1.0, 0.8], [0.3, 1, 0.6, 0.4], [0, 0.2, 0.9, 0.1])
    first, second = (optimise_mix(system(margin, *rest)) for margin in (low, low + more))
    point = first.prices.set_index("kind").loc["reserve", "point_price"]
    assert second.cost_eur >= first.cost_eur + point * more * 100 - 1e-6


ONE = "process bus_out capex_eur_per_mw_year capacity_credit capacity_max_mw\nplant grid 10 {credit} {most}"


def grid(margin: str, credit: str = "0.9", most: str = "-", **others: str) -> MixProblem:
    return problem(
        buses=others.get("buses", f"bus reserve_margin\ngrid {margin}"),
        processes=others.get("processes", ONE.format(credit=credit, most=most)),
        demands="demand bus annual_mwh\nhomes grid 10",
    )


@pytest.mark.parametrize(
    ("margin", "credit", "told"),
    [
        ("-0.1", "0.9", ("buses", "'grid'", "column reserve_margin: found -0.1, expected at least 0")),
        ("15", "0.9", ("buses", "'grid'", "column reserve_margin: found 15.0, expected at most 1")),
        ("inf", "0.9", ("buses", "'grid'", "column reserve_margin")),
        ("tenth", "0.9", ("buses", "'grid'", "column reserve_margin: found 'tenth'")),
        ("0.1", "90", ("processes", "'plant'", "column capacity_credit: found 90.0, expected at most 1")),
        ("0.1", "-1", ("processes", "'plant'", "column capacity_credit: found -1.0, expected at least 0")),
        ("0.1", "0", ("buses: 'grid', column reserve_margin: nothing at the bus counts as firm",)),
    ],
)
def test_a_margin_that_cannot_be_is_told_before_the_solver(margin, credit, told):
    with pytest.raises(InputError) as error:
        grid(margin, credit)
    (fault,) = error.value.faults
    assert all(part in fault for part in told)


def test_a_bus_that_balances_over_the_year_has_no_hour_to_hold_a_margin_in():
    with pytest.raises(InputError, match="there is no hour to hold a margin in"):
        grid("0.1", buses="bus reserve_margin annual\ngrid 0.1 true")


def test_a_margin_that_asks_for_nothing_is_told():
    """Proves: a free line without end is told. Without it an adequate plan would be taken for adequate."""
    free = "process bus_out variable_eur_per_mwh\nline grid 50"
    remarks = [english for _, english in grid("0.1", processes=free).remarks]
    assert any("'line' counts as firm without limit and without cost" in one for one in remarks)
    assert not any("reserve_margin" in english for _, english in grid("0.1").remarks)


def test_italy_carries_its_own_system_and_a_city_does_not():
    """Proves: the grid of a country asks for a margin. Without it the plan would rest on nobody's plants."""
    italy = leb.mix_problem(leb.examples.italy(), time=leb.typical_days(1))
    asked = italy.buses.set_index("bus")["reserve_margin"].dropna()
    assert asked.to_dict() == {"electricity_grid": 0.05}
    credit = italy.processes.set_index("process")["capacity_credit"]
    assert credit["electricity_import"] == pytest.approx(4_400 / 8_935, abs=1e-6)
    fixed = italy.processes.set_index("process")["fixed_eur_per_mw_year"]
    assert fixed["plant:MAPE:C0129"] > 0
    assert fixed["plant:MAPE:G3000"] > fixed["plant:APCHP:G3000"] > 0
    b = leb.examples.torino()
    torino = leb.mix_problem(b, targets="20-20-20-local", base=b, time=leb.typical_days(2))
    assert torino.buses["reserve_margin"].isna().all()
    told = [english for _, english in optimise_mix(torino).remarks if "the national grid gives it" in english]
    (sentence,) = told
    assert sentence.startswith(
        "Gas cogeneration (existing): the plan gives up 400 MW and asks for no reserve"
    )
