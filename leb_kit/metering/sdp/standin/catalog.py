"""How the stand-in answers a search: the metadata of its datasets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from leb_kit.metering.sdp.standin.settings import Settings
from leb_kit.metering.sdp.standin.store import Dataset, Store

#: Items of a search that names no page size.
PAGE = 12


def search(store: Store, query: Mapping[str, str], settings: Settings) -> bytes:
    """Answer a search by words, tenant, and whether there is a stream or a dataset.

    The page size is read from ``rows``, as the code of the platform does, not from ``end``.
    """
    words = query.get("q", "").replace("*", "").lower().split()
    start, size = (
        int(text) if (text := query.get(name, "")).isdigit() else usual
        for name, usual in (("start", 0), ("rows", PAGE))
    )
    found = [
        one
        for one in store.datasets.values()
        if all(word in _text(one) for word in words)
        and query.get("tenant", one.tenant) == one.tenant
        and (one.is_stream or query.get("hasStream") != "true")
        and (one.tenant != "sandbox" or query.get("includeSandbox") == "true")
    ]
    page = found[start : start + size]
    return json.dumps(
        {
            "start": start,
            "count": len(page),
            "totalCount": len(found),
            "totalPages": -(-len(found) // size) if size else 0,
            "params": dict(query),
            "metadata": [item(one, settings) for one in page],
            "facetCount": {},
        },
        ensure_ascii=False,
    ).encode()


def detail(store: Store, parts: list[str], settings: Settings) -> bytes:
    """Answer for one dataset or stream; what is not there is told with status 200, as the platform does."""
    dataset = store.datasets.get(parts[0]) if len(parts) == 1 else None
    if dataset is None and len(parts) > 1:
        dataset = store.stream(parts[0], parts[1], parts[-1])
    if dataset is None:
        return json.dumps({"errorCode": "NOT_FOUND", "message": f"not found: {'/'.join(parts)}"}).encode()
    return json.dumps(item(dataset, settings), ensure_ascii=False).encode()


def item(dataset: Dataset, settings: Settings) -> dict[str, Any]:
    """Metadata of one dataset."""
    found: dict[str, Any] = {
        "name": dataset.name or dataset.code,
        "version": "1",
        "type": ["stream", "dataset"] if dataset.is_stream else ["dataset"],
        "subtype": dataset.subtype,
        "domainCode": "ENERGY",
        "subdomainCode": "ENERGY",
        "organizationCode": "STAND_IN",
        "tenantCode": dataset.tenant,
        "tagCodes": ["ENERGY"],
        "visibility": dataset.visibility,
        "language": "it",
        "license": "CC BY 4.0",
        "latitude": dataset.latitude,
        "longitude": dataset.longitude,
        "fps": dataset.fps,
        "dataset": _dataset(dataset),
        "componets" if settings.old_spelling else "components": _columns(dataset, settings),
        "detailUrl": f"{settings.public_host}/metadataapi/api/v02/detail/{dataset.code}",
    }
    if dataset.is_stream:
        found["stream"] = {
            "code": dataset.stream_code,
            "smartobject": {
                "type": "Physical" if dataset.so_category == "Device" else "Virtual",
                "category": dataset.so_category,
                "code": dataset.so_code,
                "name": dataset.so_code,
                "latitude": dataset.latitude,
                "longitude": dataset.longitude,
            },
            "fps": dataset.fps,
            "savedata": True,
        }
    return found


def _columns(dataset: Dataset, settings: Settings) -> list[dict[str, Any]]:
    old = settings.old_spelling
    return [
        {
            "name": one.name,
            "alias": one.alias or one.name,
            "measureUnit": one.unit,
            "measureUnitCategory": "",
            "tolerance": 0,
            "phenomenon": one.phenomenon,
            "phenomenonCategory": "",
            "dataType" if old else "datatype": one.datatype,
            "inOrder": number,
            "sinceVersion": 1,
        }
        for number, one in enumerate(dataset.components, start=1)
    ]


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return {
        "datasetId": dataset.id,
        "code": dataset.code,
        "datasetType": "dataset",
        "datasetSubtype": dataset.subtype,
        "importFileType": None,
    }


def _text(dataset: Dataset) -> str:
    columns = " ".join(f"{one.name} {one.phenomenon}" for one in dataset.components)
    return f"{dataset.code} {dataset.name} {dataset.stream_code} {dataset.so_code} {columns}".lower()
