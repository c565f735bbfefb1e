"""``leb store grant``, ``people`` and ``revoke`` on real servers."""

import json

from typer.testing import CliRunner

from leb_kit.apps import cli


def run(*words):
    """Run a command of the store."""
    return CliRunner().invoke(cli.app, ["store", *words])


def told(done):
    """What a command printed, which went well."""
    assert done.exit_code == 0, done.output + done.stderr
    return done.stdout


def test_people_of_a_server_by_commands(server, monkeypatch):
    """Proves: roles are given, seen and taken by commands; the password stays out of what is printed."""
    database = server.database()
    monkeypatch.setenv("LEB_STORE", database.url)
    monkeypatch.setenv("LEB_STORE_NEW_PASSWORD", "pw-of-anna")
    told(run("init"))
    told(run("import", "torino"))
    given = told(run("grant", "anna", "analyst", "001272"))
    assert "anna è analista in 001272" in given
    assert "pw-of-anna" not in given
    (row,) = json.loads(told(run("people", "--json")))
    assert row == {"person": "anna", "territory": "001272", "role": "analyst"}
    assert "analyst" in told(run("people", "--lang", "en"))
    told(run("revoke", "anna", "001272"))
    assert json.loads(told(run("people", "--json"))) == []
    unknown = run("grant", "anna", "analist", "001272")
    assert unknown.exit_code == 1
    assert "analyst" in unknown.stderr
    database.drop()
