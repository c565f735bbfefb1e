"""Long tables as towns hand them in: Italian headers, Italian numbers, Windows files."""

import gzip

import pytest

from leb_kit import read_table
from leb_kit.errors import InputError
from leb_kit.io import read_any

HEAD = "territory,year,flow,product,value"


def write(folder, text, name="town.csv", encoding="utf-8"):
    path = folder / name
    data = text.encode(encoding)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def faults(path, **options):
    with pytest.raises(InputError) as caught:
        read_table(path, **options)
    assert caught.value.title == path.name
    return list(caught.value.faults)


def test_a_plain_table(tmp_path):
    balance = read_table(write(tmp_path, f"{HEAD}\n001272,2019,FC_OTH_HH_E,G3000,1.5\n"), unit="GWh")
    row = balance.table.iloc[0]
    assert row.to_dict() == {
        "territory": "001272",
        "year": 2019,
        "flow": "FC_OTH_HH_E",
        "product": "G3000",
        "energy_mwh": 1500.0,
        "status": "A",
        "source": "town.csv",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("name", ["comune.csv", "comune.csv.gz"])
def test_an_italian_table(tmp_path, encoding, name):
    """Proves: headers, numbers and encodings of an Italian spreadsheet are read as they are."""
    text = (
        "Comune;Anno;Settore;Vettore;Quantità;Unità;Fonte dato\n"
        "001272;2019;FC_OTH_HH_E;G3000;1.234,5;MWh;Città\n"
        "001272;2019;FC_IND_E;E7000;12;ktep;Città\n"
    )
    balance = read_table(write(tmp_path, text, name, encoding), decimal=",")
    assert balance.table["energy_mwh"].tolist() == [1234.5, 12 * 11630]
    assert set(balance.table["source"]) == {"Città"}


def test_tabs_and_blank_lines(tmp_path):
    text = HEAD.replace(",", "\t") + "\n\n001272\t2019\tFC_IND_E\tE7000\t3\n\n"
    assert read_table(write(tmp_path, text), unit="MWh").table["energy_mwh"].tolist() == [3.0]


def test_lines_are_those_of_the_file(tmp_path):
    """Proves: blank lines above do not shift the place of a fault."""
    text = f"{HEAD}\n001272,2019,FC_IND_E,E7000,3\n\n\n001272,2019,FC_IND_E,G3000,x\n"
    assert faults(write(tmp_path, text), unit="MWh") == ["line 5: value 'x' is text; a number is expected."]


def test_italian_numbers_need_their_mark(tmp_path):
    path = write(tmp_path, f'{HEAD}\n001272,2019,FC_IND_E,G3000,"1.234,5"\n')
    assert faults(path, unit="MWh") == [
        (
            "line 2: value '1.234,5' is text; a number is expected."
            " It looks like an Italian number: write 1234.5 or read the file with decimal=','."
        )
    ]
    assert read_table(path, unit="MWh", decimal=",").table["energy_mwh"].tolist() == [1234.5]


def semicolons(folder, *numbers):
    flows = ("FC_IND_E", "FC_OTH_HH_E", "FC_OTH_CP_E")
    rows = (f"001272;2019;{flow};G3000;{one}" for flow, one in zip(flows, numbers, strict=False))
    return write(folder, "\n".join([HEAD.replace(",", ";"), *rows]) + "\n")


@pytest.mark.parametrize(
    ("numbers", "read"),
    [
        (("1.234", "1,5"), [1234, 1.5]),
        (("1.234", "1.234.567"), [1234, 1234567]),
        (("1.234", "12.5"), [1.234, 12.5]),
        (("1234", "12"), [1234, 12]),
        (("1234.567", "12"), [1234.567, 12]),
    ],
)
def test_between_semicolons_the_numbers_tell_their_notation(tmp_path, numbers, read):
    assert read_table(semicolons(tmp_path, *numbers), unit="MWh").table["energy_mwh"].tolist() == read


def test_a_number_that_may_be_a_thousand_or_one(tmp_path):
    """Proves: 1.234 alone is never guessed. Without it an English file was read a thousandfold."""
    path = semicolons(tmp_path, "1.234", "12", "5.678")
    told = "numbers such as '1.234' could mean 1234 or 1,234: say which, decimal=',' or decimal='.'"
    assert faults(path, unit="MWh") == [told]
    with pytest.raises(InputError, match="could mean 1234 or 1,234"):
        read_any(path, unit="MWh")
    assert read_table(path, unit="MWh", decimal=",").table["energy_mwh"].tolist() == [1234, 12, 5678]
    assert read_any(path, unit="MWh", decimal=".").table["energy_mwh"].tolist() == [1.234, 12, 5.678]


def test_points_and_commas_mixed(tmp_path):
    assert faults(semicolons(tmp_path, "12.5", "1,5"), unit="MWh") == [
        "line 2: value '12.5' has a decimal point; with decimal=',' write 12,5"
    ]


def test_a_table_in_italian_words(tmp_path):
    text = "Comune;Anno;Settore;Vettore;Energia (GWh)\n001272;2019;Residenziale;Gas naturale;1,5\n"
    balance = read_table(write(tmp_path, text))
    assert balance.table.iloc[0][["flow", "product", "energy_mwh"]].tolist() == ["FC_OTH_HH_E", "G3000", 1500]
    assert balance.notes == (
        "'Residenziale' is read as FC_OTH_HH_E",
        "'Gas naturale' is read as G3000",
    )


def test_a_missing_column_names_what_the_file_has(tmp_path):
    """Proves: the header is repeated as it stands, with no column that the file lacks."""
    path = write(tmp_path, "Comune,Anno,Settore,valore\n001272,2019,FC_IND_E,x\n")
    assert faults(path) == [
        "column 'product' is missing; found Comune, Anno, Settore, valore.",
        "no unit: give a column 'unit' or unit='GWh'; a number without a unit is never read",
        "line 2: value 'x' is text; a number is expected.",
    ]


def test_a_decimal_point_in_an_italian_table(tmp_path):
    """Proves: 12.5 is not read as 125."""
    text = HEAD.replace(",", ";") + "\n001272;2019;FC_IND_E;G3000;12.5\n"
    assert faults(write(tmp_path, text), unit="MWh", decimal=",") == [
        "line 2: value '12.5' has a decimal point; with decimal=',' write 12,5"
    ]


def test_rows_that_do_not_fit_the_header(tmp_path):
    text = f"{HEAD}\n001272,2019,FC_IND_E,G3000,1,5\n001272,2019,FC_IND_E\n"
    assert faults(write(tmp_path, text), unit="MWh") == [
        (
            "line 2: 6 columns, 5 are expected as in the header."
            " Numbers with a comma need quotes, or ';' between columns."
        ),
        "line 3: 3 columns, 5 are expected as in the header.",
    ]


def test_a_column_given_twice(tmp_path):
    assert faults(write(tmp_path, f"{HEAD},year\n"), unit="MWh") == ["line 1: column 'year' is given twice"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (" \n\n", "the file is empty; a header and at least one row are expected"),
        (HEAD + "\n", "the table has no rows; at least one flow is expected"),
    ],
)
def test_nothing_to_read(tmp_path, text, fault):
    assert faults(write(tmp_path, text), unit="MWh") == [fault]


def test_a_decimal_mark_that_is_none(tmp_path):
    with pytest.raises(InputError, match=r"decimal is ';'; '.' or ',' is expected"):
        read_table(write(tmp_path, HEAD), decimal=";")


# ── the reader that fits ─────────────────────────────────────────────────────────────────────────────────


def test_any_file_is_read_by_its_content(tmp_path, root):
    sheet = root / "leb_kit/reference/data/eurostat_nrg_bal_c_IT_2019.csv.gz"
    assert len(read_any(sheet, geo="IT", year=2019).table) == 1056
    text = (
        "comune;anno;settore;vettore;valore\n001272;2019;FC_IND_E;E7000;1,5\n001272;2018;FC_IND_E;E7000;2\n"
    )
    path = write(tmp_path, text)
    assert read_any(path, unit="GWh").table["energy_mwh"].tolist() == [1500, 2000]
    assert read_any(path, unit="GWh", year=2018).years == (2018,)
    with pytest.raises(InputError, match=r"town\.csv: 1 fault\n  - no row has year '2017'\."):
        read_any(path, unit="GWh", year=2017)


def test_what_is_no_table(tmp_path):
    path = write(tmp_path, "Dear mayor\nplease find enclosed\n", "letter.txt")
    with pytest.raises(InputError) as caught:
        read_any(path)
    (fault,) = caught.value.faults
    assert fault.startswith("this is no table: it begins 'Dear mayor'; expected a wide sheet")
    assert fault.endswith("or a long table (territory,year,flow,product,value)")
