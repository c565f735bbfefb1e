"""Meters and their readings as parts of documents, and the series that all versions of readings make.

A version of readings is what was brought at once. A correction is a later version: where two versions tell of
the same time, the later one speaks. It must replace earlier intervals whole, so that no energy is lost or
counted twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.store.parts import Row
from leb_kit.store.schema_documents import METER_UNITS

#: Units of a meter's amounts in a MWh, where they are energy.
MILLIWH_PER_MWH: Final = 10**9
COLUMNS: Final = ("start_s", "length_s", "amount", "quality")
_WORDS: Final = re.compile(r"[A-Z0-9_]+( [A-Z0-9_]+)*|")
#: Faults that are told one by one.
_TOLD: Final = 5
_NANO: Final = 10**9
_Ints = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Meter:
    """A meter as the store keeps it: what it measures, and what its readings are called at their source.

    Parameters
    ----------
    name : str
        What to call it in the territory.
    flow, product : str
        Row and product of a balance that its energy belongs to.
    unit : str
        Of its amounts: ``milliwh`` (whole milliwatt-hours), or ``ml`` of gas.
    source, tenant, so_code, stream_code, meter_id, quantity : str
        As ``leb.metering.Reading`` names them; blank where the source has none.
    place : str
        Where it is, in words.

    Raises
    ------
    InputError
        The unit is none of the two.

    Examples
    --------
    >>> Meter("school", "FC_OTH_CP_PUB_E", "E7000", meter_id="IT001E00000001").unit
    'milliwh'
    """

    name: str
    flow: str
    product: str
    unit: str = METER_UNITS[0]
    source: str = ""
    tenant: str = ""
    so_code: str = ""
    stream_code: str = ""
    meter_id: str = ""
    quantity: str = "energy"
    place: str = ""

    def __post_init__(self) -> None:
        """Refuse units that no amount has."""
        if self.unit not in METER_UNITS:
            told = say("unit is '{unit}'; {known} are known", unit=self.unit, known=", ".join(METER_UNITS))
            raise InputError(say("meter"), [told])


def of_meter(given: Meter) -> dict[str, list[Row]]:
    """Return the parts of a meter."""
    return {"meter": [astuple(given)[1:]]}


def meter_of(name: str, parts: Sequence[Row]) -> Meter:
    """Return the meter of a row."""
    return Meter(name, *parts[0])


def of_readings(given: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Return readings as the store keeps them: start_s, length_s, amount, quality, in the order of time.

    Parameters
    ----------
    given : pd.DataFrame
        ``start`` (times with a zone) and ``end`` or ``length_s`` (seconds); ``energy_mwh`` (MWh) or
        ``amount`` (whole numbers of the meter's unit), NaN where it is told as missing; ``flags`` or
        ``quality`` (words), if any. Frames of ``leb.metering.intervals`` are such.
    unit : str
        Of the meter.

    Raises
    ------
    InputError
        Columns that are missing, times without a zone or between two seconds, intervals that overlap, amounts
        that are no numbers: all of them.

    Examples
    --------
    >>> noon = pd.Timestamp("2025-01-01 12:00", tz="UTC")
    >>> of_readings(pd.DataFrame({"start": [noon], "length_s": [900], "energy_mwh": [0.25]}), "milliwh")
          start_s  length_s     amount quality
    0  1735732800       900  250000000
    """
    faults = list(_missing(given, unit))
    if faults:
        raise InputError(say("readings"), faults)
    start = _seconds(given["start"], "start", faults)
    if "end" in given:
        length = _seconds(given["end"], "end", faults) - start
    else:
        length = _whole(given["length_s"], "length_s", faults)
    amount = _amounts(given, faults)
    quality = (
        given.get("quality", given.get("flags", pd.Series("", index=given.index))).fillna("").astype(str)
    )
    faults += [
        say("quality is '{word}'; words in capital letters are expected", word=word)
        for word in quality.unique()
        if not _WORDS.fullmatch(word)
    ]
    if faults:
        raise InputError(say("readings"), faults)
    made = pd.DataFrame(
        {"start_s": start, "length_s": length, "amount": amount, "quality": quality.to_numpy(dtype=object)}
    )
    made = made.sort_values("start_s", kind="stable", ignore_index=True)
    _require_apart(made)
    return made


def _missing(given: pd.DataFrame, unit: str) -> Iterable[str]:
    energy = ("energy_mwh",) if unit == METER_UNITS[0] else ()
    for names in (("start",), ("end", "length_s"), (*energy, "amount")):
        if not any(name in given for name in names):
            yield say("column {name} is missing", name=" / ".join(names))


def _seconds(times: pd.Series[Any], name: str, faults: list[str]) -> _Ints:
    """Return whole seconds since 1970 in UTC."""
    nothing = np.zeros(len(times), dtype=np.int64)
    zone = getattr(times.dt, "tz", None) if pd.api.types.is_datetime64_any_dtype(times) else None
    if zone is None or times.isna().any():
        faults.append(say("{name} has times without a zone; write 2025-01-01T00:00+01:00", name=name))
        return nothing
    nano: _Ints = times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[ns]").astype(np.int64)
    if (nano % _NANO).any():
        faults.append(say("{name} has times between two seconds", name=name))
    return nano // _NANO


def _whole(values: pd.Series[Any], name: str, faults: list[str]) -> _Ints:
    numbers = pd.to_numeric(values, errors="coerce")
    if numbers.isna().any() or (numbers % 1 != 0).any():
        faults.append(say("{name} has values that are no whole numbers", name=name))
        return np.zeros(len(values), dtype=np.int64)
    found: _Ints = numbers.to_numpy(dtype=np.int64)
    return found


def _amounts(given: pd.DataFrame, faults: list[str]) -> pd.Series[Any]:
    """Return whole amounts, missing ones as such."""
    name = "amount" if "amount" in given else "energy_mwh"
    numbers = pd.to_numeric(given[name], errors="coerce")
    if (numbers.isna() & given[name].notna()).any() or np.isinf(numbers.astype(float)).any():
        faults.append(say("{name} has values that are no numbers", name=name))
        numbers = numbers.where(np.isfinite(numbers.astype(float)))
    if name == "energy_mwh":
        numbers = (numbers * MILLIWH_PER_MWH).round()
    elif (numbers.dropna() % 1 != 0).any():
        faults.append(say("{name} has values that are no whole numbers", name=name))
        numbers = numbers.round()
    return numbers.astype("Int64").reset_index(drop=True)


def _require_apart(made: pd.DataFrame) -> None:
    start, end = made["start_s"].to_numpy(), (made["start_s"] + made["length_s"]).to_numpy()
    wrong = np.flatnonzero(made["length_s"].to_numpy() <= 0)
    faults = [
        say("{time}: the interval ends before it begins", time=_told(start[at])) for at in wrong[:_TOLD]
    ]
    across = np.flatnonzero(end[:-1] > start[1:])
    faults += [
        say("{time}: two intervals tell of this time; each moment has one", time=_told(start[at + 1]))
        for at in across[:_TOLD]
    ]
    if faults:
        more = len(wrong) + len(across) - len(faults)
        raise InputError(say("readings"), [*faults, *([say("{count} more", count=more)] if more else [])])


def _told(second: int) -> str:
    return f"{datetime.fromtimestamp(int(second), tz=UTC):%Y-%m-%dT%H:%M:%SZ}"


def speaking(every: pd.DataFrame) -> pd.DataFrame:
    """Return the readings that speak: where versions tell of the same time, those of the latest.

    Parameters
    ----------
    every : pd.DataFrame
        start_s, length_s, amount, quality, version.

    Examples
    --------
    >>> columns = ["start_s", "length_s", "amount", "quality", "version"]
    >>> two = pd.DataFrame([(0, 900, 1, "", 1), (900, 900, 2, "", 1), (0, 900, 5, "", 2)], columns=columns)
    >>> speaking(two)["amount"].tolist()
    [5, 2]
    """
    table = every.sort_values(["start_s", "version"], kind="stable", ignore_index=True)
    start, end = table["start_s"].to_numpy(), (table["start_s"] + table["length_s"]).to_numpy()
    if not (end[:-1] > start[1:]).any():
        return table
    keep = np.zeros(len(table), dtype=bool)
    version = table["version"].to_numpy()
    for one in sorted(set(version.tolist()), reverse=True):
        mine = np.flatnonzero(version == one)
        keep[mine] = ~_meets(start[keep], end[keep], start[mine], end[mine])
    return table[keep].reset_index(drop=True)


def _meets(start: _Ints, end: _Ints, first: _Ints, last: _Ints) -> _Ints:
    """Tell which intervals (first, last) have a moment in common with those (start, end), which are apart."""
    if not len(start):
        return np.zeros(len(first), dtype=bool)
    at = np.searchsorted(end, first, side="right")
    inside = at < len(start)
    found: _Ints = inside & (start[np.minimum(at, len(start) - 1)] < last)
    return found


def new_of(made: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the readings that say something new beside those that speak.

    Raises
    ------
    InputError
        A correction covers a part of an interval only: which.
    """
    if known.empty:
        return made
    same = made.merge(known[list(COLUMNS)], on=list(COLUMNS), how="left", indicator="there")
    new = made[(same["there"] == "left_only").to_numpy()].reset_index(drop=True)
    start, end = new["start_s"].to_numpy(), (new["start_s"] + new["length_s"]).to_numpy()
    before, after = known["start_s"].to_numpy(), (known["start_s"] + known["length_s"]).to_numpy()
    cover = _covered(after, start, end) - _covered(before, start, end)
    torn = np.flatnonzero((cover > 0) & (cover < after - before))
    if len(torn):
        faults = [
            say(
                "{time}: {length} s are known there as one interval and only {part} s of them are given "
                "anew; give all",
                time=_told(before[at]),
                length=int(after[at] - before[at]),
                part=int(cover[at]),
            )
            for at in torn[:_TOLD]
        ]
        more = len(torn) - len(faults)
        raise InputError(say("readings"), [*faults, *([say("{count} more", count=more)] if more else [])])
    return new


def _covered(moments: _Ints, start: _Ints, end: _Ints) -> _Ints:
    """Return how many seconds before each moment lie in intervals that are apart and in order."""
    if not len(start):
        return np.zeros(len(moments), dtype=np.int64)
    total = np.concatenate([[0], np.cumsum(end - start)])
    at = np.searchsorted(start, moments, side="right")
    last = np.maximum(at - 1, 0)
    over = np.where(at > 0, np.maximum(end[last] - np.maximum(moments, start[last]), 0), 0)
    found: _Ints = total[at] - over
    return found
