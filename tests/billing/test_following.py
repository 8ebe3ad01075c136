"""What Stripe says is followed: an event makes somebody look, and what is seen there is what counts."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from tatausaha.billing import inbox, stripe_api, stripe_line
from tatausaha.billing.jobs import Follow
from tatausaha.billing.queries import accounts
from tatausaha.billing.rules.truth import Truth
from tatausaha.billing.service import following
from tatausaha.core import db, entitlements, process
from tatausaha.core.claims import claim
from tatausaha.core.db import OutsideScope
from tatausaha.core.entitlements import Standing
from tests.billing.steps import Died, Dying, begin_trial, compare, customer_of, wish
from tests.make import Office, drain
from tests.stripe_double import Double
from workers.billing import follow

DAY = timedelta(days=1)
GRACE = timedelta(days=14)


async def tell(office: Office, stripe: Double, *events: Any) -> list[str]:
    """Stripe tells, and the relay and the workers take their turns; gives the kinds of the jobs that ran."""
    statuses = await stripe.deliver(office.app, events or None)
    assert set(statuses) <= {200}
    await inbox.route()
    return await drain(office.tenant_id)


async def buy(office: Office, stripe: Double, card: str | None = "4242424242424242") -> None:
    """A subscription without a trial, bought and told of."""
    await begin_trial(office, stripe)
    async with office.scope():
        await db.execute("update billing_account set trial_ends_at = now()")
    request = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")
    stripe.complete_checkout(request.stripe_id, card)
    await tell(office, stripe)


async def standing_of(office: Office) -> Standing:
    async with office.scope():
        found = await entitlements.find()
    assert found is not None
    return found


async def subscription_of(office: Office) -> accounts.Subscription:
    async with office.scope():
        found = await accounts.find_subscription()
    assert found is not None
    return found


async def outcomes(office: Office) -> set[str | None]:
    """What became of the events that may matter."""
    async with office.scope():
        found = await db.records(
            "select outcome from stripe_event where kind not in ('customer.created', 'price.created')"
        )
    return {each["outcome"] for each in found}


async def history(office: Office) -> list[tuple[str, str]]:
    async with office.scope():
        found = await db.records(
            "select action, object_kind from audit_event where object_kind in ('subscription', 'stripe_invoice',"
            " 'payment_method') and action not in ('asked', 'compared') order by created_at, id"
        )
    return [(each["action"], each["object_kind"]) for each in found]


async def letters_to(office: Office) -> int:
    async with office.scope():
        return int(await db.value("select count(*) from mail"))


async def test_a_payment_opens_a_failure_begins_the_grace_and_the_end_is_the_end(
    office: Office, stripe: Double
) -> None:
    await buy(office, stripe)
    paid = await standing_of(office)
    assert (paid.plan, paid.reason, paid.open_until, paid.most["client"]) == ("tumbuh", "paid", None, 25)
    assert await outcomes(office) == {"followed"}
    async with office.scope():
        account = await accounts.get_account()
        (invoice,) = await db.records("select * from stripe_invoice")
    assert account.method is not None
    assert (account.method["brand"], account.method["last4"]) == ("visa", "4242")
    # Rp 1.500.000 and one client at Rp 75.000, in hundredths of a rupiah.
    assert (invoice["status"], invoice["total"], invoice["paid"], invoice["currency"]) == (
        *("paid", 157_500_000, 157_500_000),
        "idr",
    )
    assert {(line["meter"], line["quantity"], line["amount"]) for line in invoice["lines"]} == {
        ("base", 1, 150_000_000),
        ("client", 1, 7_500_000),
    }
    assert invoice["page_url"].startswith(stripe.url)

    stripe.set_card(await customer_of(office), "declines")
    stripe.clock.advance(32 * DAY)
    await tell(office, stripe)
    failed, subscription = await standing_of(office), await subscription_of(office)
    assert (failed.reason, subscription.status) == ("card", "past_due")
    assert failed.open_until == subscription.failing_since
    assert failed.grace_until == failed.open_until + GRACE  # type: ignore[operator]
    assert failed.next_attempt_at is not None
    assert subscription.failing_since is not None
    assert abs(subscription.failing_since - subscription.period_starts_at) < timedelta(hours=2)

    stripe.clock.go_to(failed.next_attempt_at + timedelta(minutes=1))
    await tell(office, stripe)
    again = await standing_of(office)
    assert (again.open_until, again.grace_until) == (failed.open_until, failed.grace_until), "the grace began anew"
    assert again.next_attempt_at != failed.next_attempt_at

    open_one = next(each for each in stripe.invoices(await customer_of(office)) if each["status"] == "open")
    stripe.pay(open_one["id"])
    await tell(office, stripe)
    recovered = await standing_of(office)
    assert (recovered.reason, recovered.next_attempt_at) == ("paid", None)
    assert (await subscription_of(office)).failing_since is None

    assert (await wish(office, "cancel")).state == "done"
    stripe.clock.advance(40 * DAY)
    await tell(office, stripe)
    ended, last = await standing_of(office), await subscription_of(office)
    assert (ended.reason, last.status) == ("ended", "canceled")
    assert ended.open_until == last.ended_at
    told = await history(office)
    assert told.count(("created", "subscription")) == 1
    assert told.count(("paid", "stripe_invoice")) == 2
    assert told.count(("ended", "subscription")) == 1


async def test_a_trial_without_a_card_pauses_and_unpaid_retries_end_it_by_the_first_clock(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    request = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")
    stripe.complete_checkout(request.stripe_id, None)
    await tell(office, stripe)
    trial = await standing_of(office)
    assert (trial.reason, trial.plan) == ("trial", "tumbuh")
    assert trial.open_until == (await subscription_of(office)).trial_ends_at

    stripe.clock.advance(31 * DAY)
    await tell(office, stripe)
    paused = await standing_of(office)
    assert (paused.reason, paused.open_until) == ("paused", trial.open_until)

    customer_id = await customer_of(office)
    stripe.set_card(customer_id, "works")
    resumed = await wish(office, "resume")
    assert resumed.state == "done", resumed.problem
    assert (await standing_of(office)).reason == "paid"
    stripe.set_card(customer_id, "declines")
    stripe.clock.advance(33 * DAY)
    await tell(office, stripe)
    failing = await standing_of(office)
    stripe.clock.advance(60 * DAY)
    await tell(office, stripe)
    over = await standing_of(office)
    assert (failing.reason, over.reason) == ("card", "ended")
    assert over.grace_until == failing.grace_until, "who never paid got a second grace"


async def test_the_younger_question_wins_whatever_comes_last(office: Office, stripe: Double) -> None:
    await buy(office, stripe)
    customer_id = await customer_of(office)
    before, asked_before = await stripe_api.read_truth(customer_id), await moment(office)
    stripe.cancel(stripe.subscription(customer_id)["id"])
    after, asked_after = await stripe_api.read_truth(customer_id), await moment(office)

    async with office.scope():
        assert await following.apply(after, asked_after)
        assert not await following.apply(before, asked_before)
        assert not await following.apply(before, asked_after)
    assert (await standing_of(office)).reason == "ended"
    await drain(office.tenant_id)
    # What says nothing new leaves nothing behind.
    lines, letters = await history(office), await letters_to(office)
    async with office.scope():
        assert await following.apply(after, await db.value("select clock_timestamp()"))
    await drain(office.tenant_id)
    assert (await history(office), await letters_to(office)) == (lines, letters)


async def moment(office: Office) -> datetime:
    async with office.scope():
        found: datetime = await db.value("select clock_timestamp()")
    return found


async def test_an_event_is_believed_for_nothing_but_whom_it_names(
    office: Office, other_office: Office, stripe: Double, superuser: asyncpg.Connection
) -> None:
    await buy(office, stripe)
    await begin_trial(other_office, stripe)
    customer_id, told = await customer_of(office), stripe.events
    updated = next(each for each in reversed(told) if each["type"].startswith("customer.subscription"))
    invented = [
        stripe.forged(updated, status="canceled"),
        stripe.forged(updated, customer="cus_of_nobody"),
        stripe.forged(updated, customer="cus_of_nobody", metadata={"tenant_id": str(other_office.tenant_id)}),
        stripe.forged(updated, customer=None, client_reference_id=str(other_office.tenant_id)),
        stripe.unknown_event(customer=customer_id),
    ]
    before = [await snapshot(office), await snapshot(other_office)]
    calls = len(stripe.calls)
    ran = await tell(office, stripe, *invented)

    assert ran == ["billing.follow"]
    assert [await snapshot(office), await snapshot(other_office)] == before
    assert {call.method for call in stripe.calls[calls:]} == {"GET"}
    assert await drain(other_office.tenant_id) == []
    outcomes = await superuser.fetch(
        "select outcome, tenant_id from stripe_event where id = any($1)", [each["id"] for each in invented]
    )
    assert sorted((row["outcome"], row["tenant_id"] == office.tenant_id) for row in outcomes) == [
        ("followed", True),
        *[("ignored", False)] * 3,
        ("ignored", True),
    ]


async def snapshot(office: Office) -> list[Any]:
    """What stands in the house, without when it was asked."""
    async with office.scope():
        return [
            await entitlements.find(),
            [(each.stripe_id, each.status, each.items) for each in [await accounts.find_subscription()] if each],
            [dict(row) for row in await db.records("select stripe_id, status, lines from stripe_invoice order by 1")],
        ]


async def test_the_customer_of_another_provider_is_never_taken_in(
    office: Office, other_office: Office, stripe: Double
) -> None:
    await buy(office, stripe)
    truth = await stripe_api.read_truth(await customer_of(office))
    await begin_trial(other_office, stripe)
    async with other_office.scope():
        await db.execute("update billing_account set customer_id = 'cus_other'")
        assert not await following.apply(truth, await db.value("select clock_timestamp()"))
        # Nor is a foreign subscription in an answer about one's own customer.
        assert await following.apply(
            msgspec.structs.replace(truth, customer_id="cus_other"), await db.value("select clock_timestamp()")
        )
    assert (await standing_of(other_office)).reason == "trial"
    async with other_office.scope():
        assert await accounts.find_subscription() is None


async def test_what_somebody_did_at_stripe_itself_breaks_nothing(office: Office, stripe: Double) -> None:
    """Two living subscriptions, prices of somebody's own, one that is gone: what counted goes on counting."""
    await buy(office, stripe)
    truth = await stripe_api.read_truth(await customer_of(office))
    (first,) = truth.subscriptions
    second = msgspec.structs.replace(first, id="sub_second", began_at=first.began_at - DAY)
    priced = msgspec.structs.replace(
        first, items=tuple(msgspec.structs.replace(item, lookup_key="") for item in first.items)
    )
    expected = await standing_of(office)

    for subscriptions in ((first, second), (second, first), (priced,)):
        await hear(office, msgspec.structs.replace(truth, subscriptions=subscriptions))
        assert await standing_of(office) == expected
        assert (await subscription_of(office)).stripe_id == first.id
    await hear(office, msgspec.structs.replace(truth, subscriptions=(second,)))
    assert (await subscription_of(office)).stripe_id == "sub_second"
    await hear(office, msgspec.structs.replace(truth, subscriptions=()))
    assert (await standing_of(office)).reason == "trial"


async def hear(office: Office, truth: Truth) -> None:
    async with office.scope():
        assert await following.apply(truth, await db.value("select clock_timestamp()"))


async def test_a_worker_that_dies_between_answer_and_commit_is_followed_by_another(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    request = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")
    stripe.complete_checkout(request.stripe_id)
    await stripe.deliver(office.app)
    await inbox.route()
    async with office.scope():
        job_id: UUID = await db.value("select id from job where kind = $1", Follow.kind)
    first = await claim(job_id)
    assert first is not None
    dying = Dying(first.row, 1)
    with pytest.raises(Died):
        await follow(Follow(), dying)
    assert (await standing_of(office)).plan == ""
    assert await outcomes(office) == {None}

    async with office.scope():
        await db.execute("update job set claimed_until = now(), state = 'queued' where id = $1", job_id)
    await drain(office.tenant_id)
    assert (await standing_of(office)).plan == "tumbuh"
    assert await outcomes(office) == {"followed"}


async def test_a_stripe_that_is_away_is_asked_again_and_one_that_refuses_is_named(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    request = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")
    stripe.complete_checkout(request.stripe_id)
    stripe.fail("/v1/subscriptions", 429)
    await stripe.deliver(office.app)
    await inbox.route()
    async with office.scope():
        job_id: UUID = await db.value("select id from job where kind = $1", Follow.kind)
    ran = await drain(office.tenant_id)

    assert ran[:2] == ["billing.follow"] * 2
    assert (await standing_of(office)).plan == "tumbuh"
    async with office.scope():
        job = await db.row(_Job, "select state, attempt from job where id = $1", job_id)
    assert job == _Job("done", 2)


class _Job(msgspec.Struct, frozen=True):
    state: str
    attempt: int


async def test_stripe_is_never_called_inside_a_transaction(office: Office, stripe: Double) -> None:
    calls = len(stripe.calls)
    async with office.scope():
        for question in (stripe_api.find_coupon("x"), stripe_api.read_truth("cus_1"), stripe_api.find_prices(["x"])):
            with pytest.raises(OutsideScope):
                await question
    assert len(stripe.calls) == calls
    assert await stripe_api.find_coupon("x") is None


async def test_the_line_is_opened_once_and_closed_with_the_process(stripe: Double) -> None:
    await stripe_api.find_coupon("x")
    line = stripe_line.line()
    await stripe_api.find_coupon("x")
    assert stripe_line.line() is line
    await stripe_line.close()
    assert line.http._client_async.is_closed
    assert stripe_line.line() is not line


async def test_with_billing_off_again_what_waits_is_let_go_without_asking(office: Office, stripe: Double) -> None:
    await buy(office, stripe)
    stripe.cancel(stripe.subscription(await customer_of(office))["id"])
    await stripe.deliver(office.app)
    calls = len(stripe.calls)
    kept = process.tools()
    process._open[0] = msgspec.structs.replace(kept, settings=msgspec.structs.replace(kept.settings, stripe_key=""))
    await inbox.route()
    await drain(office.tenant_id)
    process._open[0] = kept

    assert len(stripe.calls) == calls
    assert await outcomes(office) == {"followed", "ignored"}


async def test_the_night_mends_what_was_never_told_and_closes_what_waited(
    office: Office, stripe: Double, superuser: asyncpg.Connection
) -> None:
    await buy(office, stripe)
    stripe.cancel(stripe.subscription(await customer_of(office))["id"])
    event = stripe.pending()[-1]
    await stripe.deliver(office.app, [event])
    await superuser.execute(
        "update stripe_event set tenant_id = $1, routed_at = now() where id = $2",
        *(
            office.tenant_id,
            event["id"],
        ),
    )
    await compare(office)

    assert (await standing_of(office)).reason == "ended"
    assert await outcomes(office) == {"followed"}
    await superuser.execute(
        "update stripe_event set handled_at = now() - interval '31 days' where id = $1", event["id"]
    )
    await inbox.forget_bodies()
    kept = await superuser.fetch(
        "select id = $1 as old, body::text = '{}' as empty from stripe_event where tenant_id = $2",
        event["id"],
        office.tenant_id,
    )
    assert {(row["old"], row["empty"]) for row in kept} == {(True, True), (False, False)}
