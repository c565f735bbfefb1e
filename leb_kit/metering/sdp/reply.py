"""An answer of the platform, as bytes and as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from leb_kit.errors import say
from leb_kit.metering.sdp.failures import BadReply
from leb_kit.metering.sdp.verdict import shown

#: Bytes in which a fault of the gateway says what it is.
HEAD: Final = 1000


@dataclass(frozen=True)
class Reply:
    """An answer: status, body, type."""

    status: int
    body: bytes
    kind: str = ""
    retry_after: str = ""

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def head(self) -> str:
        """The beginning of the body as text, enough to know a fault of the gateway."""
        return self.body[:HEAD].decode("utf-8", errors="replace")

    def json(self) -> Any:
        """Return the body as data.

        Raises
        ------
        BadReply
            It is no JSON, or nested too deeply.

        Examples
        --------
        >>> Reply(200, b'{"d": 1}').json()
        {'d': 1}
        """
        try:
            return json.loads(self.body)
        except RecursionError:
            raise BadReply(say("the answer of the platform is nested too deeply")) from None
        except ValueError:
            raise BadReply(
                say("the answer of the platform is not JSON: {shown}", shown=shown(self.text))
            ) from None
