"""The provider's invoices as the company that they go to sees them: those that were sent, and what stands behind them."""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.queries import receivables
from tatausaha.invoicing.queries.receivables import Count, Issued

PAGE = 24
ITEMS = 100


class Item(msgspec.Struct, frozen=True):
    """A finished piece of work behind a line; of hours the quantity is minutes."""

    id: UUID
    label: str
    finished_on: date
    quantity: int


class Line(msgspec.Struct, frozen=True):
    """A line of an invoice, and how many pieces of work stand behind it."""

    id: UUID
    kind: str
    label: str
    quantity: int
    amount: Rupiah
    items: int


async def get_invoice(invoice_id: UUID, client_id: UUID) -> Issued:
    """An invoice of the company that was sent, or `NotFound`."""
    found = await receivables.get_issued(invoice_id)
    if found.client_id != client_id or found.sent_at is None:
        raise NotFound(text("This invoice does not exist, or was not issued yet."))
    return found


async def page_invoices(client_id: UUID, after: tuple[date, UUID] | None) -> list[Issued]:
    """What was sent, the newest month first."""
    return await receivables.page_sent(client_id, after, PAGE + 1)


async def list_lines(invoice_id: UUID) -> list[Line]:
    """The lines in their order."""
    return await db.rows(
        Line,
        "select l.id, l.kind, l.label, l.quantity, l.amount, (select count(*) from billed_item b"
        "   where b.tenant_id = l.tenant_id and b.line_id = l.id) as items"
        " from client_invoice_line l where l.invoice_id = $1 order by l.position",
        invoice_id,
    )


async def page_items(line_id: UUID, after: tuple[date, UUID] | None) -> list[Item]:
    """What stands behind a line, by day."""
    return await db.rows(
        Item,
        "select id, label, finished_on, quantity from billed_item where line_id = $1"
        " and ($2::date is null or (finished_on, id) > ($2, $3::uuid)) order by finished_on, id limit $4",
        *(line_id, *(after or (None, None)), ITEMS + 1),
    )


async def count_open(client_id: UUID) -> Count:
    """The company's invoices of which something is open, and how much."""
    found = await db.row(
        Count,
        "select count(*) as count, coalesce(sum(total - paid - withheld), 0)::bigint as amount from client_invoice"
        " where client_id = $1 and state = 'approved' and sent_at is not null",
        client_id,
    )
    assert found is not None
    return found
