"""Two datasets to publish into, and a small balance."""

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.metering.sdp.publication import definition
from leb_kit.metering.sdp.publish import Target
from leb_kit.metering.sdp.standin import BULK, Component, Dataset, StandIn

BALANCE, MANIFEST = "LebFlussi_9001", "LebManifesto_9002"
TARGET = Target("leb", BALANCE, MANIFEST)


def ready(server: StandIn) -> StandIn:
    """Add the two datasets."""
    for number, code, kind in ((9001, BALANCE, "balance"), (9002, MANIFEST, "manifest")):
        rows = definition(kind).itertuples(index=False)
        columns = tuple(
            Component(one.component, one.datatype, one.unit, required=one.required) for one in rows
        )
        server.store.add(Dataset(number, code, "leb", columns, subtype=BULK))
    return server


def small(gas: float = 1234.5678912, *, rows: int = 3) -> Balance:
    """A balance of a few cells."""
    flows = ["FC_OTH_HH_E", "FC_OTH_CP_PUB_E", "FC_OTH_CP_PRI_E"]
    cells = [("001272", 2019, flow, "G3000", gas + number) for number, flow in enumerate(flows)][:rows]
    table = pd.DataFrame(cells, columns=["territory", "year", "flow", "product", "value"])
    return Balance.from_table(table.assign(status="A"), unit="MWh")
