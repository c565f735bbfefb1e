"""Searching the platform."""

import pytest

from leb_kit.metering.sdp import BadReply, Refused, Transport, detail, search
from leb_kit.metering.sdp import catalog as catalog_module
from tests.metering.sdp.world import CABINET, LIGHTS, settings, world


@pytest.fixture
def server():
    with world(1) as running:
        yield running


@pytest.fixture
def transport(server):
    with Transport(settings(server)) as open_one:
        yield open_one


def test_a_search_finds_streams_by_word(transport):
    assert [one.code for one in search(transport, "quadro")] == [LIGHTS]
    assert len(search(transport)) == 3
    assert len(search(transport, streams_only=True)) == 2
    assert search(transport, "niente") == []


def test_a_search_goes_on_over_pages(transport, server, monkeypatch):
    monkeypatch.setattr(catalog_module, "PAGE", 2)
    assert len(search(transport)) == 3
    assert sum("search" in one.path for one in server.requests) == 2


def test_a_search_can_stop_early(transport):
    assert len(search(transport, most=1)) == 1


@pytest.mark.parametrize("old", [False, True])
def test_either_spelling_of_the_metadata_is_read(old):
    with world(old_spelling=old) as server, Transport(settings(server)) as transport:
        item = detail(transport, LIGHTS)
    assert [one.name for one in item.components] == ["potenza_linea1", "contatore", "acceso", "nota"]
    assert (item.components[0].datatype, item.components[0].unit) == ("double", "w")
    assert (item.so_code, item.so_category, item.stream_code) == (CABINET, "Device", "quadro_a")
    assert (item.dataset_id, item.tenant) == (4711, "leb")


def test_a_stream_is_found_by_its_three_names(transport):
    assert detail(transport, f"leb/{CABINET}/quadro_a").code == LIGHTS


def test_an_error_with_status_200_is_an_error(transport):
    with pytest.raises(Refused, match="not found"):
        detail(transport, "Nessuno_1")


def test_metadata_that_are_none_are_refused(transport, monkeypatch):
    monkeypatch.setattr(catalog_module, "_checked", lambda _data: {"metadata": None})
    with pytest.raises(BadReply):
        search(transport)
