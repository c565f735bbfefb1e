"""The page of data: files looked at before they are taken, versions, what a visitor may forge."""

import gzip
import zipfile
from io import BytesIO

import pytest

import leb_kit as leb
from leb_kit import io
from leb_kit.apps import data_page
from leb_kit.apps.data_page import DataPage
from leb_kit.widgets.file_door import LIMIT

GAS = ("FC_OTH_HH_E", "G3000")
TORINO = "001272 2019"


def ask(widget, content, buffers=()):
    widget._asked(None, content, list(buffers))


@pytest.fixture
def store(tmp_path):
    with leb.Repository.create(tmp_path / "leb.db") as repo:
        yield repo


def workbook(balance, tmp_path) -> bytes:
    return io.write_excel(balance, tmp_path / "given.xlsx").read_bytes()


def test_a_file_is_looked_at_and_taken_only_when_asked(tmp_path):
    page = DataPage()
    before = page.table.balance
    content = workbook(leb.examples.italy(), tmp_path)
    ask(page.door, {"do": "read", "name": "italia.xlsx"}, [content])
    assert page.door.seen["said"][0].startswith("italia.xlsx: 1056 celle")
    assert "Il bilancio torna." in page.door.seen["said"]
    assert page.table.balance is before
    ask(page.door, {"do": "take", "part": "IT 2019"})
    assert page.table.balance.one() == ("IT", 2019)
    assert page.table.titles["it"] == "Italia 2019"
    assert page.table.changes().empty


def squeezed(kind: str, size: int) -> bytes:
    """A packed file of zeros."""
    out = BytesIO()
    if kind == "gz":
        with gzip.GzipFile(fileobj=out, mode="wb") as packed:
            packed.write(bytes(size))
    else:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", bytes(size))
    return out.getvalue()


@pytest.mark.parametrize("kind", ["gz", "xlsx"])
def test_a_small_file_that_unpacks_to_a_huge_one_is_told_and_not_unpacked(kind, monkeypatch):
    """Proves: what a file holds is counted before it is read. Without it 8 MB fill the memory of a server."""
    monkeypatch.setattr(data_page, "MOST_BYTES", 5_000_000)
    content = squeezed(kind, 5_000_001)
    assert len(content) < 20_000
    page = DataPage()
    ask(page.door, {"do": "read", "name": f"a.csv.{kind}"}, [content])
    assert page.door.seen["refused"] is True
    assert page.door.seen["said"][1].startswith("si apre in più di 5 MB")
    ask(page.door, {"do": "read", "name": f"a.csv.{kind}"}, [squeezed(kind, 5_000_000)])
    assert "MB" not in page.door.seen["said"][1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"this is no workbook"),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.csv", b"territory,year,flow,product,value\n001272,2019,IMP,G3000,molto\n"),
        ("../../a.csv", b""),
        ("<img src=x onerror=alert(1)>.csv", b"\x00\x01\x02"),
    ],
)
def test_a_file_that_is_none_is_told_and_nothing_changes(name, content):
    page = DataPage()
    before = page.table.balance
    ask(page.door, {"do": "read", "name": name}, [content])
    assert page.door.seen["refused"] is True
    assert len(page.door.seen["said"]) >= 2
    assert page.door.seen["parts"] == []
    assert page.table.balance is before
    assert page.bar.notices == []


@pytest.mark.parametrize(
    ("content", "buffers"),
    [
        (None, ()),
        ({"do": "read"}, ()),
        ({"do": "read", "name": "a.csv"}, ()),
        ({"do": "read", "name": "a.csv"}, (bytes(LIMIT + 1),)),
        ({"do": "take", "part": TORINO}, ()),
        ({"do": "take", "part": "XX 2019"}, ()),
        ({"do": "drop"}, ()),
    ],
)
def test_a_forged_message_changes_nothing(content, buffers):
    page = DataPage()
    before = page.table.balance
    ask(page.door, content, buffers)
    assert (page.table.balance is before, page.door.seen, page.bar.notices) == (True, {}, [])


def test_what_goes_out_comes_back_bit_by_bit(tmp_path):
    page = DataPage()
    page.table.type_in([(*GAS, "1.500,25")])
    name, content = page.door._write()
    (tmp_path / name).write_bytes(content)
    back = io.read_any(tmp_path / name)
    assert name == "leb_001272_2019.xlsx"
    assert back.pivot().loc[GAS] == 1500250.0
    assert len(back.table) == len(page.table.balance.table)


def test_versions_are_listed_opened_and_saved_upon(store):
    page = DataPage(store)
    page.box()
    assert "prima versione" in page.log.value
    for amount, why in (("1.500", "contatori <b>letti</b>"), ("1.600", "corretto")):
        page.table.type_in([(*GAS, amount)])
        ask(page.table, {"do": "save", "message": why})
    assert list(page.pick.options) == [2, 1]
    assert "contatori &lt;b&gt;letti&lt;/b&gt;" in page.log.value
    page.pick.value = 1
    page.opener.click()
    assert page.table.balance.pivot(unit="GWh").loc[GAS] == 1500.0
    page.table.type_in([(*GAS, "1.700")])
    ask(page.table, {"do": "save", "message": "sulla prima"})
    assert page.table.notice["newest"] == 2
    ask(page.table, {"do": "rebase"})
    ask(page.table, {"do": "save", "message": "sulla seconda"})
    assert list(page.pick.options) == [3, 2, 1]


def test_what_is_not_saved_is_never_lost_by_going_elsewhere(store, tmp_path):
    """Proves: a choice that would lose typed cells is not followed. Without it an hour of typing is gone."""
    page = DataPage(store)
    page.box()
    page.table.type_in([(*GAS, "1.500")])
    mine = page.table.balance
    page.bar.territory = "IT"
    assert (page.bar.territory, page.table.balance is mine) == ("001272", True)
    ask(page.door, {"do": "read", "name": "italia.xlsx"}, [workbook(leb.examples.italy(), tmp_path)])
    ask(page.door, {"do": "take", "part": "IT 2019"})
    assert page.table.balance is mine
    assert all("non salvate: 1" in notice["it"] for notice in page.bar.notices)
    assert len(page.bar.notices) == 2
    ask(page.table, {"do": "undo"})
    page.bar.territory = "IT"
    assert page.table.balance.one() == ("IT", 2019)


def test_a_territory_that_is_not_there_is_told_and_the_page_is_whole():
    page = DataPage()
    page.ask({"terr": "<img onerror=x>", "unita": "ktep", "lingua": "en"})
    assert (page.table.unit, page.table.lang, page.door.lang) == ("ktep", "en", "en")
    assert "<img onerror=x>" in page.bar.notices[0]["en"]
    page.ask({"terr": "IT", "anno": "2019"})
    assert page.table.balance.one() == ("IT", 2019)
