"""How items stand in places."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db

_SELECT = (
    "select client_id, place_id, item_id, quantity, value, minimum, reorder_quantity, on_order, last_in_on, last_out_on,"
    " low from stock_level"
)


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """What lies of an item in a place: quantities in thousandths of its unit, value in rupiah at cost."""

    client_id: UUID
    place_id: UUID
    item_id: UUID
    quantity: int
    value: int
    minimum: int
    reorder_quantity: int
    on_order: int
    last_in_on: date | None
    last_out_on: date | None
    low: bool


async def get_level(place_id: UUID, item_id: UUID) -> Level | None:
    """How an item stands in a place; None where it never was."""
    return await db.row(Level, f"{_SELECT} where place_id = $1 and item_id = $2", place_id, item_id)


async def list_levels(place_id: UUID, item_ids: Sequence[UUID]) -> dict[UUID, Level]:
    """How items stand in a place, by item; those that never were there are left out."""
    found = await db.rows(Level, f"{_SELECT} where place_id = $1 and item_id = any($2)", place_id, item_ids)
    return {level.item_id: level for level in found}


async def page_levels(
    client_id: UUID | None, place_id: UUID | None, after: tuple[UUID, UUID] | None, limit: int
) -> list[Level]:
    """Levels of a client, or of all one may see, by place and item; one more than `limit`."""
    where, arguments = ["true"], list[object]()
    for column, wanted in (("client_id", client_id), ("place_id", place_id)):
        if wanted is not None:
            arguments.append(wanted)
            where.append(f"{column} = ${len(arguments)}")
    if after:
        arguments += after
        where.append(f"(place_id, item_id) > (${len(arguments) - 1}, ${len(arguments)})")
    return await db.rows(
        Level, f"{_SELECT} where {' and '.join(where)} order by place_id, item_id limit {limit + 1}", *arguments
    )
