"""Restricted data are kept and not used: at once, everywhere, until two people lift it."""

import csv
import io

from tatausaha.core import db
from tatausaha.core.dates import Period
from tests.make import Office, drain, make_employees
from tests.privacy.make import employ
from tests.reports.months import act, calculate, release


async def restrict(office: Office, person: object) -> None:
    answer = await office.manager.post(f"/privacy/people/{person}/restrict", {"reason": "Keberatan pegawai"})
    assert answer.status_code == 303, answer.text


async def test_a_run_leaves_the_person_out_and_names_them_and_goes_on_for_the_others(office: Office) -> None:
    person = await employ(office)
    async with office.scope():
        await make_employees(office.client_id, 2)
        await db.execute("update employee set name = 'Ratna Ayu' where id = $1", person)
    await restrict(office, person)

    run_id = await calculate(office, Period(2026, 8))

    page = await office.worker.get(f"/payroll/{run_id}")
    async with office.scope():
        paid = await db.value("select count(*)::int from slip where run_id = $1", run_id)
        problems = await db.value("select problem_count from pay_run where id = $1", run_id)
    assert (paid, problems) == (2, 0)
    assert "Ratna Ayu" in page.text


async def test_an_export_leaves_the_person_out(office: Office) -> None:
    person, _other = await employ(office), await employ(office)
    await restrict(office, person)

    ordered = await office.worker.post("/people/export", {"client": str(office.client_id), "format": "csv"})
    await drain(office.tenant_id)
    async with office.scope():
        document = await db.value("select id from document where kind = 'people_export'")
    answer = await office.worker.get(f"/documents/{document}")

    assert ordered.status_code == 303
    assert len(list(csv.reader(io.StringIO(answer.text)))) == 2  # the headings and the other one


async def test_the_page_of_the_person_says_so_and_why(office: Office) -> None:
    person = await employ(office)
    await restrict(office, person)

    page = await office.worker.get(f"/people/{person}")

    assert "Keberatan pegawai" in page.text
    assert (await office.manager.post(f"/privacy/people/{person}/restrict", {"reason": "lagi"})).status_code == 409


async def test_two_people_are_needed_to_use_the_data_again(office: Office) -> None:
    person = await employ(office)
    await restrict(office, person)
    await office.manager.post(f"/privacy/people/{person}/lift", {"reason": "Sudah selesai"})
    async with office.scope():
        change_id = await db.value("select id from change_request where kind = 'privacy.lift_restriction'")

    own = await office.manager.post(f"/changes/{change_id}/approve", {"comment": ""})
    async with office.scope():
        still = await db.value("select restricted_at is not null from employee where id = $1", person)
    other = await office.owner.post(f"/changes/{change_id}/approve", {"comment": ""})

    async with office.scope():
        after = await db.value("select restricted_at is not null from employee where id = $1", person)
    assert (own.status_code, still, other.status_code, after) == (403, True, 303, False)


async def test_a_correction_of_a_restricted_persons_slip_has_nobody_to_calculate(office: Office) -> None:
    person = await employ(office)
    run_id = await calculate(office, Period(2026, 8))
    await restrict(office, person)
    await act(office, "worker", "reopen", run_id)
    await act(office, "worker", "calculate", run_id)
    await drain(office.tenant_id)

    async with office.scope():
        assert await db.value("select count(*)::int from slip where run_id = $1", run_id) == 0


async def test_no_payslip_is_handed_out_of_a_month_that_was_calculated_before(office: Office) -> None:
    person, other = await employ(office), await employ(office)
    run_id = await calculate(office, Period(2026, 8))
    await restrict(office, person)

    await release(office, run_id)
    await drain(office.tenant_id)

    async with office.scope():
        found = await db.records(
            "select s.employee_id from document d join slip s on s.id = d.subject_id where d.kind = 'payslip'"
        )
        state = await db.value("select state from job where kind = 'reports.make_run_documents'")
    assert [row["employee_id"] for row in found] == [other]
    assert state == "done"
