"""The SECAP workbook of the Covenant of Mayors: inventories, comparison, actions, factors.

Sums, local factors and emissions are formulas, so that whoever opens the file can follow them; each has
its value beside it for programs that do not compute.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pandas as pd

from leb_kit.balance import Territory
from leb_kit.errors import InputError
from leb_kit.indicators import EmissionInventory, InventoryComparison
from leb_kit.io.files import SomePath, replaced
from leb_kit.io.secap_inventory import write_inventory
from leb_kit.io.secap_sheet import Page, styles
from leb_kit.io.secap_texts import text
from leb_kit.reference import catalog, schema
from leb_kit.reference.catalog import LANGUAGES

SECTOR = "covenant_sector"
#: Columns of the actions that are always there, and those of text.
ALWAYS = ("action", SECTOR)
ACTION_TEXTS = (SECTOR, "responsible", "source")
WIDTHS = {"action": 68, SECTOR: 44, "responsible": 28, "source": 100}
#: Columns of the actions that add up.
SUMMED = ("cost_eur", "saving_mwh", "renewable_mwh", "reduction_tco2")


def write_secap_xlsx(
    path: SomePath,
    inventories: EmissionInventory | InventoryComparison,
    *,
    actions: pd.DataFrame | None = None,
    lang: str = "it",
) -> Path:
    """Write the tables of a sustainable energy and climate action plan to an Excel file.

    One sheet for each inventory (A final energy, B local production and factors, C emissions), the
    comparison with the commitments, the actions, and the factors with their sources.

    Parameters
    ----------
    path : str or path
        The file; it is replaced only when the new one is complete.
    inventories : EmissionInventory or InventoryComparison
        The baseline alone, or baseline and monitoring with their comparison.
    actions : pd.DataFrame, optional
        action, covenant_sector, start_year, end_year, responsible, cost_eur (EUR), saving_mwh,
        renewable_mwh (MWh/year), reduction_tco2 (t/year), source; only the first two must be there.
    lang : str
        ``"it"`` or ``"en"``.

    Returns
    -------
    Path
        Where the file is.

    Raises
    ------
    InputError
        Unknown language, or actions with faults.

    Examples
    --------
    >>> import leb_kit as leb
    >>> bei = leb.indicators.emission_inventory(leb.examples.torino())
    >>> leb.write_secap_xlsx("paesc.xlsx", bei)  # doctest: +SKIP
    PosixPath('paesc.xlsx')
    """
    if lang not in LANGUAGES:
        raise InputError(str(path), [f"unknown language '{lang}'; known are {', '.join(LANGUAGES)}"])
    checked = None if actions is None else schema.validate(actions, "secap.actions", where="actions")
    both = inventories if isinstance(inventories, InventoryComparison) else None
    base = inventories.base if isinstance(inventories, InventoryComparison) else inventories
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with replaced(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), options)
        # a fixed date: the same plan gives the same file
        book.set_properties({"created": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)})
        try:
            _fill(book, base, both, checked, lang)
        finally:
            book.close()
    return Path(path)


def _fill(
    book: Any,
    base: EmissionInventory,
    both: InventoryComparison | None,
    actions: pd.DataFrame | None,
    lang: str,
) -> None:
    formats = styles(book)

    def page(name: str) -> Page:
        return Page(book.add_worksheet(name), formats, lang, base.unit)

    total = write_inventory(page(text("base", lang, year=base.year)), base, "base")
    if both is not None:
        write_inventory(
            page(text("monitoring", lang, year=both.monitoring.year)), both.monitoring, "monitoring"
        )
        _write_comparison(page(text("comparison", lang)), both)
    if actions is not None:
        _write_actions(page(text("actions", lang)), actions, base, total)
    _write_factors(page(text("factors", lang)), [base] if both is None else [base, both.monitoring])


def _write_comparison(page: Page, both: InventoryComparison) -> None:
    base, later = both.base, both.monitoring
    name = _name(base, page.lang)
    page.title(page.say("title_comparison", name=name, before=base.year, after=later.year))
    head = [page.say("sector"), page.say("before", year=base.year), page.say("before", year=later.year)]
    head += [page.say(key) for key in ("change", "percent", "energy_effect", "factor_effect")]
    page.head(head)
    rows = both.by("covenant_sector")
    first = page.row
    for sector, row in rows.iterrows():
        label = catalog.label("covenant_sector", str(sector), page.lang)
        _comparison_row(page, label, row, "number")
    last = page.row - 1
    total = rows.sum()
    at = page.row
    _comparison_row(page, page.say("total"), total, "total")
    for column, key in (
        (1, "base_tco2"),
        (2, "monitoring_tco2"),
        (5, "energy_effect_tco2"),
        (6, "factor_effect_tco2"),
    ):
        page.sum_of(at, column, first, last, float(total[key]), "total")
    page.row += 1
    _write_targets(page, both)
    page.finish([46, *[16] * 6])


def _comparison_row(page: Page, label: str, row: pd.Series, style: str) -> None:
    at = page.row
    page.text(at, 0, label, "total_label" if style == "total" else "label")
    before, after = float(row["base_tco2"]), float(row["monitoring_tco2"])
    page.number(at, 1, before, style)
    page.number(at, 2, after, style)
    one, two = page.cell(at, 1), page.cell(at, 2)
    page.formula(at, 3, f"={two}-{one}", after - before, style)
    share = after / before - 1 if before else math.nan
    page.formula(at, 4, f'=IF({one}=0,"",{two}/{one}-1)', share, f"{style}_share")
    page.number(at, 5, float(row["energy_effect_tco2"]), style)
    page.number(at, 6, float(row["factor_effect_tco2"]), style)
    page.row += 1


def _write_targets(page: Page, both: InventoryComparison) -> None:
    if both.targets.empty:
        return
    keys = ("target", "target_year", "basis", "required", "value", "gap", "met")
    page.head([page.say(key) for key in keys], texts=(2, 6))
    for row in both.targets.to_dict("records"):
        at = page.row
        style = "factor" if row["basis"] == "per_head" else "number"
        page.text(at, 0, catalog.label("target_set", str(row["target_set"]), page.lang), "label")
        page.number(at, 1, int(row["target_year"]), "year")
        page.text(at, 2, page.say(f"basis_{row['basis']}"), "text")
        page.number(at, 3, float(row["required"]), style)
        page.number(at, 4, float(row["value"]), style)
        page.formula(at, 5, f"={page.cell(at, 4)}-{page.cell(at, 3)}", float(row["gap"]), style)
        page.text(at, 6, page.say("yes" if row["met"] else "no"), "text")
        page.row += 1


def _write_actions(page: Page, actions: pd.DataFrame, base: EmissionInventory, whole: str) -> None:
    page.title(page.say("title_actions", name=_name(base, page.lang)))
    columns = [name for name in actions if name in ALWAYS or _is_told(actions[name])]
    texts = [at for at, name in enumerate(columns) if name in ACTION_TEXTS]
    page.head([page.say("sector" if name == SECTOR else name) for name in columns], texts)
    first = page.row
    for row in actions[columns].itertuples(index=False, name=None):
        _action(page, dict(zip(columns, row, strict=True)))
    total = page.row
    page.text(total, 0, page.say("total"), "total_label")
    for column, name in enumerate(columns[1:], start=1):
        if name in SUMMED:
            page.sum_of(total, column, first, total - 1, float(actions[name].sum()), "total")
        else:
            page.text(total, column, "", "total_label")
    page.row += 1
    if "reduction_tco2" in columns:
        column = columns.index("reduction_tco2")
        sheet = page.say("base", year=base.year)
        share = float(actions["reduction_tco2"].sum()) / base.total_tco2
        page.text(page.row, 0, page.say("share_of_base"), "label")
        formula = f"={page.cell(total, column)}/'{sheet}'!{whole}"
        page.formula(page.row, column, formula, share, "number_share")
    page.finish([WIDTHS.get(str(name), 16) for name in columns])


def _is_told(values: pd.Series) -> bool:
    """A column that nobody filled in is left out."""
    return bool((values.notna() & (values.astype(str) != "")).any())


def _action(page: Page, row: dict[str, Any]) -> None:
    for column, (name, value) in enumerate(row.items()):
        if name == SECTOR:
            page.text(page.row, column, catalog.label(SECTOR, str(value), page.lang), "text")
        elif isinstance(value, str):
            page.text(page.row, column, value, "label" if column == 0 else "text")
        elif not pd.isna(value):
            page.number(page.row, column, float(value), "year" if name.endswith("_year") else "number")
    page.row += 1


def _write_factors(page: Page, inventories: list[EmissionInventory]) -> None:
    page.title(page.say("title_factors", name=_name(inventories[0], page.lang)))
    page.head(
        [page.say(key) for key in ("target_year", "product", "own_sector", "factor_of", "source")],
        texts=(1, 2, 4),
    )
    for one in inventories:
        rows = one.table[["product", "covenant_sector", "factor_tco2_per_mwh", "source"]]
        kinds = rows.groupby("product")["factor_tco2_per_mwh"].nunique()
        several = rows["product"].map(kinds) > 1
        sectors = rows["covenant_sector"].where(several, "")
        shown = rows.assign(covenant_sector=sectors).drop_duplicates()
        for product, sector, factor, source in shown.itertuples(index=False, name=None):
            label = catalog.label("covenant_sector", sector, page.lang) if sector else page.say("all_sectors")
            page.number(page.row, 0, one.year, "year")
            page.text(page.row, 1, catalog.label("product", product, page.lang), "text")
            page.text(page.row, 2, label, "text")
            page.number(page.row, 3, float(factor), "factor")
            page.text(page.row, 4, source, "text")
            page.row += 1
    page.finish([8, 40, 40, 16, 120])


def _name(inventory: EmissionInventory, lang: str) -> str:
    return Territory.known(inventory.territory).name(lang)
