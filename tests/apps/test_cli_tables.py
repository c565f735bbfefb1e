"""``leb new`` and ``leb ben``: both languages, JSON, and what they refuse."""

import json

import pytest
from typer.testing import CliRunner

import leb_kit as leb
from leb_kit.apps import cli


def run(*arguments):
    return CliRunner().invoke(cli.app, list(map(str, arguments)))


def test_new_writes_a_workbook_and_says_what_next(tmp_path):
    path = tmp_path / "b.xlsx"
    done = run("new", "--out", path, "--territory", "001191", "--year", "2022")
    assert done.exit_code == 0
    assert "Scritto: " in done.output
    assert "leb check" in done.output
    again = run("new", "--out", path)
    assert again.exit_code == 1
    assert "il file esiste e può contenere lavoro" in again.stderr
    assert json.loads(run("new", "--out", path, "--overwrite", "--json").stdout) == {"written": str(path)}
    empty = run("check", path)
    assert empty.exit_code == 1
    assert "nessun valore nei fogli 'leggimi', 'territorio', 'tabella'" in empty.stderr


def test_a_workbook_is_read_like_any_file(tmp_path):
    path = leb.write_excel(leb.examples.torino(), tmp_path / "b.xlsx")
    done = run("check", path)
    assert done.exit_code == 0
    assert done.output.startswith("Torino 2019: 55 celle")
    assert run("check", path, "--year", "2018").exit_code == 1


def test_the_ben_of_italy():
    """Proves: the printed row is the one that ``to_ben`` gives, in the figures of the language."""
    done = run("ben", "italy")
    assert done.exit_code == 0
    (line,) = [one for one in done.output.splitlines() if one.startswith("5 Consumo interno lordo")]
    assert line.split()[-1] == "168.902,0"
    done = run("ben", "italy", "--electricity", "860", "--lang", "en")
    (line,) = [one for one in done.output.splitlines() if one.startswith("5 Gross inland consumption")]
    expected = leb.to_ben(leb.examples.italy(), "860", lang="en").loc["5 Gross inland consumption", "total"]
    assert line.split()[-1] == f"{expected:,.1f}"


def test_the_ben_as_json():
    data = json.loads(run("ben", "torino", "--json", "--lang", "en").stdout)
    assert (data["unit"], data["electricity"]) == ("ktep", "2200")
    assert [row["row"][:2] for row in data["rows"]][:3] == ["1 ", "2 ", "3 "]
    assert {"row", "gas", "electricity", "total"} <= set(data["rows"][0])


def test_causes_of_difference_add_up():
    data = json.loads(run("ben", "italy", "--compare", "--all", "--json").stdout)
    full = leb.compare_ben(leb.examples.italy())
    assert len(data["rows"]) == len(full)
    for row in data["rows"]:
        assert row["ben_ktep"] - row["leb_ktep"] == pytest.approx(row["difference_ktep"], abs=1e-6)
    shown = run("ben", "italy", "--compare")
    assert "Bunkeraggi marittimi dentro il consumo" in shown.output
    assert len(json.loads(run("ben", "italy", "--compare", "--json").stdout)["rows"]) < len(full)


def test_the_difference_may_be_absorbed():
    rows = json.loads(run("ben", "italy", "--absorb-difference", "--json", "--lang", "en").stdout)["rows"]
    assert rows[-1]["total"] == pytest.approx(0, abs=1e-6)


def test_a_convention_that_is_none():
    assert run("ben", "italy", "--electricity", "2300").exit_code == 2


def test_a_plan_is_read_back(tmp_path):
    plan = tmp_path / "plan"
    solved = json.loads(run("solve", "torino", "--days", "1", "--out", plan, "--json").stdout)
    table = leb.read_plan(plan / "plan.xlsx").set_index("technology")["new_capacity_mw"]
    asked = {row["technology"]: row["new_capacity_mw"] for row in solved["plan"]}
    assert table.to_dict() == pytest.approx({name: asked[name] for name in table.index}, abs=1e-9)
    assert leb.check(leb.read_excel(plan / "plan.xlsx")).ok
    with pytest.raises(leb.InputError, match="no sheet has technologies and their new capacity"):
        leb.read_plan(leb.write_excel(leb.examples.torino(), tmp_path / "b.xlsx"))


def test_show_where_a_figure_comes_from():
    told = run("show", "torino", "--trace", "final_energy").stdout
    assert told.startswith("Consumo di energia finale  10.")
    assert "Residenziale · Gas naturale" in told
    rows = json.loads(run("show", "torino", "--trace", "emissions", "--json").stdout)
    assert rows[0]["unit"] == "tCO2eq"
    assert rows[0]["value"] == pytest.approx(sum(row["value"] for row in rows if row["rule"] == "cell"))
    refused = run("show", "torino", "--trace", "renewable")
    assert refused.exit_code == 1
    assert "indicatore 'renewable' sconosciuto" in refused.stderr
