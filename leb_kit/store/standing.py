"""In which versions a cell stands: from its own to the last before another one took its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_

from leb_kit.store.schema import cell

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement


def stands_in(version: Any) -> ColumnElement[bool]:
    """Return whether a cell stands in a version of its territory and year.

    Examples
    --------
    >>> from sqlalchemy import literal_column
    >>> print(stands_in(literal_column("3")))
    cell.version <= 3 AND (cell.until IS NULL OR cell.until >= 3)
    """
    return and_(cell.c.version <= version, or_(cell.c.until.is_(None), cell.c.until >= version))


def of_today() -> ColumnElement[bool]:
    """Return whether a cell stands in the newest version of its territory and year."""
    return cell.c.until.is_(None)
