"""YAML with the line of every key, so that each fault says where it stands."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from leb_kit.errors import InputError, did_you_mean, say

#: A mapping is written by a person; a larger file is something else.
MOST_BYTES: Final = 2**20
DEEPEST: Final = 8
WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True)
class Entry:
    """A value and the line of its key; mappings and lists hold entries again."""

    line: int
    value: Any


@dataclass
class Faults:
    """What is wrong in a file: line and sentence."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, sentence: str) -> None:
        """Note one fault."""
        self.found.append((line, sentence))

    def stop(self, where: str) -> None:
        """Raise all faults in the order of lines, if there is any.

        Raises
        ------
        InputError
            With the line of every fault.
        """
        if self.found:
            ordered = sorted(self.found, key=lambda one: one[0])
            raise InputError(
                where, [say("line {line}: {fault}", line=line, fault=told) for line, told in ordered]
            )


def read_lines(path: str | os.PathLike[str], faults: Faults) -> dict[str, Entry]:
    """Read a YAML mapping with the lines of its keys.

    Parameters
    ----------
    path : str or path
        UTF-8, at most 1 MiB, at most eight levels deep, without aliases.
    faults : Faults
        Filled with what is wrong inside.

    Raises
    ------
    InputError
        No such file, no text, no YAML, no mapping: nothing can be read of it.
    """
    source = Path(path)
    if source.is_dir():
        raise InputError(str(source), [say("this is a folder; the path of a file is expected")])
    if not source.is_file():
        raise InputError(
            str(source), [say("file not found in {folder}.{hint}", folder=source.parent, hint="")]
        )
    if source.stat().st_size > MOST_BYTES:
        raise InputError(str(source), [say("the file is larger than {most} bytes", most=MOST_BYTES)])
    try:
        root = yaml.compose(source.read_bytes().decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        raise InputError(str(source), [say("is no UTF-8 text; save it as UTF-8")]) from None
    except yaml.YAMLError as error:
        raise InputError(str(source), [_syntax(error)]) from None
    except RecursionError:
        raise InputError(str(source), [say("the file is nested too deeply")]) from None
    if not isinstance(root, yaml.MappingNode):
        fault = say("a mapping is expected: version, name, streams")
        raise InputError(str(source), [fault])
    found: dict[str, Entry] = _value(root, faults, 0)
    return found


def _value(node: yaml.Node, faults: Faults, depth: int) -> Any:
    line = int(node.start_mark.line) + 1
    if depth > DEEPEST:
        faults.add(line, say("the file is nested too deeply"))
        return None
    if isinstance(node, yaml.SequenceNode):
        return [Entry(int(one.start_mark.line) + 1, _value(one, faults, depth + 1)) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            at = int(key_node.start_mark.line) + 1
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            if key in out or not key:
                told = (
                    say("'{key}' is given twice, first in line {line}", key=key, line=out[key].line)
                    if key
                    else ""
                )
                faults.add(at, told or say("a key is no word"))
                continue
            out[key] = Entry(at, _value(value_node, faults, depth + 1))
        return out
    try:
        return yaml.constructor.SafeConstructor().construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        problem = getattr(error, "problem", None) or error
        faults.add(line, say("cannot be read: {problem}", problem=problem))
        return None


def _syntax(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = 1 if mark is None else int(mark.line) + 1
    problem = getattr(error, "problem", None) or str(error)
    return say("line {line}: {fault}", line=line, fault=say("this is no YAML: {problem}", problem=problem))


def plain(value: Any) -> Any:
    """Return values without their lines."""
    if isinstance(value, Entry):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def known_keys(
    found: dict[str, Entry], known: Iterable[str], needed: Iterable[str], faults: Faults, line: int
) -> None:
    """Note keys that are unknown, and those that are missing."""
    names = list(known)
    for key, entry in found.items():
        if key not in names:
            faults.add(entry.line, say("unknown key '{key}'.{hint}", key=key, hint=did_you_mean(key, names)))
    for key in needed:
        if key not in found:
            faults.add(line, say("'{key}' is missing", key=key))


def place_of(told: str, found: dict[str, Entry], line: int) -> int:
    """Return the line of the key that a fault names, or whose value it quotes, else the given one."""
    named = [word for word in WORD.findall(told) if word in found]
    quoted = [key for key, entry in found.items() if f"'{entry.value}'" in told]
    first = next(iter([*named, *quoted]), None)
    return line if first is None else found[first].line


def text_of(found: dict[str, Entry], key: str, faults: Faults, default: str = "") -> str:
    """Return a text; numbers written without quotes are a fault, codes lose their zeros that way."""
    entry = found.get(key)
    if entry is None or entry.value is None:
        return default
    if isinstance(entry.value, str):
        return entry.value.strip()
    shown = repr(plain(entry.value))
    faults.add(entry.line, say("{key} is {value}; text is expected; put it in quotes", key=key, value=shown))
    return default


def day_of(found: dict[str, Entry], key: str, faults: Faults) -> date | None:
    """Return a day written as 2025-12-31; None where it is not given."""
    entry = found.get(key)
    if entry is None or entry.value is None:
        return None
    if type(entry.value) is date:
        return entry.value
    shown = repr(plain(entry.value))
    faults.add(
        entry.line, say("{key} is {value}; a day such as 2025-12-31 is expected", key=key, value=shown)
    )
    return None
