"""What the details of a node have in common: state in traits, words, what may be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from leb_kit import system
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.widgets.detail_state import device_groups, plant_groups
from leb_kit.widgets.detail_texts import DETAIL, PARTS
from leb_kit.widgets.flow_state import unit_factors
from leb_kit.widgets.texts import LANGUAGES, SHOWN_UNITS

if TYPE_CHECKING:
    from leb_kit.balance import Balance


class DetailBase(anywidget.AnyWidget):
    """Rows of a node by group, as bars and as a table; see the widgets made of it."""

    #: Kind of detail shown, as ``leb.detail`` names it.
    KIND: ClassVar[str] = ""
    #: Quantities of a row in the table, in this order.
    FIGURES: ClassVar[tuple[str, ...]] = ()

    groups = traitlets.List(traitlets.Dict()).tag(sync=True)
    colors = traitlets.Dict().tag(sync=True)
    parts = traitlets.Dict().tag(sync=True)
    kind = traitlets.Unicode("").tag(sync=True)
    figures = traitlets.List(traitlets.Unicode()).tag(sync=True)
    notes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    texts = traitlets.Dict(DETAIL).tag(sync=True)
    units = traitlets.Dict().tag(sync=True)
    unit = traitlets.Enum(SHOWN_UNITS, "GWh").tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)

    def __init__(self, balance: Balance, *, node: str, lang: str = "it", unit: str = "GWh") -> None:
        faults = []
        for what, word, known in (("language", lang, LANGUAGES), ("unit", unit, SHOWN_UNITS)):
            if word not in known:
                hint = did_you_mean(word, known)
                faults.append(say("unknown {what} '{word}'.{hint}", what=what, word=word, hint=hint))
        if faults:
            raise InputError("detail", faults)
        colors = catalog.table("colors")
        super().__init__(
            **self._state(balance, node),
            colors=dict(zip(colors["group"], colors["color_hex"], strict=True)),
            kind=self.KIND,
            figures=list(self.FIGURES),
            units=unit_factors(),
            lang=lang,
            unit=unit,
        )

    def show(self, balance: Balance, *, node: str) -> None:
        """Show another node or another balance.

        Parameters
        ----------
        balance : Balance
            One territory and one year.
        node : str
            Node of the scheme.

        Raises
        ------
        InputError
            As for the class; nothing changes then.
        """
        state = self._state(balance, node)
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

    def _state(self, balance: Balance, node: str) -> dict[str, Any]:
        found = system.detail(balance, node=node)
        if found.kind != self.KIND:
            fault = say(
                "node '{node}' holds no {kind}: it has {found}", node=node, kind=self.KIND, found=found.kind
            )
            raise InputError("detail", [fault])
        make = plant_groups if self.KIND == "plants" else device_groups
        groups = make(found.table, found.totals)
        used = {name for group in groups for name, mwh in group["parts"].items() if mwh > 0}
        return {
            "groups": groups,
            "parts": {name: color for name, color in PARTS.items() if name in used},
            "notes": self._notes(groups),
            "names": {lang: found.label(lang) for lang in LANGUAGES},
            "titles": {lang: balance.title(lang) for lang in LANGUAGES},
            "selected": "",
        }

    def _notes(self, groups: list[dict[str, Any]]) -> list[str]:
        """Return which of the general remarks belong below the rows."""
        raise NotImplementedError

    @traitlets.validate("selected")
    def _known_row(self, proposal: Any) -> str:
        """Refuse a row that is not shown, whoever asks for it."""
        row = str(proposal["value"])
        if row and not any(one["id"] == row for group in self.groups for one in group["rows"]):
            raise traitlets.TraitError("no such row")
        return row

    def __repr__(self) -> str:
        """Name what is shown; no addresses, so that stored notebooks compare equal."""
        rows = sum(len(group["rows"]) for group in self.groups)
        return f"{type(self).__name__}({self.names['en']}, {self.titles['en']}: {rows} rows)"
