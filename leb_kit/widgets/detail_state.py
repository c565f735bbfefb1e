"""What the details of plants and of end users show, as plain values a browser can read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from leb_kit import indicators
from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.system.nodes import product_group
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
Words = dict[str, str]

#: Plants that make electricity and heat together, by the end of their code.
COGENERATING: Final = "CHP"
#: Products that plants may turn into more than went in: what they lift is not booked.
LIFTED: Final = ("E7000", "H8000", "RA600")


def plant_groups(table: pd.DataFrame, totals: pd.DataFrame) -> list[Row]:
    """Return plants by type, each with its fuels.

    Parameters
    ----------
    table, totals : pd.DataFrame
        As ``leb.detail`` gives them for a node of plants; energy in MWh.

    Returns
    -------
    list of dict
        Types, largest first: name, ``whole`` (fuel in, MWh), ``parts`` (electricity, heat, losses, MWh),
        ``told`` (the same), ``shares`` (efficiencies and primary energy saving, 0–1; None where there is
        none) and the same for each fuel in ``rows``.
    """
    groups = []
    for plant, rows in table.groupby("plant", sort=False):
        fuels = [_fuel(row) for row in rows.to_dict("records")]
        whole = totals.loc[plant].to_dict() | {"plant": plant}
        name = {lang: plant_name(str(plant), lang) for lang in LANGUAGES}
        groups.append({"id": str(plant), **name, **_plant(whole), "rows": _largest_first(fuels)})
    return _largest_first(groups)


def device_groups(table: pd.DataFrame, totals: pd.DataFrame) -> list[Row]:
    """Return end uses, each with its conversions by product.

    Parameters
    ----------
    table, totals : pd.DataFrame
        As ``leb.detail`` gives them for a node of end users; energy in MWh.

    Returns
    -------
    list of dict
        End uses, largest first: name, ``whole`` (final energy, MWh), ``parts`` of a bar (useful without
        what the surroundings give, from the surroundings, losses, MWh), ``told`` (all useful energy, that of
        the surroundings, losses, MWh), ``shares`` (efficiency, share of the use, 0–1) and the same for each
        conversion in ``rows``.
    """
    several = len(set(table["flow"])) > 1
    groups = []
    for use, rows in table.groupby("end_use", sort=False):
        found = [_device(row, several=several) for row in rows.to_dict("records")]
        whole = totals.loc[use].to_dict()
        shown = _useful(float(whole["final_mwh"]), float(whole["useful_mwh"]))
        name = catalog_names("end_use", str(use))
        shares = {"efficiency": _known(whole["efficiency"]), "share": None}
        groups.append({"id": str(use), **name, **shown, "shares": shares, "rows": _largest_first(found)})
    return _largest_first(groups)


def catalog_names(kind: str, code: str) -> Words:
    """Return the name of a code in every language."""
    return {lang: catalog.label(kind, code, lang) for lang in LANGUAGES}


def plant_name(code: str, lang: str) -> str:
    """Return the name of a type of plant.

    Examples
    --------
    >>> plant_name("MAPCHP", "en") != "MAPCHP"
    True
    """
    for flow in (f"TI_EHG_{code}_E", code):
        for kind in ("place", "flow"):
            if (label := catalog.label(kind, flow, lang)) != flow:
                return label
    return code


def _fuel(row: Row) -> Row:
    plant, product = str(row["plant"]), str(row["product"])
    made = _plant(row)
    given = row["electricity_mwh"] + row["heat_mwh"]
    over = 0 < row["input_mwh"] < given and product not in LIFTED
    if plant.endswith(COGENERATING):
        made["shares"]["pes"] = _saving(row)
    name = catalog_names("product", product) if product else dict.fromkeys(LANGUAGES, "–")
    more = {"sub": dict.fromkeys(LANGUAGES, ""), "remark": "over" if over else ""}
    return {"id": f"{plant}:{product}", **name, **more, "group": product_group(product), **made}


def _plant(row: Row) -> Row:
    parts = {name: float(row[f"{name}_mwh"]) for name in ("electricity", "heat")}
    # more out than in is no negative loss: it is told in words
    parts["losses"] = max(float(row["losses_mwh"]), 0.0)
    names = ("efficiency", "electricity_efficiency", "heat_efficiency")
    shares = {name: _known(row[name]) for name in names} | {"pes": None}
    return {"whole": float(row["input_mwh"]), "parts": parts, "told": parts, "shares": shares}


def _saving(row: Row) -> float | None:
    """Return the saving of a row as of one plant; nothing where it is not defined for the fuel."""
    if not row["heat_mwh"] > 0 or not row["electricity_mwh"] > 0:
        return None
    try:
        judged = indicators.cogeneration(
            fuel_mwh=row["input_mwh"],
            electricity_mwh=row["electricity_mwh"],
            heat_mwh=row["heat_mwh"],
            fuel=row["product"],
        )
    except InputError:
        return None
    return _known(judged.pes)


def _device(row: Row, *, several: bool) -> Row:
    final, useful = float(row["final_mwh"]), float(row["useful_mwh"])
    product, technology = str(row["product"]), str(row["technology"])
    names = catalog_names("technology", technology)
    carrier = catalog_names("product", product)
    users = {lang: plant_name(str(row["flow"]), lang) for lang in LANGUAGES}
    sub = {lang: carrier[lang] + (f", {users[lang]}" if several else "") for lang in LANGUAGES}
    shares = {"efficiency": _known(row["efficiency"]), "share": _known(row["share"])}
    key = ":".join((str(row["flow"]), str(row["end_use"]), technology, product))
    more = {"sub": sub, "remark": "", "group": product_group(product), "shares": shares}
    return {"id": key, **names, **more, **_useful(final, useful)}


def _useful(final: float, useful: float) -> Row:
    lifted = max(useful - final, 0.0)
    parts = {"useful": useful - lifted, "surroundings": lifted, "losses": max(final - useful, 0.0)}
    told = {"useful": useful, "surroundings": lifted, "losses": parts["losses"]}
    return {"whole": final, "parts": parts, "told": told}


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _largest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row["whole"], row["id"]))
