"""Results that could not be written are told before minutes are spent on them, with all that is wrong."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from leb_kit import optimise
from leb_kit.apps import cli
from leb_kit.errors import InputError
from leb_kit.io.files import replaced, require_writable


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, list(map(str, arguments)))


@pytest.fixture(autouse=True)
def no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever solves has looked at the results too late."""

    def solved(problem: object) -> None:
        message = "a problem was solved"
        raise AssertionError(message)

    monkeypatch.setattr(optimise, "optimise_mix", solved)


#: Rights say that a folder may be made here (to whom they say anything), and the system makes none.
NOWHERE = ["/proc/leb", "{}/" + "a" * 300]


@pytest.mark.parametrize("place", NOWHERE, ids=["system", "long name"])
@pytest.mark.parametrize("command", ["solve", "demo", "report"])
def test_a_folder_that_cannot_be_is_told_before_the_search(command: str, place: str, tmp_path: Path) -> None:
    out = place.format(tmp_path)
    given = {
        "solve": ("solve", "torino", "--out", out),
        "demo": ("demo", "--out", out),
        "report": ("report", "torino", "--plan", "--out", f"{out}/r.html"),
    }
    done = run(*given[command])
    assert done.exit_code == 1
    assert "1 errore" in done.stderr
    assert "qui non si può scrivere" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_all_that_is_wrong_with_a_command_is_told_at_once(tmp_path: Path) -> None:
    """Proves three slips cost one run. Without it each is told after the one before is repaired."""
    (tmp_path / "file").touch()
    given = ("--targets", "20-20-20-locale", "--out", tmp_path / "file", "--lang", "en")
    done = run("solve", tmp_path / "torrino.csv", *given)
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "leb: 3 faults"
    assert lines[1].startswith(f"  - {tmp_path / 'torrino.csv'}: file not found")
    file = tmp_path / "file"
    assert lines[3] == f"  - {file / 'report.html'}: {file} is a file; a folder is expected"


def test_a_projection_tells_file_scenario_targets_and_place_at_once(tmp_path: Path) -> None:
    given = ("--scenario", "no.yaml", "--year", "2030", "--targets", "none", "--out", "x.pdf")
    done = run("project", tmp_path / "torrino.csv", *given, "--lang", "en")
    assert done.stderr.startswith("leb: 4 faults\n")


def test_a_trial_leaves_nothing_behind_and_harms_nothing(tmp_path: Path) -> None:
    require_writable(tmp_path / "new" / "deep" / "report.html")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "old.html").write_text("kept")
    require_writable(tmp_path / "old.html")
    assert [one.name for one in tmp_path.iterdir()] == ["old.html"]
    assert (tmp_path / "old.html").read_text() == "kept"


def test_what_is_told_before_is_what_writing_would_tell(tmp_path: Path) -> None:
    for path in ("/proc/leb/report.html", tmp_path / ("a" * 300) / "r.html", tmp_path / ("b" * 300)):
        with pytest.raises(InputError) as before:
            require_writable(path)
        with pytest.raises(InputError) as late, replaced(path):
            pass
        assert str(before.value) == str(late.value)
