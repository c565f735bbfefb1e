"""How the stand-in gives a whole dataset as CSV: quoted, semicolons, decimal comma unless asked otherwise."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from leb_kit.metering.sdp.standin import wire
from leb_kit.metering.sdp.standin.settings import Settings
from leb_kit.metering.sdp.standin.store import Dataset, Row, Store


def missing(code: str, text: str) -> bytes:
    """Return the body of a 404."""
    return json.dumps({"error_code": code, "error_name": text, "output": "NONE"}).encode()


def download(store: Store, dataset: Dataset, *, point: bool, settings: Settings) -> bytes:
    """Write a dataset: no ids, times in UTC, and what describes each column repeated on every row."""
    names = [one.name for one in dataset.components]
    head = [*(["Sensor.Name", "time"] if dataset.is_stream else []), *names]
    described: list[str] = []
    if dataset.is_stream:
        for one in dataset.components:
            head += [f"{one.name}.fieldAlias", f"{one.name}.measureUnit", f"{one.name}.dataType"]
            described += [one.alias or one.name, one.unit, one.datatype]
        head += ["Dataset.frequency", "Dataset.Tags"]
        described += [str(dataset.fps), "ENERGY"]
    lines = [_line(head)]
    for row in sorted(store.visible(dataset), key=lambda row: row.time or datetime.min.replace(tzinfo=UTC)):
        if row.time and row.time >= settings.csv_end:
            continue
        start = [dataset.so_code, _time(row.time)] if dataset.is_stream else []
        lines.append(_line([*start, *_values(row, dataset, point=point), *described]))
    return ("\n".join(lines) + "\n").encode()


def _values(row: Row, dataset: Dataset, *, point: bool) -> list[str]:
    return [_text(row.values.get(one.name.lower()), one.datatype, point=point) for one in dataset.components]


def _text(value: Any, datatype: str, *, point: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _time(value)
    if wire.EDM_TYPES[datatype] == "Edm.Double":
        text = wire.double(float(value))
        return text if point else text.replace(".", ",")
    return str(value).replace("\\", "\\\\") if isinstance(value, str) else str(value)


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z" if moment else ""


def _line(fields: list[str]) -> str:
    return ";".join('"' + text.replace('"', '""') + '"' for text in fields)
