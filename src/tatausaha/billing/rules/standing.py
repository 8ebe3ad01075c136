"""How a provider stands, from what Stripe says of its subscription: until when everything may be begun, and the grace after."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from tatausaha.billing.rules.truth import Invoice, Subscription, choose, failing_since, next_attempt

Reason = Literal["trial", "paid", "card", "unpaid", "paused", "ended"]


class Stand(msgspec.Struct, frozen=True):
    """What becomes of the entitlement. Times of None have no end; of what `most` does not name, there is no limit."""

    plan: str
    reason: Reason
    open_until: datetime | None
    grace_until: datetime | None
    most: dict[str, int]
    next_attempt_at: datetime | None = None


def stand(
    subscriptions: Sequence[Subscription],
    invoices: Sequence[Invoice],
    *,
    trial_ends_at: datetime,
    grace: timedelta,
    stored: str | None = None,
) -> Stand:
    """The standing by the subscription that counts; without one, by the trial that began with the provider.

    A payment that does not come lets the grace begin on the day it was due. What then ends because of it gets no second
    grace: the clock of the first goes on.
    """
    subscription = choose([one for one in subscriptions if one.is_ours], stored)
    if subscription is None or subscription.plan is None:
        return Stand("", "trial", trial_ends_at, trial_ends_at + grace, {})
    reason, until = _clock(subscription, failing_since(subscription, invoices))
    plan, ends = subscription.plan, None if until is None else until + grace
    return Stand(plan.code, reason, until, ends, plan.most, next_attempt(subscription, invoices))


def _clock(subscription: Subscription, failing: datetime | None) -> tuple[Reason, datetime | None]:
    match subscription.status:
        case "trialing":
            return "trial", subscription.trial_ends_at
        case "past_due":
            return "card", failing
        case "unpaid":
            return "unpaid", failing
        case "paused":
            return "paused", subscription.trial_ends_at or subscription.period_starts_at
        case "canceled":
            ended = subscription.ended_at or subscription.period_ends_at
            return "ended", min(ended, failing or ended)
        case _:
            return "paid", None
