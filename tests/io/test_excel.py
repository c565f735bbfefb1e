"""The LEB workbook: what is written comes back, what people write is understood, faults have their cell."""

import math

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.errors import InputError
from leb_kit.io import read_any, read_excel, write_excel

HEAD = ["Territorio", "Anno", "Flusso", "Prodotto", "Valore", "Unità"]


def book(folder, name="town.xlsx", **sheets):
    """A workbook as a person would write it: name of the sheet to its rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / name
    made.save(path)
    return path


def faults(path, **options):
    with pytest.raises(InputError) as caught:
        read_excel(path, **options)
    assert caught.value.title == path.name
    return list(caught.value.faults)


def rows(balance):
    return [tuple(row) for row in balance.table[["flow", "product", "energy_mwh"]].itertuples(index=False)]


# ── there and back ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def france(root):
    return leb.read_eurostat(root / "tests/data/eurostat_nrg_bal_c_FR_2019.csv.gz", geo="FR", year=2019)


@pytest.mark.parametrize(
    ("name", "lang"), [("torino", "it"), ("torino", "en"), ("italy", "it"), ("france", "en")]
)
def test_there_and_back_to_the_bit(name, lang, tmp_path, request):
    """Proves: table, missing and name come back whole, beside pivots that say the same."""
    balance = request.getfixturevalue("france") if name == "france" else getattr(leb.examples, name)()
    path = write_excel(balance, tmp_path / "b.xlsx", lang=lang)
    assert len(openpyxl.load_workbook(path).sheetnames) == 5
    again = read_excel(path)
    pd.testing.assert_frame_equal(again.table, balance.table, check_exact=True)
    assert again.name == balance.name
    key = ["territory", "year", "flow", "product"]
    assert set(map(tuple, again.missing[key].to_numpy())) == set(map(tuple, balance.missing[key].to_numpy()))


@given(st.lists(st.floats(1e-9, 1e15, exclude_min=True), min_size=1, max_size=6), st.booleans())
@settings(max_examples=10, deadline=None)
def test_any_energy_comes_back_to_the_bit(tmp_path_factory, values, pivots):
    """Proves: 17 digits are written. Without it the last bit of every second number is lost."""
    flows = ["FC_IND_E", "FC_OTH_HH_E", "FC_TRA_RAIL_E", "IMP", "DL", "PPRD"]
    frame = pd.DataFrame({"territory": "X", "year": 2020, "flow": flows[: len(values)], "product": "E7000"})
    frame["value"], frame["sigma"] = values, 0.1
    balance = leb.Balance.from_table(frame, unit="MWh")
    path = write_excel(balance, tmp_path_factory.mktemp("x") / "b.xlsx", pivots=pivots)
    pd.testing.assert_frame_equal(read_excel(path).table, balance.table, check_exact=True)


def test_several_territories_and_years(tmp_path):
    years = [leb.examples.torino().table.assign(year=year) for year in (2019, 2020)]
    other = years[0].assign(territory="001191")
    balance = leb.Balance(pd.concat([*years, other], ignore_index=True), name="due comuni")
    path = write_excel(balance, tmp_path / "b.xlsx")
    assert openpyxl.load_workbook(path).sheetnames[3:6] == ["001191 2019", "001272 2019", "001272 2020"]
    again = read_excel(path)
    assert again.table.equals(balance.table)
    assert again.name == "due comuni"
    assert read_any(path, geo="001191", year=2019).title() == "due comuni"


def test_another_unit_is_stated_and_understood(tmp_path):
    path = write_excel(leb.examples.torino(), tmp_path / "b.xlsx", unit="ktep")
    expected = leb.examples.torino().table["energy_mwh"]
    assert read_excel(path).table["energy_mwh"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-14)


def test_the_same_balance_gives_the_same_file(tmp_path):
    first, second = (write_excel(leb.examples.torino(), tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()


def test_a_source_is_never_a_formula(tmp_path):
    table = leb.examples.torino().table.assign(source='=HYPERLINK("http://x")')
    path = write_excel(leb.Balance(table), tmp_path / "b.xlsx", pivots=False)
    assert openpyxl.load_workbook(path)["bilancio"]["J2"].data_type == "s"
    assert set(read_excel(path).table["source"]) == {'=HYPERLINK("http://x")'}


@pytest.mark.parametrize(
    ("what", "options", "fault"),
    [
        ("torino", {}, "a Balance is expected, found str"),
        (leb.examples.torino(), {"lang": "fr"}, "unknown language 'fr'"),
        (leb.examples.torino(), {"unit": "m3"}, "unknown energy unit 'm3'"),
    ],
)
def test_what_cannot_be_written(tmp_path, what, options, fault):
    with pytest.raises(InputError, match=fault):
        write_excel(what, tmp_path / "b.xlsx", **options)
    assert not list(tmp_path.iterdir())


# ── what people write ────────────────────────────────────────────────────────────────────────────────────


def test_a_long_sheet_in_italian(tmp_path):
    path = book(
        tmp_path,
        Dati=[
            ["Consumi del comune"],
            [],
            ["Anno", "Settore", "Vettore", "Energia (GWh)", "Note"],
            [2020, "Residenziale", "Gas naturale", 1.5, "stima"],
            [2020, "Terziario", "Energia elettrica", "1.234,5"],
            [None, None, None, None, "fine"],
        ],
        Grafici=[["nulla", 1, 2]],
    )
    balance = read_excel(path, territory="001191")
    assert rows(balance) == [("FC_OTH_HH_E", "G3000", 1500), ("FC_OTH_CP_E", "E7000", 1_234_500)]
    assert "'Energia elettrica' is read as E7000" in balance.notes
    assert "Dati!D5: the number '1.234,5' is text" in balance.notes[-1]
    assert set(balance.table["source"]) == {"town.xlsx"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_pivot_as_an_office_makes_it(tmp_path, turned):
    """Proves: flows down or across, words or codes, year in the name of the sheet, unit above."""
    table = [
        ["Settore", "Gas naturale", "Elettricità", "Totale"],
        ["Residenziale", 10, 5, 15],
        ["Terziario", 4, 6, 10],
        ["Totale", 14, 11, 25],
    ]
    if turned:
        table = [list(row) for row in zip(*table, strict=True)]
    path = book(
        tmp_path, **{"Anno 2021": [["Comune di Pinerolo"], ["Unità", "GWh"], ["ISTAT", "001191"], [], *table]}
    )
    balance = read_excel(path)
    assert (balance.one(), balance.table["energy_mwh"].max()) == (("001191", 2021), 25_000)
    assert set(balance.table["flow"]) == {"FC_OTH_HH_E", "FC_OTH_CP_E", "FC_E"}
    assert leb.check(leb.aggregate(balance)).table.query("check != 'has_supply'").empty


def test_excel_drops_zeros_of_a_code_and_they_come_back(tmp_path):
    path = book(
        tmp_path, Dati=[HEAD, [1191, 2020, "IMP", "G3000", 1, "MWh"], [1, 2020, "DL", "E7000", 2, "MWh"]]
    )
    assert [one.code for one in read_excel(path).territories] == ["001", "001191"]


def test_two_sheets_must_agree(tmp_path):
    pivot = [["Unità", "MWh"], ["Codice", "G3000", "E7000"], ["IMP", 5, 7]]
    long = [HEAD, ["001191", 2021, "IMP", "G3000", 5, "MWh"], ["001191", 2021, "IMP", "E7000", 8, "MWh"]]
    assert faults(book(tmp_path, Dati=long, **{"2021": pivot}), territory="001191") == [
        "2021!C3: 001191 2021 IMP E7000 is given twice (first in Dati!E3); keep one row"
    ]


# ── faults ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_fault_has_its_cell(tmp_path):
    path = book(
        tmp_path,
        Dati=[
            HEAD,
            ["001191", 2021, "FC_INDE", "G3000", 1, "MWh"],
            ["001191", "20x1", "IMP", "G3000", "about 3", "MWh"],
            ["001191", 2021, "FC_IND_E", "G3000", -1, "barili"],
            ["001191", 2021, "DL", "G3000", None, "MWh"],
            ["001191", 2021, "EXP", "G3000", "1.234", "MWh"],
        ],
    )
    found = faults(path)
    expected = (
        "Dati!E6: '1.234' is text and could mean 1234 or 1,234; type it as a number",
        "Dati!B3: year '20x1' is not a year between 1900 and 2200",
        "Dati!C2: unknown flow 'FC_INDE'. Did you mean 'FC_IND_E'?",
        "Dati!E5: value is blank; write a number, or ':' where it is not available",
        "Dati!E3: value 'about 3' is text; a number is expected.",
        "Dati!E4: FC_IND_E G3000 is negative (-1); only stock changes, transfers and balances may be",
    )
    assert found[:6] == list(expected)
    assert found[6].startswith("Dati!F4: unit 'barili' is unknown")
    assert len(found) == 7


def test_what_a_workbook_does_not_say(tmp_path):
    path = book(tmp_path, Dati=[["Flusso", "Prodotto", "Valore"], ["IMP", "G3000", 1]])
    assert faults(path) == [
        (
            "the workbook does not say its territory: write it in a sheet 'territorio',"
            " or give territory='001272'"
        ),
        "the workbook does not say its year: write it in a sheet 'territorio', or give year=2019",
        "no unit: give a column 'unit' or unit='GWh'; a number without a unit is never read",
    ]
    assert rows(read_excel(path, territory="001191", year=2020, unit="GWh")) == [("IMP", "G3000", 1000)]


def test_a_name_beside_the_code_of_another(tmp_path):
    about = [["Territorio", "Nome", "Anno", "Unità"], ["001191", "Torino", 2020, "MWh"]]
    path = book(tmp_path, territorio=about, Dati=[["Flusso", "Prodotto", "Valore"], ["IMP", "G3000", 1]])
    assert faults(path) == [
        "territorio!A2: 001191 is Pinerolo, but the sheet says 'Torino'; correct one of them"
    ]


def test_a_territory_of_ones_own_has_its_name(tmp_path):
    about = [["Territorio", "Nome", "Anno", "Unità"], ["UNIONE1", "Unione dei comuni", 2020, "MWh"]]
    path = book(tmp_path, territorio=about, Dati=[["Flusso", "Prodotto", "Valore"], ["IMP", "G3000", 1]])
    assert read_excel(path).title() == "Unione dei comuni 2020"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\xd0\xcf\x11\xe0rest", "this is an old Excel file (.xls) or one with a password"),
        (b"%PDF-1.7", "this is no Excel workbook (.xlsx)"),
        (b"PK\x03\x04rest", "the workbook is damaged"),
        (b"\x1f\x8brest", "a workbook is not packed in .gz"),
    ],
)
def test_what_is_no_workbook(tmp_path, data, fault):
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert faults(path)[0].startswith(fault)


def test_a_cut_workbook(tmp_path):
    path = write_excel(leb.examples.torino(), tmp_path / "b.xlsx")
    path.write_bytes(path.read_bytes()[:5000])
    assert faults(path)[0].startswith("the workbook is damaged (")


def test_nothing_to_read(tmp_path):
    assert faults(book(tmp_path, Note=[["ciao"]]))[0].startswith("no amounts found in the sheets 'Note'")


def test_numbers_stay_what_they_are():
    """Proves: the writer's number keeps its value and every digit."""
    from leb_kit.io.excel_book import Exact

    assert f"{Exact(0.1 + 0.2):.16G}" == "0.30000000000000004"
    assert math.fsum([Exact(0.1)]) == 0.1
