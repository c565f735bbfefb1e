"""Readings of registers as bills."""

import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.tertiary import bills_from_readings, metered
from tests.tertiary.estates import GAS, LIGHTS, POWER, plain


def readings(text):
    rows = [line.split() for line in text.strip().splitlines()]
    names = ["meter", "date", "reading", "unit", "multiplier", "digits", "kind"]
    return pd.DataFrame(rows, columns=names[: len(rows[0])])


def test_what_was_used_lies_between_two_readings():
    """By hand: K 60; 31 days to the first, 28 to the second."""
    made = bills_from_readings(
        readings(
            f"{POWER} 2018-12-31 100 kWh 60\n{POWER} 2019-02-28 150 kWh 60\n{POWER} 2019-01-31 120 kWh 60"
        ),
        plain(),
    )
    assert made.table["quantity"].tolist() == [1200, 1800]
    months = metered(made).totals("month").set_index("month")["energy_mwh"]
    assert months[[1, 2]].tolist() == pytest.approx([1.2, 1.8], abs=1e-8)


def test_a_register_that_passes_zero_needs_its_digits():
    told = f"{LIGHTS} 2018-12-31 99990 kWh\n{LIGHTS} 2019-12-31 10 kWh"
    with pytest.raises(
        InputError, match=r"falls from 99990 to 10 .*give its digits if it passed through zero"
    ):
        bills_from_readings(readings(told), plain())
    given = readings(told).assign(digits=5)
    assert bills_from_readings(given, plain()).table["quantity"].tolist() == [20]


def test_a_guessed_reading_makes_both_its_periods_estimated():
    rows = readings(f"{POWER} 2018-12-31 0 kWh\n{POWER} 2019-01-31 10 kWh\n{POWER} 2019-02-28 20 kWh")
    rows["kind"] = ["measured", "estimated", "measured"]
    assert bills_from_readings(rows, plain()).table["kind"].tolist() == ["estimated", "estimated"]


def test_faults_of_readings_come_together():
    told = f"{POWER} 2018-12-31 0 kWh\n{GAS} 2018-12-31 0 mc\n{GAS} 2019-12-31 10 Smc"
    with pytest.raises(InputError) as error:
        bills_from_readings(readings(told), plain())
    assert list(error.value.faults) == [
        f"row 0: meter {POWER} is read once; two readings are needed to know what was used",
        f"row 2: meter {GAS} is read in Smc, before in mc; convert one",
    ]
