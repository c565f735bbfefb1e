"""What an address asks the page of comparisons for, and a sentence for each word that cannot be followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from leb_kit.apps.asked_view import REPEATED
from leb_kit.apps.visitor import language_of
from leb_kit.errors import did_you_mean, speaking
from leb_kit.widgets.compare_bar import CONVENTIONS, MOST, VIEWS
from leb_kit.widgets.texts import LANGUAGES

Words = dict[str, str]

SENTENCES: Final[dict[str, Words]] = {
    "choice": {
        "it": "L'indirizzo chiede il bilancio «{word}», che qui non c'è.",
        "en": "The address asks for the balance “{word}”, which is not here.",
    },
    "vista": {
        "it": "Non c'è il confronto «{word}»; ci sono {known}.",
        "en": "There is no comparison “{word}”; there are {known}.",
    },
    "kcal": {
        "it": "La convenzione «{word}» non è conosciuta; ci sono {known}.",
        "en": "The convention “{word}” is not known; there are {known}.",
    },
    "lingua": {
        "it": "La lingua «{word}» non c'è; sono possibili {known}.",
        "en": "There is no language “{word}”; possible are {known}.",
    },
    "many": {
        "it": "L'indirizzo chiede {word} territori; se ne confrontano {known}, i primi.",
        "en": "The address asks for {word} territories; {known} are compared, the first ones.",
    },
}


@dataclass
class AskedComparison:
    """What to compare, after every word of the address was looked at.

    Parameters
    ----------
    view, left, right, balance, convention, lang : str
        As the traits of ``CompareBar``; blank where nothing known is asked for.
    chosen : list of str
        Territories beside each other.
    notices : list of dict
        A sentence by language for each word that could not be followed.
    """

    view: str = ""
    left: str = ""
    right: str = ""
    balance: str = ""
    convention: str = ""
    lang: str = "it"
    chosen: list[str] = field(default_factory=list)
    notices: list[Words] = field(default_factory=list)

    @classmethod
    def of(cls, words: Mapping[str, str], known: Iterable[str]) -> AskedComparison:
        """Read the words of an address: vista, a, b, con, bilancio, kcal, lingua.

        Parameters
        ----------
        words : Mapping[str, str]
            As ``visitor.asked_words`` gives them.
        known : iterable of str
            Balances that can be compared.

        Examples
        --------
        >>> asked = AskedComparison.of({"a": "IT-2019", "b": "IT-2918"}, ["IT-2019"])
        >>> asked.left, asked.right, len(asked.notices)
        ('IT-2019', '', 1)
        """
        out, offered = cls(lang=language_of(words)), list(known)
        out.view = out.one_of(words, "vista", VIEWS)
        out.convention = out.one_of(words, "kcal", CONVENTIONS)
        out.one_of(words, "lingua", LANGUAGES)
        out.left, out.right, out.balance = (
            next(iter(out.offered([words.get(name, "")], offered)), "") for name in ("a", "b", "bilancio")
        )
        asked = list(dict.fromkeys(filter(None, words.get("con", "").split(","))))
        if len(asked) > MOST:
            out.tell("many", str(len(asked)), known=str(MOST))
        out.chosen = out.offered(asked[:MOST], offered)
        return out

    def one_of(self, words: Mapping[str, str], name: str, known: Iterable[str]) -> str:
        """Return a word that must be one of few; blank, and told, where it is none of them."""
        asked = words.get(name, "")
        if not asked or asked in known:
            return asked
        self.tell(name, asked, near=known, known=", ".join(known))
        return ""

    def offered(self, asked: Iterable[str], known: list[str]) -> list[str]:
        """Return those of the balances that are offered; the others are told."""
        found = []
        for one in filter(None, asked):
            if one in known:
                found.append(one)
            else:
                self.tell("choice", one, near=known)
        return found

    def tell(self, what: str, word: str, *, near: Iterable[str] = (), known: str = "") -> None:
        """Add a sentence in both languages."""
        short = word if len(word) <= REPEATED else word[:REPEATED] + "…"
        notice = {}
        for lang in LANGUAGES:
            with speaking(lang):
                notice[lang] = SENTENCES[what][lang].format(word=short, known=known) + did_you_mean(
                    word, near
                )
        self.notices.append(notice)
