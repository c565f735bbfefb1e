"""Targets as linear rows of a problem: what one MWh of each process adds to each indicator."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.indicators.air import POLLUTANTS, air_weights
from leb_kit.indicators.emissions import cell_weights
from leb_kit.indicators.linear import weights
from leb_kit.indicators.shares import SHARES, counted
from leb_kit.indicators.target_sets import UNITS, TargetSet
from leb_kit.indicators.targets import required_values
from leb_kit.optimise.question.problem import AT_MOST, TARGET, MixProblem
from leb_kit.reference import catalog

#: Below this share of the largest, a coefficient is the arithmetic of floats.
NEGLIGIBLE = 1e-12
#: Limits columns of a problem, in order.
COLUMNS = [
    "limit",
    "process",
    "profile",
    "coefficient",
    "sense",
    "value",
    "kind",
    "label_it",
    "label_en",
    "unit",
    "share",
    "share_of",
    "missed_eur_per_unit",
]


def target_rows(
    targets: str | TargetSet,
    base: Balance | None,
    cells: pd.DataFrame,
    rest: pd.DataFrame,
    territory: str,
) -> pd.DataFrame:
    """Return the rows of ``mix.limits`` for a target set.

    Parameters
    ----------
    targets : str or TargetSet
        The targets.
    base : Balance, optional
        Base year of targets relative to one.
    cells : pd.DataFrame
        process, flow, product, coefficient.
    rest : pd.DataFrame
        flow, product, energy_mwh that the plan does not change; its amount is a constant.
    territory : str
        Code, for the factors.

    Returns
    -------
    pd.DataFrame
        Columns ``COLUMNS``; the row with a blank process holds the constant.
    """
    wanted = required_values(targets, base)
    _require_linear(wanted)
    pieces = [_rows(row, cells, rest, territory) for row in wanted.itertuples()]
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=COLUMNS)


def indicator_rows(problem: MixProblem, indicator: str, convention: str, name: str) -> pd.DataFrame:
    """Return the rows of ``mix.limits`` for an indicator of a problem made from a balance; the value is 0.

    Parameters
    ----------
    problem : MixProblem
        With a balance frame.
    indicator : str
        emissions, primary_energy, final_energy, nox or pm10.
    convention : str
        Of emissions; blank for the others.
    name : str
        Name of the limit.
    """
    frame = problem.frame
    if frame is None:
        raise InputError(
            say("mix problem"), [say("the problem was made from tables without a balance frame")]
        )
    lost = [(store, *cell, 1.0) for store, cell in frame.storage_losses.items()]
    stores = pd.DataFrame(lost, columns=["process", "flow", "product", "coefficient"])
    cells = pd.concat([problem.cells, stores], ignore_index=True)
    labels = {lang: catalog.label("indicator", indicator, lang) for lang in ("it", "en")}
    row = SimpleNamespace(
        target=name,
        indicator=indicator,
        convention=convention,
        required=0.0,
        sense=AT_MOST,
        label_it=labels["it"],
        label_en=labels["en"],
    )
    return _rows(row, cells, frame.rest, frame.territory)


def _rows(row: Any, cells: pd.DataFrame, rest: pd.DataFrame, territory: str) -> pd.DataFrame:
    per_cell, value = _linear(row, cells, territory)
    constant, _ = _linear(row, rest, territory)
    is_share = row.indicator in SHARES
    table = pd.DataFrame(
        {
            "coefficient": _negligible_dropped(per_cell * cells["coefficient"].to_numpy()),
            "share_of": (_whole(str(row.indicator), cells) if is_share else 0.0)
            * cells["coefficient"].to_numpy(),
        },
        index=[cells["process"].to_numpy(), _profiles(cells)],
    )
    piece = table.groupby(level=[0, 1], sort=False).sum().rename_axis(["process", "profile"]).reset_index()
    rest_mwh = rest["energy_mwh"].to_numpy()
    fixed = {
        "process": "",
        "profile": "",
        "coefficient": float((constant * rest_mwh).sum()),
        "share_of": float((_whole(str(row.indicator), rest) * rest_mwh).sum()) if is_share else 0.0,
    }
    piece = pd.concat([pd.DataFrame([fixed]), piece], ignore_index=True)
    return piece.assign(
        limit=row.target,
        sense=row.sense,
        value=value,
        kind=TARGET,
        label_it=row.label_it,
        label_en=row.label_en,
        unit="MWh" if is_share else UNITS[str(row.indicator)],
        share=float(row.required) if is_share else np.nan,
        missed_eur_per_unit=np.nan,
    )[COLUMNS]


def _profiles(cells: pd.DataFrame) -> np.ndarray:
    """Return the hourly factor of each cell; blank where it is the same in every hour."""
    if "profile" not in cells:
        return np.full(len(cells), "", dtype=object)
    profiles: np.ndarray = cells["profile"].fillna("").to_numpy(dtype=object)
    return profiles


def _negligible_dropped(amount: np.ndarray) -> np.ndarray:
    """A coefficient that is the arithmetic of floats would only make the matrix hard to solve."""
    return np.where(np.abs(amount) < NEGLIGIBLE * np.abs(amount).max(initial=0.0), 0.0, amount)


def _whole(indicator: str, cells: pd.DataFrame) -> np.ndarray:
    """Return what one MWh in each cell adds to what a share is a share of."""
    if cells.empty:
        return np.zeros(0)
    amount: np.ndarray = _weights(indicator, cells)[SHARES[indicator][1]].to_numpy()
    return amount


def _weights(indicator: str, cells: pd.DataFrame) -> pd.DataFrame:
    once = cells[["flow", "product"]].drop_duplicates()
    found = weights(indicator, once).set_axis(pd.MultiIndex.from_frame(once))
    return found.loc[pd.MultiIndex.from_frame(cells[["flow", "product"]])]


def _linear(row: Any, cells: pd.DataFrame, territory: str) -> tuple[np.ndarray, float]:
    """Return what one MWh in each cell adds, and the value the sum is held against."""
    indicator, required = str(row.indicator), float(row.required)
    if cells.empty:
        return np.zeros(0), 0.0 if indicator in SHARES else required
    if indicator == "emissions":
        return cell_weights(cells, str(row.convention), territory), required
    if indicator in POLLUTANTS:
        return air_weights(cells, indicator), required
    parts = _weights(indicator, cells)
    if indicator in SHARES:
        # share ≥ σ  ⇔  RES − σ × consumption ≥ 0. Aviation counts in full: above the
        # cap of the directive the row is stricter than the share, never laxer.
        left_out = str(getattr(row, "exclusions", "") or "")
        consumption = parts[SHARES[indicator][1]]
        return (parts[counted(indicator, left_out)].sum(axis=1) - required * consumption).to_numpy(), 0.0
    return parts["energy_mwh"].to_numpy(), required


def _require_linear(wanted: pd.DataFrame) -> None:
    """Refuse targets that are no sum over cells."""
    faults = [
        say(
            "target '{target}' ({indicator}) cannot be a row of a plan: its renewable"
            " electricity depends on the plan's own mix; leave it out and check it afterwards with evaluate",
            target=row.target,
            indicator=row.indicator,
        )
        for row in wanted.itertuples()
        if UNITS[str(row.indicator)] == "share" and row.indicator not in SHARES
    ]
    if faults:
        raise InputError(say("targets of the plan"), faults)
