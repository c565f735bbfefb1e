"""A measure as a record of plain values, and back: the words of ``leb.measures`` are its keys."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

from leb_kit.errors import InputError, did_you_mean, say
from leb_kit.scenarios import measures
from leb_kit.scenarios.kinds import BLEND, MeasureKind, kinds
from leb_kit.scenarios.measure import NUMBERS, Measure

CUSTOM = "custom"
LISTS = ("sector", "end_use", "replaces", "product")
TEXTS = ("technology", "to_product", "name", "source")
#: Keys of a record that every kind has, in the order in which they are written.
KEYS = (
    "share",
    "energy_mwh",
    "mw",
    "sector",
    "end_use",
    "replaces",
    "technology",
    "from_year",
    "to_year",
    "investment_eur",
    "lifetime_yr",
    "name",
    "source",
)
DIGITS = range(1, 18)


def measure_of(record: Mapping[str, Any]) -> Measure:
    """Make a measure of a record: ``kind`` and the words of ``leb.measures``.

    Parameters
    ----------
    record : Mapping[str, Any]
        kind; one size (share, 0–1; energy_mwh, MWh/year; mw); sector, end_use, replaces (text or list of
        texts); from_year, to_year; investment_eur (EUR), lifetime_yr (years); name, source; numbers of the
        technology (cop, efficiency …). ``custom`` has product, to_product and ratio.

    Raises
    ------
    InputError
        Every fault of the measure at once.

    Examples
    --------
    >>> measure_of({"kind": "heat_pumps", "share": 0.3, "cop": 3.0}).numbers
    (('cop', 3.0),)
    """
    given = {str(key): value for key, value in record.items()}
    kind = given.pop("kind", None)
    title = str(given.get("name") or kind or say("measure"))
    known = [*kinds(), CUSTOM]
    if kind not in known:
        if kind is None:
            fault = say("kind is missing; write one of {known}", known=", ".join(known))
        else:
            fault = say(
                "kind '{kind}' is unknown; leb.measures.table() lists them.{hint}",
                kind=kind,
                hint=did_you_mean(kind, known),
            )
        raise InputError(title, [fault])
    faults = _key_faults(str(kind), given) + _shape_faults(given)
    if faults:
        raise InputError(title, faults)
    make = measures.custom if kind == CUSTOM else kinds()[str(kind)]
    return make(**given)


def record_of(measure: Measure) -> dict[str, Any]:
    """Return the record from which a measure can be made again, exactly.

    Raises
    ------
    InputError
        The measure was changed by hand and no kind makes it so.

    Examples
    --------
    >>> record_of(measures.retrofit(share=0.2, to_year=2030))
    {'kind': 'retrofit', 'share': 0.2, 'to_year': 2030, 'name': 'retrofit'}
    """
    out: dict[str, Any] = {"kind": measure.kind, measure.size: plain(measure.value)}
    if measure.kind == CUSTOM:
        out |= {"sector": _words(measure.sectors), "end_use": _words(measure.end_uses)}
        out["product"] = _words(measure.replaces)
        if measure.action == BLEND:
            out |= {
                "to_product": measure.product,
                "ratio": plain(_inverse(dict(measure.numbers)["efficiency"])),
            }
    elif measure.kind in kinds():
        out |= _own(measure, kinds()[measure.kind])
    out |= {
        "from_year": measure.from_year,
        "to_year": measure.to_year,
        "investment_eur": plain(measure.investment_eur),
        "lifetime_yr": plain(measure.lifetime_yr),
        "name": measure.name,
        "source": measure.source,
    }
    out = {key: value for key, value in out.items() if value not in (None, "", [])}
    if _again(out) != measure:
        raise InputError(
            measure.name or measure.kind,
            [
                say(
                    "no record makes this measure of kind '{kind}'; make it with leb.measures",
                    kind=measure.kind,
                )
            ],
        )
    return out


def plain(value: Any) -> Any:
    """Return a number as it is written: whole ones without a point."""
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


def _again(record: dict[str, Any]) -> Measure | None:
    try:
        return measure_of(record)
    except InputError:
        return None


def _own(measure: Measure, made_by: MeasureKind) -> dict[str, Any]:
    """What differs from the kind."""
    out: dict[str, Any] = {}
    pairs = (("sector", "sectors"), ("end_use", "end_uses"), ("replaces", "replaces"))
    for key, field in pairs:
        if getattr(measure, field) != getattr(made_by, field):
            out[key] = _words(getattr(measure, field))
    if measure.technology != made_by.technology:
        out["technology"] = measure.technology
    return out | {name: plain(value) for name, value in measure.numbers}


def _words(words: tuple[str, ...]) -> str | list[str]:
    return words[0] if len(words) == 1 else list(words)


def _inverse(value: float) -> float:
    """Return the shortest number whose reciprocal is this one, to the last bit."""
    for digits in DIGITS:
        short = float(f"{1 / value:.{digits}g}")
        if short and 1 / short == value:
            return short
    near = 1 / value
    return next(
        (x for x in (math.nextafter(near, 0), math.nextafter(near, math.inf)) if 1 / x == value), near
    )


def _key_faults(kind: str, given: dict[str, Any]) -> list[str]:
    known = [*KEYS, *NUMBERS]
    if kind == CUSTOM:
        known = list(inspect.signature(measures.custom).parameters)
    faults = [
        say("unknown key '{key}'.{hint}", key=key, hint=did_you_mean(key, known))
        for key in given
        if key not in known
    ]
    if kind == CUSTOM and "sector" not in given:
        faults.append(say("sector is missing; a custom measure needs one, such as FC_IND_E"))
    return faults


def _shape_faults(given: dict[str, Any]) -> list[str]:
    """What Python would take for something else: numbers written as text, lists where a word belongs."""
    faults = []
    for key, value in given.items():
        if key in TEXTS and not isinstance(value, str):
            faults.append(
                say("{key} is {value}; text is expected; put it in quotes", key=key, value=repr(value))
            )
        elif key in LISTS:
            words = value if isinstance(value, list | tuple) else [value]
            if not all(isinstance(word, str) and word for word in words):
                faults.append(
                    say("{key} is {value}; codes or names are expected", key=key, value=repr(value))
                )
        elif key not in TEXTS and isinstance(value, str):
            faults.append(
                say(
                    "{key} is the text {value}; a number is expected, with a point: 0.3, 1200000",
                    key=key,
                    value=repr(value),
                )
            )
        elif value is None:
            faults.append(say("{key} is blank; give its value or leave the line out", key=key))
    return faults
