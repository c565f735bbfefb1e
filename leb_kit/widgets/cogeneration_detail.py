"""Plants by type and fuel: what goes in, electricity and heat that come out, what is saved."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any, ClassVar, Final

from leb_kit.widgets.detail_base import DetailBase
from leb_kit.widgets.detail_state import COGENERATING

if TYPE_CHECKING:
    from leb_kit.balance import Balance

STATIC: Final = pathlib.Path(__file__).parent / "static"


class CogenerationDetail(DetailBase):
    """Plants of a node of the flow scheme, by type and fuel.

    Each row is a bar of what becomes of the fuel: electricity, heat, losses; with its efficiency, and the
    primary energy saving where it is defined. The same stands below as a table. ``selected`` holds the row
    that is read.

    Parameters
    ----------
    balance : Balance
        One territory and one year; energy in MWh.
    node : str
        Node of plants; default: cogeneration.
    lang : str
        ``"it"`` or ``"en"``.
    unit : str
        Unit shown: MWh, GWh, TJ or ktep.

    Raises
    ------
    InputError
        A node that holds no plants, or has no energy in the balance; an unknown language or unit.

    Examples
    --------
    >>> import leb_kit as leb
    >>> CogenerationDetail(leb.examples.italy())
    CogenerationDetail(Cogeneration, Italy 2019: 32 rows)
    """

    _esm = STATIC / "detail_view.js"
    KIND: ClassVar[str] = "plants"
    FIGURES: ClassVar[tuple[str, ...]] = ("efficiency", "electricity_efficiency", "heat_efficiency", "pes")

    def __init__(
        self, balance: Balance, *, node: str = "cogeneration", lang: str = "it", unit: str = "GWh"
    ) -> None:
        super().__init__(balance, node=node, lang=lang, unit=unit)

    def _notes(self, groups: list[dict[str, Any]]) -> list[str]:
        together = [str(group["id"]) for group in groups if str(group["id"]).endswith(COGENERATING)]
        auto = any(name.startswith("AP") for name in together)
        return [*(["note_pes"] if together else []), *(["note_auto"] if auto else [])]
