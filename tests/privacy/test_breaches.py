"""A breach is told within three days: to the right people, with the right words, and to each client after two have agreed."""

import io
import zipfile
from uuid import UUID

import openpyxl

from tatausaha.core import db
from tatausaha.core.outbox import enqueue
from tatausaha.privacy.jobs import WatchDeadlines
from tests.make import Office, drain, make_client, make_employees
from tests.privacy.make import employ

TYPED = {
    "title": "Laptop hilang",
    "noticed_at": "20/11/2026 14:30",
    "began_at": "01/01/2026 00:00",
    "what": "Laptop petugas hilang di kereta.",
    "how": "Laptop tidak terkunci.",
    "done": "Akses dicabut.",
    "contact": "Dewi, 021-555",
    "kinds": "pay,bank",
}


async def enter(office: Office, **changes: str) -> str:
    answer = await office.manager.post("/privacy/breaches", TYPED | changes)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def name_clients(office: Office, address: str, *client_ids: UUID) -> None:
    answer = await office.manager.post(f"{address}/clients", {"clients": ",".join(map(str, client_ids))})
    assert answer.status_code == 303, answer.text


async def pack_of(office: Office, address: str) -> zipfile.ZipFile:
    await office.manager.post(f"{address}/pack")
    await drain(office.tenant_id)
    answer = await office.manager.get(f"{address}/pack")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def names_in(pack: zipfile.ZipFile) -> list[str]:
    name = next(one for one in pack.namelist() if one.startswith("persons"))
    sheet = openpyxl.load_workbook(io.BytesIO(pack.read(name))).active
    assert sheet is not None
    return [str(row[2]) for row in sheet.iter_rows(min_row=2, values_only=True)]


async def test_the_notices_say_which_data_when_how_and_what_is_done(office: Office) -> None:
    address = await enter(office)

    page = await office.manager.get(address)

    for word in ("Laptop petugas hilang", "Laptop tidak terkunci", "Akses dicabut", "Dewi, 021-555", "Pasal 46"):
        assert word in page.text
    assert (await office.worker.get(address)).status_code == 404


async def test_the_pack_lists_the_people_of_each_client_with_contacts(office: Office) -> None:
    async with office.scope():
        other = await make_client(name="PT Lain")
        await make_employees(office.client_id, 2)
        await make_employees(other, 1, email="ani@contoh.id")
    address = await enter(office, noticed_at="21/11/2026 00:00", ended_at="31/12/2026 00:00")
    await name_clients(office, address, other)

    pack = await pack_of(office, address)

    assert len(names_in(pack)) == 1
    assert any("lembaga" in name for name in pack.namelist())


async def test_with_an_account_named_only_those_whose_records_it_saw_are_told(office: Office) -> None:
    seen, _unseen = await employ(office), await employ(office)
    async with office.scope():
        await db.execute("update employee set name = 'Ratna' where id = $1", seen)
    await office.worker.get(f"/people/{seen}")
    address = await enter(office, ended_at="31/12/2026 00:00", actor_id=str(office.worker.member_id))
    await name_clients(office, address, office.client_id)

    pack = await pack_of(office, address)

    assert names_in(pack) == ["Ratna"]
    assert "1 " in (await office.manager.get(address)).text


async def test_a_client_sees_its_notice_after_two_people_have_agreed_and_not_before(office: Office) -> None:
    await employ(office)
    address = await enter(office, ended_at="31/12/2026 00:00")
    await name_clients(office, address, office.client_id)
    await office.manager.post(f"{address}/step/confirm")
    async with office.scope():
        line = await db.value("select id from breach_client")
    await office.manager.post(f"{address}/clients/{line}/release")
    before = await office.approver.get("/portal/privacy")
    async with office.scope():
        change_id = await db.value("select id from change_request where kind = 'privacy.release_breach'")

    own = await office.manager.post(f"/changes/{change_id}/approve", {"comment": ""})
    await office.owner.post(f"/changes/{change_id}/approve", {"comment": ""})

    after = await office.approver.get("/portal/privacy")
    assert own.status_code == 403
    assert "Laptop petugas hilang" not in before.text
    assert "Laptop petugas hilang" in after.text


async def test_nothing_is_closed_before_everyone_is_told_and_something_is_learnt(office: Office) -> None:
    address = await enter(office)
    await office.manager.post(f"{address}/step/confirm")
    untold = await office.manager.post(f"{address}/step/close")
    for whom in ("subjects", "authority"):
        await office.manager.post(f"{address}/told/{whom}")
    unlearnt = await office.manager.post(f"{address}/step/close")
    await office.manager.post(address, TYPED | {"lessons": "Enkripsi semua laptop."})

    closed = await office.manager.post(f"{address}/step/close")

    assert (untold.status_code, unlearnt.status_code, closed.status_code) == (409, 409, 303)


async def test_managers_get_one_letter_a_day_before_the_notices_are_due(office: Office) -> None:
    await enter(office)
    async with office.scope():
        await db.execute("update breach set due_at = now() + interval '20 hours'")
        for number in range(2):
            await enqueue(WatchDeadlines(), once_key=f"tick {number}")
    await drain(office.tenant_id)

    async with office.scope():
        found = await db.value("select count(*)::int from mail where template = 'breach_deadline'")
    assert found == 2  # owner and manager, once each


async def test_a_moment_that_cannot_be_read_is_told_at_its_field(office: Office) -> None:
    for typed in ("kemarin", "31/02/2026 10:00", "01/01/0001 00:00", "01/01/2190 00:00"):
        answer = await office.manager.post("/privacy/breaches", TYPED | {"noticed_at": typed})
        assert (answer.status_code, "noticed_at-error" in answer.text) == (422, True), typed
