"""Estate: what a public body runs, from site to building to meter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum
from typing import Final

import pandas as pd

from leb_kit.errors import InputError, did_you_mean
from leb_kit.reference import catalog
from leb_kit.reference.schema import validate

SITES, BUILDINGS, METERS = "tertiary.sites", "tertiary.buildings", "tertiary.meters"
#: How Italian codes of supply are written: what goes wrong with them is often a spreadsheet's doing.
CODES: Final = {
    "POD": (re.compile(r"IT\d{3}E[0-9A-Z]{8,9}"), "IT, three digits, E, eight or nine characters"),
    "PDR": (re.compile(r"\d{14}"), "14 digits"),
}
PDR_DIGITS: Final = 14
#: Shares of a meter may be rounded by a spreadsheet, not more.
SHARE_ROUNDING: Final = 1e-6


@dataclass(frozen=True, repr=False, eq=False)
class Estate:
    """Sites, buildings and meters of a public body; made by ``Estate.from_tables``.

    Parameters
    ----------
    sites : pd.DataFrame
        site, label, territory, owner, manager.
    buildings : pd.DataFrame
        building, site, label, use_class and reference quantities (m², m³, pupils, beds, light points,
        vehicles, kW). An installation (a lighting network, a pumping station, a fleet) is a building here.
    meters : pd.DataFrame
        meter, building, kind (POD, PDR, substation, tank, other), fuel, share (0–1), submeter_of,
        active_from, active_to. A meter that serves several buildings has a row for each.
    """

    sites: pd.DataFrame
    buildings: pd.DataFrame
    meters: pd.DataFrame

    @classmethod
    def from_tables(
        cls,
        buildings: pd.DataFrame,
        meters: pd.DataFrame,
        *,
        sites: pd.DataFrame | None = None,
        territory: str = "",
        where: str = "estate",
    ) -> Estate:
        """Check the tables together and make an Estate of them.

        Parameters
        ----------
        buildings, meters : pd.DataFrame
            Columns as ``leb_kit.reference.catalog.columns("tertiary.buildings")`` declares them.
        sites : pd.DataFrame, optional
            Without it every site named by a building lies in ``territory``.
        territory : str
            Code of the territory, as in the balance; needed without ``sites``.
        where : str
            What to call the tables in error messages.

        Raises
        ------
        InputError
            Every fault of every table, each with its row, the nearest match and the repair.

        Examples
        --------
        >>> import pandas as pd
        >>> school = pd.DataFrame({"building": ["S1"], "use_class": ["school_primary"]})
        >>> pod = pd.DataFrame({"meter": ["IT001E00000001"], "building": ["S1"], "kind": ["POD"],
        ...                     "fuel": ["electricity"]})
        >>> Estate.from_tables(school, pod, territory="001272")
        Estate(1 site, 1 building, 1 meter)
        """
        faults: list[str] = []
        if sites is None and not territory:
            faults.append("no territory: give territory='001272', or a table of sites with their territory")
        sites = _own_sites(buildings, territory or "?") if sites is None else sites
        named = [(SITES, sites), (BUILDINGS, buildings), (METERS, meters)]
        known: dict[str, pd.DataFrame] = {}
        for name, frame in named:
            checked = _checked(text_codes(frame), name, known, faults)
            if checked is not None:
                known[name] = checked
        if METERS in known:
            faults += _meter_faults(known[METERS])
        if faults:
            raise InputError(where, faults)
        return cls(*(_ready(known[name], name) for name, _ in named))

    @property
    def counted(self) -> pd.DataFrame:
        """Meters whose energy is added: submeters are inside the meter they belong to."""
        return self.meters[self.meters["submeter_of"] == ""].reset_index(drop=True)

    @property
    def keys(self) -> pd.DataFrame:
        """One row per building: territory, site, building, label, use_class, flow of the balance."""
        classes = catalog.table("public_classes")[["use_class", "flow"]]
        places = self.sites[["site", "territory"]]
        rows = self.buildings[["building", "site", "label", "use_class"]]
        return rows.merge(places, on="site", how="left", validate="m:1").merge(
            classes, on="use_class", how="left", validate="m:1"
        )

    def __repr__(self) -> str:
        counts = [
            (len(self.sites), "site"),
            (len(self.buildings), "building"),
            (self.meters["meter"].nunique(), "meter"),
        ]
        told = [f"{count} {word}" + ("" if count == 1 else "s") for count, word in counts]
        return f"Estate({', '.join(told)})"

    def _repr_html_(self) -> str:
        shown = self.keys.groupby("use_class")["building"].nunique().rename("buildings").reset_index()
        return f"<p>{self!r}</p>{shown.to_html(index=False, border=0)}"


def nearest_meter(word: str, meters: Iterable[str]) -> str:
    """Say which meter may be meant: leading zeros that a spreadsheet dropped, or the nearest spelling.

    Examples
    --------
    >>> nearest_meter("881234567890", ["00881234567890"])
    " Did you mean '00881234567890'? A spreadsheet drops leading zeros: keep the column as text."
    """
    known = [str(meter) for meter in meters]
    padded = word.zfill(PDR_DIGITS)
    if word.isdigit() and padded != word and padded in known:
        return f" Did you mean '{padded}'? A spreadsheet drops leading zeros: keep the column as text."
    return did_you_mean(word, known)


def _own_sites(buildings: pd.DataFrame, territory: str) -> pd.DataFrame:
    blank = pd.Series("", index=buildings.index, dtype=object)
    site = buildings.get("site", blank).fillna("").astype(str).str.strip()
    own = buildings.get("building", blank).fillna("").astype(str).str.strip()
    names = list(dict.fromkeys(site.where(site != "", own)))
    return pd.DataFrame({"site": [name for name in names if name], "territory": territory})


def text_codes(frame: pd.DataFrame) -> pd.DataFrame:
    """Write codes as text: whole numbers read as floats (a column with blanks) lose their decimal."""
    out = frame.copy()
    for column in set(out.columns) & {"meter", "building", "site", "territory", "submeter_of"}:
        out[column] = out[column].map(
            lambda value: str(int(value)) if isinstance(value, float) and value % 1 == 0 else value
        )
    return out


def _checked(
    frame: pd.DataFrame, name: str, known: dict[str, pd.DataFrame], faults: list[str]
) -> pd.DataFrame | None:
    if frame.empty:
        faults.append(f"{name.partition('.')[2]}: the table has no rows; at least one is expected")
        return None
    try:
        return validate(frame, name, others=known)
    except InputError as error:
        faults += [f"{name.partition('.')[2]}: {fault}" for fault in error.faults]
        return None


def _meter_faults(meters: pd.DataFrame) -> list[str]:
    faults = []
    for row in meters.itertuples():
        pattern, words = CODES.get(row.kind, (None, ""))
        if pattern is not None and not pattern.fullmatch(row.meter):
            short = row.kind == "PDR" and row.meter.isdigit() and len(row.meter) < PDR_DIGITS
            hint = (
                f" A spreadsheet drops leading zeros: write '{row.meter.zfill(PDR_DIGITS)}'." if short else ""
            )
            faults.append(
                f"meters: row {row.Index}: '{row.meter}' is no {row.kind}: {words} are expected;"
                f" for another code write kind 'other'.{hint}"
            )
        if row.submeter_of and row.submeter_of not in set(meters["meter"]) - {row.meter}:
            hint = did_you_mean(row.submeter_of, set(meters["meter"]) - {row.meter})
            faults.append(
                f"meters: row {row.Index}: submeter_of '{row.submeter_of}' is no other meter.{hint}"
            )
        if pd.notna(row.active_from) and pd.notna(row.active_to) and row.active_to < row.active_from:
            faults.append(f"meters: row {row.Index}: '{row.meter}' ends before it begins")
    for meter, rows in meters.groupby("meter", sort=False):
        shares = rows["share"].fillna(1.0)
        total = fsum(shares)
        if abs(total - 1) > SHARE_ROUNDING:
            told = ", ".join(f"{b} {s:g}" for b, s in zip(rows["building"], shares, strict=True))
            faults.append(f"meters: '{meter}': its shares sum to {total:g} ({told}); they must sum to 1")
        for column in ("kind", "fuel", "submeter_of"):
            different = sorted(set(rows[column]))
            if len(different) > 1:
                told = ", ".join(different)
                faults.append(f"meters: '{meter}': {column} differs between its rows ({told}); give one")
    return faults


def _ready(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    out = frame.reset_index(drop=True)
    if name == BUILDINGS:
        out["site"] = out["site"].where(out["site"] != "", out["building"])
    if name == METERS:
        out["share"] = out["share"].astype("float64").fillna(1.0)
        out["certified_green"] = out["certified_green"].eq(other=True)
    if "label" in out:
        out["label"] = out["label"].where(out["label"] != "", out[out.columns[0]])
    return out
