"""One page server behind a real JupyterHub on this machine: a sign-in for strangers, the page for others."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browser.served import ROOT, free_port

START_SECONDS = 120
WORD = "prova"
CELL = "import ipywidgets\n", "ipywidgets.IntSlider(description='Prova')"


@pytest.fixture(scope="module")
def hub(tmp_path_factory) -> Iterator[str]:
    """Address of a Hub with the service; its page has one slider."""
    folder = tmp_path_factory.mktemp("hub")
    notebook = json.loads((ROOT / "voila_apps" / "territorio.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = list(CELL)
    (folder / "page.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    ports = [free_port() for _ in range(3)]
    environment = os.environ | {
        "LEB_TEST_PORTS": " ".join(map(str, ports)),
        "LEB_TEST_PAGE": str(folder / "page.ipynb"),
        "LEB_TEST_WORD": WORD,
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "jupyterhub", f"--config={Path(__file__).with_name('hub_config.py')}"]
    log = folder / "hub.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=out, stderr=out, start_new_session=True
        ) as server,
    ):
        address = f"http://127.0.0.1:{ports[0]}"
        try:
            wait_for(f"{address}/services/leb/", server, log)
            yield address
        finally:
            ended(server)


def ended(server: subprocess.Popen) -> None:
    """Let the Hub end its services; on a busy machine it may take longer than anyone waits."""
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Return when the service sends its visitor to the Hub."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        try:
            if httpx.get(address, timeout=5).status_code == httpx.codes.FOUND:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    pytest.fail(log.read_text(encoding="utf-8")[-2000:])


@pytest.fixture
def visitor(hub) -> Iterator[httpx.Client]:
    """A browser that keeps cookies and follows where it is sent."""
    with httpx.Client(base_url=hub, follow_redirects=True, timeout=60) as client:
        yield client


def sign_in(visitor: httpx.Client, password: str) -> httpx.Response:
    """Ask for the page, and answer the sign-in that comes instead."""
    form = visitor.get("/services/leb/")
    assert form.url.path == "/hub/login"
    token = re.search(r'name="_xsrf" value="([^"]+)"', form.text)
    return visitor.post(
        str(form.url),
        data={"username": "anna", "password": password, "_xsrf": token[1] if token else ""},
    )


def test_who_is_signed_in_sees_the_page_and_no_more(visitor):
    """Proves: the page, its kernel and its end; not files. Without the wall anybody reads the machine."""
    page = sign_in(visitor, WORD)
    assert page.url.path == "/services/leb/"
    assert 'data-base-url="/services/leb/voila/"' in page.text
    assert "widget-view+json" in page.text
    kernel = re.search(r'"kernelId": ?"([0-9a-f-]{36})"', page.text)[1]
    assert visitor.get(f"/services/leb/api/kernels/{kernel}").json()["id"] == kernel
    assert visitor.get("/services/leb/api/contents").status_code in {403, 404}
    token = visitor.cookies.get("_xsrf", path="/services/leb/")
    gone = visitor.post(f"/services/leb/voila/api/shutdown/{kernel}", params={"_xsrf": token})
    assert gone.is_success
    assert visitor.get(f"/services/leb/api/kernels/{kernel}").status_code == 404


@pytest.mark.browser
def test_widgets_live_behind_the_proxy(hub, page):
    """Proves: the websocket of the kernel is carried, too. Without it the page stays a picture."""
    page.goto(f"{hub}/services/leb/")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(WORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".widget-slider", timeout=60_000)
    assert "Prova" in page.locator(".widget-slider").inner_text()


def test_a_wrong_password_sees_the_sign_in_again(visitor):
    answer = sign_in(visitor, "sbagliata")
    assert "widget-view+json" not in answer.text
    assert visitor.get("/services/leb/").url.path == "/hub/login"


def test_nobody_reaches_a_kernel_without_signing_in(hub):
    answer = httpx.get(f"{hub}/services/leb/api/kernels", timeout=30)
    assert answer.status_code in {302, 403}


def test_the_way_back_leads_to_no_other_host(hub):
    answer = httpx.get(f"{hub}/services/leb/login", params={"next": "//example.org/"}, timeout=30)
    assert answer.status_code == httpx.codes.FOUND
    assert "example.org" not in answer.headers["location"]
