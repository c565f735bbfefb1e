"""From degrees to a picture, and from figures to classes of colour: what every map shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from leb_kit.reference.boundaries import Corner, Ring


@dataclass(frozen=True)
class Frame:
    """Where degrees lie on a picture: equal scale both ways at the middle latitude.

    Parameters
    ----------
    west, north : float
        Corner of the picture, degrees.
    across, down : float
        Pixels for one degree of longitude and of latitude.
    width, height : int
        Size of the picture, pixels.
    """

    west: float
    north: float
    across: float
    down: float
    width: int
    height: int

    @classmethod
    def around(cls, rings: Iterable[Ring], *, width: float, height: float) -> Frame:
        """Return the frame that holds some outlines in at most so many pixels.

        Examples
        --------
        >>> square = ((7.0, 45.0), (8.0, 45.0), (8.0, 46.0), (7.0, 46.0))
        >>> frame = Frame.around([square], width=700, height=500)
        >>> frame.width, frame.height
        (350, 500)
        """
        corners = np.array([corner for ring in rings for corner in ring])
        (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
        narrow = math.cos(math.radians((south + north) / 2))
        down = float(min(width / ((east - west) * narrow), height / (north - south)))
        across = down * narrow
        size = round((east - west) * across), round((north - south) * down)
        return cls(float(west), float(north), across, down, *size)

    def place(self, corner: Corner) -> tuple[int, int]:
        """Return where a corner (longitude, latitude) lies, in whole pixels from the top left."""
        return round((corner[0] - self.west) * self.across), round((self.north - corner[1]) * self.down)

    def path(self, ring: Ring, *, left: int = 0, top: int = 0) -> str:
        """Return an outline as an SVG path; corners that fall on one pixel are one."""
        places = [self.place(corner) for corner in ring]
        kept = [place for at, place in enumerate(places) if at == 0 or place != places[at - 1]]
        return "M" + " ".join(f"{x + left},{y + top}" for x, y in kept) + "Z"

    def middle(self, rings: Sequence[Ring]) -> tuple[int, int]:
        """Return the middle of the largest part of a territory, in pixels."""
        places = [np.array([self.place(corner) for corner in ring]) for ring in rings]
        largest = max(places, key=lambda found: float(np.ptp(found, axis=0).prod()))
        x, y = (largest.min(axis=0) + largest.max(axis=0)) // 2
        return int(x), int(y)


def class_edges(known: Sequence[float], count: int) -> list[float]:
    """Return the limits of at most ``count`` classes: equal numbers of territories, none twice.

    Examples
    --------
    >>> class_edges([1.0, 2.0, 3.0, 4.0, 5.0], 2)
    [1.0, 3.0, 5.0]
    """
    if not len(known):
        return []
    limits = np.quantile(np.asarray(known, dtype=float), np.linspace(0, 1, count + 1))
    return [float(limit) for limit in dict.fromkeys(limits.tolist())]


def class_of(value: float, edges: Sequence[float], count: int) -> int:
    """Return the shade of a figure, 0 to ``count`` − 1; fewer classes than shades keep the darker ones.

    Examples
    --------
    >>> class_of(4.0, [1.0, 3.0, 5.0], 5)
    4
    """
    classes = max(len(edges) - 1, 1)
    return count - classes + int(np.searchsorted(list(edges[1:-1]), value, side="right"))
