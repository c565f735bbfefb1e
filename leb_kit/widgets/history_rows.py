"""The past as rows of a chart: which view, which line, which year, which value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from leb_kit.balance import Territory
from leb_kit.errors import InputError
from leb_kit.history.series import check_series
from leb_kit.history.trends import By, trend
from leb_kit.reference import catalog
from leb_kit.units import UNITS, from_mwh, to_mwh
from leb_kit.widgets.comparison_state import product_color
from leb_kit.widgets.texts import LANGUAGES, SHOWN_UNITS

if TYPE_CHECKING:
    from leb_kit.balance import Balance

#: What tells one line of a view from another, the most telling first.
LINE_KEYS: Final = ("product", "flow", "territory", "vintage")
LABELS: Final = {f"label_{lang}": lang for lang in LANGUAGES}
#: Colours of lines that are no products, told apart also in grey and by most who see colours differently.
PALETTE: Final = ("#14526e", "#c8682c", "#5a9a58", "#9a5a9c", "#b8942a", "#4c8fc2", "#8f6b52", "#cf5c8a")
SHARE: Final = "share"
COLUMNS: Final = ("view", "line", "year", "value", "unit", "vintage", *LABELS, "color")


def chart_rows(data: Balance | pd.DataFrame, by: By, unit: str) -> pd.DataFrame:
    """Return the rows of a chart.

    Parameters
    ----------
    data : Balance or pd.DataFrame
        A balance of several years, or a series such as ``history.shipped`` gives. Columns ``label_it`` and
        ``label_en`` of a series name its lines.
    by : str
        What to follow in a balance, as for ``history.trend``.
    unit : str
        Unit in which energy is shown.

    Returns
    -------
    pd.DataFrame
        view (indicator), line, year, value (in ``unit``; NaN where a figure is missing), unit, vintage,
        label_it, label_en, color (hex; blank where the line has none of its own).

    Raises
    ------
    InputError
        An unknown unit, or what ``history.trend`` refuses.
    """
    if unit not in SHOWN_UNITS:
        raise InputError("history chart", [f"unknown unit '{unit}'; one of {', '.join(SHOWN_UNITS)}"])
    if isinstance(data, pd.DataFrame):
        rows = check_series(data)
        for name in LABELS:
            rows[name] = data[name].reset_index(drop=True) if name in data else ""
    else:
        rows = trend(data, by=by).assign(**dict.fromkeys(LABELS, ""))
    energy = rows["unit"].isin(list(UNITS))
    for own in rows.loc[energy, "unit"].unique():
        at = rows["unit"] == own
        rows.loc[at, "value"] = from_mwh(to_mwh(rows.loc[at, "value"], str(own)), unit)
    rows.loc[energy, "unit"] = unit
    return pd.concat([_named(rows[rows["indicator"] == name]) for name in rows["indicator"].unique()])


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each line of one view its key, names and colour."""
    telling = [key for key in LINE_KEYS if len(rows[key].unique()) > 1 and key != "vintage"]
    keys = telling or ["indicator"]
    given = rows["label_it"] != ""
    line = rows[keys].astype(str).agg(" ".join, axis=1).where(~given, rows["label_it"])
    out = rows.assign(view=rows["indicator"], line=line)
    codes = list(out[keys].itertuples(index=False, name=None))
    for name, lang in LABELS.items():
        # many years have one label
        known = {code: _label(dict(zip(keys, code, strict=True)), lang) for code in dict.fromkeys(codes)}
        out[name] = out[name].where(given, pd.Series([known[code] for code in codes], index=out.index))
    colors = {code: product_color(code) for code in out["product"].unique() if code}
    alone = "product" in keys
    out["color"] = out["product"].map(colors).fillna("") if alone else ""
    return out[list(COLUMNS)]


def _label(row: Mapping[str, object], lang: str) -> str:
    words = [_word(key, str(code), lang) for key, code in row.items() if code]
    return ", ".join(words)


def _word(key: str, code: str, lang: str) -> str:
    if key == "territory":
        return Territory.known(code).name(lang)
    if key == "flow":
        short = catalog.label("place", code, lang)
        return short if short != code else catalog.label("flow", code, lang)
    return view_label(code, lang) if key == "indicator" else catalog.label(key, code, lang)


def view_label(indicator: str, lang: str) -> str:
    """Return the name of an indicator; the code itself where it has none."""
    return catalog.label("indicator", plain_name(indicator), lang)


def plain_name(indicator: str) -> str:
    """Return an indicator without its unit: ``final_energy`` of ``final_energy_mwh``."""
    return indicator.removesuffix("_mwh").removesuffix("_tco2eq")


def target_points(
    target: pd.DataFrame | Mapping[int, float] | None, views: Collection[str]
) -> dict[str, dict[int, float]]:
    """Return what is asked for by view and year.

    Raises
    ------
    InputError
        Years without a view, or a table without ``indicator``, ``year`` and ``required``.
    """
    if target is None:
        return {}
    if isinstance(target, pd.DataFrame):
        missing = [name for name in ("indicator", "year", "required") if name not in target]
        if missing:
            raise InputError(
                "history chart", [f"column '{name}' of the target is missing" for name in missing]
            )
        found: dict[str, dict[int, float]] = {}
        for row in target.to_dict("records"):
            for view in views:
                if plain_name(view) == plain_name(str(row["indicator"])):
                    found.setdefault(view, {})[int(row["year"])] = float(row["required"])
        return found
    if len(views) != 1:
        known = ", ".join(views)
        raise InputError("history chart", [f"a target by year needs one indicator; there are {known}"])
    return {next(iter(views)): {int(year): float(value) for year, value in target.items()}}
