"""Twenty years of many towns, and the same questions in bare SQL."""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from leb_kit import Balance
from leb_kit.reference import catalog

YEARS = range(2000, 2020)
CELLS = 400
BARE = (
    "CREATE TABLE bare (territory_id INTEGER, year INTEGER, version INTEGER, flow_id INTEGER, "
    "product_id INTEGER, signed INTEGER, energy_mwh REAL, status TEXT, source_id INTEGER, sigma REAL, "
    "until INTEGER, PRIMARY KEY (territory_id, year, version, flow_id, product_id)) STRICT, WITHOUT ROWID"
)
INDEX = (
    "CREATE INDEX by_cell ON bare (flow_id, product_id, year, status, territory_id, version, energy_mwh) "
    "WHERE until IS NULL"
)


def towns(many: int) -> Iterator[Balance]:
    """Twenty years of each town, one town at a time."""
    codes = catalog.table("municipalities")["code"].head(many)
    flows, products = (catalog.table(name)["code"].head(20) for name in ("flows", "products"))
    pairs = pd.DataFrame(itertools.product(flows, products), columns=["flow", "product"])
    random = np.random.default_rng(7)
    years = pd.concat([pairs.assign(year=year) for year in YEARS], ignore_index=True)
    for code in codes:
        energy = random.integers(1, 10**9, size=len(years)) / 1000
        yield Balance.from_mwh(
            years.assign(territory=code, energy_mwh=energy, status="E", source="stima regionale")
        )


#: The same questions in bare SQL, which knows the numbers.
RAW = {
    "town": "SELECT flow_id, product_id, energy_mwh, status, sigma FROM cell "
    "WHERE territory_id = {town} AND year = 2019 AND until IS NULL",
    "words": "SELECT t.code, c.year, f.code, p.code, c.energy_mwh, c.status, coalesce(s.told, '') "
    "FROM cell c JOIN territory t ON t.id = c.territory_id JOIN flow f ON f.id = c.flow_id "
    "JOIN product p ON p.id = c.product_id LEFT JOIN source s ON s.id = c.source_id "
    "WHERE c.territory_id = {town} AND c.year = 2019 AND c.until IS NULL",
    "cell": "SELECT territory_id, year, energy_mwh FROM cell WHERE flow_id = 7 AND product_id = 7 "
    "AND until IS NULL",
    "province": "SELECT flow_id, product_id, sum(energy_mwh) FROM cell WHERE year = 2019 AND until IS NULL "
    "AND territory_id IN (SELECT id FROM territory WHERE parent_id = {province}) GROUP BY 1, 2",
    "region": "SELECT flow_id, product_id, sum(energy_mwh) FROM cell WHERE year = 2019 AND until IS NULL "
    "AND territory_id IN (SELECT id FROM territory WHERE level = 'municipality') GROUP BY 1, 2",
}
