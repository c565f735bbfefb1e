"""Profiles of the caller's own: shapes, yields, prices and limits of trade, availability, efficiency.

The time axis is that of the shipped profiles: 8,760 hours of a year in UTC, from 1 January 00:00.
``mix_profiles.csv`` holds the names, units and ranges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.optimise.checks.clock import clock_faults, with_clock
from leb_kit.optimise.checks.profile_faults import column_faults
from leb_kit.optimise.question.columns import filled
from leb_kit.optimise.question.time import length_faults
from leb_kit.reference import catalog

IMPORT_PRICE, EXPORT_PRICE = "import_price_eur_per_mwh", "export_price_eur_per_mwh"
LIMITS = {"electricity_import": "import_limit_mw", "electricity_export": "export_limit_mw"}
#: Profiles of any technology: the most that it can give, and a factor on what it takes.
AVAILABILITY, INPUT, ANY = "availability:", "input:", "{technology}"
#: What a profile is in the problem, and not a shape that replaces a shipped one.
_DAYS_PER_WEEK = 7
WEEKDAYS = (
    (
        "I profili dati in profiles= sono del {own}, la domanda elettrica è quella del {year}: il 1° gennaio"
        " è un altro giorno della settimana, di {days} più avanti, e i feriali non coincidono; date anche la"
        " colonna electricity, o spostate i valori di giorni interi e togliete l’ora."
    ),
    (
        "The profiles of profiles= are of {own}, the demand for electricity is that of {year}: 1 January is"
        " another day of the week, {days} further on, and working days do not coincide; give the column"
        " electricity as well, or move the values by whole days and leave out the time."
    ),
)
#: Unit of a shape of demand: shares of the year.
SHARE = "share"
NOT_SHAPES = (IMPORT_PRICE, EXPORT_PRICE, *LIMITS.values(), "air_temperature_c")


@dataclass(frozen=True)
class OwnProfiles:
    """Profiles of the caller, checked; name → 8,760 values; ``first``: the moment of the first, if told."""

    values: dict[str, pd.Series] = field(default_factory=dict)
    first: pd.Timestamp | None = None

    @classmethod
    def of(cls, table: pd.DataFrame | None) -> OwnProfiles:
        """Check a table of profiles.

        Parameters
        ----------
        table : pd.DataFrame, optional
            8,760 rows, one for each hour of a year in UTC; columns named in ``mix_profiles.csv``, with a
            technology of ``technologies.csv`` where it says so (``availability:gas_chp``). A column of
            moments, or an index of them, is the time of the rows; any year, of a leap year without
            29 February.

        Raises
        ------
        InputError
            Every fault: no table, unknown or double names, hours that are missing or no numbers, another
            length or clock, values out of range, electricity sold for more than it is bought.

        Examples
        --------
        >>> OwnProfiles.of(pd.DataFrame({"import_price_eur_per_mwh": [50.0] * 8760})).values.keys()
        dict_keys(['import_price_eur_per_mwh'])
        """
        if table is None:
            return cls()
        if not isinstance(table, pd.DataFrame):
            found = type(table).__name__
            told = say("found {found}; a table with one row for each hour is expected", found=found)
            raise InputError("profiles", [told])
        table = with_clock(table, lambda name: _rule(name) is not None)
        faults = _faults(table)
        if faults:
            raise InputError("profiles", faults)
        plain = table.reset_index(drop=True).astype(float)
        clock = table.index[0] if isinstance(table.index, pd.DatetimeIndex) else None
        return cls({str(name): plain[name] for name in plain}, clock)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def shapes(self) -> dict[str, pd.Series]:
        """Return what replaces a shipped shape or yield; shares of a year sum to one."""
        units = catalog.table("mix_profiles").set_index("profile")["unit"]
        mine = {
            name: values
            for name, values in self.values.items()
            if name not in NOT_SHAPES and not name.startswith((AVAILABILITY, INPUT))
        }
        return {
            name: values / total if units[name] == SHARE and (total := float(values.sum())) > 0 else values
            for name, values in mine.items()
        }

    def weekdays_remark(self, shipped: pd.Timestamp) -> tuple[str, str] | None:
        """Say that shipped profiles, which begin at ``shipped``, have their working days elsewhere.

        Returns the remark in Italian and English; nothing where days of the week are the same, where no
        shape of demand is shipped, or where the caller's clock is not known.
        """
        if self.first is None or "electricity" in self.values or self.first.weekday() == shipped.weekday():
            return None
        years = {"own": self.first.year, "year": shipped.year}
        days = (self.first.weekday() - shipped.weekday()) % _DAYS_PER_WEEK
        return WEEKDAYS[0].format(days=days, **years), WEEKDAYS[1].format(days=days, **years)

    def of_technologies(self, kind: str) -> dict[str, pd.Series]:
        """Return technology → profile, of ``AVAILABILITY`` or ``INPUT``."""
        return {name.removeprefix(kind): v for name, v in self.values.items() if name.startswith(kind)}

    def trade_prices(self, bought: float, sold: float) -> dict[str, pd.Series]:
        """Return the price of each hour at which electricity is bought and sold, EUR/MWh; none: nothing.

        ::

            sold[t] = bought[t] − (bought − sold)

        where only one is told: the other keeps the distance of the year's prices, so that no hour pays for
        buying and selling at once.

        Parameters
        ----------
        bought, sold : float
            Prices of the year, EUR/MWh.

        Examples
        --------
        >>> own = OwnProfiles({"import_price_eur_per_mwh": pd.Series([60.0, -10.0])})
        >>> own.trade_prices(50.0, 45.0)["electricity_export"].tolist()
        [55.0, -15.0]
        """
        imports, exports = self.values.get(IMPORT_PRICE), self.values.get(EXPORT_PRICE)
        distance = bought - sold
        if imports is None:
            if exports is None:
                return {}
            imports = exports + distance
        return {
            "electricity_import": imports,
            "electricity_export": imports - distance if exports is None else exports,
        }


def _faults(table: pd.DataFrame) -> list[str]:
    rules = catalog.table("mix_profiles").set_index("profile")
    names = [str(name) for name in table.columns]
    faults = [
        say("unknown {kind} '{name}'.{hint}", kind=say("profile"), name=name, hint=_nearest(name))
        for name in dict.fromkeys(names)
        if _rule(name) is None
    ]
    doubles = sorted({name for name in names if names.count(name) > 1})
    faults += [say("profiles: column '{name}' appears more than once", name=name) for name in doubles]
    faults += length_faults(len(table), "year")
    if isinstance(table.index, pd.DatetimeIndex) and len(table):
        faults += clock_faults(table.index, utc=True)
    for place, name in enumerate(names):
        rule = _rule(name)
        if rule is not None:
            least, most = (float(rules.at[rule, bound]) for bound in ("min", "max"))
            faults += column_faults(table.iloc[:, place], name, least, np.inf if np.isnan(most) else most)
    if not faults:
        faults += [
            say("profiles: column '{name}' is 0 in every hour: nothing tells when it is needed", name=name)
            for name in names
            if str(rules["unit"].get(name, "")) == SHARE and not table[name].astype(float).any()
        ]
    if not faults and {IMPORT_PRICE, EXPORT_PRICE} <= set(names):
        faults += _arbitrage(table)
    return faults


def _nearest(name: str) -> str:
    """Return what may have been meant by a name that is no profile's."""
    told: str = did_you_mean(name, _known())
    if told:
        return told
    known = ", ".join(catalog.table("mix_profiles")["profile"])
    return " " + say(
        "There are {known}; the time of the rows may be a column of moments (2019-01-01 00:00)", known=known
    )


def _known() -> list[str]:
    """Return every name that a profile may have."""
    technologies = catalog.table("technologies")["technology"]
    rules = catalog.table("mix_profiles")["profile"]
    return [rule.replace(ANY, name) for rule in rules for name in (technologies if ANY in rule else [""])]


def _rule(name: str) -> str | None:
    """Return the row of ``mix_profiles.csv`` that a name follows, or nothing."""
    kind, _, technology = name.partition(":")
    found = f"{kind}:{ANY}" if technology else name
    return found if name in _known() else None


def _arbitrage(table: pd.DataFrame) -> list[str]:
    """Hours in which buying and selling the same electricity would earn."""
    over = np.flatnonzero((table[EXPORT_PRICE] > table[IMPORT_PRICE]).to_numpy())
    if not len(over):
        return []
    first = int(over[0])
    return [
        say(
            "row {row}: electricity is sold for {sold:g} and bought for {bought:g} EUR/MWh: buying and"
            " selling at once would earn; {count} hours are so",
            row=table.index[first],
            sold=float(table[EXPORT_PRICE].iloc[first]),
            bought=float(table[IMPORT_PRICE].iloc[first]),
            count=len(over),
        )
    ]


def trade_columns(
    own: OwnProfiles, profiles: pd.DataFrame, technology: str, price: pd.Series | None
) -> dict[str, Any]:
    """Put price and limit of an exchange by hour, where told, among ``profiles``; return its columns."""
    columns: dict[str, Any] = {}
    if price is not None:
        shape = f"price:{technology}"
        profiles[shape] = price
        bought = technology == "electricity_import"
        columns = {"variable_eur_per_mwh": 1.0 if bought else -1.0, "variable_profile": shape}
    name = LIMITS[technology]
    limit = own.values.get(name)
    if limit is None:
        return columns
    most = float(limit.max())
    profiles[name] = limit / most if most > 0 else limit
    return columns | {"capacity_existing_mw": most, "capacity_max_mw": most, "profile": name}


def limit_availability(
    own: OwnProfiles, profiles: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the processes, those of a technology with a profile of availability limited by it.

    Raises
    ------
    InputError
        A profile that would change nothing: the technology is not in the plan, follows a demand or a yield,
        or takes nothing per output.
    """
    rows = filled(tables["processes"], "processes")
    free = ~rows["must_run"] & (rows["profile"] == "") & (rows["unit"] == "")
    limited, inputs = own.of_technologies(AVAILABILITY), own.of_technologies(INPUT)
    for technology, shape in limited.items():
        profiles[f"{AVAILABILITY}{technology}"] = shape
        mine = free & (rows["technology"] == technology)
        rows.loc[mine, "profile"] = f"{AVAILABILITY}{technology}"
    taken = {*tables["flows"]["profile"], *rows["variable_profile"]} & {*tables["cells"]["profile"]}
    used = {*rows["profile"], *taken}
    faults = [
        say("'{name}': its output is not decided hour by hour in this plan", name=f"{AVAILABILITY}{one}")
        for one in limited
        if f"{AVAILABILITY}{one}" not in used
    ]
    faults += [
        say("'{name}': nothing in this plan takes energy by it", name=f"{INPUT}{one}")
        for one in inputs
        if f"{INPUT}{one}" not in used
    ]
    if faults:
        raise InputError("profiles", faults)
    return rows


__all__ = ["OwnProfiles", "limit_availability", "trade_columns"]
