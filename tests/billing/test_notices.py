"""What owners are told of the subscription, and when: never too late, never twice."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from tatausaha.billing.news import for_staff, hold
from tatausaha.core.entitlements import Standing
from tatausaha.core.i18n import render, use_language

END = datetime(2026, 12, 22, 3, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = END + 14 * DAY


def standing(reason: Any = "trial", **changes: Any) -> Standing:
    facts = {"open_until": END, "grace_until": GRACE, "most": {}, "used": {}, **changes}
    return Standing(plan="" if reason == "trial" else "rintis", reason=reason, **facts)


def keys(one: Standing, now: datetime) -> list[str]:
    return [notice.key for notice in hold(one, now)]


def said(one: Standing, now: datetime) -> str:
    with use_language("en"):
        return " ".join(render(part) for notice in hold(one, now) for part in (notice.title, *notice.words))


@pytest.mark.parametrize(
    ("before_the_end", "expected"),
    [
        (8 * DAY, []),
        (7 * DAY, ["trial.7"]),
        (3 * DAY + timedelta(seconds=1), ["trial.7"]),
        (3 * DAY, ["trial.3"]),
        (DAY, ["trial.1"]),
        (timedelta(0), ["grace.trial"]),
        (-11 * DAY, ["grace.trial.soon"]),
        (-14 * DAY, ["closed.trial"]),
    ],
)
def test_a_trial_is_told_a_week_three_days_and_a_day_before_its_end_and_after_it(
    before_the_end: timedelta, expected: list[str]
) -> None:
    assert keys(standing(), END - before_the_end) == expected


def test_what_a_failed_payment_stops_and_when_it_is_tried_again_is_told_with_its_days() -> None:
    failed = standing("card", next_attempt_at=END + 3 * DAY)

    words = said(failed, END + DAY)

    assert "The payment of 22 December 2026 failed." in words
    assert "It is tried again on 25 December 2026." in words
    assert "Until 5 January 2027" in words
    assert "tried again" not in said(failed, END + 4 * DAY)
    assert "Nothing new can be begun." in said(failed, GRACE)


def test_each_step_is_news_of_its_own_and_the_same_step_is_not() -> None:
    steps = [END - 7 * DAY, END - 6 * DAY, END - DAY, END, END + DAY, GRACE - DAY, GRACE, GRACE + 9 * DAY]

    news = [hold(standing(), moment)[0].once for moment in steps]

    assert [new == old for old, new in pairwise(news)] == [
        True,
        False,
        False,
        True,
        False,
        False,
        True,
    ]
    assert hold(standing(), END)[0].once != hold(standing(open_until=END - DAY), END)[0].once


@pytest.mark.parametrize(
    ("used", "expected"), [(3, []), (4, ["limit.client.80"]), (5, ["limit.client.100"]), (6, ["limit.client.100"])]
)
def test_a_limit_is_told_before_it_bites(used: int, expected: list[str]) -> None:
    paid = standing("paid", open_until=None, grace_until=None, most={"client": 5}, used={"client": used, "seat": 99})

    assert keys(paid, END) == expected


def test_what_is_full_stands_before_what_is_nearly_so() -> None:
    most, used = {"client": 5, "employee": 250, "seat": 5}, {"client": 4, "employee": 249, "seat": 5}
    paid = standing("paid", open_until=None, grace_until=None, most=most, used=used)

    assert keys(paid, END) == ["limit.seat.100", "limit.client.80", "limit.employee.80"]


def test_a_card_that_ends_before_the_next_payment_is_told_a_month_ahead() -> None:
    paid = standing("paid", open_until=None, grace_until=None, card_ends_on=date(2026, 12, 31))

    assert keys(paid, datetime(2026, 11, 30, tzinfo=UTC)) == []
    assert keys(paid, datetime(2026, 12, 1, tzinfo=UTC)) == ["card"]
    assert "ended" in said(paid, datetime(2027, 1, 1, tzinfo=UTC))


def test_colleagues_are_told_only_of_what_cannot_be_begun() -> None:
    assert for_staff(standing(), END - DAY) is None
    assert [for_staff(standing(), moment).key for moment in (END, GRACE)] == ["grace.staff", "closed.staff"]  # type: ignore[union-attr]


def test_a_trial_of_a_plan_that_just_ended_is_not_told_as_lapsed_before_its_first_payment_is_heard_of() -> None:
    chosen = msgspec.structs.replace(standing(), plan="rintis")

    assert [keys(chosen, END + timedelta(minutes=minutes)) for minutes in (1, 60)] == [[], ["grace.trial"]]
    assert [for_staff(chosen, END + timedelta(minutes=minutes)) is None for minutes in (1, 60)] == [True, False]
