"""A printed BEN table back into a Balance, at the level of groups of products.

What the BEN does not print cannot come back:

* products: each column becomes one group (oil, not diesel);
* plants: row 7 becomes the input of all power and heat plants together, row 6 one net loss or gain;
* the international part of aviation stays in transport;
* ambient heat was never counted;
* at 2,200 kcal/kWh, which renewables were electricity: it must be told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import pandas as pd

from leb_kit.balance.ben import CONVENTIONS, electricity_ratio
from leb_kit.balance.model import Balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.units import from_mwh, is_number, to_mwh

#: Products whose electricity the BEN counts at 2,200 kcal/kWh.
PRIMARY_ELECTRICITY = ("RA100", "RA200", "RA300", "RA420", "RA500")
#: What renewables are that the table does not tell apart, once some of them are told: mostly wood.
OTHER_RENEWABLES = "R5110-5150_W6000RI"
#: Rows that are energy of their own; the others are their sums.
_FLOWS = {
    "1": "PPRD",
    "2": "IMP",
    "3": "EXP",
    "4": "STK_CHG",
    "8.1": "FC_IND_E",
    "8.2": "FC_TRA_E",
    "8.3": "FC_OTH_NSP_E",
    "8.4": "FC_OTH_AF_E",
    "8.5": "FC_IND_NE",
    "8.6": "INTMARB",
}
_USES = ("8.1", "8.2", "8.3", "8.4", "8.5", "8.6")
_GROUPS = {
    "solidi": "C0000X0350-0370",
    "gas": "G3000",
    "petrolio": "O4000XBIO",
    "rinnovabili": "RA000",
    "energia_elettrica": "E7000",
    "calore": "H8000",
    "altro": "N900H",
}
_ELECTRICITY, _RENEWABLES, _TOTAL = "energia_elettrica", "rinnovabili", "totale"
_PLANTS_IN, _PLANTS_OUT = "TI_EHG_MAPE_E", "TO_EHG_MAPE"


def from_ben(
    table: pd.DataFrame,
    territory: str,
    year: int,
    *,
    electricity: str = "2200",
    primary_electricity_mwh: Mapping[str, float] | None = None,
    other_renewables: str = OTHER_RENEWABLES,
    unit: str = "ktep",
) -> Balance:
    """Balance of a printed BEN table; ``to_ben`` of it gives the table back.

    ::

        plants in (fuel)   = − row 7
        plants out (power) = row 6 + row 7 of electricity
        row 6 of a fuel    < 0: own use and losses;   > 0: net output of other transformation
        electricity at 860 = electricity at 2,200 / 2.5586      (traded)
        renewables at 860  = renewables at 2,200 − (2.5586 − 1) × primary electricity

    Each column becomes one group of products; of plants, refineries, losses and own use only the net
    amounts are known. International aviation stays in transport, ambient heat is not there. The
    statistical difference is what supply exceeds use by: the rows decide, not the printed row 9.

    Parameters
    ----------
    table : pd.DataFrame
        As ``to_ben`` gives it: rows of the BEN (label, or its number), columns solidi, gas, petrolio,
        rinnovabili, energia_elettrica, calore (a missing column is zero; totale is checked, not read).
    territory : str
        Code of the territory.
    year : int
        Year.
    electricity : str
        Convention of the table: ``"2200"`` or ``"860"``.
    primary_electricity_mwh : Mapping[str, float], optional
        Gross electricity of hydro ``RA100``, geothermal ``RA200``, wind ``RA300``, photovoltaics
        ``RA420`` and tides ``RA500``, MWh. Needed at 2,200 where there are renewables in row 7: the
        table does not say which of them were electricity. Geothermal comes back as electricity, its
        measured heat is lost.
    other_renewables : str
        Product that takes the renewables left over once some are told (a group cannot stand beside its
        own parts); by default solid biomass, an assumption that the source of those rows names.
    unit : str
        Unit of the table.

    Returns
    -------
    Balance
        Status E; groups of products as leaves.

    Raises
    ------
    InputError
        Missing or unknown rows and columns, cells that are no numbers, rows that do not add up, or
        primary electricity that is missing or larger than row 7; all faults at once.
    """
    cells, faults = _cells(table)
    electricity = str(electricity)
    if electricity not in CONVENTIONS:
        faults.append(f"electricity is '{electricity}'; known are {', '.join(CONVENTIONS)}")
    primary = _primary(primary_electricity_mwh, faults)
    products = catalog.table("products")
    renewables = products.loc[products["parent"] == _GROUPS[_RENEWABLES], "code"]
    if other_renewables not in set(renewables):
        hint = did_you_mean(other_renewables, renewables)
        faults.append(f"other_renewables '{other_renewables}' is no renewable product.{hint}")
    if faults:
        raise InputError("BEN", faults)
    cells = to_mwh(cells, unit)
    _require_sums(cells)
    ratio = 1.0 if electricity == "860" else electricity_ratio()
    if ratio != 1 and not primary and cells.loc["7", _RENEWABLES] < 0:
        text = (
            "at 2,200 kcal/kWh the table does not say which renewables were electricity: give"
            " primary_electricity_mwh={'RA100': …, 'RA300': …}, or {'RA100': 0} where there were none"
        )
        raise InputError("BEN", [text])
    moved = sum(primary.values())
    if moved * ratio > -cells.loc["7", _RENEWABLES] * (1 + 1e-9) + 1:
        most = -cells.loc["7", _RENEWABLES] / ratio
        raise InputError(
            "BEN", [f"primary_electricity_mwh is {moved:,.0f} MWh; row 7 of rinnovabili holds {most:,.0f}"]
        )
    rows = _rows(cells, ratio, primary)
    frame = pd.DataFrame(rows, columns=["flow", "product", "energy_mwh"])
    frame = frame.groupby(["flow", "product"], sort=False, as_index=False)["energy_mwh"].sum()
    source = f"BEN, {electricity} kcal/kWh"
    frame = frame.assign(territory=territory, year=year, status="E", source=source)
    if any(primary.values()):
        # The group would count as the sum of its parts, and the rest would vanish.
        assumed = frame["product"] == _GROUPS[_RENEWABLES]
        frame.loc[assumed, "source"] = f"{source}; renewables left over, assumed to be {other_renewables}"
        frame.loc[assumed, "product"] = other_renewables
    return Balance.from_mwh(frame)


def _rows(cells: pd.DataFrame, ratio: float, primary: dict[str, float]) -> list[tuple[str, str, float]]:
    moved = sum(primary.values())
    # Taken from the rows: the printed row 9 may be rounded, or left out.
    supply = cells.loc["1"] + cells.loc["2"] - cells.loc["3"] - cells.loc["4"]
    difference = supply + cells.loc["6"] + cells.loc["7"] - cells.loc[list(_USES)].sum()
    out = []
    for column in cells.columns:
        product = _GROUPS[column]
        for row, flow in _FLOWS.items():
            value = float(cells.loc[row, column])
            if column == _ELECTRICITY and row in ("1", "2", "3"):
                value /= ratio
            if column == _RENEWABLES and row == "1":
                value -= moved * ratio
            out.append((flow, product, -value if row == "4" else value))
        if difference[column]:
            out.append(("STATDIFF", product, float(difference[column])))
        burnt, rest = -float(cells.loc["7", column]), float(cells.loc["6", column])
        if column == _ELECTRICITY:
            # Row 6 also holds what 2,200 adds to traded electricity; the moved fuels cancel with row 7.
            traded = float(cells.loc["1", column] + cells.loc["2", column] - cells.loc["3", column])
            out.append((_PLANTS_OUT, product, rest - burnt + traded * (1 - 1 / ratio)))
            continue
        out.append((_PLANTS_IN, product, burnt - (moved * ratio if column == _RENEWABLES else 0.0)))
        out.append(("NRG_NSP_E", product, -rest) if rest < 0 else ("TO_NSP", product, rest))
    for product, value in primary.items():
        out += [("PPRD", product, value), (_PLANTS_IN, product, value), ("GEP_MAPE", product, value)]
    return out


def _cells(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Bring a table to the codes of rows and columns."""
    known = _row_codes()
    faults = [
        f"unknown row '{name}'.{did_you_mean(name, known)}" for name in table.index if _key(name) not in known
    ]
    cells = table[[_key(name) in known for name in table.index]]
    cells = cells.set_axis([known[_key(name)] for name in cells.index])
    columns = catalog.table("ben_columns")
    names = dict(zip(columns["name_en"], columns["ben_column"], strict=True))
    cells = cells.rename(columns=names)
    allowed = [*_GROUPS, _TOTAL]
    faults += [
        f"unknown column '{name}'; known are {', '.join(allowed)}.{did_you_mean(name, allowed)}"
        for name in cells.columns
        if name not in allowed
    ]
    faults += [f"row '{code}' is missing" for code in (*_FLOWS, "6", "7") if code not in cells.index]
    faults += [f"row '{code}' is there twice" for code in cells.index[cells.index.duplicated()].unique()]
    if faults:
        return cells, faults
    numbers = cells.drop(columns=_TOTAL, errors="ignore").apply(pd.to_numeric, errors="coerce")
    faults += [
        f"row '{row}', column '{column}': '{cells.loc[row, column]}' is not a number"
        for row in numbers.index
        for column in numbers.columns
        if not math.isfinite(numbers.loc[row, column])
    ]
    return numbers.reindex(columns=list(_GROUPS), fill_value=0.0), faults


def _key(name: object) -> str:
    return str(name).strip().casefold()


@cache
def _row_codes() -> dict[str, str]:
    rows = catalog.table("ben_rows")
    texts = zip(rows["ben_row"], rows["label_it"], rows["label_en"], strict=True)
    return {_key(text): str(code) for code, *labels in texts for text in (code, *labels)}


def _primary(given: Mapping[str, float] | None, faults: list[str]) -> dict[str, float]:
    out = dict(given or {})
    for product, value in out.items():
        if product not in PRIMARY_ELECTRICITY:
            hint = did_you_mean(product, PRIMARY_ELECTRICITY)
            known = ", ".join(PRIMARY_ELECTRICITY)
            faults.append(f"primary_electricity_mwh: unknown product '{product}'; known are {known}.{hint}")
        if not is_number(value) or value < 0:
            faults.append(f"primary_electricity_mwh: '{product}' is {value!r}; energy is not negative")
    return out


def _require_sums(cells: pd.DataFrame) -> None:
    """Sums that are printed must be those of their rows: a table that contradicts itself is not read."""
    expected = {
        "5": cells.loc["1"] + cells.loc["2"] - cells.loc["3"] - cells.loc["4"],
        "8": cells.loc[list(_USES)].sum(),
    }
    if "9" in cells.index:
        expected["9"] = expected["5"] + cells.loc["6"] + cells.loc["7"] - expected["8"]
    # A table with one decimal may be off by half a unit of that decimal in each of its rows.
    limit = float(to_mwh(1.0, "ktep")) * 0.5
    faults = [
        f"row '{row}', column '{column}': {from_mwh(cells.loc[row, column], 'ktep'):,.2f} ktep, its rows give"
        f" {from_mwh(sums[column], 'ktep'):,.2f}"
        for row, sums in expected.items()
        if row in cells.index
        for column in cells.columns
        if abs(cells.loc[row, column] - sums[column]) > max(limit, 1e-9 * abs(sums[column]))
    ]
    if faults:
        raise InputError("BEN", faults)
