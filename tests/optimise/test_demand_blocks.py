"""Demand that may wait, by problems that are solved on paper. ``test_lp`` asks for every block."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leb_kit.errors import InputError, speaking
from leb_kit.optimise import MixProblem, optimise_mix, typical_days
from tests.optimise.tables import near, problem

POWER = "process bus_out variable_eur_per_mwh variable_profile\ngrid heat 1 price"


def test_flexible_demand_is_served_when_it_costs_least():
    """Proves: what may move goes to the cheap hours, within its power. Without it no tariff would move it.

    24 MWh a day, 1 MW in every hour; half may move, at 4 MW at most. Two hours cost 10, the others 30:
    8 MWh go there and 4 MWh stay among the dear hours: 2 × (0.5 + 4) × 10 + (24 − 9) × 30 = 540.
    """
    result = optimise_mix(
        problem(
            processes=POWER,
            demands="demand bus annual_mwh flexible_share flexible_max_mw\ncars heat 24 0.5 4",
            profiles="price\n" + "30\n" * 3 + "10\n10\n" + "30\n" * 19,
        )
    )
    assert result.cost_eur == near(540)
    assert result.dispatch["cars:served"].iloc[3:5].tolist() == near([4.5, 4.5])
    assert result.dispatch["cars:served"].sum() == near(24)


def test_flexible_demand_waits_for_its_window_and_not_for_tomorrow():
    """Proves: a day gets what it asked for, in its window. Without it today's cars would charge next week.

    Two days of 24 MWh, all of which may move; plugs are free in the last six hours of a day. The second day
    is cheap, but nothing of the first may wait for it: 24 × 30 + 24 × 10 = 960.
    """
    rows = "\n".join(f"{30 if hour < 24 else 10} {int(hour % 24 >= 18)}" for hour in range(48))
    result = optimise_mix(
        problem(
            processes=POWER,
            demands="demand bus annual_mwh flexible_share flexible_profile flexible_max_mw\n"
            "cars heat 48 1 plugs 5",
            profiles="price plugs\n" + rows,
        )
    )
    served = result.dispatch["cars:served"].to_numpy().reshape(2, 24)
    assert result.cost_eur == near(960)
    assert served.sum(axis=1) == near([24, 24])
    assert served[:, :18].max() == near(0)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), share=st.floats(0.05, 1.0), count=st.sampled_from([2, 5]))
def test_a_flexible_day_keeps_its_energy_and_never_costs_more(seed, share, count):
    """Proves: moving keeps the energy of each typical day. Without it moving would save energy."""
    rng = np.random.default_rng(seed)
    hourly = pd.DataFrame({"price": rng.uniform(1, 90, 8760), "shape": rng.uniform(0, 1, 8760)})

    def plan(moved):
        return optimise_mix(
            MixProblem.from_tables(
                buses=pd.DataFrame({"bus": ["heat"]}),
                processes=pd.DataFrame(
                    {
                        "process": ["grid"],
                        "bus_out": ["heat"],
                        "variable_eur_per_mwh": [1.0],
                        "variable_profile": ["price"],
                    }
                ),
                demands=pd.DataFrame(
                    {
                        "demand": ["cars"],
                        "bus": ["heat"],
                        "annual_mwh": [1000.0],
                        "profile": ["shape"],
                        "flexible_share": [moved],
                    }
                ),
                profiles=hourly,
                time=typical_days(count),
            )
        )

    fixed, free = plan(0.0), plan(share)
    served, asked = (
        by.to_numpy().reshape(count, 24).sum(axis=1)
        for by in (free.dispatch["cars:served"], fixed.dispatch["grid"])
    )
    assert served == pytest.approx(asked, rel=1e-6)
    assert free.cost_eur <= fixed.cost_eur * (1 + 1e-9)


@pytest.mark.parametrize(
    ("lang", "row", "told"),
    [
        ("en", "heat 24 1.2 - -", "found 1.2, expected at most 1"),
        (
            "en",
            "heat 24 1 - 0.5",
            "on day 1 what may move cannot be served within its hours; 12 MWh are left",
        ),
        ("it", "heat 24 1 - 0.5", "il giorno 1 ciò che può spostarsi non può essere servito nelle sue ore"),
        ("en", "gas 24 0.5 - -", "bus 'gas' balances over the year; there is no hour to move from"),
        ("it", "gas 24 0.5 - -", "il nodo 'gas' si chiude sull'anno; non c'è un'ora da cui spostare"),
        ("en", "heat 24 0.5 nihgt -", "unknown flexible_profile 'nihgt'. Did you mean 'night'?"),
    ],
)
def test_demand_that_cannot_move_is_told(lang, row, told):
    """Proves: each fault has a sentence. Without it an empty window would be an infeasible plan."""
    with speaking(lang), pytest.raises(InputError) as error:
        problem(
            buses="bus annual\nheat -\ngas true",
            processes="process bus_out\ngrid heat\nwell gas",
            demands=f"demand bus annual_mwh flexible_share flexible_profile flexible_max_mw\ncars {row}",
            profiles="night\n" + "1\n" * 24,
        )
    assert told in str(error.value)
