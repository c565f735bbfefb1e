"""Is the installation whole? Each part, what was found, and whether it is needed."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import metadata

from leb_kit import examples
from leb_kit.balance import check
from leb_kit.balance.checks import SEVERITIES
from leb_kit.errors import LebError
from leb_kit.reference import catalog

OLDEST_PYTHON = (3, 11)
#: Distributions that every command needs.
NEEDED = ("pandas", "numpy", "scipy", "pyomo", "highspy", "pandera", "babel", "jinja2", "xlsxwriter", "rich")
#: Parts of ``leb app`` and ``leb lab``.
OPTIONAL = ("voila", "jupyterlab", "anywidget")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One part of the installation."""

    part: str
    found: str
    ok: bool
    needed: bool = True


def examine(text: Mapping[str, str]) -> list[Finding]:
    """Look at every part; what is broken is a finding, never an exception.

    Parameters
    ----------
    text : Mapping[str, str]
        Words of the command line in the language of the findings.
    """
    findings = [_python(), *(_version(name) for name in NEEDED)]
    findings += [_version(name, needed=False) for name in OPTIONAL]
    findings.append(_chromium())
    for part, look in (("HiGHS", _solver), ("Torino 2019", partial(_example, text)), ("it/en", _labels)):
        findings.append(_looked(part, look))
    return findings


def _python() -> Finding:
    return Finding("Python", platform.python_version(), sys.version_info >= OLDEST_PYTHON)


def _version(name: str, *, needed: bool = True) -> Finding:
    try:
        return Finding(name, metadata.version(name), ok=True, needed=needed)
    except metadata.PackageNotFoundError:
        found = "?" if importlib.util.find_spec(name) else ""
        return Finding(name, found, ok=bool(found), needed=needed)


def _chromium() -> Finding:
    found = next(filter(None, map(shutil.which, CHROMIUM)), "")
    return Finding("chromium", found, ok=bool(found), needed=False)


def _looked(part: str, look: Callable[[], tuple[str, bool]]) -> Finding:
    try:
        found, ok = look()
    except (LebError, ImportError, OSError, RuntimeError, ValueError) as error:
        return Finding(part, f"{type(error).__name__}: {error}", ok=False)
    return Finding(part, found, ok)


def _solver() -> tuple[str, bool]:
    """Solve max x + y with x + 2y ≤ 4, 3x + y ≤ 6, x + y ≥ 0; the answer is 2.8 at (1.6, 1.2)."""
    import numpy as np
    from scipy.sparse import csc_matrix

    from leb_kit.optimise.engine.layout import Layout
    from leb_kit.optimise.model.formulation import LinearProgram
    from leb_kit.optimise.solver.solve import OPTIMAL, solve

    program = LinearProgram(
        cost=np.array([-1.0, -1.0]),
        matrix=csc_matrix(np.array([[1, 2], [3, 1], [1, 1]], dtype=float)),
        row_lower=np.array([-np.inf, -np.inf, 0.0]),
        row_upper=np.array([4, 6, np.inf]),
        lower=np.zeros(2),
        upper=np.full(2, np.inf),
        offset=0.0,
        columns=Layout((), ("x", "y")),
        rows=Layout((), ("first", "second", "third")),
    )
    start = time.perf_counter()
    answer = solve(program)
    took = (time.perf_counter() - start) * 1000
    right = answer.status == OPTIMAL and abs(10 * answer.objective + 28) < 1e-6
    return f"{answer.status}, {took:.0f} ms", right


def _example(text: Mapping[str, str]) -> tuple[str, bool]:
    balance = examples.torino()
    found = check(balance)
    counts = {name: int((found.table["severity"] == name).sum()) for name in SEVERITIES}
    if not found.ok:
        return text["open"].format(count=counts["error"]), False
    return text["doctor_closes"].format(cells=len(balance.table), **counts), True


def _labels() -> tuple[str, bool]:
    """Every label of every table exists in both languages."""
    blank = []
    count = 0
    for name in catalog.names():
        table = catalog.table(name)
        if {"label_it", "label_en"} <= set(table):
            count += len(table)
            blank += [name] * int((table[["label_it", "label_en"]] == "").any(axis=1).sum())
    return f"{count} × 2" + (f", {', '.join(sorted(set(blank)))}: {len(blank)}" if blank else ""), not blank
