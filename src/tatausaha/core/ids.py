"""Ids and secrets made by us: UUIDv7 for rows, random tokens for links and sessions."""

import hashlib
import os
import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """A time-ordered UUID (RFC 9562, version 7): 48 bits of milliseconds, the rest random."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def new_token() -> str:
    """A secret for a link or a cookie: 256 random bits, safe in URLs."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What is kept of a token; the token itself is never stored."""
    return hashlib.sha256(token.encode()).digest()
