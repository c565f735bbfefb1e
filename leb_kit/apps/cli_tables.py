"""Commands that write and print tables: ``new`` makes a workbook to fill in, ``ben`` shows the BEN."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leb_kit.apps.cli_options import Decimal, Geo, Given, Json, Lang, Language, Unit, Year, told
from leb_kit.apps.cli_show import VANISHING, Screen, records
from leb_kit.balance import Balance, compare_ben, to_ben


class Convention(StrEnum):
    """How the BEN counts primary and traded electricity."""

    CLASSICAL = "2200"
    EUROSTAT = "860"


@told
def new(
    out: Annotated[Path, typer.Option(help="The workbook. La cartella di lavoro.")] = Path("bilancio.xlsx"),
    *,
    territory: Annotated[
        str, typer.Option(help="ISTAT or NUTS code, e.g. 001272. Codice ISTAT o NUTS.")
    ] = "",
    year: Year = None,
    unit: Annotated[
        str, typer.Option(help="Unit of the numbers to be written. Unità dei numeri da scrivere.")
    ] = "MWh",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a file that exists. Sostituisce un file che c'è.")
    ] = False,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Write an empty workbook to fill in; leb check reads it.

    Scrive una cartella di lavoro vuota da compilare; leb check la legge.
    """
    from leb_kit.io.excel_template import new_workbook

    screen = Screen(lang.value, as_json=as_json)
    path = new_workbook(out, territory=territory, year=year, unit=unit, lang=lang.value, overwrite=overwrite)
    screen.say("written", path=path)
    screen.say("fill_in", "dim", path=path)
    if as_json:
        screen.json({"written": str(path)})


@told
def ben(
    file: Given,
    *,
    electricity: Annotated[
        Convention,
        typer.Option(help="kcal per kWh of primary and traded electricity. kcal per kWh elettrico."),
    ] = Convention.CLASSICAL,
    compare: Annotated[
        bool, typer.Option("--compare", help="Causes of difference from Eurostat. Cause di differenza.")
    ] = False,
    absorb: Annotated[
        bool,
        typer.Option(
            "--absorb-difference",
            help="Statistical difference inside row 6. Differenza statistica nella riga 6.",
        ),
    ] = False,
    every_row: Annotated[
        bool, typer.Option("--all", help="With --compare: equal cells, too. Anche le celle uguali.")
    ] = False,
    geo: Geo = None,
    year: Year = None,
    unit: Unit = None,
    decimal: Decimal = None,
    lang: Lang = Language.IT,
    as_json: Json = False,
) -> None:
    """Show a balance in the layout of the Italian national balance (BEN), ktep.

    Mostra un bilancio nello schema del bilancio energetico nazionale (BEN), in ktep.
    """
    from leb_kit.apps import cli_plan

    screen = Screen(lang.value, as_json=as_json, unit="ktep")
    balance = cli_plan.balance_from(file, geo=geo, year=year, unit=unit, decimal=decimal)
    if compare:
        table = compare_ben(
            balance, electricity.value, absorb_difference=absorb, lang=lang.value
        ).reset_index()
        if not every_row:
            table = table[table["difference_ktep"].abs() > VANISHING].reset_index(drop=True)
        _show_causes(screen, balance, table)
    else:
        table = to_ben(balance, electricity.value, absorb_difference=absorb, lang=lang.value)
        heads = [str(table.index.name).capitalize(), *map(str, table.columns)]
        numbers = table.to_numpy()
        rows = [
            (str(name), *(_number(screen, one) for one in row))
            for name, row in zip(table.index, numbers, strict=True)
        ]
        screen.table(_title(screen, balance), heads, rows)
        table = table.reset_index()
    if as_json:
        screen.json({"unit": "ktep", "electricity": electricity.value, "rows": records(table)})


def _title(screen: Screen, balance: Balance) -> str:
    return screen.text["ben"].format(name=balance.title(screen.lang))


def _number(screen: Screen, value: float) -> str:
    return "·" if abs(value) < VANISHING else screen.figures.number(float(value), 1)


def _show_causes(screen: Screen, balance: Balance, table: object) -> None:
    """Print Eurostat's value, that of the BEN and why they differ."""
    import pandas as pd

    frame = pd.DataFrame(table)
    row, column = frame.columns[:2]
    rows = [
        (
            str(one[row]),
            str(one[column]),
            str(one["cause"]),
            *tuple(_number(screen, one[name]) for name in ("leb_ktep", "ben_ktep", "difference_ktep")),
        )
        for one in frame.to_dict("records")
    ]
    heads = [str(row).capitalize(), str(column).capitalize()]
    heads += [screen.text[key] for key in ("cause", "eurostat", "ben_value", "difference")]
    screen.table(_title(screen, balance), heads, rows, text_columns=3)
