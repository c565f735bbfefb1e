"""Kernels that are split off a process which has loaded their pages already; the page server's side of it.

Where the system cannot do that (it takes Linux), and for kernels that are no Python, Jupyter's way is taken.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from importlib.metadata import EntryPoint
from typing import Any, Final

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from leb_kit.apps.fork_server import LAUNCHER

NAME: Final = "leb-forked"
#: Seconds that a kernel may take to be split off, loading of the pages included; then Jupyter's way is taken.
PATIENCE: Final = 60


class Child:
    """A kernel that is no child of this process, with what Jupyter asks of a ``Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._handle = os.pidfd_open(pid)  # type: ignore[attr-defined,unused-ignore]

    def poll(self) -> int | None:
        """Return None while it runs, 0 after that: how it ended only its parent is told."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            self.returncode = 0
            os.close(self._handle)
        return self.returncode

    def wait(self) -> int:
        """Wait until it has ended."""
        if self.poll() is None:
            select.select([self._handle], [], [])
        return self.poll() or 0

    def send_signal(self, number: int) -> None:
        """Send a signal; one that has ended is left alone."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)  # type: ignore[attr-defined,unused-ignore]

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Mother:
    """The process that kernels are split off, started once and asked by one at a time.

    It ends when the door is closed, and its kernels with it.
    """

    def __init__(self, notebooks: list[str]) -> None:
        self._door, other = socket.socketpair()
        self._door.settimeout(PATIENCE)
        self._lock = threading.Lock()
        # -P: what lies in the folder of the server is not imported instead of what is installed
        command = [sys.executable, "-P", "-m", "leb_kit.apps.fork_server", str(other.fileno()), *notebooks]
        self.process = subprocess.Popen(command, pass_fds=[other.fileno()], stdin=subprocess.DEVNULL)
        other.close()
        self._answers = self._door.makefile("r", encoding="utf-8")

    def child(self, arguments: list[str], env: dict[str, str], cwd: str | None) -> Child:
        """Split a kernel off.

        Raises
        ------
        OSError
            When the process does not answer, or the kernel has ended at once.
        """
        asked = json.dumps({"arguments": arguments, "env": env, "cwd": cwd})
        with self._lock:
            self._door.sendall(f"{asked}\n".encode())
            answer = self._answers.readline()
        if not answer:
            raise ConnectionError("the process that kernels are split off has ended")
        return Child(int(answer))

    def close(self) -> None:
        """Let it end."""
        self._answers.close()
        self._door.close()
        self.process.wait()


class Forked(LocalProvisioner):
    """Start kernels of pages by splitting them off, any other as Jupyter does."""

    mother: Mother | None = None
    failed = False  # a mother that does not answer is kept, for kernels that she has

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start a kernel."""
        if self.mother is None or self.failed or tuple(cmd[1:3]) != LAUNCHER:
            return await super().launch_kernel(cmd, **options)
        env = options.get("env") or dict(os.environ)
        try:
            child = await asyncio.to_thread(self.mother.child, cmd[3:], env, options.get("cwd"))
        except OSError as error:
            self.log.warning("No kernel could be split off (%s); one is started anew", error)
            type(self).failed = True
            return await super().launch_kernel(cmd, **options)
        self.process: Any = child
        self.pid = self.pgid = child.pid  # it leads its own group
        return self.connection_info


def start(notebooks: list[str]) -> bool:
    """Let kernels of this server be split off a process that has loaded its pages; tell whether they will.

    Parameters
    ----------
    notebooks : list of str
        Paths of app notebooks.
    """
    try:
        os.close(os.pidfd_open(os.getpid()))  # type: ignore[attr-defined,unused-ignore]
    except (AttributeError, OSError):  # another system than Linux, or one that keeps this from us
        return False
    Forked.mother = Mother(notebooks)
    value = f"{Forked.__module__}:{Forked.__qualname__}"
    KernelProvisionerFactory.provisioners[NAME] = EntryPoint(NAME, value, KernelProvisionerFactory.GROUP_NAME)
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = NAME
    return True
