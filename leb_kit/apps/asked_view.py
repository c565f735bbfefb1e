"""What an address asks a page to show, and a sentence for each word of it that cannot be followed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from leb_kit.apps.visitor import language_of
from leb_kit.balance import Territory
from leb_kit.errors import did_you_mean, speaking
from leb_kit.widgets.flow_small import NAMES
from leb_kit.widgets.texts import LANGUAGES, SHOWN_UNITS

if TYPE_CHECKING:
    from leb_kit.widgets import FlowScheme, ViewBar

Words = dict[str, str]
#: Words that pages of ours follow, each page some of them; others may be anyone's.
FOLLOWED: Final = (
    *("terr", "anno", "unita", "apri", "passato", "lingua", "misure", "nel", "edificio"),
    *("vista", "a", "b", "con", "bilancio", "kcal"),
)
#: Longest word of an address that is repeated in a sentence.
REPEATED: Final = 40

SENTENCES: Final[dict[str, Words]] = {
    "territory": {
        "it": "L'indirizzo chiede il territorio «{word}», che qui non c'è: si vede {shown}.",
        "en": "The address asks for the territory “{word}”, which is not here: {shown} is shown.",
    },
    "year": {
        "it": "{place}: non c'è l'anno «{word}»; fra {years} si vede il {shown}.",
        "en": "{place}: there is no year “{word}”; of {years}, {shown} is shown.",
    },
    "only_year": {
        "it": "{place}: non c'è l'anno «{word}»; c'è solo il {shown}.",
        "en": "{place}: there is no year “{word}”; there is only {shown}.",
    },
    "unit": {
        "it": "L'unità «{word}» non è conosciuta; sono possibili {known}: si usa {shown}.",
        "en": "The unit “{word}” is not known; possible are {known}: {shown} is used.",
    },
    "lang": {
        "it": "La lingua «{word}» non c'è; sono possibili {known}.",
        "en": "There is no language “{word}”; possible are {known}.",
    },
    "foreign": {
        "it": "Questa pagina non segue «{word}» nell'indirizzo; segue {known}.",
        "en": "This page does not follow “{word}” in the address; it follows {known}.",
    },
    "past": {
        "it": "Il percorso del gas non ha l'anno «{word}»; fra {years} si vede il {shown}.",
        "en": "The path of gas has no year “{word}”; of {years}, {shown} is shown.",
    },
    "other_year": {
        "it": "{place}: l'anno {word} non c'è, si vede il {shown}.",
        "en": "{place}: there is no year {word}, {shown} is shown.",
    },
    "opened": {
        "it": "Lo schema non ha «{word}»: non è aperto nulla.",
        "en": "The scheme has no “{word}”: nothing is opened.",
    },
}


@dataclass
class AskedView:
    """What to show, after every word of the address was looked at.

    Parameters
    ----------
    territory, year, unit, lang : str, int, str, str
        What is shown.
    opened : str
        Node, arrow or product of the scheme to be opened; not looked at here.
    past : str
        Year of the scheme of past years; not looked at here.
    notices : list of dict
        A sentence by language for each word that could not be followed.
    """

    territory: str
    year: int
    unit: str = "GWh"
    lang: str = "it"
    opened: str = ""
    past: str = ""
    notices: list[Words] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        words: Mapping[str, str],
        places: Iterable[tuple[Territory, tuple[int, ...]]],
        *,
        territory: str,
        year: int,
    ) -> AskedView:
        """Read the words of an address: terr, anno, unita, apri, passato, lingua.

        Parameters
        ----------
        words : Mapping[str, str]
            As ``visitor.asked_words`` gives them.
        places : iterable of (Territory, years)
            What can be shown.
        territory, year
            What is shown where nothing, or nothing known, is asked for.

        Examples
        --------
        >>> places = [(Territory.known("IT"), (2018, 2019))]
        >>> view = AskedView.of({"terr": "IT", "anno": "1999"}, places, territory="IT", year=2019)
        >>> view.year, view.notices[0]["en"]
        (2019, 'Italy: there is no year “1999”; of 2018, 2019, 2019 is shown.')
        """
        known = {place.code: (place, years) for place, years in places}
        view = cls(territory, year, lang=language_of(words))
        view.opened, view.past = words.get("apri", ""), words.get("passato", "")
        view.read_place(words, known)
        view.read_unit(words)
        view.read_language(words)
        return view

    def read_place(
        self, words: Mapping[str, str], known: Mapping[str, tuple[Territory, tuple[int, ...]]]
    ) -> None:
        """Read territory and year."""
        asked = words.get("terr", "")
        if asked in known:
            self.territory, self.year = asked, known[asked][1][-1]
        elif asked:
            place = known[self.territory][0]
            shown = {lang: place.name(lang) for lang in LANGUAGES}
            self.tell("territory", asked, near=known, shown=shown)
        place, years = known[self.territory]
        year = words.get("anno", "")
        if year in map(str, years):
            self.year = int(year)
        elif year:
            names = {lang: place.name(lang) for lang in LANGUAGES}
            key = "year" if len(years) > 1 else "only_year"
            self.tell(key, year, place=names, years=", ".join(map(str, years)), shown=str(self.year))

    def read_unit(self, words: Mapping[str, str]) -> None:
        """Read the unit."""
        unit = words.get("unita", "")
        exact = {name.casefold(): name for name in SHOWN_UNITS}
        if unit and unit.casefold() in exact:
            self.unit = exact[unit.casefold()]
        elif unit:
            self.tell("unit", unit, near=SHOWN_UNITS, known=", ".join(SHOWN_UNITS), shown=self.unit)

    def read_language(self, words: Mapping[str, str]) -> None:
        """Read the language."""
        lang = words.get("lingua", "")
        if lang and lang not in LANGUAGES:
            self.tell("lang", lang, known=", ".join(LANGUAGES))

    def refuse_foreign(self, words: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
        """Tell the words of other pages that this one does not follow; return them blank, to be taken out."""
        found = [name for name in FOLLOWED if name in words and name not in known]
        for name in found:
            self.tell("foreign", name, known=", ".join(known))
        return dict.fromkeys(found, "")

    def open(self, scheme: FlowScheme) -> None:
        """Open what is asked for in a scheme, or tell that it is not there."""
        if not self.opened:
            return
        choices = openable(scheme)
        if self.opened in choices:
            scheme.selected = {"type": choices[self.opened], "id": self.opened}
        else:
            self.refuse_opened(list(choices))

    def refuse_opened(self, near: Collection[str]) -> None:
        """Tell that what should be opened is not in the scheme."""
        self.tell("opened", self.opened, near=near)
        self.opened = ""

    def refuse_past(self, years: Collection[int], shown: int) -> None:
        """Tell that the scheme of past years has no such year."""
        self.tell("past", self.past, years=", ".join(map(str, years)), shown=str(shown))

    def tell(
        self,
        what: str,
        word: str,
        *,
        near: Iterable[str] = (),
        sentences: Mapping[str, Words] = SENTENCES,
        **parts: str | Words,
    ) -> None:
        """Add a sentence in both languages, with the word and the parts it names."""
        short = word if len(word) <= REPEATED else word[:REPEATED] + "…"
        notice = {}
        for lang in LANGUAGES:
            own = {name: part if isinstance(part, str) else part[lang] for name, part in parts.items()}
            with speaking(lang):
                notice[lang] = sentences[what][lang].format(word=short, **own) + did_you_mean(word, near)
        self.notices.append(notice)


def other_year(place: Territory, asked: int, shown: int) -> Words:
    """Return the sentence that a territory was chosen which has no such year."""
    told = {"word": str(asked), "shown": str(shown)}
    return {lang: SENTENCES["other_year"][lang].format(place=place.name(lang), **told) for lang in LANGUAGES}


def chosen(bar: ViewBar, shown: tuple[str, int]) -> tuple[str, int] | None:
    """Return the territory and year that a page is to show now.

    None where they are shown already, or where the territory has no such year: then its last is put into the
    bar, which asks again, and the bar tells why.
    """
    code, year = bar.territory, bar.year
    years = bar.years(code)
    if year not in years:
        bar.tell(other_year(Territory.known(code), year, years[-1]))
        bar.year = years[-1]
        return None
    return None if (code, year) == shown else (code, year)


def openable(scheme: FlowScheme) -> dict[str, str]:
    """Return what can be opened: arrow, node or product of a scheme, by its code."""
    parts = (("link", scheme.links), ("node", scheme.nodes), ("product", scheme.products))
    # what is gathered has no name of its own that an address could keep
    return {str(one["id"]): kind for kind, ones in parts for one in ones if one["id"] not in NAMES}


def opened_in(scheme: FlowScheme) -> str:
    """Return the code of what is open in a scheme; blank where nothing, or nothing that has a code."""
    chosen = scheme.selected
    opened = str(chosen.get("id", ""))
    return opened if opened and openable(scheme).get(opened) == chosen.get("type") else ""
