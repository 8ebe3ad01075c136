"""What waits for a person today, across all clients that person may see."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.i18n import Text
from tatausaha.payroll.release import MAKING

SHOWN = 50
ENDING_DAYS = 45
FAILED_DAYS = 14


class OpenRun(msgspec.Struct, frozen=True):
    """A payroll run on its way, and the last step that somebody took."""

    id: UUID
    client_id: UUID
    client_name: str
    period: date
    kind: str
    state: str
    slip_count: int
    problem_count: int
    since: datetime
    last_action: str | None
    last_comment: str | None
    last_actor_name: str | None
    made_by_me: bool

    @property
    def is_mine(self) -> bool:
        """True when the next step is this person's to take: who made the figures neither checks nor releases them."""
        return self.state in ("draft", "published") or (self.state != "reviewed" and not self.made_by_me)


class EndingContract(msgspec.Struct, frozen=True):
    """A fixed-term contract that ends soon without another after it."""

    employee_id: UUID
    employee_name: str
    client_name: str
    ends_on: date


class FailedJob(msgspec.Struct, frozen=True):
    """Work that stopped and needs a person."""

    id: UUID
    title: Text
    state: str
    client_name: str | None
    failures: int
    error: Text | None
    created_at: datetime


class OpenImport(msgspec.Struct, frozen=True):
    """A file that was uploaded and not brought to its end."""

    id: UUID
    kind: str
    name: str
    subject_id: UUID | None
    client_name: str
    rejected: int
    row_count: int
    created_at: datetime


class Problem(msgspec.Struct, frozen=True):
    """What went wrong in one part of a job."""

    name: Text
    reason: Text


async def list_open_runs(member_id: UUID) -> list[OpenRun]:
    """Runs that wait for a step, oldest month first, as this member sees them."""
    return await db.rows(
        OpenRun,
        "select r.id, r.client_id, c.name as client_name, r.period, r.kind, r.state, r.slip_count, r.problem_count,"
        " coalesce(s.created_at, r.created_at) as since, s.action as last_action, s.comment as last_comment,"
        " s.actor_name as last_actor_name, exists (select from pay_step m where m.tenant_id = r.tenant_id"
        "   and m.run_id = r.id and m.actor_id = $2 and m.action = any($3)) as made_by_me from pay_run r"
        " join client c on c.tenant_id = r.tenant_id and c.id = r.client_id"
        " left join lateral (select created_at, action, comment, actor_name from pay_step s"
        "   where s.tenant_id = r.tenant_id and s.run_id = r.id order by s.id desc limit 1) s on true"
        " where r.state in ('draft', 'calculated', 'reviewed', 'approved', 'published') and c.archived_at is null"
        " order by r.period, c.name, r.id limit $1",
        *(SHOWN, member_id, list(MAKING)),
    )


async def list_ending_contracts() -> list[EndingContract]:
    """Contracts that end within weeks, or ended already, of people who still work."""
    return await db.rows(
        EndingContract,
        "select e.id as employee_id, e.name as employee_name, c.name as client_name, k.ends_on from contract k"
        " join employee e on e.tenant_id = k.tenant_id and e.id = k.employee_id"
        " join client c on c.tenant_id = k.tenant_id and c.id = k.client_id"
        " where k.ends_on < current_date + $1::int and e.ended_on is null and c.archived_at is null and not exists"
        " (select from contract n where n.tenant_id = k.tenant_id and n.employee_id = k.employee_id"
        "   and n.starts_on > k.starts_on)"
        " order by k.ends_on, e.name limit $2",
        *(ENDING_DAYS, SHOWN),
    )


async def list_failed_jobs() -> list[FailedJob]:
    """Jobs of the last two weeks that failed whole or in part."""
    return await db.rows(
        FailedJob,
        "select j.id, j.title, j.state, c.name as client_name, j.failures, j.error, j.created_at from job j"
        " left join client c on c.tenant_id = j.tenant_id and c.id = j.client_id"
        " where j.parent_id is null and j.state in ('failed', 'partly')"
        " and j.created_at > now() - make_interval(days => $1) order by j.id desc limit $2",
        *(FAILED_DAYS, SHOWN),
    )


async def list_open_imports() -> list[OpenImport]:
    """Files of the last two weeks that somebody uploaded and did not finish."""
    return await db.rows(
        OpenImport,
        "select i.id, i.kind, i.name, i.subject_id, c.name as client_name, i.rejected, i.row_count, i.created_at"
        " from import_file i join client c on c.tenant_id = i.tenant_id and c.id = i.client_id"
        " where i.state in ('uploaded', 'checked') and i.created_at > now() - make_interval(days => $1)"
        " order by i.id desc limit $2",
        *(FAILED_DAYS, SHOWN),
    )


async def list_problems(job_id: UUID) -> list[Problem]:
    """Why parts of a job failed."""
    return await db.rows(
        Problem,
        "select title as name, error as reason from job where parent_id = $1 and error is not null"
        " and state in ('failed', 'partly') order by id limit $2",
        *(job_id, SHOWN),
    )
