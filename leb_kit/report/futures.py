"""One section for each scenario: what changes, the targets of its year, its flow scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.indicators import TargetSet, evaluate
from leb_kit.reference import catalog
from leb_kit.report.figures import Figures
from leb_kit.report.flow_svg import flow_svg
from leb_kit.scenarios import Scenario, compare, project
from leb_kit.system import links, read_scheme

#: The first sentence names the two years; the heading does that here.
OPENING = 1


@dataclass(frozen=True)
class Future:
    """A year that could be: its balance, and the name to show."""

    name: str
    balance: Balance


def futures(given: Sequence[Any], today: Balance, year: int | None, lang: str) -> list[Future]:
    """Return the scenarios of a document as named balances.

    Parameters
    ----------
    given : sequence of Balance, Scenario or MixResult
        A Scenario is projected from ``today`` to ``year``, or to the last year that it names.
    today : Balance
        The year as it is.
    year : int, optional
        Needed where a Scenario names no year itself.
    lang : str
        Of the names.

    Raises
    ------
    InputError
        Something else, or a Scenario without a year; all at once.
    """
    faults = []
    for at, one in enumerate(given, start=1):
        if isinstance(one, Scenario):
            if _year_of(one, year) is None:
                faults.append(
                    say(
                        "scenario '{name}' names no year to project to; give year=2030, or measures"
                        " to_year=2030",
                        name=one.name,
                    )
                )
        elif not isinstance(one, Balance) and not hasattr(one, "to_balance"):
            faults.append(
                f"scenario {at} is a {type(one).__name__}; a Balance, a Scenario or a MixResult is expected"
            )
    if faults:
        raise InputError("report", faults)
    out = []
    for at, one in enumerate(given, start=1):
        if isinstance(one, Scenario):
            shown = _year_of(one, year) or today.years[0]
            # the heading says the year, also where it was the scenario that named it
            named = one.name if str(shown) in one.name else f"{one.name} {shown}"
            out.append(Future(named, project(today, one, year=shown)))
            continue
        own = one if isinstance(one, Balance) else one.to_balance()
        same = own.title(lang) == today.title(lang)
        # a plan keeps the name of its territory; beside it, it needs one of its own
        alone = str(at) if isinstance(one, Balance) else ""
        out.append(Future(alone if same else own.title(lang), own))
    return out


def _year_of(scenario: Scenario, asked: int | None) -> int | None:
    return scenario.last_year if asked is None else int(asked)


def future_sections(
    shown: Sequence[Future],
    today: Balance,
    *,
    targets: str | TargetSet | None,
    base: Balance,
    convention: str,
    figures: Figures,
) -> list[dict[str, Any]]:
    """Return each future ready to be shown: sentences, targets, flow scheme."""
    scheme, colors = read_scheme(), catalog.table("colors")
    out = []
    for one in shown:
        told = compare(today, one.balance, convention=convention)
        arrows = links(one.balance, columns=5)
        drawing = flow_svg(arrows, scheme.view(5), colors, lang=figures.lang, unit=figures.unit)
        out.append(
            {
                "name": one.name,
                "sentences": told.explain(figures.lang)[OPENING:],
                "targets": [] if targets is None else _targets(one.balance, targets, base, figures),
                # our own drawing, whose texts flow_svg escapes
                "svg": Markup(drawing),  # noqa: S704
            }
        )
    return out


def _targets(
    balance: Balance, targets: str | TargetSet, base: Balance, figures: Figures
) -> list[dict[str, Any]]:
    found: pd.DataFrame = evaluate(balance, targets, base=base)
    return [
        {
            "label": row[f"label_{figures.lang}"],
            "value": figures.quantity(row["value"], str(row["unit"])),
            "required": figures.quantity(row["required"], str(row["unit"])),
            "met": bool(row["met"]),
        }
        for row in found.to_dict("records")
    ]
