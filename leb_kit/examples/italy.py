"""Italy 2019: the complete Eurostat balance."""

from __future__ import annotations

from functools import cache

from leb_kit.balance import Balance
from leb_kit.io import read_eurostat
from leb_kit.reference import catalog

SHEET = "eurostat_nrg_bal_c_IT_2019.csv.gz"


@cache
def italy() -> Balance:
    """Return the complete energy balance of Italy 2019 (Eurostat, nrg_bal_c, CC BY 4.0).

    Returns
    -------
    Balance
        138 flows × 62 products as published, aggregates included; MWh inside.

    Examples
    --------
    >>> italy().years
    (2019,)
    """
    with catalog.path(SHEET) as path:
        return read_eurostat(path, geo="IT", year=2019)
