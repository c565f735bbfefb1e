"""The page of data: the table of a balance, files, checks and versions."""

from __future__ import annotations

import html
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import ipywidgets
import pandas as pd
import traitlets

from leb_kit import io
from leb_kit.apps import territory_data as data
from leb_kit.apps.asked_view import AskedView
from leb_kit.apps.data_texts import PAGE
from leb_kit.apps.embedded import show_widget
from leb_kit.apps.guard import guarded, safely
from leb_kit.apps.visitor import asked_words
from leb_kit.balance import Balance, check
from leb_kit.errors import InputError
from leb_kit.io.files import require_unpacked
from leb_kit.store import Repository
from leb_kit.widgets import BalanceTable, FileDoor, PageHeader, ViewBar
from leb_kit.widgets.texts import LANGUAGES

#: Variable that says where the store of the page is: a file, or the address of a server.
STORE: Final = "LEB_STORE"
START: Final = (data.CITY, 2019)
#: A file that holds more, unpacked, would take the memory of all who share the server.
MOST_BYTES: Final = 200_000_000
#: More sentences about a file than these help nobody.
MOST_TOLD: Final = 12
STYLE: Final = (
    "<style>.leb-versions{font:13px/1.5 system-ui,sans-serif;color:var(--jp-ui-font-color1,#1f2a37);"
    "overflow:auto;max-width:calc(100vw - 56px)}"
    ".leb-versions h2{font:600 17px/1.35 system-ui,sans-serif;margin:0 0 8px;color:inherit}"
    ".leb-versions p{margin:0}.leb-versions table{border-collapse:collapse}"
    ".leb-versions :is(th,td){padding:4px 16px 4px 0;text-align:left;"
    "border-bottom:1px solid var(--jp-border-color2,#d5dbe2)}</style>"
)
SHOWN: Final = ("version", "state", "author", "made_at", "message", "cells")


@guarded
def show(words: Mapping[str, str] | None = None) -> None:
    """Show the page of data.

    Parameters
    ----------
    words : Mapping[str, str], optional
        What the address asks for (terr, anno, unita, lingua); default: that of the visitor.
    """
    # everything slow comes first: a preheated page stops at asked_words() until a visitor arrives
    place = os.environ.get(STORE, "")
    page = DataPage(Repository(place) if place else None)
    page.ask(asked_words() if words is None else words)
    show_widget(page.box())


class DataPage:
    """The parts of the page, and how they follow each other.

    Parameters
    ----------
    store : Repository, optional
        Where versions are kept; without it nothing can be saved, and the page says so.
    """

    def __init__(self, store: Repository | None = None) -> None:
        self.store = store
        self.found: Balance | None = None
        self.shown = START
        self.bar = ViewBar(data.places(), territory=START[0], year=START[1])
        self.header = PageHeader(
            *({lang: PAGE[lang][key] for lang in LANGUAGES} for key in ("heading", "line"))
        )
        self.table = BalanceTable(*self._newest(*START)[:1], save=store, version=self._newest(*START)[1])
        # the page has one switch of each for all its parts
        self.table.language_switch = self.table.unit_switch = False
        self.door = FileDoor(read=self._safe(self._read), take=self._safe(self._take), write=self._write)
        self.log, self.pick = ipywidgets.HTML(), ipywidgets.Dropdown()
        self.opener = ipywidgets.Button()
        self._join()

    def ask(self, words: Mapping[str, str]) -> None:
        """Show what an address asks for; each word that cannot be followed is told."""
        view = AskedView.of(words, data.places(), territory=START[0], year=START[1])
        self.header.lang = view.lang
        self.bar.unit = view.unit
        with self.bar.hold_trait_notifications():
            self.bar.territory, self.bar.year = view.territory, view.year
        for notice in view.notices:
            self.bar.tell(notice)

    def box(self) -> Any:
        """Return the page."""
        for part in (self.table, self.door, self.log):
            part.layout.margin = "0 0 26px 0"
        chosen = ipywidgets.HBox([self.pick, self.opener], layout={"flex_flow": "row wrap"})
        self.versions = chosen
        self._list()
        parts = [self.header, self.bar, self.table, self.door, self.log, chosen]
        return ipywidgets.VBox(parts, layout={"overflow": "visible"})

    def _join(self) -> None:
        for part in (self.bar, self.table, self.door):
            traitlets.dlink((self.header, "lang"), (part, "lang"))
        traitlets.link((self.bar, "unit"), (self.table, "unit"))
        self.bar.observe(self._safe(self._moved), ["territory", "year"])
        self.header.observe(self._safe(lambda _: self._list()), "lang")
        self.table.observe(self._safe(lambda _: self._list()), "notice")
        self.opener.on_click(self._safe(self._open))

    def _safe(self, do: Callable[..., None]) -> Callable[..., None]:
        return safely(do, self.bar.tell, lambda: str(self.header.lang))

    def _word(self, key: str, **parts: object) -> str:
        return PAGE[self.header.lang][key].format(**parts)

    # ── what is in the table ─────────────────────────────────────────────────────────────────────────────

    def _newest(self, territory: str, year: int) -> tuple[Balance, int | None]:
        """Return the newest version of the store, or else the balance that ships."""
        heads = self._heads(territory, year)
        if self.store is None or heads.empty:
            return data.balance_of(territory, year), None
        newest = int(heads["version"].max())
        return self.store.load(territory=territory, year=year, version=newest), newest

    def _heads(self, territory: str, year: int) -> pd.DataFrame:
        if self.store is None:
            return pd.DataFrame(columns=list(SHOWN))
        return self.store.search(territory=territory, year=year)

    def _moved(self, _: Any) -> None:
        code, year = self.shown
        if (self.bar.territory, self.bar.year) == self.shown:
            return
        if self._unsaved():
            with self.bar.hold_trait_notifications():
                self.bar.territory, self.bar.year = code, year
            return
        self.shown = (self.bar.territory, self.bar.year)
        balance, version = self._newest(self.bar.territory, self.bar.year)
        self.table.show(balance, version=version)
        self._list()

    def _open(self, _: Any) -> None:
        """Open the version that was picked; one that is not in the list is none."""
        known = set(self._heads(*self.table.balance.one())["version"])
        if self.store is None or self.pick.value not in known or self._unsaved():
            return
        territory, year = self.table.balance.one()
        version = int(self.pick.value)
        self.table.show(self.store.load(territory=territory, year=year, version=version), version=version)
        self.door.tell([self._word("opened", version=version)])

    def _unsaved(self) -> bool:
        """Tell of changes that would be lost; what would lose them is not done."""
        count = len(self.table.changes())
        if count:
            self.bar.tell({lang: PAGE[lang]["unsaved"].format(count=count) for lang in LANGUAGES})
        return count > 0

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────

    def _read(self, name: str, content: bytes) -> None:
        """Look at a file: what it holds, whether it closes; the table stays as it is."""
        self.found = None
        try:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / (name or "file")
                file.write_bytes(content)
                require_unpacked(file, MOST_BYTES)
                found = io.read_any(file)
        except InputError as error:
            told = [self._word("not_read", name=name), *error.faults[:MOST_TOLD]]
            if len(error.faults) > MOST_TOLD:
                told.append(self._word("more_faults", count=len(error.faults) - MOST_TOLD))
            self.door.tell(told, refused=True)
            return
        self.found = found
        table = found.table
        known = zip(table["territory"].astype(str), table["year"].astype(int), strict=True)
        said = [
            self._word(
                "read",
                name=name,
                cells=len(table),
                flows=table["flow"].nunique(),
                products=table["product"].nunique(),
            )
        ]
        wrong = int((check(found).table["severity"] != "info").sum())
        said.append(self._word("faults", count=wrong) if wrong else self._word("closes"))
        self.door.tell(
            [*said, *found.notes[:MOST_TOLD]], parts=[self._part(*part) for part in sorted(set(known))]
        )

    def _part(self, code: str, year: int) -> dict[str, str]:
        one = self._of(code, year)
        return {"id": f"{code} {year}", **{lang: one.title(lang) for lang in LANGUAGES}}

    def _of(self, code: str, year: int) -> Balance:
        assert self.found is not None  # noqa: S101 parts are offered of a file that was read
        return self.found.filter(territory=code, year=year)

    def _take(self, part: str) -> None:
        """Put a part of the file into the table; it is saved on the newest version of its own territory."""
        if self.found is None or self._unsaved():
            return
        code, year = part.rsplit(" ", 1)
        one = self._of(code, int(year))
        heads = self._heads(code, int(year))
        newest = None if heads.empty else int(heads["version"].max())
        self.table.show(one, version=newest)
        self.door.tell([self._word("taken", name=one.title(self.header.lang))])
        self._list()

    def _write(self) -> tuple[str, bytes]:
        balance = self.table.balance
        code, year = balance.one()
        with tempfile.TemporaryDirectory() as folder:
            file = io.write_excel(balance, Path(folder) / "balance.xlsx", lang=self.header.lang)
            return f"leb_{code}_{year}.xlsx", file.read_bytes()

    # ── versions ─────────────────────────────────────────────────────────────────────────────────────────

    def _list(self) -> None:
        """List the versions of what is in the table."""
        heads = self._heads(*self.table.balance.one())
        shown = [int(version) for version in sorted(heads["version"], reverse=True)]
        if list(self.pick.options) != shown:
            self.pick.options = shown
            self.pick.value = shown[0] if shown else None
        self.pick.description, self.opener.description = self._word("pick"), self._word("open")
        self.log.value = _versions(heads, PAGE[self.header.lang], kept=self.store is not None)
        if hasattr(self, "versions"):
            self.versions.layout.display = None if shown else "none"


def _versions(heads: pd.DataFrame, words: Mapping[str, str], *, kept: bool) -> str:
    """Return the versions as a table; whatever people wrote is text."""
    title = f"<h2>{words['versions']}</h2>"
    if heads.empty:
        sentence = words["no_versions" if kept else "no_store"]
        return f'{STYLE}<div class="leb-versions">{title}<p>{sentence}</p></div>'
    head = "".join(f'<th scope="col">{words[name]}</th>' for name in SHOWN)
    rows = ""
    for row in heads.sort_values("version", ascending=False).to_dict("records"):
        when = str(row["made_at"])[:16].replace("T", " ")
        told = {**row, "state": words.get(row["state"], row["state"]), "made_at": when}
        line = "".join(f"<td>{html.escape(str(told[column]))}</td>" for column in SHOWN)
        rows += f"<tr>{line}</tr>"
    name = words["versions"]
    return (
        f'{STYLE}<div class="leb-versions" role="region" tabindex="0" aria-label="{name}">{title}'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
