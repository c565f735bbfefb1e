"""What a user's table may get wrong: each fault alone, and all of them at once."""

import pandas as pd
import pytest

from leb_kit import Balance
from leb_kit.errors import InputError

GOOD = {
    "territory": ["001272", "001272", "001272"],
    "year": [2019, 2019, 2019],
    "flow": ["FC_OTH_HH_E", "FC_IND_E", "STK_CHG"],
    "product": ["G3000", "E7000", "G3000"],
    "value": ["10.5", "20", "-3"],
}


def table(**changes):
    return pd.DataFrame({**GOOD, **changes})


def faults(frame, unit="GWh", **options):
    with pytest.raises(InputError) as caught:
        Balance.from_table(frame, unit=unit, where="town.csv", **options)
    assert str(caught.value).startswith("town.csv: ")
    return list(caught.value.faults)


def with_cell(column, value, row=1):
    cells = list(GOOD[column])
    cells[row] = value
    return table(**{column: cells})


def test_a_good_table():
    balance = Balance.from_table(table(), unit="GWh")
    assert balance.table["energy_mwh"].tolist() == [10_500, 20_000, -3_000]
    assert set(balance.table["status"]) == {"A"}
    assert balance.missing.empty


def test_missing_is_not_zero():
    balance = Balance.from_table(with_cell("value", ":"), unit="GWh")
    assert len(balance.table) == 2
    assert balance.missing.to_numpy().tolist() == [["001272", 2019, "FC_IND_E", "E7000"]]


def test_a_column_of_units_wins():
    balance = Balance.from_table(table(unit=["MWh", "ktep", "TJ"]), unit="GWh")
    assert balance.table["energy_mwh"].tolist() == pytest.approx([10.5, 20 * 11630, -3000 / 3.6])


def test_italian_column_names():
    names = {
        "territory": "Comune",
        "year": "Anno",
        "flow": "settore",
        "product": "Vettore",
        "value": "valore",
    }
    assert len(Balance.from_table(table().rename(columns=names), unit="GWh").table) == 3


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("year", "20.5", "line 3: year '20.5' is not a year between 1900 and 2200"),
        ("year", "20x9", "line 3: year '20x9' is not a year between 1900 and 2200"),
        ("year", "1066", "line 3: year '1066' is not a year between 1900 and 2200"),
        ("territory", "", "line 3: territory is blank"),
        ("flow", None, "line 3: flow is blank"),
        ("flow", "FC_IND", "line 3: unknown flow 'FC_IND'. Did you mean 'FC_IND_E'?"),
        ("product", "G300", "line 3: unknown product 'G300'. Did you mean 'G3000'?"),
        ("product", "gas naturale", "line 3: unknown product 'gas naturale'. Write its code 'G3000'."),
        ("value", "", "line 3: value is blank; write a number, or ':' where it is not available"),
        ("value", None, "line 3: value is blank; write a number, or ':' where it is not available"),
        ("value", float("nan"), "line 3: value is blank; write a number, or ':' where it is not available"),
        ("value", "inf", "line 3: value is infinite; a finite number is expected"),
        ("value", float("inf"), "line 3: value is infinite; a finite number is expected"),
        ("value", "about 3", "line 3: value 'about 3' is text; a number is expected."),
        (
            "value",
            "1.234,5",
            (
                "line 3: value '1.234,5' is text; a number is expected. It looks like an Italian number:"
                " write 1234.5 or read the file with decimal=','."
            ),
        ),
        (
            "value",
            "-5",
            "line 3: FC_IND_E E7000 is negative (-5); only stock changes, transfers and balances may be",
        ),
    ],
)
def test_one_fault(column, value, fault):
    assert faults(with_cell(column, value)) == [fault]


@pytest.mark.parametrize("column", list(GOOD))
def test_a_missing_column(column):
    frame = table().drop(columns=column)
    assert faults(frame) == [f"column '{column}' is missing; found {', '.join(frame.columns)}."]


def test_a_misspelt_column():
    found = faults(table().rename(columns={"product": "produkt"}))
    assert found == [
        "column 'product' is missing; found territory, year, flow, produkt, value. Did you mean 'produkt'?"
    ]


def test_a_duplicated_key():
    again = pd.concat([table(), table().iloc[[0]]])
    assert faults(again) == [
        "line 5: 001272 2019 FC_OTH_HH_E G3000 is given twice (first in line 2); keep one row"
    ]


def test_no_unit():
    assert faults(table(), unit=None) == [
        "no unit: give a column 'unit' or unit='GWh'; a number without a unit is never read"
    ]


def test_a_wrong_unit():
    (fault,) = faults(table(), unit="GWhh")
    assert fault.startswith("unknown energy unit 'GWhh'; known are kWh, MWh, GWh")
    assert fault.endswith(" Did you mean 'GWh'?")
    (fault,) = faults(table(unit=["GWh", "m3", "GWh"]))
    assert fault.startswith("line 3: unit 'm3' is unknown; known are kWh, MWh")


def test_a_wrong_status():
    assert faults(table(status=["A", "X", "E"])) == ["line 3: status 'X' is not one of A, E, P, R"]


def test_an_empty_table():
    assert faults(table().iloc[:0]) == ["the table has no rows; at least one flow is expected"]


def test_all_faults_at_once():
    """Proves: one reading tells everything, so that a town repairs its file once."""
    frame = pd.DataFrame(
        {
            "territory": ["", "IT", "IT", "IT", "IT", "IT"],
            "year": [2019, "x", 2019, 2019, 2019, 2019],
            "flow": ["IMP", "IMP", "IMPP", "FC_IND_E", "FC_OTH_HH_E", "FC_OTH_HH_E"],
            "product": ["G3000", "G3000", "G3000", "G3000", "E7000", "E7000"],
            "value": ["1", "1", "1", "1,5", "-2", "3"],
            "unit": ["GWh", "GWh", "GWh", "GWh", "GWh", "barrel"],
        }
    )
    found = faults(frame)
    expected = (
        "territory is blank",
        "year 'x'",
        "unknown flow 'IMPP'",
        "value '1,5'",
        "unit 'barrel'",
        "is negative",
        "given twice",
    )
    assert [sum(words in fault for fault in found) for words in expected] == [1] * len(expected)
    assert len(found) == 7


def test_unknown_codes_may_be_kept():
    frame = with_cell("flow", "NEW")
    assert "NEW" in set(Balance.from_table(frame, unit="GWh", known_codes=False).table["flow"])


def test_the_table_given_is_not_changed():
    frame = table()
    before = frame.copy()
    Balance.from_table(frame, unit="GWh")
    pd.testing.assert_frame_equal(frame, before)
