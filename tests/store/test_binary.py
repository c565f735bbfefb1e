"""Cells in the binary format of a server, read back by the format's own words and by a server."""

import struct
from unittest import mock

import hypothesis
from hypothesis import strategies as st

from leb_kit.store import binary
from leb_kit.store import rows as store_rows
from leb_kit.store.hexes import hexes
from leb_kit.store.rows import Cells, written_each
from leb_kit.store.schema import cell

WIDTH = (4, 2, 4, 2, 2, 2, 8, 0, 4, 8)
KINDS = ("i", "h", "i", "h", "h", "h", "d", "", "i", "d")
NUMBER = st.floats(allow_nan=False)
ROW = st.tuples(
    st.integers(1, 2**31 - 1),
    st.integers(1900, 2200),
    st.integers(1, 2**31 - 1),
    *[st.integers(1, 2**15 - 1)] * 2,
    st.integers(0, 1),
    st.none() | NUMBER,
    st.sampled_from("AEPRM"),
    st.none() | st.integers(1, 2**31 - 1),
    st.none() | NUMBER,
)


def read(sent: bytes) -> list[tuple[object, ...]]:
    """Rows of an answer to COPY, field by field: the format of the manual, none of the library's code."""
    assert sent[:19] == b"PGCOPY\n\xff\r\n\0" + bytes(8)
    at, rows = 19, []
    while (fields := struct.unpack_from("!h", sent, at)[0]) != -1:
        at, row = at + 2, []
        for number in range(fields):
            (size,) = struct.unpack_from("!i", sent, at)
            at += 4
            if size == -1:
                row.append(None)
                continue
            assert size == WIDTH[number] or not KINDS[number]
            part = sent[at : at + size]
            row.append(struct.unpack("!" + KINDS[number], part)[0] if KINDS[number] else part.decode())
            at += size
        rows.append(tuple(row))
    assert at + 2 == len(sent)
    return rows


@hypothesis.given(st.lists(ROW, max_size=30))
def test_every_field_of_every_row_arrives_in_its_order(rows):
    """Proves: a column by column writer mixes no rows, whatever is missing where. Without it cells swap."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in cell.columns]
    assert read(binary.written(columns)) == rows


@hypothesis.given(st.lists(st.none() | NUMBER, max_size=30))
def test_many_hexadecimals_are_those_of_each(numbers):
    """Proves: a seal made of whole columns is that of each cell. Without it older versions looked damaged."""
    assert hexes(numbers) == [b"" if one is None else one.hex().encode() for one in numbers]


CELL = st.tuples(
    st.sampled_from(["PPRD", "IMP"]),
    st.sampled_from(["G3000", "E7000", "H8000"]),
    st.none() | NUMBER,
    st.sampled_from("AE"),
    st.sampled_from(["", "catasto"]),
    st.none() | st.floats(0, 9),
)


@hypothesis.given(
    st.lists(st.lists(CELL, max_size=5, unique_by=lambda row: row[:2]), max_size=6), st.integers(1, 8)
)
def test_versions_written_out_together_are_each_its_own(versions, together):
    """Proves: no number goes to another version's seal. Without it a region would be sealed wrong."""
    alone = []
    for rows in versions:
        told = ""
        for *words, energy, status, source, sigma in sorted(rows, key=lambda row: row[:2]):
            bits = ["" if one is None else one.hex() for one in (energy, sigma)]
            told += repr((*words, bits[0], status, source, bits[1]))
        alone.append(told.encode())
    with mock.patch.object(store_rows, "_TOGETHER", together):
        assert list(written_each(map(Cells.of, versions))) == alone
