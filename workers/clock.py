"""Writes the jobs that are due by time, and does no work itself. Several clocks write each of them once."""

import asyncio
import contextlib
import logging
import os
import signal
from datetime import UTC, datetime, timedelta

import msgspec

from tatausaha.billing.jobs import CountUsage, ForgetEvents, Reconcile, Watch
from tatausaha.core import db
from tatausaha.core.db import AWAY, DB, jobs_scope
from tatausaha.core.logs import open_logs
from tatausaha.core.outbox import Job
from tatausaha.identity.access_jobs import KeepLog, SealLog, WatchLog
from tatausaha.identity.jobs import CleanUp
from tatausaha.invoicing.jobs import DraftInvoices, RemindClients
from tatausaha.privacy.jobs import WatchDeadlines
from tatausaha.settings import load
from tatausaha.stock.jobs import CheckBalances, ReckonPace, TellLow
from tatausaha.work.jobs import ForgetJobs

log = logging.getLogger("tatausaha.clock")

TICK_SECONDS = 60
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Periodic(msgspec.Struct, frozen=True):
    """A job that is due once in every span of time: for each provider, or once for the whole house."""

    job: Job
    every: timedelta
    for_each_provider: bool = True
    only: str = "true"  # a condition on the provider, in SQL
    at: timedelta = timedelta()  # after the span's beginning, which for days is midnight in UTC
    where_paid: bool = False  # only where providers pay for the product


MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
STOCKED = "exists (select from place w where w.tenant_id = provider.id)"
INVOICES = "exists (select from client_invoice i where i.tenant_id = provider.id)"
SUBSCRIBES = "exists (select from billing_account a where a.tenant_id = provider.id)"
BILLED = "exists (select from billing_account b where b.tenant_id = provider.id and b.customer_id is not null)"
PERIODIC = (
    Periodic(CleanUp(), DAY, for_each_provider=False),
    Periodic(ForgetEvents(), DAY, for_each_provider=False),
    Periodic(ForgetJobs(), DAY),
    Periodic(WatchDeadlines(), HOUR),
    Periodic(SealLog(), MINUTE, only="exists (select from audit_waiting w where w.tenant_id = provider.id)"),
    Periodic(WatchLog(), HOUR),
    Periodic(KeepLog(), DAY),
    Periodic(TellLow(), 5 * MINUTE, only=STOCKED),
    Periodic(ReckonPace(), DAY, only=STOCKED),
    Periodic(CheckBalances(), DAY, only=STOCKED),
    Periodic(DraftInvoices(), DAY),
    Periodic(RemindClients(), DAY, at=2 * HOUR, only=INVOICES),  # 09:00 in Jakarta: letters come by day
    Periodic(Watch(), HOUR, only=SUBSCRIBES),
    Periodic(CountUsage(), DAY, at=16 * HOUR, where_paid=True),  # 23:00 in Jakarta: the day's own count
    Periodic(Reconcile(), DAY, at=18 * HOUR, only=BILLED, where_paid=True),
)


async def tick(now: datetime, *, billing: bool = False) -> int:
    """Insert what is due and not yet inserted; gives the number of new jobs. `billing`: providers pay for the product."""
    async with jobs_scope():
        made = sum([await _insert(periodic, now) for periodic in PERIODIC if billing or not periodic.where_paid])
        if made:
            await db.execute("select pg_notify('job', '')")
    return made


async def _insert(periodic: Periodic, now: datetime) -> int:
    job, span = periodic.job, (now - EPOCH - periodic.at) // periodic.every
    return await db.execute(
        "insert into job (tenant_id, kind, queue, max_attempts, payload, title, unit, once_key, actor_name)"  # noqa: S608
        " select id, $1, $2, $3, '{}', $4, $5, $6, 'Tatausaha' from provider"
        f" where {periodic.only} order by id limit $7"
        " on conflict (tenant_id, kind, once_key) do nothing",
        *(job.kind, job.queue, job.max_attempts, msgspec.to_builtins(job.title()), msgspec.to_builtins(job.unit())),
        *(f"tick {span}", None if periodic.for_each_provider else 1),
    )


async def run(*, billing: bool) -> None:
    """Tick until cancelled; a lost server is waited for."""
    while True:
        try:
            if made := await tick(datetime.now(UTC), billing=billing):
                log.info("%d jobs are due", made)
        except AWAY as error:
            log.warning("waiting for the database: %s", error)
        await asyncio.sleep(TICK_SECONDS)


async def main() -> None:
    """The clock process, until SIGTERM or SIGINT."""
    open_logs()
    settings = load(os.environ)
    await DB.connect(settings.database_url, max_size=1, acquire_seconds=5)
    task = asyncio.create_task(run(billing=settings.billing))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await DB.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
