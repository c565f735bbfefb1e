"""Measures by name: ``leb.measures.photovoltaic(mw=200)``.

Every row of ``measure_kinds.csv`` is a callable of this module; ``table()`` lists them and
``custom()`` makes any other change of final energy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference import catalog
from leb_kit.scenarios.kinds import BLEND, SAVING, MeasureKind, kind, kinds
from leb_kit.scenarios.measure import Measure, checked


def table(lang: str = "it") -> pd.DataFrame:
    """Return the kinds of measures: what they do and how their size is given.

    Examples
    --------
    >>> table("en").loc["retrofit", "sizes"]
    'share, energy_mwh'
    """
    rows = catalog.table("measure_kinds").set_index("kind")
    out = rows[[f"label_{lang}", f"help_{lang}", "sizes"]].set_axis(
        ["label", "what_it_does", "sizes"], axis=1
    )
    out["sizes"] = out["sizes"].str.replace("|", ", ")
    return out


def custom(
    *,
    sector: str | Sequence[str],
    product: str | Sequence[str] = (),
    to_product: str = "",
    share: float | None = None,
    energy_mwh: float | None = None,
    ratio: float = 1.0,
    end_use: str | Sequence[str] = (),
    from_year: int | None = None,
    to_year: int | None = None,
    investment_eur: float | None = None,
    lifetime_yr: float | None = None,
    name: str = "custom",
    source: str = "",
) -> Measure:
    """Make any change of final energy: a saving, or a product that takes the place of another.

    ::

        E_new = ratio × E_old

    E_old final energy given up (MWh), E_new final energy of the new product (MWh), for the same service.

    Parameters
    ----------
    sector : str or sequence of str
        Rows of final consumption, with their children.
    product : str or sequence of str
        Products that give way; all where none is given.
    to_product : str
        Product that takes their place; none means a saving.
    share, energy_mwh : float, optional
        Part of the service (0–1), or useful energy (MWh/year): one of them.
    ratio : float
        MWh of the new product per MWh of the old one.
    end_use, from_year, to_year, investment_eur, lifetime_yr, name, source
        As in every measure.

    Raises
    ------
    InputError
        Every fault of the measure at once.

    Examples
    --------
    >>> induction = custom(sector="FC_IND_E", product="G3000", to_product="E7000", share=0.1, ratio=0.6)
    >>> induction.action
    'blend'
    """
    one = (product,) if isinstance(product, str) and product else tuple(product)
    to = (to_product,) if to_product else ()
    found = checked(
        "custom",
        BLEND if to_product else SAVING,
        {"share": share, "energy_mwh": energy_mwh},
        ("share", "energy_mwh"),
        name=name,
        sectors=(sector,) if isinstance(sector, str) else tuple(sector),
        end_uses=(end_use,) if isinstance(end_use, str) and end_use else tuple(end_use),
        replaces=one + to,
        technology="",
        product="",
        from_year=from_year,
        to_year=to_year,
        investment_eur=investment_eur,
        lifetime_yr=lifetime_yr,
        source=source,
        numbers={"efficiency": 1 / ratio if ratio else ratio},
    )
    if not to_product:
        return found
    *replaced, target = found.replaces
    return replace(found, replaces=tuple(replaced), product=target)


def __getattr__(name: str) -> MeasureKind:
    """Return a kind of measure by its name."""
    if name.startswith("__"):
        raise AttributeError(name)
    if name not in kinds():
        try:
            kind(name)
        except InputError as error:
            raise AttributeError(str(error)) from None
    return kinds()[name]


def __dir__() -> list[str]:
    """List the kinds, so that editors complete them."""
    return sorted([*kinds(), "custom", "table"])
