"""Meters and readings: whole numbers that add up, corrections beside what they correct, many rows at once."""

import sqlite3
from contextlib import closing

import hypothesis
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.store import Meter, Repository, StaleError
from leb_kit.store.doctor import examine
from leb_kit.store.reading_rows import new_of, speaking
from tests.store.people import Shared

TORINO = {"territory": "001272"}
LAMPS = Meter("lampioni", "FC_OTH_CP_PUB_E", "E7000", source="csv", meter_id="IT001E1", place="via Po")
YEAR = 35_040


def quarters(amounts, first="2025-01-01T00:00+01:00", step=900):
    """Readings from a moment on."""
    start = pd.Timestamp(first) + pd.to_timedelta(step * np.arange(len(amounts)), unit="s")
    return pd.DataFrame({"start": start, "length_s": step, "amount": amounts})


def test_a_year_of_quarters_comes_back_and_sums_to_the_milliwatt_hour(repo, store_url):
    """Proves: bulk rows are whole numbers on both engines; the sum is exact."""
    amounts = np.random.default_rng(7).integers(0, 10**12, YEAR)
    repo.save_meter(LAMPS, **TORINO)
    saved = repo.save_readings(quarters(amounts), meter="lampioni", **TORINO, message="2025")
    assert (saved.kind, saved.version, saved.parts, saved.used) == ("readings", 1, YEAR, "lampioni")
    found = repo.load_readings("lampioni", **TORINO)
    assert found["amount"].tolist() == amounts.tolist()
    assert int(found["amount"].sum()) == int(amounts.sum())
    assert found["start"].iloc[0] == pd.Timestamp("2024-12-31T23:00Z")
    assert (found["end"] - found["start"]).eq(pd.Timedelta(minutes=15)).all()
    assert repo.save_readings(quarters(amounts), meter="lampioni", **TORINO) is None
    assert examine(store_url).ok


def test_a_correction_is_a_later_version_and_the_older_value_stays(repo, store_url):
    """Proves: who corrected what can be told for ever. Without it a bill cannot be checked a year later."""
    repo.save_meter(LAMPS, **TORINO)
    repo.save_readings(quarters([1, 2, 3, 4]), meter="lampioni", **TORINO, message="first")
    late = quarters([3, 40, 5], first="2025-01-01T00:30+01:00").assign(quality=["", "REVISED", "ESTIMATED"])
    saved = repo.save_readings(late, meter="lampioni", **TORINO, message="corrected", base=1)
    assert (saved.version, saved.parts) == (2, 2), "what is the same is not said again"
    found = repo.load_readings("lampioni", **TORINO)
    assert found["amount"].tolist() == [1, 2, 3, 40, 5]
    assert found["version"].tolist() == [1, 1, 1, 2, 2]
    assert found["quality"].tolist() == ["", "", "", "REVISED", "ESTIMATED"]
    assert repo.load_readings("lampioni", **TORINO, version=1)["amount"].tolist() == [1, 2, 3, 4]
    noon = pd.Timestamp("2025-01-01T00:45+01:00")
    assert repo.load_readings("lampioni", **TORINO, start=noon)["amount"].tolist() == [40, 5]
    assert repo.load_readings("lampioni", **TORINO, end=noon)["amount"].tolist() == [1, 2, 3]
    with pytest.raises(StaleError, match=r"\(corrected\) and changed reading"):
        repo.save_readings(quarters([9]), meter="lampioni", **TORINO, base=1)
    assert examine(store_url).ok


def test_a_part_of_a_series_is_that_part_of_the_whole(repo):
    """Proves: versions that are not read tell nothing of the time that is asked for, corrections included."""
    repo.save_meter(LAMPS, **TORINO)
    chance = np.random.default_rng(3)
    for _ in range(8):
        first = pd.Timestamp("2025-01-01T00:00Z") + pd.Timedelta(hours=int(chance.integers(0, 20)))
        step = int(chance.choice([900, 1800, 3600]))
        given = quarters(chance.integers(0, 99, 4 * 3600 // step), first=first, step=step)
        repo.save_readings(given, meter="lampioni", **TORINO)
    whole = repo.load_readings("lampioni", **TORINO)
    assert whole["version"].nunique() > 3
    moments = [pd.Timestamp("2024-12-31T23:59:59.5Z") + pd.Timedelta(minutes=50 * at) for at in range(30)]
    for start, end in zip([None, *moments], [*moments[1:], None, None], strict=True):
        keep = (start is None or whole["start"] >= start) & (end is None or whole["start"] < end)
        part = repo.load_readings("lampioni", **TORINO, start=start, end=end)
        pd.testing.assert_frame_equal(part, whole[keep].reset_index(drop=True))
    with pytest.raises(InputError, match="start needs a time zone"):
        repo.load_readings("lampioni", **TORINO, start=pd.Timestamp("2025-01-01"))


def test_a_day_needs_no_version_of_another(file):
    """Proves: what tells nothing of the day is not read. Without it a day takes as long as all years."""
    with Repository(file) as repo:
        repo.save_meter(LAMPS, **TORINO)
        for day in ("2025-01-01", "2025-01-02", "2025-01-03"):
            repo.save_readings(quarters([1, 2], first=f"{day}T00:00Z"), meter="lampioni", **TORINO)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            gone = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'reading'"
            for (name,) in connection.execute(gone).fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(
                "UPDATE reading SET amount = 9 WHERE document_id = (SELECT max(id) FROM document)"
            )
        there = {"start": pd.Timestamp("2025-01-02T00:00Z"), "end": pd.Timestamp("2025-01-03T00:00Z")}
        assert repo.load_readings("lampioni", **TORINO, **there)["amount"].tolist() == [1, 2]
        for asked in ({}, {"start": there["end"]}):
            with pytest.raises(InputError, match="not what was sealed"):
                repo.load_readings("lampioni", **TORINO, **asked)


def test_missing_is_not_zero_and_gas_is_counted_in_millilitres(file):
    with Repository(file) as repo:
        repo.save_meter(Meter("gas", "FC_OTH_CP_PUB_E", "G3000", unit="ml"), **TORINO)
        given = quarters([1_000, None, 0], step=3600)
        repo.save_readings(given, meter="gas", **TORINO)
        found = repo.load_readings("gas", **TORINO)
        assert found["amount"].isna().tolist() == [False, True, False]
        assert "energy_mwh" not in found
        with pytest.raises(InputError, match="counts ml, not milliwh"):
            repo.save_meter(Meter("gas", "FC_OTH_CP_PUB_E", "G3000"), **TORINO)
        with pytest.raises(InputError, match="amount is missing"):
            repo.save_readings(given.rename(columns={"amount": "energy_mwh"}), meter="gas", **TORINO)
        assert repo.load_meter("gas", **TORINO).product == "G3000"


def test_frames_of_metering_are_taken_as_they_are(file, tmp_path):
    """Proves: a file of a meter goes through ``leb.metering`` into the store without a detour."""
    path = tmp_path / "a.csv"
    rows = [f"L1,2025-03-30T0{hour}:00:00+01:00,{hour + 1}.5,kWh" for hour in range(4)]
    path.write_text("\n".join(["meter,time,value,unit", *rows]))
    component = leb.metering.Component("interval_energy", "kWh", interval=3600, label="start")
    delivery = leb.metering.read_readings(path)
    samples = leb.metering.Samples.from_readings(delivery.readings, component)
    table = leb.metering.intervals(samples, "L1")
    with Repository(file) as repo:
        repo.save_meter(LAMPS, **TORINO)
        repo.save_readings(table, meter="lampioni", **TORINO)
        found = repo.load_readings("lampioni", **TORINO)
        assert found["amount"].tolist() == [1_500_000, 2_500_000, 3_500_000, 4_500_000]
        assert found["energy_mwh"].tolist() == table["energy_mwh"].tolist()


WRONG = {
    "no zone": (lambda t: t.assign(start=t["start"].dt.tz_localize(None)), "without a zone"),
    "no start": (lambda t: t.drop(columns="start"), "column start is missing"),
    "no amount": (lambda t: t.drop(columns="amount"), "energy_mwh / amount is missing"),
    "no length": (lambda t: t.drop(columns="length_s"), "column end / length_s is missing"),
    "half a second": (lambda t: t.assign(start=t["start"] + pd.Timedelta(milliseconds=500)), "between two"),
    "overlapping": (lambda t: t.assign(length_s=1800), "two intervals tell of this time"),
    "the same moment": (lambda t: t.assign(start=t["start"].iloc[0]), "two intervals tell of this time"),
    "backwards": (lambda t: t.assign(length_s=-900), "ends before it begins"),
    "half a milliwatt-hour": (lambda t: t.assign(amount=0.5), "no whole numbers"),
    "words": (lambda t: t.assign(amount="n.d."), "no numbers"),
    "infinite": (lambda t: t.assign(amount=float("inf")), "no numbers"),
    "a quality in small letters": (lambda t: t.assign(quality="stimato"), "capital letters"),
    "longer than a year": (lambda t: t.iloc[:1].assign(length_s=40_000_000), "ck_reading_length_s"),
    "a part of what is known": (lambda t: t.iloc[:1].assign(length_s=300), "only 300 s of them"),
    "across two that are known": (
        lambda t: t.iloc[:1].assign(start=t["start"].iloc[0] + pd.Timedelta(seconds=450)),
        "only 450 s of them",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_readings_that_cannot_be_are_refused_whole(file, name):
    spoil, told = WRONG[name]
    good = quarters([1, 2, 3])
    with Repository(file) as repo:
        repo.save_meter(LAMPS, **TORINO)
        repo.save_readings(good, meter="lampioni", **TORINO)
        with pytest.raises(InputError, match=told):
            repo.save_readings(spoil(good), meter="lampioni", **TORINO)
        assert repo.load_readings("lampioni", **TORINO)["amount"].tolist() == [1, 2, 3]
        with pytest.raises(InputError, match=r"no meter 'lampion' .* 'lampioni'"):
            repo.save_readings(good, meter="lampion", **TORINO)


def test_coarser_and_finer_corrections_replace_whole_intervals(file):
    with Repository(file) as repo:
        repo.save_meter(LAMPS, **TORINO)
        repo.save_readings(quarters([1, 2, 3, 4, 5]), meter="lampioni", **TORINO)
        repo.save_readings(quarters([100], step=3600), meter="lampioni", **TORINO)
        assert repo.load_readings("lampioni", **TORINO)["amount"].tolist() == [100, 5]
        repo.save_readings(quarters([10, 20], step=1800), meter="lampioni", **TORINO)
        found = repo.load_readings("lampioni", **TORINO)
        assert found["amount"].tolist() == [10, 20, 5]
        assert found["version"].tolist() == [3, 3, 1]


#: Batches of intervals on a clock of five seconds: (start, length, amount).
BATCH = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 4), st.integers(0, 9)), min_size=1, max_size=6)


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(st.lists(BATCH, min_size=1, max_size=4))
def test_the_series_is_what_a_slow_clock_makes_of_it(batches):
    """Proves: at each second the latest version that may speak does, and nothing overlaps or is torn."""
    columns = ["start_s", "length_s", "amount", "quality", "version"]
    every = pd.DataFrame(
        {name: pd.Series(dtype=object if name == "quality" else "int64") for name in columns}
    )
    clock = {}
    for version, batch in enumerate(batches, start=1):
        apart = []
        for start, length, amount in sorted(batch):
            if not apart or start >= apart[-1][0] + apart[-1][1]:
                apart.append((start, length, amount, ""))
        made = pd.DataFrame(apart, columns=columns[:-1])
        try:
            new = new_of(made, speaking(every))
        except InputError:
            continue
        every = pd.concat([every, new.assign(version=version)], ignore_index=True)
        for start, length, amount, _ in apart:
            clock |= dict.fromkeys(range(start, start + length), (start, amount))
    told = {
        second: (row.start_s, row.amount)
        for row in speaking(every).itertuples()
        for second in range(row.start_s, row.start_s + row.length_s)
    }
    assert told == clock


def test_a_person_brings_many_readings_and_sees_no_others(server):
    """Proves: the bulk way respects rights: COPY goes through a table of one's own."""
    shared = Shared.on(server)
    with Repository(shared.url("anna")) as repo:
        repo.save_meter(LAMPS, **TORINO)
        assert repo.save_readings(quarters(range(5_000)), meter="lampioni", **TORINO).parts == 5_000
        with pytest.raises(InputError, match="no meter"):
            repo.save_readings(quarters([1]), meter="kept", territory="004078")
        with pytest.raises(InputError):
            repo.save_meter(LAMPS, territory="004078")
    with Repository(shared.url("bruno")) as repo:
        assert len(repo.load_readings("lampioni", **TORINO)) == 5_000
        with pytest.raises(InputError, match="bruno may not save"):
            repo.save_readings(quarters([77_777]), meter="lampioni", **TORINO)
        with pytest.raises(InputError, match="no meter"):
            repo.load_readings("kept", territory="004078")
    assert shared.sql("SELECT count(*) FROM reading WHERE amount = 77777") == [(0,)]
    shared.database.drop()


def test_every_version_of_readings_is_carried_and_taken_in_once(file, tmp_path):
    with Repository(file) as repo, Repository(tmp_path / "other.db") as other:
        repo.save_meter(LAMPS, **TORINO)
        for amounts in ([1, 2, 3], [1, 2, 30], [1, 2, 30, 4]):
            repo.save_readings(quarters(amounts), meter="lampioni", **TORINO)
        path = repo.export(tmp_path / "torino.leb", territory="001272")
        for _ in range(2):
            other.take_in(path)
            found = other.load_readings("lampioni", **TORINO)
            assert found.equals(repo.load_readings("lampioni", **TORINO))
            assert len(other.documents(kind="readings")) == 3
    assert examine(tmp_path / "other.db").ok
