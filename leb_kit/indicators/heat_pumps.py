"""Renewable heat of heat pumps by seasonal performance factor, and into a balance as ambient heat."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog

AMBIENT: Final = "RA600"
DRIVES: Final = ("electricity", "heat")
STOCK_COLUMNS: Final = ("kind", "climate", "capacity_mw", "flow")
SOURCE: Final = "heat pumps: capacity × hours × (1 − 1/SPF), Directive 2009/28/EC, annex VII"


def renewable_heat(usable_mwh: float, spf: float) -> float:
    """Renewable heat that heat pumps take from air, water and ground, MWh.

    ::

        E_RES = Q_usable × (1 − 1/SPF)

    Q_usable (MWh): useful heat delivered; SPF (no unit): seasonal performance factor, heat delivered per
    energy that drives the pump.

    Parameters
    ----------
    usable_mwh : float
        Useful heat, MWh.
    spf : float
        Above 1.

    Raises
    ------
    InputError
        Negative heat, or an SPF that is not above 1.

    Notes
    -----
    Source: Directive 2009/28/EC, annex VII; Decision 2013/114/EU. Whether it counts: ``eligible``.

    Examples
    --------
    >>> renewable_heat(1000.0, 4.0)
    750.0
    """
    faults = []
    if not usable_mwh >= 0:
        faults.append(f"usable heat is {usable_mwh} MWh; 0 or more is expected")
    if not spf > 1:
        faults.append(f"SPF is {spf}; a heat pump gives more heat than drives it: above 1 is expected")
    if faults:
        raise InputError("heat pumps", faults)
    return float(usable_mwh * (1 - 1 / spf))


def threshold(drive: str = "electricity", *, efficiency: float | None = None) -> float:
    """Return the least SPF at which the heat of a pump counts as renewable.

    ::

        SPF > 1.15 / η

    η (0–1): gross electricity per primary energy in the Union. With η = 45.5 % the formula gives 2.53; the
    decision states 2.5 and has defaults of 2.5 for air in a colder climate, so 2.5 itself counts
    (``heat_pump_rules.csv``). Pumps driven by heat: 1.15.

    Parameters
    ----------
    drive : str
        ``"electricity"`` or ``"heat"``.
    efficiency : float, optional
        Another η (0–1), put into the formula.

    Raises
    ------
    InputError
        Unknown drive, or an efficiency outside 0–1.

    Notes
    -----
    Source: Directive 2009/28/EC, annex VII; Decision 2013/114/EU.

    Examples
    --------
    >>> threshold(), threshold("heat"), threshold(efficiency=0.5)
    (2.5, 1.15, 2.3)
    """
    if drive not in DRIVES:
        hint = did_you_mean(drive, DRIVES)
        raise InputError("heat pumps", [f"unknown drive '{drive}'; known are {', '.join(DRIVES)}.{hint}"])
    rules = catalog.table("heat_pump_rules").set_index("rule")["value"]
    if efficiency is None:
        return float(rules[f"least_spf_{drive}"])
    if not 0 < efficiency <= 1:
        raise InputError("heat pumps", [f"efficiency is {efficiency}; expected between 0 and 1"])
    return float(rules["margin"] / efficiency)


def eligible(spf: float, *, drive: str = "electricity", efficiency: float | None = None) -> bool:
    """Whether the heat of a pump counts as renewable: its SPF is at least the ``threshold``.

    Examples
    --------
    >>> eligible(2.6), eligible(2.4), eligible(1.3, drive="heat")
    (True, False, True)
    """
    return bool(spf >= threshold(drive, efficiency=efficiency))


def heat_pump_stock(stock: pd.DataFrame) -> pd.DataFrame:
    """Return usable and renewable heat of a stock of heat pumps.

    ::

        Q_usable = capacity × H_HP
        E_RES    = Q_usable × (1 − 1/SPF)      where SPF reaches the threshold, else 0

    capacity (MW): rated heat; H_HP (h/year): equivalent full-load hours; both H_HP and SPF by kind and
    climate from ``heat_pump_defaults.csv`` unless the stock gives its own.

    Parameters
    ----------
    stock : pd.DataFrame
        kind (``air_water``, ``ground_water`` …), climate (``warmer``, ``average``, ``colder``; Piemonte:
        average in the plain, colder in the mountains), capacity_mw, flow (who uses the heat, for example
        ``FC_OTH_HH_E``); optionally hours, spf, drive.

    Returns
    -------
    pd.DataFrame
        The stock with hours, spf, drive, eligible, usable_mwh, renewable_mwh (MWh/year).

    Raises
    ------
    InputError
        Every fault at once, with its row.

    Examples
    --------
    >>> stock = pd.DataFrame({"kind": ["ground_water"], "climate": ["average"], "capacity_mw": [10.0],
    ...                       "flow": ["FC_OTH_HH_E"]})
    >>> heat_pump_stock(stock)[["usable_mwh", "renewable_mwh"]].round(0).values.tolist()
    [[20700.0, 14786.0]]
    """
    if not isinstance(stock, pd.DataFrame):
        raise InputError("heat pumps", [f"a table of the stock is expected, found {type(stock).__name__}"])
    missing = [name for name in STOCK_COLUMNS if name not in stock]
    if missing:
        wanted = [f"column '{name}' is missing.{did_you_mean(name, stock.columns)}" for name in missing]
        raise InputError("heat pumps", wanted)
    defaults = catalog.table("heat_pump_defaults").set_index(["kind", "climate"])
    faults: list[str] = []
    rows = [
        _pump(row, f"row {label}", defaults, faults)
        for label, row in zip(stock.index, stock.to_dict("records"), strict=True)
    ]
    if faults:
        raise InputError("heat pumps", faults)
    return pd.DataFrame(rows, index=stock.index)


def with_heat_pumps(balance: Balance, stock: pd.DataFrame, *, replace: bool = False) -> Balance:
    """Put the renewable heat of a stock of heat pumps into a balance, as ambient heat (``RA600``).

    It is produced (``PPRD``) and used at once (``flow`` of the stock), so the balance still closes and the
    renewable share sees it. The electricity of the pumps is in final consumption already and stays as it is.

    Parameters
    ----------
    balance : Balance
        One territory, one year.
    stock : pd.DataFrame
        As ``heat_pump_stock`` takes it.
    replace : bool
        Take the place of ambient heat that the balance already has in these uses; without it, such heat is
        an error, since it would count twice.

    Returns
    -------
    Balance
        Leaves only (``leb.aggregate`` fills the sums), new cells with status E.

    Raises
    ------
    InputError
        Faults of the stock, a flow that is no final use, or ambient heat that is there already.

    Examples
    --------
    >>> import leb_kit as leb
    >>> stock = pd.DataFrame({"kind": ["air_water"], "climate": ["average"], "capacity_mw": [50.0],
    ...                       "flow": ["FC_OTH_HH_E"]})
    >>> b = leb.examples.torino()
    >>> more = with_heat_pumps(b, stock)
    >>> before, after = (leb.indicators.renewable_share(x).res_heat_mwh for x in (b, more))
    >>> round(after - before)
    50462
    """
    require_balance(balance, "heat pumps")
    territory, year = balance.one()
    heat = heat_pump_stock(stock).groupby("flow", sort=True)["renewable_mwh"].sum()
    leaves = balance.leaves
    flows = catalog.table("flows")
    uses = set(flows.loc[(flows["role"] == "final_energy") & ~flows["aggregate"], "code"])
    there = leaves[(leaves["product"] == AMBIENT) & leaves["flow"].isin(list(heat.index))]
    faults = [
        f"flow '{flow}' is no final use of energy.{did_you_mean(flow, uses)}"
        for flow in heat.index
        if flow not in uses
    ]
    if not replace:
        faults += [
            f"{row.flow} already uses {row.energy_mwh:,.0f} MWh of ambient heat: it would count twice; give"
            " replace=True to put the stock in its place"
            for row in there.itertuples()
        ]
    if faults:
        raise InputError("heat pumps", faults)
    keep = leaves.drop(index=there.index)
    made = (keep["flow"] == "PPRD") & (keep["product"] == AMBIENT)
    produced = float(keep.loc[made, "energy_mwh"].sum()) + float(heat.sum() - there["energy_mwh"].sum())
    rows = [("PPRD", produced), *heat.items()]
    new = pd.DataFrame(rows, columns=["flow", "energy_mwh"]).assign(
        territory=territory, year=year, product=AMBIENT, status="E", source=SOURCE
    )
    return Balance.from_mwh(pd.concat([keep[~made], new], ignore_index=True), name=balance.name)


def _pump(row: dict[str, Any], place: str, defaults: pd.DataFrame, faults: list[str]) -> dict[str, Any]:
    """Return a row of the stock with its heat; what is wrong goes to ``faults``."""
    before = len(faults)
    named = row.get("drive")
    drive = DRIVES[0] if named is None or pd.isna(named) or not named else str(named)
    if drive not in DRIVES:
        hint = did_you_mean(drive, DRIVES)
        faults.append(f"{place}: unknown drive '{drive}'; known are {', '.join(DRIVES)}.{hint}")
    usual = _usual(row, place, defaults, faults)
    given = {"capacity_mw": row["capacity_mw"], **usual}
    numbers = {name: _number(value, name, place, faults) for name, value in given.items()}
    if len(faults) > before:
        return row
    usable = numbers["capacity_mw"] * numbers["hours"]
    counts = eligible(numbers["spf"], drive=drive)
    heat = renewable_heat(usable, numbers["spf"]) if counts else 0.0
    found = {"drive": drive, "eligible": counts, "usable_mwh": usable, "renewable_mwh": heat}
    return {**row, **numbers, **found}


def _usual(row: dict[str, Any], place: str, defaults: pd.DataFrame, faults: list[str]) -> dict[str, Any]:
    """Return hours and SPF: those of the stock, or the defaults of its kind and climate."""
    own = {name: row.get(name) for name in ("hours", "spf")}
    blank = [name for name, value in own.items() if value is None or pd.isna(value)]
    key = {name: str(row[name]) for name in ("kind", "climate")}
    if not blank:
        return own
    if tuple(key.values()) in defaults.index:
        return own | {name: defaults.at[tuple(key.values()), name] for name in blank}
    unknown = False
    for name, word in key.items():
        known = sorted(set(defaults.index.get_level_values(name)))
        if word not in known:
            unknown = True
            told, hint = ", ".join(known), did_you_mean(word, known)
            faults.append(f"{place}: unknown {name} '{word}'; known are {told}.{hint}")
    if not unknown:
        told = f"'{key['kind']}' in a {key['climate']} climate"
        faults.append(f"{place}: no default for {told}; give hours and spf")
    return {}


def _number(value: object, name: str, place: str, faults: list[str]) -> float:
    number = float(pd.to_numeric(pd.Series([value]), errors="coerce").iloc[0])
    fine = number > 1 if name == "spf" else number >= 0
    if not fine or math.isinf(number):
        least = "above 1" if name == "spf" else "0 or more"
        faults.append(f"{place}: {name} is {value}; a number {least} is expected")
    return number
