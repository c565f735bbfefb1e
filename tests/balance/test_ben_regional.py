"""The regional balance: Friuli Venezia Giulia 2021 closes; a wrong number is found."""

import pandas as pd
import pytest

from leb_kit import InputError
from leb_kit.balance.ben_regional import read_ber


@pytest.fixture
def printed(root):
    return pd.read_csv(root / "tests" / "data" / "ber_friuli_venezia_giulia_2021_ktep.csv")


def test_friuli_venezia_giulia_2021(printed):
    """3,607 + 565 − 215 = 3,957; 1,313 − 842 = 471; 3,957 − 471 − 88 − 49 − 3 = 3,346."""
    found = read_ber(printed, name="FVG 2021")
    totals = found.totals
    assert totals["import"] == pytest.approx(3607)
    assert totals["internal"] == pytest.approx(565)
    assert totals["gross_consumption"] == pytest.approx(3957)
    assert totals["final"] == pytest.approx(3346)
    assert found.ok
    assert found.checks["gap_ktep"].abs().max() < 1e-9
    assert len(found.checks) == 3
    found.require()
    assert repr(found) == "RegionalBalance(FVG 2021: 54 rows, closes)"
    assert "<table" in found._repr_html_()


def test_final_energy_by_vector_and_sector(printed):
    wide = read_ber(printed).pivot()
    assert wide.loc["electricity"].to_list() == pytest.approx([12, 282, 539, 42])
    assert wide.sum().to_list() == pytest.approx([76, 1287, 1334, 649])


@pytest.mark.parametrize(
    ("line", "change", "identity"),
    [
        (("import", "gas"), 20, "gross_consumption"),
        (("internal", "hydro"), -9, "gross_consumption"),
        (("final", "oil"), 15, "final"),
    ],
)
def test_a_wrong_number_is_found(printed, line, change, identity):
    at = printed[(printed["row"] == line[0]) & (printed["vector"] == line[1])].index[0]
    printed.loc[at, "value"] += change
    found = read_ber(printed)
    assert not found.ok
    assert found.checks.loc[~found.checks["ok"], "check"].str.startswith(identity).all()
    with pytest.raises(InputError, match="rounding explains"):
        found.require()


def test_rounding_is_no_fault_and_exact_numbers_have_none(printed):
    at = printed[printed["row"] == "gross_consumption"].index[0]
    printed.loc[at, "value"] += 1
    assert read_ber(printed).ok
    assert not read_ber(printed, rounding=0).ok


def test_a_total_that_is_also_split_must_be_its_parts(printed):
    total = pd.DataFrame({"row": ["final"], "value": [3400]})
    found = read_ber(pd.concat([printed, total]))
    formula = (
        "final = gross_consumption − transformation_losses − own_use_and_losses − non_energy"
        " − international_aviation"
    )
    assert list(found.checks.loc[~found.checks["ok"], "check"]) == [
        "final = its parts",
        formula,
    ]


def test_italian_columns_labels_and_other_units(printed):
    names = {"row": "riga", "sector": "settore", "vector": "vettore", "value": "valore"}
    italian = printed.replace({"row": {"final": "Consumi finali", "import": "importazione"}}).rename(
        columns=names
    )
    assert read_ber(italian).totals.to_list() == pytest.approx(read_ber(printed).totals.to_list())
    in_gwh = printed.assign(value=printed["value"] * 11.63)
    assert read_ber(in_gwh, unit="GWh", rounding=11.63).totals["final"] == pytest.approx(3346)


def test_wrong_tables_are_told(printed):
    with pytest.raises(InputError, match="column 'value' is missing"):
        read_ber(printed.drop(columns="value"))
    bad = pd.concat([printed[printed["row"] != "import"], printed.tail(1)], ignore_index=True).astype(object)
    bad.loc[0, "row"], bad.loc[1, "value"] = "exprt", "1.313,5"
    with pytest.raises(InputError) as caught:
        read_ber(bad)
    text = str(caught.value)
    assert "line 2: unknown row 'exprt'" in text
    assert "Did you mean 'export'?" in text
    assert "line 3: value '1.313,5' is not a number" in text
    assert "the same row, sector and vector as before" in text
    assert "row 'import' (Import) is missing" in text
    with pytest.raises(InputError, match="rounding is -1"):
        read_ber(printed, rounding=-1)
    with pytest.raises(InputError, match="no parts of row 'finale'"):
        read_ber(printed).pivot("finale")
