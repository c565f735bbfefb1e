"""The regional energy balance (BER): read from a printed table, checked by its own identities.

Rows and identities are data: ``ben_regional_rows.csv`` and ``ben_regional_identities.csv``.
"""

from __future__ import annotations

import html
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.units import from_mwh, to_mwh

KEYS = ("row", "sector", "vector")
_ITALIAN = {"riga": "row", "settore": "sector", "vettore": "vector", "fonte": "vector", "valore": "value"}
#: Standard deviations that a sum of rounded numbers may be off.
_DEVIATIONS = 3
#: Variance of a number rounded to whole units is 1/12.
_TWELVE = 12


@dataclass(frozen=True, repr=False)
class RegionalBalance:
    """A regional balance as printed, and how well it closes.

    Parameters
    ----------
    table : pd.DataFrame
        row, sector, vector (blank where not split), value_ktep.
    checks : pd.DataFrame
        check, value_ktep, expected_ktep, gap_ktep, tolerance_ktep, ok: each identity of the layout, and
        each printed total that also has parts.
    name : str
        What the table is called.
    """

    table: pd.DataFrame
    checks: pd.DataFrame
    name: str = ""

    @property
    def ok(self) -> bool:
        """Every identity holds within what rounding explains."""
        return bool(self.checks["ok"].all())

    @property
    def totals(self) -> pd.Series:
        """Value of every row, ktep; the printed total where there is one, else the sum of its parts."""
        return _totals(self.table)

    def pivot(self, row: str = "final") -> pd.DataFrame:
        """Return one row as vectors × sectors, ktep.

        Raises
        ------
        InputError
            The row is not in the table.
        """
        part = self.table[(self.table["row"] == row) & ~_is_total(self.table)]
        if part.empty:
            known = sorted(set(self.table["row"]))
            raise InputError(self.name or "BER", [f"no parts of row '{row}'.{did_you_mean(row, known)}"])
        order = list(dict.fromkeys(part["vector"]))
        wide = part.pivot(index="vector", columns="sector", values="value_ktep")
        return wide.reindex(order).fillna(0.0)

    def require(self) -> None:
        """Raise InputError with every identity that does not hold."""
        bad = self.checks[~self.checks["ok"]]
        if len(bad):
            raise InputError(
                self.name or "BER",
                [
                    f"{row.check}: {row.value_ktep:,.1f} ktep, expected {row.expected_ktep:,.1f} (gap"
                    f" {row.gap_ktep:,.1f}, rounding explains {row.tolerance_ktep:,.1f})"
                    for row in bad.itertuples()
                ],
            )

    def __repr__(self) -> str:
        state = "closes" if self.ok else f"{int((~self.checks['ok']).sum())} identities do not close"
        return f"RegionalBalance({self.name or 'BER'}: {len(self.table)} rows, {state})"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}</p>{self.checks.to_html(index=False, border=0)}"


def read_ber(
    frame: pd.DataFrame, *, unit: str = "ktep", rounding: float = 1.0, name: str = ""
) -> RegionalBalance:
    """Read a regional balance and check its identities.

    ::

        gross consumption = import − export + internal resources − other
        transformation losses = input − output
        final = gross consumption − transformation losses − own use and losses − non-energy − aviation
        tolerance = min(n · r / 2, 3 · r · √(n / 12))

    n: printed numbers in the identity; r: unit to which they are rounded. Source: regional energy
    balance of Friuli Venezia Giulia 2021 (layout); the tolerance is three standard deviations of a sum
    of n rounded numbers, and never more than the worst case.

    Parameters
    ----------
    frame : pd.DataFrame
        Columns row, sector, vector, value (or riga, settore, vettore, valore). ``row`` is a code of
        ``ben_regional_rows.csv`` or its label. A line without sector and vector is the row's total.
    unit : str
        Unit of the values.
    rounding : float
        Unit in the last place of the printed numbers, in ``unit``: 1 for whole ktep, 0.1 …
    name : str
        What to call the table.

    Returns
    -------
    RegionalBalance
        ``ok``, ``totals``, ``checks``.

    Raises
    ------
    InputError
        Missing columns or rows, unknown rows, values that are no numbers, lines given twice.

    Examples
    --------
    >>> lines = [("import", 90), ("internal", 20), ("gross_consumption", 110),
    ...          ("transformation_losses", 30), ("final", 80)]
    >>> read_ber(pd.DataFrame(lines, columns=["row", "value"])).ok
    True
    """
    where = name or "BER"
    table, faults = _checked(frame)
    if not (math.isfinite(rounding) and rounding >= 0):
        faults.append(f"rounding is {rounding}; the unit in the last place is not negative")
    if faults:
        raise InputError(where, faults)
    table["value_ktep"] = from_mwh(to_mwh(table.pop("value"), unit), "ktep")
    step = float(from_mwh(to_mwh(rounding, unit), "ktep"))
    return RegionalBalance(table, _checks(table, step), name)


def _checked(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    table = frame.rename(columns={c: _ITALIAN.get(str(c).strip().casefold(), c) for c in frame.columns})
    lacking = [column for column in ("row", "value") if column not in table]
    if lacking:
        return table, [
            f"column '{c}' is missing; found {', '.join(map(str, frame.columns))}" for c in lacking
        ]
    for column in ("sector", "vector"):
        table[column] = table[column].fillna("").astype(str) if column in table else ""
    rules = catalog.table("ben_regional_rows")
    codes = {str(text).casefold(): code for code in rules["ber_row"] for text in (code, *_names(code))}
    given = table["row"].astype(str).str.strip()
    table["row"] = given.str.casefold().map(codes)
    line = [f"line {place + 2}" for place in range(len(table))]
    known = list(rules["ber_row"])
    faults = [
        f"{at}: unknown row '{word}'; known are {', '.join(known)}.{did_you_mean(word, codes)}"
        for at, word, code in zip(line, given, table["row"], strict=True)
        if not isinstance(code, str)
    ]
    numbers = pd.to_numeric(table["value"], errors="coerce")
    faults += [
        f"{at}: value '{value}' is not a number; write a point for decimals and no separators"
        for at, value, number in zip(line, table["value"], numbers, strict=True)
        if not math.isfinite(number)
    ]
    again = table.duplicated(list(KEYS)) & table["row"].notna()
    faults += [
        f"{at}: the same row, sector and vector as before"
        for at, twice in zip(line, again, strict=True)
        if twice
    ]
    needed = rules.loc[rules["required"], "ber_row"]
    faults += [
        f"row '{code}' ({_names(code)[1]}) is missing" for code in needed if code not in set(table["row"])
    ]
    return table.assign(value=numbers)[[*KEYS, "value"]].reset_index(drop=True), faults


def _names(code: str) -> tuple[str, str]:
    return catalog.label("ber_row", code, "it"), catalog.label("ber_row", code, "en")


def _is_total(table: pd.DataFrame) -> pd.Series:
    return (table["sector"] == "") & (table["vector"] == "")


def _totals(table: pd.DataFrame) -> pd.Series:
    is_total = _is_total(table)
    printed = table[is_total].set_index("row")["value_ktep"]
    summed = table[~is_total].groupby("row", sort=False)["value_ktep"].agg(math.fsum)
    order = [code for code in catalog.table("ben_regional_rows")["ber_row"] if code in set(table["row"])]
    return printed.combine_first(summed).reindex(order)


def _checks(table: pd.DataFrame, step: float) -> pd.DataFrame:
    totals = _totals(table)
    is_total = _is_total(table)
    parts = table[~is_total].groupby("row")["value_ktep"].agg([math.fsum, "size"])
    # How many printed numbers stand behind the value of a row.
    printed = {
        code: 1 if code in set(table.loc[is_total, "row"]) else int(parts.loc[code, "size"])
        for code in totals.index
    }
    rows = [
        (f"{code} = its parts", totals[code], parts.loc[code, "fsum"], 1 + int(parts.loc[code, "size"]))
        for code in sorted(set(parts.index) & set(table.loc[is_total, "row"]))
    ]
    identities = catalog.table("ben_regional_identities")
    for code, terms in identities.groupby("identity", sort=False):
        own = terms[terms["ber_row"].isin(totals.index)]
        if own.empty or code not in totals:
            continue
        expected = math.fsum(
            sign * totals[row] for row, sign in zip(own["ber_row"], own["sign"], strict=True)
        )
        count = printed[code] + sum(printed[row] for row in own["ber_row"])
        rows.append((f"{code} = {_formula(own)}", totals[code], expected, count))
    out = pd.DataFrame(rows, columns=["check", "value_ktep", "expected_ktep", "count"])
    out["gap_ktep"] = out["value_ktep"] - out["expected_ktep"]
    count = out.pop("count").astype(float)
    spread = _DEVIATIONS * step * np.sqrt(count / _TWELVE)
    out["tolerance_ktep"] = np.minimum(count * step / 2, spread)
    # Doubles round, too: a table printed with all digits closes to about 1e-12 of its size.
    slack = 1e-9 * out["expected_ktep"].abs()
    out["ok"] = out["gap_ktep"].abs() <= out["tolerance_ktep"] + slack
    return out


def _formula(terms: pd.DataFrame) -> str:
    text = " ".join(
        f"{'+' if sign > 0 else '−'} {row}" for row, sign in zip(terms["ber_row"], terms["sign"], strict=True)
    )
    return text.removeprefix("+ ")
