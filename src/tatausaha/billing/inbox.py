"""What Stripe sends: kept first, looked at later, believed never.

An event says only that something happened around a customer; what is true is then asked of Stripe. So events may come
twice, late, in any order or not at all.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import msgspec

from tatausaha.billing.jobs import Follow
from tatausaha.core import db
from tatausaha.core.db import gate_scope, jobs_scope
from tatausaha.core.errors import Invalid
from tatausaha.core.i18n import text

BATCH = 500
BODIES_KEPT = timedelta(days=30)
MATTERS = (
    "checkout.session.",
    "customer.discount.",
    "customer.deleted",
    "customer.subscription.",
    "customer.updated",
    "invoice.",
    "payment_method.",
)
"""How the kinds begin that may be about what is stored here. All others are kept and ignored."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


class _Object(msgspec.Struct, frozen=True):
    object: str = ""
    id: Any = None
    customer: Any = None


class _Data(msgspec.Struct, frozen=True):
    object: _Object


class Event(msgspec.Struct, frozen=True):
    """All that is read of an event."""

    id: Name
    type: Name
    created: Annotated[int, msgspec.Meta(ge=0, lt=2**33)]
    data: _Data

    @property
    def customer_id(self) -> str | None:
        """Whom it is about: the customer itself, or whom its object names."""
        about = self.data.object
        found = about.id if about.object == "customer" else about.customer
        return found if isinstance(found, str) and 1 <= len(found) <= 255 and found.isprintable() else None


_decoder = msgspec.json.Decoder(Event)


async def store(body: bytes) -> None:
    """Keep a signed event as it came, once, and do nothing else. Raises `Invalid` for what is no event."""
    try:
        event = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid(text("This is no event.")) from None
    try:
        await _keep(event, body)
    except asyncpg.DataError:  # characters and numbers that the database has no room for, and nobody needs
        await _keep(event, b"{}")


async def _keep(event: Event, body: bytes) -> None:
    async with gate_scope():
        await db.execute(
            "insert into stripe_event (id, kind, happened_at, customer_id, body) values ($1, $2, $3, $4, $5)"
            " on conflict (id) do nothing",
            *(event.id, event.type, datetime.fromtimestamp(event.created, UTC), event.customer_id, body),
        )


async def route() -> int:
    """Find out whose the new events are, and have the truth fetched for each provider once; gives how many were looked at."""
    looked_at = 0
    while batch := await _route_batch():
        looked_at += batch
    return looked_at


async def _route_batch() -> int:
    async with jobs_scope():
        routed = await db.records(
            "update stripe_event e set routed_at = now(), tenant_id = d.tenant_id,"
            " handled_at = case when d.matters then null else now() end,"
            " outcome = case when d.matters then null else 'ignored' end"
            " from (select n.id, a.tenant_id, a.tenant_id is not null"
            "     and exists (select from unnest($2::text[]) m (beginning) where n.kind ^@ m.beginning) as matters"
            "   from stripe_event n left join billing_account a on a.customer_id = n.customer_id"
            "   where n.routed_at is null order by n.received_at, n.id limit $1 for update of n skip locked) d"
            " where e.id = d.id returning e.id, d.tenant_id, d.matters, e.received_at",
            *(BATCH, list(MATTERS)),
        )
        newest = {
            event["tenant_id"]: event["id"]
            for event in sorted(routed, key=lambda event: (event["received_at"], event["id"]))
            if event["matters"]
        }
        await _follow(newest)
    return len(routed)


async def _follow(newest: dict[UUID, str]) -> None:
    """A job for each provider, known by the newest event that it was written for."""
    job = Follow()
    await db.execute(
        "insert into job (tenant_id, kind, queue, max_attempts, payload, title, unit, once_key, actor_name)"
        " select n.tenant_id, $1, $2, $3, '{}', $4, $5, n.event_id, 'Tatausaha'"
        " from unnest($6::uuid[], $7::text[]) n (tenant_id, event_id) order by n.tenant_id"
        " on conflict (tenant_id, kind, once_key) do nothing",
        *(job.kind, job.queue, job.max_attempts, msgspec.to_builtins(job.title()), msgspec.to_builtins(job.unit())),
        *(list(newest), list(newest.values())),
    )


async def list_waiting() -> list[str]:
    """The events of the open scope's provider that nobody has followed yet."""
    found = await db.records("select id from stripe_event where handled_at is null order by received_at, id")
    return [each["id"] for each in found]


async def close(event_ids: Sequence[str], outcome: str = "followed") -> None:
    """These events have been looked into."""
    await db.execute(
        "update stripe_event set handled_at = now(), outcome = $2 where id = any($1) and handled_at is null",
        *(list(event_ids), outcome),
    )


async def forget_bodies() -> None:
    """What events said is kept for a while, for whoever looks into a complaint; that they came is kept for good."""
    async with jobs_scope():
        await db.execute(
            "update stripe_event set body = '{}' where handled_at < now() - $1::interval and body <> '{}'", BODIES_KEPT
        )
