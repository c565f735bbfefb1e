"""Territory and Balance: the object that goes in and comes out of everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

import pandas as pd

from leb_kit.balance.accounting import leaves_of
from leb_kit.balance.shown_balance import balance_page
from leb_kit.balance.table import COLUMNS, KEYS, checked_table
from leb_kit.balance.words import aliases, codes
from leb_kit.errors import InputError, choice, did_you_mean, say
from leb_kit.reference import catalog
from leb_kit.units import from_mwh

#: What is left of a territory when its parts do not cover it.
REST = "_REST"
#: Length of the codes of ISTAT: of a municipality, and of the province it begins with.
MUNICIPALITY_DIGITS, PROVINCE_DIGITS = 6, 3
#: Where every ISTAT code lies, also of a province that is not declared.
ITALY = "IT"
#: Levels, the smallest first.
LEVELS = ("municipality", "province", "region", "country", "union")


@dataclass(frozen=True)
class Territory:
    """A place with a balance.

    Parameters
    ----------
    code : str
        ISTAT code of the municipality or province, NUTS code of the region or country.
    name_it, name_en : str
        Names to show; the code itself where none is known.
    level : str
        ``municipality``, ``province``, ``region``, ``country``, ``union`` or blank.
    parent : str
        Code of the territory it lies in; blank where unknown.
    """

    code: str
    name_it: str = ""
    name_en: str = ""
    level: str = ""
    parent: str = ""

    @classmethod
    def known(cls, code: str) -> Territory:
        """Return the territory as declared, or one with only its code.

        Declared are ``territories.csv`` and ``municipalities.csv``. What its parts leave of a territory
        (``001_REST``) lies in it; the first three digits of a municipality's ISTAT code are its province.

        Examples
        --------
        >>> Territory.known("004078").name(), Territory.known("004078").parent
        ('Cuneo', '004')
        """
        found = _declared().get(code) or _municipalities().get(code)
        if found is not None:
            return found
        if code.endswith(REST):
            whole = cls.known(code.removesuffix(REST))
            return cls(code, f"{whole.name_it}, resto", f"{whole.name_en}, rest", "", whole.code)
        if len(code) == MUNICIPALITY_DIGITS and code.isdigit():
            return cls(code, code, code, "municipality", code[:PROVINCE_DIGITS])
        if len(code) == PROVINCE_DIGITS and code.isdigit():
            return cls(code, code, code, "province", ITALY)
        return cls(code, code, code)

    def name(self, lang: str = "it") -> str:
        """Return the name in Italian (``it``) or English (``en``)."""
        return (self.name_en if lang == "en" else self.name_it) or self.code


def known_territories() -> tuple[Territory, ...]:
    """Return every declared territory: union, countries, regions, provinces, municipalities of Piemonte."""
    return (*_declared().values(), *_municipalities().values())


@cache
def _declared() -> dict[str, Territory]:
    rows = catalog.table("territories")[["code", "name_it", "name_en", "level", "parent"]]
    return {row[0]: Territory(*row) for row in rows.itertuples(index=False, name=None)}


@cache
def _municipalities() -> dict[str, Territory]:
    rows = catalog.table("municipalities")[["code", "name", "province"]]
    known = _declared()
    return {
        code: Territory(code, name, name, "municipality", province)
        for code, name, province in rows.itertuples(index=False, name=None)
        if code not in known
    }


@dataclass(frozen=True, repr=False, eq=False)
class Balance:
    """Energy of one or more territories and years, by flow and product.

    Build one with ``Balance.from_table`` or a reader; a change gives a new object.

    Parameters
    ----------
    table : pd.DataFrame
        Long and sparse: territory, year, flow, product, energy_mwh (MWh, net calorific value),
        status (A measured, E estimated, P provisional, R revised), source; sigma (relative standard
        deviation) where it was given. No row = no energy.
    missing : pd.DataFrame
        Keys that were given as not available; they are not zero.
    name : str
        What to call it; by default territory and year.
    notes : tuple[str, ...]
        What a reader understood or found on the way, in words.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"territory": ["IT"], "year": [2019], "flow": ["PPRD"],
    ...                      "product": ["G3000"], "value": [3.6]})
    >>> b = Balance.from_table(rows, unit="TJ")
    >>> b.table["energy_mwh"].tolist()
    [1000.0]
    """

    table: pd.DataFrame
    missing: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(KEYS)))
    name: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def from_table(
        cls,
        frame: pd.DataFrame,
        *,
        unit: str | None = None,
        name: str = "",
        where: str = "table",
        known_codes: bool = True,
    ) -> Balance:
        """Check a table and make a Balance of it.

        Parameters
        ----------
        frame : pd.DataFrame
            Columns territory, year, flow, product, value; optionally unit, status, source, sigma
            (relative standard deviation, ``0.05`` or ``5%``). Italian column names are understood, and
            words for flows and products (``Residenziale``, ``gas naturale``): ``notes`` tells how.
        unit : str, optional
            Unit of ``value``: MWh, GWh, TJ, ktep … A column ``unit`` wins; a header such as
            ``Energia (GWh)`` needs none.
        name : str
            What to call the balance.
        where : str
            What to call the table in error messages.
        known_codes : bool
            ``False`` keeps unknown flows and products as leaves instead of refusing them.

        Raises
        ------
        InputError
            Lists every fault with its line.
        """
        if not isinstance(frame, pd.DataFrame):
            found = type(frame).__name__
            raise InputError(where, [say("a table (DataFrame) is expected, found {found}", found=found)])
        checked = checked_table(frame, unit=unit, where=where, known_codes=known_codes)
        return cls(checked.table, checked.missing, name, checked.notes)

    @classmethod
    def from_mwh(cls, table: pd.DataFrame, *, name: str = "") -> Balance:
        """Make a Balance from a table that leb_kit itself computed (columns as ``table``)."""
        full = table.copy()
        for column in ("status", "source"):
            if column not in full:
                full[column] = "E" if column == "status" else ""
        full = full.loc[full["energy_mwh"] != 0, list(COLUMNS)]
        return cls(full.reset_index(drop=True), name=name)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Years, in order."""
        return tuple(sorted(int(year) for year in self.table["year"].unique()))

    @cached_property
    def territories(self) -> tuple[Territory, ...]:
        """Territories, in the order of their codes."""
        return tuple(Territory.known(code) for code in sorted(self.table["territory"].unique()))

    @cached_property
    def leaves(self) -> pd.DataFrame:
        """The table without aggregates and totals.

        Where a published parent exceeds its published parts, the rest is a row of flow
        ``<parent>_UNALLOCATED``: visible, never dropped.
        """
        return leaves_of(self.table)

    def filter(self, **conditions: object) -> Balance:
        """Keep the rows and missing keys that match; ``anno``, ``vettore``, ``flusso`` are understood.

        Parameters
        ----------
        **conditions : object
            ``product="G3000"``, ``year=[2018, 2019]``, ``flow=…``, ``territory=…``;
            a label such as ``"gas naturale"`` is understood.

        Raises
        ------
        InputError
            An unknown dimension, or a value that no row has.
        """
        keep, missing = pd.Series(data=True, index=self.table.index), self.missing
        faults: list[str] = []
        for word, wanted in conditions.items():
            column = _dimension(word, faults)
            if column is None:
                continue
            known = codes(column) if column in ("flow", "product") else {}
            values = wanted if isinstance(wanted, (list, tuple, set)) else [wanted]
            present = set(self.table[column]) | set(self.missing[column] if column in KEYS else ())
            found = [
                value if value in present else known.get(str(value).casefold(), value) for value in values
            ]
            for value in found:
                if value not in present:
                    hint = did_you_mean(value, present)
                    told = {"name": column, "value": value, "hint": hint}
                    faults.append(say("no row has {name} '{value}'.{hint}", **told))
            keep &= self.table[column].isin(found)
            if column in KEYS:
                missing = missing[missing[column].isin(found)]
        if faults:
            raise InputError("filter", faults)
        table, gone = self.table[keep].reset_index(drop=True), missing.reset_index(drop=True)
        return replace(self, table=table, missing=gone)

    def pivot(self, *, unit: str = "MWh") -> pd.DataFrame:
        """Return flows × products of one territory and one year, in ``unit``.

        Raises
        ------
        InputError
            The balance holds more than one territory or year.
        """
        self.one()
        wide = self.table.pivot_table(
            index="flow", columns="product", values="energy_mwh", aggfunc="sum", fill_value=0.0
        )
        flows, products = catalog.table("flows")["code"], catalog.table("products")["code"]
        wide = wide.reindex(
            index=_known_first(flows, wide.index), columns=_known_first(products, wide.columns)
        )
        return from_mwh(wide, unit)

    def one(self) -> tuple[str, int]:
        """Return territory code and year of a balance that holds exactly one of each."""
        territories, years = sorted(self.table["territory"].unique()), self.years
        if len(territories) != 1 or len(years) != 1:
            fault = say(
                "found territories {territories} and years {years}; use {option}",
                territories=", ".join(territories) or say("none"),
                years=", ".join(map(str, years)) or say("none"),
                option=choice("filter(territory=…, year=…)", "--geo, --year"),
            )
            raise InputError(say("one territory and one year are needed"), [fault])
        return str(territories[0]), years[0]

    def title(self, lang: str = "it") -> str:
        """Return the name to show: its own, or territory and year."""
        if self.name:
            return self.name
        names = ", ".join(place.name(lang) for place in self.territories) or "–"
        years = f"{self.years[0]}–{self.years[-1]}" if len(self.years) > 1 else "".join(map(str, self.years))
        return f"{names} {years}".strip()

    def __repr__(self) -> str:
        flows, products = self.table["flow"].nunique(), self.table["product"].nunique()
        return f"Balance({self.title('en')}: {len(self.table)} rows, {flows} flows, {products} products)"

    def _repr_html_(self) -> str:
        return balance_page(self)


def _known_first(order: Iterable[str], present: Iterable[str]) -> list[str]:
    there = list(present)
    known = [code for code in order if code in there]
    return known + [code for code in there if code not in set(known)]


def _dimension(word: str, faults: list[str]) -> str | None:
    columns = aliases("column")
    name = columns.get(word.casefold(), word)
    if name in KEYS or name in ("status", "source"):
        return name
    hint = did_you_mean(word, [*KEYS, *columns])
    told = {"word": word, "known": ", ".join(KEYS), "hint": hint}
    faults.append(say("'{word}' is not a dimension; known are {known}.{hint}", **told))
    return None
