"""What changed, ranked and in words."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import leb_kit as leb

M = leb.measures


@pytest.fixture(scope="module")
def torino():
    return leb.examples.torino()


@pytest.fixture(scope="module")
def system(torino):
    return leb.calibrate(torino)


@pytest.fixture(scope="module")
def compared(torino, system):
    sc = leb.Scenario("piano", base_year=2019).add(
        M.retrofit(share=0.2, sector="residenziale"), M.photovoltaic(mw=200), M.biomethane(share=0.1)
    )
    return leb.compare(torino, leb.project(system, sc, year=2030))


def test_the_largest_change_stands_first(compared):
    moved = compared.table["change_mwh"].abs()
    assert moved.is_monotonic_decreasing
    assert compared.table.loc[0, ["topic", "item", "product"]].tolist() == ["source", "IMP", "G3000"]


def test_a_balance_compared_with_itself_has_not_changed(torino):
    same = leb.compare(torino, torino)
    assert same.table.empty
    assert (same.indicators["change"] == 0).all()
    assert all(" resta" in text for text in same.explain()[1:])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(retrofit=st.floats(0, 0.5), sun=st.floats(0, 1500), cars=st.floats(0, 1))
def test_the_parts_of_a_bridge_sum_to_the_change(torino, system, retrofit, sun, cars):
    sc = leb.Scenario("p", base_year=2019).add(
        M.retrofit(share=retrofit), M.photovoltaic(mw=sun), M.electric_vehicles(share=cars)
    )
    found = leb.compare(torino, leb.project(system, sc, year=2030))
    for name in ("emissions_tco2eq", "primary_energy_mwh", "final_energy_mwh"):
        change = found.indicators.loc[name, "change"]
        scale = found.indicators.loc[name, "before"]
        assert found.bridge(name)["change"].sum() == pytest.approx(change, abs=1e-9 * scale)


def test_sentences_tell_the_direction_the_amount_and_the_share(compared):
    italian, english = compared.explain("it"), compared.explain("en")
    assert italian[0] == "Da «Torino 2019» a «Torino 2030»:"
    assert "Le emissioni di gas serra scendono da 2.576,5 kt CO₂eq a" in "\n".join(italian)
    assert any(text.startswith("Residenziale, gas naturale: ") and "in meno (−" in text for text in italian)
    assert any(
        text.startswith("Local production, solar photovoltaic: 231 GWh, where there was none")
        for text in english
    )
    assert len(italian) == len(english)


def test_a_table_without_its_zero_rows_keeps_what_appears_and_what_goes(torino):
    rows = torino.leaves
    gone = leb.Balance.from_mwh(rows[rows["product"] != "O4680"].assign(year=2030))
    found = leb.compare(torino, gone)
    assert set(found.table["product"]) == {"O4680"}
    assert (found.table["after_mwh"] == 0).all()
    assert any("non ce n’è più" in text for text in found.explain())


def test_what_is_no_pair_of_balances_is_refused(torino):
    with pytest.raises(leb.InputError, match="two balances are needed; found DataFrame"):
        leb.compare(torino, pd.DataFrame())
    with pytest.raises(leb.InputError, match="is no sum of cells"):
        leb.compare(torino, torino).bridge("renewable_share")
    with pytest.raises(leb.InputError, match="unknown language 'fr'"):
        leb.compare(torino, torino).explain("fr")


def test_what_arithmetic_leaves_over_is_no_change(torino, system):
    """Proves that a scenario without measures moves nothing. Without it a bridge of rounding is drawn."""
    again = leb.project(torino, leb.Scenario("nothing", base_year=2019), year=2030)
    compared = leb.compare(torino, again)
    assert (again.leaves["energy_mwh"].to_numpy() != torino.leaves["energy_mwh"].to_numpy()).any()
    for indicator in ("emissions_tco2eq", "primary_energy_mwh", "final_energy_mwh"):
        assert compared.bridge(indicator).empty
        assert len(compared.waterfall(indicator)) == 2
