"""Words in the reader's language. English sentences are the keys; `frontend/locales` holds the Indonesian ones.

A sentence that is made in one place and read in another (an error, a job's reason, a warning on a payslip) is a
`Text`: it travels and is stored as key and parameters, and becomes words only where somebody reads it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from babel.messages.pofile import read_po
from markupsafe import escape

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
DEFAULT_LANGUAGE: Language = "id"

_language: ContextVar[Language] = ContextVar("language", default=DEFAULT_LANGUAGE)
_locales: list[Path] = []


class Text(msgspec.Struct, frozen=True):
    """A translatable sentence: an English key in `str.format` style, and its parameters."""

    msgid: str
    params: Mapping[str, str | int] = {}

    def __str__(self) -> str:
        return render(self)

    def __html__(self) -> str:
        """How templates write it: in the reader's language, escaped."""
        return str(escape(render(self)))


def text(msgid: str, **params: str | int) -> Text:
    """Mark `msgid` for translation and keep its parameters beside it."""
    return Text(msgid, params)


def render(message: Text | str) -> str:
    """The sentence in the current language; plain strings pass unchanged."""
    if isinstance(message, str):
        return message
    return gettext(message.msgid).format_map(message.params)


def gettext(msgid: str) -> str:
    """The translation of a key in the current language, or the key itself."""
    if current_language() == "en":
        return msgid
    return _catalogue(current_language()).get(msgid) or msgid


def ngettext(singular: str, plural: str, number: int) -> str:
    """Singular or plural by `number`. Indonesian has one form, kept under the singular key."""
    if current_language() == "en":
        return singular if number == 1 else plural
    return _catalogue(current_language()).get(singular) or plural


def current_language() -> Language:
    """The language of the request or job that runs now."""
    return _language.get()


def set_language(language: Language) -> None:
    """Choose the language for the rest of this request's or job's context."""
    _language.set(language)


@contextmanager
def use_language(language: Language) -> Iterator[None]:
    """Speak `language` inside the block, for example that of an e-mail's reader."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def load_locales(folder: Path) -> None:
    """Tell where the catalogues lie; called once when a process starts."""
    _locales[:] = [folder]
    _catalogue.cache_clear()


@cache
def _catalogue(language: Language) -> dict[str, str]:
    for folder in _locales:
        path = folder / language / "LC_MESSAGES" / "messages.po"
        if path.exists():
            with path.open("rb") as file:
                return {key: _first(message.string) for message in read_po(file) if (key := _first(message.id))}
    return {}


def _first(forms: str | tuple[str, ...] | list[str] | None) -> str:
    return forms if isinstance(forms, str) else forms[0] if forms else ""
