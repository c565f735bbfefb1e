"""What is measured of a program, and the solver with the same options for everybody."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Method → options of HiGHS; "none": build and hand over only.
METHODS: dict[str, dict[str, str]] = {
    "none": {},
    "choose": {"solver": "choose"},
    "simplex": {"solver": "simplex"},
    "ipx": {"solver": "ipx"},
    "ipx-nox": {"solver": "ipx", "run_crossover": "off"},
    "hipo": {"solver": "hipo"},
    "hipo-nox": {"solver": "hipo", "run_crossover": "off"},
}
_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 0}


class Record:
    """CPU seconds of the process, all threads, by stage; and what came out."""

    def __init__(self) -> None:
        self.out: dict[str, Any] = {"cpu_s": {}}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the CPU time of a stage."""
        before = time.process_time()
        yield
        self.out["cpu_s"][name] = self.out["cpu_s"].get(name, 0.0) + time.process_time() - before

    def run(self, highs: Any, method: str) -> bool:
        """Solve what HiGHS holds; tell whether it was asked for."""
        self.out |= {"rows": highs.getNumRow(), "columns": highs.getNumCol(), "entries": highs.getNumNz()}
        if method == "none":
            return False
        set_options(highs, method)
        with self.stage("solve"):
            highs.run()
        self.out["objective"] = highs.getInfo().objective_function_value
        self.out["status"] = highs.modelStatusToString(highs.getModelStatus())
        return True

    def capacities(self, values: dict[str, float]) -> None:
        """Keep the capacities of the plan, MW."""
        self.out["capacities"] = {name: round(float(value), 4) for name, value in values.items()}

    def finish(self) -> dict[str, Any]:
        """Return what was measured."""
        return self.out | {"peak_mb": peak_mb()}


def set_options(highs: Any, method: str) -> None:
    """Give a solver the options that everybody has."""
    for name, value in (_OPTIONS | METHODS[method]).items():
        highs.setOptionValue(name, value)


def peak_mb() -> float:
    """Largest memory of this process, MB."""
    status = Path("/proc/self/status")
    if status.exists():  # the other count may be that of the process which started this one
        line = next(one for one in status.read_text(encoding="utf-8").splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1e3 * 1.024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
