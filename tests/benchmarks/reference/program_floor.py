"""The floor: index arithmetic in numpy, one sparse matrix, handed to HiGHS. Written without leb_kit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
from scipy.sparse import coo_matrix, csc_matrix

from .case import Case
from .measure import Record, set_options

INF = np.inf
#: Costs, lower and upper bounds of columns, matrix, lower and upper sides of rows.
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, csc_matrix, np.ndarray, np.ndarray]


class Floor:
    """Columns: the capacities, then one block of hours for each flow."""

    def __init__(self, case: Case) -> None:
        self.case, self.hour = case, np.arange(case.hours, dtype=np.int32)
        numbers = case.numbers
        self.capacity = {name: place for place, name in enumerate(case.decided)}
        flows = [*numbers["sources"], *numbers["converters"], *numbers["markets"]]
        flows += [f"{store} {part}" for store in numbers["stores"] for part in ("in", "out", "content")]
        self._first = {name: len(self.capacity) + n * case.hours for n, name in enumerate(flows)}
        self.count = len(self.capacity) + len(flows) * case.hours
        self._rows, self._columns, self._values = [], [], []
        self._low, self._high, self._height = [], [], 0

    def at(self, flow: str) -> np.ndarray:
        """Return the columns of a flow."""
        return self._first[flow] + self.hour

    def rows(self, count: int, low: Any, high: Any) -> np.ndarray:
        """Begin new rows; return their numbers."""
        new = np.arange(self._height, self._height + count, dtype=np.int32)
        self._low.append(np.broadcast_to(np.asarray(low, dtype=float), count))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=float), count))
        self._height += count
        return new

    def put(self, rows: np.ndarray, columns: Any, values: Any) -> None:
        """Put coefficients into rows."""
        parts = np.broadcast_arrays(rows, columns, np.asarray(values, dtype=float))
        for one, part in zip((self._rows, self._columns, self._values), parts, strict=True):
            one.append(part)

    def below(self, flow: str, capacity: str, factor: Any) -> None:
        """Add flow ≤ factor × capacity."""
        rows = self.rows(self.case.hours, -INF, 0)
        self.put(rows, self.at(flow), 1)
        self.put(rows, self.capacity[capacity], -np.asarray(factor))

    def matrix(self) -> tuple[csc_matrix, np.ndarray, np.ndarray]:
        """Return matrix and sides."""
        rows, columns, values = (np.concatenate(one) for one in (self._rows, self._columns, self._values))
        matrix = coo_matrix((values, (rows, columns)), shape=(self._height, self.count)).tocsc()
        return matrix, np.concatenate(self._low), np.concatenate(self._high)


def build(case: Case, *, apart: bool = False, without: Sequence[str] = ()) -> Arrays:
    """Return the program as arrays.

    Parameters
    ----------
    case : Case
        The problem.
    apart : bool
        The power of a store limits what goes in and what comes out each by itself, as in PyPSA and oemof;
        otherwise their sum, as in leb_kit.
    without : Sequence[str]
        Limits of the year that are left out.
    """
    floor = Floor(case)
    balances(floor)
    limits_by_capacity(floor, apart=apart)
    limits_of_year(floor, without)
    cost, upper = np.zeros(floor.count), np.full(floor.count, INF)
    for name, plant in case.decided.items():
        cost[floor.capacity[name]] = case.capacity_cost(plant)
        upper[floor.capacity[name]] = plant.get("mw_max", INF)
        cost[floor.at(f"{name} out" if name in case.numbers["stores"] else name)] = plant["eur_per_mwh"]
    for name, market in case.numbers["markets"].items():
        cost[floor.at(name)] = market["sign"] * case.hourly(market["price"])
        upper[floor.at(name)] = market["mw"]
    matrix, low, high = floor.matrix()
    return cost, np.zeros(floor.count), upper, matrix, low, high


def balances(floor: Floor) -> None:
    """Add: what is given at a bus is what is taken."""
    case, numbers = floor.case, floor.case.numbers
    flows: list[tuple[str, str, Any]] = []
    for group in ("sources", "markets"):
        flows += [(one["bus"], name, one.get("sign", 1)) for name, one in numbers[group].items()]
    for name, converter in numbers["converters"].items():
        flows.append((converter["takes"], name, -1))
        flows += [(bus, name, case.value(factor)) for bus, factor in converter["gives"].items()]
    for name, store in numbers["stores"].items():
        flows += [(store["bus"], f"{name} out", 1), (store["bus"], f"{name} in", -1)]
    fixed = [(plant["bus"], case.hourly(plant["profile"])) for plant in numbers["fixed"].values()]
    for bus in case.buses:
        used = case.demand(bus) - sum(given for at, given in fixed if at == bus)
        rows = floor.rows(case.hours, used, used)
        for at, flow, factor in flows:
            if at == bus:
                floor.put(rows, floor.at(flow), factor)


def limits_by_capacity(floor: Floor, *, apart: bool) -> None:
    """Add what capacity allows, and the content of stores, which ends as it began."""
    case, numbers = floor.case, floor.case.numbers
    for name, source in numbers["sources"].items():
        floor.below(name, name, case.hourly(source["profile"]))
    for name in numbers["converters"]:
        floor.below(name, name, 1)
    for name, store in numbers["stores"].items():
        floor.below(f"{name} content", name, store["hours"])
        for parts in (("in",), ("out",)) if apart else (("in", "out"),):
            rows = floor.rows(case.hours, -INF, 0)
            floor.put(rows, floor.capacity[name], -1)
            for part in parts:
                floor.put(rows, floor.at(f"{name} {part}"), 1)
        rows = floor.rows(case.hours, 0, 0)
        content = floor.at(f"{name} content")
        floor.put(rows, content, 1)
        floor.put(rows, np.roll(content, 1), store["loss"] - 1)
        floor.put(rows, floor.at(f"{name} in"), -store["charge"])
        floor.put(rows, floor.at(f"{name} out"), 1 / store["discharge"])


def limits_of_year(floor: Floor, without: Sequence[str]) -> None:
    """Add the limits on sums over all hours."""
    case = floor.case
    for name, limit in case.numbers["limits"].items():
        if name in without:
            continue
        least = limit["sense"] == "at_least"
        rest = case.limit_rest(name)
        row = floor.rows(1, rest if least else -INF, INF if least else rest)
        for plant, factor in case.limit_terms(name).items():
            floor.put(row, floor.at(plant), case.value(factor))


def hand_over(arrays: Arrays) -> highspy.Highs:
    """Return a solver that holds the arrays."""
    cost, lower, upper, matrix, low, high = arrays
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS takes options so
    rows, columns = matrix.shape
    starts, indices = (one.astype(np.int32, copy=False) for one in (matrix.indptr, matrix.indices))
    by_column, minimise, whole = 1, 1, np.zeros(columns, dtype=np.int32)
    highs.passModel(
        columns, rows, matrix.nnz, by_column, minimise, 0.0, cost, lower, upper, low, high,
        starts, indices, matrix.data, whole,
    )  # fmt: skip
    return highs


def measure(case: Case, record: Record, method: str) -> None:
    """Build, hand over, solve."""
    with record.stage("build"):
        arrays = build(case)
    with record.stage("hand over"):
        highs = hand_over(arrays)
    if record.run(highs, method):
        x = highs.getSolution().col_value
        record.capacities({name: x[place] for name, place in Floor(case).capacity.items()})


def measure_frontier(case: Case, record: Record, points: int) -> None:
    """Draw cost against CO2 with the bare solver: one HiPO solve, then the last basis from side to side."""
    arrays = build(case, without=case.numbers["frontier"]["without"])
    kept = [name for name in case.numbers["limits"] if name not in case.numbers["frontier"]["without"]]
    row = arrays[3].shape[0] - len(kept) + kept.index("co2")
    with record.stage("one plan"):
        highs = hand_over(arrays)
        set_options(highs, "hipo")
        highs.run()
    record.out["objective"] = highs.getInfo().objective_function_value
    fixed = case.limit_rest("co2") - case.limit_value("co2")
    with record.stage("frontier"):
        highs = hand_over(arrays)
        record.out["frontier_eur"] = []
        for place, value in enumerate(case.steps_of_limit("co2", points)):
            set_options(highs, "simplex" if place else "hipo")
            highs.changeRowBounds(row, -INF, value + fixed)
            highs.run()
            record.out["frontier_eur"].append(highs.getInfo().objective_function_value)
