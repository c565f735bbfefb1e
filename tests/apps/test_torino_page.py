"""The page of Torino without a browser: its address, and what is told of wrong words."""

import pytest

from leb_kit import examples
from leb_kit.apps.torino_page import TorinoPage


@pytest.fixture
def page():
    return TorinoPage(examples.torino())


def test_the_address_gives_back_what_was_seen(page):
    words = {"terr": "001272", "anno": "2019", "unita": "ktep", "apri": "cogeneration", "lingua": "en"}
    page.ask(words)
    assert (page.scheme.unit, page.scheme.lang, page.bar.notices) == ("ktep", "en", [])
    assert page.scheme.selected == {"type": "node", "id": "cogeneration"}
    assert page.bar.words | {"lingua": page.bar.lang} == words
    page.scheme.unit, page.scheme.selected = "TJ", {}
    assert page.bar.words == {"terr": "001272", "anno": "2019", "unita": "TJ", "apri": ""}


def test_each_wrong_word_is_told_and_ignored(page):
    """Proves: nothing is ignored in silence. Without it a link to another place shows Torino as if asked."""
    page.ask({"terr": "IT", "anno": "2018", "unita": "kcal", "apri": "x", "lingua": "fr", "misure": "wind:1"})
    assert [set(one) for one in page.bar.notices] == [{"it", "en"}] * 6
    for word, told in zip(("IT", "2018", "kcal", "fr", "misure", "x"), page.bar.notices, strict=True):
        assert f"«{word}»" in told["it"]
    assert (page.header.lang, page.scheme.unit, page.scheme.selected) == ("it", "GWh", {})
    assert page.bar.words["misure"] == ""
