"""Cells and names that can be read in more than one way, by those imports that want it."""

from datetime import date
from fractions import Fraction

import pytest

from tatausaha.core.imports.cells import CellError
from tatausaha.core.imports.day_order import DayOrder
from tatausaha.core.imports.nearness import nearly
from tatausaha.core.imports.prices import Rate, price, whole_price


@pytest.mark.parametrize(
    ("one", "other", "meant"),
    [
        ("catagory", "category", True),
        ("categry", "category", True),
        ("cateogry", "category", True),
        ("categories", "category", False),
        ("unit", "units", False),
        ("harga beli", "harga jual", False),
    ],
)
def test_one_slip_is_forgiven_and_no_more(one: str, other: str, meant: bool) -> None:
    assert nearly(one, other) is meant
    assert nearly(other, one) is meant


def test_a_column_is_read_in_the_order_that_most_of_its_cells_prove() -> None:
    order = DayOrder()
    for cell in ("8/16/2024", "11-01-24", "2/28/24", "31/12/2024"):
        order.look(cell)
    read = order.parser()
    assert order.outcome == "month"
    assert [read("11-01-24"), read("8/16/2024"), read("2024-05-03")] == [
        date(2024, 11, 1),
        date(2024, 8, 16),
        date(2024, 5, 3),
    ]
    with pytest.raises(CellError):
        read("31/12/2024")
    assert DayOrder().parser()("05-08-24") == date(2024, 8, 5), "the day comes first where nothing proves otherwise"
    assert DayOrder("month").parser()("05-08-24") == date(2024, 5, 8), "what a person chose holds"


def test_another_currency_is_refused_until_its_rate_is_told_and_then_exact() -> None:
    assert price()("Rp 1.250.000") == 1_250_000
    for cell in ("$4.50 ", "€ 4", "4.50", 4.5):
        with pytest.raises(CellError):
            price()(cell)
    dollars = Rate("USD", 16_250_500)
    assert price(dollars)("$4.50 ") == Fraction(16_250_500 * 45, 10_000)
    assert price(dollars)(4.5) == price(dollars)("US$ 4,50")
    assert price(dollars)("Rp 5.000") == 5_000
    assert whole_price(dollars)("$0.001") == 16
    with pytest.raises(CellError):
        price(dollars)("€4.00")
    with pytest.raises(CellError):
        price(dollars)("-4")
