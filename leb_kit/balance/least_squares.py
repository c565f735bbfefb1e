"""Weighted least squares under equations and bounds: the arithmetic of reconciliation.

::

    minimise   Σ ((x − start) / sigma)²
    such that  A x = 0   and   G x ≥ 0

x, start, sigma in MWh; a cell of sigma 0 does not move. Without bounds the answer is closed
(Lagrange multipliers; Narasimhan and Jordache, Data Reconciliation and Gross Error Detection, 2000)::

    x = start − V Aᵀ (A V Aᵀ)⁺ A start,     V = diag(sigma²)
    covariance of x = V − V Aᵀ (A V Aᵀ)⁺ A V

Where a bound binds, its multiplier is found by bounded least squares and it joins the equations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

#: An equation with less than this share of a direction of its own repeats others.
REPEATED = 1e-10
#: Below this share of the largest value a number under its bound is the arithmetic of floats.
ROUND_OFF = 1e-10
#: A bound still broken by this many roundings cannot be met.
STUCK = 1e4
#: Steps that remove the rounding left by the one before.
REFINEMENTS = 3


@dataclass(frozen=True)
class Adjusted:
    """The answer.

    Parameters
    ----------
    values : Floats
        x, MWh.
    residual : Floats
        A x, MWh; more than rounding where the equations contradict each other or the fixed cells.
    impossible : tuple[int, ...]
        Rows of G that cannot be met.
    sigma : Floats
        As given, MWh.
    directions : Floats
        Orthonormal rows: combinations of start / sigma that the equations fix.
    """

    values: Floats
    residual: Floats
    impossible: tuple[int, ...]
    sigma: Floats
    directions: Floats

    @property
    def degrees(self) -> int:
        """Number of independent equations."""
        return len(self.directions)

    @property
    def moved(self) -> Floats:
        """Standard deviation of each adjustment, MWh: sqrt of the diagonal of V Aᵀ (A V Aᵀ)⁺ A V."""
        out: Floats = self.sigma * np.sqrt(np.square(self.directions).sum(axis=0))
        return out

    def covariance(self) -> Floats:
        """Covariance of ``values``, MWh²."""
        known = self.directions.T @ self.directions
        out: Floats = self.sigma[:, None] * (np.eye(len(self.sigma)) - known) * self.sigma[None, :]
        return out


def adjust(start: Floats, sigma: Floats, equations: Floats, floor: Places, rests: Floats) -> Adjusted:
    """Move ``start`` as little as its uncertainty says, so that equations and bounds hold.

    Parameters
    ----------
    start, sigma : Floats
        Values and standard deviations, MWh.
    equations : Floats
        A, one row each.
    floor, rests : Places, Floats
        G: cells that cannot be negative, then sums of cells that cannot be, one row each.
    """
    free = _closed(start, sigma, equations)
    size = np.abs(start) + sigma
    allowed = ROUND_OFF * np.concatenate([size[floor], np.abs(rests) @ size])
    if not (np.concatenate([free.values[floor], rests @ free.values]) < -allowed).any():
        return free
    # Only where a bound binds are all laid out: most balances need none.
    bounds = np.vstack([np.eye(len(start))[floor], rests])
    binding, impossible = _binding(free, bounds, allowed)
    if impossible and (sigma > 0).all():
        # Where every cell may move nothing is impossible (all could be zero): it was rounding.
        binding, impossible = _projected(start, sigma, equations, bounds), ()
    if impossible:
        return Adjusted(free.values, free.residual, impossible, sigma, free.directions)
    whole = _closed(start, sigma, np.vstack([equations, bounds[binding]]))
    values = whole.values.copy()
    alone = [row for row in binding if np.count_nonzero(bounds[row]) == 1]
    values[np.abs(bounds[alone]).argmax(axis=1)] = 0.0  # what is left there is rounding
    return Adjusted(values, _applied(equations, values), (), sigma, whole.directions)


def _applied(rows: Floats, values: Floats) -> Floats:
    """Return rows · values. Not by BLAS: waking its threads takes longer than so small a product."""
    out: Floats = np.einsum("ij,j->i", rows, values)
    return out


def _closed(start: Floats, sigma: Floats, equations: Floats) -> Adjusted:
    """Solve without bounds; equations that share no cell are solved apart."""
    values = start.copy()
    directions = [np.zeros((0, len(start)))]
    scaled = equations * sigma
    length = np.sqrt(np.square(scaled).sum(axis=1))
    for chosen in _apart(scaled, np.flatnonzero(length > 0)):
        cells = np.flatnonzero((scaled[chosen] != 0).any(axis=0))
        values, axes = _solved(values, sigma[cells], equations[chosen], length[chosen], cells)
        wide = np.zeros((axes.shape[1], len(start)))
        wide[:, cells] = axes.T
        directions.append(wide)
    return Adjusted(values, _applied(equations, values), (), sigma, np.vstack(directions))


def _solved(
    values: Floats, sigma: Floats, equations: Floats, length: Floats, cells: Places
) -> tuple[Floats, Floats]:
    """Move ``cells`` along orthogonal directions of the scaled equations (QR); return these too."""
    rows = equations[:, cells] * sigma / length[:, None]
    if len(rows) == 1:
        # One equation is its own direction; a second step removes the rounding of the first.
        out = values.copy()
        for _ in range(2):
            out[cells] -= sigma * rows[0] * (equations[0] @ out / length[0])
        return out, rows.T
    axes, corner = np.linalg.qr(rows.T)
    own = np.zeros(len(rows), dtype=bool)
    own[: len(corner)] = np.abs(np.diagonal(corner)) > REPEATED
    if not own.all():
        # An equation without a direction of its own repeats those before it.
        equations, length = equations[own], length[own]
        axes, corner = np.linalg.qr(rows[own].T)
    out = values.copy()
    for _ in range(REFINEMENTS):
        out[cells] -= sigma * (axes @ np.linalg.solve(corner.T, equations @ out / length))
    return out, axes


def _apart(scaled: Floats, rows: Places) -> list[Places]:
    """Group equations that share cells, directly or through others.

    Every equation starts as its own group; a cell joins the groups of its equations under the lowest
    name, until nothing changes.
    """
    uses = scaled[rows] != 0
    name = np.arange(len(rows))
    while True:
        of_cell = np.where(uses, name[:, None], len(rows)).min(axis=0, initial=len(rows))
        joined = np.where(uses, of_cell, len(rows)).min(axis=1, initial=len(rows))
        if (joined == name).all():
            return [rows[name == one] for one in np.unique(name)]
        name = joined


def _binding(free: Adjusted, bounds: Floats, allowed: Floats) -> tuple[list[int], tuple[int, ...]]:
    """Return the bounds that hold as equations, and those that cannot be met.

    Multipliers m ≥ 0 of the bounds: minimise ½ mᵀ H m + hᵀ m with H = G C Gᵀ, h = G x; C is the
    covariance of the free answer x. Bounds enter one round after they are found broken.
    """
    from scipy.optimize import lsq_linear

    covariance = free.covariance()
    working: list[int] = []
    values = free.values
    force = np.zeros(0)
    for _ in range(len(bounds)):
        broken = [int(row) for row in np.flatnonzero(bounds @ values < -allowed) if row not in working]
        if not broken:
            break
        working += broken
        rows = bounds[working]
        spread, start = rows @ covariance @ rows.T, rows @ free.values
        size, axes = np.linalg.eigh(spread)
        kept = size > REPEATED * size.max(initial=0.0)
        root = np.sqrt(size[kept])
        form, target = root[:, None] * axes[:, kept].T, -(axes[:, kept].T @ start) / root
        force = lsq_linear(form, target, bounds=(0, np.inf), method="bvls").x if kept.any() else 0 * start
        values = free.values + covariance @ rows.T @ force
        stuck = [row for row in working if bounds[row] @ values < -STUCK * allowed[row]]
        if stuck:
            return [], tuple(stuck)
    return [row for row, push in zip(working, force, strict=True) if push > 0], ()


def _projected(start: Floats, sigma: Floats, equations: Floats, bounds: Floats) -> list[int]:
    """Return the bounds that hold as equations, where every cell may move.

    In units of sigma the answer is the point of a cone nearest to the start. Its multipliers are one
    least-squares problem of their own (Moreau), which squares nothing and so bears cells whose sigma lie
    far apart::

        minimise ‖y + Aᵀ a + Gᵀ m‖     a free, m ≥ 0, y = start / sigma
    """
    from scipy.optimize import lsq_linear

    rows = np.vstack([equations, bounds]) * sigma
    length = np.sqrt(np.square(rows).sum(axis=1))
    rows = rows[length > 0] / length[length > 0, None]
    held = np.flatnonzero(length > 0) - len(equations)
    lowest = np.where(held < 0, -np.inf, 0.0)
    push = lsq_linear(rows.T, -start / sigma, bounds=(lowest, np.inf), method="bvls").x
    return [int(row) for row, force in zip(held, push, strict=True) if row >= 0 and force > 0]
