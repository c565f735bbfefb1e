"""Scenarios and target sets as parts of documents, and back, to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from leb_kit.errors import InputError, say
from leb_kit.indicators import TargetSet
from leb_kit.indicators.target_sets import MILESTONE_COLUMNS
from leb_kit.reference import catalog
from leb_kit.scenarios import Scenario
from leb_kit.scenarios.records import measure_of, record_of
from leb_kit.store.parts import Parts, Row, frame, rows

if TYPE_CHECKING:
    from leb_kit.scenarios import Measure
    from leb_kit.store.documents import Document

#: Words of a measure's record that may be lists, to the place of their code among columns of a part.
_LISTS: Final = {"sector": 0, "replaces": 1, "product": 1, "to_product": 1, "end_use": 2}
_SIZES: Final = ("share", "energy_mwh", "mw")
#: Columns of the table of measures after its number, name, kind, size and value.
_REST: Final = ("technology", "from_year", "to_year", "investment_eur", "lifetime_yr", "source")
#: Of a number without a dimension, and of those that have one.
_ONE: Final = "1"
_UNITS: Final = {"full_load_hours": "h"}


def of_scenario(given: Scenario) -> dict[str, list[Row]]:
    """Return the parts of a scenario.

    Raises
    ------
    InputError
        It has a measure that no kind makes, as ``write_scenario`` says too.

    Examples
    --------
    >>> import leb_kit as leb
    >>> plan = leb.Scenario("sun", base_year=2019).add(leb.measures.photovoltaic(mw=200))
    >>> of_scenario(plan)["measure"][0][:5]
    (0, 'photovoltaic', 'photovoltaic', 'mw', 200)
    """
    measures: list[Row] = []
    parts: list[Row] = []
    for number, one in enumerate(given.measures):
        record = record_of(one)
        if measure_of(record) != one:  # pragma: no cover - record_of refuses it
            raise InputError(given.name, [say("measure '{name}' cannot be kept", name=one.name)])
        size = next(name for name in _SIZES if name in record)
        rest = [record.pop(name, "" if name in ("technology", "source") else None) for name in _REST]
        head = (number, record.pop("name", ""), record.pop("kind"), size, record.pop(size))
        measures.append((*head, *rest))
        parts += _parts_of(number, record)
    drivers = [
        (name, int(year), value) for name, index in given.drivers.items() for year, value in index.items()
    ]
    return {"measure": measures, "measure_part": parts, "driver": drivers}


def _parts_of(number: int, record: dict[str, Any]) -> list[Row]:
    """Return the rows of what else a record of a measure has: codes, words and numbers with their unit."""
    out: list[Row] = []
    numbers = 0
    for word, value in record.items():
        if word not in _LISTS:
            unit = _UNITS.get(word, _ONE)
            out.append((number, "parameter", numbers, None, None, word, value, unit))
            numbers += 1
            continue
        for place, code in enumerate([value] if isinstance(value, str) else value):
            told = [None, None, None]
            told[_LISTS[word]] = code
            out.append((number, word, place, *told, None, None))
    return out


def scenario_of(head: Document, parts: Parts) -> Scenario:
    """Return the scenario whose parts these are."""
    drivers: dict[str, dict[int, float]] = {}
    for name, year, value in parts["driver"]:
        drivers.setdefault(name, {})[year] = value
    made = [
        _measure(row, [part for part in parts["measure_part"] if part[0] == row[0]])
        for row in parts["measure"]
    ]
    labels = {"description_it": head.label_it, "description_en": head.label_en}
    return Scenario(head.name, int(head.year or 0), tuple(made), drivers, **labels)


def _measure(row: Row, parts: list[Row]) -> Measure:
    _, name, kind, size, value, *rest = row
    record: dict[str, Any] = {"kind": kind, size: value, "name": name, **dict(zip(_REST, rest, strict=True))}
    for _, role, _, *codes, amount, _ in parts:
        if role == "parameter":
            record[codes[2]] = amount
        elif role == "to_product":
            record[role] = codes[_LISTS[role]]
        else:
            record.setdefault(role, []).append(codes[_LISTS[role]])
    return measure_of({key: one for key, one in record.items() if one not in (None, "")})


def of_targets(given: TargetSet) -> dict[str, list[Row]]:
    """Return the parts of a target set.

    Examples
    --------
    >>> import leb_kit as leb
    >>> len(of_targets(leb.targets("20-20-20-local"))["target"])
    3
    """
    numbers = {name: number for number, name in enumerate(given.table["target"])}
    steps = given.milestones
    known = steps.assign(number=[numbers.get(name) for name in steps["target"]])
    return {"target": rows("target", given.table), "milestone": rows("milestone", known)}


def targets_of(head: Document, parts: Parts) -> TargetSet:
    """Return the target set whose parts these are."""
    like = catalog.table("targets").head(0)
    table = frame("target", parts["target"]).assign(target_set=head.name)
    names = table["target"].tolist()
    steps = frame("milestone", parts["milestone"])
    steps["target"] = [names[row[0]] for row in parts["milestone"]]
    steps = steps[list(MILESTONE_COLUMNS)].astype({"target": str, "year": "int64"})
    table = table[list(like.columns)].astype(like.dtypes.to_dict())
    return TargetSet(head.name, table, steps, label_it=head.label_it, label_en=head.label_en)
