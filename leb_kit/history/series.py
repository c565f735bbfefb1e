"""Series: long tables of published figures, each with its edition and source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.units import UNITS

#: What one figure of a series is about; ``vintage`` comes on top.
KEYS: Final = ("territory", "indicator", "flow", "product", "unit")
#: Columns of a series.
COLUMNS: Final = (
    "territory", "year", "indicator", "flow", "product", "value", "unit",
    "status", "vintage", "valid_from", "source",
)  # fmt: skip
#: Territories written out in the list of series; more are counted.
SHOWN: Final = 40
#: Prefix of the shipped tables.
PREFIX: Final = "history_"
#: What the shipped series are, for people.
TITLES: Final[dict[str, tuple[str, str]]] = {
    "degree_days": ("Gradi giorno", "Heating degree days"),
    "final_consumption": ("Consumi finali per settore, 1990–2008", "Final consumption by sector, 1990–2008"),
    "gas": ("Gas naturale, bilancio, 2011–2020", "Natural gas, balance, 2011–2020"),
    "hydro_wind": ("Idroelettrico ed eolico, 2000–2023", "Hydro and wind, 2000–2023"),
    "italy": ("Italia: gas, elettricità, energia primaria", "Italy: gas, electricity, primary energy"),
    "oil_by_province": ("Prodotti petroliferi per provincia", "Oil products by province"),
    "population": ("Popolazione residente", "Resident population"),
    "province_torino": ("Provincia di Torino, 1990–2011", "Province of Torino, 1990–2011"),
    "renewable_share": ("Quota rinnovabile, 2004–2022", "Renewable share, 2004–2022"),
    "renewables": ("Rinnovabili e totale, 2002–2019", "Renewables and total, 2002–2019"),
}


def shipped(name: str | None = None) -> pd.DataFrame:
    """Return a shipped series, or the list of all.

    Parameters
    ----------
    name : str, optional
        For example ``"renewable_share"``. Without it: a frame of all series.

    Returns
    -------
    pd.DataFrame
        territory, year, indicator, flow, product (codes; blank where none applies), value in
        ``unit``, status (A published, E estimated), vintage, valid_from (day of the edition),
        source. A year without a row was not published. Without a name: name, title_it, title_en,
        first_year, last_year, territories, vintages, rows.

    Raises
    ------
    InputError
        There is no such series.

    Examples
    --------
    >>> rows = shipped("renewable_share")
    >>> rows.loc[(rows["territory"] == "IT") & (rows["year"] == 2019), "value"].item()
    0.18181
    """
    made = _made()
    tables = [table.removeprefix(PREFIX) for table in catalog.names() if table.startswith(PREFIX)]
    known = sorted([*tables, *made])
    if name is None:
        return pd.DataFrame([_summary(one) for one in known])
    if name not in known:
        hint = did_you_mean(name, known)
        raise InputError("history", [f"no series '{name}'; shipped are {', '.join(known)}.{hint}"])
    return made[name]() if name in made else catalog.table(PREFIX + name)


def _made() -> dict[str, Callable[[], pd.DataFrame]]:
    """Series that are sums of finer tables."""
    from leb_kit.history.oil import oil_by_province

    return {"oil_by_province": oil_by_province}


def _summary(name: str) -> dict[str, object]:
    rows = shipped(name)
    title_it, title_en = TITLES.get(name, (name, name))
    return {
        "name": name,
        "title_it": title_it,
        "title_en": title_en,
        "first_year": int(rows["year"].min()),
        "last_year": int(rows["year"].max()),
        "territories": _some(sorted(rows["territory"].unique())),
        "vintages": ", ".join(sorted(rows["vintage"].unique())),
        "rows": len(rows),
    }


def _some(codes: list[str]) -> str:
    more = f" … {len(codes) - SHOWN} more" if len(codes) > SHOWN else ""
    return ", ".join(codes[:SHOWN]) + more


def as_balance(series: pd.DataFrame, *, name: str = "") -> Balance:
    """Make a Balance of those rows of a series that are energy in a flow and a product.

    Parameters
    ----------
    series : pd.DataFrame
        As ``shipped`` returns it; one vintage only.
    name : str
        What to call the balance.

    Returns
    -------
    Balance
        MWh; ``source`` of each row tells the edition too. Rows without flow, product or energy unit
        are left out.

    Raises
    ------
    InputError
        Columns are missing, no row is energy of a flow and product, or vintages are mixed: figures of
        two editions do not make one balance.

    Examples
    --------
    >>> b = as_balance(shipped("gas").query("territory == 'IT'"))
    >>> b.years[0], b.years[-1]
    (2011, 2020)
    """
    checked = check_series(series)
    energy = checked["unit"].isin(list(UNITS)) & (checked["flow"] != "") & (checked["product"] != "")
    rows = checked[energy & checked["value"].notna()]
    if rows.empty:
        raise InputError("series", ["no row has a flow, a product and an energy unit; nothing to balance"])
    vintages = sorted(rows["vintage"].unique())
    if len(vintages) > 1:
        raise InputError(
            "series",
            [f"vintages {', '.join(vintages)} are mixed; keep one, for example vintage == '{vintages[0]}'"],
        )
    source = rows["source"] + " [" + rows["vintage"] + "]"
    columns = ["territory", "year", "flow", "product", "value", "unit", "status"]
    return Balance.from_table(rows[columns].assign(source=source), name=name, where="series")


def check_series(series: pd.DataFrame) -> pd.DataFrame:
    """Return a series with all columns of ``COLUMNS``, or say what is wrong with it.

    Raises
    ------
    InputError
        ``territory``, ``year``, ``value`` or ``unit`` is missing, a figure is given twice in one
        vintage, or the series is empty.
    """
    needed = ("territory", "year", "value", "unit")
    faults = [
        f"column '{column}' is missing; a series has {', '.join(COLUMNS)}."
        f"{did_you_mean(column, series.columns)}"
        for column in needed
        if column not in series
    ]
    if not faults and series.empty:
        faults.append("the series has no rows")
    if faults:
        raise InputError("series", faults)
    out = series.reset_index(drop=True)
    for column in COLUMNS:
        if column not in out:
            out[column] = "E" if column == "status" else ""
    number = pd.to_numeric(out["value"], errors="coerce")
    words = out.loc[number.isna() & out["value"].notna(), "value"]
    faults += [f"row {row}: value '{word}' is not a number" for row, word in words.items()]
    keys = ["year", *KEYS, "vintage"]
    for row in out[out.duplicated(keys)].itertuples():
        told = f"{row.territory} {row.year} {row.indicator} {row.flow} {row.product}"
        faults.append(f"row {row.Index}: {' '.join(told.split())} is given twice in one vintage")
    if faults:
        raise InputError("series", faults)
    return out.assign(value=number.astype(float), year=out["year"].astype("int64"))[list(COLUMNS)]
