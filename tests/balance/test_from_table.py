"""What a user's table may get wrong: each fault alone, and all of them at once."""

import pandas as pd
import pytest

from leb_kit import Balance, reconcile
from leb_kit.errors import InputError, speaking

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
        ("product", "gas natural", "line 3: unknown product 'gas natural'. Did you mean 'gas naturale'?"),
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


def test_a_fault_hides_no_other():
    """Proves: a missing column, a wrong unit and a wrong cell are told together."""
    frame = table(flow=["FC_INDE"] * 3).drop(columns="year").assign(unit=["GWh", "m3", "GWh"])
    found = faults(frame)
    assert found[0] == "column 'year' is missing; found territory, flow, product, value, unit."
    assert [fault.split(": ")[0] for fault in found[1:4]] == ["line 2", "line 3", "line 4"]
    assert found[-1].startswith("line 3: unit 'm3' is unknown")
    found = faults(with_cell("value", "x"), unit="GWhh")
    assert [fault[:11] for fault in found] == ["unknown ene", "line 3: val"]


def test_a_misspelt_column():
    found = faults(table().rename(columns={"product": "produkt"}))
    assert found == [
        "column 'product' is missing; found territory, year, flow, produkt, value. Did you mean 'produkt'?"
    ]


def test_words_are_understood_and_told():
    """Proves: a town may write what it says, and reads how it was taken."""
    frame = table(
        flow=["Residenziale", "industria", "STK_CHG"], product=["Gas  naturale", "Elettricita", "g3000"]
    )
    balance = Balance.from_table(frame, unit="GWh")
    assert balance.table["flow"].tolist() == ["FC_OTH_HH_E", "FC_IND_E", "STK_CHG"]
    assert balance.table["product"].tolist() == ["G3000", "E7000", "G3000"]
    assert balance.notes == (
        "'Residenziale' is read as FC_OTH_HH_E",
        "'industria' is read as FC_IND_E",
        "'Gas  naturale' is read as G3000",
        "'Elettricita' is read as E7000",
        "'g3000' is read as G3000",
    )


def test_two_words_for_the_same_are_not_added_silently():
    frame = table(flow=["Residenziale"] * 3, product=["Legna", "Pellet", "E7000"], value=["1", "2", "3"])
    assert faults(frame) == [
        (
            "line 3: 001272 2019 FC_OTH_HH_E R5110-5150_W6000RI is given twice (first in line 2):"
            " 'Residenziale, Legna' and 'Residenziale, Pellet' mean the same; add them up in one row"
        )
    ]


@pytest.mark.parametrize(
    "header",
    ["Energia (GWh)", "energia [gwh]", "Consumo in GWh", "GWh", "energy_gwh", "Usi finali 2019, GWh"],
)
def test_a_unit_in_the_header(header):
    balance = Balance.from_table(table().rename(columns={"value": header}))
    assert balance.table["energy_mwh"].tolist() == [10_500, 20_000, -3_000]


def test_the_table_of_a_balance_is_a_table_for_a_balance():
    balance = Balance.from_table(table(), unit="GWh")
    pd.testing.assert_frame_equal(Balance.from_table(balance.table).table, balance.table)


def test_a_unit_in_the_header_and_another_one():
    frame = table().rename(columns={"value": "Energia (GWh)"})
    assert faults(frame, unit="MWh") == [
        "the header of the value says GWh, but unit='MWh' is given; leave it out"
    ]
    assert len(Balance.from_table(frame, unit="gwh").table) == 3


def test_two_headers_that_mean_the_same():
    frame = table().rename(columns={"value": "valore"}).assign(Consumo=1)
    assert faults(frame) == ["columns 'valore' and 'Consumo' both mean 'value'; keep one"]


def test_fonte_is_the_source_where_another_column_is_the_product():
    frame = table().rename(columns={"product": "Vettore"}).assign(Fonte="SNAM")
    assert set(Balance.from_table(frame[[*frame.columns[::-1]]], unit="GWh").table["source"]) == {"SNAM"}
    frame = table().rename(columns={"product": "Fonte"})
    assert Balance.from_table(frame, unit="GWh").table["product"].tolist() == GOOD["product"]


def test_what_is_no_table():
    with pytest.raises(InputError, match=r"a table \(DataFrame\) is expected, found str"):
        Balance.from_table("town.csv", unit="GWh")


# ── uncertainty ──────────────────────────────────────────────────────────────────────────────────────────


def test_sigma_is_kept():
    balance = Balance.from_table(table(incertezza=["0.05", "5 %", ""]), unit="GWh")
    assert balance.table.columns[-1] == "sigma"
    assert balance.table["sigma"].tolist()[:2] == [0.05, 0.05]
    assert balance.table["sigma"].isna().tolist() == [False, False, True]
    assert "sigma" not in Balance.from_table(table(), unit="GWh").table


@pytest.mark.parametrize("word", ["-0.1", "inf", "much"])
def test_a_sigma_that_is_none(word):
    assert faults(table(sigma=["0.1", word, "0.1"])) == [
        f"line 3: sigma '{word}' is no relative uncertainty; write 0.05 or 5% for five per cent"
    ]


def test_reconcile_takes_the_sigma_of_the_table():
    """Proves: the promised column is used. Sum of gas: 100 + 50 ≠ 145; only the import may move."""
    frame = pd.DataFrame(
        {
            "territory": "VAL",
            "year": 2020,
            "product": "G3000",
            "flow": ["PPRD", "IMP", "FC_OTH_HH_E"],
            "value": [100, 50, 145],
            "sigma": [0, 0.05, 0],
        }
    )
    result = reconcile(Balance.from_table(frame, unit="MWh"))
    assert result.adjustments.set_index("flow")["new_mwh"].round(6).to_dict() == {
        "PPRD": 100.0,
        "IMP": 45.0,
        "FC_OTH_HH_E": 145.0,
    }
    with pytest.raises(
        InputError, match=r"the balance states no uncertainty: give sigma, such as sigma=0.05"
    ):
        reconcile(Balance.from_table(frame.drop(columns="sigma"), unit="MWh"))


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────


def test_faults_are_told_in_italian():
    with speaking("it"):
        found = faults(with_cell("value", "1.234,5"), unit=None)
    assert found == [
        "nessuna unità: indica una colonna 'unità' oppure unit='GWh'; un numero senza unità non si legge mai",
        (
            "riga 3: il valore '1.234,5' è testo; serve un numero. Sembra un numero italiano: scrivi 1234.5"
            " oppure leggi il file con decimal=','."
        ),
    ]
    assert faults(table(), unit=None)[0].startswith("no unit: give")


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
