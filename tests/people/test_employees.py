"""Employees: entered, seen, changed, ended."""

from typing import Any
from uuid import UUID

from tatausaha.core import db
from tatausaha.people import queries
from tests.make import Office, agree, make_client
from tests.people.make import NIK, employ, typed


async def test_an_employee_is_entered_with_contract_and_pay_and_shown_with_masked_numbers(office: Office) -> None:
    answer = await office.worker.post(
        "/people", typed(office, nik=NIK, bank_account="1234567890", basic="Rp 7.500.000")
    )

    assert answer.status_code == 303
    shown = await office.worker.get(answer.headers["location"])
    assert "Sari Dewi" in shown.text
    assert "PT Maju Bersama" in shown.text
    assert "7.500.000" in shown.text
    for secret in (NIK, "1234567890"):
        assert secret not in shown.text
        assert f"•{secret[-4:]}" in shown.text


async def test_every_wrong_field_has_its_own_sentence_and_what_was_typed_stays(office: Office) -> None:
    wrong = typed(office, nik="123", joined_on="31/02/2026", basic="-5", ptkp="K/9", name="")
    answer = await office.worker.post("/people", wrong)

    assert answer.status_code == 422
    for field in ("joined_on", "basic", "ptkp", "name"):
        assert f'id="{field}-error"' in answer.text
    assert "31/02/2026" in answer.text


async def test_a_nik_of_the_wrong_length_is_refused_at_its_field(office: Office) -> None:
    answer = await office.worker.post("/people", typed(office, nik="3171"))

    assert answer.status_code == 422
    assert 'id="nik-error"' in answer.text


async def test_a_number_or_nik_that_another_employee_bears_is_refused_with_that_employees_name(office: Office) -> None:
    await employ(office, number="A-1", nik=NIK, name="Budi Santoso")
    answer = await office.worker.post("/people", typed(office, number="A-1", nik=NIK))

    assert answer.status_code == 422
    assert answer.text.count("Budi Santoso (A-1)") >= 2


async def test_another_client_may_use_the_same_number(office: Office) -> None:
    await employ(office, number="A-1")
    async with office.scope():
        other = await make_client(name="PT Lain")
    answer = await office.owner.post("/people", typed(office, number="A-1", client_id=str(other)))

    assert answer.status_code == 303


async def test_a_change_keeps_numbers_that_were_left_empty_and_removes_those_with_a_dash(office: Office) -> None:
    employee_id = await employ(office, nik=NIK, npwp="0123456789012345")
    form = {**await edit_form(office, employee_id), "nik": "", "npwp": "-", "position": "Manajer"}
    answer = await office.worker.post(f"/people/{employee_id}", form)

    assert answer.status_code == 303
    assert await agree(office) == ["employee.tax"]
    async with office.scope():
        stored = await queries.get_employee(employee_id)
    assert (stored.nik, stored.npwp, stored.position, stored.version) == (NIK, None, "Manajer", 3)


async def test_a_form_that_somebody_overtook_shows_both_values_and_a_second_save_keeps_mine(office: Office) -> None:
    employee_id = await employ(office)
    mine = {**await edit_form(office, employee_id), "department": "Gudang"}
    theirs = {**mine, "department": "Keuangan"}
    assert (await office.owner.post(f"/people/{employee_id}", theirs)).status_code == 303

    stale = await office.worker.post(f"/people/{employee_id}", mine)
    assert stale.status_code == 422
    assert 'value="Gudang"' in stale.text
    assert "Keuangan" in stale.text
    again = await office.worker.post(f"/people/{employee_id}", {**mine, "version": "2"})
    assert again.status_code == 303


async def test_the_edit_form_never_holds_a_whole_identity_number(office: Office) -> None:
    employee_id = await employ(office, nik=NIK, bank_account="9876543210")
    shown = await office.manager.get(f"/people/{employee_id}/edit")

    assert shown.status_code == 200
    assert NIK not in shown.text
    assert "9876543210" not in shown.text


async def test_a_nik_that_contradicts_the_birth_date_is_doubted_but_kept(office: Office) -> None:
    employee_id = await employ(office, nik=NIK, born_on="01/02/1980", gender="male")
    shown = await office.worker.get(f"/people/{employee_id}")

    assert shown.status_code == 200
    assert shown.text.count("notice tone-waiting") == 2


async def test_an_ended_employee_stays_in_the_books_and_the_end_can_be_taken_back(office: Office) -> None:
    employee_id = await employ(office)
    early = await office.worker.post(f"/people/{employee_id}/end", {"ended_on": "01/01/2020", "reason": "resigned"})
    assert early.status_code == 422
    ended = await office.worker.post(f"/people/{employee_id}/end", {"ended_on": "31/01/2026", "reason": "died"})
    assert ended.status_code == 303
    assert "Sari Dewi" in (await office.worker.get("/people?state=ended")).text
    assert "Sari Dewi" not in (await office.worker.get("/people?state=active")).text

    assert (await office.worker.post(f"/people/{employee_id}/resume")).status_code == 303
    async with office.scope():
        stored = await queries.get_employee(employee_id)
    assert (stored.ended_on, stored.end_reason, stored.tax_annualised) == (None, "", False)


async def test_every_change_of_an_employee_is_recorded(office: Office) -> None:
    employee_id = await employ(office)
    await office.worker.post(f"/people/{employee_id}", {**await edit_form(office, employee_id), "phone": "0812"})
    await office.worker.post(f"/people/{employee_id}/end", {"ended_on": "31/01/2026", "reason": "resigned"})
    async with office.scope():
        events = await db.records(
            "select action, actor_name, detail from audit_event where object_id = $1 order by id", employee_id
        )

    assert [event["action"] for event in events] == ["created", "changed", "ended"]
    assert events[1]["detail"] == {"fields": ["phone"]}
    assert {event["actor_name"] for event in events} == {"Worker"}


async def edit_form(office: Office, employee_id: UUID) -> dict[str, Any]:
    """What a browser would send back from the edit form, untouched."""
    async with office.scope():
        employee = await queries.get_employee(employee_id)
    kept = typed(office)
    names = set(kept) - {"client_id", "basic", "contract_kind"}
    return {name: _written(getattr(employee, name)) for name in names if name not in ("nik",)} | {"version": "1"}


def _written(value: Any) -> str:
    return "1" if value is True else "" if value in (None, False) else str(value)
