"""An issued invoice does not hold: one manager says why, another agrees, so that nobody makes what is owed vanish alone."""

from tatausaha.core import changes
from tatausaha.core.change_kinds import MANAGERS, Change
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import text
from tatausaha.invoicing.queries import invoices
from tatausaha.invoicing.queries.invoices import Invoice
from tatausaha.invoicing.service import approving

VOID = "client_invoice.void"
LONGEST = 500
FIELDS = {
    "number": changes.Field(text("Number")),
    "total": changes.Field(text("Total"), "rupiah"),
    "reason": changes.Field(text("Why it does not hold")),
}


async def ask(invoice: Invoice, reason: str) -> None:
    """Ask another manager to make an issued invoice void; `invoice` must be locked.

    Raises Invalid without a reason, Conflict for one that was not issued, or for which something came already.
    """
    why = " ".join(reason.split())[:LONGEST]
    if not why:
        raise Invalid(text("Some fields need your attention."), {"reason": text("Say why it does not hold.")})
    approving.refuse_unvoidable(invoice)
    if await changes.list_pending(invoice.id, VOID):
        raise Conflict(text("Another manager was asked already to make this invoice void."))
    await changes.propose(
        VOID,
        subject_id=invoice.id,
        client_id=invoice.client_id,
        subject=f"{invoice.number} · {invoice.client_name}",
        reason=why,
        amount=invoice.total,
        before={},
        after={"number": invoice.number, "total": invoice.total, "reason": why},
    )


@changes.applies(
    VOID,
    label=text("An invoice to a client is made void"),
    choices=("manager",),
    fields=FIELDS,
    seen_by=MANAGERS,
    page=lambda change: f"/invoices/{change.subject_id}",
)
async def apply(change: Change) -> None:
    """Make it void, unless something came for it meanwhile."""
    assert change.subject_id is not None
    await approving.void(await invoices.get_invoice(change.subject_id, lock=True), change.after["reason"])
