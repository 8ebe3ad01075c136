"""One of everything about drafts: for pages, and for those who try what is not theirs."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tests.invoicing.month import LAST
from tests.invoicing.prices import make_prices

MONTH = date(2026, 3, 1)


async def fill_invoices(client_id: UUID, word: str) -> dict[str, UUID]:
    """A draft with a line and the work behind it, and work of last month that was waived; every text bears `word`."""
    invoice_id, line_id = uuid7(), uuid7()
    list_id = await make_prices(client_id, starts_on=date(2026, 1, 1), name=word)
    await db.execute(
        "insert into client_invoice (id, client_id, period, price_list_id, subtotal, ppn, total, pph23, note, actor_name)"
        " values ($1, $2, $3, $4, 2000000, 220000, 2220000, 40000, $5, $5)",
        *(invoice_id, client_id, MONTH, list_id, word),
    )
    await db.execute(
        "insert into client_invoice_line (id, client_id, invoice_id, position, kind, label, quantity, amount, ppn_kind, ppn,"
        " pph23_service) values ($1, $2, $3, 1, 'document', $4, 1, 2000000, 'normal', 220000, 'accounting')",
        *(line_id, client_id, invoice_id, word),
    )
    await db.execute(
        "insert into billed_item (client_id, kind, item_id, label, finished_on, invoice_id, line_id)"
        " values ($1, 'document', $2, $3, $4, $5, $6)",
        *(client_id, uuid7(), word, MONTH, invoice_id, line_id),
    )
    await db.execute(
        "insert into billed_item (client_id, kind, item_id, label, finished_on, waived_reason, waived_name)"
        " values ($1, 'document', $2, $3, $4, $3, $3)",
        *(client_id, uuid7(), word, LAST.first),
    )
    return {"client_invoice_id": invoice_id}
