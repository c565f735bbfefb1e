"""Final energy as in a year of reference weather: a view apart, never an input of targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

import pandas as pd

from leb_kit.balance import Balance, Territory
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError
from leb_kit.history.sectors import final_cells, heating_share
from leb_kit.history.series import shipped
from leb_kit.indicators.factors import lineage

#: Edition of the shipped degree days that covers several years on one definition.
DEGREE_DAY_VINTAGE: Final = "jrc-2023"
TABLE_COLUMNS: Final = [
    "territory", "year", "flow", "product", "measured_mwh", "heating_share", "degree_days",
    "reference_degree_days", "corrected_mwh", "status", "source",
]  # fmt: skip
SOURCE: Final = "climate-corrected by leb_kit; not for targets"


@dataclass(frozen=True, repr=False, eq=False)
class CorrectedBalance:
    """Final energy corrected for the weather; made by ``climate_corrected``.

    It is not a ``Balance``: only final consumption is corrected, so it does not close, and targets are
    computed on what was used. Every indicator, target, system and report refuses it.

    Parameters
    ----------
    table : pd.DataFrame
        territory, year, flow, product, measured_mwh, heating_share (0–1), degree_days and
        reference_degree_days (°C·day), corrected_mwh, status E, source.
    uncorrected : pd.DataFrame
        Cells of heated sectors left as measured because no share of space heating is known.
    original : Balance
        What was measured: use it for indicators and targets.
    """

    table: pd.DataFrame
    uncorrected: pd.DataFrame
    original: Balance = field(compare=False)

    @property
    def years(self) -> tuple[int, ...]:
        """Years, in order."""
        return self.original.years

    @property
    def territories(self) -> tuple[Territory, ...]:
        """Territories, in the order of their codes."""
        return self.original.territories

    @property
    def leaves(self) -> NoReturn:
        """Refused: a corrected balance has no leaves to compute indicators from."""
        self.refuse("indicators, targets and systems")

    def one(self) -> NoReturn:
        """Refused: what asks for one territory and year computes indicators."""
        self.refuse("indicators, targets and systems")

    def refuse(self, use: str) -> NoReturn:
        """Say why a corrected balance is of no use here.

        Raises
        ------
        InputError
            Always.
        """
        message = (
            f"{use} are computed on what was used, never on climate-corrected energy;"
            " use .original, and .table to look at corrected values"
        )
        raise InputError("climate-corrected balance", [message])

    def totals(self) -> pd.DataFrame:
        """Return measured and corrected final energy of every territory and year, MWh."""
        keys = ["territory", "year"]
        columns = ["measured_mwh", "corrected_mwh"]
        out: pd.DataFrame = self.table.groupby(keys)[columns].sum().reset_index()
        return out

    def __repr__(self) -> str:
        sums = self.table[["measured_mwh", "corrected_mwh"]].sum()
        left = f", {len(self.uncorrected)} cells left as measured" if len(self.uncorrected) else ""
        measured, corrected = f"{sums['measured_mwh']:,.0f}", f"{sums['corrected_mwh']:,.0f}"
        return (
            f"CorrectedBalance({self.original.title('en')}: final energy {measured} MWh measured,"
            f" {corrected} MWh at reference weather{left}; not for targets)"
        )

    def _repr_html_(self) -> str:
        shown = self.totals().round(0)
        html: str = shown.to_html(index=False, border=0)
        return f"<p>{self!r}</p>{html}"


def refuse_corrected(*given: object, use: str) -> None:
    """Refuse what is no ``Balance``, a climate-corrected one above all, where one is wanted."""
    for one in given:
        if one is not None:
            require_balance(one, use)


def degree_days(territory: str, *, vintage: str = DEGREE_DAY_VINTAGE) -> pd.Series:
    """Return the shipped heating degree days of a territory, or of the nearest one it lies in.

    Parameters
    ----------
    territory : str
        Code, for example ``"001272"`` (Torino; the province's are returned).
    vintage : str
        Edition. Two editions may count from another base temperature and are never mixed.

    Returns
    -------
    pd.Series
        °C·day, by year.

    Raises
    ------
    InputError
        None are shipped.

    Examples
    --------
    >>> float(degree_days("001272")[2019])
    2709.8
    """
    rows = shipped("degree_days")
    rows = rows[(rows["indicator"] == "degree_days") & (rows["vintage"] == vintage)]
    for code in lineage(territory):
        mine = rows[rows["territory"] == code]
        if len(mine):
            return mine.set_index("year")["value"].rename("degree_days").sort_index()
    known = ", ".join(sorted(rows["territory"].unique())) or "none"
    raise InputError(
        "degree days",
        [f"none shipped for territory '{territory}', vintage '{vintage}' (shipped: {known}); give your own"],
    )


def climate_corrected(
    balance: Balance,
    *,
    degree_days: Mapping[int, float] | pd.Series,
    reference: float | None = None,
    heating_shares: Mapping[tuple[str, str], float] | None = None,
) -> CorrectedBalance:
    """Return final energy as it would have been in a year of reference weather.

    ::

        Q_norm = Q_base + Q_heat × HDD_ref / HDD_year
        Q_heat = h × Q,   Q_base = (1 − h) × Q

    Q (MWh) is final energy of a sector and product; h (0–1) its share of space heating
    (``end_use_shares.csv``); HDD_year and HDD_ref (°C·day) the heating degree days of the year and of
    reference. Hot water, cooking, appliances, industry and transport do not change. HDD is
    the sum over days of 18 °C less the mean temperature where that is 15 °C or less (Eurostat). Heating is
    taken as proportional to degree days (convention of leb_kit).

    Parameters
    ----------
    balance : Balance
        Any territories and years.
    degree_days : Mapping[int, float] or pd.Series
        °C·day by year; or a Series by (territory, year).
    reference : float, optional
        Reference degree days; without it, the mean of the given years of each territory.
    heating_shares : Mapping[tuple[str, str], float], optional
        Your own h by (sector, product), 0–1.

    Returns
    -------
    CorrectedBalance
        Its table keeps what was measured beside what is corrected. It is refused by targets.

    Raises
    ------
    InputError
        A year without degree days, degree days or shares that cannot be, or nothing to correct.

    Examples
    --------
    >>> import leb_kit as leb
    >>> from leb_kit.history import climate_corrected
    >>> c = climate_corrected(leb.examples.torino(), degree_days={2019: 2500.0}, reference=2600.0)
    >>> bool(c.totals()["corrected_mwh"].gt(c.totals()["measured_mwh"]).all())
    True
    """
    refuse_corrected(balance, use="further corrections")
    own = dict(heating_shares or {})
    faults = [
        f"heating share of {sector} {product} is {share}; expected 0–1"
        for (sector, product), share in own.items()
        if not 0 <= share <= 1
    ]
    cells = final_cells(balance.leaves)
    ratios = weather(balance, degree_days, reference, faults)
    shares = [
        heating_share(flow, product, own)
        for flow, product in zip(cells["flow"], cells["product"], strict=True)
    ]
    cells = cells.assign(heating_share=pd.Series(shares, index=cells.index, dtype=float))
    if not faults and not cells["heating_share"].gt(0).any():
        known = "no cell of final energy has a known share of space heating; give heating_shares="
        faults.append(f"{known}{{(sector, product): share}}")
    if faults:
        raise InputError("climate correction", faults)
    table = cells.merge(ratios, on=["territory", "year"], how="left", validate="m:1")
    ratio = table["reference_degree_days"] / table["degree_days"]
    known_share = table["heating_share"].fillna(0.0)
    table["measured_mwh"] = table["energy_mwh"]
    table["corrected_mwh"] = table["energy_mwh"] * (1 + known_share * (ratio - 1))
    table["source"] = SOURCE + "; measured: " + table["source"]
    table["status"] = "E"
    unknown = table.loc[
        table["heating_share"].isna(), ["territory", "year", "flow", "product", "measured_mwh"]
    ]
    return CorrectedBalance(table[TABLE_COLUMNS], unknown.reset_index(drop=True), balance)


def weather(
    balance: Balance,
    given: Mapping[int, float] | pd.Series,
    reference: float | None,
    faults: list[str],
) -> pd.DataFrame:
    """Return degree days and reference of every territory and year; what is wrong goes to ``faults``."""
    series = pd.Series(given, dtype=float)
    by_place = series.index.nlevels > 1
    if reference is not None and not reference > 0:
        faults.append(f"reference degree days are {reference}; expected more than 0 °C·day")
    impossible = series[~(series > 0)]
    faults += [
        f"degree days of {key} are {value}; expected more than 0 °C·day" for key, value in impossible.items()
    ]
    rows = []
    keys = balance.leaves[["territory", "year"]].drop_duplicates()
    for territory, year in keys.itertuples(index=False):
        places = set(series.index.get_level_values(0)) if by_place else {territory}
        mine = (series.loc[territory] if territory in places else series.iloc[:0]) if by_place else series
        if year not in mine.index:
            have = ", ".join(str(key) for key in mine.index) or "none"
            faults.append(f"{territory} {year}: no degree days; given are {have}")
            continue
        rows.append((territory, year, float(mine.loc[year]), float(reference or mine.mean())))
    return pd.DataFrame(rows, columns=["territory", "year", "degree_days", "reference_degree_days"])
