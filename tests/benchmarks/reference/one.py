"""One measurement in a process of its own: the runner starts it in the environment of the framework."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from .case import case
from .measure import Record


def main() -> None:
    """Read what to do, do it, write what was measured as the last line."""
    asked: dict[str, Any] = json.loads(sys.argv[1])
    record = Record()
    with record.stage("import"):
        program = importlib.import_module(f".program_{asked['program']}", __package__)
    question = case(asked["hours"], asked["seed"], year=Path(asked["year"]))
    if asked.get("frontier"):
        program.measure_frontier(question, record, asked["frontier"])
    else:
        options = {"time": asked["time"]} if asked.get("time") else {}
        program.measure(question, record, asked["method"], **options)
    sys.stdout.write("\n" + json.dumps(record.finish()) + "\n")


if __name__ == "__main__":
    main()
