"""Plans of the optimiser and calibrated systems, each beside the version of the balance it begins from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from leb_kit.errors import InputError, say
from leb_kit.indicators import TargetSet
from leb_kit.optimise import MixResult
from leb_kit.store import documents, plan_rows, scenario_rows, versions
from leb_kit.store.archive import Archive, require_kind
from leb_kit.store.documents import Document
from leb_kit.store.parts import checked
from leb_kit.store.plan_rows import Plan
from leb_kit.store.rows import balance_of
from leb_kit.system import EnergySystem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from leb_kit.balance import Balance

#: A cell that a system gives back otherwise than its balance by less than this share of the largest, or by
#: less than a watt-hour, is the arithmetic of floats.
SAME_SHARE: Final = 1 / 10**9
SAME_MWH: Final = 1 / 10**6


class PlanArchive(Archive):
    """Calls of ``Repository`` for plans and systems."""

    def save_plan(
        self,
        given: MixResult,
        *,
        name: str,
        targets: TargetSet | None = None,
        evaluation: pd.DataFrame | None = None,
        version: int | str | None = None,
        message: str = "",
        base: int | None = None,
    ) -> Document:
        """Save a plan as the next version of its name, beside the balance that it begins from.

        Parameters
        ----------
        given : MixResult
            Of a problem that was made from a balance: its territory and year say where it belongs.
        name : str
            What to call it.
        targets : TargetSet, optional
            What it was held against; kept in the same territory, where it is not there yet.
        evaluation : pd.DataFrame, optional
            As of ``leb.evaluate`` of the plan's balance.
        version : int or str, optional
            Version or tag of the balance that the problem was made from; the newest unless one is named.
        message, base
            As in ``save_scenario``.

        Raises
        ------
        InputError
            The problem was made from tables, the balance is not in the store, or values are not finite.
        StaleError, RefusedError
            As ``save_scenario``.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> b = leb.examples.torino()
        >>> plan = leb.optimise_mix(leb.mix_problem(b, time=leb.typical_days(2)))
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     saved = repo.save(b), repo.save_plan(plan, name="cheapest")
        ...     found = repo.load_plan("cheapest", territory="001272")
        ...     found.balance_version, found.status, found.cost_eur == plan.cost_eur
        (1, 'optimal', True)
        """
        require_kind(given, MixResult)
        frame = given.problem.frame
        if frame is None:
            told = say("the problem was made from tables; a plan is kept beside the balance it begins from")
            raise InputError(say("store"), [told])
        if targets is not None:
            require_kind(targets, TargetSet)
        parts = plan_rows.of_plan(given, evaluation)
        with self._writing(say("save")) as connection:
            start = self._head(connection, frame.territory, frame.year, version)
            used = None if targets is None else self._targets_here(connection, frame.territory, targets)
            told_of: dict[str, Any] = {"year": start.year, "balance_version": start.version}
            key = ("plan", name, frame.territory)
            return self._put(connection, key, parts, message, base, used=used, **told_of)

    def load_plan(self, name: str, *, territory: str, version: int | None = None) -> Plan:
        """Load a plan, its newest version unless one is named; as ``load_scenario``."""
        return plan_rows.plan_of(*self._load("plan", name, territory, version))

    def save_system(
        self,
        given: EnergySystem,
        *,
        name: str = "base",
        version: int | str | None = None,
        message: str = "",
        base: int | None = None,
    ) -> Document:
        """Save a calibrated system as the next version of its name, beside the balance that it reproduces.

        Parameters
        ----------
        given : EnergySystem
            Its territory and year say where it belongs.
        name : str
            What to call it; a territory may have several systems.
        version, message, base
            As in ``save_plan``.

        Raises
        ------
        InputError
            The balance is not in the store, or the system does not give it back: the cells that differ most.
        StaleError, RefusedError
            As ``save_scenario``.

        Examples
        --------
        >>> import tempfile, leb_kit as leb
        >>> b = leb.examples.torino()
        >>> with tempfile.TemporaryDirectory() as folder, leb.Repository(f"{folder}/leb.db") as repo:
        ...     saved = repo.save(b), repo.save_system(leb.calibrate(b))
        ...     repo.load_system("base", territory="001272")
        EnergySystem(001272 2019: 65 processes, 28 services)
        """
        require_kind(given, EnergySystem)
        parts = plan_rows.of_system(given)
        with self._writing(say("save")) as connection:
            start = self._head(connection, given.territory, given.year, version)
            _require_same(given, balance_of([(start, versions.read(connection, start))]), start.version)
            told: dict[str, Any] = {
                "label_it": given.name,
                "year": start.year,
                "balance_version": start.version,
            }
            return self._put(connection, ("system", name, given.territory), parts, message, base, **told)

    def load_system(self, name: str = "base", *, territory: str, version: int | None = None) -> EnergySystem:
        """Load a calibrated system, its newest version unless one is named; as ``load_scenario``."""
        return plan_rows.system_of(*self._load("system", name, territory, version))

    def _targets_here(self, connection: Connection, code: str, given: TargetSet) -> Document:
        """Return the newest version of a target set here, saved now where it is not the same."""
        parts = checked(given.name, "targets", scenario_rows.of_targets(given))
        found = documents.newest(connection, code, "targets", given.name)
        if found is not None and documents.read(connection, found) == parts:
            return found
        told: dict[str, Any] = {"label_it": given.label_it, "label_en": given.label_en}
        return self._put(connection, ("targets", given.name, code), parts, "", None, **told)


def _require_same(system: EnergySystem, balance: Balance, version: int) -> None:
    """Refuse a system that does not give a balance back.

    Raises
    ------
    InputError
        The cells that differ most.
    """
    key = ["flow", "product"]
    made, wanted = (one.leaves.set_index(key)["energy_mwh"] for one in (system.to_balance(), balance))
    gap = made.sub(wanted, fill_value=0).abs()
    wrong = gap[gap > SAME_SHARE * wanted.abs().max() + SAME_MWH].nlargest(3)
    if len(wrong):
        faults = [
            say(
                "{cell}: the system gives {made} MWh, version {version} of its balance has {wanted}. "
                "Calibrate it anew",
                cell=" ".join(cell),
                made=f"{made.get(cell, 0):g}",
                wanted=f"{wanted.get(cell, 0):g}",
                version=version,
            )
            for cell in wrong.index
        ]
        raise InputError(say("store"), faults)
