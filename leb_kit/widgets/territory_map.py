"""A map of territories coloured by a figure; a click chooses one. No tiles, nothing from other hosts."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from leb_kit.errors import InputError
from leb_kit.widgets.map_state import figures_state, outlines_state, require_outlines
from leb_kit.widgets.map_texts import MAP
from leb_kit.widgets.texts import LANGUAGES, both

if TYPE_CHECKING:
    import pandas as pd

STATIC: Final = pathlib.Path(__file__).parent / "static"


class TerritoryMap(anywidget.AnyWidget):
    """Territories in classes of colour, with legend, search, and the same figures as a table.

    A click, Enter on a territory, its name in the search or its row of the table choose it; ``selected``
    holds its code. Arrow keys go to the neighbour. It works without a kernel once it is on the page.

    Parameters
    ----------
    values : Mapping or pd.Series
        Code of the territory → figure in ``unit``; NaN = not known. Outlines ship for the municipalities
        of Torino and the provinces of Piemonte.
    title : str or Mapping
        What the figure is; by language where it differs.
    unit : str
        Unit of the figures.
    lang : str
        ``"it"`` or ``"en"``.
    decimals : int
        Of the figures.
    selected : str
        Code of the territory chosen at the start; blank for none.
    note : str or Mapping
        Sentence below the map, such as how the figures were made.
    total : str or Mapping
        Line that is always in sight, such as what the figures sum to.

    Raises
    ------
    InputError
        No outline is known for a territory, none is given, or the language is unknown.

    Examples
    --------
    >>> shown = TerritoryMap({"001": 1.0, "004": 2.5}, title="Prova", unit="MWh")
    >>> shown
    TerritoryMap(Prova: 2 territories)
    >>> shown.figures["004"]["it"]
    '2,5 MWh'
    """

    _esm = STATIC / "territory_map.js"

    areas = traitlets.List(traitlets.Dict()).tag(sync=True)
    size = traitlets.List(traitlets.Int()).tag(sync=True)
    figures = traitlets.Dict().tag(sync=True)
    classes = traitlets.List(traitlets.Dict()).tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    notes = traitlets.Dict().tag(sync=True)
    totals = traitlets.Dict().tag(sync=True)
    aside = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict(MAP).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        values: Mapping[str, float] | pd.Series,
        *,
        title: str | Mapping[str, str] = "",
        unit: str = "",
        lang: str = "it",
        decimals: int = 1,
        selected: str = "",
        note: str | Mapping[str, str] = "",
        total: str | Mapping[str, str] = "",
    ) -> None:
        if lang not in LANGUAGES:
            raise InputError("map", [f"unknown language '{lang}'; one of {', '.join(LANGUAGES)}"])
        figures = _figures(values)
        require_outlines(list(figures))
        if selected and selected not in figures:
            raise InputError("map", [f"selected territory '{selected}' has no figure"])
        super().__init__(
            **outlines_state(list(figures)),
            **figures_state(figures, unit, decimals),
            titles=both(title),
            notes=both(note),
            totals=both(total),
            lang=lang,
            selected=selected,
        )

    def show(
        self,
        values: Mapping[str, float] | pd.Series,
        *,
        unit: str = "",
        decimals: int = 1,
        title: str | Mapping[str, str] | None = None,
        note: str | Mapping[str, str] = "",
    ) -> None:
        """Colour the same territories by other figures, or draw others.

        Parameters
        ----------
        values, unit, decimals, note
            As for the class.
        title : str or Mapping, optional
            Default: the title stays.

        Raises
        ------
        InputError
            As for the class; the map stays as it was.
        """
        figures = _figures(values)
        require_outlines(list(figures))
        state = figures_state(figures, unit, decimals) | {"notes": both(note)}
        if title is not None:
            state["titles"] = both(title)
        if figures.keys() != self.figures.keys():
            state |= outlines_state(list(figures))
        with self.hold_sync():
            if self.selected not in figures:
                self.selected = ""
            for name, value in state.items():
                setattr(self, name, value)

    def tell(self, sentence: Mapping[str, str]) -> None:
        """Tell a sentence, by language, about the chosen territory; an empty one says nothing."""
        self.aside = dict(sentence)

    @traitlets.validate("selected")
    def _known(self, proposal: Any) -> str:
        """Refuse a territory that is not on the map, whoever asks for it."""
        code = str(proposal["value"])
        if code and code not in self.figures:
            raise traitlets.TraitError(f"no territory '{code}' on the map")
        return code

    def __repr__(self) -> str:
        """Name the map and count territories; no addresses, so that stored notebooks compare equal."""
        title = self.titles.get("it", "")
        name = f"{title}: " if title else ""
        return f"TerritoryMap({name}{len(self.figures)} territories)"


def _figures(values: Mapping[str, float] | pd.Series) -> dict[str, float]:
    return {str(code): float(value) for code, value in values.items()}
