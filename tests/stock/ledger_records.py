"""What the ledger of stock has pages for: a movement by hand, one that cost something, and a closed month."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.stock.service import ledger


async def fill_ledger(client_id: UUID, place_id: UUID, item_id: UUID, word: str) -> dict[str, UUID]:
    """Some of the item that lies in the place goes out, by a document that bears `word`; the month before is closed."""
    ids = {"stock_document_id": uuid7(), "stock_month_id": uuid7()}
    gone = ledger.Entry(
        *("issue", place_id, item_id, -1_000, date(2026, 11, 5)),
        document_kind="movement",
        document_id=ids["stock_document_id"],
        department=word,
        reason=word,
    )
    [posted] = await ledger.post(client_id, [gone])
    await db.execute(
        "insert into stock_month (id, client_id, month, closed_name) values ($1, $2, $3, $4)",
        *(ids["stock_month_id"], client_id, date(2026, 9, 1), word),
    )
    await db.execute(
        "insert into stock_month_value (client_id, month_id, place_id, category, quantity, value)"
        " values ($1, $2, $3, $4, 0, 0)",
        *(client_id, ids["stock_month_id"], place_id, word),
    )
    return ids | {"movement_id": posted.movement_ids[0]}
