"""What a visitor sees when a page fails: a calm panel with a reference; the log has the rest."""

from __future__ import annotations

import functools
import hashlib
import html
import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

from IPython.display import HTML, display

from leb_kit.errors import InputError, speaking
from leb_kit.widgets.texts import LANGUAGES

#: In Voilà the kernel's stderr would be shown on the page; this one reaches the server's log.
LOG: Final = logging.getLogger("leb_kit.apps")

#: Letters of a reference: short enough to be read out on the telephone.
REFERENCE_LENGTH = 8

PANEL: Final = (
    '<div role="alert" style="font:15px/1.5 system-ui,sans-serif;border-left:4px solid #b3362c;'
    'background:#fdf1ef;color:#3d1310;padding:14px 18px;border-radius:4px;max-width:44em">'
    '<p style="margin:0 0 4px"><b>Qualcosa non ha funzionato.</b> Ricarica la pagina; se succede ancora, '
    "comunica il riferimento <b>{reference}</b>.</p>"
    '<p lang="en" style="margin:0">Something went wrong. Reload the page; if it happens again, quote the '
    "reference <b>{reference}</b>.</p></div>"
)

#: What a page tells when an action of the visitor fails for a reason that is ours.
FAILED: Final = {
    "it": "Qualcosa non ha funzionato. Si vede ancora quel che c'era prima. Riferimento: {reference}.",
    "en": "Something went wrong. What was there before is still shown. Reference: {reference}.",
}


def guarded(build: Callable[..., Any]) -> Callable[..., Any]:
    """Let a page function fail quietly: an alert for the visitor, the full trace for the log.

    Parameters
    ----------
    build : callable
        Shows a page, or answers an event of it.

    Returns
    -------
    callable
        The same function; after an error it shows the panel and returns None.
    """

    @functools.wraps(build)
    def guard(*args: Any, **options: Any) -> Any:
        try:
            return build(*args, **options)
        except Exception as error:  # noqa: BLE001 the border to the visitor: whatever it is, it is logged
            display(HTML(panel(report(error))))  # type: ignore[no-untyped-call]
            return None

    return guard


def safely(
    do: Callable[..., None], tell: Callable[[Mapping[str, str]], None], lang: Callable[[], str]
) -> Callable[..., None]:
    """Let an action of a page fail quietly: faults of the input in words, others by reference and in the log.

    Parameters
    ----------
    do : callable
        Answers an event.
    tell : callable
        Shows a sentence, given by language.
    lang : callable
        Gives the language of the page, in which faults are told.
    """

    def run(*event: Any) -> None:
        try:
            with speaking(lang()):
                do(*event)
        except InputError as error:
            tell(dict.fromkeys(LANGUAGES, str(error)))
        except Exception as error:  # noqa: BLE001 the border to the visitor: whatever it is, it is logged
            reference = report(error)
            tell({lang: sentence.format(reference=reference) for lang, sentence in FAILED.items()})

    return run


def report(error: BaseException) -> str:
    """Write the full trace to the server's log and return its short reference."""
    trace = "".join(traceback.format_exception(error))
    # type and place, not the whole trace: the same fault gets the same reference from every visitor
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{type(error).__qualname__} {frames[-1].name} {frames[-1].lineno}" if frames else trace
    reference = hashlib.sha256(place.encode()).hexdigest()[:REFERENCE_LENGTH].upper()
    handler = logging.StreamHandler(sys.__stderr__)
    LOG.addHandler(handler)
    try:
        LOG.error("page failed, reference %s\n%s", reference, trace)
    finally:
        LOG.removeHandler(handler)
    return reference


def panel(reference: str) -> str:
    """Return the panel as HTML, in both languages: the language itself may be what failed."""
    return PANEL.format(reference=html.escape(reference))
