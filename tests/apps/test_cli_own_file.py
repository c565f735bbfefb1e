"""What an office meets that comes with a file of its own."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from leb_kit.apps import cli

GAS = """territory,year,flow,product,value,unit
001059,2019,IMP,G3000,120.5,GWh
001059,2019,FC_OTH_HH_E,G3000,120.5,GWh
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.app, list(map(str, arguments)))


@pytest.fixture
def town(tmp_path: Path) -> Path:
    path = tmp_path / "town.csv"
    path.write_text(GAS)
    return path


@pytest.mark.parametrize(
    ("lang", "line"), [("it", "2 celle, 2 flussi, 1 prodotto\n"), ("en", "2 cells, 2 flows, 1 product\n")]
)
def test_one_is_told_as_one(town: Path, lang: str, line: str) -> None:
    assert line in run("check", town, "--lang", lang).stdout


def test_the_list_of_commands_says_what_each_does_in_both_languages() -> None:
    for group, english, italian in (
        ((), "Check every identity", "Verifica ogni identità"),
        (("store",), "Make an empty store", "Crea un archivio vuoto"),
        (("sdp",), "Search for streams", "Cerca stream"),
    ):
        told = " ".join(run(*group, "--help").stdout.replace("│", " ").split())
        assert english in told
        assert italian in told


@pytest.mark.parametrize(("typed", "meant"), [("torrino", "torino"), ("town", "town.csv")])
def test_a_word_that_is_no_file_is_answered_with_examples_and_what_is_near(
    town: Path, typed: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.parent)
    done = run("check", typed, "--lang", "en")
    assert done.exit_code == 1
    assert f"no such example: torino, italy, italia, usseglio. Did you mean '{meant}'?" in done.stderr


def test_a_place_without_declared_potentials_is_given_them_on_the_command_line(town: Path) -> None:
    """Proves: roofs come into the plan. Without the option an own file could never have any."""
    common = ("solve", town, "--days", "1", "--lang", "en", "--potential", "biomass=90000")
    town.write_text(GAS + GAS.split("\n", 1)[1].replace("G3000", "E7000"))
    without = " ".join(run(*common).stdout.split())
    assert "given in MW, for example --potential photovoltaic_roof=50" in without
    assert "Rooftop photovoltaics 12.5" not in without
    with_roofs = " ".join(run(*common, "--potential", "photovoltaic_roof=12,5").stdout.split())
    assert "Rooftop photovoltaics 12.5" in with_roofs


def test_a_potential_that_is_none_is_told(town: Path) -> None:
    done = run("solve", town, "--potential", "photovoltaic_roof", "--lang", "en")
    assert done.exit_code == 2
    assert "photovoltaic_roof=500 (MW) is expected" in " ".join(done.stderr.replace("│", " ").split())
    unknown = run("solve", town, "--potential", "photovoltaic_rof=1", "--lang", "en")
    assert "Did you mean 'photovoltaic_roof'" in unknown.stderr
