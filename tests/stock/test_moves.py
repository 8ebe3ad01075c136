"""Movements by hand, and goods that go from place to place."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tatausaha.core import db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.ids import uuid7
from tatausaha.stock.forms import MoveForm, TransferForm
from tatausaha.stock.queries.levels import list_levels
from tatausaha.stock.queries.places import list_places
from tatausaha.stock.service import moves, transfers
from tests.make import Office, make_item, make_place, make_stock

DAY = date(2026, 11, 20)


async def _lying(place: UUID, *items: UUID) -> list[tuple[int, int]]:
    levels = await list_levels(place, items)
    return [(levels[item].quantity, levels[item].value) for item in items]


async def test_goods_arrive_in_the_other_place_at_their_cost_with_their_batches(office: Office) -> None:
    async with office.scope():
        store, depot = await make_place(office.client_id), await make_place(office.client_id, "Gudang")
        milk = await make_item(office.client_id, "M1", batched=True, cost_method="fifo")
        await make_stock(depot, milk, 3_000, 1_000, number="a", expires_on=date(2026, 12, 1))
        await make_stock(depot, milk, 3_000, 2_000, number="b", expires_on=date(2027, 1, 1))
        form = TransferForm(
            client_id="",
            origin=str(depot),
            target=str(store),
            happened_on=DAY,
            lines="M1 2,5\nm1\nM1;0,5",
        )
        places = await list_places(office.client_id)
        form = msgspec.structs.replace(form, token=str(uuid7()))
        key = await transfers.by_hand(office.client_id, places, form, DAY)
        assert await transfers.by_hand(office.client_id, places, form, DAY) == key
        assert (await _lying(depot, milk), await _lying(store, milk)) == ([(2_000, 1_333)], [(4_000, 1_667)])
        lots = await db.records(
            "select number, expires_on, quantity from stock_batch where place_id = $1 order by number", store
        )
        assert [tuple(lot) for lot in lots] == [("a", date(2026, 12, 1), 3_000), ("b", date(2027, 1, 1), 1_000)]
        both = await db.records("select distinct kind from stock_movement where document_id = $1 order by kind", key)
        assert [record["kind"] for record in both] == ["transfer_in", "transfer_out"]
        wrong = msgspec.structs.replace(form, origin=str(store), lines="M1 x", token="")
        with pytest.raises(Invalid) as refused:
            await transfers.by_hand(office.client_id, places, wrong, date(2026, 11, 1))
        assert set(refused.value.fields) == {"target", "happened_on", "lines"}


async def test_transfers_that_cross_each_other_never_wait_for_ever(office: Office) -> None:
    async with office.scope():
        here, there = await make_place(office.client_id), await make_place(office.client_id, "Gudang")
        items = [await make_item(office.client_id, f"X{number}") for number in range(4)]
        for item in items:
            await make_stock(here, item, 100_000, 100_000)
            await make_stock(there, item, 100_000, 100_000)

    async def carry(number: int) -> None:
        origin, target = (here, there) if number % 2 else (there, here)
        goods = [(item, 1_000) for item in (items if number % 3 else reversed(items))]
        async with office.scope():
            await transfers.transfer(office.client_id, origin, target, goods, DAY)

    await asyncio.gather(*(carry(number) for number in range(12)))
    async with office.scope():
        assert await _lying(here, *items) == await _lying(there, *items) == [(100_000, 100_000)] * 4


def _form(place: UUID, **typed: Any) -> MoveForm:
    return MoveForm(**{"client_id": "", "place": str(place), "item": "R1", "happened_on": DAY, **typed})


async def test_what_people_write_down_is_booked_with_its_reason_or_refused_at_the_field(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice, oil = await make_item(office.client_id, "R1", "Beras"), await make_item(office.client_id, "O1", "Minyak")
        await db.execute(
            "insert into item_unit (client_id, item_id, unit, factor) values ($1, $2, 'dus', 12000)",
            *(office.client_id, rice),
        )
        places = await list_places(office.client_id)

        async def book(**typed: Any) -> UUID:
            return await moves.by_hand(office.client_id, places, _form(place, **typed), DAY)

        await book(kind="receipt", quantity=2_000, unit="dus", value=240_000)
        token = str(uuid7())
        twice = [await book(kind="issue", quantity=1_000, department="Dapur", token=token) for _ in range(2)]
        assert twice == [UUID(token)] * 2
        await book(kind="found", quantity=1_000, reason="di rak lain")
        await book(kind="write_off", quantity=4_000, reason="basah")
        assert await _lying(place, rice) == [(20_000, 200_000)]
        key = await book(
            kind="exchange", quantity=5_000, other_item="O1", other_quantity=2_000, reason="ditukar pemasok"
        )
        assert await _lying(place, rice, oil) == [(15_000, 150_000), (2_000, 50_000)]
        assert await db.value("select sum(value) from stock_movement where document_id = $1", key) == 0
        for typed, field in (
            ({"kind": "receipt", "quantity": 1_000}, "value"),
            ({"kind": "write_off", "quantity": 1_000}, "reason"),
            ({"kind": "issue", "quantity": 0}, "quantity"),
            ({"kind": "issue", "quantity": 1_000, "item": "nichts"}, "item"),
            ({"kind": "issue", "quantity": 1_000, "unit": "palet"}, "unit"),
            ({"kind": "issue", "quantity": 1_000, "batch": "7"}, "batch"),
            ({"kind": "issue", "quantity": 1_000, "happened_on": date(2026, 11, 21)}, "happened_on"),
        ):
            with pytest.raises(Invalid) as refused:
                await book(**typed)
            assert set(refused.value.fields) == {field}
        with pytest.raises(Conflict):
            await book(kind="issue", quantity=16_000)
