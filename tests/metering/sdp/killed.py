"""A sync in a process of its own, to be killed: address, key, secret, dataset, smart object, file, page."""

import sys
from datetime import UTC, datetime

from leb_kit.metering import SqliteSink
from leb_kit.metering.sdp import Reader, SdpSettings, Source, Transport, sync

if __name__ == "__main__":
    url, key, secret, code, so_code, path, page = sys.argv[1:]
    given = SdpSettings(base_url=url, tenant="leb", key=key, secret=secret, rate=10_000)
    source = Source(code, "leb", so_code, "quadro_a", {"potenza_linea1": "w", "contatore": "Wh"})
    with Transport(given) as transport, SqliteSink(path) as sink:
        sync(Reader(transport, code, page=int(page)), source, sink, now=datetime(2026, 1, 1, tzinfo=UTC))
