"""Jobs are rows. What a request wants done later is inserted in the request's own transaction.

The relay tells Redis that rows wait; workers claim the rows here. Redis may forget everything: the rows are the truth.
A job is found again by its `once_key`: the same key never makes a second row.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.actor import current_actor
from tatausaha.core.claims import wake_parent
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7

ENDED = ("done", "partly", "failed", "cancelled")


class Job(msgspec.Struct, frozen=True):
    """What one job needs to know: ids, never data. The kind is its name on the wire and never changes."""

    kind: ClassVar[str]
    queue: ClassVar[str] = "default"
    max_attempts: ClassVar[int] = 4

    def title(self) -> Text:
        """What people read in the queue."""
        return Text(self.kind)

    def unit(self) -> Text:
        """What its progress counts."""
        return text("steps")


class JobView(msgspec.Struct, frozen=True):
    """A job as its page shows it; progress and failures of a fanned-out job are the sums of its parts."""

    id: UUID
    kind: str
    title: Text
    state: str
    unit: Text
    done: int
    total: int
    failures: int
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: Text | None
    link: str
    actor_name: str
    client_id: UUID | None
    client_name: str | None

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def problems(self) -> list[dict[str, Text]]:
        """Why it failed, as the progress box lists it."""
        return [{"name": self.title, "reason": self.error}] if self.error else []


async def enqueue(
    job: Job,
    *,
    once_key: str,
    client_id: UUID | None = None,
    parent_id: UUID | None = None,
    total: int = 0,
    link: str = "",
) -> UUID | None:
    """Insert `job` into the caller's transaction. None when a job of this kind and key exists already."""
    return (await enqueue_all([(job, once_key, total)], client_id=client_id, parent_id=parent_id, link=link))[0]


async def enqueue_all(
    jobs: Iterable[tuple[Job, str, int]],
    *,
    client_id: UUID | None = None,
    parent_id: UUID | None = None,
    link: str = "",
) -> list[UUID | None]:
    """Insert many jobs given as (job, once_key, total); an id, or None where the key exists already, for each."""
    actor = current_actor()
    return [
        await db.value(
            "insert into job (id, client_id, parent_id, kind, queue, max_attempts, payload, title, unit,"
            " once_key, total, link, actor_id, actor_name)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
            " on conflict (tenant_id, kind, once_key) do nothing returning id",
            *(uuid7(), client_id, parent_id, job.kind, job.queue, job.max_attempts, msgspec.to_builtins(job)),
            *(
                msgspec.to_builtins(job.title()),
                msgspec.to_builtins(job.unit()),
                once_key,
                total,
                link,
                actor.id,
                actor.name,
            ),
        )
        for job, once_key, total in jobs
    ]


_VIEW = """
select j.id, j.kind, j.title, j.unit, j.attempt, j.created_at, j.started_at, j.done_at as finished_at, j.error, j.link,
  j.actor_name, case j.state when 'sent' then 'queued' when 'waiting' then 'running' else j.state end as state,
  j.client_id, c.name as client_name, j.total,
  coalesce(p.progress, j.progress)::int as done, (j.failures + coalesce(p.failures, 0))::int as failures
from job j
left join client c on c.tenant_id = j.tenant_id and c.id = j.client_id
left join lateral (select sum(k.progress) as progress, sum(k.failures) as failures
  from job k where k.tenant_id = j.tenant_id and k.parent_id = j.id) p on true
"""


async def find_job(job_id: UUID) -> JobView | None:
    """The job, or None when it is not this person's to see."""
    return await db.row(JobView, f"{_VIEW} where j.id = $1", job_id)


async def get_job(job_id: UUID) -> JobView:
    """The job, or `NotFound`."""
    job = await find_job(job_id)
    if job is None:
        raise NotFound(text("This job does not exist."))
    return job


async def list_jobs(
    states: Sequence[str], *, client_id: UUID | None = None, before: UUID | None = None, limit: int = 50
) -> list[JobView]:
    """Jobs that people started, newest first, in one of the states; `before` continues after a page's last id."""
    return await db.rows(
        JobView,
        f"{_VIEW} where j.parent_id is null and j.state = any($1) and ($2::uuid is null or j.id < $2)"
        " and ($3::uuid is null or j.client_id = $3) order by j.id desc limit $4",
        *(list(states), before, client_id, limit),
    )


async def cancel(job_id: UUID) -> None:
    """Stop a job and those of its parts that nobody works on yet; parts under way finish what they hold."""
    stopped = await db.execute(
        "update job set state = 'cancelled', cancel_asked_at = now(), done_at = now()"
        " where (id = $1 or parent_id = $1) and state in ('queued', 'sent', 'waiting')",
        job_id,
    )
    if not stopped:
        await get_job(job_id)
        raise Conflict(text("This job is running its last part or has ended; there is nothing left to cancel."))


async def retry(job_id: UUID) -> None:
    """Queue a job that failed, ended in part or was cancelled again, with those of its parts that did."""
    revived = await db.execute(
        "update job j set attempt = 0, error = null, done_at = null, run_at = now(), cancel_asked_at = null, state ="
        " case when exists (select from job k where k.tenant_id = j.tenant_id and k.parent_id = j.id)"
        "   then 'waiting' else 'queued' end"
        " where (id = $1 or parent_id = $1) and state in ('failed', 'cancelled', 'partly')",
        job_id,
    )
    if not revived:
        await get_job(job_id)
        raise Conflict(text("Only a job that failed or was cancelled can be tried again."))
    await wake_parent(job_id)  # its parts may have ended all the same, those included that were under way meanwhile
