"""Ids and secrets made by us: UUIDv7 for rows, random tokens for links and sessions."""

import hashlib
import os
import secrets
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_last_tick = [0]


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7), each later than the one before it in this process.

    48 bits of milliseconds, 12 bits of their fraction, 62 random bits.
    """
    tick = _last_tick[0] = max(time.time_ns() * 4096 // 1_000_000, _last_tick[0] + 1)
    noise = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=(tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0x2 << 62 | noise)


def moment_of(key: UUID) -> datetime:
    """When an id of ours was made, to the millisecond."""
    return EPOCH + timedelta(milliseconds=key.int >> 80)


def first_id(moment: datetime) -> UUID:
    """An id that comes before all that are made from `moment` on, and after all that were made before."""
    return UUID(int=(moment - EPOCH) // timedelta(milliseconds=1) << 80)


def new_token() -> str:
    """A secret for a link or a cookie: 256 random bits, safe in URLs."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token; the token itself is never stored."""
    return hashlib.sha256(token.encode()).digest()
