"""What Stripe says of a customer, in our words: times in UTC, money in Stripe's minor units. And what of it concerns us."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from tatausaha.billing.rules.plans import CURRENCIES, INTERVALS, Meter, Plan, find_plan, from_lookup_key

Status = Literal["incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused"]
ENDED = frozenset({"canceled", "incomplete_expired"})
UNBEGUN = frozenset({"incomplete", "incomplete_expired"})
"""Its first payment never came: as if it were not there."""


class Item(msgspec.Struct, frozen=True):
    """One position of a subscription. The meter is None for a price that is none of ours."""

    id: str
    price_id: str
    lookup_key: str
    quantity: int
    unit_amount: int
    interval: str

    @property
    def meter(self) -> Meter | None:
        found = from_lookup_key(self.lookup_key)
        return found[1] if found else None


class Subscription(msgspec.Struct, frozen=True):
    """A subscription as Stripe holds it. `ends_at` is set when it was cancelled for a day to come."""

    id: str
    customer_id: str
    status: Status
    currency: str
    items: tuple[Item, ...]
    began_at: datetime
    trial_ends_at: datetime | None
    period_starts_at: datetime
    period_ends_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    coupon: str

    @property
    def plan(self) -> Plan | None:
        """The plan of its one base price; None for a subscription that is none of ours."""
        bases = [item for item in self.items if item.meter == "base"]
        found = from_lookup_key(bases[0].lookup_key) if len(bases) == 1 else None
        return find_plan(found[0]) if found else None

    @property
    def interval(self) -> str:
        """How often its base is paid."""
        return next((item.interval for item in self.items if item.meter == "base"), "")

    @property
    def is_ours(self) -> bool:
        """Whether it is of a plan of ours, in a currency and an interval that we sell."""
        return self.plan is not None and self.currency in CURRENCIES and self.interval in INTERVALS

    @property
    def alive(self) -> bool:
        return self.status not in ENDED

    def quantity(self, meter: Meter) -> int:
        return sum(item.quantity for item in self.items if item.meter == meter)


class Line(msgspec.Struct, frozen=True):
    """A line of an invoice; the lookup key is empty where the price is unknown or there is none."""

    price_id: str
    lookup_key: str
    quantity: int
    amount: int
    proration: bool
    words: str
    starts_at: datetime
    ends_at: datetime

    @property
    def meter(self) -> Meter | None:
        found = from_lookup_key(self.lookup_key)
        return found[1] if found else None


class Invoice(msgspec.Struct, frozen=True):
    """An invoice of Stripe's to the provider. `issued_at` is when it was made final, or drafted."""

    id: str
    customer_id: str
    subscription_id: str | None
    number: str
    status: Literal["draft", "open", "paid", "uncollectible", "void"]
    reason: str
    currency: str
    subtotal: int
    tax: int
    total: int
    paid: int
    owed: int
    period_starts_at: datetime
    period_ends_at: datetime
    issued_at: datetime
    due_at: datetime | None
    paid_at: datetime | None
    attempts: int
    next_attempt_at: datetime | None
    page_url: str
    pdf_url: str
    lines: tuple[Line, ...]

    @property
    def failing(self) -> bool:
        """Whether a payment was tried and did not come."""
        return self.status in ("open", "uncollectible") and self.attempts > 0 and self.owed > 0


class Method(msgspec.Struct, frozen=True):
    """A payment method as a person may see it. What is no card has neither digits nor an end."""

    brand: str
    last4: str
    month: int | None
    year: int | None


class Truth(msgspec.Struct, frozen=True):
    """All that Stripe holds of a customer. `balance` is what the customer owes, below zero what is to its credit."""

    customer_id: str
    subscriptions: tuple[Subscription, ...]
    invoices: tuple[Invoice, ...]
    method: Method | None
    balance: int


class Opened(msgspec.Struct, frozen=True):
    """A page of Stripe's that was made for one person."""

    id: str
    url: str
    ends_at: datetime | None


class Price(msgspec.Struct, frozen=True):
    """A price of the account, by its lookup key."""

    id: str
    lookup_key: str
    currency: str
    unit_amount: int
    interval: str


class ItemChange(msgspec.Struct, frozen=True):
    """What an item of a subscription shall be; without an id it is a new one, without a price it keeps its own."""

    item_id: str | None
    price_id: str | None
    quantity: int


class PreviewLine(msgspec.Struct, frozen=True):
    words: str
    amount: int


class Preview(msgspec.Struct, frozen=True):
    """What the next invoice would be."""

    total: int
    tax: int
    currency: str
    lines: tuple[PreviewLine, ...]


def choose(subscriptions: Sequence[Subscription], stored: str | None = None) -> Subscription | None:
    """The subscription that counts: the living one, or else the one that ended last.

    Of two that live, which nobody wants and a person must settle, the one that counts already (`stored`) goes on counting.
    """
    began = [one for one in subscriptions if one.status not in UNBEGUN]
    living = [one for one in began if one.alive]
    if living:
        return min(living, key=lambda one: (one.id != stored, one.began_at, one.id))
    return max(began, key=lambda one: (one.ended_at or one.began_at, one.id), default=None)


def failing_since(subscription: Subscription, invoices: Sequence[Invoice]) -> datetime | None:
    """Since when a payment is due that did not come, or None while all is paid.

    That is the day of the oldest such invoice after the last one that was paid: with that payment the subscription went
    on, whatever is owed from before. What was written off is owed no more, unless all ended because of it.
    """
    own = [each for each in invoices if each.subscription_id == subscription.id]
    paid = max((each.issued_at for each in own if each.status == "paid"), default=None)
    missing = [each for each in own if each.failing and (paid is None or each.issued_at > paid)]
    if subscription.status in ("past_due", "unpaid"):
        owed = (each.issued_at for each in missing if each.status == "open")
        return min(owed, default=subscription.period_starts_at)
    return min((each.issued_at for each in missing), default=None) if subscription.status == "canceled" else None


def next_attempt(subscription: Subscription, invoices: Sequence[Invoice]) -> datetime | None:
    """When the payment that failed is tried again."""
    return min(
        (
            each.next_attempt_at
            for each in invoices
            if each.subscription_id == subscription.id and each.failing and each.next_attempt_at is not None
        ),
        default=None,
    )
