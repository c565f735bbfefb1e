"""Files of meters become readings, whatever their dialect; each fault has its place, nothing may explode."""

import gzip
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leb_kit.errors import InputError
from leb_kit.metering import Component, Samples, monthly, read_readings, slots

WHEN = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture
def read(tmp_path):
    def reader(text, name="file.csv", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_readings(path, retrieved_at=WHEN, **options)

    return reader


def told(delivery):
    return [(f"{one.time_utc:%d %H:%M}", one.value) for one in delivery.readings]


# ── a value a row ────────────────────────────────────────────────────────────────────────────────────────


def test_an_italian_table_with_decimal_commas_and_local_times(read):
    text = "POD;Data e ora;Energia (kWh);Qualità\nIT001E1;15/07/2025 00:15;1.234,5;R\n"
    text += "IT001E1;15/07/2025 24:00;;S\n"
    first, second = read(text).readings
    assert (first.meter_id, first.value, first.unit, first.source_id) == (
        "IT001E1",
        Decimal("1234.5"),
        "kWh",
        "file:file.csv",
    )
    assert first.time_utc == datetime(2025, 7, 14, 22, 15, tzinfo=UTC)
    assert (second.value, second.flags, second.time_utc.hour) == (None, {"ESTIMATED"}, 22)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_found_out(read, encoding):
    text = "contatore;data;ora;lettura;unità\nM à;01/02/2025;10.15;7;kWh\n"
    (one,) = read(text.encode(encoding)).readings
    assert (one.meter_id, one.time_utc.hour, one.unit) == ("M à", 9, "kWh")


def test_an_english_table_in_utc_packed(read):
    text = "meter,time,value,unit,quantity\nL1,2025-01-01T00:00:00Z,1.25,kWh,energy\n"
    text += "L1,2025-01-01T00:15:00+01:00,-,kWh,power\n"
    delivery = read(gzip.compress(text.encode()), "file.csv.gz")
    assert [one.quantity for one in delivery.readings] == ["energy", "power"]
    assert [one.value for one in delivery.readings] == [Decimal("1.25"), None]


@pytest.mark.parametrize("backwards", [False, True])
def test_the_hour_that_october_tells_twice_is_told_apart_by_order(read, backwards):
    rows = [f"M;26/10/2025 {hour}:{minute:02d};{value}" for value, (hour, minute) in enumerate(
        [("01", 45), *[("02", m) for m in (0, 15, 30, 45)], *[("02", m) for m in (0, 15, 30, 45)], ("03", 0)]
    )]  # fmt: skip
    lines = rows[::-1] if backwards else rows
    found = sorted(told(read("\n".join(["contatore;data e ora;energia (kWh)", *lines]))))
    assert [value for _, value in found] == list(range(10))
    assert [time for time, _ in found][::4] == ["25 23:45", "26 00:45", "26 01:45"]


def test_an_hour_told_once_in_october_is_doubtful(read):
    delivery = read("contatore;data e ora;energia (kWh)\nM;26/10/2025 02:30;1\n")
    assert delivery.readings[0].flags == {"CLOCK_SUSPECT"}
    assert "1 times lie in the hour" in delivery.notes[0]


def test_all_faults_of_a_table_have_their_line(read):
    text = "contatore;data e ora;energia (kWh)\nM;30/03/2025 02:30;1\n"
    text += "M;31/02/2025 02:30;1\nM;01/01/2025 00:00;viel\nM;1\n"
    with pytest.raises(InputError, match="line 5: 2 columns, 3 are expected"):
        read(text)
    with pytest.raises(InputError) as error:
        read(text.replace("M;1\n", ""))
    assert [fault.split(":")[0] for fault in error.value.faults] == ["line 2", "line 3", "line 4"]
    assert "does not exist in Europe/Rome" in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("meter;time;value\n", "at least one row"),
        ("meter;time;value\nL1;2025-01-01;1\n", "no column of unit; add it, or give unit"),
        ("time;value;unit\n2025-01-01;1;kWh\n", "no column of meter"),
        ("meter;value;unit\nL1;1;kWh\n", "no column of times"),
        ("meter;time;valor\nL1;2025-01-01;1\n", "no column of values.*Did you mean 'valore'"),
        ("meter;time;valore;energia\nL1;2025-01-01;1;2\n", "mean the same"),
        (b"\x00\x01", "is no text"),
        (gzip.compress(b"meter;time;value\n", mtime=0)[:-4], "cut or damaged"),
    ],
)
def test_what_is_no_table_is_refused(read, text, said):
    with pytest.raises(InputError, match=said):
        read(text)


def test_a_packed_bomb_is_refused_before_it_fills_the_memory(read):
    with pytest.raises(InputError, match="larger than 1000000 bytes"):
        read(gzip.compress(b"0" * 10**7, mtime=0), most_bytes=10**6)


def test_several_values_a_row_are_told_apart_by_their_headers(read):
    text = "time;electricity_kwh;Gas (m3);note\n2016-01-01T00:00:00Z;1.5;7;x\n2016-01-01T01:00:00Z;;8;\n"
    found = [(one.quantity, one.value, one.unit) for one in read(text, meter="b0").readings]
    assert found == [
        ("electricity", Decimal("1.5"), "kwh"), ("gas", 7, "m3"),
        ("electricity", None, "kwh"), ("gas", 8, "m3"),
    ]  # fmt: skip


def test_headers_that_are_not_understood_can_be_explained(read):
    text = "when;tot\n2016-01-01T00:00:00Z;1.5\n"
    found = read(text, meter="b0", unit="kWh", columns={"When": "time", "tot": "value"})
    assert told(found) == [("01 00:00", Decimal("1.5"))]
    with pytest.raises(InputError, match=r"no column 'tat'\. Did you mean 'tot'"):
        read(text, meter="b0", columns={"tat": "value"})


# ── a day a row ──────────────────────────────────────────────────────────────────────────────────────────

QUARTERS = [f"{at // 4:02d}:{at % 4 * 15:02d}" for at in range(96)]


def wide(days, cells, header=QUARTERS):
    lines = [";".join(["POD", "Data", *header])]
    lines += [";".join(["IT1", day, *row]) for day, row in zip(days, cells, strict=True)]
    return "\n".join(lines)


def test_days_of_96_columns_bring_their_component(read):
    delivery = read(wide(["01/07/2025", "02/07/2025"], [["1,5"] * 96, ["2"] * 96]), unit="kWh")
    assert delivery.components == {"energy": Component("interval_energy", "kWh", interval=900, label="start")}
    months = monthly(Samples.from_readings(delivery.readings, delivery.components["energy"]))
    assert months.totals("year")["measured_milliwh"].tolist() == [336 * 10**6]
    assert delivery.readings[0].time_utc == datetime(2025, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize("hole", ["wall", "position"])
def test_the_short_day_is_understood_either_way(read, hole):
    cells = [str(at) for at in range(92)]
    row = [*cells[:8], *[""] * 4, *cells[8:]] if hole == "wall" else [*cells, *[""] * 4]
    found = read(wide(["30/03/2025"], [row]), unit="kWh").readings
    assert [one.value for one in found] == list(range(92))
    assert found[-1].time_utc == datetime(2025, 3, 30, 21, 45, tzinfo=UTC)


def test_96_values_on_the_short_day_are_a_fault(read):
    with pytest.raises(InputError, match="line 2: 96 values on a day of 92"):
        read(wide(["30/03/2025"], [["1"] * 96]), unit="kWh")


def test_the_long_day_fills_100_columns_or_leaves_the_hour_told_twice_open(read):
    header = [f"Q{at + 1}" for at in range(100)]
    found = read(
        wide(["26/10/2025", "27/10/2025"], [["1"] * 100, ["1"] * 96 + [""] * 4], header), unit="kWh"
    ).readings
    times = [one.time_utc for one in found]
    assert len(found) == 196
    assert {b - a for a, b in pairwise(times)} == {timedelta(minutes=15)}
    open_hour = read(wide(["26/10/2025"], [[str(at) for at in range(96)]]), unit="kWh").readings
    assert [one.value for one in open_hour][11:17] == [11, None, None, None, None, 12]
    with pytest.raises(InputError, match="100 values on a day of 96"):
        read(wide(["27/10/2025"], [["1"] * 100], header), unit="kWh")


def test_a_year_of_days_is_whole(read):
    days = pd.date_range("2025-01-01", "2025-12-31")
    header = [f"Q{at + 1}" for at in range(100)]
    cells = [["1"] * slots(day.date()) + [""] * (100 - slots(day.date())) for day in days]
    delivery = read(wide([f"{day:%d/%m/%Y}" for day in days], cells, header), unit="kWh")
    row = (
        monthly(Samples.from_readings(delivery.readings, delivery.components["energy"]))
        .totals("year")
        .iloc[0]
    )
    assert (row["coverage"], row["energy_mwh"]) == (1.0, 35.04)


def test_days_of_24_hours(read):
    found = read(wide(["01/07/2025"], [["1"] * 24], [f"H{at + 1}" for at in range(24)]), unit="kWh")
    assert found.components["energy"].interval == 3600


# ── Green Button ─────────────────────────────────────────────────────────────────────────────────────────

ESPI = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:e="http://naesb.org/espi">
 <entry><link rel="self" href="UsagePoint/U7/MeterReading/01"/><link rel="related" href="ReadingType/07"/>
  <content><e:MeterReading/></content></entry>
 <entry><link rel="self" href="ReadingType/07"/><content><e:ReadingType>
  <e:accumulationBehaviour>4</e:accumulationBehaviour><e:flowDirection>1</e:flowDirection>
  <e:intervalLength>900</e:intervalLength><e:powerOfTenMultiplier>POWER</e:powerOfTenMultiplier><e:uom>UOM</e:uom>
 </e:ReadingType></content></entry>
 <entry><link rel="up" href="UsagePoint/U7/MeterReading/01/IntervalBlock"/><content><e:IntervalBlock>
  <e:IntervalReading><e:timePeriod><e:duration>900</e:duration><e:start>1735689600</e:start></e:timePeriod>
   <e:value>15</e:value></e:IntervalReading>
  <e:IntervalReading><e:ReadingQuality><e:quality>8</e:quality></e:ReadingQuality>
   <e:timePeriod><e:duration>900</e:duration><e:start>1735690500</e:start></e:timePeriod>
   <e:value>VALUE</e:value></e:IntervalReading>
 </e:IntervalBlock></content></entry>
</feed>"""


def espi(uom=72, power=2, value=16):
    return ESPI.replace("UOM", str(uom)).replace("POWER", str(power)).replace("VALUE", str(value))


def test_a_green_button_file_says_everything_itself(read):
    delivery = read(espi(), "file.xml")
    first, second = delivery.readings
    assert (first.meter_id, first.value, first.unit) == ("U7", Decimal(1500), "Wh")
    assert first.time_utc == datetime(2025, 1, 1, tzinfo=UTC)
    assert second.flags == {"ESTIMATED"}
    assert delivery.components == {"energy": Component("interval_energy", "Wh", interval=900, label="start")}
    assert read(espi(38), "file.xml").components["energy"].kind == "power_mean"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (espi(uom=999), "uom '999' is unknown"),
        (espi(value="viel"), "IntervalBlock 1, IntervalReading 2: start or value is no number"),
        (espi(power=99), "multiplier or interval is no usable number"),
        (espi(42), "C and PCS"),
        ("<feed/>", "no IntervalBlock"),
        ("<feed>", "this is no XML"),
        ('<!DOCTYPE f [<!ENTITY a "aaa">]><f>&a;</f>', "entities and DTDs are refused"),
        ("<a>" * 100 + "</a>" * 100, "nested too deeply"),
    ],
)
def test_a_green_button_file_that_is_none(read, text, said):
    with pytest.raises(InputError, match=said):
        read(text, "file.xml")


# ── NGSI-LD ──────────────────────────────────────────────────────────────────────────────────────────────

AT = '"observedAt": "2025-01-01T10:00:00Z"'
NORMALISED = """{"id": "urn:ngsi-ld:ACMeasurement:7", "type": "ACMeasurement", "@context": [],
 "totalActiveEnergyImport": {"type": "Property", "value": 150781.250, "unitCode": "KWH", AT},
 "activePower": {"type": "Property", "value": {"L1": 1.5, "L2": 2}, "unitCode": "KWT", AT},
 "name": {"type": "Property", "value": "hall"},
 "phases": {"type": "Property", "value": 3}}""".replace("AT", AT)
TEMPORAL = """[{"id": "urn:a", "type": "ACMeasurement", "totalActiveEnergyImport": [
 {"value": 1, "observedAt": "2025-01-01T10:00:00Z"},
 {"value": 3.5, "observedAt": "2025-01-01T11:00:00Z"}]}]"""
KEY_VALUES = """{"id": "urn:a", "type": "ACMeasurement", "dateObserved": "2025-01-01T10:00:00Z",
 "totalActiveEnergyImport": 5}"""


def test_a_normalised_entity_and_its_phases(read):
    delivery = read(NORMALISED, "file.json")
    assert [(one.quantity, one.value, one.unit) for one in delivery.readings] == [
        ("totalActiveEnergyImport", Decimal("150781.250"), "KWH"),
        ("activePower_L1", Decimal("1.5"), "KWT"),
        ("activePower_L2", Decimal(2), "KWT"),
    ]
    assert delivery.components == {"totalActiveEnergyImport": Component("register", "KWH")}
    assert delivery.notes == ("phases has no unit and is left out",)


def test_temporal_and_key_values_are_counters_too(read):
    delivery = read(TEMPORAL, "file.json")
    samples = Samples.from_readings(delivery.readings, delivery.components["totalActiveEnergyImport"])
    assert monthly(samples).totals("year")["measured_milliwh"].tolist() == [2_500_000]
    assert told(read(KEY_VALUES, "file.json")) == [("01 10:00", Decimal(5))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"id": "a"', "this is no JSON"),
        ('{"type": "x"}', "entity 1: no id"),
        ("[" * 10_000 + "]" * 10_000, "nested too deeply"),
        (KEY_VALUES.replace("dateObserved", "date"), "urn:a, totalActiveEnergyImport: no time"),
        (KEY_VALUES.replace("00Z", "00"), "has no zone"),
        (NORMALISED.replace("KWH", "XYZ"), "unit 'XYZ' is unknown"),
    ],
)
def test_an_entity_that_is_none(read, text, said):
    with pytest.raises(InputError, match=said):
        read(text, "file.json")


def test_a_number_that_is_none_is_missing_never_zero(read):
    assert told(read(KEY_VALUES.replace(": 5", ": NaN"), "file.json")) == []


# ── anything ─────────────────────────────────────────────────────────────────────────────────────────────

SEEDS = (
    "POD;Data e ora;Energia (kWh);Qualità\nIT1;15/07/2025 00:15;1.234,5;R\nIT1;26/10/2025 02:30;;S\n",
    "meter,time,value,unit\nL1,2025-01-01T00:00:00Z,1.25,kWh\n",
    wide(["30/03/2025", "26/10/2025"], [["1,5"] * 92 + [""] * 4, ["2"] * 96]),
    espi(), NORMALISED, TEMPORAL, KEY_VALUES,
)  # fmt: skip
SPLICES = (
    "", "\n", ";", '"', "\0", "1e999999999", "NaN", "9" * 400, "31/12/9999 24:00", "0001-01-01", "{", "[",
    "<", "é", "24:00", "1E+5000", "null", "true", "2025-01-01T00:00:00+99:99", "<!DOCTYPE a>", "\ud7ff",
)  # fmt: skip
CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(SPLICES)), min_size=1, max_size=4
)


@given(st.sampled_from(SEEDS), CUTS)
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(tmp_path_factory, text, cuts):
    """Proves: no file ends in a traceback. Without it a town hall calls a programmer."""
    for place, length, splice in cuts:
        at = int(place * len(text))
        text = text[:at] + splice + text[at + length :]
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(text.encode())
    with suppress(InputError):
        delivery = read_readings(path, unit="kWh", meter="M")
        for quantity, component in delivery.components.items():
            mine = [one for one in delivery.readings if one.quantity == quantity]
            monthly(Samples.from_readings(mine, component))


def test_a_header_alone_is_not_called_empty(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("meter,time,value,unit\n")
    with pytest.raises(InputError, match="has a header and no row"):
        read_readings(path)
