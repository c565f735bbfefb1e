"""The description of a dataset: its entity model and its service document."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from leb_kit.metering.sdp.standin.store import Dataset
from leb_kit.metering.sdp.standin.wire import EDM_TYPES, namespace

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">'
    '<edmx:DataServices m:DataServiceVersion="1.0" '
    'xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata">'
)


_NOT_NULL = ' Nullable="false"'


def properties(dataset: Dataset) -> dict[str, str]:
    """Type of each property of a row, in the order of the model."""
    fixed = {"internalId": "Edm.String", "datasetVersion": "Edm.Int32", "idDataset": "Edm.Int64"}
    if dataset.is_stream:
        fixed = {
            "streamCode": "Edm.String",
            "sensor": "Edm.String",
            "time": "Edm.DateTimeOffset",
        } | fixed
    return fixed | {one.name: EDM_TYPES[one.datatype] for one in dataset.components}


def sets(dataset: Dataset) -> tuple[str, str]:
    """Name of the entity type and of the entity set."""
    return ("Measure", "Measures") if dataset.is_stream else ("DataEntity", "DataEntities")


def metadata(dataset: Dataset) -> bytes:
    """Write the entity model, as ``$metadata`` gives it."""
    kind, collection = sets(dataset)
    space = namespace(dataset)
    always = {"internalId", "streamCode", "sensor", "time"}
    lines = "".join(
        f"<Property Name={quoteattr(name)} Type={quoteattr(edm)}{_NOT_NULL if name in always else ''}/>"
        for name, edm in properties(dataset).items()
    )
    container = f"SmartDataEntityContainer_{space.replace('.', '_')}"
    return (
        f'{_HEAD}<Schema Namespace={quoteattr(space)} xmlns="http://schemas.microsoft.com/ado/2008/09/edm">'
        f'<EntityType Name="{kind}"><Key><PropertyRef Name="internalId"/></Key>{lines}</EntityType>'
        f'<EntityContainer Name={quoteattr(container)} m:IsDefaultEntityContainer="true">'
        f'<EntitySet Name="{collection}" EntityType={quoteattr(f"{space}.{kind}")}/>'
        "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"
    ).encode()


def service(dataset: Dataset, root: str) -> bytes:
    """Write the service document."""
    _, collection = sets(dataset)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom" '
        f"xml:base={quoteattr(root)}><workspace><atom:title>Default</atom:title>"
        f'<collection href="{collection}"><atom:title>{collection}</atom:title></collection>'
        "</workspace></service>"
    ).encode()
