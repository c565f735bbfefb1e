"""What ``leb doctor`` says of the example: words, no representation of Python."""

import pandas as pd
import pytest

import leb_kit as leb
from leb_kit.apps import cli_doctor
from leb_kit.apps.cli_texts import TEXTS


@pytest.mark.parametrize(
    ("lang", "word"), [(0, "celle, il bilancio torna"), (1, "cells, the balance closes")]
)
def test_the_example_is_told_in_words(lang, word):
    found, ok = cli_doctor._example({key: pair[lang] for key, pair in TEXTS.items()})
    assert ok
    assert found.startswith(f"{len(leb.examples.torino().table)} {word}; ")
    assert "CheckReport" not in found


def test_an_example_that_does_not_close_is_told_with_its_errors(monkeypatch):
    """Proves: an error is counted. Without it a broken table would be called fine."""
    report = leb.check(leb.examples.torino())
    row = {column: "error" if column == "severity" else None for column in report.table}
    broken = type(report)(pd.DataFrame([row, row]))
    monkeypatch.setattr(cli_doctor, "check", lambda _: broken)
    text = {key: english for key, (_, english) in TEXTS.items()}
    assert cli_doctor._example(text) == ("The balance does not close; errors: 2.", False)
