"""Faults that the stand-in can be told to show, one for each way the platform is known to fail."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, fields


@dataclass
class Faults:
    """Switches, all off at first; set them while the stand-in runs.

    Counted switches hold how many answers are spoilt (``-1``: all of them); each spoilt answer counts down.

    Parameters
    ----------
    silent_empty : int
        Feeds that answer 200 with no rows and a count of 0, as when the store is down.
    short_page : int
        Feeds that hold the first half of their rows and the full count.
    count_high : int
        Rows that every count has too many: rows that can never be read.
    http_502_n : int
        Answers that are a bare 502 of the gateway.
    slow : float
        Seconds before each answer.
    token_expired_xml : int
        Answers to a good token that are the gateway's XML fault.
    ins_ko_202 : int
        Writes that answer 202, say ``ins_KO`` inside and keep nothing.
    lost_reply : int
        Writes that are kept while the connection is cut without a reply.
    dup_rows : int
        Newest events that are stored once more under new ids at the next feed.
    late_rows : int
        Rows before the newest one that stay invisible while the switch is on.
    reorder : int
        Feeds whose rows come in another order than asked for.
    schema_added : str
        Name of a component that the dataset gains at the next request.
    shrunk : int
        Oldest rows that are deleted at the next feed.
    next_other_host : str
        Address of another host that ``__next`` names.
    gz_bomb : int
        Answers that are small on the wire and huge when unpacked.

    Examples
    --------
    >>> faults = Faults(short_page=1)
    >>> faults.take("short_page"), faults.take("short_page")
    (True, False)
    """

    silent_empty: int = 0
    short_page: int = 0
    count_high: int = 0
    http_502_n: int = 0
    slow: float = 0.0
    token_expired_xml: int = 0
    ins_ko_202: int = 0
    lost_reply: int = 0
    dup_rows: int = 0
    late_rows: int = 0
    reorder: int = 0
    schema_added: str = ""
    shrunk: int = 0
    next_other_host: str = ""
    gz_bomb: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all switches.

        Examples
        --------
        >>> len(Faults.names())
        15
        """
        return tuple(one.name for one in fields(cls) if not one.name.startswith("_"))

    def set(self, text: str) -> None:
        """Set a switch as it is typed: ``short_page=1``, ``slow=0.2``, ``schema_added=nuovo``.

        Raises
        ------
        ValueError
            No such switch, or a value it cannot have.

        Examples
        --------
        >>> faults = Faults()
        >>> faults.set("http_502_n=3")
        >>> faults.http_502_n
        3
        """
        name, _, value = text.partition("=")
        if name not in self.names():
            raise ValueError(f"unknown fault {name!r}; known are {', '.join(self.names())}")
        setattr(self, name, type(getattr(self, name))(value or 1))

    def take(self, name: str) -> bool:
        """Whether this answer is spoilt; counts the switch down.

        Examples
        --------
        >>> Faults(silent_empty=-1).take("silent_empty")
        True
        """
        with self._lock:
            left = int(getattr(self, name))
            if left > 0:
                setattr(self, name, left - 1)
            return left != 0

    def once(self, name: str) -> int | str:
        """Return the value of a switch and turn it off.

        Examples
        --------
        >>> faults = Faults(shrunk=5)
        >>> faults.once("shrunk"), faults.shrunk
        (5, 0)
        """
        with self._lock:
            value: int | str = getattr(self, name)
            setattr(self, name, type(value)())
            return value
