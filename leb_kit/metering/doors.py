"""Any file of readings: the door is found by what the file holds, not by its name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime

from leb_kit.metering.csv_door import ENERGY, read_csv
from leb_kit.metering.delivery import MOST_BYTES, Delivery, read_bytes
from leb_kit.metering.espi import read_espi
from leb_kit.metering.local_time import ROME
from leb_kit.metering.ngsi import read_ngsi


def read_readings(
    path: str | os.PathLike[str],
    *,
    source_id: str = "",
    meter: str = "",
    unit: str = "",
    quantity: str = ENERGY,
    zone: str = ROME,
    columns: Mapping[str, str] | None = None,
    retrieved_at: datetime | None = None,
    most_bytes: int = MOST_BYTES,
) -> Delivery:
    r"""Read a file of readings: CSV (a value or a day a row), Green Button XML or NGSI-LD JSON.

    Parameters
    ----------
    path : str or path
        The file.
    source_id : str
        Name of the source; default ``file:name``.
    meter, unit, quantity, zone : str
        Where a table does not say them.
    columns : Mapping[str, str], optional
        What headers of a table mean that are not understood, as in ``read_csv``.
    retrieved_at : datetime, optional
        When the file was received; default: when it was last written.
    most_bytes : int
        Larger files are refused.

    Returns
    -------
    Delivery
        Readings, and their components as far as the file says so.

    Raises
    ------
    InputError
        Every fault with its place.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.csv"
    >>> _ = path.write_text("meter,time,value,unit\nL1,2025-01-01T00:00:00Z,3,kWh\n")
    >>> read_readings(path)
    Delivery(1 readings, 1 meters: energy)
    """
    head = read_bytes(path, most_bytes).lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if head == b"<":
        return read_espi(
            path, source_id=source_id, meter=meter, retrieved_at=retrieved_at, most_bytes=most_bytes
        )
    if head in (b"{", b"["):
        return read_ngsi(path, source_id=source_id, retrieved_at=retrieved_at, most_bytes=most_bytes)
    return read_csv(
        path,
        source_id=source_id,
        meter=meter,
        unit=unit,
        quantity=quantity,
        zone=zone,
        columns=columns,
        retrieved_at=retrieved_at,
        most_bytes=most_bytes,
    )
