"""Where a figure comes from: an indicator or an aggregate as a tree, down to cells, factors and sources."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import flow_parts, known_codes
from leb_kit.balance.leaf_weights import leaf_weights
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.indicators.air import POLLUTANTS, air_pollutant, air_weights
from leb_kit.indicators.cells import rows_of
from leb_kit.indicators.emissions import emission_table, factor_convention, require_convention
from leb_kit.indicators.energy import ENERGY, require_memo
from leb_kit.indicators.factors import factor_rows
from leb_kit.indicators.shares import SHARES, counted
from leb_kit.indicators.shares import exclusions as known_exclusions
from leb_kit.indicators.trace_tree import (
    ABOVE,
    CELL,
    EXCESS,
    GIVEN,
    LESS,
    ONE,
    PRODUCT,
    SHARE,
    SUM,
    Step,
    Trace,
)
from leb_kit.reference import catalog

MWH: Final = "MWh"
TONNES: Final = "tCO2eq"
TONS: Final = "t"
EMISSIONS: Final = "emissions"
AMOUNTS: Final = ("primary_energy", "final_energy")
RENEWABLE: Final = "renewable_share"


def trace(
    balance: Balance,
    indicator: str = "",
    *,
    flow: str = "",
    product: str = "",
    convention: str = "territorial",
    exclusions: tuple[str, ...] = (),
) -> Trace:
    """Show where a figure comes from: a tree of sums and ratios down to cells, factors and their sources.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    indicator : str
        ``renewable_share``, ``renewable_share_electricity``, ``renewable_share_heat``,
        ``self_sufficiency``, ``primary_energy``, ``final_energy``, ``emissions``, ``nox`` or ``pm10``.
    flow, product : str
        Instead of an indicator: a cell that is a sum, such as ``flow="FC_E", product="TOTAL"``; without
        ``product`` the total.
    convention : str
        Of the emissions.
    exclusions : tuple[str, ...]
        What is not counted as renewable, as ``renewable_share`` takes it.

    Returns
    -------
    Trace
        ``value`` (as the indicator gives it), ``table``, ``cells``, ``sources``, ``explain(lang)``.

    Raises
    ------
    InputError
        It is no Balance, more than one territory or year, no energy, nothing or too much is asked for, an
        unknown name, or what the indicator itself refuses.

    Examples
    --------
    >>> import leb_kit as leb
    >>> found = leb.trace(leb.examples.italy(), "final_energy")
    >>> round(found.value) == round(leb.indicators.final_energy(leb.examples.italy()).energy_mwh)
    True
    >>> found.cells.loc[0, ["flow", "product"]].tolist()
    ['FC_TRA_ROAD_E', 'O4671XR5220B']
    """
    require_balance(balance, "trace")
    _require_question(indicator, flow, product)
    require_convention(convention)
    known_exclusions(exclusions)
    balance.one()
    if balance.leaves.empty:
        raise InputError(say("trace"), [say("the balance holds no energy; nothing can be computed")])
    territory, year = balance.leaves[["territory", "year"]].iloc[0]
    place = f" {territory} {year}"
    if not indicator:
        wanted = (flow, product or "TOTAL")
        return Trace("/".join(wanted), _cell_step(balance, *wanted), place)
    if indicator == EMISSIONS:
        return Trace(indicator, _emissions(balance, convention), place)
    if indicator in POLLUTANTS:
        return Trace(indicator, _air(balance, indicator), place)
    if indicator in AMOUNTS:
        return Trace(indicator, _part(balance, indicator, ENERGY, "indicator"), place)
    return Trace(indicator, _share(balance, indicator, exclusions), place)


def _require_question(indicator: str, flow: str, product: str) -> None:
    faults = []
    known = [*SHARES, *AMOUNTS, EMISSIONS, *POLLUTANTS]
    if bool(indicator) == bool(flow):
        faults.append(say("give an indicator, or a flow (and a product): one of both"))
    if indicator and indicator not in known:
        told = {"indicator": indicator, "known": ", ".join(known), "hint": did_you_mean(indicator, known)}
        faults.append(say("unknown indicator '{indicator}'; known are {known}.{hint}", **told))
    for kind, code in (("flow", flow), ("product", product)):
        codes = catalog.table(f"{kind}s")["code"].tolist()
        if code and code not in codes:
            told = {"name": say(kind), "code": code, "hint": did_you_mean(code, codes)}
            faults.append(say("unknown {name} '{code}'.{hint}", **told))
    if faults:
        raise InputError(say("trace"), faults)


# ── shares ───────────────────────────────────────────────────────────────────────────────────────────────


def _share(balance: Balance, indicator: str, exclusions: tuple[str, ...]) -> Step:
    if "res_electricity_mwh" in SHARES[indicator][0]:
        require_memo(rows_of(balance, say("trace")))
    kept = counted(indicator, exclusions)
    above = [_part(balance, indicator, name) for name in kept]
    numerator = above[0] if len(above) == 1 else _named("renewable_mwh", SUM, above)
    below = _part(balance, indicator, SHARES[indicator][1])
    if indicator == RENEWABLE:
        below = _capped(balance, below)
    value = numerator.value / below.value if below.value > 0 else 0.0
    return Step(indicator, SHARE, value, ONE, *_labels("indicator", indicator), parts=(numerator, below))


def _capped(balance: Balance, uncapped: Step) -> Step:
    """Take off what aviation is above the cap of the directive."""
    aviation = _part(balance, RENEWABLE, "aviation_mwh")
    row = factor_rows("aviation_cap", "", str(balance.leaves["territory"].iloc[0])).iloc[0]
    labels = _labels("trace_step", "aviation_cap")
    cap = Step("aviation_cap", GIVEN, float(row["value"]), ONE, *labels, source=str(row["source"]))
    whole = Step(uncapped.key, ABOVE, uncapped.value, MWH, uncapped.label_it, uncapped.label_en)
    allowed = Step(
        "aviation_allowed_mwh",
        PRODUCT,
        cap.value * whole.value,
        MWH,
        *_labels("trace_step", "aviation_allowed_mwh"),
        parts=(cap, whole),
    )
    excess = Step(
        "aviation_excess_mwh",
        EXCESS,
        max(0.0, aviation.value - allowed.value),
        MWH,
        *_labels("trace_step", "aviation_excess_mwh"),
        parts=(aviation, allowed),
    )
    return Step(
        "gross_final_consumption_mwh",
        LESS,
        uncapped.value - excess.value,
        MWH,
        *_labels("trace_step", "gross_final_consumption_mwh"),
        parts=(uncapped, excess),
    )


def _named(key: str, rule: str, parts: list[Step]) -> Step:
    value = sum(part.value for part in parts)
    return Step(key, rule, value, MWH, *_labels("trace_step", key), parts=tuple(parts))


# ── sums of cells ────────────────────────────────────────────────────────────────────────────────────────


def _part(balance: Balance, indicator: str, part: str, kind: str = "trace_step") -> Step:
    """A part of an indicator as the sum of its declared terms."""
    rows = catalog.table("indicator_terms")
    rows = rows[(rows["indicator"] == indicator) & (rows["part"] == part)]
    each = rows[["flow", "product", "weight", "source"]].itertuples(index=False)
    terms = [term for term in (_term(balance, *row) for row in each) if term.parts]
    key = indicator if kind == "indicator" else part
    value = sum(term.value for term in terms)
    return Step(key, SUM, value, MWH, *_labels(kind, key), parts=tuple(terms))


def _cell_step(balance: Balance, flow: str, product: str) -> Step:
    return _term(balance, flow, product, 1.0, "")


def _term(balance: Balance, flow: str, product: str, weight: float, source: str) -> Step:
    """Weight × one row of the balance for a product or a group, as the sum of the leaves it consists of."""
    flows, products = known_codes()
    leaves = balance.leaves
    at = (flows.get_indexer(pd.Index(leaves["flow"])), products.get_indexer(pd.Index(leaves["product"])))
    factor = weight * np.where(at[0] < 0, 0.0, _term_weights(flow, product)[at])
    used = (factor != 0) & (leaves["energy_mwh"].to_numpy() != 0)
    cells = [
        _cell(row, float(each), "MWh/MWh", "")
        for row, each in zip(leaves[used].itertuples(), factor[used], strict=True)
    ]
    labels = _both(flow, product)
    value = sum(cell.value for cell in cells)
    return Step(
        f"{flow}/{product}",
        SUM,
        value,
        MWH,
        *labels,
        source=source,
        parts=tuple(cells),
        flow=flow,
        product=product,
    )


@cache
def _term_weights(flow: str, product: str) -> np.ndarray:
    """Weight of every leaf in one cell; the last column is for unknown products, the last row for flows."""
    flows, products = known_codes()
    wanted = np.zeros((len(flows), len(products) + 1))
    wanted[flows.get_loc(flow), products.get_loc(product)] = 1.0
    return leaf_weights(wanted)


def _cell(row: Any, weight: float, weight_unit: str, weight_source: str, unit: str = MWH) -> Step:
    labels = _both(row.flow, row.product)
    return Step(
        f"{row.flow}/{row.product}",
        CELL,
        weight * float(row.energy_mwh),
        unit,
        *labels,
        source=str(row.source),
        flow=row.flow,
        product=row.product,
        energy_mwh=float(row.energy_mwh),
        weight=weight,
        weight_unit=weight_unit,
        weight_source=weight_source,
        status=str(row.status),
    )


# ── emissions ────────────────────────────────────────────────────────────────────────────────────────────


def _emissions(balance: Balance, convention: str) -> Step:
    emission_table(balance, convention)  # refuses what has no factor, in its own words
    terms = catalog.table("emission_terms")
    territory = str(balance.leaves["territory"].iloc[0])
    rows = terms[terms["convention"] == convention]
    parts = [_emission_term(balance, row, territory) for row in rows.itertuples()]
    parts = [part for part in parts if part.parts]
    value = sum(part.value for part in parts)
    both = zip(_labels("indicator", EMISSIONS), _labels("convention", convention), strict=True)
    italian, english = (f"{name} ({how})" for name, how in both)
    return Step(EMISSIONS, SUM, value, TONNES, italian, english, parts=tuple(parts))


def _emission_term(balance: Balance, term: Any, territory: str) -> Step:
    """Weight × the leaves of one row of the balance × the factor of each product."""
    signs = flow_parts(term.flow)
    convention = factor_convention(term.factor, term.convention)
    factors = factor_rows(term.factor, convention, territory).set_index("product")
    leaves = balance.leaves
    leaves = leaves[leaves["flow"].isin(list(signs)) & leaves["product"].isin(list(factors.index))]
    cells = []
    for row in leaves.itertuples():
        factor = factors.loc[row.product]
        each = float(term.weight) * signs[row.flow] * float(factor["value"])
        if each and row.energy_mwh:
            cells.append(_cell(row, each, str(factor["unit"]), str(factor["source"]), TONNES))
    value = sum(cell.value for cell in cells)
    key, labels = f"{term.flow}/{term.factor}", _labels("flow", term.flow)
    return Step(key, SUM, value, TONNES, *labels, source=term.source, parts=tuple(cells), flow=term.flow)


# ── local air ────────────────────────────────────────────────────────────────────────────────────────────


def _air(balance: Balance, pollutant: str) -> Step:
    """Sectors of the factors, each the sum of its cells."""
    factors = catalog.table("air_factors").sort_values("valid_from")
    factors = factors[factors["pollutant"] == pollutant]
    sources = dict(zip(zip(factors["sector"], factors["fuel"], strict=True), factors["source"], strict=True))
    burnt = air_pollutant(balance, pollutant).table.drop(columns="energy_mwh")
    rows = balance.leaves.merge(burnt, on=["flow", "product"])
    weights = air_weights(rows, pollutant)
    parts: dict[str, list[Step]] = {}
    row: Any  # a named tuple, whose fields mypy does not know
    for row, weight in zip(rows.itertuples(), weights, strict=True):
        if weight and row.energy_mwh:
            told = sources[row.sector, row.fuel]
            parts.setdefault(row.sector, []).append(_cell(row, float(weight), f"{TONS}/MWh", told, TONS))
    sectors = [
        Step(
            sector, SUM, sum(cell.value for cell in cells), TONS, *_labels("flow", sector), parts=tuple(cells)
        )
        for sector, cells in parts.items()
    ]
    value, labels = sum(part.value for part in sectors), _labels("indicator", pollutant)
    return Step(pollutant, SUM, value, TONS, *labels, parts=tuple(sectors))


def _both(flow: str, product: str) -> tuple[str, str]:
    """Label a cell in Italian and English."""
    (flow_it, flow_en), (product_it, product_en) = _labels("flow", flow), _labels("product", product)
    return f"{flow_it} · {product_it}", f"{flow_en} · {product_en}"


def _labels(kind: str, code: str) -> tuple[str, str]:
    italian, english = (catalog.label(kind, code, lang) for lang in catalog.LANGUAGES)
    return italian, english
