"""What a database says when it refuses, told as a sentence with what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import TYPE_CHECKING, Final

from leb_kit.errors import InputError, say
from leb_kit.store.address import reaching, scrubbed, shown

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.exc import DBAPIError


_OLDER: Final = ("UndefinedTable", "UndefinedColumn")


class RefusedError(InputError):
    """The store does not let this person do this here; nothing was changed."""


class StaleError(InputError):
    """Somebody saved meanwhile; ``newest`` is their version, nothing was changed."""

    def __init__(self, title: str, faults: list[str], newest: int = 0) -> None:
        self.newest = newest
        super().__init__(title, faults)


def told_of(word: str) -> str:
    """Return the sentence of a word that ``triggers`` raise."""
    sentences = {
        "version": say("somebody saved the same year meanwhile; load it again and save after it"),
        "born": say("a version begins open and is sealed with its cells"),
        "step": say("a version goes draft, checked, certified, superseded; not otherwise"),
        "count": say("a version is sealed with as many cells as it has"),
        "twice": say("a cell stands in a version once; the one before it ends where another takes its place"),
        "fixed": say("what a version or a code is called never changes; save a new version"),
        "sealed": say("a version that was saved never changes; save a new one"),
        "kept": say("nothing that was saved is deleted; save a new version"),
        "history": say("history is only added to"),
        "forged": say("history is written by the store itself"),
        "closes": say(
            "an identity between its cells does not hold, so it cannot be certified; leb check tells which. "
            "Correct it and save a new version"
        ),
        "pair": say(
            "the method has no such product in such a row. Move it to the row or the product that it is"
        ),
        "tag": say("a tag stays with its version; take it off and give it to another"),
        "open": say("a version was left without its seal"),
        **_of_documents(),
        "admit": say("only an admin of a territory lets people in"),
        "person": say("this name cannot be given to a person of the store"),
        "verifier": say("a person who is new needs a password"),
    }
    return sentences.get(word, word)


def _of_documents() -> dict[str, str]:
    return {
        "newer": say("somebody saved the same name meanwhile; load it again and save after it"),
        "whole": say("a version begins open and is sealed with its rows"),
        "document": say("a version that was saved never changes; save a new one"),
        "used": say("a plan uses targets, readings use their meter, of the same territory and as saved"),
        "parts": say("a version is sealed with as many rows as it has"),
        "single": say("a plan has its result and a meter its own row, each once"),
        "across": say("two readings of one version tell of the same time; each moment has one"),
    }


@contextmanager
def refusing(url: URL, *, who: str = "", doing: str = "") -> Iterator[None]:
    """Turn refusals of a database into sentences; the driver's error, which may tell data, is not chained.

    Raises
    ------
    RefusedError
        A rule of the store or the rights of the person are against it.
    InputError
        The server cannot be reached, or went away, or the disk is full.
    """
    from sqlalchemy.exc import DBAPIError

    try:
        with reaching(url):
            yield
    except DBAPIError as error:
        raise _told(error, url, who, doing) from None


def _gone() -> str:
    return say("the server went away; nothing was saved. Try again")


def _plain() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return what drivers say, and what people are told."""
    return (
        (
            ("disk is full", "disk I/O", "No space left", "quota exceeded", "could not extend file"),
            say("the disk is full; nothing was saved. Make room and try again"),
        ),
        (("database is locked",), say("another program is writing; nothing was saved. Try again")),
        (("terminating connection",), _gone()),
        (
            ("not a database",),
            say("this is no store, or its beginning is damaged: name another file, or restore a backup"),
        ),
        (
            ("malformed", "invalid page"),
            say("the store is damaged: run leb store doctor, then restore a backup"),
        ),
        (
            ("unable to open",),
            say("the file cannot be opened: look whether its folder is there, and who may write in it"),
        ),
        (
            ("ck_balance_message", "ck_document_message"),
            say("the message is longer than a sentence; nothing was saved. Shorten it"),
        ),
    )


def _told(error: DBAPIError, url: URL, who: str, doing: str) -> InputError:
    title, text = shown(url), str(error.orig)
    if found := re.search(r"LEB (\w+)", text):
        kind = StaleError if found[1] in ("version", "newer") else RefusedError
        return kind(title, [told_of(found[1])])
    if "row-level security" in text or "permission denied" in text:
        return RefusedError(title, [not_allowed(who, doing)])
    older = ("no such table", "no such column")
    if any(word in text for word in older) or type(error.orig).__name__ in _OLDER:
        return InputError(
            title, [say("the store has an older schema; its owner upgrades it (leb store upgrade)")]
        )
    for words, sentence in _plain():
        if any(word in text for word in words):
            return InputError(title, [sentence])
    if error.connection_invalidated:
        return InputError(title, [_gone()])
    if "pk_balance" in text or "balance.territory_id, balance.year" in text:
        return StaleError(title, [told_of("version")])
    if "uq_document_territory_id_kind" in text or "document.territory_id, document.kind" in text:
        return StaleError(title, [told_of("newer")])
    name = re.search(r"((?:ck|fk|uq|pk)_\w+)", text)
    rule = name[1] if name else scrubbed(text.strip().splitlines()[0], url)
    return RefusedError(title, [say("the store refuses this (rule {rule})", rule=rule)])


def not_allowed(who: str, doing: str) -> str:
    """Return the sentence for what a person's role does not reach."""
    return say(
        "{who} may not {doing} here; an admin of the territory can give the role",
        who=who or say("this person"),
        doing=doing or say("do this"),
    )


def require_base(base: object) -> None:
    """Refuse a base that is no number of a version.

    Raises
    ------
    InputError
        It is a text, a fraction, true or false, or below 0.
    """
    whole = isinstance(base, Integral) and not isinstance(base, bool)
    if base is not None and not (whole and int(str(base)) >= 0):
        told = say(
            "base is {base}; the number of a version is expected, or 0 where none was there", base=repr(base)
        )
        raise InputError(say("store"), [told])


def require_text(message: object) -> None:
    """Refuse a message that no database keeps as it is.

    Raises
    ------
    InputError
        It is no text, or has half a character or a null in it.
    """
    whole = isinstance(message, str) and "\0" not in message
    if whole:
        try:
            str(message).encode()
        except UnicodeEncodeError:
            whole = False
    if not whole:
        raise InputError(
            say("store"), [say("the message is {message}; a plain text is expected", message=ascii(message))]
        )
