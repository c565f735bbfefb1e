"""An environment for each framework, made once and kept: their requirements exclude each other."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

#: Folder of the environments; a folder of the system for temporary files where it is not set.
CACHE = "LEB_BENCH_CACHE"
#: What runs in the environment of leb_kit itself.
OURS = ("leb", "floor")
PEERS = ("pypsa", "linopy", "oemof")


def cache() -> Path:
    """Return the folder where environments are kept."""
    asked = os.environ.get(CACHE)
    folder = Path(asked) if asked else Path(tempfile.gettempdir()) / "leb_kit-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def python_of(program: str) -> str:
    """Return the interpreter of a program; its environment is made if it is not there yet."""
    if program in OURS:
        return sys.executable
    wanted = Path(__file__).with_name(f"requirements-{program}.txt")
    state = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    folder = cache() / program
    python, stamp = folder / "bin" / "python", folder / "made-of.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != state:
        sys.stderr.write(f"installing {program} into {folder} ...\n")
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        options = ["--quiet", "--disable-pip-version-check", "--requirement", str(wanted)]
        subprocess.run([str(python), "-m", "pip", "install", *options], check=True)
        stamp.write_text(state, encoding="utf-8")
    return str(python)
