"""A small shop with a bit of everything that its reports count."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.ids import uuid7
from tatausaha.reports.shop.asked import get_client
from tatausaha.stock.service import ledger
from tests.make import make_item, make_order, make_place, make_stock, make_supplier

DAY = timedelta(days=1)


class Shop(msgspec.Struct, frozen=True):
    """What was made of it, and the day that it is there."""

    client_id: UUID
    place_id: UUID
    rice_id: UUID
    milk_id: UUID
    today: date

    @property
    def span(self) -> str:
        """An address's days that hold all that was sold."""
        return f"from={self.today - 9 * DAY}&to={self.today}"


async def make_shop(client_id: UUID) -> Shop:
    """Rice at 8.000 sold for 10.000, milk near its end, a purchase and a bill that are late, a customer who owes."""
    today = (await get_client(client_id)).today
    place_id = await make_place(client_id, "Toko Utama")
    rice_id = await make_item(client_id, "BRS", "Beras", category="Pokok", unit="kg", warn_days=30)
    milk_id = await make_item(client_id, "SSU", "Susu", category="Minuman", batched=True, cost_method="fifo")
    shop = Shop(client_id, place_id, rice_id, milk_id, today)
    start = today - 200 * DAY
    await make_stock(place_id, rice_id, 100_000, 800_000, day=start)
    await make_stock(place_id, milk_id, 20_000, 300_000, day=start, number="L1", expires_on=today + 10 * DAY)
    await _sell(shop)
    await _buy(shop)
    await _lend(shop)
    return shop


async def _sell(shop: Shop) -> None:
    """Two days: three kilogrammes, of which one came back, and the till's takings of both."""
    sold = [(shop.today - 2 * DAY, -3_000), (shop.today - DAY, -2_000)]
    entries = [ledger.Entry("sale", shop.place_id, shop.rice_id, quantity, day) for day, quantity in sold]
    await ledger.post(
        shop.client_id, [*entries, ledger.Entry("write_off", shop.place_id, shop.rice_id, -1_000, shop.today)]
    )
    for day, quantity in sold:
        await put(
            "sale_day",
            client_id=shop.client_id,
            place_id=shop.place_id,
            item_id=shop.rice_id,
            sold_on=day,
            quantity=-quantity,
            amount=-quantity * 10,
            cost=-quantity * 8,
            refunds=-5_000 if quantity == -2_000 else 0,
        )
    till_id = await put("till", client_id=shop.client_id, place_id=shop.place_id, code="K1")
    shift_id = await put(
        "shift", client_id=shop.client_id, place_id=shop.place_id, till_id=till_id, day=shop.today - DAY, cashier="Wati"
    )
    await put(
        "shift_method",
        client_id=shop.client_id,
        shift_id=shift_id,
        method="Tunai",
        sales=55_000,
        refunds=-5_000,
        expected=50_000,
        counted=49_000,
    )
    await db.execute(
        "update stock_level set minimum = 200000, reorder_quantity = 50000 where item_id = $1", shop.rice_id
    )


async def _buy(shop: Shop) -> None:
    """Ten kilogrammes ordered, eight of them came two days late; the bill is forty days past its day."""
    supplier_id = await make_supplier(shop.client_id, "CV Sumber Pangan")
    order_id = await make_order(
        shop.client_id, supplier_id, shop.place_id, [(shop.rice_id, 10_000, 8_000)], "confirmed"
    )
    await db.execute(
        "update purchase_order set ordered_on = $2, expected_on = $3 where id = $1",
        *(order_id, shop.today - 5 * DAY, shop.today - 4 * DAY),
    )
    await db.execute("update purchase_order_line set received = 8000 where order_id = $1", order_id)
    common = {"client_id": shop.client_id, "supplier_id": supplier_id, "once_key": "1"}
    await put(
        "goods_receipt",
        **common,
        order_id=order_id,
        place_id=shop.place_id,
        number="GR1",
        value=64_000,
        received_on=shop.today - 2 * DAY,
    )
    await put(
        "supplier_bill",
        **common,
        order_id=order_id,
        number="INV-1",
        billed_on=shop.today - 5 * DAY,
        due_on=shop.today - 40 * DAY,
        subtotal=64_000,
        total=64_000,
        paid=14_000,
        state="approved",
    )


async def _lend(shop: Shop) -> None:
    customer_id = await put("customer", client_id=shop.client_id, code="W1", name="Warung Bu Sri")
    await put(
        "receivable",
        client_id=shop.client_id,
        customer_id=customer_id,
        number="F1",
        request_id=uuid7(),
        issued_on=shop.today - 30 * DAY,
        due_on=shop.today - 10 * DAY,
        amount=90_000,
        paid=20_000,
        state="open",
    )


async def put(table: str, **columns: Any) -> UUID:
    """One row, by its columns."""
    key, names = uuid7(), ("id", *columns)
    numbers = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    await db.execute(f"insert into {table} ({', '.join(names)}) values ({numbers})", key, *columns.values())
    return key
