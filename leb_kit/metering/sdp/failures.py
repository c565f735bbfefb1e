"""What can go wrong with the platform, each kind with a name of its own.

::

    SdpError
    ├── NotAllowed        no credentials, or credentials that are not accepted
    ├── Refused           the platform says no to what was asked (never asked again as it is)
    ├── Unreachable       no usable answer after all tries
    ├── Uncertain         a write without a clear reply: read back before sending again
    ├── BadReply          an answer that cannot be what it should be: too large, too deep, not decodable
    ├── OtherHost         an address that is not the platform's
    ├── PartialPage       rows are missing inside a page, or a page is in the wrong order
    ├── BackendSuspect    the platform answers "no rows" where there must be some
    └── SchemaChanged     a dataset lost or changed a column
"""

from __future__ import annotations

from leb_kit.errors import LebError


class SdpError(LebError):
    """Root of what goes wrong with the platform."""


class NotAllowed(SdpError):
    """No credentials, or credentials that are not accepted."""


class Refused(SdpError):
    """The platform says no; ``status`` and ``code`` are its own, ``limit`` a number it named.

    Parameters
    ----------
    message : str
        The sentence for a person.
    status : int
        HTTP status.
    code : str
        Code of the platform (``E013``), or what its text means (``page_cap``); blank if neither.
    limit : int, optional
        The number in its text, such as the largest page.

    Examples
    --------
    >>> Refused("no", status=500, code="page_cap", limit=150).limit
    150
    """

    def __init__(self, message: str, *, status: int, code: str = "", limit: int | None = None) -> None:
        self.status = status
        self.code = code
        self.limit = limit
        super().__init__(message)


class Unreachable(SdpError):
    """No usable answer after all tries."""


class Uncertain(SdpError):
    """A write that may or may not have been kept: read back before sending again."""


class BadReply(SdpError):
    """An answer that cannot be what it should be: too large, too deep, not decodable."""


class OtherHost(SdpError):
    """An address that is not the platform's; nothing was sent there."""


class PartialPage(SdpError):
    """Rows are missing inside a page, or a page is in the wrong order; nothing of it was kept."""


class BackendSuspect(SdpError):
    """The platform answers "no rows" where there must be some; what is kept here stays."""


class SchemaChanged(SdpError):
    """A dataset lost or changed a column: look before its rows are mixed with the old ones."""
