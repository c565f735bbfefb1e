"""Rows of final consumption and their children."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.reference import catalog


@cache
def _parents() -> dict[str, str]:
    flows = catalog.table("flows")
    return dict(zip(flows["code"], flows["parent"], strict=True))


@cache
def lineage(flow: str) -> tuple[str, ...]:
    """Return a row and everything it lies in, from the inside out.

    Examples
    --------
    >>> lineage("FC_OTH_HH_E_SH")[:3]
    ('FC_OTH_HH_E_SH', 'FC_OTH_HH_E', 'FC_OTH_E')
    """
    out, here = [], flow.removesuffix(UNALLOCATED)
    while here:
        out.append(here)
        here = _parents().get(here, "")
    return tuple(out)


def within(flows: pd.Series, sectors: tuple[str, ...]) -> np.ndarray:
    """Tell which rows lie in one of the sectors; no sector means all."""
    wanted = set(sectors)
    return np.array(
        [not wanted or bool(wanted.intersection(lineage(str(flow)))) for flow in flows], dtype=bool
    )
