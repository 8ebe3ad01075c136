"""What invoicing does in the background."""

from typing import ClassVar
from uuid import UUID

from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job


class DraftInvoices(Job, frozen=True):
    """Draft the invoices of a month (the last one) from finished work, for each client with agreed prices that has none."""

    kind: ClassVar[str] = "invoicing.draft_invoices"
    period: str = ""

    def title(self) -> Text:
        return text("Draft invoices from finished work")

    def unit(self) -> Text:
        return text("clients")


class DraftInvoice(Job, frozen=True):
    """Count a client's finished work of a month and draft its invoice, or draw an unapproved one up anew.

    What the provider bills is the provider's alone, so that the job is of no client and names it instead.
    """

    kind: ClassVar[str] = "invoicing.draft_invoice"
    client_id: UUID
    period: str

    def title(self) -> Text:
        return text("Draft an invoice from finished work")


class SendInvoice(Job, frozen=True):
    """Set an approved invoice as PDF, keep it, and send it to the client. `sending` counts: the first leaves by itself."""

    kind: ClassVar[str] = "invoicing.send_invoice"
    queue: ClassVar[str] = "documents"
    invoice_id: UUID
    sending: int = 1

    def title(self) -> Text:
        return text("Send an invoice")


class RemindClients(Job, frozen=True):
    """Write to clients about invoices past their due day, at the days that the provider chose."""

    kind: ClassVar[str] = "invoicing.remind_clients"

    def title(self) -> Text:
        return text("Remind clients of unpaid invoices")
