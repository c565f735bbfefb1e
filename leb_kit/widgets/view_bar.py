"""What a page shows: territory, year and unit, kept in the address; and what it has to tell."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import traitlets

from leb_kit.balance import Territory
from leb_kit.errors import InputError
from leb_kit.widgets.address_bar import KeptBar
from leb_kit.widgets.texts import LANGUAGES, SHOWN_UNITS, Texts

STATIC: Final = pathlib.Path(__file__).parent / "static"

BAR: Final[Texts] = {
    "it": {
        "title": "Che cosa si vede",
        "territory": "Territorio",
        "year": "Anno",
        "unit": "Unità",
        "country": "Stati",
        "region": "Regioni",
        "province": "Province",
        "municipality": "Comuni",
        "": "Altri",
        "close": "Chiudi",
        "working": "{name}: un momento …",
    },
    "en": {
        "title": "What is shown",
        "territory": "Territory",
        "year": "Year",
        "unit": "Unit",
        "country": "Countries",
        "region": "Regions",
        "province": "Provinces",
        "municipality": "Municipalities",
        "": "Others",
        "close": "Close",
        "working": "{name}: one moment …",
    },
}


class ViewBar(KeptBar):
    """Choice of territory, year and unit; in a page of ours the address follows it.

    Parameters
    ----------
    places : iterable of (Territory, years)
        What can be shown, each territory with its years.
    territory, year, unit : str, int, str
        What is shown at the start.
    units : sequence of str
        What the visitor chooses from; none where the page has no use for a choice.
    lang : str
        ``"it"`` or ``"en"``.

    Raises
    ------
    InputError
        Nothing can be shown, or the start is not among it.

    Examples
    --------
    >>> bar = ViewBar([(Territory.known("IT"), (2018, 2019))], territory="IT", year=2019)
    >>> bar
    ViewBar(IT 2019, 1 territory)
    """

    _esm = STATIC / "view_bar.js"

    places = traitlets.List(traitlets.Dict()).tag(sync=True)
    working = traitlets.Dict().tag(sync=True)
    territory = traitlets.Unicode("").tag(sync=True)
    year = traitlets.Int(0).tag(sync=True)
    unit = traitlets.Enum(SHOWN_UNITS, "GWh").tag(sync=True)
    opened = traitlets.Unicode("").tag(sync=True)
    past = traitlets.Int(0).tag(sync=True)
    units = traitlets.List(traitlets.Unicode(), list(SHOWN_UNITS)).tag(sync=True)
    texts = traitlets.Dict(BAR).tag(sync=True)

    def __init__(
        self,
        places: Iterable[tuple[Territory, tuple[int, ...]]],
        *,
        territory: str,
        year: int,
        unit: str = "GWh",
        units: Sequence[str] = SHOWN_UNITS,
        lang: str = "it",
    ) -> None:
        self._years = {place.code: years for place, years in places_of(places)}
        if year not in self._years.get(territory, ()):
            raise InputError("view", [f"'{territory}' {year} cannot be shown"])
        known = [_place(Territory.known(code), years) for code, years in self._years.items()]
        super().__init__(
            places=known, territory=territory, year=year, unit=unit, units=list(units), lang=lang
        )

    def years(self, territory: str) -> tuple[int, ...]:
        """Return the years of a territory; none where it cannot be shown."""
        return self._years.get(territory, ())

    @contextmanager
    def at_work(self, names: Mapping[str, str]) -> Iterator[None]:
        """Say, while something is computed, what it is about; by language."""
        self.working = {lang: BAR[lang]["working"].format(name=name) for lang, name in names.items()}
        try:
            yield
        finally:
            self.working = {}

    @traitlets.validate("territory")
    def _known_territory(self, proposal: Any) -> str:
        """Refuse a territory that is not offered, whoever asks for it."""
        code = str(proposal["value"])
        if code not in self._years:
            raise traitlets.TraitError(f"no territory '{code}'")
        return code

    @traitlets.validate("year")
    def _known_year(self, proposal: Any) -> int:
        """Refuse a year that no territory has, whoever asks for it."""
        year = int(proposal["value"])
        if not any(year in years for years in self._years.values()):
            raise traitlets.TraitError(f"no year {year}")
        return year

    def __repr__(self) -> str:
        """Name what is shown; no addresses, so that stored notebooks compare equal."""
        count = len(self._years)
        return f"ViewBar({self.territory} {self.year}, {count} territor{'y' if count == 1 else 'ies'})"


def places_of(
    places: Iterable[tuple[Territory, tuple[int, ...]]],
) -> list[tuple[Territory, tuple[int, ...]]]:
    """Return the places, or say that there are none."""
    found = list(places)
    if not found:
        raise InputError("view", ["no territory is given"])
    return found


def _place(place: Territory, years: tuple[int, ...]) -> dict[str, Any]:
    names = {lang: place.name(lang) for lang in LANGUAGES}
    level = place.level if place.level in BAR["it"] else ""
    return {"code": place.code, "level": level, "years": list(years), **names}
