"""Passwords: hashed with Argon2id off the event loop, checked in the same time for known and unknown people."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text

MIN_LENGTH = 12
MAX_LENGTH = 200
_hasher = PasswordHasher()


async def hash_password(password: str) -> str:
    """The Argon2id hash to keep, or `Invalid` for a password that is too short or too long."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        too_short = text("Use at least {count} characters; a few words make a good password.", count=MIN_LENGTH)
        raise Invalid(text("Some fields need your attention."), {"password": too_short})
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(kept: str | None, password: str) -> bool:
    """True when the password fits. Without a kept hash the same work is done, for the same time, in vain."""
    return await asyncio.to_thread(_verify, kept or _nobody(), password[:MAX_LENGTH]) and kept is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash("a password that nobody has")
