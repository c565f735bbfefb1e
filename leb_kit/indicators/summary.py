"""All indicators of many territories and years in one table."""

from __future__ import annotations

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.indicators import linear
from leb_kit.indicators.emissions import emission_table
from leb_kit.indicators.energy import ENERGY, renewable_table


def table(balance: Balance, *, convention: str = "territorial") -> pd.DataFrame:
    """Return every indicator for every territory and year.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.
    convention : str
        Of the emissions.

    Returns
    -------
    pd.DataFrame
        Index territory, year; renewable_share (0–1), primary_energy_mwh, final_energy_mwh,
        emissions_tco2eq, self_sufficiency (0–1).

    Examples
    --------
    >>> import leb_kit as leb
    >>> leb.indicators.table(leb.examples.italy())["renewable_share"].round(4).tolist()
    [0.1818]
    """
    own = linear.parts(balance, "self_sufficiency")
    out = pd.DataFrame(
        {
            "renewable_share": renewable_table(balance)["share"],
            "primary_energy_mwh": linear.parts(balance, "primary_energy")[ENERGY],
            "final_energy_mwh": linear.parts(balance, "final_energy")[ENERGY],
        }
    )
    emitted = emission_table(balance, convention).groupby(["territory", "year"])["tco2eq"].sum()
    out["emissions_tco2eq"] = emitted.reindex(out.index).fillna(0.0)
    available = own["gross_available_mwh"]
    out["self_sufficiency"] = (own["local_production_mwh"] / available).where(available > 0, 0.0)
    return out
