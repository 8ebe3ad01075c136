"""Agreed prices: written, agreed by a second person, never changed, followed by others."""

from datetime import date

from tatausaha.core.dates import Period
from tatausaha.invoicing.queries import prices
from tatausaha.invoicing.rules.pricing import Part
from tests.invoicing.prices import USUAL, make_prices
from tests.make import Office


async def test_the_list_of_a_day_and_of_a_month_is_found_with_its_lines(office: Office) -> None:
    async with office.scope():
        first = await make_prices(office.client_id, starts_on=date(2026, 1, 11), ends_on=date(2026, 6, 15))
        await make_prices(office.client_id, (), date(2026, 7, 1), state="draft")
        held = await prices.find_agreed(office.client_id, date(2026, 6, 15))
        after = await prices.find_agreed(office.client_id, date(2026, 6, 16))
        months = [await prices.find_for_month(office.client_id, Period(2026, month)) for month in (1, 6, 7)]

    assert held is not None
    assert (held.id, after, months[2]) == (first, None, None)
    assert [(line.kind, line.price, line.tiers) for line in held.lines] == [
        (line.kind, line.price, line.tiers) for line in USUAL
    ]
    assert held.part_of(Period(2026, 1)) == Part(21, 31)
    assert (held.part_of(Period(2026, 6)), held.part_of(Period(2026, 7))) == (Part(15, 30), Part(0, 31))
