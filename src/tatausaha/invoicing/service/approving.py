"""Invoices are issued when another manager agrees: only then they bear a number, and from then on nothing of them changes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, numbers
from tatausaha.core.actor import current_actor
from tatausaha.core.change_kinds import MANAGERS, Change, ChangeRow
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import text
from tatausaha.core.outbox import enqueue
from tatausaha.core.taxes import ServiceAmount, pph23
from tatausaha.invoicing.jobs import SendInvoice
from tatausaha.invoicing.queries import finished, invoices, lines
from tatausaha.invoicing.queries.invoices import Invoice
from tatausaha.invoicing.queries.issuer import Issuer, get_issuer
from tatausaha.invoicing.queries.prices import get_list
from tatausaha.invoicing.service.profile import ACCOUNT
from tatausaha.people.rules import today

ISSUE = "client_invoice.issue"
KIND = "client_invoice"
SERIES = "service_invoice"
FIELDS = {
    "subtotal": changes.Field(text("Subtotal"), "rupiah"),
    "ppn": changes.Field(text("PPN"), "rupiah"),
    "total": changes.Field(text("Total"), "rupiah"),
    "pph23": changes.Field(text("PPh 23 that the client withholds"), "rupiah"),
    "month": changes.Field(text("Month")),
    "note": changes.Field(text("Note")),
    "sent_to": changes.Field(text("Sent to")),
    "legal_name": changes.Field(text("Legal name")),
    "address": changes.Field(text("Address")),
    "npwp": changes.Field(text("NPWP")),
    "signer": changes.Field(text("Who signs")),
    **ACCOUNT,
}


async def submit(invoice_id: UUID) -> Proposed:
    """Ask another manager to issue a draft.

    Raises Conflict for what is no draft, lacks whom to pay, or does not say any more what was done.
    """
    invoice = await invoices.get_invoice(invoice_id, lock=True)
    if invoice.state != "draft":
        raise Conflict(text("Only a draft can be submitted."))
    issuer = await get_issuer()
    await _refuse_unfit(invoice, issuer)
    await db.execute("update client_invoice set state = 'waiting', version = version + 1 where id = $1", invoice_id)
    return await changes.propose(
        ISSUE,
        subject_id=invoice_id,
        client_id=invoice.client_id,
        subject=f"{invoice.client_name} · {invoice.period:%m/%Y}",
        before={"version": invoice.version + 1},
        after=_said(invoice, issuer),
        amount=invoice.total,
    )


async def _refuse_unfit(invoice: Invoice, issuer: Issuer) -> None:
    if not issuer.complete:
        raise Conflict(
            text(
                "Your own name, address and bank account for invoices are not complete. Fill them in, then submit again."
            )
        )
    other = await db.value(
        "select exists (select from client_invoice_line l join price_line p on p.tenant_id = l.tenant_id"
        " and p.id = l.price_line_id where l.invoice_id = $1 and l.ppn_kind <> case when $2 then p.ppn else 'none' end)",
        *(invoice.id, issuer.pkp),
    )
    if other:
        raise Conflict(text("Whether you charge PPN was changed after this draft was made. Draw it up anew."))
    own = await lines.list_lines(invoice.id)
    withheld = pph23([ServiceAmount(one.amount, one.pph23_service) for one in own], has_npwp=bool(issuer.npwp))
    if withheld != invoice.pph23:
        raise Conflict(text("Your NPWP was changed after this draft was made. Draw it up anew."))
    if await finished.differs(invoice.id, invoice.client_id):
        raise Conflict(text("The work behind this draft was changed after it was counted. Draw it up anew."))


def _said(invoice: Invoice, issuer: Issuer) -> dict[str, Any]:
    """What the second person agrees to: the figures, whom it goes to, and who asks for payment to which account."""
    names = ("subtotal", "ppn", "total", "pph23", "note", "sent_to")
    own = {name: getattr(issuer, name) for name in ("legal_name", "address", "npwp", "signer", *ACCOUNT)}
    return {name: getattr(invoice, name) for name in names} | {"month": f"{invoice.period:%m/%Y}"} | own


def _page(change: ChangeRow) -> str:
    return f"/invoices/{change.subject_id}"


async def _present(change: Change) -> dict[str, Any]:
    assert change.subject_id is not None
    return {"version": (await invoices.get_invoice(change.subject_id, lock=True)).version}


async def _makers(change: Change) -> set[UUID]:
    """Whoever drew it up or changed it last."""
    found = await db.value("select actor_id from client_invoice where id = $1", change.subject_id)
    return {found} if found else set()


async def _back_to_draft(change: Change) -> None:
    await db.execute(
        "update client_invoice set state = 'draft', version = version + 1 where id = $1 and state = 'waiting'",
        change.subject_id,
    )


async def _refused(change: Change, _comment: str) -> None:
    await _back_to_draft(change)


@changes.applies(
    ISSUE,
    label=text("Issue of an invoice to a client"),
    choices=("manager",),
    fields=FIELDS,
    by_amount=True,
    seen_by=MANAGERS,
    page=_page,
    present=_present,
    makers=_makers,
    refused=_refused,
    withdrawn=_back_to_draft,
)
async def issue(change: Change) -> None:
    """Give it its number and days, keep who issues it, and have it sent. Raises Conflict where it is not what was agreed."""
    assert change.subject_id is not None
    invoice = await invoices.get_invoice(change.subject_id, lock=True)
    if invoice.state != "waiting":
        raise Conflict(text("This invoice does not wait for approval any more."))
    issuer = await get_issuer()
    await _refuse_unfit(invoice, issuer)
    if _said(invoice, issuer) != change.after:
        raise Conflict(
            text(
                "Your own data for invoices were changed after this was put forward. Take it back and submit it again."
            )
        )
    agreed = await get_list(invoice.price_list_id)
    day = today(invoice.time_zone)
    number = await numbers.take(None, SERIES, day)
    await db.execute(
        "update client_invoice set state = 'approved', number = $2, issued_on = $3, due_on = $4, issuer = $5,"
        " approved_name = $6, sendings = 1, version = version + 1 where id = $1",
        *(invoice.id, number, day, day + timedelta(days=agreed.terms_days), msgspec.to_builtins(issuer)),
        current_actor().name,
    )
    await enqueue(SendInvoice(invoice_id=invoice.id), once_key=f"{invoice.id}:1", link=_page(change))
    await audit.record("issued", KIND, invoice.id, invoice.client_id, number=number, total=invoice.total)


async def void(invoice: Invoice, reason: str) -> None:
    """An issued invoice does not hold: it keeps its number, with the reason, and its work can be billed by another.

    `invoice` must be locked. Raises Conflict for one that was not issued, or for which something came already.
    """
    refuse_unvoidable(invoice)
    await db.execute(
        "update client_invoice set state = 'void', void_reason = $2, version = version + 1 where id = $1",
        *(invoice.id, reason),
    )
    await db.execute("delete from billed_item where invoice_id = $1", invoice.id)
    assert invoice.number is not None
    await numbers.void(None, SERIES, invoice.number, reason)
    await audit.record("voided", KIND, invoice.id, invoice.client_id, reason=reason, number=invoice.number)


def refuse_unvoidable(invoice: Invoice) -> None:
    """Conflict for an invoice that was not issued, or for which something came already."""
    if invoice.state != "approved" or invoice.paid or invoice.withheld:
        raise Conflict(text("Only an issued invoice for which nothing came yet can be made void."))
