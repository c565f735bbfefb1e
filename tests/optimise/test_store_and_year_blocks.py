"""Blocks of stores, of the year and of cost, each by a problem that is solved on paper."""

import pytest

from leb_kit.optimise import MixProblem, MixResult, optimise_mix, typical_days
from tests.optimise.tables import energy, near, one_heat_demand, problem

# ── storage_content ──────────────────────────────────────────────────────────────────────────────────────

CHEAP_THEN_DEAR = """
    process bus_out profile variable_eur_per_mwh capacity_max_mw
    night   heat    night   1                    100
    day     heat    -       50                   -
    """


def test_storage_content_loses_on_the_way_in_and_out():
    """Proves: η_c and η_d act once each. Without them 4 MWh of the night would do.

    2 MWh are needed by day: 2 / 0.5 = 4 MWh in the store, 4 / 0.8 = 5 MWh taken at night for 1 each.
    """
    result = optimise_mix(
        problem(
            processes=CHEAP_THEN_DEAR,
            storages="storage bus charge_efficiency discharge_efficiency\ntank heat 0.8 0.5",
            profiles="night homes\n1 0\n0 1",
            demands=one_heat_demand(2, "homes"),
        )
    )
    assert result.dispatch["tank:charge"].tolist() == near([5, 0])
    assert result.dispatch["tank:discharge"].tolist() == near([0, 2])
    assert result.cost_eur == near(5)
    assert result.stores["loss_mwh"].tolist() == near([3])
    assert result.stores["capacity_mw"].tolist() == near([4])


def test_storage_content_leaks_in_every_hour_and_ends_the_day_as_it_began():
    """Proves: (1 − loss) acts on each hour, and the first hour follows the last. Without the circle the
    store could begin full, and the day would cost nothing.

    Demand 3 MW in the first hour only, night is the last: the content waits one step, and keeps 0.75.
    Charged: 3 / 0.75 = 4 MWh at 1 each.
    """
    result = optimise_mix(
        problem(
            processes=CHEAP_THEN_DEAR,
            storages="storage bus loss_per_hour\ntank heat 0.25",
            profiles="night homes\n0 1\n0 0\n1 0",
            demands=one_heat_demand(3, "homes"),
        )
    )
    assert result.dispatch["tank:charge"].tolist() == near([0, 0, 4])
    assert result.dispatch["tank:discharge"].tolist() == near([3, 0, 0])
    assert result.cost_eur == near(4)


def test_storage_content_does_not_cross_from_one_typical_day_to_another():
    """Proves: each day is a circle of its own. Without it sun of summer would heat the winter.

    Sun in one half of the year, demand in the other: nothing can be kept.
    """
    half = 24 * 182
    sun = ["1 0"] * half + ["0 1"] * (8760 - half)
    result = optimise_mix(
        problem(
            processes=CHEAP_THEN_DEAR.replace("night", "sun"),
            storages="storage bus\ntank heat",
            profiles="sun homes\n" + "\n".join(sun),
            demands=one_heat_demand(1000, "homes"),
            time=typical_days(3),
        )
    )
    assert result.problem.time.count == 72
    assert energy(result) == near({"sun": 0, "day": 1000})


# ── storage_limit ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ("capacity_max_mwh fixed_eur_per_mwh_year", "6 0.001"),  # rows of the model
        ("capacity_max_mwh", "6"),  # bounds of its variables
    ],
    ids=["costed", "costless"],
)
def test_storage_limit_holds_size_and_power(columns, row):
    """Proves: level ≤ size and power ≤ size / hours. Without either the day would need no dear heat.

    Demand 10 MWh by day. A store of 6 MWh and 2 hours has 3 MW: of 10 MWh it gives 3.
    Where 0 hours set no limit on power it gives 6.
    """

    def plan(hours: float) -> MixResult:
        return optimise_mix(
            problem(
                processes=CHEAP_THEN_DEAR,
                storages=f"storage bus energy_to_power_h {columns}\ntank heat {hours} {row}",
                profiles="night homes\n1 0\n0 1",
                demands=one_heat_demand(10, "homes"),
            )
        )

    assert plan(2).dispatch["tank:discharge"].tolist() == near([0, 3])
    assert energy(plan(2))["day"] == near(7)
    assert plan(0).dispatch["tank:discharge"].tolist() == near([0, 6])
    assert energy(plan(0))["day"] == near(4)


# ── annual_limits ────────────────────────────────────────────────────────────────────────────────────────

GREEN_AND_GREY = """
    process bus_out variable_eur_per_mwh {more}
    green   heat    50                   {green}
    grey    heat    20                   {grey}
    """


def green_and_grey(limits: str, more: str = "", green: str = "", grey: str = "") -> MixProblem:
    """100 MWh of heat, green or grey, under limits."""
    return problem(
        processes=GREEN_AND_GREY.format(more=more, green=green, grey=grey),
        demands=one_heat_demand(100),
        limits=limits,
    )


def test_hourly_cost_takes_each_hour_at_its_price():
    """Proves: a price has its hour. Without it the tank would not fill at noon, and cost would be a mean.

    10 MWh at midnight; power costs 20 × 1 EUR/MWh at noon, 20 × 3 at midnight. The tank gives what goes in,
    at 5 EUR/MWh: 10 × 20 + 10 × 5 = 250 EUR; without the tank 600.
    """
    tables = {
        "processes": """
            process bus_out variable_eur_per_mwh variable_profile
            power   heat    20                   price
            """,
        "profiles": "price homes\n1 0\n3 1",
        "demands": one_heat_demand(10, "homes"),
    }
    tank = "storage bus variable_eur_per_mwh\ntank heat 5"
    kept = optimise_mix(problem(**tables, storages=tank))
    assert kept.cost_eur == near(250)
    assert kept.processes["cost_eur"].tolist() == near([200])
    assert kept.stores["cost_eur"].tolist() == near([50])
    assert optimise_mix(problem(**tables)).cost_eur == near(600)


def test_annual_limits_hold_a_share():
    """Proves: share ≥ 20 % as a linear row. Without it grey, cheaper, gives all 100 MWh.

    green − 0.2 × (green + grey) ≥ 0: 0.8 green ≥ 0.2 grey, so green 20, grey 80.
    One more MWh that is asked for moves 1 MWh from grey to green: 30 EUR.
    """
    result = optimise_mix(
        green_and_grey("""
        limit process coefficient sense    value
        share green   0.8         at_least 0
        share grey    -0.2        at_least 0
        """)
    )
    assert energy(result) == near({"green": 20, "grey": 80})
    price = result.prices.iloc[0]
    assert (price["reached"], price["allowed"], price["price"]) == near((0, 0, 30))


def test_annual_limits_hold_an_upper_limit_with_a_constant():
    """Proves: the row without a process counts. Without it grey could give 50 MWh, not 40.

    0.4 t/MWh of grey and 4 t of the rest: at most 20 t allow 40 MWh. A tonne less costs 30 / 0.4 = 75 EUR.
    """
    result = optimise_mix(
        green_and_grey("""
        limit process coefficient sense   value
        co2   -       4           at_most 20
        co2   grey    0.4         at_most 20
        """)
    )
    assert energy(result) == near({"green": 60, "grey": 40})
    price = result.prices.iloc[0]
    assert (price["reached"], price["allowed"], price["price"]) == near((20, 20, 75))


def test_annual_limits_that_do_not_bind_have_no_price():
    result = optimise_mix(green_and_grey("limit process coefficient sense value\nloose grey 1 at_most 1000"))
    assert energy(result) == near({"green": 0, "grey": 100})
    assert result.prices["price"].tolist() == [0]
    assert result.prices["reached"].tolist() == near([100])


def test_annual_limits_hold_at_once():
    """Proves: all limits in one model. Without the second, 20 MWh of green would do."""
    result = optimise_mix(
        green_and_grey("""
        limit process coefficient sense    value
        share green   0.8         at_least 0
        share grey    -0.2        at_least 0
        co2   grey    0.4         at_most  20
        """)
    )
    assert energy(result) == near({"green": 50, "grey": 50})
    assert dict(zip(result.prices["target"], result.prices["price"], strict=True)) == near(
        {"share": 0, "co2": 75}
    )


def test_annual_limits_hold_the_largest_output_of_a_year():
    """Proves: annual_max_mwh. Without it grey gives all 100 MWh."""
    result = optimise_mix(
        green_and_grey(
            "limit process coefficient sense value\nloose grey 1 at_most 1000", "annual_max_mwh", "-", "70"
        )
    )
    assert energy(result) == near({"green": 30, "grey": 70})


def test_annual_limits_count_each_hour_under_its_profile():
    """Proves: a limit sees the weather. Without it the heat of warm hours would count as that of cold ones.

    10 MW in each of two hours; the pump takes 1/2 MWh of power per MWh when it is warm, 1 when cold, and at
    most 8 MWh in all: it serves the warm hour whole and 3 MWh of the cold one, the boiler the rest.
    """
    result = optimise_mix(
        problem(
            processes="""
            process bus_out variable_eur_per_mwh
            pump    heat    10
            boiler  heat    50
            """,
            profiles="taken\n0.5\n1",
            demands=one_heat_demand(20),
            limits="limit process coefficient profile sense value\npower pump 1 taken at_most 8",
        )
    )
    assert result.dispatch["pump"].tolist() == near([10, 3])
    assert result.prices["reached"].tolist() == near([8])


def test_annual_limits_count_what_a_store_loses():
    """Proves: a store enters a limit with its losses. Without it the store would pass for clean.

    1 MWh by day through a store of 0.5 takes 2 at night and loses 1; 0.25 of loss is allowed, so 0.25 pass.
    """
    result = optimise_mix(
        problem(
            processes=CHEAP_THEN_DEAR,
            storages="storage bus charge_efficiency\ntank heat 0.5",
            profiles="night homes\n1 0\n0 1",
            demands=one_heat_demand(1, "homes"),
            limits="limit process coefficient sense value\nlosses tank 1 at_most 0.25",
        )
    )
    assert result.stores["loss_mwh"].tolist() == near([0.25])
    assert energy(result) == near({"night": 0.5, "day": 0.75})


# ── least_cost ───────────────────────────────────────────────────────────────────────────────────────────


EVERY_COST = """
process bus_out profile capacity_existing_mw capex_eur_per_mw_year fixed_eur_per_mw_year variable_eur_per_mwh
night   heat    night   2                    10                    3                     2
"""


def test_least_cost_sums_annuities_fixed_and_variable_cost_of_plants_and_stores():
    """Proves: every term of the cost. Without one the sum is another.

    Two hours, demand 0 and 6 MW. Night gives 6 MWh in the first hour only:
      night: 6 MW, of which 2 exist: 4 × 10 + 6 × 3 + 6 MWh × 2 = 70
      store: 6 MWh, of which 1 exists: 5 × 7 + 6 × 0.5 = 38
    """
    result = optimise_mix(
        problem(
            processes=EVERY_COST,
            storages="""
            storage bus  capacity_existing_mwh capex_eur_per_mwh_year fixed_eur_per_mwh_year
            tank    heat 1                     7                      0.5
            """,
            profiles="night homes\n1 0\n0 1",
            demands=one_heat_demand(6, "homes"),
        )
    )
    assert result.cost_eur == near(70 + 38)
    assert result.processes["cost_eur"].tolist() == near([70])
    assert result.stores["cost_eur"].tolist() == near([38])
    assert result.plan.set_index("technology")["cost_eur"].to_dict() == near({"night": 70, "tank": 38})
    assert result.stores["new_capacity_mw"].tolist() == near([5])


def test_least_cost_takes_what_is_sold_as_income():
    """Proves: a negative cost is income. Without it nothing would be sold.

    Made for 20, sold for 30, at most 4 MWh: 14 × 20 − 4 × 30.
    """
    result = optimise_mix(
        problem(
            processes="""
            process bus_in bus_out variable_eur_per_mwh annual_max_mwh
            boiler  -      heat    20                   -
            sale    heat   -       -30                  4
            """,
            demands=one_heat_demand(10),
        )
    )
    assert energy(result) == near({"boiler": 14, "sale": 4})
    assert result.cost_eur == near(160)
