"""The flow scheme of a territory: from sources to sectors in five columns, to end uses in seven."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any, Final

import anywidget
import pandas as pd
import traitlets

from leb_kit import system
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.widgets.flow_state import flow_state, unit_factors
from leb_kit.widgets.texts import FLOW, LANGUAGES, SHOWN_UNITS

if TYPE_CHECKING:
    from leb_kit.balance import Balance

#: Columns a reader may switch between, and the last column of the first.
SHOWN_COLUMNS: Final = (5, 7)
LAST_OF_FIVE: Final = 4
STATIC: Final = pathlib.Path(__file__).parent / "static"


class FlowScheme(anywidget.AnyWidget):
    """Interactive flow scheme of one territory and one year.

    A click on a product, a node or an arrow lights its path in proportion; ``selected`` holds the
    choice. A switch shows five or seven columns. The diagram works without a kernel once it is on the page.

    Parameters
    ----------
    balance : Balance
        One territory, one year; energy in MWh.
    lang : str
        ``"it"`` or ``"en"``.
    unit : str
        Unit shown: MWh, GWh, TJ or ktep.
    height : int
        Height of the drawing in pixels.
    title : str, optional
        Name shown above the diagram; default: territory and year.
    columns : int
        5, down to sectors, or 7, down to devices and end uses.
    scheme : pd.DataFrame or path, optional
        Own nodes, as for ``leb.links``.
    """

    _esm = STATIC / "flow_scheme.js"

    nodes = traitlets.List(traitlets.Dict()).tag(sync=True)
    links = traitlets.List(traitlets.Dict()).tag(sync=True)
    products = traitlets.List(traitlets.Dict()).tag(sync=True)
    shares = traitlets.Dict().tag(sync=True)
    node_shares = traitlets.Dict().tag(sync=True)
    link_shares = traitlets.Dict().tag(sync=True)
    order = traitlets.List(traitlets.Unicode()).tag(sync=True)
    uses = traitlets.Dict().tag(sync=True)
    columns = traitlets.Enum(SHOWN_COLUMNS, SHOWN_COLUMNS[0]).tag(sync=True)
    units = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict(FLOW).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    unit = traitlets.Enum(SHOWN_UNITS, "GWh").tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    height = traitlets.Int(620, min=320).tag(sync=True)
    selected = traitlets.Dict().tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)
    revision = traitlets.Int(0).tag(sync=True)

    def __init__(
        self,
        balance: Balance,
        *,
        lang: str = "it",
        unit: str = "GWh",
        height: int = 620,
        title: str | None = None,
        columns: int = 5,
        scheme: system.OwnScheme = None,
    ) -> None:
        self._scheme = scheme
        self._start(
            _balance_state(balance, scheme),
            lang=lang,
            unit=unit,
            height=height,
            titles=_titles(balance, title),
            columns=columns,
        )

    @classmethod
    def from_links(
        cls,
        links: pd.DataFrame,
        nodes: pd.DataFrame,
        products: pd.DataFrame,
        colors: pd.DataFrame,
        *,
        lang: str = "it",
        unit: str = "GWh",
        height: int = 620,
        title: str = "",
    ) -> FlowScheme:
        """Build the scheme from tables instead of a Balance.

        Parameters
        ----------
        links : pd.DataFrame
            ``source``, ``target``, ``product``, ``energy_mwh`` (MWh), ``status`` if known.
        nodes, products, colors : pd.DataFrame
            As the reference tables ``scheme``, ``products`` and ``colors``.
        lang, unit, height, title
            As for the class. The nodes say how many columns there are.
        """
        self = cls.__new__(cls)
        self._scheme = None
        state = flow_state(links, nodes, products, colors)
        titles = dict.fromkeys(LANGUAGES, title)
        columns = SHOWN_COLUMNS[int(nodes["column"].max() > LAST_OF_FIVE)]
        self._start(state, lang=lang, unit=unit, height=height, titles=titles, columns=columns)
        return self

    def _start(
        self,
        state: dict[str, Any],
        *,
        lang: str,
        unit: str,
        height: int,
        titles: dict[str, str],
        columns: int,
    ) -> None:
        _require(lang, LANGUAGES, "language")
        _require(unit, SHOWN_UNITS, "unit")
        system.view_column(columns)
        shown = {"lang": lang, "unit": unit, "height": height, "titles": titles, "columns": columns}
        super().__init__(**state, **shown, units=unit_factors())

    def show(self, balance: Balance) -> None:
        """Move the diagram to another balance; nodes that stay glide to their new place."""
        state = _balance_state(balance, self._scheme)
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)
            self.titles = _titles(balance, None)
            self.revision += 1

    def __repr__(self) -> str:
        """Name and size; no addresses, so that stored notebooks compare equal."""
        title = self.titles.get("it", "")
        name = f"{title}, " if title else ""
        return f"FlowScheme({name}{len(self.nodes)} nodes, {len(self.links)} links)"


def _titles(balance: Balance, title: str | None) -> dict[str, str]:
    return {lang: balance.title(lang) if title is None else title for lang in LANGUAGES}


def _balance_state(balance: Balance, own: system.OwnScheme) -> dict[str, Any]:
    """State of five columns, with that of seven in ``uses``."""
    scheme = system.read_scheme(own)
    groups = system.product_groups()
    products = pd.DataFrame({"code": list(groups), "group_scheme": list(groups.values())})
    colors = catalog.table("colors")
    states = [
        flow_state(
            system.links(balance, columns=columns, scheme=own),
            scheme.view(columns),
            products,
            colors,
            through=scheme.through,
        )
        for columns in SHOWN_COLUMNS
    ]
    return {**states[0], "uses": states[1]}


def _require(word: str, choices: tuple[str, ...], what: str) -> None:
    if word not in choices:
        hint = did_you_mean(word, choices)
        raise InputError("flow scheme", [f"unknown {what} '{word}'; one of {', '.join(choices)}.{hint}"])
