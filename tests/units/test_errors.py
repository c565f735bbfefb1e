"""Errors tell every fault on its own line, with a place and a near match."""

import ast
import string
import threading
from pathlib import Path

import pytest

from leb_kit import errors
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


# ── languages ────────────────────────────────────────────────────────────────────────────────────────────


def sentences():
    """Every sentence that the package says, with its file."""
    for path in sorted(Path(errors.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                found = node.args[0] if node.args else None
                if isinstance(found, ast.Constant) and " " in found.value.strip():
                    yield found.value.strip(" "), path.name


def places(sentence):
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def test_every_sentence_has_its_italian():
    """Proves: no door falls back to English in the middle of an Italian message."""
    known = errors._italian()
    assert [found for found in sentences() if found[0] not in known] == []


#: Whose sentences a planner meets without a door between: none may be English only.
SAID = ("optimise", "reference/schema.py")
#: Texts with blanks that are no sentence: titles of results, and what only another module reads.
NOT_SAID = ("expansion.py", "components.py")


def raised(tree):
    """Texts with blanks inside of ``raise``, or in what is raised later: ``message``, ``faults``."""
    later = {"message", "faults"}
    for node in ast.walk(tree):
        value = node if isinstance(node, ast.Raise) else None
        if isinstance(node, ast.Assign) and {getattr(name, "id", "") for name in node.targets} & later:
            value = node.value
        if isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") in later:
            value = node.value
        if isinstance(node, ast.Call) and getattr(getattr(node.func, "value", None), "id", "") == "faults":
            value = node
        if value is not None:
            yield from unsaid(value)


def unsaid(node):
    """Texts with blanks that are not handed to ``say``."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "AttributeError"}:
        return
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if " " in text.strip():
            yield text
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
        yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from unsaid(child)


def test_every_error_of_the_optimiser_is_said():
    """Proves: no error of the optimiser is English only. Without it Italians read half a message."""
    package = Path(errors.__file__).parent
    files = [
        path
        for part in SAID
        for path in ([package / part] if part.endswith(".py") else (package / part).rglob("*.py"))
    ]
    texts = [
        f"{path.name}: {text}"
        for path in sorted(files)
        if path.name not in NOT_SAID
        for text in raised(ast.parse(path.read_text(encoding="utf-8")))
        if "has no attribute" not in text
    ]
    assert texts == []


def test_an_italian_sentence_has_the_places_of_the_english_one():
    for english, italian in errors._italian().items():
        assert places(english) == places(italian), english


def test_the_language_is_chosen_and_given_back():
    fault = InputError("x.csv", ["a", "b"])
    assert str(fault).startswith("x.csv: 2 faults")
    with errors.speaking("it"):
        assert str(InputError("x.csv", ["a", "b"])).startswith("x.csv: 2 errori")
        assert did_you_mean("G300", ["G3000"]) == " Intendevi 'G3000'?"
        assert errors.say("no such sentence {one}", one=1) == "no such sentence 1"
    assert str(InputError("x.csv", ["a"])).startswith("x.csv: 1 fault")
    errors.set_language("it")
    try:
        assert str(InputError("x.csv", ["a"])).startswith("x.csv: 1 errore")
    finally:
        errors.set_language("en")


def test_what_is_told_in_one_thread_changes_no_other():
    """Proves: a search in a thread speaks its own language. Without it pages would switch while it works."""
    begun, told = threading.Event(), threading.Event()
    found = []

    def beside() -> None:
        with errors.speaking("it"):
            begun.set()
            told.wait(10)
            found.append(str(InputError("x.csv", ["a"])))

    other = threading.Thread(target=beside)
    with errors.speaking("en"):
        other.start()
        begun.wait(10)
        found.append(str(InputError("x.csv", ["a"])))
    told.set()
    other.join()
    assert [text.splitlines()[0] for text in found] == ["x.csv: 1 fault", "x.csv: 1 errore"]


def test_a_language_that_is_none():
    with pytest.raises(InputError, match=r"unknown language 'fr'; known are it, en"):
        errors.set_language("fr")


def test_options_are_named_as_they_are_typed():
    assert errors.option("unit", "GWh") == "unit='GWh'"
    with errors.speaking("en", options={"unit": "--file-unit"}):
        assert errors.option("unit", "GWh") == "--file-unit GWh"
        assert errors.option("sigma", 1) == "sigma=1"
