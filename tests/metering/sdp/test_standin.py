"""The stand-in is as strict as the platform is published to be, and no child of the client."""

import ast
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

import leb_kit.metering.sdp as client
from leb_kit.metering.sdp import standin
from leb_kit.metering.sdp.standin import wire
from tests.metering.sdp.world import CABINET, LIGHTS, METERS, PASSWORD, PLACES, START, world


def imports(folder: Path, *, below: bool) -> dict[str, set[str]]:
    """Modules of leb_kit that each file imports."""
    found = {}
    for path in sorted(folder.rglob("*.py") if below else folder.glob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
        found[path.name] = {name for name in names if name.startswith("leb_kit")}
    return found


def test_stand_in_and_client_share_no_code():
    """Proves: a misreading of the contract in one is not hidden by the same misreading in the other."""
    inside = "leb_kit.metering.sdp.standin"
    folder = Path(standin.__file__).parent
    own = {
        file: {n for n in names if not n.startswith(inside)}
        for file, names in imports(folder, below=True).items()
    }
    assert {file: names for file, names in own.items() if names} == {}
    of_client = imports(Path(client.__file__).parent, below=False)
    assert {f: n for f, names in of_client.items() for n in names if n.startswith(inside)} == {}


@pytest.fixture
def server():
    with world(30, page_cap=20) as running:
        yield running


def ask(server, rest: str, *, code: str = LIGHTS, **headers):
    """A bare request, with a token."""
    server.tokens.add("t")
    given = {"Authorization": "Bearer t", "Accept": "application/json"} | headers
    return httpx.get(f"{server.url}/api/{code}/{rest}", headers=given)


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("$filter=time+ge+datetimeoffset%272025-01-01T00%3A00%3A00Z%27&$top=1", 400, "near"),
        ("$filter=nota%20eq%20%27a%26b%27&$top=1", 400, "Invalid filter"),
        ("$filter=potenza_linea1%20eq%20%27a%27&$top=1", 400, "near"),
        ("$filter=colore%20eq%201&$top=1", 400, "colore"),
        ("$filter=not%20acceso&$top=1", 501, "Not implemented"),
        ("$expand=Streams&$top=1", 501, "Not implemented"),
        ("$top=21", 500, "invalid top value: max document per page = 20"),
        ("", 500, "too many documents; use top parameter: max document per page = 20"),
        ("$top=1&$skip=31", 500, "skip value out of range: max document in query result = 30"),
        ("$top=1&$skip=300001", 500, "invalid skip value: max skip = 300000"),
        ("$top=-1", 400, "Invalid value"),
        ("$colour=1", 400, "Invalid system query option"),
        ("$top=1&$top=2", 400, "Duplicate"),
    ],
)
def test_a_careless_question_fails_as_on_the_platform(server, query, status, text):
    reply = ask(server, "Measures?" + "&".join(filter(None, [query, "$format=json"])))
    assert reply.status_code == status
    assert text in reply.json()["error"]["message"]["value"]


def test_skip_may_equal_the_count(server):
    assert ask(server, "Measures?$top=1&$skip=30&$format=json").json()["d"]["results"] == []


@pytest.mark.parametrize("field", ["sensor", "streamCode"])
def test_a_filter_on_an_unmapped_field_finds_nothing_and_says_nothing(server, field):
    value = CABINET if field == "sensor" else "quadro_a"
    found = ask(server, f"Measures?$filter={field}%20eq%20%27{value}%27&$top=5&$format=json").json()["d"]
    assert (found["__count"], found["results"]) == ("0", [])


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("acceso eq true", 15),
        ("acceso eq true or acceso eq false", 30),
        ("(acceso eq true or acceso eq false) and potenza_linea1 gt 105", 8),
        ("contatore ge 10000000250", 20),
        ("nota eq 'x'", 0),
        ("time ge datetimeoffset'2025-03-30T01:00:00Z' and time lt datetimeoffset'2025-03-30T02:00:00Z'", 4),
        ("startswith(internalId,'67')", 30),
        ("time ge datetime'2025-03-30T01:00:00'", 0),
    ],
)
def test_filters_select_what_they_say(server, condition, count):
    encoded = condition.replace("'", "%27").replace(" ", "%20")
    assert ask(server, f"Measures?$filter={encoded}&$top=1&$format=json").json()["d"]["__count"] == str(count)


def test_without_an_order_rows_come_in_no_order(server):
    rows = ask(server, "Measures?$top=20&$format=json").json()["d"]["results"]
    ids = [row["internalId"] for row in rows]
    assert ids != sorted(ids)


def test_private_data_need_a_token_and_the_gateway_answers_in_xml(server):
    reply = httpx.get(f"{server.url}/api/{LIGHTS}/Measures?$top=1&$format=json")
    assert reply.status_code == 401
    assert "http://wso2.org/apimanager/security" in reply.text
    assert "Missing Credentials" in reply.text
    assert httpx.get(f"{server.url}/api/{PLACES}/DataEntities?$top=1&$format=json").status_code == 200


def test_head_options_and_count_are_not_built(server):
    assert httpx.head(f"{server.url}/api/{LIGHTS}/Measures").status_code == 501
    assert httpx.options(f"{server.url}/api/{LIGHTS}/Measures").status_code == 501
    assert ask(server, "Measures/$count").status_code == 501


def test_dates_of_the_golden_vectors():
    rome = standin.Settings().zone
    assert wire.date(datetime(2025, 3, 30, 0, 45, tzinfo=UTC), rome) == "\\/Date(1743299100000+0060)\\/"
    assert wire.date(datetime(2025, 3, 30, 1, 0, tzinfo=UTC), rome) == "\\/Date(1743303600000+0120)\\/"
    assert wire.date(datetime(2025, 10, 26, 0, 30, tzinfo=UTC), rome) == "\\/Date(1761445800000+0120)\\/"
    assert wire.date(datetime(2025, 10, 26, 1, 30, tzinfo=UTC), rome) == "\\/Date(1761445800000+0060)\\/"
    assert wire.date(datetime(1969, 12, 31, 23, 0, tzinfo=UTC), rome) == "\\/Date(0+0060)\\/"


def test_a_row_is_written_as_text_and_bare_by_its_type(server):
    text = ask(server, "Measures?$top=1&$orderby=internalId&$format=json").text
    assert '"potenza_linea1":"100.5"' in text
    assert '"contatore":"10000000000"' in text
    assert '"acceso":true' in text
    assert '"datasetVersion":1' in text
    assert '"time":"\\/Date(' in text


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────


def send(server, door: str, body, *, user: str = "leb", password: str = PASSWORD):
    """A bare write."""
    return httpx.post(f"{server.url}/{door}/input/leb", json=body, auth=(user, password))


def one(**changes) -> dict:
    """An event of the cabinet."""
    values = [{"time": "2025-06-01T00:00:00Z", "components": {"potenza_linea1": 5}}]
    return {"stream": "quadro_a", "sensor": CABINET, "values": values} | changes


def test_an_event_is_kept_and_answered_with_nothing(server):
    reply = send(server, "api", one())
    assert (reply.status_code, reply.content) == (202, b"")
    assert server.store.datasets[LIGHTS].rows[-1].values["potenza_linea1"] == 5.0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (one(stream=""), "E017"),
        (one(stream="altro"), "E011"),
        (one(application="edifici"), "E016"),
        (one(values={"time": "2025-06-01T00:00:00Z", "components": {}}), "E018"),
        (one(values=[{"time": "2025-06-01T00:00:00Z", "components": {"x": 1}}]), "E013"),
        (one(values=[{"time": "2025-02-30T00:00:00Z", "components": {}}]), "E020"),
        (one(values=[{"time": "2025-06-01T00:00:00Z", "components": {"contatore": 1.5}}]), "E020"),
        (one(values=[{"time": "2025-06-01T00:00:00Z", "components": {}}] * 1001), "E015"),
        (one(values=["x"]), "E012"),
    ],
)
def test_a_bad_event_is_refused_with_the_code_of_the_platform(server, body, code):
    reply = send(server, "api", body)
    assert (reply.status_code, reply.json()["error_code"]) == (500, code)
    assert len(server.store.datasets[LIGHTS].rows) == 30


def test_a_wrong_user_or_password_cannot_write(server):
    assert send(server, "api", one(), password="no").json()["error_code"] == "E002"  # noqa: S106 (a wrong one)
    assert send(server, "api", one(), user="other").status_code == 403


def test_six_digits_of_a_second_are_stored_two_minutes_later_and_42_is_42_ms(server):
    """Proves: the stand-in shows what happens to a client that sends more than three digits."""
    for text in ("2025-06-01T12:10:50.123456Z", "2025-06-01T12:10:50.42Z"):
        send(server, "api", one(values=[{"time": text, "components": {"potenza_linea1": 1}}]))
    late, early = (row.time for row in server.store.datasets[LIGHTS].rows[-2:])
    assert late == datetime(2025, 6, 1, 12, 12, 53, 456000, tzinfo=UTC)
    assert early == datetime(2025, 6, 1, 12, 10, 50, 42000, tzinfo=UTC)


def test_a_time_without_zone_is_one_of_the_server(server):
    values = [{"time": "2025-06-01T12:00:00", "components": {"potenza_linea1": 1}}]
    send(server, "api", one(values=values))
    assert server.store.datasets[LIGHTS].rows[-1].time == datetime(2025, 6, 1, 10, tzinfo=UTC)


def test_names_that_differ_only_by_case_collide(server):
    """Proves: the storage knows small letters only, as that of the platform."""
    columns = (standin.Component("energia"), standin.Component("Energia"))
    server.store.add(
        standin.Dataset(5, "Doppio_5", "leb", columns, subtype=standin.BULK, visibility="public")
    )
    send(server, "dataset", [{"datasetCode": "Doppio_5", "values": [{"energia": 1, "Energia": 2}]}])
    (row,) = ask(server, "DataEntities?$top=1&$format=json", code="Doppio_5").json()["d"]["results"]
    assert row["energia"] == row["Energia"] == "2.0"


def test_rows_of_a_dataset_are_reported_block_by_block(server):
    body = [{"datasetCode": PLACES, "datasetVersion": 9, "values": [{"nome": "Scuola", "superficie": 12.5}]}]
    reply = send(server, "dataset", body)
    assert reply.status_code == 202
    assert reply.json()["dataBLockreport"][0]["status"] == "end_ins"
    assert reply.json()["dataBLockreport"][0]["numRowInserted"] == -1
    assert send(server, "dataset", [*body, *body]).json()["error_code"] == "E019"


def test_rows_can_be_read_only_after_the_delay_of_the_index():
    now = [1_700_000_000.0]
    with world(clock=lambda: now[0], index_delay=5.0) as server:
        send(server, "api", one())
        dataset = server.store.datasets[LIGHTS]
        assert server.store.visible(dataset) == []
        now[0] += 6
        assert len(server.store.visible(dataset)) == 1


# ── the rest ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_download_has_decimal_commas_unless_asked_and_no_ids(server):
    head, first, *_ = ask(server, "download/4711/all").text.splitlines()
    assert head.startswith('"Sensor.Name";"time";"potenza_linea1"')
    assert f'"{START:%Y-%m-%dT%H:%M:%S}.000Z";"100,5"' in first
    assert '"100.5"' in ask(server, "download/4711/current?decimalSeparator=DOT").text
    assert ask(server, "download/1/all").json()["error_code"] == "E116b"


def test_search_reads_rows_and_not_end(server):
    found = httpx.get(f"{server.url}/metadataapi/api/v02/search?q=*&rows=1&end=3").json()
    assert (found["totalCount"], found["count"]) == (3, 1)


def test_what_is_not_there_is_told_with_status_200(server):
    reply = httpx.get(f"{server.url}/metadataapi/api/v02/detail/leb/x/y")
    assert (reply.status_code, reply.json()["errorCode"]) == (200, "NOT_FOUND")


def test_every_switch_can_be_typed_and_a_wrong_one_names_the_known(server):
    for name in standin.Faults.names():
        server.faults.set(f"{name}=1")
    assert server.faults.short_page == 1
    with pytest.raises(ValueError, match="short_page"):
        server.faults.set("shortpage=1")


def test_an_id_begins_with_the_second_of_its_making(server):
    row = server.store.datasets[LIGHTS].rows[0]
    assert int(row.id[:8], 16) == int((START + timedelta(seconds=60)).timestamp())
    assert json.loads(ask(server, f"Measures('{row.id}')?$format=json").text)["d"]["internalId"] == row.id
    assert METERS in server.store.datasets
