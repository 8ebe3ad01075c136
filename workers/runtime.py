"""What stands between a Dramatiq message and a handler. A message says only "look at this row"."""

import asyncio
import contextlib
import importlib
import logging
import pkgutil
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import msgspec

import workers
from tatausaha.core.actor import Actor, acting
from tatausaha.core.claims import LEASE_SECONDS, Claim, Fenced, claim
from tatausaha.core.db import AWAY
from tatausaha.core.errors import AppError, Unavailable
from tatausaha.core.faults import without_values
from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job

log = logging.getLogger("tatausaha.jobs")

J = TypeVar("J", bound=Job)
Handler = Callable[[Any, Claim], Awaitable[None]]

PROCESSES = ("main", "relay", "clock")
HANDLERS: dict[str, tuple[type[Job], Handler]] = {}
AFTER_FAILURE: dict[str, Handler] = {}


def handles(job: type[J]) -> Callable[[Callable[[J, Claim], Awaitable[None]]], Callable[[J, Claim], Awaitable[None]]]:
    """Register the handler of a kind of job. It ends its work inside `claim.finishing()`."""

    def register(handler: Callable[[J, Claim], Awaitable[None]]) -> Callable[[J, Claim], Awaitable[None]]:
        HANDLERS[job.kind] = (job, handler)
        return handler

    return register


def after_failure(
    job: type[J],
) -> Callable[[Callable[[J, Claim], Awaitable[None]]], Callable[[J, Claim], Awaitable[None]]]:
    """Register what follows when a kind of job has failed for good and waits for a person."""

    def register(handler: Callable[[J, Claim], Awaitable[None]]) -> Callable[[J, Claim], Awaitable[None]]:
        AFTER_FAILURE[job.kind] = handler
        return handler

    return register


def register_handlers() -> None:
    """Import every module of this package, each of which registers the handlers of its capability."""
    for module in pkgutil.iter_modules(workers.__path__):
        if module.name not in PROCESSES:
            importlib.import_module(f"workers.{module.name}")


async def execute(job_id: UUID) -> str | None:
    """Run one job's next attempt; gives its kind, or None when there was nothing to do. Tests call this too."""
    held = await claim(job_id)
    if held is None:
        return None
    job_type, handler = HANDLERS[held.row.kind]
    beat = asyncio.create_task(held.beat())
    try:
        with acting(Actor(held.row.actor_id, held.row.actor_name, "job")):
            await handler(msgspec.convert(held.row.payload, job_type, strict=False), held)
    except Fenced:
        log.warning("job %s attempt %s was taken over", held.row.id, held.row.attempt)
    except Unavailable as error:
        await _record_failure(held, error.message, final=False)
    except AppError as error:
        await _record_failure(held, error.message, final=True)
    except Exception as error:
        reference = secrets.token_hex(4)
        fault = without_values(error)
        log.error("job %s kind %s failed, reference %s", held.row.id, held.row.kind, reference, exc_info=fault)
        await _record_failure(
            held,
            text("An unexpected error stopped this step (reference {reference}).", reference=reference),
            final=False,
        )
    finally:
        beat.cancel()
    return held.row.kind


async def _record_failure(held: Claim, reason: Text, *, final: bool) -> None:
    """Write down why the attempt failed. With the database away, until it is back or the lease has ended by itself."""
    for _ in range(LEASE_SECONDS):
        with contextlib.suppress(*AWAY):
            if await held.fail(reason, final=final) and held.row.kind in AFTER_FAILURE:
                await _follow_failure(held)
            return
        await asyncio.sleep(1)


async def _follow_failure(held: Claim) -> None:
    job_type, _ = HANDLERS[held.row.kind]
    try:
        with acting(Actor(held.row.actor_id, held.row.actor_name, "job")):
            await AFTER_FAILURE[held.row.kind](msgspec.convert(held.row.payload, job_type, strict=False), held)
    except Exception as error:  # the job failed already, and is shown so
        log.error("job %s kind %s failed untold", held.row.id, held.row.kind, exc_info=without_values(error))
