"""Problems as small text tables, to be solved on paper."""

from typing import Any

import pandas as pd
import pytest

from leb_kit.optimise import MixProblem, MixResult

BLANK = "-"
HEAT = "bus\nheat"


def table(text: str) -> pd.DataFrame:
    """A table from lines; the first names the columns, a lone dash is a blank, # begins a remark."""
    lines = [line.split("#")[0].split() for line in text.strip().splitlines()]
    columns, *rows = [line for line in lines if line]
    return pd.DataFrame(rows, columns=columns).replace(BLANK, "")


def problem(
    *,
    processes: str,
    demands: str = "",
    buses: str = HEAT,
    profiles: str | int = 1,
    **others: Any,
) -> MixProblem:
    """A problem from text; ``profiles`` is a table or, where all is flat, the number of hours."""
    shapes = (
        pd.DataFrame(index=range(profiles)) if isinstance(profiles, int) else table(profiles).astype(float)
    )
    keep = {name: value for name, value in others.items() if not isinstance(value, str) or name == "time"}
    texts = {name: table(value) for name, value in others.items() if name not in keep}
    return MixProblem.from_tables(
        buses=table(buses),
        processes=table(processes),
        demands=table(demands) if demands else pd.DataFrame(),
        profiles=shapes,
        **texts,
        **keep,
    )


def one_heat_demand(annual_mwh: float, profile: str = "") -> str:
    """The table of one demand at the heat bus."""
    return f"demand bus annual_mwh profile\nhomes heat {annual_mwh} {profile or BLANK}"


def energy(result: MixResult) -> dict[str, float]:
    """Process → MWh in the year."""
    return dict(zip(result.processes["process"], result.processes["energy_mwh"], strict=True))


def capacity(result: MixResult) -> dict[str, float]:
    """Process → MW kept."""
    return dict(zip(result.processes["process"], result.processes["capacity_mw"], strict=True))


def near(expected: object) -> object:
    """Equal but for the arithmetic of floats."""
    return pytest.approx(expected, rel=1e-9, abs=1e-9)
