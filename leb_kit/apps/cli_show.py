"""Tables on the terminal, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leb_kit.apps.cli_texts import words
from leb_kit.balance import Balance, CheckReport, aggregate
from leb_kit.balance.accounting import TOTAL
from leb_kit.indicators import trace
from leb_kit.reference import catalog
from leb_kit.report import sections
from leb_kit.report.figures import Figures, unit_for
from leb_kit.system.grouping import REST

#: Width of tables where no terminal says its own.
PIPED_WIDTH = 140
#: More failing rows than this are counted, not printed.
MOST_ROWS = 60
#: Product groups of ``leb show`` that stand alone; the others are summed.
MOST_GROUPS = 6
#: Smaller amounts are the arithmetic of floats.
VANISHING = 1e-6
#: Rows of ``leb show``: the backbone of the balance and the sectors.
BACKBONE = (
    "PPRD", "RCV_RCY", "IMP", "EXP", "STK_CHG", "GAE", "INTMARB", "INTAVI", "TI_E", "TO", "NRG_E", "DL",
    "FC_NE", "FC_E", "FC_IND_E", "FC_TRA_E", "FC_OTH_CP_E", "FC_OTH_CP_PUB_E", "FC_OTH_CP_PRI_E",
    "FC_OTH_HH_E", "FC_OTH_AF_E", "FC_OTH_FISH_E", "STATDIFF",
)  # fmt: skip


class Screen:
    """One language, one console; every command prints through it."""

    def __init__(self, lang: str, *, as_json: bool = False, unit: str = "GWh") -> None:
        self.lang, self.as_json = lang, as_json
        self.text = words(lang)
        self.figures = Figures(lang, unit)
        self.console = Console(width=None if Console().is_terminal else PIPED_WIDTH, highlight=False)

    def suit(self, balance: Balance) -> None:
        """Choose the unit in which this balance reads well."""
        self.figures = Figures(self.lang, unit_for(float(balance.table["energy_mwh"].abs().sum())))

    def say(self, key: str, style: str = "", **parts: object) -> None:
        """Print one sentence; with ``--json`` nothing but JSON is printed."""
        if not self.as_json:
            # markup in a name of a file or territory is text, not style
            self.console.print(Text(self.text[key].format(**parts), style=style))

    def note(self, sentence: str) -> None:
        """Print a sentence that is ready; with ``--json`` nothing but JSON is printed."""
        if not self.as_json:
            self.console.print(Text(sentence))

    def json(self, data: object) -> None:
        """Print JSON and nothing else."""
        print(json.dumps(data, ensure_ascii=False, indent=2))

    def table(
        self,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        text_columns: int = 1,
        tight: bool = False,
    ) -> None:
        """Print a table; after ``text_columns`` columns of text come numbers, set to the right."""
        if self.as_json:
            return
        look: dict[str, Any] = {"title_justify": "left", "title_style": "bold", "header_style": "bold"}
        shown = Table(title=title, box=None, pad_edge=False, padding=(0, 2, 0, 0), **look)
        for at, head in enumerate(heads):
            if at < text_columns:
                # codes and failing cells are read whole; the label of a wide table may be cut
                shown.add_column(head, overflow="ellipsis" if tight else "fold", no_wrap=tight)
            else:
                # a number is never broken in two; words above it may be
                longest = max((len(row[at]) for row in rows), default=0)
                shown.add_column(head, justify="right", min_width=longest)
        for row in rows:
            shown.add_row(*(Text(cell) for cell in row))
        self.console.print()
        self.console.print(shown)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as JSON has them; what is missing is null."""
    out: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=12))
    return out


def loaded(screen: Screen, balance: Balance) -> None:
    """Say what was read."""
    table, number, text = balance.table, screen.figures.number, screen.text
    counts = {"rows": len(table), "flows": table["flow"].nunique(), "products": table["product"].nunique()}
    words = {
        name: text["1 " + name] if count == 1 else text[name].format(count=number(count))
        for name, count in counts.items()
    }
    screen.say("loaded", "bold", name=balance.title(screen.lang), **words)
    for note in balance.notes[:MOST_ROWS]:
        screen.note(f"  {note}")


def checked(screen: Screen, report: CheckReport) -> None:
    """Print the failing rows, or that the balance closes."""
    table, number = report.table, screen.figures.number
    rows = []
    for row in table.head(MOST_ROWS).to_dict("records"):
        amounts = (number(float(row[name]), 1) for name in ("value", "expected", "gap_mwh"))
        rows.append((row["check"], row["key"], screen.text[row["severity"]], *amounts))
    if rows:
        heads = [screen.text[key] for key in ("check", "key", "severity", "value", "expected", "gap")]
        screen.table(screen.text["check"], heads, rows, text_columns=3)
        for hint in dict.fromkeys(table["hint"]):
            if not screen.as_json:
                screen.console.print(Text(f"  {hint}", style="dim"))
    errors = int((table["severity"] == "error").sum())
    if errors:
        screen.say("open", "bold red", count=errors)
    elif len(table):
        screen.say("closes_notes", "green", count=len(table))
    else:
        screen.say("closes", "green")


def indicators(screen: Screen, balance: Balance) -> dict[str, float]:
    """Print the key figures; returns them (MWh, share 0-1, tCO2eq)."""
    found = sections.values(balance, "territorial")
    rows = [
        (catalog.label("indicator", name, screen.lang), screen.figures.quantity(found[name], unit))
        for name, unit in sections.KEY_FIGURES
    ]
    heads = [screen.text[key] for key in ("indicator", "value_of_today")]
    screen.table(screen.text["indicators"], heads, rows)
    return found


def traced(screen: Screen, balance: Balance, indicator: str) -> None:
    """Print where an indicator comes from: a tree of sums down to the largest cells; as JSON, every step."""
    found = trace(balance, indicator)
    if screen.as_json:
        screen.json(records(found.table))
    else:
        screen.console.print(Text(found.explain(screen.lang)), soft_wrap=True)


def targets(screen: Screen, today: pd.DataFrame, planned: pd.DataFrame | None = None) -> None:
    """Print the targets: required, today and with a plan."""
    text = screen.text
    heads = [text["target"], text["required"], text["today"], text["met"]]
    heads += [text["planned"], text["met"]] if planned is not None else []
    rows = []
    for row in sections.target_rows(today, planned, screen.figures):
        cells = [row["label"], row["required"], row["value"], text["yes" if row["met"] else "no"]]
        if planned is not None:
            cells += [row.get("planned", ""), text["yes" if row.get("planned_met") else "no"]]
        rows.append(cells)
    screen.table(text["targets"], heads, rows)


def plan(
    screen: Screen, table: pd.DataFrame, prices: pd.DataFrame, *, retired: pd.DataFrame, cost_eur: float
) -> None:
    """Print plan, total cost and what each target costs at the margin."""
    text = screen.text
    shown = sections.plan_rows(table, screen.figures)
    heads = [text[key] for key in ("technology", "capacity", "new", "energy", "cost")]
    heads = [head.format(unit=screen.figures.unit) for head in heads]
    numbers = ("capacity", "new", "energy", "cost")
    rows = [
        (f"{row['label']}{'*' if row['store'] else ''}", *(row[key] for key in numbers))
        for part in shown["parts"]
        for row in part["rows"]
    ]
    screen.table(text["plan"], heads, rows)
    if shown["stores"]:
        screen.say("store_note", "dim")
    given_up = sections.retired_words(retired, screen.figures)
    if given_up and not screen.as_json:
        screen.console.print(Text(given_up))
    screen.say("total_cost", "bold", cost=screen.figures.million(cost_eur))
    marginal = [
        (row["label"], row["price"] or text["not_binding"])
        for row in sections.price_rows(prices, screen.figures)
    ]
    screen.table(text["prices"], [text["target"], text["price"]], marginal)


def grouped(balance: Balance, unit: str, *, every_row: bool = False) -> pd.DataFrame:
    """Return flows × groups of products of one territory and year: the largest groups, the rest, TOTAL."""
    full = aggregate(balance).pivot(unit=unit)
    products = catalog.table("products")
    sums = set(products.loc[~products["leaf"], "code"])
    leaf = [code for code in full.columns if code not in sums]
    groups = dict(zip(products["code"], products["group_scheme"], strict=True))
    wide = full[leaf].T.groupby([groups.get(code, REST) for code in leaf]).sum().T
    wide = wide[[code in BACKBONE or every_row for code in wide.index]]
    size = wide.abs().max().sort_values(ascending=False)
    kept = [name for name in size.index if name != REST][:MOST_GROUPS]
    rest = wide.drop(columns=kept).sum(axis=1)
    return wide[kept].assign(**{REST: rest, TOTAL: full[TOTAL]})


def pivot(screen: Screen, balance: Balance, unit: str, *, every_row: bool = False) -> pd.DataFrame:
    """Print flows × groups of products; returns the table by code, in ``unit``."""
    wide = grouped(balance, unit, every_row=every_row)
    colors = catalog.table("colors")
    labels = dict(zip(colors["group"], colors[f"label_{screen.lang}"], strict=True))
    labels |= {REST: screen.text["rest"], TOTAL: screen.text["total"]}
    heads = [screen.text["code"], screen.text["flow"], *(labels[name] for name in wide)]
    rows = [
        (str(code), sections.flow_label(str(code), screen.lang), *(_cell(screen, one) for one in amounts))
        for code, amounts in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    title = screen.text["balance"].format(name=balance.title(screen.lang), unit=unit)
    screen.table(title, heads, rows, text_columns=2, tight=True)
    return wide


def _cell(screen: Screen, value: float) -> str:
    if abs(value) < VANISHING:
        return "·"
    return screen.figures.number(value, 1 if abs(value) < 10 else 0)
