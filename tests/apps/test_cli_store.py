"""``leb store``: from an empty file to a certified balance, a copy and back, in both languages."""

import json
import re

import pytest
from typer.testing import CliRunner

import leb_kit as leb
from leb_kit.apps import cli, cli_store_texts


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command of the store in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEB_STORE", raising=False)

    def ran(*words):
        return CliRunner().invoke(cli.app, ["store", *map(str, words)])

    return ran


def told(done):
    """What a command printed, which went well."""
    assert done.exit_code == 0, done.output + done.stderr
    return done.stdout


def changed():
    """The example with another first cell."""
    b = leb.examples.torino()
    table = b.table.assign(energy_mwh=b.table["energy_mwh"].where(b.table.index != 0, 1.0))
    return leb.Balance.from_mwh(table, name=b.name)


def test_a_balance_from_import_to_certification(run, tmp_path):
    """Proves: the whole way by commands alone, each version with who and why."""
    assert "Archivio pronto" in told(run("init"))
    assert "001272 2019: salvata la versione 1 (55 celle)" in told(
        run("import", "torino", "-m", "prima stesura")
    )
    assert "nell'archivio è già uguale" in told(run("import", "torino"))
    assert "Nothing new" in told(run("import", "torino", "--lang", "en"))
    more = leb.write_excel(changed(), tmp_path / "nuovo.xlsx")
    assert "version 2 saved" in told(run("import", more, "--lang", "en"))
    assert "salvata la versione 3" in told(run("import", "torino"))
    assert "versione 3 certificata" in told(run("certify", "001272", "2019"))
    (newest,) = json.loads(told(run("list", "--json")))
    assert (newest["territory"], newest["version"], newest["state"]) == ("001272", 3, "certified")
    assert len(json.loads(told(run("list", "--all", "--json")))) == 3
    assert "certificata" in told(run("list", "torino"))
    assert "prima stesura" in told(run("list", "--all"))
    assert [row["told"].split()[3] for row in json.loads(told(run("log", "001272", "--json")))] == [
        "draft",
        "draft",
        "draft",
        "checked",
        "certified",
    ]


def test_what_changed_between_two_versions_is_shown(run, tmp_path):
    told(run("init"))
    told(run("import", "torino"))
    b = leb.examples.torino()
    new = leb.write_excel(changed(), tmp_path / "nuovo.xlsx")
    told(run("import", new, "--base", 1))
    (row,) = json.loads(told(run("diff", "001272", "2019", "1", "--json")))
    assert row["after_mwh"] == 1.0
    assert row["change_mwh"] == pytest.approx(1.0 - b.table["energy_mwh"].iloc[0])
    assert "Differenza, MWh" in told(run("diff", "001272", "2019", "1", "2"))
    late = run("import", new, "--base", 1)
    assert late.exit_code == 1
    assert "versione 2" in late.stderr


def test_a_copy_a_carried_file_and_back(run, tmp_path):
    told(run("init"))
    told(run("import", "torino"))
    assert "copia.leb" in told(run("backup", "copia.leb"))
    told(run("export", "001272", "torino.leb"))
    assert "Archivio ripristinato" in told(run("restore", "copia.leb", "--store", "altro.db"))
    assert "nell'archivio è già uguale" in told(run("import", "torino.leb", "--store", "altro.db"))
    told(run("init", "--store", "vuoto.db"))
    assert "salvata la versione 1" in told(run("import", "torino.leb", "--store", "vuoto.db"))
    again = run("backup", "copia.leb")
    assert again.exit_code == 1
    assert "c'è già un file" in again.stderr
    assert "there is a file already" in run("backup", "copia.leb", "--lang", "en").stderr


def test_a_store_is_not_made_by_looking_for_it(run, tmp_path):
    """Proves: a misspelt name is a fault. Without it every typing error would leave an empty file behind."""
    for words in (("list",), ("import", "torino"), ("log", "001272"), ("backup", "copia.leb")):
        done = run(*words)
        assert done.exit_code == 1
        assert "leb store init" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_second_init_says_that_the_store_is_there_and_leaves_it(run):
    told(run("init"))
    told(run("import", "torino"))
    again = told(run("init"))
    assert "esiste già" in again
    assert json.loads(told(run("upgrade", "--json")))["schema"] in again
    assert "exists already" in told(run("init", "--lang", "en"))
    assert len(json.loads(told(run("list", "--json")))) == 1


def test_upgrade_tells_the_schema(run):
    told(run("init"))
    data = json.loads(told(run("upgrade", "--json")))
    assert re.fullmatch(r"\d{4}", data["schema"])
    assert data["schema"] in told(run("upgrade"))


def test_a_file_has_no_people(run):
    told(run("init"))
    for words in (("people",), ("grant", "anna", "reader", "001272"), ("revoke", "anna", "001272")):
        done = run(*words)
        assert done.exit_code == 1
        assert "PostgreSQL" in done.stderr


def test_both_languages_have_every_word():
    assert all(italian and english for italian, english in cli_store_texts.TEXTS.values())
