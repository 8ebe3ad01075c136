"""One story that Stripe itself and its stand-in must tell alike, by the application's own calls.

With TATA_TEST_STRIPE_KEY (sk_test_…) in the environment it is told to Stripe's test mode too; without, the summary of the
run says that it was not. What it makes there is taken away again, but for the plans, as `tata billing set-up` makes them.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from tatausaha.billing import stripe_api, stripe_line
from tatausaha.billing import stripe_wires as wires
from tatausaha.billing.rules.plans import METERS, list_plans
from tatausaha.billing.rules.truth import ItemChange
from tatausaha.billing.service import catalogue
from tatausaha.core import process
from tests.stripe_double import Double, billing_on

KEY = "TATA_TEST_STRIPE_KEY"
STRIPE = "https://api.stripe.com"

Agree = Callable[[str, str, str, datetime], Awaitable[None]]


@pytest.fixture(params=["stand-in", "Stripe"])
async def agree(request: pytest.FixtureRequest, app: Litestar) -> AsyncIterator[Agree]:
    """The account of this run, told of by the settings; gives how a person agrees on a payment page there."""
    if request.param == "stand-in":
        double = request.getfixturevalue("stripe_port").serve(Double())
        with billing_on(double):
            yield _on_the_page(double)
        assert double.surprises == []
        return
    key = os.environ.get(KEY, "")
    if not key:
        pytest.skip(f"{KEY} is not set, so that Stripe itself was not asked and its stand-in alone answered")
    assert key.startswith("sk_test_"), f"{KEY} must be a key of Stripe's test mode"
    with billing_on(Double(STRIPE, key=key)):  # its address and key; nothing is served
        yield _by_the_api


def _on_the_page(double: Double) -> Agree:
    async def agreed(session_id: str, customer_id: str, price_id: str, trial_ends_at: datetime) -> None:
        double.complete_checkout(session_id, None)

    return agreed


async def _by_the_api(session_id: str, customer_id: str, price_id: str, trial_ends_at: datetime) -> None:
    """Nobody can press Stripe's button in a test: the subscription is made as the page would make it."""
    await stripe_line.line().v1.subscriptions.create_async(
        {
            "customer": customer_id,
            "items": [{"price": price_id, "quantity": 1}],
            "trial_end": int(trial_ends_at.timestamp()),
            "trial_settings": {"end_behavior": {"missing_payment_method": "pause"}},
        }
    )


async def test_what_the_application_asks_is_answered_with_all_that_it_reads(agree: Agree) -> None:
    run = uuid4().hex
    await catalogue.set_up()
    plan = list_plans()[0]
    keys = {meter: plan.lookup_key(meter, "idr", "month") for meter in METERS}
    prices = await stripe_api.find_prices([*keys.values(), "tata_never_base_idr_month_v1"])
    assert {key: price.unit_amount for key, price in prices.items()} == {
        key: plan.amount(meter, "idr", "month") for meter, key in keys.items()
    }, "the rupiah has hundredths"
    assert await stripe_api.find_coupon(f"NO{run[:8]}") is None

    customer_id, again = [
        await stripe_api.create_customer(
            f"{run}:customer", name="Contract run", email="contract@example.id", tenant_id=run
        )
        for _ in range(2)
    ]
    assert customer_id == again
    try:
        await _story(agree, run, customer_id, prices[keys["base"]].id, prices[keys["client"]].id)
    finally:
        if process.tools().settings.stripe_url == STRIPE:
            await stripe_line.line().v1.customers.delete_async(customer_id)


async def _story(agree: Agree, run: str, customer_id: str, base: str, client: str) -> None:
    trial_ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=10)
    page = await stripe_api.create_checkout(
        f"{run}:checkout",
        customer_id=customer_id,
        items=[(base, 1)],
        trial_ends_at=trial_ends_at,
        coupon=None,
        success_url="https://example.id/subscription?paid=yes",
        cancel_url="https://example.id/subscription",
    )
    assert page.url.startswith("http")
    assert page.ends_at is not None
    await agree(page.id, customer_id, base, trial_ends_at)
    await stripe_api.expire_checkout(f"{run}:expire", page.id)
    (subscription,) = (await stripe_api.read_truth(customer_id)).subscriptions
    assert (subscription.status, subscription.trial_ends_at) == ("trialing", trial_ends_at)

    more = [ItemChange(None, client, 3)]
    shown = await stripe_api.preview(customer_id, subscription.id, more)
    await stripe_api.change_items(f"{run}:change", subscription.id, more, prorate=True)
    await stripe_api.cancel_at_period_end(f"{run}:cancel", subscription.id, True)
    truth = await stripe_api.read_truth(customer_id)
    (subscription,) = truth.subscriptions
    assert [(line.amount, shown.currency) for line in shown.lines if line.amount] == [
        (50_000_000, "idr"),
        (30_000_000, "idr"),
    ]
    assert [(item.meter, item.quantity) for item in subscription.items] == [("base", 1), ("client", 3)]
    assert subscription.ends_at == subscription.period_ends_at == trial_ends_at
    assert [(one.total, one.status, one.reason) for one in truth.invoices] == [(0, "paid", "subscription_create")]
    assert truth.invoices[0].subscription_id == subscription.id
    await stripe_api.cancel_at_period_end(f"{run}:resume", subscription.id, False)
    assert subscription.id in [one.id for one in await stripe_api.list_subscriptions() if one.ends_at is None]
    portal = await stripe_api.open_portal(f"{run}:portal", customer_id, "https://example.id/subscription")
    assert portal.url.startswith("http")
    assert await _lacking(customer_id, subscription.id) == []


async def _lacking(customer_id: str, subscription_id: str) -> list[str]:
    """The fields that the application reads and an answer has not, asked for past the SDK."""
    of_customer = f"customer={customer_id}"
    asked: list[tuple[str, str, Any]] = [
        (f"customers/{customer_id}?expand[]=invoice_settings.default_payment_method", "", wires.Customer),
        (f"subscriptions?{of_customer}&status=all&expand[]=data.default_payment_method", "", list[wires.Subscription]),
        (f"invoices?{of_customer}", "", list[wires.Invoice]),
        ("prices?active=true&limit=3", "", list[wires.Price]),
        ("invoices/create_preview", f"{of_customer}&subscription={subscription_id}", wires.Preview),
    ]
    settings = process.tools().settings
    headers = {"Authorization": f"Bearer {settings.stripe_key}", "Stripe-Version": stripe_line.API_VERSION}
    lacking = []
    async with httpx.AsyncClient(base_url=f"{settings.stripe_url}/v1/", headers=headers, timeout=30) as http:
        for path, body, read in asked:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = await (http.post(path, content=body, headers=form) if body else http.get(path))
            assert answer.status_code == 200, answer.text
            found = answer.json()
            lacking += _absent(found["data"] if get_origin(read) is list else found, read, path.split("?")[0])
    return lacking


def _absent(value: Any, hint: Any, path: str) -> list[str]:
    """What a class names and a value of JSON has not, all the way down."""
    if get_origin(hint) in (Union, UnionType):
        kinds = [one for one in get_args(hint) if isinstance(value, dict) and hasattr(one, "__struct_fields__")]
        return _absent(value, kinds[0], path) if kinds else []
    if get_origin(hint) is list:
        return [name for one in value for name in _absent(one, get_args(hint)[0], f"{path}[]")]
    if not hasattr(hint, "__struct_fields__"):
        return []
    hints = get_type_hints(hint)
    missing = [f"{path}.{name}" for name in hint.__struct_fields__ if name not in value]
    inner = (_absent(value[name], hints[name], f"{path}.{name}") for name in hint.__struct_fields__ if name in value)
    return missing + [name for found in inner for name in found]


def test_a_field_that_is_not_there_is_named() -> None:
    whole = {"currency": "idr", "total": 1, "lines": {"data": [], "has_more": False}, "total_taxes": None}
    assert _absent(whole, wires.Preview, "preview") == []
    assert _absent({**whole, "lines": {"data": [{}]}}, wires.Preview, "preview")[:2] == [
        "preview.lines.has_more",
        "preview.lines.data[].amount",
    ]
