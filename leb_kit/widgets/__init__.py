"""Interactive views for notebooks and apps: state in traits, one ``.py`` and one ``.js`` each.

``address_bar``      words that the address of a page keeps, and what the page has to tell
``compare_bar``      what a page compares, kept in its address
``cogeneration_detail`` plants by type and fuel: what goes in, what comes out, what is saved
``comparison_view``  what moved from one balance to another: bridge, ranked table, sentences
``downloads``        what is shown, as files a visitor keeps: document, workbook, picture
``end_use_detail``   end users: uses, the conversions that serve them, and their products
``file_door``        a file that comes in, looked at before it is taken, and one that goes out
``flow_scheme``      the flow scheme of a balance, five columns from sources to end uses
``balance_table``    a balance to type in: sums, checks, undo, saving with a reason
``history_chart``    years across: indicators or products, and the target as a line
``mix_explorer``     find the least-cost plan, see it, ask what else is possible
``scenario_builder`` sliders for measures, and what they do while they move
``target_panel``     the three 20|20|20 targets side by side, in figures and words
``territory_map``    territories in classes of colour; a click chooses one
``view_bar``         territory, year and unit of a page, kept in its address
``page_header``      heading and language switch of an app page
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from leb_kit.widgets.address_bar import AddressBar
    from leb_kit.widgets.balance_table import BalanceTable
    from leb_kit.widgets.cogeneration_detail import CogenerationDetail
    from leb_kit.widgets.compare_bar import CompareBar
    from leb_kit.widgets.comparison_view import ComparisonView
    from leb_kit.widgets.downloads import Downloads
    from leb_kit.widgets.end_use_detail import EndUseDetail
    from leb_kit.widgets.file_door import FileDoor
    from leb_kit.widgets.flow_scheme import FlowScheme
    from leb_kit.widgets.history_chart import HistoryChart
    from leb_kit.widgets.mix_explorer import MixExplorer
    from leb_kit.widgets.page_header import PageHeader
    from leb_kit.widgets.scenario_builder import ScenarioBuilder
    from leb_kit.widgets.target_panel import TargetPanel
    from leb_kit.widgets.territory_map import TerritoryMap
    from leb_kit.widgets.view_bar import ViewBar

__all__ = [
    "AddressBar",
    "BalanceTable",
    "CogenerationDetail",
    "CompareBar",
    "ComparisonView",
    "Downloads",
    "EndUseDetail",
    "FileDoor",
    "FlowScheme",
    "HistoryChart",
    "MixExplorer",
    "PageHeader",
    "ScenarioBuilder",
    "TargetPanel",
    "TerritoryMap",
    "ViewBar",
]

_HOMES: Final = {
    "AddressBar": "address_bar",
    "BalanceTable": "balance_table",
    "CogenerationDetail": "cogeneration_detail",
    "CompareBar": "compare_bar",
    "ComparisonView": "comparison_view",
    "Downloads": "downloads",
    "EndUseDetail": "end_use_detail",
    "FileDoor": "file_door",
    "FlowScheme": "flow_scheme",
    "HistoryChart": "history_chart",
    "MixExplorer": "mix_explorer",
    "PageHeader": "page_header",
    "ScenarioBuilder": "scenario_builder",
    "TargetPanel": "target_panel",
    "TerritoryMap": "territory_map",
    "ViewBar": "view_bar",
}


def __getattr__(name: str) -> Any:
    """Load a widget when it is asked for: a page waits for its own, not for what the optimiser's needs."""
    if name not in _HOMES:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
