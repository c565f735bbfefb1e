"""Every widget in JupyterLab, light and dark, says the same as on a Voilà page, light and dark."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import leb_kit.widgets
from tests.browser.served import AXE, Visit, free_port, serving, wait_until_it_answers

pytestmark = pytest.mark.browser

#: What a notebook shows of each widget, by the class its root has on the page.
SHOWN = {
    "leb-header": "PageHeader({'it': 'Prova', 'en': 'Trial'}, {'it': 'Una riga.', 'en': 'A line.'})",
    "leb-view": "ViewBar(places, territory='001272', year=2019)",
    "leb-address": "AddressBar({'misure': 'wind:1'})",
    "leb-table": "BalanceTable(torino)",
    "leb-door": "FileDoor(read=print, take=print, write=lambda: ('a.xlsx', b''))",
    "leb-flow": "FlowScheme(torino)",
    "leb-targets": "TargetPanel(torino, '20-20-20-local', base=torino)",
    "leb-history": "HistoryChart(share)",
    "leb-comparison": "ComparisonView(torino, later)",
    "leb-builder": "ScenarioBuilder(torino, kinds=['photovoltaic', 'heat_pumps'])",
    "leb-map": "TerritoryMap({'001': 1.0, '004': 2.5}, title='Prova', unit='MWh')",
    "leb-compare": "CompareBar([one], left=italy, right=italy, chosen=[italy], balance=italy)",
    "leb-detail.plants": "CogenerationDetail(leb.examples.italy())",
    "leb-detail.devices": "EndUseDetail(leb.examples.italy())",
    "leb-downloads": "Downloads(lambda kind: ('a.txt', b''))",
    "leb-mix": "MixExplorer(problem)",
}
FIRST = """import leb_kit as leb
from leb_kit.widgets import *
torino = leb.examples.torino()
piano = leb.Scenario("piano", base_year=2019).add(leb.measures.photovoltaic(mw=200))
later = leb.project(torino, piano, year=2030)
share = leb.history.shipped("renewable_share").query("territory == 'IT'")
one = {"id": "IT-2019", "level": "country", "it": "Italia 2019", "en": "Italy 2019"}
italy = one["id"]
places = [(leb.Territory.known("001272"), (2019,))]
problem = leb.mix_problem(torino, targets="20-20-20-local", base=torino, time=leb.typical_days(2))
"""
NOTEBOOKS = Path("@jupyterlab") / "notebook-extension" / "tracker.jupyterlab-settings"
NOTICES = Path("@jupyterlab") / "apputils-extension" / "notification.jupyterlab-settings"
THEMES = Path("@jupyterlab") / "apputils-extension" / "themes.jupyterlab-settings"
TRIES = 20
LIGHT = {"chiaro": "true", "scuro": "false"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with a notebook that shows every widget."""
    folder = tmp_path_factory.mktemp("lab")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in (FIRST, *SHOWN.values())]
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, folder / "widgets.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(folder) -> Iterator[str]:
    """Address of a JupyterLab on that folder."""
    port = free_port()
    options = {
        "port": port,
        "ServerApp.port_retries": 0,
        "IdentityProvider.token": "",
        "ServerApp.root_dir": folder,
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--{name}={value}" for name, value in options.items()]
    own = {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "spaces"),
    }
    with (
        (folder / "lab.log").open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | own) as server,
    ):
        try:
            address = f"http://127.0.0.1:{port}/"
            wait_until_it_answers(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="module")
def voila(folder) -> Iterator[str]:
    """Address of the same notebook as a page."""
    with serving(str(folder / "widgets.ipynb"), folder / "voila.log") as address:
        yield address


def run_in_lab(page, address: str, folder: Path, theme: str) -> None:
    """Open the notebook in JupyterLab and run all its cells."""
    settings = folder / "settings" / THEMES
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"theme": theme}), encoding="utf-8")
    whole = folder / "settings" / NOTEBOOKS
    whole.parent.mkdir(parents=True, exist_ok=True)
    # else cells that are out of sight leave the page
    whole.write_text(json.dumps({"windowingMode": "none"}), encoding="utf-8")
    # no question of news, which would be asked of another host; any other (which kernel?) is agreed to
    quiet = folder / "settings" / NOTICES
    quiet.parent.mkdir(parents=True, exist_ok=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}), encoding="utf-8")
    page.add_locator_handler(
        page.locator(".jp-Dialog"), lambda asked: asked.locator(".jp-mod-accept").first.click()
    )
    page.goto(f"{address}lab/tree/widgets.ipynb?reset")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=90_000)
    first = page.locator(".jp-NotebookPanel .jp-InputPrompt").first
    for _ in range(TRIES):  # cells that are run before the kernel answers are lost
        page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=90_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_timeout(1000)
        if first.inner_text().strip() != "[ ]:":
            return
    pytest.fail("JupyterLab did not run the cells")


def what_is_told(page) -> dict[str, str]:
    """Give the words of each widget, wherever their lines break."""
    for root in SHOWN:
        page.locator(f".{root}").first.wait_for(state="attached", timeout=90_000)
    page.wait_for_function("document.querySelectorAll('.leb-flow .band').length > 10")
    return {root: re.sub(r"\s+", "", page.locator(f".{root}").first.text_content()) for root in SHOWN}


def faults(page, root: str) -> list[str]:
    """What axe finds wrong within one widget."""
    found = page.evaluate(
        "(root) => axe.run(document.querySelector(root)).then((all) => all.violations)", root
    )
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found]


def test_every_widget_is_looked_at():
    roots = set(leb_kit.widgets.__all__)
    assert roots == {source.partition("(")[0] for source in SHOWN.values()}


@pytest.mark.parametrize(("shade", "theme"), [("chiaro", "JupyterLab Light"), ("scuro", "JupyterLab Dark")])
def test_a_widget_is_the_same_in_lab_and_on_a_page(page, folder, lab, voila, shade, theme):
    page.set_viewport_size({"width": 1500, "height": 12000})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    run_in_lab(page, lab, folder, theme)
    in_lab = what_is_told(page)
    assert page.evaluate("document.body.dataset.jpThemeLight") == LIGHT[shade]
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert {root: faults(page, f".{root}") for root in SHOWN} == {root: [] for root in SHOWN}
    assert complaints == []

    visit = Visit(page, voila, tuple(f".{root}" for root in SHOWN))
    visit.open(f"?tema={shade}")
    assert what_is_told(page) == in_lab
    assert page.evaluate("document.body.dataset.jpThemeLight") == LIGHT[shade]
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert {root: faults(page, f".{root}") for root in SHOWN} == {root: [] for root in SHOWN}


def test_a_page_is_as_dark_as_the_system_and_light_on_paper(page, voila):
    page.emulate_media(color_scheme="dark")
    visit = Visit(page, voila, (".leb-flow .band",))
    visit.open()
    back = "getComputedStyle(document.querySelector('.leb-flow')).backgroundColor"
    dark = page.evaluate(back)
    assert max(int(part) for part in re.findall(r"\d+", dark)) < 50
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(back) == "rgb(255, 255, 255)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(back) == dark
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{back} === 'rgb(255, 255, 255)'")
