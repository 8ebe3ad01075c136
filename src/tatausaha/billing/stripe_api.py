"""Every call to Stripe.

A call is made outside any transaction, within a time limit, of a pinned version of the API, and is tried again by the SDK
and then by its job. Whatever changes something carries an idempotency key made of its job's id, so that a job that was
killed between Stripe's answer and our commit asks again and gets the same answer. `key` is always that key.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tatausaha.billing import stripe_shapes as shapes
from tatausaha.billing import stripe_wires as wires
from tatausaha.billing.rules.truth import ItemChange, Opened, Preview, Price, Subscription, Truth
from tatausaha.billing.stripe_line import call, every, line, once, plain
from tatausaha.core.process import tools

PAGE = 100
KEYS_AT_ONCE = 10  # lookup keys in one question, by Stripe's documentation
OF_SUBSCRIPTIONS = ["data.default_payment_method", "data.discounts.promotion_code"]
PORTAL_MARK = {"tatausaha": "portal"}


async def create_customer(
    key: str, *, tenant_id: str, name: str = "", email: str = "", address: str = "", npwp: str | None = None
) -> str:
    """A customer; gives its id. The provider's id stands there for people who look at Stripe's pages alone."""
    given = {"name": name, "email": email, "address": address, "invoice_settings": npwp}
    details = {field: value for field, value in _details(name, email, address, npwp).items() if given[field]}
    wanted = {**details, "metadata": {"tenant_id": tenant_id}}
    return str((await call(line().v1.customers.create_async(wanted, once(key)))).id)


async def update_customer(key: str, customer_id: str, *, name: str, email: str, address: str, npwp: str | None) -> None:
    """Write other details on the invoices to come."""
    await call(line().v1.customers.update_async(customer_id, _details(name, email, address, npwp), once(key)))


async def create_checkout(
    key: str,
    *,
    customer_id: str,
    items: Sequence[tuple[str, int]],
    trial_ends_at: datetime | None,
    coupon: str | None,
    success_url: str,
    cancel_url: str,
    language: str = "auto",
) -> Opened:
    """A payment page for a new subscription to (price id, quantity). `coupon` is a promotion code's id.

    With a trial no card is asked for; the subscription pauses at its end while there is none.
    """
    subscription: dict[str, Any] = {}
    if trial_ends_at is not None:
        subscription["trial_end"] = int(trial_ends_at.timestamp())
        subscription["trial_settings"] = {"end_behavior": {"missing_payment_method": "pause"}}
    wanted: dict[str, Any] = {
        "mode": "subscription",
        "customer": customer_id,
        "line_items": [{"price": price_id, "quantity": quantity} for price_id, quantity in items],
        "payment_method_collection": "if_required",
        "success_url": success_url,
        "cancel_url": cancel_url,
        "locale": language,
    }
    tax = tools().settings.stripe_tax
    if tax == "automatic":
        wanted |= {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto", "name": "auto"}}
    elif tax != "none":
        subscription["default_tax_rates"] = [tax]
    if coupon is not None:
        wanted["discounts"] = [{"promotion_code": coupon}]
    if subscription:
        wanted["subscription_data"] = subscription
    return shapes.opened(plain(await call(line().v1.checkout.sessions.create_async(wanted, once(key)))))


async def expire_checkout(key: str, session_id: str) -> None:
    """Close a payment page that nobody paid; one that was paid, or ended by itself, stays as it is."""
    page = await call(line().v1.checkout.sessions.retrieve_async(session_id))
    if page.status == "open":
        await call(line().v1.checkout.sessions.expire_async(session_id, {}, once(key)))


async def change_items(key: str, subscription_id: str, items: Sequence[ItemChange], prorate: bool) -> None:
    """Change prices and quantities of a subscription; what is prorated comes on the next invoice.

    Gives nothing: an answer that is repeated for the same key tells what was true once.
    """
    await call(
        line().v1.subscriptions.update_async(
            subscription_id,
            {"items": [_wanted(each) for each in items], "proration_behavior": _behaviour(prorate)},
            once(key),
        )
    )


async def cancel_at_period_end(key: str, subscription_id: str, wanted: bool) -> None:
    """Let a subscription end with its period, or go on after all."""
    await call(line().v1.subscriptions.update_async(subscription_id, {"cancel_at_period_end": wanted}, once(key)))


async def resume(key: str, subscription_id: str) -> None:
    """Go on with a subscription that paused when its trial ended without a card; a new period begins and is billed."""
    await call(line().v1.subscriptions.resume_async(subscription_id, {}, once(key)))


async def open_portal(key: str, customer_id: str, return_url: str) -> Opened:
    """Stripe's own pages for the payment method and invoices, for one customer and a short while."""
    wanted: dict[str, Any] = {"customer": customer_id, "return_url": return_url}
    if (configuration := await find_portal_configuration()) is not None:
        wanted["configuration"] = configuration
    return shapes.opened(plain(await call(line().v1.billing_portal.sessions.create_async(wanted, once(key)))))


async def preview(customer_id: str, subscription_id: str, items: Sequence[ItemChange]) -> Preview:
    """What the next invoice would be with these items, prorations included; without items, as things are."""
    wanted: dict[str, Any] = {"customer": customer_id, "subscription": subscription_id}
    if items:
        wanted["subscription_details"] = {
            "items": [_wanted(each) for each in items],
            "proration_behavior": _behaviour(True),
        }
    return shapes.preview(plain(await call(line().v1.invoices.create_preview_async(wanted))))


async def find_prices(lookup_keys: Sequence[str]) -> dict[str, Price]:
    """The prices of these lookup keys, as far as the account has them and still sells by them."""
    found: dict[str, Price] = {}
    for start in range(0, len(lookup_keys), KEYS_AT_ONCE):
        wanted = list(lookup_keys[start : start + KEYS_AT_ONCE])
        page = await call(line().v1.prices.list_async({"lookup_keys": wanted, "active": True, "limit": PAGE}))
        prices = [shapes.price(plain(each)) for each in page.data]
        found |= {price.lookup_key: price for price in prices}
    return found


async def find_coupon(code: str) -> str | None:
    """The id of an active promotion code, as people write it; None when there is none."""
    page = await call(line().v1.promotion_codes.list_async({"code": code, "active": True, "limit": 1}))
    return page.data[0].id if page.data else None


async def read_truth(customer_id: str) -> Truth:
    """All that Stripe holds of a customer now. Take `asked_at` from the database before calling this."""
    v1 = line().v1
    asked: Any = {"customer": customer_id, "status": "all", "limit": PAGE, "expand": OF_SUBSCRIPTIONS}
    answers = [each async for each in every(v1.subscriptions.list_async(asked))]
    subscriptions = tuple(map(shapes.subscription, answers))
    page = await call(v1.invoices.list_async({"customer": customer_id, "limit": PAGE}))
    sent = [await _whole(each) for each in page.data]
    keys = {item.price_id: item.lookup_key for one in subscriptions for item in one.items}
    keys |= await _lookup_keys({price_id for wire in sent for price_id in wire.price_ids} - keys.keys())
    of_customer: Any = {"expand": ["invoice_settings.default_payment_method"]}
    customer = msgspec.convert(plain(await call(v1.customers.retrieve_async(customer_id, of_customer))), wires.Customer)
    # A subscription's own method goes before the customer's, as Stripe charges.
    living = [answer for one, answer in zip(subscriptions, answers, strict=True) if one.alive]
    methods = [*map(shapes.method_of_subscription, living), shapes.method_of_customer(customer)]
    return Truth(
        customer_id=customer_id,
        subscriptions=subscriptions,
        invoices=tuple(shapes.invoice(wire, keys) for wire in sent),
        method=next((method for method in methods if method), None),
        balance=customer.balance or 0,
    )


async def list_subscriptions() -> list[Subscription]:
    """Every subscription of the account, ended ones included."""
    asked: Any = {"status": "all", "limit": PAGE, "expand": OF_SUBSCRIPTIONS}
    return [shapes.subscription(each) async for each in every(line().v1.subscriptions.list_async(asked))]


async def find_product(product_id: str) -> bool:
    """Whether the account has a product of this id."""
    page = await call(line().v1.products.list_async({"ids": [product_id], "limit": 1}))
    return bool(page.data)


async def create_product(key: str, product_id: str, *, name: str) -> None:
    """A product with an id of our choice; its name is what invoices say."""
    await call(line().v1.products.create_async({"id": product_id, "name": name}, once(key)))


async def create_price(
    key: str, *, product_id: str, lookup_key: str, currency: str, unit_amount: int, interval: str
) -> Price:
    """A price for one of something and one interval, in minor units, without tax."""
    wanted: Any = {
        "product": product_id,
        "lookup_key": lookup_key,
        "currency": currency,
        "unit_amount": unit_amount,
        "recurring": {"interval": interval},
        "tax_behavior": "exclusive",
    }
    return shapes.price(plain(await call(line().v1.prices.create_async(wanted, once(key)))))


async def find_portal_configuration() -> str | None:
    """How Stripe's own pages were set up for us, if they were."""
    page = await call(line().v1.billing_portal.configurations.list_async({"active": True, "limit": PAGE}))
    marked = (each.id for each in page.data if plain(each).get("metadata") == PORTAL_MARK)
    return next(marked, None)


async def create_portal_configuration(key: str) -> str:
    """Stripe's own pages for cards, invoices and addresses alone: plans are changed, and ended, here."""
    wanted: Any = {
        "features": {
            "customer_update": {"enabled": True, "allowed_updates": ["address", "tax_id"]},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {"enabled": False},
            "subscription_update": {"enabled": False},
        },
        "metadata": PORTAL_MARK,
    }
    made = await call(line().v1.billing_portal.configurations.create_async(wanted, once(key)))
    return str(made.id)


async def _whole(answer: Any) -> wires.Invoice:
    """An invoice with all of its lines; a list of invoices holds the first few of each."""
    wire = msgspec.convert(plain(answer), wires.Invoice)
    if not wire.lines.has_more:
        return wire
    more = every(line().v1.invoices.line_items.list_async(wire.id, {"limit": PAGE}))
    return msgspec.structs.replace(wire, lines=shapes.lines([each async for each in more]))


async def _lookup_keys(price_ids: Iterable[str]) -> dict[str, str]:
    """The lookup keys of prices that no subscription has any more."""
    known = line().lookup_keys
    for price_id in sorted(set(price_ids) - known.keys()):
        answer = await call(line().v1.prices.retrieve_async(price_id))
        known[price_id] = answer.lookup_key or ""
    return dict(known)


def _details(name: str, email: str, address: str, npwp: str | None) -> dict[str, Any]:
    """Who is written on an invoice. Nothing given takes away what stood there."""
    return {
        "name": name,
        "email": email,
        "address": {"line1": address, "country": "ID"} if address else "",
        "invoice_settings": {"custom_fields": [{"name": "NPWP", "value": npwp}] if npwp else ""},
    }


def _wanted(change: ItemChange) -> dict[str, Any]:
    named = {"id": change.item_id, "price": change.price_id, "quantity": change.quantity}
    return {name: value for name, value in named.items() if value is not None}


def _behaviour(prorate: bool) -> str:
    return "create_prorations" if prorate else "none"
