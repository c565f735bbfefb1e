"""The command line: exit codes, both languages, JSON, and files that are wrong."""

import json
import re
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import leb_kit as leb
from leb_kit import optimise
from leb_kit.apps import cli, cli_doctor, cli_plan
from leb_kit.apps.cli_texts import TEXTS
from leb_kit.errors import LebError
from tests.apps.plans import Result

COMMANDS = ("demo", "check", "show", "ben", "solve", "project", "report", "new", "app", "lab", "doctor")
HEAD = "territory,year,flow,product,value"


def run(*arguments, **options):
    return CliRunner().invoke(cli.app, list(map(str, arguments)), **options)


@pytest.fixture
def solved(monkeypatch):
    """The optimiser answers at once; what it was asked is kept."""
    asked = {}

    def problem(balance, **options):
        asked.update(options, balance=balance)
        return SimpleNamespace(table=balance.table, name=balance.name, remarks=())

    monkeypatch.setattr(optimise, "mix_problem", problem)
    monkeypatch.setattr(optimise, "optimise_mix", Result)
    monkeypatch.setattr(optimise, "typical_days", lambda days, *, linked: (days, linked))
    return asked


@pytest.fixture
def dirty(tmp_path):
    """A file with four faults of four kinds."""
    path = tmp_path / "town.csv"
    path.write_text(
        f"{HEAD}\n"
        "001272,2019,FC_OTH_HH_E,G3000,about 3\n"
        "001272,2019,FC_INDE,G3000,5\n"
        "001272,20x9,FC_IND_E,G3000,5\n"
        "001272,2019,FC_IND_E,E7000,-5\n"
    )
    return path


# ── exit codes ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_in_both_languages(command):
    done = run(command, "--help", terminal_width=200)
    assert done.exit_code == 0
    assert "--lang" in re.sub(r"\x1b\[[0-9;]*m", "", done.output)


def test_no_other_command_exists():
    assert sorted(one.name or one.callback.__name__ for one in cli.app.registered_commands) == sorted(
        COMMANDS
    )


@pytest.mark.parametrize(
    "arguments",
    [["chek"], ["check"], ["show", "torino", "--lang", "fr"], ["solve", "--days", "0"], ["--nope"]],
)
def test_bad_usage_is_2(arguments):
    assert run(*arguments).exit_code == 2


def test_version():
    assert run("--version").output == f"leb_kit {leb.__version__}\n"


def dirty_commands():
    unit = ("--unit", "GWh")
    return {
        "check": ("check", "FILE", *unit),
        "show": ("show", "FILE"),
        "solve": ("solve", "FILE", "--out", "OUT", *unit),
        "report": ("report", "FILE", "--out", "OUT/r.html", *unit),
    }


@pytest.mark.parametrize("command", dirty_commands())
def test_a_dirty_file_is_told_and_nothing_is_written(command, dirty, tmp_path):
    """Proves: exit code 1, every fault with its line on stderr, no trace, no file."""
    out = tmp_path / "out"
    arguments = [
        one.replace("FILE", str(dirty)).replace("OUT", str(out)) for one in dirty_commands()[command]
    ]
    done = run(*arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    if command != "show":  # show takes no unit of the file, which is told first
        assert done.stderr.splitlines() == [
            "town.csv: 4 errori",
            "  - riga 4: '20x9' non è un anno fra 1900 e 2200",
            "  - riga 3: flusso 'FC_INDE' sconosciuto. Intendevi 'FC_IND_E'?",
            "  - riga 2: il valore 'about 3' è testo; serve un numero.",
            (
                "  - riga 5: FC_IND_E E7000 è negativo (-5);"
                " possono esserlo solo variazioni di scorte, trasferimenti e saldi"
            ),
        ]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["town.csv"]


def test_a_file_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "torino.csv").touch()
    done = run("check", "torrino.csv", "--lang", "en")
    assert done.exit_code == 1
    assert done.stderr == (
        f"torrino.csv: 1 fault\n  - file not found in {tmp_path}. Did you mean 'torino.csv'?\n"
    )


def test_a_target_set_that_is_not_there(solved, tmp_path):
    done = run("solve", "torino", "--targets", "20-20-20-locale", "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert "insieme di obiettivi '20-20-20-locale' sconosciuto" in done.stderr
    assert "Intendevi '20-20-20-local'?" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    done = run("report", "torino", "--out", tmp_path / "file" / "r.html")
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert str(tmp_path / "file") in done.stderr


@pytest.mark.parametrize(("lang", "said"), [("it", "Nessun piano"), ("en", "No plan")])
def test_no_plan_is_told_in_the_language_asked_for(solved, monkeypatch, lang, said, tmp_path):
    class Infeasible(LebError):
        def text(self, language):
            return "No plan" if language == "en" else "Nessun piano"

    def none(problem):
        raise Infeasible

    monkeypatch.setattr(optimise, "optimise_mix", none)
    done = run("demo", "--lang", lang, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert done.stderr == f"{said}\n"
    assert not (tmp_path / "out").exists()


# ── check and show ───────────────────────────────────────────────────────────────────────────────────────


def test_check_of_a_balance_that_closes():
    done = run("check", "torino")
    assert done.exit_code == 0
    assert done.output == (
        "Torino 2019: 55 celle, 20 flussi, 13 prodotti\n"
        "Il bilancio torna: tutte le identità sono verificate.\n"
    )
    assert json.loads(run("check", "italia", "--json").stdout) == {"ok": True, "rows": []}


def test_check_of_a_sheet_with_a_rest(root):
    sheet = root / "tests/data/eurostat_nrg_bal_c_FR_2019.csv.gz"
    done = run("check", sheet, "--geo", "FR", "--year", "2019", "--lang", "en")
    assert done.exit_code == 0
    assert "The balance closes; remarks: 6." in done.output
    assert "Part of TI_NRG_FC_IND_NE is given without saying where; kept as its own row." in done.output
    done = run("check", sheet, "--geo", "FR", "--year", "2019")
    assert "Una parte di TI_NRG_FC_IND_NE è data senza dire dove; resta in una riga a sé." in done.output


def test_check_of_a_balance_that_does_not_close(tmp_path):
    path = tmp_path / "town.csv"
    path.write_text(f"{HEAD}\n001272,2019,IMP,G3000,10\n001272,2019,FC_IND_E,G3000,5\n")
    done = run("check", path, "--unit", "GWh")
    assert done.exit_code == 1
    assert "supply_meets_use" in done.output
    assert "Il bilancio non torna; errori: 1." in done.output
    report = json.loads(run("check", path, "--unit", "GWh", "--json").stdout)
    assert not report["ok"]
    assert "001272 2019 STATDIFF G3000" in [row["key"] for row in report["rows"]]
    refused = run("solve", path, "--unit", "GWh")
    assert refused.exit_code == 1
    assert "il bilancio non torna: 1 errore" in refused.stderr


def test_show_in_a_unit(root):
    done = run("show", "italy", "--unit", "ktep", "--lang", "en")
    assert done.exit_code == 0
    line = next(one for one in done.output.splitlines() if one.startswith("FC_E "))
    assert line.split()[-1] == "113,119"
    assert re.search(r"Renewable share\s+18\.2\s%", done.output)


def test_show_as_json():
    data = json.loads(run("show", "torino", "--unit", "GWh", "--all", "--json").stdout)
    rows = {row["flow"]: row for row in data["rows"]}
    assert rows["FC_E"]["TOTAL"] == pytest.approx(10_479.355)
    assert data["indicators"]["renewable_share"] == pytest.approx(0.0154, abs=1e-4)


def test_show_of_an_unknown_unit():
    done = run("show", "torino", "--unit", "GWhh")
    assert done.exit_code == 1
    assert "unità di energia 'GWhh' sconosciuta" in done.stderr


# ── plans ────────────────────────────────────────────────────────────────────────────────────────────────


def test_demo_prints_the_plan_and_writes_two_files(solved, tmp_path):
    done = run("demo", "--out", tmp_path / "demo", "--days", "6")
    assert done.exit_code == 0, done.output
    assert sorted(one.name for one in (tmp_path / "demo").iterdir()) == ["plan.xlsx", "report.html"]
    assert (solved["time"], solved["targets"]) == ((6, False), "20-20-20-local")
    assert solved["base"] is solved["balance"]
    for words in (
        "Il bilancio torna",
        "Quota rinnovabile",
        "Pompa di calore individuale",
        "Costo totale: 150,0 M€ all'anno",
        "12,50 €/tCO2eq",
        "nullo: raggiunto senza sforzo ulteriore",
        "Il piano rinuncia a: Caldaia a gas (esistente) 900 MW.",
        "* Accumuli: capacità in MWh.",
        str(tmp_path / "demo" / "report.html")[-20:],
    ):
        assert words in done.output.replace("\n", ""), words


def test_demo_as_json_is_nothing_but_json(solved, tmp_path):
    data = json.loads(run("demo", "--out", tmp_path, "--json").stdout)
    assert data["status"] == "optimal"
    assert data["cost_eur"] == 150e6
    assert len(data["targets_today"]) == len(data["targets_planned"]) == 3
    assert [one.rsplit("/", 1)[-1] for one in data["written"]] == ["report.html", "plan.xlsx"]


def test_solve_without_out_writes_nothing(solved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run("solve", "--lang", "en")
    assert done.exit_code == 0
    assert "Least-cost plan" in done.output
    assert "Scritto" not in done.output
    assert not list(tmp_path.iterdir())


def test_the_workbook_of_a_plan(solved, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    run("solve", "--out", tmp_path)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    assert book.sheetnames == [
        "piano", "accumuli", "dismessi", "obiettivi", "costi marginali", "bilancio con il piano", "fonti",
    ]  # fmt: skip
    assert [cell.value for cell in book["accumuli"][1]][2:4] == ["Capacità (MWh)", "Nuova capacità (MWh)"]
    assert [cell.value for cell in book["piano"]["A"]] == [
        "Tecnologia",
        "heat_pump_individual",
        "electricity_import",
    ]
    assert book["costi marginali"]["D3"].value == "EUR/tCO2eq"
    heads = [cell.value for cell in book["obiettivi"][1]]
    senses = [row[heads.index("Verso")].value for row in book["obiettivi"].iter_rows(min_row=2)]
    assert set(senses) == {"almeno", "al massimo"}
    assert book["fonti"].max_row > 10


def test_report_with_and_without_plan(solved, tmp_path):
    path = tmp_path / "r.html"
    assert run("report", "torino", "--out", path).exit_code == 0
    assert "Il piano" not in path.read_text(encoding="utf-8")
    assert run("report", "torino", "--out", path, "--plan", "--lang", "en").exit_code == 0
    assert "The plan" in path.read_text(encoding="utf-8")
    assert json.loads(run("report", "torino", "--out", path, "--json").stdout) == {"written": str(path)}


# ── app, lab, doctor ─────────────────────────────────────────────────────────────────────────────────────


def test_app_serves_the_page(root, monkeypatch):
    served = {}
    monkeypatch.chdir(root)

    def serve(notebook, **options):
        served.update(options, notebook=notebook)
        return 0

    monkeypatch.setattr("leb_kit.apps.server.serve", serve)
    done = run("app", "--port", "9000", "--no-browser")
    assert done.exit_code == 0
    assert served == {"notebook": root / "voila_apps/torino.ipynb", "port": 9000, "open_browser": False}
    assert "http://127.0.0.1:9000" in done.output


def test_app_serves_the_planner_and_names_the_pages_there_are(root, monkeypatch):
    served = {}
    monkeypatch.chdir(root)
    monkeypatch.setattr("leb_kit.apps.server.serve", lambda notebook, **_: served.update(at=notebook) or 0)
    assert run("app", "pianificatore", "--no-browser").exit_code == 0
    assert served == {"at": root / "voila_apps/pianificatore.ipynb"}
    wrong = run("app", "planner")
    assert wrong.exit_code == 1
    assert f"ci sono {', '.join(cli.PAGES)}." in " ".join(wrong.output.split())


def test_lab_opens_the_notebooks(root, monkeypatch):
    started = []

    class Done:
        returncode = 3

    def start(command, **options):
        started.append(command)
        return Done

    monkeypatch.setattr(cli, "project_file", lambda _, name: root / name)
    monkeypatch.setattr(cli.subprocess, "run", start)
    assert run("lab", "--no-browser").exit_code == 3
    assert started[0][1:] == ["-m", "jupyterlab", str(root / "notebooks"), "--no-browser"]


@pytest.mark.parametrize("command", ["app", "lab"])
def test_a_missing_package_is_told(command, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    done = run(command)
    assert done.exit_code == 1
    assert re.search(r"manca (voila|jupyterlab): installa leb_kit\[apps\]", done.stderr)


def test_doctor_finds_all_well():
    done = run("doctor", "--json")
    data = json.loads(done.stdout)
    assert (done.exit_code, data["ok"]) == (0, True)
    parts = {one["part"]: one for one in data["parts"]}
    assert parts["HiGHS"]["found"].startswith("optimal, ")
    assert all(parts[name]["ok"] for name in ("Python", "pandas", "Torino 2019", "it/en"))


def test_doctor_finds_what_is_broken(monkeypatch):
    def broken():
        raise ImportError("libhighs.so")

    monkeypatch.setattr(cli_doctor, "_solver", broken)
    done = run("doctor")
    assert done.exit_code == 1
    assert re.search(r"HiGHS\s+ImportError: libhighs\.so\s+DA RIPARARE", done.output)


def test_doctor_forgives_what_is_optional(monkeypatch):
    monkeypatch.setattr(cli_doctor, "CHROMIUM", ())
    done = run("doctor", "--lang", "en")
    assert done.exit_code == 0
    assert re.search(r"chromium\s+absent \(optional\)", done.output)


def test_words_exist_in_both_languages():
    for key, pair in TEXTS.items():
        assert len(pair) == 2, key
        assert all(pair), key
        assert sorted(re.findall(r"\{\w+\}", pair[0])) == sorted(re.findall(r"\{\w+\}", pair[1])), key


def test_an_example_cannot_be_asked_for_another_year():
    """Proves: an option that has no effect is refused. Without it Torino 2019 would pass for 1990."""
    done = run("check", "torino", "--year", "1990")
    assert done.exit_code == 1
    assert "--year 1990 non si può scegliere: l'esempio è quello che è" in done.output


def test_a_report_never_overwrites_what_it_reads(tmp_path):
    path = tmp_path / "ok.csv"
    path.write_text(f"{HEAD},unit\nX,2019,IMP,G3000,1,GWh\nX,2019,FC_OTH_HH_E,G3000,1,GWh\n")
    before = path.read_text()
    assert run("report", path, "--out", path).exit_code == 1
    assert path.read_text() == before


def test_examples_are_named_as_people_name_them():
    assert set(cli_plan.EXAMPLES) == {"torino", "italy", "italia", "usseglio"}


def test_the_real_optimiser_meets_all_targets(tmp_path):
    """Proves: the whole way from Torino to its report holds, with no stand-in."""
    data = json.loads(run("solve", "torino", "--days", "2", "--out", tmp_path, "--json").stdout)
    assert (data["status"], "Typical days" in data["remarks"][0]["en"]) == ("optimal", True)
    assert [row["met"] for row in data["targets_today"]] == [False] * 3
    assert [row["met"] for row in data["targets_planned"]] == [True] * 3
    assert data["cost_eur"] == pytest.approx(sum(row["cost_eur"] for row in data["plan"]), rel=1e-6)
    assert (tmp_path / "report.html").stat().st_size > 10_000
