"""The question made from a Balance: what exists, what could be built, what is needed, what is allowed.

Heat of homes and services, electricity, gas and district heat are planned hour by hour; everything
else (industry, transport, cooking …) stays as in the balance and is a fixed demand.
"""

from __future__ import annotations

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.indicators.target_sets import TargetSet
from leb_kit.indicators.targets import require_same_territory
from leb_kit.optimise.from_balance.adequacy import with_credits, with_margin
from leb_kit.optimise.from_balance.blending import add_green_gas
from leb_kit.optimise.from_balance.charging import charged
from leb_kit.optimise.from_balance.hourly import OwnProfiles, limit_availability
from leb_kit.optimise.from_balance.networks import add_networks, divide
from leb_kit.optimise.from_balance.place import paced, years_until
from leb_kit.optimise.from_balance.plants import add_existing_plants, add_new_plants, stores, tell_seasons
from leb_kit.optimise.from_balance.savings import add_electric_savings
from leb_kit.optimise.from_balance.sectors import add_sectors
from leb_kit.optimise.from_balance.site import Site
from leb_kit.optimise.from_balance.targets import target_rows
from leb_kit.optimise.from_balance.weather import note_temperature
from leb_kit.optimise.from_balance.zones import Zones
from leb_kit.optimise.question.missed import priced as priced_limits
from leb_kit.optimise.question.problem import BalanceFrame, MixProblem, empty_table
from leb_kit.optimise.question.time import Time, typical_days
from leb_kit.reference.profiles import italy_2017
from leb_kit.system import calibrate


def mix_problem(
    balance: Balance,
    *,
    targets: str | TargetSet | None = None,
    base: Balance | None = None,
    time: Time | None = None,
    prices: dict[str, float] | None = None,
    potentials: dict[str, float] | None = None,
    demand_factor: float = 1.0,
    zones: pd.DataFrame | None = None,
    priced: dict[str, float] | None = None,
    profiles: pd.DataFrame | None = None,
    charging: float | None = None,
    by: int | None = None,
) -> MixProblem:
    """Ask for the least-cost renewable and network mix of a territory.

    Parameters
    ----------
    balance : Balance
        One territory, one year: the demand and what exists.
    targets : str or TargetSet, optional
        All met at once, for example ``"20-20-20-local"``; without it only the cost counts.
    base : Balance, optional
        Base year of targets relative to one.
    time : TypicalDays, HourBlocks or str, optional
        ``typical_days(n)`` (default 24), linked or not, ``"year"`` for all 8,760 hours, or
        ``hour_blocks(n)`` for blocks of them, of the year or of typical days.
    prices : dict[str, float], optional
        EUR/MWh that replace those of ``prices.csv`` (items ``G3000_wholesale``, ``E7000_import`` …).
    potentials : dict[str, float], optional
        Largest capacity (MW) of ``photovoltaic_roof``, ``photovoltaic_ground``, ``wind_onshore`` or
        ``hydro_run_of_river``; wood of a year as ``biomass`` and heat saved as ``retrofit``, all steps of
        ``saving_steps.csv`` together (MWh/year); for the gas network ``biomethane`` (MWh/year) and
        ``electrolyser`` (MW of hydrogen). They replace those of ``potentials.csv``; without either a
        technology is not offered (retrofit reaches as far as its steps), and ``frame.remarks`` says so.
    demand_factor : float
        Scales the useful heat of homes and services.
    zones : pd.DataFrame, optional
        Parts of the territory with their own pipes (columns ``mix.zones``; ``heat_zones`` makes one).
        A number left blank is as without zones.
    priced : dict[str, float], optional
        Targets that may be missed, and EUR for each unit that is: ``{"emissions": 90}`` asks for what saves
        a tonne for less than 90 EUR (of a share: EUR for each MWh of renewables that is missing). What is
        missed stands in ``MixResult.missed``.
    profiles : pd.DataFrame, optional
        Own profiles, one row for each of the 8,760 hours of a year in UTC (its time as the index or in a
        column); columns named in
        ``mix_profiles.csv``: shapes and yields that replace the shipped ones (``electricity``,
        ``photovoltaic_roof`` …), the price and limit of trade (``import_price_eur_per_mwh``, which may be
        negative, ``export_limit_mw`` …), the temperature of the air (``air_temperature_c``, °C), which
        heat pumps follow instead of an estimate, and of any technology the most that a MW gives
        (``availability:gas_chp``, MW/MW) and a factor on what it takes per output (``input:gas_chp``: its
        yearly efficiency or COP over that of the hour).
    charging : float, optional
        Share (0–1) of the electricity of road transport that may be charged at another hour of the same
        day; given, it is a demand of its own, with the shape of trips.
    by : int, optional
        Year in which the plan shall stand. Until then no more is built than the best year on record allows
        (``build_rates.csv``, where the territory has one); without it everything may be built at once.

    Returns
    -------
    MixProblem
        Tables only, checked.

    Raises
    ------
    InputError
        More than one territory or year; unknown target set, target or price; a missing base; a year that is
        not after that of the balance; faults of the zones and the profiles.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> p = mix_problem(b, targets="20-20-20-local", base=b, time=typical_days(2))
    >>> p.limit_rows()["limit"].tolist()
    ['renewables', 'emissions', 'efficiency']
    """
    require_same_territory(balance, base)
    parts = None if zones is None else Zones.of(zones)
    system, own = calibrate(balance), OwnProfiles.of(profiles)
    site = Site.of(system, prices or {}, potentials or {}, demand_factor, own)
    divide(site, parts)
    asked_time = time or typical_days(DEFAULT_DAYS)
    years = years_until(by, site.year)
    tables, blending = _supply(site, asked_time)
    if years is not None:
        tables["processes"] = paced(tables["processes"], site.territory, years)
    rest, storages, limits = site.rest_cells(), stores(site), blending
    if targets is not None:
        every = pd.concat([tables["cells"], site.storage_cells(storages)], ignore_index=True)
        asked = target_rows(targets, base, every, rest, site.territory)
        limits = asked if blending.empty else pd.concat([asked, blending], ignore_index=True)
    limits = priced_limits(limits, priced or {})
    frame = BalanceFrame(
        site.territory,
        site.year,
        rest,
        site.storage_losses(storages),
        balance.name,
        site.remarks(),
        site.zones.table if site.zones else None,
    )
    tables |= {
        "buses": with_margin(site.bus_table(), site.territory),
        "demands": charged(site.demand_table(), site, charging),
        "storages": with_credits(storages, site.territory),
        "limits": empty_table("limits") if limits.empty else limits,
    }
    return MixProblem.assemble(tables, site.profiles, asked_time, frame)


def _supply(site: Site, time: Time) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Add all that can serve the territory; return its tables, and the limits of green gas."""
    about_air = note_temperature(site)
    for add in (add_sectors, add_electric_savings, add_existing_plants, add_new_plants, add_networks):
        add(site)
    blending = add_green_gas(site)
    tell_seasons(site, time)
    about_days = site.hours.weekdays_remark(italy_2017().index[0])
    site.own_remarks += [told for told in (about_air, about_days) if told]
    tables = site.rows.tables()
    tables["processes"] = with_credits(tables["processes"], site.territory)
    return tables | {"processes": limit_availability(site.hours, site.profiles, tables)}, blending


#: Typical days where none are asked for: peaks and storage are real, and a plan takes seconds.
DEFAULT_DAYS = 24
