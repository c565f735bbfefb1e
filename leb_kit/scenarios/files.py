"""Scenarios as YAML files: read with every fault and its line, written so that they read back the same.

Layout; keys of a measure are the words of ``leb.measures``, everything but kind and size may be left out::

    name: piano 2030
    base_year: 2019
    description_it: Un piano di prova
    drivers:                      # index of the base year (1), by year
      population: {2030: 0.98}
    measures:
      - kind: heat_pumps          # leb.measures.table() lists the kinds
        share: 0.3                # one size: share (0-1), energy_mwh (MWh/year) or mw (MW)
        sector: FC_OTH_HH_E       # a row of final consumption, or a list of rows
        from_year: 2022           # last year without effect
        to_year: 2030             # first year in full
        cop: 3.2                  # numbers of the technology
        source: delibera 12/2024
      - kind: custom              # any change of final energy
        sector: FC_IND_E
        product: G3000
        to_product: E7000
        ratio: 0.6
        share: 0.1
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.scenarios.measure import Measure
from leb_kit.scenarios.records import measure_of, plain, record_of
from leb_kit.scenarios.scenario import Scenario

SUFFIXES = (".yaml", ".yml")
KEYS = ("name", "base_year", "description_it", "description_en", "drivers", "measures")
TEXTS = ("name", "description_it", "description_en")
NEEDED = ("name", "base_year")
WORD = re.compile(r"\w+")
WIDTH = 110


@dataclass(frozen=True)
class _Entry:
    """A value and the line of its key; a mapping holds entries again."""

    line: int
    value: Any


@dataclass
class _Reader:
    """Reads one file; ``faults`` collects line and sentence."""

    faults: list[tuple[int, str]] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def fault(self, line: int, sentence: str) -> None:
        self.faults.append((line, sentence))

    def value(self, node: yaml.Node) -> Any:
        """Return a node as plain values; mappings as key to _Entry."""
        if not isinstance(node, yaml.ScalarNode):
            if id(node) in self.seen:
                self.fault(_line(node), say("an alias (*) is not understood; write the part out"))
                return None
            self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one) for one in node.value]
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            problem = getattr(error, "problem", None) or error
            self.fault(_line(node), say("cannot be read: {problem}", problem=problem))
            return None

    def mapping(self, node: yaml.MappingNode) -> dict[Any, _Entry]:
        """Return a mapping; a key that is written twice is a fault."""
        out: dict[Any, _Entry] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            key = self.value(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                self.fault(line, say("a key is no word"))
                continue
            if key in out:
                self.fault(
                    line, say("'{key}' is given twice, first in line {line}", key=key, line=out[key].line)
                )
                continue
            out[key] = _Entry(line, self.value(value_node))
        return out


def read_scenario(path: str | os.PathLike[str]) -> Scenario:
    r"""Read a scenario from a YAML file; the layout stands at the top of ``leb_kit/scenarios/files.py``.

    Parameters
    ----------
    path : str or path
        name, base_year, drivers (index by year), measures (kind, one size, sector, from_year, to_year,
        source …), as ``write_scenario`` writes them.

    Returns
    -------
    Scenario
        As built with ``leb.Scenario(…).add(…).drive(…)``.

    Raises
    ------
    InputError
        Every fault with its line: no YAML, keys that are unknown, missing or given twice, measures and
        drivers that are refused.
    FileNotFoundError
        There is no such file.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "plan.yaml"
    >>> _ = path.write_text("name: sun\nbase_year: 2019\nmeasures: [{kind: photovoltaic, mw: 100}]\n")
    >>> read_scenario(path)
    Scenario(sun: 1 measure from 2019)
    """
    source = Path(path)
    try:
        text = source.read_bytes().decode("utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise InputError(str(source), [say("is no UTF-8 text; save it as UTF-8")]) from None
    except yaml.YAMLError as error:
        raise InputError(str(source), [_syntax(error)]) from None
    reader = _Reader()
    found = reader.value(root) if isinstance(root, yaml.MappingNode) else None
    if found is None:
        told = say("a scenario is expected: name, base_year, measures; found {what}", what=_what(root))
        raise InputError(str(source), [told])
    scenario = _scenario(found, reader)
    if reader.faults or scenario is None:
        ordered = sorted(reader.faults, key=lambda one: one[0])
        raise InputError(
            str(source), [say("line {line}: {fault}", line=line, fault=told) for line, told in ordered]
        )
    return scenario


def write_scenario(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """Write a scenario as a YAML file that ``read_scenario`` reads back exactly.

    Parameters
    ----------
    scenario : Scenario
        What to write.
    path : str or path
        File to write; written whole or not at all.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        It is no Scenario, or holds a measure that no kind makes.
    OSError
        The place cannot be written.
    """
    given: object = scenario
    if not isinstance(given, Scenario):
        found = type(given).__name__
        raise InputError("write_scenario", [say("a Scenario is needed; found {found}", found=found)])
    data: dict[str, Any] = {"name": scenario.name, "base_year": int(scenario.base_year)}
    for name in ("description_it", "description_en"):
        if getattr(scenario, name):
            data[name] = getattr(scenario, name)
    if scenario.drivers:
        data["drivers"] = {
            name: {int(year): plain(value) for year, value in index.items()}
            for name, index in scenario.drivers.items()
        }
    data["measures"] = [record_of(one) for one in scenario.measures]
    text = _dumped(data)
    target = Path(path)
    draft = target.with_name(f".{target.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def _dumped(data: dict[str, Any]) -> str:
    """Return YAML that reads back exactly; rare characters are escaped where they would be lost."""
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=WIDTH)
    if yaml.safe_load(text) != data:
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=False, width=WIDTH)
    return text


def _scenario(found: dict[Any, _Entry], reader: _Reader) -> Scenario | None:
    for key, entry in found.items():
        if key not in KEYS:
            hint = did_you_mean(key, KEYS)
            reader.fault(entry.line, say("unknown key '{key}'.{hint}", key=key, hint=hint))
    for key in NEEDED:
        if key not in found:
            reader.fault(1, say("'{key}' is missing", key=key))
    texts = {key: _text(found[key], key, reader) for key in TEXTS if key in found}
    base = found.get("base_year")
    if base is not None and (isinstance(base.value, bool) or not isinstance(base.value, int)):
        reader.fault(
            base.line, say("base_year is {value}; a year is expected", value=repr(_bare(base.value)))
        )
        base = None
    measures = _measures(found.get("measures"), reader)
    drivers = _drivers(found.get("drivers"), reader)
    if base is None or "name" not in found:
        return None
    scenario = Scenario(
        texts["name"],
        base_year=base.value,
        description_it=texts.get("description_it", ""),
        description_en=texts.get("description_en", ""),
    )
    for name, entry in drivers.items():
        scenario = (
            _tried(reader, entry.line, lambda s=scenario, n=name, e=entry: s.drive(**{n: e.value}))
            or scenario
        )
    for line, one in measures:
        scenario = _tried(reader, line, lambda s=scenario, m=one: s.add(m)) or scenario
    return scenario


def _tried(reader: _Reader, line: int, make: Any) -> Scenario | None:
    try:
        made: Scenario = make()
    except InputError as error:
        for told in error.faults:
            reader.fault(line, told)
        return None
    return made


def _text(entry: _Entry, key: str, reader: _Reader) -> str:
    if isinstance(entry.value, str) and (entry.value.strip() or key != "name"):
        return entry.value
    shown = repr(_bare(entry.value))
    reader.fault(
        entry.line, say("{key} is {value}; text is expected; put it in quotes", key=key, value=shown)
    )
    return ""


def _drivers(entry: _Entry | None, reader: _Reader) -> dict[str, _Entry]:
    if entry is None or entry.value is None:
        return {}
    if not isinstance(entry.value, dict):
        reader.fault(
            entry.line,
            say("drivers is {value}; names and indices are expected", value=repr(_bare(entry.value))),
        )
        return {}
    return {str(name): _Entry(one.line, _bare(one.value)) for name, one in entry.value.items()}


def _measures(entry: _Entry | None, reader: _Reader) -> list[tuple[int, Measure]]:
    if entry is None or entry.value is None:
        return []
    if not isinstance(entry.value, list):
        reader.fault(entry.line, say("measures is no list; write each measure after '- '"))
        return []
    out = []
    for number, one in enumerate(entry.value, start=1):
        if not isinstance(one, dict) or not one:
            told = repr(_bare(one))
            reader.fault(
                entry.line,
                say("measure {number} is {value}; kind and size are expected", number=number, value=told),
            )
            continue
        line = min(part.line for part in one.values())
        try:
            out.append((line, measure_of({str(key): _bare(part) for key, part in one.items()})))
        except InputError as error:
            for told in error.faults:
                reader.fault(_place(told, one, line), f"{error.title}: {told}")
    return out


def _place(told: str, keys: dict[Any, _Entry], line: int) -> int:
    """Return the line of the key that a fault names, else the first of the measure."""
    words = WORD.findall(told)
    named = [word for word in words if word in keys]
    return keys[named[0]].line if named else line


def _bare(value: Any) -> Any:
    """Return values without their lines."""
    if isinstance(value, _Entry):
        return _bare(value.value)
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _what(root: yaml.Node | None) -> str:
    kinds: Iterable[tuple[type, str]] = ((yaml.SequenceNode, say("a list")), (yaml.ScalarNode, say("a text")))
    return next((word for kind, word in kinds if isinstance(root, kind)), say("nothing"))


def _syntax(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    line = 1 if mark is None else int(mark.line) + 1
    return say("line {line}: {fault}", line=line, fault=say("this is no YAML: {problem}", problem=problem))
