"""Zones: parts of a territory with their own pipes, in which networks compete for the same heat demand.

A table says how the heat of homes and services spreads over zones and what pipes cost there; how much
each product gives in all is said by the balance alone, so that the zones always sum to the territory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.reference import schema

HEAT, GAS = "H8000", "G3000"
#: Share of the zone's heat that a product gives today, where the table says it.
SHARE_OF = {HEAT: "district_heating_share", GAS: "gas_share"}
#: Rounds in which products and zones are fitted to each other; a few dozen are enough.
ROUNDS = 1000
#: Below this share of the demand, what is left unfitted is the arithmetic of floats.
FITTED = 1e-9
#: What a share of 0 is taken for where it has to give way.
GIVEN_WAY = 1e-2
#: How far the shares of a table may be from one: they are printed with four places.
ROUNDING = 1e-3
_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True, eq=False)
class Zones:
    """The zones of a territory, checked.

    Parameters
    ----------
    table : pd.DataFrame
        Columns of ``mix.zones``, index zone; ``heat_share`` sums to one.
    """

    table: pd.DataFrame

    @classmethod
    def of(cls, table: pd.DataFrame) -> Zones:
        """Check a table.

        Raises
        ------
        InputError
            Every fault: unknown columns, shares that do not sum to one, neither share nor density.
        """
        rows = schema.validate(table, "mix.zones", where="zones").set_index("zone")
        faults = [
            say("zone '{zone}': a name of letters, digits, _ and - is expected", zone=zone)
            for zone in rows.index
            if not _NAME.fullmatch(str(zone))
        ]
        share = _heat_shares(rows, faults)
        both = _numbers(rows, "district_heating_share").fillna(0) + _numbers(rows, "gas_share").fillna(0)
        faults += [
            say(
                "zone '{zone}': district_heating_share and gas_share together are {both:g}, above 1",
                zone=zone,
                both=value,
            )
            for zone, value in both.items()
            if value > 1 + ROUNDING
        ]
        faults += _temperature_faults(rows)
        if faults:
            raise InputError("zones", faults)
        return cls(rows.assign(heat_share=share / share.sum()))

    @property
    def names(self) -> list[str]:
        """Names of the zones, in the order of the table."""
        return [str(name) for name in self.table.index]

    def number(self, zone: str, column: str) -> float | None:
        """Return a number of a zone, or nothing where the cell is blank."""
        value = _numbers(self.table, column)[zone]
        return None if np.isnan(value) else float(value)

    def flag(self, zone: str, column: str) -> bool:
        """Return whether a zone asks for something; a blank does not."""
        return column in self.table and str(self.table.at[zone, column]).casefold() == "true"

    def split(self, useful: pd.Series, *, strict: bool = True) -> pd.DataFrame:
        """Spread the heat that each product gives over the zones.

        ::

            x[j,z] = a[j] × s[j,z] × b[z]      sum_z x[j,z] = U[j]      sum_j x[j,z] = h[z] × sum_j U[j]

        x useful heat (MWh), j product, z zone, U heat that the product gives in the balance, h share of
        the heat demand, s share of the zone's heat that the product gives as the table says (where it
        says nothing: what the told shares leave); a and b are found by fitting rows and columns in turn.
        Source: Deming and Stephan 1940, iterative proportional fitting.

        Parameters
        ----------
        useful : pd.Series
            U, index product.
        strict : bool
            False: where the shares cannot be reconciled, a share of 0 gives way (one sector may be on a
            network more than the zones that have it could hold).

        Returns
        -------
        pd.DataFrame
            Index product, columns zone.

        Raises
        ------
        InputError
            A product has no zone it could be in, or shares that cannot be reconciled.
        """
        target = useful.to_numpy(dtype=float)
        share = self.table["heat_share"].to_numpy(dtype=float)
        seed = np.array([self._seed(str(product)) for product in useful.index]) * share
        homeless = [
            str(p) for p, row, u in zip(useful.index, seed, target, strict=True) if u > 0 >= row.sum()
        ]
        if homeless:
            raise InputError(
                "zones", [say("no zone has a share of '{product}'", product=p) for p in homeless]
            )
        wanted = share * target.sum()
        found = _fit(seed, target, wanted)
        gap = np.abs(found.sum(axis=0) - wanted)
        if not strict and gap.max(initial=0.0) > ROUNDING * target.sum():
            return pd.DataFrame(
                _fit(np.maximum(seed, GIVEN_WAY * share), target, wanted), useful.index, self.names
            )
        faults = [
            say(
                "zone '{zone}': its shares leave {gap:.0f} MWh of heat without a product that may give it;"
                " district_heating_share and gas_share of the zones cannot all hold",
                zone=zone,
                gap=value,
            )
            for zone, value in zip(self.names, gap, strict=True)
            if value > ROUNDING * target.sum()
        ]
        if faults:
            raise InputError("zones", faults)
        return pd.DataFrame(found, index=useful.index, columns=self.names)

    def _seed(self, product: str) -> np.ndarray:
        """Share of each zone's heat that a product has: as told, else what the told ones leave."""
        count = len(self.table)
        told = {name: _numbers(self.table, column) for name, column in SHARE_OF.items()}
        if product in told and told[product].notna().any():
            seed = told[product].fillna(0.0)
        else:
            seed = 1 - sum(share.fillna(0.0) for name, share in told.items() if name != product)
        filled: np.ndarray = np.maximum(np.broadcast_to(np.asarray(seed, dtype=float), count), 0.0)
        return filled if filled.any() else np.ones(count)


def _numbers(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series(np.nan, index=rows.index)
    return rows[column].astype(float)


def _temperature_faults(rows: pd.DataFrame) -> list[str]:
    """Water comes back colder than it went out."""
    supply, back = (_numbers(rows, f"{side}_temperature_c") for side in ("supply", "return"))
    return [
        say(
            "zone '{zone}': return_temperature_c {back:g} is not below supply_temperature_c {supply:g}",
            zone=zone,
            back=back[zone],
            supply=supply[zone],
        )
        for zone in rows.index
        if back[zone] >= supply[zone]
    ]


def _heat_shares(rows: pd.DataFrame, faults: list[str]) -> pd.Series:
    """Share of the heat demand: as given, else area × density; one way for all zones."""
    given = _numbers(rows, "heat_share")
    worked = _numbers(rows, "area_km2") * _numbers(rows, "heat_density_mwh_per_km2")
    if given.notna().all():
        if abs(given.sum() - 1) > ROUNDING:
            faults.append(
                say("heat_share of the zones sums to {total:.4f}; 1 is expected", total=given.sum())
            )
        share = given
    else:
        missing = [str(zone) for zone in rows.index[worked.isna()]]
        faults += [
            say(
                "zone '{zone}': heat_share is expected for every zone, or area_km2 and"
                " heat_density_mwh_per_km2 for every zone",
                zone=zone,
            )
            for zone in missing
        ]
        share = worked
    if not faults and share.sum() <= 0:
        faults.append(say("the zones have no heat demand"))
    return share


def _fit(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Fit a table to its margins; rows are met exactly at the end."""
    x = seed.copy()
    for _ in range(ROUNDS):
        x *= _ratio(rows, x.sum(axis=1))[:, None]
        total = x.sum(axis=0)
        if np.abs(total - columns).max(initial=0.0) <= FITTED * max(columns.sum(), 1.0):
            break
        x *= _ratio(columns, total)
    x *= _ratio(rows, x.sum(axis=1))[:, None]
    return x


def _ratio(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.divide(wanted, found, out=np.zeros_like(wanted), where=found > 0)
    return ratio


__all__ = ["Zones"]
