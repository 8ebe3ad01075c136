"""Changes in every state, for the pages that show them."""

from uuid import UUID

from tatausaha.core import changes, db
from tatausaha.core.actor import Actor, acting
from tests.make import Office
from tests.people.test_guarded import OTHER
from tests.people.test_import import imported, sheet

REASON = "Surat keputusan direksi nomor 17 tanggal 2 November 2026"


async def make_changes(office: Office, employee: UUID) -> list[str]:
    """One that asks the client, then: one about an account, one of a file, one rejected, one approved."""
    async with office.scope():
        number, name = (await db.records("select number, name from employee where id = $1", employee))[0]
    path = f"/people/{employee}/components"
    await office.worker.post(path, {"code": "basic", "amount": "6.250.000", "starts_on": "01/11/2026"})
    await office.worker.post(
        path, {"code": "allowance", "name": "Makan", "amount": "900.000", "starts_on": "01/11/2026"}
    )
    rejected, approved = await newest(office, 2)
    await office.manager.post(f"/changes/{rejected}/reject", {"comment": "Belum ada surat keputusan."})
    await office.manager.post(f"/changes/{approved}/approve")
    await imported(office, sheet(f"{number};{name};8.000.000;{OTHER}", headers="Nomor;Nama;Gaji Pokok;No Rekening"))
    (file,) = await newest(office, 1)
    with acting(Actor(office.worker.member_id, office.worker.name, "worker")):
        async with office.scope():
            account = await ask(office, employee, name, "colleague")
            of_client = await ask(office, employee, name, "client")
    await office.manager.post("/settings/approvals", {"asks-employee-pay": "client", "free-employee-pay": "500.000"})
    return [str(key) for key in (of_client, account, file, rejected, approved)]


async def ask(office: Office, employee: UUID, name: str, asks: str) -> UUID:
    before = {"bank": "BCA", "bank_account": "1234567890", "bank_holder": name}
    asked = await changes.propose(
        "employee.bank_account",
        subject_id=employee,
        client_id=office.client_id,
        subject=name,
        before=before,
        after=before | {"bank": "Bank Mandiri" if asks == "client" else "BNI", "bank_account": OTHER},
        reason=REASON,
        asks="client" if asks == "client" else "colleague",
    )
    return asked.id


async def newest(office: Office, count: int) -> list[UUID]:
    """The ids of the newest requests, the oldest of them first."""
    async with office.scope():
        found = await db.records("select id from change_request order by id desc limit $1", count)
    return [row["id"] for row in reversed(found)]
