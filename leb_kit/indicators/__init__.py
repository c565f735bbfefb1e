"""Indicators of a balance and targets on them.

Every function takes a Balance of one territory and one year and returns a frozen result with its
parts; ``table`` gives all indicators of many territories and years at once.
"""

from leb_kit.indicators.air import AirPollutant, air_pollutant
from leb_kit.indicators.allocation import Allocation, allocate
from leb_kit.indicators.changes import chained, rebased
from leb_kit.indicators.chp_references import ReferenceEfficiencies, reference_efficiencies
from leb_kit.indicators.cogeneration import Cogeneration, cogeneration
from leb_kit.indicators.covenant import emission_inventory
from leb_kit.indicators.covenant_comparison import InventoryComparison, compare_inventories
from leb_kit.indicators.covenant_factors import (
    LocalElectricityFactor,
    LocalHeatFactor,
    local_electricity_factor,
    local_heat_factor,
    national_electricity_factor,
)
from leb_kit.indicators.covenant_inventory import EmissionInventory
from leb_kit.indicators.covenant_production import local_production
from leb_kit.indicators.emissions import Emissions, emissions
from leb_kit.indicators.energy import (
    EnergyAmount,
    RenewableShare,
    SelfSufficiency,
    final_energy,
    primary_energy,
    renewable_share,
    self_sufficiency,
)
from leb_kit.indicators.heat_pumps import (
    eligible,
    heat_pump_stock,
    renewable_heat,
    threshold,
    with_heat_pumps,
)
from leb_kit.indicators.normalised import normalised_hydro, normalised_production, normalised_wind
from leb_kit.indicators.sectors import SectorShares, sector_shares
from leb_kit.indicators.summary import table, table_of
from leb_kit.indicators.target_files import read_targets, write_targets
from leb_kit.indicators.target_sets import TargetSet
from leb_kit.indicators.targets import commitments, evaluate, targets
from leb_kit.indicators.trace import trace
from leb_kit.indicators.trace_tree import Trace
from leb_kit.indicators.trajectory import trajectory

__all__ = [
    "AirPollutant",
    "Allocation",
    "Cogeneration",
    "EmissionInventory",
    "Emissions",
    "EnergyAmount",
    "InventoryComparison",
    "LocalElectricityFactor",
    "LocalHeatFactor",
    "ReferenceEfficiencies",
    "RenewableShare",
    "SectorShares",
    "SelfSufficiency",
    "TargetSet",
    "Trace",
    "air_pollutant",
    "allocate",
    "chained",
    "cogeneration",
    "commitments",
    "compare_inventories",
    "eligible",
    "emission_inventory",
    "emissions",
    "evaluate",
    "final_energy",
    "heat_pump_stock",
    "local_electricity_factor",
    "local_heat_factor",
    "local_production",
    "national_electricity_factor",
    "normalised_hydro",
    "normalised_production",
    "normalised_wind",
    "primary_energy",
    "read_targets",
    "rebased",
    "reference_efficiencies",
    "renewable_heat",
    "renewable_share",
    "sector_shares",
    "self_sufficiency",
    "table",
    "table_of",
    "targets",
    "threshold",
    "trace",
    "trajectory",
    "with_heat_pumps",
    "write_targets",
]
