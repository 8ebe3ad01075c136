"""Goods go back to suppliers."""

from datetime import date

import pytest

from tatausaha.core import db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.purchasing.queries import bills
from tatausaha.purchasing.queries import returns as queries
from tatausaha.purchasing.service import receiving, returning
from tatausaha.purchasing.service.receiving import Came, Delivery
from tatausaha.purchasing.service.returning import Head, Instead, Out
from tatausaha.stock.queries.items import list_refs
from tatausaha.stock.queries.places import get_place
from tests.make import Office, make_item, make_place, make_stock
from tests.purchasing.payables import DAY, make_order, make_supplier, stand

TODAY = date(2026, 11, 22)
SOON, LATER = date(2026, 11, 28), date(2027, 11, 28)


async def test_a_chosen_lot_goes_back_at_its_cost_for_a_credit_at_its_price(office: Office) -> None:
    async with office.scope():
        client, place = office.client_id, await make_place(office.client_id)
        milk = await make_item(client, "M1", "Susu", batched=True)
        supplier = await make_supplier(client)
        # Cheaper stock from before makes the cost another than the price.
        await make_stock(place, milk, 10_000, 40_000, number="L0", expires_on=LATER)
        order, (line,) = await make_order(client, supplier, place, [(milk, "dus", 10_000, 1_000, 60_000)])
        await receiving.receive(order, Delivery(received_on=DAY, once_key="a"), [Came(line, 1_000, "L1", SOON)], TODAY)
        await db.execute("update stock_batch set warn_on = expires_on - 30")
        (lot,) = await queries.list_lots(place, supplier, "expiring", TODAY)
        assert (lot.batch, lot.there, len(await queries.list_lots(place, supplier, "other", TODAY))) == (
            "L1",
            10_000,
            2,
        )

        head = Head(why="expiring", returned_on=TODAY)
        of, there = await bills.get_supplier(supplier), await get_place(place)
        with pytest.raises(Invalid) as more:
            await returning.draft(of, there, head, [Out(lot, 10_001)], [])
        back = await returning.draft(of, there, head, [Out(lot, 4_000)], [])
        await returning.send(back)
        sent = await queries.get_return(back)

        assert f"quantity-{lot.key}" in more.value.fields
        assert (sent.state, sent.cost, sent.expected) == ("sent", 20_000, 24_000)
        assert (await stand(milk))[:2] == (16_000, 80_000)
        assert await db.value("select returned from purchase_order_line where id = $1", line) == 400
        assert await db.value("select quantity from stock_batch where id = $1", lot.batch_id) == 6_000
        await returning.credit(back, "CN-1", TODAY, 22_200, 2_200)
        assert (await queries.get_return(back)).missing == 4_000
        with pytest.raises(Invalid):
            await returning.credit(back, "CN-1", TODAY, 1_000, 0)
        await returning.credit(back, "CN-2", TODAY, 4_000, 0)
        assert (await queries.get_return(back)).state == "credited"
        assert [one.open for one in await bills.list_credits(supplier)] == [22_200, 4_000]
        with pytest.raises(Conflict):
            await returning.send(back)


async def test_an_exchange_brings_other_goods_and_leaves_the_difference_as_credit(office: Office) -> None:
    async with office.scope():
        client, place = office.client_id, await make_place(office.client_id)
        soap, tea = await make_item(client, "S1", "Sabun"), await make_item(client, "T1", "Teh")
        supplier = await make_supplier(client)
        order, (line,) = await make_order(client, supplier, place, [(soap, "pcs", 1_000, 10_000, 5_000)])
        await receiving.receive(order, Delivery(received_on=DAY, once_key="a"), [Came(line, 10_000)], TODAY)
        (lot,) = await queries.list_lots(place, supplier, "slow", TODAY)
        of, there, refs = await bills.get_supplier(supplier), await get_place(place), await list_refs([tea])
        head = Head(kind="exchange", why="slow", returned_on=TODAY)
        with pytest.raises(Invalid):
            await returning.draft(of, there, head, [Out(lot, 4_000)], [Instead(refs[tea], 3_000)])
        with pytest.raises(Invalid) as dearer:
            await returning.draft(of, there, head, [Out(lot, 4_000)], [Instead(refs[tea], 3_000, 20_001)])
        assert set(dearer.value.fields) == {"instead"}
        back = await returning.draft(of, there, head, [Out(lot, 4_000)], [Instead(refs[tea], 3_000, 18_000)])
        await returning.send(back)
        await returning.take_in(back, TODAY)
        done = await queries.get_return(back)

        assert (await stand(soap))[:2] == (6_000, 30_000)
        assert (await stand(tea))[:2] == (3_000, 18_000)
        assert (done.cost, done.exchanged, done.expected, done.state) == (20_000, 18_000, 2_000, "sent")
        with pytest.raises(Conflict):
            await returning.take_in(back, TODAY)
        await returning.end(back, "Pemasok menolak")
        assert (await queries.get_return(back)).state == "closed"


async def test_goods_that_come_in_exchange_for_nothing_come_once(office: Office) -> None:
    async with office.scope():
        client, place = office.client_id, await make_place(office.client_id)
        soap, tea = await make_item(client, "S1", "Sabun"), await make_item(client, "T1", "Teh")
        supplier = await make_supplier(client)
        order, (line,) = await make_order(client, supplier, place, [(soap, "pcs", 1_000, 10_000, 5_000)])
        await receiving.receive(order, Delivery(received_on=DAY, once_key="a"), [Came(line, 10_000)], TODAY)
        (lot,) = await queries.list_lots(place, supplier, "slow", TODAY)
        of, there, refs = await bills.get_supplier(supplier), await get_place(place), await list_refs([tea])
        head = Head(kind="exchange", why="slow", returned_on=TODAY)
        back = await returning.draft(of, there, head, [Out(lot, 4_000)], [Instead(refs[tea], 3_000, 0)])
        await returning.send(back)
        await returning.take_in(back, TODAY)
        with pytest.raises(Conflict):
            await returning.take_in(back, TODAY)
        assert (await stand(tea))[:2] == (3_000, 0)
