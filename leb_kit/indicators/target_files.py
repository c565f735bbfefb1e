"""Target sets of one's own, kept as YAML: read whole or refused whole, written back the same.

A file::

    name: plan-2030
    label_it: Piano 2030
    label_en: Plan 2030
    source: Council resolution 12/2025
    scope: "001272"
    targets:
      - target: renewables
        indicator: renewable_share
        sense: at_least
        value: 30 %
        target_year: 2030
        exclusions: [transport_biofuels]
        milestones: {2025: 22 %, 2027: 25 %}
      - target: emissions
        indicator: emissions
        convention: covenant
        sense: at_most
        base: relative_to_base
        base_year: 2005
        base_value: 2.4 MtCO2eq
        value: -55 %
        target_year: 2030

``source``, ``scope`` and ``vintage`` of the file hold for every target that has none of its own.
``base_value`` is optional: without it, the base is a balance. Milestones of a relative target are
changes, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from leb_kit.errors import InputError, say
from leb_kit.indicators.target_fields import TARGET_KEYS, Reader
from leb_kit.indicators.target_sets import MILESTONE_COLUMNS, UNITS, TargetSet, own_value
from leb_kit.reference import catalog

ENDINGS: Final = (".yaml", ".yml")
SET_KEYS: Final = ("name", "label_it", "label_en", "source", "scope", "vintage", "targets")


def read_targets(path: str | Path) -> TargetSet:
    """Read a target set from a YAML file.

    Parameters
    ----------
    path : str or Path
        A file as this module's head shows. Every number is written with its unit (``30 %``,
        ``102 Mtoe``, ``2.4 MtCO2eq``) or with ``unit`` beside it.

    Returns
    -------
    TargetSet
        Usable wherever the name of a set is.

    Raises
    ------
    InputError
        Every fault at once, each with its line: unknown words with the nearest known one, numbers
        without a unit, shares over 1, years that do not fit, targets named twice.

    Examples
    --------
    >>> import tempfile
    >>> text = '''
    ... name: plan
    ... source: council
    ... targets:
    ...   - {target: renewables, indicator: renewable_share, sense: at_least, value: 30 %, target_year: 2030}
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "plan.yaml")
    ...     _ = file.write_text(text, encoding="utf-8")
    ...     read_targets(file)
    TargetSet(plan: renewables)
    """
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            "targets", [say("{file}: cannot be read ({why})", file=file, why=error.strerror)]
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            "targets", [say("{file} is not UTF-8 text; save it as UTF-8", file=file.name)]
        ) from error
    reader = Reader()
    found = _document(text, file.name, reader)
    rows, steps = [], []
    shared = {key: reader.text(found, key) for key in ("source", "scope", "vintage")}
    for node in reader.items(found, "targets"):
        row, mine = reader.target(node, shared)
        rows.append(row)
        steps += mine
    reader.refuse_doubles(rows)
    name = reader.text(found, "name", required=True)
    labels = {key: reader.text(found, key) for key in ("label_it", "label_en")}
    if reader.faults:
        raise InputError(file.name, reader.sorted_faults())
    table = pd.DataFrame([{key: value for key, value in row.items() if key != "line"} for row in rows])
    return TargetSet(name, _typed(table.assign(target_set=name)), _milestones(steps), **labels)


def write_targets(targets: TargetSet, path: str | Path) -> None:
    """Write a target set as YAML; reading it back gives the same set.

    Parameters
    ----------
    targets : TargetSet
        Shipped or your own.
    path : str or Path
        File to write; one that exists is replaced.

    Raises
    ------
    InputError
        It is no TargetSet.
    """
    if not isinstance(targets, TargetSet):
        raise InputError("targets", [f"a TargetSet is expected, found {type(targets).__name__}"])
    head: dict[str, Any] = {"name": targets.name}
    head |= {key: getattr(targets, key) for key in ("label_it", "label_en") if getattr(targets, key)}
    head["targets"] = [_as_written(row, targets.milestones) for row in targets.table.to_dict("records")]
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=100)
    Path(path).write_text(text, encoding="utf-8")


def _document(text: str, name: str, reader: Reader) -> dict[str, yaml.Node]:
    """Return the nodes of the file's top level."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = say("this is no YAML: {what}", what=getattr(error, "problem", None) or str(error))
        line = None if mark is None else mark.line + 1
        raise InputError(
            name, [what if line is None else say("line {line}: {text}", line=line, text=what)]
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise InputError(name, [say("the file is no set of targets: name, source and targets are expected")])
    return reader.mapping(node, SET_KEYS, "the set")


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the columns and types of the shipped targets."""
    like = catalog.table("targets").head(0)
    return rows[list(like.columns)].astype(like.dtypes.to_dict())


def _milestones(steps: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(steps, columns=list(MILESTONE_COLUMNS))
    return frame.astype({"year": "int64", "value": "float64"}) if steps else frame


def _as_written(row: dict[str, Any], milestones: pd.DataFrame) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key in TARGET_KEYS:
        value = row.get(key)
        if key in ("milestones", "base_unit") or value is None or pd.isna(value) or value == "":
            continue
        out[key] = value.item() if hasattr(value, "item") else value
    if "exclusions" in out:
        out["exclusions"] = str(out["exclusions"]).split("|")
    if "base_value" in out:
        out["base_unit"] = UNITS[str(row["indicator"])]
    mine = milestones[milestones["target"] == row["target"]]
    if len(mine):
        out["milestones"] = {
            int(step.year): _in_unit_of(float(step.value), str(step.unit), row) for step in mine.itertuples()
        }
    return out


def _in_unit_of(value: float, unit: str, row: dict[str, Any]) -> float:
    """Return a milestone in the unit of its target."""
    wanted = str(row["unit"])
    if unit == wanted:
        return value
    kind = "renewable_share" if row["base"] == "relative_to_base" else str(row["indicator"])
    return own_value(value, unit, kind) / own_value(1, wanted, kind)
