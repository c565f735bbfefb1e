"""What changed from one account to the next: nothing that was closed moves in silence."""

from __future__ import annotations

from typing import Final

import pandas as pd

from leb_kit.metering.local_time import MONTHS, year_month
from leb_kit.metering.months import MILLIWH_PER_MWH, MeterMonths

COLUMNS: Final = (
    "stream", "meter", "year", "month", "before_mwh", "after_mwh", "change_mwh", "before_status",
    "after_status", "closed",
)  # fmt: skip


def revisions(before: MeterMonths, after: MeterMonths, *, closed: str = "") -> pd.DataFrame:
    """Return the months that another account tells otherwise; to be seen before a balance is published again.

    Parameters
    ----------
    before, after : MeterMonths
        Two accounts of the same meters, such as those of two days.
    closed : str
        Last closed month (``2025-06``): changes up to it are marked.

    Returns
    -------
    pd.DataFrame
        stream (blank without a mapping), meter, year, month, before_mwh, after_mwh, change_mwh (MWh),
        before_status, after_status (M where the month is new or gone), closed; those of closed months first,
        the largest first. Empty where nothing moved.

    Raises
    ------
    InputError
        ``closed`` is no month.

    Examples
    --------
    >>> from leb_kit.metering import Component, Samples, monthly
    >>> def account(value):
    ...     times = pd.date_range("2025-01-01", periods=1, tz="Europe/Rome")
    ...     frame = pd.DataFrame({"meter": "L1", "time": times, "value": value})
    ...     kind = Component("interval_energy", "MWh", interval="month", label="start")
    ...     return monthly(Samples.from_table(frame, kind))
    >>> moved = revisions(account(2.0), account(5.0), closed="2025-03")
    >>> moved[["month", "change_mwh", "closed"]].to_numpy().tolist()
    [[1, 3.0, True]]
    """
    keys = ["stream", "meter", "year", "month"]
    old, new = (_told(one).set_index(keys) for one in (before, after))
    both = old.add_suffix("_before").join(new.add_suffix("_after"), how="outer").reset_index()
    for side in ("before", "after"):
        both[f"milliwh_{side}"] = both[f"milliwh_{side}"].fillna(0).astype("int64")
        both[f"status_{side}"] = both[f"status_{side}"].fillna("M")
    moved = both["milliwh_before"] != both["milliwh_after"]
    both = both[moved | (both["status_before"] != both["status_after"])]
    change = both["milliwh_after"] - both["milliwh_before"]
    out = both[keys].assign(
        before_mwh=both["milliwh_before"] / MILLIWH_PER_MWH,
        after_mwh=both["milliwh_after"] / MILLIWH_PER_MWH,
        change_mwh=change / MILLIWH_PER_MWH,
        before_status=both["status_before"],
        after_status=both["status_after"],
        closed=both["year"] * MONTHS + both["month"] <= _until(closed),
    )
    order = out.assign(size=-change.abs(), open=~out["closed"]).sort_values(
        ["open", "size", *keys], kind="stable"
    )
    return out.loc[order.index, list(COLUMNS)].reset_index(drop=True)


def _told(account: MeterMonths) -> pd.DataFrame:
    table = account.table if "stream" in account.table else account.table.assign(stream="")
    energy = table["measured_milliwh"] + table["estimated_milliwh"]
    told = table[["stream", "meter", "year", "month", "status"]].assign(milliwh=energy)
    # A meter that lived twice in a month (another constant K) has two rows of it.
    return told.groupby(["stream", "meter", "year", "month"], as_index=False).agg(
        milliwh=("milliwh", "sum"), status=("status", "max")
    )


def _until(closed: str) -> int:
    if not closed:
        return -1
    year, month = year_month(closed)
    return year * MONTHS + month
