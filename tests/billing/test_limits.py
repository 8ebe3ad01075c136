"""The plan's limits as people meet them: refused with the numbers, free again when something ends."""

import re
from datetime import timedelta

from tatausaha.core import db, entitlements
from tests.make import Office, drain, make_employees, make_standing
from tests.people.make import typed

FACTS = {"time_zone": "Asia/Jakarta", "payslip_language": "id", "payslip_password": "none", "difference_percent": "10"}


async def used(office: Office) -> dict[str, int]:
    async with office.scope():
        standing = await entitlements.find()
    assert standing is not None
    return standing.used


async def test_the_client_that_is_one_too_many_waits_until_another_is_archived(office: Office) -> None:
    async with office.scope():
        await make_standing(client=2, employee=3)
        await make_employees(office.client_id, 3)
    manager = office.manager

    assert (await manager.post("/clients", {**FACTS, "name": "PT Dua", "code": "DUA"})).status_code == 303
    assert "/clients/new" not in (await manager.get("/clients")).text, "the list says so before a form is filled"
    refused = await manager.post("/clients", {**FACTS, "name": "PT Tiga", "code": "TIGA"})
    assert (refused.status_code, 'value="PT Tiga"' in refused.text) == (402, True)
    assert " 2 " in refused.text
    assert (await manager.post(f"/clients/{office.client_id}/archive")).status_code == 303
    assert await used(office) == {"client": 1, "employee": 0, "seat": 3}
    assert "/clients/new" in (await manager.get("/clients")).text

    assert (await manager.post(f"/clients/{office.client_id}/restore")).status_code == 303
    assert (await manager.post(f"/clients/{office.client_id}/restore")).status_code == 303, "twice restores once"
    assert (await used(office))["client"] == 2
    assert (await manager.post(f"/clients/{office.client_id}/archive")).status_code == 303
    async with office.scope():
        await db.execute("update entitlement set most = $1", {"client": 2, "employee": 2})
    back = await manager.post(f"/clients/{office.client_id}/restore")
    assert back.status_code == 402, "its three employees come back with it"
    async with office.scope():
        assert await db.value("select archived_at from client where id = $1", office.client_id) is not None


async def test_a_seat_is_taken_by_an_invitation_and_freed_by_its_end_and_clients_people_take_none(
    office: Office,
) -> None:
    async with office.scope():
        await make_standing(seat=4)
    form = {"name": "Sari", "role": "worker", "language": "id", "client_id": ""}

    async def invite(email: str, **other: str) -> int:
        return (await office.manager.post("/team/invite", {**form, "email": email, **other})).status_code

    assert await invite("sari@example.test") == 303
    assert await invite("sari@example.test") == 303, "the same person asked again takes no second seat"
    assert await invite("budi@example.test") == 402
    assert await invite("rina@example.test", role="viewer", client_id=str(office.client_id)) == 303
    async with office.scope():
        key = await db.value("select id from invitation where email = 'sari@example.test' and revoked_at is null")
        await make_standing(timedelta(days=1), seat=4)
    assert (await office.manager.post(f"/team/invitations/{key}/again")).status_code == 303, (
        "a seat that is held already"
    )
    async with office.scope():
        key = await db.value("select id from invitation where email = 'sari@example.test' and revoked_at is null")
        await make_standing(seat=4)
    assert (await office.manager.post(f"/team/invitations/{key}/withdraw")).status_code == 303
    assert await invite("budi@example.test") == 303
    assert (await office.owner.post(f"/team/{office.worker.member_id}/end")).status_code == 303
    assert (await used(office))["seat"] == 3


async def test_employees_are_counted_as_they_come_leave_and_return_and_a_file_brings_all_or_none(
    office: Office,
) -> None:
    async with office.scope():
        await make_standing(employee=3)
        (first,) = await make_employees(office.client_id)
        await entitlements.recount()
    assert (await office.worker.post("/people", typed(office, number="A-2"))).status_code == 303
    rows = [f"B-{n};Budi {n};Gudang;TK/0;05/01/2026;5.000.000" for n in (1, 2)]
    content = "\n".join(["Nomor;Nama;Departemen;PTKP;Mulai Kerja;Gaji Pokok", *rows]).encode()
    sent = await office.worker.post(
        "/people/import", {"client_id": str(office.client_id)}, files={"file": ("a.csv", content)}
    )
    await drain(office.tenant_id)
    page = sent.headers["location"]

    assert (await office.worker.post(f"{page}/confirm")).status_code == 303
    await drain(office.tenant_id)
    async with office.scope():
        assert await db.value("select count(*) from employee") == 2
        reason = (await db.value("select error from job where kind = 'people.run_import'"))["params"]
    assert reason == {"most": 3, "used": 2}
    assert "3" in re.findall(r'<section class="panel job".*?</section>', (await office.worker.get(page)).text, re.S)[0]

    gone = {"ended_on": "2025-05-01", "reason": "resigned"}
    assert (await office.worker.post(f"/people/{first}/end", gone)).status_code == 303
    assert await used(office) | {"seat": 0, "client": 0} == {"employee": 1, "client": 0, "seat": 0}
    async with office.scope():
        job = await db.value("select id from job where kind = 'people.run_import'")
    assert (await office.worker.post(f"/jobs/{job}/retry")).status_code == 303
    await drain(office.tenant_id)
    assert (await used(office))["employee"] == 3
    assert (await office.worker.post(f"/people/{first}/resume")).status_code == 402
    later = {"ended_on": "2099-05-01", "reason": "resigned"}
    assert (await office.worker.post(f"/people/{first}/end", later)).status_code == 402, "who works on is at work"
    async with office.scope():
        await db.execute("update entitlement set most = '{}'")
    assert (await office.worker.post(f"/people/{first}/resume")).status_code == 303
    assert (await used(office))["employee"] == 4
