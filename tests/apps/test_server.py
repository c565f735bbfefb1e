"""The page server's command and settings, and the guard; no server is started."""

import json
import logging
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
from traitlets.config import Config
from voila.execute import VoilaExecutor

from leb_kit.apps import guard, server, visitor

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_is_complete_and_never_changes_the_port():
    command = server.voila_command("page.ipynb", port=9001, preheated=3)
    assert command[:4] == [sys.executable, "-m", "leb_kit.apps.server", "page.ipynb"]
    assert "--port=9001" in command
    assert "--Voila.port_retries=0" in command
    assert "--VoilaConfiguration.default_pool_size=3" in command


def test_without_preheating_no_kernel_waits():
    assert "--VoilaConfiguration.preheat_kernel=False" in server.voila_command("page.ipynb", preheated=0)


def test_settings_name_our_template_and_repairs():
    settings = json.loads((server.SHIPPED / "voila" / "voila.json").read_text(encoding="utf-8"))
    assert settings["VoilaConfiguration"]["template"] == "leb"
    assert settings["VoilaConfiguration"]["show_tracebacks"] is False
    for key in ("kernel_websocket_connection_class", "identity_provider_class"):
        module, _, name = settings["Voila"][key].rpartition(".")
        assert module == "leb_kit.apps.server"
        assert hasattr(server, name)
    assert (server.SHIPPED / "voila" / "templates" / "leb" / "index.html.j2").is_file()


def test_a_page_made_ready_may_wait_for_its_visitor_as_long_as_it_takes():
    """Proves: the cell of a page that waits is never timed out.

    Without it: a server that nobody visited for two minutes gives an error to the next visitors.
    """
    settings = json.loads((server.SHIPPED / "voila" / "voila.json").read_text(encoding="utf-8"))
    cell = nbformat.v4.new_code_cell("show()")
    executor = VoilaExecutor(nbformat.v4.new_notebook(cells=[cell]), config=Config(settings))
    assert executor._get_timeout(cell) is None


def test_a_failure_shows_a_reference_and_logs_the_trace(monkeypatch, capfd):
    shown = []
    monkeypatch.setattr(guard, "display", shown.append)

    @guard.guarded
    def fails():
        raise ValueError("secret detail")

    assert fails() is None
    panel = shown[0].data
    assert 'role="alert"' in panel
    assert "secret detail" not in panel
    logged = capfd.readouterr().err
    assert "secret detail" in logged
    assert logged.split("reference ")[1].split()[0] in panel


def test_what_widgets_log_reaches_the_server(capfd):
    """Proves: a fault in the thread of a search is in the server's log. Without it nobody learns of it."""
    guard.guarded(lambda: None)()
    guard.guarded(lambda: None)()
    logging.getLogger("leb_kit.widgets.mix_explorer").error("a search failed")
    assert capfd.readouterr().err.count("a search failed") == 1


def test_the_same_fault_has_the_same_reference(monkeypatch):
    shown = []
    monkeypatch.setattr(guard, "display", shown.append)

    @guard.guarded
    def fails(detail):
        raise ValueError(detail)

    for detail in ("first visitor", "second visitor"):
        fails(detail)
    assert shown[0].data == shown[1].data


def test_a_page_that_works_is_left_alone():
    assert guard.guarded(lambda value: value + 1)(1) == 2


@pytest.mark.parametrize(
    ("query", "language"), [("", "it"), ("lingua=en", "en"), ("x=1&lingua=it", "it"), ("lingua=fr", "it")]
)
def test_the_address_chooses_the_language(monkeypatch, query, language):
    monkeypatch.delenv("VOILA_PREHEAT", raising=False)
    monkeypatch.setenv("QUERY_STRING", query)
    assert visitor.language_of(visitor.asked_words()) == language


def test_the_page_loads_no_server_into_its_kernel():
    """Proves: a kernel starts quickly. Importing voila alone takes seconds of processor time."""
    code = (
        "import sys, leb_kit.apps.torino_page; print({'voila', 'jupyter_server', 'pyomo'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


SERVING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
from leb_kit.apps import server
child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
server.voila_command = lambda *_, **__: [sys.executable, "-c", child]
server.serve("page.ipynb")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_server_ends_with_the_command_that_started_it(number):
    """Proves: nothing goes on when a supervisor stops the command. Without it the port stays taken."""
    with subprocess.Popen([sys.executable, "-c", SERVING], stdout=subprocess.PIPE, text=True) as command:
        child = psutil.Process(int(command.stdout.readline()))
        command.send_signal(number)
        command.wait(timeout=30)
    assert not child.is_running()
