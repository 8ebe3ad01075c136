"""Reading the access log: searched by a provider, shown to a client, told to a person."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from tatausaha.core import db
from tatausaha.core.dates import ZONES
from tatausaha.core.ids import first_id

PAGE = 50
LOOKS = ("saw", "searched", "exported", "downloaded", "revealed")
DOERS_DAYS = 90
LATEST = UUID(int=(1 << 128) - 1)
INTERNAL = ("unusual", "chain", "audit_event", "log_policy", "log_share", "access_log")
"""What the provider does with the log itself is no look at a client's data."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log as it is read."""

    id: UUID
    created_at: datetime
    client_id: UUID | None
    client_name: str | None
    actor_id: UUID | None
    actor_name: str
    actor_role: str
    address: str
    action: str
    object_kind: str
    object_id: UUID | None
    subject_id: UUID | None
    subject_name: str | None
    count: int
    reason: str
    detail: dict[str, Any]


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for; days are those of the `zone`, both included. `action` "changed" is all but looks."""

    client_id: UUID | None = None
    actor_id: UUID | None = None
    subject_id: UUID | None = None
    action: str = ""
    address: str = ""
    first: date | None = None
    last: date | None = None
    zone: str = "Asia/Jakarta"
    outside: bool = False
    """Without what the client's own people looked at, and without what is the provider's own."""

    def conditions(self) -> tuple[list[str], list[Any]]:
        """As SQL over `e`, with its arguments."""
        found: list[tuple[str, Any]] = [
            (f"e.{name} = ${{}}", getattr(self, name))
            for name in ("client_id", "actor_id", "subject_id", "address")
            if getattr(self, name)
        ]
        if self.action:
            found.append(
                ("e.action <> all(${})", list(LOOKS)) if self.action == "changed" else ("e.action = ${}", self.action)
            )
        if self.first:
            found.append(("e.id >= ${}", first_id(_midnight(self.first, self.zone))))
        if self.last:
            found.append(("e.id < ${}", first_id(_midnight(self.last + timedelta(days=1), self.zone))))
        if self.outside:
            found.append(("e.object_kind <> all(${})", list(INTERNAL)))
        conditions = [part.format(n) for n, (part, _) in enumerate(found, 1)]
        if self.client_id is None:  # a list over several clients stands there once, not once more for each of them
            conditions.append("not e.detail ? 'of'")
        return conditions, [argument for _, argument in found]


class Doer(msgspec.Struct, frozen=True):
    """Somebody who may stand in the log."""

    id: UUID
    name: str


_EVENT = """
select e.*, c.name as client_name, s.name as subject_name from audit_event e
left join client c on c.tenant_id = e.tenant_id and c.id = e.client_id
left join employee s on s.tenant_id = e.tenant_id and s.id = e.subject_id
"""


async def page_events(wanted: Wanted, before: UUID | None = None, limit: int = PAGE) -> list[Event]:
    """What is looked for, newest first, one more than `limit`; `before` continues behind a page's last event."""
    conditions, arguments = wanted.conditions()
    arguments += [before or LATEST, limit + 1]
    conditions.append(f"e.id < ${len(arguments) - 1}")
    return await db.rows(
        Event, f"{_EVENT} where {' and '.join(conditions)} order by e.id desc limit ${len(arguments)}", *arguments
    )


async def stream_events(wanted: Wanted) -> AsyncIterator[asyncpg.Record]:
    """All that is looked for, newest first, for a file. Needs the scope for as long as it runs."""
    conditions, arguments = wanted.conditions()
    async for record in db.stream(f"{_EVENT} where {' and '.join(conditions)} order by e.id desc", *arguments):
        yield record


async def list_of_subject(employee_id: UUID, limit: int = 10_000) -> list[Event]:
    """Who saw or changed this person's data, when and why, newest first: for the person's own copy."""
    return (await page_events(Wanted(subject_id=employee_id), limit=limit))[:limit]


async def list_doers(client_id: UUID | None = None) -> list[Doer]:
    """The people who may stand in the log, by name, those who left included. With a client: who
    did something with its data in the last 90 days."""
    if client_id is None:
        return await db.rows(Doer, "select id, name from member order by name, id limit 1000")
    return await db.rows(
        Doer,
        "select actor_id as id, min(actor_name) as name from audit_event where client_id = $1 and id >= $2"
        " and actor_id is not null and object_kind <> all($3) group by actor_id order by name limit 200",
        *(client_id, first_id(datetime.now(UTC) - timedelta(days=DOERS_DAYS)), list(INTERNAL)),
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZONES[zone]).astimezone(UTC)
