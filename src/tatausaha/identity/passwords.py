"""Passwords: hashed with Argon2id off the event loop, checked in the same time for known and unknown people.

What is asked of a new one is length, and that nobody tries it first: no kinds of characters, no change by the calendar.
"""

import asyncio
import re
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import Text, text

MIN_LENGTH = 12
MAX_LENGTH = 200
SHORTEST_OWN = 4
"""Names and addresses shorter than this are found in any sentence."""

_hasher = PasswordHasher()
_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_LEGAL_FORM = re.compile(r"\b(pt|cv|tbk)\b\.?", re.IGNORECASE)


async def hash_password(password: str, *own: str) -> str:
    """The Argon2id hash to keep, or `Invalid` for a password that others would guess.

    `own` is what people know about the person: e-mail address, name, and the provider's name.
    """
    if problem := await asyncio.to_thread(_problem, password, own):
        raise Invalid(text("Some fields need your attention."), {"password": problem})
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(kept: str | None, password: str) -> bool:
    """True when the password fits. Without a kept hash the same work is done, for the same time, in vain."""
    possible = password if len(password) <= MAX_LENGTH else ""  # never cut, or more than the password would fit
    return await asyncio.to_thread(_verify, kept or _nobody(), possible) and kept is not None


def _problem(password: str, own: tuple[str, ...]) -> Text | None:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return text(
            "Use at least {count} characters; a few words make a good password. More than {most} are too many.",
            count=MIN_LENGTH,
            most=MAX_LENGTH,
        )
    if _is_common(password.lower()):
        return text("This password is in lists of stolen or common ones. Choose another; a few words make a good one.")
    if any(part in _joined(password) for part in _parts(own)):
        return text("Leave your name, your e-mail address and the name of your firm out of the password.")
    return None


def _is_common(password: str) -> bool:
    """In the list; also with a year, digits or signs at its end, or when it repeats a short piece or a row of keys."""
    piece = password[: (password + password).index(password, 1)]
    rows = any(password in row * 20 or password in row[::-1] * 20 for row in _KEYS)
    bare = re.sub(r"[\W\d_]+$", "", password)
    return rows or len(piece) <= SHORTEST_OWN or not {password, piece, bare}.isdisjoint(common_passwords())


def _parts(own: tuple[str, ...]) -> list[str]:
    """What of the person's own must not stand in a password: whole, and of an address also the part before the @."""
    wholes = [_joined(_LEGAL_FORM.sub("", one.split("@")[0])) for one in own] + [_joined(one) for one in own]
    return [one for one in wholes if len(one) >= SHORTEST_OWN]


def _joined(words: str) -> str:
    return re.sub(r"[\W_]+", "", words.lower())


@cache
def common_passwords() -> frozenset[str]:
    """The 30,000 most common passwords of known thefts, as zxcvbn ships them. Some 4 MB, read when first asked for.

    The file is read by itself, because the package would keep its other lists in memory as well, three times as much.
    """
    package = find_spec("zxcvbn")
    assert package is not None
    assert package.origin is not None
    spec = spec_from_file_location("frequency_lists", Path(package.origin).with_name("frequency_lists.py"))
    assert spec is not None
    assert spec.loader is not None
    lists = module_from_spec(spec)
    spec.loader.exec_module(lists)
    return frozenset(lists.FREQUENCY_LISTS["passwords"])


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("a password that nobody has")
