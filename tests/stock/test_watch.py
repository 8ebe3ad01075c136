"""What runs out, what expires, what lies still: told once, listed by urgency, written to files."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import db, letters
from tatausaha.core.outbox import enqueue
from tatausaha.people.rules import today
from tatausaha.stock.jobs import ReckonPace, TellLow
from tatausaha.stock.queries import watch
from tatausaha.stock.rules import cover
from tatausaha.stock.rules.watched import Wanted
from tatausaha.stock.service import ledger
from tatausaha.stock.service.ledger import Entry
from tests.make import Office, drain, make_client, make_item, make_place, make_stock
from workers.mail import compose

UNIT = 1000
amounts = st.integers(0, 10**9)


@given(quantity=st.integers(-(10**9), 10**9), minimum=amounts, on_order=amounts, reorder=amounts)
def test_an_order_of_the_suggested_quantity_reaches_the_minimum_and_none_is_suggested_twice(
    quantity: int, minimum: int, on_order: int, reorder: int
) -> None:
    order = cover.suggested(quantity, minimum, on_order, reorder)

    assert (order > 0) == (quantity + on_order < minimum)
    assert quantity + on_order + order >= minimum
    assert cover.suggested(quantity, minimum, on_order + order, reorder) == 0
    assert order == 0 or order >= reorder


async def sell(office: Office, place_id: UUID, item_id: UUID, quantity: int, on: date | None = None) -> None:
    async with office.scope():
        await ledger.post(office.client_id, [Entry("sale", place_id, item_id, -quantity * UNIT, on or today())])


async def count_letters(office: Office, key: str) -> int:
    """Let the clock's job run; gives how many letters it wrote."""
    async with office.scope():
        before = await db.value("select count(*) from mail where template = 'stock_low'")
        await enqueue(TellLow(), once_key=key)
    await drain(office.tenant_id)
    async with office.scope():
        after = await db.value("select count(*) from mail where template = 'stock_low'")
    return int(after - before)


async def set_level(office: Office, item_id: UUID, **columns: int) -> None:
    async with office.scope():
        for name, amount in columns.items():
            await db.execute(f"update stock_level set {name} = $2 where item_id = $1", item_id, amount)


async def test_who_works_for_a_client_is_told_once_of_what_runs_out_until_it_was_ordered_or_is_there_again(
    office: Office,
) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        item = await make_item(office.client_id, "BR5", "Beras 5 kg")
        await make_stock(place, item, 12 * UNIT, 120_000)
    await set_level(office, item, minimum=10 * UNIT, reorder_quantity=24 * UNIT)

    assert await count_letters(office, "1") == 0
    await sell(office, place, item, 3)
    assert await count_letters(office, "2") == 3  # owner, manager and the worker who serves the client
    async with office.scope():
        letter = await letters.get_letter(await db.value("select id from mail where template = 'stock_low' limit 1"))
    message = compose(letter)
    assert "PT Maju Bersama" in message.subject
    for told in (message.text, message.html):
        assert "Beras 5 kg" in told
        assert f"/stock/low?client={office.client_id}" in told
    await sell(office, place, item, 1)
    assert await count_letters(office, "3") == 0

    await set_level(office, item, on_order=24 * UNIT)
    assert await count_letters(office, "4") == 0
    await set_level(office, item, on_order=0)  # the order was given up
    assert await count_letters(office, "5") == 3

    async with office.scope():
        await make_stock(place, item, 5 * UNIT, 50_000)
    assert await count_letters(office, "6") == 0
    await sell(office, place, item, 5)
    assert await count_letters(office, "7") == 3

    page = await office.worker.get(f"/stock/low?client={office.client_id}")
    assert page.status_code == 200
    assert "Beras 5 kg" in page.text
    assert "24 pcs" in page.text


async def test_lots_near_their_end_and_slow_movers_are_listed_with_what_they_are_worth(office: Office) -> None:
    day = today()
    async with office.scope():
        place = await make_place(office.client_id)
        milk = await make_item(office.client_id, "SUSU", "Susu", batched=True, warn_days=30)
        soap = await make_item(office.client_id, "SABUN", "Sabun")
        await make_stock(place, milk, 10 * UNIT, 100_001, number="A", expires_on=day + timedelta(days=25))
        await make_stock(place, milk, 10 * UNIT, 100_000, number="B", expires_on=day + timedelta(days=31))
        await make_stock(place, soap, 90 * UNIT, 900_000)
    await sell(office, place, soap, 45, day - timedelta(days=91))
    async with office.scope():
        expiring, _ = await watch.page_watched(Wanted("expiring"))
        slow, _ = await watch.page_watched(Wanted("slow"))

    assert [(row.number, row.days_left, row.value) for row in expiring if isinstance(row, watch.ExpiringRow)] == [
        ("A", 25, 100_001)
    ]
    assert [(row.code, row.idle_days, row.cover_days) for row in slow if isinstance(row, watch.SlowRow)] == [
        ("SABUN", 91, cover.ENDLESS)
    ]

    await sell(office, place, soap, 15, day - timedelta(days=1))
    async with office.scope():
        await enqueue(ReckonPace(), once_key="night")
    await drain(office.tenant_id)
    async with office.scope():
        assert (await watch.page_watched(Wanted("slow")))[0] == []
        level = await db.records("select out_90, cover_days from stock_level where item_id = $1", soap)
    assert [tuple(row) for row in level] == [(15 * UNIT, 180)]


async def test_every_row_of_a_long_list_stands_on_exactly_one_page_and_in_its_file(office: Office) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
        for client_id in (office.client_id, second):
            place = await make_place(client_id)
            for number in range(60):
                item = await make_item(client_id, f"A{number:02}", category="Minuman" if number % 3 else "Makanan")
                await make_stock(place, item, (number % 7) * UNIT + 1, 1000)
        await db.execute("update stock_level set minimum = 100000, out_90 = 1000 * (quantity % 5)")
        pages: list[list[watch.AnyRow]] = []
        cursor: watch.Cursor | None = None
        while True:
            rows, cursor = await watch.page_watched(Wanted("low"), cursor)
            pages.append(rows)
            if cursor is None:
                break
        filtered, _ = await watch.page_watched(Wanted("low", office.client_id, None, "Makanan"))

    seen = [row.id for rows in pages for row in rows]
    assert len(seen) == len(set(seen)) == 120
    assert [len(rows) for rows in pages] == [50, 50, 20]
    of_first = [
        row.cover_days
        for rows in pages
        for row in rows
        if isinstance(row, watch.LowRow)
        if row.client_id == office.client_id
    ]
    assert of_first == sorted(of_first)
    assert len(filtered) == 20

    ordered = await office.worker.post(
        "/stock/export", {"list": "low", "client": str(office.client_id), "category": "Makanan", "format": "csv"}
    )
    await drain(office.tenant_id)
    shown = await office.worker.get(ordered.headers["location"])
    address = shown.text.split('href="/documents/')[1].split('"')[0]
    file = await office.worker.get(f"/documents/{address}")
    assert len(file.text.strip().splitlines()) == 21
