"""The wide sheet of Eurostat: what it says itself against what the caller says of it."""

import pytest

from leb_kit import read_eurostat
from leb_kit.errors import InputError


def wide(folder, row, head="nrg_bal,label_en,TOTAL,G3000,E7000", name="sheet.csv"):
    path = folder / name
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    return path


def faults(path, **options):
    with pytest.raises(InputError) as caught:
        read_eurostat(path, **options)
    return list(caught.value.faults)


def test_a_wide_sheet_is_not_labelled_against_what_it_says(tmp_path):
    """Proves: Italy is not read as France. Without it a wrong option gives a wrong country, silently."""
    path = wide(tmp_path, "PPRD,Production,1,1,0", name="eurostat_nrg_bal_c_IT_2019.csv")
    assert faults(path, geo="FR", year=2018) == [
        "the name of the file says IT, but geo='FR' is given; correct one of them",
        "the name of the file says 2019, but year=2018 is given; correct one of them",
    ]
    assert faults(path) == [
        "a wide sheet does not say its territory: give one, such as geo='IT'",
        "a wide sheet does not say its year: give one, such as year=2019",
    ]
    assert len(read_eurostat(path, geo="it", year=2019).table) == 2
    head = "nrg_bal,geo,TIME_PERIOD,unit,TOTAL,G3000"
    own = wide(tmp_path, "PPRD,IT,2019,GWh,1,1", head=head)
    assert read_eurostat(own, geo="IT", year=2019).table["energy_mwh"].tolist() == [1000, 1000]
    assert faults(own, geo="AT", year=2019, unit="TJ") == [
        "the column 'geo' says IT, but geo='AT' is given; correct one of them",
        "the column 'unit' says GWh, but unit='TJ' is given; correct one of them",
    ]
    assert faults(wide(tmp_path, "PPRD,a,1,1,0"), geo="Italia", year=2019) == [
        "geo 'Italia' is a name; write its code 'IT'"
    ]
