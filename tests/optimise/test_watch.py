"""A solve under watch: stopped, heard of, and never longer than agreed."""

import os
import sys
import threading
import time
from functools import partial
from types import SimpleNamespace

import numpy as np
import pyomo.environ as pyo
import pytest

from leb_kit import CancelledMix, InputError, frontier, sensitivity
from leb_kit.optimise import InfeasibleMix, MixProblem, optimise_mix, watching
from leb_kit.optimise.solver import watch as watch_module
from leb_kit.optimise.solver.methods import AUTOMATIC, METHODS, Method, chosen, has_extras, method_named
from leb_kit.optimise.solver.solve import SolverError
from leb_kit.optimise.solver.solve import run as run_solver
from tests.optimise.tables import near, one_heat_demand, problem

SECOND = 1.0
PLANTS = """
process bus_out profile capex_eur_per_mw_year fixed_eur_per_mw_year variable_eur_per_mwh
sun     heat    sun     6                     1                     -
boiler  heat    -       9                     -                     20
"""


def town(hours: int) -> MixProblem:
    """Sun, boiler and tank over some hours: long enough to be interrupted where there are many."""
    return problem(
        processes=PLANTS,
        profiles="sun homes\n" + "\n".join(f"{t * 37 % 101 / 101} {1 + t * 53 % 97}" for t in range(hours)),
        demands=one_heat_demand(9000, "homes"),
        storages="storage bus capex_eur_per_mwh_year charge_efficiency\ntank heat 3 0.9",
    )


def market_split(m):
    """Six equations over fifty yes-or-no, no solution in sight: a search that has plans but no end."""
    numbers = np.random.default_rng(1).integers(0, 100, size=(6, 50))
    m.yes = pyo.Var(range(50), domain=pyo.Binary)
    m.over = pyo.Var(range(6), domain=pyo.NonNegativeReals)
    m.under = pyo.Var(range(6), domain=pyo.NonNegativeReals)
    m.split = pyo.Constraint(
        range(6),
        rule=lambda m, i: (
            sum(int(numbers[i, j]) * m.yes[j] for j in range(50)) + m.under[i] - m.over[i]
            == int(numbers[i].sum() // 2)
        ),
    )
    m.least_cost.expr += sum(m.over[i] + m.under[i] for i in range(6))


def stopped_after(seconds: float) -> threading.Event:
    """An event that somebody else sets a little later."""
    stop = threading.Event()
    threading.Timer(seconds, stop.set).start()
    return stop


def test_a_linear_plan_is_stopped_within_a_second_and_nothing_passes_for_a_plan():
    """Proves: the button works while the solver works. Without it a page waits for minutes."""
    stop = stopped_after(0.3)
    begun = time.monotonic()
    with pytest.raises(CancelledMix, match="stopped before there was a plan"):
        optimise_mix(town(8760), method="simplex", cancel=stop)
    assert stop.is_set()
    assert time.monotonic() - begun < 30  # built, and stopped long before its minutes are over


def test_a_search_for_whole_numbers_keeps_the_best_plan_when_it_is_stopped(monkeypatch):
    """Proves: what was found is kept and marked. Without it an hour of search would be lost, or pass for the
    optimum."""
    # what a solver brings that comes back: one that others push aside hears of the stop late
    monkeypatch.setattr(watch_module, "_LOOKS_TO_STOP", 400)
    heard = []
    plan = optimise_mix(town(3).extend(market_split), cancel=stopped_after(2), progress=heard.append)
    assert plan.status == "cancelled"
    assert 1e-6 < plan.gap < 1
    assert plan.cost_eur > 0
    values = plan.added[plan.added["name"] == "yes"]["value"]
    assert set(np.round(values, 6)) == {0.0, 1.0}
    assert len(heard) >= 2
    assert [one.seconds for one in heard] == sorted(one.seconds for one in heard)
    assert heard[-1].cost_eur >= plan.cost_eur * (1 - 1e-9)  # told on the way, the plan may be better
    assert heard[-1].cost_eur == pytest.approx(plan.cost_eur, rel=0.01)
    assert 0 < heard[-1].gap < 1


@pytest.mark.parametrize("stop", ["cancelled", "time_limit"])
def test_a_search_that_does_not_come_back_leaves_the_best_plan_it_told_of(monkeypatch, stop):
    """Proves: the plan is kept as it is told, in our units. Without it, a solver that hears late, deep in a
    large program, takes minutes of search with it."""
    looks = "_LOOKS_TO_STOP" if stop == "cancelled" else "_LOOKS_OF_GRACE"
    monkeypatch.setattr(watch_module, looks, 0)  # nobody waits for it
    question = town(3).extend(market_split)
    options = {"cancel": stopped_after(2)} if stop == "cancelled" else {"time_limit_s": 2}
    monkeypatch.setattr(watch_module.threading, "Thread", partial(LateThread, late_s=4))
    plan = optimise_mix(question, **options)
    assert plan.status == stop
    assert 0 < plan.gap < 1
    assert "on its way" in plan.log
    values = plan.added.set_index(["name", "index"])["value"]
    assert set(np.round(values["yes"], 6)) == {0.0, 1.0}
    both = float(values["over"].sum() + values["under"].sum())
    assert plan.cost_eur == near(
        float(plan.processes["cost_eur"].sum() + plan.stores["cost_eur"].sum()) + both
    )
    assert plan.processes["energy_mwh"].sum() >= 9000 * (1 - 1e-6)
    assert plan.prices.empty


class LateThread(threading.Thread):
    """A thread that is said to work on for a while when its work is done."""

    def __init__(self, *, late_s: float, **known) -> None:
        super().__init__(**known)
        self.until = time.monotonic() + late_s

    def is_alive(self) -> bool:
        """Whether it works, or is said to."""
        return super().is_alive() or time.monotonic() < self.until


def test_time_that_runs_out_keeps_the_best_plan_too():
    plan = optimise_mix(town(3).extend(market_split), time_limit_s=1)
    assert plan.status == "time_limit"
    assert 1e-6 < plan.gap < 1


def test_who_stopped_before_it_began_gets_no_plan():
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledMix):
        optimise_mix(town(3), cancel=stop)
    with watching(cancel=stop), pytest.raises(CancelledMix):
        sensitivity(town(3))


def test_a_frontier_stops_between_its_points():
    """Proves: every solve inside is watched. Without it only the first would hear the button."""
    question = problem(
        processes=PLANTS,
        profiles="sun homes\n0 2\n1 1\n0.5 3",
        demands=one_heat_demand(12, "homes"),
        limits="limit process coefficient sense value\nco2 boiler 0.2 at_most 7",
    )
    begun = threading.Event()
    calls = []
    original = watch_module.run

    def counted(highs, limit=None):
        calls.append(limit)
        if len(calls) == 3:
            begun.set()
        original(highs, limit)

    with pytest.MonkeyPatch.context() as patch, watching(cancel=begun):
        patch.setattr("leb_kit.optimise.solver.solve.run_watched", counted)
        with pytest.raises(CancelledMix):
            frontier(question, "cost", "co2", points=9)
    assert len(calls) == 3


def test_reasons_found_before_the_stop_are_told():
    """Proves: a stop while reasons are sought still says that no plan exists."""
    short = problem(
        processes="process bus_out capacity_max_mw variable_eur_per_mwh\nboiler heat 3 1",
        demands=one_heat_demand(10),
    )
    stop = threading.Event()
    original, calls = watch_module.run, []

    def once(highs, limit=None):
        original(highs, limit)
        calls.append(limit)
        stop.set()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("leb_kit.optimise.solver.solve.run_watched", once)
        with pytest.raises(InfeasibleMix, match="No plan is possible"):
            optimise_mix(short, cancel=stop)
    assert len(calls) == 1


class Deaf:
    """A solver that hears nothing until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        place = SimpleNamespace(subscribe=lambda _: None, unsubscribe=lambda _: None)
        self.cbSimplexInterrupt = self.cbIpmInterrupt = self.cbMipInterrupt = place
        self.cbMipImprovingSolution = place

    def getOptionValue(self, name):  # noqa: ARG002, N802 as HiGHS calls it
        return None, 0

    def run(self) -> None:
        """Wait."""
        self.go.wait(60)


@pytest.fixture
def deaf():
    """One that is let go when the test is over."""
    solver = Deaf()
    yield solver
    solver.go.set()


def test_a_solver_that_never_answers_is_left_behind(deaf, monkeypatch):
    """Proves: the limit holds from outside. Without it a NaN in the solver hangs the page for ever."""
    monkeypatch.setattr(watch_module, "_LOOKS_OF_GRACE", 4)
    begun = time.monotonic()
    with pytest.raises(SolverError, match=r"did not stop within 0\.2 s"):
        run_solver(deaf, 0.2)
    assert time.monotonic() - begun < 10 * SECOND


def test_a_solver_that_does_not_hear_the_wish_to_stop_is_left_behind(deaf):
    begun = time.monotonic()
    with watching(cancel=stopped_after(0.1)), pytest.raises(CancelledMix):
        run_solver(deaf)
    assert time.monotonic() - begun < 10 * SECOND


def test_ctrl_c_stops_the_solver_as_well(monkeypatch):
    """Proves: the solver does not go on alone. Without it a core stays busy behind the prompt."""
    told = SimpleNamespace(halted=False)

    class Pressed(watch_module._Signals):
        def __setattr__(self, name, value):
            super().__setattr__(name, value)
            told.halted = told.halted or (name == "halt" and value)

    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(watch_module, "_Signals", Pressed)
    monkeypatch.setattr(watch_module, "_wait", pressed)
    with pytest.raises(KeyboardInterrupt):
        optimise_mix(town(3))
    assert told.halted


@pytest.mark.parametrize("seconds", [-1, float("nan"), "5", True])
def test_a_time_that_is_none_is_told(seconds):
    with pytest.raises(InputError, match="seconds from 0 up are expected"):
        optimise_mix(town(3), time_limit_s=seconds)


def test_what_cannot_stop_or_hear_is_told_at_once():
    with pytest.raises(InputError) as caught:
        optimise_mix(town(3), cancel=True, progress=3)
    assert len(caught.value.faults) == 2


# ── methods ──────────────────────────────────────────────────────────────────────────────────────────────

HERE = [name for name in METHODS if name != "hipo" or has_extras()]


@pytest.mark.parametrize("crossover", [True, False])
@pytest.mark.parametrize("name", HERE)
def test_every_method_gives_the_same_cost_and_the_log_says_which(name, crossover):
    """Proves: whatever the method, an optimum is proven. Without it a loose tolerance would move the cost."""
    question, best = town(48), optimise_mix(town(48))
    plan = optimise_mix(question, method=name, crossover=crossover)
    assert plan.cost_eur == pytest.approx(best.cost_eur, rel=2e-6)
    assert plan.gap <= 1e-6
    used = "simplex" if name == "auto" else name
    assert f" {used}" in plan.log
    if used != "simplex":
        assert f"{used} {'with' if crossover else 'without'} crossover" in plan.log


def test_the_method_is_chosen_by_size():
    small = SimpleNamespace(whole=None, row_lower=np.zeros(10))
    large = SimpleNamespace(whole=None, row_lower=np.zeros(200_000))
    whole = SimpleNamespace(whole=np.array([True]), row_lower=np.zeros(10))
    assert chosen(small, AUTOMATIC) == Method("simplex")
    assert chosen(large, AUTOMATIC) == Method("hipo" if has_extras() else "ipx")
    assert chosen(whole, Method("ipx")) == AUTOMATIC
    assert chosen(small, Method("pdlp", crossover=False)) == Method("pdlp", crossover=False)


def test_an_unknown_method_is_told_with_the_nearest():
    with pytest.raises(InputError, match="unknown method 'simplx'") as caught:
        optimise_mix(town(3), method="simplx")
    assert "simplex" in str(caught.value)


def test_a_method_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setattr("leb_kit.optimise.solver.methods.has_extras", lambda: False)
    with pytest.raises(InputError, match="needs the package highspy-extras"):
        method_named("hipo")
    assert chosen(SimpleNamespace(whole=None, row_lower=np.zeros(6000)), AUTOMATIC) == Method("simplex")


def test_the_inner_watch_keeps_what_it_does_not_say():
    stop = threading.Event()
    with watching(cancel=stop), watching(method=Method("ipx")):
        assert watch_module.current().cancel is stop
        assert watch_module.current().method == Method("ipx")
    assert watch_module.current().cancel is None
    assert near(1) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
@pytest.mark.parametrize("gentle", [True, False])
def test_a_gentle_solver_stands_back_and_nobody_else(monkeypatch, gentle):
    """Proves: a page goes before the search that it started. Without it an answer waits for the solver."""
    seen: list[int] = []
    real = watch_module._Signals.hear

    def hear(self, event):
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        real(self, event)

    monkeypatch.setattr(watch_module._Signals, "hear", hear)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with watching(gentle=gentle):
        optimise_mix(town(400), method="simplex")
    assert set(seen) == {min(own + 10, 19) if gentle else own}
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
