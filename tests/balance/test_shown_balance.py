"""What a notebook shows of a balance, read back."""

import pandas as pd

from leb_kit import Balance, check
from leb_kit.errors import speaking
from leb_kit.examples import torino


def test_a_balance_is_shown_in_words_with_its_sources():
    """Proves: names stand beside codes, in the chosen language. Without it a newcomer sees codes only."""
    with speaking("it"):
        page = torino()._repr_html_()
    assert "Residenziale (FC_OTH_HH_E)" in page
    assert "Gas naturale (G3000)" in page
    assert "1.424,2" in page
    assert "… e altre 43 righe in .table" in page
    assert page.count("Climate City Contract") == 1
    with speaking("en"):
        assert "Natural gas (G3000)" in torino()._repr_html_()


def test_territory_and_year_are_columns_only_where_they_differ():
    first = torino().table.head(2)
    shown = Balance.from_mwh(pd.concat([first, first.assign(year=2020)], ignore_index=True))
    with speaking("en"):
        assert ">year<" not in torino()._repr_html_()
        assert ">year<" in shown._repr_html_()
        assert ">territory<" not in shown._repr_html_()


def test_a_hostile_source_is_text():
    """Proves: what stands in a file of somebody never becomes part of the page."""
    table = torino().table.head(1).assign(source="<script>")
    assert "<script>" not in Balance.from_mwh(table)._repr_html_()


def test_a_balance_that_closes_says_so_and_one_that_does_not_says_what_to_do():
    """Proves: an empty table is a sentence, a gap has unit and repair. Without it a person reads headers."""
    with speaking("it"):
        assert "tutte le identità sono verificate" in check(torino())._repr_html_()
        rows = torino().table
        imports = (rows["flow"] == "IMP") & (rows["product"] == "G3000")
        broken = Balance.from_mwh(rows.assign(energy_mwh=rows["energy_mwh"].mask(imports, 0.0)))
        page = check(broken)._repr_html_()
    assert "scarto, GWh" in page
    assert ">6.652,6<" in page
    assert "Errore" in page
    assert "STATDIFF" in page
