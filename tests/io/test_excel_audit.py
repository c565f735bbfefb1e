"""The audit of formulas: each accident alone, in a workbook that is otherwise sound."""

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.io import audit_excel, read_excel, write_excel
from leb_kit.io.audit import evaluated, formula_at, shape
from leb_kit.io.sheets import Sheet

FLOWS = ("FC_IND_E", "FC_TRA_RAIL_E", "FC_TRA_ROAD_E", "FC_OTH_HH_E", "FC_OTH_CP_E")


def sound(folder, **changes):
    """A pivot of five flows and three products; totals are formulas. ``changes``: cell to content."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "2021"
    for row in (["Territorio", "001191"], ["Unità", "MWh"], ["Flusso", "G3000", "E7000", "H8000", "TOTAL"]):
        sheet.append(row)
    for at, flow in enumerate(FLOWS, start=4):
        sheet.append([flow, 10 * at, 5 * at, at, f"=SUM(B{at}:D{at})"])
    sheet.append(["FC_E", *(f"=SUM({letter}4:{letter}8)" for letter in "BCDE")])
    for cell, content in changes.items():
        sheet[cell] = content
    path = folder / "town.xlsx"
    made.save(path)
    return path


def found(path):
    return [tuple(row) for row in audit_excel(path)[["cell", "kind", "severity"]].to_numpy()]


def told(path):
    with pytest.raises(InputError) as caught:
        read_excel(path)
    return list(caught.value.faults)


def test_a_sound_workbook(tmp_path):
    """Proves: formulas that no program has calculated are summed here, and totals are no rows."""
    path = sound(tmp_path)
    assert found(path) == []
    balance = read_excel(path)
    assert set(balance.table["flow"]) == set(FLOWS)
    assert set(balance.table["product"]) == {"G3000", "E7000", "H8000"}
    assert leb.aggregate(balance).filter(flow="FC_E", product="TOTAL").table["energy_mwh"].tolist() == [480]


def test_a_cell_in_error(tmp_path):
    assert told(sound(tmp_path, B5="#REF!")) == [
        "2021!B5: the cell shows #REF!; repair the formula, or write the number"
    ]


def test_a_formula_that_cannot_be_followed(tmp_path):
    (fault,) = told(sound(tmp_path, B5="=VLOOKUP(1,Z1:Z9,1)", C5="=Altro!C7"))
    assert fault == (
        "2021!B5: the formula =VLOOKUP(1,Z1:Z9,1) has no value (6 in this sheet);"
        " open the workbook in Excel or LibreOffice and save it"
    )
    path = sound(tmp_path, B5=ArrayFormula("B5", "=SUM(B4*B6)"))
    assert "2021!B5: the formula =SUM(B4*B6) has no value" in told(path)[0]


def test_a_number_typed_over_a_formula(tmp_path):
    """Proves: the pasted total is found, with the formula that stood there."""
    path = sound(tmp_path, E6=96)
    assert found(path) == [("E6", "typed_over", "warning")]
    assert read_excel(path).notes[-1] == (
        "2021!E6: the number 96 is typed where the other 4 cells have a formula; =SUM(B6:D6) is expected"
    )


def test_a_typed_total_that_its_parts_do_not_give(tmp_path):
    # the sum below takes the wrong number in, and is told, too
    below, fault = told(sound(tmp_path, E6=90))
    assert below.startswith(
        "2021!E9: the total FC_E TOTAL (=SUM(E4:E8)) is 474.0 MWh, but its parts are 480.0"
    )
    assert fault == (
        "2021!E6: the total FC_TRA_ROAD_E TOTAL (typed) is 90.0 MWh, but its parts are 96.0;"
        " correct one of them"
    )
    path = sound(tmp_path, B9=500, E9="=SUM(B9:D9)")
    assert ("B9", "total", "warning") in found(path)
    assert "its parts are 300.0; the rest is kept as a row of its own" in read_excel(path).notes[-1]


def test_a_formula_that_misses_a_row(tmp_path):
    """Proves: the classical accident, a row added below the range of a sum."""
    path = sound(tmp_path, B9="=SUM(B4:B7)")
    kinds = found(path)
    assert ("B9", "total", "error") in kinds
    assert (
        "2021!B9: the total FC_E G3000 (=SUM(B4:B7)) is 220.0 MWh, but its parts are 300.0" in told(path)[0]
    )


def test_a_formula_unlike_its_neighbours(tmp_path):
    path = sound(tmp_path, E6="=B6+C6+D6")
    assert found(path) == [("E6", "other_formula", "warning")]
    assert read_excel(path).notes[-1] == ("2021!E6: =B6+C6+D6, but the other 4 cells follow =SUM(B6:D6)")


def test_a_formula_in_a_leaf_is_its_value(tmp_path):
    balance = read_excel(sound(tmp_path, B4="=C4+C5"))
    assert balance.filter(flow="FC_IND_E", product="G3000").table["energy_mwh"].tolist() == [45]


def test_a_circle_has_no_value(tmp_path):
    assert "has no value" in told(sound(tmp_path, B4="=C4+D4", C4="=B4+D4"))[0]


def test_text_is_why_a_total_is_wrong(tmp_path):
    first, *_ = told(sound(tmp_path, B4="40,0", E4="=SUM(B4:D4)"))
    assert first == "2021!B4: the number '40,0' is text, and sums in the sheet pass over it; type it anew"


def test_our_own_workbooks_are_sound(tmp_path):
    path = write_excel(leb.examples.italy(), tmp_path / "b.xlsx")
    assert audit_excel(path).empty
    totals = openpyxl.load_workbook(path)["2019"]
    assert sum(cell.data_type == "f" for row in totals for cell in row) > 500


def test_shapes_are_equal_where_formulas_were_dragged():
    assert shape("=B2+$C$1", (1, 3)) == shape("=B9+$C$1", (8, 3)) != shape("=B2+C1", (1, 3))
    assert formula_at(shape("=SUM(B2:D2)", (1, 4)), (6, 4)) == "=SUM(B7:D7)"


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1+B1-C1", 0), ("=SUM(A1:C1)", 6), ("=SUM(A1,C1)-SUM(B1)", 2), ("=+$A$1", 1), ("=A1*2", None),
        ("=IF(A1,1,2)", None), ("=D1", 0), ("=SUM(A1:C1)/2", None), ("=SUM(A1*B1)", None),
        ("=SUM(Altro!A1)", None),
    ],
)  # fmt: skip
def test_plain_sums_are_followed(formula, value):
    assert evaluated(formula, Sheet("s", ((1, 2, 3),), {})) == value
