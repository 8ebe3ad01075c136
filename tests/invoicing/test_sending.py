"""An issued invoice reaches the client once, with the work behind it, whatever happens to workers and mail servers."""

from email.message import EmailMessage
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest

from tatausaha.core import bounces, db
from tatausaha.core.actor import acting
from tatausaha.core.bounces import Report
from tatausaha.core.claims import Claim
from tatausaha.core.db import client_scope
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.process import tools
from tatausaha.documents.queries import list_documents
from tatausaha.invoicing.queries import invoices, letters
from tatausaha.invoicing.queries.invoices import Invoice
from tatausaha.invoicing.service import approving, documents, sending
from tests.api import program_of
from tests.invoicing.month import as_, draft, issue, make_month, make_profile
from tests.invoicing.prices import make_prices
from tests.make import Office, drain
from tests.purchasing.conftest import Inbox
from workers.runtime import execute


async def issued(office: Office, slips: int = 3) -> UUID:
    """The last month's invoice, issued and about to be sent."""
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id)
        await make_month(office, slips=slips)
    invoice_id = await draft(office)
    await issue(office, invoice_id)
    return invoice_id


async def get(office: Office, invoice_id: UUID) -> Invoice:
    async with office.scope():
        return await invoices.get_invoice(invoice_id)


def invoices_in(inbox: Inbox) -> list[EmailMessage]:
    """What came for the client; managers are written to as well."""
    return [mail for mail in inbox.received if mail["Message-ID"].startswith("<invoice-")]


async def test_the_client_gets_the_paper_once_and_sees_it_from_then_on(office: Office, inbox: Inbox) -> None:
    invoice_id = await issued(office)
    async with client_scope(office.tenant_id, [office.client_id]):
        assert await db.value("select count(*) from client_invoice") == 0
    await drain(office.tenant_id)

    (mail,) = invoices_in(inbox)
    (paper,) = mail.iter_attachments()
    invoice = await get(office, invoice_id)
    assert mail["To"] == office.approver.email
    assert mail["From"] == "PT Tata Kelola <tata@example.test>"
    assert mail["Message-ID"] == sending.message_id(invoice_id, office.approver.email)
    assert invoice.number is not None
    assert invoice.number in mail["Subject"]
    assert (invoice.letter, invoice.sent_to) == ("sent", office.approver.email)
    assert paper.get_content().startswith(b"%PDF-")
    async with client_scope(office.tenant_id, [office.client_id]):
        (document,) = await list_documents([invoice_id], shared_only=True)
        behind = await db.value("select count(*) from billed_item")
    assert (invoice.document_id, behind) == (document.id, 5)
    assert (await office.approver.get(f"/documents/{document.id}")).content == paper.get_content()
    assert (await office.worker.get(f"/documents/{document.id}")).status_code == 404, "what clients pay is for managers"
    for role, listed in (("worker", []), ("manager", [str(document.id)])):
        program = await program_of(office, role)
        assert [one["id"] for one in (await program.get("/api/v1/documents")).json()["items"]] == listed
        assert ((await program.get(f"/api/v1/documents/{document.id}/file")).status_code == 200) == bool(listed)


async def test_a_worker_that_dies_before_the_end_sends_nothing_twice(
    office: Office, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice_id = await issued(office)
    async with office.scope():
        job_id = await db.value("select id from job where kind = 'invoicing.send_invoice'")
        await db.execute("update job set state = 'cancelled' where state = 'queued' and id <> $1", job_id)
    ends: list[int] = []
    finish = Claim._finish

    async def die_once(claim: Claim) -> None:
        await finish(claim)
        ends.append(1)
        if len(ends) == 1:
            raise ZeroDivisionError

    with monkeypatch.context() as killed:
        killed.setattr(Claim, "_finish", die_once)
        await execute(job_id)
    async with office.scope():
        assert await db.value("select count(*) from mail where template = 'service_invoice'") == 0
        assert (await invoices.get_invoice(invoice_id)).sent_at is None
    await drain(office.tenant_id)

    assert [mail["Message-ID"] for mail in invoices_in(inbox)] == [
        sending.message_id(invoice_id, office.approver.email)
    ]


async def test_one_that_came_back_is_shown_and_sent_again_by_a_person_to_another_address(
    office: Office, inbox: Inbox
) -> None:
    invoice_id = await issued(office)
    await drain(office.tenant_id)
    (first,) = invoices_in(inbox)
    await bounces.note(Report(first["Message-ID"], True, "no such mailbox"))
    assert (await get(office, invoice_id)).letter == "bounced"

    with acting(as_(office.manager, "manager")):
        async with office.scope():
            invoice = await invoices.get_invoice(invoice_id, lock=True)
            for wrong in (("not an address", "Salah"), ("akun@klien.example", "")):
                with pytest.raises(Invalid):
                    await sending.send_again(invoice, 2, *wrong)
            assert await sending.send_again(invoice, 2, "akun@klien.example", "Kotak surat penuh")
            again = await invoices.get_invoice(invoice_id, lock=True)
            assert not await sending.send_again(again, 2, "akun@klien.example", "Kotak surat penuh")
    await drain(office.tenant_id)

    second = invoices_in(inbox)[-1]
    async with office.scope():
        shown = await letters.list_letters(await invoices.get_invoice(invoice_id))
    assert [(one.recipient, one.state) for one in shown] == [
        ("akun@klien.example", "sent"),
        (office.approver.email, "bounced"),
    ]
    assert next(second.iter_attachments()).get_content() == next(first.iter_attachments()).get_content()


async def test_a_void_invoice_does_not_leave_any_more(office: Office, inbox: Inbox) -> None:
    invoice_id = await issued(office)
    with acting(as_(office.owner, "owner")):
        async with office.scope():
            await approving.void(await invoices.get_invoice(invoice_id, lock=True), "Salah bulan")
            with pytest.raises(Conflict):
                await sending.send_again(await invoices.get_invoice(invoice_id, lock=True), 2, "", "Lagi")
    await drain(office.tenant_id)
    assert invoices_in(inbox) == []


async def test_much_work_stands_in_a_sheet_beside_the_invoice(office: Office, inbox: Inbox) -> None:
    invoice_id = await issued(office, slips=documents.ON_PAPER + 1)
    await drain(office.tenant_id)

    names = [part.get_filename() for part in invoices_in(inbox)[0].iter_attachments()]
    async with office.scope():
        paper = await documents.read_paper(await invoices.get_invoice(invoice_id))
        kept = await list_documents([invoice_id])
    sheet = await tools().storage.get(next(one.key for one in kept if one.kind == sending.ANNEX))
    with pikepdf.open(BytesIO(await documents.invoice_pdf(paper))) as pdf:
        pages = len(pdf.pages)
    assert sorted(str(name).rpartition(".")[2] for name in names) == ["pdf", "xlsx"]
    assert (pages, sheet[:2]) == (1, b"PK")
