"""How the stand-in takes data: events of streams and rows of datasets, checked as the platform does."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from leb_kit.metering.sdp.standin.store import Component, Dataset, Store

#: Most values of a call: events of streams, rows of datasets.
MOST_EVENTS, MOST_ROWS = 1000, 100_000
_TIME = re.compile(
    r"(?P<base>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d+))?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)


class Refused(Exception):
    """A write that is not taken: code of the platform and text."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(text)

    def body(self) -> bytes:
        """Return the answer as the platform words it."""
        return json.dumps(
            {"error_name": self.text, "error_code": self.code, "output": "NONE", "error_message": self.text}
        ).encode()


def moment(text: Any, zone: tzinfo) -> datetime:
    """Read a time as the platform does: a fraction counts as whole milliseconds, the rest is ignored.

    Examples
    --------
    >>> moment("2025-01-01T00:00:00.42Z", UTC).microsecond  # 42 ms, not 420
    42000
    >>> moment("2025-01-01T12:10:50.123456Z", UTC).strftime("%H:%M:%S")  # two minutes later
    '12:12:53'
    """
    hit = _TIME.match(text) if isinstance(text, str) else None
    if hit is None:
        raise Refused("E020", f"invalid time value: {text}")
    try:
        base = datetime.fromisoformat(hit["base"])
    except ValueError as error:
        raise Refused("E020", f"invalid time value: {text}") from error
    if hit["zone"]:
        shift = "+00:00" if hit["zone"] == "Z" else hit["zone"]
        base = datetime.strptime(f"{hit['base']}{shift}", "%Y-%m-%dT%H:%M:%S%z")
    else:
        base = base.replace(tzinfo=zone)
    return base.astimezone(UTC) + timedelta(milliseconds=int(hit["fraction"] or 0))


def typed(component: Component, given: Any, zone: tzinfo) -> Any:
    """Return a value in the type of its component; text is taken for numbers.

    Examples
    --------
    >>> typed(Component("x", "double"), "17.4", UTC), typed(Component("n", "int"), 3, UTC)
    (17.4, 3)
    """
    if given is None:
        return None
    readers: dict[str, Callable[[Any], Any]] = {
        "int": _whole,
        "long": _whole,
        "boolean": _truth,
        "string": str,
        "dateTime": lambda text: moment(text, zone),
    }
    try:
        value = readers.get(component.datatype, float)(given)
    except (TypeError, ValueError) as error:
        raise Refused("E020", f"invalid value for {component.name}: {given}") from error
    return value


def _whole(given: Any) -> int:
    if isinstance(given, bool) or (isinstance(given, float) and not given.is_integer()):
        raise ValueError(given)
    return int(given)


def _truth(given: Any) -> bool:
    text = str(given).lower()
    if text not in {"true", "false"}:
        raise ValueError(given)
    return text == "true"


def checked(dataset: Dataset, given: Any, zone: tzinfo) -> dict[str, Any]:
    """Check the components of one event or row."""
    if not isinstance(given, Mapping):
        raise Refused("E012", "components must be an object")
    known = {one.name: one for one in dataset.components}
    unknown = sorted(set(given) - set(known))
    missing = [one.name for one in dataset.components if one.required and given.get(one.name) is None]
    if unknown or missing:
        raise Refused("E013", f"components do not fit: unknown {unknown}, missing {missing}")
    return {name: typed(known[name], value, zone) for name, value in given.items()}


def events(store: Store, tenant: str, body: Any, zone: tzinfo) -> tuple[str, list[tuple[datetime, Any]]]:
    """Read one block of events; returns the code of their dataset and its rows."""
    if not isinstance(body, Mapping):
        raise Refused("E012", "an event must be an object")
    if not body.get("stream"):
        raise Refused("E017", "stream missing")
    who = {key: body[key] for key in ("sensor", "application") if body.get(key)}
    if len(who) != 1:
        raise Refused("E016", "exactly one of sensor and application is needed")
    (role, code), *_ = who.items()
    dataset = store.stream(tenant, str(code), str(body["stream"]))
    if dataset is None:
        raise Refused("E011", f"stream {body['stream']} of {code} not found")
    if (role == "sensor") != (dataset.so_category == "Device"):
        raise Refused("E016", f"{code} is not a {role}")
    values = body.get("values")
    if not isinstance(values, list):
        raise Refused("E018", "values must be an array")
    if len(values) > MOST_EVENTS:
        raise Refused("E015", f"too many records: {len(values)}")
    rows = [
        (moment(one.get("time"), zone), checked(dataset, one.get("components"), zone))
        for one in values
        if isinstance(one, Mapping) or _bad_block(one)
    ]
    return dataset.code, rows


def _bad_block(one: Any) -> bool:
    raise Refused("E012", f"not an object: {one}")


def blocks(store: Store, tenant: str, body: Any, zone: tzinfo) -> list[tuple[Dataset, list[tuple[Any, Any]]]]:
    """Read blocks of dataset rows, all of them before any is kept."""
    if not isinstance(body, list):
        raise Refused("E018", "an array of blocks is needed")
    found: list[tuple[Dataset, list[tuple[Any, Any]]]] = []
    for block in body:
        code = block.get("datasetCode") if isinstance(block, Mapping) else _bad_block(block)
        dataset = store.datasets.get(str(code))
        if dataset is None or dataset.tenant != tenant:
            raise Refused("E014", f"dataset {code} not found")
        if any(one.code == code for one, _ in found):
            raise Refused("E019", f"dataset {code} given twice")
        rows = block.get("values")
        if not isinstance(rows, list):
            raise Refused("E018", "values must be an array")
        if len(rows) > MOST_ROWS:
            raise Refused("E015", f"too many records: {len(rows)}")
        found.append((dataset, [_row(dataset, row, zone) for row in rows]))
    return found


def _row(dataset: Dataset, row: Any, zone: tzinfo) -> tuple[datetime | None, dict[str, Any]]:
    if not isinstance(row, Mapping):
        raise Refused("E012", f"not an object: {row}")
    rest = dict(row)
    time = moment(rest.pop("time", None), zone) if dataset.is_stream else None
    return time, checked(dataset, rest, zone)


def report(written: list[tuple[Dataset, int]], *, status: str, at: float) -> bytes:
    """Return the reply to a write, capitals as on the platform."""
    request = uuid.uuid4().hex
    lines = [
        {
            "idDataset": dataset.id,
            "datasetVersion": 1,
            "datasetCode": dataset.code,
            "numRowToInsFromJson": count,
            "numRowInserted": -1,
            "timestamp": int(at) * 1000,
            "requestId": request,
            "stream": dataset.stream_code or None,
            "sensor": dataset.so_code or None,
            "status": status,
        }
        for dataset, count in written
    ]
    return json.dumps(
        {"insertException": None, "dataBLockreport": lines, "globalRequestId": request}
    ).encode()
