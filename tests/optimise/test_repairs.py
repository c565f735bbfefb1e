"""What would be enough: worked out by hand, and held against linear programs written elsewhere."""

import numpy as np
import pandas as pd
import pyomo.environ as pyo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.optimise import InfeasibleMix, MixProblem, optimise_mix, optimise_pathway
from leb_kit.optimise.answers import repairs
from leb_kit.widgets.mix_state import impossible_state
from tests.optimise.tables import near, one_heat_demand, problem
from tests.optimise.test_conflict import LABELS, WAYS, drawn, explained, possible, told
from tests.optimise.test_pathway_blocks import town, way


def enough(error: InfeasibleMix) -> dict[str, float]:
    """Row → value that is enough, of those that have one."""
    table = error.conflict.dropna(subset="enough")
    return dict(zip(table["row"], table["enough"], strict=True))


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_potential_and_a_demand_say_how_much_is_enough() -> None:
    """100 MWh, of which the sun gives 40 at most and gas may give 50: 10 are missing.

    Proves: not only the target is told with a repair. Without it a planner who may not touch the target reads
    of a potential and a demand that exclude it, and has to try.
    """
    error = explained(
        problem(
            processes="process bus_out capacity_max_mw\nsun heat 40\ngas heat 900",
            demands=one_heat_demand(100),
            limits=LABELS + "fossil gas 1 at_most 50 Fossile Fossil MWh target",
        )
    )
    assert enough(error) == {"sun": 50, "homes": 90}
    assert error.text("it").endswith(
        "Ciascuna di queste modifiche da sola basta: sun (al più 40 MW) a 50 MW;"
        " fabbisogno: «homes» (100 MWh all'anno) a 90 MWh."
    )
    assert str(error).endswith(
        "Each of these changes alone is enough: sun (at most 40 MW) to 50 MW;"
        " demand: 'homes' (100 MWh a year) to 90 MWh."
    )


def test_the_page_of_a_plan_shows_what_is_enough() -> None:
    state = impossible_state(explained(narrow()))
    assert state["requirements"] == {
        "it": ["boiler (al più 3 MW) → 10 MW", "fabbisogno: «homes» (10 MWh all'anno) → 3 MWh"],
        "en": ["boiler (at most 3 MW) → 10 MW", "demand: 'homes' (10 MWh a year) → 3 MWh"],
    }


def narrow(capex: float = 0.0, mw: float = 3.0, mwh: float = 10.0) -> MixProblem:
    """3 MW for 10 MWh in an hour."""
    plant = f"process bus_out capacity_max_mw capex_eur_per_mw_year\nboiler heat {mw} {capex}"
    return problem(processes=plant, demands=one_heat_demand(mwh))


@pytest.mark.parametrize("capex", [0.0, 5.0], ids=["bounds", "rows"])
def test_what_is_told_is_enough_and_a_little_less_is_not(capex: float) -> None:
    """Proves: the least. A third of 10 MWh is told with the decimals that make it enough."""
    third = 10 / 3
    found = enough(explained(narrow(capex, mw=third)))
    assert found == {"boiler": near(10), "homes": near(3.33)}
    assert found["homes"] <= third
    optimise_mix(narrow(capex, mw=found["boiler"]))
    optimise_mix(narrow(capex, mw=third, mwh=found["homes"]))
    with pytest.raises(InfeasibleMix):
        optimise_mix(narrow(capex, mw=found["boiler"] - 0.01))


def test_a_profile_counts() -> None:
    """The sun shines at half in the hour that is asked: 8 MW for 4 MWh, 3 are there."""
    asked = problem(
        processes="process bus_out capacity_max_mw profile\nsun heat 3 noon",
        demands=one_heat_demand(4, "night"),
        profiles="noon night\n1 0\n0.5 1",
    )
    assert enough(explained(asked)) == {"sun": near(8), "homes": near(1.5)}


def test_a_yearly_maximum_a_store_and_a_demand_that_may_move() -> None:
    shapes = "flat\n" + "\n".join(["1"] * 24)
    asked = problem(
        processes="process bus_out annual_max_mwh\nboiler heat 100",
        demands="demand bus annual_mwh profile flexible_share\nhomes heat 240 flat 0.5",
        profiles=shapes,
    )
    assert enough(explained(asked)) == {"boiler": near(240), "homes": near(100)}
    for capex in ("-", "7"):
        stored = problem(
            processes="process bus_out capacity_max_mw profile\nsun heat 9 noon",
            demands=one_heat_demand(4, "night"),
            profiles="noon night\n1 0\n0 1",
            storages="storage bus capacity_max_mwh energy_to_power_h capex_eur_per_mwh_year\n"
            f"tank heat 1 2 {capex}",
        )
        # 4 MW out of a store that takes two hours to empty: 8 MWh of it, or half a MWh is asked.
        assert enough(explained(stored)) == {"tank": near(8), "homes": near(0.5)}


def test_a_smallest_size_may_give_way_and_what_is_called_physical_may_not() -> None:
    must = problem(
        processes="process bus_out must_run capacity_min_mw\nburner heat true 5\nboiler heat false -",
        demands=one_heat_demand(20, "late"),
        profiles="late\n0\n1",
    )
    assert enough(explained(must)) == {"burner": 0}
    floor = LABELS + "most sun 1 at_least 30 Sole Sun MWh physical"
    asked = problem(
        processes="process bus_out capacity_max_mw\nsun heat 7\ngas heat 900",
        demands=one_heat_demand(100),
        limits=floor,
    )
    assert enough(explained(asked)) == {"sun": near(30)}


def test_one_of_a_group_may_be_left_out() -> None:
    """8 MW each, one at most, 10 asked: both, or a demand of 8."""
    asked = problem(
        processes="process bus_out capacity_max_mw exclusive_group\na heat 8 g\nb heat 8 g",
        demands=one_heat_demand(10),
    )
    error = explained(asked)
    assert enough(error)["homes"] == near(8)
    assert "without at most one of" in str(error)
    assert "senza al più uno di" in error.text("it")


def test_where_no_single_change_is_enough_it_is_said() -> None:
    """Heat lacks 7 MWh and light 1: whichever is repaired, the other is not."""
    asked = problem(
        buses="bus\nheat\nlight",
        processes="process bus_out capacity_max_mw\nboiler heat 3\nlamp light 1",
        demands="demand bus annual_mwh\nhomes heat 10\nstreets light 2",
    )
    error = explained(asked)
    assert enough(error) == {}
    assert str(error).endswith("To change a single one of them is not enough.")
    assert error.text("it").endswith("Cambiarne uno solo non basta.")


def test_a_rule_of_many_rows_is_not_claimed_to_be_hopeless() -> None:
    def low(m: pyo.ConcreteModel) -> None:
        m.low = pyo.Constraint(m.T, rule=lambda m, t: m.output["boiler", t] <= 1)

    asked = problem(processes="process bus_out\nboiler heat", demands=one_heat_demand(10), profiles=2)
    error = explained(asked.extend(low))
    assert enough(error) == {"homes": near(2)}
    assert "not enough" not in str(error)


def test_in_a_pathway_the_year_is_told() -> None:
    clean = "limit process coefficient sense value\nfuel boiler 1 at_most 0"
    years = {2030: town(), 2040: town(limits=clean)}
    with pytest.raises(InfeasibleMix) as caught:
        optimise_pathway(way(years, "name build_max_per_year\nsun 0.1", start=2020))
    table = caught.value.conflict.dropna(subset="enough")
    assert set(zip(table["row"], table["year"], strict=True)) == {("homes", 2040)}
    assert "2040 a " in caught.value.text("it")


def test_without_time_nothing_more_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairs, "search_limit", lambda _: 1e-9)
    error = explained(narrow())
    assert enough(error) == {}
    assert told(error) == {("boiler", "capacity_max_mw"), ("homes", "annual_mwh")}
    assert "enough" not in str(error)


# ── any problem ──────────────────────────────────────────────────────────────────────────────────────────


def changed(tables: tuple[pd.DataFrame, ...], row: str, column: str, value: float) -> list[pd.DataFrame]:
    """The tables with another value of a requirement."""
    out = []
    for table, key in zip(tables, ("process", "demand", "limit"), strict=True):
        copy = table.copy()
        if column in copy:
            copy[column] = copy[column].astype(float).mask(copy[key] == row, value)
        out.append(copy)
    return out


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_change_that_is_told_is_enough_and_hardly_less_is(seed: int) -> None:
    """Proves: verified, and the smallest, by SciPy from the tables. Without it a repair could be none."""
    tables = drawn(seed)
    processes, demands, limits = tables
    flows = [
        {"process": name, "bus": bus, "coefficient": k}
        for name, ways in WAYS.items()
        for bus, k in zip(("heat", "el"), ways, strict=True)
        if k
    ]
    try:
        optimise_mix(
            MixProblem.from_tables(
                buses=pd.DataFrame({"bus": ["heat", "el"]}),
                processes=processes,
                flows=pd.DataFrame(flows),
                demands=demands,
                limits=limits,
                profiles=pd.DataFrame(index=range(1)),
            )
        )
    except InputError:
        return
    except InfeasibleMix as error:
        everything = {(row, column) for row in WAYS for column in ("capacity_max_mw", "annual_max_mwh")}
        everything |= {(name, "annual_mwh") for name in demands["demand"]}
        everything |= {(name, "value") for name in limits["limit"]}
        assert not possible(tables, everything)
        for one in error.conflict.itertuples():
            if np.isfinite(one.enough):
                assert possible(tuple(changed(tables, one.row, one.column, one.enough)), everything)
                less = one.enough + (one.value - one.enough) * 0.02
                assert not possible(tuple(changed(tables, one.row, one.column, less)), everything)
