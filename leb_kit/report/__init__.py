"""The document for the council: one HTML file with tables, targets and flow scheme.

``document``  puts a report together and writes it, whole or not at all
``sections``  balance, targets and plan as rows ready to be shown
``figures``   numbers as people write them, Italian and English
``texts``     the words, Italian and English
``flow_svg``  the flow scheme as a still picture
``futures``   one section for each scenario
``pdf``  the document on pages of A4, tagged for screen readers
``map_svg``   territories coloured by a figure
``scenario_svg``  the abatement curve, and targets over the years
``stack_svg``  amounts as columns
``zone_svg``  networks zone by zone, today and in a plan

The package can be called itself: ``leb.report(b, path="report.html")``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from leb_kit.report.document import report
from leb_kit.report.map_svg import Picture, territory_map
from leb_kit.report.scenario_svg import abatement_chart, targets_chart
from leb_kit.report.stack_svg import stack_chart
from leb_kit.report.zone_svg import zone_chart

__all__ = [
    "Picture",
    "abatement_chart",
    "report",
    "stack_chart",
    "targets_chart",
    "territory_map",
    "zone_chart",
]


class _Callable(ModuleType):
    """A package that is also the call it is named after."""

    def __call__(self, *args: Any, **options: Any) -> Path:
        """Write the report; see :func:`leb_kit.report.document.report`."""
        return report(*args, **options)


sys.modules[__name__].__class__ = _Callable
