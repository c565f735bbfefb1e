"""How a stand-in is set up; nothing here is a secret of anybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Settings:
    """Set-up of a stand-in.

    Parameters
    ----------
    zone : tzinfo
        Zone of the server; its dates are local.
    page_cap, skip_cap, order_cap : int
        Largest page, largest skip, and from how many rows on only a simple order is possible.
    next_on : bool
        Whether pages name the next one.
    auth : bool
        Whether private data need a token.
    expires_in : int
        Seconds a token is said to live; 0 or less: not said.
    key, secret : str
        What the token call accepts.
    passwords : dict[str, str]
        Password of each tenant, for writes.
    public_host : str
        The host that rows name as their own.
    old_spelling : bool
        Metadata as the swagger file has it: ``componets``, ``dataType``.
    csv_until : datetime, optional
        The CSV export holds nothing from here on.
    """

    zone: tzinfo = field(default_factory=lambda: ZoneInfo("Europe/Rome"))
    page_cap: int = 1000
    skip_cap: int = 300_000
    order_cap: int = 100_000
    next_on: bool = False
    auth: bool = True
    expires_in: int = 3600
    key: str = "stand-in-key"
    secret: str = "stand-in-secret"  # noqa: S105 (opens this stand-in only)
    passwords: dict[str, str] = field(default_factory=lambda: {"leb": "stand-in-password"})
    public_host: str = "https://api.example.invalid"
    old_spelling: bool = False
    csv_until: datetime | None = None

    @property
    def csv_end(self) -> datetime:
        """Moment from which on the CSV export holds nothing."""
        return self.csv_until or datetime.max.replace(tzinfo=UTC)
