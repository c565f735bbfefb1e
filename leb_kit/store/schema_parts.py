"""What tables of the store are put together from: one set of names, types that both engines know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import REAL, BigInteger, CheckConstraint, Double, Integer, MetaData, SmallInteger

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

#: Energy of no territory comes near it, MWh; NaN and infinity lie beyond it on both engines.
BOUND: Final = "1e15"

# A file's STRICT tables know five types only.
SMALL: Final[TypeEngine[int]] = SmallInteger().with_variant(Integer, "sqlite")
BIG: Final[TypeEngine[int]] = BigInteger().with_variant(Integer, "sqlite")
NUMBER: Final[TypeEngine[float]] = Double().with_variant(REAL, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    """Return the rule that a column holds one of some words.

    Examples
    --------
    >>> str(one_of("state", ("open", "draft")).sqltext)
    "state IN ('open', 'draft')"
    """
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
