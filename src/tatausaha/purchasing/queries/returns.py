"""Goods that go back to suppliers: what could go, and what went."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text

STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "sent": (text("Credit expected"), "waiting"),
    "credited": (text("Credited"), "done"),
    "closed": (text("Closed"), "done"),
    "cancelled": (text("Cancelled"), "draft"),
}
REASONS: dict[str, Text] = {
    "expiring": text("Near expiry"),
    "slow": text("Does not sell"),
    "damaged": text("Damaged"),
    "wrong": text("Wrong goods"),
    "other": text("Other reason"),
}
KINDS: dict[str, Text] = {"credit": text("For credit"), "exchange": text("In exchange for other goods")}


class Lot(msgspec.Struct, frozen=True):
    """Goods of a supplier that lie in a place: a lot, or all of an item without lots. Quantities in its own unit."""

    item_id: UUID
    code: str
    name: str
    unit: str
    batch_id: UUID | None
    batch: str
    expires_on: date | None
    last_out_on: date | None
    there: int
    cost: int

    @property
    def key(self) -> str:
        """What a form calls it."""
        return str(self.batch_id or self.item_id)


class Price(msgspec.Struct, frozen=True):
    """What an item was last bought for: `amount` rupiah for `quantity` thousandths of its own unit."""

    item_id: UUID
    order_line_id: UUID
    factor: int
    amount: int
    quantity: int


class ReturnRow(msgspec.Struct, frozen=True):
    """A return in a list; money in rupiah."""

    id: UUID
    client_id: UUID
    client_name: str
    number: str | None
    supplier_name: str
    place_name: str
    kind: str
    why: str
    returned_on: date
    expected: int
    credited: int
    state: str


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """A return whole: what left the books, what came instead, the credit awaited and given, in rupiah without PPN."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    supplier_id: UUID
    supplier_name: str
    place_id: UUID
    place_name: str
    number: str | None
    kind: str
    state: str
    why: str
    returned_on: date
    note: str
    cost: int
    exchanged: int
    expected: int
    credited: int
    actor_name: str
    created_at: datetime

    @property
    def missing(self) -> int:
        """The credit that has not come."""
        return max(0, self.expected - self.credited)


class ReturnLine(msgspec.Struct, frozen=True):
    """What goes out or comes in; quantity in thousandths of the item's own unit."""

    id: UUID
    way: str
    item_id: UUID
    code: str
    name: str
    unit: str
    batched: bool
    batch_id: UUID | None
    batch: str
    expires_on: date | None
    order_line_id: UUID | None
    factor: int | None
    quantity: int
    price_value: int
    cost: int


_WHY = {
    "expiring": "and b.warn_on <= $3",
    "slow": "and (l.last_out_on is null or l.last_out_on < $3::date - coalesce((select slow_days from stock_policy p"
    " where p.client_id = l.client_id), 90))",
}


async def list_lots(place_id: UUID, supplier_id: UUID, why: str, today: date, limit: int = 200) -> list[Lot]:
    """What of this supplier lies in a place and might go back for such a reason; the nearest expiry first."""
    return await db.rows(
        Lot,
        "select i.id as item_id, i.code, i.name, i.unit, b.id as batch_id, coalesce(b.number, '') as batch, b.expires_on,"  # noqa: S608
        " l.last_out_on, coalesce(b.quantity, l.quantity) as there,"
        " (l.value::numeric * coalesce(b.quantity, l.quantity) / l.quantity)::bigint as cost"
        " from (select item_id from supplier_item where supplier_id = $2 union select r.item_id from goods_receipt g"
        "  join goods_receipt_line r on r.tenant_id = g.tenant_id and r.receipt_id = g.id where g.supplier_id = $2) s"
        " join stock_level l on l.place_id = $1 and l.item_id = s.item_id and l.quantity > 0"
        " join item i on i.tenant_id = l.tenant_id and i.id = l.item_id"
        " left join stock_batch b on b.tenant_id = l.tenant_id and b.place_id = l.place_id and b.item_id = l.item_id"
        f"  and b.quantity > 0 where $3::date is not null {_WHY.get(why, '')}"
        " order by b.expires_on nulls last, i.name_norm, b.id limit $4",
        *(place_id, supplier_id, today, limit),
    )


async def last_prices(supplier_id: UUID, item_ids: Sequence[UUID]) -> dict[UUID, Price]:
    """What each item was last bought for from a supplier, by the order of its last receipt."""
    found = await db.rows(
        Price,
        "select distinct on (r.item_id) r.item_id, o.id as order_line_id, o.factor, o.amount,"
        " (o.quantity::numeric * o.factor / 1000)::bigint as quantity from goods_receipt g"
        " join goods_receipt_line r on r.tenant_id = g.tenant_id and r.receipt_id = g.id"
        " join purchase_order_line o on o.tenant_id = r.tenant_id and o.id = r.order_line_id"
        " where g.supplier_id = $1 and g.state = 'booked' and r.item_id = any($2) order by r.item_id, r.id desc",
        *(supplier_id, list(item_ids)),
    )
    return {one.item_id: one for one in found}


_FROM = """
from supplier_return r join client c on c.tenant_id = r.tenant_id and c.id = r.client_id
join supplier s on s.tenant_id = r.tenant_id and s.id = r.supplier_id
join place p on p.tenant_id = r.tenant_id and p.id = r.place_id
"""


async def page_returns(
    client_id: UUID | None, state: str = "", *, before: UUID | None = None, limit: int = 51
) -> list[ReturnRow]:
    """Returns of all clients one may see or of one, the newest first."""
    return await db.rows(
        ReturnRow,
        "select r.id, r.client_id, c.name as client_name, r.number, s.name as supplier_name, p.name as place_name, r.kind,"
        f" r.why, r.returned_on, r.expected, r.credited, r.state {_FROM} where ($1::uuid is null or r.client_id = $1)"
        " and ($2 = '' or r.state = $2) and ($3::uuid is null or r.id < $3) order by r.id desc limit $4",
        *(client_id, state, before, limit),
    )


async def get_return(return_id: UUID, *, lock: bool = False) -> Return:
    """The return, or `NotFound`."""
    found = await db.row(
        Return,
        "select r.id, r.client_id, c.name as client_name, c.time_zone, r.supplier_id, s.name as supplier_name, r.place_id,"
        " p.name as place_name, r.number, r.kind, r.state, r.why, r.returned_on, r.note, r.cost, r.exchanged, r.expected,"
        f" r.credited, r.actor_name, r.created_at {_FROM} where r.id = $1 {'for update of r' if lock else ''}",
        return_id,
    )
    if found is None:
        raise NotFound(text("This return does not exist."))
    return found


async def list_lines(return_id: UUID) -> list[ReturnLine]:
    """What goes out, then what comes in."""
    return await db.rows(
        ReturnLine,
        "select l.id, l.way, l.item_id, i.code, i.name, i.unit, i.batched, l.batch_id, coalesce(b.number, l.batch) as batch,"
        " coalesce(b.expires_on, l.expires_on) as expires_on, l.order_line_id, o.factor, l.quantity, l.price_value, l.cost"
        " from supplier_return_line l join item i on i.tenant_id = l.tenant_id and i.id = l.item_id"
        " left join stock_batch b on b.tenant_id = l.tenant_id and b.id = l.batch_id"
        " left join purchase_order_line o on o.tenant_id = l.tenant_id and o.id = l.order_line_id"
        " where l.return_id = $1 order by l.way desc, l.id",
        return_id,
    )
