"""Goods that came: what an order still waits for, and the receipts of before."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

OPEN_STATES = ("approved", "sent", "confirmed", "received")
"""Orders in these states take goods in; one that has come whole takes more only with a second person."""


class OrderHead(msgspec.Struct, frozen=True, kw_only=True):
    """An order as far as receipts and bills look at it."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    supplier_id: UUID
    supplier_name: str
    place_id: UUID
    place_name: str
    number: str | None
    state: str
    ordered_on: date
    ppn_rate: int

    @property
    def takes_goods(self) -> bool:
        return self.state in OPEN_STATES


class ReceivableLine(msgspec.Struct, frozen=True):
    """A line of an order with what came of it; quantities in thousandths of its unit, `amount` in rupiah net of discount."""

    id: UUID
    item_id: UUID
    item_code: str
    item_name: str
    batched: bool
    shelf_days: int | None
    unit: str
    factor: int
    quantity: int
    amount: int
    received: int
    billed: int

    @property
    def missing(self) -> int:
        """What has not come."""
        return max(0, self.quantity - self.received)


class ReceiptRow(msgspec.Struct, frozen=True):
    """A receipt in a list."""

    id: UUID
    client_id: UUID
    client_name: str
    number: str
    order_id: UUID
    order_number: str | None
    supplier_name: str
    place_name: str
    received_on: date
    delivery_note: str
    state: str
    value: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt whole; `value` in rupiah is what went into the stock's books."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    number: str
    order_id: UUID
    order_number: str | None
    supplier_id: UUID
    supplier_name: str
    place_id: UUID
    place_name: str
    received_on: date
    delivery_note: str
    state: str
    rest: str
    note: str
    value: int
    actor_name: str
    created_at: datetime


class ReceiptLine(msgspec.Struct, frozen=True):
    """What came of one line of the order, of one lot."""

    id: UUID
    order_line_id: UUID
    item_id: UUID
    item_code: str
    item_name: str
    unit: str
    factor: int
    ordered: int
    quantity: int
    batch: str
    expires_on: date | None
    value: int


_ORDER = """
select o.id, o.client_id, c.name as client_name, c.time_zone, o.supplier_id, s.name as supplier_name, o.place_id,
p.name as place_name, o.number, o.state, o.ordered_on, o.ppn_rate from purchase_order o
join client c on c.tenant_id = o.tenant_id and c.id = o.client_id
join supplier s on s.tenant_id = o.tenant_id and s.id = o.supplier_id
join place p on p.tenant_id = o.tenant_id and p.id = o.place_id
"""


async def get_order(order_id: UUID, *, lock: bool = False) -> OrderHead:
    """The order, or `NotFound`; with `lock`, nobody else receives or bills it until this transaction ends."""
    found = await db.row(
        OrderHead,
        f"{_ORDER} where o.id = $1 {'for update of o' if lock else ''}",
        order_id,
    )
    if found is None:
        raise NotFound(text("This order does not exist."))
    return found


async def list_order_lines(order_id: UUID) -> list[ReceivableLine]:
    """The lines of an order with what came and was billed of each."""
    return await db.rows(
        ReceivableLine,
        "select l.id, l.item_id, i.code as item_code, i.name as item_name, i.batched, i.shelf_days, l.unit, l.factor,"
        " l.quantity, l.amount, l.received, l.billed from purchase_order_line l"
        " join item i on i.tenant_id = l.tenant_id and i.id = l.item_id where l.order_id = $1 order by l.position, l.id",
        order_id,
    )


async def list_open_orders(client_id: UUID, limit: int = 100) -> list[OrderHead]:
    """The client's orders that wait for goods, the oldest first."""
    return await db.rows(
        OrderHead,
        f"{_ORDER} where o.client_id = $1 and o.state in ('approved', 'sent', 'confirmed') order by o.id limit $2",
        *(client_id, limit),
    )


async def list_unbilled_orders(client_id: UUID, limit: int = 100) -> list[OrderHead]:
    """The client's orders of which something may still be billed: goods are awaited, or came without a bill; newest first."""
    return await db.rows(
        OrderHead,
        f"{_ORDER} where o.client_id = $1 and (o.state in ('approved', 'sent', 'confirmed') or (o.state in ('received',"
        " 'closed') and exists (select from purchase_order_line l where l.tenant_id = o.tenant_id and l.order_id = o.id"
        "  and l.billed < l.received))) order by o.id desc limit $2",
        *(client_id, limit),
    )


_FROM = """
from goods_receipt r join client c on c.tenant_id = r.tenant_id and c.id = r.client_id
join purchase_order o on o.tenant_id = r.tenant_id and o.id = r.order_id
join supplier s on s.tenant_id = r.tenant_id and s.id = r.supplier_id
join place p on p.tenant_id = r.tenant_id and p.id = r.place_id
"""


async def page_receipts(
    client_id: UUID | None, state: str, *, order_id: UUID | None = None, before: UUID | None = None, limit: int = 51
) -> list[ReceiptRow]:
    """Receipts of all clients one may see or of one, the newest first."""
    return await db.rows(
        ReceiptRow,
        "select r.id, r.client_id, c.name as client_name, r.number, r.order_id, o.number as order_number,"
        " s.name as supplier_name, p.name as place_name, r.received_on, r.delivery_note, r.state, r.value"
        f" {_FROM} where ($1::uuid is null or r.client_id = $1) and ($2 = '' or r.state = $2)"
        " and ($3::uuid is null or r.order_id = $3) and ($4::uuid is null or r.id < $4) order by r.id desc limit $5",
        *(client_id, state, order_id, before, limit),
    )


async def get_receipt(receipt_id: UUID, *, lock: bool = False) -> Receipt:
    """The receipt, or `NotFound`."""
    found = await db.row(
        Receipt,
        "select r.id, r.client_id, c.name as client_name, c.time_zone, r.number, r.order_id, o.number as order_number,"
        " r.supplier_id, s.name as supplier_name, r.place_id, p.name as place_name, r.received_on, r.delivery_note,"
        f" r.state, r.rest, r.note, r.value, r.actor_name, r.created_at {_FROM} where r.id = $1"
        f" {'for update of r' if lock else ''}",
        receipt_id,
    )
    if found is None:
        raise NotFound(text("This receipt does not exist."))
    return found


async def find_receipt(client_id: UUID, once_key: str) -> tuple[UUID, UUID] | None:
    """The receipt that a form or call made before, with its order."""
    found = await db.records(
        "select id, order_id from goods_receipt where client_id = $1 and once_key = $2", client_id, once_key
    )
    return (found[0]["id"], found[0]["order_id"]) if found else None


async def list_receipt_lines(receipt_id: UUID) -> list[ReceiptLine]:
    """What came with a receipt."""
    return await db.rows(
        ReceiptLine,
        "select l.id, l.order_line_id, l.item_id, i.code as item_code, i.name as item_name, o.unit, o.factor,"
        " o.quantity as ordered, l.quantity, l.batch, l.expires_on, l.value from goods_receipt_line l"
        " join item i on i.tenant_id = l.tenant_id and i.id = l.item_id"
        " join purchase_order_line o on o.tenant_id = l.tenant_id and o.id = l.order_line_id"
        " where l.receipt_id = $1 order by o.position, l.id",
        receipt_id,
    )
