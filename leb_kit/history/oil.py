"""Oil products delivered by province, month by month: in tonnes, and as a balance in MWh.

Deliveries are booked where they are delivered, not where they are burnt: depots and motorways distort some
provinces. The blended biofuel is inside. Six provinces are not in the data; they are missing, not zero.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.hierarchy import inside
from leb_kit.balance.table import COLUMNS as BALANCE_COLUMNS
from leb_kit.balance.table import KEYS as BALANCE_KEYS
from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.factors import factor
from leb_kit.reference import catalog
from leb_kit.units import to_mwh

#: Columns of a series; ``series`` lists this table among its own.
COLUMNS = (
    "territory", "year", "indicator", "flow", "product", "value", "unit",
    "status", "vintage", "valid_from", "source",
)  # fmt: skip
TABLE, ITEMS, VINTAGE = "oil_deliveries", "oil_items", "mise-2023"
TONNES, COUNTRY = "t", "IT"
#: All uses of a product, and what is told of them.
WHOLE, PARTS = "lpg", ("lpg_transport", "lpg_cylinders", "lpg_tanks")


@cache
def _yearly() -> pd.DataFrame:
    """Tonnes by territory, year, flow, product; items of one flow are summed."""
    table = catalog.table(TABLE)
    items = catalog.table(ITEMS)
    columns = {f"{item}_{TONNES}": item for item in items["item"]}
    years = table.groupby(["territory", "year"], sort=True)[list(columns)].sum().rename(columns=columns)
    # Rounded to tonnes, the parts may exceed the whole by a few.
    years[WHOLE] = years[[WHOLE]].join(years[list(PARTS)].sum(axis=1).rename("parts")).max(axis=1)
    long = years.reset_index().melt(["territory", "year"], var_name="item")
    long = long.merge(items[["item", "flow", "product"]], on="item", validate="many_to_one")
    keys = ["territory", "year", "flow", "product"]
    return long.groupby(keys, sort=True)["value"].sum().reset_index()


def oil_by_province() -> pd.DataFrame:
    """Return the deliveries of each year as a series, tonnes; ``shipped("oil_by_province")`` is this.

    Returns
    -------
    pd.DataFrame
        Columns as of every series; unit ``t``.

    Examples
    --------
    >>> rows = oil_by_province()
    >>> petrol = rows[(rows["territory"] == "001") & (rows["product"] == "O4652XR5210B")]
    >>> int(petrol.loc[petrol["year"] == 2019, "value"].item())
    266531
    """
    first = catalog.table(TABLE).iloc[0]
    out = _yearly().assign(indicator="deliveries", unit=TONNES, status="A", vintage=VINTAGE)
    return out.assign(valid_from=first["valid_from"], source=first["source"])[list(COLUMNS)]


def oil_by_month(territory: str) -> pd.DataFrame:
    """Return the deliveries of a province month by month, tonnes.

    Parameters
    ----------
    territory : str
        Code of the province.

    Returns
    -------
    pd.DataFrame
        Index: first day of the month; one column for each item (``oil_items.csv``).

    Raises
    ------
    InputError
        The province is not in the data.

    Examples
    --------
    >>> months = oil_by_month("001")
    >>> len(months), int(months.loc["2019", "gasoline"].sum())
    (84, 266531)
    """
    table = catalog.table(TABLE)
    rows = table[table["territory"] == territory]
    if rows.empty:
        hint = did_you_mean(territory, table["territory"].unique())
        raise InputError(
            "oil", [f"no deliveries of '{territory}' are shipped; give the code of a province.{hint}"]
        )
    days = pd.to_datetime(rows[["year", "month"]].assign(day=1))
    names = {f"{item}_{TONNES}": item for item in catalog.table(ITEMS)["item"]}
    return rows[list(names)].rename(columns=names).set_axis(pd.DatetimeIndex(days, name="month"), axis=0)


def oil_balance(*, convention: str = "eurostat") -> Balance:
    """Return the deliveries of all provinces and years as a balance.

    ::

        energy = tonnes · NCV / 3.6

    energy in MWh, NCV net calorific value in GJ/t (``factors.csv``, factor ``ncv``).

    Parameters
    ----------
    convention : str
        Whose calorific values: ``"eurostat"`` (defaults of the Energy balance guide).

    Returns
    -------
    Balance
        One territory for each province; ``.missing`` lists the provinces that are not in the data, so
        that no region or country that holds one is summed as if they used nothing.

    Examples
    --------
    >>> b = oil_balance()
    >>> len(b.territories), b.years[0], b.years[-1], b.missing["territory"].nunique()
    (101, 2015, 2021, 6)
    """
    rows = oil_by_province()
    ncv = {
        product: factor("ncv", territory=COUNTRY, convention=convention, product=product)
        for product in rows["product"].unique()
    }
    told = {
        product: f"{rows['source'].iloc[0]}; NCV {value:g} GJ/t, {convention}"
        for product, value in ncv.items()
    }
    energy = to_mwh(rows["value"] * rows["product"].map(ncv), "GJ")
    table = rows.assign(energy_mwh=energy, source=rows["product"].map(told))
    cells = rows[["year", "flow", "product"]].drop_duplicates()
    gone = sorted(set(inside(COUNTRY, "province")) - set(rows["territory"]))
    missing = pd.concat([cells.assign(territory=code) for code in gone], ignore_index=True)
    table = table.loc[table["energy_mwh"] != 0, list(BALANCE_COLUMNS)].reset_index(drop=True)
    return Balance(table, missing[list(BALANCE_KEYS)], "Prodotti petroliferi per provincia")
