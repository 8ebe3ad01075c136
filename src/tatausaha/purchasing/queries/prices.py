"""Prices of suppliers, with their days and least quantities."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text


class Price(msgspec.Struct, frozen=True):
    """What one unit costs, in rupiah, from `minimum_quantity` (thousandths of the unit) on."""

    id: UUID
    supplier_id: UUID
    item_id: UUID
    code: str
    name: str
    unit: str
    price: int
    minimum_quantity: int
    starts_on: date
    ends_on: date | None


class Ask(msgspec.Struct, frozen=True):
    """A price that is looked for: an item in a unit, and how much of it (thousandths of the unit)."""

    supplier_id: UUID
    item_id: UUID
    unit: str
    quantity: int


_PRICE = (
    "select p.id, p.supplier_id, p.item_id, i.code, i.name, p.unit, p.price, p.minimum_quantity, p.starts_on, p.ends_on"
    " from supplier_price p join item i on i.id = p.item_id"
)


async def list_prices(supplier_id: UUID, day: date | None = None, limit: int = 500) -> list[Price]:
    """The supplier's prices by item, the newest first; with `day` only those that hold then or later."""
    return await db.rows(
        Price,
        f"{_PRICE} where p.supplier_id = $1 and ($2::date is null or p.ends_on is null or p.ends_on >= $2)"
        " order by i.name_norm, p.unit, p.starts_on desc, p.minimum_quantity limit $3",
        *(supplier_id, day, limit),
    )


async def get_price(supplier_id: UUID, price_id: UUID) -> Price:
    """One price of the supplier, or `NotFound`."""
    found = await db.row(Price, f"{_PRICE} where p.supplier_id = $1 and p.id = $2", supplier_id, price_id)
    if found is None:
        raise NotFound(text("This price does not exist."))
    return found


async def find_prices(asked: Iterable[Ask], day: date) -> dict[Ask, int]:
    """What one unit of each costs on a day by the price lists: the latest price of the largest quantity that is reached."""
    wanted = list(dict.fromkeys(asked))
    found = await db.records(
        "select distinct on (a.at) a.at, p.price from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])"
        " with ordinality a (supplier_id, item_id, unit, quantity, at) join supplier_price p"
        " on p.supplier_id = a.supplier_id and p.item_id = a.item_id and p.unit = a.unit"
        " and p.minimum_quantity <= a.quantity and p.starts_on <= $5 and (p.ends_on is null or p.ends_on >= $5)"
        " order by a.at, p.minimum_quantity desc, p.starts_on desc",
        *([one.supplier_id for one in wanted], [one.item_id for one in wanted], [one.unit for one in wanted]),
        *([one.quantity for one in wanted], day),
    )
    return {wanted[one["at"] - 1]: one["price"] for one in found}


class Packing(msgspec.Struct, frozen=True):
    """How a supplier sells an item: the unit, and packs and least order in thousandths of it."""

    supplier_id: UUID
    item_id: UUID
    supplier_code: str
    unit: str
    pack: int
    minimum: int
    preferred: bool


async def list_packings(item_ids: Sequence[UUID]) -> dict[UUID, list[Packing]]:
    """Who delivers these items and how, the preferred supplier first; suppliers that were put away are left out."""
    packings: dict[UUID, list[Packing]] = {}
    for one in await db.rows(
        Packing,
        "select p.supplier_id, p.item_id, p.supplier_code, p.unit, p.pack, p.minimum, p.preferred from supplier_item p"
        " join supplier s on s.id = p.supplier_id where p.item_id = any($1) and s.archived_at is null"
        " order by p.preferred desc, p.id",
        list(item_ids),
    ):
        packings.setdefault(one.item_id, []).append(one)
    return packings


async def list_known(supplier_ids: Sequence[UUID], item_ids: Sequence[UUID]) -> list[Price]:
    """All prices of some items at some suppliers."""
    return await db.rows(
        Price,
        f"{_PRICE} where p.supplier_id = any($1) and p.item_id = any($2)",
        *(list(supplier_ids), list(item_ids)),
    )


async def list_terms(supplier_ids: Sequence[UUID], item_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    """How some suppliers deliver some items: unit, code there, pack and least order, by supplier and item."""
    found = await db.records(
        "select supplier_id, item_id, unit, supplier_code, pack, minimum from supplier_item"
        " where supplier_id = any($1) and item_id = any($2)",
        *(list(supplier_ids), list(item_ids)),
    )
    return {(one["supplier_id"], one["item_id"]): dict(one) for one in found}
