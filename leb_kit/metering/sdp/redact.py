"""What must not be read over a shoulder: secrets are blotted out of every text that leaves the client."""

from __future__ import annotations

import re
from collections.abc import Iterable

BLOT = "***"
_PATTERNS = (
    re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer)\s+)[^\s\"',;<>]+"),
    re.compile(r"(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9+/_.=-]{8,}"),
    re.compile(
        r"(?i)([\"']?(?:access_token|refresh_token|client_secret|password)[\"']?\s*[:=]\s*[\"']?)[^\s\"'&,;<>}]+"
    ),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Blot secrets out of a text: the given ones, and whatever looks like a credential.

    Parameters
    ----------
    text : str
        What is about to be shown or written.
    secrets : Iterable[str]
        What is known to be secret.

    Returns
    -------
    str
        The same with ``***`` where a secret stood.

    Examples
    --------
    >>> redact("Authorization: Bearer abcdef0123456789 for 'casa'", ["casa"])
    "Authorization: Bearer *** for '***'"
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, BLOT)
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\g<1>{BLOT}", text)
    return text
