"""Jobs are rows: made with their cause, done once, seen by people, and never lost."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, ClassVar
from uuid import UUID

import pytest

from tatausaha.core import db, outbox
from tatausaha.core.actor import Actor, acting, current_actor
from tatausaha.core.claims import Claim, Fenced, claim
from tatausaha.core.errors import Conflict, Invalid, NotFound, Unavailable
from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job, JobView, enqueue, enqueue_all
from tatausaha.settings import Settings
from tests.make import Office, drain, make_client
from workers.relay import Relay
from workers.runtime import HANDLERS, execute

Handler = Callable[["Count", Claim], Awaitable[None]]


class Count(Job, frozen=True):
    """A job whose work the test decides."""

    kind: ClassVar[str] = "test.count"
    max_attempts: ClassVar[int] = 3
    number: int = 1

    def title(self) -> Text:
        return text("Count to {number}", number=self.number)


class Doing:
    """What the handler of `Count` does, and what it did."""

    def __init__(self) -> None:
        self.work: Handler = self.succeed
        self.seen: list[tuple[int, int]] = []

    async def __call__(self, job: Count, held: Claim) -> None:
        self.seen.append((job.number, held.row.attempt))
        await self.work(job, held)

    async def succeed(self, job: Count, held: Claim) -> None:
        async with held.finishing():
            await make_client(name=f"PT Nomor {job.number}")


@pytest.fixture
def doing() -> Iterator[Doing]:
    made = Doing()
    HANDLERS[Count.kind] = (Count, made)
    yield made
    del HANDLERS[Count.kind]


async def put(office: Office, number: int = 1, once_key: str = "a", **options: Any) -> UUID:
    async with office.scope():
        job_id = await enqueue(Count(number), once_key=once_key, **options)
    assert job_id is not None
    return job_id


async def look(office: Office, job_id: UUID) -> JobView:
    async with office.scope():
        return await outbox.get_job(job_id)


async def clients(office: Office) -> list[str]:
    async with office.scope():
        found = await db.records("select name from client where name like 'PT Nomor%' order by name")
    return [record["name"] for record in found]


async def lose_worker(office: Office, job_id: UUID) -> None:
    """The lease of whoever works on the job has run out."""
    async with office.scope():
        await db.execute("update job set claimed_until = now() - interval '1 second' where id = $1", job_id)


async def test_what_is_rolled_back_leaves_no_job(office: Office, doing: Doing) -> None:
    async def fail() -> None:
        async with office.scope():
            await enqueue(Count(), once_key="a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert await drain(office.tenant_id) == []


async def test_the_same_key_makes_one_job_also_when_asked_at_once(office: Office, doing: Doing) -> None:
    async def ask() -> UUID | None:
        async with office.scope():
            return await enqueue(Count(), once_key="november")

    made = await asyncio.gather(*(ask() for _ in range(5)))

    assert len([one for one in made if one]) == 1
    assert await drain(office.tenant_id) == ["test.count"]


async def test_another_provider_may_use_the_same_key(office: Office, other_office: Office, doing: Doing) -> None:
    await put(office)
    await put(other_office)

    assert await drain(office.tenant_id) == ["test.count"]
    assert await clients(other_office) == []


async def test_effect_and_end_are_committed_together(office: Office, doing: Doing) -> None:
    job_id = await put(office, 7)

    await execute(job_id)
    assert await execute(job_id) is None

    assert await clients(office) == ["PT Nomor 7"]
    assert (await look(office, job_id)).state == "done"
    assert doing.seen == [(7, 1)]


async def test_a_job_is_done_in_the_name_of_who_asked_for_it(office: Office, doing: Doing) -> None:
    async def note(_job: Count, held: Claim) -> None:
        names.append(current_actor().name)
        async with held.finishing():
            pass

    names: list[str] = []
    doing.work = note
    with acting(Actor(office.worker.member_id, "Dewi", "worker")):
        job_id = await put(office)
    await execute(job_id)

    assert names == ["Dewi"]
    assert (await look(office, job_id)).actor_name == "Dewi"


async def test_of_two_workers_that_take_a_job_one_gets_it(office: Office, doing: Doing) -> None:
    job_id = await put(office)

    held = await asyncio.gather(*(claim(job_id) for _ in range(5)))

    assert len([one for one in held if one]) == 1


async def test_a_worker_thought_dead_comes_too_late(office: Office, doing: Doing) -> None:
    job_id = await put(office)
    slow = await claim(job_id)
    assert slow is not None
    await lose_worker(office, job_id)
    await execute(job_id)

    async def finish_late() -> None:
        async with slow.finishing():
            await make_client(name="PT Nomor 99")

    with pytest.raises(Fenced):
        await finish_late()
    await slow.fail(text("Too late."), final=True)

    assert await clients(office) == ["PT Nomor 1"]
    assert (await look(office, job_id)).state == "done"


async def test_a_hiccup_is_tried_again_until_it_works(office: Office, doing: Doing) -> None:
    async def stumble(job: Count, held: Claim) -> None:
        if held.row.attempt < 3:
            raise ZeroDivisionError
        await doing.succeed(job, held)

    doing.work = stumble
    job_id = await put(office)

    await drain(office.tenant_id)

    assert doing.seen == [(1, 1), (1, 2), (1, 3)]
    assert (await look(office, job_id)).state == "done"


@pytest.mark.parametrize(
    ("error", "attempts"),
    [(ZeroDivisionError(), 3), (Unavailable(text("Later.")), 3), (Invalid(text("The file is empty.")), 1)],
)
async def test_what_cannot_be_done_ends_as_failed_with_its_reason(
    office: Office, doing: Doing, error: Exception, attempts: int
) -> None:
    async def fail(_job: Count, _held: Claim) -> None:
        raise error

    doing.work = fail
    job_id = await put(office)

    await drain(office.tenant_id)

    job = await look(office, job_id)
    assert (job.state, len(doing.seen)) == ("failed", attempts)
    assert job.error is not None
    assert "ZeroDivisionError" not in str(job.error)


async def test_a_person_tries_a_failed_job_again(office: Office, doing: Doing) -> None:
    async def fail(_job: Count, _held: Claim) -> None:
        raise Conflict(text("Not yet."))

    doing.work = fail
    job_id = await put(office)
    await drain(office.tenant_id)
    doing.work = doing.succeed

    async with office.scope():
        await outbox.retry(job_id)
    await drain(office.tenant_id)

    job = await look(office, job_id)
    assert (job.state, job.error) == ("done", None)


async def test_a_waiting_job_is_cancelled_and_never_done(office: Office, doing: Doing) -> None:
    job_id = await put(office)
    async with office.scope():
        await outbox.cancel(job_id)

    assert await execute(job_id) is None
    assert (await look(office, job_id)).state == "cancelled"


async def test_what_ended_is_neither_cancelled_nor_tried_again(office: Office, doing: Doing) -> None:
    job_id = await put(office)
    await execute(job_id)

    async with office.scope():
        with pytest.raises(Conflict):
            await outbox.cancel(job_id)
        with pytest.raises(Conflict):
            await outbox.retry(job_id)


async def test_jobs_of_others_are_neither_seen_nor_cancelled(
    office: Office, other_office: Office, doing: Doing
) -> None:
    job_id = await put(other_office)

    async with office.scope():
        for deed in (outbox.get_job, outbox.cancel, outbox.retry):
            with pytest.raises(NotFound):
                await deed(job_id)


def in_parts(doing: Doing, numbers: range) -> Handler:
    """A job that fans out, and closes when the last of its parts has ended."""

    async def work(job: Count, held: Claim) -> None:
        if job.number:
            await doing.succeed(job, held)
        elif held.resumed:
            async with held.finishing():
                await make_client(name="PT Nomor akhir")
        else:
            async with held.finishing():
                parts = [(Count(number), f"part {number}", 1) for number in numbers]
                await enqueue_all(parts, parent_id=held.row.id)
                held.wait_for_parts(len(numbers))

    return work


async def test_the_last_part_to_end_closes_the_whole(office: Office, doing: Doing) -> None:
    doing.work = in_parts(doing, range(1, 4))
    job_id = await put(office, 0)

    await execute(job_id)
    assert (await look(office, job_id)).state == "running"
    await drain(office.tenant_id)

    assert await clients(office) == ["PT Nomor 1", "PT Nomor 2", "PT Nomor 3", "PT Nomor akhir"]
    assert (await look(office, job_id)).state == "done"
    assert [number for number, _ in doing.seen] == [0, 1, 2, 3, 0]


async def test_parts_that_end_at_the_same_moment_wake_the_whole_once(office: Office, doing: Doing) -> None:
    doing.work = in_parts(doing, range(1, 7))
    job_id = await put(office, 0)
    await execute(job_id)
    async with office.scope():
        parts = [record["id"] for record in await db.records("select id from job where parent_id = $1", job_id)]

    await asyncio.gather(*(execute(part) for part in parts))
    await drain(office.tenant_id)

    assert (await look(office, job_id)).state == "done"
    assert [number for number, _ in doing.seen].count(0) == 2


async def test_a_part_that_fails_does_not_keep_the_whole_waiting(office: Office, doing: Doing) -> None:
    whole = in_parts(doing, range(1, 4))

    async def work(job: Count, held: Claim) -> None:
        if job.number == 2:
            raise Invalid(text("Number two is missing."))
        await whole(job, held)

    doing.work = work
    job_id = await put(office, 0)

    await drain(office.tenant_id)

    assert await clients(office) == ["PT Nomor 1", "PT Nomor 3", "PT Nomor akhir"]
    assert (await look(office, job_id)).ended


async def test_failures_within_a_job_make_it_partly_done(office: Office, doing: Doing) -> None:
    async def work(_job: Count, held: Claim) -> None:
        held.progress(9, 10)
        held.failures += 1
        async with held.finishing():
            pass

    doing.work = work
    job_id = await put(office)

    await execute(job_id)

    job = await look(office, job_id)
    assert (job.state, job.done, job.total, job.failures) == ("partly", 9, 10, 1)


async def test_a_job_of_a_dead_worker_is_given_to_the_next(office: Office, settings: Settings, doing: Doing) -> None:
    job_id = await put(office)
    assert await claim(job_id) is not None
    await lose_worker(office, job_id)

    await Relay(settings.redis_url).take_back()
    await drain(office.tenant_id)

    assert doing.seen == [(1, 2)]
    assert (await look(office, job_id)).state == "done"


async def test_a_job_that_kills_every_worker_ends_as_failed(office: Office, settings: Settings, doing: Doing) -> None:
    relay, job_id = Relay(settings.redis_url), await put(office)
    for _ in range(Count.max_attempts):
        assert await claim(job_id) is not None
        await lose_worker(office, job_id)
        await relay.take_back()

    job = await look(office, job_id)
    assert (job.state, job.error is not None) == ("failed", True)
    assert await claim(job_id) is None


async def test_a_worker_of_one_client_does_not_see_the_jobs_of_another(office: Office, doing: Doing) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
    job_id = await put(office, client_id=second)

    async with db.client_scope(office.tenant_id, [office.client_id]):
        assert await outbox.find_job(job_id) is None
