"""What a person leaves behind: work that is still open, and what the person has seen of others.

Everything here is read in the provider's scope, for managers.
"""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import audit, db
from tatausaha.core.change_kinds import ChangeRow
from tatausaha.core.change_requests import page_rows
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.identity.queries import MemberView, list_members
from tatausaha.payroll.service import MAKING

SHOWN = 50
GOING = ("queued", "sent", "running", "waiting")
SECRETS = ("revealed", "exported", "downloaded")


class Served(msgspec.Struct, frozen=True):
    """A client that the person serves, and who else does; `alone` when nobody."""

    id: UUID
    name: str
    others: list[str]

    @property
    def alone(self) -> bool:
        return not self.others


class LeftRun(msgspec.Struct, frozen=True):
    """A payroll run that has not ended: one that the person made, or that waits for the person."""

    id: UUID
    client_name: str
    period: date
    state: str


class LeftJob(msgspec.Struct, frozen=True):
    """A job in the person's name that still runs; it goes on."""

    id: UUID
    title: Text
    client_name: str | None
    created_at: datetime


class LeftInvitation(msgspec.Struct, frozen=True):
    """An invitation to the person or by the person, whose link ends."""

    id: UUID
    name: str
    email: str


class OpenWork(msgspec.Struct, frozen=True):
    """All of it, with the ways in that end."""

    served: list[Served]
    runs: list[LeftRun]
    waiting_runs: list[LeftRun]
    made: list[ChangeRow]
    waiting: list[ChangeRow]
    jobs: list[LeftJob]
    invitations: list[LeftInvitation]
    sessions: int
    tokens: int


class Seen(msgspec.Struct, frozen=True):
    """Secrets of one kind at one client: how many records, how often, and when last."""

    client_name: str | None
    action: str
    object_kind: str
    records: int
    times: int
    last_at: datetime


class SeenRecord(msgspec.Struct, frozen=True):
    """One record of which the person has seen what is secret."""

    client_name: str
    action: str
    object_kind: str
    record: str
    shown: int
    times: int
    first_at: datetime
    last_at: datetime


async def open_work(member: MemberView) -> OpenWork:
    """What waits for somebody else once this person is gone."""
    return OpenWork(
        served=await _served(member.id),
        runs=await _runs(member.id),
        waiting_runs=await _waiting_runs(member),
        made=[row for row in await page_rows("mine", member.id, member.role) if row.state == "pending"],
        waiting=await page_rows("waiting", member.id, member.role),
        jobs=await _jobs(member.id),
        invitations=await list_open_invitations(member),
        sessions=await db.value("select count(*) from user_session where member_id = $1", member.id),
        tokens=await db.value(
            "select count(*) from api_token where member_id = $1 and revoked_at is null and expires_at > now()",
            member.id,
        ),
    )


async def _served(member_id: UUID) -> list[Served]:
    return await db.rows(
        Served,
        "select c.id, c.name, array(select m.name from assignment o join member m"
        "   on m.tenant_id = o.tenant_id and m.id = o.member_id and m.ended_at is null"
        "   where o.tenant_id = c.tenant_id and o.client_id = c.id and not o.barred and o.member_id <> $1"
        "   order by m.name) as others"
        " from assignment a join client c on c.tenant_id = a.tenant_id and c.id = a.client_id"
        " where a.member_id = $1 and not a.barred and c.archived_at is null order by c.name",
        member_id,
    )


async def _runs(member_id: UUID) -> list[LeftRun]:
    return await db.rows(
        LeftRun,
        "select r.id, c.name as client_name, r.period, r.state from pay_run r"
        " join client c on c.tenant_id = r.tenant_id and c.id = r.client_id where r.state <> 'closed' and exists"
        " (select from pay_step s where s.tenant_id = r.tenant_id and s.run_id = r.id and s.actor_id = $1"
        "   and s.action = any($2)) order by r.period, c.name limit $3",
        *(member_id, list(MAKING), SHOWN),
    )


async def _waiting_runs(member: MemberView) -> list[LeftRun]:
    """Approvals that wait for a client's approver; what waits within the firm waits for anybody of the role."""
    if member.role != "approver":
        return []
    return await db.rows(
        LeftRun,
        "select r.id, c.name as client_name, r.period, r.state from pay_run r"
        " join client c on c.tenant_id = r.tenant_id and c.id = r.client_id"
        " where r.state = 'reviewed' and r.client_id = $1 order by r.period limit $2",
        *(member.client_id, SHOWN),
    )


async def _jobs(member_id: UUID) -> list[LeftJob]:
    return await db.rows(
        LeftJob,
        "select j.id, j.title, c.name as client_name, j.created_at from job j"
        " left join client c on c.tenant_id = j.tenant_id and c.id = j.client_id"
        " where j.actor_id = $1 and j.parent_id is null and j.state = any($2) order by j.id desc limit $3",
        *(member_id, list(GOING), SHOWN),
    )


async def list_open_invitations(member: MemberView) -> list[LeftInvitation]:
    """Links that the person could still use, or made for somebody."""
    return await db.rows(
        LeftInvitation,
        "select i.id, i.name, i.email from invitation i where i.accepted_at is null and i.revoked_at is null"
        " and i.expires_at > now() and (i.email = $2 or i.id in"
        "   (select e.object_id from audit_event e where e.actor_id = $1 and e.action = 'invited')) order by i.id",
        *(member.id, member.email),
    )


async def list_seen(member_id: UUID) -> list[Seen]:
    """Secrets that the person revealed, exported or downloaded, by client and kind."""
    return await db.rows(
        Seen,
        # Of lists only the length is known, of records each one.
        "select c.name as client_name, e.action, e.object_kind,"
        " greatest(count(distinct coalesce(e.subject_id, e.object_id)), max(e.count))::int as records,"
        " count(*)::int as times, max(e.created_at) as last_at from audit_event e"
        " left join client c on c.tenant_id = e.tenant_id and c.id = e.client_id"
        " where e.actor_id = $1 and e.action = any($2) group by c.name, e.action, e.object_kind"
        " order by c.name nulls first, e.action, e.object_kind",
        *(member_id, list(SECRETS)),
    )


async def list_seen_records(member_id: UUID) -> list[SeenRecord]:
    """The same, record by record, for a file; a record without a name is written by its id."""
    return await db.rows(
        SeenRecord,
        "select coalesce(c.name, '') as client_name, e.action, e.object_kind,"
        " coalesce(w.name, e.subject_id::text, e.object_id::text, '') as record, sum(e.count)::int as shown,"
        " count(*)::int as times, min(e.created_at) as first_at, max(e.created_at) as last_at from audit_event e"
        " left join client c on c.tenant_id = e.tenant_id and c.id = e.client_id"
        " left join employee w on w.tenant_id = e.tenant_id and w.id = e.subject_id"
        " where e.actor_id = $1 and e.action = any($2)"
        " group by c.name, e.action, e.object_kind, w.name, e.subject_id, e.object_id order by 1, 3, 4, 2",
        *(member_id, list(SECRETS)),
    )


async def heirs_for(member: MemberView) -> list[MemberView]:
    """The workers who may take over."""
    return [one for one in await list_members() if one.role == "worker" and not one.ended_at and one.id != member.id]


async def hand_over(member: MemberView, heirs: Mapping[UUID, UUID]) -> None:
    """Assign to each of the person's clients the worker who takes over."""
    workers = {one.id: one for one in await heirs_for(member)}
    for client_id, heir_id in heirs.items():
        heir = workers.get(heir_id)
        if heir is None or client_id not in member.assigned:
            raise NotFound(text("This person does not serve this client, or the other is no worker here."))
        if client_id in heir.barred:
            raise Conflict(text("{name} is barred from one of these clients. Choose somebody else.", name=heir.name))
        await db.execute(
            "insert into assignment (member_id, client_id) values ($1, $2) on conflict (tenant_id, member_id, client_id)"
            " do nothing",
            *(heir_id, client_id),
        )
        await audit.record("assigned", "member", heir_id, client_id, instead_of=str(member.id))
