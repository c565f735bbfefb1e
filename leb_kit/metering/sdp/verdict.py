"""What an error of the platform means: ask again, ask twice, or stop.

A page too large is answered 500, as is a store that is down; only the text tells them apart.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Verdict(Enum):
    """What to do next."""

    AGAIN = "again"  # the gateway is down or busy
    TWICE = "twice"  # an error of the server that may pass
    REFUSED = "refused"  # asking again as it is cannot help


@dataclass(frozen=True)
class Finding:
    """A verdict with what was read: code, number named, text."""

    kind: Verdict
    code: str = ""
    limit: int | None = None
    text: str = ""


#: Longest part of an answer that is shown, in characters.
LONGEST_SHOWN: Final = 300
_GATEWAY = "wso2.org/apimanager/security"
_AGAIN = frozenset({429, 502, 503, 504})
#: Codes of the gateway: credentials, and too many requests.
_TOKEN_CODES = frozenset({"900901", "900902", "900903", "900904", "900905"})
_BUSY_CODES = re.compile(r"90080\d")
#: Texts of errors that carry status 500 though the caller is to blame.
_TEXTS: Final = (
    (re.compile(r"invalid top value: max document per page = (\d+)"), "page_cap"),
    (re.compile(r"too many documents; use top parameter: max document per page = (\d+)"), "page_cap"),
    (re.compile(r"invalid skip value: max skip = (\d+)"), "skip_cap"),
    (re.compile(r"skip value out of range: max document in query result = (\d+)"), "skip_range"),
    (re.compile(r"too many documents for order clause"), "order"),
    (re.compile(r"invalid timeGroup(?:By|Operators)"), "group"),
)


def verdict(status: int, text: str) -> Finding:
    """Judge an answer that is an error.

    Parameters
    ----------
    status : int
        HTTP status, 400 or more.
    text : str
        Body.

    Returns
    -------
    Finding
        What to do, the code or meaning, the number named, the text to show.

    Examples
    --------
    >>> body = '{"error":{"code":null,"message":{"value":"invalid top value: max document per page = 150"}}}'
    >>> found = verdict(500, body)
    >>> found.kind.value, found.code, found.limit
    ('refused', 'page_cap', 150)
    >>> verdict(502, "<html>").kind.value, verdict(500, "boom").kind.value
    ('again', 'twice')
    """
    said = _message(text)
    for pattern, meaning in _TEXTS:
        if hit := pattern.search(said):
            limit = int(hit[1]) if pattern.groups else None
            return Finding(Verdict.REFUSED, meaning, limit, shown(said))
    code = _code(text)
    if code and code != "UNKNOWN":
        return Finding(Verdict.REFUSED, code, None, shown(f"{code}: {said}"))
    if status in _AGAIN or (_GATEWAY in text and _BUSY_CODES.search(text)):
        return Finding(Verdict.AGAIN, code, None, shown(said))
    kind = Verdict.TWICE if status >= 500 and status != 501 else Verdict.REFUSED
    return Finding(kind, code, None, shown(said))


def token_fault(status: int, text: str) -> bool:
    """Whether the gateway complains of the token; it may do so in XML, and with any status.

    Examples
    --------
    >>> token_fault(200, '<am:fault xmlns:am="http://wso2.org/apimanager/security"><am:code>900901</am:code>')
    True
    >>> token_fault(401, ""), token_fault(500, "boom")
    (True, False)
    """
    if status == 401:
        return True
    start = text[: LONGEST_SHOWN * 2]
    return _GATEWAY in start and any(code in start for code in _TOKEN_CODES)


def shown(text: str) -> str:
    """Return the beginning of a text on one line.

    Examples
    --------
    >>> shown("a  b")
    'a b'
    """
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_SHOWN else f"{flat[:LONGEST_SHOWN]}…"


def _data(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if isinstance(found, dict) and isinstance(found.get("jsonObject"), dict):
        found = found["jsonObject"]
    return found if isinstance(found, dict) else {}


def _code(text: str) -> str:
    return str(_data(text).get("error_code") or "")


def _message(text: str) -> str:
    """Return the sentence inside an error, in any of the shapes the platform has."""
    data = _data(text)
    error = data.get("error")
    if isinstance(error, dict):
        message = error.get("message")
        return str(message.get("value") if isinstance(message, dict) else message)
    for key in ("error_message", "message", "error_name"):
        if data.get(key):
            return str(data[key])
    if hit := re.search(r"<(?:\w+:)?message[^>]*>([^<]*)<", text):
        return hit[1]
    return text
