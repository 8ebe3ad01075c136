"""The provider's account at Stripe, and the subscription as it was told last."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.billing.rules.plans import Currency, Interval
from tatausaha.billing.rules.quantities import Quantities
from tatausaha.core import db
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import text

OVER = ("canceled", "incomplete", "incomplete_expired")
"""What brings no payment: it ended, or its first one never came."""


class Account(msgspec.Struct, frozen=True):
    """Who pays, and by what; `customer_id` is None until Stripe was asked for something."""

    id: UUID
    tenant_id: UUID
    version: int
    customer_id: str | None
    currency: Currency
    name: str
    email: str
    npwp: str | None
    address: str
    trial_ends_at: datetime
    method: dict[str, Any] | None
    balance: int
    asked_at: datetime | None


class Subscription(msgspec.Struct, frozen=True):
    """A subscription as Stripe told it; amounts in minor units."""

    id: UUID
    stripe_id: str
    status: str
    plan: str
    currency: Currency
    interval: Interval
    clients: int
    employees: int
    began_at: datetime
    trial_ends_at: datetime | None
    period_starts_at: datetime
    period_ends_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    failing_since: datetime | None
    next_attempt_at: datetime | None
    coupon: str
    items: list[dict[str, Any]]

    @property
    def alive(self) -> bool:
        """Whether it may still bring a payment."""
        return self.status not in OVER

    @property
    def quantities(self) -> Quantities:
        """What Stripe bills."""
        return Quantities(self.clients, self.employees)


_ACCOUNT = (
    "select id, tenant_id, version, customer_id, currency, name, email, npwp, address, trial_ends_at, method, balance,"
    " asked_at from billing_account limit 1"
)
_SUBSCRIPTION = (
    "select id, stripe_id, status, plan, currency, interval, clients, employees, began_at, trial_ends_at,"
    " period_starts_at, period_ends_at, ends_at, ended_at, failing_since, next_attempt_at, coupon, items from subscription"
)


async def find_account(*, lock: bool = False) -> Account | None:
    """The provider's account; None where billing never was on."""
    return await db.row(Account, f"{_ACCOUNT}{' for update' if lock else ''}")


async def get_account(*, lock: bool = False) -> Account:
    """The provider's account. Raises Conflict where there is none yet."""
    account = await find_account(lock=lock)
    if account is None:
        raise Conflict(text("This firm has no subscription account yet. It is made within a day."))
    return account


async def find_subscription() -> Subscription | None:
    """The subscription that is alive, or else the last one that was."""
    return await db.row(
        Subscription,
        f"{_SUBSCRIPTION} order by array_position($1, status) desc nulls first, began_at desc, id desc limit 1",
        ["incomplete_expired", "incomplete", "canceled"],
    )


async def has_subscribed() -> bool:
    """Whether there ever was a subscription: then the currency is settled."""
    return bool(await db.value("select exists (select from subscription)"))
