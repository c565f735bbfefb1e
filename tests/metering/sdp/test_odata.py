"""Reading rows: every page counted, every fault told apart, and a second reader that agrees."""

import urllib.parse
from datetime import UTC, timedelta

import pyodata
import pytest
import requests

from leb_kit.metering.sdp import BackendSuspect, PartialPage, Refused
from leb_kit.metering.sdp.standin import Faults
from tests.metering.sdp.world import LIGHTS, OPEN, PLACES, START, event, fill, reader, world

END = START + timedelta(days=365)


@pytest.fixture(scope="module")
def full():
    """2,500 rows over both changes of the clock would be many; these pass the one of March."""
    with world(2500) as running:
        yield running


@pytest.fixture
def server(full):
    full.faults = Faults()
    return full


def ids(pages) -> list[str]:
    """Ids in the order read."""
    return [row.id for page in pages for row in page.rows]


def stored(server) -> list[str]:
    """Ids in the order of their making."""
    return [row.id for row in server.store.datasets[LIGHTS].rows]


def test_all_rows_are_read_by_id_in_three_pages(server):
    pages = list(reader(server).by_id())
    assert [len(page.rows) for page in pages] == [1000, 1000, 500]
    assert ids(pages) == stored(server)


def test_rows_have_the_values_that_were_stored(server):
    (first, *_), *_ = (page.rows for page in reader(server).by_id())
    moment, values = event(0)
    assert first.time == moment
    assert first.values == {name: value for name, value in values.items() if name != "none"}


def test_a_walk_goes_on_behind_an_id(server):
    assert ids(reader(server).by_id(stored(server)[2000])) == stored(server)[2001:]


def test_a_window_holds_its_start_and_not_its_end(server):
    (page,) = reader(server).between(START + timedelta(minutes=15), START + timedelta(minutes=60))
    assert [row.time for row in page.rows] == [START + timedelta(minutes=15 * n) for n in (1, 2, 3)]


def test_both_ways_read_the_same(server):
    by_time = [row for page in reader(server).between(START, END) for row in page.rows]
    by_id = [row for page in reader(server).by_id() for row in page.rows]
    assert sorted(by_time, key=lambda row: row.id) == by_id


def test_the_largest_page_is_learnt_once():
    with world(500, page_cap=150) as server:
        source = reader(server)
        assert len(ids(source.by_id())) == 500
        assert source.page_cap == 150
        asked = [one.query for one in server.requests if one.path.endswith("Measures")]
        assert sum("$top=1000" in query for query in asked) == 1


def test_a_window_beyond_the_largest_skip_is_halved():
    with world(500, page_cap=50, skip_cap=60) as server:
        assert len(ids(reader(server).between(START, START + timedelta(days=30)))) == 500


def test_a_row_that_slips_into_a_window_between_two_pages_is_not_lost(monkeypatch):
    """Proves: a window is counted once more when it was read. A new early row pushes the others along."""
    with world(120, page_cap=50) as server:
        source = reader(server)
        ask, pages = source.page, []

        def page(**options):
            if options.get("skip") == 50 and not pages:
                pages.append(options)
                server.store.insert(LIGHTS, [(START + timedelta(minutes=1), {"contatore": 1})])
            return ask(**options)

        monkeypatch.setattr(source, "page", page)
        assert sorted(ids(source.between(START, END))) == stored(server)


def test_a_window_beyond_the_cap_of_orders_uses_time_alone():
    with world(200, page_cap=50, order_cap=100) as server:
        assert len(ids(reader(server).between(START, END))) == 200


@pytest.mark.parametrize("name", ["silent_empty", "short_page", "reorder", "http_502_n", "token_expired_xml"])
@pytest.mark.parametrize("walk", ["by_id", "between"])
def test_a_fault_that_passes_leaves_no_trace(server, name, walk):
    """Proves: one bad answer is noticed and asked for again. Without it rows are lost silently."""
    source = reader(server)
    server.faults.set(f"{name}=1")
    pages = source.by_id() if walk == "by_id" else source.between(START, END)
    assert ids(pages) == stored(server)
    assert getattr(server.faults, name) == 0


@pytest.mark.parametrize("name", ["silent_empty", "short_page"])
def test_a_store_that_fails_in_the_middle_is_an_error(server, name):
    pages = reader(server).by_id()
    first = next(pages)
    server.faults.set(f"{name}=-1")
    with pytest.raises((PartialPage, BackendSuspect)):
        list(pages)
    assert len(first.rows) == 1000


def test_pages_that_stay_out_of_order_are_an_error(server):
    server.faults.reorder = -1
    with pytest.raises(PartialPage, match="order"):
        list(reader(server).by_id())


def test_a_window_that_stays_short_is_an_error(server):
    server.faults.short_page = -1
    with pytest.raises(PartialPage):
        list(reader(server).between(START, END))


def test_rows_that_are_counted_and_cannot_be_read_are_named(server):
    """Proves: a count that is too high for ever neither loses rows nor stops the walk."""
    server.faults.count_high = 7
    source = reader(server)
    assert ids(source.by_id()) == stored(server)
    assert source.unreachable == 7


def test_another_host_in_next_is_never_asked(server):
    with world(5) as other:
        server.faults.next_other_host = other.url
        pages = list(reader(server).by_id())
        assert pages[0].has_next
        assert ids(pages) == stored(server)
        assert other.requests == []


def test_rows_that_vanish_between_two_pages_are_an_error():
    with world(2500) as server:
        pages = reader(server).by_id()
        next(pages)
        dataset = server.store.datasets[LIGHTS]
        dataset.rows = dataset.rows[:1500] + dataset.rows[1600:]
        with pytest.raises(PartialPage, match="100 rows vanished"):
            list(pages)


def test_rows_that_arrive_meanwhile_are_no_fault():
    with world(1500) as server:
        pages = reader(server).by_id()
        found = ids([next(pages)])
        fill(server.store, 10, start=1500)
        assert found + ids(pages) == stored(server)


def test_rows_without_a_time_are_read_too(server):
    for number in range(3):
        server.store.insert(PLACES, [(None, {"nome": f"n{number}", "superficie": None})])
    rows = [row for page in reader(server, PLACES).by_id() for row in page.rows]
    assert [row.values["nome"] for row in rows] == ["n0", "n1", "n2"]
    assert {row.time for row in rows} == {None}


def test_a_dataset_that_is_not_there_is_refused(server):
    with pytest.raises(Refused):
        reader(server, "Nessuno_1").schema()


# ── a second reader ──────────────────────────────────────────────────────────────────────────────────────


class BlankSession(requests.Session):
    """pyodata writes ``+`` for a blank, which the platform does not read; the rest is pyodata's own."""

    def request(self, method, url, **options):
        given = options.pop("params", None) or ""
        if not isinstance(given, str):
            given = urllib.parse.urlencode(given)
        given = given.replace("+", "%20")
        return super().request(method, f"{url}?{given}" if given else url, **options)


@pytest.mark.parametrize("zone", ["Europe/Rome", "UTC"])
def test_an_independent_reader_of_odata_finds_the_same_rows(zone):
    """Proves: the stand-in speaks OData 2, and our reading of dates, numbers and nulls is not ours alone."""
    from zoneinfo import ZoneInfo

    with world(300, zone=ZoneInfo(zone)) as server:
        server.tokens.add("t")
        session = BlankSession()
        OPEN.append(session)
        session.headers["Authorization"] = "Bearer t"
        config = pyodata.v2.model.Config(retain_null=True)
        client = pyodata.Client(f"{server.url}/api/{LIGHTS}", session, config=config)
        asked = client.entity_sets.Measures.get_entities().order_by("internalId").top(1000)
        asked = asked.filter("time ge datetimeoffset'2025-03-29T00:00:00Z'")
        theirs = {one.internalId: one for one in asked.execute()}
        ours = {row.id: row for page in reader(server).by_id() for row in page.rows}
        assert theirs.keys() == ours.keys()
        for key, row in ours.items():
            other = theirs[key]
            assert other.time.astimezone(UTC) == row.time
            assert other.potenza_linea1 == float(row.values["potenza_linea1"])
            assert other.contatore == int(row.values["contatore"])
            assert other.acceso == row.values["acceso"]
            assert other.nota is row.values["nota"] is None
