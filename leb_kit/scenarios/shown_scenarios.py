"""What a notebook shows of a scenario and of a comparison: measures in words, sentences in a list."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from leb_kit.errors import language, say
from leb_kit.reference.shown import Prose, labels, number, table

if TYPE_CHECKING:
    from leb_kit.scenarios.comparison import Comparison
    from leb_kit.scenarios.measure import Measure
    from leb_kit.scenarios.scenario import Scenario

_PERCENT = 100


def scenario_page(scenario: Scenario) -> str:
    """Return the measures of a scenario: how large, where, when, what they cost."""
    head = f"<p><strong>{html.escape(scenario.name)}</strong> · {html.escape(repr(scenario))}</p>"
    measures = scenario.measures
    if not measures:
        return head
    columns = {
        say("measure"): [one.label(language()) for one in measures],
        say("sectors"): [", ".join(labels(one.sectors, "flow")) for one in measures],
        say("years"): [_years(one, scenario.base_year) for one in measures],
        say("size"): [_size(one) for one in measures],
    }
    paid = [one.investment_eur for one in measures]
    if any(one is not None for one in paid):
        columns[say("investment, EUR")] = [number(np.nan if one is None else one) for one in paid]
    told = {name: cells for name, cells in columns.items() if any(cells)}
    return head + table(told, words=sum(name in told for name in list(columns)[:3]))


def _years(measure: Measure, base_year: int) -> str:
    first = base_year if measure.from_year is None else measure.from_year
    return str(first) if measure.to_year is None else f"{first}–{measure.to_year}"


def _size(measure: Measure) -> str:
    if measure.size == "share":
        return f"{number(_PERCENT * measure.value, 1)} %"
    return f"{number(measure.value, 1)} {'MW' if measure.size == 'mw' else 'MWh'}"


def comparison_page(comparison: Comparison) -> str:
    """Return what changed between two balances, in sentences."""
    first, *rest = comparison.explain(language())
    items = Prose("\n".join(f"- {text}" for text in rest))._repr_html_()
    return f"<p><strong>{html.escape(first)}</strong></p>{items}"
