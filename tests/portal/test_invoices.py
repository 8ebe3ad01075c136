"""Invoices in the portal: what was sent, the work behind it, what is open, and the client's slip."""

from datetime import timedelta
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.queries import receivables
from tatausaha.people.rules import today
from tests.make import Office, agree, make_client, make_invoice

TODAY = today()


async def test_the_client_reads_what_was_sent_and_what_stands_behind_each_line(office: Office) -> None:
    async with office.scope():
        sent = await make_invoice(office.client_id, Period(2026, 1), due_on=TODAY + timedelta(4))
        unsent = await make_invoice(office.client_id, Period(2026, 2), sent_to="")
        other = await make_invoice(await make_client(name="PT Lain"), Period(2026, 1))
        line = await db.value("select id from client_invoice_line where invoice_id = $1", sent)
        numbers = {key: (await receivables.get_issued(key)).number for key in (sent, unsent, other)}
    for person in (office.approver, office.viewer):
        listed = (await person.get("/portal/invoices")).text
        assert [number in listed for number in numbers.values()] == [True, False, False]
        shown = (await person.get(f"/portal/invoices/{sent}")).text.replace("\u00a0", " ")
        assert all(part in shown for part in ("1.090.000", "5270001234", "Biaya tetap", "20.000"))
        items = await person.get(f"/portal/invoices/{sent}/lines/{line}")
        assert (items.status_code, "Biaya tetap 2026-01" in items.text) == (200, True)
        for foreign in (unsent, other):
            assert (await person.get(f"/portal/invoices/{foreign}")).status_code == 404
        assert (await person.get(f"/portal/invoices/{sent}/lines/{uuid7()}")).status_code == 404
    home = (await office.viewer.get("/portal")).text.replace("\u00a0", " ")
    assert "1.110.000" in home


async def test_a_slip_that_an_approver_names_counts_once_a_manager_has_agreed(office: Office) -> None:
    async with office.scope():
        invoice_id = await make_invoice(office.client_id, Period(2026, 1))
    path = f"/portal/invoices/{invoice_id}/slip"
    typed = {
        "token": str(uuid7()),
        "number": "BP-77",
        "slip_on": TODAY.isoformat(),
        "slip_amount": "20.000",
        "note": "",
    }
    assert (await office.viewer.post(path, typed)).status_code == 404
    assert (await office.approver.post(path, typed | {"slip_amount": "19.000"})).status_code == 422
    assert (await office.approver.post(path, typed)).status_code == 303
    assert await withheld(office, invoice_id) == 0
    assert 'name="slip_amount"' not in (await office.approver.get(f"/portal/invoices/{invoice_id}")).text
    waiting = (await office.manager.get(f"/invoices/{invoice_id}/money")).text
    assert "/changes/" in waiting

    assert await agree(office) == ["client_invoice.slip"]
    assert await withheld(office, invoice_id) == 20_000
    assert "BP-77" in (await office.viewer.get(f"/portal/invoices/{invoice_id}")).text
    assert (await office.approver.post(path, typed | {"token": str(uuid7())})).status_code == 422, "named before"


async def withheld(office: Office, invoice_id: UUID) -> int:
    async with office.scope():
        return (await receivables.get_issued(invoice_id)).withheld
