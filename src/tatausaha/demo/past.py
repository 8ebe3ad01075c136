"""The months behind the demo's clients: calculated by the workers, checked and released by the product's own steps."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

import msgspec

from tatausaha.core import db, outbox
from tatausaha.core.actor import Actor, acting
from tatausaha.core.dates import Period
from tatausaha.core.db import ScopedTransaction, tenant_scope
from tatausaha.core.i18n import render
from tatausaha.core.ids import uuid7
from tatausaha.demo.names import LOAN
from tatausaha.demo.workforce import SEED, STEP
from tatausaha.local.child import LocalError
from tatausaha.payroll import facts, queries, service
from tatausaha.payroll.jobs import MakeRunDocuments
from tatausaha.payroll.queries import RunView

PATIENCE = 300.0  # seconds
LOOK_EVERY = 0.1  # seconds between two looks at what the workers do
LEBARAN = {2025: date(2025, 3, 31), 2026: date(2026, 3, 20), 2027: date(2027, 3, 10), 2028: date(2028, 2, 26)}
_SET_STATE = "update job set state = $3 where kind = $1 and once_key = $2"
Entry = tuple[object, str, str, int, int]
INPUT = ("id", "client_id", "run_id", "employee_id", "code", "name", "amount", "days")


class Team(msgspec.Struct, frozen=True):
    """A client with the people who take its months through their steps."""

    tenant_id: UUID
    client_id: UUID
    code: str
    worker: Actor
    manager: Actor
    approver: Actor

    def scope(self) -> ScopedTransaction:
        return tenant_scope(self.tenant_id)


async def live(
    team: Team, months: Sequence[Period], until: str = "closed", reached: Callable[[], None] = lambda: None
) -> None:
    """Take every month to a state, oldest first; what is done already is not done again. Calls `reached` for each."""
    for month in months:
        while True:
            async with team.scope():
                run = await queries.find_regular_run(team.client_id, month)
            if run is not None and run.state == until:
                break
            await _step(team, month, run)
        reached()


async def begin_month(team: Team, month: Period, until: str) -> None:
    """Take the open month as far as `until`, unless somebody has begun it."""
    async with team.scope():
        run = await queries.find_regular_run(team.client_id, month)
    if run is None:
        await live(team, [month], until)


async def _step(team: Team, month: Period, run: RunView | None) -> None:
    """The next step of a month, taken by the person whose step it is."""
    if run is None:
        await _begin(team, month)
    elif run.state == "calculated":
        with acting(team.manager):
            async with team.scope():
                await service.review(run.id, run.figures_hash)
    elif run.state == "reviewed":
        with acting(team.approver):
            async with team.scope():
                await service.approve(run.id, run.figures_hash)
    elif run.state == "approved":
        await _publish(team, run)
    elif run.state == "published":
        await _close(team, run)
    else:
        await _wait_for(team, run.job_id)


async def _begin(team: Team, month: Period) -> None:
    """Create the run with what was special in the month, and have it calculated."""
    with acting(team.worker):
        async with team.scope():
            run_id = await service.create_run(team.client_id, month)
            people = await db.records(
                "select e.id, p.amount, e.joined_on from employee e join pay_component p on p.tenant_id = e.tenant_id"
                " and p.employee_id = e.id and p.code = 'basic' and p.starts_on <= $3"
                " and (p.ends_on is null or p.ends_on >= $3) where e.id = any($1) and e.client_id = $2 order by e.number",
                *(await facts.list_employed(team.client_id, month), team.client_id, month.last),
            )
            inputs = month_inputs(f"{team.code}:{month}", month, [tuple(row) for row in people])
            rows = [(uuid7(), team.client_id, run_id, *entered) for entered in inputs]
            await db.bulk_insert("pay_input", INPUT, rows)
            await service.calculate(run_id)


def month_inputs(seed: str, month: Period, people: Iterable[tuple[object, int, date]]) -> list[Entry]:
    """What is special in a month for people given with basic pay and first day: (person, code, name, rupiah, days)."""
    chance = Random(f"{SEED}:{seed}")
    inputs: list[Entry] = []
    for person, basic, joined in people:
        hour = basic // 173  # Kepmenaker 102/2004 Ps. 8, made law by PP 35/2021
        if chance.random() < 0.3:
            inputs.append((person, "overtime", "", -(-hour * chance.randint(3, 24) // STEP) * STEP, 0))
        if chance.random() < 0.05:
            inputs.append((person, "unpaid_days", "", 0, chance.randint(1, 3)))
        if chance.random() < 0.08:
            inputs.append((person, "deduction", LOAN, 250_000, 0))
        served = min(12, 12 * (month.year - joined.year) + month.month - joined.month)
        if month == thr_month(month.year) and served > 0:
            inputs.append((person, "thr", "", basic * served // 12, 0))  # Permenaker 6/2016 Ps. 3
        if month.month == 12 and chance.random() < 0.6:
            inputs.append((person, "bonus", "", basic // 2 // STEP * STEP, 0))
    return inputs


def thr_month(year: int) -> Period:
    """The month in which THR is due: a week before Lebaran at the latest (Permenaker 6/2016 Ps. 5)."""
    return Period.of(LEBARAN.get(year, date(year, 3, 15)) - timedelta(days=7))


async def _publish(team: Team, run: RunView) -> None:
    """Release the month, and put its paper off."""
    with acting(team.manager):
        async with team.scope():
            await service.publish(run.id)
            await db.execute(
                "update job set run_at = now() + interval '1 year' where kind = $1 and once_key = $2", *_paper(run)
            )


async def _close(team: Team, run: RunView) -> None:
    """Close the month without waiting for its paper: at the time, others had handed it out."""
    with acting(team.manager):
        async with team.scope():
            await db.execute(_SET_STATE, *_paper(run), "done")
            await service.close(run.id)
            await db.execute(_SET_STATE, *_paper(run), "queued")


async def make_paper(teams: Iterable[Team], months: Sequence[Period]) -> None:
    """Let the workers make the payslips and reports that were put off."""
    for team in teams:
        async with team.scope():
            await db.execute(
                "update job set run_at = now() where kind = $1 and state = 'queued' and run_at > now() + interval '30 days'"
                " and once_key in (select id::text from pay_run where client_id = $2 and period = any($3))",
                *(MakeRunDocuments.kind, team.client_id, [month.first for month in months]),
            )
            await db.execute("select pg_notify('job', '')")


def _paper(run: RunView) -> tuple[str, str]:
    return MakeRunDocuments.kind, str(run.id)


async def _wait_for(team: Team, job_id: UUID | None) -> None:
    """Until the workers have ended a job. LocalError when it failed: then the demo cannot go on."""
    assert job_id is not None
    deadline = time.monotonic() + PATIENCE
    while True:
        async with team.scope():
            job = await outbox.get_job(job_id)
        if job.state == "done":
            return
        if job.ended:
            reason = render(job.error) if job.error else job.state
            raise LocalError(f"{job.client_name}: {render(job.title)} did not succeed: {reason}")
        if time.monotonic() > deadline:
            raise LocalError(
                f"The workers did not end “{render(job.title)}” in {PATIENCE:.0f} s; their logs may say why."
            )
        await asyncio.sleep(LOOK_EVERY)
