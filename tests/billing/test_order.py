"""Events come in any order, twice, late, all at once or not at all: the same is stored in the end, and happened once.

`TATA_TEST_ORDERS` is how many orders are tried.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from tatausaha.billing import inbox, stripe_api
from tatausaha.billing.jobs import Follow
from tatausaha.billing.rules.truth import ItemChange
from tatausaha.core import db
from tests.billing.steps import begin_trial, compare, customer_of, wish
from tests.make import Office, drain, make_office
from tests.stripe_double import Double
from workers.runtime import execute

ORDERS = int(os.environ.get("TATA_TEST_ORDERS", "12"))
AT_A_STORY = 4  # orders that are tried for each story
DAY = timedelta(days=1)
KINDS = ("subscription", "stripe_invoice", "payment_method")

# What happens at Stripe after the subscription was bought, a step at a time.
STEPS = (
    "a month",
    "a week",
    "a card that declines",
    "a card that works",
    "no card",
    "pay",
    "more clients",
    "end",
    "on",
)
stories = st.lists(st.sampled_from(STEPS), min_size=1, max_size=6)


class Post:
    """How the events of a story come: in which order, which twice, which never, how many at once."""

    def __init__(self, chance: Random, events: Sequence[Any]) -> None:
        order = chance.sample(events, len(events))
        again = chance.choices(events, k=chance.randrange(6))
        lost = {each["id"] for each in order[: chance.choice([0, 0, chance.randint(0, len(order)), len(order)])]}
        self.lost = bool(lost)
        self.events = [each for each in [*order, *again] if each["id"] not in lost]
        self.at_once = chance.choice([1, 3, 20])

    async def deliver(self, office: Office, stripe: Double) -> None:
        """Each is signed when it is sent, as Stripe does when it tries again a day later."""
        for start in range(0, len(self.events), self.at_once):
            part = self.events[start : start + self.at_once]
            answers = await asyncio.gather(*(stripe.deliver(office.app, [each]) for each in part))
            assert all(statuses == [200] for statuses in answers)
            await asyncio.gather(inbox.route(), inbox.route())
            await work(office)
        if self.lost:
            await compare(office)
        await drain(office.tenant_id)


async def work(office: Office) -> None:
    """Workers take all that waits at the same time."""
    async with office.scope():
        waiting = await db.records("select id from job where state in ('queued', 'sent')")
    await asyncio.gather(*(execute(each["id"]) for each in waiting))


@pytest.fixture
async def founded(app: Litestar) -> AsyncIterator[list[Office]]:
    """The offices of the examples."""
    made: list[Office] = []
    yield made
    for office in made:
        await office.leave()


@settings(
    max_examples=max(1, ORDERS // AT_A_STORY),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # a story is short, and to make it shorter takes long
    database=None,
    derandomize=ORDERS < 100,
)
@given(data=st.data())
async def test_in_whatever_order_events_come_the_same_is_stored_and_happened_once(
    app: Litestar, founded: list[Office], stripe: Double, superuser: asyncpg.Connection, data: st.DataObject
) -> None:
    if not founded:
        stripe.sell_plans()
    office = await make_office(app)
    founded.append(office)
    for each in stripe.pending():  # of the story before
        stripe.delivered(each)
    told = len(stripe.events)
    # What is drawn must not hang on how much happened, so that a story that fails can be told again.
    chance = Random(data.draw(st.integers(0, 2**32), label="chance"))
    story = data.draw(stories, label="story")
    await live(office, stripe, story, chance)
    events = stripe.events[told:]
    await drain(office.tenant_id)
    await Post(chance, events).deliver(office, stripe)
    expected = await stored(office)

    effects = None
    for _ in range(AT_A_STORY):
        await forget(office, superuser)
        seen = await history(office)
        await Post(chance, events).deliver(office, stripe)
        assert await stored(office) == expected
        effect = await history(office) - seen
        assert effects in (None, effect), "something happened twice, or not at all"
        effects = effect
        for each in events:  # all of it once more, a day late
            await stripe.deliver(app, [each])
        await inbox.route()
        await drain(office.tenant_id)
        assert (await stored(office), await history(office) - seen) == (expected, effect)


async def live(office: Office, stripe: Double, story: Sequence[str], chance: Random) -> None:
    """A subscription is bought and lives; some of what happens is told at once, in the middle of the story."""
    await begin_trial(office, stripe)
    if chance.random() < 0.5:
        async with office.scope():
            await db.execute("update billing_account set trial_ends_at = now()")
    request = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")
    stripe.complete_checkout(request.stripe_id)
    for step in story:
        await take(step, stripe, await customer_of(office))
        if chance.random() < 0.5:
            waiting = stripe.pending()
            await stripe.deliver(office.app, chance.sample(waiting, min(5, len(waiting))))
            await inbox.route()
            await work(office)


async def take(step: str, stripe: Double, customer_id: str) -> None:
    subscription = stripe.subscription(customer_id)
    alive = subscription["status"] in ("active", "trialing", "past_due")
    owed = [each["id"] for each in stripe.invoices(customer_id) if each["status"] == "open"]
    items = subscription["items"]["data"]
    match step:
        case "a month" | "a week":
            stripe.clock.advance((31 if step == "a month" else 7) * DAY)
        case "a card that declines" | "a card that works":
            stripe.set_card(customer_id, step.removeprefix("a card that "))
        case "no card":
            stripe.set_card(customer_id, None)
        case "pay" if owed:
            stripe.pay(owed[0])
        case "more clients" if alive:
            clients = next(each for each in items if "_client_" in each["price"]["lookup_key"])
            more = ItemChange(clients["id"], clients["price"]["id"], clients["quantity"] + 1)
            await stripe_api.change_items(f"more-{len(stripe.calls)}", subscription["id"], [more], prorate=True)
        case "end" | "on" if alive:
            await stripe_api.cancel_at_period_end(f"{step}-{len(stripe.calls)}", subscription["id"], step == "end")


async def stored(office: Office) -> dict[str, list[dict[str, Any]]]:
    """All that follows from what Stripe said, without when it was asked."""
    tables = {
        "subscription": "select * from subscription order by stripe_id",
        "invoices": "select * from stripe_invoice order by stripe_id",
        "account": "select customer_id, method, balance from billing_account",
        "entitlement": "select * from entitlement",
        "unhandled": "select id from stripe_event where handled_at is null",
    }
    async with office.scope():
        found = {name: [dict(each) for each in await db.records(query)] for name, query in tables.items()}
    assert found.pop("unhandled") == []
    for rows in found.values():
        for row in rows:
            for name in ("id", "created_at", "asked_at"):
                row.pop(name, None)
    return found


async def history(office: Office) -> Counter[str]:
    """How often each thing was noted to have happened."""
    async with office.scope():
        found = await db.records(
            "select action || ' ' || object_kind as what from audit_event where object_kind = any($1)"
            " and action not in ('asked', 'compared')",
            list(KINDS),
        )
        letters = await db.value("select count(*) from mail")
    return Counter([each["what"] for each in found]) + Counter(letters=letters)


async def forget(office: Office, superuser: asyncpg.Connection) -> None:
    """As if nothing had ever been heard of Stripe."""
    for table in ("subscription", "stripe_invoice", "usage_period", "billing_difference", "entitlement", "mail"):
        await superuser.execute(f"delete from {table} where tenant_id = $1", office.tenant_id)
    await superuser.execute("delete from stripe_event where tenant_id = $1", office.tenant_id)
    await superuser.execute("delete from job where tenant_id = $1 and kind = $2", office.tenant_id, Follow.kind)
    await superuser.execute(
        "update billing_account set asked_at = null, method = null, balance = 0 where tenant_id = $1", office.tenant_id
    )
