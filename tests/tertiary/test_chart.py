"""Pictures: well-formed, complete, in both languages."""

import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.examples import cambridge, cambridge_degree_days
from leb_kit.tertiary import benchmark_chart, indicators, metered, signature_chart
from tests.tertiary.estates import estate, used
from tests.tertiary.test_indicators import WHOLE

SVG = "{http://www.w3.org/2000/svg}"


def test_every_month_of_every_building_is_a_point():
    """By hand: five buildings, 24 months, less two of b118 that bills do not cover whole; two of legend."""
    chart = signature_chart(metered(cambridge()), cambridge_degree_days())
    picture = ET.fromstring(str(chart))  # noqa: S314 our own picture
    assert len(picture.findall(f"{SVG}circle")) == 5 * 24 - 2 + 2
    words = "".join(picture.itertext())
    assert "Firma energetica" in words
    assert "riscaldamento 54 % · r² 0,89" in words


def test_bars_carry_mark_and_benchmark():
    made = estate()
    table = indicators(used(WHOLE, made), degree_days={2019: 2617.0})
    chart = benchmark_chart(table, "heat_per_volume_degree_day", made, lang="en")
    words = "|".join(ET.fromstring(str(chart)).itertext())  # noqa: S314 our own picture
    assert "Heat per volume and degree day, Wh/(m³ HDD), 2019" in words
    for told in ("Primary schools", "11.5", "11.0", "17.5", "usual"):
        assert told in words


def test_what_cannot_be_drawn_says_why():
    made = estate()
    table = indicators(used(WHOLE, made))
    with pytest.raises(InputError, match=r"no 'heat_per_aera'; .*Did you mean 'heat_per_area'"):
        benchmark_chart(table, "heat_per_aera", made)
    with pytest.raises(InputError, match="unknown language 'fr'; one of it, en"):
        benchmark_chart(table, "heat_per_area", made, lang="fr")
    none = pd.Series(dtype="float64", index=pd.DatetimeIndex([]))
    with pytest.raises(InputError, match="no building has three whole months"):
        signature_chart(used(WHOLE, made), none)
