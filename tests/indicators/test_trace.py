"""Where a figure comes from: each tree adds up to the figure that the indicator gives, from cells alone."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit import InputError
from leb_kit.indicators.factors import factor
from leb_kit.indicators.trace_tree import Step
from leb_kit.reference import catalog

ITALY, TORINO = leb.examples.italy(), leb.examples.torino()
SHARES = ("renewable_share", "renewable_share_electricity", "renewable_share_heat", "self_sufficiency")


def figure(balance: leb.Balance, name: str, convention: str = "territorial") -> float:
    """The figure as the indicator itself gives it."""
    indicators = leb.indicators
    if name == "emissions":
        return indicators.emissions(balance, convention=convention).total_tco2eq
    if name in ("nox", "pm10"):
        return indicators.air_pollutant(balance, name).total_tonnes
    if name in ("primary_energy", "final_energy"):
        return getattr(indicators, name)(balance).energy_mwh
    if name in ("renewable_share", "self_sufficiency"):
        return getattr(indicators, name)(balance).share
    return getattr(indicators.sector_shares(balance), f"{name.rsplit('_', 1)[-1]}_share")


def again(step: Step, seen: dict[str, float]) -> float:
    """Work a step out from its cells, without looking at its value or that of its parts."""
    parts = [again(part, seen) for part in step.parts]
    worked_out = {
        "share": lambda: parts[0] / parts[1] if parts[1] > 0 else 0.0,
        "sum": lambda: math.fsum(parts),
        "less": lambda: parts[0] - sum(parts[1:]),
        "product": lambda: math.prod(parts),
        "excess": lambda: max(0.0, parts[0] - parts[1]),
        "cell": lambda: step.weight * step.energy_mwh,
        "given": lambda: step.value,
        "above": lambda: seen[step.key],
    }[step.rule]()
    seen.setdefault(step.key, worked_out)
    assert step.value == pytest.approx(worked_out, rel=1e-12, abs=1e-9)
    return worked_out


@pytest.mark.parametrize("balance", [ITALY, TORINO], ids=["Italy", "Torino"])
@pytest.mark.parametrize("name", [*SHARES, "primary_energy", "final_energy", "emissions", "nox", "pm10"])
def test_the_tree_gives_the_figure_from_its_cells(balance, name):
    """Proves: every step follows from its parts, and the whole is the indicator. Without it, a card under a
    figure could tell another story than the figure."""
    found = leb.trace(balance, name)
    assert again(found.root, {}) == pytest.approx(figure(balance, name), rel=1e-12)
    assert found.value == pytest.approx(figure(balance, name), rel=1e-12)
    leaves = balance.leaves.set_index(["flow", "product"])["energy_mwh"]
    cells = found.cells
    assert len(cells)
    assert leaves.loc[list(zip(cells["flow"], cells["product"], strict=True))].tolist() == (
        cells["energy_mwh"].tolist()
    )


@pytest.mark.parametrize("convention", ["ipcc", "territorial", "covenant", "lca"])
def test_emissions_of_every_convention_are_cells_times_factors_that_have_a_source(convention):
    found = leb.trace(ITALY, "emissions", convention=convention)
    assert found.value == pytest.approx(figure(ITALY, "emissions", convention), rel=1e-12)
    assert found.unit == "tCO2eq"
    assert (found.cells["weight_source"] != "").all()
    assert found.cells["weight_unit"].str.endswith("/MWh").all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.floats(0.0, 1e6)), min_size=1, max_size=12))
def test_any_balance_adds_up(drawn):
    """Proves: a tree of a balance of any cells adds up, aviation beyond its cap included."""
    known = ITALY.leaves[["flow", "product"]].drop_duplicates().reset_index(drop=True)
    rows = known.iloc[[place % len(known) for place, _ in drawn]].assign(
        territory="IT", year=2019, energy_mwh=[energy for _, energy in drawn]
    )
    rows = rows.drop_duplicates(["flow", "product"])
    flights = pd.DataFrame(
        {"flow": ["INTAVI", "FC_OTH_HH_E"], "product": ["O4661XR5230B", "R5110-5150_W6000RI"]}
    )
    rows = pd.concat([rows, flights.assign(territory="IT", year=2019, energy_mwh=[7e5, 3e5])])
    balance = leb.Balance.from_mwh(rows.drop_duplicates(["flow", "product"]))
    for name in ("final_energy", "primary_energy"):
        assert again(leb.trace(balance, name).root, {}) == pytest.approx(figure(balance, name), abs=1e-6)
    try:
        wanted = figure(balance, "renewable_share")
    except InputError:  # electricity is produced and nothing says from what: the trace says so too
        with pytest.raises(InputError, match="GEP"):
            leb.trace(balance, "renewable_share")
        return
    assert again(leb.trace(balance, "renewable_share").root, {}) == pytest.approx(wanted, abs=1e-12)


def test_aviation_counts_up_to_its_cap():
    """100 flown, 50 heated with wood: 150 uncapped, aviation counts up to cap × 150."""
    rows = {"territory": "IT", "year": 2019, "flow": ["INTAVI", "FC_OTH_HH_E"], "value": [100.0, 50.0]}
    balance = leb.Balance.from_table(
        pd.DataFrame(rows | {"product": ["O4661XR5230B", "R5110-5150_W6000RI"]}), unit="MWh"
    )
    cap = factor("aviation_cap", territory="IT")
    table = leb.trace(balance, "renewable_share").table.drop_duplicates("key").set_index("key")
    assert table.loc["aviation_excess_mwh", "value"] == pytest.approx(100 - cap * 150)
    assert table.loc["renewable_share", "value"] == pytest.approx(50 / (50 + cap * 150))
    assert table.loc["aviation_cap", "source"] != ""


def test_an_aggregate_is_the_sum_of_its_leaves():
    found = leb.trace(ITALY, flow="FC_E")
    published = ITALY.table.set_index(["flow", "product"]).loc[("FC_E", "TOTAL"), "energy_mwh"]
    assert found.value == pytest.approx(published, rel=1e-6)
    assert again(found.root, {}) == pytest.approx(found.value, rel=1e-12)
    gas = leb.trace(ITALY, flow="FC_IND_E", product="G3000").cells
    assert set(gas["product"]) == {"G3000"}
    assert gas["flow"].str.startswith("FC_IND").all()


def test_what_is_left_out_is_not_in_the_tree():
    without = leb.trace(ITALY, "renewable_share", exclusions=("transport_biofuels",))
    whole = leb.trace(ITALY, "renewable_share")
    figure_without = leb.indicators.renewable_share(ITALY, exclusions=("transport_biofuels",)).share
    assert without.value == pytest.approx(figure_without, rel=1e-12)
    assert "res_transport_mwh" in set(whole.table["key"]) - set(without.table["key"])


def test_the_words_and_the_page_are_in_both_languages_and_harmless():
    found = leb.trace(TORINO, "emissions")
    italian, english = found.explain("it"), found.explain("en", most=2)
    assert "Emissioni di gas serra" in italian.splitlines()[0]
    assert "Greenhouse gas emissions" in english.splitlines()[0]
    assert "… and" not in italian
    assert len(english.splitlines()) < len(italian.splitlines())
    named = TORINO.table.assign(source="<script>alert(1)</script>")
    page = leb.trace(
        leb.Balance.from_table(named.rename(columns={"energy_mwh": "value"}), unit="MWh"), "emissions"
    )
    assert "<script>" not in page._repr_html_()
    assert "&lt;script&gt;" in page._repr_html_()


def test_every_part_and_rule_has_a_label():
    """Proves that no step is shown by its code."""
    for name in (*SHARES, "primary_energy", "final_energy"):
        table = leb.trace(ITALY, name).table
        parts = table[table["flow"] == ""]
        assert (parts["label_it"] != parts["key"]).all()
        assert (parts["label_it"] != parts["label_en"]).any()
    rules = catalog.table("labels").query("kind == 'trace_rule'")["code"]
    assert {"share", "sum", "less", "product", "excess", "above", "more"} == set(rules)


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        ((ITALY,), {}, "give an indicator, or a flow"),
        ((ITALY, "emissions"), {"flow": "FC_E"}, "give an indicator, or a flow"),
        ((ITALY, "renewable_shares"), {}, "unknown indicator 'renewable_shares'.*renewable_share"),
        ((ITALY,), {"flow": "FCE"}, "unknown flow 'FCE'.*FC_E"),
        ((ITALY,), {"flow": "FC_E", "product": "GAS"}, "unknown product 'GAS'"),
        ((ITALY, "emissions"), {"convention": "icpp"}, "unknown convention 'icpp'.*ipcc"),
        (("Italy", "emissions"), {}, "Balance"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(arguments, options, told):
    with pytest.raises(InputError, match=told):
        leb.trace(*arguments, **options)


def test_one_place_and_year_at_a_time():
    both = leb.Balance.from_mwh(pd.concat([ITALY.leaves, TORINO.leaves]))
    with pytest.raises(InputError, match="one"):
        leb.trace(both, "final_energy")


def test_a_cell_that_is_not_known_is_in_no_sum():
    rows = {
        "territory": "X",
        "year": 2019,
        "flow": ["MINE", "FC_OTH_HH_E"],
        "product": "G3000",
        "value": [5.0, 7.0],
    }
    balance = leb.Balance.from_table(pd.DataFrame(rows), unit="MWh", known_codes=False)
    assert leb.trace(balance, "final_energy").value == np.float64(7.0)
