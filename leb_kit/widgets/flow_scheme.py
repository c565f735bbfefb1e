"""The flow scheme of a territory: from sources to sectors in five columns, to end uses in seven."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from leb_kit import system
from leb_kit.errors import InputError, did_you_mean
from leb_kit.widgets.flow_frames import balance_years, table_years
from leb_kit.widgets.flow_state import packed, packed_view, sendable, unit_factors
from leb_kit.widgets.texts import FLOW, LANGUAGES, SHOWN_UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from leb_kit.balance import Balance
    from leb_kit.widgets.flow_years import FlowYears

#: Columns a reader may switch between, and the last column of the first.
SHOWN_COLUMNS: Final = (5, 7)
LAST_OF_FIVE: Final = 4
STATIC: Final = pathlib.Path(__file__).parent / "static"


class FlowScheme(anywidget.AnyWidget):
    """Interactive flow scheme of one territory, a year at a time.

    A click on a product, a node or an arrow lights its path in proportion; ``selected`` holds the
    choice. A switch shows five or seven columns. Where there are several years a slider plays them, all at
    one scale. The diagram works without a kernel once it is on the page; gathering small flows
    (``grouped``) asks Python, and so does another year unless ``prepare`` was called.

    Parameters
    ----------
    balance : Balance
        One territory, one year or several; energy in MWh.
    year : int, optional
        Year shown; default: the last one.
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

    Raises
    ------
    InputError
        More than one territory, or a year, unit, language or number of columns that there is not.

    Examples
    --------
    >>> import leb_kit as leb
    >>> FlowScheme(leb.examples.torino()).years
    [2019]
    """

    _esm = STATIC / "flow_scheme.js"

    nodes = traitlets.List(traitlets.Dict()).tag(sync=True)
    links = traitlets.List(traitlets.Dict()).tag(sync=True)
    products = traitlets.List(traitlets.Dict()).tag(sync=True)
    shares = traitlets.Dict().tag(sync=True, to_json=packed)
    node_shares = traitlets.Dict().tag(sync=True, to_json=packed)
    link_shares = traitlets.Dict().tag(sync=True, to_json=packed)
    order = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sources = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sources_it = traitlets.List(traitlets.Unicode()).tag(sync=True)
    peaks = traitlets.Dict().tag(sync=True)
    frames = traitlets.Dict().tag(sync=True)
    years = traitlets.List(traitlets.Int()).tag(sync=True)
    year = traitlets.Int(0).tag(sync=True)
    grouped = traitlets.Bool(False).tag(sync=True)
    uses = traitlets.Dict().tag(sync=True, to_json=packed_view)
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
        year: int | None = None,
    ) -> None:
        self._scheme = scheme
        shown = {"lang": lang, "unit": unit, "height": height, "columns": columns}
        self._start(balance_years(balance, scheme, title), year, shown)

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
        title: str | Mapping[str, str] = "",
        year: int | None = None,
        origins: pd.DataFrame | None = None,
    ) -> FlowScheme:
        """Build the scheme from tables instead of a Balance.

        Parameters
        ----------
        links : pd.DataFrame
            ``source``, ``target``, ``product``, ``energy_mwh`` (MWh), ``status`` if known; ``year`` where
            there are several.
        nodes, products, colors : pd.DataFrame
            As the reference tables ``scheme``, ``products`` and ``colors``.
        lang, unit, height, title, year
            As for the class. The nodes say how many columns there are.
        origins : pd.DataFrame, optional
            Source and status behind each node: ``node``, ``group``, ``status``, ``source``; ``year`` too
            where there are several.
        """
        self = cls.__new__(cls)
        self._scheme = None
        columns = SHOWN_COLUMNS[int(nodes["column"].max() > LAST_OF_FIVE)]
        shown = {"lang": lang, "unit": unit, "height": height, "columns": columns}
        self._start(table_years(links, nodes, products, colors, title, origins), year, shown)
        return self

    def _start(self, years: FlowYears, year: int | None, shown: dict[str, Any]) -> None:
        _require(shown["lang"], LANGUAGES, "language")
        _require(shown["unit"], SHOWN_UNITS, "unit")
        system.view_column(shown["columns"])
        first = years.years[-1] if year is None else year
        state = years.state(first)
        self._years = years
        super().__init__(**state, **shown, years=years.years, year=first, units=unit_factors())
        self.observe(self._follow, ["year", "grouped"])

    def prepare(self) -> None:
        """Make every year beforehand and give all to the page, which then plays them without Python.

        A year takes 10 to 100 kB of the page, a tenth of that where it is compressed.

        Examples
        --------
        >>> import leb_kit as leb
        >>> scheme = FlowScheme(leb.examples.torino())
        >>> scheme.prepare()
        >>> list(scheme.frames)
        ['2019']
        """
        self.frames = {str(year): sendable(self._years.state(year)) for year in self.years}

    def show(self, balance: Balance, *, year: int | None = None) -> None:
        """Move the diagram to another balance; nodes that stay glide to their new place.

        Parameters
        ----------
        balance : Balance
            One territory, one year or several.
        year : int, optional
            Year shown; default: the last one.
        """
        self.play(balance_years(balance, self._scheme, None), year=year)

    def play(self, years: FlowYears, *, year: int | None = None) -> None:
        """Move the diagram to years that were made before, as ``show`` does.

        Parameters
        ----------
        years : FlowYears
            As ``flow_frames.balance_years`` makes them.
        year : int, optional
            Year shown; default: the last one.
        """
        shown = years.years[-1] if year is None else year
        years.state(shown, grouped=self.grouped)  # what is wrong is told before anything moves
        self._years = years
        with self.hold_sync():
            with self.hold_trait_notifications():
                self.frames, self.years, self.year = {}, years.years, shown
            self._follow(None)

    def _follow(self, _: Any) -> None:
        """Send the year that is asked for, small flows gathered or not."""
        state = self._years.state(self.year, grouped=self.grouped)
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)
            self.revision += 1

    @traitlets.validate("year")
    def _known_year(self, proposal: Any) -> int:
        """Refuse a year that the scheme does not have, whoever asks for it."""
        year = int(proposal["value"])
        if year not in self._years.years:
            raise traitlets.TraitError(f"no year {year}")
        return year

    @traitlets.validate("years")
    def _own_years(self, proposal: Any) -> list[int]:
        """Keep the years of the balance, whoever sends others."""
        years = list(proposal["value"])
        if years != self._years.years:
            raise traitlets.TraitError("the years are those of the balance")
        return years

    def __repr__(self) -> str:
        """Name and size; no addresses, so that stored notebooks compare equal."""
        title = self.titles.get("it", "")
        name = f"{title}, " if title else ""
        return f"FlowScheme({name}{len(self.nodes)} nodes, {len(self.links)} links)"


def _require(word: str, choices: tuple[str, ...], what: str) -> None:
    if word not in choices:
        hint = did_you_mean(word, choices)
        raise InputError("flow scheme", [f"unknown {what} '{word}'; one of {', '.join(choices)}.{hint}"])
