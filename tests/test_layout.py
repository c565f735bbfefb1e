"""The house rules of CONTRIBUTING.md. Each test names the file and line that breaks its rule."""

import ast
import importlib
import json
import math
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "leb_kit"
MODULES = sorted(PACKAGE.rglob("*.py"))
NOTEBOOKS = sorted([*ROOT.glob("notebooks/**/*.ipynb"), *ROOT.glob("voila_apps/**/*.ipynb")])

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
MOST_CELLS = 25

HEAVY = ("pyomo", "highspy", "sqlalchemy", "plotly", "pandera", "scipy.optimize", "ipywidgets", "anywidget")

# Modules that users reach as names: leb.examples.torino(), leb.indicators.emissions(…).
SPACES = frozenset(
    ("leb_kit", name)
    for name in (
        "examples",
        "history",
        "indicators",
        "measures",
        "metering",
        "scenarios",
        "tertiary",
        "widgets",
    )
)

# Zero, one, two and the half are arithmetic; powers of ten are tolerances and prefixes. Anything else is a
# factor, price or efficiency, and belongs in a row of leb_kit/reference/data with its unit and source.
PLAIN_NUMBERS = frozenset({0.0, 0.5, 1.0, 2.0})
OTHER_NUMBERS: dict[tuple[str, float], str] = {
    ("units.py", 3.6): "exact: GJ in a MWh",
    ("units.py", 11.63): "exact: MWh in a toe",
    ("units.py", 11_630.0): "exact: MWh in a ktoe",
    ("units.py", 11_630_000.0): "exact: MWh in a Mtoe",
    ("balance/accounting.py", 25e-8): "tolerance: how far published tables are rounded, no energy",
    ("reference/networks.py", 273.15): "exact: 0 °C in kelvin",
    ("errors.py", 0.6): "likeness of two words, as difflib counts it",
    (
        "optimise/answers/near_optimal.py",
        0.05,
    ): "how much dearer an alternative may be, unless the planner says",
    ("widgets/mix_explorer.py", 0.05): "how much dearer an alternative may be, unless the planner says",
    ("widgets/target_panel.py", 1.25): "length of a gauge on the screen",
}

CDN = re.compile(
    r"cdn\.|unpkg\.com|jsdelivr|esm\.sh|esm\.run|skypack|googleapis\.com|cdnjs|"
    r"""(?:src|href)\s*=\s*["']https?://|@import\s+(?:url\()?["']?https?://|(?:from|import)\s*\(?["']https?://""",
    re.IGNORECASE,
)
# Written in pieces, or this file would break its own rule.
MACHINE_PATHS = re.compile("|".join(("/" + "work/", "/" + "tmp/v", "/" + "root/", "/" + "home/")))
INDEX_ADDRESSES = re.compile(
    "|".join(("registry" + r"\.npmjs", "pypi" + r"\.org/simple", "python" + "hosted"))
)


def tracked() -> list[Path]:
    """Files of the repository; outside a clone, every file that is not made by a tool."""
    asked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.returncode == 0:
        return [path for name in asked.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]


def lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Places where a text file matches, as path:line: text."""
    found = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or an archive
        for number, line in enumerate(text.splitlines(), start=1):
            if hit := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {hit.group()}")
    return found


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the package, parsed."""
    for path in MODULES:
        yield path, ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    """Where a node stands, to be clicked."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def show(faults: list[str]) -> str:
    """All faults, one a line."""
    return "\n" + "\n".join(faults)


def has_docstring(node: ast.AST) -> bool:
    """Whether a module, class or function says what it is."""
    return ast.get_docstring(node) is not None  # type: ignore[arg-type]


# ── modules and functions ────────────────────────────────────────────────────────────────────────────────


def test_a_module_is_short_enough_to_be_read_in_one_sitting():
    files = [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    faults = [f"{p.relative_to(ROOT)}: {n} lines" for p, n in lengths.items() if n > LONGEST_MODULE]
    assert not faults, show(faults)


def test_a_function_fits_on_a_screen():
    """Its docstring does not count: formulas and units need their room."""
    faults = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            text = node.body[0] if has_docstring(node) else None
            documented = (text.end_lineno or 0) - text.lineno + 1 if text else 0
            length = (node.end_lineno or 0) - node.lineno + 1 - documented
            if length > LONGEST_FUNCTION:
                faults.append(f"{place(path, node)}: {node.name} has {length} lines")
    assert not faults, show(faults)


def undocumented(path: Path, body: list[ast.stmt]) -> Iterator[str]:
    """Public names of a module or class that have no docstring."""
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("_"):
            continue
        marks = {ast.unparse(mark) for mark in node.decorator_list}
        spoken_for = any(mark.endswith((".setter", "overload")) for mark in marks)
        if not spoken_for and not has_docstring(node):
            yield f"{place(path, node)}: {node.name}"
        if isinstance(node, ast.ClassDef):
            yield from undocumented(path, node.body)


def test_every_public_name_says_what_it_is():
    faults = []
    for path, tree in trees():
        if tree.body and not has_docstring(tree):
            faults.append(f"{place(path, tree)}: the module itself")
        faults += undocumented(path, tree.body)
    assert not faults, show(faults)


def numbers() -> Iterator[tuple[str, float, str]]:
    """Every float written in the package that is not plain: file, value, place."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, float)):
                continue
            if node.value not in PLAIN_NUMBERS and not math.log10(node.value).is_integer():
                yield path.relative_to(PACKAGE).as_posix(), node.value, place(path, node)


def test_no_factor_hides_in_code():
    """A number that a planner may doubt has a row with unit and source."""
    faults = [f"{where}: {value}" for file, value, where in numbers() if (file, value) not in OTHER_NUMBERS]
    assert not faults, show(faults)


def test_every_excepted_number_is_still_there():
    stale = set(OTHER_NUMBERS) - {(file, value) for file, value, _ in numbers()}
    assert not stale


def test_layers_do_not_import_from_the_map():
    """``leb_kit/__init__.py`` offers names to users. A layer that used them would hide what it depends on."""
    parts = {path.stem for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}
    faults = []
    for path, tree in trees():
        if path == PACKAGE / "__init__.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names if alias.name == "leb_kit"]
            elif isinstance(node, ast.ImportFrom) and node.module == "leb_kit":
                names = [alias.name for alias in node.names if alias.name not in {*parts, "__version__"}]
            else:
                continue
            faults += [f"{place(path, node)}: {name}" for name in names]
    assert not faults, show(faults)


# ── the public face ──────────────────────────────────────────────────────────────────────────────────────


def test_all_names_are_there_and_sorted_once():
    package = importlib.import_module("leb_kit")
    names = list(getattr(package, "__all__", []))
    assert names == sorted(set(names))
    missing = []
    for name in names:
        try:
            getattr(package, name)
        except (AttributeError, ImportError) as error:
            missing.append(f"{name}: {error}")
    assert not missing, show(missing)


def test_no_module_stands_in_front_of_a_name_we_promise():
    """Proves: ``leb.report(…)`` stays a call, whatever was imported before it.

    Python puts a submodule into its package under its own name: a package and a function may collide.
    """
    code = f"""
import importlib, pkgutil, types, leb_kit
modules = [leb_kit]
for found in pkgutil.walk_packages(leb_kit.__path__, "leb_kit."):
    modules.append(importlib.import_module(found.name))
for module in modules:
    for name in getattr(module, "__all__", []):
        value = getattr(module, name)
        is_space = (module.__name__, name) in {sorted(SPACES)!r}
        if isinstance(value, types.ModuleType) and not callable(value) and not is_space:
            print(module.__name__ + "." + name)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stdout, done.stdout


def test_import_is_light():
    """Proves: ``import leb_kit`` loads pandas and nothing heavier. Without it every command starts late."""
    code = f"import sys, leb_kit; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_version_is_told_once():
    package = importlib.import_module("leb_kit")
    version = pyproject()["project"]["version"]
    assert getattr(package, "__version__", version) == version
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# ── packaging ────────────────────────────────────────────────────────────────────────────────────────────


def pyproject() -> dict:
    """What the package declares."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins() -> list[Requirement]:
    """Lines of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


def test_every_direct_dependency_is_pinned_inside_its_range():
    project = pyproject()["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins()}
    faults = []
    for wanted in (Requirement(text) for group in groups for text in group):
        version = pinned.get(canonicalize_name(wanted.name))
        if version is None or not wanted.specifier.contains(version):
            faults.append(f"{wanted}: pinned {version}")
    assert not faults, show(faults)


def test_constraints_are_exact_versions_and_nothing_else():
    """An address or a hash would tie the set to one index or one machine."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--hash|--index|--find-links| @ ", text)
    assert all(re.fullmatch(r"==[^*,]+", str(pin.specifier)) for pin in pins())


def test_environment_yml_holds_no_versions():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    entries = [line.strip().removeprefix("- ") for line in lines if line.strip().startswith("- ")]
    assert [entry for entry in entries if entry != "conda-forge"] == [
        "python",
        "pip",
        "pip:",
        "-e .[apps,dev,hub,pdf,postgres,mqtt]",
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no executable bit")
def test_ci_scripts_can_be_run():
    assert all(os.access(path, os.X_OK) for path in (ROOT / ".ci").iterdir())


# ── what leaves the house ────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_fetched_from_a_cdn():
    """Proves: it works offline. Without it a page is blank in a town hall without a network."""
    files = [
        path
        for path in tracked()
        if path.relative_to(ROOT).parts[0] in {"leb_kit", "voila_apps", "notebooks"}
    ]
    faults = lines_matching(CDN, files)
    assert not faults, show(faults)


def test_no_file_names_a_machine():
    faults = lines_matching(MACHINE_PATHS, tracked())
    assert not faults, show(faults)


def test_no_file_names_a_package_index():
    faults = lines_matching(INDEX_ADDRESSES, tracked())
    assert not faults, show(faults)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_tells_a_story_and_holds_no_code_of_its_own(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert len(cells) <= MOST_CELLS
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    defined = [text for text in code if re.search(r"^\s*(async\s+)?(def|class)\s", text, re.MULTILINE)]
    assert not defined, show(defined)


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/**/*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_opens_with_its_question_and_keeps_no_trace_of_a_run(path):
    """Proves: outputs are those of one run from top to bottom. Without it nbval compares with a mixture."""
    book = json.loads(path.read_text(encoding="utf-8"))
    assert book["cells"][0]["cell_type"] == "markdown"
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1)), "run: make notebooks"
    assert not any("execution" in cell["metadata"] for cell in code), "times of a run: make notebooks"
    assert "version" not in book["metadata"].get("language_info", {}), "a machine's Python: make notebooks"
    assert not any(out["output_type"] == "error" for cell in code for out in cell["outputs"])
