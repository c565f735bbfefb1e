"""Renewable shares as ratios of linear parts: overall, of electricity, of heat; and what each may leave out.

A share is a sum of parts of ``indicator_terms.csv`` over another part. What a target does not count
(its exclusions) takes parts out of the numerator, nothing else. The share of transport, which has
multipliers, is in ``transport``; multipliers never enter the overall share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators import linear
from leb_kit.indicators.cells import Cells

UNCAPPED: Final = "gross_final_consumption_uncapped_mwh"
ELECTRICITY: Final = "res_electricity_mwh"
HEAT: Final = "res_heat_mwh"
TRANSPORT: Final = "res_transport_mwh"
NUMERATOR: Final = (ELECTRICITY, HEAT, TRANSPORT)

#: Indicator → parts of the numerator, part below the line.
SHARES: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "renewable_share": (NUMERATOR, UNCAPPED),
    "renewable_share_electricity": ((ELECTRICITY,), "gross_electricity_consumption_mwh"),
    "renewable_share_heat": ((HEAT,), "heat_consumption_mwh"),
    "self_sufficiency": (("local_production_mwh",), "gross_available_mwh"),
}
#: What a target may leave out → part that is not counted. Imported electricity never is.
EXCLUSIONS: Final = {"transport_biofuels": TRANSPORT, "imported_electricity": ""}
#: Products whose electricity is normalised → part of it in the balance.
NORMALISED: Final = {"RA100": "hydro_mwh", "RA300": "wind_mwh"}
#: What stands for production in a normal year: MWh by product of one year, or a frame of many (which mypy,
#: without stubs of pandas, can only take for a mapping).
Normalised = Mapping[Any, Any]


def exclusions(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return what is left out, in words that are known.

    Raises
    ------
    InputError
        A word is unknown.
    """
    words = [word for word in (given.split("|") if isinstance(given, str) else given) if word]
    faults = [
        say(
            "unknown exclusion '{word}'; known are {known}.{hint}",
            word=word,
            known=", ".join(EXCLUSIONS),
            hint=did_you_mean(word, EXCLUSIONS),
        )
        for word in words
        if word not in EXCLUSIONS
    ]
    if faults:
        raise InputError("targets", faults)
    return tuple(words)


def counted(indicator: str, left_out: str | Iterable[str] = ()) -> list[str]:
    """Return the parts that make the numerator of a share."""
    gone = {EXCLUSIONS[word] for word in exclusions(left_out)}
    return [part for part in SHARES[indicator][0] if part not in gone]


def ratios(part: npt.ArrayLike, whole: npt.ArrayLike) -> np.ndarray:
    """Return part / whole; zero where there is no whole."""
    below = np.asarray(whole, dtype=float)
    out: np.ndarray = np.divide(part, below, out=np.zeros(below.shape), where=below > 0)
    return out


def share_parts(energy: Cells, indicator: str, normalised: Normalised | None = None) -> pd.DataFrame:
    """Return the parts of a share for every territory and year, MWh.

    ::

        RES electricity = measured − (hydro + wind) + normalised hydro + normalised wind
    """
    rows = linear.parts_of(energy, indicator)
    if normalised is None or ELECTRICITY not in rows:
        return rows
    wanted = _by_year(normalised, rows.index)
    for product, part in NORMALISED.items():
        if product in wanted:
            rows[ELECTRICITY] += wanted[product] - rows[part]
    return rows


def _by_year(given: Normalised, keys: pd.MultiIndex) -> pd.DataFrame:
    """Return normalised production of every territory and year; one product for each column."""
    frame = given if isinstance(given, pd.DataFrame) else pd.DataFrame([dict(given)] * len(keys), index=keys)
    faults = [
        f"'{name}' is no product that is normalised; known are RA100 (hydro) and RA300 (wind)."
        f"{did_you_mean(name, NORMALISED)}"
        for name in frame.columns
        if name not in NORMALISED
    ]
    if not isinstance(given, pd.DataFrame) and len(keys) > 1:
        faults.append("several years need a frame (index territory, year), not one value for each product")
    found = frame.reindex(keys)
    faults += [
        f"{territory} {year}: no normalised production of {', '.join(row.index[row.isna()])}"
        for (territory, year), row in found.iterrows()
        if row.isna().any()
    ]
    below = (found < 0).any(axis=None)
    if below:
        faults.append("normalised production is below 0 MWh somewhere")
    if faults:
        raise InputError("normalised production", faults)
    return found.astype(float)
