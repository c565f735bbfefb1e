"""The still flow scheme: well-formed, in both languages, without scripts or hosts."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest

from leb_kit import links
from leb_kit.errors import InputError
from leb_kit.examples import italy, torino
from leb_kit.reference import catalog
from leb_kit.report.flow_layout import LETTER
from leb_kit.report.flow_svg import flow_svg
from leb_kit.system import read_scheme
from leb_kit.widgets import FlowScheme
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


VIEWS = [
    (country, columns, lang) for country in (torino, italy) for columns in (5, 7) for lang in ("it", "en")
]


def drawn(country, columns, lang) -> ET.Element:
    """The scheme of a real balance."""
    nodes = read_scheme().view(columns)
    text = flow_svg(links(country(), columns=columns), nodes, catalog.table("colors"), lang=lang)
    return ET.fromstring(text)  # noqa: S314 our own text


def boxes(root: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """Labels with left, top, right and bottom, as wide as usual letters are."""
    out = []
    for label in root.findall(f".//{SVG}g/{SVG}text"):
        if label.get("class") == "h":
            continue
        rows = [[label.text] if label.text else []]
        for part in label:
            rows = [*rows, [part.text]] if part.get("dy") else [*rows[:-1], [*rows[-1], part.text]]
        size = max(len(" ".join(row)) for row in rows) * LETTER
        x, y = float(label.get("x")), float(label.get("y"))
        left = x - size if label.get("text-anchor") == "end" else x
        out.append((rows[0][0], left, y - 10, left + size, y - 10 + 13 * len(rows)))
    return out


@pytest.mark.parametrize(("country", "columns", "lang"), VIEWS)
def test_labels_neither_overlap_nor_leave_the_drawing(country, columns, lang):
    root = drawn(country, columns, lang)
    width = float(root.get("width"))
    labels = boxes(root)
    assert len(labels) == len(root.findall(f".//{SVG}rect"))
    for one, two in itertools.combinations(labels, 2):
        across = min(one[3], two[3]) - max(one[1], two[1])
        down = min(one[4], two[4]) - max(one[2], two[2])
        assert across <= 2 or down <= 3, (one, two)
    assert all(left >= 0 and right <= width for _, left, _, right, _ in labels)


@pytest.mark.parametrize(("country", "columns", "lang"), VIEWS[::2])
def test_the_order_is_that_of_the_interactive_scheme(country, columns, lang):
    """Proves: print and screen agree. Columns from left to right, in each its nodes from top to bottom."""
    shown = FlowScheme(country(), columns=columns)
    state = shown.uses if columns == 7 else {"order": shown.order, "nodes": shown.nodes}
    names = {node["id"]: node[lang] for node in state["nodes"]}
    ordered = [names[key] for key in state["order"] if key in names]
    bars = [
        (float(bar.get("x")), float(bar.get("y"))) for bar in drawn(country, columns, lang).iter(f"{SVG}rect")
    ]
    texts = [
        " ".join(part for part in label.itertext() if part.strip()).replace(" GWh", "").rsplit(" ", 1)[0]
        for label in drawn(country, columns, lang).iter(f"{SVG}text")
        if label.get("class") != "h"
    ]
    found = [" ".join(text.split()) for _, text in sorted(zip(bars, texts, strict=True))]
    assert found == ordered


def test_seven_columns_have_their_headings():
    text = ET.tostring(drawn(torino, 7, "it"), encoding="unicode")
    for heading in ("Impianti", "Conversioni d’uso", "Utenti", "Usi dell’energia"):
        assert heading in text
