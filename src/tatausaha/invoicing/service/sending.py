"""Issued invoices go to their clients: into the portal, and by e-mail with the paper, once for each sending.

The first sending follows from the approval; each further one is a person's step. All letters of an invoice to one address
bear one Message-ID, so that a worker that died or a second sending never looks like a second invoice.
"""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, letters
from tatausaha.core.claims import Claim
from tatausaha.core.dates import format_day
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text, use_language
from tatausaha.core.letters import Attachment, Envelope
from tatausaha.core.mail import Refused, recipient_of
from tatausaha.core.money import format_rupiah
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools
from tatausaha.documents import service as kept_files
from tatausaha.documents.filenames import file_name
from tatausaha.documents.queries import Document, list_documents
from tatausaha.documents.service import PDF, XLSX, Kept
from tatausaha.invoicing.jobs import SendInvoice
from tatausaha.invoicing.queries import invoices, lines
from tatausaha.invoicing.queries.invoices import Invoice
from tatausaha.invoicing.queries.issuer import Issuer
from tatausaha.invoicing.queries.letters import MOST_RECIPIENTS, letter_key, list_approvers, list_letters
from tatausaha.invoicing.queries.lines import BilledItem
from tatausaha.invoicing.service import documents
from tatausaha.invoicing.service.documents import Paper, month_name

LETTER = "service_invoice"
DOCUMENT, ANNEX = "service_invoice", "service_invoice_work"
LONGEST = 2000


def message_id(invoice_id: UUID, recipient: str) -> str:
    """The one Message-ID of an invoice for one address; short enough that its header is never folded."""
    return f"<invoice-{invoice_id}.{sha256(recipient.lower().encode()).hexdigest()[:8]}@tatausaha>"


async def send_again(invoice: Invoice, sending: int, to: str, reason: str) -> bool:
    """Send an issued invoice once more, on purpose; `invoice` must be locked. `sending` is its count as the form saw it.

    Pressed twice it is one: False for the second. Raises Conflict while an earlier one is on its way, Invalid for addresses
    that nothing can reach.
    """
    recipients = addresses(to)
    if not invoice.issued:
        raise Conflict(text("Only an issued invoice can be sent."))
    if sending <= invoice.sendings:
        return False
    if not reason.strip():
        raise Invalid(text("Some fields need your attention."), {"again": text("Say why it is sent again.")})
    if any(one.under_way for one in await list_letters(invoice)):
        raise Conflict(text("This invoice is still on its way. Wait until it has left or failed."))
    following = invoice.sendings + 1
    await db.execute(
        "update client_invoice set sendings = $2, sent_to = $3, version = version + 1 where id = $1",
        *(invoice.id, following, ", ".join(recipients)),
    )
    job, link = SendInvoice(invoice_id=invoice.id, sending=following), f"/invoices/{invoice.id}"
    await enqueue(job, once_key=f"{invoice.id}:{following}", link=link)
    await audit.record("sent_again", "client_invoice", invoice.id, invoice.client_id, reason=reason.strip()[:LONGEST])
    return True


def addresses(written: str) -> list[str]:
    """E-mail addresses with commas or blanks between them; `Invalid` at `sent_to` names the one that cannot be reached."""
    found = list(dict.fromkeys(written.replace(";", ",").replace(",", " ").split()))
    for one in found:
        try:
            recipient_of(one)
        except Refused:
            problem = text("{address} is not an e-mail address.", address=one[:100])
            raise Invalid(text("Some fields need your attention."), {"sent_to": problem}) from None
    if len(found) > MOST_RECIPIENTS:
        problem = text("Name at most {most} addresses.", most=MOST_RECIPIENTS)
        raise Invalid(text("Some fields need your attention."), {"sent_to": problem})
    return found


async def make(job: SendInvoice, claim: Claim) -> None:
    """Set the paper unless it is kept already, lay it into the portal, and hand its letters over.

    Nothing leaves of an invoice that is void. The client gets the very file again that it got before.
    """
    async with claim.scope():
        invoice = await invoices.get_invoice(job.invoice_id)
        there = await list_documents([invoice.id], (DOCUMENT, ANNEX))
        paper = None if there else await documents.read_paper(invoice)
        work = [] if paper is None or paper.whole else await _all_work(paper)
    kept = await _keep(claim.row.tenant_id, paper, work) if paper and invoice.issued else []
    async with claim.finishing():
        invoice = await invoices.get_invoice(job.invoice_id, lock=True)
        if not invoice.issued or job.sending != invoice.sendings:
            return
        await kept_files.record(kept, shared=True)
        await _hand_over(invoice, [Attachment(one.key, one.name, one.media_type) for one in kept or there])


async def _all_work(paper: Paper) -> list[tuple[str, BilledItem]]:
    """The whole work behind an invoice, each piece with the label of its line."""
    labels = {line.id: line.label for line in paper.lines}
    found = await lines.page_items(paper.invoice.id, limit=1_000_000)
    return [(labels[one.line_id], one) for one in found]


async def _keep(tenant_id: UUID, paper: Paper, work: Sequence[tuple[str, BilledItem]]) -> list[Kept]:
    invoice = paper.invoice
    number = invoice.number or ""
    name = file_name("Invoice", number, invoice.client_name, suffix="pdf")
    pdf = await documents.invoice_pdf(paper)
    kept = [await kept_files.put(tenant_id, invoice.client_id, DOCUMENT, invoice.id, name, PDF, pdf)]
    if work:
        with TemporaryDirectory(prefix="tata-invoice-") as folder, use_language(invoice.language):
            target = Path(folder) / "work.xlsx"
            await asyncio.to_thread(documents.write_items, target, work)
            name = file_name("Invoice", number, invoice.client_name, suffix="xlsx")
            kept.append(await kept_files.put(tenant_id, invoice.client_id, ANNEX, invoice.id, name, XLSX, target))
    return kept


async def _hand_over(invoice: Invoice, files: Sequence[Attachment]) -> None:
    """Write the letters of a sending, and note that the client has the invoice."""
    recipients = addresses(invoice.sent_to) or list(await list_approvers(invoice.client_id))[:MOST_RECIPIENTS]
    sent = [await _write(invoice, place, to, files) for place, to in enumerate(recipients)]
    paper = await list_documents([invoice.id], (DOCUMENT,))
    await db.execute(
        "update client_invoice set sent_at = coalesce(sent_at, now()), sent_to = $2, mail_id = coalesce($3, mail_id),"
        " document_id = $4 where id = $1",
        *(invoice.id, ", ".join(recipients), next((one for one in sent if one), None), paper[0].id),
    )
    await audit.record("sent", "client_invoice", invoice.id, invoice.client_id, count=len(recipients))


async def _write(invoice: Invoice, place: int, to: str, files: Sequence[Attachment]) -> UUID | None:
    assert invoice.due_on is not None
    issuer = msgspec.convert(invoice.issuer, Issuer)
    month = month_name(invoice.period, invoice.language)
    # Of no client: the letter is the provider's own, in its name and colour.
    return await letters.write_in(
        Envelope(message_id=message_id(invoice.id, to), sender_name=issuer.legal_name, attachments=tuple(files)),
        LETTER,
        to,
        once_key=letter_key(invoice.id, invoice.sendings, place),
        language=invoice.language,
        client_id=None,
        data={
            "number": invoice.number,
            "client": invoice.client_name,
            "month": month,
            "total": format_rupiah(invoice.total, invoice.language),
            "transfer": format_rupiah(invoice.total - invoice.pph23, invoice.language),
            "withheld": format_rupiah(invoice.pph23, invoice.language) if invoice.pph23 else "",
            "due_on": format_day(invoice.due_on, invoice.language),
            "issuer": issuer.legal_name,
            "link": f"{tools().settings.base_url}/portal/invoices/{invoice.id}",
        },
    )


@letters.follows(LETTER)
async def note(mail_id: UUID, state: str) -> None:
    """A letter of an invoice that is void meanwhile does not leave; one that came back or failed is in the log."""
    found = await db.records(
        "select i.id, i.client_id, i.state from mail m join client_invoice i"
        " on i.tenant_id = m.tenant_id and i.id = split_part(m.once_key, ':', 2)::uuid where m.id = $1",
        mail_id,
    )
    if not found:
        return
    if state == "sending" and found[0]["state"] not in ("approved", "paid"):
        raise Conflict(text("This invoice is void, so its e-mail is not sent."))
    if state in ("bounced", "refused", "failed"):
        await audit.record("bounced", "client_invoice", found[0]["id"], found[0]["client_id"], state=state)


async def find_paper(invoice: Invoice) -> Document | None:
    """The kept paper of an issued invoice, if it has been made."""
    found = await list_documents([invoice.id], (DOCUMENT,))
    return found[0] if found else None
