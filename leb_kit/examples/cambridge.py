"""Five buildings of the University of Cambridge, 2015 and 2016: real meters, as bills."""

from __future__ import annotations

from functools import cache

import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.tertiary import Bills, Estate
from leb_kit.units import to_mwh

#: How days are put together to bills: months, or two months from the 15th on, across years' ends.
BILLING = ("month", "two_months")
METERS, WEATHER, UNIT_BREAK = "cambridge_meters", "cambridge_weather", "cambridge_unit_break"


def cambridge(billing: str = "month") -> Bills:
    """Return the electricity and gas of five university buildings, put together to bills.

    Real meters (Cambridge University Estates building energy usage archive v2.1, MIT), anonymous and
    without floor areas. The billing periods are ours. Gas is as published, gross calorific value; its
    level is not guaranteed by the archive. Building b118 has no valid gas readings from 27 November to
    12 December 2016: a gap.

    Parameters
    ----------
    billing : str
        ``"month"``: calendar months. ``"two_months"``: from the 15th of every second month.

    Returns
    -------
    Bills
        All of kind ``measured``.

    Raises
    ------
    InputError
        An unknown way of billing.

    Examples
    --------
    >>> cambridge()
    Bills(240 of 10 meters, 2015-01-01 to 2016-12-31: 240 measured)
    """
    if billing not in BILLING:
        raise InputError("cambridge", [f"billing '{billing}' is unknown; known are {', '.join(BILLING)}"])
    return _bills(billing)


@cache
def _bills(billing: str) -> Bills:
    days = catalog.table(METERS)
    run = days["date"].diff().dt.days.ne(1) | days["meter"].ne(days["meter"].shift())
    month = days["date"].dt.year * 12 + days["date"].dt.month - 1
    if billing == "two_months":
        month = (month - (days["date"].dt.day < 15)) // 2
    keys = [days["meter"], run.cumsum().rename("run"), month.rename("period")]
    groups = days.groupby(keys, sort=False)
    bills = groups.agg(date_from=("date", "min"), date_to=("date", "max"), quantity=("energy_kwh", "sum"))
    bills = bills.reset_index().drop(columns=["run", "period"])
    gas = bills["meter"].str.endswith("gas")
    bills["unit"] = gas.map({True: "kWh_gross", False: "kWh"})
    bills["kind"], bills["source"] = "measured", days["source"].iloc[0]
    return Bills.from_table(bills, _estate(days), where=METERS)


def _estate(days: pd.DataFrame) -> Estate:
    pairs = days[["meter", "building"]].drop_duplicates().reset_index(drop=True)
    fuel = pairs["meter"].str.split("_").str[1].map({"electricity": "electricity", "gas": "natural_gas"})
    buildings = pd.DataFrame({"building": pairs["building"].unique(), "site": "cambridge"})
    buildings["use_class"], buildings["source"] = "university", days["source"].iloc[0]
    return Estate.from_tables(buildings, pairs.assign(kind="other", fuel=fuel), territory="UKH12")


def cambridge_unit_break() -> pd.DataFrame:
    """Return two meters of one building, 2017 to 2019, of which one changes its unit: a real trap.

    The archive publishes the gas of building b40 as kWh throughout. In June 2018 its level falls by a factor
    of about 30 while electricity stays: what is published from then on is no kWh. Days with nothing at all
    are gaps of the archive.

    Returns
    -------
    pd.DataFrame
        meter, day, energy_mwh (MWh, as if all were kWh), coverage (0–1), as ``leb.metering.daily`` gives it.

    Examples
    --------
    >>> from leb_kit.metering import unit_breaks
    >>> found = unit_breaks(cambridge_unit_break(), beside={"b40_gas": "b40_electricity"}).iloc[0]
    >>> found["meter"], str(found["since"])
    ('b40_gas', '2018-06')
    """
    days = catalog.table(UNIT_BREAK)
    parts = []
    for meter, column in (("b40_electricity", "electricity_kwh"), ("b40_gas", "gas_as_published")):
        told = days[column] > 0
        energy = to_mwh(days[column], "kWh").where(told)
        table = {
            "meter": meter,
            "day": days["date"],
            "energy_mwh": energy,
            "coverage": told.astype("float64"),
        }
        parts.append(pd.DataFrame(table))
    return pd.concat(parts, ignore_index=True)


def cambridge_degree_days() -> pd.Series:
    """Return the degree days of every day of 2015 and 2016 at Bedford, °C·day (18 °C, days up to 15 °C).

    Examples
    --------
    >>> days = cambridge_degree_days()
    >>> days.groupby(days.index.year).sum().round().tolist()
    [2733.0, 2815.0]
    """
    days = catalog.table(WEATHER)
    return pd.Series(days["degree_days"].to_numpy(), index=pd.DatetimeIndex(days["date"]), name="degree_days")
