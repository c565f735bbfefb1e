"""What a page compares: two balances, several territories, or one in two layouts; kept in the address."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import anywidget
import traitlets

from leb_kit.errors import InputError
from leb_kit.widgets.texts import LANGUAGES, Texts

STATIC: Final = pathlib.Path(__file__).parent / "static"
VIEWS: Final = ("due", "territori", "ben")
CONVENTIONS: Final = ("2200", "860")
#: More columns than these cannot be read beside each other.
MOST: Final = 6

COMPARE: Final[Texts] = {
    "it": {
        "title": "Che cosa si confronta",
        "due": "Due bilanci",
        "territori": "Più territori",
        "ben": "Eurostat e BEN",
        "left": "Da",
        "right": "A",
        "swap": "Scambia",
        "add": "Aggiungi un territorio",
        "choose": "Scegli…",
        "remove": "Togli {name}",
        "chosen": "Territori scelti",
        "balance": "Bilancio",
        "convention": "Elettricità primaria e scambiata",
        "kcal": "{value} kcal/kWh",
        "country": "Stati",
        "province": "Province",
        "plan": "Scenari",
        "municipality": "Comuni",
        "close": "Chiudi",
    },
    "en": {
        "title": "What is compared",
        "due": "Two balances",
        "territori": "Several territories",
        "ben": "Eurostat and BEN",
        "left": "From",
        "right": "To",
        "swap": "Swap",
        "add": "Add a territory",
        "choose": "Choose…",
        "remove": "Remove {name}",
        "chosen": "Chosen territories",
        "balance": "Balance",
        "convention": "Primary and traded electricity",
        "kcal": "{value} kcal/kWh",
        "country": "Countries",
        "province": "Provinces",
        "plan": "Scenarios",
        "municipality": "Municipalities",
        "close": "Close",
    },
}


class CompareBar(anywidget.AnyWidget):
    """Choice of what is compared; in a page of ours the address follows it.

    Parameters
    ----------
    choices : iterable of mapping
        What can be compared: ``id``, ``level`` (country, province, municipality, plan), ``it``, ``en``.
    left, right : str
        The two balances of the view ``due``.
    chosen : iterable of str
        Territories of the view ``territori``, at most ``MOST``.
    balance : str
        Balance of the view ``ben``.
    lang : str
        ``"it"`` or ``"en"``.

    Raises
    ------
    InputError
        A start that is not among the choices.

    Examples
    --------
    >>> one = {"id": "IT-2019", "level": "country", "it": "Italia 2019", "en": "Italy 2019"}
    >>> CompareBar([one], left="IT-2019", right="IT-2019", chosen=["IT-2019"], balance="IT-2019")
    CompareBar(due, 1 choice)
    """

    _esm = STATIC / "compare_bar.js"

    choices = traitlets.List(traitlets.Dict()).tag(sync=True)
    view = traitlets.Enum(VIEWS, VIEWS[0]).tag(sync=True)
    left = traitlets.Unicode("").tag(sync=True)
    right = traitlets.Unicode("").tag(sync=True)
    chosen = traitlets.List(traitlets.Unicode()).tag(sync=True)
    balance = traitlets.Unicode("").tag(sync=True)
    convention = traitlets.Enum(CONVENTIONS, CONVENTIONS[0]).tag(sync=True)
    most = traitlets.Int(MOST, read_only=True).tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, "it").tag(sync=True)
    notices = traitlets.List(traitlets.Dict()).tag(sync=True)
    texts = traitlets.Dict(COMPARE).tag(sync=True)

    def __init__(
        self,
        choices: Iterable[Mapping[str, str]],
        *,
        left: str,
        right: str,
        chosen: Iterable[str],
        balance: str,
        lang: str = "it",
    ) -> None:
        offered = [dict(one) for one in choices]
        self._known = {one["id"]: one for one in offered}
        start = [left, right, *chosen, balance]
        faults = [f"'{one}' cannot be compared" for one in dict.fromkeys(start) if one not in self._known]
        if faults:
            raise InputError("comparison", faults)
        super().__init__(
            choices=offered, left=left, right=right, chosen=list(chosen), balance=balance, lang=lang
        )

    def name(self, choice: str, lang: str) -> str:
        """Return the name of a choice in a language."""
        return self._known[choice][lang]

    def tell(self, notice: Mapping[str, str]) -> None:
        """Tell the visitor a sentence, by language; it can be closed."""
        self.notices = [*self.notices, dict(notice)]

    @traitlets.validate("left", "right", "balance")
    def _known_choice(self, proposal: Any) -> str:
        """Refuse what is not offered, whoever asks for it."""
        return self._require(str(proposal["value"]))

    @traitlets.validate("chosen")
    def _known_choices(self, proposal: Any) -> list[str]:
        """Refuse none, too many, or one that is not offered; the same twice is once."""
        found = list(dict.fromkeys(self._require(str(one)) for one in proposal["value"]))
        if not 0 < len(found) <= MOST:
            raise traitlets.TraitError(f"{len(found)} territories; between 1 and {MOST} are compared")
        return found

    def _require(self, choice: str) -> str:
        if choice not in self._known:
            raise traitlets.TraitError(f"'{choice}' cannot be compared")
        return choice

    def __repr__(self) -> str:
        """Name the view; no addresses, so that stored notebooks compare equal."""
        count = len(self.choices)
        return f"CompareBar({self.view}, {count} choice{'' if count == 1 else 's'})"
