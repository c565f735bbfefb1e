"""The sheet of one inventory: A final energy, B local production and factors, C emissions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from babel.numbers import format_decimal

from leb_kit.indicators import EmissionInventory
from leb_kit.indicators.covenant_factors import CONSUMED, STATED
from leb_kit.io.secap_sheet import A3, Page
from leb_kit.reference import catalog

ELECTRICITY, HEAT = "electricity", "heat"
PRODUCTION = (
    "fuel_mwh",
    "electricity_mwh",
    "counted_mwh",
    "heat_mwh",
    "tco2_electricity",
    "counted_tco2",
    "tco2_heat",
)
#: Rows that are no part of the template: they stand there only where they hold something.
_ONLY_IF_USED = ("industry_ets", "other_transport", "energy_plants")
_LABEL_WIDTH, _CELL_WIDTH = 46, 13
#: A cell is energy times factor when it differs from it by less than this share.
SAME = 1e-9


@dataclass
class _Grid:
    """Where a table of sectors × carriers stands: rows of sectors, columns of carriers, total."""

    rows: dict[str, int]
    columns: dict[str, int]
    total_row: int
    total_column: int


def write_inventory(page: Page, inventory: EmissionInventory, role: str) -> str:
    """Write one inventory; return the address of its total.

    Parameters
    ----------
    page : Page
        An empty sheet.
    inventory : EmissionInventory
        What to write.
    role : str
        ``base`` or ``monitoring``.
    """
    people = inventory.population
    told = format_decimal(people, "#,##0", locale=page.lang) if people > 0 else page.say("not_given")
    note = page.say(
        "set", convention=catalog.label("convention", inventory.convention, page.lang), population=told
    )
    page.title(page.say(f"title_{role}", name=inventory.title(page.lang)), note)
    energy = inventory.matrix("energy_mwh")
    page.table("a")
    a = _grid(page, energy)
    page.table("b")
    made = _production(page, inventory)
    factors = {
        ELECTRICITY: _electricity(page, inventory, a, made),
        HEAT: _heat(page, inventory, made),
    }
    page.table("c")
    total = _emissions(page, inventory, a, factors)
    page.sheet.freeze_panes(0, 1)
    page.finish([_LABEL_WIDTH, *[_CELL_WIDTH] * (len(energy.columns) + 1)], paper=A3)
    return total


# ── A and C: sectors × carriers ──────────────────────────────────────────────────────────────────────────


def _head(page: Page, values: pd.DataFrame) -> _Grid:
    carriers = [catalog.label("covenant_carrier", str(code), page.lang) for code in values.columns]
    page.head([page.say("sector"), *carriers, page.say("total")])
    columns = {str(code): at for at, code in enumerate(values.columns, start=1)}
    return _Grid({}, columns, 0, len(columns) + 1)


def _grid(
    page: Page,
    values: pd.DataFrame,
    *,
    head: _Grid | None = None,
    formulas: Mapping[tuple[str, str], str] | None = None,
    apart: Mapping[str, float] | None = None,
) -> _Grid:
    """Write sectors × carriers with subtotals and totals; zeros stay blank, sums are formulas."""
    grid = head or _head(page, values)
    groups = catalog.table("covenant_sectors").sort_values("order").set_index("covenant_sector")
    subtotals: list[int] = []
    sums = pd.Series(0.0, index=values.columns)
    extra = dict(apart or {})
    for group, members in groups.groupby("group", sort=False):
        shown = [code for code in members.index if _is_shown(code, groups, values, extra)]
        if not shown:
            continue
        page.text(page.row, 0, page.say(f"group_{group}"), "group")
        page.row += 1
        first = page.row
        for sector in shown:
            row = values.loc[sector] if sector in values.index else pd.Series(dtype=float)
            _sector(page, grid, sector, row, formulas or {}, extra.get(sector))
        part = values.reindex(shown).sum()
        more = math.fsum(extra.get(sector, 0.0) for sector in shown)
        _sums(page, grid, (first, page.row - 1), part, more)
        subtotals.append(page.row - 1)
        sums = sums + part
    _total(page, grid, subtotals, sums, math.fsum(extra.values()))
    grid.total_row = page.row - 1
    return grid


def _is_shown(code: str, groups: pd.DataFrame, values: pd.DataFrame, extra: Mapping[str, float]) -> bool:
    """Rows of the template always, the others where they hold something."""
    used = code in extra or (code in values.index and bool((values.loc[code] != 0).any()))
    return used or (groups.loc[code, "group"] != "non_energy" and code not in _ONLY_IF_USED)


def _sector(
    page: Page,
    grid: _Grid,
    sector: str,
    row: pd.Series,
    formulas: Mapping[tuple[str, str], str],
    alone: float | None,
) -> None:
    at = page.row
    page.text(at, 0, catalog.label("covenant_sector", sector, page.lang), "label")
    for carrier, value in row.items():
        column = grid.columns[str(carrier)]
        formula = formulas.get((sector, str(carrier)))
        if formula:
            page.formula(at, column, formula, float(value), "number")
        elif value:
            page.number(at, column, float(value), "number")
    if alone is None:
        left, right = page.cell(at, 1), page.cell(at, grid.total_column - 1)
        page.formula(at, grid.total_column, f"=SUM({left}:{right})", float(row.sum()), "sum")
    else:
        page.number(at, grid.total_column, alone, "sum")
    grid.rows[sector] = at
    page.row += 1


def _sums(page: Page, grid: _Grid, rows: tuple[int, int], part: pd.Series, more: float) -> None:
    page.text(page.row, 0, page.say("subtotal"), "subtotal_label")
    for carrier, column in grid.columns.items():
        page.sum_of(page.row, column, *rows, float(part[carrier]), "subtotal")
    page.sum_of(page.row, grid.total_column, *rows, float(part.sum()) + more, "subtotal")
    page.row += 1


def _total(page: Page, grid: _Grid, subtotals: list[int], sums: pd.Series, more: float) -> None:
    page.text(page.row, 0, page.say("total"), "total_label")
    values = [*(float(sums[carrier]) for carrier in grid.columns), float(sums.sum()) + more]
    for column, value in enumerate(values, start=1):
        cells = "+".join(page.cell(row, column) for row in subtotals)
        page.formula(page.row, column, f"={cells}", value, "total")
    page.row += 1


def _emissions(page: Page, inventory: EmissionInventory, a: _Grid, factors: Mapping[str, str]) -> str:
    """Write C: where a column has one factor, its cells are energy times factor."""
    energy, tco2 = inventory.matrix("energy_mwh"), inventory.matrix("tco2")
    grid = _head(page, tco2)
    factor_row = page.row
    page.row += 1
    formulas: dict[tuple[str, str], str] = {}
    one: dict[str, float] = {}
    for carrier, column in grid.columns.items():
        found = _one_factor(energy[carrier], tco2[carrier])
        if found is None:
            continue
        one[carrier] = found
        factor = page.cell(factor_row, column).replace(str(factor_row + 1), f"${factor_row + 1}")
        for sector in energy.index[energy[carrier] > 0]:
            formulas[str(sector), carrier] = f"={page.cell(a.rows[sector], column)}*{factor}"
    apart = inventory.non_energy.set_index("covenant_sector")["tco2"].to_dict()
    _grid(page, tco2, head=grid, formulas=formulas, apart=apart)
    page.text(factor_row, 0, page.say("factor"), "label")
    for carrier, column in grid.columns.items():
        if carrier in one and carrier in factors:
            page.formula(factor_row, column, f"={factors[carrier]}", one[carrier], "factor")
        elif carrier in one:
            page.number(factor_row, column, one[carrier], "factor")
        elif energy[carrier].sum() > 0:
            mean = float(tco2[carrier].sum() / energy[carrier].sum())
            cells = page.cell(grid.total_row, column), page.cell(a.total_row, column)
            page.formula(factor_row, column, f"={cells[0]}/{cells[1]}", mean, "factor")
    return page.cell(grid.total_row, grid.total_column)


def _one_factor(energy: pd.Series, tco2: pd.Series) -> float | None:
    """Return the factor of a column where every cell that has energy has the same."""
    used = energy > 0
    if not used.any() or bool((tco2[~used] != 0).any()):
        return None
    ratio = tco2[used] / energy[used]
    first = float(ratio.iloc[0])
    return first if bool(((ratio - first).abs() <= SAME * max(abs(first), SAME)).all()) else None


# ── B: local production and local factors ────────────────────────────────────────────────────────────────


def _production(page: Page, inventory: EmissionInventory) -> dict[str, str]:
    """Write the plants; return the addresses of their sums."""
    page.head([page.say("plant"), *(page.say(name) for name in PRODUCTION)])
    made = inventory.production
    made = made.assign(
        counted_mwh=made["electricity_mwh"].where(made["counted"], 0.0),
        counted_tco2=made["tco2_electricity"].where(made["counted"], 0.0),
    )
    rows = made.groupby("covenant_plant", sort=False)[list(PRODUCTION)].sum()
    first = page.row
    for plant, row in rows.iterrows():
        page.text(page.row, 0, catalog.label("covenant_plant", str(plant), page.lang), "label")
        for column, name in enumerate(PRODUCTION, start=1):
            page.number(page.row, column, float(row[name]), "number")
        page.row += 1
    page.text(page.row, 0, page.say("total"), "total_label")
    for column, name in enumerate(PRODUCTION, start=1):
        if rows.empty:
            page.number(page.row, column, 0.0, "total")
        else:
            page.sum_of(page.row, column, first, page.row - 1, float(rows[name].sum()), "total")
    addresses = {name: page.cell(page.row, column) for column, name in enumerate(PRODUCTION, start=1)}
    page.row += 2
    return addresses


def _electricity(page: Page, inventory: EmissionInventory, a: _Grid, made: Mapping[str, str]) -> str:
    """Write the local factor of electricity, as the formula with both branches."""
    one = inventory.electricity
    total = page.cell(a.total_row, a.columns[ELECTRICITY])
    used = page.line("consumption", one.consumption_mwh, "number", f"={total}")
    local = page.line("local", one.local_production_mwh, "number", f"={made['counted_mwh']}")
    green = page.line("purchase", one.green_electricity_purchase_mwh, "number")
    national = page.line("national", one.national_factor, "factor")
    own = page.line("tco2_local", one.tco2_local_production, "number")
    bought = page.line("tco2_purchase", one.tco2_green_electricity_purchase, "number")
    formula = (
        f"=IF({local}+{green}=0,{national},IF({local}+{green}>{used},({own}+{bought})/({local}+{green}),"
        f"(({used}-{local}-{green})*{national}+{own}+{bought})/{used}))"
    )
    factor = page.line("efe", one.factor, "factor", "" if one.branch == STATED else formula)
    page.row += 1
    return factor


def _heat(page: Page, inventory: EmissionInventory, made: Mapping[str, str]) -> str:
    """Write the local factor of heat."""
    one = inventory.heat
    own = page.line("tco2_made", one.tco2_local_production, "number", f"={made['tco2_heat']}")
    bought = page.line("tco2_imported", one.tco2_imported, "number")
    sold = page.line("tco2_exported", one.tco2_exported, "number")
    used = page.line("heat_used", one.consumption_mwh, "number")
    formula = f"=({own}+{bought}-{sold})/{used}" if one.branch == CONSUMED else ""
    return page.line("efh", one.factor, "factor", formula)
