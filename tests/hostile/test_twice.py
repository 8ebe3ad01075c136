"""Everything sent twice, or ten times, at the same moment: one effect, the others are told so, never a fault."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import token_hash, uuid7
from tests.hostile.visiting import visitor
from tests.make import Office, Person, agree, drain, make_employees
from tests.people.make import NIK, employ, typed
from tests.portal import stories

TIMES = 6


async def at_once(person: Person, path: str, data: dict[str, Any], **kwargs: Any) -> list[httpx.Response]:
    """The same form several times in one moment, in the order of success."""
    answers = await asyncio.gather(*(person.post(path, data, **kwargs) for _ in range(TIMES)))
    return sorted(answers, key=lambda answer: answer.status_code)


def assert_once(answers: list[httpx.Response], refused: int = 409) -> None:
    assert [answer.status_code for answer in answers] == [303] + [refused] * (TIMES - 1)
    assert all("<h1" in answer.text for answer in answers[1:])


async def count(office: Office, query: str) -> int:
    async with office.scope():
        return int(await db.value(query))


async def test_a_client_is_entered_once(office: Office) -> None:
    form = {"name": "PT Sekali", "code": "SEKALI", "time_zone": "Asia/Jakarta", "payslip_language": "id"}
    answers = await at_once(office.owner, "/clients", form | {"payslip_password": "none", "difference_percent": "10"})

    assert {answer.status_code for answer in answers} <= {303, 409, 422}
    assert await count(office, "select count(*) from client where code = 'SEKALI'") == 1


async def test_an_employee_is_entered_once(office: Office) -> None:
    answers = await at_once(office.worker, "/people", typed(office, nik=NIK))

    assert {answer.status_code for answer in answers} <= {303, 409, 422}
    assert await count(office, "select count(*) from employee") == 1
    assert await count(office, "select count(*) from contract") == 1


async def test_a_month_is_begun_once(office: Office) -> None:
    answers = await at_once(office.worker, "/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})

    assert_once(answers)
    assert await count(office, "select count(*) from pay_run") == 1


async def test_contracts_and_components_do_not_double(office: Office) -> None:
    employee = await employ(office)
    contract = {"kind": "fixed_term", "starts_on": "2025-01-05", "ends_on": "2025-12-31"}
    component = {"code": "allowance", "amount": "1.000", "starts_on": "2026-02-01", "name": "Makan"}
    opening = {"year": "2026", "kind": "take_on", "months": "3", "gross": "1.000"}

    answers = [
        *await at_once(office.worker, f"/people/{employee}/contracts", contract),
        *await at_once(office.worker, f"/people/{employee}/components", component),
        *await at_once(office.worker, f"/people/{employee}/openings", opening),
    ]

    assert {answer.status_code for answer in answers} <= {303, 409, 422}
    assert await agree(office) == ["employee.pay", "employee.tax_opening"]
    assert await count(office, "select count(*) from contract where starts_on = '2025-01-05'") == 1
    assert await count(office, "select count(*) from pay_component where name = 'Makan'") == 1
    assert await count(office, "select count(*) from tax_opening") == 1


async def test_a_file_is_imported_once(office: Office) -> None:
    form = {"client_id": str(office.client_id)}
    answers = await at_once(office.worker, "/people/import", form, files={"file": ("a.csv", b"Nomor;Nama\nA;Sari")})

    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await count(office, "select count(*) from import_file") == 1


async def test_a_person_is_invited_with_one_letter(office: Office) -> None:
    form = {"name": "Budi", "email": f"{uuid7().hex}@example.test", "role": "worker", "language": "id"}
    answers = await at_once(office.manager, "/team/invite", form)

    assert {answer.status_code for answer in answers} <= {303, 409}
    assert await count(office, "select count(*) from invitation where revoked_at is null") == 1


async def test_a_link_lets_in_once(app: Litestar, office: Office) -> None:
    async with office.scope():
        await db.execute(
            "insert into invitation (token_hash, email, name, role, invited_by, expires_at)"
            " values ($1, $2, 'Budi', 'worker', 'Dewi', now() + interval '1 day')",
            *(token_hash(f"link {office.tenant_id}"), f"{office.tenant_id.hex}@example.test"),
        )
    async with visitor(app) as browser:
        path, data = f"/invitations/link {office.tenant_id}", {"password": "empat kata yang panjang"}
        answers = await asyncio.gather(*(browser.post(path, data=data) for _ in range(TIMES)))

    assert sorted(answer.status_code for answer in answers) == [303] + [409] * (TIMES - 1)
    assert await count(office, "select count(*) from member where name = 'Budi'") == 1


async def test_a_calculation_is_ordered_once(office: Office) -> None:
    async with office.scope():
        await make_employees(office.client_id, 2)
    begun = await office.worker.post("/payroll/new", {"client_id": str(office.client_id), "month": "2026-06"})
    answers = await at_once(office.worker, f"{begun.headers['location']}/calculate", {})
    await drain(office.tenant_id)

    assert_once(answers)
    assert await count(office, "select count(*) from slip") == 2


async def test_review_approval_and_publishing_happen_once(office: Office) -> None:
    run_id = await stories.calculated_run(office)
    async with office.scope():
        figures = {"figures_hash": await db.value("select figures_hash from pay_run where id = $1", run_id)}

    reviewed = await at_once(office.manager, f"/payroll/{run_id}/review", figures)
    approved = await at_once(office.approver, f"/portal/approvals/{run_id}/approve", figures)
    published = await at_once(office.manager, f"/payroll/{run_id}/publish", {})

    assert_once(reviewed)
    assert {answer.status_code for answer in approved} == {303}
    assert_once(published)
    for action in ("reviewed", "approved", "published"):
        assert await count(office, f"select count(*) from pay_step where action = '{action}'") == 1
    assert await count(office, "select count(*) from mail where template = 'payslips_published'") == 2
    await drain(office.tenant_id)
    slip = await first_slip(office)
    assert_once(await at_once(office.worker, f"/payroll/slips/{slip}/correct", {"reason": "Lembur terlewat"}))


async def first_slip(office: Office) -> str:
    async with office.scope():
        return str(await db.value("select id from slip order by id limit 1"))


async def test_clients_of_a_worker_are_set_once(office: Office) -> None:
    path = f"/team/{office.worker.member_id}/assignments"
    answers = await at_once(office.manager, path, {"serves": str(office.client_id)})

    assert {answer.status_code for answer in answers} <= {303, 409}
    assert await count(office, "select count(*) from assignment") == 1


@pytest.mark.parametrize("path", ["/people/{}/end", "/people/{}/resume"])
async def test_an_end_and_its_taking_back_leave_one_truth(office: Office, path: str) -> None:
    employee = await employ(office)
    if "resume" in path:
        await office.worker.post(f"/people/{employee}/end", {"ended_on": "2026-12-31", "reason": "resigned"})
    answers = await at_once(office.worker, path.format(employee), {"ended_on": "2026-12-31", "reason": "resigned"})

    assert {answer.status_code for answer in answers} <= {303, 409, 422}


async def test_a_session_is_switched_once(app: Litestar, office: Office, other_office: Office) -> None:
    async with gate_scope():
        await db.execute(
            "insert into member (tenant_id, account_id, role, name, email)"
            " select $1, account_id, 'manager', name, email from member where id = $2",
            *(other_office.tenant_id, office.manager.member_id),
        )
    async with other_office.scope():
        there = await db.value("select id from member where email = $1", office.manager.email)
    answers = await at_once(office.manager, "/switch", {"member_id": str(there)})

    assert {answer.status_code for answer in answers} <= {303}
    assert answers[0].headers["location"] in ("/", "/sign-in?next=%2F", "/sign-in/set-up")
