"""The chain over the access log: what was written cannot be changed, left out or put in later without being noticed.

A sealer takes the events that wait (`audit_waiting`) into links. Each link holds the ids of its events and a digest of
every column of each, and is signed together with the signature of the link before it.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from tatausaha.core import db

MOST = 1000
"""Events of one link."""
COLUMNS = (
    *("tenant_id", "id", "created_at", "client_id", "actor_id", "actor_name", "actor_role", "address", "action"),
    *("object_kind", "object_id", "subject_id", "count", "reason", "detail"),
)
EVENT = f"select {', '.join(COLUMNS[:-1])}, detail::text from audit_event"  # noqa: S608 - names of columns
FIRST = b"\0" * 32
Value = UUID | datetime | str | int | None


class Link(msgspec.Struct, frozen=True):
    """One link as stored."""

    tenant_id: UUID
    number: int
    event_ids: list[UUID]
    digests: list[bytes]
    previous: bytes
    hash: bytes
    sealed_at: datetime

    def signature(self, key: bytes) -> bytes:
        """What `hash` must be: over the link before, and over everything that this one says."""
        parts = [self.tenant_id.bytes, str(self.number).encode(), self.previous, _written(self.sealed_at)]
        parts += [one for pair in zip(self.event_ids, self.digests, strict=True) for one in (pair[0].bytes, pair[1])]
        return _sign(key, parts)


class Head(msgspec.Struct, frozen=True):
    """The last link: whoever notes it down notices when the end of the chain is cut off."""

    number: int
    hash: bytes


def chain_key(secret: str) -> bytes:
    """The key of the chain, derived from the installation's secret for this purpose alone."""
    return hmac.digest(secret.encode(), b"tatausaha access log", sha256)


def digest_of(event: Sequence[Value], key: bytes) -> bytes:
    """The signature over all columns of an event, given in the order of `COLUMNS`."""
    return _sign(key, [b"" if value is None else b"=" + _written(value) for value in event])


async def seal(key: bytes) -> int:
    """Put up to a thousand waiting events into one new link; gives their number. Needs the provider's scope.

    The events leave the waiting line in the transaction that makes the link, so that each is in exactly one, whichever
    sealers run at once and in whatever order the events' own transactions committed.
    """
    await db.execute("select pg_advisory_xact_lock(hashtextextended('chain ' || app_tenant(), 0))")
    taken = await db.records(
        "delete from audit_waiting where event_id = any(array(select event_id from audit_waiting order by event_id"
        " limit $1)) returning event_id",
        MOST,
    )
    ids = [record["event_id"] for record in taken]
    await _tell_each_client(ids)
    events = await db.records(f"{EVENT} where id = any($1) order by id", ids)
    if events:
        await _append([tuple(event) for event in events], key)
    return len(taken)


async def find_head() -> Head | None:
    """The last link, or None before the first. Needs the provider's scope."""
    return await db.row(Head, "select number, hash from audit_link order by number desc limit 1")


async def _append(events: list[tuple[Value, ...]], key: bytes) -> None:
    head = await find_head()
    link = Link(
        tenant_id=await db.value("select app_tenant()"),
        number=head.number + 1 if head else 1,
        event_ids=[event[1] for event in events if isinstance(event[1], UUID)],
        digests=[digest_of(event, key) for event in events],
        previous=head.hash if head else FIRST,
        hash=b"",
        sealed_at=datetime.now(UTC),
    )
    await db.execute(
        "insert into audit_link (number, event_ids, digests, previous, hash, sealed_at) values ($1, $2, $3, $4, $5, $6)",
        *(link.number, link.event_ids, link.digests, link.previous, link.signature(key), link.sealed_at),
    )


async def _tell_each_client(ids: list[UUID]) -> None:
    """A list over several clients was one line: now each of them gets one of its own, with its own number of records."""
    await db.execute(
        "insert into audit_event (id, created_at, client_id, actor_id, actor_name, actor_role, address, action,"
        "   object_kind, count, detail)"
        " select uuidv7(e.created_at - clock_timestamp()), e.created_at, c.id, e.actor_id, e.actor_name, e.actor_role,"
        "   e.address, e.action, e.object_kind, each.value::int, e.detail - 'clients' || jsonb_build_object('of', e.id)"
        " from audit_event e cross join lateral jsonb_each_text(e.detail->'clients') as each"
        " join client c on c.tenant_id = e.tenant_id and c.id = each.key::uuid"
        " where e.id = any($1) and e.client_id is null and jsonb_typeof(e.detail->'clients') = 'object'",
        ids,
    )


def _sign(key: bytes, parts: Sequence[bytes]) -> bytes:
    """Over the parts with their lengths, so that nothing can move from one to the next."""
    signed = hmac.new(key, digestmod=sha256)
    for part in parts:
        signed.update(len(part).to_bytes(8) + part)
    return signed.digest()


def _written(value: Value) -> bytes:
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().encode()
    return str(value).encode()
