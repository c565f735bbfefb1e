"""A JupyterHub on this machine for the test: a sign-in that knows one password, one service, a small proxy.

The proxy forwards by the longest prefix, HTTP and websockets, inside the process of the Hub; what people use
(configurable-http-proxy, traefik) is no Python.
"""

import os
from urllib.parse import urlsplit

from jupyterhub.proxy import Proxy
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

from leb_kit.apps.hub import hub_service

PUBLIC, HUB, SERVICE = (int(port) for port in os.environ["LEB_TEST_PORTS"].split())
#: Headers that belong to one connection, not to what is carried.
OWN = {"connection", "transfer-encoding", "content-length", "content-encoding", "keep-alive", "upgrade"}
ROUTES: dict[str, dict] = {}


def target_of(path: str) -> str:
    """Return where a path goes: the longest prefix wins."""
    fitting = [prefix for prefix in ROUTES if path.startswith(prefix)]
    return ROUTES[max(fitting, key=len)]["target"]


class Forward(WebSocketHandler):
    """Carry a request, or the messages of a websocket, in both directions."""

    def check_origin(self, _: str) -> bool:
        return True

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return subprotocols[0] if subprotocols else None

    async def get(self, *args: object) -> None:
        if self.request.headers.get("Upgrade", "").lower() == "websocket":
            await super().get(*args)
        else:
            await self.forward()

    async def forward(self) -> None:
        request, headers = self.request, self.request.headers.copy()
        headers["X-Forwarded-Proto"], headers["X-Forwarded-For"] = "http", request.remote_ip
        answer = await AsyncHTTPClient().fetch(
            HTTPRequest(
                target_of(request.path) + request.uri,
                method=request.method,
                headers=headers,
                body=request.body or None,
                allow_nonstandard_methods=True,
                follow_redirects=False,
                request_timeout=120,
                decompress_response=False,
            ),
            raise_error=False,
        )
        self.set_status(answer.code)
        self.clear_header("Content-Type")
        for name, value in answer.headers.get_all():
            if name.lower() not in OWN or name.lower() == "content-encoding":
                self.add_header(name, value)
        await self.finish(answer.body or None)

    post = put = delete = patch = head = options = lambda self, *_: self.forward()

    async def open(self, *_: object) -> None:
        where = urlsplit(target_of(self.request.path))
        headers = {
            k: v for k, v in self.request.headers.get_all() if not k.lower().startswith("sec-websocket")
        }
        asked = self.request.headers.get("Sec-WebSocket-Protocol", "")
        self.other = await websocket_connect(
            HTTPRequest(f"ws://{where.netloc}{self.request.uri}", headers=headers),
            on_message_callback=self.back,
            subprotocols=[one.strip() for one in asked.split(",")] if asked else None,
            max_message_size=1 << 26,
        )

    async def on_message(self, message: str | bytes) -> None:
        await self.other.write_message(message, binary=isinstance(message, bytes))

    def back(self, message: str | bytes | None) -> None:
        if message is None:
            self.close()
        else:
            self.write_message(message, binary=isinstance(message, bytes))

    def on_close(self) -> None:
        if hasattr(self, "other"):
            self.other.close()


class LoopbackProxy(Proxy):
    """The Hub's table of routes, kept in this process."""

    should_start = True

    async def start(self) -> None:
        self.server = HTTPServer(Application([(r".*", Forward)]))
        self.server.listen(PUBLIC, "127.0.0.1")

    def stop(self) -> None:
        self.server.stop()

    async def add_route(self, routespec: str, target: str, data: dict) -> None:
        ROUTES[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        ROUTES.pop(routespec, None)

    async def get_all_routes(self) -> dict:
        return dict(ROUTES)


c = get_config()  # noqa: F821 JupyterHub gives it to its configuration
c.JupyterHub.proxy_class = LoopbackProxy
c.JupyterHub.bind_url = f"http://127.0.0.1:{PUBLIC}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{HUB}"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["LEB_TEST_WORD"]
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret = os.urandom(32)
c.JupyterHub.services = [hub_service(os.environ["LEB_TEST_PAGE"], port=SERVICE, preheated=1)]
c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", "access:services!service=leb"]}]
