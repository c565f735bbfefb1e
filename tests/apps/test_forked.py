"""Kernels that are split off a process which has loaded their pages: start, end, and what if they cannot."""

import json
import os
import subprocess
import sys

import pytest
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory

from leb_kit.apps import fork_server, forked, server
from tests.helpers import run_apart

LOADED = "import sys; print('leb_kit.apps.guard' in sys.modules, __name__)"


def notebook(folder, *sources):
    """A notebook of code cells."""
    cells = [{"cell_type": "code", "source": source} for source in sources]
    path = folder / "page.ipynb"
    path.write_text(json.dumps({"cells": [*cells, {"cell_type": "markdown", "source": "import leb_kit.no"}]}))
    return path


def test_modules_of_ours_that_a_notebook_imports(tmp_path):
    page = notebook(
        tmp_path, "import leb_kit as leb, json", "%time x", ["from leb_kit.apps.a import show\n", "show()"]
    )
    assert fork_server.modules_of([page, page]) == ["leb_kit", "leb_kit.apps.a"]
    assert server.notebooks_of(str(tmp_path)) == [page] == server.notebooks_of(str(page))
    assert server.notebooks_of(str(tmp_path / "none")) == []


def test_a_fault_while_loading_is_logged_and_left_to_the_kernel(monkeypatch, caplog):
    """Proves: the log names module and fault. Without it a page is slow and nobody learns why."""
    done = []
    module = type(sys)("leb_kit_trial")
    module.warm = lambda: done.append(1) or 1 / 0
    monkeypatch.setitem(sys.modules, "leb_kit_trial", module)
    fork_server.load(["leb_kit_none", "leb_kit_trial"])
    assert done == [1]
    assert [one.args[0] for one in caplog.records] == ["leb_kit_none", "leb_kit_trial"]
    assert "ModuleNotFoundError" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_a_process_that_is_no_child_is_watched_and_ended():
    parent = (
        "import subprocess as s, sys;"
        "one = s.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], stdout=s.DEVNULL, stderr=-3);"
        "print(one.pid)"
    )
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, check=True)
    child = forked.Child(int(done.stdout))
    assert child.poll() is None
    child.terminate()
    assert child.wait() == 0
    assert child.poll() == 0
    child.kill()  # it has gone: nothing happens


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Start a mother; what she changes in this process is undone."""
    monkeypatch.setattr(KernelProvisionerFactory, "provisioners", {})
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "local-provisioner")
    monkeypatch.setattr(forked.Forked, "mother", None)
    monkeypatch.setattr(forked.Forked, "failed", False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    KernelProvisionerFactory.clear_instance()
    assert forked.start([str(notebook(tmp_path, "import leb_kit.apps.guard"))])
    yield forked.Forked.mother
    forked.Forked.mother.close()
    KernelProvisionerFactory.clear_instance()


async def ran(code, folder):
    """Start a kernel, run code in it, and stop it; gives what it printed, and whether it was split off."""
    manager = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{folder}/k")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    told = []
    await client.execute_interactive(
        code, timeout=60, output_hook=lambda message: told.append(message["content"].get("text", ""))
    )
    split = isinstance(manager.provisioner.process, forked.Child)
    client.stop_channels()
    pid = manager.provisioner.pid
    await manager.shutdown_kernel()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    return "".join(told), split


def test_a_kernel_is_split_off_with_its_page_loaded_and_ends(started, tmp_path):
    """Proves: a kernel has its page before it runs anything. Without the mother it would load it first."""
    assert run_apart(ran(LOADED, tmp_path)) == ("True __main__\n", True)


def test_without_an_answer_a_kernel_starts_by_itself(started, tmp_path):
    started.process.kill()
    started.process.wait()
    assert run_apart(ran(LOADED, tmp_path)) == ("False __main__\n", False)
    assert forked.Forked.failed
