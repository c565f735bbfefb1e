"""The tertiary of a balance split into public, as metered, and private: the rest."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.balance.hierarchy import containers
from leb_kit.balance.table import COLUMNS as BALANCE_COLUMNS
from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.tertiary.use import NOTES, Use

TERTIARY: Final = "FC_OTH_CP_E"
PUBLIC: Final = "FC_OTH_CP_PUB_E"
PRIVATE: Final = "FC_OTH_CP_PRI_E"
#: Rows that the split replaces; the published row of the whole tertiary stays as it is.
PARTS: Final = (PUBLIC, PRIVATE, TERTIARY + UNALLOCATED)
NEGATIVE: Final = ("error", "warn")
#: Difference that rounding may leave, as a share of the tertiary.
ROUNDING_SHARE: Final = 1e-9
KEYS: Final = ["territory", "year", "product"]


@dataclass(frozen=True, repr=False, eq=False)
class PublicTertiary:
    """A balance whose tertiary is split into public and private; made by ``public_tertiary``.

    Parameters
    ----------
    balance : Balance
        The balance, with ``FC_OTH_CP_PUB_E`` and ``FC_OTH_CP_PRI_E`` by product; every aggregate is what
        it was.
    table : pd.DataFrame
        territory, year, product, tertiary_mwh, public_mwh, private_mwh (MWh), public_share (0–1),
        coverage (days billed over days of supply of the public meters, 0–1), complete (all billed), known
        (billed, or estimated by ``use.filled``).
    classes : pd.DataFrame
        territory, year, use_class, product, energy_mwh (MWh), counted_in (row of the balance): with
        fleets and buses, which are transport and outside the split.
    notes : pd.DataFrame
        severity, meter, when, what.
    """

    balance: Balance
    table: pd.DataFrame
    classes: pd.DataFrame
    notes: pd.DataFrame

    def labelled(self, lang: str = "it") -> pd.DataFrame:
        """Return what each class used, in words: class, product, energy (MWh), row of the balance.

        Parameters
        ----------
        lang : str
            ``"it"`` or ``"en"``.
        """
        names = {"use_class": "use_class", "product": "product", "counted_in": "flow"}
        labels = {
            column: self.classes[column].map(lambda code, kind=kind: catalog.label(kind, code, lang))
            for column, kind in names.items()
        }
        return self.classes.assign(**labels)

    def __repr__(self) -> str:
        sums = self.table[["tertiary_mwh", "public_mwh"]].sum()
        share = sums["public_mwh"] / sums["tertiary_mwh"] if sums["tertiary_mwh"] else float("nan")
        warned = int((self.notes["severity"] == "warning").sum())
        return (
            f"PublicTertiary({self.balance.title('en')}: {sums['public_mwh']:,.0f} MWh public of"
            f" {sums['tertiary_mwh']:,.0f} MWh tertiary, {100 * share:.1f} %; {warned} warnings)"
        )

    def _repr_html_(self) -> str:
        shown: str = self.table.round(3).to_html(index=False, border=0)
        return f"<p>{html.escape(repr(self))}</p>{shown}"


def public_tertiary(balance: Balance, use: Use, *, negative: str = "error") -> PublicTertiary:
    """Split the tertiary of a balance into public, as billed, and private, the rest.

    ::

        private = tertiary − public        for each territory, year and product

    All in MWh, net calorific value. What the public body uses is taken to lie within the tertiary of the
    balance; nothing is added to it, so every aggregate stays. Classes counted elsewhere (a fleet's fuel is
    road transport) are told and left out. A split that the balance had is replaced.

    Parameters
    ----------
    balance : Balance
        Any territories and years; those without bills stay as they are. Bills of a municipality that the
        balance does not hold count in the province, region or country that holds it.
    use : Use
        What the public body used. Years that its bills do not cover whole give a public tertiary that is
        too small: status P, a warning, and the coverage in ``.table``; filled ones status E.
    negative : str
        What a private tertiary below zero is: ``"error"``, or ``"warn"``: kept, with a warning.

    Returns
    -------
    PublicTertiary
        ``.balance`` and what lies behind it.

    Raises
    ------
    InputError
        The public tertiary exceeds the tertiary, with place, limit and repair; or nothing fits.

    Examples
    --------
    >>> import pandas as pd
    >>> import leb_kit as leb
    >>> from leb_kit.tertiary import Bills, Estate, metered
    >>> hall = pd.DataFrame({"building": ["hall"], "use_class": ["office"]})
    >>> pod = pd.DataFrame({"meter": ["M1"], "building": ["hall"], "kind": ["other"],
    ...                     "fuel": ["electricity"]})
    >>> estate = Estate.from_tables(hall, pod, territory="001272")
    >>> bill = pd.DataFrame({"meter": ["M1"], "date_from": ["2019-01-01"], "date_to": ["2019-12-31"],
    ...                      "quantity": [55592.0], "unit": ["MWh"], "kind": ["measured"]})
    >>> result = public_tertiary(leb.examples.torino(), metered(Bills.from_table(bill, estate)))
    >>> leb.check(result.balance).ok
    True
    """
    if negative not in NEGATIVE:
        hint = did_you_mean(negative, NEGATIVE)
        raise InputError(
            "public tertiary", [f"negative='{negative}' is unknown; known are error, warn.{hint}"]
        )
    use = _lifted(use, balance)
    classes = _classes(use, balance)
    table = _table(balance, use, classes)
    notes, faults = _findings(table, use, classes, negative)
    if faults:
        raise InputError("public tertiary", faults)
    out = Balance(_rows(balance, table), balance.missing, balance.name)
    return PublicTertiary(out, table, classes, notes)


def _lifted(use: Use, balance: Balance) -> Use:
    """Bring the sites to the territories of the balance: their own, else the nearest that holds them."""
    there = set(balance.table["territory"])
    nearest = {
        code: next((one for one in (code, *containers(code)) if one in there), code)
        for code in use.estate.sites["territory"].unique()
    }
    sites = use.estate.sites.assign(territory=use.estate.sites["territory"].map(nearest))
    table = use.table.assign(territory=use.table["territory"].map(nearest))
    return replace(use, table=table, estate=replace(use.estate, sites=sites))


def _classes(use: Use, balance: Balance) -> pd.DataFrame:
    """Return what each class used in the territories and years of the balance."""
    flows = catalog.table("public_classes").set_index("use_class")["flow"]
    rows = use.totals("territory", "year", "use_class", "product")
    keys = balance.table[["territory", "year"]].drop_duplicates()
    out = rows.merge(keys, on=["territory", "year"])
    out = out[out["product"] != ""].reset_index(drop=True)
    if out["energy_mwh"].notna().any():
        return out.assign(counted_in=out["use_class"].map(flows))
    mine = [f"{territory} {year}" for territory in rows["territory"].unique() for year in use.years]
    theirs = [f"{territory} {year}" for territory, year in keys.itertuples(index=False)]
    fault = (
        f"no bill lies in a territory and year of the balance: bills are of {', '.join(mine)}, the balance"
        f" of {', '.join(theirs)}; give the site the code of the balance's territory"
    )
    raise InputError("public tertiary", [fault])


def _table(balance: Balance, use: Use, classes: pd.DataFrame) -> pd.DataFrame:
    leaves = balance.leaves
    whole = leaves[leaves["flow"].isin([TERTIARY, *PARTS])]
    tertiary = whole.groupby(KEYS)["energy_mwh"].sum().rename("tertiary_mwh")
    mine = classes[classes["counted_in"] == PUBLIC]
    public = mine.groupby(KEYS)["energy_mwh"].sum().rename("public_mwh")
    years = mine[["territory", "year"]].drop_duplicates()
    out = (
        pd.concat([tertiary, public], axis=1).fillna(0.0).reset_index().merge(years, on=["territory", "year"])
    )
    out["private_mwh"] = out["tertiary_mwh"] - out["public_mwh"]
    small = out["private_mwh"].abs() <= ROUNDING_SHARE * out["tertiary_mwh"]
    out["public_mwh"] = out["public_mwh"].where(~small, out["tertiary_mwh"])
    out["private_mwh"] = out["private_mwh"].where(~small, 0.0)
    out["public_share"] = out["public_mwh"] / out["tertiary_mwh"].where(out["tertiary_mwh"] != 0)
    out = out.merge(_coverage(use), on=KEYS, how="left", validate="1:1")
    for name in ("complete", "known"):
        out[name] = out[name].fillna(value=True).astype(bool)
    return out.sort_values(KEYS, ignore_index=True)


def _coverage(use: Use) -> pd.DataFrame:
    """Return coverage of the meters of public tertiary by territory, year and product."""
    flows = catalog.table("public_classes").set_index("use_class")["flow"]
    places = use.estate.counted.merge(use.estate.keys, on="building", suffixes=("", "_of"))
    inside = places[places["use_class"].map(flows) == PUBLIC]
    fuels = catalog.table("bill_fuels").set_index("fuel")["product"]
    inside = inside.assign(product=inside["fuel"].map(fuels))
    meters = inside[["meter", "territory", "product"]].drop_duplicates()
    rows = use.coverage.merge(meters, on="meter").groupby(KEYS)
    days = rows[["days", "covered"]].sum()
    days["coverage"] = days["covered"] / days["days"]
    days["complete"], days["known"] = rows["complete"].all(), rows["known"].all()
    return days.drop(columns=["days", "covered"]).reset_index()


def _findings(
    table: pd.DataFrame, use: Use, classes: pd.DataFrame, negative: str
) -> tuple[pd.DataFrame, list[str]]:
    """Return notes and faults: too much public energy, years not covered whole, classes outside."""
    notes: list[tuple[str, str, str, str]] = []
    faults = []
    for row in table[table["private_mwh"] < 0].itertuples():
        words = _too_much(row, use)
        if negative == "error":
            faults.append(words)
        else:
            notes.append(("warning", "", f"{row.territory} {row.year}", words))
    for row in table[~table["known"]].itertuples():
        name = catalog.label("product", row.product, "en")
        words = (
            f"{name}: bills cover {100 * row.coverage:.1f} % of the days of supply; public tertiary is at"
            f" least {row.public_mwh:,.1f} MWh, private at most {row.private_mwh:,.1f} MWh"
        )
        notes.append(("warning", "", f"{row.territory} {row.year}", words))
    outside = classes[(classes["counted_in"] != PUBLIC) & classes["energy_mwh"].gt(0)]
    for row in outside.itertuples():
        words = (
            f"{catalog.label('use_class', row.use_class, 'en')}: {row.energy_mwh:,.1f} MWh of {row.product}"
            f" are counted in {row.counted_in}, not in the tertiary"
        )
        notes.append(("info", "", f"{row.territory} {row.year}", words))
    told = pd.DataFrame(notes, columns=list(NOTES))
    mine = use.notes[use.notes["severity"] == "warning"]
    return pd.concat([told, mine], ignore_index=True) if len(mine) else told, faults


def _too_much(row: object, use: Use) -> str:
    territory, year, product = row.territory, row.year, row.product  # type: ignore[attr-defined]
    limit, public = row.tertiary_mwh, row.public_mwh  # type: ignore[attr-defined]
    mine = use.table[
        (use.table["territory"] == territory)
        & (use.table["year"] == year)
        & (use.table["product"] == product)
    ]
    largest = mine.groupby("meter")["energy_mwh"].sum().idxmax()
    name = catalog.label("product", product, "en")
    cause = (
        "the balance has no tertiary energy of this product: add it to the balance"
        if not limit
        else f"check units and PCS of the bills (the largest meter is {largest}), that each meter lies in the"
        " territory and belongs to the tertiary, or correct the tertiary of the balance"
    )
    return (
        f"{territory} {year} {product} ({name}): public tertiary {public:,.1f} MWh exceeds the tertiary of"
        f" {limit:,.1f} MWh by {public - limit:,.1f} MWh, private would be negative; {cause};"
        " negative='warn' keeps it as a warning"
    )


def _rows(balance: Balance, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the balance with the split in place of what was split before."""
    old = balance.table
    touched = pd.MultiIndex.from_frame(old[["territory", "year"]]).isin(
        pd.MultiIndex.from_frame(table[["territory", "year"]].drop_duplicates())
    )
    # The published row of the whole tertiary stays: it is now the sum of its two parts.
    kept = old[~(touched & old["flow"].isin(PARTS))]
    new = []
    for row in table.itertuples():
        whole = "whole year" if row.complete else f"{row.coverage:.3f} of the days"
        billed = f"bills of the public body, {whole}" + (
            ", the rest estimated" if row.known > row.complete else ""
        )
        status = "A" if row.complete else "E" if row.known else "P"
        place = {"territory": row.territory, "year": row.year, "product": row.product}
        rest = f"tertiary of the balance less public tertiary ({billed})"
        parts = ((PUBLIC, row.public_mwh, status, billed), (PRIVATE, row.private_mwh, "E", rest))
        for flow, energy, mark, source in parts:
            if energy:
                new.append({**place, "flow": flow, "energy_mwh": energy, "status": mark, "source": source})
    split = pd.DataFrame(new, columns=list(BALANCE_COLUMNS))
    return pd.concat([kept, split], ignore_index=True)
