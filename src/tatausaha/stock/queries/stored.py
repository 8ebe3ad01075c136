"""Items as a spreadsheet's rows are compared with them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db


class StoredLevel(msgspec.Struct, frozen=True, gc=False):
    """How an item stands in a place; `known` once anything ever moved there. Quantities are thousandths."""

    item_id: UUID
    place_id: UUID
    quantity: int
    minimum: int
    reorder_quantity: int
    known: bool


class Stored(msgspec.Struct, frozen=True):
    """An item with everything that a row may change of it."""

    id: UUID
    code: str
    facts: dict[str, Any]
    archived: bool
    counted: bool
    """Something was booked of it in its unit."""
    barcodes: frozenset[str]
    levels: dict[UUID, StoredLevel]
    """By place."""

    @property
    def in_stock(self) -> bool:
        """True while there is any of it anywhere."""
        return any(level.quantity for level in self.levels.values())


async def list_stored(client_id: UUID, codes: Sequence[str], *, lock: bool = False) -> dict[str, Stored]:
    """The items with these codes, in three queries however many; `lock` keeps others from changing them meanwhile."""
    found = await db.records(
        "select i.*, exists (select from stock_movement m where m.item_id = i.id) as counted from item i"  # noqa: S608
        f" where i.client_id = $1 and i.code = any($2){' for update of i' if lock else ''}",
        *(client_id, list(codes)),
    )
    ids = [record["id"] for record in found]
    levels: defaultdict[UUID, dict[UUID, StoredLevel]] = defaultdict(dict)
    for level in await db.rows(
        StoredLevel,
        "select item_id, place_id, quantity, minimum, reorder_quantity, (quantity <> 0 or value <> 0"
        " or last_in_on is not null or last_out_on is not null) as known from stock_level where item_id = any($1)",
        ids,
    ):
        levels[level.item_id][level.place_id] = level
    barcodes: defaultdict[UUID, set[str]] = defaultdict(set)
    for record in await db.records("select item_id, barcode from item_barcode where item_id = any($1)", ids):
        barcodes[record["item_id"]].add(record["barcode"])
    return {
        record["code"]: Stored(
            record["id"],
            record["code"],
            dict(record),
            record["archived_at"] is not None,
            record["counted"],
            frozenset(barcodes[record["id"]]),
            levels[record["id"]],
        )
        for record in found
    }


async def list_barcode_owners(client_id: UUID, barcodes: Sequence[str]) -> dict[str, str]:
    """By barcode, the code of the item that bears it."""
    found = await db.records(
        "select b.barcode, i.code from item_barcode b join item i on i.id = b.item_id"
        " where b.client_id = $1 and b.barcode = any($2)",
        *(client_id, list(barcodes)),
    )
    return {record["barcode"]: record["code"] for record in found}
