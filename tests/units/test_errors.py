"""Errors tell every fault on its own line, with a place and a near match."""

import pytest

from leb_kit.errors import CalibrationError, InputError, LebError, did_you_mean


def test_every_fault_has_its_line():
    error = InputError("my.csv", ["line 2: blank", "line 7: year 20x9"])
    assert str(error) == "my.csv: 2 faults\n  - line 2: blank\n  - line 7: year 20x9"
    assert error.title == "my.csv"
    assert error.faults == ("line 2: blank", "line 7: year 20x9")


def test_one_fault_is_singular_and_none_is_the_title_alone():
    assert str(InputError("my.csv", ["line 2: blank"])) == "my.csv: 1 fault\n  - line 2: blank"
    assert str(InputError("the file is empty")) == "the file is empty"


def test_a_long_list_is_cut_in_the_message_only():
    """Proves: nothing is lost. Without it the 41st fault would show only after 40 repairs."""
    error = InputError("my.csv", [f"line {n}: blank" for n in range(100)])
    lines = str(error).splitlines()
    assert len(lines) == 1 + InputError.SHOWN + 1
    assert lines[-1] == f"  … and {100 - InputError.SHOWN} more (all in .faults)"
    assert len(error.faults) == 100


@pytest.mark.parametrize("kind", [InputError, CalibrationError])
def test_all_errors_can_be_caught_as_one(kind):
    with pytest.raises(LebError):
        raise kind("something")


@pytest.mark.parametrize(
    ("word", "choices", "said"),
    [
        ("G300", ["G3000", "E7000"], " Did you mean 'G3000'?"),
        ("g3000", ["G3000", "E7000"], " Did you mean 'G3000'?"),  # case is no difference
        ("FC_OTH_HH", ["FC_OTH_HH_E", "FC_OTH_CP_E"], " Did you mean 'FC_OTH_HH_E'?"),
        ("zzz", ["G3000", "E7000"], ""),
        ("G3000", [], ""),
        (2109, [2019, 1990], " Did you mean '2019'?"),  # numbers, too
    ],
)
def test_the_nearest_known_word_is_named(word, choices, said):
    assert did_you_mean(word, choices) == said
