"""Carries committed jobs from PostgreSQL to Redis, and picks up what was dropped on the way."""

import asyncio
import contextlib
import logging
import os
import signal

import asyncpg
import redis

from tatausaha.billing import inbox
from tatausaha.core import db
from tatausaha.core.claims import UNSEEN_SECONDS, wake_parent
from tatausaha.core.db import AWAY, DB, connection_arguments, end_sessions_of, jobs_scope
from tatausaha.core.logs import open_logs
from tatausaha.settings import load
from workers.broker import make_broker, wake_message

log = logging.getLogger("tatausaha.relay")

BATCH = 500
POLL_SECONDS = 1.0
MARK = "tatausaha:relay"
LOST = (*AWAY, redis.RedisError)


class Relay:
    """One relay; several may run, since rows under way are skipped by the others."""

    def __init__(self, redis_url: str) -> None:
        self.broker = make_broker(redis_url, [])
        self.woken = asyncio.Event()

    async def turn(self) -> int:
        """One round: take back what was lost, see whose the new events are, send what is due. Gives the number of jobs sent."""
        await self.take_back()
        await inbox.route()
        sent = 0
        while batch := await self.send_due():
            sent += batch
        return sent

    async def send_due(self) -> int:
        """Send due jobs and mark them in one transaction. A crash between repeats a message, which does no harm."""
        async with jobs_scope():
            due = await db.records(
                "with due as (select tenant_id, id from job where state = 'queued' and run_at <= now()"
                " order by run_at limit $1 for update skip locked)"
                " update job j set state = 'sent', sent_at = now() from due"
                " where j.tenant_id = due.tenant_id and j.id = due.id returning j.id, j.queue",
                BATCH,
            )
            for job in due:
                self.broker.enqueue(wake_message(job["queue"], job["id"]))
        return len(due)

    async def take_back(self) -> None:
        """Queue again what was sent but never begun, or begun by a worker whose lease ended."""
        # Redis was emptied since the last round when our mark is gone: then everything sent needs sending again.
        patience = UNSEEN_SECONDS if self.broker.client.exists(MARK) else 0
        async with jobs_scope():
            await db.execute(
                "update job set state = 'queued', run_at = now() where id in (select id from job"
                " where state = 'sent' and sent_at < now() - make_interval(secs => $1) for update skip locked)",
                patience,
            )
            lost = await db.records(
                "update job set state = case when attempt >= max_attempts then 'failed' else 'queued' end,"
                " done_at = case when attempt >= max_attempts then now() end, run_at = now(), error ="
                " case when attempt >= max_attempts then $1::jsonb end"
                " where id in (select id from job where state = 'running' and claimed_until < now()"
                " for update skip locked) returning id, parent_id, state",
                {"msgid": "The worker died each time this step was tried. Somebody needs to look at it.", "params": {}},
            )
            if lost:
                await end_sessions_of([job["id"] for job in lost])
            for job in lost:
                log.warning("job %s lost its worker, now %s", job["id"], job["state"])
                if job["state"] == "failed" and job["parent_id"]:
                    await wake_parent(job["parent_id"])
        self.broker.client.set(MARK, "1")

    async def listen(self, url: str) -> None:
        """Be woken by NOTIFY. A lost connection only means waiting for the next poll."""
        while True:
            with contextlib.suppress(*LOST):
                connection = await asyncpg.connect(**connection_arguments(url))
                try:
                    gone = asyncio.Event()
                    connection.add_termination_listener(lambda *_, gone=gone: gone.set())
                    await connection.add_listener("job", lambda *_: self.woken.set())
                    await gone.wait()
                finally:
                    await connection.close()
            await asyncio.sleep(POLL_SECONDS)

    async def run(self) -> None:
        """Turn until cancelled; a lost server is waited for."""
        while True:
            self.woken.clear()
            try:
                await self.turn()
            except LOST as error:
                log.warning("waiting for a server: %s", error)
            # Not `wait_for`, which in Python 3.11 may lose a cancellation that comes together with what it waits for.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self.woken.wait()


async def main() -> None:
    """The relay process, until SIGTERM or SIGINT."""
    open_logs()
    settings = load(os.environ)
    await DB.connect(settings.database_url, max_size=2, acquire_seconds=5)
    relay = Relay(settings.redis_url)
    tasks = [asyncio.create_task(relay.listen(settings.database_url)), asyncio.create_task(relay.run())]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: [task.cancel() for task in tasks])
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    await DB.disconnect()


if __name__ == "__main__":
    asyncio.run(main())
