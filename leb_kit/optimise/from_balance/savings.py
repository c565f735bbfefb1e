"""Energy that is no longer needed, in steps from the cheapest to the dearest.

Each step of ``saving_steps.csv`` can save a share of a use at a cost; the plan takes as many as pay.

::

    saved[k] ≤ share[k] × demand        yearly cost of a MWh saved = C[k] × r / (1 − (1 + r)^−n[k])

demand (MWh/year) what the use needs in the base year, C (EUR/(MWh/year)) investment, n (years) life, r
discount rate. Steps of one technology add up: the second saves what the first has left alone. Source:
supply curves of conserved energy, Meier 1982.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from leb_kit.optimise.from_balance.site import ELECTRICITY, Site
from leb_kit.reference import catalog, costs
from leb_kit.system.devices import HOUSEHOLDS, TERTIARY

if TYPE_CHECKING:
    from leb_kit.optimise.from_balance.sectors import Place

RETROFIT = "retrofit"
#: Savings of electricity, and the end use they are of.
ELECTRIC = {"efficient_lighting": "lighting", "efficient_appliances": "appliances"}


def steps(technology: str) -> pd.DataFrame:
    """Return the steps of a technology, cheapest first: step, saved_share, eur_per_mwh_year (annuity).

    Examples
    --------
    >>> bool(steps("retrofit")["eur_per_mwh_year"].is_monotonic_increasing)
    True
    """
    table = catalog.table("saving_steps")
    mine = (
        table[table["technology"] == technology]
        .sort_values("valid_from")
        .drop_duplicates("step", keep="last")
    )
    year = int(costs.economics("price_year"))
    paid = [
        float(row.capex_eur_per_mwh_year)
        * costs.price_ratio(int(row.price_year), year)
        * costs.annuity_factor(float(row.lifetime_yr))
        for row in mine.itertuples()
    ]
    out = mine[["step", "saved_share"]].assign(eur_per_mwh_year=paid)
    return out.sort_values("eur_per_mwh_year", kind="stable", ignore_index=True)


def taken(technology: str, demand_mwh: float, most_mwh: float | None) -> Iterator[tuple[str, float, float]]:
    """Give name, largest saving (MWh/year) and yearly cost (EUR/(MWh/year)) of each step.

    Where the largest saving of all together is declared, steps end there, and the dearest reaches it. A step
    of which nothing is left stays, so that the years of a pathway have the same ones.

    Examples
    --------
    >>> [round(mwh) for _, mwh, _ in taken("retrofit", 1000.0, 100.0)]
    [80, 20, 0, 0]
    """
    rows = list(steps(technology).itertuples())
    left = float("inf") if most_mwh is None else most_mwh
    for place, row in enumerate(rows):
        last = most_mwh is not None and place == len(rows) - 1
        mwh = left if last else min(float(row.saved_share) * demand_mwh, left)
        left -= mwh
        if demand_mwh > 0:
            yield str(row.step), mwh, float(row.eur_per_mwh_year)


def add_retrofit(place: Place, space_mwh: float, share: float) -> None:
    """Add useful heat no longer needed, with the shape of space heating.

    ``space_mwh``: heat of rooms in the place; ``share``: the place's part of the declared potential.
    """
    site = place.site
    potential = site.potential(RETROFIT)
    if RETROFIT not in site.profiles:
        site.add_profile(RETROFIT, site.profiles["space_heating"])
    hours = site.peak_hours(RETROFIT)
    most = None if potential is None else potential * share
    for step, mwh, cost in taken(RETROFIT, space_mwh, most):
        place.add(
            RETROFIT,
            f"{RETROFIT}_{step}:{place.sector}",
            profile=RETROFIT,
            capacity_max_mw=mwh / hours,
            capex_eur_per_mw_year=cost * hours,
        )


def add_electric_savings(site: Site) -> None:
    """Add electricity that better lamps and appliances of homes and services no longer need.

    It has the shape of all electricity, the only one that is known; the heat that lamps no longer give
    is not counted.
    """
    services = site.system.services
    mine = services["flow"].isin(TERTIARY) | services["flow"].str.startswith(HOUSEHOLDS)
    if ELECTRICITY_SHAPE not in site.profiles:
        site.add_profile(ELECTRICITY_SHAPE, site.profiles["electricity"])
    hours = site.peak_hours(ELECTRICITY_SHAPE)
    for technology, end_use in ELECTRIC.items():
        for name, service in services[mine & (services["end_use"] == end_use)].iterrows():
            sector = str(service["flow"])
            for step, mwh, cost in taken(technology, _electricity(site, str(name)), None):
                process = f"{technology}_{step}:{sector}"
                site.rows.add_technology(
                    technology,
                    process,
                    profile=ELECTRICITY_SHAPE,
                    must_run=True,
                    capacity_max_mw=mwh / hours,
                    capex_eur_per_mw_year=cost * hours,
                )
                # The balance holds what the sector used before; this much less is used.
                site.rows.add_cell(process, sector, ELECTRICITY, -1.0)


ELECTRICITY_SHAPE = "electricity_saved"


def _electricity(site: Site, service: str) -> float:
    """Return the electricity that devices of a service take in the base year, MWh."""
    processes = site.system.processes
    total = 0.0
    for name in processes.index[processes["service"] == service]:
        cells = site.cells(str(name))
        final = cells["flow"].str.startswith("FC_") & (cells["product"] == ELECTRICITY)
        total += float(cells.loc[final, "energy_mwh"].sum())
    return total


__all__ = ["add_electric_savings", "add_retrofit", "steps", "taken"]
