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
    client_id: UUID, place_id: UUID | None, after: tuple[UUID, UUID] | None, limit: int
) -> list[Level]:
    """A client's levels by place and item, one more than `limit`."""
    return await db.rows(
        Level,
        f"{_SELECT} where client_id = $1 and ($2::uuid is null or place_id = $2)"
        " and ($3::uuid is null or (place_id, item_id) > ($3, $4)) order by place_id, item_id limit $5",
        *(client_id, place_id, *(after or (None, None)), limit + 1),
    )
