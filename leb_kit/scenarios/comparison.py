"""What changed from one balance to another, ranked, and said in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError
from leb_kit.indicators.cells import CELL
from leb_kit.indicators.emissions import cell_weights
from leb_kit.indicators.energy import ENERGY
from leb_kit.indicators.linear import weights
from leb_kit.indicators.summary import table as indicator_table
from leb_kit.reference import catalog
from leb_kit.scenarios.shown_scenarios import comparison_page
from leb_kit.scenarios.texts import change_sentence, indicator_sentence, opening
from leb_kit.scenarios.tree import lineage

#: Rows by which changes are told: the sectors of final use, plants, and what crosses the border.
SECTORS = ("FC_IND_E", "FC_TRA_E", "FC_OTH_CP_PUB_E", "FC_OTH_CP_E", "FC_OTH_HH_E", "FC_OTH_AF_E", "FC_NE")
TABLE_COLUMNS = ["topic", "item", "product", "before_mwh", "after_mwh", "change_mwh", "relative"]
DTYPES = (str, str, str, float, float, float, float)
Key = TypeVar("Key", bound=tuple[str, ...])
#: Changes below this share of the largest are not told.
TOLD_SHARE = 0.01
SHOWN = 5
#: Steps of a waterfall that stand by themselves.
BARS = 8
NATURE = "RA"
#: Balances whose indicators are kept: today, and some of those it was compared with last.
BALANCES = 4
LINEAR = ("emissions_tco2eq", "primary_energy_mwh", "final_energy_mwh")
#: What arithmetic leaves over where nothing changed, as a share of the largest cell.
ROUNDING = 1e3 * np.finfo(float).eps


@dataclass(frozen=True, repr=False)
class Comparison:
    """Two balances side by side.

    Parameters
    ----------
    before, after : Balance
        One territory and year each.
    convention : str
        Of the emissions.
    """

    before: Balance
    after: Balance
    convention: str = "territorial"

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Indicators: before, after, change."""
        rows = [_indicators_of(b, self.convention) for b in (self.before, self.after)]
        out = pd.DataFrame({"before": rows[0], "after": rows[1]})
        out["change"] = out["after"] - out["before"]
        out["relative"] = out["change"] / out["before"].where(out["before"] != 0)
        return out

    @cached_property
    def table(self) -> pd.DataFrame:
        """What changed, largest first.

        Returns
        -------
        pd.DataFrame
            topic (``use``: final energy of a sector by product; ``source``: production, imports and
            exports; ``plant``: what power and heat plants take), item (row of the balance), product,
            before_mwh, after_mwh, change_mwh, relative (change over before; NaN where there was none).
        """
        # plain sums, here and below: the tables are short, and a moving slider asks for them again and again
        both = _both(_told(self.before), _told(self.after))
        moved = [(key, old, new) for key, (old, new) in both.items() if abs(new - old) > 1 / 1e3]
        moved.sort(key=lambda row: -abs(row[2] - row[1]))
        rows = [(*key, a, b, b - a, (b - a) / a if a else math.nan) for key, a, b in moved]
        return pd.DataFrame(rows, columns=TABLE_COLUMNS).astype(dict(zip(TABLE_COLUMNS, DTYPES, strict=True)))

    def bridge(self, indicator: str = "emissions_tco2eq") -> pd.DataFrame:
        """Return what moved an indicator, by sector or plant and product; the parts sum to its change.

        ::

            part = Σ over cells of weight(cell) × (energy after − energy before)

        Parameters
        ----------
        indicator : str
            ``emissions_tco2eq``, ``primary_energy_mwh`` or ``final_energy_mwh``: sums over cells. A
            share is no sum and has no bridge.

        Returns
        -------
        pd.DataFrame
            item, product, change (unit of the indicator), largest first. What arithmetic left over where
            nothing changed (energy up to 2e-13 of the largest cell) is no change.

        Raises
        ------
        InputError
            An indicator that is no sum.
        """
        if indicator not in LINEAR:
            known = ", ".join(LINEAR)
            raise InputError("bridge", [f"'{indicator}' is no sum of cells; those are {known}"])
        if indicator not in self._bridges:
            self._bridges[indicator] = self._bridge(indicator)
        return self._bridges[indicator].copy()

    @cached_property
    def _bridges(self) -> dict[str, pd.DataFrame]:
        return {}

    def _bridge(self, indicator: str) -> pd.DataFrame:
        both = _both(_energy(self.before), _energy(self.after))
        weights = self._weights(indicator, pd.DataFrame(list(both), columns=CELL, dtype=str)).tolist()
        least = ROUNDING * max((abs(energy) for pair in both.values() for energy in pair), default=0.0)
        parts: dict[tuple[str, str], list[float]] = {}
        for ((flow, product), (old, new)), weight in zip(both.items(), weights, strict=True):
            change = new - old if abs(new - old) > least else 0.0
            parts.setdefault((_item(flow), product), []).append(change * weight)
        summed = [(*key, math.fsum(changes)) for key, changes in parts.items()]
        ranked = sorted((row for row in summed if row[-1]), key=lambda row: -abs(row[-1]))
        columns = {"item": str, "product": str, "change": float}
        return pd.DataFrame(ranked, columns=list(columns)).astype(columns)

    def waterfall(self, indicator: str = "emissions_tco2eq", *, count: int = BARS) -> pd.DataFrame:
        """Return the bridge as steps from the value before to the value after.

        ::

            end = start + change, start = end of the step above

        Parameters
        ----------
        indicator : str
            As for ``bridge``.
        count : int
            Steps shown by themselves, the largest; two or more others are one step, ``rest``.

        Returns
        -------
        pd.DataFrame
            kind (``before``, ``part``, ``rest``, ``after``), item, product, change, start, end (unit of the
            indicator). The first and the last step stand for the whole values.

        Raises
        ------
        InputError
            An indicator that is no sum, or a count below 1.
        """
        if count < 1:
            raise InputError("waterfall", [f"count is {count}; at least one step is needed"])
        parts = self.bridge(indicator)
        before, after = (float(self.indicators.loc[indicator, end]) for end in ("before", "after"))
        # a rest of one step would hide its name and save nothing
        shown = len(parts) if len(parts) <= count + 1 else count
        steps = [("part", *row) for row in parts.head(shown).itertuples(index=False, name=None)]
        if len(parts) > shown:
            # what is left of the whole change, so that no rounding falls between the steps
            left = (after - before) - math.fsum(step[-1] for step in steps)
            steps.append(("rest", "", "", left))
        steps = [("before", "", "", before), *steps, ("after", "", "", after)]
        out = pd.DataFrame(steps, columns=["kind", "item", "product", "change"])
        ends = out["change"].cumsum()
        ends.iloc[-1] = after
        out["start"] = (ends - out["change"]).where(out["kind"].isin(["part", "rest"]), 0.0)
        out["end"] = ends
        return out

    def sentences(self, lang: str = "it", *, count: int = SHOWN) -> dict[str, list[str]]:
        """Return what changed in sentences, by topic.

        Parameters
        ----------
        lang : str
            ``it`` or ``en``.
        count : int
            How many of the largest changes of each topic to tell.

        Returns
        -------
        dict[str, list[str]]
            ``opening``, ``indicators``; then the topics of ``table`` in which something changed.
        """
        if lang not in catalog.LANGUAGES:
            raise InputError("explain", [f"unknown language '{lang}'; known are it, en"])
        out = {
            "opening": [opening(self.before.title(lang), self.after.title(lang), lang)],
            "indicators": [
                indicator_sentence(str(name), row, lang)
                for name, row in self.indicators.to_dict("index").items()
            ],
        }
        for topic, rows in self._worth_telling.items():
            out[topic] = [change_sentence(row, lang) for row in rows[:count]]
        return out

    @cached_property
    def _worth_telling(self) -> dict[str, list[dict[Any, Any]]]:
        """Changes that are told, largest first, by topic; without topics in which nothing changed."""
        rows, out = self.table.to_dict("records"), {}
        for topic in ("use", "source", "plant"):
            mine = [row for row in rows if row["topic"] == topic]
            if topic == "plant":
                # Sun, wind and water enter a plant as they leave it: told as local production already.
                mine = [row for row in mine if not row["product"].startswith(NATURE)]
            if mine:
                least = TOLD_SHARE * abs(mine[0]["change_mwh"])
                out[topic] = [row for row in mine if abs(row["change_mwh"]) >= least]
        return out

    def explain(self, lang: str = "it", *, count: int = SHOWN) -> list[str]:
        """Return what changed in sentences: the indicators, then what changed most.

        Parameters
        ----------
        lang : str
            ``it`` or ``en``.
        count : int
            How many of the largest changes of use and of source to tell.
        """
        return [text for texts in self.sentences(lang, count=count).values() for text in texts]

    def _weights(self, indicator: str, cells: pd.DataFrame) -> np.ndarray:
        if indicator == "emissions_tco2eq":
            return cell_weights(cells, self.convention, self.before.one()[0])
        name = indicator.removesuffix("_mwh")
        found: np.ndarray = weights(name, cells)[ENERGY].to_numpy()
        return found

    def __repr__(self) -> str:
        return f"Comparison({self.before.title('en')} → {self.after.title('en')}: {len(self.table)} changes)"

    def _repr_html_(self) -> str:
        return comparison_page(self)


@lru_cache(maxsize=BALANCES)
def _indicators_of(balance: Balance, convention: str) -> pd.Series:
    """Return the indicators of a balance, which does not change; one stays while the other moves."""
    return indicator_table(balance, convention=convention).iloc[0]


def compare(before: Balance, after: Balance, *, convention: str = "territorial") -> Comparison:
    """Compare two balances: two years, two scenarios, a year and a plan.

    Parameters
    ----------
    before, after : Balance
        One territory and one year each.
    convention : str
        Of the emissions.

    Returns
    -------
    Comparison
        ``.table`` ranked, ``.indicators``, ``.bridge(indicator)``, ``.explain(lang="it")``.

    Raises
    ------
    InputError
        No balance, or one of several territories or years.

    Examples
    --------
    >>> import leb_kit as leb
    >>> b = leb.examples.torino()
    >>> plan = leb.Scenario("sun", base_year=2019).add(leb.measures.photovoltaic(mw=100))
    >>> leb.compare(b, leb.project(b, plan, year=2030)).explain("en")[-2]
    'Imports, electricity: 115 GWh less (−9.3 %).'
    """
    for one in (before, after):
        if not isinstance(one, Balance):
            raise InputError("compare", [f"two balances are needed; found {type(one).__name__}"])
        one.one()
    return Comparison(before, after, convention)


@lru_cache(maxsize=BALANCES)
def _energy(balance: Balance) -> dict[tuple[str, str], float]:
    """Return the energy (MWh) of each leaf, in the order of flows and products."""
    leaves = balance.leaves
    rows = zip(leaves["flow"].to_list(), leaves["product"].to_list(), leaves["energy_mwh"], strict=True)
    return _summed(((flow, product), float(energy)) for flow, product, energy in rows)


@lru_cache(maxsize=BALANCES)
def _told(balance: Balance) -> dict[tuple[str, str, str], float]:
    """Return energy (MWh) by topic, item and product, in their order."""
    cells = (((_topic(flow), _item(flow), product), e) for (flow, product), e in _energy(balance).items())
    return _summed((key, energy) for key, energy in cells if key[0])


def _summed(cells: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    parts: dict[Key, list[float]] = {}
    for key, energy in cells:
        parts.setdefault(key, []).append(energy)
    return {key: math.fsum(parts[key]) for key in sorted(parts)}


def _both(before: Mapping[Key, float], after: Mapping[Key, float]) -> dict[Key, tuple[float, float]]:
    """Put two sums beside each other; what one of them lacks is zero there and comes last."""
    keys: list[Key] = list(dict.fromkeys([*before, *after]))
    return {key: (before.get(key, 0.0), after.get(key, 0.0)) for key in keys}


def _topic(flow: str) -> str:
    if flow.startswith("FC_"):
        return "use"
    if flow in ("PPRD", "RCV_RCY", "IMP", "EXP"):
        return "source"
    return "plant" if flow.startswith("TI_EHG") else ""


def _item(flow: str) -> str:
    """Return the row by which a change is told: the sector that a row lies in, or the row itself."""
    line = lineage(flow)
    return next((sector for sector in line if sector in SECTORS), line[0])
