"""A balance as a table that people type in: checked while they type, undone, saved with a reason."""

from __future__ import annotations

import logging
import pathlib
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import anywidget
import pandas as pd
import traitlets

from leb_kit.balance import Balance
from leb_kit.balance.require import require_balance
from leb_kit.errors import InputError, reference, say, speaking
from leb_kit.reference import catalog
from leb_kit.reference.sourcing import other_words
from leb_kit.widgets.flow_state import unit_factors
from leb_kit.widgets.table_edits import Draft, known
from leb_kit.widgets.table_state import (
    DIFFERENCE,
    OPEN_COLUMNS,
    OPEN_LINES,
    cells_of,
    changed,
    faults_of,
    lines,
    sources_of,
    stated,
    sums,
)
from leb_kit.widgets.table_texts import TABLE
from leb_kit.widgets.texts import LANGUAGES, SHOWN_UNITS

STATIC: Final = pathlib.Path(__file__).parent / "static"
REST: Final = "_UNALLOCATED"
LONGEST_MESSAGE: Final = 500
_log = logging.getLogger(__name__)


class Keeper(Protocol):
    """What keeps versions of balances, such as ``leb.Repository``."""

    def save(self, given: Balance, *, message: str = "", base: int | None = None) -> Any:
        """Save as the next version."""

    def load(self, *, territory: str, year: int, version: int | None = None) -> Balance:
        """Give a version, the newest by default."""


class BalanceTable(anywidget.AnyWidget):
    """Flows by products of one territory and year: typed, pasted, checked, undone, saved.

    Parameters
    ----------
    balance : Balance
        One territory and one year.
    save : Repository or callable, optional
        Where *save* puts it: ``save.save(balance, message=…, base=version)``, or ``save(balance, message)``.
        Without it nothing can be saved from the table; ``table.balance`` has the changes all the same.
    version : int, optional
        The version that ``balance`` is of in the repository: who saved meanwhile is told, nothing is lost.
    unit : str
        ``"MWh"``, ``"GWh"``, ``"TJ"`` or ``"ktep"``; what is typed is in the unit that is shown.
    lang : str
        ``"it"`` or ``"en"``; numbers are typed as the language writes them.
    editable : bool
        ``False`` shows only.
    source : str, optional
        What a typed cell names as its source (``"typed by hand"``); its status becomes E (estimated).

    Raises
    ------
    InputError
        More than one territory or year, an unknown unit or language.

    Examples
    --------
    >>> import leb_kit as leb
    >>> table = BalanceTable(leb.examples.torino())
    >>> table.type_in([("FC_OTH_HH_E", "G3000", "1.500")])  # GWh, written in Italian
    True
    >>> table.changes().round(1).values.tolist()
    [['FC_OTH_HH_E', 'G3000', 1424218.0, 1500000.0]]
    >>> table
    BalanceTable(Torino 2019: 1 cell changed, 1 fault)
    """

    _esm = STATIC / "balance_table.js"

    rows = traitlets.List(traitlets.Dict()).tag(sync=True)
    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    cells = traitlets.Dict().tag(sync=True)
    was = traitlets.Dict().tag(sync=True)
    sources = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sources_it = traitlets.List(traitlets.Unicode()).tag(sync=True)
    typed_sums = traitlets.List(traitlets.Unicode()).tag(sync=True)
    faults = traitlets.List(traitlets.Dict()).tag(sync=True)
    steps = traitlets.Dict().tag(sync=True)
    more = traitlets.Dict().tag(sync=True)
    notice = traitlets.Dict().tag(sync=True)
    unit = traitlets.Enum(SHOWN_UNITS, "GWh").tag(sync=True)
    units = traitlets.Dict().tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    language_switch = traitlets.Bool(True).tag(sync=True)
    unit_switch = traitlets.Bool(True).tag(sync=True)
    may_edit = traitlets.Bool(default_value=True).tag(sync=True)
    may_save = traitlets.Bool(default_value=False).tag(sync=True)
    titles = traitlets.Dict().tag(sync=True)
    texts = traitlets.Dict(TABLE).tag(sync=True)

    def __init__(
        self,
        balance: Balance,
        *,
        save: Keeper | Callable[[Balance, str], Any] | None = None,
        version: int | None = None,
        unit: str = "GWh",
        lang: str = "it",
        editable: bool = True,
        source: str | None = None,
    ) -> None:
        require_balance(balance, say("table"))
        balance.one()
        faults = []
        if lang not in LANGUAGES:
            choices = ", ".join(LANGUAGES)
            faults.append(say("unknown language '{lang}'; known are {known}", lang=lang, known=choices))
        if unit not in SHOWN_UNITS:
            choices = ", ".join(SHOWN_UNITS)
            faults.append(say("unknown unit '{unit}'; known are {known}", unit=unit, known=choices))
        if faults:
            raise InputError(say("table"), faults)
        self._draft = Draft(balance, TABLE[lang]["by_hand"] if source is None else source)
        self._keeper, self._version = save, version
        self._extra: dict[str, set[str]] = {"flows": set(), "products": set()}
        self._count = 0
        shown = {"unit": unit, "lang": lang, "units": unit_factors(), "may_edit": editable}
        super().__init__(**shown, may_save=save is not None and editable, **self._state(lang))
        self.on_msg(self._asked)
        self.observe(lambda _: self._tell_faults(), "lang")

    @property
    def balance(self) -> Balance:
        """The balance with all changes."""
        return self._draft.current

    @property
    def version(self) -> int | None:
        """The version that changes are made on, where a repository keeps it."""
        return self._version

    def changes(self) -> pd.DataFrame:
        """Return the cells typed since the start or the last save: flow, product, before and after, MWh."""
        rows = self._draft.changes()
        keys = zip(rows["flow"], rows["product"], strict=True)
        return rows[[key not in self._draft.following for key in keys]].reset_index(drop=True)

    def type_in(self, cells: list[tuple[str, str, str]]) -> bool:
        """Type text into cells (flow, product, text), in the unit and language shown; all of them or none.

        Returns
        -------
        bool
            Whether anything changed.

        Raises
        ------
        InputError
            Every cell that is no number, is a sum, or may not be below zero; nothing is changed.
        """
        with speaking(self.lang):
            change = self._draft.typed(cells, self.unit, self.lang)
        if not self._draft.apply(change):
            return False
        self._show()
        return True

    def show(self, balance: Balance, *, version: int | None = None) -> None:
        """Show another balance; changes of the one before are left."""
        require_balance(balance, say("table"))
        balance.one()
        self._draft = Draft(balance, self._draft.source)
        self._version = version
        self._extra = {"flows": set(), "products": set()}
        self._show()
        self.notice = {}

    # ── what the page asks for ───────────────────────────────────────────────────────────────────────────

    def _asked(self, _: Any, content: Any, __: Any) -> None:
        """Do what the page asks for; whatever else it sends does nothing."""
        if not isinstance(content, dict) or not self.may_edit:
            return
        acts: dict[str, Callable[[dict[str, Any]], None]] = {
            "type": self._type,
            "undo": lambda _: self._moved(self._draft.undo()),
            "redo": lambda _: self._moved(self._draft.redo()),
            "add": self._add,
            "save": self._save,
            "rebase": lambda _: self._rebase(),
        }
        act = acts.get(str(content.get("do")))
        if act is None:
            return
        with speaking(self.lang):
            try:
                act(content)
            except InputError as error:
                self._tell("refused", error.faults, refused=True)
            except Exception as error:  # noqa: BLE001 - a page must say something; the log has the rest
                name = reference(error)
                _log.exception("the table failed, reference %s", name)
                self._tell("", [self._word("internal", reference=name)], refused=True)

    def _type(self, content: dict[str, Any]) -> None:
        given = content.get("cells")
        if not isinstance(given, list) or not all(_is_cell(cell) for cell in given):
            return
        skipped = content.get("skipped")
        self.type_in([(cell[0], cell[1], cell[2]) for cell in given])
        if len(given) > 1:
            said = [self._word("pasted", count=len(given))]
            if isinstance(skipped, int) and skipped > 0:
                said.append(self._word("skipped", count=skipped))
            self._tell("", said)

    def _moved(self, moved: bool) -> None:  # noqa: FBT001
        if moved:
            self._show()

    def _add(self, content: dict[str, Any]) -> None:
        for kind in ("flows", "products"):
            code = content.get(kind)
            if isinstance(code, str) and code in known(kind) - sums(kind):
                self._extra[kind].add(code)
                self._show()

    def _save(self, content: dict[str, Any]) -> None:
        message = content.get("message")
        if not self.may_save or not isinstance(message, str) or self.changes().empty:
            return
        message = message.strip()[:LONGEST_MESSAGE]
        if not message:
            self._tell("", [self._word("save_off_message")], refused=True)
            return
        try:
            said = self._kept(message)
        except InputError as error:
            self._tell("not_saved", error.faults, refused=True, **self._theirs(getattr(error, "newest", 0)))
            return
        self._draft.settle()
        self._show()
        self._tell("", [said])

    def _kept(self, message: str) -> str:
        """Save, and say as what."""
        keeper = self._keeper
        if not hasattr(keeper, "save"):
            keeper(self.balance, message)  # type: ignore[misc]
            return self._word("saved_plain")
        saved = keeper.save(self.balance, message=message, base=self._version)  # type: ignore[union-attr]
        self._version = int(saved[0].version)
        return self._word("saved", version=self._version)

    def _theirs(self, newest: int) -> dict[str, Any]:
        """Return what somebody else changed meanwhile, cell by cell, and whether it was changed here too."""
        if not newest or not hasattr(self._keeper, "load"):
            return {}
        found = changed(stated(self._draft.base), stated(self._newest(newest)))
        mine = {(row.flow, row.product): row.after_mwh for row in self.changes().itertuples()}
        cells = [
            {"flow": row.flow, "product": row.product, "before": _plain(row.before_mwh)}
            | {"after": _plain(row.after_mwh), "both": (row.flow, row.product) in mine}
            | {"mine": _plain(mine.get((row.flow, row.product)))}
            | {lang: _place(row.flow, row.product, lang) for lang in LANGUAGES}
            for row in found.itertuples()
        ]
        return {"newest": newest, "cells": cells}

    def _newest(self, version: int) -> Balance:
        territory, year = self._draft.base.one()
        return self._keeper.load(territory=territory, year=year, version=version)  # type: ignore[union-attr]

    def _rebase(self) -> None:
        newest = self.notice.get("newest")
        if not isinstance(newest, int) or not newest:
            return
        self._draft.put_on(self._newest(newest))
        self._version = newest
        self._show()
        self._tell("", [self._word("rebased", version=newest)])

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────

    def _state(self, lang: str) -> dict[str, Any]:
        draft = self._draft
        cells = cells_of(draft.current)
        flows = {flow for flow in cells if not flow.endswith(REST)} | self._extra["flows"]
        products = {product for row in cells.values() for product in row} | self._extra["products"]
        shown = {flow: row for flow, row in cells.items() if flow in flows}
        before = self.changes()
        return {
            "rows": lines("flows", flows, OPEN_LINES),
            "columns": lines("products", products, OPEN_COLUMNS),
            "cells": shown,
            "was": {f"{row.flow} {row.product}": _plain(row.before_mwh) for row in before.itertuples()},
            "sources": sources_of(draft.current),
            "sources_it": other_words(sources_of(draft.current)),
            "typed_sums": [
                DIFFERENCE,
                *(f"{flow} {product}" for flow, product in sorted(draft.typed_sums())),
            ],
            "faults": faults_of(draft.current, lang),
            "steps": {"undo": len(draft.done), "redo": len(draft.undone)},
            "more": {
                kind: _more(kind, present) for kind, present in (("flows", flows), ("products", products))
            },
            "titles": {lang: draft.current.title(lang) for lang in LANGUAGES},
        }

    def _show(self) -> None:
        with self.hold_sync():
            for name, value in self._state(self.lang).items():
                setattr(self, name, value)
            self.notice = {}

    def _tell_faults(self) -> None:
        self.faults = faults_of(self._draft.current, self.lang)

    def _tell(self, opening: str, said: Sequence[str], *, refused: bool = False, **more: Any) -> None:
        """Tell sentences; each notice differs from the one before, so that a reader hears it again."""
        self._count += 1
        first = [self._word(opening)] if opening else []
        self.notice = {"number": self._count, "refused": refused, "said": [*first, *said], **more}

    def _word(self, key: str, **parts: object) -> str:
        return TABLE[self.lang][key].format(**parts)

    def __repr__(self) -> str:
        """Name the place and count changes; no addresses, so that stored notebooks compare equal."""
        count, faults = len(self.changes()), len(self.faults)
        cells = f"{count} cell{'' if count == 1 else 's'} changed"
        return (
            f"BalanceTable({self.balance.title('en')}: {cells}, {faults} fault{'' if faults == 1 else 's'})"
        )


def _is_cell(given: Any) -> bool:
    return isinstance(given, list) and len(given) == 3 and all(isinstance(part, str) for part in given)


def _plain(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _place(flow: str, product: str, lang: str) -> str:
    return f"{catalog.label('flow', flow, lang)}, {catalog.label('product', product, lang)}"


def _more(kind: str, present: set[str]) -> list[dict[str, str]]:
    """Return what can be added: code and names, in the order of the tables."""
    return [
        {"code": code, **{lang: catalog.label(kind[:-1], code, lang) for lang in LANGUAGES}}
        for code in catalog.table(kind)["code"]
        if code in known(kind) - sums(kind) - present
    ]
