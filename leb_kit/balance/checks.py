"""Every identity of a balance, checked; the answer is the rows that fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.balance.accounting import TOTAL, UNALLOCATED, Cube, computed, identities, split_leaves
from leb_kit.errors import InputError, say
from leb_kit.reference import catalog
from leb_kit.reference.shown import energy, labels, page, table

if TYPE_CHECKING:
    from leb_kit.balance.model import Balance

REPORT_COLUMNS = ("check", "key", "value", "expected", "gap_mwh", "severity", "hint")
SEVERITIES = ("error", "warning", "info")
_AMOUNTS = ("value", "expected", "gap_mwh")


@dataclass(frozen=True, repr=False)
class CheckReport:
    """The failing rows of a check.

    ``table`` has check, key (territory year flow product), value, expected and gap_mwh (MWh),
    severity (error, warning, info) and a hint. ``ok`` is true where no row is an error.
    """

    table: pd.DataFrame

    @property
    def ok(self) -> bool:
        """No row of severity error."""
        return not (self.table["severity"] == "error").any()

    def require(self) -> None:
        """Raise InputError with every row of severity error, if there is one."""
        bad = self.table[self.table["severity"] == "error"]
        if len(bad):
            faults = [
                say(
                    "{key}: {value} MWh, expected {expected} (gap {gap}). {hint}",
                    key=row.key,
                    value=f"{row.value:,.1f}",
                    expected=f"{row.expected:,.1f}",
                    gap=f"{row.gap_mwh:,.1f}",
                    hint=row.hint,
                )
                for row in bad.itertuples()
            ]
            raise InputError(say("the balance does not close"), faults)

    def __repr__(self) -> str:
        counts = self.table["severity"].value_counts()
        parts = [f"{int(counts.get(name, 0))} {name}" for name in SEVERITIES]
        return f"CheckReport({'ok' if self.ok else 'not ok'}: {', '.join(parts)})"

    def _repr_html_(self) -> str:
        if self.table.empty:
            return page(repr(self), page(say("The balance closes: all identities hold.")))
        unit, amounts = energy(pd.concat([self.table[name] for name in _AMOUNTS], ignore_index=True))
        rows = len(self.table)
        value, expected, gap = (amounts[place * rows : (place + 1) * rows] for place in range(len(_AMOUNTS)))
        columns: dict[str, Sequence[str]] = {
            say("check"): list(self.table["check"]),
            say("where"): list(self.table["key"]),
            say("severity"): labels(self.table["severity"], "severity"),
            say("what to do"): list(self.table["hint"]),
            say("found, {unit}", unit=unit): value,
            say("expected, {unit}", unit=unit): expected,
            say("gap, {unit}", unit=unit): gap,
        }
        return page(repr(self), table(columns, words=len(columns) - len(_AMOUNTS)))


def check(balance: Balance, *, tolerance_mwh: float | None = None) -> CheckReport:
    """Check every identity of the balance against its leaves.

    Parameters
    ----------
    balance : Balance
        Any number of territories and years.
    tolerance_mwh : float, optional
        Gap that is still rounding, MWh. Default: 2.5e-7 of the largest leaf, at least 0.5 MWh
        (1 TJ where the largest is 1,100 TWh).

    Returns
    -------
    CheckReport
        Only failing rows: error (an identity broken), warning (physically odd), info (a rest that
        is visible but not allocated).

    Raises
    ------
    InputError
        What is given holds no energy in MWh (a climate-corrected table, for example).

    Examples
    --------
    >>> import leb_kit as leb
    >>> leb.check(leb.examples.italy()).ok
    True
    """
    table = balance.table
    if "energy_mwh" not in table:
        raise InputError(
            "check", [f"a Balance is expected, found {type(balance).__name__}: it has no energy_mwh"]
        )
    if table.empty:
        row = ("has_rows", "", 0.0, 0.0, 0.0, "error", say("The balance holds no energy at all."))
        return CheckReport(pd.DataFrame([row], columns=list(REPORT_COLUMNS)))
    cube = Cube.of(table)
    values, leaf = split_leaves(cube)
    expected = computed(cube, values)
    limit = cube.tolerance() if tolerance_mwh is None else np.full(len(cube.keys), tolerance_mwh)
    parts = [
        _identities(cube, expected, limit),
        _rests(cube, values, leaf),
        _supply_side(cube, expected, limit),
        _unstated_difference(cube, expected, limit),
        _efficiencies(cube, expected, limit),
    ]
    rows = [row for part in parts for row in part]
    return CheckReport(pd.DataFrame(rows, columns=list(REPORT_COLUMNS)))


SUPPLY_HINT = (
    "Nothing says where this energy comes from: primary energy and emissions cannot be told."
    " Add rows PPRD and IMP."
)
DIFFERENCE_HINT = (
    "Supply and use of this product differ: correct one, or state the difference in a row STATDIFF."
)
#: Rows that say where energy comes from.
SUPPLY = ("PPRD", "RCV_RCY", "IMP", "STK_CHG")
Row = tuple[str, str, float, float, float, str, str]


def _key(cube: Cube, at: int, flow: str, product: str) -> str:
    territory, year = cube.keys[at]
    return f"{territory} {year} {flow} {product}"


def _identities(cube: Cube, expected: np.ndarray, limit: np.ndarray) -> list[Row]:
    """Published aggregates and totals that the leaves do not give."""
    flows = {identity.aggregate for identity in identities()}
    products = catalog.table("products")
    groups = set(products.loc[~products["leaf"], "code"])
    is_flow = cube.flows.isin(list(flows))[:, None]
    is_group = cube.products.isin(list(groups))[None, :]
    gap = cube.values - expected
    bad = cube.given & (is_flow | is_group) & (np.abs(gap) > limit[:, None, None])
    rows = []
    for at, f, p in zip(*np.nonzero(bad), strict=True):
        flow, product = str(cube.flows[f]), str(cube.products[p])
        name = f"total_of_products_{product}" if product in groups else f"identity_{flow}"
        hint = (
            say("The parts exceed the published total: one of them is too large or counted twice.")
            if gap[at, f, p] < 0
            else say("The published total is not reached by its parts: one of them is missing.")
        )
        rows.append(
            (
                name,
                _key(cube, at, flow, product),
                float(cube.values[at, f, p]),
                float(expected[at, f, p]),
                float(gap[at, f, p]),
                "error",
                hint,
            )
        )
    return rows


def _rests(cube: Cube, values: np.ndarray, leaf: np.ndarray) -> list[Row]:
    """Parents larger than their parts: visible, not an error."""
    rest = cube.flows.str.endswith(UNALLOCATED)
    mask = leaf & rest[None, :, None]
    rows = []
    for at, f, p in zip(*np.nonzero(mask), strict=True):
        parent = str(cube.flows[f]).removesuffix(UNALLOCATED)
        amount = float(values[at, f, p])
        whole = float(cube.values[at, cube.row(parent), p]) or amount
        rows.append(
            (
                "unallocated",
                _key(cube, at, parent, str(cube.products[p])),
                whole,
                whole - amount,
                amount,
                "info",
                say("Part of {parent} is given without saying where; kept as its own row.", parent=parent),
            )
        )
    return rows


def _supply_side(cube: Cube, expected: np.ndarray, limit: np.ndarray) -> list[Row]:
    """Energy is used and no row says where it comes from."""
    total = cube.column(TOTAL)
    supplied = np.asarray(cube.given[:, [cube.row(flow) for flow in SUPPLY]].any(axis=(1, 2)))
    used = expected[:, cube.row("FC_E"), total] + expected[:, cube.row("TI_E"), total]
    return [
        (
            "has_supply",
            _key(cube, int(at), "NRGSUP", TOTAL),
            0.0,
            float(used[at]),
            -float(used[at]),
            "error",
            say(SUPPLY_HINT),
        )
        for at in np.flatnonzero(~supplied & (used > limit))
    ]


def _unstated_difference(cube: Cube, expected: np.ndarray, limit: np.ndarray) -> list[Row]:
    """Supply and use of a product differ, and no row STATDIFF of that product says so."""
    row = cube.row("STATDIFF")
    own = expected[:, row].copy()
    products = catalog.table("products")
    for group, parts in products[products["leaf"]].groupby("parent"):
        if group != TOTAL:  # what a group has of its own, besides its products
            own[:, cube.column(group)] -= own[:, [cube.column(part) for part in parts["code"]]].sum(axis=1)
    own[:, cube.column(TOTAL)] = 0.0
    supplied = np.asarray(cube.given[:, [cube.row(flow) for flow in SUPPLY]].any(axis=(1, 2)))
    bad = (np.abs(own) > limit[:, None]) & ~cube.given[:, row] & supplied[:, None]
    return [
        (
            "supply_meets_use",
            _key(cube, at, "STATDIFF", str(cube.products[p])),
            0.0,
            float(own[at, p]),
            -float(own[at, p]),
            "error",
            say(DIFFERENCE_HINT),
        )
        for at, p in zip(*np.nonzero(bad), strict=True)
    ]


#: Plants that may condense: on net calorific value they give more than they take.
HEAT_ONLY = ("TO_EHG_MAPH", "TO_EHG_APH")


def _latent_heat_share() -> float:
    """Return what condensing can add to the net calorific value of natural gas: GCV / NCV − 1."""
    factors = catalog.table("factors")
    net_per_gross = float(factors.loc[factors["factor"] == "ncv_to_gcv", "value"].iloc[0])
    return 1 / net_per_gross - 1


def _efficiencies(cube: Cube, expected: np.ndarray, limit: np.ndarray) -> list[Row]:
    """Plants that give more than they take."""
    flows = catalog.table("flows")
    outputs = flows.loc[(flows["role"] == "transformation_output") & ~flows["aggregate"], "code"]
    total = cube.column(TOTAL)
    latent = _latent_heat_share()
    rows = []
    for output in outputs:
        name = "TI_" + output.removeprefix("TO_") + "_E"
        if not output.startswith("TO_EHG_") or name not in cube.flows or output == "TO_EHG_EDHP":
            continue
        allowed = 1 + latent if output in HEAT_ONLY else 1
        gain = expected[:, cube.row(output), total] - allowed * expected[:, cube.row(name), total]
        for at in np.flatnonzero(gain > limit):
            out = float(expected[at, cube.row(output), total])
            rows.append(
                (
                    "output_within_input",
                    _key(cube, int(at), output, TOTAL),
                    out,
                    out - float(gain[at]),
                    float(gain[at]),
                    "warning",
                    say("More energy leaves than enters these plants ({name}).", name=name),
                )
            )
    return rows
