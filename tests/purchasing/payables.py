"""Suppliers and orders that stand as if they had been approved and sent, for what comes after the order."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.purchasing.rules.totals import in_stock_unit, line_amount, totals
from tests import make

DAY = date(2026, 11, 20)


async def make_supplier(client_id: UUID, name: str = "CV Sumber Pangan", **facts: Any) -> UUID:
    """A supplier of a client of the open scope, by default a PKP with NPWP and an account."""
    usual = {"npwp": "0123456789012345", "pkp": True, "bank": "Bank Mandiri", "bank_account": "1230004567891"}
    return await make.make_supplier(client_id, name, **{**usual, "bank_holder": name, **facts})


async def make_order(
    client_id: UUID,
    supplier_id: UUID,
    place_id: UUID,
    lines: Sequence[tuple[UUID, str, int, int, int]],
    *,
    ppn_rate: int = 12_000,
    state: str = "sent",
) -> tuple[UUID, list[UUID]]:
    """An order of (item, unit, factor, quantity, price) in thousandths and rupiah; gives it and its lines."""
    order_id, keys = uuid7(), [uuid7() for _ in lines]
    amounts = [line_amount(quantity, price) for _, _, _, quantity, price in lines]
    foot = totals(amounts, ppn_rate)
    await db.execute(
        "insert into purchase_order (id, client_id, supplier_id, place_id, number, state, ordered_on, ppn_rate, subtotal, ppn,"
        " total, approved_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, now())",
        *(order_id, client_id, supplier_id, place_id, f"{order_id.hex[-6:]}/PO", state, DAY, ppn_rate),
        *(foot.subtotal, foot.ppn, foot.total),
    )
    for at, ((item_id, unit, factor, quantity, price), amount) in enumerate(zip(lines, amounts, strict=True)):
        await db.execute(
            "insert into purchase_order_line (id, client_id, order_id, position, item_id, unit, factor, quantity, price, amount)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            *(keys[at], client_id, order_id, at, item_id, unit, factor, quantity, price, amount),
        )
        await db.execute(
            "insert into stock_level as l (client_id, place_id, item_id, on_order) values ($1, $2, $3, $4)"
            " on conflict (tenant_id, place_id, item_id) do update set on_order = l.on_order + excluded.on_order",
            *(client_id, place_id, item_id, in_stock_unit(quantity, factor)),
        )
    return order_id, keys


async def stand(item_id: UUID) -> tuple[int, int, int]:
    """Quantity, value and what is on order of an item in its one place."""
    found = await db.records("select quantity, value, on_order from stock_level where item_id = $1", item_id)
    return tuple(found[0])
