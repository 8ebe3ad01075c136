"""Invoices in each standing, with money, slips and reminders, and hours with what they cost."""

from datetime import timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.service import reminding
from tatausaha.people.rules import today
from tests.invoicing.month import note_hours
from tests.make import Office, make_invoice

TODAY = today()
LAST = Period.of(TODAY).previous()


async def seed_money(office: Office, empty: UUID) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Ids for addresses, and further addresses by the name of their route."""
    async with office.scope():
        late, slip, paid, held, new = [
            await make_invoice(office.client_id, Period(2025, month), due_on=TODAY - timedelta(days))
            for month, days in ((6, 70), (7, 35), (8, 20), (9, 12), (10, -9))
        ]
        last = await make_invoice(office.client_id, LAST, amount=300_000, due_on=TODAY + timedelta(9))
        line = await db.value("select id from client_invoice_line where invoice_id = $1", new)
    for invoice_id, amount in ((late, "200.000"), (slip, "1.090.000"), (paid, "1.110.000")):
        typed = {
            "token": str(uuid7()),
            "received_on": TODAY.isoformat(),
            "amount": amount,
            "reference": f"TRX {amount}",
        }
        assert (await office.manager.post(f"/invoices/{invoice_id}/payments", typed)).status_code == 303
    assert (await office.manager.post(f"/invoices/{held}/hold", {"hold_reason": "Ada keberatan"})).status_code == 303
    named = {"token": str(uuid7()), "number": "BP-2025-11", "slip_on": TODAY.isoformat(), "slip_amount": "20.000"}
    assert (await office.approver.post(f"/portal/invoices/{slip}/slip", named)).status_code == 303
    async with office.scope():
        await reminding.remind_late()
        entries = await db.records("select id from client_payment order by id")
    assert (
        await office.owner.post(f"/invoices/payments/{entries[2]['id']}/void", {"void_reason": "Salah"})
    ).is_redirect
    hours = await seed_hours(office)
    chosen, none = f"?client={office.client_id}", f"?client={empty}"
    receivables = "/invoices/receivables"
    asked = ("?on=01/10/2026", "?show=invoices", "?show=slips", none, f"{none}&show=slips")
    ids = {"issued_id": str(new), "client_invoice_line_id": str(line), "client_payment_id": str(entries[0]["id"])}
    return ids | {"work_time_id": str(hours)}, {
        "invoicing.money": [f"/invoices/{one}/money" for one in (late, slip, paid, held)],
        "invoicing.entry": [f"/invoices/payments/{entries[2]['id']}"],
        "invoicing.receivables": [f"{receivables}{one}" for one in asked],
        "invoicing.account": [f"{receivables}/{empty}"],
        "invoicing.hours": ["/hours?week=2020-01-06"],
        "invoicing.all_hours": [f"/hours/all{one}" for one in (chosen, none)],
        "invoicing.profit": [f"/profit?month={Period.of(TODAY)}"],
        "invoicing.client_profit": [f"/profit/{one}?month={LAST}" for one in (office.client_id, empty)],
        "portal.invoice": [f"/portal/invoices/{one}" for one in (slip, last)],
    }


async def seed_hours(office: Office) -> UUID:
    """Hours of this week and of the last month, of people of whom one has no cost; gives one's own of the owner."""
    for member_id, hourly in ((office.worker.member_id, "60.000"), (office.owner.member_id, "250.000")):
        typed = {"member_id": str(member_id), "hourly": hourly, "starts_on": "2025-01-01"}
        assert (await office.owner.post("/profit/costs", typed)).status_code == 303
    for person in (office.worker, office.manager, office.owner):
        for day, time, task in ((TODAY, "1:30", "Rekonsiliasi bank"), (LAST.last, "4:15", "Laporan bulanan")):
            typed = {"client_id": str(office.client_id), "worked_on": day.isoformat(), "time": time, "task": task}
            assert (await person.post("/hours", typed | {"billable": "1", "note": "Tiga rekening"})).status_code == 303
    async with office.scope():
        await note_hours(office, 600, LAST.first, "Pembukuan")
        found: UUID = await db.value("select id from work_time where member_id = $1 limit 1", office.owner.member_id)
    return found
