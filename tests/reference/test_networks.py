"""Formulas of pipes, worked out on paper with the figures of the data tables."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.reference import catalog, networks
from leb_kit.reference.costs import annuity_factor, price_ratio
from leb_kit.reference.numbers import parameter


def test_pipes_of_a_dense_street_cost_what_the_formula_says_on_paper():
    """Proves: GJ, metres and price years are where they belong. Without it a factor 3.6 would pass unseen.

    5 MWh/m are 18 GJ/m: d = 0.0486 ln 18 + 0.0007 = 0.1412 m; (212 + 4464 × 0.1412) / 5 EUR of 2015.
    """
    diameter = 0.0486 * math.log(18) + 0.0007
    assert networks.pipe_diameter(5.0) == pytest.approx(diameter, rel=1e-9)
    worked = (212 + 4464 * diameter) / 5 * price_ratio(2015, 2019)
    assert networks.pipe_investment(5.0) == pytest.approx(worked, rel=1e-9)
    substation = 55 * price_ratio(2015, 2019) * annuity_factor(25) / annuity_factor(40)
    assert networks.connection_investment(5.0) == pytest.approx(worked + substation, rel=1e-9)


def test_a_thin_street_has_the_smallest_pipe():
    """0.2 MWh/m are 0.72 GJ/m, whose logarithm is negative: no pipe is thinner than 2 cm."""
    assert networks.pipe_diameter(0.2) == 0.02
    assert networks.pipe_diameter(0.0) == 0.02


def test_land_becomes_street_by_the_effective_width():
    """90 TJ/km² are 0.09 GJ per m² of land: plot ratio 0.2, width 32.5 m, 2.925 GJ/m."""
    assert networks.linear_heat_density(90_000 / 3.6) == pytest.approx(2.925 / 3.6, rel=1e-9)


def test_losses_of_a_street_on_paper():
    """1 m of trench, two pipes of 0.1412 m, 0.8 W/(m² K), (120 + 70) / 2 − 12 = 83 K, 8,760 h: 0.516 MWh."""
    diameter = 0.0486 * math.log(18) + 0.0007
    lost = 2 * math.pi * diameter * 0.8 * 83 * 8760 / 1e6
    assert networks.heat_loss_share(5.0) == pytest.approx(lost / (lost + 5), rel=1e-9)
    assert networks.heat_loss_share(5.0, 12, 12) == 0.0


@given(st.floats(0.05, 20), st.floats(0.1, 0.99))
def test_fewer_connected_make_a_metre_of_pipe_dearer_for_each(linear, connected):
    assert networks.pipe_investment(linear, connected) > networks.pipe_investment(linear)


@given(st.floats(0.3, 20), st.floats(40, 120), st.floats(30, 70))
def test_cooler_water_loses_less_and_lifts_the_heat_pump(linear, supply, back):
    assert networks.heat_loss_share(linear, supply, back) < networks.heat_loss_share(linear, supply + 5, back)
    assert networks.network_heat_pump_cop(supply, back) > networks.network_heat_pump_cop(supply + 5, back)


def test_the_heat_pump_of_the_data_is_that_of_the_water_of_the_data():
    """Proves: 2.1 in the technology table is the formula at 120/70 °C, rounded. Without it a cooler network
    would be compared with another machine."""
    assert networks.network_heat_pump_cop() == pytest.approx(parameter("heat_pump_central", "cop"), abs=0.05)


def test_a_source_warmer_than_the_network_is_refused():
    with pytest.raises(InputError, match="not warmer than the source"):
        networks.network_heat_pump_cop(5, 5)


def test_hydrogen_brings_little_energy_for_its_volume():
    """10 % of the volume: 1.022 of 1.022 + 31.728 MJ."""
    assert networks.hydrogen_energy_share(0.1) == pytest.approx(1.022 / (1.022 + 31.7277), rel=1e-6)
    assert networks.hydrogen_energy_share(0) == 0
    assert networks.hydrogen_energy_share(1) == 1


def test_classes_follow_each_other_without_gap_and_reach_more_where_denser():
    rows = catalog.table("heat_density_classes").sort_values("min_tj_per_km2")
    assert rows["min_tj_per_km2"].iloc[0] == 0
    assert rows["max_tj_per_km2"].iloc[:-1].tolist() == rows["min_tj_per_km2"].iloc[1:].tolist()
    assert rows["max_tj_per_km2"].isna().tolist() == [False] * 4 + [True]
    assert rows["connection_share_max"].is_monotonic_increasing
    assert networks.density_class(50_000 / 3.6) == "suburb"
    assert networks.density_class(49_999 / 3.6) == "detached"


def test_an_unknown_figure_is_named_with_the_nearest():
    with pytest.raises(InputError, match="pipe_lifetime_yr"):
        networks.figure("pipe_lifetime")
