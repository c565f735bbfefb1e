"""What a visitor sees when a page fails: a calm panel with a reference; the log has the rest."""

from __future__ import annotations

import functools
import html
import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

from IPython.display import HTML, display

from leb_kit.errors import InputError, reference, speaking
from leb_kit.widgets.texts import LANGUAGES

#: In Voilà the kernel's stderr would be shown on the page; this one reaches the server's log.
LOG: Final = logging.getLogger("leb_kit.apps")

OURS: Final = "leb_kit"

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
            hear()
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
            name = report(error)
            tell({lang: sentence.format(reference=name) for lang, sentence in FAILED.items()})

    return run


def report(error: BaseException) -> str:
    """Write the full trace to the server's log and return its short reference."""
    trace = "".join(traceback.format_exception(error))
    name = reference(error)
    hear()
    LOG.error("page failed, reference %s\n%s", name, trace)
    return name


def hear() -> None:
    """Let what our code logs in this kernel reach the server's log: a page's own stderr goes nowhere."""
    ours = logging.getLogger(OURS)
    for handler in [one for one in ours.handlers if one.get_name() == OURS]:
        ours.removeHandler(handler)
    handler = logging.StreamHandler(sys.__stderr__)
    handler.set_name(OURS)
    ours.addHandler(handler)


def panel(reference: str) -> str:
    """Return the panel as HTML, in both languages: the language itself may be what failed."""
    return PANEL.format(reference=html.escape(reference))
