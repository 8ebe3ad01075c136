"""Lines of receipts into the books: each once, from the right lot, at its cost."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.errors import Invalid
from tatausaha.core.ids import uuid7
from tatausaha.sales.rules.lines import Line, net_amount
from tatausaha.sales.rules.receipts import Receipts
from tatausaha.sales.rules.shelf import Lot, Shelf, Short
from tatausaha.sales.service.booking import Booked, Document, book
from tests.make import Office, make_item, make_place, make_stock

DAY = date(2026, 11, 20)


def line(item_id: UUID, quantity: int, amount: int, **facts: Any) -> Line:
    return Line(DAY, item_id, quantity * 1000, amount, **{"receipt": "A-1", **facts})


async def sell(office: Office, place_id: UUID, lines: Sequence[Line]) -> Booked:
    async with office.scope():
        return await book(office.client_id, place_id, lines, Document("shift", uuid7()))


async def figures(office: Office, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
    async with office.scope():
        return [tuple(record) for record in await db.records(query, *arguments)]


async def test_sales_draw_the_nearest_lot_down_and_refunds_put_it_back_at_their_cost(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        milk = await make_item(office.client_id, "SUSU", "Susu", batched=True)
        await make_stock(place, milk, 10_000, 80_000, number="L1", expires_on=date(2026, 12, 1))
        await make_stock(place, milk, 5_000, 50_000, number="L2", expires_on=date(2027, 1, 1))
    booked = await sell(office, place, [line(milk, 2, 20_000)])
    assert booked == Booked(1, 0, 0)
    lots = "select number, quantity from stock_batch where item_id = $1 order by number"
    assert await figures(office, lots, milk) == [("L1", 8_000), ("L2", 5_000)]
    await sell(office, place, [line(milk, -1, -10_000, receipt="A-2")])
    assert await figures(office, lots, milk) == [("L1", 9_000), ("L2", 5_000)]
    # Of lots that are sold out, what comes back is of the last of them and expires as it does.
    await sell(office, place, [line(milk, 14, 140_000, receipt="A-3")])
    await sell(office, place, [line(milk, -14, -140_000, receipt="A-4")])
    assert await figures(office, lots, milk) == [("L1", 0), ("L2", 14_000)]
    days = "select quantity, amount, refunds, cost from sale_day where item_id = $1"
    (day,) = await figures(office, days, milk)
    movements = "select -sum(value)::bigint from stock_movement where item_id = $1 and kind in ('sale', 'refund')"
    assert day == (1_000, 10_000, -150_000, (await figures(office, movements, milk))[0][0])
    methods = "select method, sales, refunds, lines from shift_method m join shift s on s.id = m.shift_id where s.place_id = $1"
    assert await figures(office, methods, place) == [("cash", 160_000, -150_000, 4)]


async def test_the_cost_of_a_day_is_shared_out_to_its_lines_to_the_rupiah(office: Office) -> None:
    async with office.scope():
        place, item = await make_place(office.client_id), await make_item(office.client_id, "KOPI")
        await make_stock(place, item, 7_000, 10_000)
    await sell(office, place, [line(item, 1, 2_000, receipt=f"R{n}") for n in range(7)])
    costs = [one[0] for one in await figures(office, "select cost from sale_line where item_id = $1", item)]
    assert sum(costs) == 10_000
    assert set(costs) == {1_428, 1_429}


async def test_what_is_told_again_is_booked_once_and_other_figures_are_named(office: Office) -> None:
    async with office.scope():
        place, item = await make_place(office.client_id), await make_item(office.client_id, "TEH")
        await make_stock(place, item, 10_000, 10_000)

    def receipt() -> list[Line]:
        return [line(item, 1, 5_000), line(item, 1, 5_000), line(item, 2, 9_000, line=3)]

    assert await sell(office, place, receipt()) == Booked(3, 0, 0)
    assert await sell(office, place, receipt()) == Booked(0, 0, 3)
    with pytest.raises(Invalid) as refused:
        await sell(office, place, [line(item, 4, 9_000, line=3), line(item, 1, 1, receipt="A-9")])
    assert list(refused.value.fields) == ["lines.0"]
    with pytest.raises(Invalid):
        await sell(office, place, [line(item, 1, 1, line=1, receipt="B"), line(item, 1, 1, line=1, receipt="B")])
    assert await figures(office, "select quantity from stock_level where item_id = $1", item) == [(6_000,)]


async def test_what_is_not_there_or_has_expired_is_refused_and_nothing_else_is_booked(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        bread = await make_item(office.client_id, "ROTI", "Roti", batched=True)
        rice = await make_item(office.client_id, "BERAS")
        await make_stock(place, bread, 5_000, 25_000, number="B1", expires_on=date(2026, 11, 19))
        await make_stock(place, rice, 1_000, 60_000)
    with pytest.raises(Invalid) as refused:
        await sell(office, place, [line(bread, 1, 8_000), line(rice, 1, 70_000), line(rice, 1, 70_000)])
    assert list(refused.value.fields) == ["lines.0", "lines.2"]
    assert "kedaluwarsa" in refused.value.fields["lines.0"].msgid or "expired" in refused.value.fields["lines.0"].msgid
    assert await figures(office, "select 1 from sale_line where place_id = $1", place) == []
    async with office.scope():
        await db.execute("insert into stock_policy (client_id, negative) values ($1, 'flag')", office.client_id)
    assert (await sell(office, place, [line(rice, 3, 210_000)])).new == 1
    assert await figures(office, "select quantity from stock_level where item_id = $1", rice) == [(-2_000,)]


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
@settings(max_examples=50, deadline=None)
def test_lines_are_numbered_alike_in_whatever_pieces_they_come(told: list[tuple[int, bool]]) -> None:
    """Whoever tells whole receipts, in one go or again and again, gives their lines the same numbers."""
    tickets = [("K1", DAY, f"R{receipt}") for receipt, _ in told]
    whole = Receipts()
    numbers = [whole.number(ticket, None) for ticket in tickets]
    for wanted in set(tickets):
        again = Receipts()
        alone = [again.number(ticket, None) for ticket in tickets if ticket == wanted]
        assert alone == [number for ticket, number in zip(tickets, numbers, strict=True) if ticket == wanted]
        assert alone == list(range(1, len(alone) + 1))


def test_no_more_receipts_are_remembered_than_memory_is_given() -> None:
    receipts = Receipts(most=2)
    assert [receipts.number(("", DAY, name), 3) for name in ("a", "a", "b", "c", "a")] == [3, None, 3, 3, 3]
    assert len(receipts.seen) == 2


def test_a_shelf_gives_what_is_fit_and_tells_what_is_not() -> None:
    item, shelf = uuid7(), Shelf(below_zero=False)
    shelf.lots[item] = [Lot(date(2026, 11, 1), 2_000), Lot(date(2026, 12, 1), 3_000), Lot(None, 1_000)]
    assert shelf.take(item, 4_000, DAY) is None
    assert shelf.take(item, 1, DAY) == Short(0, 2_000)
    shelf.put(item, 1_000)
    assert shelf.take(item, 1_001, DAY) == Short(1_000, 2_000)
    assert shelf.take(item, 3_000, date(2026, 11, 1)) is None
    shelf.below_zero = True
    assert shelf.take(item, 1, DAY) is None


def test_an_amount_before_or_after_the_discount_is_understood() -> None:
    assert net_amount(2_000, 10_000, 1_000, None) == 19_000
    assert net_amount(2_000, 10_000, 1_000, 20_000) == 19_000
    assert net_amount(2_000, 10_000, 1_000, 19_000) == 19_000
    assert net_amount(500, 15_001, 0, None) == 7_501
    assert net_amount(2_000, None, 0, 7) == 7
    assert net_amount(2_000, None, 0, None) is None
