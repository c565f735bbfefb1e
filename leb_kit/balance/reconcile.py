"""Inconsistent statistics made consistent: as little as their stated uncertainty says, and visibly.

Every row that is given (leaves and published totals) is a measurement with a relative uncertainty.
The identities of a balance are the equations; ``least_squares`` moves the measurements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import Cube, computed, split_leaves
from leb_kit.balance.amounts import SIGMA
from leb_kit.balance.equations import Equations, computed_rows, weights_of
from leb_kit.balance.least_squares import Adjusted, adjust
from leb_kit.balance.model import Balance
from leb_kit.balance.shown_balance import reconciled_page
from leb_kit.balance.table import KEYS, canonical_columns
from leb_kit.errors import InputError, did_you_mean, say

ADJUSTMENT_COLUMNS = [*KEYS, "old_mwh", "new_mwh", "sigma_mwh", "z", "pull", "new_sigma_mwh"]
#: A cell that moves by less than this share of itself has not moved.
UNMOVED = 1e-9
#: A step of this share of the cell is the arithmetic of floats: the cell stays as it was given.
ROUND_OFF = 1e-12
#: z of cells in one equation is equal but for rounding; ranks must not follow the rounding.
Z_DECIMALS = 6


class Uncertain(NamedTuple):
    """A value with its standard deviation, in the same unit."""

    value: float
    sigma: float


@dataclass(frozen=True, repr=False, eq=False)
class ReconciliationResult:
    """What was moved, by how much, and what that says about the statistics.

    Parameters
    ----------
    balance : Balance
        The same rows, closing; what moved has status E and says so in its source.
    adjustments : pd.DataFrame
        One row for each given cell: territory, year, flow, product, old_mwh, new_mwh, sigma_mwh
        (stated), z (adjustment over its own standard deviation: beyond ±2 is suspect), pull
        (adjustment over sigma), new_sigma_mwh (what is left of the uncertainty).
    chi2 : float
        Σ pull²; near ``degrees`` where the stated uncertainties are true, larger where they are not.
    degrees : int
        Number of independent equations.
    """

    balance: Balance
    adjustments: pd.DataFrame
    chi2: float
    degrees: int
    blocks: tuple[tuple[Equations, Adjusted], ...]

    @property
    def suspects(self) -> pd.DataFrame:
        """Cells that moved, the most suspect first: by z, then by pull."""
        rows = self.adjustments
        moved = (rows["new_mwh"] - rows["old_mwh"]).abs() > UNMOVED * rows["old_mwh"].abs()
        rows = rows[moved]
        order = pd.DataFrame({"z": rows["z"].abs().round(Z_DECIMALS), "pull": rows["pull"].abs()})
        ranked = order.sort_values(["z", "pull"], ascending=False, kind="stable").index
        return rows.loc[ranked].reset_index(drop=True)

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance of the reconciled cells of one territory and year, MWh²; flow and product on both axes.

        Raises
        ------
        InputError
            The balance holds more than one territory or year; ``propagate`` takes any number.
        """
        self.balance.one()
        equations, adjusted = self.blocks[0]
        names = pd.MultiIndex.from_arrays([equations.flows, equations.products], names=["flow", "product"])
        return pd.DataFrame(adjusted.covariance(), index=names, columns=names)

    def propagate(self, weights: Mapping[tuple[object, ...], float] | pd.Series) -> Uncertain:
        """Carry ± to anything that is a weighted sum of rows.

        value = Σ w · x;  sigma = sqrt(wᵀ C w)

        w (any unit per MWh), x reconciled energy (MWh), C covariance (MWh²).

        Parameters
        ----------
        weights : Mapping or pd.Series
            (flow, product) or (territory, year, flow, product) → weight. Aggregates, product groups
            and TOTAL may be named, given or not.

        Raises
        ------
        InputError
            A row that the balance does not have.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"territory": "VAL", "year": 2020, "product": "G3000",
        ...     "flow": ["PPRD", "IMP", "FC_OTH_HH_E"], "value": [100, 50, 145]})
        >>> result = reconcile(Balance.from_table(rows, unit="MWh"), sigma=0.05)
        >>> value, sigma = result.propagate({("FC_E", "TOTAL"): 0.2})  # tCO2/MWh
        >>> f"{value:.2f} ± {sigma:.2f} t"
        '29.63 ± 0.89 t'
        """
        series = weights if isinstance(weights, pd.Series) else pd.Series(dict(weights), dtype=float)
        value, variance = 0.0, 0.0
        faults: list[str] = []
        todo = [(tuple(key), float(weight)) for key, weight in series.items()]
        if any(len(key) == 2 for key, _ in todo):
            place = self.balance.one()
            todo = [((*place, *key) if len(key) == 2 else key, weight) for key, weight in todo]
        seen = set()
        for equations, adjusted in self.blocks:
            here = {key[2:]: weight for key, weight in todo if key[:2] == equations.key}
            row = np.zeros(len(equations.start))
            for (flow, product), weight in here.items():
                part = weights_of(equations, str(flow), str(product))
                if part is not None:
                    row += weight * part
                    seen.add((*equations.key, flow, product))
            value += float(row @ adjusted.values)
            mixed = row * adjusted.sigma
            variance += max(float(mixed @ mixed - np.square(adjusted.directions @ mixed).sum()), 0.0)
        faults += [f"no row {' '.join(map(str, key))}" for key, _ in todo if key not in seen]
        if faults:
            raise InputError("propagate", faults)
        return Uncertain(value, float(np.sqrt(variance)))

    def __repr__(self) -> str:
        cells = f"{len(self.suspects)} of {len(self.adjustments)} cells moved"
        return f"ReconciliationResult({cells}, chi2 {self.chi2:.2f} on {self.degrees} degrees)"

    def _repr_html_(self) -> str:
        return reconciled_page(self)


def reconcile(
    balance: Balance, *, sigma: float | str | pd.DataFrame | None = None, close_difference: bool = False
) -> ReconciliationResult:
    """Move the rows of a balance as little as possible so that every identity holds.

    Weighted least squares, for each territory and year::

        minimise   Σ ((x − old) / s)²        s = sigma · |old|
        such that  supply + TO − TI − NRG − DL − FC_E − FC_NE − STATDIFF = 0    for each product
                   total = Σ parts                              for each published total
                   x ≥ 0                                        but for rows that may be negative

    x, old, s in MWh; sigma relative (share). Source: Narasimhan and Jordache, Data Reconciliation and
    Gross Error Detection (2000), chapter 3. Where a published parent exceeds its parts the rest stays
    its visible leaf. A product is balanced only where the balance has supply rows at all.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.
    sigma : float, str or pd.DataFrame, optional
        Relative standard deviation: one for all cells; or a column of ``balance.table`` (by default
        ``"sigma"``, where the balance was given with it); or rows with a column ``sigma`` and any of
        territory, year, flow, product (a blank matches everything, later rows win). Cells that no row
        names do not move.
    close_difference : bool
        ``True``: a stated STATDIFF is given up, and its energy spread over the cells. ``False``: it is a
        cell like others.

    Returns
    -------
    ReconciliationResult
        ``.balance``, ``.adjustments``, ``.chi2``, ``.degrees``, ``.suspects``, ``.covariance``,
        ``.propagate(weights)``.

    Raises
    ------
    InputError
        A sigma that is no share; a product with supply or use only; identities that cannot hold
        because the cells in them are fixed.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"territory": "VAL", "year": 2020, "product": "G3000",
    ...     "flow": ["PPRD", "IMP", "FC_OTH_HH_E"], "value": [100, 50, 145]})
    >>> trust = pd.DataFrame({"flow": ["PPRD", "IMP", "FC_OTH_HH_E"], "sigma": [0.05, 0.04, 10 / 145]})
    >>> result = reconcile(Balance.from_table(rows, unit="MWh"), sigma=trust)
    >>> result.adjustments["new_mwh"].round(3).tolist()
    [99.031, 49.845, 148.876]
    """
    table = balance.table.reset_index(drop=True)
    if table.empty:
        raise InputError("reconcile", ["the balance holds no energy; nothing can be reconciled"])
    share = _shares(table, sigma)
    table = table.assign(sigma_mwh=share * table["energy_mwh"].abs())
    if close_difference:
        table = table[table["flow"] != "STATDIFF"].reset_index(drop=True)
    cube = Cube.of(table)
    _require_once(cube, table)
    leaf_values, leaf = split_leaves(cube)
    limit = cube.tolerance()
    spread = np.zeros(cube.values.shape)
    spread[cube.at] = table["sigma_mwh"].to_numpy()
    blocks: list[tuple[Equations, Adjusted]] = []
    faults: list[str] = []
    for key in range(len(cube.keys)):
        equations = Equations.of(cube, leaf_values, leaf, key)
        faults += equations.faults
        stated = spread[key][equations.at_flow, equations.at_product]
        adjusted = adjust(equations.start, stated, equations.rows, equations.floor, equations.rests)
        faults += _contradictions(equations, adjusted, float(limit[key]))
        blocks.append((equations, adjusted))
    if faults:
        raise InputError("the balance cannot be reconciled", faults)
    adjustments = pd.concat([_adjustments(*block) for block in blocks], ignore_index=True)
    chi2 = float(np.square(adjustments["pull"]).sum())
    degrees = sum(adjusted.degrees for _, adjusted in blocks)
    new = Balance(_moved(table, cube, leaf, blocks), balance.missing, balance.name)
    return ReconciliationResult(new, adjustments, chi2, degrees, tuple(blocks))


def _require_once(cube: Cube, table: pd.DataFrame) -> None:
    if np.count_nonzero(cube.given) < len(table):
        twice = table.loc[table.duplicated(list(KEYS)), list(KEYS)]
        faults = [f"{' '.join(map(str, key))} is given twice" for key in twice.itertuples(index=False)]
        raise InputError("reconcile", faults)


def _contradictions(equations: Equations, adjusted: Adjusted, limit: float) -> list[str]:
    faults = [
        f"{equations.words[row]}: a gap of {adjusted.residual[row]:,.1f} MWh cannot be closed, because the"
        f" cells that could ({equations.cells_in(int(row))}) are fixed (sigma 0) or tied by others;"
        " give one of them a sigma, or correct it"
        for row in np.flatnonzero(np.abs(adjusted.residual) > limit)
    ]
    faults += [
        f"{equations.bound_word(row)} would become negative, and what could prevent it is fixed (sigma 0);"
        " give other cells of its identity a sigma"
        for row in adjusted.impossible
    ]
    return faults


def _adjustments(equations: Equations, adjusted: Adjusted) -> pd.DataFrame:
    step = adjusted.values - equations.start
    moved, sigma = adjusted.moved, adjusted.sigma
    left = np.sqrt(np.maximum(np.square(sigma) - np.square(moved), 0.0))
    territory, year = equations.key
    frame = pd.DataFrame(
        {
            "territory": territory,
            "year": year,
            "flow": equations.flows,
            "product": equations.products,
            "old_mwh": equations.start,
            "new_mwh": adjusted.values,
            "sigma_mwh": sigma,
            # A cell in no equation has neither step nor deviation: 0, not 0 / 0.
            "z": np.divide(step, moved, out=np.zeros_like(step), where=moved > UNMOVED * sigma),
            "pull": np.divide(step, sigma, out=np.zeros_like(step), where=sigma > 0),
            "new_sigma_mwh": left,
        }
    )
    return frame[ADJUSTMENT_COLUMNS]


def _moved(
    table: pd.DataFrame,
    cube: Cube,
    leaf: np.ndarray,
    blocks: list[tuple[Equations, Adjusted]],
) -> pd.DataFrame:
    """Return the table with new energies; indicator rows follow from the new leaves."""
    values = cube.values.copy()
    if table["flow"].isin(computed_rows()).any():
        leaves = np.zeros_like(cube.values)
        for key, (equations, adjusted) in enumerate(blocks):
            leaves[key][leaf[key]] = equations.leaf_rows @ adjusted.values
        follows = cube.flows.isin(computed_rows())[None, :, None]
        values = np.where(follows, computed(cube, leaves), values)
    for key, (equations, adjusted) in enumerate(blocks):
        values[key, equations.at_flow, equations.at_product] = adjusted.values
    old = table["energy_mwh"].to_numpy()
    new = values[cube.at]
    step = np.abs(new - old)
    energy = np.where(step > ROUND_OFF * np.abs(old), new, old)
    changed = step > UNMOVED * np.abs(old)
    # the stated uncertainty is used up: it would count twice in a second reconciliation
    out = table.drop(columns=["sigma_mwh", SIGMA], errors="ignore").assign(energy_mwh=energy)
    out.loc[changed, "status"] = "E"
    told = "reconciled (" + table["source"].where(table["source"] != "", "no source") + ")"
    out["source"] = table["source"].where(~changed, told)
    return out[out["energy_mwh"] != 0].reset_index(drop=True)


def _shares(table: pd.DataFrame, sigma: float | str | pd.DataFrame | None) -> pd.Series:
    """Return the relative uncertainty of each row of the table."""
    if sigma is None:
        if SIGMA not in table:
            fault = say("the balance states no uncertainty: give sigma, such as sigma=0.05")
            raise InputError("reconcile", [fault])
        sigma = SIGMA
    if isinstance(sigma, str):
        if sigma not in table:
            hint = did_you_mean(sigma, table.columns)
            fault = f"the table of the balance has no column '{sigma}'; give a number or a frame.{hint}"
            raise InputError("sigma", [fault])
        share = pd.to_numeric(table[sigma], errors="coerce")
        _require_shares(share, "column " + sigma)
        return share
    if isinstance(sigma, pd.DataFrame):
        return _from_rows(table, canonical_columns(sigma).reset_index(drop=True))
    share = pd.Series(float(sigma), index=table.index)
    _require_shares(share.head(1), "sigma")
    return share


def _require_shares(share: pd.Series, where: str) -> None:
    bad = ~(share.astype(float).between(0, np.inf, inclusive="left"))
    if bad.any():
        faults = [
            f"{where}, row {row}: {share.iloc[row]} is no relative uncertainty; write 0.05 for 5 %"
            for row in np.flatnonzero(bad)
        ]
        raise InputError("sigma", faults)


def _from_rows(table: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    names = [name for name in KEYS if name in rows]
    if "sigma" not in rows or not names:
        found = ", ".join(map(str, rows.columns)) or "none"
        fault = f"a column 'sigma' and one or more of {', '.join(KEYS)} are needed; found {found}"
        raise InputError("sigma", [fault])
    _require_shares(pd.to_numeric(rows["sigma"], errors="coerce"), "column sigma")
    share = np.zeros(len(table))
    columns = {name: table[name].to_numpy() for name in names}
    faults = []
    for place, row in enumerate(rows[[*names, "sigma"]].itertuples(index=False)):
        hit = np.ones(len(table), dtype=bool)
        for name, wanted in zip(names, row[:-1], strict=True):
            if not (pd.isna(wanted) or wanted == ""):
                hit &= columns[name] == wanted
        if not hit.any():
            wanted = " ".join(str(word) for word in row[:-1])
            choices = {" ".join(map(str, key)) for key in zip(*columns.values(), strict=True)}
            faults.append(f"row {place}: no cell is {wanted}.{did_you_mean(wanted, choices)}")
        share[hit] = float(row[-1])
    if faults:
        raise InputError("sigma", faults)
    return pd.Series(share, index=table.index)
