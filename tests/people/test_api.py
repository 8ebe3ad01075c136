"""Employees through the API: as on the pages, with numbers masked, changes guarded, and each call acting once."""

import asyncio
from typing import Any

import asyncpg
import msgspec

from tatausaha.core import db
from tatausaha.identity.tokens import forget_answers
from tatausaha.people import forms, shapes
from tests.api import program_of
from tests.make import Office, agree, make_client, make_employees

BANK = {"bank": "BCA", "bank_account": "1234567890", "bank_holder": "Sari Dewi"}


def sari(office: Office, **changes: Any) -> dict[str, Any]:
    whole = {"client_id": str(office.client_id), "number": "A-1", "name": "Sari Dewi", "ptkp": "TK/0"}
    return whole | {"joined_on": "2026-01-05", "basic": 5_000_000} | changes


async def entered(office: Office) -> str:
    made = await (await program_of(office, "worker")).post("/api/v1/employees", sari(office, nik="3171014501900001"))
    assert made.status_code == 201, made.text
    return f"/api/v1/employees/{made.json()['id']}"


async def count(office: Office) -> int:
    async with office.scope():
        number: int = await db.value("select count(*) from employee")
    return number


async def test_an_employee_is_entered_read_and_changed(office: Office) -> None:
    address, program = await entered(office), await program_of(office, "worker")
    read = (await program.get(address)).json()
    changed = await program.http.patch(
        address, json={"version": read["version"], "phone": "0812", "department": "Toko"}
    )

    assert (read["name"], read["nik"]) == ("Sari Dewi", "••••0001")
    assert (changed.status_code, changed.json()["phone"], changed.json()["name"]) == (200, "0812", "Sari Dewi")
    assert changed.json()["version"] > read["version"]


async def test_a_change_that_somebody_overtook_is_refused_and_changes_nothing(office: Office) -> None:
    address, program = await entered(office), await program_of(office, "worker")
    first, second = [
        await program.http.patch(address, json={"version": 1, "phone": phone}) for phone in ("0811", "0822")
    ]

    assert (first.status_code, second.status_code) == (200, 409)
    assert (await program.get(address)).json()["phone"] == "0811"


async def test_the_list_goes_through_all_pages_without_losing_anybody(office: Office) -> None:
    async with office.scope():
        ids = await make_employees(office.client_id, 120)
    program, found, following = await program_of(office, "manager"), [], ""
    while following is not None:
        page = (await program.get("/api/v1/employees", params={"after": following} if following else {})).json()
        found += [one["id"] for one in page["items"]]
        following = page["next"]

    assert sorted(found) == sorted(map(str, ids))


async def test_a_worker_lists_only_people_of_clients_that_are_served(office: Office) -> None:
    async with office.scope():
        await make_employees(await make_client(name="PT Kedua"), 2)
        ids = await make_employees(office.client_id, 1)
    listed = (await (await program_of(office, "worker")).get("/api/v1/employees")).json()["items"]

    assert [one["id"] for one in listed] == [str(ids[0])]


async def test_a_new_bank_account_waits_for_another_person_and_a_token_of_the_same_person_cannot_agree(
    office: Office,
) -> None:
    address, program = await entered(office), await program_of(office, "worker")
    asked = await program.post(f"{address}/bank-account", BANK)
    own = await program.post(f"/api/v1/changes/{asked.json()['changes'][0]}/approve", {})
    before = (await program.get(address)).json()
    other = await program_of(office, "manager")
    agreed = await other.post(f"/api/v1/changes/{asked.json()['changes'][0]}/approve", {})

    assert (asked.status_code, asked.json()["waiting"], own.status_code) == (202, True, 403)
    assert (before["bank_account"], agreed.json()["state"]) == (None, "applied")
    assert (await program.get(address)).json()["bank_account"] == "••••7890"


async def test_two_programs_that_agree_at_once_decide_once(office: Office) -> None:
    address, program = await entered(office), await program_of(office, "worker")
    asked = (await program.post(f"{address}/bank-account", BANK)).json()["changes"][0]
    deciders = [await program_of(office, role) for role in ("owner", "manager") for _ in range(3)]
    answers = await asyncio.gather(*(one.post(f"/api/v1/changes/{asked}/approve", {}) for one in deciders))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5


async def test_deciding_needs_its_own_scope(office: Office) -> None:
    address, program = await entered(office), await program_of(office, "worker")
    asked = (await program.post(f"{address}/tax-status", {"ptkp": "K/2", "tax_method": "net"})).json()["changes"][0]
    reader = await program_of(office, "manager", scopes=["changes:read"])

    assert (await reader.get(f"/api/v1/changes/{asked}")).status_code == 200
    assert [one["id"] for one in (await reader.get("/api/v1/changes")).json()["items"]] == [asked]
    assert (await reader.post(f"/api/v1/changes/{asked}/approve", {})).status_code == 403


async def test_a_rejected_change_changes_nothing_and_says_why(office: Office) -> None:
    address, program = await entered(office), await program_of(office, "worker")
    pay = {"code": "basic", "amount": 9_000_000, "starts_on": "2026-12-01"}
    asked = (await program.post(f"{address}/pay", pay)).json()["changes"][0]
    other = await program_of(office, "manager")
    rejected = await other.post(f"/api/v1/changes/{asked}/reject", {"comment": "Belum disetujui"})
    told = (await program.get(f"/api/v1/changes/{asked}")).json()

    assert (rejected.status_code, told["state"], told["comment"]) == (200, "rejected", "Belum disetujui")
    assert await agree(office) == []


async def test_the_same_call_with_its_key_acts_once_and_is_answered_alike(office: Office) -> None:
    program = await program_of(office, "worker")
    key = {"Idempotency-Key": "pegawai-0001"}
    first = await program.post("/api/v1/employees", sari(office), headers=key)
    again = await program.post("/api/v1/employees", sari(office), headers=key)
    other = await program.post("/api/v1/employees", sari(office, name="Budi"), headers=key)
    elsewhere = await (await program_of(office, "worker")).post(
        "/api/v1/employees", sari(office, number="B"), headers=key
    )

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert (other.status_code, elsewhere.status_code, await count(office)) == (409, 201, 2)


async def test_ten_calls_with_one_key_at_once_act_once(office: Office) -> None:
    program = await program_of(office, "worker")
    answers = await asyncio.gather(
        *(program.post("/api/v1/employees", sari(office), headers={"Idempotency-Key": "x"}) for _ in range(10))
    )

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert await count(office) == 1


async def test_a_refused_call_may_be_mended_under_the_same_key(office: Office) -> None:
    program, key = await program_of(office, "worker"), {"Idempotency-Key": "x"}
    wrong = await program.post("/api/v1/employees", sari(office, joined_on="2026-02-30"), headers=key)
    right = await program.post("/api/v1/employees", sari(office), headers=key)

    assert (wrong.status_code, right.status_code) == (422, 201)


async def test_what_was_answered_is_not_kept_for_longer_than_a_day(
    office: Office, superuser: asyncpg.Connection
) -> None:
    program = await program_of(office, "worker")
    for key in ("old", "new"):
        await program.post("/api/v1/employees", sari(office, number=key), headers={"Idempotency-Key": key})
    await superuser.execute("update api_answer set created_at = now() - interval '25 hours' where key = 'old'")
    await forget_answers()

    assert [
        row["key"] for row in await superuser.fetch("select key from api_answer where tenant_id = $1", office.tenant_id)
    ] == ["new"]


async def test_a_key_is_forgotten_after_a_day(office: Office, superuser: asyncpg.Connection) -> None:
    program, key = await program_of(office, "worker"), {"Idempotency-Key": "x"}
    await program.post("/api/v1/employees", sari(office), headers=key)
    await superuser.execute("update api_answer set created_at = now() - interval '25 hours'")
    anew = await program.post("/api/v1/employees", sari(office, number="B", name="Budi"), headers=key)

    assert (anew.status_code, await count(office)) == (201, 2)


async def test_a_person_of_the_form_is_a_person_of_the_api() -> None:
    """A field that the form gains is one that programs can send as well."""
    by_form = {field.name for field in msgspec.structs.fields(forms.NewEmployee)}
    by_program = {field.name for field in msgspec.structs.fields(shapes.NewEmployee)}

    assert by_form - by_program == {"version"}


async def test_nobody_reads_a_whole_number_through_the_api(office: Office) -> None:
    answer = await (await program_of(office, "owner")).get(await entered(office))

    assert answer.status_code == 200
    assert not [
        value for value in answer.json().values() if isinstance(value, str) and value.isdigit() and len(value) > 9
    ]
