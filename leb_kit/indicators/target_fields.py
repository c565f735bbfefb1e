"""Fields of a target file, read from its nodes: every fault is kept with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators.shares import exclusions
from leb_kit.indicators.target_sets import ABSOLUTE, AT_LEAST, AT_MOST, RELATIVE, UNITS, own_value, units_of
from leb_kit.reference import catalog

TARGET_KEYS: Final = (
    "target", "indicator", "convention", "sense", "base", "base_year", "base_value", "base_unit", "value",
    "unit", "target_year", "milestones", "scope", "exclusions", "vintage", "label_it", "label_en", "source",
)  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1900, 2200
_NUMBER: Final = re.compile(r"^([-+−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*([^\d\s.,].*)?$")
_ITALIAN: Final = re.compile(r"^([-+−]?[\d.]*\d,\d+)")
Nodes = Mapping[str, yaml.Node]


class Reader:
    """Turns nodes into text, numbers and years; what does not fit is added to ``faults``."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, str]] = []

    def sorted_faults(self) -> list[str]:
        """Return the faults in the order of the file."""
        faults = sorted(dict.fromkeys(self.faults))
        return [say("line {line}: {text}", line=line, text=text) for line, text in faults]

    def fault(self, node: yaml.Node, text: str) -> None:
        """Keep a fault with its line."""
        self.faults.append((node.start_mark.line + 1, text))

    # ── shapes ───────────────────────────────────────────────────────────────────────────────────────────

    def mapping(self, node: yaml.Node, known: Sequence[str], what: str) -> dict[str, yaml.Node]:
        """Return the values of a mapping by key; unknown and doubled keys are faults."""
        out: dict[str, yaml.Node] = {"": node}
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, say("{what} is no list of fields; 'key: value' lines are expected", what=what))
            return out
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                told = ", ".join(known)
                given = {"name": name, "what": what, "known": told, "hint": did_you_mean(name, known)}
                self.fault(key, say("unknown field '{name}' of {what}; known are {known}.{hint}", **given))
            elif name in out:
                self.fault(key, say("field '{name}' of {what} is given twice", name=name, what=what))
            else:
                out[name] = value
        return out

    def items(self, found: Nodes, key: str) -> list[yaml.Node]:
        """Return the entries of a list."""
        node = found.get(key)
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            text = say("'{key}' is missing or empty; a list of targets is expected", key=key)
            self.fault(node or found[""], text)
            return []
        return list(node.value)

    def text(self, found: Nodes, key: str, *, required: bool = False, where: str = "the set") -> str:
        """Return a text as it stands in the file, so that codes such as 001272 stay what they are."""
        node = found.get(key)
        if node is None:
            if required:
                self.fault(found[""], say("'{key}' of {where} is missing", key=key, where=where))
            return ""
        if not isinstance(node, yaml.ScalarNode):
            text = say(
                "'{key}' of {where} is a list or a group of fields; a word is expected", key=key, where=where
            )
            self.fault(node, text)
            return ""
        value = "" if node.tag.endswith(":null") else str(node.value).strip()
        if required and not value:
            self.fault(node, say("'{key}' of {where} is blank", key=key, where=where))
        return value

    def choice(self, found: Nodes, key: str, known: Sequence[str], where: str, default: str = "") -> str:
        """Return one of the known words."""
        value = self.text(found, key, required=not default, where=where) or default
        if value and value not in known:
            told = {"key": key, "value": value, "where": where, "known": ", ".join(known)}
            hint = did_you_mean(value, known)
            text = say("unknown {key} '{value}' of {where}; known are {known}.{hint}", **told, hint=hint)
            self.fault(found[key], text)
        return value

    def year(self, found: Nodes, key: str, where: str, *, required: bool = False) -> int | None:
        """Return a year."""
        value = self.text(found, key, required=required, where=where)
        return self._year(found[key], value, _of(key, where)) if value else None

    def _year(self, node: yaml.Node, value: str, what: str) -> int | None:
        if value.isdigit() and FIRST_YEAR <= int(value) <= LAST_YEAR:
            return int(value)
        told = {"what": what, "value": value, "first": FIRST_YEAR, "last": LAST_YEAR}
        self.fault(node, say("{what} is '{value}'; a year between {first} and {last} is expected", **told))
        return None

    def amount(self, node: yaml.Node, unit: str, kind: str, what: str) -> float | None:
        """Return a number in the own unit of an indicator; the unit stands beside it or is given."""
        written = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
        match = _NUMBER.match(written)
        if match is None:
            comma = _ITALIAN.match(written)
            point = comma.group(1).replace(".", "").replace(",", ".") if comma else ""
            hint = say(" Write {point}, with a point.", point=point) if comma else ""
            told = {"what": what, "written": written, "hint": hint}
            self.fault(node, say("{what} is '{written}'; a number is expected.{hint}", **told))
            return None
        named = (match.group(2) or "").strip()
        if named and unit and named != unit:
            told = {"what": what, "named": named, "unit": unit}
            self.fault(node, say("{what} is in '{named}', but its unit is '{unit}'", **told))
            return None
        if not named and not unit:
            told = {"what": what, "written": written, "known": ", ".join(units_of(kind))}
            self.fault(
                node, say("{what} has no unit; write it beside the number: {written} … ({known})", **told)
            )
            return None
        try:
            return own_value(float(match.group(1).replace("−", "-")), named or unit, kind)
        except InputError:
            known = units_of(kind)
            hint = did_you_mean(named or unit, known)
            if (named or unit) in units_of("renewable_share"):
                hint = say(" A change on a base needs 'base: {relative}'.", relative=RELATIVE)
            told = {
                "what": what,
                "unit": named or unit,
                "kind": kind,
                "known": ", ".join(known),
                "hint": hint,
            }
            self.fault(node, say("{what} is in '{unit}'; {kind} is measured in {known}.{hint}", **told))
            return None

    # ── a target ─────────────────────────────────────────────────────────────────────────────────────────

    def target(
        self, node: yaml.Node, shared: Mapping[str, str]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the row of a target and its milestones; values in the indicator's own unit."""
        found = self.mapping(node, TARGET_KEYS, "a target")
        name = self.text(found, "target", required=True, where="a target")
        where = say("target '{name}'", name=name)
        indicator = self.choice(found, "indicator", list(UNITS), where)
        base = self.choice(found, "base", (ABSOLUTE, RELATIVE), where, ABSOLUTE)
        row = {
            "line": node.start_mark.line + 1,
            "target": name,
            "indicator": indicator,
            "convention": self._convention(found, indicator, where),
            "sense": self.choice(found, "sense", (AT_LEAST, AT_MOST), where),
            "base": base,
            "base_year": self.year(found, "base_year", where),
            "target_year": self.year(found, "target_year", where, required=True),
            "exclusions": self._exclusions(found, indicator, where),
            "unit": "share" if base == RELATIVE else UNITS.get(indicator, ""),
        }
        for key in ("source", "scope", "vintage"):
            row[key] = self.text(found, key, where=where) or shared[key]
        if not row["source"]:
            self.fault(node, say("{where} has no source; write 'source' for it or for the set", where=where))
        for key in ("label_it", "label_en"):
            row[key] = self.text(found, key, where=where) or name
        row |= {"value": None, "base_value": None}
        steps = self._values(found, row, where) if indicator in UNITS else []
        self._years_fit(found, row, where)
        return row, steps

    def refuse_doubles(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Refuse targets of the same name."""
        seen: dict[str, int] = {}
        for row in rows:
            first = seen.setdefault(row["target"], row["line"])
            if first != row["line"]:
                told = {"name": row["target"], "first": first}
                text = say("target '{name}' is given twice (first in line {first})", **told)
                self.faults.append((row["line"], text))

    def _values(self, found: Nodes, row: dict[str, Any], where: str) -> list[dict[str, Any]]:
        """Fill value and base value of a row; return its milestones."""
        kind = "renewable_share" if row["base"] == RELATIVE else row["indicator"]
        unit = self.text(found, "unit", where=where)
        if "value" not in found:
            self.fault(found[""], say("'{key}' of {where} is missing", key="value", where=where))
        else:
            row["value"] = self.amount(found["value"], unit, kind, _of("value", where))
            self._in_range(found["value"], row["value"], row, _of("value", where))
        if "base_value" in found:
            base_unit = self.text(found, "base_unit", where=where)
            what = _of("base_value", where)
            row["base_value"] = self.amount(found["base_value"], base_unit, row["indicator"], what)
            if row["base_value"] is not None and row["base_value"] < 0:
                self.fault(found["base_value"], say("{what} is below 0", what=what))
        return self._milestones(found, row, unit, kind, where)

    def _milestones(
        self, found: Nodes, row: Mapping[str, Any], unit: str, kind: str, where: str
    ) -> list[dict[str, Any]]:
        node = found.get("milestones")
        if node is None:
            return []
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, say("milestones of {where} are no list of 'year: value'", where=where))
            return []
        out: dict[int, dict[str, Any]] = {}
        for key, value in node.value:
            what = say("milestone {year} of {where}", year=key.value, where=where)
            year = self._year(key, str(key.value), say("a milestone of {where}", where=where))
            amount = self.amount(value, unit, kind, what)
            self._in_range(value, amount, row, what)
            if year is None or amount is None:
                continue
            last = row["target_year"]
            if year in out:
                self.fault(key, say("{what} is given twice", what=what))
            elif last is not None and year >= last:
                self.fault(key, say("{what} is not before the target year {last}", what=what, last=last))
            out[year] = {"target": row["target"], "year": year, "value": amount, "unit": row["unit"]}
        return [{**out[year], "source": row["source"]} for year in sorted(out)]

    def _in_range(self, node: yaml.Node, value: float | None, row: Mapping[str, Any], what: str) -> None:
        if value is None:
            return
        if row["base"] == RELATIVE and value < -1:
            self.fault(
                node,
                say(
                    "{what} is {value}; a change of −100 % leaves nothing already",
                    what=what,
                    value=f"{value:g}",
                ),
            )
        elif row["base"] == ABSOLUTE and value < 0:
            told = {"what": what, "relative": RELATIVE}
            self.fault(node, say("{what} is below 0; a change on a base needs 'base: {relative}'", **told))
        elif row["base"] == ABSOLUTE and row["unit"] == "share" and value > 1:
            numbers = {"value": f"{value:g}", "share": f"{value / POINTS:g}"}
            self.fault(
                node,
                say("{what} is {value}; a share is 0–1: write {value} % or {share}", what=what, **numbers),
            )

    def _years_fit(self, found: Nodes, row: Mapping[str, Any], where: str) -> None:
        first, last = row["base_year"], row["target_year"]
        if first is not None and last is not None and first >= last:
            told = {"where": where, "first": first, "last": last}
            text = say("base_year of {where} is {first}, not before the target year {last}", **told)
            self.fault(found["base_year"], text)

    def _convention(self, found: Nodes, indicator: str, where: str) -> str:
        known = sorted(set(catalog.table("emission_terms")["convention"]))
        if indicator == "emissions":
            return self.choice(found, "convention", known, where)
        if self.text(found, "convention", where=where):
            self.fault(
                found["convention"], say("convention of {where}: only emissions have one", where=where)
            )
        return ""

    def _exclusions(self, found: Nodes, indicator: str, where: str) -> str:
        node = found.get("exclusions")
        if node is None:
            return ""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        words = "|".join(str(one.value) for one in nodes)
        try:
            exclusions(words)
        except InputError as error:
            for text in error.faults:
                self.fault(node, f"{where}: {text}")
        if words and indicator != "renewable_share":
            self.fault(node, say("exclusions of {where}: only the renewable share has any", where=where))
        return words


POINTS: Final = 100


def _of(key: str, where: str) -> str:
    return say("{key} of {where}", key=key, where=where)
