"""What a page about meters shows is what the meters told, and a real trap is found."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.examples import cambridge, cambridge_degree_days, cambridge_unit_break
from leb_kit.metering import (
    Component,
    Reading,
    Samples,
    against_last_year,
    anomalies,
    daily,
    last_values,
    monthly,
    signature,
    steady,
    unit_breaks,
)
from leb_kit.reference import catalog
from leb_kit.tertiary import metered
from leb_kit.tertiary import signature as signature_of_bills
from tests.metering.meters import QUARTERS, frame, times

YEARS = pd.date_range("2024-01-01", "2025-12-31")


def days(energy, when=YEARS, meter="B1", coverage=1.0):
    return pd.DataFrame({"meter": meter, "day": when, "energy_mwh": energy, "coverage": coverage})


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_days_sum_to_the_months_and_a_day_without_a_value_is_not_zero():
    when = times("2025-01-01", "2026-01-01")
    lost = (when >= "2025-10-26") & (when < "2025-10-27")
    samples = Samples.from_table(frame(when[~lost], 1.0), QUARTERS)
    table = daily(samples)
    assert len(table) == 365
    assert table["energy_mwh"].sum() == pytest.approx(monthly(samples).totals("year")["energy_mwh"].iloc[0])
    (gap,) = table[table["coverage"] == 0].to_dict("records")
    assert (f"{gap['day']:%m-%d}", np.isnan(gap["energy_mwh"])) == ("10-26", True)
    assert table.set_index("day").loc["2025-03-30", "energy_mwh"] == 0.092


def test_a_register_read_across_midnight_is_shared_out():
    when = pd.to_datetime(["2025-01-01 18:00", "2025-01-02 06:00"]).tz_localize("Europe/Rome")
    table = daily(Samples.from_table(frame(when, [0.0, 12.0]), Component("register", "kWh")))
    assert table["energy_mwh"].tolist() == [0.006, 0.006]
    assert table["coverage"].tolist() == [0.25, 0.25]


def test_the_last_value_of_each_meter_and_how_old_it_is():
    now = datetime(2025, 1, 2, tzinfo=UTC)

    def reading(meter, hours, value, **more):
        return Reading(
            "sdp",
            "",
            "",
            "",
            meter,
            "power",
            value,
            "kW",
            now - timedelta(hours=hours),
            retrieved_at=now,
            **more,
        )

    rows = [
        reading("L1", 5, Decimal(1)), reading("L1", 2, Decimal(3)), reading("L1", 1, None),
        reading("L2", 9, Decimal(4), flags=frozenset({"PROVISIONAL"})),
    ]  # fmt: skip
    table = last_values(rows, as_of=now)
    assert table[["meter", "value", "age_h", "provisional"]].to_numpy().tolist() == [
        ["L2", 4.0, 9.0, True],
        ["L1", 3.0, 2.0, False],
    ]


# ── years and weather ────────────────────────────────────────────────────────────────────────────────────


def test_the_signature_of_real_meters_is_that_of_their_bills():
    """Proves: two ways to the same figure agree. Without it the page and the balance tell two stories."""
    table = catalog.table("cambridge_meters")
    gas = table[table["meter"] == "b0_gas"]
    found = signature(
        days(gas["energy_kwh"].to_numpy() / 1000, gas["date"], "b0_gas"), cambridge_degree_days()
    ).iloc[0]
    fit = signature_of_bills(metered(cambridge()), cambridge_degree_days()).set_index("building").loc["b0"]
    assert found["months"] == fit["months"] == 24
    assert found["r2"] == pytest.approx(fit["r2"], abs=1e-6)
    assert found["heating_share"] == pytest.approx(fit["heating_share"], abs=1e-6)


def test_a_colder_year_is_told_apart_from_a_worse_one():
    cold = pd.Series(
        np.where(YEARS.month < 4, 10.0, 1.0) * np.where(YEARS.year == 2025, 1.5, 1.0), index=YEARS
    )
    same_building = days(2 + 0.1 * cold.to_numpy())
    table = against_last_year(same_building, 2025, degree_days=cold)
    assert table["change"].min() > 0.02
    assert table["corrected_change"].abs().max() < 1e-9
    worse = days((2 + 0.1 * cold.to_numpy()) * np.where(YEARS.year == 2025, 1.2, 1.0))
    assert against_last_year(worse, 2025, degree_days=cold)["corrected_change"].round(
        9
    ).unique().tolist() == [0.2]


def test_what_a_mild_month_lets_expect_is_never_below_zero():
    """Proves: summer heat of a cold year is not turned into energy that comes back."""
    cold = pd.Series(
        np.where(YEARS.month < 5, 12.0, 0.5) * np.where(YEARS.year == 2024, 2.0, 1.0), index=YEARS
    )
    energy = np.maximum(0.3 * cold.to_numpy() - 1.5, 0.02)
    table = against_last_year(days(energy), 2025, degree_days=cold)
    assert table["expected_mwh"].dropna().min() >= 0
    assert table["corrected_change"].notna().all()


def test_only_days_that_both_years_know_are_compared():
    table = days(np.where(YEARS.year == 2025, 3.0, 2.0))
    table.loc[(table["day"] >= "2025-02-11") & (table["day"] < "2025-03-01"), "coverage"] = 0.5
    february = against_last_year(table, 2025).set_index("month").loc[2]
    assert (february["days"], february["this_mwh"], february["last_mwh"]) == (10, 30.0, 20.0)


def test_degree_days_must_be_of_days():
    with pytest.raises(InputError, match="an index of dates"):
        signature(days(1.0), pd.Series([1.0]))
    with pytest.raises(InputError, match="column 'day' is missing"):
        signature(days(1.0).drop(columns="day"), pd.Series(1.0, index=YEARS))


# ── alarms ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("factor", "kind"), [(3.0, "high"), (0.2, "low"), (0.0, "zero")])
def test_an_unusual_day_is_found_and_an_ordinary_year_has_none(factor, kind):
    random = np.random.default_rng(3)
    energy = 10 + YEARS.day_of_week.to_numpy() + random.uniform(-1, 1, len(YEARS))
    assert anomalies(days(energy)).empty
    energy[200] *= factor
    (found,) = anomalies(days(energy)).to_dict("records")
    assert (found["kind"], found["day"]) == (kind, YEARS[200])


def test_the_gas_unit_that_changes_is_found_with_its_month_and_the_likely_units():
    found = unit_breaks(cambridge_unit_break(), beside={"b40_gas": "b40_electricity"})
    (row,) = found.to_dict("records")
    assert (row["meter"], str(row["since"])) == ("b40_gas", "2018-06")
    assert 1 / row["factor"] == pytest.approx(33, abs=4)
    assert "hundreds of cubic feet" in row["likely_en"]
    assert "centinaia di piedi cubi" in row["likely_it"]
    assert row["months"] == 12
    assert steady(found).tolist() == [True]


def test_a_building_that_is_shut_is_no_unit_break():
    """Proves: one odd month is not called a unit. Without it every August raises an alarm."""
    energy = np.where((YEARS.year == 2025) & (YEARS.month == 8), 0.01, 1.0)
    assert unit_breaks(days(energy)).empty


def test_a_meter_beside_that_is_not_there():
    with pytest.raises(InputError, match="no meter 'B9'"):
        unit_breaks(days(1.0), beside={"B1": "B9"})
