"""What the Dramatiq command starts: one event loop, one pool, every handler."""

import ctypes
import os
import signal
from uuid import UUID

import dramatiq
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import AsyncIO, Middleware, ShutdownNotifications

from tatausaha.core.process import close_process, open_process
from tatausaha.settings import load
from workers.broker import ACTOR, QUEUES, make_broker
from workers.runtime import execute, register_handlers

CONNECTIONS = 10
PATIENCE_SECONDS = 30.0
SETTINGS = load(os.environ)


class OpenProcess(Middleware):
    """Opens the pool on the loop on which the jobs run, and closes it while that loop still turns."""

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        loop = get_event_loop_thread()
        assert loop is not None
        loop.run_coroutine(open_process(SETTINGS, connections=CONNECTIONS, patience=PATIENCE_SECONDS))

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        loop = get_event_loop_thread()
        assert loop is not None
        loop.run_coroutine(close_process())


async def run(job_id: str) -> None:
    """Look at one row; whatever happens is written there, so that Dramatiq never needs to retry."""
    await execute(UUID(job_id))


# PR_SET_PDEATHSIG: a worker does not outlive the process that started it.
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
register_handlers()
broker = make_broker(SETTINGS.redis_url, [ShutdownNotifications(), AsyncIO(), OpenProcess()])
dramatiq.set_broker(broker)
for queue in QUEUES:
    dramatiq.actor(run, actor_name=f"{ACTOR}_{queue}", queue_name=queue, broker=broker)
