"""Balance, targets and plan as rows that are ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from leb_kit.balance import Balance, Territory, check
from leb_kit.balance.accounting import flow_parts
from leb_kit.indicators import emissions, final_energy, primary_energy, renewable_share, self_sufficiency
from leb_kit.reference import catalog
from leb_kit.reference.sourcing import source_text
from leb_kit.report.figures import MILLION, Figures
from leb_kit.report.texts import words

#: Sectors in the order of the table; tertiary is split where the balance splits it.
TERTIARY = ("FC_OTH_CP_E", ("FC_OTH_CP_PUB_E", "FC_OTH_CP_PRI_E"))
BEFORE, AFTER = ("FC_OTH_HH_E",), ("FC_IND_E", "FC_TRA_E", "FC_OTH_AF_E", "FC_OTH_FISH_E", "FC_OTH_NSP_E")
FINAL = "FC_E"
#: Indicators of the key figures: name and unit.
KEY_FIGURES = (
    ("final_energy", "MWh"),
    ("primary_energy", "MWh"),
    ("renewable_share", "share"),
    ("emissions", "tCO2eq"),
    ("self_sufficiency", "share"),
)
#: Parts of Eurostat's labels that tell nothing inside one table.
SHARED_WORDS = ("Final consumption", "other sectors", "energy use")
#: Families of what brings energy, not of what makes it.
CARRIERS = ("network", "exchange")
#: A technology below this share of the largest energy and cost is not worth a line.
NEGLIGIBLE = 1e-3

Row = dict[str, Any]


def values(balance: Balance, convention: str) -> dict[str, float]:
    """Return the key figures: MWh, share 0-1, tCO2eq."""
    return {
        "final_energy": final_energy(balance).energy_mwh,
        "primary_energy": primary_energy(balance).energy_mwh,
        "renewable_share": renewable_share(balance).share,
        "emissions": emissions(balance, convention=convention).total_tco2eq,
        "self_sufficiency": self_sufficiency(balance).share,
    }


def key_figures(today: Row, planned: Row | None, figures: Figures) -> list[Row]:
    """Return label, value and, with a plan, what becomes of it."""
    rows = []
    for name, unit in KEY_FIGURES:
        row = {
            "label": catalog.label("indicator", name, figures.lang),
            "number": figures.parts(today[name], unit)[0],
            "unit": figures.parts(today[name], unit)[1],
        }
        if planned is not None:
            row["planned"] = figures.quantity(planned[name], unit)
            row["change"] = figures.change(today[name], planned[name], unit)
        rows.append(row)
    return rows


def comparison(named: Sequence[tuple[str, Row]], figures: Figures) -> dict[str, Any]:
    """Return the indicators of several balances beside each other; the first is what others differ from."""
    first = named[0][1]
    rows = []
    for name, unit in KEY_FIGURES:
        cells = [
            {
                "value": figures.quantity(each[name], unit),
                "change": "" if each is first else figures.change(first[name], each[name], unit),
            }
            for _, each in named
        ]
        rows.append({"label": catalog.label("indicator", name, figures.lang), "cells": cells})
    return {"names": [name for name, _ in named], "rows": rows}


def target_rows(today: pd.DataFrame, planned: pd.DataFrame | None, figures: Figures) -> list[Row]:
    """Return each target: today, required, with the plan, and the lengths of its gauge (0-100)."""
    later = {} if planned is None else {row["target"]: row for row in planned.to_dict("records")}
    rows = []
    for now in today.to_dict("records"):
        unit, then = str(now["unit"]), later.get(now["target"])
        shown = [float(now["value"]), float(now["required"]), *([float(then["value"])] if then else [])]
        full = max([*map(abs, shown), 1e-9]) * (1 + 1e-1)
        base_code, _, base_year = str(now["base"]).rpartition(" ")
        row = {
            "label": now[f"label_{figures.lang}"],
            "indicator": catalog.label("indicator", str(now["indicator"]), figures.lang),
            "sense": catalog.label("sense", str(now["sense"]), figures.lang),
            "base": f"{Territory.known(base_code).name(figures.lang)} {base_year}" if base_code else "",
            "value": figures.quantity(now["value"], unit),
            "required": figures.quantity(now["required"], unit),
            "met": bool(now["met"]),
            "at": _percent(now["value"], full),
            "mark": _percent(now["required"], full),
        }
        if then:
            row |= {
                "planned": figures.quantity(then["value"], unit),
                "planned_met": bool(then["met"]),
                "planned_at": _percent(then["value"], full),
            }
        rows.append(row)
    return rows


def _percent(value: float, full: float) -> str:
    return f"{min(max(float(value) / full, 0.0), 1.0) * 100:.1f}"


def plan_rows(plan: pd.DataFrame, figures: Figures) -> Row:
    """Return the technologies of a plan in two parts, largest energy first, and what was left out.

    The parts are plants and devices, then networks and exchanges with the outside.
    """
    technologies = catalog.table("technologies")
    families = dict(zip(technologies["technology"], technologies["family"], strict=True))
    size, cost = plan["energy_mwh"].abs(), plan["cost_eur"].abs()
    longest, dearest = float(size.max() or 1.0), float(cost.max() or 1.0)
    kept = plan[(size >= NEGLIGIBLE * longest) | (cost >= NEGLIGIBLE * dearest)]
    kept = kept.sort_values(["energy_mwh", "technology"], ascending=[False, True])
    carried = kept["technology"].map(families).isin(CARRIERS)
    text = words(figures.lang)
    parts = [
        {"label": text[key], "rows": [_plan_row(row, families, (longest, dearest), figures) for row in rows]}
        for key, rows in (
            ("plants", kept[~carried].to_dict("records")),
            ("carriers", kept[carried].to_dict("records")),
        )
        if rows
    ]
    return {
        "parts": parts,
        "total": figures.number(float(plan["cost_eur"].sum()) / MILLION, figures.fine),
        "hidden": len(plan) - len(kept),
        "limit": figures.energy(longest * NEGLIGIBLE),
        "stores": bool(kept["technology"].map(families).str.contains("storage").any()),
    }


def _plan_row(
    row: dict[Any, Any], families: dict[str, str], longest: tuple[float, float], figures: Figures
) -> Row:
    name, energy, cost = str(row["technology"]), float(row["energy_mwh"]), float(row["cost_eur"])
    new = float(row["new_capacity_mw"])
    return {
        "label": catalog.label("technology", name, figures.lang),
        "store": "storage" in families.get(name, ""),
        "capacity": figures.number(float(row["capacity_mw"]), figures.fine),
        "new": figures.number(new, figures.fine) if new > 1 / 10**figures.fine else "",
        "energy": figures.bare_energy(energy),
        "energy_bar": _percent(abs(energy), longest[0]),
        "cost": figures.number(cost / MILLION, figures.fine),
        "cost_bar": _percent(abs(cost), longest[1]),
    }


def retired_words(retired: pd.DataFrame, figures: Figures) -> str:
    """Return what a plan gives up as one sentence; nothing where it keeps all."""
    decimals = figures.fine if figures.fine > 1 else 0
    ordered = retired.sort_values(["retired_mw", "technology"], ascending=[False, True])
    named = [
        f"{catalog.label('technology', str(row['technology']), figures.lang)}"
        f" {figures.number(float(row['retired_mw']), decimals)} MW"
        for row in ordered.to_dict("records")
    ]
    return words(figures.lang)["retired"].format(all="; ".join(named)) if named else ""


def price_rows(prices: pd.DataFrame, figures: Figures) -> list[Row]:
    """Return what one unit more of each target costs; limits that are no targets are left out."""
    targets = prices[prices["kind"] == "target"] if "kind" in prices else prices
    rows = []
    for row in targets.to_dict("records"):
        price, unit = float(row["price"]), str(row["unit"]).removeprefix("EUR/")
        binds = abs(price) > 1e-6
        rows.append(
            {
                "label": row[f"label_{figures.lang}"] or row["target"],
                "price": f"{figures.number(price, 2)} €/{unit}" if binds else "",
            }
        )
    return rows


def flow_label(code: str, lang: str) -> str:
    """Return the label of a flow without the words that all its neighbours share.

    Examples
    --------
    >>> flow_label("FC_OTH_HH_E", "en")
    'Households'
    """
    whole = catalog.label("flow", code, lang).removesuffix(" (LEB child)")
    parts = [part for part in whole.split(" - ") if part not in SHARED_WORDS]
    name = " - ".join(parts).removesuffix(" sector") or whole.partition(" - ")[0]
    return name[:1].upper() + name[1:]


def final_rows(balance: Balance, figures: Figures) -> Row:
    """Return final energy by sector and product group, with a bar of groups for each sector."""
    products = catalog.table("products")
    groups: dict[str, str] = dict(products[["code", "group_scheme"]].itertuples(index=False))
    colors = catalog.table("colors").set_index("group")
    leaves = balance.leaves.assign(group=balance.leaves["product"].map(groups).fillna("other"))
    sectors = {code: _sector(leaves, code) for code in _sectors(leaves)}
    whole = _sector(leaves, FINAL)
    order = whole[whole.abs() > 0].sort_values(ascending=False).index
    longest = max((float(amounts.sum()) for amounts in sectors.values()), default=1.0)
    rows = []
    for code, amounts in sectors.items():
        total = float(amounts.sum())
        if not total:
            continue
        name = flow_label(code, figures.lang)
        if code == TERTIARY[0] and TERTIARY[1][0] in sectors:
            name = words(figures.lang)["not_split"].format(name=name)
        rows.append(
            {
                "label": name,
                "cells": [figures.bare_energy(float(amounts.get(group, 0.0))) for group in order],
                "total": figures.bare_energy(total),
                "bar": _percent(total, longest),
                "parts": [
                    {
                        "width": _percent(float(amounts.get(group, 0.0)), total),
                        "color": colors.loc[group, "color_hex"],
                    }
                    for group in order
                    if amounts.get(group, 0.0) > 0
                ],
            }
        )
    heads = [
        {"label": colors.loc[group, f"label_{figures.lang}"], "color": colors.loc[group, "color_hex"]}
        for group in order
    ]
    return {
        "heads": heads,
        "rows": rows,
        "totals": [figures.bare_energy(float(whole[group])) for group in order],
        "total": figures.bare_energy(float(whole.sum())),
    }


def _sectors(leaves: pd.DataFrame) -> list[str]:
    whole, parts = TERTIARY
    split = any(set(flow_parts(part)) & set(leaves["flow"]) for part in parts)
    return [*BEFORE, *(parts if split else ()), whole, *AFTER]


def _sector(leaves: pd.DataFrame, code: str) -> pd.Series:
    """Return MWh by product group; tertiary that is split counts only what is not."""
    own = set(flow_parts(code))
    whole, parts = TERTIARY
    if code == whole:
        own -= {flow for part in parts for flow in flow_parts(part)}
    return leaves[leaves["flow"].isin(own)].groupby("group")["energy_mwh"].sum()


def source_rows(balance: Balance, figures: Figures) -> Row:
    """Return every source with status, cells and share of the energy; and how the balance closes."""
    text = words(figures.lang)
    table = balance.leaves.assign(size=balance.leaves["energy_mwh"].abs())
    grouped = table.groupby(["source", "status"], sort=False)["size"].agg(["sum", "count"]).reset_index()
    grouped = grouped.sort_values(["status", "sum", "source"], ascending=[True, False, True])
    rows = [
        {
            "source": source_text(row["source"], figures.lang) or text["no_source"],
            "status": catalog.label("status", row["status"], figures.lang),
            "cells": figures.number(row["count"]),
        }
        for row in grouped.to_dict("records")
    ]
    estimated = int((table["status"] == "E").sum())
    found = check(balance).table["severity"].value_counts()
    errors, rests = int(found.get("error", 0)), int(found.get("info", 0))
    verdict = text["open"].format(count=errors) if errors else text["closes"]
    if rests:
        verdict += " " + text["rests"].format(count=rests)
    count = {"estimated": figures.number(estimated), "all": figures.number(len(table))}
    lead = text["sources_lead"].format(**count) if estimated else text["sources_measured"]
    return {"rows": rows, "lead": lead, "verdict": verdict, "ok": not errors}
