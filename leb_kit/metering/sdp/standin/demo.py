"""A made-up town to rehearse with: a year of lighting cabinets and of meters in public buildings.

Nothing of it was measured and no field name is that of a real platform: it has the shape of one. Hours come
from a calendar, numbers from whole-number arithmetic: the same year gives the same rows, always.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from leb_kit.metering.sdp.standin.store import BULK, Component, Dataset, Store

TENANT = "leb"
#: Cabinets: code of the dataset, of the smart object, installed power of its two lines, W.
CABINETS = (
    (5001, "quadro_centro", 41_000, 23_500),
    (5002, "quadro_stazione", 28_000, 12_000),
    (5003, "quadro_collina", 9_500, 6_500),
)
#: Buildings: meter, power by night and by day of work, W.
BUILDINGS = (
    ("municipio", 6_000, 38_000),
    ("scuola_rodari", 3_000, 27_000),
    ("scuola_calvino", 2_500, 22_000),
    ("biblioteca", 1_500, 12_000),
    ("palestra", 1_000, 18_000),
    ("magazzino", 800, 5_000),
)
BUILDINGS_ID = 5100
ROME = ZoneInfo("Europe/Rome")
HOUR = timedelta(hours=1)
#: Local hours at which lamps are lit and put out, January first: an astronomical clock, rounded.
LIT = (17, 18, 19, 20, 21, 21, 21, 21, 20, 19, 17, 17)
OUT = (8, 7, 7, 7, 6, 6, 6, 6, 7, 7, 7, 8)
#: From midnight on the second line is dimmed to these parts of a hundred.
DIMMED = 60
#: Hours of work, and the days of the week without it.
OPENS, CLOSES, SATURDAY = 8, 18, 5
#: Values wander by up to so many parts of a thousand, whole numbers, no chance.
WANDER = 40
#: Counters begin here, Wh.
FIRST_COUNT = 120_000_000


def town(store: Store, *, year: int = 2019, buildings: bool = True, scale: int = 1) -> Store:
    """Fill a store with a year of hours of the made-up town; returns it.

    Parameters
    ----------
    store : Store
        What is filled.
    year : int
        Local year, Europe/Rome.
    buildings : bool
        Whether with the meters of buildings.
    scale : int
        Every power so many times: the same few meters, the size of a city.

    Examples
    --------
    >>> found = town(Store(), year=2019, buildings=False)
    >>> len(found.datasets["Illuminazione_5001"].rows)
    8761
    """
    start, end = (datetime(one, 1, 1, tzinfo=ROME).astimezone(UTC) for one in (year, year + 1))
    hours = [start + HOUR * number for number in range(int((end - start) / HOUR) + 1)]
    for number, code, first, second in CABINETS:
        store.add(_cabinet(number, code))
        count = FIRST_COUNT
        for moment in hours:
            powers = _lamps(moment, number, first * scale, second * scale)
            values = {"potenza_linea1": powers[0], "potenza_linea2": powers[1], "contatore": count}
            store.insert(f"Illuminazione_{number}", [(moment, values)], at=moment.timestamp() + 90)
            count += sum(powers)
    if buildings:
        store.add(_buildings())
        for moment in hours[1:]:  # the end of each hour
            rows = [
                (
                    moment,
                    {
                        "source": meter,
                        "energia": _building(moment - HOUR, at, night * scale, day * scale) / 1000,
                    },
                )
                for at, (meter, night, day) in enumerate(BUILDINGS)
            ]
            store.insert(f"Edifici_{BUILDINGS_ID}", rows, at=moment.timestamp() + 300)
    return store


def _lamps(moment: datetime, seed: int, first: int, second: int) -> tuple[int, int]:
    """Power of both lines, W, from this moment to the next hour."""
    local = moment.astimezone(ROME)
    lit, out = LIT[local.month - 1], OUT[local.month - 1]
    if out <= local.hour < lit:
        return 0, 0
    dimmed = second * DIMMED // 100 if local.hour < out else second
    return _wander(first, moment, seed), _wander(dimmed, moment, seed + 1)


def _building(moment: datetime, seed: int, night: int, day: int) -> int:
    """Energy of a building in this hour, Wh."""
    local = moment.astimezone(ROME)
    at_work = OPENS <= local.hour < CLOSES and local.weekday() < SATURDAY
    return _wander(day if at_work else night, moment, seed)


def _wander(value: int, moment: datetime, seed: int) -> int:
    step = (int(moment.timestamp()) // 3600 * 7919 + seed * 104_729) % (2 * WANDER + 1) - WANDER
    return value + value * step // 1000


def _cabinet(number: int, code: str) -> Dataset:
    lines = [Component(f"potenza_linea{one}", "double", "w", "power", f"Linea {one}") for one in (1, 2)]
    return Dataset(
        number,
        f"Illuminazione_{number}",
        TENANT,
        (*lines, Component("contatore", "long", "Wh", "Energy counter", "Contatore")),
        so_code=code,
        stream_code="linee",
        name=f"Illuminazione pubblica, {code.replace('_', ' ')} (inventato)",
        fps=1 / 3600,
    )


def _buildings() -> Dataset:
    return Dataset(
        BUILDINGS_ID,
        f"Edifici_{BUILDINGS_ID}",
        TENANT,
        (
            Component("source", "string", required=True),
            Component("energia", "double", "kWh", "active energy", "Energia attiva"),
        ),
        so_code="edifici",
        so_category="Application",
        stream_code="consumi",
        name="Edifici comunali (inventati)",
        fps=len(BUILDINGS) / 3600,
    )


#: Columns of the two datasets that take a balance: name and data type.
_SAYS = (
    "riga_id territorio anno:int mese:int scenario da a vettore settore uso valore_kwh:double "
    "copertura:double quota_stimata:double qualita revisione:int riga_hash pubblicato_il:dateTime"
)
_WHOLE = (
    "bilancio_id territorio anno:int scenario revisione:int righe:int totali sha256 leb_kit licenza "
    "pubblicato_il:dateTime"
)


def shelves(store: Store) -> tuple[str, str]:
    """Add the two datasets that take a balance; returns their codes, rows first.

    Examples
    --------
    >>> shelves(Store())
    ('LebFlussi_9001', 'LebManifesto_9002')
    """
    codes = []
    for number, name, columns in ((9001, "LebFlussi", _SAYS), (9002, "LebManifesto", _WHOLE)):
        parts = (column.partition(":") for column in columns.split())
        components = tuple(Component(one, kind or "string") for one, _, kind in parts)
        dataset = Dataset(number, f"{name}_{number}", TENANT, components, subtype=BULK, name=name)
        codes.append(store.add(dataset).code)
    return codes[0], codes[1]
