"""Province of Torino 2007: a whole balance of seven headline figures.

Published (6th Rapporto sull'Energia, Provincia di Torino): final energy by carrier, renewable electricity
and its shares of the electricity made. Estimated, each row with its method: how carriers are shared out to
sectors and products (as in Italy 2019), plants, networks and imports.

Two figures of the same report were not used and show how far this carries: natural gas is 71 % of gross
energy there and here; CO2 is 14.5 Mt there (by a convention that is not known) and 13 Mt here. What the
report does not tell is not there: wood burnt in homes, non-energy use, blended biofuels.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from leb_kit.balance import Balance, complete
from leb_kit.examples.italy import italy
from leb_kit.reference import catalog

CODE, YEAR, EDITION = "001", 2007, "report-6"
#: Networks of Torino and its neighbours heat homes and services.
HEATED = {"H8000": "FC_OTH_E"}
#: The report tells hydro and all renewables; what is left was landfill gas above all.
OTHER_RENEWABLE = "R5300"


@cache
def province_torino_headlines() -> Balance:
    """Return what the report tells: final energy by carrier, electricity made by source (MWh).

    Status A where it prints the figure, E where the figure follows from a printed share.

    Examples
    --------
    >>> b = province_torino_headlines()
    >>> b.table.loc[b.table["flow"] == "FC_E", "product"].tolist()
    ['E7000', 'G3000', 'O4000XBIO']
    """
    rows = catalog.table("history_province_torino")
    rows = rows[(rows["territory"] == CODE) & (rows["year"] == YEAR) & (rows["vintage"] == EDITION)]
    final = rows[(rows["indicator"] == "final_energy") & (rows["product"] != "TOTAL")]
    final = final.assign(flow=final["product"].map(HEATED).fillna(final["flow"]))
    made = pd.DataFrame(_electricity(rows.set_index(["indicator", "product"])))
    columns = ["territory", "year", "flow", "product", "value", "unit", "status", "source"]
    made = made.assign(territory=CODE, year=YEAR, flow="GEP", unit="ktoe", status="E")
    table = pd.concat([final[columns], made[columns]], ignore_index=True)
    return Balance.from_table(table, name="Provincia di Torino 2007")


def _electricity(told: pd.DataFrame) -> list[dict[str, object]]:
    """Electricity made = renewable electricity / its share; hydro by its share; the rest of the renewable."""
    renewable = float(told.at[("renewable_electricity", "RA000"), "value"])
    share = float(told.at[("electricity_production_share", "RA000"), "value"])
    hydro = float(told.at[("electricity_production_share", "RA100"), "value"]) * renewable / share
    source = str(told.at[("renewable_electricity", "RA000"), "source"])
    return [
        {
            "product": "TOTAL",
            "value": renewable / share,
            "source": f"{source}; over its share of {share:.3f}",
        },
        {"product": "RA100", "value": hydro, "source": f"{source}; hydro by its share"},
        {
            "product": OTHER_RENEWABLE,
            "value": renewable - hydro,
            "source": f"{source}; less hydro; taken as biogas",
        },
    ]


@cache
def province_torino() -> Balance:
    """Return the balance of the Province of Torino, 2007, completed from headline figures.

    Returns
    -------
    Balance
        Leaves only, MWh; nearly all of status E. A template for offices that have headlines only.

    Examples
    --------
    >>> b = province_torino()
    >>> final = b.table[b.table["flow"].str.startswith("FC_")]
    >>> float(round(final["energy_mwh"].sum() / 11630, 1))  # ktoe
    4526.5
    """
    return complete(province_torino_headlines(), like=italy(), fuel="G3000")
