"""An order that was sent and answered, for tests that walk all pages."""

from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tests.make import make_item, make_order, make_place, make_supplier


async def fill_letters(
    client_id: UUID, word: str, order_id: UUID | None = None, *, answered: bool = True
) -> dict[str, UUID]:
    """A released order of the open scope's client, or the given one, sent once; `answered` with a proposal that waits."""
    ids = {"order_id": order_id or await _order(client_id, word), "link_id": uuid7(), "answer_id": uuid7()}
    await db.execute(
        "insert into order_link (id, client_id, order_id, revision, expires_at)"
        " values ($1, $2, $3, 1, now() + interval '9 days')",
        *(ids["link_id"], client_id, ids["order_id"]),
    )
    await db.execute(
        "insert into order_letter (client_id, order_id, revision, sending, actor_name) values ($1, $2, 1, 1, $3)",
        *(client_id, ids["order_id"], word),
    )
    if answered:
        await _propose(ids, client_id, word)
    return ids


async def _propose(ids: dict[str, UUID], client_id: UUID, word: str) -> None:
    line = await db.records("select id, unit, quantity from purchase_order_line where order_id = $1", ids["order_id"])
    proposed = [
        {
            "line_id": one["id"],
            "item": word,
            "unit": one["unit"],
            "ordered": one["quantity"],
            "quantity": 0,
            "expected_on": "2026-12-04",
        }
        for one in line
    ]
    await db.execute(
        "insert into order_answer (id, client_id, order_id, revision, link_id, kind, name, comment, lines, address)"
        " values ($1, $2, $3, 1, $4, 'proposed', $5, $5, $6, '192.0.2.7')",
        *(ids["answer_id"], client_id, ids["order_id"], ids["link_id"], word, proposed),
    )


async def _order(client_id: UUID, word: str) -> UUID:
    supplier_id = await make_supplier(client_id, word, email="sales@sumber.example", contact=word)
    place_id = await make_place(client_id, word)
    item_id = await make_item(client_id, f"L-{supplier_id}", word)
    return await make_order(client_id, supplier_id, place_id, [(item_id, 12_000, 65_000)])
