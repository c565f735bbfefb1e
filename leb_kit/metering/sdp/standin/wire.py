"""How the stand-in writes values: dates and numbers as Olingo 2.0.0 gives them.

Dates are local milliseconds of the server's zone plus the offset in minutes; long and double numbers are
text; whole numbers of 32 bits and truth values are bare.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from leb_kit.metering.sdp.standin.store import Dataset, Row

#: Data type of the platform to type of the entity model.
EDM_TYPES = {
    "int": "Edm.Int32",
    "long": "Edm.Int64",
    "double": "Edm.Double",
    "float": "Edm.Double",
    "longitude": "Edm.Double",
    "latitude": "Edm.Double",
    "string": "Edm.String",
    "boolean": "Edm.Boolean",
    "dateTime": "Edm.DateTimeOffset",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MINUTE = timedelta(minutes=1)
#: Between these powers of ten Java writes a double without an exponent.
_PLAIN_FROM, _PLAIN_TO = -3, 7


def date(moment: datetime, zone: tzinfo) -> str:
    r"""Write a moment as the platform does.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> date(datetime(2025, 10, 26, 1, 30, tzinfo=UTC), ZoneInfo("Europe/Rome"))
    '\\/Date(1761445800000+0060)\\/'
    >>> date(datetime(2025, 1, 1, tzinfo=UTC), UTC)
    '\\/Date(1735689600000)\\/'
    """
    offset = moment.astimezone(zone).utcoffset() or timedelta(0)
    stamp = (moment - _EPOCH + offset) // _MILLISECOND
    minutes = offset // _MINUTE
    shift = f"{'+' if minutes > 0 else '-'}{abs(minutes):04d}" if minutes else ""
    return f"\\/Date({stamp}{shift})\\/"


def double(value: float) -> str:
    """Write a double as Java does.

    Examples
    --------
    >>> double(1.25), double(0.0001), double(12345678.9), double(100.0), double(float("nan"))
    ('1.25', '1.0E-4', '1.23456789E7', '100.0', 'NaN')
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"
    shortest = Decimal(repr(value))
    if shortest == 0:
        return "0.0"
    exponent = shortest.adjusted()
    if _PLAIN_FROM <= exponent < _PLAIN_TO:
        text = f"{shortest:f}"
        return text if "." in text else f"{text}.0"
    digits = "".join(map(str, shortest.as_tuple().digits)).rstrip("0") or "0"
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"


def value(item: Any, datatype: str, zone: tzinfo) -> str:
    """Write one value as JSON text.

    Examples
    --------
    >>> value(5, "long", UTC), value(5, "int", UTC), value(None, "double", UTC), value(True, "boolean", UTC)
    ('"5"', '5', 'null', 'true')
    """
    if item is None:
        return "null"
    kind = EDM_TYPES[datatype]
    if kind == "Edm.Double":
        return f'"{double(float(item))}"'
    if kind == "Edm.Int64":
        return f'"{item}"'
    if kind == "Edm.DateTimeOffset":
        return f'"{date(item, zone)}"'
    return json.dumps(item, ensure_ascii=False)


def entity(
    row: Row, dataset: Dataset, *, zone: tzinfo, root: str, chosen: Sequence[str] | None = None
) -> str:
    """Write one row as a JSON object, all of it or the chosen properties."""
    kind, collection = ("Measure", "Measures") if dataset.is_stream else ("DataEntity", "DataEntities")
    address = json.dumps(f"{root}{collection}('{row.id}')")
    parts = [
        f'"__metadata":{{"id":{address},"uri":{address},"type":"{namespace(dataset)}.{kind}"}}',
        *(
            f'"{name}":{text}'
            for name, text in _properties(row, dataset, zone)
            if chosen is None or name in chosen
        ),
    ]
    return "{" + ",".join(parts) + "}"


def _properties(row: Row, dataset: Dataset, zone: tzinfo) -> list[tuple[str, str]]:
    found = [
        ("internalId", json.dumps(row.id)),
        ("datasetVersion", str(row.version)),
        ("idDataset", f'"{dataset.id}"'),
    ]
    if dataset.is_stream:
        found += [
            ("streamCode", json.dumps(dataset.stream_code)),
            ("sensor", json.dumps(dataset.so_code)),
            ("time", value(row.time, "dateTime", zone)),
        ]
    return found + [
        (one.name, value(row.values.get(one.name.lower()), one.datatype, zone)) for one in dataset.components
    ]


def namespace(dataset: Dataset) -> str:
    """Namespace of the entity model of a dataset."""
    return f"it.csi.smartdata.odata.{dataset.code}"


def feed(entities: Sequence[str], count: int, following: str = "") -> bytes:
    """Write a feed: count, rows, and the address of the next page where there is one.

    Examples
    --------
    >>> feed([], 0)
    b'{"d":{"__count":"0","results":[]}}'
    """
    rest = f',"__next":{json.dumps(following)}' if following else ""
    return f'{{"d":{{"__count":"{count}","results":[{",".join(entities)}]{rest}}}}}'.encode()
