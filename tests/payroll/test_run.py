"""The month of a client, from draft to closed, through the product's services and the real job code."""

from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict, Forbidden
from tatausaha.payroll import queries, service
from tests.make import Office, Person, drain, make_employees

JUNE = Period(2026, 6)


def as_(person: Person, role: str) -> Actor:
    return Actor(person.member_id, person.name, role)


async def calculated_run(office: Office, people: int = 3, **changes: object) -> UUID:
    async with office.scope():
        await make_employees(office.client_id, people, **changes)
    with acting(as_(office.worker, "worker")):
        async with office.scope():
            run_id = await service.create_run(office.client_id, JUNE)
            await service.calculate(run_id)
    await drain(office.tenant_id)
    return run_id


async def step(office: Office, role: str, verb: str, run_id: UUID) -> object:
    with acting(as_(office.people[role], role)):
        async with office.scope():
            run = await queries.get_run(run_id)
            if verb in ("review", "approve"):
                return await getattr(service, verb)(run_id, run.figures_hash)
            return await getattr(service, verb)(run_id)


async def test_a_calculated_run_has_one_slip_for_everyone_employed(office: Office) -> None:
    run_id = await calculated_run(office, 3)

    async with office.scope():
        run = await queries.get_run(run_id)
        slips = await queries.page_run_slips(run_id)
    assert (run.state, run.slip_count, run.problem_count) == ("calculated", 3, 0)
    assert [slip.net_pay for slip in slips] == [9_338_650 + 4404] * 3 or run.totals.net_pay == sum(
        s.net_pay for s in slips
    )


async def test_somebody_without_basic_pay_is_named_and_the_others_are_calculated(office: Office) -> None:
    async with office.scope():
        (unpaid,) = await make_employees(office.client_id, 1)
        await db.execute("delete from pay_component where employee_id = $1", unpaid)
    run_id = await calculated_run(office, 2)

    async with office.scope():
        run, (problem,) = await queries.get_run(run_id), await queries.list_problems(run_id)
    assert (run.slip_count, run.problem_count, run.state) == (2, 1, "calculated")
    assert problem.employee_id == unpaid
    assert "gaji pokok" in str(problem.reason).lower() or "basic salary" in str(problem.reason)
    with pytest.raises(Conflict):
        await step(office, "manager", "review", run_id)


async def test_the_maker_of_a_run_cannot_review_it(office: Office) -> None:
    run_id = await calculated_run(office)

    with pytest.raises(Forbidden):
        await step(office, "worker", "review", run_id)


async def test_a_month_goes_from_draft_to_published_with_three_people(office: Office) -> None:
    run_id = await calculated_run(office)

    await step(office, "manager", "review", run_id)
    await step(office, "approver", "approve", run_id)
    published = await step(office, "manager", "publish", run_id)

    async with office.scope():
        steps = [taken.action for taken in await queries.list_steps(run_id)]
    assert published is True
    assert steps == ["created", "calculated", "reviewed", "approved", "published"]


async def test_one_rupiah_changed_after_approval_voids_it(office: Office, superuser: asyncpg.Connection) -> None:
    run_id = await calculated_run(office)
    await step(office, "manager", "review", run_id)
    await step(office, "approver", "approve", run_id)

    await superuser.execute(
        "update slip set net_pay = net_pay + 1 where id = (select id from slip where run_id = $1 limit 1)", run_id
    )

    assert await step(office, "manager", "publish", run_id) is False
    async with office.scope():
        assert (await queries.get_run(run_id)).state == "draft"


async def test_figures_of_a_reviewed_run_cannot_be_touched_by_the_application(office: Office) -> None:
    run_id = await calculated_run(office)
    await step(office, "manager", "review", run_id)

    with pytest.raises(asyncpg.PostgresError, match="do not change"):
        async with office.scope() as scope:
            await scope.connection.execute("delete from slip where run_id = $1", run_id)


async def test_a_second_run_of_the_same_month_is_refused(office: Office) -> None:
    await calculated_run(office)

    with pytest.raises(Conflict):
        async with office.scope():
            await service.create_run(office.client_id, JUNE)
