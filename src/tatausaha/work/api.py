"""What the workers do, for programs."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Controller
from litestar.params import FromPath

from tatausaha.core import audit, outbox
from tatausaha.core.i18n import render, text
from tatausaha.core.web.access import ANY_SCOPE, STAFF
from tatausaha.core.web.operations import read
from tatausaha.core.web.viewer import AppRequest

GROUP = text("Jobs")


class JobOut(msgspec.Struct, frozen=True):
    """Work in the background: `done` of `total`, with the number of failures and, where it stopped, the reason."""

    id: UUID
    title: str
    state: str
    done: int
    total: int
    failures: int
    error: str | None
    client_id: UUID | None
    created_at: datetime
    finished_at: datetime | None


class JobApi(Controller):
    """How far work is."""

    path = "/api/v1/jobs"

    @read("/{job_id:uuid}", name="api.job", says=text("Get a job"), group=GROUP, scope=ANY_SCOPE, roles=STAFF)
    async def get_job(self, request: AppRequest, job_id: FromPath[UUID]) -> JobOut:
        """Ask again until `finished_at` is set."""
        async with request.user.scope():
            job = await outbox.get_job(job_id)
            await audit.saw("job", job_id, job.client_id)
        return JobOut(
            job.id,
            render(job.title),
            job.state,
            job.done,
            job.total,
            job.failures,
            render(job.error) if job.error else None,
            job.client_id,
            job.created_at,
            job.finished_at,
        )
