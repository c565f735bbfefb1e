"""Files that go out: only those that are offered, whoever asks."""

import pytest

from leb_kit.errors import InputError
from leb_kit.widgets import Downloads


@pytest.fixture
def asked():
    """Downloads whose answers are kept, and what was made."""
    made: list[str] = []

    def make(kind: str) -> tuple[str, bytes] | None:
        made.append(kind)
        return (f"a.{kind}", b"content") if kind != "pdf" else None

    shown, answers = Downloads(make, kinds=("pdf", "xlsx")), []
    shown.send = lambda content, buffers=None: answers.append((content, buffers))
    return shown, made, answers


def test_a_file_that_is_offered_comes_with_its_name(asked):
    shown, made, answers = asked
    shown._asked(shown, {"do": "xlsx"}, [])
    assert made == ["xlsx"]
    assert answers == [({"name": "a.xlsx"}, [b"content"])]


def test_one_that_could_not_be_made_has_no_name(asked):
    shown, _, answers = asked
    shown._asked(shown, {"do": "pdf"}, [])
    assert answers == [({"name": ""}, None)]


@pytest.mark.parametrize("content", [{"do": "png"}, {"do": ["xlsx"]}, {}, "xlsx", None])
def test_whatever_else_is_sent_makes_nothing(asked, content):
    shown, made, answers = asked
    shown._asked(shown, content, [])
    assert (made, answers) == ([], [])


def test_an_unknown_kind_is_refused():
    with pytest.raises(InputError, match="docx"):
        Downloads(lambda _: None, kinds=("docx",))
