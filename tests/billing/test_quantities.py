"""Quantities within a period: never charged twice, never too little, fallen only when the next invoice is near."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.billing.rules.downgrade import list_over
from tatausaha.billing.rules.plans import find_plan
from tatausaha.billing.rules.quantities import Quantities, Step, wanted
from tatausaha.core.i18n import render, use_language

END = datetime(2026, 12, 22, 3, tzinfo=UTC)
SOME = st.builds(Quantities, st.integers(0, 9), st.integers(0, 9))


def steps(held: tuple[int, int], counted: tuple[int, int], charged: tuple[int, int], *, days: float) -> list[Step]:
    now = END - timedelta(days=days)
    return wanted(Quantities(*held), Quantities(*counted), Quantities(*charged), now=now, period_ends_at=END)


def test_in_the_middle_of_a_period_more_is_charged_for_and_fewer_waits() -> None:
    assert steps((3, 40), (4, 30), (3, 40), days=10) == [Step(Quantities(4, 40), prorate=True)]
    assert steps((3, 40), (2, 30), (3, 40), days=10) == []


def test_in_the_last_two_nights_fewer_costs_less_next_time() -> None:
    assert steps((3, 40), (2, 30), (3, 40), days=2) == [Step(Quantities(2, 30), prorate=False)]
    assert steps((3, 40), (2, 30), (3, 40), days=2.1) == []


def test_what_was_charged_once_is_not_charged_again() -> None:
    # Fell to 1 in the night before, of 3 that were charged for; 5 are counted now.
    assert steps((1, 0), (5, 0), (3, 0), days=1) == [
        Step(Quantities(3, 0), prorate=False),
        Step(Quantities(5, 0), prorate=True),
    ]


@settings(max_examples=60, deadline=None)
@given(counts=st.lists(SOME, min_size=1, max_size=8), began=SOME, days=st.integers(0, 8))
def test_over_any_nights_exactly_the_most_is_charged_and_the_last_count_goes_into_the_next_period(
    counts: list[Quantities], began: Quantities, days: int
) -> None:
    held = charged = began
    paid = Quantities(0, 0)
    for left, counted in zip(range(len(counts) - 1 + days, days - 1, -1), counts, strict=True):
        for step in wanted(held, counted, charged, now=END - timedelta(days=left), period_ends_at=END):
            if step.prorate:
                paid = Quantities(
                    paid.clients + step.quantities.clients - held.clients,
                    paid.employees + step.quantities.employees - held.employees,
                )
            held, charged = step.quantities, charged.most(step.quantities)
        assert held.clients >= counted.clients
        assert held.employees >= counted.employees

    most = began
    for counted in counts:
        most = most.most(counted)
    assert (paid.clients, paid.employees) == (most.clients - began.clients, most.employees - began.employees)
    assert held == (counts[-1] if days <= 2 else most)


def test_a_smaller_plan_says_what_is_over_and_what_to_do() -> None:
    plan = find_plan("rintis")
    assert plan is not None

    over = list_over(plan, {"client": 7, "employee": 250, "seat": 6})

    assert [(one.what, one.by) for one in over] == [("client", 2), ("seat", 1)]
    with use_language("en"):
        assert render(over[0].sentence) == (
            "Rintis holds 5 client companies, and 7 are served. Archive 2 of them first."
        )
