"""The picture of networks by zone: widths are heat, heights are shares."""

import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from leb_kit import InputError
from leb_kit.report import zone_chart

SVG = "{http://www.w3.org/2000/svg}"
ZONES = pd.DataFrame(
    {
        "zone": ["core", "rim"],
        "label_it": ["Centro <storico> (oltre 300)", "Fuori"],
        "label_en": ["Core", "Rim"],
        "heat_mwh": [300_000.0, 100_000.0],
        "district_heating_mwh": [270_000.0, 0.0],
        "gas_mwh": [0.0, 35_000.0],
        "heat_pump_mwh": [30_000.0, 60_000.0],
        "other_mwh": [0.0, 0.0],
        "saved_mwh": [0.0, 5_000.0],
        "district_heating_share_today": [0.7, 0.0],
        "gas_share_today": [0.2, 1.0],
    }
)


def pieces(zones=ZONES, **options):
    """Each coloured piece by its title: width and height."""
    root = ET.fromstring(str(zone_chart(zones, **options)))  # noqa: S314 - our own picture
    rects = [rect for rect in root.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    return {
        rect.find(f"{SVG}title").text: (float(rect.get("width")), float(rect.get("height"))) for rect in rects
    }


def test_columns_are_as_wide_as_heat_and_pieces_as_high_as_shares():
    """Proves: area is energy. Without it a small zone could look like a large one."""
    told = pieces(lang="en")
    wide, high = told["Core, Plan: District heating 90\u00a0%"]
    narrow, low = told["Rim, Plan: Heat pump 60\u00a0%"]
    assert wide / narrow == pytest.approx(3, rel=1e-2)
    assert high / low == pytest.approx(1.5, rel=1e-2)
    assert told["Core, Today: Other 10\u00a0%"][1] == pytest.approx(high / 9, rel=2e-2)


def test_what_is_nothing_is_not_drawn_and_words_are_safe():
    told = pieces()
    assert "Centro <storico> (oltre 300), Piano: Gas 0\u00a0%" not in told
    assert "Centro <storico> (oltre 300), Piano: Teleriscaldamento 90\u00a0%" in told
    text = str(zone_chart(ZONES, title="Zone & reti"))
    assert "Zone &amp; reti" in text
    assert ">oltre 300<" in text
    assert ">300 GWh<" in text


def test_zones_without_heat_are_refused():
    with pytest.raises(InputError, match="no zone has any heat"):
        zone_chart(ZONES.assign(heat_mwh=0.0))
