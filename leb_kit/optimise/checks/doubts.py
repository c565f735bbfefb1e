"""What a reader should know of a problem before it is solved: odd numbers, and targets out of reach.

A remark is no fault: the problem can be solved, or the solver will explain why not. What sums of the
year prove (``proofs``) is certain; the rest only looks like a slip of unit or a row counted twice. A wide
range of coefficients is a remark as well: every plan is checked without the solver, so that a bad one is
refused, not published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leb_kit.errors import LANGUAGES, say, speaking
from leb_kit.optimise.checks.cost_doubts import cost_doubts
from leb_kit.optimise.checks.faults import labels, listed
from leb_kit.optimise.checks.idle import idle
from leb_kit.optimise.checks.loops import earning, earning_told, gain_told, gaining
from leb_kit.optimise.checks.reserve_faults import reserve_remarks
from leb_kit.optimise.checks.spread import spread

if TYPE_CHECKING:
    from leb_kit.optimise.question.problem import MixProblem

Remarks = tuple[tuple[str, str], ...]

#: A capacity this many times the peak of all demands is likely kW.
_FAR_ABOVE_PEAK = 10**4
#: Largest over smallest coefficient from which a solver loses figures.
_WIDE_RANGE = 10**9
#: A coefficient below this the solver counts as 0.
_DROPPED = 10**-9
#: An efficiency above this is likely a percentage.
_PERCENT = 10
#: A profile above this is likely a percentage: output may exceed the name plate, not many times.
_ABOVE_ONE = 2


def in_both(sentences: Callable[[], list[str]]) -> Remarks:
    """Return sentences in Italian and English, each once."""
    spoken = []
    for lang in LANGUAGES:
        with speaking(lang):
            spoken.append(sentences())
    return tuple(dict.fromkeys(zip(*spoken, strict=True)))


def remarks_on(problem: MixProblem) -> Remarks:
    """Return what looks odd in a problem, and what sums of the year prove, in Italian and English."""
    from leb_kit.optimise.checks.proofs import proofs  # SciPy is heavy: loaded when remarks are asked for

    tables = {name: getattr(problem, name) for name in ("processes", "flows", "limits")}
    gain = gaining(tables, float(problem.time.weight_h.sum()))
    loop = earning(problem)
    proved = proofs(problem)

    def sentences() -> list[str]:
        told = [
            *_nothing_asked(problem),
            *_units(problem),
            *_percentages(problem),
            *_ranges(problem),
            *_doubles(problem),
            *idle(problem),
            *spread(problem),
            *cost_doubts(problem),
            *reserve_remarks(problem),
        ]
        told += [] if gain is None else [gain_told(gain)]
        told += [] if loop is None else [earning_told(problem, loop)]
        return told + [proof.text() for proof in proved]

    return in_both(sentences)


def blank_remark(table: str, rows: pd.DataFrame, defaults: dict[str, object]) -> list[str]:
    """Tell numbers that are blank beside others that are given: they count as their default."""
    told = []
    for column, value in defaults.items():
        if column not in rows or not isinstance(value, float) or not np.isfinite(value):
            continue
        blank = rows[column].isna()
        if column == "efficiency" and "bus_in" in rows:
            blank &= rows["bus_in"].fillna("") != ""
        if blank.any():
            names = listed(labels(table, rows[blank]))
            told.append(say("column {column} of {names}: {value:g}", column=column, names=names, value=value))
    if not told:
        return []
    return [say("{table}: what is blank counts as: {told}", table=table, told="; ".join(told))]


def _units(problem: MixProblem) -> Iterator[str]:
    demand = sum(
        (problem.demand_mw(bus) for bus in set(problem.demands["bus"])), np.zeros(problem.time.count)
    )
    peak = float(demand.max(initial=0.0))
    for column in ("capacity_existing_mw", "capacity_min_mw", "capacity_max_mw"):
        sizes = problem.processes[column].to_numpy(dtype=float)
        rows = problem.processes[np.isfinite(sizes) & (sizes > _FAR_ABOVE_PEAK * peak)]
        if peak > 0 and len(rows):
            found = float(rows[column].max())
            yield say(
                "processes: {rows}, column {column}: found {found:g} MW, {times:.2g} times the peak of all"
                " demands ({peak:.3g} MW): kW given as MW?",
                rows=listed(labels("processes", rows)),
                column=column,
                found=found,
                times=found / peak,
                peak=peak,
            )


def _nothing_asked(problem: MixProblem) -> Iterator[str]:
    if not (problem.demands["annual_mwh"].astype(float) > 0).any():
        yield say("demands: no row has annual_mwh above 0: nothing is asked for")


def _percentages(problem: MixProblem) -> Iterator[str]:
    rows = problem.processes
    high = rows[(rows["efficiency"] > _PERCENT) & (rows["bus_in"] != "")]
    for row in high.itertuples():
        yield say(
            "processes: '{name}', column efficiency: found {found:g} MWh per MWh: a percentage? 85 % is 0.85",
            name=row.process,
            found=row.efficiency,
        )
    for name, part in rows[rows["profile"] != ""].groupby("profile", sort=False):
        most = float(problem.profile(str(name)).max(initial=0.0))
        if most > _ABOVE_ONE:
            yield say(
                "profiles: column '{name}' of processes {rows} reaches {most:.3g} MW for each MW of capacity;"
                " 0 to 1 is usual: a percentage?",
                name=name,
                rows=listed(labels("processes", part)),
                most=most,
            )


def _ranges(problem: MixProblem) -> Iterator[str]:
    limits = problem.limits[problem.limits["process"] != ""]
    pieces = [
        pd.DataFrame({"place": [f"{table}: {row}" for row in labels(table, rows)], "amount": amounts})
        for table, rows in (("flows", problem.flows), ("limits", limits))
        if len(amounts := rows["coefficient"].abs().to_numpy(dtype=float))
    ]
    if not pieces:
        return
    every = pd.concat(pieces, ignore_index=True)
    every = every[every["amount"] > 0].sort_values("amount", kind="stable")
    for row in every[every["amount"] < _DROPPED].itertuples():
        yield say(
            "{place}, column coefficient: found {found:g}, so near 0 that the solver counts it as 0",
            place=row.place,
            found=row.amount,
        )
    if len(every) and every["amount"].iloc[-1] > _WIDE_RANGE * every["amount"].iloc[0]:
        low, high = every.iloc[0], every.iloc[-1]
        yield say(
            "{low}, column coefficient: found {least:g}; {high}, column coefficient: found {most:g}:"
            " so wide a range costs a solver its figures; check the units",
            low=low["place"],
            least=low["amount"],
            high=high["place"],
            most=high["amount"],
        )


def _doubles(problem: MixProblem) -> Iterator[str]:
    """Rows that differ in their name only: the same plant counted twice, or a name in two spellings."""
    rows = problem.processes
    numbers = [column for column in rows if column != "process"]
    uses: dict[str, list[str]] = {}
    for table in (problem.flows, problem.cells):
        for row in table.astype(str).itertuples(index=False):
            uses.setdefault(str(row.process), []).append("|".join(row[1:]))
    sized = rows[(rows["capacity_existing_mw"] > 0) & (rows["technology"] != "")]
    content = sized[numbers].astype(str).agg("|".join, axis=1) if len(sized) else pd.Series(dtype=str)
    seen: dict[tuple[str, ...], str] = {}
    for name, text in zip(sized["process"], content, strict=True):
        first = seen.setdefault((text, *sorted(uses.get(str(name), ()))), str(name))
        if first != name:
            yield say(
                "processes: '{first}' and '{name}' are the same in every column, capacity_existing_mw"
                " among them: counted twice?",
                first=first,
                name=name,
            )
    spelt: dict[str, str] = {}
    for name in map(str, rows["process"]):
        first = spelt.setdefault(name.casefold(), name)
        if first != name:
            yield say("processes: '{first}' and '{name}' differ in capitals only", first=first, name=name)
