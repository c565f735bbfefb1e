"""The flow scheme over several years, with small flows gathered, and with the origin of its numbers."""

import pandas as pd
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.apps import territory_data as data
from leb_kit.errors import InputError
from leb_kit.widgets import FlowScheme
from leb_kit.widgets.flow_small import gather
from tests.widgets import tables

TITLE = {"it": "Gas", "en": "Gas"}


@pytest.fixture(scope="module")
def gas():
    return data.gas_scheme(TITLE, height=400)


@pytest.fixture(scope="module")
def published():
    rows = leb.history.shipped("gas")
    return rows[rows["territory"] == "IT"]


def flow(scheme, link):
    return next(one["energy"] for one in scheme.links if one["id"] == link)


@pytest.mark.parametrize("year", [2011, 2015, 2020])
def test_every_year_shows_what_was_published(gas, published, year):
    """Proves: the slider moves the numbers. Gas to households of each year is the row of Eurostat."""
    gas.year = year
    row = published[(published["flow"] == "FC_OTH_HH_E") & (published["year"] == year)]
    assert flow(gas, "network_natural_gas>residential:natural_gas") == pytest.approx(
        row["value"].item() / 3.6 * 1000
    )
    assert gas.titles["it"] == f"Gas {year}"


def test_all_years_have_one_order_and_one_scale(gas):
    """Proves: what grows in the drawing grows in truth. The peaks are the largest values of any year."""
    seen = []
    for year in gas.years:
        gas.year = year
        seen.append((gas.order, gas.peaks, {link["id"]: link["energy"] for link in gas.links}))
    assert all(order == seen[0][0] and peaks == seen[0][1] for order, peaks, _ in seen)
    highest = pd.DataFrame([links for *_, links in seen]).max()
    told = {f"{p['source']}>{p['target']}:{p['product']}": p["energy"] for p in gas.peaks["links"]}
    assert told == pytest.approx(highest.to_dict())
    assert {node["id"] for node in gas.nodes} <= set(gas.order)


def test_a_year_that_is_not_there_is_refused_whoever_asks(gas):
    gas.year = 2015
    for year in (1492, 2010, 2021):
        with pytest.raises(traitlets.TraitError, match="no year"):
            gas.year = year
    with pytest.raises(traitlets.TraitError, match="those of the balance"):
        gas.years = [1492]
    assert (gas.year, gas.years[0]) == (2015, 2011)


def test_a_year_asked_for_at_the_start_must_be_there():
    with pytest.raises(InputError, match="no year 2018; there are 2019"):
        FlowScheme(leb.examples.torino(), year=2018)


def test_two_territories_are_an_error_that_names_them():
    with pytest.raises(InputError, match="several territories"):
        FlowScheme(data.municipalities())


def test_a_balance_of_two_years_is_shown_year_by_year_in_both_views():
    parts = [data.balance_of("001272", year).table for year in (2007, 2019)]
    both = FlowScheme(leb.Balance(pd.concat(parts, ignore_index=True)))
    assert (both.years, both.year) == ([2007, 2019], 2019)
    alone = FlowScheme(leb.examples.torino())
    assert both.links == alone.links
    assert both.uses["links"] == alone.uses["links"]
    both.year = 2007
    assert both.titles["it"] == "Torino 2007"
    both.show(leb.examples.torino())
    assert (both.years, both.year, both.links) == ([2019], 2019, alone.links)


def test_the_origin_of_a_number_is_told():
    shown = FlowScheme(leb.examples.torino())
    link = next(one for one in shown.links if one["id"] == "network_natural_gas>residential:natural_gas")
    cells = leb.examples.torino().leaves
    homes = cells[cells["flow"].str.startswith("FC_OTH_HH") & (cells["product"] == "G3000")]
    assert {shown.sources[i] for i in link["from"]} == set(homes["source"])
    assert link["status"] == "".join(sorted(set(homes["status"])))


def test_gathering_small_flows_keeps_every_sum():
    shown = FlowScheme(leb.examples.italy())
    alone = {node["id"]: node for node in shown.nodes}
    whole = {c: sum(n["energy"] for n in shown.nodes if n["column"] == c) for c in (0, 4)}
    shown.grouped = True
    gathered = {node["id"]: node for node in shown.nodes}
    assert {"small_sources", "small_uses"} <= set(gathered)
    assert len(gathered) < len(alone)
    for column, energy in whole.items():
        assert sum(n["energy"] for n in shown.nodes if n["column"] == column) == pytest.approx(energy)
    shown.grouped = False
    assert {node["id"] for node in shown.nodes} == set(alone)


@given(st.lists(st.floats(0.001, 1e9), min_size=1, max_size=12))
def test_gathering_moves_only_what_is_small(values):
    """Proves: nothing is lost, and nothing large is hidden."""
    names = [f"s{i}" for i in range(len(values))]
    nodes = pd.DataFrame({"node": [*names, "z"], "column": [0] * len(names) + [4], "order": 1})
    nodes = nodes.assign(label_it=nodes["node"], label_en=nodes["node"])
    links = pd.DataFrame({"source": names, "target": "z", "energy_mwh": values})
    found, kept, moved = gather(links, nodes)
    assert found["energy_mwh"].tolist() == values
    assert set(found["source"]) | {"z"} == set(kept["node"])
    assert all(values[names.index(name)] * 50 < sum(values) * (1 + 1e-9) for name in moved)
    assert len(moved) != 1


def test_what_the_page_carries_is_what_python_shows(gas):
    """Proves: the years that a page plays by itself are those that Python would send."""
    gas.prepare()
    assert list(gas.frames) == [str(year) for year in gas.years]
    for year in gas.years:
        gas.year = year
        sent = gas.get_state()
        assert all(sent[name] == value for name, value in gas.frames[str(year)].items())


def test_another_balance_takes_along_no_years_of_the_one_before():
    shown = FlowScheme(leb.examples.torino())
    shown.prepare()
    shown.show(leb.examples.italy())
    assert shown.frames == {}


def test_a_table_with_years_plays_too():
    first = tables.links().assign(year=2001)
    second = first.assign(year=2002, energy_mwh=2 * first["energy_mwh"])
    links = pd.concat([first, second])
    shown = FlowScheme.from_links(
        links, tables.nodes(), tables.products(), tables.colors(), title="Valle", year=2001
    )
    once = {link["id"]: link["energy"] for link in shown.links}
    shown.year = 2002
    assert {link["id"]: link["energy"] for link in shown.links} == {k: 2 * v for k, v in once.items()}
    assert shown.titles["en"] == "Valle 2002"
