"""Factor sets of the Covenant inventory: those of a convention, changed by what the user gives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.indicators.factors import by_product, lineage
from leb_kit.reference import catalog

ELECTRICITY, HEAT = "E7000", "H8000"
#: Factors of final energy, and the convention that has one for every product and place.
COMPLETE = {"co2_final": "covenant", "co2_lca": "lca"}
#: Imported heat: combustion where it is made. Over the whole life there is only the set's own factor.
IMPORTED_HEAT = {"co2_final": ("co2_import", "territorial")}
NOT_SUSTAINABLE = "_not_sustainable"
#: Source of a factor that is given without one.
OWN = "given by the user"


@dataclass(frozen=True)
class FactorSet:
    """Factors of one inventory, t/MWh.

    ``products`` are those of final energy, ``fuels`` those of plants, ``own`` those given for a sector.
    ``stated_electricity`` and ``stated_heat`` are local factors that are given as they are; ``sources``
    says where the factor of a product (or of a product in a sector) comes from.
    """

    convention: str
    unit: str
    products: dict[str, float]
    fuels: dict[str, float]
    own: dict[tuple[str, str], float]
    imported_heat: float
    stated_electricity: float | None
    stated_heat: float | None
    sources: dict[tuple[str, str], str]

    def applied(self, cells: pd.DataFrame, local: Mapping[str, tuple[float, str]]) -> pd.DataFrame:
        """Multiply final energy by its factors; electricity and heat by the local ones.

        Parameters
        ----------
        cells : pd.DataFrame
            covenant_sector, product, energy_mwh.
        local : Mapping[str, tuple[float, str]]
            Product to local factor (t/MWh) and how it came about.

        Raises
        ------
        InputError
            A product has energy but no factor.
        """
        known = {**self.products, **{product: factor for product, (factor, _) in local.items()}}
        keys = list(zip(cells["product"], cells["covenant_sector"], strict=True))
        found = [self.own.get(key, known.get(key[0], math.nan)) for key in keys]
        factor = pd.Series(found, index=cells.index, dtype=float)
        self._lacking(cells.loc[factor.isna(), "product"])
        return cells.assign(
            factor_tco2_per_mwh=factor,
            tco2=factor * cells["energy_mwh"],
            source=[self.source(*key, local[key[0]][1] if key[0] in local else None) for key in keys],
        )

    def source(self, product: str, sector: str = "", local: str | None = None) -> str:
        """Return where the factor of a product comes from: that of its sector, the local one, the set's."""
        if (product, sector) in self.own:
            return self.sources[product, sector]
        return self.sources.get((product, ""), "") if local is None else local

    def require(self, plants: pd.DataFrame) -> None:
        """Refuse plants whose fuel has no factor; what has no fuel booked (recovered heat) is 0 t.

        Raises
        ------
        InputError
            Names each product.
        """
        burnt = plants.loc[(plants["fuel_mwh"] > 0) & (plants["product"] != ""), "product"]
        self._lacking(burnt[~burnt.isin(list(self.fuels))])

    def _lacking(self, products: pd.Series) -> None:
        lacking = sorted(set(products))
        if lacking:
            raise InputError(
                f"emission inventory ({self.convention})",
                [
                    f"product '{product}' has energy but no factor; give factors={{'{product}': <t/MWh>}},"
                    " or the balance by products that have one"
                    for product in lacking
                ],
            )


def factor_set(
    convention: str,
    territory: str,
    given: Mapping[str, float] | pd.DataFrame | None = None,
    sustainable_biomass: float = 1.0,
) -> FactorSet:
    """Return the factors of a convention in a territory, changed by what is given.

    Parameters
    ----------
    convention : str
        ``covenant``, ``lca`` or a city's own.
    territory : str
        Code; its own factor wins over its country's, that over the generic one.
    given : mapping or pd.DataFrame, optional
        Own factors, t/MWh: product to factor, or product, covenant_sector, factor_tco2_per_mwh.
    sustainable_biomass : float
        Share of biomass and biofuels that is sustainable, 0–1.

    Raises
    ------
    InputError
        A convention that does not count final energy, a share outside 0–1, own factors with faults.
    """
    name = _name_of(convention)
    if not 0 <= sustainable_biomass <= 1:
        raise InputError(
            "emission inventory",
            [f"sustainable_biomass is {sustainable_biomass}; a share between 0 and 1 is expected"],
        )
    complete = COMPLETE[name]
    products = by_product(name, convention, territory)
    fuels = {**by_product(name, complete, territory), **products}
    worse = by_product(name + NOT_SUSTAINABLE, complete, territory)
    bad = 1 - sustainable_biomass
    products, fuels = (
        {
            code: value + bad * (worse[code] - value) if bad and code in worse else value
            for code, value in each.items()
        }
        for each in (products, fuels)
    )
    own, told = _own(given)
    everywhere = {product: value for (product, sector), value in own.items() if not sector}
    declared = _declared_for(name, convention, territory)
    imported, under = IMPORTED_HEAT.get(name, (name, complete))
    stated = [
        everywhere.get(code, products[code] if code in declared else None) for code in (ELECTRICITY, HEAT)
    ]
    return FactorSet(
        convention,
        _unit(name, convention),
        {**products, **everywhere},
        {**fuels, **everywhere},
        {key: value for key, value in own.items() if key[1]},
        by_product(imported, under, territory)[HEAT],
        stated[0],
        stated[1],
        {**_sources(name, convention, territory), **told},
    )


def _name_of(convention: str) -> str:
    """Return the factor that the convention multiplies final energy by."""
    terms = catalog.table("emission_terms")
    fits = terms[terms["factor"].isin(list(COMPLETE)) & (terms["flow"] == "FC_E")]
    found = dict(zip(fits["convention"], fits["factor"], strict=True))
    if convention not in found:
        hint = did_you_mean(convention, found)
        why = (
            "counts what is burnt in the territory, not final energy"
            if convention in set(terms["convention"])
            else "is unknown"
        )
        raise InputError(
            "emission inventory",
            [f"convention '{convention}' {why}; those of inventories are {', '.join(found)}.{hint}"],
        )
    return str(found[convention])


@cache
def _unit(name: str, convention: str) -> str:
    table = catalog.table("factors")
    units = table.loc[(table["factor"] == name) & (table["convention"] == convention), "unit"]
    return str(units.iloc[0]).removesuffix("/MWh")


def _declared_for(name: str, convention: str, territory: str) -> set[str]:
    """Return products whose factor is declared for this very territory, not for a larger one.

    A country's own factor of electricity is the national one, never a local one.
    """
    table = catalog.table("factors")
    mine = table[(table["factor"] == name) & (table["convention"] == convention)]
    local = mine[mine["territory"] == territory]
    return set(local["product"]) if convention not in COMPLETE.values() else set()


def _own(
    given: Mapping[str, float] | pd.DataFrame | None,
) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], str]]:
    """Return own factors and their sources, by product and sector (blank: everywhere)."""
    from leb_kit.reference import schema

    if given is None:
        return {}, {}
    if not isinstance(given, pd.DataFrame):
        given = pd.DataFrame({"product": list(given), "factor_tco2_per_mwh": list(given.values())})
    table = schema.validate(given, "covenant.factors", where="factors")
    keys = list(zip(table["product"], table["covenant_sector"], strict=True))
    sources = [source or OWN for source in table["source"]]
    factors = dict(zip(keys, map(float, table["factor_tco2_per_mwh"]), strict=True))
    return factors, dict(zip(keys, sources, strict=True))


def _sources(name: str, convention: str, territory: str) -> dict[tuple[str, str], str]:
    """Return the source of the row that ``by_product`` takes for each product."""
    table = catalog.table("factors")
    rows = table[(table["factor"] == name) & (table["convention"] == convention)]
    order = {code: place for place, code in enumerate(lineage(territory))}
    near = rows[rows["territory"].isin(list(order))]
    near = near.assign(distance=near["territory"].map(order))
    near = near.sort_values(["distance", "valid_from"], ascending=[False, True])
    return {
        (str(product), ""): str(source)
        for product, source in zip(near["product"], near["source"], strict=True)
    }
