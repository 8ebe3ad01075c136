"""Telling the owners how the subscription stands: what every page tells them, and a letter at each step, once each."""

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.billing import news
from tatausaha.billing.jobs import Watch
from tatausaha.billing.news import Action, Notice
from tatausaha.billing.queries import accounts
from tatausaha.billing.queries.accounts import Subscription
from tatausaha.core import db, entitlements, letters
from tatausaha.core.db import gate_scope
from tatausaha.core.entitlements import Standing
from tatausaha.core.i18n import Language, Text, render, text, use_language
from tatausaha.core.ids import uuid7
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools

LETTER = "subscription"
DOORS: dict[Action, tuple[str, Text]] = {
    "plans": ("/subscription/plans", text("Choose a plan")),
    "portal": ("/subscription", text("Look at the payment method")),
    "subscription": ("/subscription", text("Open the subscription")),
}
"""Where an owner does something about a notice, and what the link says."""


class Owner(msgspec.Struct, frozen=True):
    """Who is written to, in which language."""

    email: str
    language: Language


async def tell(before: Standing | None, after: Standing) -> None:
    """After the truth was stored, in the same scope: keep what pages tell of the card, and have letters written."""
    account, subscription = await accounts.find_account(), await accounts.find_subscription()
    await db.execute(
        "update entitlement set card_ends_on = $1 where card_ends_on is distinct from $1",
        ends_too_early(account.method if account else None, subscription),
    )
    # The trial of a plan goes over into its first period of itself: nobody was late, and nothing was paid yet.
    missed = before is not None and before.state() != "open" and not (before.reason == "trial" and before.plan)
    paid = missed and after.reason == "paid"
    await enqueue(Watch(recovered=paid), once_key=str(uuid7()), link="/subscription")


def ends_too_early(method: dict[str, Any] | None, subscription: Subscription | None) -> date | None:
    """The last day of a card that ends before the next payment is taken; None where it lasts, or none is taken."""
    if (
        method is None
        or not method.get("year")
        or subscription is None
        or not subscription.alive
        or subscription.ends_at
    ):
        return None
    year, month = int(method["year"]), int(method["month"])
    last = date(year, month, calendar.monthrange(year, month)[1])
    return last if last < subscription.period_ends_at.date() else None


async def list_owners(tenant_id: UUID) -> list[Owner]:
    """The provider's owners. Opens a scope of its own: only there is the language of an account known."""
    async with gate_scope():
        return await db.rows(
            Owner,
            "select m.email, a.language from member m join account a on a.id = m.account_id"
            " where m.tenant_id = $1 and m.role = 'owner' and m.ended_at is null order by m.email",
            tenant_id,
        )


async def lift() -> None:
    """Billing was switched off after it had been on: what it once allowed limits nobody any more."""
    await db.execute("delete from entitlement")


async def write(owners: Sequence[Owner], recovered: UUID | None = None) -> None:
    """A letter to each owner about all that holds now; each is written once, however often this runs.

    `recovered` is the job that heard of what was missing having come.
    """
    standing = await entitlements.find()
    if standing is None:
        return
    subscription = await accounts.find_subscription()
    for owner in owners:
        with use_language(owner.language):
            held = news.hold(standing, datetime.now(UTC))
            if subscription and subscription.alive and subscription.ends_at:
                held.append(news.ending(subscription.ends_at))
            if recovered:
                held.append(news.recovered(str(recovered)))
            for notice in held:
                await _write(notice, owner)


async def _write(notice: Notice, owner: Owner) -> None:
    path, label = DOORS[notice.action]
    await letters.write(
        LETTER,
        owner.email,
        once_key=f"{LETTER}:{notice.once}:{owner.email}",
        language=owner.language,
        title=render(notice.title),
        words=[render(sentence) for sentence in notice.words],
        label=render(label),
        link=f"{tools().settings.base_url}{path}",
    )
