"""Each night the provider is counted, and Stripe told the quantities that follow from it.

A worker killed between Stripe's answer and our commit leaves nothing to mend: the next try begins by reading what Stripe
holds, and finds that it holds what was wanted.
"""

from collections.abc import Sequence
from datetime import datetime

from tatausaha.billing import stripe_api
from tatausaha.billing.queries import accounts
from tatausaha.billing.queries.accounts import Subscription as Stored
from tatausaha.billing.rules.plans import Meter, sister_key
from tatausaha.billing.rules.quantities import Quantities, Step, wanted
from tatausaha.billing.rules.truth import ItemChange, Subscription, Truth
from tatausaha.billing.service import following, usage
from tatausaha.billing.service.accounts import ensure
from tatausaha.core import db
from tatausaha.core.claims import Claim
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import text
from tatausaha.core.process import tools

FOLLOWED = ("trialing", "active", "past_due", "unpaid")


async def follow_count(claim: Claim, now: datetime) -> None:
    """Count, and set the quantities at Stripe where they follow. A provider without an account gets its trial."""
    async with claim.scope():
        account = await ensure(tools().settings, now)
    if account is None or account.customer_id is None or not tools().settings.billing:
        async with claim.finishing():
            if account is not None:
                await usage.count(now)
        return
    truth, asked_at = await read_now(claim, account.customer_id)
    async with claim.scope():
        steps, stored = await _learn(truth, asked_at, now), await accounts.find_subscription()
    for step in steps:
        await _take(step, truth, stored, claim)
        truth, asked_at = await read_now(claim, account.customer_id)
    async with claim.finishing():
        await following.apply(truth, asked_at)


async def read_now(claim: Claim, customer_id: str) -> tuple[Truth, datetime]:
    """What Stripe holds of the customer, and when it was asked, by the database's clock."""
    async with claim.scope():
        asked_at: datetime = await db.value("select clock_timestamp()")
    return await stripe_api.read_truth(customer_id), asked_at


async def changes_to(aim: Quantities, subscription: Subscription) -> list[ItemChange]:
    """What the items must become to bill these quantities; empty when they do."""
    numbers: dict[Meter, int] = {"client": aim.clients, "employee": aim.employees}
    items = {item.meter: item for item in subscription.items}
    changes = []
    for meter, number in numbers.items():
        item = items.get(meter)
        if item is not None and item.quantity != number:
            changes.append(ItemChange(item.id, None, number))  # another plan may be chosen at this moment
        elif item is None and number:
            changes.append(ItemChange(None, await _price_beside(items["base"].lookup_key, meter), number))
    return changes


async def _learn(truth: Truth, asked_at: datetime, now: datetime) -> Sequence[Step]:
    """Keep what Stripe holds, its period included, then count; gives the steps from the one to the other."""
    await following.apply(truth, asked_at)
    counted = (await usage.count(now)).quantities
    stored = await accounts.find_subscription()
    subscription = _running(truth, stored)
    if stored is None or subscription is None:
        return ()
    held = Quantities(subscription.quantity("client"), subscription.quantity("employee"))
    return wanted(held, counted, await usage.charged(stored), now=now, period_ends_at=subscription.period_ends_at)


def _running(truth: Truth, stored: Stored | None) -> Subscription | None:
    """The subscription that counts here, if it is billed."""
    return next(
        (
            each
            for each in truth.subscriptions
            if stored is not None and each.id == stored.stripe_id and each.is_ours and each.status in FOLLOWED
        ),
        None,
    )


async def _take(step: Step, truth: Truth, stored: Stored | None, claim: Claim) -> None:
    """One call. Its key names what it sets: a second try that counts anew asks for something else."""
    subscription = _running(truth, stored)
    changes = await changes_to(step.quantities, subscription) if subscription is not None else []
    if subscription is None or not changes:
        return  # it ended, or was changed, since it was counted; the next night looks again
    aim = f"{step.quantities.clients}:{step.quantities.employees}"
    key = f"{claim.row.id}:{'charged' if step.prorate else 'free'}:{aim}"
    await stripe_api.change_items(key, subscription.id, changes, prorate=step.prorate)


async def _price_beside(base: str, meter: Meter) -> str:
    key = sister_key(base, meter)
    price = (await stripe_api.find_prices([key])).get(key)
    if price is None:
        raise Conflict(text("The payment service lacks a price. Whoever runs this system must set it up."))
    return price.id
