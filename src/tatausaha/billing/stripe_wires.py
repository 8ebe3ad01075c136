"""What of Stripe's answers is read, as its API 2026-10-28 shapes it; the names are Stripe's.

Everything else that Stripe answers is passed over; what is read and not there fails loudly.
"""

from typing import Literal

import msgspec

from tatausaha.billing.rules.truth import Status


class Recurring(msgspec.Struct, frozen=True):
    interval: str


class Price(msgspec.Struct, frozen=True):
    id: str
    currency: str
    lookup_key: str | None = None
    unit_amount: int | None = None
    recurring: Recurring | None = None


class Item(msgspec.Struct, frozen=True):
    id: str
    price: Price
    current_period_start: int
    current_period_end: int
    quantity: int | None = None


class Items(msgspec.Struct, frozen=True):
    data: list[Item]


class Code(msgspec.Struct, frozen=True):
    code: str


class Ref(msgspec.Struct, frozen=True):
    id: str


class Source(msgspec.Struct, frozen=True):
    coupon: str | Ref | None = None


class Discount(msgspec.Struct, frozen=True):
    source: Source
    promotion_code: str | Code | None = None


class Card(msgspec.Struct, frozen=True):
    brand: str
    last4: str
    exp_month: int
    exp_year: int


class Method(msgspec.Struct, frozen=True):
    type: str
    card: Card | None = None


class Subscription(msgspec.Struct, frozen=True):
    id: str
    customer: str
    status: Status
    currency: str
    items: Items
    start_date: int
    trial_end: int | None
    cancel_at_period_end: bool
    cancel_at: int | None
    ended_at: int | None
    discounts: list[str | Discount]
    default_payment_method: str | Method | None = None


class Period(msgspec.Struct, frozen=True):
    start: int
    end: int


class PriceDetails(msgspec.Struct, frozen=True):
    price: str | Ref | None = None


class Pricing(msgspec.Struct, frozen=True):
    price_details: PriceDetails | None = None


class ItemDetails(msgspec.Struct, frozen=True):
    proration: bool = False


class LineParent(msgspec.Struct, frozen=True):
    subscription_item_details: ItemDetails | None = None
    invoice_item_details: ItemDetails | None = None


class Line(msgspec.Struct, frozen=True):
    amount: int
    period: Period
    description: str | None = None
    quantity: int | None = None
    parent: LineParent | None = None
    pricing: Pricing | None = None

    @property
    def price_id(self) -> str:
        details = self.pricing.price_details if self.pricing else None
        price = details.price if details else None
        return price.id if isinstance(price, Ref) else price or ""

    @property
    def proration(self) -> bool:
        parent = self.parent or LineParent()
        return any(each.proration for each in (parent.subscription_item_details, parent.invoice_item_details) if each)


class Lines(msgspec.Struct, frozen=True):
    data: list[Line]
    has_more: bool = False


class Tax(msgspec.Struct, frozen=True):
    amount: int


class Transitions(msgspec.Struct, frozen=True):
    finalized_at: int | None = None
    paid_at: int | None = None


class SubscriptionDetails(msgspec.Struct, frozen=True):
    subscription: str | Ref | None = None


class Parent(msgspec.Struct, frozen=True):
    subscription_details: SubscriptionDetails | None = None


class Invoice(msgspec.Struct, frozen=True):
    """An invoice as Stripe sends it; its lines may go on (`lines.has_more`)."""

    id: str
    customer: str
    created: int
    currency: str
    status: Literal["draft", "open", "paid", "uncollectible", "void"] | None
    subtotal: int
    total: int
    amount_paid: int
    amount_remaining: int
    attempt_count: int
    period_start: int
    period_end: int
    lines: Lines
    status_transitions: Transitions
    number: str | None = None
    billing_reason: str | None = None
    parent: Parent | None = None
    total_taxes: list[Tax] | None = None
    due_date: int | None = None
    next_payment_attempt: int | None = None
    hosted_invoice_url: str | None = None
    invoice_pdf: str | None = None

    @property
    def price_ids(self) -> set[str]:
        return {line.price_id for line in self.lines.data if line.price_id}

    @property
    def subscription_id(self) -> str | None:
        details = self.parent.subscription_details if self.parent else None
        found = details.subscription if details else None
        return found.id if isinstance(found, Ref) else found


class Preview(msgspec.Struct, frozen=True):
    currency: str
    total: int
    lines: Lines
    total_taxes: list[Tax] | None = None


class Settings(msgspec.Struct, frozen=True):
    default_payment_method: str | Method | None = None


class Customer(msgspec.Struct, frozen=True):
    """A customer; one that was deleted has nothing but its id."""

    id: str
    balance: int | None = 0
    invoice_settings: Settings = Settings()


class Opened(msgspec.Struct, frozen=True):
    id: str
    url: str
    expires_at: int | None = None
