"""What stock is worth: day by day, from what a closed month closed with, and in agreement with the levels."""

from datetime import date

from tatausaha.core.dates import Period
from tatausaha.stock.queries import value
from tatausaha.stock.service import ledger, months
from tatausaha.stock.service.ledger import Entry
from tatausaha.stock.service.valuing import value_month
from tests.make import Office, make_item, make_place, make_stock

UNIT = 1000
TODAY = date(2026, 11, 22)


async def test_each_day_adds_up_to_what_the_levels_say_before_and_after_a_month_is_closed(office: Office) -> None:
    client = office.client_id
    async with office.scope():
        shop, store = await make_place(client, "Toko"), await make_place(client, "Gudang")
        rice = await make_item(client, "BR5", category="Pangan")
        soap = await make_item(client, "SBN", category="Rumah tangga")
        await make_stock(shop, rice, 10 * UNIT, 100_000, day=date(2026, 9, 10))
        await make_stock(store, soap, 10 * UNIT, 50_000, day=date(2026, 10, 5))
        sold = [
            Entry("sale", shop, rice, -2 * UNIT, date(2026, 10, 8)),
            Entry("sale", shop, rice, -1 * UNIT, date(2026, 11, 3)),
        ]
        await ledger.post(client, sold)
        open_ones = [await value_month(client, None, Period(2026, month), TODAY) for month in (10, 11)]
        of_shop = await value_month(client, shop, Period(2026, 11), TODAY)
        for month in (9, 10):
            await months.close(client, Period(2026, month), TODAY)
        closed = await value_month(client, None, Period(2026, 11), TODAY)
        assert (await value.find_base(client, date(2026, 11, 1))) == closed.base

    october, november = open_ones
    assert (october.opening, october.days[3], october.days[4], october.closing) == (100_000, 100_000, 150_000, 130_000)
    assert (len(october.days), len(november.days)) == (31, 22)
    assert november.kinds == {"sale": -10_000}
    assert november.levels == november.closing == 120_000
    assert november.by("category") == [("Pangan", 70_000), ("Rumah tangga", 50_000)]
    assert of_shop.by("place") == [("Toko", 70_000)]
    assert (november.base, closed.base_value) == (None, 130_000)
    assert (closed.days, closed.by("place"), closed.levels) == (november.days, november.by("place"), november.levels)

    shown = (await office.worker.get(f"/stock/value?client={client}&month=2026-10")).text
    assert "130.000" in shown
