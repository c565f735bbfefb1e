"""Readings of registers: what was used between two of them, as bills."""

from __future__ import annotations

from typing import Final

import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference.schema import validate
from leb_kit.tertiary.bills import Bills
from leb_kit.tertiary.estate import METERS, Estate

READINGS: Final = "tertiary.readings"
BASE: Final = 10
CARRIED: Final = ["unit", "gcv_mj_per_smc", "c_coefficient", "source"]


def bills_from_readings(
    frame: pd.DataFrame, estate: Estate, *, where: str = "readings", first_line: int | None = None
) -> Bills:
    """Make bills of the readings of registers: one for each two that follow each other.

    ::

        used = (later − earlier) × K            the register counts up
        used = (later − earlier + 10^digits) × K   where it passed through zero and its digits are given

    A reading is taken at the end of its day, so a period runs from the day after one reading to the day of
    the next. K is the constant of the meter (blank: 1). A period whose either end is estimated is
    estimated.

    Parameters
    ----------
    frame : pd.DataFrame
        meter, date, reading, unit; optionally multiplier, digits, kind, gcv_mj_per_smc, c_coefficient,
        source.
    estate : Estate
        Whose meters they are.
    where : str
        What to call the table in error messages.
    first_line : int, optional
        Line of the first row in its file.

    Returns
    -------
    Bills
        In MWh, net calorific value.

    Raises
    ------
    InputError
        Every fault: a register that falls without digits to explain it, a meter read once, a unit that
        changes between two readings.

    Examples
    --------
    >>> import pandas as pd
    >>> school = pd.DataFrame({"building": ["S1"], "use_class": ["school_primary"]})
    >>> pod = pd.DataFrame({"meter": ["M1"], "building": ["S1"], "kind": ["other"],
    ...                     "fuel": ["electricity"]})
    >>> estate = Estate.from_tables(school, pod, territory="001272")
    >>> read = pd.DataFrame({"meter": ["M1", "M1"], "date": ["2018-12-31", "2019-12-31"],
    ...                      "reading": [99000, 4000], "unit": ["kWh", "kWh"], "digits": [5, 5]})
    >>> bills_from_readings(read, estate).table["energy_mwh"].tolist()
    [5.0]
    """
    if frame.empty:
        raise InputError(where, ["the table has no rows; at least two readings of a meter are expected"])
    rows = validate(frame, READINGS, where=where, first_line=first_line, others={METERS: estate.meters})
    rows = rows.reset_index(drop=True)
    rows["place"] = [
        f"row {index}" if first_line is None else f"line {first_line + at}"
        for at, index in enumerate(frame.index)
    ]
    rows = rows.sort_values(["meter", "date"], kind="stable").reset_index(drop=True)
    faults = [
        f"{one['place'].iloc[0]}: meter {meter} is read once; two readings are needed to know what was used"
        for meter, one in rows.groupby("meter")
        if len(one) == 1
    ]
    earlier = rows.groupby("meter").shift()
    pairs = rows.join(earlier.add_suffix("_before"))
    pairs = pairs[pairs["date_before"].notna()].reset_index(drop=True)
    used = pairs["reading"] - pairs["reading_before"]
    faults += _falls(pairs, used)
    faults += [
        f"{row.place}: meter {row.meter} is read in {row.unit}, before in {row.unit_before}; convert one"
        for row in pairs[pairs["unit"] != pairs["unit_before"]].itertuples()
    ]
    if faults:
        raise InputError(where, faults)
    passed = (used < 0) * (float(BASE) ** pairs["digits"].astype("float64").fillna(0))
    bills = pairs[["meter", *CARRIED]].assign(
        bill=pairs["place"],
        date_from=pairs["date_before"] + pd.Timedelta(days=1),
        date_to=pairs["date"],
        quantity=(used + passed) * pairs["multiplier"].fillna(1.0),
        kind="measured",
    )
    guessed = (pairs["kind"] == "estimated") | (pairs["kind_before"] == "estimated")
    bills["kind"] = bills["kind"].mask(guessed, "estimated")
    return Bills.from_table(bills, estate, where=where)


def _falls(pairs: pd.DataFrame, used: pd.Series) -> list[str]:
    """Say where a register counts down and nothing explains it."""
    return [
        f"{row.place}: meter {row.meter} falls from {row.reading_before:g} to {row.reading:g}"
        f" ({row.date_before:%Y-%m-%d} to {row.date:%Y-%m-%d}); give its digits if it passed through zero,"
        " or begin a new meter if it was replaced"
        for row in pairs[(used < 0) & pairs["digits"].isna()].itertuples()
    ]
