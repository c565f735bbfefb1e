"""The flow scheme without a browser: what it tells the browser, and what it refuses."""

import json
import re

import pandas as pd
import pytest
import traitlets

from leb_kit.errors import InputError
from leb_kit.examples import torino
from leb_kit.reference import catalog
from leb_kit.widgets import FlowScheme
from leb_kit.widgets.texts import FLOW
from tests.widgets import tables


def scheme(**options) -> FlowScheme:
    """The scheme of the invented town."""
    return FlowScheme.from_links(
        tables.links(), tables.nodes(), tables.products(), tables.colors(), **options
    )


def test_it_holds_every_arrow_with_energy_and_its_nodes():
    shown = scheme()
    assert sum(link["energy"] for link in shown.links) == pytest.approx(tables.links()["energy_mwh"].sum())
    ends = {link[end] for link in shown.links for end in ("source", "target")}
    assert {node["id"] for node in shown.nodes} == ends


def test_nodes_come_in_the_order_of_the_scheme():
    columns = [node["column"] for node in scheme().nodes]
    assert columns == sorted(columns)


def test_every_product_node_and_arrow_has_a_share_for_every_arrow():
    shown = scheme()
    count = len(shown.links)
    for shares, keys in (
        (shown.shares, {product["id"] for product in shown.products}),
        (shown.node_shares, {node["id"] for node in shown.nodes}),
        (shown.link_shares, {link["id"] for link in shown.links}),
    ):
        assert set(shares) == keys
        assert all(len(row) == count and min(row) >= 0 and max(row) <= 1 for row in shares.values())


def test_gas_lights_all_gas_and_part_of_the_heat():
    shown = scheme()
    by_id = dict(zip((link["id"] for link in shown.links), shown.shares["natural_gas"], strict=True))
    assert by_id["network_natural_gas>residential:natural_gas"] == 1
    assert 0.6 < by_id["network_heat>residential:heat"] < 0.9
    assert by_id["network_oil>transport:oil"] == 0


def test_the_browser_can_read_the_whole_state():
    shown = scheme()
    names = [name for name in shown.trait_names(sync=True) if not name.startswith("_")]
    state = {name: getattr(shown, name) for name in names if name not in {"layout", "tabbable", "tooltip"}}
    assert len(json.dumps(state, allow_nan=False)) < 100_000


def test_repr_names_the_place_and_no_address():
    assert repr(scheme(title="Valle 2019")) == "FlowScheme(Valle 2019, 27 nodes, 47 links)"
    assert "0x" not in repr(scheme())


def test_an_unknown_keyword_is_an_error():
    with pytest.raises(TypeError, match="colour"):
        scheme(colour="red")


def test_an_unknown_unit_is_an_error_with_a_hint():
    with pytest.raises(InputError, match="GWh"):
        scheme(unit="GWH")


def test_an_unknown_language_is_an_error():
    with pytest.raises(InputError, match="it, en"):
        scheme(lang="fr")


def test_a_balance_is_held_in_five_columns_and_in_seven():
    """Proves: the switch works without a kernel. Every share list of each view is as long as its links."""
    shown = FlowScheme(torino())
    assert shown.columns == 5
    assert max(node["column"] for node in shown.nodes) == 4
    uses = shown.uses
    assert max(node["column"] for node in uses["nodes"]) == 6
    assert {"boilers", "use_space_heating"} <= {node["id"] for node in uses["nodes"]}
    for shares in (*uses["shares"].values(), *uses["node_shares"].values(), *uses["link_shares"].values()):
        assert len(shares) == len(uses["links"])
    assert FlowScheme(torino(), columns=7).columns == 7
    shown.columns = 7
    assert repr(shown).startswith("FlowScheme(Torino 2019, 25 nodes")


def test_every_node_and_trunk_has_its_place_in_the_order():
    shown = FlowScheme(torino())
    for order, nodes in ((shown.order, shown.nodes), (shown.uses["order"], shown.uses["nodes"])):
        assert {node["id"] for node in nodes} <= set(order)
        assert len(order) == len(set(order))
        assert "trunk import_electricity electricity 2" in order


def test_gas_boilers_light_gas_as_far_as_the_radiators():
    """Proves: a path is followed product by product. All useful heat of boilers on gas lights with gas."""
    uses = FlowScheme(torino()).uses
    by_id = dict(zip((link["id"] for link in uses["links"]), uses["shares"]["natural_gas"], strict=True))
    assert by_id["network_natural_gas>boilers:natural_gas"] == 1
    assert by_id["boilers>residential:useful_heat"] > 0.9
    assert by_id["lamps>residential:useful_power"] == pytest.approx(
        by_id["network_electricity>lamps:electricity"], abs=0.002
    )


def test_another_number_of_columns_is_an_error():
    with pytest.raises(InputError, match="columns is 6"):
        FlowScheme(torino(), columns=6)


def test_own_nodes_are_drawn():
    own = pd.DataFrame({
        "node": ["street_lamps"], "label_it": ["Lampioni"], "label_en": ["Street lamps"], "column_uses": [4],
        "order": [20], "flows": ["FC_OTH_CP_PUB_E"], "technologies": ["lighting_stock"],
    })  # fmt: skip
    shown = FlowScheme(torino(), scheme=own)
    assert "street_lamps" in {node["id"] for node in shown.uses["nodes"]}
    shown.show(torino())
    assert "street_lamps" in {node["id"] for node in shown.uses["nodes"]}


def test_a_node_outside_the_scheme_is_an_error_that_names_it():
    links = tables.links().replace({"source": {"network_heat": "network_haet"}})
    with pytest.raises(InputError, match=r"network_haet.*Did you mean 'network_heat'"):
        FlowScheme.from_links(links, tables.nodes(), tables.products(), tables.colors())


def test_the_selection_is_python_s_too():
    shown = scheme()
    seen = []
    shown.observe(lambda change: seen.append(change["new"]), "selected")
    shown.selected = {"type": "product", "id": "natural_gas"}
    assert seen == [{"type": "product", "id": "natural_gas"}]


def test_only_known_units_and_languages_can_be_set():
    with pytest.raises(traitlets.TraitError):
        scheme().unit = "cal"


def test_units_are_those_of_the_units_module():
    assert scheme().units["ktep"] == pytest.approx(1 / 11_630)


def test_words_exist_in_both_languages():
    assert FLOW["it"].keys() == FLOW["en"].keys()
    assert all(text.strip() for words in FLOW.values() for text in words.values())


def test_every_product_group_has_a_colour_and_two_names():
    colors = catalog.table("colors", validate=True)
    assert colors["color_hex"].map(lambda text: bool(re.fullmatch("#[0-9a-f]{6}", text))).all()
    assert set(catalog.table("products")["group_scheme"]) <= set(colors["group"])
    assert (colors[["label_it", "label_en"]] != "").all(axis=None)


def test_the_same_input_gives_the_same_state():
    first, second = scheme(), scheme()
    shuffled = tables.links().sample(frac=1, random_state=1)
    third = FlowScheme.from_links(shuffled, tables.nodes(), tables.products(), tables.colors())
    assert first.links == second.links == third.links
    assert isinstance(tables.links(), pd.DataFrame)
