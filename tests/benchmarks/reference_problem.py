"""The reference problem in leb_kit, in peers and in bare arrays, side by side.

    python tests/benchmarks/reference_problem.py --hours 8760 --seed 1 --peers pypsa,linopy,oemof

Every measurement is a process of its own; repeats are interleaved, so that other work on the machine does not
fall on one program only; medians are shown, or with ``--least`` the least of all. README.md beside it says
more.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reference.case import keep
from reference.environments import OURS, PEERS, python_of
from reference.measure import METHODS

HERE = Path(__file__).resolve().parent
#: Stages until the solver holds the problem.
BUILDING = ("state", "build", "hand over")
#: How near all objectives are, relative.
SAME = 1e-6

Result = dict[str, Any]


def arguments(words: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="The reference problem in leb_kit and its peers.")
    parser.add_argument("--hours", type=int, default=168, help="8760, 1344 (8 weeks), 168 or the first hours")
    parser.add_argument("--seed", type=int, default=1, help="chooses the synthetic year")
    parser.add_argument("--peers", default="", help=f"some of {','.join(PEERS)}")
    parser.add_argument("--time", default="", help="typical_days:24, stores linked; typical_days:24:apart")
    parser.add_argument(
        "--method", choices=list(METHODS), default="hipo-nox", help="solver, the same for all"
    )
    parser.add_argument("--no-solve", action="store_true", help="build and hand over only")
    parser.add_argument("--repeat", type=int, default=1, help="processes of each program")
    parser.add_argument("--least", action="store_true", help="least instead of median, on a busy machine")
    parser.add_argument(
        "--markdown", action="store_true", help="machine, date, versions and ratios as a table"
    )
    parser.add_argument(
        "--frontier", type=int, default=0, metavar="POINTS", help="cost against CO2, beside bare HiGHS"
    )
    parser.add_argument("--json", action="store_true", help="all that was measured, as JSON")
    asked = parser.parse_args(words)
    asked.peers = [peer for peer in asked.peers.split(",") if peer]
    if unknown := set(asked.peers) - set(PEERS):
        parser.error(f"unknown peers: {', '.join(sorted(unknown))}")
    if asked.no_solve:
        asked.method = "none"
    return asked


def measured(asked: argparse.Namespace) -> dict[str, list[Result]]:
    """Run everything; return program → what each process measured."""
    jobs = {name: {"program": name} for name in (*OURS, *asked.peers)}
    if asked.time:
        jobs[f"leb, {asked.time}"] = {"program": "leb", "time": asked.time}
    if asked.frontier:
        jobs = {
            f"{name}, frontier of {asked.frontier}": {"program": name, "frontier": asked.frontier}
            for name in OURS
        }
    with tempfile.TemporaryDirectory() as folder:
        year = Path(folder) / "year.npz"
        keep(asked.seed, year)
        same = {"hours": asked.hours, "seed": asked.seed, "method": asked.method, "year": str(year)}
        interpreters = {name: python_of(job["program"]) for name, job in jobs.items()}
        found: dict[str, list[Result]] = {name: [] for name in jobs}
        for _ in range(asked.repeat):
            for name, job in jobs.items():
                found[name].append(run(interpreters[name], job | same))
    return found


def run(python: str, job: dict[str, Any]) -> Result:
    """Measure in a process of its own."""
    quiet = {"PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    environment = os.environ | quiet
    environment.pop("PYTHONPATH", None)
    if job["program"] in OURS:  # the leb_kit of this folder, whichever is installed
        environment["PYTHONPATH"] = str(HERE.parents[1])
    command = [python, "-m", "reference.one", json.dumps(job)]
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{job['program']} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def middle(results: list[Result], of: Callable[[Iterable[float]], float] = statistics.median) -> Result:
    """Return the first result with medians (or another figure) of its times and memory, and their sums."""
    out = dict(results[0])
    stages = {stage: None for one in results for stage in one["cpu_s"]}
    out["cpu_s"] = {stage: of(one["cpu_s"][stage] for one in results) for stage in stages}
    out["peak_mb"] = of(one["peak_mb"] for one in results)
    for name, kept in (("building_s", BUILDING), ("total_s", (*BUILDING, "solve", "read", "year"))):
        each = [sum(one["cpu_s"].get(stage, 0.0) for stage in kept) for one in results]
        out[name] = of(each)
    return out


def ratios(found: dict[str, Result]) -> dict[str, dict[str, float]]:
    """Return how many times each program takes what leb_kit takes; above 1: leb_kit is better."""
    ours = found["leb"]
    keys = [key for key in ("building_s", "total_s", "peak_mb") if ours.get(key)]
    out = {name: {key: one[key] / ours[key] for key in keys} for name, one in found.items() if name != "leb"}
    for name, ratio in out.items():
        if "objective" in ours:
            ratio["objective"] = found[name]["objective"] / ours["objective"]
    return out


def disagreement(found: dict[str, Result]) -> list[str]:
    """Return the programs whose objective is not that of the floor; fewer steps are another problem."""
    if "objective" not in found.get("floor", {}):
        return []
    right = found["floor"]["objective"]
    whole = [name for name in found if not name.startswith("leb, ")]
    return [name for name in whole if not abs(found[name]["objective"] - right) <= SAME * abs(right)]


def table(asked: argparse.Namespace, found: dict[str, Result]) -> Iterator[str]:
    """Write lines for people."""
    yield f"Reference problem: {asked.hours} hours, seed {asked.seed}, {asked.method}"
    figure = "least" if asked.least else "medians"
    yield f"{asked.repeat} processes each; CPU seconds of the process, all threads, {figure}"
    stages = list(dict.fromkeys(stage for one in found.values() for stage in one["cpu_s"]))
    stages.remove("import")
    heads = [*stages, "building", "total", "peak MB"]
    yield "  ".join([f"{'':26}", *(f"{head:>9}" for head in heads), f"{'objective EUR':>20}"])
    for name, one in found.items():
        times = [one["cpu_s"].get(stage, 0.0) for stage in stages] + [one["building_s"], one["total_s"]]
        cells = [f"{value:>9.3f}" for value in times] + [f"{one['peak_mb']:>9.0f}"]
        yield "  ".join([f"{name:26}", *cells, f"{one.get('objective', float('nan')):>20.6f}"])
    if "leb" in found:
        yield "\nTimes what leb_kit takes; building: until the solver holds the problem"
        for name, ratio in ratios(found).items():
            cells = [f"{key.removesuffix('_s')} {value:.4g}" for key, value in ratio.items()]
            yield f"{name:26}  {'  '.join(cells)}"
    for name, one in found.items():
        if "frontier" in one["cpu_s"]:
            yield f"\n{name}: {one['cpu_s']['frontier'] / one['cpu_s']['one plan']:.2f} times one plan"
    sized = {name: one["capacities"] for name, one in found.items() if one.get("capacities")}
    if sized:
        yield "\nCapacities, MW"
        yield "  ".join([f"{'':26}", *(f"{name:>14.14}" for name in sized)])
        for plant in next(iter(sized.values())):
            cells = (f"{abs(one[plant]):>14.3f}" for one in sized.values())
            yield "  ".join([f"{plant:26}", *cells])


def markdown(asked: argparse.Namespace, found: dict[str, Result]) -> Iterator[str]:
    """Write what README.md keeps: where and when it was measured, of which versions, and the ratios."""
    versions = {name: version(name) for name in ("numpy", "pandas", "pyomo", "highspy")}
    for peer in asked.peers:
        wanted = HERE / "reference" / f"requirements-{peer}.txt"
        name, _, number = wanted.read_text(encoding="utf-8").splitlines()[0].partition("==")
        versions[name] = number
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python"
        f" {platform.python_version()}, {', '.join(f'{name} {one}' for name, one in versions.items())};"
        f" {asked.hours} hours, seed {asked.seed}, {asked.method}, {asked.repeat} processes each,"
        f" {'least' if asked.least else 'median'}."
    )
    yield "\n| program | state | build | hand over | together, CPU s | times leb_kit | peak MB |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name, one in found.items():
        stages = [f"{one['cpu_s'].get(stage, 0.0):.3f}" for stage in BUILDING]
        ratio = one["building_s"] / found["leb"]["building_s"]
        cells = [name, *stages, f"{one['building_s']:.3f}", f"{ratio:.2f}", f"{one['peak_mb']:.0f}"]
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure and show."""
    asked = arguments(sys.argv[1:])
    found = {
        name: middle(results, min if asked.least else statistics.median)
        for name, results in measured(asked).items()
    }
    wrong = disagreement(found)
    if asked.markdown and "leb" in found:
        sys.stdout.write("\n".join(markdown(asked, found)) + "\n")
    elif asked.json:
        compared = ratios(found) if "leb" in found else {}
        sys.stdout.write(
            json.dumps({"asked": vars(asked), "found": found, "ratios": compared}, indent=1) + "\n"
        )
    else:
        sys.stdout.write("\n".join(table(asked, found)) + "\n")
    if wrong:
        sys.exit(f"not the same objective as the floor: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
