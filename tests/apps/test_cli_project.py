"""``leb project``: it prints what the library says, and tells faults before anything is computed."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import leb_kit as leb
from leb_kit.apps import cli
from leb_kit.apps.cli_project import SHIPPED, named

PLAN = """name: sole e calore
base_year: 2019
measures:
  - {kind: photovoltaic, mw: 200, to_year: 2030, name: tetti}
  - {kind: heat_pumps, share: 0.3, to_year: 2030}
"""


def run(*arguments):
    return CliRunner().invoke(cli.app, ["project", *map(str, arguments)])


@pytest.fixture
def plan(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def projected():
    scenario = leb.Scenario("sole e calore", base_year=2019).add(
        leb.measures.photovoltaic(mw=200, to_year=2030, name="tetti"),
        leb.measures.heat_pumps(share=0.3, to_year=2030),
    )
    return leb.project(leb.examples.torino(), scenario, year=[2025, 2030])


def test_it_prints_indicators_targets_changes_and_measures(plan):
    done = run("torino", "--scenario", plan, "--year", 2030, "--year", 2025)
    assert done.exit_code == 0, done.output
    for words in ("Indicatori", "2019", "2025", "2030", "Obiettivi", "tetti · Fotovoltaico sui tetti"):
        assert words in done.output
    assert "Scenario «sole e calore»: 2 misure dal 2019" in done.output
    assert "Produzione locale, solare fotovoltaico: 231 GWh, prima non c’era." in done.output
    assert "200 MW" in done.output
    assert done.output.index("2025") < done.output.index("2030")


def test_it_speaks_english(plan):
    done = run("torino", "--scenario", plan, "--year", 2030, "--lang", "en")
    assert done.exit_code == 0
    assert "Local production, solar photovoltaic: 231 GWh, where there was none." in done.output
    assert "Rooftop photovoltaics" in done.output
    assert "Indicatori" not in done.output


def test_json_is_what_the_library_says(plan, projected):
    done = run("torino", "--scenario", plan, "--year", 2025, "--year", 2030, "--json")
    assert done.exit_code == 0
    found = json.loads(done.output)
    assert found["years"] == [2025, 2030]
    expected = leb.indicators.table(projected)
    later = [row for row in found["indicators"] if not row["base"]]
    for row, (_, own) in zip(later, expected.iterrows(), strict=True):
        for name, value in own.items():
            assert row[name] == pytest.approx(value, rel=1e-9), name
    base, last = leb.examples.torino(), projected.filter(year=2030)
    assert found["sentences"] == leb.compare(base, last).explain("it")[1:]
    met = {(row["year"], row["target"]): row["met"] for row in found["targets"]}
    for name, value in leb.evaluate(last, "20-20-20-local", base=base).set_index("target")["met"].items():
        assert met[2030, name] == value
    assert len(met) == 9


def test_effects_of_measures_are_those_of_the_library(plan):
    found = json.loads(run("torino", "--scenario", plan, "--year", 2030, "--json").output)["measures"]
    scenario = leb.scenarios.read_scenario(plan)
    own = leb.scenarios.effects(leb.examples.torino(), scenario, year=2030)
    assert [row["measure"] for row in found] == ["tetti", "heat_pumps"]
    for row in found:
        alone = own.alone.loc[row["measure"], "emissions_tco2eq"]
        assert row["alone_tco2eq"] == pytest.approx(-alone, rel=1e-9)
        assert row["eur_per_tco2eq"] == pytest.approx(own.table.loc[row["measure"], "eur_per_tco2eq"])


def test_the_shipped_scenario_is_known_by_name():
    done = run("torino", "--scenario", "torino-2030", "--year", 2030)
    assert done.exit_code == 0, done.output
    assert "18 misure dal 2019" in done.output
    assert "FS11 · Efficienza nell'industria" in done.output
    assert SHIPPED["torino-2030"]() == leb.examples.torino_2030()


def test_projected_balances_are_written_as_a_table_that_reads_again(plan, tmp_path, projected):
    out = tmp_path / "years.csv"
    done = run("torino", "--scenario", plan, "--year", 2025, "--year", 2030, "--out", out)
    assert done.exit_code == 0
    again = leb.read_table(out)
    assert again.years == (2025, 2030)
    assert leb.check(again).ok
    for year in again.years:
        expected = leb.indicators.final_energy(projected.filter(year=year)).energy_mwh
        assert leb.indicators.final_energy(again.filter(year=year)).energy_mwh == pytest.approx(expected)


def test_a_document_is_written(plan, tmp_path):
    out = tmp_path / "plan.html"
    done = run("torino", "--scenario", plan, "--year", 2030, "--out", out)
    assert done.exit_code == 0, done.output
    assert "2030" in out.read_text(encoding="utf-8")


def test_the_year_of_the_scenario_is_taken_from_a_file_of_several(plan, tmp_path):
    base = leb.examples.torino().table.rename(columns={"energy_mwh": "value"}).assign(unit="MWh")
    rows = leb.examples.torino().table.assign(year=2018).rename(columns={"energy_mwh": "value"})
    path = tmp_path / "two.csv"
    columns = ["territory", "year", "flow", "product", "value", "unit"]
    pd.concat([rows.assign(unit="MWh"), base])[columns].to_csv(path, index=False)
    done = run(path, "--scenario", plan, "--year", 2030, "--json")
    assert done.exit_code == 0, done.output
    assert [row["year"] for row in json.loads(done.output)["indicators"]] == [2019, 2030]


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--scenario", "torino-2031"], "non è uno scenario incluso (torino-2030). Intendevi 'torino-2030'?"),
        (["--scenario", "PLAN", "--out", "x.pdf"], "i risultati si scrivono come .csv (bilanci) o .html"),
        (["--scenario", "PLAN", "--out", "no/such/folder/x.csv"], "no/such/folder"),
        (["--scenario", "PLAN", "--targets", "20-20"], "20-20"),
    ],
)
def test_a_fault_is_told_with_exit_code_1(plan, arguments, told):
    given = [str(plan) if one == "PLAN" else one for one in arguments]
    done = run("torino", "--year", 2030, *given)
    assert done.exit_code == 1, done.output
    assert told in done.output


def test_every_fault_of_the_file_is_told_with_its_line(tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(
        "name: p\nbase_year: 2019\nmeasures:\n  - kind: vind\n    mw: 3\n"
        "  - kind: wind\n    mw: 3\n    mw: 4\n"
    )
    done = run("torino", "--scenario", path, "--year", 2030)
    assert done.exit_code == 1
    assert "riga 4: vind: il tipo 'vind' è sconosciuto" in done.output
    assert "riga 8: 'mw' è scritto due volte, la prima alla riga 7" in done.output


def test_a_scenario_is_a_yaml_file(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("a,b\n")
    done = run("torino", "--scenario", path, "--year", 2030)
    assert done.exit_code == 1
    assert "uno scenario è un file YAML" in done.output


def test_a_year_before_the_base_is_refused(plan):
    done = run("torino", "--scenario", plan, "--year", 2010)
    assert done.exit_code == 1
    assert "2010 is before the base year 2019" in done.output


@pytest.mark.parametrize("arguments", [[], ["--year", "2030"], ["--scenario", "torino-2030"]])
def test_scenario_and_year_are_needed(arguments):
    assert run("torino", *arguments).exit_code == 2


def test_a_measure_is_called_by_its_own_name_and_kind():
    assert named(leb.measures.wind(mw=3), "it") == "Eolico"
    assert named(leb.measures.wind(mw=3, name="colle"), "en") == "colle · Wind power"
    assert named(leb.measures.custom(sector="FC_IND_E", share=0.1), "it") == "custom"
