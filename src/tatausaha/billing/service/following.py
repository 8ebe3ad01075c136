"""Following the truth: what Stripe holds is stored here as it was told, and decides what the provider may begin.

An answer counts by when its question was asked (`asked_at`, by the database's clock, before the question). So it does not
matter in which order answers come, how often, or what was missed between: the youngest question wins, and the rest says
nothing new.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tatausaha.billing.queries import accounts
from tatausaha.billing.queries.accounts import Account
from tatausaha.billing.rules.plans import CURRENCIES
from tatausaha.billing.rules.standing import Stand, stand
from tatausaha.billing.rules.truth import (
    UNBEGUN,
    Invoice,
    Item,
    Line,
    Subscription,
    Truth,
    choose,
    failing_since,
    next_attempt,
)
from tatausaha.billing.service import asking, notices, usage
from tatausaha.core import audit, db, entitlements
from tatausaha.core.process import tools

_LIVING = "status not in ('canceled', 'incomplete', 'incomplete_expired')"
_KEEP_SUBSCRIPTION = """
insert into subscription as s (stripe_id, asked_at, status, plan, currency, interval, clients, employees, began_at,
  trial_ends_at, period_starts_at, period_ends_at, ends_at, ended_at, failing_since, next_attempt_at, coupon, items)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
on conflict (stripe_id) do update set asked_at = excluded.asked_at, status = excluded.status, plan = excluded.plan,
  currency = excluded.currency, interval = excluded.interval, clients = excluded.clients, employees = excluded.employees,
  began_at = excluded.began_at, trial_ends_at = excluded.trial_ends_at, period_starts_at = excluded.period_starts_at,
  period_ends_at = excluded.period_ends_at, ends_at = excluded.ends_at, ended_at = excluded.ended_at,
  failing_since = excluded.failing_since, next_attempt_at = excluded.next_attempt_at, coupon = excluded.coupon,
  items = excluded.items
where s.asked_at < excluded.asked_at
"""
# What Stripe knows nothing of lives no more.
_END_UNKNOWN = f"""
update subscription set status = 'canceled', ended_at = $1, asked_at = $1
where {_LIVING} and stripe_id <> all($2) and asked_at < $1
"""  # noqa: S608 - our own words
_KEEP_INVOICES = """
insert into stripe_invoice as i (asked_at, stripe_id, subscription_id, number, status, reason, currency, subtotal, tax, total,
  paid, owed, period_starts_at, period_ends_at, issued_at, due_at, paid_at, attempts, next_attempt_at, page_url, pdf_url, lines)
select $1, r.* from jsonb_to_recordset($2) as r (id text, subscription_id text, number text, status text, reason text,
  currency text, subtotal bigint, tax bigint, total bigint, paid bigint, owed bigint, period_starts_at timestamptz,
  period_ends_at timestamptz, issued_at timestamptz, due_at timestamptz, paid_at timestamptz, attempts int,
  next_attempt_at timestamptz, page_url text, pdf_url text, lines jsonb)
on conflict (stripe_id) do update set asked_at = excluded.asked_at, subscription_id = excluded.subscription_id,
  number = excluded.number, status = excluded.status, reason = excluded.reason, subtotal = excluded.subtotal,
  tax = excluded.tax, total = excluded.total, paid = excluded.paid, owed = excluded.owed,
  period_starts_at = excluded.period_starts_at, period_ends_at = excluded.period_ends_at, issued_at = excluded.issued_at,
  due_at = excluded.due_at, paid_at = excluded.paid_at, attempts = excluded.attempts,
  next_attempt_at = excluded.next_attempt_at, page_url = excluded.page_url, pdf_url = excluded.pdf_url, lines = excluded.lines
where i.asked_at < excluded.asked_at
"""
_KEEP_STANDING = """
insert into entitlement (plan, reason, open_until, grace_until, most, next_attempt_at) values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id) do update set plan = excluded.plan, reason = excluded.reason, open_until = excluded.open_until,
  grace_until = excluded.grace_until, most = excluded.most, next_attempt_at = excluded.next_attempt_at
"""


class _Seen(msgspec.Struct, frozen=True):
    """What people see of a subscription, to know whether it changed."""

    stripe_id: str
    status: str
    plan: str
    interval: str
    clients: int
    employees: int
    ends_at: datetime | None
    failing_since: datetime | None
    coupon: str


async def apply(truth: Truth, asked_at: datetime) -> bool:
    """Store what Stripe holds and what follows from it, in the open scope of the provider.

    Gives False, and changes nothing, when a younger answer stands there already, or the customer is not the provider's.
    Of several living subscriptions the one that counts is stored; what has no price of ours is left alone. Both are for
    the comparison to report.
    """
    account = await accounts.get_account(lock=True)
    if account.customer_id != truth.customer_id or (account.asked_at is not None and account.asked_at >= asked_at):
        return False
    before, seen = await entitlements.find(), await _list_seen()
    stored = await db.value(f"select stripe_id from subscription where {_LIVING}")  # noqa: S608 - our own words
    changed = await _keep_account(account, truth, asked_at)
    changed |= await _keep_subscriptions(truth, stored, asked_at)
    running = await accounts.find_subscription()
    if running is not None and running.status not in UNBEGUN:
        await usage.roll(running)
        if running.alive:
            await asking.close_pages()
    changed |= await _keep_invoices(truth, asked_at)
    strange = any(each.id == stored and each.alive and not each.is_ours for each in truth.subscriptions)
    if not strange:  # a living one whose prices somebody changed at Stripe stays as it stood, until a person has looked
        await _keep_standing(account, truth, stored)
    after = await entitlements.find()
    changed |= seen != await _list_seen() or before != after
    if changed and after is not None:
        await notices.tell(before, after)
    return True


async def _list_seen() -> list[_Seen]:
    return await db.rows(
        _Seen,
        "select stripe_id, status, plan, interval, clients, employees, ends_at, failing_since, coupon from subscription"
        " order by stripe_id",
    )


async def _keep_account(account: Account, truth: Truth, asked_at: datetime) -> bool:
    method = None if truth.method is None else msgspec.to_builtins(truth.method)
    await db.execute(
        "update billing_account set asked_at = $1, method = $2, balance = $3", asked_at, method, truth.balance
    )
    if method == account.method:
        return False
    await audit.record("changed", "payment_method", account.id)
    return True


async def _keep_subscriptions(truth: Truth, stored: str | None, asked_at: datetime) -> bool:
    """Those that ended before the living one, since one lives at a time."""
    ours = [each for each in truth.subscriptions if each.is_ours and each.customer_id == truth.customer_id]
    counts = choose(ours, stored)
    kept = [each for each in ours if each.status in UNBEGUN or not each.alive or each == counts]
    known = [each.id for each in truth.subscriptions]
    before = {each.stripe_id: each for each in await _list_seen()}
    await db.execute(_END_UNKNOWN, asked_at, known)
    for subscription in sorted(kept, key=lambda each: each.alive):
        await _keep_subscription(subscription, truth.invoices, asked_at)
    after = await _list_seen()
    for now in after:
        if before.get(now.stripe_id) != now:
            await _record(before.get(now.stripe_id), now)
    return after != list(before.values())


async def _keep_subscription(one: Subscription, invoices: Sequence[Invoice], asked_at: datetime) -> None:
    plan = one.plan
    assert plan is not None
    await db.execute(
        _KEEP_SUBSCRIPTION,
        *(one.id, asked_at, one.status, plan.code, one.currency, one.interval),
        *(one.quantity("client"), one.quantity("employee"), one.began_at, one.trial_ends_at),
        *(one.period_starts_at, one.period_ends_at, one.ends_at, one.ended_at),
        *(failing_since(one, invoices), next_attempt(one, invoices), one.coupon, [_shown_item(i) for i in one.items]),
    )


async def _record(before: _Seen | None, now: _Seen) -> None:
    """The history that owners read: what became of the subscription."""
    key = await db.value("select id from subscription where stripe_id = $1", now.stripe_id)
    action = "created" if before is None else "ended" if now.status == "canceled" != before.status else "changed"
    detail = {name: value for name, value in msgspec.to_builtins(now).items() if name != "stripe_id"}
    await audit.record(action, "subscription", key, **detail)


async def _keep_invoices(truth: Truth, asked_at: datetime) -> bool:
    """Every invoice in a currency of ours. Gives whether one is new, was paid or failed."""
    own = [each for each in truth.invoices if each.customer_id == truth.customer_id]
    rows = [_shown_invoice(each) for each in own if each.currency in CURRENCIES]
    before = {row["stripe_id"]: row for row in await _invoice_states()}
    await db.execute(_KEEP_INVOICES, asked_at, rows)
    changed = [row for row in await _invoice_states() if row != before.get(row["stripe_id"])]
    for row in changed:
        if row["status"] == "paid":
            await audit.record("paid", "stripe_invoice", row["id"], number=row["number"])
        elif row["status"] == "open":
            action = "failed" if row["attempts"] else "issued"
            await audit.record(action, "stripe_invoice", row["id"], number=row["number"])
    return bool(changed)


async def _invoice_states() -> list[dict[str, Any]]:
    found = await db.records("select id, stripe_id, status, attempts, number from stripe_invoice order by stripe_id")
    return [dict(each) for each in found]


async def _keep_standing(account: Account, truth: Truth, stored: str | None) -> None:
    first = await entitlements.find() is None
    found = standing_of(truth, account.trial_ends_at, stored)
    await db.execute(
        _KEEP_STANDING,
        *(found.plan, found.reason, found.open_until, found.grace_until, found.most, found.next_attempt_at),
    )
    if first:
        await entitlements.recount()


def standing_of(truth: Truth, trial_ends_at: datetime, stored: str | None) -> Stand:
    """How the provider stands by what Stripe holds of its customer, with the grace that the settings give."""
    return stand(
        [each for each in truth.subscriptions if each.customer_id == truth.customer_id],
        truth.invoices,
        trial_ends_at=trial_ends_at,
        grace=timedelta(days=tools().settings.grace_days),
        stored=stored,
    )


def _shown_item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "price": item.price_id,
        "meter": item.meter or "",
        "quantity": item.quantity,
        "unit_amount": item.unit_amount,
    }


def _shown_invoice(invoice: Invoice) -> dict[str, Any]:
    return {**msgspec.to_builtins(invoice), "lines": [_shown_line(line) for line in invoice.lines]}


def _shown_line(line: Line) -> dict[str, Any]:
    return {
        "meter": line.meter or "",
        "price": line.price_id,
        "quantity": line.quantity,
        "amount": line.amount,
        "proration": line.proration,
        "words": line.words,
        "from": line.starts_at.isoformat(),
        "to": line.ends_at.isoformat(),
    }
