"""Which product never stands in which row of a balance: electricity is not stored, wind is not imported.

The pairs are declared (``barred_pairs``): a row and all rows below it, a product and all its parts. Codes
of one's own, which the method does not know, may stand anywhere; so may a zero.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from leb_kit.errors import say
from leb_kit.reference import catalog

if TYPE_CHECKING:
    from leb_kit.store.rows import Cells


@cache
def barred() -> frozenset[tuple[str, str]]:
    """Return the pairs (flow, product) that never have energy.

    Examples
    --------
    >>> ("IMP", "RA300") in barred(), ("IMP", "E7000") in barred()
    (True, False)
    """
    below = {name: _below(name) for name in ("flows", "products")}
    declared = catalog.table("barred_pairs")
    return frozenset(
        (flow, product)
        for row, whole in zip(declared["flow"], declared["product"], strict=True)
        for flow in below["flows"][str(row)]
        for product in below["products"][str(whole)]
    )


def _below(name: str) -> dict[str, tuple[str, ...]]:
    """Return for each code of a tree itself and all that lies below it."""
    table = catalog.table(name)
    parents = dict(zip(table["code"].astype(str), table["parent"].fillna("").astype(str), strict=True))
    found: dict[str, list[str]] = {code: [] for code in parents}
    for code in parents:
        above = code
        while above:
            found[above].append(code)
            above = parents.get(above, "")
    return {code: tuple(codes) for code, codes in found.items()}


def faults(place: str, cells: Cells) -> list[str]:
    """Return a sentence for each cell that stands where its product never is.

    Examples
    --------
    >>> from leb_kit.store.rows import Cells
    >>> faults("001272 2019", Cells.of([("IMP", "RA300", 5.0, "A", "", None)]))[0][:26]
    '001272 2019 IMP RA300 is 5'
    """
    return [
        say(
            "{place} {flow} {product} is {value} MWh; the method has no such product in this row. "
            "Move it to the row or the product that it is",
            place=place,
            flow=flow,
            product=product,
            value=f"{energy:g}",
        )
        for flow, product, energy in zip(cells.flow, cells.product, cells.energy_mwh, strict=True)
        if energy and (flow, product) in barred()
    ]
