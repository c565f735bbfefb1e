"""The three layouts of Eurostat's balance, what they hold and every way in which they can be broken."""

import gzip
from pathlib import Path

import pytest

from leb_kit import check, read_eurostat
from leb_kit.errors import InputError
from leb_kit.io.eurostat import layout
from leb_kit.units import to_mwh

TSV_HEAD = "freq,nrg_bal,siec,unit,geo\\TIME_PERIOD\t2020 \t2019 "
SDMX_HEAD = "DATAFLOW,LAST UPDATE,freq,nrg_bal,siec,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"
FLOW = "ESTAT:NRG_BAL_C(1.0),01/02/25 23:00:00,A"


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def tsv(folder, *rows, name="nrg_bal_c.tsv"):
    return write(folder, name, TSV_HEAD, *rows)


def sdmx(folder, *rows, name="nrg_bal_c.csv"):
    return write(folder, name, SDMX_HEAD, *(f"{FLOW},{row}" for row in rows))


def wide(folder, *rows, head="nrg_bal,label_en,TOTAL,G3000,E7000", name="sheet.csv"):
    return write(folder, name, head, *rows)


def cells(balance):
    """Flow, product, year → energy in TJ and status."""
    return {
        (row.flow, row.product, row.year): (round(row.energy_mwh / to_mwh(1.0, "TJ"), 6), row.status)
        for row in balance.table.itertuples()
    }


def faults(path, **options):
    with pytest.raises(InputError) as caught:
        read_eurostat(path, **options)
    return list(caught.value.faults)


# ── layouts ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("nrg_bal,label_en,TOTAL,G3000", "wide"),
        (TSV_HEAD, "tsv"),
        (SDMX_HEAD, "sdmx"),
        ('"DATAFLOW","LAST UPDATE","freq","nrg_bal","siec","unit","geo","TIME_PERIOD","OBS_VALUE"', "sdmx"),
        ("territory,year,flow,product,value", None),
        ("freq,siec,unit,geo\\TIME_PERIOD\t2019", None),
    ],
)
def test_a_layout_is_told_by_its_first_line(header, kind):
    assert layout(header) == kind


@pytest.mark.parametrize(("geo", "rows", "rests"), [("IT", 1056, 0), ("FR", 1233, 6)])
def test_published_sheets_close(root, geo, rows, rests):
    """Proves: Italy closes whole, France up to what Eurostat itself leaves unallocated."""
    folder = root / ("leb_kit/reference/data" if geo == "IT" else "tests/data")
    balance = read_eurostat(folder / f"eurostat_nrg_bal_c_{geo}_2019.csv.gz", geo=geo, year=2019)
    report = check(balance)
    assert len(balance.table) == rows
    assert report.ok
    assert report.table["check"].tolist() == ["unallocated"] * rests
    assert set(balance.table["source"]) == {f"Eurostat nrg_bal_c, eurostat_nrg_bal_c_{geo}_2019.csv.gz"}


def test_wide_sheet_in_a_stated_unit(tmp_path):
    path = wide(tmp_path, "PPRD,Primary production,3,2,1")
    tj = read_eurostat(path, geo="IT", year=2019)
    gwh = read_eurostat(path, geo="IT", year="2019", unit="GWh")
    assert tj.table["energy_mwh"].tolist() == pytest.approx(
        to_mwh(1.0, "TJ") * tj.table["energy_mwh"].mul(0).add([3, 2, 1])
    )
    assert gwh.table["energy_mwh"].tolist() == [3000, 2000, 1000]
    assert gwh.table["year"].tolist() == [2019] * 3


def test_bulk_file_with_flags_and_missing(tmp_path):
    """Proves: flags become status and a colon is never zero."""
    path = tsv(
        tmp_path,
        "A,PPRD,G3000,TJ,IT\t10.5 p\t20 ",
        "A,IMP,G3000,TJ,IT\t: \t5 e",
        "A,EXP,G3000,TJ,IT\t: c\t0 ",
        "A,STK_CHG,G3000,TJ,IT\t-1.5 r\t2 bep",
    )
    balance = read_eurostat(path)
    assert cells(balance) == {
        ("PPRD", "G3000", 2020): (10.5, "P"),
        ("PPRD", "G3000", 2019): (20, "A"),
        ("IMP", "G3000", 2019): (5, "E"),
        ("STK_CHG", "G3000", 2020): (-1.5, "R"),
        ("STK_CHG", "G3000", 2019): (2, "E"),
    }
    gone = balance.missing.sort_values("flow")
    assert gone[["flow", "year"]].to_numpy().tolist() == [["EXP", 2020], ["IMP", 2020]]


def test_a_key_in_several_units_counts_once(tmp_path):
    """Proves: nothing is doubled; each cell comes in TJ, in another unit only where TJ has none."""
    path = tsv(
        tmp_path,
        "A,PPRD,G3000,KTOE,IT\t9 \t9 ",
        "A,PPRD,G3000,TJ,IT\t36 \t: ",
        "A,PPRD,G3000,GWH,IT\t10 \t10 p",
        "A,IMP,G3000,KTOE,IT\t1 \t0 ",
    )
    balance = read_eurostat(path)
    assert cells(balance) == {
        ("PPRD", "G3000", 2020): (36, "A"),
        ("PPRD", "G3000", 2019): (36, "P"),
        ("IMP", "G3000", 2020): (41.868, "A"),
    }
    assert balance.missing.empty
    assert cells(read_eurostat(path, unit="KTOE"))["PPRD", "G3000", 2020] == (9 * 41.868, "A")


def test_geo_and_year_filter_a_bulk_file(tmp_path):
    path = tsv(tmp_path, "A,PPRD,G3000,TJ,IT\t1 \t2 ", "A,PPRD,G3000,TJ,FR\t3 \t4 ", name="b.tsv.gz")
    assert [t.code for t in read_eurostat(path).territories] == ["FR", "IT"]
    one = read_eurostat(path, geo="FR", year=2019)
    assert cells(one) == {("PPRD", "G3000", 2019): (4, "A")}
    both = read_eurostat(path, geo=["FR", "IT"], year=[2019, 2020])
    assert len(both.table) == 4


def test_unknown_codes_stay_as_rows(tmp_path):
    """Proves: a new Eurostat code is no failure, and may be negative."""
    path = tsv(tmp_path, "A,NEW_FLOW,X9999,TJ,XK\t-1 \t2 ")
    balance = read_eurostat(path)
    assert cells(balance) == {("NEW_FLOW", "X9999", 2020): (-1, "A"), ("NEW_FLOW", "X9999", 2019): (2, "A")}
    assert len(balance.leaves) == 2


def test_groups_across_the_tree_are_left_out(tmp_path):
    """Proves: bioenergy and fossil energy would count twice in TOTAL."""
    path = tsv(tmp_path, "A,PPRD,BIOE,TJ,IT\t1 \t1 ", "A,PPRD,FE,TJ,IT\t1 \t1 ", "A,PPRD,G3000,TJ,IT\t1 \t1 ")
    assert set(read_eurostat(path).table["product"]) == {"G3000"}


def test_sdmx_csv_with_flags_missing_and_filters(tmp_path):
    path = sdmx(
        tmp_path,
        "PPRD,G3000,TJ,IT,2019,12.5,e",
        "PPRD,G3000,KTOE,IT,2019,0.3,",
        "IMP,G3000,TJ,IT,2019,,c",
        "IMP,G3000,TJ,IT,2020,:,",
        "PPRD,G3000,TJ,FR,2020,7,p",
        name="data.csv.gz",
    )
    balance = read_eurostat(path)
    assert cells(balance) == {("PPRD", "G3000", 2019): (12.5, "E"), ("PPRD", "G3000", 2020): (7, "P")}
    assert sorted(balance.missing["year"]) == [2019, 2020]
    assert set(balance.table["source"]) == {"Eurostat nrg_bal_c, data.csv.gz"}
    assert cells(read_eurostat(path, geo="FR", year=2020)) == {("PPRD", "G3000", 2020): (7, "P")}


def test_the_layouts_agree(tmp_path, root):
    """Proves: one balance, whichever way it travels."""
    sheet = root / "leb_kit/reference/data/eurostat_nrg_bal_c_IT_2019.csv.gz"
    one = read_eurostat(sheet, geo="IT", year=2019)
    rows = one.table.assign(tj=one.table["energy_mwh"] / to_mwh(1.0, "TJ"))
    head = "freq,nrg_bal,siec,unit,geo\\TIME_PERIOD\t2019 "
    bulk = write(
        tmp_path, "b.tsv", head, *(f"A,{r.flow},{r.product},TJ,IT\t{r.tj:.3f} " for r in rows.itertuples())
    )
    long = sdmx(tmp_path, *(f"{r.flow},{r.product},TJ,IT,2019,{r.tj:.3f}," for r in rows.itertuples()))
    for path in (bulk, long):
        other = read_eurostat(path)
        assert other.pivot().equals(one.pivot())
        assert check(other).ok


# ── what can be wrong ────────────────────────────────────────────────────────────────────────────────────


def test_no_such_file(tmp_path):
    tsv(tmp_path)
    assert faults(tmp_path / "nrg_bal_d.tsv") == [
        f"file not found in {tmp_path}. Did you mean 'nrg_bal_c.tsv'?"
    ]
    assert faults(tmp_path / "no" / "b.tsv") == [f"file not found: there is no folder {tmp_path / 'no'}"]


def test_a_folder_is_no_file(tmp_path):
    assert faults(tmp_path) == ["this is a folder; the path of a file is expected"]


def test_an_empty_file(tmp_path):
    (tmp_path / "a.tsv").touch()
    assert faults(tmp_path / "a.tsv") == ["the file is empty; a header and at least one row are expected"]


def test_a_blank_first_line(tmp_path):
    path = write(tmp_path, "a.tsv", "", TSV_HEAD)
    assert faults(path) == ["the first line is blank; the names of the columns are expected"]


@pytest.mark.parametrize("path", [tsv, sdmx, wide])
def test_a_header_without_rows(tmp_path, path):
    (fault,) = faults(path(tmp_path), **({"geo": "IT", "year": 2019} if path is wide else {}))
    assert "header but no rows" in fault


def test_not_a_eurostat_file(tmp_path):
    (fault,) = faults(write(tmp_path, "a.csv", "territory,year,flow", "IT,2019,PPRD"))
    assert fault == (
        "this is not a Eurostat energy balance: it begins 'territory,year,flow'; expected a wide sheet"
        " (nrg_bal,label_en,TOTAL,…), the bulk TSV (freq,nrg_bal,siec,unit,geo\\TIME_PERIOD …) or SDMX-CSV"
        " (…,nrg_bal,siec,unit,geo,TIME_PERIOD,OBS_VALUE,…)"
    )


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (
            b"PK\x03\x04rest",
            "this is an Excel or zip file; a text table (CSV, TSV, or one in .gz) is expected",
        ),
        (b"%PDF-1.7", "this is a PDF; copy its table into a spreadsheet and save that as .xlsx or CSV"),
        (b"\xd0\xcf\x11\xe0", "this is an old Excel file (.xls); open it and save it as .xlsx"),
        (b"\n<!doctype html><html>", "this is a web page; download the table itself"),
        (b"\x89PNG\r\n", "this is a picture; a text table (CSV, TSV, or one in .gz) is expected"),
        (b"a\0b\0", "this is no text but bytes; a text table (CSV, TSV, or one in .gz) is expected"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_another_kind_of_file(tmp_path, head, kind, name):
    (tmp_path / name).write_bytes(gzip.compress(head) if name.endswith(".gz") else head)
    assert faults(tmp_path / name) == [kind]


def test_a_truncated_gz(tmp_path):
    """Proves: half a download is an error, never half a balance."""
    path = tsv(tmp_path, *(f"A,PPRD,X{n},TJ,IT\t{n}.{n} \t{n * 7} " for n in range(3000)), name="a.tsv.gz")
    path.write_bytes(path.read_bytes()[:-2000])
    (fault,) = faults(path)
    assert fault.startswith("the .gz file is cut or damaged (")
    assert fault.endswith("); download or copy it again")


def test_a_damaged_gz(tmp_path):
    path = tsv(tmp_path, *(f"A,PPRD,X{n},TJ,IT\t{n} \t{n} " for n in range(3000)), name="a.tsv.gz")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20] = b"\xff" * 20
    path.write_bytes(data)
    (fault,) = faults(path)
    assert "cut or damaged" in fault


def test_a_gz_by_content_not_by_name(tmp_path):
    path = tsv(tmp_path, "A,PPRD,G3000,TJ,IT\t1 \t2 ", name="a.tsv.gz").rename(tmp_path / "a.tsv")
    assert len(read_eurostat(path).table) == 2


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_bytes(TSV_HEAD.encode() + b"\nA,PPRD,G3000,TJ,IT\t1 \t\xff\xfe\n")
    (fault,) = faults(path)
    assert "is not utf-8 text; save the file as UTF-8 and read it again" in fault


def test_geo_and_year_that_the_file_lacks(tmp_path):
    path = tsv(tmp_path, "A,PPRD,G3000,TJ,IT\t1 \t2 ", "A,PPRD,G3000,TJ,FR\t1 \t2 ")
    assert faults(path, geo="ITA") == ["geo 'ITA' is not in the file; it holds FR, IT. Did you mean 'IT'?"]
    assert faults(path, year=2091) == [
        "year '2091' is not in the file; it holds 2019, 2020. Did you mean '2019'?"
    ]
    assert faults(path, unit="GWH") == ["unit 'GWH' is not in the file; it holds TJ."]
    long = sdmx(tmp_path, "PPRD,G3000,TJ,IT,2019,1,", "PPRD,G3000,TJ,FR,2020,1,")
    assert faults(long, geo="DE") == ["geo 'DE' is not in the file; it holds FR, IT."]
    assert faults(long, year=2018) == [
        "year '2018' is not in the file; it holds 2019, 2020. Did you mean '2019'?"
    ]
    assert faults(long, geo="IT", year=2020) == ["no row has the asked-for geo, year and unit together"]


def test_a_wide_sheet_needs_geo_and_year(tmp_path):
    path = wide(tmp_path, "PPRD,Primary production,1,1,0")
    assert faults(path) == [
        "a wide sheet does not say its territory: give one, such as geo='IT'",
        "a wide sheet does not say its year: give one, such as year=2019",
    ]
    assert faults(path, geo="IT", year=20190) == ["year '20190': a year between 1900 and 2200 is expected"]


def test_text_in_numbers_is_told_by_line_and_column(tmp_path):
    path = tsv(
        tmp_path,
        "A,PPRD,G3000,TJ,IT\tabc \t1.234,5 ",
        "A,IMP,G3000,TJ,IT\t\tinf",
        "A,EXP,G3000,TJ,IT\tnan\t1 ",
    )
    assert faults(path) == [
        "line 2, column 2020: 'abc' is text; a number is expected, or ':' where it is not available.",
        (
            "line 2, column 2019: '1.234,5' is text; a number is expected, or ':' where it is not available."
            " Write 1234.5, with a decimal point."
        ),
        "line 3, column 2020: the cell is blank; a number is expected, or ':' where it is not available",
        "line 3, column 2019: 'inf' is infinite; a finite number is expected",
        "line 4, column 2020: 'nan' is text; a number is expected, or ':' where it is not available.",
    ]
    sheet = wide(tmp_path, "PPRD,Primary production,1,x,", ",No code,1,1,0")
    assert faults(sheet, geo="IT", year=2019) == [
        "line 3: the flow code (nrg_bal) is blank",
        "line 2, column G3000: 'x' is text; a number is expected, or ':' where it is not available.",
        "line 2, column E7000: the cell is blank; a number is expected, or ':' where it is not available",
    ]
    long = sdmx(tmp_path, "PPRD,G3000,TJ,IT,2019,x,", "PPRD,,TJ,IT,2019,1,", "PPRD,G3000,TJ,IT,2019-Q1,1,")
    assert faults(long) == [
        "TIME_PERIOD '2019-Q1': a year between 1900 and 2200 is expected",
        "line 3: siec is blank",
        "line 2, column OBS_VALUE: 'x' is text; a number is expected, or ':' where it is not available.",
    ]


def test_a_key_given_twice(tmp_path):
    row = "A,PPRD,G3000,TJ,IT\t1 \t2 "
    assert faults(tsv(tmp_path, row, "A,IMP,G3000,TJ,IT\t1 \t2 ", row)) == [
        "line 4: IT PPRD G3000 TJ is given twice (first in line 2); keep one row"
    ]
    cell = "PPRD,G3000,TJ,IT,2019,1,"
    assert faults(sdmx(tmp_path, cell, cell)) == [
        "line 3: IT 2019 PPRD G3000 TJ is given twice (first in line 2); keep one row"
    ]
    again = wide(tmp_path, "PPRD,a,1,1,0", head="nrg_bal,label_en,TOTAL,G3000,G3000")
    assert faults(again, geo="IT", year=2019) == ["line 1: column 'G3000' is given twice"]


def test_consumption_is_not_negative(tmp_path):
    path = tsv(tmp_path, "A,FC_OTH_HH_E,G3000,TJ,IT\t-5 \t1 ")
    assert faults(path) == [
        (
            "line 2, column 2020: FC_OTH_HH_E G3000 is negative (-5);"
            " only stock changes, transfers and balances may be"
        )
    ]
    long = sdmx(tmp_path, "FC_OTH_HH_E,G3000,TJ,IT,2019,-5,")
    assert faults(long)[0].startswith("line 2: FC_OTH_HH_E G3000 is negative (-5)")


def test_a_unit_that_is_no_energy(tmp_path):
    path = tsv(tmp_path, "A,PPRD,G3000,THS_T,IT\t1 \t1 ")
    (fault,) = faults(path)
    assert fault.startswith("line 2: unit 'THS_T' is no unit of energy; known are kWh, MWh, GWh")


def test_rows_and_headers_of_the_wrong_shape(tmp_path):
    assert faults(tsv(tmp_path, "A,PPRD,G3000,TJ\t1 \t1 ")) == [
        "line 2: the key 'A,PPRD,G3000,TJ' has 4 parts; 5 are expected (freq,nrg_bal,siec,unit,geo)"
    ]
    assert faults(write(tmp_path, "a.tsv", "freq,nrg_bal,siec,unit,geo\\TIME_PERIOD")) == [
        "line 1: no column of a year"
    ]
    assert faults(write(tmp_path, "b.tsv", "freq,nrg_bal,geo\\TIME_PERIOD\t20x9 ")) == [
        "line 1: 'siec' is missing in 'freq,nrg_bal,geo\\TIME_PERIOD'",
        "line 1: 'unit' is missing in 'freq,nrg_bal,geo\\TIME_PERIOD'",
        "column '20x9': a year between 1900 and 2200 is expected",
    ]
    assert faults(write(tmp_path, "c.csv", "nrg_bal,siec,OBS_VALUE", "PPRD,G3000,1")) == [
        "line 1: column 'geo' is missing",
        "line 1: column 'unit' is missing",
        "line 1: column 'TIME_PERIOD' is missing",
    ]
    long = sdmx(tmp_path, "PPRD,G3000,TJ,IT,2019,1,", "PPRD,G3000,TJ,IT,2019,1,234,x")
    assert faults(long) == ["line 3: 11 columns, 10 are expected as in the header"]
    twice = write(tmp_path, "d.tsv", TSV_HEAD + "\t2019 ")
    assert faults(twice) == ["line 1: column '2019' is given twice"]
    cut = tsv(
        tmp_path, "A,PPRD,G3000,TJ,IT\t1 \t1 ", "A,IMP,G3000,TJ,IT\t1 ", "A,EXP,G3000,TJ,IT\t1 \t1 \t1 "
    )
    assert faults(cut, year=2020) == [
        "line 3: 2 columns, 3 are expected as in the header",
        "line 4: 4 columns, 3 are expected as in the header",
    ]
