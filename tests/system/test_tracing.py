"""Proportional tracing, against numbers worked out by hand."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit.system.grouping import group_links, node_totals
from leb_kit.system.tracing import trace_node, trace_shares
from tests.widgets.tables import links, products


def arrows(text: str) -> pd.DataFrame:
    """Arrows from lines of source, target, product, MWh."""
    rows = [line.split() for line in text.strip().splitlines()]
    frame = pd.DataFrame(rows, columns=["source", "target", "product", "energy_mwh"])
    return frame.astype({"energy_mwh": float})


def test_a_mixed_plant_passes_on_its_mix():
    """Proves: shares follow energy. Without it a plant with 1 % gas would light like a gas plant.

    chp burns 60 gas and 40 wood: of its power and heat 0.6 come from gas; the grid mixes 50 of that with
    50 imported: homes get 0.3. Upstream of heat: 45 of the 95 leaving chp are heat.
    """
    frame = arrows("""
        import chp gas 60
        forest chp wood 40
        chp grid power 50
        chp homes heat 45
        chp losses heatless 5
        abroad grid power 50
        grid homes power 100
    """)
    gas = trace_shares(frame, "gas")
    assert gas.tolist() == pytest.approx([1, 0, 0.6, 0.6, 0.6, 0, 0.3])
    heat = trace_shares(frame, "heat")
    assert heat.tolist() == pytest.approx([0.45, 0.45, 0, 1, 0, 0, 0])


def test_a_loop_is_solved_not_walked():
    """Proves: own use feeds back. The grid g gets 80 from chp and 20 wind, and gives 20 back to chp.

    chp: 100 gas + 20 power. x_chp = (100 + 20 x_g) / 120, x_g = (80 x_chp) / 100: x_chp = 25/26, x_g = 10/13.
    """
    frame = arrows("""
        import chp gas 100
        chp grid power 80
        wind grid wind 20
        grid chp power 20
        grid homes power 80
    """)
    gas = trace_shares(frame, "gas")
    assert gas.tolist() == pytest.approx([1, 25 / 26, 0, 10 / 13, 10 / 13])


def test_a_closed_loop_that_nothing_feeds_stays_dark():
    frame = arrows("a b power 10\nb a power 10\nimport c gas 5")
    assert trace_shares(frame, "gas").tolist() == pytest.approx([0, 0, 1])


def test_a_node_lights_what_passes_through_it():
    frame = arrows("a n x 30\nb n x 10\na m x 10\nn c x 40\nm c x 10\nc d x 50")
    assert trace_node(frame, "n").tolist() == pytest.approx([1, 1, 0, 1, 0, 0.8])


def test_a_network_passes_each_product_on_by_itself():
    """Proves: petrol is not diesel. Without it 100 of diesel would light 50 of petrol and end as 150."""
    frame = arrows("""
        refinery oil diesel 100
        abroad oil petrol 100
        oil cars diesel 60
        oil trucks diesel 40
        oil cars petrol 100
    """)
    assert trace_shares(frame, "diesel", through=["oil"]).tolist() == pytest.approx([1, 0, 1, 1, 0])
    assert trace_node(frame, "refinery", through=["oil"]).tolist() == pytest.approx([1, 0, 1, 1, 0])
    assert trace_node(frame, "refinery").tolist() == pytest.approx([1, 0, 0.5, 0.5, 0.5])


@given(st.lists(st.floats(0.001, 1e7), min_size=49, max_size=49))
def test_shares_stay_between_zero_and_one(energies):
    frame = links().head(len(energies)).assign(energy_mwh=energies[: len(links())])
    for product in ("G3000", "E7000", "H8000"):
        assert trace_shares(frame, product).between(0, 1).all()


def test_the_followed_product_itself_is_whole():
    frame = links()
    shares = trace_shares(frame, "G3000")
    assert (shares[frame["product"] == "G3000"] == 1).all()


def test_grouping_keeps_the_energy_and_tells_shares_of_the_source():
    frame = group_links(links(), products())
    assert frame["energy_mwh"].sum() == pytest.approx(links()["energy_mwh"].sum())
    assert frame.groupby("source")["share"].sum().to_numpy() == pytest.approx(1.0)
    oil = frame[(frame["source"] == "network_oil") & (frame["target"] == "transport")]
    assert oil["energy_mwh"].tolist() == [2_150_000]


def test_a_product_without_group_is_shown_as_other():
    frame = group_links(arrows("a b ZZZ 1"), products())
    assert frame["product"].tolist() == ["other"]


def test_node_totals_name_the_main_product():
    totals = node_totals(group_links(links(), products()))
    assert totals.loc["network_oil", "group"] == "oil"
    assert totals.loc["cogeneration", "energy_mwh"] == pytest.approx(3_395_000)
