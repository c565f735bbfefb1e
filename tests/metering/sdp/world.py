"""A made-up platform for tests: one lighting cabinet, one application with many meters, one open dataset."""

from datetime import UTC, datetime, timedelta

from leb_kit.metering import SqliteSink
from leb_kit.metering.sdp import Reader, SdpSettings, Source, Transport
from leb_kit.metering.sdp.standin import BULK, Component, Dataset, Faults, Settings, StandIn, Store

START = datetime(2025, 3, 29, 22, 0, tzinfo=UTC)
CABINET = "550e8400-e29b-41d4-a716-446655440000"
LIGHTS, METERS, PLACES = "Luci_4711", "Contatori_4712", "Luoghi_77"
#: Connections to be closed after a test.
OPEN: list[Transport] = []
PASSWORD = "stand-in-password"  # noqa: S105 (opens the stand-in only)


#: Each fault, small enough to pass.
PASSING = dict.fromkeys(Faults.names(), 1) | {
    "slow": 0.01,
    "dup_rows": 5,
    "late_rows": 3,
    "count_high": 4,
    "shrunk": 10,
    "schema_added": "tensione",
    "next_other_host": "http://127.0.0.1:9",
}


def lights() -> Dataset:
    """A stream of a device: a power and a counter."""
    return Dataset(
        4711,
        LIGHTS,
        "leb",
        (
            Component("potenza_linea1", "double", "w", "power"),
            Component("contatore", "long", "Wh", "Energy counter"),
            Component("acceso", "boolean", "-", "Power status"),
            Component("nota", "string", "-", ""),
        ),
        so_code=CABINET,
        stream_code="quadro_a",
        name="Quadro A",
        fps=1 / 900,
    )


def meters() -> Dataset:
    """A stream of an application: the meter is a component."""
    return Dataset(
        4712,
        METERS,
        "leb",
        (
            Component("source", "string", required=True),
            Component("energia", "double", "kWh", "active energy"),
        ),
        so_code="edifici",
        so_category="Application",
        stream_code="consumi",
        name="Edifici comunali",
    )


def places() -> Dataset:
    """Rows without a time, open to all."""
    return Dataset(
        77,
        PLACES,
        "leb",
        (Component("nome", "string"), Component("superficie", "double", "m^2")),
        subtype=BULK,
        visibility="public",
        name="Luoghi",
    )


def event(number: int) -> tuple[datetime, dict]:
    """Quarter of an hour after quarter of an hour."""
    values = {"potenza_linea1": 100.5 + number % 7, "contatore": 10_000_000_000 + 25 * number}
    return START + timedelta(minutes=15 * number), values | {"acceso": number % 2 == 0, "nota": None}


def fill(store: Store, count: int, *, start: int = 0, code: str = LIGHTS) -> None:
    """Events, each taken in a minute after it happened."""
    for number in range(start, start + count):
        moment, values = event(number)
        store.insert(code, [(moment, values)], at=moment.timestamp() + 60)


def world(count: int = 0, **options) -> StandIn:
    """A stand-in with the three datasets and some events."""
    store_options = {
        name: options.pop(name) for name in ("clock", "index_delay", "id_style") if name in options
    }
    store = Store(**store_options)
    for dataset in (lights(), meters(), places()):
        store.add(dataset)
    fill(store, count)
    return StandIn(store, Settings(**options))


def settings(server: StandIn, **options) -> SdpSettings:
    """Settings of a client that may do all, fast."""
    given = {
        "tenant": "leb",
        "key": server.settings.key,
        "secret": server.settings.secret,
        "password": PASSWORD,
        "rate": 10_000,
        "backoff_s": 0.001,
    }
    return SdpSettings(base_url=server.url, **given | options)


def reader(server: StandIn, code: str = LIGHTS, *, page: int = 1000, **options) -> Reader:
    """A reader of one dataset."""
    OPEN.append(Transport(settings(server, **options)))
    return Reader(OPEN[-1], code, page=page)


def source(code: str = LIGHTS) -> Source:
    """What is read of a dataset."""
    if code == METERS:
        return Source(METERS, "leb", "edifici", "consumi", {"energia": "kWh"}, meter_component="source")
    return Source(LIGHTS, "leb", CABINET, "quadro_a", {"potenza_linea1": "w", "contatore": "Wh"})


def values_of(sink: SqliteSink, code: str = LIGHTS) -> dict:
    """What speaks in a sink: value by key."""
    return {one.key: one.value for one in sink.readings(source(code).source_id)}


def expected(server: StandIn, code: str = LIGHTS) -> int:
    """Readings that the rows of the stand-in make, each moment once."""
    return len({row.time for row in server.store.datasets[code].rows}) * len(source(code).units)
