"""Constraints of an analyst's own: worked out on paper, read in the result, and faults that are told."""

import pyomo.environ as pyo
import pytest

from leb_kit import InputError
from leb_kit.optimise import InfeasibleMix, MixProblem, UnboundedMix, optimise_mix
from leb_kit.optimise.model.build import build
from leb_kit.optimise.model.formulation import compile_model, formulate
from tests.optimise.tables import capacity, energy, near, one_heat_demand, problem

PLANTS = """
process bus_out capex_eur_per_mw_year variable_eur_per_mwh
pump    heat    6                     10
boiler  heat    -                     20
"""


def town(**others) -> MixProblem:
    """Two hours of 5 and 1 MW: a pump costs 6 EUR a year and MW and saves 10 EUR/MWh against the boiler.

    One MW that works in both hours saves 20 − 6; one that works in one hour saves 10 − 6: all is pump.
    """
    return problem(
        processes=PLANTS,
        profiles="homes\n5\n1",
        demands=one_heat_demand(6, "homes"),
        **others,
    )


def half(m):
    """At most half of the year's heat from the pump."""
    m.half = pyo.Constraint(expr=m.annual["pump"] <= m.annual["boiler"])


def test_a_constraint_of_ones_own_holds():
    """Proves: the row reaches the solver and its worth the result. Without it the pump would give all 6 MWh.

    3 MWh each. The pump of 2 MW gives 2 + 1 MWh: 2 × 6 + 30 + 3 × 20 = 102 EUR. One MWh more of pump than
    of boiler is half a MWh moved in the first hour: 0.5 × (20 − 10 − 6) = 2 EUR less.
    """
    question = town()
    assert energy(optimise_mix(question)) == near({"pump": 6, "boiler": 0})
    result = optimise_mix(question.extend(half))
    assert energy(result) == near({"pump": 3, "boiler": 3})
    assert capacity(result)["pump"] == near(2)
    assert result.cost_eur == near(102)
    assert result.added_prices.to_dict("records") == [{"name": "half", "index": None, "price": near(-2)}]
    assert energy(optimise_mix(question)) == near({"pump": 6, "boiler": 0})
    assert repr(question.extend(half)).endswith("0 limits, extended)")


def test_a_variable_of_ones_own_costs_and_is_read():
    """A subsidised pump: what the council adds, u MW at 4 EUR, counts beside the owner's 1 MW.

    pump ≤ 1 + u; one MW more saves 10 in the first hour, less 6 and 4: nothing. At 3 EUR it pays: u = 4.
    """

    def subsidy(price: float):
        def rule(m):
            m.u = pyo.Var(domain=pyo.NonNegativeReals)
            m.fund = pyo.Constraint(expr=m.capacity["pump"] <= 1 + m.u)
            m.paid = pyo.Expression(expr=price * m.u)
            m.share = pyo.Expression(expr=m.annual["pump"] / (m.annual["pump"] + m.annual["boiler"]))
            m.least_cost.expr += m.paid

        return rule

    result = optimise_mix(town().extend(subsidy(3)))
    assert result.added.set_index("name")["value"].to_dict() == near({"u": 4, "paid": 12, "share": 1})
    assert result.cost_eur == near(5 * 6 + 6 * 10 + 12)
    dear = optimise_mix(town().extend(subsidy(4.5)))
    assert dear.added.set_index("name")["value"].to_dict() == near({"u": 0, "paid": 0, "share": 2 / 6})


def test_an_indexed_constraint_has_a_row_for_each_index():
    """The pump must give at least 0.5 MW in each hour and at most 2."""

    def band(m):
        m.band = pyo.Constraint(m.T, rule=lambda m, t: (0.5, m.output["pump", t], 2))

    result = optimise_mix(town().extend(band))
    assert result.dispatch["pump"].tolist() == near([2, 1])
    assert result.added_prices["index"].tolist() == [0, 1]
    assert result.added_prices["price"].tolist() == near([-4, 0])


def test_whole_numbers_are_whole():
    """Proves: a machine is not bought by halves. Without it 5 / 2 = 2.5 machines would be.

    Machines of 2 MW: 2 of them, or 3 for 5 MW. The third would save 10 and cost 2 × 6: 2 machines.
    """

    def machines(m):
        m.count = pyo.Var(domain=pyo.NonNegativeIntegers)
        m.sized = pyo.Constraint(expr=m.capacity["pump"] == 2 * m.count)

    result = optimise_mix(town().extend(machines))
    assert result.added["value"].tolist() == [2]
    assert result.cost_eur == near(4 * 6 + 5 * 10 + 1 * 20)


def test_a_size_that_costs_nothing_is_joined_to_what_it_limits():
    """Proves: a rule on such a size binds. Without the join 0.5 MW of boiler would give 5 MW."""

    def small(m):
        m.small = pyo.Constraint(expr=m.capacity["boiler"] <= 0.5)
        m.tiny = pyo.Constraint(expr=m.store["tank"] <= 0.25)

    costly = town(
        storages="storage bus\ntank heat", limits="limit process coefficient sense value\nx pump 1 at_most 5"
    )
    result = optimise_mix(costly.extend(small))
    assert result.dispatch["boiler"].max() <= 0.5 + 1e-9
    assert capacity(result)["boiler"] <= 0.5 + 1e-9
    assert result.stores["capacity_mw"].max() <= 0.25 + 1e-9
    assert set(result.added_prices["name"]) == {"small", "tiny"}


def test_a_block_and_several_rules_are_read_together():
    def block(m):
        m.mine = pyo.Block()
        m.mine.x = pyo.Var(bounds=(0, 3))
        m.mine.cap = pyo.Constraint(expr=m.annual["pump"] <= m.mine.x)

    result = optimise_mix(town().extend(half).extend(block))
    assert result.added["name"].tolist() == ["mine.x"]
    assert result.added_prices["name"].tolist() == ["half", "mine.cap"]


def test_blocks_of_an_index_are_read():
    """Proves: each block of several is read. Without it a rule with blocks fails, or limits nothing."""

    def blocks(m):
        m.own = pyo.Block(
            ["pump", "boiler"], rule=lambda b, p: setattr(b, "most", pyo.Constraint(expr=m.annual[p] <= 4))
        )

    found = optimise_mix(town().extend(blocks))
    assert energy(found) == near({"pump": 4, "boiler": 2})
    assert found.added_prices["name"].tolist() == ["own[pump].most", "own[boiler].most"]


def test_only_what_is_added_is_read_again():
    """Proves: arrays of the model are kept, and equal to those of a fresh build, row by row."""
    question = town(storages="storage bus capex_eur_per_mwh_year\ntank heat 1")
    base = build(question)
    more = build(question.extend(half))
    assert more.model is base.model
    assert build(question) is base
    model = formulate(question)
    half(model)
    fresh = compile_model(model)
    order = [list(fresh.columns.names()).index(name) for name in more.program.columns.names()]
    rows = [fresh.row_names().index(name) for name in base.program.row_names()] + [
        fresh.row_names().index("half")
    ]
    assert abs(fresh.matrix[rows][:, order] - more.program.matrix).max() == 0
    assert fresh.cost[order].tolist() == more.program.cost.tolist()
    assert fresh.row_upper[rows].tolist() == more.program.row_upper.tolist()


def test_a_table_that_was_changed_in_place_is_seen():
    """Proves: the kept model is known by its content. Without it a second price would give the first plan."""
    question = town()
    optimise_mix(question)
    question.processes.loc[0, "variable_eur_per_mwh"] = 100.0
    assert energy(optimise_mix(question)) == near({"pump": 0, "boiler": 6})


def test_what_was_worked_out_is_not_kept_when_a_table_changes_in_place():
    """Proves: a capacity that costs nothing is decided once it costs. Without it both would stay for free."""
    question = problem(
        processes="process bus_out capex_eur_per_mw_year variable_eur_per_mwh\nfree heat - 1\ndear heat - 3",
        demands="demand bus annual_mwh\nhomes heat 10",
    )
    assert optimise_mix(question).cost_eur == near(10)
    question.processes.loc[0, "capex_eur_per_mw_year"] = 100.0
    assert optimise_mix(question).cost_eur == near(30)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────


def nothing(m):
    """Nothing is added."""


def unknown_variable(m):
    """A name that the model does not have."""
    m.own = pyo.Constraint(expr=m.capacty["pump"] <= 1)


def unknown_process(m):
    """A process that is not there."""
    m.own = pyo.Constraint(expr=m.capacity["pumpp"] <= 1)


def product(m):
    """Two variables multiplied."""
    m.own = pyo.Constraint(expr=m.capacity["pump"] * m.annual["pump"] <= 1)


def second_objective(m):
    """Another aim."""
    m.own = pyo.Objective(expr=m.capacity["pump"])


def replaced(m):
    """A name that is taken."""
    m.capacity = pyo.Var()


def fixed(m):
    """A bound instead of a constraint."""
    m.capacity["pump"].fix(2)


def switched_off(m):
    """A row of the model taken away."""
    m.bus_balance.deactivate()


def never(m):
    """A rule without a return."""
    m.own = pyo.Constraint(m.T, rule=lambda *_: None)


def not_finite(m):
    """A number that is none."""
    m.own = pyo.Constraint(expr=float("nan") * m.capacity["pump"] <= 1)


def special_order(m):
    """Something that is neither variable nor constraint."""
    m.own = pyo.SOSConstraint(var=m.capacity, sos=1)


def another_cost(m):
    """A cost that is not that of the tables."""
    m.least_cost.expr = m.annual["boiler"]


def endless_side(m):
    """A side that Pyomo reads only when it is asked for."""
    m.own = pyo.Constraint(expr=m.capacity["pump"] >= float("inf"))


def before_the_first(m):
    """A step that is not there."""
    m.own = pyo.Constraint(m.T, rule=lambda m, t: m.output["pump", t - 1] <= m.output["pump", t])


def aim_in_a_block(m):
    """Another aim, in a block of several."""
    m.own = pyo.Block([1, 2], rule=lambda b, _: setattr(b, "aim", pyo.Objective(expr=m.capacity["pump"])))


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (another_cost, "the rule replaces the cost of the tables; write m.least_cost.expr += … to add"),
        (endless_side, "constraint own: a side is no finite number"),
        (before_the_first, "There is no step -1: m.T holds 0 to 1."),
        (aim_in_a_block, "is a second objective"),
        (nothing, "the rule adds nothing"),
        (unknown_variable, "no attribute 'capacty'. Did you mean 'capacity'?"),
        (
            unknown_process,
            "Index 'pumpp' is not valid for indexed component 'capacity'. Did you mean 'pump'?",
        ),
        (product, "constraint own is not linear"),
        (second_objective, "'own' is a second objective; add to m.least_cost.expr instead"),
        (replaced, "the rule replaces 'capacity'"),
        (fixed, "the rule fixes or bounds capacity[pump]; add a constraint instead"),
        (switched_off, "switches off rows of 'bus_balance'"),
        (never, "rule returned None"),
        (not_finite, "own"),
        (special_order, "'own' is a SOSConstraint, which is not read; use constraints"),
    ],
)
def test_a_fault_of_a_rule_is_told_and_leaves_no_trace(rule, told, caplog):
    """Proves: one sentence with the repair, nothing on the log, and the next answer is as before."""
    question = town()
    with pytest.raises(InputError) as caught:
        optimise_mix(question.extend(rule))
    assert told in str(caught.value)
    assert not caplog.records
    assert energy(optimise_mix(question)) == near({"pump": 6, "boiler": 0})


def test_the_line_of_a_fault_is_told():
    with pytest.raises(
        InputError, match=r'line \d+: m\.own = pyo\.Constraint\(expr=m\.capacty\["pump"\] <= 1\)'
    ):
        optimise_mix(town().extend(unknown_variable))


def test_a_process_that_must_run_has_no_output_of_its_own():
    plants = PLANTS.replace("variable_eur_per_mwh", "variable_eur_per_mwh must_run").replace("20\n", "20 -\n")
    question = problem(processes=plants.replace("10\n", "10 true\n"), demands=one_heat_demand(6), profiles=2)

    def rule(m):
        m.own = pyo.Constraint(expr=m.output["pump", 0] <= 1)

    with pytest.raises(InputError, match=r"'pump' must run: its output is profile × m\.capacity"):
        optimise_mix(question.extend(rule))


def test_a_variable_without_a_bound_that_earns_is_named():
    """Proves: the blame falls on what was added. Without it processes are searched in vain."""

    def earning(m):
        m.credit = pyo.Var(["a", "b"], domain=pyo.NonNegativeReals)
        m.held = pyo.Var(bounds=(0, 3))
        m.least_cost.expr += m.credit["a"] - 2 * m.credit["b"] - m.held

    with pytest.raises(UnboundedMix, match=r"added variable credit\[b\] lowers it"):
        optimise_mix(town().extend(earning))


def test_what_is_no_function_is_refused():
    with pytest.raises(InputError, match="a function of the Pyomo model is expected"):
        town().extend("half")


def test_a_constraint_of_ones_own_that_has_no_plan_is_named():
    """Proves: the blame falls on the row that was added, not on plants and demands."""

    def much(m):
        m.much = pyo.Constraint(expr=m.annual["pump"] >= 7)

    with pytest.raises(InfeasibleMix) as caught:
        optimise_mix(town().extend(half).extend(much))
    assert str(caught.value).startswith("No plan meets this: added constraint 'much'.")
    assert ": vincolo aggiunto «much»." in caught.value.text("it")


def test_how_far_an_added_constraint_must_give_way_is_told():
    """10 MWh in one hour need 10 MW: a rule that allows 3 must allow 7 more."""
    asked = problem(
        processes="process bus_out capex_eur_per_mw_year\nboiler heat 7", demands=one_heat_demand(10)
    )

    def small(m):
        m.small = pyo.Constraint(expr=m.capacity["boiler"] <= 3)

    with pytest.raises(InfeasibleMix) as caught:
        optimise_mix(asked.extend(small))
    (found,) = caught.value.relaxations
    assert (found.limit, found.amount, found.allowed) == ("small", near(7), near(10))
    assert "'added constraint 'small'' by 7" in caught.value.text("en")
