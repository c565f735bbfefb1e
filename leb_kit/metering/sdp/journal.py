"""What was sent and not yet seen: a small file that outlives a crash between the two."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from leb_kit.errors import InputError, say

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Journal:
    """Keys of rows on their way, by dataset.

    Parameters
    ----------
    path : str or path, optional
        File; without one nothing outlives the process.

    Raises
    ------
    InputError
        The file is no journal.

    Examples
    --------
    >>> journal = Journal()
    >>> journal.sending("X_1", [("a", 1)], datetime(2025, 1, 1, tzinfo=UTC))
    >>> journal.pending("X_1")[0]
    {('a', 1)}
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._data: dict[str, dict[str, Any]] = {}
        if self.path is not None and self.path.exists():
            try:
                self._data = dict(json.loads(self.path.read_text(encoding="utf-8")))
            except (ValueError, TypeError):
                raise InputError(str(self.path), [say("this is no journal of publications")]) from None

    def pending(self, code: str) -> tuple[set[tuple[str, int]], datetime]:
        """Rows sent and not seen, and when they were sent."""
        found = self._data.get(code, {})
        at = found.get("at")
        keys = {(str(name), int(revision)) for name, revision in found.get("pending", [])}
        return keys, datetime.fromisoformat(at) if at else _NEVER

    def seen(self, code: str) -> int:
        """How many rows of a dataset were seen when it was last looked at."""
        return int(self._data.get(code, {}).get("seen", 0))

    def sending(self, code: str, keys: Iterable[tuple[str, int]], at: datetime) -> None:
        """Note rows before they are sent."""
        self._note(code, pending=[list(key) for key in keys], at=at.isoformat())

    def settled(self, code: str, *, seen: int | None = None) -> None:
        """Note that nothing is on its way any more."""
        self._note(code, pending=[], **({} if seen is None else {"seen": seen}))

    def _note(self, code: str, **changes: Any) -> None:
        self._data[code] = {**self._data.get(code, {}), **changes}
        if self.path is None:
            return
        beside = self.path.with_name(f"{self.path.name}.new")
        with beside.open("w", encoding="utf-8") as file:
            json.dump(self._data, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
