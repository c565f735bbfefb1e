"""Targets with a price: held where that is cheaper, missed where it is not."""

import pytest

from leb_kit import InputError, aggregate
from leb_kit.examples import torino
from leb_kit.optimise import frontier, mix_problem, optimise_mix, typical_days
from tests.optimise.tables import energy, near
from tests.optimise.test_store_and_year_blocks import green_and_grey


def may_miss(price, sense="at_most", value=20, coefficient=0.4):
    """Grey gives 0.4 t/MWh and may give 20 t; a tonne less costs 30 / 0.4 = 75 EUR."""
    return green_and_grey(
        "limit process coefficient sense value unit missed_eur_per_unit\n"
        f"co2 grey {coefficient} {sense} {value} t {price}"
    )


@pytest.mark.parametrize(("price", "missed", "cost"), [(70, 20, 2000 + 1400), (80, 0, 3500)])
def test_annual_limits_with_a_price_are_missed_where_holding_them_costs_more(price, missed, cost):
    """Proves: the dearer of the two is left. Without it a target would hold at any cost, or at none.

    Held: 50 MWh of green, 50 of grey: 50 × 50 + 50 × 20 = 3500. Missed: 100 of grey, 2000, and 20 t.
    """
    result = optimise_mix(may_miss(price))
    assert result.missed[["missed", "unit", "price_eur", "cost_eur"]].to_numpy().tolist() == [
        [near(missed), "t", price, near(missed * price)]
    ]
    assert result.cost_eur == near(cost)
    assert result.cost_eur == near(result.processes["cost_eur"].sum() + result.missed["cost_eur"].sum())
    assert result.prices["price"].tolist() == near([min(price, 75)])


def test_annual_limits_at_least_are_missed_from_below():
    """200 MWh are asked of grey, 100 are needed: 100 are missing at 3 EUR."""
    result = optimise_mix(may_miss(3, "at_least", 200, 1))
    assert result.missed["missed"].tolist() == near([100])
    assert result.cost_eur == near(2000 + 300)


def test_annual_limits_without_a_price_are_not_among_the_missed():
    result = optimise_mix(green_and_grey("limit process coefficient sense value\nco2 grey 0.4 at_most 20"))
    assert result.missed.empty


def test_what_may_be_missed_is_no_contradiction():
    """Proves: a price makes room. Without it two targets that exclude each other would be refused."""
    limits = """
    limit process coefficient sense    value missed_eur_per_unit
    much  grey    1           at_least 60    7
    few   grey    1           at_most  40    -
    """
    result = optimise_mix(green_and_grey(limits))
    assert energy(result)["grey"] == near(40)
    assert result.missed["missed"].tolist() == near([20])
    assert not [remark for remark in green_and_grey(limits).remarks if "much" in str(remark)]


def test_rows_of_a_limit_agree_on_its_price():
    with pytest.raises(InputError, match="'co2' has more than one missed_eur_per_unit"):
        green_and_grey("""
        limit process coefficient sense   value missed_eur_per_unit
        co2   grey    0.4         at_most 20    5
        co2   green   0.1         at_most 20    -
        """)


def test_a_frontier_holds_what_it_draws_whatever_its_price():
    """Proves: the price does not let the axis go. Without it each point would cost what missing costs."""
    table = frontier(may_miss(1), "cost", "co2", values=[40, 20]).table
    assert table["cost_eur"].tolist() == near([2000, 3500])


# ── a town ───────────────────────────────────────────────────────────────────────────────────────────────


def plan_of(priced):
    """Torino on two days under its three targets, some of which may be missed."""
    b = torino()
    return optimise_mix(mix_problem(b, targets="20-20-20-local", base=b, time=typical_days(2), priced=priced))


def test_a_price_above_the_cost_of_a_target_changes_nothing_and_one_below_lets_it_go():
    """Proves: the turning point is the marginal price that the plan with firm targets tells.

    Without it a carbon price of a council would not mean what the plan says a tonne costs.
    """
    firm = plan_of(None)
    prices = firm.prices.set_index("target")["price"]
    (binding,) = prices.index[prices > 1e-6]
    dear, cheap = (plan_of({binding: float(prices[binding]) * factor}) for factor in (1.01, 0.5))
    assert dear.missed["missed"].tolist() == near([0])
    assert dear.cost_eur == pytest.approx(firm.cost_eur, rel=1e-9)
    assert cheap.missed["missed"].iloc[0] > 0
    assert cheap.cost_eur < firm.cost_eur
    planned = cheap.to_balance()
    assert aggregate(planned).table.shape == planned.table.shape


def test_targets_and_prices_that_cannot_be_are_told_at_once():
    with pytest.raises(InputError) as caught:
        plan_of({"emission": 50.0, "renewables": -1.0, "efficiency": "dear"})
    told = str(caught.value)
    assert "unknown target 'emission'" in told
    assert "emissions" in told
    assert "the price of 'renewables' is -1.0" in told
    assert "the price of 'efficiency' is 'dear'" in told


def test_prices_without_amounts_are_told():
    with pytest.raises(InputError, match="a price for each target is expected"):
        plan_of(["emissions"])
