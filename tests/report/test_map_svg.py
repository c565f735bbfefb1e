"""The map of territories: every one drawn, named and in its class."""

import re
import xml.etree.ElementTree as ET

import pytest

from leb_kit.balance.hierarchy import inside
from leb_kit.errors import InputError
from leb_kit.reference.boundaries import boundaries
from leb_kit.report.map_svg import SHADES, UNKNOWN, territory_map

NAME = {"svg": "http://www.w3.org/2000/svg"}


def shapes(picture) -> dict[str, str]:
    """What is written on each territory → its colour."""
    tree = ET.fromstring(str(picture))  # noqa: S314 - our own picture
    return {
        path.find("svg:title", NAME).text: path.get("fill") for path in tree.iterfind(".//svg:path", NAME)
    }


def test_outlines_are_those_of_the_known_territories():
    assert set(inside("001", "municipality")) | set(inside("ITC1", "province")) == set(boundaries())
    for rings in boundaries().values():
        for ring in rings:
            assert ring[0] == ring[-1]
            assert all(6 < lon < 10 and 43 < lat < 47 for lon, lat in ring)


def test_every_territory_is_drawn_in_its_class():
    """Proves: equal numbers a class, the darkest the most. 312 towns in five shades."""
    towns = inside("001", "municipality")
    found = shapes(territory_map({code: float(at) for at, code in enumerate(towns)}, unit="MWh"))
    assert len(found) == 312
    assert found["Agliè: 0,0 MWh"] == SHADES[0]
    counts = [list(found.values()).count(shade) for shade in SHADES]
    assert counts == pytest.approx([62.4] * 5, abs=1)


def test_what_is_not_known_is_grey_and_says_so():
    picture = territory_map({"001": 1.0, "004": 2.0, "005": float("nan")}, title="A & B", lang="en")
    assert shapes(picture)["Province of Asti: no figure"] == UNKNOWN
    assert "A &amp; B" in str(picture)
    assert "no figure</text>" in str(picture)


def test_one_figure_is_one_class():
    found = shapes(territory_map({"001": 1.0, "004": 1.0}))
    assert set(found.values()) == {SHADES[-1]}


def test_the_picture_is_the_same_each_time_and_small():
    towns = {code: float(at) for at, code in enumerate(inside("001", "municipality"))}
    picture = str(territory_map(towns))
    assert picture == str(territory_map(towns))
    assert len(picture) < 250_000
    assert not re.search(r"NaN|inf|<script", picture)


def test_a_territory_without_outline_is_told():
    with pytest.raises(InputError, match=r"no outline of '004078' is shipped"):
        territory_map({"004078": 1.0})
    with pytest.raises(InputError, match="no territory is given"):
        territory_map({})
