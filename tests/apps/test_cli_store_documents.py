"""``leb store tag``, ``documents``, ``put``, ``get``, ``meter``, ``readings`` by commands alone."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

import leb_kit as leb
from leb_kit.apps import cli
from leb_kit.store import Repository
from tests.apps.test_cli_store import told

SCENARIO = """name: piano 2030
base_year: 2019
measures:
  - {kind: photovoltaic, mw: 200, from_year: 2022, to_year: 2030, source: delibera 12/2024}
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in a folder with an empty store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEB_STORE", raising=False)

    def ran(*words):
        return CliRunner().invoke(cli.app, ["store", *map(str, words)])

    told(ran("init"))
    return ran


def test_a_tag_is_given_listed_found_and_taken_off(run):
    told(run("import", "torino", "-m", "prima"))
    assert "versione 1 ha l'etichetta «alla giunta»" in told(run("tag", "alla giunta", "001272", "2019"))
    assert "alla giunta" in told(run("list"))
    (found,) = json.loads(told(run("list", "GIUNTA", "--json")))
    assert (found["version"], found["tags"]) == (1, "alla giunta")
    assert json.loads(told(run("list", "ragioneria", "--json"))) == []
    assert "taken off" in told(run("tag", "alla giunta", "001272", "2019", "--off", "--lang", "en"))
    assert json.loads(told(run("list", "--json")))[0]["tags"] == ""
    wrong = run("tag", "x", "001272", "2020")
    assert wrong.exit_code == 1
    assert "001272 2020" in wrong.stderr


def test_a_scenario_and_targets_go_in_and_come_out(run, tmp_path):
    """Proves: files of people are versions of the store and come back the same."""
    (tmp_path / "piano.yaml").write_text(SCENARIO)
    leb.write_targets(leb.targets("eu-2030"), tmp_path / "obiettivi.yaml")
    assert "scenario «piano 2030»: salvata la versione 1" in told(
        run("put", "piano.yaml", "001272", "-m", "a")
    )
    assert "targets “eu-2030”: version 1" in told(run("put", "obiettivi.yaml", "001272", "--lang", "en"))
    told(run("put", "piano.yaml", "001272", "--base", "1"))
    late = run("put", "piano.yaml", "001272", "--base", "1")
    assert late.exit_code == 1
    assert "la versione 2 è di" in late.stderr
    listed = json.loads(told(run("documents", "--json")))
    assert [(row["kind"], row["name"], row["version"]) for row in listed] == [
        ("scenario", "piano 2030", 2),
        ("targets", "eu-2030", 1),
    ]
    assert len(json.loads(told(run("documents", "--all", "--kind", "scenario", "--json")))) == 2
    assert "obiettivi" in told(run("documents", "eu-2030"))
    told(run("get", "scenario", "piano 2030", "001272", "fuori.yaml"))
    assert leb.read_scenario(tmp_path / "fuori.yaml") == leb.read_scenario(tmp_path / "piano.yaml")
    told(run("get", "targets", "eu-2030", "001272", "fuori2.yaml"))
    assert leb.read_targets(tmp_path / "fuori2.yaml").table["value"].tolist() == [0.425, -0.55, -0.117]
    for words in (
        ("get", "scenario", "piano 2030", "001272", "fuori.yaml"),
        ("get", "scenari", "piano 2030", "001272", "x.yaml"),
        ("get", "scenario", "piano", "001272", "x.yaml"),
        ("put", "nessuno.yaml", "001272"),
    ):
        assert run(*words).exit_code == 1


def test_a_plan_comes_out_as_a_workbook(run, tmp_path):
    b = leb.examples.torino()
    plan = leb.optimise_mix(leb.mix_problem(b, time=leb.typical_days(2)))
    with Repository(tmp_path / "leb.db") as repo:
        repo.save(b)
        repo.save_plan(plan, name="minimo costo")
    told(run("get", "plan", "minimo costo", "001272", "piano.xlsx"))
    found = pd.read_excel(tmp_path / "piano.xlsx", sheet_name=None)
    assert len(found["piano"]) == len(plan.plan)


def test_readings_of_a_file_are_added_corrected_and_written(run, tmp_path):
    def file(*values):
        rows = [f"IT1,2025-01-01T00:{at * 15:02}:00+01:00,{value},kWh" for at, value in enumerate(values)]
        (tmp_path / "a.csv").write_text("\n".join(["meter,time,value,unit", *rows]))

    file(1, 2, 3)
    told(run("meter", "lampioni", "001272", "FC_OTH_CP_PUB_E", "E7000", "--code", "IT1", "--place", "via Po"))
    assert "letture «lampioni»: salvata la versione 1 (righe: 3)" in told(
        run("readings", "a.csv", "lampioni", "001272")
    )
    assert "nell'archivio è già uguale" in told(run("readings", "a.csv", "lampioni", "001272"))
    file(1, 2, 4)
    told(run("readings", "a.csv", "lampioni", "001272", "-m", "corretto"))
    told(run("get", "readings", "lampioni", "001272", "b.csv"))
    table = pd.read_csv(tmp_path / "b.csv")
    assert table["amount"].tolist() == [1_000_000, 2_000_000, 4_000_000]
    assert table["version"].tolist() == [1, 1, 2]
    for words in (("--code", "IT9"), ("--label", "middle")):
        assert run("readings", "a.csv", "lampioni", "001272", *words).exit_code == 1
    assert run("readings", "a.csv", "lampione", "001272").exit_code == 1
    assert run("doctor").exit_code == 0
