"""Stacked columns: what is drawn is what the table says."""

import re

import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.report import stack_chart

TABLE = pd.DataFrame({"Gas": [30.0, 10.0], "Sole": [0.0, 15.0], "Venduto": [0.0, -5.0]}, index=[2030, 2050])
COLORS = {"Gas": "natural_gas", "Sole": "solar", "Venduto": "#123456"}


def heights(svg: str) -> list[float]:
    """Heights of the drawn parts, in order; the squares of the legend are left out."""
    return [float(h) for h in re.findall(r'</title><rect [^>]*?height="([\d.]+)"', svg)]


def test_parts_are_as_high_as_they_are_large():
    """Proves: lengths are values. Without it the picture would be a drawing."""
    svg = str(stack_chart(TABLE, colors=COLORS, unit="GWh"))
    gas, gas_later, sun, sold = heights(svg)
    assert gas / gas_later == pytest.approx(3, rel=0.01)
    assert sun / gas_later == pytest.approx(1.5, rel=0.01)
    assert sold / gas_later == pytest.approx(0.5, rel=0.01)


def test_it_says_names_values_and_sums_in_both_languages():
    svg = str(stack_chart(TABLE * 1000, colors=COLORS, unit="GWh", title="Calore & luce"))
    assert "Gas, 2030: 30.000 GWh" in svg
    assert 'aria-label="Calore &amp; luce"' in svg
    assert ">20.000</text>" in svg  # 10 + 15 − 5
    assert "Gas, 2030: 30,000 GWh" in str(stack_chart(TABLE * 1000, colors=COLORS, unit="GWh", lang="en"))
    assert "#e9a23b" in svg
    assert "#123456" in svg


def test_what_cannot_be_drawn_is_told_at_once():
    broken = TABLE.assign(Legna=[1.0, float("nan")])
    with pytest.raises(InputError) as error:
        stack_chart(broken, colors=COLORS, unit="GWh")
    assert "part 'Legna' has no colour" in str(error.value)
    assert "row '2050', part 'Legna': found nan" in str(error.value)
    with pytest.raises(InputError, match="no rows"):
        stack_chart(TABLE.iloc[:0], colors=COLORS, unit="GWh")
