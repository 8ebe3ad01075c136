"""One of everything about suppliers, their prices and what is wanted, for tests that look at every page."""

from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7


async def fill_purchasing(
    client_id: UUID, supplier_id: UUID, place_id: UUID, item_id: UUID, word: str
) -> dict[str, UUID]:
    """A price, a request that waits for nobody yet, an import, and an item that runs out; all bear the word."""
    ids = {name: uuid7() for name in ("price_id", "purchase_request_id", "supplier_import_id")}
    await db.execute(
        "insert into supplier_item (client_id, supplier_id, item_id, unit, supplier_code)"
        " select $1, $2, id, unit, $4 from item where id = $3 on conflict do nothing",
        *(client_id, supplier_id, item_id, word),
    )
    await db.execute(
        "insert into supplier_price (id, client_id, supplier_id, item_id, unit, price, starts_on)"
        " select $1, $2, $3, id, unit, 7000, $5 from item where id = $4",
        *(ids["price_id"], client_id, supplier_id, item_id, date(2026, 1, 1)),
    )
    await db.execute(
        "insert into stock_level (client_id, place_id, item_id, minimum) values ($1, $2, $3, 50000)"
        " on conflict (tenant_id, place_id, item_id) do update set minimum = excluded.minimum",
        *(client_id, place_id, item_id),
    )
    await db.execute(
        "insert into purchase_request (id, client_id, place_id, department, reason, maker_name)"
        " values ($1, $2, $3, $4, $4, $4)",
        *(ids["purchase_request_id"], client_id, place_id, word),
    )
    await db.execute(
        "insert into purchase_request_line (client_id, request_id, position, item_id, unit, factor, quantity, supplier_id)"
        " select $1, $2, 1, id, unit, 1000, 5000, $4 from item where id = $3",
        *(client_id, ids["purchase_request_id"], item_id, supplier_id),
    )
    await db.execute(
        "insert into import_file (id, client_id, kind, name, key, sha256, state, actor_id, actor_name)"
        " values ($1, $2, 'suppliers', $3, 'none', '', 'checking', $1, 'Dewi')",
        *(ids["supplier_import_id"], client_id, word),
    )
    return ids
