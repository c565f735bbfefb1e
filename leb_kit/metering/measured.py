"""Readings through a mapping: energy of every meter and month, and where each figure comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, runtime_checkable

import pandas as pd

from leb_kit import __version__
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.metering.component import Component
from leb_kit.metering.meter_map import MeterLife, MeterMap, StreamRule
from leb_kit.metering.months import EVENTS, MeterMonths, monthly
from leb_kit.metering.reading import Reading, ReadingSink
from leb_kit.metering.samples import Samples

#: Columns that a mapping adds to those of ``MeterMonths``.
TARGET: Final = ("stream", "territory", "flow", "product", "mode", "other", "use_class")


@dataclass(frozen=True, repr=False, eq=False)
class Measured(MeterMonths):
    """Energy of mapped meters by local month; made by ``measure``.

    Parameters
    ----------
    table : pd.DataFrame
        As of ``MeterMonths``, with stream, territory, flow, product, mode, other, use_class of the mapping.
    events : pd.DataFrame
        As of ``MeterMonths``.
    origin : Mapping[str, Any]
        ``streams``: for each its source, rows, span, lowest and highest ingest id, SHA-256 of its samples;
        ``map``: name, version, SHA-256; ``leb_kit``: version; ``as_of``.
    rules : MeterMap
        The mapping.
    """

    rules: MeterMap | None = None


def measure(
    rules: MeterMap,
    readings: ReadingSink | Iterable[Reading],
    *,
    years: Sequence[int],
    as_of: datetime | None = None,
    closed: str = "",
) -> Measured:
    """Put readings through a mapping.

    Parameters
    ----------
    rules : MeterMap
        Which component goes where.
    readings : ReadingSink or Iterable[Reading]
        A store, or readings themselves.
    years : Sequence[int]
        Local years, each with all its months.
    as_of : datetime, optional
        The moment of the account, as in ``monthly``.
    closed : str
        Last closed month, as in ``monthly``.

    Returns
    -------
    Measured
        Months of every meter that the mapping counts.

    Raises
    ------
    InputError
        A stream without readings, units that do not fit, gas without a calorific value: all at once.

    Examples
    --------
    >>> measure(MeterMap("nothing", 1, ()), [], years=[2025]).totals("flow")
    Empty DataFrame ...
    """
    if not years:
        raise InputError(say("months"), [say("years=… is needed: which years to account for")])
    parts, faults, origin = [], [], []
    given: ColumnSink | list[Reading] = _columns_or_list(rules, readings)
    options = {"years": list(years), "as_of": as_of, "closed": closed, "zone": rules.zone}
    for one in rules.rules:
        try:
            for months in _months(one, given, options):
                parts.append(_marked(months, one))
                origin.append({"stream": one.name, "source": one.source, **months.origin})
        except InputError as error:
            faults += [f"{one.name}: {told}" for told in error.faults]
    if faults:
        raise InputError(rules.name, faults)
    table = _together([part.table for part in parts], [*TARGET, "meter", "year", "month", *_COUNTS])
    events = _together([part.events for part in parts], [*EVENTS])
    told: dict[str, Any] = {
        "streams": origin,
        "map": {"name": rules.name, "version": rules.version, "sha256": rules.sha256},
        "leb_kit": __version__,
        "as_of": "" if as_of is None else as_of.isoformat(),
    }
    return Measured(table, events, told, rules)


_COUNTS: Final = (
    "measured_milliwh", "estimated_milliwh", "valid_us", "filled_us", "period_us", "intervals", "revised",
    "status", "bits",
)  # fmt: skip


def _together(parts: list[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=list(columns))


@runtime_checkable
class ColumnSink(Protocol):
    """A store that gives readings as columns, without an object for each."""

    def samples(
        self,
        source_id: str,
        quantity: str,
        component: Component,
        *,
        stream: str = "",
        so: str = "",
        meters: Iterable[str] | None = None,
    ) -> Samples:
        """Return the readings of one component that speak, as ``SqliteSink.samples`` does."""


def _columns_or_list(
    rules: MeterMap, readings: ReadingSink | Iterable[Reading]
) -> ColumnSink | list[Reading]:
    if isinstance(readings, ColumnSink):
        return readings
    if isinstance(readings, ReadingSink):
        sources = dict.fromkeys(one.source for one in rules.rules)
        return [reading for source in sources for reading in readings.readings(source)]
    return list(readings)


def _samples(
    one: StreamRule, given: ColumnSink | list[Reading], component: Component, meters: Iterable[str] | None
) -> Samples:
    """Return the samples of one rule, of some meters or all."""
    if isinstance(given, ColumnSink):
        return given.samples(one.source, one.quantity, component, stream=one.stream, so=one.so, meters=meters)
    wanted = None if meters is None else set(meters)
    mine = (
        reading
        for reading in given
        if reading.source_id == one.source
        and reading.quantity == one.quantity
        and (not one.stream or reading.stream_code == one.stream)
        and (not one.so or reading.so_code == one.so)
        and (wanted is None or reading.meter_id in wanted)
    )
    return Samples.from_readings(mine, component)


def _months(
    one: StreamRule, given: ColumnSink | list[Reading], options: Mapping[str, Any]
) -> Iterator[MeterMonths]:
    """Give the months of the meters of one rule: of each factor K and each life apart."""
    counted = {life.meter for life in one.meters if not life.submeter_of}
    whole = _samples(one, given, one.component, counted or None)
    if not whole.meters:
        names = _samples(one, given, one.component, None).meters if counted else ()
        if not names:
            told = say(
                "no reading of component '{name}' in source '{source}'", name=one.quantity, source=one.source
            )
            raise InputError(one.name, [told])
        near = did_you_mean(min(counted), names)
        listed = ", ".join(sorted(counted))
        told = say("none of its meters is in the readings: {meters}.{hint}", meters=listed, hint=near)
        raise InputError(one.name, [told])
    variants = list(one.variants()) if one.meters else [(one.component, _all(whole.meters))]
    for component, lives in variants:
        for batch in _batches(lives):
            alone = component == one.component and set(batch) >= set(whole.meters)
            samples = whole if alone else _samples(one, given, component, batch)
            life = {meter: its.span(options["zone"]) for meter, its in batch.items()}
            months = monthly(samples, gaps=one.gaps, meters=list(batch), life=life, **options)
            yield MeterMonths(months.table, months.events, {**months.origin, "sha256": samples.digest()})


def _all(names: Iterable[str]) -> tuple[MeterLife, ...]:
    return tuple(MeterLife(name) for name in sorted(names))


def _batches(lives: Sequence[MeterLife]) -> Iterator[dict[str, MeterLife]]:
    """Give the lives in batches in which every meter stands once."""
    left = list(lives)
    while left:
        batch: dict[str, MeterLife] = {}
        rest = []
        for life in left:
            if life.meter in batch:
                rest.append(life)
            else:
                batch[life.meter] = life
        yield batch
        left = rest


def _marked(months: MeterMonths, one: StreamRule) -> MeterMonths:
    """Write the target beside every month."""
    target = one.target
    marks = {
        "stream": one.name, "territory": target.territory, "flow": target.flow, "product": target.product,
        "mode": target.mode, "other": target.other, "use_class": target.use_class,
    }  # fmt: skip
    table = months.table.assign(**marks)
    return MeterMonths(
        table[[*TARGET, *months.table.columns]], months.events.assign(stream=one.name), months.origin
    )
