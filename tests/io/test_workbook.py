"""The workbook: what Excel shows, and that it is whole or absent."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.io import workbook, write_plan_xlsx

PLAN = pd.DataFrame(
    {
        "technology": ["photovoltaic_roof", "=1+1", "@SUM(A1)", "-cmd", "+1"],
        "new_capacity_mw": [1.5, 2.0, np.nan, np.inf, 0.0],
        "energy_mwh": [1234567.8, 0, 1, 2, 3],
        "met": [True, False, np.True_, np.False_, True],
        "year": [2019] * 5,
        "source": ["ISPRA", "ISPRA", "", "GSE", "GSE"],
    }
)


def sheets(path):
    return openpyxl.load_workbook(path)


def test_headers_formats_and_panes(tmp_path):
    path = write_plan_xlsx(tmp_path / "deep" / "plan.xlsx", {"piano": PLAN}, lang="it")
    sheet = sheets(path)["piano"]
    assert [cell.value for cell in sheet[1]] == [
        "Tecnologia", "Nuova capacità (MW)", "Energia (MWh)", "Raggiunto", "Anno", "Fonte",
    ]  # fmt: skip
    assert sheet.freeze_panes == "B2"
    assert sheet["B2"].number_format == "#,##0.0"
    assert sheet["C2"].number_format == "#,##0"
    assert sheet["E2"].number_format == "0"
    assert [sheet[f"D{row}"].value for row in range(2, 7)] == ["sì", "no", "sì", "no", "sì"]
    assert all(sheet.column_dimensions[letter].width >= 8 for letter in "ABC")


def test_a_formula_stays_text(tmp_path):
    """Proves: no cell runs. Without it a name such as =HYPERLINK(…) would be executed by Excel."""
    sheet = sheets(write_plan_xlsx(tmp_path / "p.xlsx", {"plan": PLAN}, lang="en"))["plan"]
    assert [(sheet[f"A{row}"].value, sheet[f"A{row}"].data_type) for row in range(3, 7)] == [
        ("=1+1", "s"), ("@SUM(A1)", "s"), ("-cmd", "s"), ("+1", "s"),
    ]  # fmt: skip


def test_what_is_not_a_number_is_empty(tmp_path):
    sheet = sheets(write_plan_xlsx(tmp_path / "p.xlsx", {"plan": PLAN}, lang="en"))["plan"]
    assert [sheet[f"B{row}"].value for row in range(2, 7)] == [1.5, 2, None, None, 0]


def test_sources_have_their_sheet(tmp_path):
    book = sheets(write_plan_xlsx(tmp_path / "p.xlsx", {"plan": PLAN}, lang="en"))
    assert book.sheetnames == ["plan", "sources"]
    assert [[c.value for c in row] for row in book["sources"]] == [
        ["Sheet", "Source"], ["plan", "ISPRA"], ["plan", "GSE"],
    ]  # fmt: skip
    own = {"fonti": PLAN[["source"]], "piano": PLAN}
    assert sheets(write_plan_xlsx(tmp_path / "q.xlsx", own, lang="it")).sheetnames == ["piano", "fonti"]


def test_the_same_plan_gives_the_same_file(tmp_path):
    first = write_plan_xlsx(tmp_path / "a.xlsx", {"plan": PLAN}).read_bytes()
    assert write_plan_xlsx(tmp_path / "b.xlsx", {"plan": PLAN}).read_bytes() == first


def test_nothing_is_half_written(tmp_path, monkeypatch):
    """Proves: a failure leaves the old file and no rest beside it."""
    path = tmp_path / "plan.xlsx"
    path.write_text("old")

    def broken(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workbook, "_write", broken)
    with pytest.raises(OSError, match="No space left"):
        write_plan_xlsx(path, {"plan": PLAN})
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["plan.xlsx"]


@pytest.mark.parametrize(
    ("given", "lang", "fault"),
    [
        ({"plan": PLAN}, "fr", "unknown language 'fr'; known are it, en"),
        ({}, "it", "no sheets; at least one table is expected"),
        (
            {"a/b": PLAN},
            "it",
            r"sheet name 'a/b': Excel takes 1 to 31 characters, none of [ ] : * ? / \\"[:-1],
        ),
        ({"Plan": PLAN, "plan": PLAN}, "it", "sheet name 'Plan' is given twice"),
    ],
)
def test_what_excel_refuses(tmp_path, given, lang, fault):
    with pytest.raises(InputError) as caught:
        write_plan_xlsx(tmp_path / "p.xlsx", given, lang=lang)
    assert caught.value.faults[0] == fault
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way(tmp_path):
    with pytest.raises(InputError, match="this is a folder; the path of a file is expected"):
        write_plan_xlsx(tmp_path, {"plan": PLAN})


def test_every_header_has_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in workbook.HEADERS.values())
