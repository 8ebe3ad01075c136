"""Looking up price and stock, with its line in the access log."""

from uuid import UUID

import msgspec

from tatausaha.core import audit
from tatausaha.people.rules import today
from tatausaha.stock.queries import lookup
from tatausaha.stock.queries.lookup import Found, Stock

LONGEST = 200


class Answer(msgspec.Struct, frozen=True):
    """What was found for some words: items, and what there is of each; `more` when there may be others."""

    rows: list[Found]
    stock: dict[UUID, list[Stock]]
    more: bool


async def find(client_id: UUID | None, written: str) -> Answer:
    """Items of a client, or of all one may see; none before anything was asked."""
    asked = written[:LONGEST]
    rows = await lookup.look_up(client_id, asked) if asked else []
    stock = await lookup.list_stock([row.id for row in rows], today())
    await audit.saw_list("items", client_id, len(rows), asked, [row.client_id for row in rows])
    return Answer(rows, stock, len(rows) == lookup.MOST)
