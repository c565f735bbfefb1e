"""Stores that pass their content from day to day: solved by hand, and run through the year."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from leb_kit.optimise import MixResult, optimise_mix, typical_days
from tests.optimise.tables import energy, near, one_heat_demand, problem

CHEAP_THEN_DEAR = """
    process bus_out profile variable_eur_per_mwh capacity_max_mw
    night   heat    night   1                    100
    day     heat    -       50                   -
    """

HALF_YEAR = "sun homes\n" + "\n".join(["1 0"] * (24 * 182) + ["0 1"] * (8760 - 24 * 182))


def seasons(store: str, **others: Any) -> MixResult:
    """Sun in one half of the year, 1000 MWh of demand in the other, and a store between them."""
    return optimise_mix(
        problem(
            processes=CHEAP_THEN_DEAR.replace("night", "sun"),
            storages=store,
            profiles=HALF_YEAR,
            demands=one_heat_demand(1000, "homes"),
            time=typical_days(3, linked=True),
            **others,
        )
    )


def test_storage_link_keeps_summer_for_winter():
    """Proves: content passes from day to day. Without it nothing could be kept, as in the test above."""
    result = seasons("storage bus\ntank heat")
    assert energy(result) == near({"sun": 1000, "day": 0})
    assert result.cost_eur == near(1000)
    assert result.contents["tank"].max() == pytest.approx(1000)
    assert result.contents["tank"].iloc[0] == pytest.approx(0, abs=1e-6)
    assert result.stores["capacity_mw"].tolist() == pytest.approx([1000])


@pytest.mark.parametrize("cost", ["", "fixed_eur_per_mwh_year"], ids=["costless", "costed"])
def test_storage_link_holds_the_size_over_the_year(cost):
    """Proves: the fullest hour of the fullest day is within the store. 300 MWh carry 300 of 1000."""
    result = seasons(f"storage bus capacity_max_mwh {cost}\ntank heat 300 {'0.001' if cost else ''}")
    assert energy(result) == near({"sun": 300, "day": 700})
    assert result.stores["capacity_mw"].tolist() == near([300])


def test_storage_link_loses_content_from_day_to_day():
    """Two days of one hour, sun on the first, 3 MWh on the second; a quarter is lost in an hour.

    4 MWh at the end of the first day are 3 within the second.
    """
    question = problem(
        processes=CHEAP_THEN_DEAR,
        storages="storage bus loss_per_hour\ntank heat 0.25",
        profiles="night homes\n1 0\n0 1",
        demands=one_heat_demand(3, "homes"),
    )
    linked = replace(question.time, day=np.array([0, 1]), sequence=np.array([0, 1]))
    result = optimise_mix(replace(question, time=linked))
    assert result.dispatch["tank:charge"].tolist() == near([4, 0])
    assert result.contents["tank"].tolist() == near([0, 4])
    assert result.cost_eur == near(4)


def test_storage_link_loses_content_through_days_that_are_alike():
    """Sun for an hour, then three days of an hour that use 1 MWh each; half of a content is lost in an hour.

    Backwards from an empty store: 2 MWh at the beginning of the last day, (2 + 1) / 0.5 = 6 of the one
    before, (6 + 1) / 0.5 = 14 after the sun. Without the losses of the days in between 8 would do.
    """
    question = problem(
        processes=CHEAP_THEN_DEAR,
        storages="storage bus loss_per_hour\ntank heat 0.5",
        profiles="night homes\n1 0\n0 1",
        demands=one_heat_demand(3, "homes"),
    )
    days = {"day": np.array([0, 1]), "sequence": np.array([0, 1, 1, 1]), "weight_h": np.array([1.0, 3.0])}
    result = optimise_mix(replace(question, time=replace(question.time, **days)))
    assert result.dispatch["tank:charge"].tolist() == near([14, 0])
    assert result.dispatch["tank:discharge"].tolist() == near([0, 1])
    assert result.contents["tank"].tolist() == near([0, 14, 6, 2])


def test_storage_link_holds_in_every_hour_of_the_year():
    """Proves: days that are left out of the rows hold too. The dispatch, run through 365 days hour by hour,
    never leaves the store less than empty or more than full, though half of the days follow one alike."""
    sun = [f"{max(0, (t % 24 - 6) * (18 - t % 24)) / 36 * (1 - abs(t / 4380 - 1)):.4f}" for t in range(8760)]
    question = problem(
        processes="""
        process bus_out profile capex_eur_per_mw_year variable_eur_per_mwh
        sun     heat    sun     3000                  -
        boiler  heat    -       -                     60
        """,
        storages="storage bus capex_eur_per_mwh_year loss_per_hour\ntank heat 2 0.001",
        profiles="sun homes\n" + "\n".join(f"{shine} 1" for shine in sun),
        demands=one_heat_demand(8760, "homes"),
        time=typical_days(6, linked=True),
    )
    result, sequence = optimise_mix(question), question.time.sequence
    assert (np.diff(sequence) == 0).mean() > 1 / 2
    moved = (result.dispatch["tank:charge"] - result.dispatch["tank:discharge"]).to_numpy().reshape(6, 24)
    size, content, begins = result.stores["capacity_mw"].iloc[0], result.contents["tank"].iloc[0], []
    first = content
    for day in sequence:
        begins.append(content)
        for flow in moved[day]:
            content = (1 - 0.001) * content + flow
            assert -1e-6 * size <= content <= size * (1 + 1e-6)
    assert size > 24
    assert content == pytest.approx(first, abs=1e-6 * size)
    assert result.contents["tank"].tolist() == pytest.approx(begins, abs=1e-6 * size)


def test_storage_link_of_all_days_is_the_year_hour_by_hour():
    """Proves: 365 linked days of a store without losses have the cost of 8,760 hours. Without it the
    link would add or lose something of its own."""
    sun = [f"{max(0, (t % 24 - 6) * (18 - t % 24)) / 36 * (1 - abs(t / 4380 - 1)):.4f}" for t in range(8760)]
    rows = [f"{shine} {1 + (t // 24 % 7) / 7 + (abs(t / 4380 - 1))}" for t, shine in enumerate(sun)]

    def plan(time: Any) -> MixResult:
        return optimise_mix(
            problem(
                processes="""
                process bus_out profile capex_eur_per_mw_year variable_eur_per_mwh
                sun     heat    sun     3000                  -
                boiler  heat    -       -                     20
                """,
                storages="storage bus capex_eur_per_mwh_year\ntank heat 15",
                profiles="sun homes\n" + "\n".join(rows),
                demands=one_heat_demand(8760, "homes"),
                time=time,
            )
        )

    linked, hourly, apart = plan(typical_days(365, linked=True)), plan("year"), plan(typical_days(365))
    assert linked.cost_eur == pytest.approx(hourly.cost_eur, rel=1e-7)
    assert apart.cost_eur > hourly.cost_eur * (1 + 1e-4)
