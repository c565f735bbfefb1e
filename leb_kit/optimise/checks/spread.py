"""Numbers far from all others of their kind: a cost beside other costs, an hour beside the other hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from leb_kit.errors import say
from leb_kit.optimise.checks.faults import labels

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem

#: Costs of a column; largest over smallest from which one is likely a slip.
_COSTS = {
    "processes": ("capex_eur_per_mw_year", "fixed_eur_per_mw_year", "variable_eur_per_mwh"),
    "storages": ("capex_eur_per_mwh_year", "variable_eur_per_mwh"),
}
_WIDE_RANGE = 10**9
#: An hour this many times the usual one is likely a slip: a peak is some times it, a sensor's error more.
_SPIKE = 10**4


def spread(problem: MixProblem) -> Iterator[str]:
    """Yield sentences on costs and hours that are far from the others."""
    for table, columns in _COSTS.items():
        rows = getattr(problem, table)
        for column in columns:
            amounts = rows[column].abs().to_numpy(dtype=float)
            used = np.flatnonzero(amounts > 0)
            if not len(used):
                continue
            least, most = used[amounts[used].argmin()], used[amounts[used].argmax()]
            if amounts[most] > _WIDE_RANGE * amounts[least]:
                low, high = (labels(table, rows.iloc[[place]])[0] for place in (least, most))
                yield say(
                    "{table}: {high}, column {column}: found {most:g}; {low}: {least:g}: so far apart that"
                    " one is likely a slip; check the units",
                    table=table,
                    column=column,
                    high=high,
                    most=float(rows[column].iloc[most]),
                    low=low,
                    least=float(rows[column].iloc[least]),
                )
    hourly = problem.time.profiles if problem.time.hourly is None else problem.time.hourly
    for name in hourly:
        values = np.abs(hourly[name].to_numpy(dtype=float))
        given = values[values > 0]
        hour = int(values.argmax()) if len(values) else 0
        if len(given) and values[hour] > _SPIKE * np.median(given):
            yield say(
                "profiles: column '{name}', hour {hour}: found {found:g}, {times:.2g} times the usual"
                " {usual:g}: an error of measurement?",
                name=name,
                hour=hour,
                found=float(hourly[name].iloc[hour]),
                times=float(values[hour] / np.median(given)),
                usual=float(np.median(given)),
            )
