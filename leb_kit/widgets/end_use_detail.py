"""End users: which conversions serve which uses, with which product."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any, ClassVar, Final

from leb_kit.widgets.detail_base import DetailBase

if TYPE_CHECKING:
    from leb_kit.balance import Balance

STATIC: Final = pathlib.Path(__file__).parent / "static"


class EndUseDetail(DetailBase):
    """End users of the flow scheme: uses, the conversions that serve them, and their products.

    Each row is a bar of what becomes of the final energy: useful energy, losses, and what a heat pump or a
    cooler takes from its surroundings; with its efficiency and its share of the use. The same stands below
    as a table. ``selected`` holds the row that is read.

    Parameters
    ----------
    balance : Balance
        One territory and one year; energy in MWh.
    node : str
        Node of end users: ``residential`` (default), ``tertiary``, ``public_tertiary``, ``private_tertiary``.
    lang : str
        ``"it"`` or ``"en"``.
    unit : str
        Unit shown: MWh, GWh, TJ or ktep.

    Raises
    ------
    InputError
        A node without end uses, or without energy in the balance; an unknown language or unit.

    Examples
    --------
    >>> import leb_kit as leb
    >>> EndUseDetail(leb.examples.italy())
    EndUseDetail(Residential, Italy 2019: 25 rows)
    """

    _esm = STATIC / "detail_view.js"
    KIND: ClassVar[str] = "devices"
    FIGURES: ClassVar[tuple[str, ...]] = ("efficiency", "share")

    def __init__(
        self, balance: Balance, *, node: str = "residential", lang: str = "it", unit: str = "GWh"
    ) -> None:
        super().__init__(balance, node=node, lang=lang, unit=unit)

    def _notes(self, groups: list[dict[str, Any]]) -> list[str]:
        return ["note_shares"] if groups else []
