from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core.dates import Period
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import Enrolment, Proration
from tatausaha.payroll.rules.month import calculate
from tatausaha.payroll.rules.policy import Policy
from tatausaha.payroll.rules.proration import FULL, paid_share
from tests.payroll.rules.months import item, line, month

FEBRUARY = Period(2026, 2)  # begins on a Sunday: 28 days, 20 of five-day weeks, 24 of six-day weeks


@pytest.mark.parametrize(
    ("rule", "changes", "share"),
    [
        (Proration("calendar_days"), {"first_day": date(2026, 2, 15)}, (14, 28)),
        (Proration("working_days_5"), {"first_day": date(2026, 2, 14)}, (10, 20)),
        (Proration("working_days_6"), {"first_day": date(2026, 2, 14)}, (13, 24)),
        (Proration("fixed", 30), {"last_day": date(2026, 2, 10)}, (10, 30)),
        (Proration("fixed", 22), {"last_day": date(2026, 2, 10)}, (7, 22)),
        (Proration("fixed", 25), {"last_day": date(2026, 2, 10)}, (8, 25)),
        (Proration("calendar_days"), {"unpaid_days": 3}, (25, 28)),
        (Proration("working_days_5"), {"unpaid_days": 3}, (17, 20)),
        (Proration("fixed", 30), {"unpaid_days": 2}, (28, 30)),
        (Proration("calendar_days"), {"first_day": date(2026, 2, 15), "unpaid_days": 14}, (0, 28)),
        (Proration("calendar_days"), {"first_day": date(2020, 1, 1), "last_day": date(2026, 2, 28)}, FULL),
        (Proration("fixed", 30), {"first_day": date(2020, 1, 1)}, FULL),
    ],
)
def test_the_paid_share_follows_the_clients_way_of_counting(
    rule: Proration, changes: dict[str, Any], share: tuple[int, int]
) -> None:
    assert paid_share(month(period=FEBRUARY, proration=rule, **changes)) == share


def test_basic_pay_and_fixed_allowances_are_cut_and_the_rest_is_not() -> None:
    items = (item("basic", 5_000_001), item("fixed_allowance", 1_000_000), item("bonus", 700_000))
    slip = calculate(month(*items, period=FEBRUARY, first_day=date(2026, 2, 15)))
    assert [line(slip, code).amount for code in ("basic", "fixed_allowance", "bonus")] == [2_500_001, 500_000, 700_000]
    assert (line(slip, "basic").base, line(slip, "basic").part, line(slip, "basic").whole) == (5_000_001, 14, 28)


def test_contributions_stay_on_the_registered_wage_unless_the_client_says_otherwise() -> None:
    pay = {"period": FEBRUARY, "first_day": date(2026, 2, 15), "enrolment": Enrolment()}
    assert calculate(month(item("basic", 6_000_000), **pay)).bpjs_wage == 6_000_000
    paid = Policy(bpjs_partial_month="paid")
    assert calculate(month(item("basic", 6_000_000), **pay, policy=paid)).bpjs_wage == 3_000_000


@pytest.mark.parametrize(
    "changes",
    [
        {"unpaid_days": 29},
        {"unpaid_days": -1},
        {"first_day": date(2026, 2, 20), "last_day": date(2026, 2, 19)},
        {"first_day": date(2026, 3, 1)},
        {"last_day": date(2026, 1, 31)},
        {"unpaid_days": 1, "proration": Proration("fixed", 0)},
    ],
)
def test_days_that_contradict_one_another_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RuleError):
        paid_share(month(period=FEBRUARY, **changes))


@given(st.integers(1, 12), st.data(), st.sampled_from(["calendar_days", "working_days_5", "working_days_6"]))
def test_the_parts_before_and_after_a_change_of_job_make_one_month(
    number: int, data: st.DataObject, method: Any
) -> None:
    period = Period(2026, number)
    day = data.draw(st.integers(2, period.last.day))
    before = paid_share(month(period=period, last_day=date(2026, number, day - 1), proration=Proration(method)))
    after = paid_share(month(period=period, first_day=date(2026, number, day), proration=Proration(method)))
    whole = max(before[1], after[1])
    paid = [part if of == whole else part * whole for part, of in (before, after)]
    assert sum(paid) == whole
