"""A worker's hold on one job: claimed for a short lease, fenced by the number of the claim.

Whatever kills a worker, the row stays 'running' with a lease that ends; the reconciler gives it to the next. A worker
that was only slow finds at its end that the claim is no longer its own, and its transaction is rolled back. Claims are
counted for ever; attempts begin anew when a person tries again, and so cannot tell an old worker from a new one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.db import AWAY, DB, Scope, ScopedTransaction, jobs_scope
from tatausaha.core.i18n import Text

LEASE_SECONDS = 30
BEAT_SECONDS = 1.0
UNSEEN_SECONDS = 60  # after which a job that was sent and not claimed is sent again


class Fenced(Exception):
    """Another worker took the job over; what this one did must not count."""


class ClaimedRow(msgspec.Struct, frozen=True):
    id: UUID
    tenant_id: UUID
    client_id: UUID | None
    parent_id: UUID | None
    kind: str
    payload: dict[str, object]
    attempt: int
    claims: int
    max_attempts: int
    actor_id: UUID | None
    actor_name: str
    resumed: bool


class Claim:
    """One attempt at one job."""

    def __init__(self, row: ClaimedRow) -> None:
        self.row = row
        self.done = 0
        self.total: int | None = None
        self.failures = 0
        self.outcome = "done"
        self.problem: Text | None = None
        self._shown: tuple[int, int | None] = (0, None)

    @property
    def resumed(self) -> bool:
        """True when the job's parts have all ended and it runs once more to close."""
        return self.row.resumed

    def progress(self, done: int, total: int | None = None) -> None:
        """Tell how far the work is; the heartbeat shows it within a second."""
        self.done, self.total = done, total if total is not None else self.total

    def wait_for_parts(self, total: int) -> None:
        """End this attempt as 'waiting': the last of the parts to end wakes the job again."""
        self.outcome, self.total = "waiting", total

    def scope(self) -> ScopedTransaction:
        """A transaction that sees what the job's client, or its provider, owns."""
        row = self.row
        if row.client_id is not None:
            return ScopedTransaction(DB, Scope("r_client", row.tenant_id, (row.client_id,), row.id))
        return ScopedTransaction(DB, Scope("r_tenant", row.tenant_id, job_id=row.id))

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[None]:
        """The scope in which the effect and the job's end commit together, or not at all."""
        async with self.scope():
            yield
            await self._finish()

    async def _finish(self) -> None:
        outcome = "partly" if self.outcome == "done" and self.failures else self.outcome
        ended = await db.execute(
            "update job set state = $3, done_at = case when $3 = 'waiting' then null else now() end,"
            " progress = $4, total = coalesce($5, total), failures = $6, claimed_until = null, error = $7"
            " where id = $1 and state = 'running' and claims = $2",
            *(self.row.id, self.row.claims, outcome, self.done, self.total, self.failures),
            msgspec.to_builtins(self.problem),
        )
        if not ended:
            raise Fenced
        if self.row.parent_id:
            await wake_parent(self.row.parent_id)

    async def beat(self) -> None:
        """Extend the lease and show progress until cancelled."""
        ticks = 0
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            ticks += 1
            shown = (self.done, self.total)
            if shown == self._shown and ticks % (LEASE_SECONDS // 3):
                continue
            self._shown = shown
            with suppress(*AWAY):
                async with jobs_scope():
                    await db.execute(
                        "update job set claimed_until = now() + make_interval(secs => $3),"
                        # A second attempt begins at nothing, but what people saw does not go back.
                        " progress = greatest(progress, $4),"
                        " total = coalesce($5, total) where id = $1 and state = 'running' and claims = $2",
                        *(self.row.id, self.row.claims, LEASE_SECONDS, *shown),
                    )

    async def fail(self, reason: Text, *, final: bool) -> bool:
        """Record a failed attempt: queued again with a growing pause, or, True, failed for a person to look at."""
        async with jobs_scope():
            state = await db.value(
                "update job set state = case when $3 or attempt >= max_attempts then 'failed' else 'queued' end,"
                " run_at = now() + make_interval(secs => least(2 ^ attempt, 300)), error = $4, claimed_until = null,"
                " done_at = case when $3 or attempt >= max_attempts then now() end"
                " where id = $1 and state = 'running' and claims = $2 returning state",
                *(self.row.id, self.row.claims, final, msgspec.to_builtins(reason)),
            )
            if state == "failed" and self.row.parent_id:
                await wake_parent(self.row.parent_id)
        return bool(state == "failed")


async def claim(job_id: UUID) -> Claim | None:
    """Take the job, or None when somebody else has it, it has ended, or it used up its attempts."""
    async with jobs_scope():
        row = await db.row(
            ClaimedRow,
            "update job j set state = 'running', attempt = attempt + 1, claims = claims + 1,"
            " started_at = coalesce(started_at, now()), claimed_until = now() + make_interval(secs => $2)"
            " where id = $1 and attempt < max_attempts"
            " and (state in ('queued', 'sent') or (state = 'running' and claimed_until < now()))"
            " returning id, tenant_id, client_id, parent_id, kind, payload, attempt, claims, max_attempts,"
            " actor_id, actor_name, exists (select from job k where k.tenant_id = j.tenant_id and k.parent_id = j.id) as resumed",
            *(job_id, LEASE_SECONDS),
        )
    return Claim(row) if row else None


async def wake_parent(parent_id: UUID) -> None:
    """Queue a waiting job again when the last of its parts has ended. Parts line up on the parent's row."""
    await db.value("select 1 from job where id = $1 for update", parent_id)
    await db.execute(
        "update job set state = 'queued', attempt = 0, run_at = now() where id = $1 and state = 'waiting' and not exists"
        " (select from job k where k.parent_id = $1 and k.state in ('queued', 'sent', 'running', 'waiting'))",
        parent_id,
    )
    await db.execute("select pg_notify('job', '')")
