"""Requests to the platform: tokens, tries, pace, caps. Nothing above it sees a connection.

Reads are tried again, writes never: a write without a reply is ``Uncertain`` and must be read back.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from leb_kit.errors import say
from leb_kit.metering.sdp.failures import (
    BadReply,
    NotAllowed,
    OtherHost,
    Refused,
    SdpError,
    Uncertain,
    Unreachable,
)
from leb_kit.metering.sdp.redact import redact
from leb_kit.metering.sdp.reply import Reply
from leb_kit.metering.sdp.settings import LOOPBACK, SdpSettings
from leb_kit.metering.sdp.verdict import Verdict, shown, token_fault, verdict

log = logging.getLogger("leb_kit.metering.sdp")

#: Other errors of the server than those of its gateway are tried this often again.
SERVER_RETRIES: Final = 2
#: Requests that may follow each other at once before the pace is kept.
BURST: Final = 4
#: Seconds before its end at which a token is renewed.
MARGIN_S: Final = 30
#: An answer may take this many times the time that silence may.
LONGEST_DRIP: Final = 10
#: Longest wait between two tries, in seconds, whatever the server asks for.
LONGEST_WAIT_S: Final = 60


class Transport:
    """A connection to the platform.

    Parameters
    ----------
    settings : SdpSettings
        Where, who, how fast.
    sleep, now : Callable
        Clock, for tests.

    Examples
    --------
    >>> with Transport(SdpSettings()) as transport:
    ...     transport.address("/api/X_1/Measures", "$top=1")
    'https://api.smartdatanet.it/api/X_1/Measures?$top=1'
    """

    def __init__(
        self,
        settings: SdpSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        import httpx

        self.settings = settings
        self._sleep, self._now = sleep, now
        self._token, self._token_ends = settings.token, float("inf")
        self._known_secrets = {*settings.secrets}
        self._allowance, self._asked = float(BURST), now()
        local = urlsplit(settings.base_url).hostname in LOOPBACK
        self._http = httpx.Client(
            timeout=settings.timeout_s,
            follow_redirects=False,
            trust_env=not local,  # a proxy would not find this machine
            headers={"User-Agent": "leb_kit"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @property
    def platform(self) -> str:
        """Which platform this is: its host; every stand-in on this machine is the same one."""
        host = urlsplit(self.settings.base_url).hostname or ""
        return "localhost" if host in LOOPBACK else host

    @property
    def may_read_private(self) -> bool:
        """Whether there is a token, or what buys one."""
        return bool(self._token or (self.settings.key and self.settings.secret))

    def address(self, path: str, query: str = "") -> str:
        """Return the full address of a path; an address of another host is refused.

        Raises
        ------
        OtherHost
            ``path`` is an address that is not the platform's.
        """
        base = self.settings.base_url.rstrip("/")
        full = f"{base}{path}" if path.startswith("/") else path
        if _origin(full) != _origin(base):
            raise OtherHost(
                say(
                    "{found} is not the platform ({base}); nothing was sent there",
                    found=_host(full),
                    base=base,
                )
            )
        return f"{full}?{query}" if query else full

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────

    def get(
        self, path: str, query: str = "", *, accept: str = "application/json", most_bytes: int | None = None
    ) -> Reply:
        """Ask, and ask again where that may help.

        Parameters
        ----------
        path : str
            Path below the base address, percent-encoded.
        query : str
            Query, percent-encoded by hand: libraries write ``+`` for a blank, which is not read.
        accept : str
            Type of answer.
        most_bytes : int, optional
            Largest answer, unpacked; that of the settings if not given.

        Raises
        ------
        Refused, NotAllowed, Unreachable, BadReply, OtherHost
            See ``failures``.
        """
        url = self.address(path, query)
        renewed, tries = False, 0
        while True:
            headers = {"Accept": accept, **self._authorization(url)}
            reply = self._once("GET", url, headers, most=most_bytes)
            if isinstance(reply, Reply) and token_fault(reply.status, reply.head):
                if renewed or not self._renewable:
                    raise NotAllowed(self._not_allowed(reply))
                self._token, renewed = "", True
                continue
            if isinstance(reply, Reply) and reply.status < 300:
                return reply
            tries += 1
            self._judge(reply, url, tries)

    def _judge(self, reply: Reply | SdpError, url: str, tries: int) -> None:
        """Wait before another try, or raise what ends them."""
        if isinstance(reply, SdpError):
            if tries > self.settings.retries:
                raise reply
            self._wait(tries)
            return
        if reply.status < 400:
            raise OtherHost(
                say(
                    "the platform sends us elsewhere ({status}); redirects are not followed",
                    status=reply.status,
                )
            )
        found = verdict(reply.status, reply.text)
        limit = {Verdict.AGAIN: self.settings.retries, Verdict.TWICE: SERVER_RETRIES}.get(found.kind, 0)
        if tries > limit:
            text = redact(found.text, self._known_secrets)
            if found.kind is Verdict.AGAIN:
                raise Unreachable(
                    say("the platform is not available ({status}): {shown}", status=reply.status, shown=text)
                )
            raise Refused(
                say("the platform refuses ({status}): {shown}", status=reply.status, shown=text),
                status=reply.status,
                code=found.code,
                limit=found.limit,
            )
        log.info("try %d after status %d: %s", tries + 1, reply.status, _path(url))
        self._wait(tries, reply.retry_after)

    def _wait(self, tries: int, asked: str = "") -> None:
        seconds = float(asked) if asked.isdigit() else self.settings.backoff_s * 2 ** (tries - 1)
        self._sleep(min(seconds, LONGEST_WAIT_S))

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────

    def post(self, path: str, data: Any) -> Reply:
        """Send data once, as the tenant.

        Raises
        ------
        NotAllowed
            Tenant or password missing or not accepted.
        Refused
            The platform says no, with its code.
        Uncertain
            No reply, or one that does not say whether the data were kept.
        """
        user, password = self.settings.tenant, self.settings.password
        if not (user and password):
            raise NotAllowed(say("writing needs LEB_SDP_TENANT and LEB_SDP_PASSWORD"))
        url = self.address(path)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        body = json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
        reply = self._once("POST", url, {**headers, **self._basic(url, user, password)}, body)
        if isinstance(reply, SdpError):
            raise Uncertain(say("no reply to a write: {reason}", reason=str(reply)))
        if reply.status in {401, 403}:
            raise NotAllowed(self._not_allowed(reply))
        if reply.status < 300:
            return reply
        found = verdict(reply.status, reply.text)
        text = redact(found.text, self._known_secrets)
        if found.kind is Verdict.REFUSED:
            raise Refused(
                say("the platform refuses ({status}): {shown}", status=reply.status, shown=text),
                status=reply.status,
                code=found.code,
            )
        raise Uncertain(say("no clear reply to a write ({status}): {shown}", status=reply.status, shown=text))

    # ── tokens ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _renewable(self) -> bool:
        return bool(self.settings.key and self.settings.secret)

    def _not_allowed(self, reply: Reply) -> str:
        if not self.may_read_private:
            return say("these data are private: set LEB_SDP_KEY and LEB_SDP_SECRET, or LEB_SDP_TOKEN")
        text = redact(shown(reply.text), self._known_secrets)
        return say("the credentials are not accepted ({status}): {shown}", status=reply.status, shown=text)

    def _authorization(self, url: str) -> dict[str, str]:
        if not self.may_read_private:
            return {}
        self._require_safe(url)
        if self._renewable and (not self._token or self._now() > self._token_ends - MARGIN_S):
            self._buy_token()
        return {"Authorization": f"Bearer {self._token}"}

    def _buy_token(self) -> None:
        url = self.settings.token_address
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        tries = 0
        while True:
            basic = self._basic(url, self.settings.key, self.settings.secret)
            reply = self._once("POST", f"{url}?grant_type=client_credentials", headers | basic, b"")
            if isinstance(reply, Reply) and reply.status < 300:
                break
            if isinstance(reply, Reply) and reply.status in {400, 401, 403}:
                raise NotAllowed(self._not_allowed(reply))
            tries += 1
            self._judge(reply, url, tries)
        found = reply.json()
        if not isinstance(found, dict) or not found.get("access_token"):
            raise BadReply(say("the answer to the token call holds no access_token"))
        self._token = str(found["access_token"])
        self._known_secrets.add(self._token)
        seconds = float(found.get("expires_in") or 0)
        # zero or less: the platform does not say; then a token is good until it is refused
        self._token_ends = self._now() + max(seconds, MARGIN_S * 2) if seconds > 0 else float("inf")

    def _basic(self, url: str, user: str, password: str) -> dict[str, str]:
        import base64

        self._require_safe(url)
        packed = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._known_secrets.add(packed)
        return {"Authorization": f"Basic {packed}"}

    def _require_safe(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK and not self.settings.plain_http:
            raise OtherHost(say("secrets are not sent without TLS: use https for {found}", found=_host(url)))

    # ── one request ─────────────────────────────────────────────────────────────────────────────────────

    def _once(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None = None,
        *,
        most: int | None = None,
    ) -> Reply | SdpError:
        import httpx

        most = most or self.settings.most_bytes
        self._keep_pace()
        try:
            with self._http.stream(method, url, headers=headers, content=body) as response:
                parts, size, started = [], 0, self._now()
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > most:
                        raise BadReply(
                            say(
                                "the answer of the platform is larger than {most} bytes",
                                most=most,
                            )
                        )
                    parts.append(piece)
                    if self._now() - started > self.settings.timeout_s * LONGEST_DRIP:
                        return Unreachable(
                            say("{host} does not answer: {reason}", host=_host(url), reason="drip")
                        )
                log.debug("%s %s: %d, %d bytes", method, _path(url), response.status_code, size)
                return Reply(
                    response.status_code,
                    b"".join(parts),
                    response.headers.get("Content-Type", ""),
                    response.headers.get("Retry-After", ""),
                )
        except httpx.DecodingError:
            raise BadReply(say("the answer of the platform cannot be unpacked")) from None
        except httpx.HTTPError as error:
            reason = redact(f"{type(error).__name__}: {error}", self._known_secrets)
            return Unreachable(say("{host} does not answer: {reason}", host=_host(url), reason=reason))

    def _keep_pace(self) -> None:
        now, pace = self._now(), self.settings.pace
        if pace == float("inf"):
            return
        self._allowance = min(float(BURST), self._allowance + (now - self._asked) * pace)
        self._asked = now
        if self._allowance < 1:
            self._sleep((1 - self._allowance) / pace)
            self._allowance, self._asked = 1.0, self._now()
        self._allowance -= 1


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or usual


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _path(url: str) -> str:
    return urlsplit(url).path
