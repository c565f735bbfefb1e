"""``leb sdp``: from a search to a published balance, against the stand-in."""

import csv
import json
import os
import subprocess
import sys

import pytest
import yaml
from typer.testing import CliRunner

import leb_kit as leb
from leb_kit.apps import cli, cli_sdp_texts
from leb_kit.metering.sdp.standin import StandIn
from leb_kit.metering.sdp.standin.demo import shelves, town

LIGHTS, BUILDINGS = "Illuminazione_5003", "Edifici_5100"


@pytest.fixture(scope="module")
def server():
    with StandIn() as running:
        town(running.store)
        shelves(running.store)
        yield running


@pytest.fixture
def run(server, monkeypatch, tmp_path):
    """Run a command in an empty folder, with the environment that the stand-in prints."""
    monkeypatch.chdir(tmp_path)
    (tenant, password), *_ = server.settings.passwords.items()
    for name, value in {
        "LEB_SDP_URL": server.url,
        "LEB_SDP_TENANT": tenant,
        "LEB_SDP_KEY": server.settings.key,
        "LEB_SDP_SECRET": server.settings.secret,
        "LEB_SDP_PASSWORD": password,
        "LEB_SDP_RATE": "10000",
    }.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(cli.app, ["sdp", *map(str, arguments)])


def test_every_command_explains_itself_in_both_languages(run):
    names = ["search", "suggest", "sync", "status", "reconcile", "publish", "probe", "listen", "standin"]
    listed = run("--help").output
    for name in names:
        assert name in listed
        help_text = run(name, "--help").output
        assert "--lang" in help_text
        assert len(help_text) > 300


def test_all_words_exist_in_both_languages():
    assert all(italian and english for italian, english in cli_sdp_texts.TEXTS.values())


def test_a_search_lists_codes_and_units(run):
    done = run("search", "quadro", "--streams")
    assert done.exit_code == 0
    assert LIGHTS in done.output
    assert "contatore (Wh)" in done.output
    assert {one["code"] for one in json.loads(run("search", "--json").stdout)} >= {LIGHTS, BUILDINGS}
    assert "No dataset" in run("search", "niente", "--lang", "en").output


def test_a_draft_marks_what_is_guessed_and_leaves_open_what_cannot_be(run):
    done = run("suggest", LIGHTS, BUILDINGS)
    assert done.exit_code == 0
    streams = yaml.safe_load(done.stdout)["streams"]
    found = {(one["source"], one["component"]): one for one in streams}
    assert found[f"sdp:{LIGHTS}", "contatore"]["kind"] == "register"
    assert (f"sdp:{LIGHTS}", "potenza_linea1") not in found  # the same energy as the counter
    assert "potenza_linea1: power_instant (= contatore?)" in done.stdout
    energy = found[f"sdp:{BUILDINGS}", "energia"]
    assert (energy["kind"], energy["label"], energy["interval"]) == ("interval_energy", *2 * ["DA DECIDERE"])
    assert done.stdout.count("# ?") == 2


def test_sync_status_and_reconcile_tell_the_same_store(run):
    first = json.loads(run("sync", LIGHTS, "--only", "contatore", "--json").stdout)[LIGHTS]
    assert (first["written"]["added"], first["mode"]) == (8761, "by_id")
    done = run("sync", LIGHTS, "--only", "contatore", "--lang", "en")
    assert done.exit_code == 0
    assert "by id" in done.output
    (told,) = json.loads(run("status", "--json").stdout)
    assert (told["readings"], told["meters"], told["last"]) == (8761, 1, "2019-12-31T23:00:00+00:00")
    assert f"sdp:{LIGHTS}" in run("status").output
    recent = json.loads(run("reconcile", LIGHTS, "--only", "contatore", "--months", "2", "--json").stdout)
    assert recent == {LIGHTS: []}


def test_years_come_by_download_first(run):
    done = run("sync", LIGHTS, "--only", "contatore", "--backfill", "--store", "luci.db")
    assert done.exit_code == 0
    assert "8761 letture dallo scarico" in done.output
    (told,) = json.loads(run("status", "--store", "luci.db", "--json").stdout)
    assert (told["readings"], told["meters"]) == (8761, 1)


def test_a_balance_is_tried_published_and_not_sent_twice(run, tmp_path):
    to = [
        "--to",
        "LebFlussi_9001",
        "--manifest",
        "LebManifesto_9002",
        "--tenant",
        "leb",
        "--licence",
        "CC BY 4.0",
    ]
    tried = run("publish", "torino", *to, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "55 righe da inviare; nulla è stato inviato" in tried.output
    assert json.loads(run("publish", "torino", *to, "--json").stdout)["sent"] == len(
        leb.examples.torino().leaves
    )
    assert "says the same already" in run("publish", "torino", *to, "--lang", "en").output
    with (tmp_path / "meters.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("flow", "product", "meters"), ("FC_OTH_HH_E", "G3000", 3)])
    few = run("publish", "torino", *to, "--scenario", "altro", "--meters", tmp_path / "meters.csv")
    assert few.exit_code == 1
    assert "dietro ci sono 3 contatori" in few.stderr
    assert run("publish", "torino", *to[:-2], "--licence", " ").exit_code == 1


def test_the_datasets_to_be_defined_are_printed(run):
    assert "riga_hash" in run("definition").output
    assert {*json.loads(run("definition", "--json").stdout)} == {"balance", "manifest"}


def test_a_probe_agrees_with_the_stand_in_and_says_where_it_does_not(run, server):
    done = run("probe", LIGHTS, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "Europe/Rome" in done.output
    server.faults.count_high = 3
    try:
        assert run("probe", LIGHTS).exit_code == 1
    finally:
        server.faults.count_high = 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("sync", "Nessuno_1"), "non trovato|not found"),
        (("sync", LIGHTS, "--only", "contatori"), "non ha la componente 'contatori'"),
        (("status", "--store", "nessuno.db"), "lo crea leb sdp sync"),
        (("search", "--url", "piattaforma"), "non è un indirizzo web"),
        (("standin", "--port", "0", "--fault", "corto=1"), "short_page"),
    ],
)
def test_what_cannot_be_is_told_in_italian_with_exit_code_1(run, arguments, text):
    done = run(*arguments)
    assert done.exit_code == 1
    assert any(part in done.stderr for part in text.split("|"))


def test_no_secret_is_in_what_is_printed(run, server):
    server.tokens.clear()
    done = run("sync", "Nessuno_1")
    wrong = CliRunner().invoke(cli.app, ["sdp", "sync", LIGHTS], env={"LEB_SDP_SECRET": "a-wrong-secret"})
    assert wrong.exit_code == 1
    for secret in (server.settings.secret, "a-wrong-secret", *server.tokens):
        assert secret not in done.output + wrong.output


def test_the_stand_in_says_how_to_reach_it_and_can_be_searched(root):
    command = [sys.executable, "-m", "leb_kit.apps.cli", "sdp", "standin", "--port", "0", "--json"]
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        text = ""
        while not text.rstrip().endswith("\n}"):
            text += child.stdout.readline()
        told = json.loads(text)
        again = [sys.executable, "-m", "leb_kit.apps.cli", "sdp", "search", "edifici", "--json"]
        found = subprocess.run(
            again, env=environment | told["environment"], capture_output=True, text=True, check=True
        )
        assert [one["code"] for one in json.loads(found.stdout)] == [BUILDINGS]
    finally:
        child.terminate()  # a run in the background hears no Ctrl-C
        child.wait(60)
        child.stdout.close()
