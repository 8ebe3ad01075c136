"""Secrets field by field: values are sealed with a data key of their provider, which a master key wraps.

`keys = await keyring()` inside a scope, then `keys.seal("nik", plain)`, `keys.open("nik", sealed)` and, to search and
compare without opening, `keys.index("nik", plain)`. What belongs to a person rather than to a provider uses
`house_keys()`. Layout and reasons: infra/decisions/0013-envelope.md.
"""

import asyncio
import os
import secrets
import time
from collections import defaultdict
from collections.abc import Mapping
from contextvars import Context
from typing import ClassVar, Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tatausaha.core import db
from tatausaha.core.errors import AppError
from tatausaha.core.i18n import Text, text
from tatausaha.core.master_keys import KEY, NONCE, Wrapped
from tatausaha.core.process import tools

Use = Literal["seal", "index"]
KeyTable = Literal["data_key", "house_key"]

FORMAT = b"\x01"
HEAD = 3  # the format's byte, and two of the key's number
INDEX = 16  # bytes kept of a blind index
HOUSE = UUID(int=0)
# A keyring lives this long in a process; a new key seals only after every process has seen it (`ANNOUNCED`).
LIFETIME = 60.0
ANNOUNCED = "2 minutes"


class Unsealable(AppError):
    """A sealed value that does not open: another purpose or provider, another key, or changed bytes."""

    status: ClassVar[int] = 500


class StoredKey(msgspec.Struct, frozen=True):
    """A wrapped key's row."""

    use: Use
    number: int
    master: str
    wrapped: bytes
    sealing: bool  # past its announcement, and not retired
    settled: bool  # made by a transaction before this one, so that it cannot be rolled back any longer


class Keyring:
    """The open keys of one provider, or of the house. Opening and sealing need no database and no network."""

    def __init__(self, owner: UUID, data: Mapping[int, bytes], newest: int, index: tuple[int, bytes]) -> None:
        self.newest = newest
        self._owner = owner.bytes
        self._data = {number: AESGCM(key) for number, key in data.items()}
        self._index_number, self._index_key = index
        self._indexes: dict[str, bytes] = {}

    def holds(self, number: int) -> bool:
        """Whether the data key of this number is here; one that was made a moment ago may not be."""
        return number in self._data

    def seal(self, purpose: str, plain: str) -> bytes:
        """The value, readable only with this provider's keys and for this purpose. Twice the same gives two results."""
        return self._seal(purpose, plain, self.newest)

    def open(self, purpose: str, sealed: bytes) -> str:
        """The value again. Raises Unsealable for another purpose or provider, and after any change of the bytes."""
        head, nonce, content = sealed[:HEAD], sealed[HEAD : HEAD + NONCE], sealed[HEAD + NONCE :]
        key = self._data.get(int.from_bytes(head[1:]))
        if key is None or head[:1] != FORMAT or len(nonce) < NONCE:
            raise Unsealable(_unsealable(purpose))
        try:
            return key.decrypt(nonce, content, self._bound(head, purpose)).decode()
        except InvalidTag:
            raise Unsealable(_unsealable(purpose)) from None

    def index(self, purpose: str, plain: str) -> bytes:
        """Equal for equal values of one purpose, telling nothing else of them. Normalise before (digits only, …)."""
        key = self._indexes.get(purpose)
        if key is None:
            derived = HKDF(hashes.SHA256(), KEY, salt=self._owner, info=b"index:" + purpose.encode())
            key = self._indexes[purpose] = derived.derive(self._index_key)
        digest = hmac.HMAC(key, hashes.SHA256())
        digest.update(plain.encode())
        return self._index_number.to_bytes(2) + digest.finalize()[:INDEX]

    def reseal(self, purpose: str, sealed: bytes, number: int | None = None) -> bytes:
        """The same value under the newest key, or under the one with this number. Raises Unsealable."""
        return self._seal(purpose, self.open(purpose, sealed), number or self.newest)

    def _seal(self, purpose: str, plain: str, number: int) -> bytes:
        nonce, head = os.urandom(NONCE), FORMAT + number.to_bytes(2)
        return head + nonce + self._data[number].encrypt(nonce, plain.encode(), self._bound(head, purpose))

    def _bound(self, head: bytes, purpose: str) -> bytes:
        return head + self._owner + purpose.encode()


def key_number(sealed: bytes) -> int:
    """The number of the data key that sealed the value."""
    return int.from_bytes(sealed[1:HEAD])


_rings: dict[UUID, tuple[float, Keyring]] = {}
_unwrapped: dict[tuple[str, bytes], bytes] = {}
_locks: defaultdict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)


async def keyring() -> Keyring:
    """The keys of the open scope's provider, made at their first use. Raises KeysError when no master key opens them."""
    tenant_id = db.DB.current().scope.tenant_id
    if tenant_id is None:
        raise db.OutsideScope("A provider's keys need a scope of that provider; the house has its own keys.")
    return await _ring(tenant_id, "data_key")


async def house_keys() -> Keyring:
    """The keys of the installation itself, for what belongs to a person and to no provider.

    Uses the open gate scope; where none is open, or one of a provider, a gate scope of its own.
    """
    if db.DB.current_transaction.get() is None:
        async with db.gate_scope():
            return await _ring(HOUSE, "house_key")
    if db.DB.current().scope.role == "r_gate":
        return await _ring(HOUSE, "house_key")
    return await asyncio.get_running_loop().create_task(house_keys(), context=Context())


def forget_keys() -> None:
    """Let the next caller load the keys again."""
    _rings.clear()
    _unwrapped.clear()


async def _ring(owner: UUID, table: KeyTable) -> Keyring:
    """From memory while fresh; else read, and unwrapped by one caller, for whom the others wait."""
    loaded_at, ring = _rings.get(owner, (0.0, None))
    if ring is not None and time.monotonic() - loaded_at < LIFETIME:
        return ring
    # Without the lock: who holds it must never wait for a transaction, whose task may be waiting for the lock.
    stored = await _stored(table)
    if not stored:
        await make_key(table, owner, "seal", 1)
        await make_key(table, owner, "index", 1)
        stored = await _stored(table)
    async with _locks[owner]:
        ring = await asyncio.to_thread(_unwrap, owner, stored)
    if all(key.settled for key in stored):
        _rings[owner] = (time.monotonic(), ring)
    return ring


async def _stored(table: KeyTable) -> list[StoredKey]:
    columns = "use, number, master, wrapped, created_at < now() as settled"
    sealing = "seals_from <= now() and retired_at is null as sealing"
    return await db.rows(StoredKey, f"select {columns}, {sealing} from {table} order by number")  # noqa: S608


async def make_key(table: KeyTable, owner: UUID, use: Use, number: int, *, announced: str = "-infinity") -> None:
    """Make a key of this number, unless somebody else just did. It seals after the interval `announced`.

    A first key has always sealed: of those who need it at one moment, some began before whoever makes it.
    """
    wrapped = await asyncio.to_thread(
        tools().master_keys.wrap, secrets.token_bytes(KEY), context_of(owner, use, number)
    )
    await db.execute(
        f"insert into {table} (use, number, master, wrapped, seals_from)"  # noqa: S608
        " values ($1, $2, $3, $4, now() + $5::text::interval) on conflict do nothing",
        *(use, number, wrapped.master, wrapped.content, announced),
    )


def context_of(owner: UUID, use: str, number: int) -> str:
    """What a wrapped key is bound to."""
    return f"{owner} {use} {number}"


def _unwrap(owner: UUID, stored: list[StoredKey]) -> Keyring:
    """Only keys that are new here are unwrapped: a master key may be far away, and wants to be paid."""
    opened: dict[tuple[str, int], bytes] = {}
    for key in stored:
        context = context_of(owner, key.use, key.number)
        known = _unwrapped.get((context, key.wrapped))
        if known is None:
            known = tools().master_keys.unwrap(Wrapped(key.master, key.wrapped), context)
            _unwrapped[context, key.wrapped] = known
        opened[key.use, key.number] = known
    data = {number: key for (use, number), key in opened.items() if use == "seal"}
    newest = max(key.number for key in stored if key.use == "seal" and key.sealing)
    index = max(key.number for key in stored if key.use == "index")
    return Keyring(owner, data, newest, (index, opened["index", index]))


def _unsealable(purpose: str) -> Text:
    return text(
        "A protected value ({purpose}) cannot be opened: it was changed, belongs elsewhere, or its key is missing. "
        "Tell whoever looks after this installation.",
        purpose=purpose,
    )
