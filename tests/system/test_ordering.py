"""One order from top to bottom for every drawing: few crossings, the same for the same arrows."""

import random

import pytest

from leb_kit import examples, links
from leb_kit.reference import catalog
from leb_kit.system import read_scheme
from leb_kit.system.grouping import group_links, node_totals
from leb_kit.system.ordering import order_of, route, top_down, trunk


def rows(text: str) -> list[dict[str, object]]:
    """Arrows from lines of source, target, product, MWh."""
    names = ["source", "target", "product", "energy_mwh"]
    found = [dict(zip(names, line.split(), strict=True)) for line in text.strip().splitlines()]
    return [{**row, "energy_mwh": float(row["energy_mwh"])} for row in found]


def ordered(text: str, columns: dict[str, int], orders: dict[str, int] | None = None) -> list[str]:
    """The order of nodes that all have the same energy."""
    return top_down(rows(text), columns, orders or dict.fromkeys(columns, 0), dict.fromkeys(columns, 10.0))


def test_arrows_that_cross_are_untangled():
    """a→y and b→x cross if both columns stand in the order of their letters."""
    found = ordered("a y gas 10\nb x gas 10", {"a": 0, "b": 0, "x": 1, "y": 1})
    assert (found.index("a") < found.index("b")) == (found.index("y") < found.index("x"))


def test_the_larger_arrow_decides():
    """Proves: crossings weigh by energy. One large arrow stays straight, the small ones cross it."""
    found = ordered("a x gas 90\nb y gas 90\na y gas 1\nb x gas 1", {"a": 0, "b": 0, "x": 1, "y": 1})
    assert (found.index("a") < found.index("b")) == (found.index("x") < found.index("y"))


def test_what_leaves_stays_below():
    columns = {"a": 0, "b": 0, "losses": 1, "homes": 1}
    found = ordered("a losses gas 10\nb homes gas 10", columns, {"a": 0, "b": 1, "losses": 46, "homes": 0})
    assert found.index("losses") > found.index("homes")


def test_an_arrow_that_skips_columns_has_its_trunks():
    columns = {"a": 0, "b": 3, "c": 3}
    found = ordered("a b gas 5\na c gas 5", columns)
    assert found.count(trunk("a", "gas", 1)) == found.count(trunk("a", "gas", 2)) == 1
    assert route(rows("a b gas 5")[0], columns) == ["a", trunk("a", "gas", 1), trunk("a", "gas", 2), "b"]
    assert route(rows("b a gas 5")[0], columns) == []


@pytest.mark.parametrize("columns", [5, 7])
def test_italy_crosses_less_than_in_the_order_of_the_scheme_and_always_the_same(columns):
    nodes = read_scheme().view(columns)
    arrows = group_links(links(examples.italy(), columns=columns), catalog.table("products"))
    totals = node_totals(arrows)
    shown = nodes[nodes["node"].isin(totals.index)]
    order = order_of(arrows, shown, totals)
    mixed = arrows.sample(frac=1, random_state=3)
    assert order_of(mixed, shown, totals) == order
    plain = [str(node) for node in shown["node"]]
    shuffled = random.Random(1).sample(plain, len(plain))  # noqa: S311 no secret
    at = dict(zip(shown["node"], shown["column"], strict=True))
    assert crossings(arrows, order, at) < 0.7 * crossings(arrows, plain, at)
    assert crossings(arrows, order, at) < 0.5 * crossings(arrows, shuffled, at)


def crossings(arrows, order, column) -> float:
    """Weight of crossings between neighbouring columns, of arrows that skip none."""
    rank = {key: i for i, key in enumerate(order)}
    near = [
        (column[r["source"]], rank[r["source"]], rank[r["target"]], r["energy_mwh"])
        for r in arrows.to_dict("records")
        if column[r["target"]] == column[r["source"]] + 1
    ]
    return sum(
        a[3] * b[3]
        for i, a in enumerate(near)
        for b in near[:i]
        if a[0] == b[0] and (a[1] - b[1]) * (a[2] - b[2]) < 0
    )
