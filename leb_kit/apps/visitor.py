"""What the visitor's address asks for, inside the kernel of a page.

Voilà's own ``get_query_string`` does this, but importing it loads the whole server into every kernel:
three seconds of processor time before a page can start. The variables and the address read here are
those of Voilà 0.5; the browser test of the English page would notice a change.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from urllib.parse import parse_qs

from leb_kit.widgets.texts import LANGUAGES

#: Seconds to reach the server on the same machine.
PATIENCE = 5


def asked_words() -> dict[str, str]:
    """Return every word of the address by name (``?terr=IT&anno=2019``); the first where one is repeated.

    In a preheated page this waits until a visitor arrives.
    """
    found = parse_qs(request().get("QUERY_STRING", ""), keep_blank_values=False)
    return {name: values[0] for name, values in found.items()}


def preheated() -> bool:
    """Tell whether this kernel waits for a visitor, so that work done now is work nobody waits for."""
    return os.environ.get("VOILA_PREHEAT") == "True"


def language_of(words: Mapping[str, str]) -> str:
    """Return the language the words of an address ask for; Italian where they ask for none."""
    asked = words.get("lingua", "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def request() -> Mapping[str, str]:
    """Return what Voilà knows of the visit; outside Voilà the environment, which says nothing."""
    if not preheated():
        return os.environ
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    say = os.environ.get
    host = f"{say('VOILA_APP_IP', '127.0.0.1')}:{say('VOILA_APP_PORT', '8866')}"
    base = say("VOILA_WS_BASE_URL") or say("VOILA_SERVER_URL", "/")
    address = f"{say('VOILA_WS_PROTOCOL', 'ws')}://{host}{base}voila/query/{say('VOILA_KERNEL_ID')}"
    try:
        with connect(address, open_timeout=PATIENCE, proxy=None) as socket:
            found: dict[str, str] = json.loads(socket.recv())
    except (OSError, TimeoutError, WebSocketException):
        return {}
    return found
