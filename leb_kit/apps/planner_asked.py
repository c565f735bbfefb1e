"""Measures in the address of the planner's page, and a sentence for each that cannot be followed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from leb_kit.apps.asked_view import AskedView

Words = dict[str, str]
Slider = Mapping[str, Any]

#: Words of the address that the planner follows.
FOLLOWED: Final = ("terr", "anno", "misure", "nel", "lingua")
#: Names of the shipped units in which a size stands in the address, by how it is called in ``leb.measures``.
SIZES: Final[dict[str, Words]] = {
    "%": {"it": "una quota", "en": "a share"},
    "MW": {"it": "MW", "en": "MW"},
    "GWh": {"it": "MWh/anno", "en": "MWh/year"},
}

SENTENCES: Final[dict[str, Words]] = {
    "measure": {
        "it": "L'indirizzo chiede la misura «{word}», che qui non c'è: è lasciata via.",
        "en": "The address asks for the measure “{word}”, which is not here: it is left out.",
    },
    "twice": {
        "it": "L'indirizzo dà due volte la misura «{word}»: vale la prima.",
        "en": "The address gives the measure “{word}” twice: the first one holds.",
    },
    "size": {
        "it": "{label}: «{word}» non è una grandezza possibile; si dà in {unit}, da 0 a {limit}. La misura "
        "resta ferma.",
        "en": "{label}: “{word}” is no possible size; it is given as {unit}, from 0 to {limit}. The measure "
        "is not moved.",
    },
    "off": {
        "it": "{label}: «{word}» non si può. {why}",
        "en": "{label}: “{word}” is not possible. {why}",
    },
    "many": {
        "it": "L'indirizzo chiede più di {known} misure: quelle dopo «{word}» sono lasciate via.",
        "en": "The address asks for more than {known} measures: those after “{word}” are left out.",
    },
    "shown": {
        "it": "L'anno mostrato non può essere «{word}»; va dal {first} al {last}, e si vede il {last}.",
        "en": "The year shown cannot be “{word}”; it goes from {first} to {last}, and {last} is shown.",
    },
}


def read_measures(view: AskedView, word: str, sliders: Iterable[Slider]) -> dict[str, float]:
    """Return the sizes that an address asks for; what cannot be followed is told to the view.

    Parameters
    ----------
    view : AskedView
        Takes the sentences.
    word : str
        Kind and size of each measure, as ``photovoltaic:200,heat_pumps:0.3``: share (0–1), MW or MWh/year.
    sliders : iterable of mapping
        As ``ScenarioBuilder.sliders``.

    Returns
    -------
    dict
        Size by kind, those that are not 0.

    Examples
    --------
    >>> one = {"kind": "photovoltaic", "unit": "MW", "scale": 1, "limit": 500, "it": {}, "en": {}}
    >>> read_measures(AskedView("001272", 2019), "photovoltaic:200", [one])
    {'photovoltaic': 200.0}
    """
    offered = {str(one["kind"]): one for one in sliders}
    asked = [part.strip() for part in word.split(",") if part.strip()]
    if len(asked) > len(offered):
        asked = asked[: len(offered)]
        view.tell("many", asked[-1], sentences=SENTENCES, known=str(len(offered)))
    found: dict[str, float] = {}
    for part in asked:
        name, _, text = (piece.strip() for piece in part.partition(":"))
        if name not in offered:
            view.tell("measure", name, near=offered, sentences=SENTENCES)
        elif name in found:
            view.tell("twice", name, sentences=SENTENCES)
        else:
            size = _size(view, text, offered[name])
            if size is not None:
                found[name] = size
    return {name: size for name, size in found.items() if size}


def _size(view: AskedView, text: str, slider: Slider) -> float | None:
    """Return a size within the limits of its slider; else tell, and return None."""
    words = {lang: slider[lang] for lang in ("it", "en")}
    label = {lang: str(one.get("label", slider["kind"])) for lang, one in words.items()}
    if any(one.get("why") for one in words.values()):
        why = {lang: str(one["why"]) for lang, one in words.items()}
        view.tell("off", text, sentences=SENTENCES, label=label, why=why)
        return None
    limit = written(slider["limit"] / slider["scale"])
    try:
        size = float(text)
    except ValueError:
        size = -1
    # one that is no number (nan) is in no range
    if 0 <= size <= float(limit):
        return size
    view.tell("size", text, sentences=SENTENCES, label=label, unit=SIZES[slider["unit"]], limit=limit)
    return None


def read_shown(view: AskedView, word: str, first: int, last: int) -> int:
    """Return the year in which measures are shown; one that is not between first and last is told."""
    if not word or word in map(str, range(first, last + 1)):
        return int(word or last)
    view.tell("shown", word, sentences=SENTENCES, first=str(first), last=str(last))
    return last


def measures_word(sizes: Mapping[str, float]) -> str:
    """Return sizes as an address keeps them; blank where no measure is active.

    Examples
    --------
    >>> measures_word({"photovoltaic": 200, "heat_pumps": 0.3, "solar_heat": 0})
    'photovoltaic:200,heat_pumps:0.3'
    """
    return ",".join(f"{kind}:{written(size)}" for kind, size in sizes.items() if size)


def written(size: float) -> str:
    """Return a size in as few digits as sliders have."""
    return f"{size:.12g}"
