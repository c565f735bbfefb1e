"""``leb apps smoke`` as a person starts it: a whole page is green, a broken one is told fault by fault."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
#: A picture of another host, a link without a name, an alert, no heading, and wider than a telephone.
BROKEN = """from IPython.display import HTML, display
picture, link = '<img src="http://127.0.0.1:9/none.png">', '<a href="#x"></a>'
display(HTML(f'<div class="leb-broken" style="width:900px">{picture}{link}</div>'))
display(HTML('<div role="alert">Boom</div>'))"""


def smoke(chromium, *arguments, cwd=ROOT):
    command = [sys.executable, "-m", "leb_kit.apps.cli", "apps", "smoke", *map(str, arguments), "--json"]
    environment = {**os.environ, "CHROMIUM": chromium, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def test_a_shipped_page_is_green_and_leaves_two_pictures(chromium, tmp_path):
    code, found = smoke(chromium, "torino", "--shots", tmp_path / "shots")
    assert (code, found[0]["ok"]) == (0, True), found
    assert 0 < found[0]["first_paint"] <= found[0]["first_widget"]
    assert found[0]["again"] > 0
    pictures = sorted(path.name for path in (tmp_path / "shots").iterdir())
    assert pictures == ["torino_en.png", "torino_it.png"]


def test_a_broken_page_is_told_fault_by_fault(chromium, tmp_path):
    cell = {"cell_type": "code", "execution_count": None, "id": "x", "metadata": {}, "outputs": []}
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": [{**cell, "source": BROKEN}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "voila_apps").mkdir()
    (tmp_path / "voila_apps/broken.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    code, (found,) = smoke(chromium, cwd=tmp_path)
    assert code == 1
    assert found["foreign"] == ["http://127.0.0.1:9/none.png"]
    assert any(one.startswith("link-name") for one in found["violations"]), found
    assert found["console"]
    assert {"Boom", "la pagina non ha un titolo", "la pagina è più larga di un telefono"} <= set(
        found["faults"]
    )


def test_no_browser_says_what_to_install(tmp_path):
    code, told = smoke(str(tmp_path / "none"), "torino")
    assert code == 1
    assert "apt install chromium" in told
    assert "--no-browser" in told
