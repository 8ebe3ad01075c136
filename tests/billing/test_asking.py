"""What owners ask of the payment service happens once, whatever dies on the way, and is told truthfully."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tatausaha.billing.jobs import Ask
from tatausaha.billing.queries import accounts, differences, requests
from tatausaha.billing.service import accounts as accounts_service
from tatausaha.billing.service import asking, carrying_out, catalogue
from tatausaha.billing.service.accounts import DetailsForm
from tatausaha.core import db, entitlements
from tatausaha.core.claims import claim
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.process import tools
from tests.billing.steps import (
    Died,
    Dying,
    add_clients,
    archive,
    begin_trial,
    compare,
    customer_of,
    held,
    night,
    subscribe,
    wish,
)
from tests.make import Office, drain
from tests.stripe_double import Double


async def state_of(office: Office, request_id: UUID) -> str:
    async with office.scope():
        return (await requests.get_request(request_id)).state


def posts(stripe: Double, path: str) -> list[str | None]:
    """The idempotency keys of what was asked at a path."""
    return [call.idempotency_key for call in stripe.calls if call.method == "POST" and call.path == path]


async def test_a_founded_provider_is_on_trial_and_one_without_billing_is_not(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    async with office.scope():
        account, standing = await accounts.get_account(), await entitlements.find()
    assert standing is not None
    assert (standing.reason, standing.open_until, standing.most) == ("trial", account.trial_ends_at, {})
    assert account.email == office.owner.email
    assert account.trial_ends_at - stripe.clock.now >= timedelta(days=29)

    async with office.scope():
        await accounts_service.keep_details(
            DetailsForm("PT Tata", "Kas@tata.example", "usd", account.version, "01.234.567.8-901.234 5", "Jl. Satu")
        )
    async with office.scope():
        changed = await accounts.get_account()
    assert (changed.email, changed.npwp, changed.currency) == ("kas@tata.example", "0123456789012345", "usd")
    with pytest.raises(Invalid):
        async with office.scope():
            await accounts_service.keep_details(DetailsForm("", "kas", "idr", changed.version))

    # They stand on the invoices, also when they change later; the currency stays as it was subscribed in.
    await subscribe(office, stripe, currency="usd")
    customer = stripe.state.all("customer")[0]
    assert customer["invoice_settings"]["custom_fields"] == [{"name": "NPWP", "value": "0123456789012345"}]
    async with office.scope():
        await accounts_service.keep_details(DetailsForm("CV Baru", "kas@tata.example", "usd", changed.version))
    await drain(office.tenant_id)
    customer = stripe.state.all("customer")[0]
    assert (customer["name"], customer["address"], customer["invoice_settings"]["custom_fields"]) == (
        "CV Baru",
        None,
        None,
    )
    with pytest.raises(Invalid) as refusal:
        async with office.scope():
            await accounts_service.keep_details(DetailsForm("CV Baru", "kas@tata.example", "idr", changed.version + 1))
    assert set(refusal.value.fields) == {"currency"}


async def test_without_a_key_nothing_is_written(office: Office) -> None:
    async with office.scope():
        assert await accounts_service.ensure(tools().settings, datetime.now(UTC)) is None
        assert await accounts.find_account() is None
        assert await entitlements.find() is None


async def test_a_payment_page_is_for_what_is_counted_with_the_rest_of_the_trial_and_a_coupon(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    await add_clients(office, 1)
    stripe.offer("HEMAT20", percent_off=20)

    wrong = await wish(office, "checkout", plan="rintis", interval="month", currency="idr", coupon="NIHIL")
    assert wrong.state == "failed"
    assert wrong.problem is not None
    assert wrong.problem.field == "coupon"

    first = await wish(office, "checkout", plan="rintis", interval="month", currency="idr")
    second = await wish(office, "checkout", plan="tumbuh", interval="year", currency="usd", coupon="HEMAT20")
    assert (await state_of(office, first.id), second.state) == ("given_up", "open")
    # The page that was opened before can be paid no more.
    with pytest.raises(ValueError, match="expired"):
        stripe.complete_checkout(first.stripe_id)

    stripe.complete_checkout(second.stripe_id, None)
    await night(office, stripe)
    assert await state_of(office, second.id) == "done"
    made = stripe.subscription(await customer_of(office))
    assert (made["status"], made["currency"]) == ("trialing", "usd")
    assert await held(office, stripe) == {"base": 1, "client": 2}
    async with office.scope():
        account, subscription = await accounts.get_account(), await accounts.find_subscription()
        standing = await entitlements.find()
    assert subscription is not None
    assert (subscription.plan, subscription.interval, subscription.coupon) == ("tumbuh", "year", "HEMAT20")
    assert int(account.trial_ends_at.timestamp()) == made["trial_end"]
    assert standing is not None
    assert standing.plan == "tumbuh"
    assert len(posts(stripe, "/v1/customers")) == 1
    with pytest.raises(Conflict):
        await wish(office, "checkout", plan="rintis", interval="month", currency="usd")


async def test_of_two_changes_at_once_one_happens_and_the_other_is_told_of_it(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    await subscribe(office, stripe, "tumbuh")

    async def ask(plan: str) -> UUID:
        async with office.scope():
            return await asking.ask("change", plan=plan, interval="month", shown_amount=5_000_000)

    answers = await asyncio.gather(ask("mapan"), ask("rintis"), return_exceptions=True)

    refused = [one for one in answers if isinstance(one, Conflict)]
    assert len(refused) == 1
    with pytest.raises(Conflict, match="Tatausaha"):
        async with office.scope():
            await asking.ask("cancel")
    await drain(office.tenant_id)
    chosen = next(one for one in answers if isinstance(one, UUID))
    async with office.scope():
        request, subscription = await requests.get_request(chosen), await accounts.find_subscription()
    assert subscription is not None
    assert (request.state, request.shown_amount, subscription.plan) == ("done", 5_000_000, request.plan)
    # Now that it is done, the next one may be asked.
    assert (await wish(office, "cancel")).state == "done"


async def test_a_worker_that_dies_after_an_answer_makes_nothing_twice(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    async with office.scope():
        request_id = await asking.ask("checkout", plan="tumbuh", interval="month", currency="idr")
    # After the customer's answer, after that of the pages that are open, after the payment page's.
    for scopes in (1, 2, 2):
        await carry_out_until_death(office, request_id, scopes)
        assert await state_of(office, request_id) == "asked"
    await drain(office.tenant_id)

    async with office.scope():
        request = await requests.get_request(request_id)
    assert [one["id"] for one in stripe.state.all("checkout.session")] == [request.stripe_id]
    assert [one["id"] for one in stripe.state.all("customer")] == [await customer_of(office)]
    stripe.complete_checkout(request.stripe_id)
    stripe.clock.advance(timedelta(days=40))
    await night(office, stripe)

    async with office.scope():
        change_id = await asking.ask("change", plan="mapan", interval="month")
    for scopes in (1, 2):
        await carry_out_until_death(office, change_id, scopes)
    await drain(office.tenant_id)

    async with office.scope():
        subscription = await accounts.find_subscription()
    assert subscription is not None
    assert subscription.plan == "mapan"
    assert await state_of(office, change_id) == "done"
    # One credit and one charge for the base, and for the one client.
    assert len(stripe.state.all("invoiceitem")) == 4


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    stripe.cut_reply("/v1/customers", times=3)  # the SDK's own tries; then the job's
    stripe.cut_reply("/v1/checkout/sessions")

    request = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")

    assert request.state == "open"
    assert len(stripe.state.all("customer")) == len(stripe.state.all("checkout.session")) == 1
    assert len(set(posts(stripe, "/v1/customers"))) == 1 < len(posts(stripe, "/v1/customers"))


async def test_what_stripe_refuses_is_told_at_the_request_and_stands_in_nobodys_way(
    office: Office, stripe: Double
) -> None:
    async with office.scope():
        await accounts_service.ensure(tools().settings, stripe.clock.now)
    # Nobody ran the set-up.
    failed = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")
    assert failed.state == "failed"
    assert failed.problem is not None
    assert "Tumbuh" in str(failed.problem.sentence.params)

    # A request whose worker died each time is never answered; the next one does not wait for it.
    async with office.scope():
        dead = await asking.ask("checkout", plan="tumbuh", interval="month", currency="idr")
        await db.execute("update job set state = 'failed' where once_key = $1", str(dead))
    assert await state_of(office, dead) == "given_up"
    await catalogue.set_up()
    assert (await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")).state == "open"
    assert await state_of(office, dead) == "given_up"


async def test_it_is_cancelled_for_the_end_of_its_period_resumed_and_seen_before_it_is_paid(
    office: Office, stripe: Double
) -> None:
    await begin_trial(office, stripe)
    for kind in ("portal", "cancel"):
        with pytest.raises(Conflict):
            await wish(office, kind)  # type: ignore[arg-type]
    await subscribe(office, stripe, "tumbuh")
    stripe.clock.advance(timedelta(days=40))
    await night(office, stripe)

    upcoming = await wish(office, "preview")
    assert upcoming.answer is not None
    assert upcoming.answer["total"] == (1_500_000 + 75_000) * 100
    larger = await wish(office, "preview", plan="mapan", interval="month")
    assert larger.answer is not None
    assert larger.answer["total"] > upcoming.answer["total"]
    portal = await wish(office, "portal")
    assert portal.url.startswith(stripe.url)

    assert (await wish(office, "cancel")).state == "done"
    async with office.scope():
        subscription = await accounts.find_subscription()
    assert subscription is not None
    assert subscription.ends_at == subscription.period_ends_at
    for kind, plan in (("cancel", ""), ("change", "mapan")):
        with pytest.raises(Conflict):
            await wish(office, kind, plan=plan, interval="month" if plan else "")  # type: ignore[arg-type]
    assert (await wish(office, "resume")).state == "done"

    await add_clients(office, 6)
    with pytest.raises(Invalid) as refusal:
        await wish(office, "change", plan="rintis", interval="month")
    assert refusal.value.fields["client"].params["over"] == 2


async def test_paying_by_the_year_begins_a_period_for_what_is_served(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    _, spare = await add_clients(office, 2)
    await subscribe(office, stripe, "rintis")
    stripe.clock.advance(timedelta(days=40))
    await night(office, stripe)
    await archive(office, spare)

    assert (await wish(office, "change", plan="rintis", interval="year")).state == "done"

    invoice = stripe.invoices(await customer_of(office))[0]
    whole = [line["amount"] for line in invoice["lines"]["data"] if line["amount"] > 0]
    assert sorted(whole) == [2 * 1_000_000 * 100, 5_000_000 * 100]
    assert invoice["total"] < sum(whole)  # the rest of the month is given back
    await compare(office)
    async with office.scope():
        assert await differences.list_differences(only_open=True) == []
        account, subscription = await accounts.get_account(), await accounts.find_subscription()
    assert account.balance == 0
    assert subscription is not None
    assert (subscription.interval, subscription.clients) == ("year", 2)


async def test_a_page_that_was_paid_meanwhile_is_not_paid_twice(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    first = await wish(office, "checkout", plan="rintis", interval="month", currency="idr")
    stripe.complete_checkout(first.stripe_id)

    # Nothing was heard of it yet.
    second = await wish(office, "checkout", plan="tumbuh", interval="month", currency="idr")

    assert second.state == "failed"
    assert len(stripe.state.all("checkout.session")) == 1


async def test_a_trial_without_a_card_pauses_and_goes_on_when_there_is_one(office: Office, stripe: Double) -> None:
    await begin_trial(office, stripe)
    await subscribe(office, stripe, "rintis", card=None)
    stripe.clock.advance(timedelta(days=31))
    await night(office, stripe)
    async with office.scope():
        subscription, standing = await accounts.find_subscription(), await entitlements.find()
    assert subscription is not None
    assert standing is not None
    assert (subscription.status, standing.reason) == ("paused", "paused")

    # What came in the pause is paid for from the resumption on.
    await add_clients(office, 2)
    stripe.set_card(await customer_of(office), "works")
    resumed = await wish(office, "resume")
    assert resumed.state == "done", resumed.problem
    async with office.scope():
        standing = await entitlements.find()
    assert standing is not None
    assert (standing.reason, standing.open_until) == ("paid", None)
    assert (await held(office, stripe))["client"] == 3
    assert stripe.invoices(await customer_of(office))[0]["amount_paid"] == (500_000 + 3 * 100_000) * 100
    await compare(office)
    async with office.scope():
        assert await differences.list_differences(only_open=True) == []


async def test_the_set_up_makes_everything_once_and_never_another_price_under_a_name(
    office: Office, stripe: Double
) -> None:
    made = await catalogue.set_up()
    assert len(made) == 9 + 36 + 1
    assert await catalogue.set_up() == []
    status = await catalogue.read_status(test=True)
    assert (status.missing, status.portal, status.unknown) == ([], True, [])

    price = next(one for one in stripe.state.all("price") if one["lookup_key"] == "tata_mapan_base_usd_year_v1")
    price["unit_amount"] += 1
    with pytest.raises(Conflict, match="330001"):
        await catalogue.set_up()


async def carry_out_until_death(office: Office, request_id: UUID, scopes: int) -> None:
    async with office.scope():
        job_id = await db.value("select id from job where once_key = $1", str(request_id))
    held_job = await claim(job_id)
    assert held_job is not None
    dying = Dying(held_job.row, scopes)
    with pytest.raises(Died):
        await carrying_out.carry_out(Ask(request_id=request_id), dying)
    async with office.scope():  # as whoever finds the lease ended does
        await db.execute("update job set state = 'queued', attempt = 0 where id = $1", job_id)
