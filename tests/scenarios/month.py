"""A client with five thousand people, its payroll run calculated again and again, and what must be true each time."""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db, letters
from tatausaha.core.dates import Period
from tatausaha.core.db import ScopedTransaction, gate_scope, tenant_scope
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import JobView, find_job
from tatausaha.payroll import queries, service
from tatausaha.payroll.queries import RunView
from tests.make import make_client, make_employees
from tests.scenarios.house import House

PEOPLE = 5_000
LETTERS = 20
JUNE = Period(2026, 6)


class Outcome(msgspec.Struct, frozen=True):
    """One calculation from beginning to end, as people saw it."""

    run: RunView
    job: JobView
    seen: tuple[int, ...]
    attempts: int


class Month:
    """The run under test. Each trial calculates it anew, so that its figures can be compared to the rupiah."""

    def __init__(self, house: House, tenant_id: UUID, client_id: UUID, run_id: UUID) -> None:
        self.house, self.tenant_id, self.client_id, self.run_id = house, tenant_id, client_id, run_id
        self.job_id = run_id
        self.seen: list[int] = []
        self.letters: list[str] = []

    def scope(self) -> ScopedTransaction:
        return tenant_scope(self.tenant_id)

    async def begin(self, letters_too: int = LETTERS) -> None:
        """Ask for the calculation, and for some letters in the same transaction."""
        async with self.scope():
            self.job_id = await service.calculate(self.run_id)
            self.letters = [await self._write_letter() for _ in range(letters_too)]
        self.seen = []

    async def _write_letter(self) -> str:
        key = uuid7()
        await letters.write(
            "approval_asked",
            f"{key.hex}@example.com",
            once_key=str(key),
            language="id",
            client="PT Maju Bersama",
            month="2026-06-01",
            provider="PT Tata Kelola",
            link="https://example.com",
        )
        return str(key)

    async def parts(self, *states: str) -> int:
        """How many chunks are in one of the states."""
        count: int = await self.house.ask(
            "select count(*) from job where parent_id = $1 and state = any($2)", self.job_id, list(states)
        )
        return count

    async def some_parts(self, *states: str) -> None:
        """At least one chunk is in one of the states."""
        await self.house.until(lambda: self.parts(*states))

    async def finish(self) -> Outcome:
        """Wait for the run's and the letters' end, looking at the progress as its page does."""
        await self.house.until(self._look)
        await self.house.until(self._letters_ended)
        async with self.scope():
            job = await find_job(self.job_id)
            run = await queries.get_run(self.run_id)
        assert job is not None
        attempts = await self.house.ask("select max(attempt) from job where parent_id = $1", self.job_id)
        return Outcome(run, job, tuple(self.seen), attempts)

    async def _look(self) -> bool:
        async with self.scope():
            job = await find_job(self.job_id)
        assert job is not None
        self.seen.append(job.done)
        return job.ended

    async def _letters_ended(self) -> bool:
        return not await self.house.ask(
            "select count(*) from job where kind = 'mail.send' and state in ('queued', 'sent', 'running')"
        )

    async def count_slips(self) -> tuple[int, int]:
        """Slips of the run, and people who have one."""
        async with self.scope():
            (found,) = await db.records(
                "select count(*) as slips, count(distinct employee_id) as people from slip where run_id = $1",
                self.run_id,
            )
        return found["slips"], found["people"]

    async def letters_that_left_wrongly(self) -> list[tuple[str, str, int]]:
        """Letters noted as sent that did not arrive just once, and others that arrived more often than that."""
        async with self.scope():
            mails = await db.records("select message_id, state from mail")
        taken = self.house.inbox.taken
        return [
            (mail["message_id"], mail["state"], taken[mail["message_id"]])
            for mail in mails
            if taken[mail["message_id"]] != (mail["state"] == "sent")
            and (mail["state"] != "unconfirmed" or taken[mail["message_id"]] > 1)
        ]

    async def letters_nobody_is_sure_of(self) -> int:
        """Of this trial: a worker that was killed in an earlier one may have been handing a letter over."""
        async with self.scope():
            count: int = await db.value(
                "select count(*) from mail where state <> 'sent' and once_key = any($1)", self.letters
            )
        return count


async def make_month(house: House, count: int = PEOPLE) -> Month:
    """A provider, a client, its people with four components each, and a draft of June."""
    tenant_id = uuid7()
    async with gate_scope():
        await db.execute("insert into provider (id, name) values ($1, 'PT Tata Kelola')", tenant_id)
    async with tenant_scope(tenant_id):
        client_id = await make_client()
        paid_to = {"bank": "BCA", "bank_account": "1234567890"}
        people = await make_employees(client_id, count, bpjs_kesehatan=True, bpjs_jht=True, bpjs_jp=True, **paid_to)
        await db.bulk_insert(
            "pay_component",
            ("id", "client_id", "employee_id", "code", "name", "amount", "starts_on"),
            [
                (uuid7(), client_id, person, code, code, amount + 1000 * number, date(2024, 1, 1))
                for number, person in enumerate(people)
                for code, amount in (("fixed_allowance", 1_000_000), ("overtime", 350_000), ("deduction", 75_000))
            ],
        )
        run_id = await service.create_run(client_id, JUNE)
    return Month(house, tenant_id, client_id, run_id)
