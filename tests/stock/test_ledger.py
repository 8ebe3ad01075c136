"""The ledger of stock: one writer, balances that follow, and costs that are conserved."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from tatausaha.core import db
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.core.i18n import use_language
from tatausaha.stock.queries.levels import get_level
from tatausaha.stock.service import ledger
from tatausaha.stock.service.ledger import Batch, Entry
from tests.make import Office, make_item, make_place, make_stock

DAY, WEEK = date(2026, 11, 20), timedelta(days=7)


async def _lying(place: UUID, item: UUID) -> tuple[int, int]:
    level = await get_level(place, item)
    return (level.quantity, level.value) if level else (0, 0)


async def test_what_comes_in_goes_out_at_its_cost_and_every_balance_follows(office: Office) -> None:
    async with office.scope():
        place, other = await make_place(office.client_id), await make_place(office.client_id, "Gudang")
        average = await make_item(office.client_id, "A1")
        first_in = await make_item(office.client_id, "F1", cost_method="fifo")
        for item in (average, first_in):
            await make_stock(place, item, 10_000, 100_000)
            await make_stock(place, item, 10_000, 130_000)
        sold = await ledger.post(
            office.client_id, [Entry("sale", place, item, -15_000, DAY) for item in (average, first_in)]
        )
        assert [one.value for one in sold] == [-172_500, -165_000]
        back = await ledger.post(office.client_id, [Entry("refund", place, first_in, 1_000, DAY)])
        assert back[0].value == 13_000, "at what lies there"
        assert await _lying(place, average) == (5_000, 57_500)
        assert await _lying(place, first_in) == (6_000, 78_000)
        open_layers = await db.records("select quantity, value from stock_layer where quantity <> 0 order by id")
        assert [tuple(one) for one in open_layers] == [(5_000, 65_000), (1_000, 13_000)]
        with pytest.raises(NotFound):
            await ledger.post(UUID(int=7), [Entry("sale", other, average, -1_000, DAY)])


async def test_the_nearest_expiry_goes_first_and_expired_goods_only_with_a_reason(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        milk = await make_item(office.client_id, "M1", "Susu", batched=True, unit="dus")
        await make_stock(place, milk, 4_000, 4_000, number="late", expires_on=date(2027, 1, 1))
        await make_stock(place, milk, 3_000, 3_000, number="soon", expires_on=date(2026, 12, 1))
        await make_stock(place, milk, 2_000, 2_000, number="old", expires_on=date(2026, 11, 19))
        [sold] = await ledger.post(office.client_id, [Entry("sale", place, milk, -4_000, DAY)])
        assert [part.quantity for part in sold.parts] == [-3_000, -1_000]
        with (
            use_language("en"),
            pytest.raises(Conflict, match="Of Susu in Toko only 3 dus are not expired, and 4 were"),
        ):
            await ledger.post(office.client_id, [Entry("sale", place, milk, -4_000, DAY)])
        allowed = Entry("sale", place, milk, -4_000, DAY, override="Sold at half price")
        [sold] = await ledger.post(office.client_id, [allowed])
        assert [(part.quantity, part.override) for part in sold.parts] == [(-3_000, ""), (-1_000, "Sold at half price")]
        [gone] = await ledger.post(office.client_id, [Entry("write_off", place, milk, -1_000, DAY)])
        assert gone.parts[0].lot_id == sold.parts[1].lot_id, "what is written off may be expired"
        assert await db.value("select sum(quantity) from stock_batch where item_id = $1", milk) == 0
        assert await _lying(place, milk) == (0, 0)


async def test_stock_below_zero_is_refused_or_flagged_as_the_client_chose(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "R1", "Beras", batched=True)
        await make_stock(place, rice, 2_000, 200, number="1")
        too_much = [Entry("sale", place, rice, -5_000, DAY)]
        with (
            use_language("en"),
            pytest.raises(Conflict, match="Of Beras there are 2 pcs in Toko, and 5 were to go out"),
        ):
            await ledger.post(office.client_id, too_much)
        await db.execute("insert into stock_policy (client_id, negative) values ($1, 'flag')", office.client_id)
        [sold] = await ledger.post(office.client_id, too_much)
        assert [(one.quantity, one.value, one.override) for one in sold.parts] == [
            (-2_000, -200, ""),
            (-3_000, -300, "below zero"),
        ]
        assert await _lying(place, rice) == (-3_000, -300)
        [came] = await ledger.post(
            office.client_id, [Entry("receipt", place, rice, 10_000, DAY - WEEK, 1_200, Batch("2", date(2027, 1, 1)))]
        )
        assert (came.value, [part.quantity for part in came.parts]) == (1_200, [3_000, 7_000])
        visible = await db.records("select value, booked_on from stock_movement where kind = 'revaluation'")
        assert [tuple(one) for one in visible] == [(-60, DAY)], "the three sold early cost 120, not 100, on that day"
        assert await _lying(place, rice) == (7_000, 840)


async def test_of_fifty_at_once_one_gets_the_last(office: Office) -> None:
    async with office.scope():
        place, item = await make_place(office.client_id), await make_item(office.client_id, "L1")
        await make_stock(place, item, 1_000, 777)

    async def issue() -> int:
        async with office.scope():
            return (await ledger.post(office.client_id, [Entry("issue", place, item, -1_000, DAY)]))[0].value

    ended = await asyncio.gather(*(issue() for _ in range(50)), return_exceptions=True)
    assert [one for one in ended if not isinstance(one, Conflict)] == [-777]
    async with office.scope():
        assert await _lying(place, item) == (0, 0)


async def test_a_fact_of_a_closed_month_is_booked_openly_in_the_open_one(office: Office) -> None:
    async with office.scope():
        place, item = await make_place(office.client_id), await make_item(office.client_id, "C1")
        await db.execute(
            "insert into stock_month (client_id, month, closed_name) values ($1, $2, 'Sari')",
            *(office.client_id, date(2026, 10, 1)),
        )
        await make_stock(place, item, 1_000, 500, day=date(2026, 10, 15))
        days = await db.records("select happened_on, booked_on from stock_movement where item_id = $1", item)
    assert [tuple(one) for one in days] == [(date(2026, 10, 15), date(2026, 11, 1))]
