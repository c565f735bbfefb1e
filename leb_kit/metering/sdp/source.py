"""What is read from a dataset, and how its rows become readings of meters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Self

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.reading import Reading
from leb_kit.metering.sdp import wire
from leb_kit.metering.sdp.catalog import Item

#: Data types of the platform that are quantities.
NUMERIC: Final = frozenset({"int", "long", "double", "float"})
#: Name that the platform advises for the component that holds the meter.
METER_COMPONENT: Final = "source"


@dataclass(frozen=True)
class Source:
    """A dataset and what of it is read.

    Parameters
    ----------
    api_code : str
        Code of the dataset.
    tenant, so_code, stream_code : str
        Whose it is: tenant, smart object, stream; blank for bulk data.
    units : Mapping[str, str]
        Component to unit, of all components that are read.
    meter_component : str
        Component that names the meter; blank: the smart object is the meter (or the dataset).
    time_component : str
        Component with the moment, for data that are no stream.
    id : str
        Name in the sink; ``sdp:{api_code}`` if blank.

    Examples
    --------
    >>> Source("Luci_7", "leo", "cabinet", "quadro_a", {"energia": "kWh"}).source_id
    'sdp:Luci_7'
    """

    api_code: str
    tenant: str
    so_code: str
    stream_code: str
    units: Mapping[str, str] = field(default_factory=dict)
    meter_component: str = ""
    time_component: str = ""
    id: str = ""

    @property
    def source_id(self) -> str:
        """Name in the sink."""
        return self.id or f"sdp:{self.api_code}"

    @classmethod
    def of(cls, item: Item, *, only: Iterable[str] | None = None, meter: str | None = None) -> Self:
        """Take a source from the metadata: its numbers, and the component ``source`` as meter.

        Parameters
        ----------
        item : Item
            What ``search`` or ``detail`` found.
        only : Iterable[str], optional
            Components to read; all numbers if not given.
        meter : str, optional
            Component that names the meter; ``""`` for none.

        Raises
        ------
        InputError
            A component that the dataset does not have, or nothing to read.
        """
        names = {one.name: one for one in item.components}
        wanted = (
            [one.name for one in item.components if one.datatype in NUMERIC] if only is None else list(only)
        )
        texts = [one.name for one in item.components if one.datatype == "string"]
        if meter is None:
            meter = METER_COMPONENT if METER_COMPONENT in texts else ""
        faults = [
            say("{code} has no component '{name}'", code=item.code, name=name) + did_you_mean(name, names)
            for name in [*wanted, *filter(None, [meter])]
            if name not in names
        ]
        moments = [one.name for one in item.components if one.datatype == "dateTime"]
        if not item.is_stream and not moments:
            faults.append(say("{code} has no time: its rows are no readings", code=item.code))
        if not wanted:
            faults.append(say("{code} has no number to read", code=item.code))
        if faults:
            raise InputError(item.code, faults)
        return cls(
            item.code,
            item.tenant,
            item.so_code,
            item.stream_code,
            {name: names[name].unit for name in wanted},
            meter,
            "" if item.is_stream else moments[0],
        )

    def readings(self, rows: Iterable[wire.Row], retrieved_at: datetime) -> Iterator[Reading]:
        """Make readings of rows; a component that is missing in a row makes none.

        Parameters
        ----------
        rows : Iterable[wire.Row]
            Rows of this dataset.
        retrieved_at : datetime
            When they were read, with zone.
        """
        for row in rows:
            time = row.values.get(self.time_component) if self.time_component else row.time
            if isinstance(time, datetime):
                yield from self._of(row, time, retrieved_at)

    def _of(self, row: wire.Row, time: datetime, retrieved_at: datetime) -> Iterator[Reading]:
        named = row.values.get(self.meter_component) if self.meter_component else None
        meter = "" if named is None else str(named).strip()
        for name, unit in self.units.items():
            value, flag = row.values.get(name), row.flags.get(name)
            if value is None and not flag:
                continue
            yield Reading(
                source_id=self.source_id,
                tenant=self.tenant,
                so_code=self.so_code,
                stream_code=self.stream_code,
                meter_id=meter or self.so_code or self.api_code,
                quantity=name,
                value=None if value is None else Decimal(value),
                unit=unit,
                time_utc=time,
                ingest_id=row.id or None,
                dataset_version="" if row.version is None else str(row.version),
                retrieved_at=retrieved_at,
                raw_hash=row.hash,
                flags=_flags(flag, time, retrieved_at),
            )

    def require(self, schema: wire.Schema) -> None:
        """Refuse a description that lacks what is read.

        Raises
        ------
        InputError
            Lists every component that is not there.
        """
        needed = [*self.units, *filter(None, [self.meter_component, self.time_component])]
        known = schema.components
        faults = [
            say("{code} has no component '{name}'", code=self.api_code, name=name) + did_you_mean(name, known)
            for name in needed
            if name not in known
        ]
        if faults:
            raise InputError(self.api_code, faults)


def _flags(flag: str | None, time: datetime, retrieved_at: datetime) -> frozenset[str]:
    future = "FUTURE" if time > retrieved_at else None
    return frozenset(filter(None, (flag, future)))
