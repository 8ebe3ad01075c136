"""The stand-in for Stripe is as strict as Stripe: else what passes here would be refused there."""

import asyncio
import re
import threading
import tomllib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import stripe as sdk

from tatausaha.billing import stripe_api
from tatausaha.billing.stripe_line import API_VERSION
from tatausaha.settings import PROJECT
from tests.stripe_double import Declined, Double, listening, serving
from tests.stripe_double.courier import Courier
from tests.stripe_double.customers import create_customer
from tests.stripe_double.problems import Problem
from tests.stripe_double.shapes import shape
from tests.stripe_double.state import written
from tests.stripe_double.times import add_months, part

DAYS_10 = timedelta(days=10)


@pytest.fixture
async def v1(stripe: Double) -> AsyncIterator[Any]:
    """The SDK itself, which asks once and shows every refusal, at an account with our plans."""
    stripe.sell_plans()
    http = sdk.HTTPXClient(timeout=10)
    yield _client(stripe, http).v1
    await http.close_async()


def _client(stripe: Double, http: sdk.HTTPXClient, key: str = "", version: str = API_VERSION) -> sdk.StripeClient:
    return sdk.StripeClient(
        key or stripe.key,
        base_addresses={"api": stripe.url},
        http_client=http,
        max_network_retries=0,
        stripe_version=version,
    )


async def _subscribe(
    stripe: Double, v1: Any, *, trial: timedelta | None = None, card: str | None = "4242424242424242", **more: Any
) -> tuple[str, Any]:
    """A customer with a subscription of one base and two client companies."""
    customer = await v1.customers.create_async({"name": "PT Satu", "email": "satu@example.id"})
    keys = ["tata_rintis_base_idr_month_v1", "tata_rintis_client_idr_month_v1"]
    prices = {one.lookup_key: one.id for one in (await v1.prices.list_async({"lookup_keys": keys})).data}
    data: dict[str, Any] = {}
    if trial:
        data["trial_end"] = int((stripe.clock.now + trial).timestamp())
        data["trial_settings"] = {"end_behavior": {"missing_payment_method": "pause"}}
    session = await v1.checkout.sessions.create_async(
        {
            "mode": "subscription",
            "customer": customer.id,
            "line_items": [{"price": prices[keys[0]], "quantity": 1}, {"price": prices[keys[1]], "quantity": 2}],
            "payment_method_collection": "if_required",
            "success_url": "https://example.id/done?session={CHECKOUT_SESSION_ID}",
            **({"subscription_data": data} if data else {}),
            **more,
        }
    )
    assert stripe.complete_checkout(session.id, card) == f"https://example.id/done?session={session.id}"
    return customer.id, stripe.subscription(customer.id)


# Idempotency ----------------------------------------------------------------------------------------------------------


async def test_a_key_has_one_answer_whatever_is_asked_with_it_again(stripe: Double, v1: Any) -> None:
    first = await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"})
    again = await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"})
    with pytest.raises(sdk.IdempotencyError) as other:
        await v1.customers.create_async({"name": "B"}, {"idempotency_key": "k"})
    with pytest.raises(sdk.IdempotencyError):
        await v1.products.create_async({"name": "A"}, {"idempotency_key": "k"})
    with pytest.raises(sdk.IdempotencyError):
        await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k" * 256})

    assert first.id == again.id
    assert again.last_response.headers["idempotent-replayed"] == "true"
    assert other.value.http_status == 400
    assert len(stripe.state.objects["customer"]) == 1
    stripe.clock.advance(timedelta(days=1))
    assert (await v1.customers.create_async({"name": "B"}, {"idempotency_key": "k"})).id != first.id


async def test_an_error_is_repeated_too_but_not_what_was_refused_before_anything_began(stripe: Double, v1: Any) -> None:
    stripe.fail("/v1/customers", 500)
    for _ in range(2):
        with pytest.raises(sdk.APIError):
            await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"})
    stripe.fail("/v1/customers", 429)
    with pytest.raises(sdk.RateLimitError):
        await v1.customers.create_async({"name": "A"}, {"idempotency_key": "l"})
    assert stripe.state.objects["customer"] == {}

    made = await v1.customers.create_async({"name": "A"}, {"idempotency_key": "l"})
    assert list(stripe.state.objects["customer"]) == [made.id]


async def test_a_second_call_meanwhile_is_told_that_the_key_is_in_use(stripe: Double, v1: Any) -> None:
    with stripe.hold("/v1/customers") as reached:
        first = asyncio.create_task(v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"}))
        assert await asyncio.to_thread(reached.wait, 10)
        with pytest.raises(sdk.StripeError) as refused:
            await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"})

    assert refused.value.http_status == 409
    assert refused.value.json_body["error"]["code"] == "idempotency_key_in_use"
    assert (await first).id == (await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"})).id


async def test_an_answer_that_never_arrived_is_given_again(stripe: Double, v1: Any) -> None:
    stripe.cut_reply("/v1/customers")
    with pytest.raises(sdk.APIConnectionError):
        await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"})
    (made,) = stripe.state.objects["customer"]
    assert (await v1.customers.create_async({"name": "A"}, {"idempotency_key": "k"})).id == made

    stripe.cut_reply("/v1/customers")
    name = await stripe_api.create_customer("job:customer", name="B", email="b@example.id", tenant_id="t")
    assert list(stripe.state.objects["customer"]) == [made, name], "the application's line tries again by itself"
    assert [call.idempotency_key for call in stripe.calls][-2:] == ["job:customer"] * 2


# What is refused ------------------------------------------------------------------------------------------------------


async def test_keys_versions_calls_and_parameters_that_stripe_does_not_know_are_refused(
    stripe: Double, v1: Any
) -> None:
    http = sdk.HTTPXClient(timeout=10)
    with pytest.raises(sdk.AuthenticationError):
        await _client(stripe, http, key="sk_test_another").v1.customers.create_async({"name": "A"})
    with pytest.raises(sdk.InvalidRequestError, match="version"):
        await _client(stripe, http, version="2020-08-27").v1.customers.create_async({"name": "A"})
    await http.close_async()
    with pytest.raises(sdk.InvalidRequestError, match="Unrecognized request URL"):
        await v1.charges.list_async({})
    with pytest.raises(sdk.InvalidRequestError, match="does nothing with coupon"):
        await v1.promotion_codes.list_async({"coupon": "x"})

    assert len(stripe.surprises) == 3, "each fails the test in which it happens"
    stripe.surprises.clear()
    refused = {
        "parameter_unknown": v1.customers.create_async({"nome": "A"}),
        "parameter_missing": v1.products.create_async({}),
        "resource_missing": v1.customers.retrieve_async("cus_of_nobody"),
        "email_invalid": v1.customers.create_async({"email": "nobody"}),
    }
    for code, asked in refused.items():
        with pytest.raises(sdk.InvalidRequestError) as problem:
            await asked
        assert problem.value.code == code
    assert stripe.state.objects["customer"] == {}
    assert stripe.surprises == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"mode": "subscribe"}, "Invalid mode: must be one of"),
        ({"mode": None}, "Missing required param: mode"),
        ({"line_items": [{"price": "{price}", "quantity": 0}]}, "greater than or equal to 1"),
        ({"line_items": [{"price": "{price}", "quantity": "many"}]}, "cannot be 'many'"),
        ({"line_items": [{"price": "price_of_nobody", "quantity": 1}]}, "No such price"),
        ({"line_items": [{"price": "{price}", "quantity": 1}, {"price": "{usd}", "quantity": 1}]}, "same `currency`"),
        ({"line_items": [{"price": "{price}", "quantity": 1}, {"price": "{year}", "quantity": 1}]}, "interval"),
        ({"line_items": [{"price": "{price}", "amount": 1}]}, "unknown parameter: line_items\\[0\\]\\[amount\\]"),
        ({"subscription_data": {"trial_end": 47}}, "at least 2 days in the future"),
        ({"automatic_tax": {"enabled": True}}, "valid address on the Customer"),
        ({"discounts": [{"promotion_code": "promo_of_nobody"}]}, "No such promotion code"),
        ({"discounts": [{"coupon": "a"}], "allow_promotion_codes": True}, "only specify one"),
        ({"expires_at": 60}, "between 30 minutes and 24 hours"),
    ],
)
async def test_a_payment_page_is_opened_only_as_stripe_would(
    stripe: Double, v1: Any, changed: dict[str, Any], words: str
) -> None:
    keys = {
        "price": "tata_rintis_base_idr_month_v1",
        "usd": "tata_rintis_client_usd_month_v1",
        "year": "tata_rintis_client_idr_year_v1",
    }
    prices = {one.lookup_key: one.id for one in (await v1.prices.list_async({"lookup_keys": [*keys.values()]})).data}
    customer = await v1.customers.create_async({"name": "A"})
    good: dict[str, Any] = {
        "mode": "subscription",
        "customer": customer.id,
        "line_items": [{"price": prices[keys["price"]], "quantity": 1}],
        "success_url": "https://example.id",
    }
    assert (await v1.checkout.sessions.create_async(good)).status == "open"
    now = int(stripe.clock.now.timestamp())
    for item in changed.get("line_items", ()):
        item["price"] = prices.get(keys.get(item["price"].strip("{}"), ""), item["price"])
    if "trial_end" in changed.get("subscription_data", {}):
        changed = {"subscription_data": {"trial_end": now + 47 * 3600}}
    if "expires_at" in changed:
        changed = {"expires_at": now + 60}

    with pytest.raises(sdk.InvalidRequestError, match=words):
        await v1.checkout.sessions.create_async(
            {name: value for name, value in (good | changed).items() if value is not None}
        )
    assert len(stripe.state.objects["checkout.session"]) == 1


# Time -----------------------------------------------------------------------------------------------------------------


async def test_a_trial_without_a_card_pauses_and_goes_on_with_one(stripe: Double, v1: Any) -> None:
    customer_id, subscription = await _subscribe(stripe, v1, trial=DAYS_10, card=None)
    assert (subscription["status"], stripe.invoices(customer_id)[0]["total"]) == ("trialing", 0)

    told = [stripe.events[-1]["type"] for days in (6, 1) if stripe.clock.advance(timedelta(days=days)) is None]
    assert [kind == "customer.subscription.trial_will_end" for kind in told] == [False, True], "three days before"
    stripe.clock.advance(timedelta(days=3))
    assert subscription["status"] == "paused"

    await v1.subscriptions.resume_async(subscription["id"], {"billing_cycle_anchor": {"type": "now"}})
    assert subscription["status"] == "paused", "nobody can pay"
    stripe.clock.advance(timedelta(days=1))
    assert stripe.invoices(customer_id)[0]["status"] == "void", "and what was to be paid is let go after a day"

    stripe.set_card(customer_id, "works")
    await v1.subscriptions.resume_async(subscription["id"], {"billing_cycle_anchor": {"type": "now"}})
    (item, _) = subscription["items"]["data"]
    invoice = stripe.invoices(customer_id)[0]
    assert (subscription["status"], invoice["status"]) == ("active", "paid")
    assert invoice["total"] == 50_000_000 + 2 * 10_000_000
    assert item["current_period_start"] == int(stripe.clock.now.timestamp())
    assert item["current_period_end"] == add_months(item["current_period_start"], 1)


@pytest.mark.parametrize("after", ["canceled", "unpaid"])
async def test_a_card_that_fails_is_tried_thrice_more_and_then_given_up(stripe: Double, v1: Any, after: str) -> None:
    stripe.state.after_last_retry = after
    customer_id, subscription = await _subscribe(stripe, v1, trial=DAYS_10, card="4000000000000341")
    stripe.clock.advance(DAYS_10 + timedelta(minutes=59))
    invoice = stripe.invoices(customer_id)[0]
    assert (subscription["status"], invoice["status"]) == ("active", "draft"), "an hour passes before it is charged"

    seen = []
    for days in (timedelta(minutes=1), timedelta(days=3), timedelta(days=5), timedelta(days=7)):
        stripe.clock.advance(days)
        seen.append((subscription["status"], invoice["attempt_count"], invoice["next_payment_attempt"] is None))
    assert seen == [("past_due", 1, False), ("past_due", 2, False), ("past_due", 3, False), (after, 4, True)]
    if after == "canceled":
        assert stripe.events[-1]["type"] == "customer.subscription.deleted"
        return
    stripe.clock.advance(timedelta(days=31))
    assert stripe.invoices(customer_id)[0]["status"] == "draft", "nothing is charged while the old is unpaid"
    assert stripe.pay(invoice["id"])
    assert (invoice["status"], subscription["status"]) == ("paid", "unpaid")


async def test_a_failed_payment_that_comes_after_all_makes_it_active_again(stripe: Double, v1: Any) -> None:
    customer_id, subscription = await _subscribe(stripe, v1)
    stripe.set_card(customer_id, "declines")
    stripe.clock.go_to(stripe.clock.now + timedelta(days=32))
    assert subscription["status"] == "past_due"
    stripe.set_card(customer_id, "works")
    stripe.clock.advance(timedelta(days=3))

    invoice = stripe.invoices(customer_id)[0]
    assert (subscription["status"], invoice["status"], invoice["attempt_count"]) == ("active", "paid", 2)
    kinds = [event["type"] for event in stripe.events]
    assert kinds.index("invoice.payment_failed") < len(kinds) - kinds[::-1].index("invoice.paid")
    told = [event for event in stripe.events if event["type"] == "customer.subscription.updated"][-1]
    assert told["data"]["previous_attributes"] == {"status": "past_due"}


async def test_it_ends_with_its_period_unless_that_is_taken_back(stripe: Double, v1: Any) -> None:
    _, subscription = await _subscribe(stripe, v1)
    end = subscription["items"]["data"][0]["current_period_end"]
    for wanted in (True, False, True):
        answer = await v1.subscriptions.update_async(subscription["id"], {"cancel_at_period_end": wanted})
        assert (answer.cancel_at, answer.cancel_at_period_end) == (end if wanted else None, wanted)
    with pytest.raises(sdk.InvalidRequestError) as none:
        await v1.invoices.create_preview_async({"subscription": subscription["id"]})
    stripe.clock.advance(timedelta(days=31))

    assert none.value.code == "invoice_upcoming_none"
    assert (subscription["status"], subscription["ended_at"]) == ("canceled", end)
    listed = await v1.subscriptions.list_async({"customer": subscription["customer"]})
    every = await v1.subscriptions.list_async({"customer": subscription["customer"], "status": "all"})
    assert ([one.id for one in listed.data], [one.id for one in every.data]) == ([], [subscription["id"]])


# Money ----------------------------------------------------------------------------------------------------------------


async def test_more_in_the_middle_of_a_period_is_charged_to_the_second_with_the_next_invoice(
    stripe: Double, v1: Any
) -> None:
    customer_id, subscription = await _subscribe(stripe, v1)
    base, clients = subscription["items"]["data"]
    start, end = base["current_period_start"], base["current_period_end"]
    stripe.clock.advance(timedelta(days=10, seconds=1))
    left = end - start - 10 * 86_400 - 1
    change = {"items": [{"id": clients["id"], "quantity": 5}]}
    shown = await v1.invoices.create_preview_async({"subscription": subscription["id"], "subscription_details": change})
    await v1.subscriptions.update_async(subscription["id"], {**change, "proration_behavior": "create_prorations"})
    await v1.subscriptions.update_async(
        subscription["id"], {"items": [{"id": base["id"], "quantity": 2}], "proration_behavior": "none"}
    )
    stripe.clock.go_to(stripe.clock.now + timedelta(days=22))

    invoice = stripe.invoices(customer_id)[0]
    less = -((2 * 20_000_000 * left + end - start) // (2 * (end - start)))
    more = (2 * 50_000_000 * left + end - start) // (2 * (end - start))
    assert [line["amount"] for line in invoice["lines"]["data"]] == [less, more, 100_000_000, 50_000_000]
    assert [line["parent"]["type"] for line in invoice["lines"]["data"]] == ["invoice_item_details"] * 2 + [
        "subscription_item_details"
    ] * 2
    assert shown.total == less + more + 50_000_000 + 50_000_000, "as things were when it was shown"
    assert invoice["status"] == "paid"


async def test_a_credit_gives_back_what_was_charged_and_no_more(stripe: Double, v1: Any) -> None:
    stripe.offer("HEMAT20", percent_off=20)
    (code,) = (await v1.promotion_codes.list_async({"code": "HEMAT20"})).data
    customer_id, subscription = await _subscribe(stripe, v1, discounts=[{"promotion_code": code.id}])
    clients = subscription["items"]["data"][1]
    for quantity, behaviour in ((1, "none"), (3, "always_invoice")):
        change = {"items": [{"id": clients["id"], "quantity": quantity}], "proration_behavior": behaviour}
        await v1.subscriptions.update_async(subscription["id"], change)

    after, first = stripe.invoices(customer_id)
    assert first["total"] == 56_000_000
    credit, charge = after["lines"]["data"]
    assert (credit["amount"], credit["quantity"]) == (-16_000_000, 2), "two were charged, with a fifth off"
    assert (charge["amount"], charge["quantity"]) == (30_000_000, 3), "and the coupon was for once"
    assert after["total_discount_amounts"] == []


async def test_a_smaller_plan_at_once_leaves_a_credit_that_the_next_invoice_takes(stripe: Double, v1: Any) -> None:
    customer_id, subscription = await _subscribe(stripe, v1)
    clients = subscription["items"]["data"][1]
    await v1.subscriptions.update_async(
        subscription["id"],
        {"items": [{"id": clients["id"], "deleted": True}], "proration_behavior": "always_invoice"},
    )
    assert (stripe.invoices(customer_id)[0]["total"], stripe.invoices(customer_id)[0]["amount_due"]) == (-20_000_000, 0)
    assert (await v1.customers.retrieve_async(customer_id)).balance == -20_000_000

    stripe.clock.advance(timedelta(days=32))
    invoice = stripe.invoices(customer_id)[0]
    assert (invoice["total"], invoice["starting_balance"], invoice["amount_paid"]) == (
        50_000_000,
        -20_000_000,
        30_000_000,
    )
    assert (await v1.customers.retrieve_async(customer_id)).balance == 0


async def test_a_year_in_the_place_of_a_month_begins_at_once(stripe: Double, v1: Any) -> None:
    customer_id, subscription = await _subscribe(stripe, v1)
    keys = ["tata_rintis_base_idr_year_v1", "tata_rintis_client_idr_year_v1"]
    prices = {one.lookup_key: one.id for one in (await v1.prices.list_async({"lookup_keys": keys})).data}
    wanted = [
        {"id": item["id"], "price": prices[key]} for item, key in zip(subscription["items"]["data"], keys, strict=True)
    ]
    stripe.clock.advance(timedelta(days=15))
    await v1.subscriptions.update_async(subscription["id"], {"items": wanted})

    invoice = stripe.invoices(customer_id)[0]
    assert invoice["status"] == "paid"
    assert sorted(line["amount"] > 0 for line in invoice["lines"]["data"]) == [False, False, True, True]
    assert subscription["items"]["data"][0]["current_period_end"] == add_months(int(stripe.clock.now.timestamp()), 12)


async def test_coupons_come_off_and_tax_comes_on(stripe: Double, v1: Any) -> None:
    code = stripe.offer("HEMAT20", percent_off=20)
    found = (await v1.promotion_codes.list_async({"code": "hemat20", "active": True})).data
    rate = stripe.add_tax_rate("12")
    customer_id, subscription = await _subscribe(
        stripe,
        v1,
        discounts=[{"promotion_code": found[0].id}],
        subscription_data={"default_tax_rates": [rate]},
    )
    stripe.clock.advance(timedelta(days=32))
    second, first = stripe.invoices(customer_id)

    assert found[0].id == code
    assert (first["subtotal"], first["total"]) == (70_000_000, 62_720_000)
    assert [one["amount"] for one in first["total_taxes"]] == [6_720_000]
    assert [one["amount"] for one in first["total_discount_amounts"]] == [14_000_000]
    assert second["total"] == 78_400_000, "the coupon was for once"
    assert subscription["discounts"] == []

    stripe.offer("POTONG", amount_off=5_000_001, currency="idr", duration="repeating", duration_in_months=2)
    (code,) = (await v1.promotion_codes.list_async({"code": "POTONG"})).data
    other_id, other = await _subscribe(
        stripe,
        v1,
        discounts=[{"promotion_code": code.id}],
        automatic_tax={"enabled": True},
        customer_update={"address": "auto"},
    )
    invoice = stripe.invoices(other_id)[0]
    assert invoice["total_excluding_tax"] == 64_999_999
    assert sum(one["amount"] for one in invoice["total_taxes"]) == invoice["total"] - 64_999_999
    assert abs(invoice["total"] * 100 - 64_999_999 * 111) <= 100, "11 %, rounded on each line"
    stripe.clock.advance(timedelta(days=93))
    assert [bool(one["total_discount_amounts"]) for one in stripe.invoices(other_id)] == [False, False, True, True]
    assert other["discounts"] == []


def test_what_is_left_of_a_period_and_what_went_by_are_the_whole() -> None:
    start, end = 1_790_000_000, 1_792_678_400
    for now in (start, start + 1, start + 999_999, end - 1, end):
        assert part(-7_000_003, start, end, now) == -part(7_000_003, start, end, now)
    assert (part(7_000_003, start, end, start), part(7_000_003, start, end, end)) == (7_000_003, 0)
    assert add_months(add_months(1_738_281_600, 1), 0) == 1_740_700_800, "31 January and a month is 28 February"


# Events and pages -----------------------------------------------------------------------------------------------------


async def test_events_are_signed_as_the_sdk_checks_it(stripe: Double, v1: Any) -> None:
    heard: list[tuple[bytes, str]] = []

    async def webhook(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        heard.append(((await receive())["body"], headers["stripe-signature"]))
        await send({"type": "http.response.start", "status": 200 if len(heard) > 1 else 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    await v1.customers.create_async({"name": "Ruang Jaya"}, {"idempotency_key": "k"})
    await _subscribe(stripe, v1)
    many = len(stripe.events)
    statuses = await stripe.deliver(webhook)

    assert statuses == [503] + [200] * (many - 1)
    assert stripe.pending() == stripe.events[:1]
    body, signature = heard[0]
    event = sdk.Webhook.construct_event(body, signature, stripe.secret)
    assert (event.type, event.api_version, event.request.idempotency_key) == ("customer.created", API_VERSION, "k")
    with pytest.raises(sdk.SignatureVerificationError):
        sdk.Webhook.construct_event(body.replace(b"Ruang", b"Orang"), signature, stripe.secret)
    with pytest.raises(sdk.SignatureVerificationError):
        sdk.Webhook.construct_event(body, signature, "whsec_of_somebody_else")
    await stripe.deliver(webhook, stripe.events[:1], when=stripe.clock.now.timestamp() - 301)
    with pytest.raises(sdk.SignatureVerificationError, match="tolerance"):
        sdk.Webhook.construct_event(*heard[-1], stripe.secret)


async def test_in_the_demo_events_are_taken_to_the_webhook_again_and_again_until_it_takes_them() -> None:
    heard: list[str] = []
    enough, stop = threading.Event(), threading.Event()

    async def webhook(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        event = sdk.Webhook.construct_event((await receive())["body"], headers["stripe-signature"], double.secret)
        heard.append(event.type)
        if heard.count("customer.created") == 3:
            enough.set()
        await send({"type": "http.response.start", "status": 200 if enough.is_set() else 500, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with listening() as port, serving(Double()) as double:
        port.app = webhook
        courier = threading.Thread(target=Courier(double, port.url).run, args=(stop,))
        courier.start()
        with double.state.lock:
            create_customer(double.state, {"name": "A"})
        await asyncio.to_thread(enough.wait, 20)
        stop.set()
        courier.join()

    assert heard == ["customer.created"] * 3
    assert double.pending() == []


async def test_lists_go_on_by_pages_and_long_invoices_too(stripe: Double, v1: Any) -> None:
    names = [f"C{number:02d}" for number in range(12)]
    customer_id, subscription = await _subscribe(stripe, v1)
    for name in names:
        await v1.subscriptions.update_async(
            subscription["id"],
            {"items": [{"id": subscription["items"]["data"][1]["id"], "quantity": int(name[1:]) + 3}]},
        )
    stripe.clock.advance(timedelta(days=32))

    shown = (await v1.invoices.list_async({"customer": customer_id, "limit": 1})).data[0]
    lines = [
        line.id async for line in (await v1.invoices.line_items.list_async(shown.id, {"limit": 10})).auto_paging_iter()
    ]
    assert (len(shown.lines.data), shown.lines.has_more) == (10, True)
    assert lines == [line["id"] for line in stripe.invoices(customer_id)[0]["lines"]["data"]]
    assert len(set(lines)) == 26
    page = await v1.subscriptions.list_async({"customer": customer_id, "expand": ["data.default_payment_method"]})
    assert page.data[0].default_payment_method.card.last4 == "4242"
    with pytest.raises(sdk.InvalidRequestError, match="cannot be expanded"):
        await v1.subscriptions.list_async({"expand": ["data.status"]})


async def test_people_pay_on_its_pages_which_say_what_they_are(stripe: Double, v1: Any) -> None:
    customer_id, _ = await _subscribe(stripe, v1)
    item = {"price": stripe.state.all("price")[0]["id"], "quantity": 1}
    session = await v1.checkout.sessions.create_async(
        {
            "mode": "subscription",
            "customer": (await v1.customers.create_async({"name": "PT <b>Dua</b>"})).id,
            "line_items": [item],
            "success_url": "https://example.id/done",
            "cancel_url": "https://example.id/back",
        }
    )
    (configuration,) = (await v1.billing_portal.configurations.list_async({"active": True})).data
    portal = await v1.billing_portal.sessions.create_async(
        {"customer": customer_id, "return_url": "https://example.id/home", "configuration": configuration.id}
    )
    async with httpx.AsyncClient() as browser:
        shown = await browser.get(session.url)
        refused = await browser.post(session.url, data={"do": "refused"})
        paid = await browser.post(session.url, data={"do": "works"})
        again = await browser.post(session.url, data={"do": "works"})
        pages = [await browser.get(portal.url), await browser.post(portal.url, data={"do": "declines"})]
        invoice = stripe.invoices(customer_id)[0]
        pages.append(await browser.get(invoice["hosted_invoice_url"]))
        pdf = await browser.get(invoice["invoice_pdf"])
        nowhere = await browser.get(f"{stripe.url}/stand-in/pay/cs_nobody")

    assert all("No money moves" in one.text for one in (shown, refused, again, *pages, nowhere))
    assert "https://example.id/back" in shown.text
    assert "declined" in refused.text
    assert (paid.status_code, paid.headers["location"]) == (303, "https://example.id/done")
    assert "used already" in again.text
    assert len(stripe.state.objects["subscription"]) == 2
    assert "https://example.id/home" in pages[0].text
    assert "ending in 0341" in pages[1].text
    assert (pdf.headers["content-type"], pdf.content[:5], nowhere.status_code) == ("application/pdf", b"%PDF-", 404)


async def test_a_card_that_is_refused_makes_nothing(stripe: Double, v1: Any) -> None:
    for card, kind in (("4000000000000002", Declined), ("4000000000000341", Declined), (None, ValueError)):
        with pytest.raises(kind):
            await _subscribe(stripe, v1, card=card)
    assert stripe.state.objects["subscription"] == {}

    stripe.clock.advance(timedelta(days=1))
    assert {one["status"] for one in stripe.state.all("checkout.session")} == {"expired"}


# The double itself ----------------------------------------------------------------------------------------------------


def test_an_object_has_the_fields_that_stripe_names_and_no_others() -> None:
    with pytest.raises(TypeError, match="has no colour"):
        shape("customer", id="cus_1", created=1, colour="red")
    with pytest.raises(TypeError, match="has created"):
        shape("customer", id="cus_1")
    assert shape("customer", id="cus_1", created=1)["balance"] is None


def test_it_runs_beside_the_application_and_is_no_part_of_it() -> None:
    """Neither the wheel nor the image takes tests/, and nothing that is installed names it."""
    found = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["setuptools"]
    image = (PROJECT / "infra/Containerfile").read_text()
    copied = re.findall(r"^COPY (?:--\S+ )*(.+) \S+$", image, flags=re.MULTILINE)
    installed = [*(PROJECT / "src").rglob("*.py"), *(PROJECT / "workers").rglob("*.py")]

    assert found["packages"]["find"]["include"] == ["tatausaha*", "workers*"]
    assert found["package-dir"].keys() == {"tatausaha", "workers"}
    assert copied
    assert [words for words in copied if {"tests", "tests/", ".", "./"} & set(words.split())] == []
    tests = re.compile(r"^\s*(?:from|import) +tests\b", flags=re.MULTILINE)
    assert [str(path) for path in installed if tests.search(path.read_text(encoding="utf-8"))] == []


def test_a_refusal_has_the_shape_of_stripes() -> None:
    problem = Problem("No", code="parameter_missing", param="mode")
    assert written(problem.body) == (
        b'{"error": {"message": "No", "type": "invalid_request_error", "code": "parameter_missing", "param": "mode"}}'
    )
