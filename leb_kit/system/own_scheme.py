"""A user's own nodes of the flow scheme: joined with the shipped ones, or every fault told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog, schema
from leb_kit.system.devices import AS_FINAL
from leb_kit.system.nodes import (
    DEVICE_LOSSES,
    DEVICES,
    DIFFERENCE_SUPPLY,
    DIFFERENCE_USE,
    ENVIRONMENT,
    LOSSES,
    NETWORK,
    OTHER_DEVICES,
    OTHER_NETWORK,
    OTHER_SOURCES,
    OTHER_USERS,
    OTHER_USES,
    REST,
    STEMS,
    STOCK_BUILD,
    STOCK_DRAW,
    USERS,
    USES,
    Rule,
    rules_of,
)

Place = Callable[[int], str]

#: Nodes that hold what no rule takes: they may be renamed and moved up or down, not changed.
FIXED = (
    LOSSES, DEVICE_LOSSES, ENVIRONMENT, DIFFERENCE_SUPPLY, DIFFERENCE_USE, STOCK_DRAW, STOCK_BUILD,
    OTHER_SOURCES, OTHER_NETWORK, OTHER_USERS, OTHER_DEVICES, OTHER_USES,
)  # fmt: skip
RULES = ("column", "column_uses", "flows", "groups", "technologies", "end_uses")
#: The last column of five holds users and what leaves the territory.
LAST_OF_FIVE = 4


def merged(own: pd.DataFrame, *, where: str, first_line: int | None = None) -> pd.DataFrame:
    """Return the shipped scheme with a user's rows.

    Parameters
    ----------
    own : pd.DataFrame
        Columns of ``scheme.csv``, any of them. A given cell of a known node replaces the shipped one.
    where : str
        What to call the table in the message.
    first_line : int, optional
        Line of the first row in its file; without it, rows are named by their index.

    Returns
    -------
    pd.DataFrame
        As ``scheme.csv``.

    Raises
    ------
    InputError
        Every fault, with its row.
    """
    shipped = catalog.table("scheme")
    text = own.astype(object).where(own.notna(), "").astype(str)
    if "node" not in text or text.columns.duplicated().any():
        return schema.validate(text, "scheme", where=where, first_line=first_line)  # says what is wrong
    checked = schema.validate(_completed(text, shipped), "scheme", where=where, first_line=first_line)
    labels = list(own.index)

    def place(row: int) -> str:
        if first_line is None:
            return say("row {row}", row=labels[row])
        return say("line {line}", line=first_line + row)

    faults = [*_node_faults(checked, shipped, place), *_clashes(checked, shipped, place)]
    if faults:
        raise InputError(where, faults)
    kept = shipped[~shipped["node"].isin(checked["node"])]
    return pd.concat([kept, checked.astype(shipped.dtypes.to_dict())], ignore_index=True)


def _completed(text: pd.DataFrame, shipped: pd.DataFrame) -> pd.DataFrame:
    """Fill cells that are not given: of a known node from the shipped row, a label from the other one."""
    known = shipped.astype(object).where(shipped.notna(), "").astype(str).set_index("node")
    out = text.copy()
    for column in known.columns:
        given = out[column] if column in out else pd.Series("", index=out.index, dtype=object)
        out[column] = given.where(given.str.strip() != "", out["node"].map(known[column]).fillna(""))
    for column, other in (("label_it", "label_en"), ("label_en", "label_it")):
        out[column] = out[column].where(out[column].str.strip() != "", out[other])
    return out


def _node_faults(own: pd.DataFrame, shipped: pd.DataFrame, place: Place) -> Iterator[str]:
    rows = shipped.set_index("node")
    known = _known_words()
    for i, (row, rule) in enumerate(zip(own.to_dict("records"), rules_of(own), strict=True)):
        here = say("{place}, node '{node}'", place=place(i), node=rule.node)
        if rule.node in FIXED:
            before = rows.loc[rule.node]
            changed = [name for name in RULES if not _same(row[name], before[name])]
            if changed:
                yield say(
                    "{here}: {changed} cannot change; this node takes what no other does",
                    here=here,
                    changed=", ".join(changed),
                )
            continue
        for column, words in zip(("groups", "technologies", "end_uses"), rule[2:], strict=True):
            for word in sorted(words - known[column]):
                yield say(
                    "{here}, column {column}: unknown '{word}'.{hint}",
                    here=here,
                    column=column,
                    word=word,
                    hint=did_you_mean(word, known[column]),
                )
        for word in rule.flows:
            if not _is_flow(word, known["flows"]):
                yield say(
                    "{here}, column flows: '{word}' is no row of a balance; a stem ends in _.{hint}",
                    here=here,
                    word=word,
                    hint=did_you_mean(word, known["flows"]),
                )
        yield from _column_faults(here, row, rule)


def _column_faults(here: str, row: dict[str, object], rule: Rule) -> Iterator[str]:
    seven = int(str(row["column_uses"]))
    five = None if pd.isna(row["column"]) else int(str(row["column"]))
    if rule.technologies and rule.end_uses:
        yield say("{here}: has technologies and end_uses; a node is a conversion or a use", here=here)
    elif rule.technologies:
        if seven != DEVICES or five is not None:
            yield say("{here}: has technologies, so column is blank and column_uses is 4", here=here)
    elif rule.end_uses:
        if seven != USES or five is not None:
            yield say("{here}: has end_uses, so column is blank and column_uses is 6", here=here)
    elif five is None or seven == DEVICES:
        yield say("{here}: has neither technologies nor end_uses, so column is 0 to 4", here=here)
    elif five < LAST_OF_FIVE and seven != five:
        yield say(
            "{here}: column is {five} and column_uses {seven}; up to column 3 they are the same",
            here=here,
            five=five,
            seven=seven,
        )
    elif five == LAST_OF_FIVE and seven not in (USERS, USES):
        yield say(
            "{here}: column is 4, so column_uses is 5 (an end user) or 6 (what leaves the territory)",
            here=here,
        )
    if NETWORK in rule.flows and not rule.groups:
        yield say("{here}: a network names its groups", here=here)


def _clashes(own: pd.DataFrame, shipped: pd.DataFrame, place: Place) -> Iterator[str]:
    """Two nodes that are equally close to the same cells: which of them wins would be chance."""
    others = list(rules_of(shipped[~shipped["node"].isin(own["node"])]))
    mine = list(rules_of(own))
    for i, rule in enumerate(mine):
        for other in (*others, *mine[:i]):
            if _clash(rule, other):
                shared = sorted(rule.groups & other.groups)
                what = " ".join([*sorted(set(rule.flows) & set(other.flows)), *shared])
                yield say(
                    "{place}: nodes '{one}' and '{two}' both take {what}; name fewer groups, or change the"
                    " other node too",
                    place=place(i),
                    one=rule.node,
                    two=other.node,
                    what=what,
                )


def _clash(one: Rule, two: Rule) -> bool:
    if not set(one.flows) & set(two.flows):
        return False
    if bool(one.technologies) != bool(two.technologies) or bool(one.end_uses) != bool(two.end_uses):
        return False
    if one.technologies and not one.technologies & two.technologies:
        return False
    if one.end_uses and not one.end_uses & two.end_uses:
        return False
    if not one.groups and not two.groups:
        return True
    # A network has no rank: its group must be its own. Elsewhere the node with fewer groups wins.
    ranked = NETWORK not in one.flows and len(one.groups) != len(two.groups)
    return not ranked and bool(one.groups & two.groups)


def _known_words() -> dict[str, set[str]]:
    labels = catalog.table("labels")
    return {
        "flows": {str(code) for code in catalog.table("flows")["code"]},
        "groups": {str(group) for group in catalog.table("products")["group_scheme"]},
        "technologies": {REST, *(str(name) for name in catalog.table("technologies")["technology"])},
        "end_uses": {AS_FINAL, *(str(c) for c in labels.loc[labels["kind"] == "end_use", "code"])},
    }


def _is_flow(word: str, flows: set[str]) -> bool:
    """A row of flows.csv, a stem of some, or a new child of one, as Eurostat adds them now and then."""
    if word in {NETWORK, *STEMS, *flows}:
        return True
    if word.endswith("_"):
        return any(flow.startswith(word) for flow in flows)
    parent = word.removesuffix("_E").rpartition("_")[0]
    return parent in flows or f"{parent}_E" in flows


def _same(one: object, two: object) -> bool:
    if pd.isna(one) or pd.isna(two):
        return bool(pd.isna(one)) and bool(pd.isna(two))
    return str(one) == str(two)
