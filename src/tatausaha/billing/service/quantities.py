"""Each night the provider is counted, and Stripe told the quantities that follow from it.

A worker killed between Stripe's answer and our commit leaves nothing to mend: the next try begins by reading what Stripe
holds, and finds that it holds what was wanted.
"""

from collections.abc import Sequence
from datetime import datetime

from tatausaha.billing import stripe_api
from tatausaha.billing.queries import accounts
from tatausaha.billing.rules.plans import Meter, sister_key
from tatausaha.billing.rules.quantities import Quantities, Step, wanted
from tatausaha.billing.rules.truth import ItemChange, Subscription, Truth, choose
from tatausaha.billing.service import following, usage
from tatausaha.billing.service.accounts import ensure
from tatausaha.core import db
from tatausaha.core.claims import Claim
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import text
from tatausaha.core.process import tools

FOLLOWED = ("trialing", "active", "past_due")
BILLED: tuple[Meter, ...] = ("client", "employee")


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
        steps = await _learn(truth, asked_at, now)
    for step in steps:
        await _take(step, truth, claim)
        truth, asked_at = await read_now(claim, account.customer_id)
    async with claim.finishing():
        await following.apply(truth, asked_at)


async def read_now(claim: Claim, customer_id: str) -> tuple[Truth, datetime]:
    """What Stripe holds of the customer, and when it was asked, by the database's clock."""
    async with claim.scope():
        asked_at: datetime = await db.value("select clock_timestamp()")
    return await stripe_api.read_truth(customer_id), asked_at


async def _learn(truth: Truth, asked_at: datetime, now: datetime) -> Sequence[Step]:
    """Keep what Stripe holds, its period included, then count; gives the steps from the one to the other."""
    await following.apply(truth, asked_at)
    counted = (await usage.count(now)).quantities
    stored = await accounts.find_subscription()
    subscription = _running(truth)
    if subscription is None or stored is None or stored.stripe_id != subscription.id:
        return ()
    held = Quantities(subscription.quantity("client"), subscription.quantity("employee"))
    return wanted(held, counted, await usage.charged(stored), now=now, period_ends_at=subscription.period_ends_at)


def _running(truth: Truth) -> Subscription | None:
    found = choose([each for each in truth.subscriptions if each.is_ours])
    return found if found is not None and found.status in FOLLOWED else None


async def _take(step: Step, truth: Truth, claim: Claim) -> None:
    """One call. Its key names what it sets: a second try that counts anew asks for something else."""
    subscription = _running(truth)
    assert subscription is not None
    aim = {"client": step.quantities.clients, "employee": step.quantities.employees}
    key = f"{claim.row.id}:{'charged' if step.prorate else 'free'}:{aim['client']}:{aim['employee']}"
    changes = [change for meter in BILLED if (change := await _change(subscription, meter, aim[meter])) is not None]
    await stripe_api.change_items(key, subscription.id, changes, prorate=step.prorate)


async def _change(subscription: Subscription, meter: Meter, number: int) -> ItemChange | None:
    """What a meter's item must become; None where there is none and need be none."""
    item = next((item for item in subscription.items if item.meter == meter), None)
    if item is not None:
        return ItemChange(item.id, None, number)  # another plan may be chosen at this moment
    if not number:
        return None
    base = next(item for item in subscription.items if item.meter == "base")
    key = sister_key(base.lookup_key, meter)
    price = (await stripe_api.find_prices([key])).get(key)
    if price is None:
        raise Conflict(text("The payment service lacks a price. Whoever runs this system must set it up."))
    return ItemChange(None, price.id, number)
