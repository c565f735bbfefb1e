"""Bills: what was billed, checked row by row and in MWh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from leb_kit.errors import InputError
from leb_kit.reference.schema import validate
from leb_kit.tertiary.estate import METERS, Estate, nearest_meter, text_codes
from leb_kit.tertiary.quantities import mwh_per_unit, products

BILLS: Final = "tertiary.bills"
#: Kinds of bills; a later one speaks for the days of an earlier one.
KINDS: Final = ("estimated", "measured", "recalculated", "adjustment")
#: Longer periods are a wrong year more often than a bill.
LONGEST_DAYS: Final = 800
COLUMNS: Final = (
    "bill", "meter", "fuel", "product", "date_from", "date_to", "kind", "quantity", "unit",
    "energy_mwh", "cost_eur", "method", "source",
)  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class Bills:
    """Bills of the meters of an estate, in MWh; made by ``Bills.from_table`` or ``leb.read_bills``.

    Parameters
    ----------
    table : pd.DataFrame
        bill, meter, fuel, product, date_from, date_to (both days included), kind, quantity, unit,
        energy_mwh (MWh, net calorific value), cost_eur (EUR), method (how the energy was found), source.
    estate : Estate
        Whose meters they are.
    """

    table: pd.DataFrame
    estate: Estate

    @classmethod
    def from_table(
        cls, frame: pd.DataFrame, estate: Estate, *, where: str = "bills", first_line: int | None = None
    ) -> Bills:
        """Check a table of bills and make Bills of it.

        Parameters
        ----------
        frame : pd.DataFrame
            meter, date_from, date_to, quantity, unit, kind; optionally bill, cost_eur, gcv_mj_per_smc
            (PCS), c_coefficient, source. Dates as dates or ``2019-12-31``; both days are included.

            Kinds: ``measured``; ``estimated``; ``recalculated`` (the whole use of its period, in place
            of what was billed before); ``adjustment`` (a difference to what was billed, often negative).
        estate : Estate
            Whose meters they are.
        where : str
            What to call the table in error messages.
        first_line : int, optional
            Line of the first row in its file.

        Raises
        ------
        InputError
            Every fault, with its place and repair.

        Examples
        --------
        >>> import pandas as pd
        >>> school = pd.DataFrame({"building": ["S1"], "use_class": ["school_primary"]})
        >>> pdr = pd.DataFrame({"meter": ["00881234567890"], "building": ["S1"], "kind": ["PDR"],
        ...                     "fuel": ["natural_gas"]})
        >>> estate = Estate.from_tables(school, pdr, territory="001272")
        >>> bill = pd.DataFrame({"meter": ["00881234567890"], "date_from": ["2019-01-01"],
        ...     "date_to": ["2019-01-31"], "quantity": [1000], "unit": ["Smc"], "kind": ["measured"],
        ...     "gcv_mj_per_smc": [38.52]})
        >>> Bills.from_table(bill, estate).table["energy_mwh"].round(3).tolist()
        [9.684]
        """
        if frame.empty:
            raise InputError(where, ["the table has no rows; at least one bill is expected"])
        rows = text_codes(frame)
        rows["meter"] = rows["meter"].astype(str).str.strip() if "meter" in rows else ""
        if "bill" not in rows:
            rows["bill"] = ""
        known = {METERS: estate.meters}
        try:
            checked = validate(
                rows if "meter" in frame else frame, BILLS, where=where, first_line=first_line, others=known
            )
        except InputError as error:
            faults = [_with_meter_hint(fault, rows["meter"], estate) for fault in error.faults]
            raise InputError(where, faults) from None
        places = [
            f"row {index}" if first_line is None else f"line {first_line + at}"
            for at, index in enumerate(frame.index)
        ]
        checked = checked.reset_index(drop=True)
        checked["bill"] = checked["bill"].where(checked["bill"] != "", pd.Series(places))
        faults = _period_faults(checked, places)
        table = _with_energy(checked, estate, places, faults)
        if faults:
            raise InputError(where, faults)
        return cls(table[list(COLUMNS)], estate)

    @classmethod
    def joined(cls, *parts: Bills) -> Bills:
        """Put the bills of several files or years together.

        Raises
        ------
        InputError
            They are of different estates, or a bill stands in two of them.

        Examples
        --------
        >>> from leb_kit.examples import cambridge
        >>> Bills.joined(cambridge(), cambridge())
        Traceback (most recent call last):
        leb_kit.errors.InputError: bills: 240 faults ...
        """
        if len({id(part.estate) for part in parts}) != 1:
            fault = "bills of one estate are expected; make all of them with the same Estate"
            raise InputError("bills", [fault])
        table = pd.concat([part.table for part in parts], ignore_index=True)
        keys = ["meter", "date_from", "date_to", "kind", "quantity"]
        again = table[table.duplicated(keys)]
        faults = [
            f"bill {row.bill} ({row.source}): {row.meter} {row.date_from:%Y-%m-%d} to {row.date_to:%Y-%m-%d},"
            f" {row.quantity:g} {row.unit}, stands in two of them; leave one out"
            for row in again.itertuples()
        ]
        if faults:
            raise InputError("bills", faults)
        return cls(table, parts[0].estate)

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years that the bills touch."""
        return tuple(
            range(int(self.table["date_from"].dt.year.min()), int(self.table["date_to"].dt.year.max()) + 1)
        )

    def __repr__(self) -> str:
        counts = self.table["kind"].value_counts()
        kinds = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if kind in counts)
        first, last = self.table["date_from"].min(), self.table["date_to"].max()
        meters = self.table["meter"].nunique()
        return f"Bills({len(self.table)} of {meters} meters, {first:%Y-%m-%d} to {last:%Y-%m-%d}: {kinds})"

    def _repr_html_(self) -> str:
        shown = self.table.head(12).drop(columns=["source", "product"])
        shown["energy_mwh"] = shown["energy_mwh"].round(2)
        html: str = shown.to_html(index=False, border=0)
        return f"<p>{self!r}</p>{html}"


def _with_meter_hint(fault: str, meters: pd.Series, estate: Estate) -> str:
    if "column meter: found '" not in fault:
        return fault
    word = fault.partition("found '")[2].partition("'")[0]
    hint = nearest_meter(word, estate.meters["meter"])
    told = fault.partition(" Did you mean")[0]
    return told + (hint if word in set(meters) else "")


def _period_faults(bills: pd.DataFrame, places: list[str]) -> list[str]:
    faults = []
    for place, row in zip(places, bills.itertuples(), strict=True):
        days = (row.date_to - row.date_from).days + 1
        told = f"{place}: {row.meter} {row.date_from:%Y-%m-%d} to {row.date_to:%Y-%m-%d}"
        if days < 1:
            faults.append(f"{told}: the period ends before it begins; exchange the dates")
        elif days > LONGEST_DAYS:
            faults.append(f"{told}: {days} days are no billing period; check the years")
        if row.quantity < 0 and row.kind != "adjustment":
            faults.append(
                f"{told}: {row.quantity:g} {row.unit} is negative; only an adjustment may be"
                " (a conguaglio of what was billed too much)"
            )
    return faults


def _with_energy(bills: pd.DataFrame, estate: Estate, places: list[str], faults: list[str]) -> pd.DataFrame:
    fuels = dict(zip(estate.meters["meter"], estate.meters["fuel"], strict=True))
    energy, methods = [], []
    for place, row in zip(places, bills.itertuples(), strict=True):
        found = mwh_per_unit(
            fuels[row.meter], row.unit, gcv_mj_per_smc=row.gcv_mj_per_smc, c_coefficient=row.c_coefficient
        )
        if found.fault:
            faults.append(f"{place}: {row.meter}: {found.fault}")
        energy.append(row.quantity * found.mwh_per_unit)
        methods.append(found.method)
    fuel = bills["meter"].map(fuels)
    return bills.assign(
        fuel=fuel, product=fuel.map(products()), energy_mwh=pd.Series(energy, dtype="float64"), method=methods
    )
