"""What Torino prints and a balance does not tell: public lighting, municipal fleet, public transport."""

from __future__ import annotations

import pandas as pd

from leb_kit.examples.torino import torino
from leb_kit.reference import catalog

KEYS = ["flow", "product"]


def torino_detail() -> pd.DataFrame:
    """Return energy of Torino 2019 by row of the Covenant of Mayors, for ``emission_inventory(detail=…)``.

    Returns
    -------
    pd.DataFrame
        flow, product, covenant_sector, energy_mwh (MWh/year), source: public lighting, municipal fleet
        and public transport as printed (Città di Torino, Climate City Contract, 2024); blended biofuels
        have the share they have in the balance.

    Examples
    --------
    >>> rows = torino_detail()
    >>> float(rows.loc[rows["covenant_sector"] == "public_lighting", "energy_mwh"].sum())
    59200.0
    """
    rows = _printed()
    shares = _blends()
    split = rows.merge(shares, left_on=KEYS, right_on=["flow", "printed"], how="left", suffixes=("", "_as"))
    blended = split["product_as"].notna()
    split["product"] = split["product_as"].where(blended, split["product"])
    split["energy_mwh"] = split["energy_mwh"] * split["share"].where(blended, 1.0)
    keys = [*KEYS, "covenant_sector", "source"]
    sums = split.groupby(keys, sort=False)[["energy_mwh"]].sum().reset_index()
    return sums[[*KEYS, "covenant_sector", "energy_mwh", "source"]]


def _printed() -> pd.DataFrame:
    """Printed energy of the sub-sectors that have a row of their own in the inventory."""
    mapping = catalog.table("torino_2019_mapping")
    code = {
        str(kind): dict(zip(part["label"], part["code"], strict=True))
        for kind, part in mapping.groupby("kind")
    }
    wanted = catalog.table("torino_2019_covenant")
    goes_to = {(row.sector, row.subsector): row.covenant_sector for row in wanted.itertuples()}
    table = catalog.table("torino_2019_energy")
    table = table.assign(
        flow=table["subsector"].map(code["flow"]),
        product=table["carrier"].map(code["product"]),
        covenant_sector=[
            goes_to.get((sector, part)) or goes_to.get((sector, ""))
            for sector, part in zip(table["sector"], table["subsector"], strict=True)
        ],
        energy_mwh=table["value_mwh"],
    )
    return table[table["covenant_sector"].notna()]


def _blends() -> pd.DataFrame:
    """Share of every product in what the source prints under one name: flow, printed, product, share."""
    mapping = catalog.table("torino_2019_mapping")
    blend = mapping[mapping["kind"] == "blend"]
    printed = {
        **dict(zip(blend["code"], blend["label"], strict=True)),
        **dict(zip(blend["label"], blend["label"], strict=True)),
    }
    rows = torino().leaves
    rows = rows[rows["flow"].str.startswith("FC_") & rows["product"].isin(list(printed))]
    sums = rows.groupby(KEYS)["energy_mwh"].sum().reset_index()
    sums["printed"] = sums["product"].map(printed)
    whole = sums.groupby(["flow", "printed"])["energy_mwh"].transform("sum")
    return sums.assign(share=sums["energy_mwh"] / whole)[["flow", "printed", "product", "share"]]
