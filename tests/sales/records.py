"""One of everything that customers have: for pages, and for those who try what is not theirs."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7


async def fill_receivables(client_id: UUID, word: str) -> dict[str, UUID]:
    """A customer who owes two instalments, one of them late; every text bears `word`. Needs the scope."""
    ids = {"customer_id": uuid7(), "invoice_id": uuid7()}
    await db.execute(
        "insert into customer (id, client_id, code, name, email, credit_limit)"
        " values ($1, $2, 'P-9', $3, 'pelanggan@example.test', 5000000)",
        *(ids["customer_id"], client_id, word),
    )
    await db.execute(
        "insert into receivable (client_id, customer_id, request_id, number, part, parts, issued_on, due_on, amount,"
        " state, note) select $1, $2, $3, '001/INV/X/I/2026', part, 2, current_date - 60,"
        " current_date - 30 + 60 * (part - 1), 250000, 'open', $4 from generate_series(1, 2) as part",
        *(client_id, ids["customer_id"], ids["invoice_id"], word),
    )
    return ids
