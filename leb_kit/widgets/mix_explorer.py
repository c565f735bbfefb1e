"""The optimiser as a screen: find a plan, see it, and ask what else is possible."""

from __future__ import annotations

import logging
import pathlib
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from leb_kit.balance import Territory
from leb_kit.errors import InputError, LebError, reference, speaking
from leb_kit.widgets.mix_state import (
    both,
    days_state,
    dispatch_state,
    frontier_state,
    impossible_state,
    plan_state,
    ranges_state,
    relaxed,
)
from leb_kit.widgets.mix_texts import MIX
from leb_kit.widgets.texts import LANGUAGES

if TYPE_CHECKING:
    from leb_kit.optimise import Alternatives, Frontier, MixProblem, MixResult

STATIC: Final = pathlib.Path(__file__).parent / "static"
#: Seconds between two looks at the clock while something runs.
TICK_S: Final = 0.5
PHASES: Final = ("start", "running", "done", "impossible", "stopped", "failed")
#: What an answer fills.
FOUND: Final = ("plan", "impossible", "failure", "days", "dispatch", "frontier", "ranges")
VIEWS: Final = ("plan", "dispatch", "frontier", "ranges")
_log = logging.getLogger(__name__)


class MixExplorer(anywidget.AnyWidget):
    """Find the least-cost plan of a problem, see it, and ask what else is possible.

    Parameters
    ----------
    problem : MixProblem
        From ``mix_problem`` or ``MixProblem.from_tables``.
    points : int
        Points of the frontier.
    slack : float
        How much dearer alternatives may be, as a share of the least cost.
    lang : str
        ``"it"`` or ``"en"``.
    title : str, optional
        Heading; default: the place of the problem.

    Notes
    -----
    The buttons work in a thread, so that the page stays alive; ``run()``, ``draw_frontier()`` and
    ``find_ranges()`` do the same and wait. What comes from the page is checked: a name that is not offered
    does nothing.
    """

    _esm = STATIC / "mix_explorer.js"

    phase = traitlets.Enum(PHASES, "start").tag(sync=True)
    job = traitlets.Enum(["", "plan", "frontier", "ranges"], "").tag(sync=True)
    seconds = traitlets.Int(0).tag(sync=True)
    view = traitlets.Enum(VIEWS, "plan").tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)
    impossible = traitlets.Dict().tag(sync=True)
    failure = traitlets.Dict().tag(sync=True)
    days = traitlets.Dict().tag(sync=True)
    dispatch = traitlets.Dict().tag(sync=True)
    frontier = traitlets.Dict().tag(sync=True)
    point = traitlets.Int(-1).tag(sync=True)
    ranges = traitlets.Dict().tag(sync=True)
    asked = traitlets.Dict().tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict(MIX).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)

    def __init__(
        self,
        problem: MixProblem,
        *,
        points: int = 7,
        slack: float = 0.05,
        lang: str = "it",
        title: str | None = None,
    ) -> None:
        if lang not in LANGUAGES:
            raise InputError("mix explorer", [f"unknown language '{lang}'; one of {', '.join(LANGUAGES)}"])
        self._points, self._slack = points, slack
        self._cancel, self._busy, self._telling = threading.Event(), threading.Lock(), threading.Lock()
        self._take(problem)
        super().__init__(titles=_titles(problem, title), lang=lang)
        self.observe(lambda change: self._told(self._answer, change), "asked")
        self.observe(lambda change: self._told(self._choose_point, change), "point")

    def show(self, problem: MixProblem, *, title: str | None = None) -> None:
        """Ask about another problem in the same place; what is running is stopped, what was found goes.

        Parameters
        ----------
        problem : MixProblem
            As at first.
        title : str, optional
            Heading; default: the place of the problem.
        """
        self._cancel.set()
        # what is running must not answer a question that is no longer asked, nor tell how it ended
        with self._busy, self._telling:
            self._take(problem)
            with self.hold_sync(), self.hold_trait_notifications():
                self.phase, self.job, self.view, self.seconds, self.point = "start", "", VIEWS[0], 0, -1
                for name in FOUND:
                    setattr(self, name, {})
                self.titles = _titles(problem, title)

    def _take(self, problem: MixProblem) -> None:
        self.problem = problem
        self.result: MixResult | None = None
        self._best: MixResult | None = None
        self._curve: Frontier | None = None
        self._alternatives: Alternatives | None = None
        self._relaxations: dict[str, Any] = {}

    def run(self) -> MixResult | None:
        """Find the plan and show it; nothing where there is none (the reasons are shown)."""
        self._work("plan", self._find_plan)
        return self.result

    def draw_frontier(self) -> None:
        """Draw what each step towards lower emissions costs."""
        self._work("frontier", self._find_frontier)

    def find_ranges(self) -> None:
        """Look for the least and the most of each technology near the least cost."""
        self._work("ranges", self._find_ranges)

    def stop(self) -> None:
        """Stop what is running."""
        self._cancel.set()

    def _answer(self, change: Any) -> None:
        """Do what a button asks for, in a thread; whatever else the page sends does nothing."""
        asked = change["new"]
        what = str(asked.get("do"))
        jobs: dict[str, Callable[[], object]] = {
            "run": self.run,
            "frontier": self.draw_frontier,
            "ranges": self.find_ranges,
        }
        if what == "stop":
            self.stop()
        elif what == "day" and self.result is not None:
            self._show_day(str(asked.get("bus", "")), asked.get("day"))
        elif what == "relax" and str(asked.get("limit")) in self._relaxations and not self._busy.locked():
            self.problem = relaxed(self.problem, self._relaxations[str(asked["limit"])])
            threading.Thread(target=self.run, daemon=True).start()
        elif what in jobs and not self._busy.locked():
            threading.Thread(target=jobs[what], daemon=True).start()

    def _work(self, job: str, find: Callable[[], str]) -> None:
        """Do one job at a time, with a clock; what goes wrong is a sentence."""
        if not self._busy.acquire(blocking=False):
            return
        self._cancel.clear()
        before = "done" if self.plan else "start"
        done = threading.Event()
        self.set_trait("job", job)
        self.set_trait("seconds", 0)
        self.set_trait("phase", "running")
        phase = ""
        clock = threading.Thread(target=self._tick, args=(done,), daemon=True)
        clock.start()
        try:
            with speaking(self.lang):
                phase = self._watched(find)
        except Exception as error:  # noqa: BLE001 - a page must say something; the log has the rest
            phase = self._fault(error)
        finally:
            done.set()
            clock.join()
            with self._telling:
                self._busy.release()
                self.set_trait("phase", phase or before)

    def _fault(self, error: Exception) -> str:
        """Say what went wrong: faults of the question in words, others by reference and in the log."""
        if isinstance(error, LebError):
            self.failure = dict.fromkeys(LANGUAGES, str(error))
        else:
            name = reference(error)
            _log.error("the mix explorer failed, reference %s", name, exc_info=error)
            self.failure = both(lambda lang: MIX[lang]["internal"].format(reference=name))
        return "failed"

    def _told(self, do: Callable[[Any], None], change: Any) -> None:
        """Follow what the page sends; what goes wrong is a sentence."""
        try:
            with speaking(self.lang):
                do(change)
        except Exception as error:  # noqa: BLE001 - a page must say something; the log has the rest
            self.set_trait("phase", self._fault(error))

    def _watched(self, find: Callable[[], str]) -> str:
        """Do a job that the stop button ends."""
        from leb_kit.optimise import CancelledMix, watching

        try:
            # the page goes before: its answers take milliseconds, the search seconds
            with watching(cancel=self._cancel, gentle=True):
                return find()
        except CancelledMix:
            return "stopped"

    def _tick(self, done: threading.Event) -> None:
        start = time.monotonic()
        while not done.wait(TICK_S):
            self.set_trait("seconds", int(time.monotonic() - start))

    def _find_plan(self) -> str:
        from leb_kit.optimise import InfeasibleMix, optimise_mix

        try:
            result = optimise_mix(self.problem)
        except InfeasibleMix as error:
            self.result, self._relaxations = None, {one.limit: one for one in error.relaxations}
            self.impossible, self.plan = impossible_state(error), {}
            return "impossible"
        self._best = result
        self._curve = self._alternatives = None
        with self.hold_sync():
            self.frontier, self.ranges, self.point, self.impossible = {}, {}, -1, {}
            self._show(result)
        return "stopped" if result.status != "optimal" else "done"

    def _show(self, result: MixResult) -> None:
        self.result = result
        self.plan, self.days = plan_state(result), days_state(result)
        buses = self.days["buses"]
        self.dispatch = dispatch_state(result, buses[0]["bus"], 0) if buses else {}

    def _show_day(self, bus: str, day: object) -> None:
        known = [one["bus"] for one in self.days["buses"]]
        if (
            self.result is not None
            and bus in known
            and isinstance(day, int)
            and 0 <= day < len(self.days["days"])
        ):
            self.dispatch = dispatch_state(self.result, bus, day)

    def _find_frontier(self) -> str:
        from leb_kit.optimise import frontier

        self._curve = frontier(self.problem, "cost", "co2", points=self._points)
        self.point = -1
        self.frontier = frontier_state(self._curve)
        return "done" if self.plan else "start"

    def _find_ranges(self) -> str:
        from leb_kit.optimise import alternatives

        self._alternatives = alternatives(self.problem, slack=self._slack)
        self.ranges = ranges_state(self._alternatives)
        return "done" if self.plan else "start"

    def _choose_point(self, change: Any) -> None:
        """Show the plan of a point of the frontier; −1 is the least-cost plan again."""
        point = change["new"]
        if self._curve is not None and any(one["point"] == point for one in self.frontier.get("points", [])):
            self._show(self._curve.plan(point))
        elif point == -1 and self._best is not None and self.result is not self._best:
            self._show(self._best)

    def __repr__(self) -> str:
        """Say what is asked and what was found; no addresses, so that stored notebooks compare equal."""
        found = repr(self.result) if self.result is not None else self.phase
        return f"MixExplorer({self.problem!r}: {found})"


def _titles(problem: MixProblem, title: str | None) -> dict[str, str]:
    own: dict[str, str] = both(lambda lang: title or _title(problem, lang))
    return own


def _title(problem: MixProblem, lang: str) -> str:
    """Name the place, where the problem has one."""
    if problem.frame is None:
        return MIX[lang]["untitled"]
    return MIX[lang]["title"].format(name=Territory.known(problem.frame.territory).name(lang))
