"""A closed month never changes; a mistake in it becomes a new version of one slip."""

from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.actor import acting
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict
from tatausaha.payroll import inputs, queries, service
from tatausaha.payroll.inputs import InputForm
from tests.make import Office, drain, make_employees
from tests.payroll.test_run import as_, step


async def through_to(office: Office, run_id: UUID, *verbs: str) -> None:
    for verb in verbs:
        await step(office, "approver" if verb == "approve" else "manager", verb, run_id)
    await drain(office.tenant_id)


async def closed_month(office: Office) -> tuple[UUID, queries.SlipRow]:
    async with office.scope():
        await make_employees(office.client_id, 2)
    with acting(as_(office.worker, "worker")):
        async with office.scope():
            run_id = await service.create_run(office.client_id, Period(2026, 6))
            await service.calculate(run_id)
    await drain(office.tenant_id)
    await through_to(office, run_id, "review", "approve", "publish")
    await through_to(office, run_id, "close")
    async with office.scope():
        return run_id, (await queries.page_run_slips(run_id))[0]


async def corrected(office: Office, slip: queries.SlipRow) -> UUID:
    with acting(as_(office.worker, "worker")):
        async with office.scope():
            correction = await service.correct(slip.id, "Lembur 4 Juni tertinggal")
            await inputs.enter(correction, InputForm(slip.employee_number, "overtime", 500_000))
            await service.calculate(correction)
    await drain(office.tenant_id)
    await through_to(office, correction, "review", "approve", "publish")
    return correction


async def test_a_correction_becomes_version_two_of_one_slip_and_leaves_the_month_as_it_was(office: Office) -> None:
    run_id, slip = await closed_month(office)
    correction = await corrected(office, slip)

    async with office.scope():
        before, after = await queries.get_run(run_id), await queries.get_run(correction)
        (new,) = await queries.page_run_slips(correction)
        counting = await queries.page_slips(month=slip.month)
        assert await queries.hash_figures(run_id) == before.approved_hash
    assert (before.state, after.state, new.version) == ("closed", "published", 2)
    assert new.cash_gross == slip.cash_gross + 500_000
    assert sorted(row.version for row in counting) == [1, 2]
    assert slip.id not in {row.id for row in counting}


async def test_a_superseded_slip_cannot_be_corrected_again(office: Office) -> None:
    _, slip = await closed_month(office)
    await corrected(office, slip)

    with pytest.raises(Conflict):
        async with office.scope():
            await service.correct(slip.id, "Sekali lagi")


async def test_not_even_our_own_code_changes_a_closed_run(office: Office) -> None:
    run_id, _ = await closed_month(office)

    with pytest.raises(asyncpg.PostgresError, match="closed"):
        async with office.scope():
            await db.execute("update pay_run set state = 'draft' where id = $1", run_id)


async def test_december_reckons_with_the_corrected_slip(office: Office) -> None:
    _, slip = await closed_month(office)
    await corrected(office, slip)
    with acting(as_(office.worker, "worker")):
        async with office.scope():
            december = await service.create_run(office.client_id, Period(2026, 12))
            await service.calculate(december)
    await drain(office.tenant_id)

    async with office.scope():
        annual = await db.value(
            "select detail->'annual' from slip where run_id = $1 and employee_id = $2", december, slip.employee_id
        )
        own = await db.records(
            "select sum(taxable_gross) as gross, sum(pph21) filter (where period < '2026-12-01') as withheld"
            " from slip where employee_id = $1 and not superseded",
            slip.employee_id,
        )
    assert (annual["gross"], annual["withheld"]) == (own[0]["gross"], own[0]["withheld"])
