"""Texts that would run as HTML, as a formula or on a terminal come out of a store as the texts they are."""

import re

import openpyxl
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.io import write_excel
from leb_kit.store.doctor import examine
from tests.store.people import small

TORINO = {"territory": "001272", "year": 2020}
HTML = "<img src=x onerror=alert(1)><script>alert(2)</script>"
FORMULAS = ('=HYPERLINK("http://x")', "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-2+3", "\t=1+1")
NAMES = (HTML, *FORMULAS, "](javascript:alert(1))", "'; DROP TABLE cell; --", "{{7*7}}", "%(x)s %s")
RUNS = re.compile(r"<(script|img|iframe)\b|(href|src)\s*=\s*.?javascript:", re.IGNORECASE)


def named(name: str) -> leb.Balance:
    """A small balance that says a text wherever people may write one."""
    table = small("001272", 1.0).table.assign(source=name)
    return leb.Balance.from_mwh(table, name=name)


@pytest.mark.parametrize("name", NAMES)
def test_a_text_comes_back_as_it_is_and_runs_nowhere(repo, store_url, tmp_path, name):
    """Proves: what one writes is text to all who read it. Without it a name could act as its reader."""
    repo.save(named(name), message=name)
    found = repo.load(**TORINO)
    assert set(found.table["source"]) == {name}
    assert repo.search(name)["message"].tolist() == [name]
    report = leb.report(found, path=tmp_path / "b.html", lang="it").read_text(encoding="utf-8")
    pages = [found._repr_html_(), report]
    pages += [table._repr_html_() for table in (repo.search(), repo.log(territory="001272"))]
    assert [page for page in pages if RUNS.search(page)] == []
    path = write_excel(found, tmp_path / "b.xlsx")
    for sheet in openpyxl.load_workbook(path):
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.value == name and cell.data_type != "s"]
        assert not [cell.coordinate for cell in cells if cell.hyperlink]
    assert examine(store_url).ok


@pytest.mark.parametrize("mark", ["\x00", "\x1b[2J", "\x07", "\u202e"])
def test_what_a_terminal_would_obey_is_refused_or_told_harmless(repo, mark):
    """Proves: no control character reaches a terminal by a sentence of the store, and none is stored half."""
    told = ""
    try:
        repo.save(named(f"a{mark}b"), message=f"a{mark}b")
    except InputError as refused:
        told = str(refused)
    assert mark not in told
    assert repo.search().empty == bool(told)
    with pytest.raises(InputError) as refused:
        repo.tag(f"a{mark}b", **TORINO)
    assert mark not in str(refused.value)
