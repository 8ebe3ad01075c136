"""What the Dramatiq command starts: one event loop, one pool, every handler."""

import asyncio
import ctypes
import logging
import os
import signal
from uuid import UUID

import dramatiq
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import AsyncIO, Middleware, MiddlewareError, ShutdownNotifications

from tatausaha.core.claims import UNSEEN_SECONDS
from tatausaha.core.db import AWAY
from tatausaha.core.process import close_process, open_process
from tatausaha.settings import load
from workers.broker import ACTOR, QUEUES, make_broker
from workers.runtime import execute, register_handlers

log = logging.getLogger("tatausaha.jobs")

CONNECTIONS = 10
PATIENCE_SECONDS = 30.0
SETTINGS = load(os.environ)


class OpenProcess(Middleware):
    """Opens the pool on the loop on which the jobs run, and closes it while that loop still turns."""

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Before the first message is fetched. Without a database there is no worker: it ends, and is started again."""
        # Messages held at once, those at work included. With more, a large job's parts would wait here while others idle.
        worker.queue_prefetch = 3
        loop = get_event_loop_thread()
        assert loop is not None
        try:
            loop.run_coroutine(open_process(SETTINGS, connections=CONNECTIONS, patience=PATIENCE_SECONDS))
        except Exception as error:
            loop.stop()
            raise MiddlewareError("The worker cannot begin") from error  # Dramatiq goes on after any other error

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        loop = get_event_loop_thread()
        assert loop is not None
        loop.run_coroutine(close_process())


async def run(job_id: str) -> None:
    """Look at one row; whatever happens is written there, so that Dramatiq never needs to retry.

    While the database is away the message is held: dropped, it would not come again before the relay misses it.
    """
    for _ in range(UNSEEN_SECONDS):
        try:
            await execute(UUID(job_id))
        except AWAY as error:
            log.warning("job %s waits for the database: %s", job_id, error)
            await asyncio.sleep(1)
        else:
            return


# PR_SET_PDEATHSIG: a worker does not outlive the process that started it. It is killed, since a polite end may wait for a
# Redis that went with that process; what it was doing is taken over like the work of any killed worker.
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
register_handlers()
broker = make_broker(SETTINGS.redis_url, [ShutdownNotifications(), AsyncIO(), OpenProcess()])
dramatiq.set_broker(broker)
for queue in QUEUES:
    dramatiq.actor(run, actor_name=f"{ACTOR}_{queue}", queue_name=queue, broker=broker)
