"""The still flow scheme: well-formed, in both languages, without scripts or hosts."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest

from leb_kit.errors import InputError
from leb_kit.report.flow_svg import flow_svg
from tests.widgets import tables

SVG = "{http://www.w3.org/2000/svg}"


def drawing(**options) -> str:
    """The scheme of the invented town."""
    return flow_svg(tables.links(), tables.nodes(), tables.colors(), **options)


def test_it_is_well_formed_and_holds_all_arrows_and_nodes():
    root = ET.fromstring(drawing())  # noqa: S314 our own text
    assert len(root.findall(f".//{SVG}rect")) == 27
    assert len(root.findall(f".//{SVG}path")) == 47


def test_it_is_named_for_a_screen_reader_and_has_no_script():
    text = drawing(lang="en")
    root = ET.fromstring(text)  # noqa: S314 our own text
    assert root.get("role") == "img"
    assert root.get("aria-label").startswith("Flow scheme. 27 nodes, 47 flows")
    assert root.find(f"{SVG}desc").text
    assert "<script" not in text


def test_labels_follow_the_language():
    assert "Rete gas" in drawing(lang="it")
    assert "6.900 GWh" in drawing(lang="it")
    assert "Gas network" in drawing(lang="en")
    assert "6,900 GWh" in drawing(lang="en")


def test_units_are_converted():
    assert "593 ktep" in drawing(unit="ktep")


def test_nodes_of_a_column_do_not_touch():
    root = ET.fromstring(drawing())  # noqa: S314 our own text
    columns: dict[str, list[tuple[float, float]]] = {}
    for bar in root.findall(f".//{SVG}rect"):
        columns.setdefault(bar.get("x"), []).append((float(bar.get("y")), float(bar.get("height"))))
    assert len(columns) == 5
    for bars in columns.values():
        bars.sort()
        assert all(y + size < below for (y, size), (below, _) in itertools.pairwise(bars))


def test_the_same_input_gives_the_same_picture():
    shuffled = tables.links().sample(frac=1, random_state=2)
    assert drawing() == flow_svg(shuffled, tables.nodes(), tables.colors())


def test_an_unknown_language_is_an_error():
    with pytest.raises(InputError, match="language"):
        drawing(lang="fr")


def test_names_no_host_but_the_namespace():
    assert set(re.findall(r"https?://[^\"]+", drawing())) == {"http://www.w3.org/2000/svg"}
