"""Jobs between the relay and the workers: taken over, tried again, put aside; by the rows alone, without Redis' help."""

import asyncio
from contextvars import Context
from typing import ClassVar
from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import db, outbox
from tatausaha.core.claims import Claim, Fenced, claim
from tatausaha.core.outbox import Job, enqueue
from tatausaha.settings import Settings
from tests.make import Office
from workers.relay import Relay


class Count(Job, frozen=True):
    """A job that these tests run by hand."""

    kind: ClassVar[str] = "tests.count"


@pytest.fixture
def relay(settings: Settings) -> Relay:
    return Relay(settings.redis_url)


async def make_job(office: Office, key: str, parent: UUID | None = None) -> UUID:
    async with office.scope():
        job_id = await enqueue(Count(), once_key=key, parent_id=parent)
    assert job_id is not None
    return job_id


async def begin(job_id: UUID) -> Claim:
    held = await claim(job_id)
    assert held is not None
    return held


async def end(held: Claim) -> None:
    async with held.finishing():
        pass


async def state(office: Office, job_id: UUID) -> str:
    async with office.scope():
        return (await outbox.get_job(job_id)).state


async def let_lease_end(superuser: asyncpg.Connection, job_id: UUID) -> None:
    await superuser.execute("update job set claimed_until = now() - interval '1 s' where id = $1", job_id)


async def test_what_a_worker_did_after_its_lease_ended_does_not_count(
    office: Office, superuser: asyncpg.Connection, relay: Relay
) -> None:
    job_id = await make_job(office, "slow")
    slow = await begin(job_id)
    await let_lease_end(superuser, job_id)
    await relay.take_back()
    quick = await begin(job_id)

    with pytest.raises(Fenced):
        await end(slow)

    await end(quick)
    assert await state(office, job_id) == "done"


async def test_a_worker_from_before_a_person_tried_again_cannot_end_the_job(
    office: Office, superuser: asyncpg.Connection
) -> None:
    job_id = await make_job(office, "again")
    old = await begin(job_id)
    await superuser.execute("update job set state = 'failed', claimed_until = null where id = $1", job_id)
    async with office.scope():
        await outbox.retry(job_id)
    await begin(job_id)

    with pytest.raises(Fenced):
        await end(old)

    assert await state(office, job_id) == "running"


async def test_the_transaction_of_a_worker_that_lost_its_job_is_ended(
    office: Office, superuser: asyncpg.Connection, relay: Relay
) -> None:
    job_id = await make_job(office, "frozen")
    frozen = await begin(job_id)

    async def work_on() -> None:
        async with frozen.finishing():
            await let_lease_end(superuser, job_id)
            # The relay is a process of its own: it knows nothing of this scope.
            await asyncio.create_task(relay.take_back(), context=Context())
            await db.value("select pg_sleep(5)")

    with pytest.raises(db.AWAY):
        await work_on()

    assert await state(office, job_id) == "queued"


async def test_a_step_whose_worker_died_each_time_is_put_aside_and_wakes_what_waits_for_it(
    office: Office, superuser: asyncpg.Connection, relay: Relay
) -> None:
    parent_id = await make_job(office, "parent")
    waiting = await begin(parent_id)
    part_id = await make_job(office, "part", parent_id)
    waiting.wait_for_parts(1)
    await end(waiting)
    for _ in range(Count.max_attempts):
        await begin(part_id)
        await let_lease_end(superuser, part_id)
        await relay.take_back()

    assert await state(office, part_id) == "failed"
    assert await state(office, parent_id) == "queued"


async def test_a_job_resumed_while_a_part_is_still_running_waits_for_that_part(office: Office) -> None:
    parent_id = await make_job(office, "parent")
    waiting = await begin(parent_id)
    part_id = await make_job(office, "part", parent_id)
    waiting.wait_for_parts(1)
    await end(waiting)
    part = await begin(part_id)
    async with office.scope():
        await outbox.cancel(parent_id)
        await outbox.retry(parent_id)

    async with office.scope():
        waits = (await outbox.get_job(parent_id)).state
    await end(part)

    assert (waits, await state(office, parent_id)) == ("running", "queued")
