"""Breaches, whom they concern, and the evidence; only the office's managers read these."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.privacy.rules import clock
from tatausaha.privacy.rules.clock import Urgency

MOST = 200
# What shows more people than a line of the access log names.
MANY = [
    *("employees", "slips", "slip", "register", "payees", "rejects", "import", "imports", "document", "documents"),
    *("pay_run", "export", "change", "month"),
]


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a breach."""

    id: UUID
    created_at: datetime
    title: str
    noticed_at: datetime
    due_at: datetime
    began_at: datetime
    ended_at: datetime | None
    what: str
    how: str
    done: str
    kinds: list[str]
    actor_id: UUID | None
    contact: str
    state: str
    subjects_told_at: datetime | None
    authority_told_at: datetime | None
    lessons: str
    entered_by: str

    @property
    def told(self) -> bool:
        """Whether both the persons and the authority have been told."""
        return self.subjects_told_at is not None and self.authority_told_at is not None

    @property
    def urgency(self) -> Urgency:
        if self.subjects_told_at and self.authority_told_at:
            return clock.urgency(self.due_at, max(self.subjects_told_at, self.authority_told_at))
        return clock.urgency(self.due_at, datetime.now(UTC))


class Concerned(msgspec.Struct, frozen=True):
    """A client that a breach concerns."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    persons: int
    notice: str
    released_at: datetime | None


class Note(msgspec.Struct, frozen=True):
    """A piece of evidence."""

    created_at: datetime
    note: str
    actor_name: str


class Affected(msgspec.Struct, frozen=True):
    """A person to be told, with the ways to reach them."""

    client_name: str
    number: str
    name: str
    email: str
    phone: str
    address: str
    seen: int


class Event(msgspec.Struct, frozen=True):
    """What an account did in the breach's time, by the access log."""

    created_at: datetime
    client_name: str | None
    actor_name: str
    address: str
    action: str
    object_kind: str
    count: int
    subject_name: str | None


async def list_breaches() -> list[Breach]:
    """Newest first."""
    return await db.rows(Breach, "select * from breach order by id desc limit $1", MOST)


async def list_untold() -> list[Breach]:
    """Those that somebody has yet to be told of, the most urgent first."""
    return await db.rows(
        Breach,
        "select * from breach where state <> 'closed' and (subjects_told_at is null or authority_told_at is null)"
        " order by due_at, id limit 20",
    )


async def get_breach(breach_id: UUID) -> Breach:
    """The breach, or `NotFound`."""
    found = await db.row(Breach, "select * from breach where id = $1", breach_id)
    if found is None:
        raise NotFound(text("This breach does not exist."))
    return found


async def list_concerned(breach_id: UUID) -> list[Concerned]:
    """The clients that a breach concerns."""
    return await db.rows(
        Concerned,
        "select b.id, b.client_id, c.name as client_name, c.time_zone, b.persons, b.notice, b.released_at"
        " from breach_client b join client c on c.tenant_id = b.tenant_id and c.id = b.client_id"
        " where b.breach_id = $1 order by c.name, b.id",
        breach_id,
    )


async def list_notes(breach_id: UUID) -> list[Note]:
    """The evidence in its order."""
    return await db.rows(
        Note, "select created_at, note, actor_name from breach_note where breach_id = $1 order by id", breach_id
    )


_SPAN = "a.actor_id = $1 and a.created_at >= $2 and a.created_at <= $3"


async def list_affected(breach: Breach, client_id: UUID) -> list[Affected]:
    """Whom to tell of a client: those whose records the named account saw in the time, or else everyone.

    An account that saw a list, searched or exported has seen more than the log can name; then everyone counts.
    """
    if breach.actor_id and not await _saw_many(breach, client_id):
        return await db.rows(
            Affected,
            "select c.name as client_name, e.number, e.name, e.email, e.phone, e.address, count(*)::int as seen"  # noqa: S608
            " from audit_event a join employee e on e.tenant_id = a.tenant_id and e.id = a.subject_id"
            " join client c on c.tenant_id = e.tenant_id and c.id = e.client_id"
            f" where {_SPAN} and e.client_id = $4 group by c.name, e.id, e.number, e.name, e.email, e.phone, e.address"
            " order by e.name, e.id",
            *(breach.actor_id, breach.began_at, _end(breach), client_id),
        )
    return await db.rows(
        Affected,
        "select c.name as client_name, e.number, e.name, e.email, e.phone, e.address, 0 as seen from employee e"
        " join client c on c.tenant_id = e.tenant_id and c.id = e.client_id"
        " where e.client_id = $1 and e.created_at <= $2 order by e.name_norm, e.id",
        *(client_id, _end(breach)),
    )


async def _saw_many(breach: Breach, client_id: UUID) -> bool:
    many: bool = await db.value(
        f"select exists (select from audit_event a where {_SPAN} and (a.client_id = $4 or a.client_id is null)"  # noqa: S608
        " and a.subject_id is null and a.object_kind = any($5))",
        *(breach.actor_id, breach.began_at, _end(breach), client_id, MANY),
    )
    return many


async def list_events(breach: Breach, limit: int) -> list[Event]:
    """What the named account did in the time; nothing when no account is named."""
    if breach.actor_id is None:
        return []
    return await db.rows(
        Event,
        "select a.created_at, c.name as client_name, a.actor_name, a.address, a.action, a.object_kind, a.count,"  # noqa: S608
        " e.name as subject_name from audit_event a"
        " left join client c on c.tenant_id = a.tenant_id and c.id = a.client_id"
        " left join employee e on e.tenant_id = a.tenant_id and e.id = a.subject_id"
        f" where {_SPAN} order by a.id limit $4",
        *(breach.actor_id, breach.began_at, _end(breach), limit),
    )


def _end(breach: Breach) -> datetime:
    return breach.ended_at or breach.noticed_at


async def list_members() -> list[tuple[UUID, str]]:
    """Whose account may have been misused: everyone of the office and of its clients."""
    found = await db.records(
        "select m.id, m.name, m.email, c.name as client from member m"
        " left join client c on c.tenant_id = m.tenant_id and c.id = m.client_id order by m.name, m.id limit 500"
    )
    return [(row["id"], f"{row['name']} · {row['client'] or row['email']}") for row in found]


async def list_told(client_id: UUID) -> list[Concerned]:
    """What a client was told about breaches that concern it."""
    return await db.rows(
        Concerned,
        "select b.id, b.client_id, c.name as client_name, c.time_zone, b.persons, b.notice, b.released_at"
        " from breach_client b join client c on c.tenant_id = b.tenant_id and c.id = b.client_id"
        " where b.client_id = $1 and b.released_at is not null order by b.id desc limit 50",
        client_id,
    )
