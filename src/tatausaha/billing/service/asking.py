"""What an owner asks of the payment service is written down with the job that asks, and answered when the job has.

One change at a time: two that cross would each be right about what the other was about to change.
"""

from datetime import UTC, datetime
from typing import get_args
from uuid import UUID

from tatausaha.billing.jobs import Ask
from tatausaha.billing.queries import accounts, requests
from tatausaha.billing.queries.accounts import Account, Subscription
from tatausaha.billing.queries.requests import Kind
from tatausaha.billing.rules.downgrade import list_over
from tatausaha.billing.rules.plans import CURRENCIES, INTERVALS, find_plan
from tatausaha.billing.service import usage
from tatausaha.billing.service.usage import Counted
from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, current_language, text
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools

ATTENTION = text("Some fields need your attention.")
LONGEST_COUPON = 100
PAGE = "/subscription"
TELLING_COUNTS = ("checkout", "change", "resume")
CHANGEABLE = ("trialing", "active", "past_due")


async def ask(
    kind: Kind,
    *,
    plan: str = "",
    interval: str = "",
    currency: str = "",
    coupon: str = "",
    shown_amount: int | None = None,
) -> UUID:
    """Ask for a payment page, another plan, the end, a resumption, the portal or a preview; gives the request's id.

    Needs the provider's scope, open. What is used is counted for it. `shown_amount` is what the person saw, in minor units.
    Raises `Invalid` for a plan or currency that is none, and `Conflict` where it cannot be, or while another is on its way.
    """
    assert kind in get_args(Kind)
    if not tools().settings.billing:
        raise Conflict(text("Billing is switched off where this system runs."))
    account, subscription = await accounts.get_account(), await accounts.find_subscription()
    living = subscription if subscription is not None and subscription.alive else None
    counted = await (usage.count(datetime.now(UTC)) if kind in TELLING_COUNTS else usage.look())
    if plan:
        refuse_plan(plan, counted)
    _refuse(kind, account, living, plan, interval, currency)
    if kind == "checkout" and subscription is not None and currency != subscription.currency:
        raise Invalid(ATTENTION, {"currency": text("The currency stays as it was when you first subscribed.")})
    request_id = uuid7()
    await _insert(request_id, kind, (plan, interval, currency, coupon.strip()[:LONGEST_COUPON]), counted, shown_amount)
    await enqueue(Ask(request_id=request_id), once_key=str(request_id), link=PAGE)
    if kind != "preview":
        await audit.record("asked", "subscription", request_id, kind=kind, plan=plan, shown=shown_amount)
    return request_id


def refuse_plan(code: str, counted: Counted) -> None:
    """Raise `Invalid` for a plan that is none, or holds less than is in use: with what to do about each."""
    plan = find_plan(code)
    if plan is None:
        raise Invalid(ATTENTION, {"plan": text("Choose one of the given values.")})
    over = list_over(plan, counted.by_limit)
    if over:
        raise Invalid(over[0].sentence, {"plan": over[0].sentence, **{each.what: each.sentence for each in over}})


def _refuse(kind: Kind, account: Account, living: Subscription | None, plan: str, interval: str, currency: str) -> None:
    """Raise for what cannot be, by what Stripe said last."""
    if kind == "checkout":
        if living is not None:
            raise Conflict(text("There is a subscription already. Change its plan instead."))
        if not plan or interval not in INTERVALS or currency not in CURRENCIES:
            raise Invalid(ATTENTION, {"plan": text("Choose a plan, how often it is paid, and the currency.")})
        return
    if account.customer_id is None:
        raise Conflict(text("There is no subscription yet. Choose a plan first."))
    if kind == "portal":
        return
    if living is None:
        raise Conflict(text("There is no subscription that goes on. Choose a plan to begin anew."))
    if kind == "change" or (kind == "preview" and plan):
        _refuse_change(living, plan, interval)
    elif kind == "cancel" and living.ends_at is not None:
        raise Conflict(text("The subscription is cancelled already and ends with its period."))
    elif kind == "resume" and living.ends_at is None and living.status != "paused":
        raise Conflict(text("The subscription goes on; there is nothing to resume."))


def _refuse_change(living: Subscription, plan: str, interval: str) -> None:
    if not plan or interval not in INTERVALS:
        raise Invalid(ATTENTION, {"plan": text("Choose a plan and how often it is paid.")})
    if (plan, interval) == (living.plan, living.interval):
        raise Conflict(text("This is the plan that you have."))
    if living.ends_at is not None:
        raise Conflict(text("The subscription ends with its period. Resume it first, then change its plan."))
    if living.status not in CHANGEABLE:
        raise Conflict(text("The plan cannot be changed while the subscription waits for a payment."))


async def _insert(
    request_id: UUID, kind: Kind, wish: tuple[str, str, str, str], counted: Counted, shown_amount: int | None
) -> None:
    """The request, or Conflict naming the change that is on its way."""
    await _give_up_dead()
    actor = current_actor()
    made = await db.execute(
        "insert into billing_request (id, kind, plan, interval, currency, coupon, language, clients, employees,"
        " shown_amount, actor_id, actor_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " on conflict (tenant_id) where state = 'asked' and kind in ('checkout', 'change', 'cancel', 'resume') do nothing",
        *(request_id, kind, *wish, current_language(), counted.clients, counted.employees, shown_amount),
        *(actor.id, actor.name),
    )
    if not made:
        other = await requests.find_waiting()
        raise Conflict(_OTHER[other.kind](other.actor_name) if other else text("Please try again."))


async def close_pages() -> None:
    """There is a subscription: the payment page that led to it is done."""
    await db.execute("update billing_request set state = 'done' where kind = 'checkout' and state = 'open'")


async def _give_up_dead() -> None:
    """A request whose job ended without an answer, its worker dead each time, stands in nobody's way."""
    await db.execute(
        "update billing_request r set state = 'given_up' where r.state = 'asked' and not exists (select from job j"
        " where j.kind = $1 and j.once_key = r.id::text and j.state in ('queued', 'sent', 'running'))",
        Ask.kind,
    )


def _checkout(name: str) -> Text:
    return text("{name} asked for a payment page a moment ago. Wait until it is there.", name=name)


def _change(name: str) -> Text:
    return text("{name} asked for another plan a moment ago. Wait until that is done, then look again.", name=name)


def _cancel(name: str) -> Text:
    return text("{name} asked to end the subscription a moment ago. Wait until that is done.", name=name)


def _resume(name: str) -> Text:
    return text("{name} asked to go on with the subscription a moment ago. Wait until that is done.", name=name)


_OTHER = {"checkout": _checkout, "change": _change, "cancel": _cancel, "resume": _resume}
