"""The Italian national balance (BEN) out of a Balance, and why its numbers differ from Eurostat's.

Which rows of the balance make a cell of the BEN is data: ``ben_terms.csv`` (row, column, flow, product,
sign). Each term holds either the Eurostat value or one named cause of difference, so that causes add
up to the difference by construction, and a cell can be read back to the rows it comes from.

Two conventions for hydro, wind, photovoltaic, geothermal and traded electricity:

* ``"2200"``, classical: 2,200 kcal/kWh, 0.220 tep/MWh (a thermal plant of 39 %);
* ``"860"``, Eurostat: 860 kcal/kWh, 1/11.63 tep/MWh.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import TOTAL, Cube, computed
from leb_kit.balance.model import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.units import from_mwh, mwh_per

CONVENTIONS = ("2200", "860")
LEB = "leb"
_SUM = "totale"
#: What is smaller than this share of the largest cell is the rounding of sums, not energy.
_NOISE = 1e-13


def to_ben(
    balance: Balance, electricity: str = "2200", *, absorb_difference: bool = False, lang: str = "it"
) -> pd.DataFrame:
    """Balance of one territory and year in the layout of the BEN, ktep.

    ::

        row 5 = row 1 + row 2 − row 3 − row 4
        row 5 + row 6 + row 7 = row 8 + row 9        in every column
        row 8 = row 8.1 + … + row 8.6
        row 7, total = 0

    Against Eurostat: stocks have the other sign (+ = build), maritime bunkers and international
    aviation are final uses, ambient heat of heat pumps is not counted. Row 7 moves what power and heat
    plants burn into the column of electricity; what they lose is in row 6 of that column. Final
    electricity is always at 860 kcal/kWh.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    electricity : str
        ``"2200"`` (0.220 tep/MWh for primary and traded electricity) or ``"860"`` (1/11.63 tep/MWh).
    absorb_difference : bool
        Put the statistical difference into row 6, as the classical BEN did; row 9 is then zero.
    lang : str
        ``"it"`` or ``"en"``: names of rows and columns.

    Returns
    -------
    pd.DataFrame
        Rows and columns of the BEN, ktep. A column for nuclear and unsplit energy is added only
        where there is any.

    Raises
    ------
    InputError
        More than one territory or year, or an unknown convention.

    Notes
    -----
    Source: Ministry of Economic Development and ENEA, Bilancio energetico nazionale, bilancio di
    sintesi. Geothermal electricity replaces the measured heat of electricity-only plants. Nuclear
    heat is left as measured. Primary electricity that is only known as the group of all renewables
    cannot be told apart and stays at 860.

    Examples
    --------
    >>> import leb_kit as leb
    >>> table = to_ben(leb.examples.italy())
    >>> round(float(table.loc["5 Consumo interno lordo", "totale"]), 1)
    168902.0
    """
    _require_language(lang)
    parts = _cells(balance, electricity, absorb_difference=absorb_difference)
    return _dressed(_frame(parts.sum(axis=0)), lang)


def compare_ben(
    balance: Balance, electricity: str = "2200", *, absorb_difference: bool = False, lang: str = "it"
) -> pd.DataFrame:
    """Eurostat value, BEN value and the causes of their difference, for every cell of the BEN.

    ::

        BEN value = Eurostat value + sum over causes

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    electricity : str
        ``"2200"`` or ``"860"``.
    absorb_difference : bool
        Put the statistical difference into row 6, as the classical BEN did.
    lang : str
        ``"it"`` or ``"en"``: names of rows, columns and causes.

    Returns
    -------
    pd.DataFrame
        Index row and column of the BEN. ``leb_ktep``, ``ben_ktep``, ``difference_ktep``; one column in
        ktep for each cause (``electricity_convention``, ``stock_sign``, ``bunkers``, ``aviation``,
        ``ambient_heat``, ``statistical_difference``); ``cause``, in words.

    Raises
    ------
    InputError
        More than one territory or year, or an unknown convention.

    Examples
    --------
    >>> import leb_kit as leb
    >>> row = compare_ben(leb.examples.italy()).loc[("8.6 Bunkeraggi", "petrolio")]
    >>> round(float(row["difference_ktep"]), 1), row["cause"]
    (2653.8, 'Bunkeraggi marittimi dentro il consumo e gli impieghi')
    """
    _require_language(lang)
    parts = _cells(balance, electricity, absorb_difference=absorb_difference)
    shown = _dressed(_frame(parts.sum(axis=0)), lang)
    full = _dressed(_frame(parts[0]), lang, keep_all=True)
    index = pd.MultiIndex.from_product(
        [full.index, full.columns], names=[full.index.name, _column_word(lang)]
    )
    flat = pd.DataFrame({name: part.ravel() for name, part in zip(_parts(), parts, strict=True)}, index=index)
    flat = flat[index.get_level_values(1).isin(shown.columns)]
    causes = list(_parts()[1:])
    differences = [math.fsum(row) for row in flat[causes].to_numpy()]
    out = pd.DataFrame({"leb_ktep": flat[LEB]})
    out["ben_ktep"] = out["leb_ktep"] + differences
    out["difference_ktep"] = differences
    out[causes] = flat[causes]
    names = {code: catalog.label("ben_cause", code, lang) for code in causes}
    out["cause"] = ["; ".join(names[c] for c in causes if row[c]) for row in flat[causes].to_dict("records")]
    return out


def _cells(balance: Balance, electricity: str, *, absorb_difference: bool) -> np.ndarray:
    """Return what each part (Eurostat value, then causes) adds to each cell, ktep: part × row × column."""
    require_balance(balance, "BEN")
    balance.one()
    options = {"", *_options(electricity)} | ({"absorbed"} if absorb_difference else set())
    leaves = balance.leaves
    cube = Cube.of(leaves)
    values = from_mwh(computed(cube, cube.values)[0], "ktep")
    columns = _columns()
    energy = np.column_stack([_column_values(cube, values, column) for column in columns])
    terms = catalog.table("ben_terms")
    rows, parts = _rows(), _parts()
    out = np.zeros((len(parts), len(rows), len(columns)))
    for term in terms[terms["option"].isin(options)].itertuples():
        at = (parts.index(term.ben_cause or LEB), rows.index(term.ben_row))
        weight = term.weight * _scale(term.scale)
        flow = cube.row(term.flow)
        if term.ben_column == "each":
            out[at] += weight * energy[flow]
        else:
            place = columns.index(term.ben_column)
            value = values[flow, cube.column(term.product)] if term.product else energy[flow, place]
            out[(*at, place)] += weight * value
    out[np.abs(out) < _NOISE * np.abs(out).max(initial=0)] = 0.0
    last = columns.index(_SUM)
    out[:, :, last] = np.delete(out, last, axis=2).sum(axis=2)
    return out


def _column_values(cube: Cube, values: np.ndarray, column: str) -> np.ndarray:
    """Energy of every flow in one column; the column without products takes what no other one holds."""
    products = _products()
    if products[column]:
        return np.asarray(values[:, [cube.column(code) for code in products[column]]].sum(axis=1))
    others = [cube.column(code) for name, codes in products.items() for code in codes if name != _SUM]
    return np.asarray(values[:, cube.column(TOTAL)] - values[:, others].sum(axis=1))


def _options(electricity: str) -> tuple[str, ...]:
    electricity = str(electricity)
    if electricity not in CONVENTIONS:
        hint = did_you_mean(electricity, CONVENTIONS)
        known = "'2200' (classical BEN, kcal/kWh) and '860' (Eurostat)"
        raise InputError("BEN", [f"electricity is '{electricity}'; known are {known}.{hint}"])
    return () if electricity == "860" else (electricity,)


def _require_language(lang: str) -> None:
    if lang not in catalog.LANGUAGES:
        raise InputError("BEN", [f"unknown language '{lang}'; known are {', '.join(catalog.LANGUAGES)}"])


def electricity_ratio() -> float:
    """Ratio of the BEN's tep to Eurostat's for the same electricity, 0.220 tep/MWh × 11.63 MWh/tep = 2.5586.

    Returns
    -------
    float
        Dimensionless.
    """
    return _scale("ratio")


@cache
def _scale(name: str) -> float:
    if not name:
        return 1.0
    factors = catalog.table("factors")
    rows = factors[(factors["factor"] == "primary_per_electricity") & (factors["convention"] == "ben")]
    ratio = float(rows["value"].iloc[-1]) * mwh_per("tep")
    return ratio if name == "ratio" else ratio - 1.0


@cache
def _rows() -> tuple[str, ...]:
    return tuple(catalog.table("ben_rows")["ben_row"])


@cache
def _columns() -> tuple[str, ...]:
    return tuple(catalog.table("ben_columns")["ben_column"])


@cache
def _products() -> dict[str, tuple[str, ...]]:
    table = catalog.table("ben_columns")
    split = (tuple(filter(None, text.split("|"))) for text in table["products"])
    return dict(zip(table["ben_column"], split, strict=True))


@cache
def _parts() -> tuple[str, ...]:
    return (LEB, *catalog.table("ben_causes")["ben_cause"])


def _frame(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(values, index=_rows(), columns=_columns())


def _column_word(lang: str) -> str:
    return "colonna" if lang == "it" else "column"


def _dressed(table: pd.DataFrame, lang: str, *, keep_all: bool = False) -> pd.DataFrame:
    """Give rows and columns the names a person reads; leave out optional columns without energy."""
    columns = catalog.table("ben_columns")
    optional = columns.loc[columns["optional"], "ben_column"]
    empty = [] if keep_all else [name for name in optional if not table[name].any()]
    out = table.drop(columns=empty)
    if lang == "en":
        out = out.rename(columns=dict(zip(columns["ben_column"], columns["name_en"], strict=True)))
    out.index = pd.Index(
        [catalog.label("ben_row", code, lang) for code in table.index], name="riga" if lang == "it" else "row"
    )
    # −0.0 is no number a person wants to read.
    return out + 0.0
