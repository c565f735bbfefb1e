"""Balances as small text tables, the real ones that many tests use, and coroutines."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pandas as pd

from leb_kit import Balance, read_eurostat
from leb_kit.balance.table import COLUMNS

FRANCE = Path(__file__).parent / "data" / "eurostat_nrg_bal_c_FR_2019.csv.gz"
TJ = 3.6e-3  # TJ in a MWh
KEYS = ["territory", "year", "flow", "product"]


def balance_from(text: str, *, territory: str = "VAL", year: int = 2020) -> Balance:
    """A balance from lines of flow, product, MWh; what follows a # is a remark."""
    lines = [line.split("#")[0].split() for line in text.strip().splitlines()]
    rows = pd.DataFrame([line for line in lines if line], columns=["flow", "product", "value"])
    rows = rows.assign(territory=territory, year=year, value=rows["value"].astype(float))
    return Balance.from_table(rows, unit="MWh")


def joined(*balances: Balance) -> Balance:
    """Several territories and years in one balance."""
    return Balance.from_mwh(pd.concat([b.table for b in balances], ignore_index=True))


def scaled(balance: Balance, factor: float) -> Balance:
    """The same balance, every row times ``factor``."""
    return Balance(balance.table.assign(energy_mwh=balance.table["energy_mwh"] * factor), balance.missing)


def with_rows(balance: Balance, table: pd.DataFrame) -> Balance:
    """The same balance with another table."""
    return Balance(table[list(COLUMNS)].reset_index(drop=True), balance.missing, balance.name)


def cells(balance: Balance) -> pd.Series:
    """Leaves as a series: territory, year, flow, product → MWh."""
    return balance.leaves.groupby(KEYS)["energy_mwh"].sum()


def cell(balance: Balance, flow: str, product: str) -> float:
    """One cell, MWh; no row is no energy."""
    table = balance.table
    here = (table["flow"] == flow) & (table["product"] == product)
    return float(table.loc[here, "energy_mwh"].sum())


@cache
def france() -> Balance:
    """France 2019, the complete Eurostat sheet."""
    return read_eurostat(FRANCE, geo="FR", year=2019)


def run_apart(what):
    """Run a coroutine in a thread: where a browser is driven, this one has a loop that runs already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, what).result()
