"""A solve under watch: it can be stopped, tells how far it is, and cannot hold the caller for ever.

HiGHS looks at a flag between its iterations, but not while it reduces or factorises a large program. So
it runs in a thread, and who waits does so no longer than agreed: a solver that does not come back in time
is left behind, and stops by itself at its next iteration.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from leb_kit.errors import InputError, LebError, say
from leb_kit.optimise.solver.methods import AUTOMATIC, Method
from leb_kit.units import is_number

#: How far a solver that is to be gentle stands back (the ``nice`` of its thread).
_BACK = 10
#: Seconds between two looks at the clock and at the wish to stop.
_LOOK_S = 1 / 20
#: Looks between two words on how far the solver is.
_LOOKS_PER_WORD = 10
#: Looks that the solver gets to stop by itself: half a second where it is asked to, nine tenths where its
#: time is over.
_LOOKS_TO_STOP = 10
_LOOKS_OF_GRACE = 18


@dataclass(frozen=True, eq=False)
class Incumbent:
    """The best plan that a search for whole numbers has told of.

    ``x``: values of columns, in the solver's unit where they are no whole numbers; ``gap``: how much cheaper
    another may be, a share.
    """

    x: np.ndarray
    gap: float


class CancelledMix(LebError):
    """The search was stopped before there was a plan.

    ``incumbent``: what a solver that did not come back had found until then.
    """

    def __init__(self, incumbent: Incumbent | None = None) -> None:
        self.incumbent = incumbent
        super().__init__(say("the search was stopped before there was a plan"))


class LeftBehindError(Exception):
    """The solver did not come back within its time; ``incumbent`` is what it had found until then."""

    def __init__(self, incumbent: Incumbent | None = None) -> None:
        self.incumbent = incumbent
        super().__init__()


@dataclass(frozen=True)
class Progress:
    """How far a solve is.

    ``seconds`` since it began; ``iterations`` done; ``cost_eur`` of the best plan and ``gap``, how much
    cheaper another might be (a share), where the plan has whole numbers, or is held against its year, and
    one is known; ``steps`` of the plan that is being held against its year.
    """

    seconds: float
    iterations: int
    cost_eur: float | None = None
    gap: float | None = None
    steps: int | None = None


@dataclass(frozen=True)
class Watch:
    """What holds for every solve meanwhile: wish to stop, listener, method, and whether it stands back."""

    cancel: threading.Event | None = None
    progress: Callable[[Progress], object] | None = None
    method: Method = AUTOMATIC
    gentle: bool = False

    @property
    def cancelled(self) -> bool:
        """Whether somebody wishes to stop."""
        return self.cancel is not None and self.cancel.is_set()


_NOBODY = Watch()
_current: ContextVar[Watch] = ContextVar("watch", default=_NOBODY)


def current() -> Watch:
    """Return what holds for a solve that begins now."""
    return _current.get()


def require_limits(time_limit_s: object, cancel: object, progress: object) -> None:
    """Refuse what cannot stop a search, or hear of it, before the search begins.

    Raises
    ------
    InputError
        A time that is no number from 0 up, a wish to stop that is no event, a listener that is no function.
    """
    faults = []
    endless = time_limit_s is None or (isinstance(time_limit_s, float) and np.isposinf(time_limit_s))
    if not endless and not (is_number(time_limit_s) and time_limit_s >= 0):
        faults.append(
            say("time_limit_s is {value}; seconds from 0 up are expected", value=repr(time_limit_s))
        )
    if cancel is not None and not isinstance(cancel, threading.Event):
        faults.append(say("cancel is {value}; a threading.Event is expected", value=repr(cancel)))
    if progress is not None and not callable(progress):
        faults.append(say("progress is {value}; a function is expected", value=repr(progress)))
    if faults:
        raise InputError(say("mix problem"), faults)


@contextmanager
def watching(
    cancel: threading.Event | None = None,
    progress: Callable[[Progress], object] | None = None,
    method: Method | None = None,
    *,
    gentle: bool = False,
) -> Iterator[None]:
    """Have every solve inside watched; what is not said stays as it is outside.

    Parameters
    ----------
    cancel : threading.Event, optional
        Once it is set, the solver stops within a second.
    progress : Callable[[Progress], object], optional
        Called every half second, in the thread of the caller.
    method : Method, optional
        How linear programs are solved.
    gentle : bool
        Whether the solver leaves the processor to whatever else wants to run: a page that answers meanwhile.
        Only on Linux, where threads have a priority of their own.

    Examples
    --------
    >>> stop = threading.Event()
    >>> with watching(cancel=stop):
    ...     stop.set()
    ...     current().cancelled
    True
    """
    require_limits(None, cancel, progress)
    outer = _current.get()
    token = _current.set(
        Watch(
            cancel or outer.cancel,
            progress or outer.progress,
            method or outer.method,
            gentle or outer.gentle,
        )
    )
    try:
        yield
    finally:
        _current.reset(token)


class SmallSolves:
    """Many small solves one after the other, each too short to be watched: they stop and tell in between.

    A listener hears every half second how many are done, as ``iterations``.
    """

    def __init__(self) -> None:
        self._began = self._told = time.monotonic()
        self._done = 0

    def begin(self) -> None:
        """Begin the next one.

        Raises
        ------
        CancelledMix
            Somebody wishes to stop.
        """
        watch, now = current(), time.monotonic()
        if watch.cancelled:
            raise CancelledMix
        if watch.progress is not None and now - self._told >= _LOOK_S * _LOOKS_PER_WORD:
            self._told = now
            watch.progress(Progress(now - self._began, self._done))
        self._done += 1


def _eur_per_unit(highs: Any) -> float:
    """Return what a unit of the cost the solver works with, which it tells on its way, is in ours."""
    scales = [int(highs.getOptionValue(f"user_{kind}_scale")[1]) for kind in ("objective", "bound")]
    return float(2.0 ** -sum(scales))


@dataclass
class _Signals:
    """What the solver says and hears between two iterations."""

    halt: bool = False
    iterations: int = 0
    cost: float | None = None
    gap: float | None = None
    eur_per_unit: float = 1.0
    x: np.ndarray | None = None
    listened: bool = True
    started: float = field(default_factory=time.monotonic)

    def hear(self, event: Any) -> None:
        """Note how far the solver is, if anybody listens; stop it where that is wished."""
        if self.listened:  # every pivot comes here
            data = event.data_out
            self.iterations = max(int(data.simplex_iteration_count), int(data.ipm_iteration_count))
        if self.halt:
            event.interrupt()

    def hear_whole(self, event: Any) -> None:
        """The same between two nodes of a search for whole numbers."""
        data = event.data_out
        self.iterations = int(data.mip_node_count)
        if abs(data.mip_primal_bound) < float("inf"):
            self.cost = float(data.mip_primal_bound) * self.eur_per_unit
            self.gap = float(data.mip_gap)
        if self.halt:
            event.interrupt()

    def hear_better(self, event: Any) -> None:
        """Keep a plan that is better than those before."""
        self.x = np.array(event.data_out.mip_solution)

    def incumbent(self) -> Incumbent | None:
        """Return the best plan heard of, if any."""
        return None if self.x is None else Incumbent(self.x, np.nan if self.gap is None else self.gap)

    def told(self) -> Progress:
        """Return what a listener is told."""
        return Progress(time.monotonic() - self.started, self.iterations, self.cost, self.gap)


def run(highs: Any, time_limit_s: float | None = None) -> None:
    """Run a solver that holds a program.

    Parameters
    ----------
    highs : highspy.Highs
        It keeps its answer, its status ``kInterrupt`` where it was stopped.
    time_limit_s : float, optional
        Seconds after which (and nine tenths more) it is left behind.

    Raises
    ------
    CancelledMix
        It was to stop and did not come back within half a second; with the best plan it told of.
    LeftBehindError
        Its time is over and it does not come back; likewise.
    """
    watch = current()
    signals = _Signals(eur_per_unit=_eur_per_unit(highs), listened=watch.progress is not None)
    if watch.cancelled:
        raise CancelledMix
    heard = [
        (highs.cbSimplexInterrupt, signals.hear),
        (highs.cbIpmInterrupt, signals.hear),
        (highs.cbMipInterrupt, signals.hear_whole),
        (highs.cbMipImprovingSolution, signals.hear_better),
    ]
    for place, hear in heard:
        place.subscribe(hear)
    work = partial(_behind, highs.run) if watch.gentle else highs.run
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    try:
        _wait(worker, signals, watch, time_limit_s)
    except BaseException:
        signals.halt = True  # also where somebody pressed Ctrl-C: the solver does not go on alone
        raise
    finally:
        if not worker.is_alive():
            for place, hear in heard:
                place.unsubscribe(hear)


def _behind(work: Callable[[], object]) -> None:
    """Do work in this thread, behind whatever else on the machine wants to run."""
    if sys.platform == "linux":
        own = os.getpriority(os.PRIO_PROCESS, 0)
        with contextlib.suppress(OSError):  # where that is not allowed, it is done like any other
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), own + _BACK)
    work()


def _wait(worker: threading.Thread, signals: _Signals, watch: Watch, time_limit_s: float | None) -> None:
    looks = 0
    while worker.is_alive():
        worker.join(_LOOK_S)
        looks += 1
        late = time_limit_s is not None and time.monotonic() - signals.started > time_limit_s
        if watch.cancelled or late:
            signals.halt = watch.cancelled
            # one that stands back hears of it later, and may have a plan to bring
            patient = 2 if watch.gentle and signals.cost is not None else 1
            worker.join(_LOOK_S * (_LOOKS_TO_STOP * patient if watch.cancelled else _LOOKS_OF_GRACE))
            if worker.is_alive():
                raise (CancelledMix if watch.cancelled else LeftBehindError)(signals.incumbent())
        elif watch.progress is not None and looks % _LOOKS_PER_WORD == 0:
            watch.progress(signals.told())
