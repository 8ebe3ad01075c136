"""What a month costs: included volumes, tiers, hours, parts of a month and the minimum, each explained by its steps."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.invoicing.rules.kinds import KINDS
from tatausaha.invoicing.rules.pricing import WHOLE, Part, PricedLine, PriceLine, Step, Tier, price

COUNTED = [name for name in KINDS if name != "retainer"]


def line(kind: str = "payslip", each: int = 5_000, included: int = 0, *tiers: tuple[int, int]) -> PriceLine:
    return PriceLine(kind=kind, label=kind, price=each, included=included, tiers=tuple(Tier(*one) for one in tiers))


def alone(one: PriceLine, quantity: int) -> PricedLine:
    return price([one], {one.kind: quantity}, 0)[0]


def test_a_hundred_and_twenty_slips_of_which_a_hundred_are_included_cost_twenty() -> None:
    priced = alone(line("payslip", 5_000, 100), 120)

    assert (priced.amount, priced.included, priced.steps) == (100_000, 100, (Step(20, 5_000, 100_000),))
    assert alone(line("payslip", 5_000, 100), 100).steps == ()


def test_beyond_a_bound_the_next_ones_cost_its_price_and_those_included_count_towards_it() -> None:
    graded = line("payslip", 5_000, 100, (150, 4_500), (300, 4_000))

    assert [(one.quantity, one.price) for one in alone(graded, 310).steps] == [(50, 5_000), (150, 4_500), (10, 4_000)]
    assert alone(graded, 150).amount == 250_000
    assert alone(graded, 151).amount == 254_500


def test_a_bound_within_the_included_volume_gives_its_price_to_the_first_that_costs() -> None:
    assert alone(line("payslip", 5_000, 100, (50, 4_500)), 101).amount == 4_500


def test_hours_are_priced_for_sixty_minutes_and_rounded_once_for_each_step() -> None:
    assert alone(line("hour", 250_000, 60), 150).steps == (Step(90, 250_000, 375_000, 60),)
    assert alone(line("hour", 100_000), 1).amount == 1_667


def test_a_part_of_a_month_bears_its_days_of_fixed_fee_and_minimum_and_says_so() -> None:
    fee, filling = price([line("retainer", 3_000_000)], {}, 4_000_000, Part(10, 30))

    assert fee.steps == (Step(1, 3_000_000, 1_000_000, days=10, of=30),)
    assert filling.line is None
    assert filling.steps == (Step(1, 4_000_000, 1_333_333, days=10, of=30), Step(1, -1_000_000, -1_000_000))
    assert filling.amount == 333_333


def test_a_month_of_little_work_is_filled_up_to_its_minimum_by_one_line_and_a_busy_one_is_not() -> None:
    lines = [line("payslip", 5_000), line("hour", 60_000)]

    assert [one.amount for one in price(lines, {"payslip": 10, "hour": 30}, 100_000)] == [50_000, 30_000, 20_000]
    assert len(price(lines, {"payslip": 20}, 100_000)) == 2


@st.composite
def lists(draw: st.DrawFn) -> list[PriceLine]:
    """A list that the forms would take: each kind once, tiers in rising order."""
    amounts, counts = st.integers(0, 10**9), st.integers(0, 500)
    return [
        line(
            kind, draw(amounts), draw(counts), *((above, draw(amounts)) for above in sorted(draw(st.sets(counts)))[:4])
        )
        for kind in draw(st.lists(st.sampled_from(list(KINDS)), unique=True, min_size=1, max_size=5))
    ]


done = st.fixed_dictionaries({kind: st.integers(0, 1_000) for kind in COUNTED})
parts = st.integers(1, 31).map(lambda days: Part(days, 31))


@settings(max_examples=60)
@given(lists(), done, st.integers(0, 10**9), parts, st.sampled_from(COUNTED), st.integers(1, 50))
def test_any_list_prices_any_month_soundly(
    lines: list[PriceLine], counted: dict[str, int], minimum: int, part: Part, kind: str, more: int
) -> None:
    priced = price(lines, counted, minimum, part)
    least = price([], {}, minimum, part)

    assert all(one.amount >= 0 for one in priced)
    assert all(sum(step.amount for step in one.steps) == one.amount for one in priced)
    assert all(
        sum(step.quantity for step in one.steps) + one.included == one.quantity
        for one in priced
        if one.line is not None
    )
    assert sum(one.amount for one in priced) >= sum(one.amount for one in least)
    # More work never costs less.
    busier = price(lines, {**counted, kind: counted[kind] + more}, minimum, part)
    assert sum(one.amount for one in busier) >= sum(one.amount for one in priced)
    # The order of the lines is nothing.
    mixed = Random(more).sample(lines, len(lines))
    assert {one.line.kind: one for one in price(mixed, counted, minimum, part) if one.line} == {
        one.line.kind: one for one in priced if one.line
    }
    # A whole month is never cheaper than a part of it.
    assert sum(one.amount for one in price(lines, counted, minimum, WHOLE)) >= sum(one.amount for one in priced)
