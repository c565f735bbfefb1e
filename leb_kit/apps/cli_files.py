"""What commands need besides the package: other packages, and files of the project."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from leb_kit.apps.cli_show import Screen
from leb_kit.errors import InputError


def require_package(screen: Screen, name: str) -> None:
    """Say what to install where a package is missing."""
    if importlib.util.find_spec(name) is None:
        raise InputError("leb", [screen.text["no_package"].format(name=name)])


def project_file(screen: Screen, name: str) -> Path:
    """Return a file of the project: below the current folder, or beside the package in a clone."""
    for root in (Path.cwd(), Path(__file__).resolve().parents[2]):
        if (root / name).exists():
            return root / name
    raise InputError("leb", [screen.text["no_notebook"].format(name=name)])
