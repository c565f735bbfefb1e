"""Every call that takes a balance refuses in words what is none, and corrected energy with its reason."""

from functools import cache

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit import InputError, indicators
from leb_kit.examples import torino
from leb_kit.history import climate_corrected, decompose, grid_factors, targets_over_time, trend
from leb_kit.indicators.emissions import emission_table
from leb_kit.indicators.linear import parts

LOCAL = "20-20-20-local"
DOORS = {
    "renewable_share": indicators.renewable_share,
    "sector_shares": indicators.sector_shares,
    "primary_energy": indicators.primary_energy,
    "final_energy": indicators.final_energy,
    "self_sufficiency": indicators.self_sufficiency,
    "emissions": indicators.emissions,
    "emission_table": lambda given: emission_table(given, "ipcc"),
    "parts": lambda given: parts(given, "final_energy"),
    "table": indicators.table,
    "emission_inventory": indicators.emission_inventory,
    "local_production": indicators.local_production,
    "evaluate": lambda given: leb.evaluate(given, LOCAL, base=torino()),
    "base of evaluate": lambda given: leb.evaluate(torino(), LOCAL, base=given),
    "targets_over_time": lambda given: targets_over_time(given, LOCAL, torino()),
    "base of targets_over_time": lambda given: targets_over_time(torino(), LOCAL, given),
    "trajectory": lambda given: leb.trajectory(LOCAL, base=given),
    "mix_problem": leb.mix_problem,
    "base of mix_problem": lambda given: leb.mix_problem(torino(), targets=LOCAL, base=given),
    "climate_corrected": lambda given: climate_corrected(given, degree_days={2019: 2500.0}),
    "decompose": decompose,
    "grid_factors": grid_factors,
    "calibrate": leb.calibrate,
    "links": leb.links,
    "detail": lambda given: leb.detail(given, node="cogeneration"),
    "aggregate": leb.aggregate,
    "to_ben": leb.to_ben,
    "report": lambda given: leb.report(given, path="never_written.html"),
}


@cache
def corrected():
    return climate_corrected(torino(), degree_days={2019: 2500.0}, reference=2600.0)


@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_balance_is_told(door):
    """Proves: no AttributeError of ours reaches a user who forgot to read the file first."""
    for given, words in (
        (pd.DataFrame({"flow": ["PPRD"]}), "found DataFrame; make one with Balance.from_table"),
        ("torino.xlsx", "found str; read it with a reader"),
    ):
        with pytest.raises(InputError, match=f"a Balance is expected, {words}"):
            DOORS[door](given)


@pytest.mark.parametrize("door", DOORS)
def test_climate_corrected_energy_is_refused_with_its_reason(door):
    """Proves: official targets are on what was used, whichever way a corrected year comes in."""
    with pytest.raises(InputError, match=r"on what was used, never on climate-corrected.*use \.original"):
        DOORS[door](corrected())


def test_a_trend_takes_series_and_corrected_years_too():
    with pytest.raises(InputError, match="a Balance is expected, found str"):
        trend("torino.xlsx")
