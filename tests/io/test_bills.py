"""Bills as suppliers send them."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest

from leb_kit.errors import InputError
from leb_kit.io.bills import read_bills
from leb_kit.tertiary import metered
from tests.tertiary.estates import GAS, LIGHTS, POWER, plain

CSV = f"""POD/PDR;Fattura;Dal;Al;Consumo;U.M.;Tipo;Importo (€);PCS;Indirizzo
{GAS};G-1;01/12/2018;31/01/2019;1.234,5;Smc;effettivo;1.020,30;38,52;via Roma 1
{POWER};E-1;01/01/2019;28/02/2019;2.360;kWh;stimato;590,00;;via Roma 1

{POWER};E-2;01/01/2019;28/02/2019;-118;kWh;conguaglio (differenza);-29,50;;via Roma 1
"""


def written(tmp_path, text, name="bollette.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


def faults_of(path, **options):
    with pytest.raises(InputError) as error:
        read_bills(path, plain(), **options)
    return list(error.value.faults)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_an_italian_csv_is_read(tmp_path, encoding):
    """By hand: 1234.5 Smc × 38.52 MJ × 0.905 / 3600."""
    bills = read_bills(written(tmp_path, CSV, encoding=encoding), plain())
    table = bills.table.set_index("bill")
    assert table.loc["G-1", "energy_mwh"] == pytest.approx(1234.5 * 38.52 * 0.905 / 3600, rel=1e-12)
    assert table.loc["E-1", "quantity"] == 2360
    assert table.loc["E-2", "kind"] == "adjustment"
    assert table["cost_eur"].tolist() == [1020.3, 590.0, -29.5]
    assert set(table["source"]) == {"bollette.csv"}
    use = metered(bills)
    power = use.totals("meter", "year").query("meter == @POWER and year == 2019")["energy_mwh"]
    assert power.item() == pytest.approx(2.242, abs=1e-8)


def test_bands_are_summed_and_held_against_the_total(tmp_path):
    head = "POD;dal;al;F1;F2;F3;totale kWh;tipo\n"
    rows = f"{POWER};01/01/2019;31/01/2019;100;200;300;;rilevato\n"
    without = head.replace("totale kWh;", "")
    assert (
        read_bills(written(tmp_path, without + rows.replace(";;", ";")), plain()).table["quantity"].item()
        == 600
    )
    named = head.replace("totale kWh", "consumo kWh")
    wrong = rows.replace(";;", ";700;")
    (fault,) = faults_of(written(tmp_path, named + wrong))
    assert fault == "line 2: F1 + F2 + F3 are 600 kWh, the total says 700; correct one"


def test_a_unit_in_the_header_counts(tmp_path):
    text = f"PDR;Dal;Al;Consumo (Smc);Tipo\n{GAS};01/01/2019;31/01/2019;1.000;reale\n"
    bills = read_bills(written(tmp_path, text), plain())
    assert bills.table[["quantity", "unit"]].to_numpy().tolist() == [[1000.0, "Smc"]]


def test_an_excel_file_is_read_with_its_own_numbers_and_dates(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["POD", "Data inizio", "Data fine", "Consumo", "Unità", "Tipo lettura", "Imponibile"])
    sheet.append([POWER, dt.datetime(2019, 1, 1), dt.date(2019, 1, 31), 1234.5, "kWh", "Letto", 300])  # noqa: DTZ001
    sheet.append([None] * 7)
    sheet.append([LIGHTS, "01/02/2019", "28/02/2019", "1.234,5", "kWh", "Stimato", "€ 1.300,00"])
    path = tmp_path / "bollette.xlsx"
    book.save(path)
    table = read_bills(path, plain()).table
    assert table["quantity"].tolist() == [1234.5, 1234.5]
    assert table["cost_eur"].tolist() == [300.0, 1300.0]
    assert table["date_to"].tolist() == [pd.Timestamp(2019, 1, 31), pd.Timestamp(2019, 2, 28)]
    assert "no sheet 'Foglio2'; the file has Sheet" in faults_of(path, sheet="Foglio2")[0]


def test_the_bare_word_conguaglio_must_be_explained(tmp_path):
    path = written(tmp_path, CSV.replace("conguaglio (differenza)", "Conguaglio"))
    (fault,) = faults_of(path)
    assert fault.startswith(
        "line 5, column kind: 'conguaglio' may be the whole use of its period or a difference"
    )
    assert read_bills(path, plain(), conguaglio="difference").table["kind"].iloc[2] == "adjustment"
    assert "conguaglio is 'diff'" in faults_of(path, conguaglio="diff")[0]


def test_a_negative_total_is_refused(tmp_path):
    path = written(tmp_path, CSV.replace("conguaglio (differenza)", "conguaglio"))
    (fault,) = faults_of(path, conguaglio="total")
    assert "line 5" in fault
    assert "-118 kWh is negative; only an adjustment may be" in fault


def test_every_fault_is_told_with_its_line(tmp_path):
    text = CSV.replace("31/01/2019", "31/02/2019").replace("2.360", "2360.5").replace("stimato", "stimatto")
    text = text.replace("-118;kWh", "-118;chili")
    told = faults_of(written(tmp_path, text))
    assert [fault.split(":")[0] for fault in told] == [
        "line 2, column date_to", "line 3, column quantity", "line 3, column kind", "line 5, column unit",
    ]  # fmt: skip
    assert "'31/02/2019' is no date; 31/12/2019 is expected" in told[0]
    assert "'2360.5' is no number. Read the file with decimal='.'" in told[1]
    assert "Did you mean 'stimato'?" in told[2]


def test_faults_of_bills_themselves_have_the_line_of_the_file(tmp_path):
    told = faults_of(written(tmp_path, CSV.replace(f"{GAS};G-1", "881234567890;G-1")))
    repair = "A spreadsheet drops leading zeros: keep the column as text."
    assert told[0].startswith("line 2, column meter: found '881234567890', expected ")
    assert told[0].endswith(f"Did you mean '{GAS}'? {repair}")


def test_missing_columns_are_named_as_bills_do(tmp_path):
    told = faults_of(written(tmp_path, "POD;dal;consumo;um\nX;01/01/2019;1;kWh\n"))
    assert told == [
        "column 'date_to' is missing (bills call it 'al'); found POD, dal, consumo, um",
        "column 'kind' is missing (bills call it 'tipo'); found POD, dal, consumo, um",
    ]


def test_a_number_without_a_unit_is_never_read(tmp_path):
    text = CSV.replace(";U.M.;", ";Nota;")
    told = faults_of(written(tmp_path, text))
    assert "line 2: no unit: add a column 'unità', or read the file with unit='Smc'" in told
