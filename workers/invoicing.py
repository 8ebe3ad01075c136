"""Invoices to clients: drafted, sent, reminded of."""

from tatausaha.core.claims import Claim
from tatausaha.core.dates import Period
from tatausaha.invoicing.jobs import DraftInvoice, DraftInvoices, RemindClients, SendInvoice
from tatausaha.invoicing.service import drafting, reminding, sending
from workers.runtime import handles


@handles(DraftInvoices)
async def draft_invoices(job: DraftInvoices, claim: Claim) -> None:
    """Have the invoices of a month drafted that are not there yet."""
    async with claim.finishing():
        made = await drafting.draft_all(Period.parse(job.period) if job.period else None)
        claim.progress(made, made)


@handles(DraftInvoice)
async def draft_invoice(job: DraftInvoice, claim: Claim) -> None:
    """Count and price a client's month."""
    async with claim.finishing():
        await drafting.draft(job.client_id, Period.parse(job.period))


@handles(SendInvoice)
async def send_invoice(job: SendInvoice, claim: Claim) -> None:
    """Make the paper; the letters that carry it leave by themselves."""
    await sending.make(job, claim)


@handles(RemindClients)
async def remind_clients(_job: RemindClients, claim: Claim) -> None:
    """Write about every invoice whose next reminder is due."""
    async with claim.finishing():
        written = await reminding.remind_late()
        claim.progress(written, written)
