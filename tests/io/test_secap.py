"""The SECAP workbook: what a planner reads, and that every formula gives the value beside it."""

import re
import shutil
import subprocess

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

import leb_kit as leb
from leb_kit.examples import italy, torino, torino_detail
from leb_kit.io.secap_texts import TEXTS
from tests.helpers import balance_from, france, scaled

REFERENCE = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]{1,2})\$?(\d+)(?!\()")
RANGE = re.compile(r"SUM\((\w+):(\w+)\)")
ACTIONS = pd.DataFrame(
    {
        "action": ["LED", "=1+1"],
        "covenant_sector": ["public_lighting", "residential"],
        "start_year": [2024, 2025],
        "cost_eur": [1e6, float("nan")],
        "reduction_tco2": [14_504.0, 1_000.0],
    }
)


def compared():
    """Torino and the same with a tenth less, in 2025."""
    waste = pd.DataFrame({"covenant_sector": ["waste"], "tco2": [45_593.0]})
    bei = leb.indicators.emission_inventory(
        torino(), detail=torino_detail(), non_energy=waste, population=857_910
    )
    less = scaled(torino(), 0.9).table.assign(year=2025)
    mei = leb.indicators.emission_inventory(
        leb.Balance.from_mwh(less), base=bei, detail=bei.detail, green_electricity_purchase_mwh=1000
    )
    return leb.indicators.compare_inventories(bei, mei)


def roofs(convention="lca"):
    """An exporter of photovoltaic electricity whose road has factors of its own."""
    balance = balance_from("""
        PPRD            RA420 130
        TI_EHG_MAPE_E   RA420 130
        TO_EHG_MAPE     E7000 130
        GEP_MAPE        RA420 130
        EXP             E7000  30
        FC_OTH_HH_E     E7000 100
        FC_OTH_HH_E     G3000  50
        FC_TRA_ROAD_E   G3000  20
    """)
    own = pd.DataFrame(
        {"product": ["G3000"], "covenant_sector": ["private_transport"], "factor_tco2_per_mwh": [0.3]}
    )
    return leb.indicators.emission_inventory(balance, convention=convention, factors=own)


CASES = {
    "Torino 2019 and 2025": compared,
    "Torino with its own factors": lambda: leb.indicators.emission_inventory(
        torino(), convention="covenant_torino"
    ),
    "Italy": lambda: leb.indicators.emission_inventory(italy(), convention="lca"),
    "France": lambda: leb.indicators.emission_inventory(france()),
    "an exporter": roofs,
}


@pytest.fixture(scope="module", params=list(CASES))
def written(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("secap") / "paesc.xlsx"
    leb.write_secap_xlsx(path, CASES[request.param](), actions=ACTIONS)
    return path


class Book:
    """A workbook whose formulas are worked out again, one by one, from the values of other cells."""

    def __init__(self, path):
        self.formulas, self.values = (openpyxl.load_workbook(path, data_only=only) for only in (False, True))

    def value(self, sheet, cell):
        found = self.values[sheet][cell].value
        return 0.0 if found in (None, "") else float(found)

    def again(self, sheet, formula):
        def total(match):
            left, top, right, bottom = range_boundaries(f"{match[1]}:{match[2]}")
            cells = self.values[sheet].iter_rows(top, bottom, left, right, values_only=True)
            return repr(float(sum(value for row in cells for value in row if value not in (None, ""))))

        text = RANGE.sub(total, formula.removeprefix("="))
        text = text.replace('""', "None").replace("=0", "==0")
        text = REFERENCE.sub(lambda m: repr(self.value(m[1] or sheet, m[2] + m[3])), text)
        return _evaluate(text)

    def cells(self):
        for sheet in self.formulas.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.data_type == "f":
                        yield sheet.title, cell.coordinate, cell.value


def _evaluate(text):
    """Python's arithmetic is Excel's; IF must not work out what it does not choose."""
    while "IF(" in text:
        start = text.rindex("IF(")
        depth, parts, last = 0, [], start + 3
        for at in range(start + 3, len(text)):
            if text[at] == "," and depth == 0:
                parts.append(text[last:at])
                last = at + 1
            if text[at] == ")" and depth == 0:
                parts.append(text[last:at])
                break
            depth += {"(": 1, ")": -1}.get(text[at], 0)
        condition, yes, no = parts
        text = f"{text[:start]}(({yes}) if ({condition}) else ({no})){text[at + 1 :]}"
    return eval(text, {"__builtins__": {}})  # noqa: S307 - formulas that we wrote ourselves


def test_every_formula_gives_the_value_beside_it(written):
    """Proves: sums are those of their parts, emissions energy times factor, EFE its own formula."""
    book = Book(written)
    checked = 0
    for sheet, cell, formula in book.cells():
        again = book.again(sheet, formula)
        if again is not None:
            assert book.value(sheet, cell) == pytest.approx(again, rel=1e-9, abs=1e-9), f"{sheet} {cell}"
            checked += 1
    assert checked > 100


def rows_of(sheet):
    """First column to its values; of A and C the last one wins."""
    return {row[0]: row for row in sheet.iter_rows(values_only=True) if row[0]}


def test_the_total_of_the_sheet_is_that_of_the_inventory(tmp_path):
    found = compared()
    path = leb.write_secap_xlsx(tmp_path / "p.xlsx", found, lang="en")
    book = openpyxl.load_workbook(path, data_only=True)
    assert book.sheetnames == ["BEI 2019", "MEI 2025", "Comparison", "Factors"]
    for name, one in (("BEI 2019", found.base), ("MEI 2025", found.monitoring)):
        rows = rows_of(book[name])
        assert rows["Total"][16] == pytest.approx(one.total_tco2)
        assert rows["Public lighting"][1] == pytest.approx(one.matrix("tco2").loc["public_lighting"].sum())
        assert rows["Local electricity factor, EFE (tCO2/MWh)"][1] == pytest.approx(one.electricity_factor)
        assert rows["Local heat factor, EFH (tCO2/MWh)"][1] == pytest.approx(one.heat_factor)
    change = rows_of(book["Comparison"])["Total"]
    assert change[3] == pytest.approx(found.change_tco2)
    assert change[4] == pytest.approx(-found.reduction_share)
    assert change[5] + change[6] == pytest.approx(found.change_tco2)


def test_actions_add_up_and_stand_against_the_baseline(tmp_path):
    path = leb.write_secap_xlsx(tmp_path / "p.xlsx", compared(), actions=ACTIONS)
    sheet = openpyxl.load_workbook(path, data_only=True)["Azioni"]
    rows = rows_of(sheet)
    head = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Azione")
    assert head == ("Azione", "Settore", "Inizio", "Costo (EUR)", "Riduzione (tCO2/anno)")
    assert rows["Totale"][3:] == (1e6, 15_504)
    assert rows["Riduzione sull’inventario di base (%)"][4] == pytest.approx(
        15_504 / compared().base.total_tco2
    )
    assert rows["LED"][1] == "Illuminazione pubblica"


def test_what_people_write_is_never_run(tmp_path):
    path = leb.write_secap_xlsx(tmp_path / "p.xlsx", roofs(), actions=ACTIONS)
    cells = [
        c for row in openpyxl.load_workbook(path)["Azioni"].iter_rows() for c in row if c.value == "=1+1"
    ]
    assert [cell.data_type for cell in cells] == ["s"]


def test_every_factor_has_its_source(tmp_path):
    path = leb.write_secap_xlsx(tmp_path / "p.xlsx", roofs(), lang="en")
    sheet = openpyxl.load_workbook(path)["Factors"]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    assert all(row[4] for row in rows)
    gas = {row[2]: row[3] for row in rows if row[1] == "Natural gas"}
    assert gas == {"Residential buildings": 0.237, "Private and commercial transport": 0.3}


def test_the_same_inventory_gives_the_same_file(tmp_path):
    first = leb.write_secap_xlsx(tmp_path / "a.xlsx", roofs()).read_bytes()
    assert leb.write_secap_xlsx(tmp_path / "b.xlsx", roofs()).read_bytes() == first


def test_actions_with_faults_and_an_unknown_language_leave_no_file(tmp_path):
    bad = ACTIONS.assign(covenant_sector=["public_lightning", "residential"])
    with pytest.raises(leb.InputError, match="Did you mean 'public_lighting'"):
        leb.write_secap_xlsx(tmp_path / "p.xlsx", roofs(), actions=bad)
    with pytest.raises(leb.InputError, match="unknown language 'fr'; known are it, en"):
        leb.write_secap_xlsx(tmp_path / "p.xlsx", roofs(), lang="fr")
    assert not list(tmp_path.iterdir())


def test_every_word_exists_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in TEXTS.values())


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_computes_the_same_values(tmp_path):
    """Opened by a spreadsheet that must compute: the values beside the formulas are taken away first."""
    path = leb.write_secap_xlsx(tmp_path / "p.xlsx", compared(), actions=ACTIONS)
    bare = tmp_path / "bare.xlsx"
    openpyxl.load_workbook(path).save(bare)
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(bare)], check=True, capture_output=True, timeout=180
    )
    told, computed = Book(path), openpyxl.load_workbook(tmp_path / "out" / "bare.xlsx", data_only=True)
    cells = [(sheet, cell) for sheet, cell, _ in told.cells()]
    assert len(cells) > 300
    for sheet, cell in cells:
        value = computed[sheet][cell].value
        assert told.value(sheet, cell) == pytest.approx(0.0 if value in (None, "") else value, rel=1e-9)
