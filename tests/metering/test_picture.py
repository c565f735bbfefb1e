"""The picture of days shows what is known, what is not, and what is odd."""

from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.examples import cambridge_unit_break
from leb_kit.metering import days_chart, unit_breaks

SVG = "{http://www.w3.org/2000/svg}"


def days():
    when = pd.date_range("2025-01-01", "2025-12-31")
    energy = 10.0 + when.day_of_week.to_numpy() + when.day.to_numpy() % 3 / 10
    energy[200] = 40.0
    table = pd.DataFrame({"meter": "B1", "day": when, "energy_mwh": energy, "coverage": 1.0})
    table.loc[(when >= "2025-03-03") & (when < "2025-03-10"), ["energy_mwh", "coverage"]] = [np.nan, 0.0]
    return table


def test_a_gap_is_shaded_and_breaks_the_line_and_an_unusual_day_is_a_dot():
    root = ET.fromstring(str(days_chart(days())))  # noqa: S314 - our own text
    shaded = [one for one in root.iter(f"{SVG}rect") if one.get("height") == "96"]
    assert len(shaded) == 1
    lines = list(root.iter(f"{SVG}polyline"))
    assert len(lines) == 2
    dots = [one for one in root.iter(f"{SVG}circle") if one.get("fill-opacity")]
    assert len(dots) == 1
    assert root.get("aria-label") == "Energia al giorno"


@pytest.mark.parametrize(("lang", "word"), [("it", "senza misura"), ("en", "not measured")])
def test_it_speaks_both_languages_and_is_the_same_each_time(lang, word):
    chart = days_chart(days(), lang=lang)
    assert word in str(chart)
    assert str(chart) == str(days_chart(days(), lang=lang))


def test_a_change_of_unit_is_a_line_with_its_factor():
    table = cambridge_unit_break()
    text = str(days_chart(table, breaks=unit_breaks(table), lang="en"))
    assert "×0.0296" in text
    assert "perhaps another unit" in text


def test_names_are_text_and_never_markup():
    assert "<script>" not in str(days_chart(days().assign(meter="<script>")))


def test_what_cannot_be_drawn_is_told():
    with pytest.raises(InputError, match="Did you mean 'B1'"):
        days_chart(days(), meters=["B11"])
    with pytest.raises(InputError, match="unknown language 'de'"):
        days_chart(days(), lang="de")
    with pytest.raises(InputError, match="no reading"):
        days_chart(days().iloc[:0])
