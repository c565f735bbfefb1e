"""Boundaries of the provinces of Piemonte and of the municipalities of Torino, for maps.

ISTAT, June 2023, CC BY 4.0, simplified: good for a picture, too coarse for areas and cadastres.
"""

from __future__ import annotations

import json
from functools import cache

from leb_kit.reference import catalog

FILE = "boundaries_piemonte.geojson"

#: Longitude and latitude of a corner, WGS84, degrees.
Corner = tuple[float, float]
#: Closed line: the outline of a part of a territory, or of a hole in it.
Ring = tuple[Corner, ...]


@cache
def boundaries() -> dict[str, tuple[Ring, ...]]:
    """Return the outline of each known territory: code → rings (degrees, WGS84).

    Examples
    --------
    >>> len(boundaries()), len(boundaries()["001272"])
    (320, 1)
    """
    with catalog.path(FILE) as path:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["code"]: _rings(feature["geometry"]) for feature in features}


def _rings(geometry: dict[str, object]) -> tuple[Ring, ...]:
    shapes = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return tuple(
        tuple((float(lon), float(lat)) for lon, lat in ring)
        for shape in shapes  # type: ignore[attr-defined]
        for ring in shape
    )
