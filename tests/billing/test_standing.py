"""How a provider stands, by every state that Stripe knows of a subscription."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.billing.rules.standing import Stand, stand
from tatausaha.billing.rules.truth import Invoice, Item, Subscription, choose

TODAY = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = 14 * DAY
TRIAL_ENDS = TODAY + 30 * DAY


def subscription(status: Any = "active", **facts: Any) -> Subscription:
    base = Item("si_1", "price_1", "tata_tumbuh_base_idr_month_v1", 1, 150_000_000, "month")
    clients = Item("si_2", "price_2", "tata_tumbuh_client_idr_month_v1", 7, 7_500_000, "month")
    given = {
        "id": "sub_1",
        "customer_id": "cus_1",
        "currency": "idr",
        "items": (base, clients),
        "began_at": TODAY - 40 * DAY,
        "trial_ends_at": None,
        "period_starts_at": TODAY - 10 * DAY,
        "period_ends_at": TODAY + 20 * DAY,
        "ends_at": None,
        "ended_at": None,
        "coupon": "",
    }
    return Subscription(status=status, **(given | facts))


def invoice(issued_at: datetime, **facts: Any) -> Invoice:
    given = {
        "id": f"in_{issued_at:%d}",
        "customer_id": "cus_1",
        "subscription_id": "sub_1",
        "number": "A-1",
        "status": "open",
        "reason": "subscription_cycle",
        "currency": "idr",
        "period_starts_at": issued_at,
        "period_ends_at": issued_at + 30 * DAY,
        "issued_at": issued_at,
        "due_at": None,
        "paid_at": None,
        "attempts": 1,
        "next_attempt_at": issued_at + 3 * DAY,
        "page_url": "",
        "pdf_url": "",
        "lines": (),
    }
    money = dict.fromkeys(("subtotal", "total", "owed"), 202_500_000) | dict.fromkeys(("tax", "paid"), 0)
    return Invoice(**(given | money | facts))


def standing(*subscriptions: Subscription, invoices: tuple[Invoice, ...] = (), stored: str | None = None) -> Stand:
    return stand(subscriptions, invoices, trial_ends_at=TRIAL_ENDS, grace=GRACE, stored=stored)


FAILED_AT = TODAY - 9 * DAY
FAILED = (invoice(FAILED_AT), invoice(FAILED_AT + 3 * DAY), invoice(FAILED_AT - 90 * DAY, status="paid", owed=0))
RETRIED = FAILED_AT + 3 * DAY


@pytest.mark.parametrize(
    ("found", "invoices", "reason", "until", "again"),
    [
        (subscription("trialing", trial_ends_at=TODAY + 5 * DAY), (), "trial", TODAY + 5 * DAY, None),
        (subscription("active"), (), "paid", None, None),
        (subscription("active", ends_at=TODAY + 20 * DAY), (), "paid", None, None),
        (subscription("past_due"), FAILED, "card", FAILED_AT, RETRIED),
        (subscription("unpaid"), FAILED, "unpaid", FAILED_AT, RETRIED),
        # No invoice says it: then since the period began that was not paid.
        (subscription("past_due"), (), "card", TODAY - 10 * DAY, None),
        (subscription("paused", trial_ends_at=TODAY - 2 * DAY), (), "paused", TODAY - 2 * DAY, None),
        (subscription("canceled", ended_at=TODAY - DAY), (), "ended", TODAY - DAY, None),
        # What ended because nobody paid gets no second grace.
        (subscription("canceled", ended_at=TODAY), FAILED, "ended", FAILED_AT, RETRIED),
    ],
)
def test_the_standing_follows_the_subscription(
    found: Subscription, invoices: tuple[Invoice, ...], reason: str, until: datetime | None, again: datetime | None
) -> None:
    told = standing(found, invoices=invoices)

    grace_until = None if until is None else until + GRACE
    assert (told.reason, told.open_until, told.grace_until) == (reason, until, grace_until)
    assert (told.plan, told.most, told.next_attempt_at) == (
        "tumbuh",
        {"client": 25, "employee": 2_500, "seat": 25},
        again,
    )


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired"])
def test_what_was_never_paid_is_as_if_it_were_not_there(status: str) -> None:
    trial = Stand("", "trial", TRIAL_ENDS, TRIAL_ENDS + GRACE, {})

    assert standing() == trial
    assert standing(subscription(status)) == trial
    assert standing(subscription(status), subscription(id="sub_2", began_at=TODAY)).reason == "paid"


def test_prices_that_are_none_of_ours_count_for_nothing() -> None:
    paid = subscription()
    strange = [
        msgspec.structs.replace(paid, items=(msgspec.structs.replace(paid.items[0], lookup_key=key),))
        for key in ("", "tata_gratis_base_idr_month_v1", "tata_tumbuh_base", "tata_tumbuh_client_idr_month_v1")
    ]
    strange += [msgspec.structs.replace(paid, items=(paid.items[0], paid.items[0])), subscription(currency="eur")]

    assert [standing(each).reason for each in strange] == ["trial"] * len(strange)
    # A line of somebody's own beside ours does no harm.
    extra = msgspec.structs.replace(paid.items[1], lookup_key="training")
    assert standing(msgspec.structs.replace(paid, items=(*paid.items, extra))).reason == "paid"


@given(st.permutations(["canceled", "canceled", "active", "past_due", "incomplete"]))
def test_one_counts_whatever_the_order_in_which_they_are_told(statuses: list[str]) -> None:
    many = [
        subscription(
            status,
            id=f"sub_{n}",
            began_at=TODAY - (n + 1) * DAY,
            ended_at=TODAY - n * DAY if status == "canceled" else None,
        )
        for n, status in enumerate(statuses)
    ]
    living = [each for each in many if each.status in ("active", "past_due")]
    oldest = min(living, key=lambda each: each.began_at)

    assert choose(many) == choose(many[::-1]) == oldest
    for stored in living:  # nobody jumps from one to the other by night
        assert choose(many, stored.id) == stored
    ended = [each for each in many if each.status == "canceled"]
    assert choose([*ended, many[statuses.index("incomplete")]]) == max(ended, key=lambda each: each.ended_at or TODAY)
