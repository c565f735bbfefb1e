"""From headline figures to a whole balance: what an energy office has when it has no tables.

Totals by carrier or sector, electricity made, heat delivered: they are met exactly. What they do not tell
is filled in as in a balance that is whole, and every row says so.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from leb_kit.balance.accounting import TOTAL, UNALLOCATED, flow_parts, identities, product_leaves
from leb_kit.balance.draft import Draft, Pattern
from leb_kit.balance.model import Balance
from leb_kit.errors import InputError
from leb_kit.reference import catalog

GAS, ELECTRICITY, HEAT = "G3000", "E7000", "H8000"
#: Products whose primary form is the electricity itself (Eurostat): hydro, wind, photovoltaic, tide.
PRIMARY_ELECTRICITY = ("RA100", "RA300", "RA420", "RA500")
#: Rows that headlines may be about: final consumption, electricity made by source, supply.
FINAL, PRODUCED, SUPPLY = ("FC_E", "FC_NE"), "GEP", ("PPRD", "IMP", "EXP")
#: Power plants, cogeneration and boilers of a network: the main rows of Eurostat.
POWER, COGENERATION, BOILERS = "MAPE", "MAPCHP", "MAPH"
#: Sources that are used where they are: groups of the flow scheme.
LOCAL = ("hydro", "wind", "solar", "geothermal", "biomass", "waste", "ambient_heat")
#: Steps towards all headlines at once, the longest of them (as a power of e), and how far from the
#: headlines the last may end (relative).
ROUNDS, LONGEST, CLOSE = 200, 2.0, 1e-10
#: Below this share a difference is the arithmetic of floats.
ROUND_OFF = 1e-12

Cell = tuple[str, str]
Floats = npt.NDArray[np.float64]


def complete(headlines: Balance, *, like: Balance, fuel: str | Mapping[str, float] | None = None) -> Balance:
    """Make a whole balance of headline figures, filled in as in another balance.

    Headlines are met exactly; where several overlap (by carrier, by sector), all hold at once::

        x(flow, product) = like(flow, product) · one factor for each headline over the row

    What follows from them (MWh; efficiencies, power to heat and losses as in ``like``)::

        heat        final heat / (1 − losses), cogenerated as far as the electricity that is told allows
        fuel burnt  (electricity + heat) / efficiency, for each fuel and kind of plant
        own use     share of the electricity made;  network losses: share of what is fed in
        supply      renewables, but for liquid ones, are made where they are used; all else is imported;
                    electricity left over is exported

    Source: proportional fitting, Deming and Stephan (1940), solved in its dual; rows GEP, GHP and
    TI_EHG of Eurostat.

    Parameters
    ----------
    headlines : Balance
        One territory, one year. Rows of final consumption (``FC_E``, ``FC_TRA_E`` …) by product, group
        or TOTAL; ``GEP`` (gross electricity production) by source and TOTAL; ``PPRD``, ``IMP``, ``EXP``
        where known.
    like : Balance
        A whole balance of one territory and year that is like it, for example of the country.
    fuel : str or Mapping[str, float], optional
        What plants burn whose fuel is not told: one product, or shares. By default fossil fuels as in
        ``like``.

    Returns
    -------
    Balance
        Leaves that close. Status A only where a headline tells that very cell; every source tells the
        headline and the method.

    Raises
    ------
    InputError
        Headlines that contradict each other, that ``like`` cannot fill in, or of other rows.

    Examples
    --------
    >>> rows = pd.DataFrame({"territory": "VAL", "year": 2020, "flow": "FC_E",
    ...                      "product": ["G3000", "E7000"], "value": [60, 40]})
    >>> whole = pd.DataFrame({"territory": "IT", "year": 2019,
    ...     "flow": ["IMP", "FC_IND_IS_E", "FC_OTH_HH_E", "IMP", "DL", "FC_OTH_HH_E"],
    ...     "product": ["G3000"] * 3 + ["E7000"] * 3, "value": [400, 100, 300, 200, 20, 180]})
    >>> b = complete(Balance.from_table(rows, unit="GWh"), like=Balance.from_table(whole, unit="GWh"))
    >>> b.table[["flow", "product", "energy_mwh"]].round(0).values.tolist()[:3]
    [['FC_IND_IS_E', 'G3000', 15000.0], ['FC_OTH_HH_E', 'G3000', 45000.0], ['FC_OTH_HH_E', 'E7000', 40000.0]]
    """
    territory, year = headlines.one()
    pattern = Pattern.of(like)
    told = _told(headlines)
    draft = Draft()
    _final(draft, told[told["flow"].isin(_tree())], pattern)
    _plants(draft, told[told["flow"] == PRODUCED], pattern, fuel)
    _losses(draft, pattern)
    _supply(draft, told[told["flow"].isin(SUPPLY)])
    return draft.balance(territory, year, headlines.name)


def _tree() -> set[str]:
    return {flow for top in FINAL for flow in flow_parts(top)}


def _told(headlines: Balance) -> pd.DataFrame:
    """Return the rows that are told, or say which of them cannot be used."""
    table = headlines.table
    final = table["flow"].isin(_tree())
    faults = [
        f"{flow}: a headline is final consumption (FC_…), electricity made (GEP, by source) or"
        f" {', '.join(SUPPLY)}; leave it out with filter"
        for flow in dict.fromkeys(table.loc[~final & ~table["flow"].isin([PRODUCED, *SUPPLY]), "flow"])
    ]
    single = _single()
    for flow, product in zip(table.loc[~final, "flow"], table.loc[~final, "product"], strict=True):
        if product not in single and (flow, product) != (PRODUCED, TOTAL):
            parts = ", ".join(product_leaves(product)[:3])
            faults.append(
                f"{flow} {product}: a group says not what is burnt or made; give its parts ({parts} …)"
            )
    if not final.any():
        faults.append("no row of final consumption (FC_E …); there is nothing to fill in")
    if faults:
        raise InputError("headlines", faults)
    return table


def _single() -> set[str]:
    products = catalog.table("products")
    return set(products.loc[products["leaf"], "code"])


# ── final consumption ────────────────────────────────────────────────────────────────────────────────────


def _final(draft: Draft, told: pd.DataFrame, pattern: Pattern) -> None:
    """Fill in the rows of final consumption, each headline met."""
    headlines = list(told.itertuples(index=False))
    prior = _prior(told, pattern)
    cells = list(prior)
    member = np.array([[_covers(row.flow, row.product, cell) for cell in cells] for row in headlines])
    member = member.reshape(len(headlines), len(cells))
    faults = [
        f"{row.flow} {row.product}: {pattern.name} has no such energy, so nothing says how to share it out;"
        " give its parts"
        for row, covered in zip(headlines, member, strict=True)
        if not covered.any()
    ]
    if faults:
        raise InputError("headlines", faults)
    names = [f"{row.flow} {row.product}" for row in headlines]
    energy = _fitted(np.array(list(prior.values())), member, told["energy_mwh"].to_numpy(), names)
    for at, cell in enumerate(cells):
        over = [row for row, covered in zip(headlines, member[:, at], strict=True) if covered]
        own = [row for row in over if (row.flow, row.product) == cell]
        if own:
            draft.add(*cell, float(energy[at]), own[0].source, own[0].status)
        elif over:
            sources = "; ".join(dict.fromkeys(row.source for row in over if row.source)) or "headline"
            draft.add(*cell, float(energy[at]), f"{sources}; shared out as in {pattern.name}")


def _prior(told: pd.DataFrame, pattern: Pattern) -> dict[Cell, float]:
    """Return the cells to fill in, with their energy in the pattern."""
    # A row that the pattern tells whole and a headline in parts keeps its rest beside them.
    parts_of = {row.aggregate: {term[0] for term in row.terms} for row in identities() if row.is_tree}
    opened = {parent for parent, parts in parts_of.items() if parts & set(told["flow"])}
    tree, single = _tree(), _single()
    out: dict[Cell, float] = {}
    for flow, product, energy in pattern.leaves:
        if flow in tree:
            out[flow + UNALLOCATED if flow in opened else flow, product] = energy
    for flow, product, energy in zip(told["flow"], told["product"], told["energy_mwh"], strict=True):
        if product in single and not any(_covers(flow, product, cell) for cell in out):
            out[flow, product] = float(energy)
    return out


def _covers(flow: str, product: str, cell: Cell) -> bool:
    inside = product == TOTAL or cell[1] in (product, *product_leaves(product))
    return inside and cell[0] in flow_parts(flow)


def _fitted(prior: Floats, member: npt.NDArray[np.bool_], wanted: Floats, names: list[str]) -> Floats:
    """Scale rows by one factor for each headline over them, until all headlines hold.

    x = prior · exp(Aᵀ m), A x = wanted: the m that make Σ x − m · wanted least, by Newton's method.
    """
    A, scale = member.astype(float), wanted.sum()
    start, goal = prior / prior.sum(), wanted / scale
    factors = np.log(goal / (A @ start)) / A.sum(axis=0).max()
    for _ in range(ROUNDS):
        energy = start * np.exp(A.T @ factors)
        off = A @ energy - goal
        if (np.abs(off) <= CLOSE * goal).all():
            fitted: Floats = energy * scale
            return fitted
        step = np.linalg.lstsq((A * energy) @ A.T, -off, rcond=None)[0]
        step /= max(1.0, np.abs(A.T @ step).max() / LONGEST)
        while _dual(start, A, goal, factors + step) > _dual(start, A, goal, factors) + ROUND_OFF:
            step /= 2
        factors = factors + step
    faults = [
        f"{name}: {told * scale:,.7g} MWh told; the nearest to all at once is {now * scale:,.7g} MWh"
        for name, told, now in zip(names, goal, A @ energy, strict=True)
        if abs(now - told) > CLOSE * told
    ]
    raise InputError("headlines contradict each other", faults)


def _dual(start: Floats, A: Floats, goal: Floats, factors: Floats) -> float:
    return float(np.sum(start * np.exp(A.T @ factors)) - goal @ factors)


# ── plants ───────────────────────────────────────────────────────────────────────────────────────────────


def _plants(
    draft: Draft, told: pd.DataFrame, pattern: Pattern, fuel: str | Mapping[str, float] | None
) -> None:
    """Burn what makes the electricity that is told, and the heat of the networks."""
    made = dict(zip(told["product"], told["energy_mwh"], strict=True))
    source = dict(zip(told["product"], told["source"], strict=True))
    whole = made.pop(TOTAL, None)
    by_source = math.fsum(made.values())
    if whole is not None and by_source > whole * (1 + ROUND_OFF):
        fault = f"GEP TOTAL: {whole:,.0f} MWh told, but its sources are {by_source:,.0f} MWh"
        raise InputError("headlines contradict each other", [fault])
    for product, electricity in made.items():
        _burn(draft, pattern, POWER, product, (electricity, 0.0), source[product])
    final = draft.sum(HEAT, "FC_")
    heat = final / (1 - pattern.loss(HEAT)) if final else 0.0
    thermal = math.inf if whole is None else whole - by_source
    for product, share in _fuel_shares(pattern, fuel).items():
        ratio = pattern.power_to_heat(product)
        cogenerated = 0.0 if math.isnan(ratio) else min(heat, thermal / ratio) * share
        electricity = cogenerated * ratio if cogenerated else 0.0
        method = f"heat of the networks; {source.get(TOTAL, 'electricity as it comes')}"
        _burn(draft, pattern, COGENERATION, product, (electricity, cogenerated), method)
        _burn(draft, pattern, BOILERS, product, (0.0, heat * share - cogenerated), method)
        if whole is not None:
            rest = thermal * share - electricity
            _burn(draft, pattern, POWER, product, (rest, 0.0), f"{source[TOTAL]}; what other plants leave")
    electricity = draft.sum(ELECTRICITY, "TO_EHG")
    own = pattern.sum(ELECTRICITY, "NRG_EHG_E") / (pattern.sum(ELECTRICITY, "TO_EHG") or math.inf)
    draft.add(
        "NRG_EHG_E", ELECTRICITY, electricity * own, f"own use of plants {own:.4f} as in {pattern.name}"
    )


def _fuel_shares(pattern: Pattern, fuel: str | Mapping[str, float] | None) -> dict[str, float]:
    if isinstance(fuel, str):
        return {fuel: 1.0}
    if fuel is None:
        products = catalog.table("products")
        fossil = products.loc[products["fossil"] & products["leaf"], "code"]
        fuel = {str(product): pattern.sum(product, f"{PRODUCED}_MAP") for product in fossil}
    total = math.fsum(fuel.values())
    return {product: amount / total for product, amount in fuel.items() if amount > 0}


def _burn(
    draft: Draft, pattern: Pattern, plant: str, product: str, output: tuple[float, float], told: str
) -> None:
    """Add a kind of plant on one product: what it takes, its electricity and heat, what is made of what."""
    electricity, heat = output
    if electricity + heat <= ROUND_OFF * draft.sum(ELECTRICITY, "FC_"):
        return
    efficiency = 1.0 if product in PRIMARY_ELECTRICITY else pattern.efficiency(plant, product)
    if math.isnan(efficiency):
        fault = (
            f"{PRODUCED} {product}: {pattern.name} has no such plant ({plant}), so nothing tells its"
            " efficiency; name another fuel"
        )
        raise InputError("headlines", [fault])
    method = f"{told}; efficiency {efficiency:.3f}" + ("" if efficiency == 1 else f" as in {pattern.name}")
    draft.add(f"TI_EHG_{plant}_E", product, (electricity + heat) / efficiency, method)
    draft.add(f"TO_EHG_{plant}", ELECTRICITY, electricity, method)
    draft.add(f"TO_EHG_{plant}", HEAT, heat, method)
    draft.add(f"GEP_{plant}", product, electricity, method)
    draft.add(f"GHP_{plant}", product, heat, method)


# ── networks and supply ──────────────────────────────────────────────────────────────────────────────────


def _losses(draft: Draft, pattern: Pattern) -> None:
    """Lose on the networks what the pattern loses."""
    for product in (ELECTRICITY, GAS, HEAT):
        loss = pattern.loss(product)
        used = draft.sum(product, "FC_", "TI_", "NRG_")
        if not used:
            continue
        draft.add("DL", product, used * loss / (1 - loss), f"network losses {loss:.4f} as in {pattern.name}")


def _supply(draft: Draft, told: pd.DataFrame) -> None:
    """Make or import what is used; export what is left over."""
    products = catalog.table("products").set_index("code")
    local = products.index[products["group_scheme"].isin(LOCAL)]
    for row in told.itertuples(index=False):
        draft.add(row.flow, row.product, row.energy_mwh, row.source, row.status)
    for product in draft.products():
        used = draft.sum(product, "FC_", "TI_", "NRG_", "DL", "EXP")
        needed = used - draft.sum(product, "TO_", "PPRD", "IMP")
        if abs(needed) <= ROUND_OFF * used:
            continue
        if needed < 0:
            draft.add("EXP", product, -needed, "what is made here and not used here")
        elif product in local and not draft.sum(product, "PPRD"):
            draft.add("PPRD", product, needed, "made where it is used")
        else:
            draft.add("IMP", product, needed, "what is used and not made here")
