"""The built files: complete, small, and asking nothing of any other host."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import leb_kit.widgets

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(leb_kit.widgets.__file__).parent / "static"
BUILT = sorted(STATIC.glob("*.js"))
NAMESPACES = "www.w3.org/"
MOST_BYTES = 150_000


def file_of_class() -> dict[str, Path]:
    """The built file that each widget names."""
    found = {}
    for source in STATIC.parent.glob("*.py"):
        words, last = source.read_text(encoding="utf-8"), ""
        for name, file in re.findall(r'^class (\w+)|_esm = STATIC / "(\w+\.js)"', words, re.MULTILINE):
            last = name or last
            if file:
                found[last] = STATIC / file
    return found


def test_every_widget_has_its_file():
    assert set(file_of_class().values()) == set(BUILT)


@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.name)
def test_a_built_file_names_no_host(path):
    hosts = re.findall(
        r"(?:https?:)?//([a-z0-9][\w.-]*\.[a-z]{2,}[^\s\"'`]*)", path.read_text(encoding="utf-8")
    )
    assert [host for host in hosts if not host.startswith(NAMESPACES)] == []


PAGES = sorted((STATIC.parents[1] / "apps").glob("*_page.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_sends_stays_small(page):
    written = page.read_text(encoding="utf-8")
    used = {path for name, path in file_of_class().items() if re.search(rf"\b{name}\(", written)}
    assert used
    assert sum(path.stat().st_size for path in used) < MOST_BYTES


def test_no_code_of_others_is_bundled():
    """Proves: no notice is owed. A package that is imported one day brings its licence along."""
    sources = [path for path in (ROOT / "js").glob("*.js") if path.is_file()]
    imported = [
        name
        for path in sources
        for name in re.findall(r"from \"([^\"]+)\"", path.read_text(encoding="utf-8"))
        if not name.startswith(".")
    ]
    assert imported == []


def test_the_built_files_match_their_source():
    if shutil.which("node") is None or not (ROOT / "js" / "node_modules").is_dir():
        pytest.skip("needs node and the packages of js/package-lock.json")
    done = subprocess.run(
        ["node", "build.mjs", "--check"], cwd=ROOT / "js", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
