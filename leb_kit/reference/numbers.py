"""Single numbers of the reference tables, looked up by name."""

from __future__ import annotations

from functools import cache

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog


@cache
def _parameters() -> dict[tuple[str, str], float]:
    table = catalog.table("technology_parameters").sort_values("valid_from", kind="stable")
    return dict(zip(zip(table["technology"], table["parameter"], strict=True), table["value"], strict=True))


def has_parameter(technology: str, name: str) -> bool:
    """Tell whether ``technology_parameters.csv`` has this number."""
    return (technology, name) in _parameters()


def parameter(technology: str, name: str) -> float:
    """Return one number of ``technology_parameters.csv``; the newest where there are several.

    Raises
    ------
    InputError
        There is no such number.

    Examples
    --------
    >>> parameter("gas_boiler_stock", "efficiency")
    0.73
    """
    found = _parameters().get((technology, name))
    if found is None:
        known = sorted({key[0] for key in _parameters()})
        raise InputError(
            "technology_parameters.csv",
            [f"no '{name}' for technology '{technology}'.{did_you_mean(technology, known)}"],
        )
    return found


@cache
def search_limit(name: str) -> float:
    """Return one limit of ``search_limits.csv``.

    Examples
    --------
    >>> search_limit("conflict_requirements")
    20.0
    """
    table = catalog.table("search_limits").sort_values("valid_from", kind="stable")
    return float(table.loc[table["name"] == name, "value"].iloc[-1])
