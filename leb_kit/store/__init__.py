"""The store: balances of many people in one database, a SQLite file or a shared PostgreSQL server.

::

    Repository ── reading, questions                what a store answers
         ├─────── bulk, versions ─ schema, triggers  what a row must be, what never changes
         ├─────── access ──── policies              who may see and change what (servers)
         ├─────── copies, portable                  all of it as a copy, one territory as a file to carry
         └─────── migrations                        from an older schema to this one, whole or not at all
"""

from __future__ import annotations

from leb_kit.store.refusals import RefusedError, StaleError
from leb_kit.store.repository import Repository

__all__ = ["RefusedError", "Repository", "StaleError"]
