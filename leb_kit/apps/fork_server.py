"""A process that has loaded what kernels of our pages need, and splits off a kernel when it is asked to.

A kernel of its own spends a second of processor time to load pandas and the pages before it computes
anything; one that is split off has them already, and shares their memory. Run as
``python -m leb_kit.apps.fork_server DOOR NOTEBOOK…``; ``DOOR`` is the number of an open socket. ``forked``
asks; this process never looks at the network.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import json
import logging
import os
import pathlib
import signal
import socket
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final

#: Without a handler of its own: warnings go to stderr, which is the server's.
LOG: Final = logging.getLogger(__name__)
#: What every kernel with widgets loads.
BASE: Final = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipywidgets", "websockets.sync.client")
OURS: Final = "leb_kit"
#: Function of a page's module that computes what is the same for every visitor.
WARM: Final = "warm"
#: What a kernel's command looks like after the interpreter: ``-m ipykernel_launcher …``.
LAUNCHER: Final = ("-m", "ipykernel_launcher")


def modules_of(notebooks: Iterable[pathlib.Path]) -> list[str]:
    """Return the modules of leb_kit that cells of notebooks import, each once."""
    found: dict[str, None] = {}
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
        for cell in cells:
            if cell.get("cell_type") != "code":
                continue
            with contextlib.suppress(SyntaxError):  # a magic, another language: nothing to load before
                found |= dict.fromkeys(_imported("".join(cell.get("source", ""))))
    return [name for name in found if name.split(".")[0] == OURS]


def _imported(source: str) -> Iterable[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def load(names: Iterable[str]) -> None:
    """Import modules, and compute what they say is the same for everybody.

    A fault is written to the server's log and left to the kernel, which meets it again and tells its visitor.
    """
    for name in names:
        try:
            getattr(importlib.import_module(name), WARM, lambda: None)()
        except Exception:  # one page that cannot be prepared must not stop the others
            LOG.warning("%s could not be prepared; each visitor will wait for it", name, exc_info=True)


def main(arguments: list[str]) -> None:
    """Load, then split off a kernel for each line that comes through the door, until it is closed."""
    door = socket.socket(fileno=int(arguments[0]))
    load((*BASE, *modules_of(map(pathlib.Path, arguments[1:]))))
    gc.collect()
    gc.freeze()  # what is shared is not looked through, and so not copied, by every kernel
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # kernels that end leave nothing to clear away
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a server that is interrupted closes the door
    for line in door.makefile("r", encoding="utf-8"):
        if os.fork() == 0:
            become(json.loads(line), door)


def become(asked: Mapping[str, Any], door: socket.socket) -> None:
    """Turn this process into the kernel that was asked for, and never come back.

    Parameters
    ----------
    asked : Mapping
        ``arguments`` of the kernel, ``env`` and ``cwd``.
    door : socket
        Is told the number of the process, once it leads a session of its own.
    """
    parent = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()  # a signal to the group of a kernel must not reach the server
    door.sendall(f"{os.getpid()}\n".encode())
    os.close(door.detach())  # who holds it open hides from the server that its other holder has ended
    os.environ.clear()
    os.environ.update(asked["env"])
    if asked["cwd"]:
        os.chdir(asked["cwd"])
    from ipykernel.kernelapp import IPKernelApp

    # it ends when its parent does, which ends when the page server does
    IPKernelApp.launch_instance([*asked["arguments"], f"--IPKernelApp.parent_handle={parent}"])
    sys.exit()


if __name__ == "__main__":
    main(sys.argv[1:])
