"""Pictures of scenarios: areas and heights are the figures, every measure is told."""

import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.report import abatement_chart, targets_chart

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own picture


def curve(*rows):
    frame = pd.DataFrame(rows, columns=["measure", "avoided_tco2eq", "eur_per_tco2eq"])
    return frame.set_index("measure")


MIXED = curve(("sun", 10_000, -50.0), ("heat", 30_000, 100.0), ("light", 5_000, float("nan")))


def years(values, required=20.0):
    return pd.DataFrame(
        {
            "year": [2019, 2025, 2030],
            "target": "share",
            "value": values,
            "required": required / 100,
            "unit": "share",
            "label_it": "Quota <20 %>",
            "label_en": "Share",
        }
    )


def test_bars_are_as_wide_as_tonnes_and_as_high_as_costs():
    root = parsed(str(abatement_chart(MIXED)))
    bars = root.findall(f".//{SVG}rect")
    wide = [float(bar.get("width")) for bar in bars]
    high = [float(bar.get("height")) for bar in bars]
    assert wide[1] / wide[0] == pytest.approx(3, rel=5e-3)
    assert high[1] / high[0] == pytest.approx(2, rel=5e-3)
    assert float(bars[1].get("x")) == pytest.approx(float(bars[0].get("x")) + wide[0], abs=0.2)
    assert len({bar.get("fill") for bar in bars}) == 3


def test_what_saves_lies_under_the_line_and_what_costs_over_it():
    saves, costs, _ = parsed(str(abatement_chart(MIXED))).findall(f".//{SVG}rect")
    zero = float(saves.get("y"))
    assert zero == pytest.approx(float(costs.get("y")) + float(costs.get("height")), abs=0.2)


def test_every_measure_is_told_with_its_figures_in_both_languages():
    it = str(abatement_chart(MIXED, labels={"sun": "Sole & tetti"}, title="Prova"))
    assert "Sole &amp; tetti: 10,0 kt, −50 €/t" in it
    assert "light: 5,0 kt, costo non noto" in it
    assert 'aria-label="Prova"' in it
    assert "light: 5.0 kt, cost not known" in str(abatement_chart(MIXED, lang="en"))


def test_measures_that_avoid_nothing_are_not_drawn():
    assert "none" not in re.sub(
        'fill="none"', "", str(abatement_chart(curve(("a", 5.0, 1.0), ("none", 0.0, 3.0))))
    )
    with pytest.raises(leb.InputError, match="no measure avoids anything"):
        abatement_chart(curve(("none", 0.0, 3.0)))


@pytest.mark.parametrize("costs", [[float("nan")] * 2, [0.0, 0.0], [-5.0, -1.0], [5.0, 5.0], [1e-3, 1e6]])
def test_any_range_of_costs_is_drawn(costs):
    picture = str(abatement_chart(curve(("a", 5.0, costs[0]), ("b", 4.0, costs[1]))))
    assert "nan" not in picture
    assert len(parsed(picture).findall(f".//{SVG}rect")) == 2


def test_the_line_starts_and_ends_at_its_values():
    picture = str(targets_chart(years([0.10, 0.15, 0.22]), title="Obiettivi"))
    assert "Quota &lt;20 %&gt;: 2019 10,0\u00a0%, 2030 22,0\u00a0%" in picture
    assert "obiettivo 20,0\u00a0%" in picture
    line = parsed(picture).find(f".//{SVG}polyline").get("points").split()
    heights = [float(point.split(",")[1]) for point in line]
    goal = next(
        float(one.get("y1")) for one in parsed(picture).iter(f"{SVG}line") if one.get("stroke-dasharray")
    )
    assert heights[0] > heights[1] > goal > heights[2]


def test_one_year_is_no_line():
    with pytest.raises(leb.InputError, match="two years or more"):
        targets_chart(years([0.1, 0.1, 0.1]).head(1))


def test_targets_of_torino_have_a_panel_each():
    b = leb.examples.torino()
    rows = [leb.evaluate(b, "20-20-20-local", base=b).assign(year=year) for year in (2019, 2030)]
    root = parsed(str(targets_chart(pd.concat(rows), lang="en")))
    assert len(root.findall(f".//{SVG}polyline")) == 3


def test_long_names_stay_inside_the_picture():
    """Proves: a name is broken or given room. Without it the last letters are cut where fonts are wide."""
    long = "From the car to electric public transport, tram and train, in the whole province"
    chart = parsed(str(abatement_chart(curve((long, 10_000, -50.0)))))
    (name,) = [one for one in chart.iter(f"{SVG}text") if one.text == long]
    assert float(name.get("x")) + 7.5 * len(long) < float(chart.get("width"))
    goals = years([0.1, 0.2, 0.3]).assign(label_en=long)
    picture = parsed(str(targets_chart(goals, lang="en")))
    lines = [one for one in picture.iter(f"{SVG}text") if one.get("class") == "b" and one.text in long]
    assert " ".join(one.text for one in lines) == long
    assert all(9.5 * len(one.text) < float(picture.get("width")) for one in lines)
    assert len({one.get("y") for one in lines}) == len(lines) > 2
