"""All that is wrong with the tables of a problem: each check looks at the tables it can trust."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from leb_kit.optimise.checks.demand_faults import flexible_faults
from leb_kit.optimise.checks.faults import Tables, double_faults, reference_faults, use_faults
from leb_kit.optimise.checks.limit_faults import limit_faults
from leb_kit.optimise.checks.number_faults import number_faults
from leb_kit.optimise.checks.profile_faults import profile_faults, signed, silent_faults
from leb_kit.optimise.checks.reach import gain_faults, supply_faults, surplus_faults
from leb_kit.optimise.checks.reserve_faults import reserve_faults
from leb_kit.optimise.question.columns import all_flows
from leb_kit.optimise.question.time import Time


def table_faults(
    tables: Tables, profiles: pd.DataFrame, time: Time, unsound: Collection[str] = ()
) -> list[str]:
    """Return every fault of the tables.

    Parameters
    ----------
    tables : dict[str, pd.DataFrame]
        With defaults filled in, but for those in ``unsound``.
    profiles : pd.DataFrame
        As given.
    time : TypicalDays, HourBlocks or str
        What the profiles are asked for.
    unsound : Collection[str]
        Tables with cells that were told already and stand here with a neutral value: what such a value
        could make look wrong is left out.
    """

    def sound(*names: str) -> bool:
        return not set(names) & set(unsound)

    faults = reference_faults(tables, profiles) + profile_faults(profiles, time, signed(tables))
    faults += double_faults(tables, unsound) + number_faults(tables, profiles)
    faults += silent_faults(tables["demands"], profiles)
    if sound("buses", "demands"):
        faults += flexible_faults(tables, profiles)
    whole = tables | {"flows": all_flows(tables["processes"], tables["flows"])}
    faults += use_faults(whole)
    if sound("buses", "processes", "flows", "storages", "demands"):
        faults += supply_faults(whole, profiles, sound=not faults and not unsound)
        faults += surplus_faults(whole, profiles)
    if sound("buses", "processes", "flows", "storages") and not faults:
        faults += reserve_faults(whole)
    if sound("processes", "flows", "limits"):
        faults += gain_faults(whole, len(profiles))
    return faults + (limit_faults(tables["limits"]) if sound("limits") else [])
