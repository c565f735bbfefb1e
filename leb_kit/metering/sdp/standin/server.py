"""A server on this machine that speaks the published interfaces of the platform, to rehearse and to test.

It keeps everything in memory and shares no code with the client: a misreading of one is not hidden by the
same misreading of the other. Not built: grouped statistics, Atom feeds, binaries, CKAN and DCAT lists.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import socket
import threading
import time
import zlib
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote

from leb_kit.metering.sdp.standin import catalog, csvfile, edm, inserts, odata
from leb_kit.metering.sdp.standin.faults import Faults
from leb_kit.metering.sdp.standin.query import ODataError
from leb_kit.metering.sdp.standin.settings import Settings
from leb_kit.metering.sdp.standin.store import Dataset, Store

_FAULT = (
    '<am:fault xmlns:am="http://wso2.org/apimanager/security"><am:code>{code}</am:code>'
    "<am:message>{message}</am:message><am:description>{message}</am:description></am:fault>"
)
_METADATA = "/metadataapi/api/v02/"
_JSON, _XML = "application/json;charset=utf-8", "application/xml;charset=utf-8"
#: Unpacked size of the answer that is a bomb, and the pieces it is made of.
_BOMB_PIECES, _PIECE = 40, 2**20


@dataclass(frozen=True)
class Answer:
    """What goes back: status, type, body; ``cut`` closes the connection without it."""

    status: int
    body: bytes = b""
    kind: str = _JSON
    cut: bool = False
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def basic(self) -> tuple[str, str]:
        """User and password, blank where there are none."""
        scheme, _, content = self.headers.get("authorization", "").partition(" ")
        if scheme != "Basic":
            return "", ""
        try:
            user, _, password = base64.b64decode(content).decode().partition(":")
        except ValueError:
            return "", ""
        return user, password


class StandIn:
    """The stand-in: a store, faults to switch, and a server on a free port of this machine.

    Parameters
    ----------
    store : Store, optional
        What it serves; an empty one if not given.
    settings : Settings, optional
        Caps, zone, names that open it.
    port : int
        Port; 0 takes a free one.

    Examples
    --------
    >>> with StandIn() as server:
    ...     server.url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(
        self, store: Store | None = None, settings: Settings | None = None, *, port: int = 0
    ) -> None:
        self.store = store or Store()
        self.settings = settings or Settings()
        self.faults = Faults()
        self.requests: list[Request] = []
        self.tokens: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Self:
        """Serve in the background; returns itself."""
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def stop(self) -> None:
        """End what ``start`` began."""
        self._server.shutdown()
        self.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def close(self) -> None:
        """Give the port back."""
        self._server.server_close()

    def serve(self) -> None:
        """Serve until the program ends."""
        self._server.serve_forever(poll_interval=0.01)

    def answer(self, request: Request) -> Answer:
        """Answer one request; faults come first, as the gateway does."""
        self.requests.append(request)
        if self.faults.slow:
            time.sleep(self.faults.slow)
        if self.faults.take("http_502_n"):
            return Answer(502, b"<html><body>502 Bad Gateway</body></html>", "text/html")
        if request.method in {"HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"}:
            return Answer(501)
        if request.method == "POST":
            return self._post(request)
        if self.faults.take("gz_bomb"):
            return Answer(200, _bomb(), headers={"Content-Encoding": "gzip"})
        return self._get(request)

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────

    def _get(self, request: Request) -> Answer:
        if request.path.startswith(_METADATA):
            what, *rest = request.path.removeprefix(_METADATA).strip("/").split("/")
            if what == "search":
                return Answer(200, catalog.search(self.store, dict(parse_qsl(request.query)), self.settings))
            if what == "detail" and rest:
                parts = [unquote(part) for part in rest]
                return Answer(200, catalog.detail(self.store, parts, self.settings))
        if hit := re.fullmatch(r"/api/([^/]+)(?:/(.*))?", request.path):
            return self._api(unquote(hit[1]), unquote(hit[2] or ""), request)
        return Answer(404, b"<html><body>404</body></html>", "text/html")

    def _api(self, code: str, rest: str, request: Request) -> Answer:
        dataset = self.store.datasets.get(code)
        if dataset is None:
            return self._gateway(404, "900906", "No matching resource found in the API")
        if refused := self._guard(dataset, request):
            return refused
        if rest.startswith("download/"):
            return self._download(dataset, rest, request)
        try:
            return self._odata(dataset, rest, request)
        except ODataError as error:
            return self._odata_error(error, request)

    def _guard(self, dataset: Dataset, request: Request) -> Answer | None:
        if not self.settings.auth or dataset.visibility == "public":
            return None
        given = request.headers.get("authorization", "")
        if not given.startswith("Bearer "):
            return self._gateway(401, "900902", "Missing Credentials")
        token = given.removeprefix("Bearer ")
        if token in self.tokens and self.faults.take("token_expired_xml"):
            self.tokens.discard(token)
        if token not in self.tokens:
            return self._gateway(401, "900901", "Invalid Credentials")
        return None

    @staticmethod
    def _gateway(status: int, code: str, message: str) -> Answer:
        return Answer(status, _FAULT.format(code=code, message=message).encode(), _XML)

    def _odata(self, dataset: Dataset, rest: str, request: Request) -> Answer:
        _, collection = edm.sets(dataset)
        if rest == "":
            root = f"{self.settings.public_host}/api/{dataset.code}/"
            return Answer(200, edm.service(dataset, root), "application/atomsvc+xml")
        if rest == "$metadata":
            odata.grown(dataset, self.faults)
            return Answer(200, edm.metadata(dataset), _XML)
        if rest.startswith(collection) and rest.endswith("/$count"):
            raise ODataError(501, "Not implemented")
        if "$format=json" not in unquote(request.query) and "json" not in request.headers.get("accept", ""):
            return Answer(406, b"", _XML)
        if rest == collection:
            body = odata.feed(self.store, dataset, request.query, self.settings, self.faults)
            return Answer(200, body)
        if hit := re.fullmatch(rf"{collection}\('([^']*)'\)", rest):
            return Answer(200, odata.one(self.store, dataset, hit[1], self.settings))
        raise ODataError(404, f"Could not find an entity set or function import for '{rest}'.")

    @staticmethod
    def _odata_error(error: ODataError, request: Request) -> Answer:
        if "$format=json" in unquote(request.query):
            told = {"error": {"code": None, "message": {"lang": "en-GB", "value": error.text}}}
            return Answer(error.status, json.dumps(told).encode())
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><error '
            'xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><code/>'
            f'<message xml:lang="en-GB">{error.text.replace("<", "&lt;")}</message></error>'
        )
        return Answer(error.status, text.encode(), _XML)

    def _download(self, dataset: Dataset, rest: str, request: Request) -> Answer:
        _, number, version = [*rest.split("/"), "", ""][:3]
        if number != str(dataset.id):
            return Answer(404, csvfile.missing("E116b", "dataset not found"))
        if version not in {"current", "all", "1"}:
            return Answer(404, csvfile.missing("E117a", "version not found"))
        point = "decimalSeparator=DOT" in request.query
        body = csvfile.download(self.store, dataset, point=point, settings=self.settings)
        return Answer(200, body, "text/csv")

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────

    def _post(self, request: Request) -> Answer:
        if request.path in {"/token", "/api/token"}:
            return self._token(request)
        hit = re.fullmatch(r"/(api|stream|dataset)/input/([^/]+)", request.path)
        if hit is None:
            return Answer(501)
        tenant = unquote(hit[2])
        user, password = request.basic
        if user != tenant or self.settings.passwords.get(tenant) != password or not password:
            told = {"error_name": "Authentication Failed", "error_code": "E002", "output": "NONE"}
            return Answer(403, json.dumps(told).encode())
        try:
            return self._write(hit[1], tenant, request.body)
        except inserts.Refused as refused:
            return Answer(500, refused.body())

    def _token(self, request: Request) -> Answer:
        if request.basic != (self.settings.key, self.settings.secret):
            return Answer(401, b'{"error":"invalid_client"}')
        given = dict(parse_qsl(request.query)) | dict(parse_qsl(request.body.decode()))
        if given.get("grant_type") != "client_credentials":
            return Answer(400, b'{"error":"unsupported_grant_type"}')
        token = secrets.token_hex(16)
        self.tokens.add(token)
        told = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self.settings.expires_in,
            "scope": "default",
        }
        return Answer(200, json.dumps(told).encode())

    def _write(self, door: str, tenant: str, body: bytes) -> Answer:
        try:
            given: Any = json.loads(body)
        except ValueError as error:
            raise inserts.Refused("E012", "json validation failed") from error
        zone = self.settings.zone
        if door == "dataset":
            found = inserts.blocks(self.store, tenant, given, zone)
        else:
            several = given if isinstance(given, list) else [given]
            read = [inserts.events(self.store, tenant, one, zone) for one in several]
            found = [(self.store.datasets[code], list(rows)) for code, rows in read]
        counts = [(dataset, len(rows)) for dataset, rows in found]
        if self.faults.take("ins_ko_202"):
            return Answer(202, inserts.report(counts, status="ins_KO", at=self.store.clock()))
        for dataset, rows in found:
            self.store.insert(dataset.code, rows)
        if self.faults.take("lost_reply"):
            return Answer(202, cut=True)
        if door == "api":
            return Answer(202)
        return Answer(202, inserts.report(counts, status="end_ins", at=self.store.clock()))


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(level=9, wbits=zlib.MAX_WBITS | 16)
    piece = b" " * _PIECE
    return b"".join([*(packer.compress(piece) for _ in range(_BOMB_PIECES)), packer.flush()])


def _handler(standin: StandIn) -> type[BaseHTTPRequestHandler]:
    """Make the class the standard library asks for; it only carries bytes."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _carry(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, path, query, headers, self.rfile.read(length))
            answer = standin.answer(request)
            if answer.cut:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            head = [
                f"HTTP/1.1 {answer.status} -",
                f"Content-Type: {answer.kind}",
                f"Content-Length: {len(answer.body)}",
                *(f"{name}: {value}" for name, value in answer.headers.items()),
            ]
            self.wfile.write("\r\n".join([*head, "", ""]).encode() + answer.body)

        do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = do_PATCH = _carry  # noqa: N815 (names of the standard library)

        def log_message(self, *_args: Any) -> None:
            """Say nothing: a rehearsal is quiet."""

    return Handler
