"""The past of a territory: years across, indicators or products up, the target as a line."""

from __future__ import annotations

import pathlib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from leb_kit.errors import InputError, did_you_mean
from leb_kit.widgets.history_rows import chart_rows, target_points
from leb_kit.widgets.history_state import views_state
from leb_kit.widgets.history_texts import HISTORY
from leb_kit.widgets.texts import LANGUAGES, SHOWN_UNITS, both

if TYPE_CHECKING:
    import pandas as pd

    from leb_kit.balance import Balance
    from leb_kit.history.trends import By

STATIC: Final = pathlib.Path(__file__).parent / "static"


class HistoryChart(anywidget.AnyWidget):
    """Figures over the years, with a slider that reads each year, and the same as a table.

    Several indicators are views, of which one is shown. Nothing is interpolated: a year without a figure
    and a change of edition interrupt the line. ``year`` holds the year that is read.

    Parameters
    ----------
    data : Balance or pd.DataFrame
        A balance of two years or more; or a series such as ``leb.history.shipped`` gives, where columns
        ``label_it`` and ``label_en`` may name the lines.
    by : str
        What to follow in a balance: ``indicator``, ``product``, ``sector`` or ``cell``.
    stacked : bool or collection of str
        Draw lines that add up on top of each other: all views, or those of these indicators.
    target : pd.DataFrame or Mapping[int, float], optional
        As ``leb.indicators.trajectory`` gives it (indicator, year, required); or the value asked for by
        year (share, MWh, tCO2eq), where there is one indicator.
    title : str or Mapping
        Heading; default: that these are past years.
    unit : str
        Unit in which energy is shown: MWh, GWh, TJ or ktep.
    lang : str
        ``"it"`` or ``"en"``.
    year : int, optional
        Year read at the start; default: the last one.

    Raises
    ------
    InputError
        One year only, an unknown unit, language or year, or a target without its indicator.

    Examples
    --------
    >>> from leb_kit.history import shipped
    >>> rows = shipped("renewable_share").query("territory == 'IT'")
    >>> HistoryChart(rows, target={2020: 0.17})
    HistoryChart(Renewable share: 1 line, 2004–2022)
    """

    _esm = STATIC / "history_chart.js"

    views = traitlets.List(traitlets.Dict()).tag(sync=True)
    view = traitlets.Unicode("").tag(sync=True)
    year = traitlets.Int().tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict(HISTORY).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    unit = traitlets.Enum(SHOWN_UNITS, "GWh").tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        data: Balance | pd.DataFrame,
        *,
        by: By = "indicator",
        stacked: bool | Collection[str] = False,
        target: pd.DataFrame | Mapping[int, float] | None = None,
        title: str | Mapping[str, str] | None = None,
        unit: str = "GWh",
        lang: str = "it",
        year: int | None = None,
    ) -> None:
        self._data, self._by, self._stacked, self._target = data, by, stacked, target
        views = self._state(unit)
        years = views[0]["years"]
        faults = [] if lang in LANGUAGES else [f"unknown language '{lang}'; one of {', '.join(LANGUAGES)}"]
        if year is not None and year not in years:
            faults.append(f"year {year} is not among {years[0]}–{years[-1]}")
        if isinstance(stacked, Collection):
            known = [view["id"] for view in views]
            faults += [
                f"no indicator '{name}' to stack.{did_you_mean(name, known)}"
                for name in stacked
                if name not in known
            ]
        if faults:
            raise InputError("history chart", faults)
        titles = {code: HISTORY[code]["title"] for code in LANGUAGES} if title is None else both(title)
        shown = _last(views[0]) if year is None else year
        super().__init__(views=views, view=views[0]["id"], year=shown, titles=titles, lang=lang, unit=unit)
        self.observe(self._convert, "unit")

    def _state(self, unit: str) -> list[dict[str, Any]]:
        rows = chart_rows(self._data, self._by, unit)
        targets = target_points(self._target, list(rows["view"].unique()))
        views = list(rows["view"].unique())
        stacked = self._stacked
        return views_state(
            rows, (views if stacked else []) if isinstance(stacked, bool) else stacked, targets
        )

    def _convert(self, _: Any) -> None:
        self.views = self._state(self.unit)

    @traitlets.validate("view")
    def _known(self, proposal: Any) -> str:
        """Refuse a view that the chart does not have, whoever asks for it."""
        if proposal["value"] not in [view["id"] for view in self.views]:
            raise traitlets.TraitError(f"no view '{proposal['value']}'")
        return str(proposal["value"])

    @traitlets.validate("year")
    def _within(self, proposal: Any) -> int:
        """Keep the year within the years of all views."""
        years = [int(year) for view in self.views for year in view["years"]]
        asked = int(proposal["value"])
        return min(max(asked, min(years)), max(years))

    def __repr__(self) -> str:
        """Name views, lines and years; no addresses, so that stored notebooks compare equal."""
        first = self.views[0]
        count = len(first["lines"])
        more = f" and {len(self.views) - 1} more" if len(self.views) > 1 else ""
        lines = f"{count} line" + ("s" if count > 1 else "")
        return f"HistoryChart({first['en']}: {lines}, {first['years'][0]}–{_last(first)}{more})"


def _last(view: dict[str, Any]) -> int:
    """Return the last year that has a figure."""
    return max(int(run[-1]["year"]) for line in view["lines"] for run in line["runs"])
