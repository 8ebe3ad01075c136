"""Codes for the day on which the phone is gone: ten, shown once, kept as hashes, each good for one sign-in.

A code has 59 bits, so its hash is a slow one (Argon2id), with a salt for the whole set: one hash finds the code.
"""

import asyncio
import os
import secrets
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw

from tatausaha.core import db
from tatausaha.core.db import gate_scope

COUNT = 10
LENGTH = 12
SALT = 16
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read as something else
LONGEST_TYPED = 40


async def make(account_id: UUID) -> list[str]:
    """New codes in place of all older ones; the only time that they are known."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(COUNT)]
    salt = os.urandom(SALT)
    hashes = [await asyncio.to_thread(_hash, code, salt) for code in codes]
    async with gate_scope():
        await db.execute("delete from recovery_code where account_id = $1", account_id)
        await db.execute(
            "insert into recovery_code (account_id, code_hash, salt) select $1, h, $2 from unnest($3::bytea[]) h",
            *(account_id, salt, hashes),
        )
    return ["-".join(code[at : at + 4] for at in range(0, LENGTH, 4)) for code in codes]


async def use(account_id: UUID, code: str) -> bool:
    """Spend a code; False when it is none of the account's, or was used before, be it in this very moment."""
    async with gate_scope():
        salt: bytes | None = await db.value("select salt from recovery_code where account_id = $1 limit 1", account_id)
    typed = "".join(letter for letter in code.lower() if letter in ALPHABET)[:LONGEST_TYPED]
    hashed = await asyncio.to_thread(_hash, typed, salt or bytes(SALT))
    async with gate_scope():
        used = await db.value(
            "update recovery_code set used_at = now() where account_id = $1 and code_hash = $2 and used_at is null"
            " returning 1",
            *(account_id, hashed),
        )
    return used is not None


def _hash(code: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        code.encode(), salt, time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, type=Type.ID
    )
