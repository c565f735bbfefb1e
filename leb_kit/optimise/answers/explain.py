"""Why no plan exists, in words and with numbers that were checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from leb_kit.errors import LebError, language, say
from leb_kit.optimise.answers.conflict import Conflict
from leb_kit.optimise.answers.rounding import SLACK, decimals_of, rounded_up
from leb_kit.optimise.answers.words import amount as told_amount
from leb_kit.optimise.answers.words import number
from leb_kit.optimise.checks.loops import earning, earning_told
from leb_kit.optimise.question.problem import AT_LEAST, MixProblem
from leb_kit.reference.shown import Prose

#: Hundredths of a percentage point are told.
POINT_STEPS = 100


@dataclass(frozen=True)
class Relaxation:
    """A single change that makes a plan possible: limit, by how much, and the value it takes then.

    Of a share also what was asked and what can be attained, 0–1.
    """

    limit: str
    label_it: str
    label_en: str
    amount: float
    allowed: float
    unit: str
    sense: str
    share_asked: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class Shortfall:
    """Energy that nobody can serve at a bus, even without targets: MWh/year, and at most MW at once."""

    bus: str
    energy_mwh: float
    power_mw: float | None


class InfeasibleMix(LebError):
    """No plan meets all limits at once.

    ``clash``: labels of targets that cannot hold together; ``relaxations``: the smallest single
    changes, each checked to make a plan possible; ``shortfalls``: where even without targets something
    is not served; ``conflict``: requirements of any kind (targets, potentials, demands, networks, added
    constraints) that exclude each other, none of them in vain; ``stopped_after_s``: the search for reasons
    ran out of time and may lack some.
    ``text(lang)`` is the sentence in Italian or English; ``str()`` in the language that was chosen
    (``set_language``; English as it starts).
    """

    def __init__(
        self,
        clash: pd.DataFrame,
        relaxations: tuple[Relaxation, ...],
        *,
        shortfalls: tuple[Shortfall, ...] = (),
        stopped_after_s: float | None = None,
        conflict: Conflict | None = None,
    ) -> None:
        self.clash_rows = clash
        self.exclusion = conflict
        self.relaxations = relaxations
        self.shortfalls = shortfalls
        self.stopped_after_s = stopped_after_s
        super().__init__(self.text(language()))

    @property
    def clash(self) -> tuple[str, ...]:
        """The clashing targets, in words (English)."""
        return tuple(self.clash_rows["label_en"])

    @property
    def conflict(self) -> pd.DataFrame:
        """What excludes itself: a row for each requirement; none where the search gave up, as ``text`` says.

        ``what_it``, ``what_en`` in words, ``kind``, then where it stands in the input: ``table``, ``row`` and
        ``column``, its ``value`` and ``unit``, of a pathway the ``year``, and the value that would be
        ``enough``, all else as it is (NaN where none is known, or where ``relaxations`` tells it). Together
        they have no plan, whatever else is asked; without any one of them the others have one.
        """
        return (self.exclusion or Conflict()).table()

    def requirements(self, lang: str = "it") -> list[str]:
        """Return what excludes itself, each with the value that would be enough, where one is known."""
        return (self.exclusion or Conflict()).lines(lang)

    def text(self, lang: str = "it") -> str:
        """Return the explanation in ``lang``."""
        said = [self.reasons(lang)]
        return Prose(" ".join(said if self.exclusion is None else [*said, self.exclusion.text(lang)]))

    def reasons(self, lang: str = "it") -> str:
        """Return the explanation without the requirements that exclude each other."""
        italian = lang != "en"
        labels = "; ".join(self.clash_rows["label_it" if italian else "label_en"])
        said = [self._head(labels, italian=italian)]
        said += [self._sentence(item, italian=italian) for item in self.relaxations]
        said += [_shortfall(item, lang) for item in self.shortfalls]
        if self.stopped_after_s is not None:
            limit = number(self.stopped_after_s, lang)
            said.append(
                f"La ricerca delle ragioni si è fermata dopo {limit} s: possono essercene altre."
                if italian
                else f"The search for reasons stopped after {limit} s: there may be more."
            )
        return " ".join(said)

    def _head(self, labels: str, *, italian: bool) -> str:
        if not labels and self.stopped_after_s is not None:
            return "Nessun piano è possibile." if italian else "No plan is possible."
        if not labels:
            return (
                "Nessun piano è possibile: i limiti fisici (capacità, potenziali, fabbisogni) non stanno"
                " insieme, anche senza obiettivi."
                if italian
                else "No plan is possible: physical limits (capacities, potentials, demands) cannot hold"
                " together, even without targets."
            )
        alone = len(self.clash_rows) == 1
        if italian:
            head = f"Nessun piano {'raggiunge' if alone else 'soddisfa insieme'}: {labels}."
            return head + " Possono esserci altri conflitti."
        head = f"No plan meets {'this' if alone else 'these together'}: {labels}."
        return head + " There may be further conflicts."

    @staticmethod
    def _sentence(item: Relaxation, *, italian: bool) -> str:
        # Rounded away from the limit: the number that is told must be enough.
        decimals = decimals_of(item.amount)
        away = -1 if item.sense == AT_LEAST else 1
        shown = max(decimals, 0)
        amount = f"{rounded_up(item.amount, decimals):,.{shown}f}"
        allowed = f"{away * rounded_up(away * item.allowed, decimals):,.{shown}f}"
        if italian:
            swap = str.maketrans(",.", ".,")
            amount, allowed = amount.translate(swap), allowed.translate(swap)
        head, to = (
            (f"Basta allentare «{item.label_it}» di", "a")
            if italian
            else (f"It is enough to relax '{item.label_en}' by", "to")
        )
        amount = f"{amount} {item.unit}".rstrip()
        if item.share is not None and item.share_asked is not None:
            return f"{head} {amount} ({_points(item.share_asked, item.share, italian=italian)})."
        # A share is held against zero (renewables less the share of consumption): no new value to tell.
        share = item.allowed == -item.amount
        return f"{head} {amount}." if share else f"{head} {amount} ({to} {allowed})."


def _points(asked: float, share: float, *, italian: bool) -> str:
    """Tell a share in percentage points, rounded down: what is told is attained."""
    lang = "it" if italian else "en"
    attained = math.floor((share + SLACK * SLACK) * 100 * POINT_STEPS) / POINT_STEPS
    points = number(asked * 100 - attained, lang, decimals=2)
    value = number(attained, lang, decimals=2)
    return (
        f"{points} punti percentuali, a {value} %" if italian else f"{points} percentage points, to {value} %"
    )


def _shortfall(item: Shortfall, lang: str) -> str:
    """Say what is not served at a bus."""
    energy = told_amount(item.energy_mwh, "MWh", lang)
    power = "" if item.power_mw is None else told_amount(item.power_mw, "MW", lang)
    if lang != "en":
        return f"Al nodo «{item.bus}» mancano {energy} all'anno" + (
            f", fino a {power} insieme." if power else "."
        )
    return f"At '{item.bus}' {energy} a year cannot be served" + (
        f", up to {power} at once." if power else "."
    )


class UnboundedMix(LebError):
    """The plan could earn without end: a process sells more than it costs and has no limit."""


def explain_unbounded(problem: MixProblem, added: Sequence[str] = ()) -> UnboundedMix:
    """Name the processes that earn together, or those that earn and have no limit.

    ``added``: variables of the analyst's own that lower the cost and have no bound there; they are named
    where no process earns.
    """
    loop = earning(problem)
    if loop is not None:
        return UnboundedMix(earning_told(problem, loop))
    rows = problem.processes
    endless = np.isinf(rows["capacity_max_mw"]) & np.isinf(rows["annual_max_mwh"])
    sells = rows[(rows["variable_eur_per_mwh"] < 0) & endless]
    if added and sells.empty:
        return UnboundedMix(
            say(
                "The cost has no lower end: added variable {names} lowers it and has no bound on that side."
                " Give it bounds, or a constraint.",
                names=", ".join(added),
            )
        )
    names = ", ".join(sells["process"]) or say("a combination of processes")
    told = say("The cost has no lower end: {names} can earn without limit.", names=names)
    return UnboundedMix(
        told + say(" Give capacity_max_mw, annual_max_mwh or a price that is not below cost.")
    )
