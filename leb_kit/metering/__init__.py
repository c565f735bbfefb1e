"""Meters: what was read becomes energy of months and years, and rows of a balance.

::

    files, platform ──► Reading ──► ReadingSink (SqliteSink)

``reading``  one value that a meter told, its natural key, and the promise of a store of readings
``sink``     a store of readings in one SQLite file: rows and watermark in one transaction
"""

from leb_kit.metering.reading import FLAGS, Reading, ReadingSink, WriteReport, digest, hash_of
from leb_kit.metering.sink import SqliteSink

__all__ = ["FLAGS", "Reading", "ReadingSink", "SqliteSink", "WriteReport", "digest", "hash_of"]
