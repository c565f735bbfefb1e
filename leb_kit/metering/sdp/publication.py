"""A balance as rows of the platform, and back: what is published, and what must not be.

The platform knows no MWh: energy is in kWh, rounded to a watt-hour. A row is known by ``riga_id``, a digest
of what it is about, and ``riga_hash``, a digest of what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

import pandas as pd

from leb_kit.balance import Balance
from leb_kit.errors import InputError, say
from leb_kit.metering.sdp import query
from leb_kit.reference import catalog
from leb_kit.units import mwh_per

#: Scenario of an observed year.
OBSERVED: Final = "consuntivo"
#: Fewer meters behind a row would show what one user does.
MIN_METERS: Final = 5
#: Digits of a row's digests.
SHORT: Final = 16
#: A watt-hour, in kWh.
_STEP: Final = Decimal("0.001")
_ABOUT: Final = ("territorio", "anno", "mese", "da", "a", "vettore", "settore", "uso", "scenario")
_SAYS: Final = ("valore_kwh", "copertura", "quota_stimata", "qualita")

Row = dict[str, Any]


@dataclass(frozen=True)
class Publication:
    """Rows of one territory, year and scenario, ready to be sent.

    Parameters
    ----------
    territory : str
        ISTAT or NUTS code.
    year : int
        Year.
    scenario : str
        ``consuntivo`` or a name.
    rows : tuple[dict, …]
        One for each cell or arrow, without revision and date.
    licence : str
        Under which the balance may be used.
    """

    territory: str
    year: int
    scenario: str
    rows: tuple[Row, ...]
    licence: str

    @property
    def id(self) -> str:
        """Name of the balance in the manifest."""
        return f"{self.territory}/{self.year}/{self.scenario}"

    @property
    def digests(self) -> dict[str, str]:
        """Digest of what each row says, by the digest of what it is about."""
        return {row["riga_id"]: row["riga_hash"] for row in self.rows}

    def sent(self, revision: int, at: datetime) -> list[Row]:
        """Rows as they are sent."""
        stamp = query.instant(at.replace(microsecond=0))
        return [row | {"revisione": revision, "pubblicato_il": stamp} for row in self.rows]

    def manifest(self, revision: int, at: datetime, version: str) -> Row:
        """The row that makes a revision whole: how many rows, their sum by carrier, their digest."""
        totals: dict[str, Decimal] = {}
        for row in self.rows:
            if row["settore"]:
                totals[row["vettore"]] = totals.get(row["vettore"], Decimal(0)) + kwh(row["valore_kwh"])
        return {
            "bilancio_id": self.id,
            "territorio": self.territory,
            "anno": self.year,
            "scenario": self.scenario,
            "revisione": revision,
            "righe": len(self.rows),
            "totali": " ".join(f"{carrier}={total}" for carrier, total in sorted(totals.items())),
            "sha256": sha_of(self.digests),
            "leb_kit": version,
            "licenza": self.licence,
            "pubblicato_il": query.instant(at.replace(microsecond=0)),
        }


def publication(
    balance: Balance,
    *,
    licence: str,
    scenario: str = OBSERVED,
    meters: Mapping[tuple[str, str], int] | None = None,
    min_meters: int = MIN_METERS,
    exempt: Collection[str] = (),
    arrows: pd.DataFrame | None = None,
    coverage: float | None = None,
    estimated: float | None = None,
) -> Publication:
    """Make rows of a balance; only whole years, so that nobody's days can be seen.

    Parameters
    ----------
    balance : Balance
        One territory, one year; its leaves are published.
    licence : str
        Under which it may be used; it stands in the manifest.
    scenario : str
        ``consuntivo`` for what was, else a name.
    meters : Mapping[tuple[str, str], int], optional
        How many meters lie behind a cell (flow, product), where it comes from meters.
    min_meters : int
        A cell from fewer meters is refused.
    exempt : Collection[str]
        Flows that are no persons: what a public body uses itself.
    arrows : pd.DataFrame, optional
        Arrows of the flow scheme (``leb.links``), to be published too.
    coverage, estimated : float, optional
        Share of the time that was metered, share of the energy that is estimated; 0–1, for all rows.

    Raises
    ------
    InputError
        No licence, more than one territory or year, or cells that would show single users.

    Examples
    --------
    >>> import pandas as pd
    >>> cells = pd.DataFrame({"territory": ["001272"], "year": [2019], "flow": ["PPRD"], "product": ["G3000"],
    ...                       "value": [1.5]})
    >>> publication(Balance.from_table(cells, unit="MWh"), licence="CC BY 4.0").rows[0]["valore_kwh"]
    1500.0
    """
    if not licence.strip():
        raise InputError("SDP", [say("a published balance needs its licence")])
    balance.one()
    (territory,), (year,) = balance.territories, balance.years
    _require_many(meters or {}, min_meters, exempt)
    shares = {"copertura": coverage, "quota_stimata": estimated}
    cells = balance.leaves
    rows = [
        _row(territory.code, year, scenario, shares, energy=cell.energy_mwh, status=cell.status,
             vettore=cell.product, settore=cell.flow)
        for cell in cells.itertuples(index=False)
    ]  # fmt: skip
    if arrows is not None:
        rows += [
            _row(territory.code, year, scenario, shares, energy=arrow.energy_mwh, status="E",
                 vettore=arrow.product, da=arrow.source, a=arrow.target)
            for arrow in arrows.itertuples(index=False)
        ]  # fmt: skip
    return Publication(territory.code, year, scenario, tuple(rows), licence)


def _require_many(meters: Mapping[tuple[str, str], int], least: int, exempt: Collection[str]) -> None:
    faults = [
        say(
            "{flow} {product}: {count} meters lie behind it, fewer than {least}; join it with others, "
            "or exempt a public body's own flow",
            flow=flow,
            product=product,
            count=count,
            least=least,
        )
        for (flow, product), count in meters.items()
        if count < least and flow not in exempt
    ]
    if faults:
        raise InputError("SDP", faults)


def _row(
    territory: str,
    year: int,
    scenario: str,
    shares: Mapping[str, float | None],
    *,
    energy: float,
    status: str,
    **names: str,
) -> Row:
    about = {"territorio": territory, "anno": year, "mese": 0, "scenario": scenario}
    about |= {name: str(names.get(name, "")) for name in ("da", "a", "vettore", "settore", "uso")}
    says = {"valore_kwh": float(kwh(energy / mwh_per("kWh"))), **shares, "qualita": status}
    row = about | says
    return row | {"riga_id": _digest(row, _ABOUT), "riga_hash": hash_of_row(row)}


def kwh(value: Any) -> Decimal:
    """Round to a watt-hour.

    Examples
    --------
    >>> kwh(1.0004)
    Decimal('1.000')
    """
    return Decimal(str(value)).quantize(_STEP, rounding=ROUND_HALF_EVEN)


def hash_of_row(row: Mapping[str, Any]) -> str:
    """Digest of what a row says; the same before it is sent and after it is read."""
    names = ("copertura", "quota_stimata")
    share = {name: None if row.get(name) is None else float(row[name]) for name in names}
    return _digest({**row, **share, "valore_kwh": kwh(row["valore_kwh"])}, _SAYS)


def _digest(row: Mapping[str, Any], names: Iterable[str]) -> str:
    text = "|".join("" if row.get(name) is None else str(row[name]) for name in names)
    return hashlib.sha256(text.encode()).hexdigest()[:SHORT]


def sha_of(digests: Mapping[str, str]) -> str:
    """Digest of all rows of a revision, in any order.

    Examples
    --------
    >>> sha_of({"a": "1", "b": "2"}) == sha_of({"b": "2", "a": "1"})
    True
    """
    lines = "\n".join(f"{name}:{content}" for name, content in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def balance_of(rows: Iterable[Mapping[str, Any]], *, name: str = "", source: str = "") -> Balance:
    """Make a balance of rows that were read back; arrows are left out.

    Raises
    ------
    InputError
        A row does not say what its digest says: it was changed on the way.
    """
    given = [row for row in rows if row["settore"]]
    faults = [
        say("row {name} does not say what its digest says", name=row["riga_id"])
        for row in given
        if hash_of_row(row) != row["riga_hash"]
    ]
    if faults:
        raise InputError("SDP", faults)
    table = pd.DataFrame(
        {
            "territory": [row["territorio"] for row in given],
            "year": [int(row["anno"]) for row in given],
            "flow": [row["settore"] for row in given],
            "product": [row["vettore"] for row in given],
            "value": [float(row["valore_kwh"]) for row in given],
            "status": [row["qualita"] for row in given],
            "source": source,
        }
    )
    return Balance.from_table(table, unit="kWh", name=name, known_codes=False)


def definition(dataset: str = "balance") -> pd.DataFrame:
    """Return the columns to be typed in at the portal: leb_kit does not make datasets.

    Parameters
    ----------
    dataset : str
        ``balance`` or ``manifest``.

    Examples
    --------
    >>> definition("manifest")["component"].tolist()[:2]
    ['bilancio_id', 'territorio']
    """
    table = catalog.table("sdp_publication")
    return table[table["dataset"] == dataset].drop(columns="dataset").reset_index(drop=True)
