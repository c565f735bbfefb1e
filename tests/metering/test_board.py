"""One line a meter says what is known, what was used and what changed."""

import numpy as np
import pandas as pd
import pytest

from leb_kit.metering import overview

YEARS = pd.date_range("2024-01-01", "2025-12-31")
SEASON = 6 + 5 * np.cos(2 * np.pi * YEARS.day_of_year / 366)
COLD = pd.Series(SEASON.to_numpy() * np.where(YEARS.year == 2025, 1.5, 1.0), index=YEARS)


def days(energy, meter="B1"):
    return pd.DataFrame({"meter": meter, "day": YEARS, "energy_mwh": energy, "coverage": 1.0})


def test_a_line_tells_coverage_change_weather_and_unusual_days():
    table = days(2 + 0.1 * COLD.to_numpy() + YEARS.day.to_numpy() % 3 / 100)
    table.loc[table["day"] == "2025-08-05", "energy_mwh"] = 9.0
    table.loc[table["day"] >= "2025-12-01", ["energy_mwh", "coverage"]] = [np.nan, 0.0]
    (line,) = overview(table, 2025, degree_days=COLD).to_dict("records")
    assert line["last_day"] == pd.Timestamp("2025-11-30")
    assert line["coverage"] == pytest.approx(334 / 365)
    assert line["change"] > 0.03
    assert line["corrected_change"] == pytest.approx(0, abs=0.015)
    assert line["heating_share"] == pytest.approx(0.3, abs=0.05)
    assert line["unusual_days"] == 1


def test_without_a_year_before_or_degree_days_nothing_is_said_of_them():
    (line,) = overview(days(1.0), 2024).to_dict("records")
    assert np.isnan(line["change"])
    assert np.isnan(line["corrected_change"])
    assert line["energy_mwh"] == 366.0


def test_a_meter_that_is_silent_in_the_year_keeps_its_line():
    table = days(1.0)
    table.loc[table["day"].dt.year == 2025, ["energy_mwh", "coverage"]] = [np.nan, 0.0]
    (line,) = overview(table, 2025).to_dict("records")
    assert (line["coverage"], line["last_day"]) == (0.0, pd.Timestamp("2024-12-31"))
