"""The empty workbook: lists to choose from, filled in and read, never overwritten by accident."""

import openpyxl
import pytest

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.io import new_workbook, read_excel
from leb_kit.io.excel_texts import TEXTS
from leb_kit.reference import catalog


def filled(path, sheet, cells):
    made = openpyxl.load_workbook(path)
    for at, content in cells.items():
        made[sheet][at] = content
    made.save(path)
    return path


def test_it_has_lists_an_example_and_no_data(tmp_path):
    path = new_workbook(tmp_path / "b.xlsx", territory="001191", year=2022)
    made = openpyxl.load_workbook(path)
    assert made.sheetnames == ["leggimi", "territorio", "tabella", "bilancio", "esempio", "elenchi"]
    lists = [rule for rule in made["bilancio"].data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == 4
    assert made["elenchi"].max_row == 1 + len(catalog.table("flows"))
    assert [cell.value for cell in made["territorio"][4]] == [
        "001191", "Pinerolo", "municipality", "001", 2022, "MWh",
    ]  # fmt: skip
    with pytest.raises(InputError, match="no amounts found in the sheets 'leggimi', 'territorio', 'tabella'"):
        read_excel(path)


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_table_is_filled_in_and_read(lang, tmp_path):
    """Proves: an office fills cells, and gets the balance of its territory, year and unit."""
    path = new_workbook(tmp_path / "b.xlsx", territory="001191", year=2022, unit="GWh", lang=lang)
    sheet = TEXTS["sheet_table"][lang == "en"]
    table = openpyxl.load_workbook(path)[sheet]
    row = {table.cell(at, 1).value: at for at in range(8, table.max_row + 1)}
    letter = {cell.value: cell.column_letter for cell in table[7] if cell.value}
    gas = letter["G3000"]
    cells = {f"{gas}{row['IMP']}": 3, f"{gas}{row['FC_OTH_HH_E']}": 2, f"{gas}{row['FC_IND_E']}": 1}
    balance = read_excel(filled(path, sheet, cells))
    assert balance.one() == ("001191", 2022)
    assert balance.notes == ()
    assert dict(zip(balance.table["flow"], balance.table["energy_mwh"], strict=True)) == {
        "IMP": 3000,
        "FC_IND_E": 1000,
        "FC_OTH_HH_E": 2000,
    }
    assert leb.check(balance).ok


def test_the_long_sheet_is_filled_in_by_words(tmp_path):
    path = new_workbook(tmp_path / "b.xlsx", territory="001191", year=2022)
    cells = {"C2": "Importazioni", "D2": "Gas naturale", "E2": 5, "H2": 0.05, "I2": "SNAM"}
    row = read_excel(filled(path, "bilancio", cells)).table.iloc[0]
    assert row[["flow", "product", "energy_mwh", "status", "sigma", "source"]].tolist() == [
        "IMP", "G3000", 5, "A", 0.05, "SNAM",
    ]  # fmt: skip


def test_blank_for_any_territory(tmp_path):
    path = new_workbook(tmp_path / "b.xlsx")
    path = filled(path, "bilancio", {"C2": "Importazioni", "D2": "Gas naturale", "E2": 5})
    with pytest.raises(InputError) as caught:
        read_excel(path)
    assert [fault[:36] for fault in caught.value.faults] == [
        "the workbook does not say its territ",
        "the workbook does not say its year: ",
    ]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"territory": "Torino"}, "territory 'Torino' is a name; write its code '001272'"),
        ({"territory": "la mia valle"}, "territory 'la mia valle' is no code of ISTAT or NUTS."),
        ({"year": 20}, "'20' is not a year between 1900 and 2200"),
        ({"lang": "fr"}, "unknown language 'fr'; known are it, en"),
    ],
)
def test_what_is_refused(tmp_path, options, fault):
    with pytest.raises(InputError) as caught:
        new_workbook(tmp_path / "b.xlsx", **options)
    assert caught.value.faults == (fault,)
    assert not list(tmp_path.iterdir())


def test_work_is_not_overwritten(tmp_path):
    path = tmp_path / "b.xlsx"
    path.write_text("work")
    with pytest.raises(InputError, match="the file exists and may hold work"):
        new_workbook(path)
    assert path.read_text() == "work"
    assert new_workbook(path, overwrite=True).stat().st_size > 5000


def test_every_word_has_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in TEXTS.values())
