"""The emission inventory of the Covenant of Mayors: final energy and emissions by sector and carrier."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass

import pandas as pd

from leb_kit.balance import Territory
from leb_kit.errors import language, say
from leb_kit.indicators.covenant_factors import LocalElectricityFactor, LocalHeatFactor
from leb_kit.indicators.covenant_layout import carriers, sectors
from leb_kit.reference import catalog
from leb_kit.reference.shown import column, table

TOTAL = "TOTAL"
TOTAL_LABELS = {"it": "Totale", "en": "Total"}
SUPPLY_COLUMNS = ["fuel_mwh", "electricity_mwh", "heat_mwh", "tco2_electricity", "tco2_heat"]


@dataclass(frozen=True, repr=False, eq=False)
class EmissionInventory:
    """Baseline or monitoring emission inventory of one territory and year.

    Parameters
    ----------
    territory, year : str, int
        Whose it is.
    convention, unit : str, str
        Set of factors (``covenant``, ``lca`` …) and what it counts: ``tCO2`` or ``tCO2eq``. Columns
        named tco2 are in this unit.
    table : pd.DataFrame
        covenant_sector, covenant_carrier, product, energy_mwh (final energy, MWh/year),
        factor_tco2_per_mwh, tco2 (t/year), source (of the factor). Plants that a convention lists apart
        have no final energy.
    left_out : pd.DataFrame
        The same columns up to energy_mwh: final energy of rows that the inventory does not count.
    production : pd.DataFrame
        Plants as ``local_production`` gives them, with tco2, tco2_electricity, tco2_heat (t/year).
    electricity, heat : LocalElectricityFactor, LocalHeatFactor
        Local factors and their parts.
    non_energy : pd.DataFrame
        covenant_sector, tco2 (t/year): emissions that no final energy causes.
    detail : pd.DataFrame
        flow, product, covenant_sector, share (0–1 of the cell): what was moved to a row of its own.
    population : float
        Inhabitants; NaN where not given.
    """

    territory: str
    year: int
    convention: str
    unit: str
    table: pd.DataFrame
    left_out: pd.DataFrame
    production: pd.DataFrame
    electricity: LocalElectricityFactor
    heat: LocalHeatFactor
    non_energy: pd.DataFrame
    detail: pd.DataFrame
    population: float = math.nan

    @property
    def final_energy_mwh(self) -> float:
        """Final energy of all rows, MWh/year."""
        return math.fsum(self.table["energy_mwh"])

    @property
    def energy_tco2(self) -> float:
        """Emissions of final energy (and of plants listed apart), t/year."""
        return math.fsum(self.table["tco2"])

    @property
    def total_tco2(self) -> float:
        """All emissions of the inventory, t/year."""
        return math.fsum([*self.table["tco2"], *self.non_energy["tco2"]])

    @property
    def per_head_tco2(self) -> float:
        """All emissions per inhabitant, t/year; NaN where the population is not given."""
        return self.total_tco2 / self.population if self.population > 0 else math.nan

    @property
    def electricity_factor(self) -> float:
        """Local factor of electricity, t/MWh."""
        return self.electricity.factor

    @property
    def heat_factor(self) -> float:
        """Local factor of heat and cold, t/MWh delivered."""
        return self.heat.factor

    @property
    def national_electricity_factor(self) -> float:
        """National factor of electricity that the local one rests on, t/MWh; kept in monitoring."""
        return self.electricity.national_factor

    def matrix(self, value: str) -> pd.DataFrame:
        """Return ``energy_mwh`` or ``tco2`` as codes of sectors × codes of carriers, all of them.

        Emissions that no final energy causes have no carrier and are not in it.
        """
        rows = [code for code, group in sectors()["group"].items() if group != "non_energy"]
        wide = self.table.pivot_table(
            index="covenant_sector", columns="covenant_carrier", values=value, aggfunc="sum", fill_value=0.0
        )
        return wide.reindex(index=rows, columns=list(carriers().index), fill_value=0.0).astype(float)

    def energy_table(self, lang: str = "it") -> pd.DataFrame:
        """Return table A: final energy, MWh/year, with totals; rows and columns that are used."""
        return _labelled(self.matrix("energy_mwh"), pd.Series(dtype=float), lang)

    def emission_table(self, lang: str = "it") -> pd.DataFrame:
        """Return table C: emissions, t/year, with totals; rows and columns that are used."""
        return _labelled(self.matrix("tco2"), self.non_energy.set_index("covenant_sector")["tco2"], lang)

    def supply_table(self, lang: str = "it") -> pd.DataFrame:
        """Return table B: local production by kind of plant; MWh/year and t/year.

        ``counted_mwh`` is the electricity that counts as local.
        """
        made = self.production
        made = made.assign(counted_mwh=made["electricity_mwh"].where(made["counted"], 0.0))
        sums = made.groupby("covenant_plant", sort=False)[[*SUPPLY_COLUMNS, "counted_mwh"]].sum()
        sums.index = pd.Index([catalog.label("covenant_plant", str(code), lang) for code in sums.index])
        return sums

    def title(self, lang: str = "it") -> str:
        """Return territory and year."""
        return f"{Territory.known(self.territory).name(lang)} {self.year}"

    def __repr__(self) -> str:
        return (
            f"EmissionInventory({self.title('en')}, {self.convention}: {self.total_tco2:,.0f} {self.unit},"
            f" {self.final_energy_mwh:,.0f} MWh)"
        )

    def _repr_html_(self) -> str:
        rows = self.emission_table(language())
        columns = {say("sector"): list(rows.index)} | {str(name): column(rows[name], 0) for name in rows}
        head = f"<p><strong>{html.escape(self.title(language()))}</strong> · {html.escape(repr(self))}</p>"
        return f"{head}{table(columns)}<p>{html.escape(self.unit)}</p>"


def _labelled(values: pd.DataFrame, apart: pd.Series, lang: str) -> pd.DataFrame:
    """Keep what is used, add totals, write labels."""
    used = values.loc[(values != 0).any(axis=1), (values != 0).any(axis=0)]
    out = used.assign(**{TOTAL: used.sum(axis=1)})
    for code, amount in apart.items():
        out.loc[str(code)] = [0.0] * used.shape[1] + [float(amount)]
    out.loc[TOTAL] = out.sum(axis=0)
    names = {TOTAL: TOTAL_LABELS.get(lang, TOTAL)}
    out.index = pd.Index([names.get(c) or catalog.label("covenant_sector", c, lang) for c in out.index])
    out.columns = pd.Index([names.get(c) or catalog.label("covenant_carrier", c, lang) for c in out.columns])
    return out
