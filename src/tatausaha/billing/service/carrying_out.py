"""A job carries out what an owner asked: it reads, asks Stripe outside any transaction, and keeps the answer with its end.

Every step may be repeated: its idempotency key is the job's, and what it sends was decided before the first try.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec

from tatausaha.billing import stripe_api
from tatausaha.billing.jobs import Ask, TellDetails
from tatausaha.billing.queries import accounts, requests
from tatausaha.billing.queries.accounts import Account
from tatausaha.billing.queries.requests import Request
from tatausaha.billing.rules.plans import METERS, Currency, Interval, Meter, Plan, find_plan
from tatausaha.billing.rules.quantities import Quantities
from tatausaha.billing.rules.truth import ItemChange, Opened, Price, Subscription, Truth, choose
from tatausaha.billing.service import following, usage
from tatausaha.billing.service.asking import PAGE
from tatausaha.billing.service.quantities import changes_to, read_now
from tatausaha.core import audit, db
from tatausaha.core.claims import Claim
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools

# Stripe takes no trial on a payment page that ends within two days; an hour more, since a job may be tried again.
SHORTEST_TRIAL = timedelta(hours=49)


class Wish(NamedTuple):
    """A request with all that its job goes by."""

    claim: Claim
    request: Request
    account: Account
    stored: str | None
    """The subscription that counts here."""

    def key(self, step: str) -> str:
        """The idempotency key of one call of this job."""
        return f"{self.claim.row.id}:{step}"


async def carry_out(job: Ask, claim: Claim) -> None:
    """Ask Stripe for what was asked, and keep what came of it."""
    async with claim.scope():
        request, account = await requests.get_request(job.request_id), await accounts.get_account()
        subscription = await accounts.find_subscription()
    if request.state != "asked":
        async with claim.finishing():
            return
    stored = subscription.stripe_id if subscription is not None and subscription.alive else None
    await _WAYS[request.kind](Wish(claim, request, account, stored))


async def give_up(job: Ask, claim: Claim) -> None:
    """The job failed for good: the request says why."""
    async with claim.scope():
        await db.execute(
            "update billing_request set state = 'failed', problem = (select j.error from job j where j.id = $2)"
            " where id = $1 and state = 'asked'",
            *(job.request_id, claim.row.id),
        )


# Each kind ------------------------------------------------------------------------------------------------------------


async def _checkout(wish: Wish) -> None:
    request, account = wish.request, wish.account
    plan = _plan(request)
    prices = await _prices(plan, request.currency, request.interval)  # type: ignore[arg-type]
    coupon = await stripe_api.find_coupon(request.coupon) if request.coupon else None
    if request.coupon and coupon is None:
        return await _fail(wish, text("There is no coupon {code}, or it is not valid any more.", code=request.coupon))
    customer_id = account.customer_id or await _make_customer(wish)
    for number, page in enumerate(await _other_pages(wish)):
        await stripe_api.expire_checkout(wish.key(f"expire{number}"), page.stripe_id)
    if _find_living(await stripe_api.read_truth(customer_id), None) is not None:
        raise Conflict(text("A page that was opened before has been paid: there is a subscription already."))
    trial = account.trial_ends_at if account.trial_ends_at - request.created_at >= SHORTEST_TRIAL else None
    back = f"{tools().settings.base_url}/subscription"
    opened = await stripe_api.create_checkout(
        wish.key("checkout"),
        customer_id=customer_id,
        # A payment page takes no position of which there is none; the night adds it with the first.
        items=[(prices[meter].id, number) for meter, number in _numbers(request.quantities).items() if number],
        trial_ends_at=trial,
        coupon=coupon,
        success_url=f"{back}?paid=yes",
        cancel_url=back,
        language=request.language,
    )
    async with wish.claim.finishing():
        await db.execute(
            "update billing_request set state = 'given_up' where kind = 'checkout' and state = 'open' and id <> $1",
            request.id,
        )
        await _keep_page(wish, opened)
    return None


async def _change(wish: Wish) -> None:
    """At once, with what the rest of the period costs more or less; the quantities only rise, as within any period."""
    subscription = await _living(wish)
    changes = await _items(wish.request, subscription)
    if changes:
        await stripe_api.change_items(wish.key("change"), subscription.id, changes, prorate=True)
    await _follow(wish, subscription)


async def _cancel(wish: Wish) -> None:
    subscription = await _living(wish)
    await stripe_api.cancel_at_period_end(wish.key("cancel"), subscription.id, True)
    await _follow(wish, subscription)


async def _resume(wish: Wish) -> None:
    subscription = await _living(wish)
    if subscription.status == "paused":
        # It pays anew from now on: for what is served now.
        changes = await changes_to(wish.request.quantities, subscription)
        if changes:
            await stripe_api.change_items(wish.key("count"), subscription.id, changes, prorate=False)
        await stripe_api.resume(wish.key("resume"), subscription.id)
    elif subscription.ends_at is not None:
        await stripe_api.cancel_at_period_end(wish.key("resume"), subscription.id, False)
    await _follow(wish, subscription)


async def _portal(wish: Wish) -> None:
    back = f"{tools().settings.base_url}/subscription"
    opened = await stripe_api.open_portal(wish.key("portal"), _customer(wish), back)
    async with wish.claim.finishing():
        await _keep_page(wish, opened)


async def _preview(wish: Wish) -> None:
    """What the next invoice will be, or would be by another plan; nothing changes."""
    subscription = await _living(wish)
    changes = await _items(wish.request, subscription) if wish.request.plan else []
    answer = await stripe_api.preview(_customer(wish), subscription.id, changes)
    async with wish.claim.finishing():
        await db.execute(
            "update billing_request set state = 'done', answer = $2 where id = $1",
            *(wish.request.id, msgspec.to_builtins(answer)),
        )


_WAYS: dict[str, Callable[[Wish], Awaitable[None]]] = {
    "checkout": _checkout,
    "change": _change,
    "cancel": _cancel,
    "resume": _resume,
    "portal": _portal,
    "preview": _preview,
}


# Their steps ----------------------------------------------------------------------------------------------------------


async def _make_customer(wish: Wish) -> str:
    """The customer, kept before anything else is asked, so that whatever happens then there is one.

    What the details are may change before the next try, so they are no part of the question that is repeated: they are
    told to it afterwards, as any change of them is.
    """
    account = wish.account
    made = await stripe_api.create_customer(wish.key("customer"), tenant_id=str(account.tenant_id))
    async with wish.claim.scope():
        kept: str = await db.value(
            "update billing_account set customer_id = coalesce(customer_id, $1) returning customer_id", made
        )
        await enqueue(TellDetails(), once_key=f"customer {kept}", link=f"{PAGE}/details")
        await audit.record("created", "billing_account", account.id)
    return kept


async def _other_pages(wish: Wish) -> Sequence[Request]:
    """Payment pages opened before: two that are paid would be two subscriptions."""
    async with wish.claim.scope():
        return [page for page in await requests.list_open_pages() if page.id != wish.request.id]


async def _items(request: Request, subscription: Subscription) -> list[ItemChange]:
    """What the items of a subscription must become; empty when they are so already."""
    plan = _plan(request)
    prices = await _prices(plan, subscription.currency, request.interval)  # type: ignore[arg-type]
    held = Quantities(subscription.quantity("client"), subscription.quantity("employee"))
    numbers = _numbers(
        request.quantities if request.interval != subscription.interval else request.quantities.most(held)
    )
    have = {item.meter: item for item in subscription.items}
    changes = []
    for meter, number in numbers.items():
        item = have.get(meter)
        if item is None and number:
            changes.append(ItemChange(None, prices[meter].id, number))
        elif item is not None and (item.price_id, item.quantity) != (prices[meter].id, number):
            changes.append(ItemChange(item.id, prices[meter].id, number))
    return changes


async def _prices(plan: Plan, currency: Currency, interval: Interval) -> dict[Meter, Price]:
    """What Stripe sells the plan by. Raises Conflict when a price is missing there, or costs another amount."""
    keys = {meter: plan.lookup_key(meter, currency, interval) for meter in METERS}
    found = await stripe_api.find_prices(list(keys.values()))
    for meter, key in keys.items():
        if key not in found or found[key].unit_amount != plan.amount(meter, currency, interval):
            raise Conflict(
                text(
                    "The payment service does not sell {plan} at this price. Whoever runs this system must set it up.",
                    plan=plan.name,
                )
            )
    return {meter: found[key] for meter, key in keys.items()}


async def _follow(wish: Wish, before: Subscription) -> None:
    """Keep what Stripe holds now, with the end of the request. A period that it began was begun by its count."""
    truth, asked_at = await read_now(wish.claim, _customer(wish))
    async with wish.claim.finishing():
        await following.apply(truth, asked_at)
        now = await accounts.find_subscription()
        if now is not None and now.stripe_id == before.id and now.period_starts_at != before.period_starts_at:
            await usage.begin_with(now, wish.request.quantities)
        await db.execute("update billing_request set state = 'done' where id = $1", wish.request.id)
        await audit.record("changed", "subscription", wish.request.id, kind=wish.request.kind, plan=wish.request.plan)


async def _keep_page(wish: Wish, opened: Opened) -> None:
    await db.execute(
        "update billing_request set state = 'open', stripe_id = $2, url = $3, url_ends_at = $4 where id = $1",
        *(wish.request.id, opened.id, opened.url, opened.ends_at),
    )


async def _fail(wish: Wish, sentence: Text, field: str = "coupon") -> None:
    async with wish.claim.finishing():
        await db.execute(
            "update billing_request set state = 'failed', problem = $2 where id = $1",
            *(wish.request.id, {**msgspec.to_builtins(sentence), "field": field}),
        )


def _numbers(quantities: Quantities) -> dict[Meter, int]:
    return {"base": 1, "client": quantities.clients, "employee": quantities.employees}


def _plan(request: Request) -> Plan:
    plan = find_plan(request.plan)
    if plan is None:
        raise Conflict(text("This plan is not sold any more. Choose another one."))
    return plan


def _customer(wish: Wish) -> str:
    if wish.account.customer_id is None:
        raise Conflict(text("There is no subscription yet. Choose a plan first."))
    return wish.account.customer_id


async def _living(wish: Wish) -> Subscription:
    """The subscription of ours that is alive at Stripe."""
    found = _find_living(await stripe_api.read_truth(_customer(wish)), wish.stored)
    if found is None:
        raise Conflict(text("There is no subscription that goes on. Choose a plan to begin anew."))
    return found


def _find_living(truth: Truth, stored: str | None) -> Subscription | None:
    found = choose([each for each in truth.subscriptions if each.is_ours], stored)
    return found if found is not None and found.alive else None
