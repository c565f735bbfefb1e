"""How the stand-in reads a query: as strictly as Olingo 2.0.0, so that a careless client fails here too.

The whole query is decoded before it is split, only percent signs decode, a plus stays a plus.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import unquote

from leb_kit.metering.sdp.standin.store import Row

Reader = Callable[[Row], Any]
Test = Callable[[Row], bool]

KNOWN = frozenset({"$filter", "$orderby", "$top", "$skip", "$format", "$select", "$inlinecount"})
NOT_BUILT = frozenset({"$expand", "$skiptoken", "$apply", "$search"})
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
#: Fields that the store does not map: asking for them finds nothing and says nothing.
UNMAPPED = frozenset({"sensor", "streamCode"})
_TOKEN = re.compile(
    r"(?P<space> +)|(?P<moment>datetimeoffset'[^']*')|(?P<wrong_moment>datetime'[^']*')"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE]-?\d+)?[dDfFmMlL]?)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[(),])"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|[+-]\d\d:\d\d)")


class ODataError(Exception):
    """An answer that is an error: status and text."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self.text = text
        super().__init__(text)


@dataclass(frozen=True)
class Filter:
    """A condition on rows; ``floor`` is an id below which nothing matches, ``whole`` if it says all."""

    test: Test
    floor: str = ""
    whole: bool = False


def options(raw: str) -> dict[str, str]:
    """Split a query into its options.

    Raises
    ------
    ODataError
        Option unknown, not built, or given twice.

    Examples
    --------
    >>> options("$top=5&$format=json")
    {'$top': '5', '$format': 'json'}
    """
    found: dict[str, str] = {}
    for part in unquote(raw).split("&") if raw else []:
        name, _, content = part.partition("=")
        if name in NOT_BUILT:
            raise ODataError(501, "Not implemented")
        if name.startswith("$") and name not in KNOWN:
            raise ODataError(400, f"Invalid system query option '{name}'.")
        if name in found:
            raise ODataError(400, f"Duplicate system query option '{name}'.")
        found[name] = content
    return found


def whole_number(given: dict[str, str], name: str) -> int | None:
    """Return an option that must be a whole number, not negative; ``None`` where it is absent."""
    if name not in given:
        return None
    if not given[name].isdigit():
        raise ODataError(400, f"Invalid value '{given[name]}' for '{name}'.")
    return int(given[name])


def order(text: str, types: dict[str, str]) -> list[tuple[str, bool]]:
    """Read an order: names, and whether each falls.

    Examples
    --------
    >>> order("time desc,internalId", {"time": "Edm.DateTimeOffset", "internalId": "Edm.String"})
    [('time', True), ('internalId', False)]
    """
    found = []
    for part in text.split(",") if text else []:
        name, _, direction = part.strip(" ").partition(" ")
        if name not in types or direction not in {"", "asc", "desc"}:
            raise ODataError(400, f"Invalid order expression: '{part}'.")
        found.append((name, direction == "desc"))
    return found


def condition(text: str, types: dict[str, str], read: Callable[[str], Reader]) -> Filter:
    """Read a filter; ``types`` are the properties, ``read`` gives their values from a row."""
    return _Parser(text, types, read).whole()


class _Parser:
    """Recursive descent over ``or``, ``and``, comparisons, functions and brackets."""

    def __init__(self, text: str, types: dict[str, str], read: Callable[[str], Reader]) -> None:
        self.text, self.types, self.read = text, types, read
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text):
            hit = _TOKEN.match(text, place)
            if hit is None:
                self._fail(text[place])
            if hit.lastgroup != "space":
                self.tokens.append((str(hit.lastgroup), hit.group()))
            place = hit.end()
        self.next = 0

    def _fail(self, found: str) -> NoReturn:
        raise ODataError(400, f"Invalid filter expression near '{found}' in '{self.text}'.")

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.next] if self.next < len(self.tokens) else ("end", "")

    def _take(self, expected: str = "") -> tuple[str, str]:
        found = self._peek()
        if expected and found[1] != expected:
            self._fail(found[1])
        self.next += 1
        return found

    def whole(self) -> Filter:
        found = self._or()
        if self._peek()[0] != "end":
            self._fail(self._peek()[1])
        return found

    def _or(self) -> Filter:
        left = self._and()
        while self._peek()[1] == "or":
            self._take()
            first, second = left.test, self._and().test
            left = Filter(lambda row, a=first, b=second: a(row) or b(row))  # type: ignore[misc]
        return left

    def _and(self) -> Filter:
        left = self._one()
        while self._peek()[1] == "and":
            self._take()
            right = self._one()
            first, second = left.test, right.test
            left = Filter(
                lambda row, a=first, b=second: a(row) and b(row),  # type: ignore[misc]
                max(left.floor, right.floor),
            )
        return left

    def _one(self) -> Filter:
        if self._peek()[1] == "(":
            self._take()
            inside = self._or()
            self._take(")")
            return inside
        kind, name = self._peek()
        if kind == "name" and name == "not":
            raise ODataError(501, "Not implemented")
        if name in {"startswith", "endswith", "substringof"}:
            return Filter(self._function())
        return self._comparison()

    def _function(self) -> Test:
        _, name = self._take()
        self._take("(")
        first = self._operand()
        self._take(",")
        second = self._operand()
        self._take(")")
        if self._peek()[1] in {"eq", "ne"}:  # substringof(…) eq true
            self._take()
            self._take("true")
        if {first[0], second[0]} != {"Edm.String"}:
            self._fail(name)
        a, b = first[1], second[1]
        tests: dict[str, Test] = {
            "startswith": lambda row: str(a(row) or "").startswith(b(row)),
            "endswith": lambda row: str(a(row) or "").endswith(b(row)),
            "substringof": lambda row: a(row) in str(b(row) or ""),
        }
        return tests[name]

    def _comparison(self) -> Filter:
        left_type, left, left_name = self._operand()
        _, word = self._take()
        if word not in COMPARISONS:
            self._fail(word)
        right_type, right, _ = self._operand()
        if left_name in UNMAPPED or "wrong" in {left_type, right_type}:
            return Filter(lambda _row: False)
        if _family(left_type) != _family(right_type):
            self._fail(word)
        compare = COMPARISONS[word]

        def test(row: Row) -> bool:
            a, b = left(row), right(row)
            return a is not None and b is not None and compare(a, b)

        if left_name == "internalId" and word == "gt":
            fixed = right(_NO_ROW)
            return Filter(test, str(fixed), whole=True)
        return Filter(test)

    def _operand(self) -> tuple[str, Reader, str]:
        kind, text = self._take()
        if kind == "name" and text in {"true", "false"}:
            return "Edm.Boolean", lambda _row: text == "true", ""
        if kind == "name":
            if text not in self.types:
                self._fail(text)
            return self.types[text], self.read(text), text
        if kind == "moment":
            return "Edm.DateTimeOffset", self._moment(text), ""
        if kind == "wrong_moment":
            return "wrong", lambda _row: None, ""
        if kind == "text":
            plain = text[1:-1].replace("''", "'")
            return "Edm.String", lambda _row: plain, ""
        if kind == "number":
            number = float(text.rstrip("dDfFmMlL"))
            return "Edm.Double", lambda _row: number, ""
        return self._fail(text)

    def _moment(self, text: str) -> Reader:
        inside = text.partition("'")[2][:-1]
        if not _MOMENT.fullmatch(inside):
            self._fail(text)
        try:
            moment = datetime.fromisoformat(inside).astimezone(UTC)
        except ValueError:
            self._fail(text)
        return lambda _row: moment


_NO_ROW = Row("", None, {})


def _family(kind: str) -> str:
    return "number" if kind in {"Edm.Int32", "Edm.Int64", "Edm.Double"} else kind
