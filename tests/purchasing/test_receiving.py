"""Goods come in against an order."""

from datetime import date

import pytest

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.purchasing.queries import receipts as queries
from tatausaha.purchasing.service import receiving
from tatausaha.purchasing.service.receiving import Came, Delivery
from tests.make import Office, agree, make_item, make_place
from tests.purchasing.payables import DAY, make_order, make_supplier, stand

TODAY = date(2026, 11, 22)


def delivery(key: str, **facts: object) -> Delivery:
    return Delivery(**{"received_on": DAY, "once_key": key, **facts})  # type: ignore[arg-type]


async def test_what_comes_in_parts_is_worth_the_order_to_the_rupiah_and_nothing_stays_awaited(office: Office) -> None:
    async with office.scope():
        client = office.client_id
        rice = await make_item(client, "R5")
        place = await make_place(client)
        # 3 boxes of 12 for 100.000 the box: no third of it is whole.
        order, (line,) = await make_order(
            client, await make_supplier(client), place, [(rice, "dus", 12_000, 7_000, 14_286)]
        )
        for number, came in enumerate((2_333, 2_333, 2_334)):
            await receiving.receive(order, delivery(str(number)), [Came(line, came)], TODAY)
        quantity, value, on_order = await stand(rice)

        assert (quantity, value, on_order) == (84_000, 100_002, 0)
        assert (await queries.get_order(order)).state == "received"
        assert await db.value("select received from purchase_order_line where id = $1", line) == 7_000
        assert await receiving.receive(order, delivery("2"), [Came(line, 2_334)], TODAY) is not None
        assert (await stand(rice))[0] == 84_000, "the same form sent twice is one receipt"


async def test_a_short_delivery_may_end_the_order_and_later_goods_are_refused(office: Office) -> None:
    async with office.scope():
        client = office.client_id
        milk = await make_item(client, "M1", "Susu", batched=True)
        place = await make_place(client)
        order, (line,) = await make_order(
            client, await make_supplier(client), place, [(milk, "pcs", 1_000, 10_000, 9_000)]
        )
        with pytest.raises(Invalid) as lot:
            await receiving.receive(order, delivery("a"), [Came(line, 8_000)], TODAY)
        last = date(2026, 12, 24)
        both = [Came(line, 5_000, "L1", last), Came(line, 3_000, "L2", date(2027, 1, 3))]
        await receiving.receive(order, delivery("b", rest="cancelled"), both, TODAY)
        lots = await db.records(
            "select number, expires_on, quantity from stock_batch where item_id = $1 order by number", milk
        )

        assert f"batch-{line}" in lot.value.fields
        assert [tuple(one) for one in lots] == [("L1", last, 5_000), ("L2", date(2027, 1, 3), 3_000)]
        assert await stand(milk) == (8_000, 72_000, 0)
        assert (await queries.get_order(order)).state == "closed"
        with pytest.raises(Conflict):
            await receiving.receive(order, delivery("c"), [Came(line, 2_000, "L3", last)], TODAY)


async def test_more_than_ordered_counts_only_when_a_second_person_agrees(office: Office) -> None:
    async with office.scope():
        client = office.client_id
        soap = await make_item(client, "S1", "Sabun")
        place = await make_place(client)
        order, (line,) = await make_order(
            client, await make_supplier(client), place, [(soap, "pcs", 1_000, 10_000, 5_000)]
        )
        with acting(Actor(office.worker.member_id, "Worker", "worker")):
            receipt = await receiving.receive(order, delivery("a"), [Came(line, 12_000)], TODAY)
        assert await stand(soap) == (0, 0, 10_000)

    assert await agree(office) == ["goods_receipt.over"]

    async with office.scope():
        assert await stand(soap) == (12_000, 60_000, 0)
        assert (await queries.get_receipt(receipt)).state == "booked"
        assert (await queries.get_order(order)).state == "received"


async def test_more_than_ordered_does_not_come_onto_an_order_that_ended_meanwhile(office: Office) -> None:
    async with office.scope():
        client = office.client_id
        soap, rice = await make_item(client, "S1", "Sabun"), await make_item(client, "R5")
        place, supplier = await make_place(client), await make_supplier(client)
        lines = [(soap, "pcs", 1_000, 10_000, 5_000), (rice, "pcs", 1_000, 4_000, 5_000)]
        order, (first, second) = await make_order(client, supplier, place, lines)
        await make_order(client, supplier, place, lines)
        with acting(Actor(office.worker.member_id, "Worker", "worker")):
            await receiving.receive(order, delivery("a"), [Came(first, 12_000)], TODAY)
        await receiving.receive(order, delivery("b", rest="cancelled"), [Came(second, 3_000)], TODAY)
        change = await db.value("select id from change_request")

    assert (await office.manager.post(f"/changes/{change}/approve")).status_code == 409

    async with office.scope():
        assert await stand(soap) == (0, 0, 10_000), "the other order still awaits its ten"
        assert (await queries.get_order(order)).state == "closed"


async def test_goods_of_a_client_that_cannot_claim_ppn_cost_their_ppn_too(office: Office) -> None:
    async with office.scope():
        client = office.client_id
        await db.execute("insert into payable_policy (client_id, claims_ppn) values ($1, false)", client)
        oil = await make_item(client, "O1", "Minyak")
        place = await make_place(client)
        order, (line,) = await make_order(
            client, await make_supplier(client), place, [(oil, "pcs", 1_000, 3_000, 10_000)]
        )
        await receiving.receive(order, delivery("a"), [Came(line, 3_000)], TODAY)

        assert (await stand(oil))[1] == 33_300
