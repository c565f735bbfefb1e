"""The table that people type in: numbers, sums that follow, checks, undo, saving, forged messages."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leb_kit as leb
from leb_kit.widgets import BalanceTable
from leb_kit.widgets.table_texts import TABLE
from leb_kit.widgets.typed import typed_number

HOME_GAS = ("FC_OTH_HH_E", "G3000")


def italian(value: float, decimals: int) -> str:
    """A number as Italians write it, without the code under test."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def ask(table, **content):
    table._asked(None, content, None)


@pytest.fixture
def torino():
    return leb.examples.torino()


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 6))
def test_what_each_language_writes_is_read_back(value, decimals):
    shown = round(value, decimals)
    assert typed_number(italian(shown, decimals)) == pytest.approx(shown, abs=1e-9)
    assert typed_number(f"{shown:,.{decimals}f}", "en") == pytest.approx(shown, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("1.234", "it", 1234.0),
        ("1.234", "en", 1.234),
        ("12.5", "it", 12.5),
        ("1,5E+05", "it", 150000.0),
        ("−3,5", "it", -3.5),
        ("1 234,5", "it", 1234.5),
        ("1'234.5", "en", 1234.5),
        ("–", "it", None),
        (" ", "en", None),
    ],
)
def test_numbers_as_they_are_pasted(text, lang, value):
    assert typed_number(text, lang) == value


@pytest.mark.parametrize(
    "text", ["abc", "1.23.4", "1,2,3", "inf", "nan", "=1+1", "<b>1</b>", "9" * 41, "1.2345,0"]
)
def test_what_is_no_number_is_told(text):
    assert "is no number; one such as 1.234,5 is expected" in typed_number(text)


# ── typing ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("example", ["torino", "italy"])
def test_sums_follow_what_is_typed_and_the_check_tells_the_difference(example):
    given_balance = getattr(leb.examples, example)()
    table = BalanceTable(given_balance)
    before = given_balance.pivot(unit="GWh").loc[HOME_GAS]
    table.type_in([(*HOME_GAS, italian(before + 100, 6))])
    fresh = leb.aggregate(leb.Balance.from_mwh(table.balance.leaves)).pivot(unit="GWh")
    old = leb.aggregate(given_balance).pivot(unit="GWh")
    for flow in ("FC_OTH_E", "FC_E"):
        for product in ("G3000", "TOTAL"):
            shown = table.cells[flow][product][0] / 1000
            assert shown == pytest.approx(fresh.loc[flow, product])
            assert shown == pytest.approx(old.loc[flow, product] + 100)
    assert [(fault["flow"], fault["product"]) for fault in table.faults] == [("STATDIFF", "G3000")]
    table.type_in([("STATDIFF", "G3000", "-100")])
    assert table.faults == []


def test_a_wrong_cell_among_many_changes_none_and_each_is_told(torino):
    table = BalanceTable(torino)
    cells = [
        [*HOME_GAS, "5"],
        [*HOME_GAS[:1], "E7000", "x"],
        ["FC_E", "G3000", "3"],
        ["IMP", "G3000", "-4"],
        ["NO", "G3000", "1"],
    ]
    ask(table, do="type", cells=cells)
    assert table.balance is torino
    assert table.notice["refused"] is True
    assert table.notice["said"] == [
        "Nessuna cella è cambiata.",
        "Residenziale, Elettricità: 'x' non è un numero; ne serve uno come 1.234,5",
        "Consumi finali, usi energetici, Gas naturale è una somma: cambia le sue parti",
        "Importazioni, Gas naturale: sotto zero, e questo flusso non può esserlo",
        "non c'è un flusso 'NO'",
    ]


@settings(max_examples=15)
@given(st.data())
def test_undo_gives_back_what_was_and_redo_what_was_made(data):
    table = BalanceTable(leb.examples.torino(), unit="MWh")
    seen = [table.balance.table]
    products = st.sampled_from(["G3000", "E7000", "O4630", "RA410", "H8000"])
    for _ in range(data.draw(st.integers(1, 4))):
        amount = data.draw(st.one_of(st.just(""), st.integers(1, 10**6).map(str)))
        if table.type_in([("FC_OTH_HH_E", data.draw(products), amount)]):
            seen.append(table.balance.table)
    for older in reversed(seen[:-1]):
        ask(table, do="undo")
        pd.testing.assert_frame_equal(table.balance.table, older)
    assert table.steps["undo"] == 0
    for newer in seen[1:]:
        ask(table, do="redo")
        pd.testing.assert_frame_equal(table.balance.table, newer)


def test_a_typed_cell_says_who_made_it_and_keeps_its_place(torino):
    table = BalanceTable(torino, lang="en", unit="TJ")
    table.type_in([(*HOME_GAS, "3.6"), ("FC_OTH_AF_E", "G3000", "7.2")])
    rows = table.balance.table
    assert list(rows["flow"][: len(torino.table)]) == list(torino.table["flow"])
    row = rows[(rows["flow"] == HOME_GAS[0]) & (rows["product"] == HOME_GAS[1])].iloc[0]
    assert (row["energy_mwh"], row["status"], row["source"]) == (1000.0, "E", "typed by hand")
    assert rows.iloc[-1][["flow", "energy_mwh"]].tolist() == ["FC_OTH_AF_E", 2000.0]
    table.type_in([("FC_OTH_AF_E", "G3000", "")])
    assert "FC_OTH_AF_E" not in set(table.balance.table["flow"])


def test_an_added_row_is_there_to_be_typed_in(torino):
    table = BalanceTable(torino)
    assert "FC_OTH_AF_E" in {one["code"] for one in table.more["flows"]}
    ask(table, do="add", flows="FC_OTH_AF_E")
    assert "FC_OTH_AF_E" in {row["code"] for row in table.rows}
    ask(table, do="add", flows="FC_E")
    ask(table, do="add", flows="<img>")
    assert len(table._extra["flows"]) == 1


# ── saving ───────────────────────────────────────────────────────────────────────────────────────────────


def test_two_people_on_one_cell_lose_nothing(torino, tmp_path):
    """Proves that a save on an old version is told who saved, and can be put on theirs."""
    with leb.Repository.create(tmp_path / "leb.db") as repo:
        repo.save(torino, message="first")
        anna = BalanceTable(torino, save=repo, version=1)
        bruno = BalanceTable(torino, save=repo, version=1)
        bruno.type_in([(*HOME_GAS, "1.400"), ("FC_OTH_HH_E", "E7000", "900")])
        ask(bruno, do="save", message="contatori letti")
        assert bruno.notice["said"] == ["Salvata la versione 2."]
        assert (bruno.version, bruno.changes().empty) == (2, True)

        anna.type_in([(*HOME_GAS, "1.500"), ("FC_OTH_HH_E", "RA410", "3")])
        ask(anna, do="save", message="stima nuova")
        assert anna.notice["refused"] is True
        assert "contatori letti" in " ".join(anna.notice["said"])
        assert anna.notice["newest"] == 2
        theirs = {
            (cell["flow"], cell["product"]): (cell["after"], cell["mine"], cell["both"])
            for cell in anna.notice["cells"]
        }
        assert theirs == {
            HOME_GAS: (1400000.0, 1500000.0, True),
            ("FC_OTH_HH_E", "E7000"): (900000.0, None, False),
        }
        assert len(repo.log(territory="001272")) == 2

        ask(anna, do="rebase")
        ask(anna, do="save", message="stima nuova, sui contatori")
        kept = repo.load(territory="001272", year=2019).pivot(unit="GWh").loc["FC_OTH_HH_E"]
        assert kept[["G3000", "E7000", "RA410"]].tolist() == [1500.0, 900.0, 3.0]
        assert anna.version == 3


@pytest.mark.parametrize("lang", ["it", "en"])
def test_nothing_is_saved_without_a_change_or_a_reason(torino, lang):
    kept = []
    table = BalanceTable(torino, save=lambda balance, message: kept.append((balance, message)), lang=lang)
    ask(table, do="save", message="why not")
    table.type_in([(*HOME_GAS, "7")])
    ask(table, do="save", message="   ")
    assert kept == []
    assert table.notice["said"] == [TABLE[lang]["save_off_message"]]
    ask(table, do="save", message="a reason")
    assert [message for _, message in kept] == ["a reason"]
    assert table.changes().empty


# ── what a visitor may forge ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"do": "drop"},
        {"do": "type"},
        {"do": "type", "cells": "FC_E"},
        {"do": "type", "cells": [["FC_OTH_HH_E", "G3000", 7]]},
        {"do": "type", "cells": [["FC_OTH_HH_E", "G3000"]]},
        {"do": "type", "cells": [["FC_OTH_HH_E", "G3000", "1e400"]]},
        {"do": "type", "cells": [["FC_OTH_HH_E", "G3000", "1"]] * 20_001},
        {"do": "save", "message": 7},
        {"do": "rebase"},
        {"do": "add", "flows": ["PPRD"]},
        {"do": "undo"},
    ],
)
def test_a_forged_message_changes_nothing(torino, content):
    table = BalanceTable(torino)
    table._asked(None, content, None)
    assert table.balance is torino


def test_a_fault_of_ours_is_told_by_reference_and_the_table_stays(torino, caplog):
    """Proves: a save that breaks is told. Without it the page would say “saving” and no more."""

    def broken(*_):
        raise OSError("no space left on secret/path")

    table = BalanceTable(torino, save=broken)
    table.type_in([(*HOME_GAS, "1.500")])
    ask(table, do="save", message="contatori letti")
    (said,) = table.notice["said"]
    assert table.notice["refused"] is True
    assert said.startswith("Qualcosa non ha funzionato")
    assert said.removesuffix(".").split()[-1] in caplog.text
    assert "secret/path" in caplog.text
    assert len(table.changes()) == 1


def test_a_table_to_look_at_cannot_be_typed_in(torino):
    kept = []
    table = BalanceTable(torino, save=lambda *given: kept.append(given), editable=False)
    ask(table, do="type", cells=[[*HOME_GAS, "7"]])
    ask(table, do="save", message="forged")
    assert (table.balance is torino, kept, table.may_save) == (True, [], False)


def test_faults_of_the_call_are_told_at_once(torino):
    with pytest.raises(leb.InputError) as told:
        BalanceTable(torino, unit="BTU", lang="fr")
    assert len(told.value.faults) == 2
    for none in (None, torino.table):
        with pytest.raises(leb.InputError, match="Balance"):
            BalanceTable(none)
    with pytest.raises(leb.InputError, match="one territory and one year"):
        BalanceTable(leb.Balance.from_mwh(pd.concat([torino.table, leb.examples.italy().table])))


def test_the_words_of_both_languages_are_the_same():
    assert TABLE["it"].keys() == TABLE["en"].keys()
