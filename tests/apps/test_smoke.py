"""``leb apps smoke`` without a browser: what is chosen, what is told, with which exit code."""

import json
import sys
from contextlib import contextmanager
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from leb_kit.apps import cli, cli_apps, smoke, smoke_browser
from leb_kit.apps.smoke import PageReport
from leb_kit.errors import InputError

WHOLE = PageReport("torino", first_paint=0.25, first_widget=1.5, again=1.25)
PANEL = (
    '<div role=\\"alert\\" style=\\"x\\"><p><b>Qualcosa non ha funzionato.</b> riferimento <b>0A1B2C3D</b>.'
)


def run(*arguments):
    return CliRunner().invoke(cli.app, ["apps", "smoke", *map(str, arguments)])


@pytest.fixture
def visits(monkeypatch, root):
    """Pages that are not served; each gets the report that is put here, or a whole one."""
    reports: dict[str, PageReport] = {}
    monkeypatch.chdir(root)

    @contextmanager
    def nothing(*_):
        yield "http://127.0.0.1:1/"

    def visited(_, page, address, **options):
        return reports.get(page, replace(WHOLE, page=page))

    monkeypatch.setattr(smoke, "serving", nothing)
    monkeypatch.setattr(smoke_browser, "browser", nothing)
    monkeypatch.setattr(smoke_browser, "visited", visited)
    monkeypatch.setattr(smoke, "fetched", lambda page, _: reports.get(page, PageReport(page, answered=2.5)))
    return reports


def test_every_page_of_the_folder_is_visited_and_all_green_is_zero(visits, root):
    done = run("--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert [one["page"] for one in found] == sorted(path.stem for path in root.glob("voila_apps/*.ipynb"))
    assert all(one["ok"] for one in found)
    assert found[0]["first_widget"] == 1.5


def test_the_page_is_told_in_both_languages(visits):
    assert "Primo widget" in run("torino").output
    assert "Pagine: 1; tutto in ordine." in run("torino").output
    assert "Pages: 1; all is well." in run("torino", "--lang", "en").output


@pytest.mark.parametrize("what", ["console", "violations", "foreign", "faults"])
def test_anything_found_is_told_and_is_no_zero(visits, what):
    visits["torino"] = replace(WHOLE, **{what: ("[b]something[/b] odd",)})
    done = run("torino", "territorio", "--lang", "en")
    assert done.exit_code == 1
    assert "[b]something[/b] odd" in done.output
    assert "Pages to repair: torino." in done.output


def test_an_unknown_page_is_told_with_the_nearest(visits):
    done = run("torrino", "x")
    assert done.exit_code == 1
    assert "pagina sconosciuta 'torrino'" in done.stderr
    assert "'x'" in done.stderr


def test_without_a_browser_server_and_kernel_are_tried(visits):
    done = run("torino", "--no-browser")
    assert done.exit_code == 0
    assert "2,5" in done.output
    assert "Senza browser" in done.output
    visits["torino"] = PageReport("torino", faults=("no widget",))
    assert run("torino", "--no-browser").exit_code == 1


def test_a_server_that_does_not_start_is_a_fault_of_its_page_only(visits, monkeypatch):
    @contextmanager
    def stuck(notebook):
        if notebook.stem == "torino":
            raise InputError("torino", ["no answer"])
        yield "http://127.0.0.1:1/"

    monkeypatch.setattr(smoke, "serving", stuck)
    found = json.loads(run("torino", "territorio", "--json").stdout)
    assert [one["ok"] for one in found] == [False, True]
    assert "no answer" in found[0]["faults"][0]


def test_no_playwright_and_no_chromium_say_what_to_install(visits, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    done = run("torino")
    assert done.exit_code == 1
    assert "manca Playwright" in done.stderr
    assert "--no-browser" in done.stderr


@pytest.mark.parametrize(
    ("text", "faults", "foreign"),
    [
        (smoke.WIDGET, (), ()),
        ("", ("no widget is on the page",), ()),
        (smoke.WIDGET + PANEL, ("the page failed, reference 0A1B2C3D",), ()),
        (
            f'{smoke.WIDGET}<script src="https://cdn.example/x.js"></script><a href="https://example.org">x</a>',
            (),
            ("https://cdn.example/x.js",),
        ),
    ],
    ids=["whole", "empty", "alert", "foreign"],
)
def test_the_text_of_a_page_is_read(text, faults, foreign):
    found = smoke.read("torino", text)
    assert (found.faults, found.foreign) == (faults, foreign)
    assert found.ok == (not faults and not foreign)


def test_a_server_that_stops_tells_the_end_of_its_log(tmp_path):
    with pytest.raises(InputError, match=r"the page server does not answer: .*none\.ipynb"):  # noqa: SIM117
        with smoke.serving(tmp_path / "none.ipynb"):
            pass


def test_words_exist_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in cli_apps.TEXTS.values())
