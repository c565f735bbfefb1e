"""The store: balances of many people in one database, a SQLite file or a shared PostgreSQL server.

::

    Repository ── reading, questions                what a store answers
         ├─────── bulk, versions ─ schema, triggers  what a row must be, what never changes
         ├─────── archive, archive_plans, _meters    what stands beside balances, in versions of its own
         │              └─ documents, parts ─ schema_documents, document_triggers
         ├─────── access ──── policies              who may see and change what (servers)
         ├─────── copies, portable                  all of it as a copy, one territory as a file to carry
         └─────── migrations                        from an older schema to this one, whole or not at all
"""

from __future__ import annotations

from leb_kit.store.plan_rows import Plan
from leb_kit.store.reading_rows import Meter
from leb_kit.store.refusals import RefusedError, StaleError
from leb_kit.store.repository import Repository

__all__ = ["Meter", "Plan", "RefusedError", "Repository", "StaleError"]
