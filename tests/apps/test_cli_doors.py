"""Files at the doors of the command line: words, notations, options named as they are typed."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

import leb_kit as leb
from leb_kit import InputError, optimise
from leb_kit.apps import cli, cli_plan
from leb_kit.apps.cli_show import Screen
from leb_kit.optimise.solver.watch import Progress, current

HEAD = "territory,year,flow,product,value"


def run(*arguments):
    return CliRunner().invoke(cli.app, list(map(str, arguments)))


@pytest.mark.parametrize("command", ["solve", "demo"])
def test_a_folder_that_cannot_be_made_is_told_before_solving(command, tmp_path, monkeypatch):
    """Proves: nobody waits for a plan that cannot be written."""

    def never(*arguments, **options):
        raise AssertionError

    monkeypatch.setattr(optimise, "optimise_mix", never)
    (tmp_path / "plan").touch()
    done = run(command, "--out", tmp_path / "plan")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[1] == f"  - {tmp_path / 'plan'} è un file; serve una cartella"


@pytest.mark.parametrize(("command", "option"), [("check", "--unit"), ("show", "--file-unit")])
def test_a_missing_unit_is_asked_for_as_it_is_typed(command, option, tmp_path):
    """Proves: the sentence names an option that exists, and the option works."""
    path = tmp_path / "town.csv"
    rows = ("IMP,G3000,5", "FC_OTH_HH_E,G3000,5")
    path.write_text("\n".join([HEAD, *(f"001272,2019,{row}" for row in rows)]) + "\n")
    done = run(command, path, "--lang", "en")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[1] == (
        f"  - no unit: give a column 'unit' or {option} GWh; a number without a unit is never read"
    )
    assert run(command, path, option, "GWh").exit_code == 0


def test_italian_words_and_doubtful_numbers(tmp_path):
    path = tmp_path / "comune.csv"
    head = "Comune;Anno;Settore;Vettore;Energia (MWh)"
    path.write_text(f"{head}\n001272;2019;Residenziale;Metano;1.234\n001272;2019;Importazioni;Gas;1.234\n")
    done = run("check", path)
    assert done.exit_code == 1
    assert done.stderr.splitlines()[1] == (
        "  - numeri come '1.234' possono valere 1234 o 1,234: indica quale, --decimal , o --decimal ."
    )
    done = run("check", path, "--decimal", ",")
    assert done.exit_code == 0
    assert "  'Residenziale' è letto come FC_OTH_HH_E\n" in done.output
    assert "  'Metano' è letto come G3000\n" in done.output


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", optimise.typical_days(24)),
        ("--days 3 --linked", optimise.typical_days(3, linked=True)),
        ("--time year", "year"),
        ("--time blocks:3", optimise.hour_blocks(3)),
        ("--time blocks:3 --days 12", optimise.hour_blocks(3, days=optimise.typical_days(12))),
        (
            "--time cuts:8 --days 12 --linked",
            optimise.hour_blocks(per_day=8, days=optimise.typical_days(12, linked=True)),
        ),
    ],
)
def test_every_switch_of_time_can_be_typed(monkeypatch, typed, meant):
    """Proves: what the library takes as ``time=``, and remarks on stores advise, the command takes."""
    asked = {}

    def problem(balance, **options):
        asked.update(options)
        raise InputError("solve", ["enough was seen"])

    monkeypatch.setattr(optimise, "mix_problem", problem)
    assert run("solve", *typed.split()).exit_code == 1
    assert asked["time"] == meant


@pytest.mark.parametrize(
    "typed",
    [
        "--time blocks:5",
        "--time blocks",
        "--time cuts:25",
        "--time blocks:3 --linked",
        "--time year --days 3",
        "--time anno",
    ],
)
def test_a_switch_of_time_that_is_none_is_bad_usage(typed):
    """Proves: it is told before the search. Without it a typing error would take minutes."""
    assert run("solve", "torino", *typed.split()).exit_code == 2


@pytest.mark.parametrize(("typed", "meant"), [("--by 2030", 2030), ("", None)])
def test_the_year_of_the_plan_is_passed_on(monkeypatch, typed, meant):
    """Proves --by reaches the problem. Without it a country planned by command is built at once."""
    asked = {}

    def problem(balance, **options):
        asked.update(options)
        raise InputError("solve", ["enough was seen"])

    monkeypatch.setattr(optimise, "mix_problem", problem)
    assert run("solve", "italy", *typed.split()).exit_code == 1
    assert asked["by"] == meant


@pytest.mark.parametrize(
    ("told", "italian"),
    [
        (Progress(12.4, 0), "12 s"),
        (Progress(12.4, 3100), "12 s, 3.100 iterazioni"),
        (Progress(65.0, 9, 272.4e6, 0.0213), "65 s, 272,4 M€, al più 2,1\u00a0% dal minimo"),
    ],
)
def test_how_far_a_search_is_reads_in_words(told, italian):
    """Proves: a person who waits sees seconds, and cost and gap where they are known. Without it minutes pass
    behind a wheel."""
    assert cli_plan.so_far(Screen("it"), told) == italian


def test_who_looks_on_hears_how_far_the_search_is(monkeypatch):
    """Proves: the terminal hears the solver, a file hears nothing."""
    screen, asked = Screen("en"), []
    monkeypatch.setattr(optimise, "mix_problem", lambda *_, **__: None)
    monkeypatch.setattr(optimise, "optimise_mix", lambda _: asked.append(current().progress) or 1 / 0)
    for terminal in (True, False):
        screen.console = Console(file=io.StringIO(), force_terminal=terminal)
        with pytest.raises(ZeroDivisionError):
            cli_plan.find_plan(screen, leb.examples.torino(), targets="20-20-20-local", time="year")
    assert callable(asked[0])
    asked[0](Progress(3.0, 7))
    assert asked[1] is None
