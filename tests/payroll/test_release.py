"""The release of a month as a guarded change, and the accounts that an approved month pays to."""

import asyncio
from uuid import UUID

import asyncpg

from tatausaha.core import db
from tatausaha.core.crypto import keyring
from tatausaha.payroll import queries
from tests.make import Office, agree, drain
from tests.payroll.test_run import JUNE, calculated_run, step
from tests.people.make import employ
from tests.people.test_guarded import ACCOUNT, OTHER, save
from tests.reports.months import act


async def request_of(office: Office, run_id: UUID) -> tuple[UUID, str]:
    async with office.scope():
        found = await db.records(
            "select id, state from change_request where subject_id = $1 order by id desc limit 1", run_id
        )
    return found[0]["id"], found[0]["state"]


async def state(office: Office, run_id: UUID) -> str:
    async with office.scope():
        return (await queries.get_run(run_id)).state


async def test_a_calculated_month_waits_in_the_inbox_with_its_figures_and_is_reviewed_there(office: Office) -> None:
    run_id = await calculated_run(office)
    change, _ = await request_of(office, run_id)
    page = (await office.manager.get(f"/changes/{change}")).text

    own = await office.worker.post(f"/changes/{change}/approve")
    await office.manager.post(f"/changes/{change}/approve")

    assert f"/payroll/{run_id}" in page
    assert "Rp 30.000.000" in page
    assert (own.status_code, await state(office, run_id)) == (403, "reviewed")
    async with office.scope():
        steps = [(taken.action, taken.actor_name) for taken in await queries.list_steps(run_id)]
        letters = await db.value("select count(*) from mail where template = 'approval_asked'")
    assert steps[-1] == ("reviewed", "Manager")
    assert letters == 1


async def test_who_entered_a_figure_is_a_maker_also_in_the_inbox(office: Office) -> None:
    await employ(office)
    run_id = await act(office, "worker", "create_run", office.client_id, JUNE)
    entry = {"number": "A-001", "code": "bonus", "amount": "1.000.000"}
    assert (await office.manager.post(f"/payroll/{run_id}/inputs", entry)).status_code == 303
    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)
    change, _ = await request_of(office, run_id)

    refused = await office.manager.post(f"/changes/{change}/approve")
    allowed = await office.owner.post(f"/changes/{change}/approve")

    assert (refused.status_code, allowed.status_code) == (403, 303)


async def test_a_rejected_release_goes_back_to_its_makers_with_the_comment(office: Office) -> None:
    run_id = await calculated_run(office)
    change, _ = await request_of(office, run_id)

    await office.manager.post(f"/changes/{change}/reject", {"comment": "Lembur belum masuk"})

    assert await state(office, run_id) == "draft"
    assert "Lembur belum masuk" in (await office.worker.get(f"/payroll/{run_id}?tab=history")).text


async def test_sending_a_run_back_rejects_its_request_and_a_new_calculation_asks_anew(office: Office) -> None:
    run_id = await calculated_run(office)
    first, _ = await request_of(office, run_id)
    await office.manager.post(f"/payroll/{run_id}/return", {"comment": "Salah"})
    async with office.scope():
        was = await db.value("select state from change_request where id = $1", first)

    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)
    second, waits = await request_of(office, run_id)
    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)
    async with office.scope():
        overtaken = await db.value("select state from change_request where id = $1", second)

    assert (was, waits, overtaken) == ("rejected", "pending", "void")
    assert (await office.manager.post(f"/changes/{second}/approve")).status_code == 409


async def test_of_twenty_reviews_at_once_exactly_one_holds(office: Office) -> None:
    run_id = await calculated_run(office)
    change, _ = await request_of(office, run_id)
    async with office.scope():
        figures = {"figures_hash": (await queries.get_run(run_id)).figures_hash}

    answers = await asyncio.gather(
        *(office.manager.post(f"/payroll/{run_id}/review", figures) for _ in range(10)),
        *(office.owner.post(f"/changes/{change}/approve") for _ in range(10)),
    )

    assert sorted(answer.status_code for answer in answers) == [303, *[409] * 19]
    async with office.scope():
        steps = [taken.action for taken in await queries.list_steps(run_id)]
    assert steps.count("reviewed") == 1


async def pays_to(office: Office, run_id: UUID) -> str:
    async with office.scope():
        sealed = await db.value("select bank_account from slip where run_id = $1", run_id)
        return (await keyring()).open("bank_account", sealed)


async def test_an_approved_month_pays_to_the_accounts_that_it_was_approved_with(office: Office) -> None:
    employee_id = await employ(office, bank="BCA", bank_account=ACCOUNT, bank_holder="Sari")
    run_id = await act(office, "worker", "create_run", office.client_id, JUNE)
    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)
    await step(office, "manager", "review", run_id)
    await step(office, "approver", "approve", run_id)
    await save(office, employee_id, bank_account=OTHER)
    assert "employee.bank_account" in await agree(office)
    async with office.scope():
        now = await queries.hash_figures(run_id)
        approved = (await queries.get_run(run_id)).approved_hash

    published = await step(office, "manager", "publish", run_id)
    await drain(office.tenant_id)

    assert (published, now) == (True, approved)
    assert await pays_to(office, run_id) == ACCOUNT


async def test_the_hash_that_the_client_approves_covers_the_account(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await employ(office, bank="BCA", bank_account=ACCOUNT, bank_holder="Sari")
    run_id = await act(office, "worker", "create_run", office.client_id, JUNE)
    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)
    async with office.scope():
        before = await queries.hash_figures(run_id)
        other = (await keyring()).index("bank_account", OTHER)

    await superuser.execute("update slip set bank_account_index = $2 where run_id = $1", run_id, other)

    async with office.scope():
        assert await queries.hash_figures(run_id) != before


async def test_a_change_that_waits_while_the_month_is_calculated_is_named_with_the_run(office: Office) -> None:
    employee_id = await employ(office, bank="BCA", bank_account=ACCOUNT, bank_holder="Sari")
    await save(office, employee_id, bank_account=OTHER)
    run_id = await act(office, "worker", "create_run", office.client_id, JUNE)
    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)

    page = (await office.manager.get(f"/payroll/{run_id}")).text
    change, _ = await request_of(office, run_id)
    asked = (await office.manager.get(f"/changes/{change}")).text

    assert f'<li><a href="/people/{employee_id}">Sari Dewi</a>' in page
    assert "Sari Dewi" in asked
    assert await pays_to(office, run_id) == ACCOUNT
