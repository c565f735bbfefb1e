"""Sources in Italian: every clause that our own data and methods write, with the same numbers."""

import re

import pytest

import leb_kit as leb
from leb_kit.apps import territory_data
from leb_kit.reference import catalog
from leb_kit.reference.sourcing import JOINT, PLACE, other_words, source_text

#: Names of documents, laws and addresses: the same in both languages.
NAMES = re.compile(r"https?://.*|Eurostat nrg_bal_c, .*\.csv\.gz|D\.Lgs\. .*")
FIGURES = ("final_energy", "primary_energy", "renewable_share", "emissions", "self_sufficiency")


def shown():
    """Balances of our pages."""
    yield from (leb.examples.torino(), leb.examples.italy(), leb.examples.usseglio())
    yield territory_data.province()
    yield territory_data.balance_of("001120", 2007)


def sources():
    """Every source that a page, a trace or a report of them tells, and those of targets."""
    yield from territory_data.gas_links()[1]["source"]
    yield from catalog.table("targets")["source"]
    for balance in shown():
        yield from balance.table["source"]
        for name in FIGURES:
            yield from leb.trace(balance, name).sources


def digits(text):
    return sorted(re.findall(r"\d+", text.replace("6th", "6°").replace("6°", "6 ")))


def test_every_clause_that_is_shown_has_its_italian():
    """Proves: an Italian page tells sources in Italian, with the same numbers. Without it all is English."""
    told = dict.fromkeys(sources())
    clauses = {clause for text in told for clause in text.split(JOINT)} - {""}
    assert len(clauses) > 100
    same = {one for one in clauses if source_text(one, "it") == one and not NAMES.fullmatch(one)}
    assert same == set()
    for one in clauses:
        assert digits(source_text(one, "it")) == digits(one), one


def test_places_and_numbers_are_those_of_the_english():
    rows = catalog.table("source_words")
    for english, italian in zip(rows["words_en"], rows["words_it"], strict=True):
        assert english.count(PLACE) == italian.count(PLACE), english
        assert english != italian


@pytest.mark.parametrize(
    ("given", "italian"),
    [
        ("made where it is used (±5.2%)", "prodotto dove si usa (±5,2%)"),
        ("001 × population 37,194 / 2,247,780 = 1.65e-02 (ISTAT, census 2011)",
         "001 × popolazione 37.194 / 2.247.780 = 1,65e-02 (ISTAT, censimento 2011)"),
        ("IPCC 2006 Guidelines, Vol. 2, table 1.4: 94.6 kg/GJ × 0.0036 (from memory, to be verified)",
         "Linee guida IPCC 2006, vol. 2, tabella 1.4: 94,6 kg/GJ × 0,0036 (a memoria, da verificare)"),
        ("meter 1.5; from plants outside the city", "meter 1.5; da impianti fuori dalla città"),
        ("{0} <b>; efficiency {x}", "{0} <b>; rendimento {x}"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_known_is_told_and_the_rest_stays(given, italian):
    assert source_text(given, "it") == italian
    assert source_text(given, "en") == given


def test_what_is_the_same_is_not_sent_twice():
    assert other_words(["letture", "made where it is used"]) == ["", "prodotto dove si usa"]
