"""leb_kit: territorial energy balances, from statistics to least-cost plans.

One idea: **a Balance in, a Balance out**. An observed year, a projected year and an optimised year
are the same kind of object, so every check, indicator, target, diagram and report works on all.

Layers; imports only run downwards::

    errors ← units ← reference ← balance ← system ← indicators ← { history | scenarios | tertiary } ← optimise
           ← { store | io | metering | report | widgets } ← examples ← apps

=============  ==================================================================
reference      declared knowledge as data: products, flows, factors, technologies
balance        Territory, Balance, identities, checks
system         calibrate, propagate, links of the flow scheme
indicators     renewable share, primary and final energy, emissions, targets
history        trends, climate correction, decomposition, targets over the years
scenarios      measures, Scenario, project: the balances of coming years
tertiary       bills of public buildings, indicators, public and private tertiary
optimise       mix_problem, optimise_mix (Pyomo and HiGHS, loaded when used)
store          balances of many people in one database: a file, or a server
io             files in and out: Eurostat, tables, workbooks, bills, SECAP
metering       readings of meters, energy of months and years, rows of a balance
report         the document for the council
examples       Torino, Usseglio, Italy: balances and files that are shipped
widgets, apps  what people look at
=============  ==================================================================

Words: a *flow* is a row of the balance, a *product* is what energy is in (SIEC code), a *link* is an
arrow of the flow scheme, a *process* is a technology at work, a *network* is a physical network.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from leb_kit.balance import Balance, CheckReport, Territory, aggregate, check
from leb_kit.errors import InputError, LebError, set_language

if TYPE_CHECKING:
    from leb_kit import examples, history, indicators, metering, scenarios, tertiary, widgets
    from leb_kit.balance import (
        ReconciliationResult,
        RegionalBalance,
        compare_ben,
        compare_territories,
        complete,
        downscale,
        from_ben,
        read_ber,
        reconcile,
        sum_territories,
        to_ben,
    )
    from leb_kit.indicators import evaluate, read_targets, targets, trace, trajectory, write_targets
    from leb_kit.io import (
        audit_excel,
        new_workbook,
        read_bills,
        read_eurostat,
        read_excel,
        read_plan,
        read_table,
        write_excel,
        write_secap_xlsx,
    )
    from leb_kit.optimise import (
        Alternatives,
        CancelledMix,
        Frontier,
        InfeasibleMix,
        MixProblem,
        MixResult,
        UnboundedMix,
        alternatives,
        frontier,
        heat_zones,
        hour_blocks,
        investment,
        mix_problem,
        optimise_mix,
        optimise_pathway,
        pathway,
        sensitivity,
        split_budget,
        typical_days,
        within_investment,
    )
    from leb_kit.optimise.answers import zone_networks
    from leb_kit.report import report, territory_map
    from leb_kit.scenarios import (
        Comparison,
        Measure,
        Projection,
        Scenario,
        compare,
        measures,
        project,
        project_many,
        read_scenario,
        write_scenario,
    )
    from leb_kit.store import Repository
    from leb_kit.system import EnergySystem, NodeDetail, calibrate, detail, links, links_table, path
    from leb_kit.tertiary import public_tertiary

__version__ = "0.1.0"

#: Names that are loaded when first used, so that ``import leb_kit`` stays quick.
_LAZY = {
    "Alternatives": "leb_kit.optimise",
    "CancelledMix": "leb_kit.optimise",
    "Comparison": "leb_kit.scenarios",
    "EnergySystem": "leb_kit.system",
    "Frontier": "leb_kit.optimise",
    "InfeasibleMix": "leb_kit.optimise",
    "Measure": "leb_kit.scenarios",
    "MixProblem": "leb_kit.optimise",
    "MixResult": "leb_kit.optimise",
    "NodeDetail": "leb_kit.system",
    "Projection": "leb_kit.scenarios",
    "ReconciliationResult": "leb_kit.balance",
    "RegionalBalance": "leb_kit.balance",
    "Repository": "leb_kit.store",
    "Scenario": "leb_kit.scenarios",
    "UnboundedMix": "leb_kit.optimise",
    "alternatives": "leb_kit.optimise",
    "audit_excel": "leb_kit.io",
    "calibrate": "leb_kit.system",
    "compare": "leb_kit.scenarios",
    "compare_ben": "leb_kit.balance",
    "compare_territories": "leb_kit.balance",
    "complete": "leb_kit.balance",
    "detail": "leb_kit.system",
    "downscale": "leb_kit.balance",
    "evaluate": "leb_kit.indicators",
    "examples": "leb_kit.examples",
    "from_ben": "leb_kit.balance",
    "frontier": "leb_kit.optimise",
    "optimise_pathway": "leb_kit.optimise",
    "pathway": "leb_kit.optimise",
    "sensitivity": "leb_kit.optimise",
    "split_budget": "leb_kit.optimise",
    "investment": "leb_kit.optimise",
    "within_investment": "leb_kit.optimise",
    "heat_zones": "leb_kit.optimise",
    "hour_blocks": "leb_kit.optimise",
    "history": "leb_kit.history",
    "indicators": "leb_kit.indicators",
    "links": "leb_kit.system",
    "links_table": "leb_kit.system",
    "measures": "leb_kit.scenarios.measures",
    "metering": "leb_kit.metering",
    "mix_problem": "leb_kit.optimise",
    "new_workbook": "leb_kit.io",
    "optimise_mix": "leb_kit.optimise",
    "path": "leb_kit.system",
    "project": "leb_kit.scenarios",
    "project_many": "leb_kit.scenarios",
    "public_tertiary": "leb_kit.tertiary",
    "read_ber": "leb_kit.balance",
    "read_bills": "leb_kit.io",
    "read_eurostat": "leb_kit.io",
    "read_excel": "leb_kit.io",
    "read_plan": "leb_kit.io",
    "read_scenario": "leb_kit.scenarios",
    "read_table": "leb_kit.io",
    "read_targets": "leb_kit.indicators",
    "reconcile": "leb_kit.balance",
    "report": "leb_kit.report",
    "scenarios": "leb_kit.scenarios",
    "sum_territories": "leb_kit.balance",
    "targets": "leb_kit.indicators",
    "tertiary": "leb_kit.tertiary",
    "territory_map": "leb_kit.report",
    "to_ben": "leb_kit.balance",
    "trace": "leb_kit.indicators",
    "trajectory": "leb_kit.indicators",
    "typical_days": "leb_kit.optimise",
    "widgets": "leb_kit.widgets",
    "write_excel": "leb_kit.io",
    "write_scenario": "leb_kit.scenarios",
    "write_secap_xlsx": "leb_kit.io",
    "write_targets": "leb_kit.indicators",
    "zone_networks": "leb_kit.optimise",
}

__all__ = [
    "Alternatives",
    "Balance",
    "CancelledMix",
    "CheckReport",
    "Comparison",
    "EnergySystem",
    "Frontier",
    "InfeasibleMix",
    "InputError",
    "LebError",
    "Measure",
    "MixProblem",
    "MixResult",
    "NodeDetail",
    "Projection",
    "ReconciliationResult",
    "RegionalBalance",
    "Repository",
    "Scenario",
    "Territory",
    "UnboundedMix",
    "aggregate",
    "alternatives",
    "audit_excel",
    "calibrate",
    "check",
    "compare",
    "compare_ben",
    "compare_territories",
    "complete",
    "detail",
    "downscale",
    "evaluate",
    "examples",
    "from_ben",
    "frontier",
    "heat_zones",
    "history",
    "hour_blocks",
    "indicators",
    "investment",
    "links",
    "links_table",
    "measures",
    "metering",
    "mix_problem",
    "new_workbook",
    "optimise_mix",
    "optimise_pathway",
    "path",
    "pathway",
    "project",
    "project_many",
    "public_tertiary",
    "read_ber",
    "read_bills",
    "read_eurostat",
    "read_excel",
    "read_plan",
    "read_scenario",
    "read_table",
    "read_targets",
    "reconcile",
    "report",
    "scenarios",
    "sensitivity",
    "set_language",
    "split_budget",
    "sum_territories",
    "targets",
    "territory_map",
    "tertiary",
    "to_ben",
    "trace",
    "trajectory",
    "typical_days",
    "widgets",
    "within_investment",
    "write_excel",
    "write_scenario",
    "write_secap_xlsx",
    "write_targets",
    "zone_networks",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its layer when it is first asked for."""
    if name not in _LAZY:
        message = f"module 'leb_kit' has no attribute '{name}'"
        raise AttributeError(message)
    module = importlib.import_module(_LAZY[name])
    value = module if _LAZY[name].endswith(f".{name}") else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
