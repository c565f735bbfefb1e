"""What a notebook shows of an energy system and of the inside of a node: names, units that fit."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from leb_kit.errors import language, say
from leb_kit.reference import catalog
from leb_kit.reference.shown import energy, number, page, table

if TYPE_CHECKING:
    from leb_kit.system.detail import NodeDetail
    from leb_kit.system.model import EnergySystem

#: How many processes are shown.
ROWS: Final = 12
#: Kinds of code that a part of a name may be, in the order they are tried.
_KINDS: Final = ("flow", "end_use", "product", "technology", "node")
_PERCENT: Final = 100


def system_page(system: EnergySystem) -> str:
    """Return the largest processes of a system, with what they are and how much they do."""
    top = system.processes.sort_values("activity_mwh", ascending=False).head(ROWS)
    unit, amounts = energy(top["activity_mwh"])
    shown = table(
        {
            say("process"): [_process(str(name)) for name in top.index],
            say("code"): list(top.index),
            unit: amounts,
        },
        words=2,
    )
    more = len(system.processes) - len(top)
    rest = f"<p>{html.escape(say('… and {count} more rows in .processes', count=more))}</p>" if more else ""
    return page(repr(system), shown, rest)


def detail_page(detail: NodeDetail) -> str:
    """Return what is inside a node: totals first, then each row."""
    totals = detail.totals.rename_axis(detail.totals.index.name or "direction").reset_index()
    parts = [_rows(totals), _rows(detail.table)]
    return f"<p><strong>{html.escape(detail.label(language()))}</strong></p>{''.join(parts)}"


def _rows(rows: pd.DataFrame) -> str:
    """Return rows with codes as names, energy in units that fit, shares and efficiencies in percent."""
    heads = _heads()
    words = [name for name in rows if not pd.api.types.is_float_dtype(rows[name])]
    columns: dict[str, Sequence[str]] = {heads.get(name, name): _names(rows[name]) for name in words}
    for name in rows.columns.drop(words):
        if str(name).endswith("_mwh"):
            unit, told = energy(rows[name])
            columns[f"{heads.get(name, name)}, {unit}"] = told
        else:
            columns[f"{heads.get(name, name)}, %"] = [number(_PERCENT * one, 1) for one in rows[name]]
    return table(columns, words=len(words))


def _heads() -> dict[object, str]:
    return {
        "plant": say("plant"),
        "product": say("energy product"),
        "flow": say("flow"),
        "end_use": say("end use"),
        "technology": say("technology"),
        "direction": say("direction"),
        "node": say("node"),
        "input_mwh": say("in"),
        "electricity_mwh": say("electricity"),
        "heat_mwh": say("heat"),
        "losses_mwh": say("losses"),
        "final_mwh": say("final energy"),
        "useful_mwh": say("useful energy"),
        "energy_mwh": say("energy"),
        "electricity_efficiency": say("electric efficiency"),
        "heat_efficiency": say("heat efficiency"),
        "efficiency": say("efficiency"),
        "share": say("share"),
    }


def _names(codes: pd.Series) -> list[str]:
    words = {
        "TOTAL": say("total"),
        "in": say("in"),
        "out": say("out"),
        "delivered": say("delivered"),
        "losses": say("losses"),
        "own_use": say("own use"),
        "export": say("export"),
        "stock_build": say("into stock"),
        "stock_draw": say("out of stock"),
        "difference": say("statistical difference"),
    }
    return [words.get(str(code)) or _name(str(code)) for code in codes]


def _process(name: str) -> str:
    """Return ``device:FC_OTH_HH_E:lighting:E7000`` as people say it."""
    _, *parts = name.split(":")
    return ", ".join(_name(part) for part in parts if part != "final")


def _name(code: str) -> str:
    """Return the name of a code of whatever kind; one of a person's own stays as it is."""
    told = [catalog.label(kind, code, language()) for kind in _KINDS]
    fed = f"TI_EHG_{code}_E"  # plants are called by the row of what goes into them
    told.append(catalog.label("flow", fed, language()))
    return next((name for name in told if name not in (code, fed)), code)
