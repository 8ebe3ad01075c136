"""The inbox of changes: asked for by one person, decided by another, on every route there is."""

import asyncio
import re
from uuid import UUID

import httpx
import pytest

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.identity.sign_in import open_session
from tests.make import Office, Person, agree, drain, make_employees

AMOUNT = "7.500.000"


async def ask_for_pay(office: Office, person: Person, amount: str = AMOUNT) -> UUID:
    """More pay for somebody; gives the change's id."""
    async with office.scope():
        (employee_id,) = await make_employees(office.client_id)
    form = {"code": "basic", "amount": amount, "starts_on": "01/11/2026"}
    assert (await person.post(f"/people/{employee_id}/components", form)).status_code == 303
    async with office.scope():
        found: UUID = await db.value("select id from change_request where subject_id = $1", employee_id)
    return found


async def paid(office: Office, change_id: UUID) -> list[int]:
    async with office.scope():
        found = await db.records(
            "select p.amount from pay_component p join change_request r on r.subject_id = p.employee_id"
            " where r.id = $1 order by p.starts_on",
            change_id,
        )
    return [row["amount"] for row in found]


async def state(office: Office, change_id: UUID) -> str:
    async with office.scope():
        found: str = await db.value("select state from change_request where id = $1", change_id)
    return found


async def set_policy(office: Office, kind: str, asks: str, free_up_to: int = 0) -> None:
    async with office.scope():
        await db.execute(
            "insert into change_policy (kind, asks, free_up_to) values ($1, $2, $3)", kind, asks, free_up_to
        )


async def test_pay_that_one_asks_for_is_paid_once_another_agreed(office: Office) -> None:
    change = await ask_for_pay(office, office.worker)
    record = (await office.worker.get(f"/people/{await subject(office, change)}")).text
    inbox = (await office.manager.get("/changes")).text
    page = (await office.manager.get(f"/changes/{change}")).text

    assert "7.500.000" in record
    assert f"/changes/{change}" in record
    assert f"/changes/{change}" in inbox
    assert "10.000.000" in page
    assert "7.500.000" in page
    assert await paid(office, change) == [10_000_000]

    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 303
    assert await paid(office, change) == [10_000_000, 7_500_000]
    assert "Manager" in (await office.worker.get(f"/changes/{change}")).text


async def subject(office: Office, change_id: UUID) -> UUID:
    async with office.scope():
        found: UUID = await db.value("select subject_id from change_request where id = $1", change_id)
    return found


async def test_the_maker_sees_no_way_to_agree_and_is_refused_on_the_route_itself(office: Office) -> None:
    change = await ask_for_pay(office, office.owner)
    page = (await office.owner.get(f"/changes/{change}")).text

    approved = await office.owner.post(f"/changes/{change}/approve")
    rejected = await office.owner.post(f"/changes/{change}/reject", {"comment": "tidak"})

    assert f"/changes/{change}/approve" not in page
    assert (approved.status_code, rejected.status_code) == (403, 403)
    assert await state(office, change) == "pending"


async def test_a_maker_who_comes_in_again_with_another_role_is_still_the_maker(office: Office) -> None:
    await set_policy(office, "employee.pay", "client")
    change = await ask_for_pay(office, office.manager)
    async with gate_scope():
        account_id = await db.value(
            "update member set role = 'approver', client_id = $2 where id = $1 returning account_id",
            *(office.manager.member_id, office.client_id),
        )
    token = await open_session(
        account_id, office.tenant_id, office.manager.member_id, address="127.0.0.1", device="tests"
    )
    again = Person(office.app, office.manager.member_id, "Manager", office.manager.email, token)

    answer = await again.post(f"/portal/changes/{change}/approve")
    await again.http.aclose()

    assert answer.status_code == 403
    assert await state(office, change) == "pending"


async def test_a_change_is_decided_only_by_a_person_who_proved_to_be_the_one_just_now(office: Office) -> None:
    change = await ask_for_pay(office, office.worker)
    async with gate_scope():
        await db.execute(
            "update user_session set confirmed_at = now() - interval '1 hour' where member_id = $1",
            office.manager.member_id,
        )

    answer = await office.manager.post(f"/changes/{change}/approve")

    assert "/confirm" in answer.headers.get("location", "")
    assert await state(office, change) == "pending"


async def test_a_rejection_needs_a_comment_which_the_maker_reads(office: Office) -> None:
    change = await ask_for_pay(office, office.worker)

    silent = await office.manager.post(f"/changes/{change}/reject", {"comment": " "})
    told = await office.manager.post(f"/changes/{change}/reject", {"comment": "Belum ada surat keputusan"})

    assert (silent.status_code, 'id="comment-error"' in silent.text) == (422, True)
    assert told.status_code == 303
    assert "Belum ada surat keputusan" in (await office.worker.get(f"/changes/{change}")).text
    assert await paid(office, change) == [10_000_000]


async def test_only_the_maker_withdraws(office: Office) -> None:
    change = await ask_for_pay(office, office.worker)

    assert (await office.manager.post(f"/changes/{change}/withdraw")).status_code == 403
    assert (await office.worker.post(f"/changes/{change}/withdraw")).status_code == 303
    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 409
    assert await state(office, change) == "withdrawn"


@pytest.mark.parametrize("rival", ["approve", "reject", "withdraw"])
async def test_of_twenty_decisions_at_once_exactly_one_holds_and_all_others_are_told(
    office: Office, rival: str
) -> None:
    change = await ask_for_pay(office, office.worker)
    other = office.worker if rival == "withdraw" else office.owner
    form = {"comment": "tidak"} if rival == "reject" else {}

    answers = await asyncio.gather(
        *(office.manager.post(f"/changes/{change}/approve") for _ in range(10)),
        *(other.post(f"/changes/{change}/{rival}", form) for _ in range(10)),
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303, *[409] * 19]
    async with office.scope():
        decided = await db.value("select decided_name from change_request where id = $1", change)
        logged = await db.value(
            "select count(*) from audit_event where object_id = $1 and action <> 'proposed' and action <> 'saw'", change
        )
    assert logged == 1
    assert all(decided in answer.text for answer in answers if answer.status_code == 409)
    assert len(await paid(office, change)) == (2 if await state(office, change) == "applied" else 1)


async def test_what_changed_meanwhile_is_said_and_nothing_is_done(office: Office) -> None:
    change = await ask_for_pay(office, office.worker)
    async with office.scope():
        await db.execute(
            "update pay_component set amount = 1 where employee_id = $1",
            await db.value("select subject_id from change_request where id = $1", change),
        )

    await office.manager.post(f"/changes/{change}/approve")

    assert await state(office, change) == "void"
    assert await paid(office, change) == [1]


async def test_the_client_decides_where_its_policy_says_so(office: Office) -> None:
    await set_policy(office, "employee.pay", "client")
    change = await ask_for_pay(office, office.worker)
    inbox = (await office.approver.get("/portal/changes")).text
    page = (await office.approver.get(f"/portal/changes/{change}")).text

    by_staff = await office.owner.post(f"/changes/{change}/approve")
    by_viewer = await office.viewer.post(f"/portal/changes/{change}/approve")
    by_approver = await office.approver.post(f"/portal/changes/{change}/approve")

    assert f"/portal/changes/{change}" in inbox
    assert "7.500.000" in page
    assert (by_staff.status_code, by_viewer.status_code, by_approver.status_code) == (403, 404, 303)
    assert await paid(office, change) == [10_000_000, 7_500_000]


async def test_what_does_not_ask_the_client_does_not_exist_in_its_portal(office: Office) -> None:
    change = await ask_for_pay(office, office.worker)

    assert (await office.approver.get(f"/portal/changes/{change}")).status_code == 404
    assert (await office.approver.post(f"/portal/changes/{change}/approve")).status_code == 404
    assert str(change) not in (await office.approver.get("/portal/changes")).text


async def test_small_raises_take_effect_at_once_where_the_policy_has_a_threshold(office: Office) -> None:
    await set_policy(office, "employee.pay", "manager", free_up_to=500_000)

    small = await ask_for_pay(office, office.worker, "10.500.000")
    large = await ask_for_pay(office, office.worker, "10.500.001")

    assert (await state(office, small), await state(office, large)) == ("applied", "pending")
    assert await paid(office, small) == [10_000_000, 10_500_000]


async def test_the_rules_themselves_hold_only_after_another_manager_agreed(office: Office) -> None:
    page = await office.manager.get("/settings/approvals")
    form = fields_of(page) | {"asks-employee-pay": "client", "free-employee-pay": "250.000"}

    assert (await office.manager.post("/settings/approvals", form)).status_code == 303
    before = await ask_for_pay(office, office.worker, "10.100.000")
    own = await office.manager.post(f"/changes/{await waiting_policy(office)}/approve")
    by_worker = await office.worker.get(f"/changes/{await waiting_policy(office)}")
    await office.owner.post(f"/changes/{await waiting_policy(office)}/approve")
    after = await ask_for_pay(office, office.worker, "10.100.000")

    assert (own.status_code, by_worker.status_code) == (403, 404)
    assert (await state(office, before), await state(office, after)) == ("pending", "applied")


def fields_of(page: httpx.Response) -> dict[str, str]:
    """What the rules' page holds when it is opened."""
    found = {}
    for name, options in re.findall(r'<select[^>]*name="(asks-[^"]+)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'value="(\w*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


async def waiting_policy(office: Office) -> UUID:
    async with office.scope():
        found: UUID = await db.value("select id from change_request where kind = 'policy'")
    return found


async def test_a_client_gets_rules_of_its_own_and_loses_them_again(office: Office) -> None:
    path = f"/settings/approvals/{office.client_id}"
    await office.manager.post(path, {"asks-employee-pay": "client"})
    await agree(office)
    own = await ask_for_pay(office, office.worker)
    await office.manager.post(path, {"asks-employee-pay": ""})
    async with office.scope():
        (asked,) = await db.records("select id from change_request where kind = 'policy' and state = 'pending'")
    await office.owner.post(f"/changes/{asked['id']}/approve")
    usual = await ask_for_pay(office, office.worker)

    async with office.scope():
        asks = {row["id"]: row["asks"] for row in await db.records("select id, asks from change_request")}
    assert (asks[own], asks[usual]) == ("client", "colleague")


async def test_nonsense_in_the_rules_is_said_at_its_field(office: Office) -> None:
    answer = await office.manager.post(
        "/settings/approvals", {"asks-employee-pay": "everybody", "free-employee-pay": "banyak"}
    )

    assert answer.status_code == 422
    assert 'id="asks-employee-pay-error"' in answer.text
    assert 'id="free-employee-pay-error"' in answer.text


async def test_a_person_of_a_client_is_invited_only_with_another_managers_consent(office: Office) -> None:
    form = {"name": "Siti", "email": "siti@example.test", "role": "approver", "client_id": str(office.client_id)}
    await office.manager.post("/team/invite", form | {"language": "id"})
    async with office.scope():
        before = await db.value("select count(*) from invitation")

    assert "Siti" in (await office.manager.get("/team")).text
    assert await agree(office) == ["member.portal"]
    async with office.scope():
        invited = await db.records("select name, role from invitation")
    assert before == 0
    assert [tuple(row) for row in invited] == [("Siti", "approver")]


async def test_those_who_can_decide_get_one_letter_each_and_the_maker_none(office: Office) -> None:
    await ask_for_pay(office, office.worker)
    await drain(office.tenant_id)
    await drain(office.tenant_id)

    async with office.scope():
        letters = await db.records("select recipient, data::text as data from mail where template = 'change_asked'")
    assert sorted(row["recipient"] for row in letters) == sorted([office.owner.email, office.manager.email])


async def test_a_firm_of_one_person_is_told_how_to_get_a_second(office: Office) -> None:
    async with gate_scope():
        await db.execute(
            "update member set ended_at = now() where tenant_id = $1 and id <> $2",
            *(office.tenant_id, office.owner.member_id),
        )
    change = await ask_for_pay(office, office.owner)

    page = await office.owner.get(f"/changes/{change}")

    assert 'href="/team/invite"' in page.text


async def test_the_board_counts_what_waits_for_a_person(office: Office) -> None:
    await ask_for_pay(office, office.worker)

    assert 'href="/changes"' in (await office.manager.get("/work")).text.split("<main")[1].split("</main")[0]
    assert 'href="/changes"' not in (await office.worker.get("/work")).text.split("<main")[1].split("</main")[0]
