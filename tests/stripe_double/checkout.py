"""Checkout Sessions for subscriptions: opened by a call, completed once by a person, or expired."""

from typing import Any

from tests.stripe_double import catalog, customers, invoices, subscriptions
from tests.stripe_double.items import check_prices
from tests.stripe_double.problems import Declined, Problem
from tests.stripe_double.state import Object, State
from tests.stripe_double.times import DAY, HOUR

Params = dict[str, Any]
LEAST_TRIAL = 2 * DAY
MINUTES_30 = HOUR // 2


def create_session(state: State, params: Params) -> Object:
    catalog.need(params, "mode", "line_items", "success_url", "customer")
    if params["mode"] != "subscription":
        raise Problem("The stand-in opens payment pages for subscriptions alone.", param="mode")
    customer = state.get("customer", params["customer"], "customer")
    items = _items(state, params, customer)
    coupons = _coupons(state, params, items[0][0]["currency"])
    settings = _settings(state, params, customer)
    trial_end = _trial_end(state, params.get("subscription_data", {}))
    expires_at = params.get("expires_at", state.now + DAY)
    if not state.now + MINUTES_30 <= expires_at <= state.now + DAY:
        raise Problem(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", param="expires_at"
        )
    subtotal = 0 if trial_end else sum(price["unit_amount"] * quantity for price, quantity in items)
    session = state.make(
        "checkout.session",
        "cs_test",
        told=False,
        allow_promotion_codes=params.get("allow_promotion_codes"),
        amount_subtotal=subtotal,
        amount_total=subtotal,
        automatic_tax={
            "enabled": settings["automatic_tax"],
            "liability": {"type": "self"} if settings["automatic_tax"] else None,
            "provider": "stripe" if settings["automatic_tax"] else None,
            "status": "requires_location_inputs" if settings["automatic_tax"] else None,
        },
        billing_address_collection=params.get("billing_address_collection"),
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        created=state.now,
        currency=items[0][0]["currency"],
        custom_fields=[],
        custom_text=dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        customer=customer["id"],
        customer_details={"address": None, "email": customer["email"], "name": None, "phone": None}
        | {"tax_exempt": "none", "tax_ids": None, "business_name": None, "individual_name": None},
        discounts=[{"coupon": None if code else coupon, "promotion_code": code} for coupon, code in coupons],
        expires_at=expires_at,
        locale=params.get("locale"),
        metadata=params.get("metadata", {}),
        mode="subscription",
        payment_method_collection=params.get("payment_method_collection", "always"),
        payment_method_types=["card"],
        payment_status="unpaid",
        shipping_options=[],
        status="open",
        success_url=params["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
    )
    session["url"] = f"{state.url}/stand-in/pay/{session['id']}"
    state.behind[session["id"]] = {"items": items, "trial_end": trial_end, "settings": settings | {"coupons": coupons}}
    return session


def _items(state: State, params: Params, customer: Object) -> list[tuple[Object, int]]:
    items = []
    for index, one in enumerate(params["line_items"]):
        where = f"line_items[{index}]"
        if "price" not in one:
            raise Problem(f"Missing required param: {where}[price].", code="parameter_missing", param=where)
        if one.get("quantity", 1) < 1:
            raise Problem(
                "This value must be greater than or equal to 1.",
                code="parameter_invalid_integer",
                param=f"{where}[quantity]",
            )
        items.append((state.get("price", one["price"], f"{where}[price]"), one.get("quantity", 1)))
    check_prices([price for price, _ in items])
    other = customer["currency"]
    alive = any(
        one["customer"] == customer["id"] and one["status"] not in subscriptions.ENDED
        for one in state.all("subscription")
    )
    if alive and other and other != items[0][0]["currency"]:
        raise Problem(
            "You cannot combine currencies on a single customer. This customer has an active subscription, "
            f"subscription schedule, discount, quote, or invoice item with currency {other}.",
            param="customer",
        )
    return items


def _coupons(state: State, params: Params, currency: str) -> list[tuple[str, str | None]]:
    """The coupons asked for, each with the promotion code it came by. Raises Problem if one is over."""
    given = params.get("discounts") or []
    if given and params.get("allow_promotion_codes"):
        raise Problem("You may only specify one of these parameters: allow_promotion_codes, discounts.")
    if len(given) > 1:
        raise Problem("You may only apply one coupon or promotion code.", param="discounts")
    found: list[tuple[str, str | None]] = []
    for one in given:
        if code_id := one.get("promotion_code"):
            code = state.get("promotion_code", code_id, "discounts[0][promotion_code]")
            if not catalog.is_open(state, code):
                raise Problem("This promotion code is no longer active.", param="discounts[0][promotion_code]")
            found.append((code["promotion"]["coupon"], code_id))
        else:
            found.append((state.get("coupon", one.get("coupon", ""), "discounts[0][coupon]")["id"], None))
    for coupon_id, _ in found:
        if state.objects["coupon"][coupon_id]["currency"] not in (None, currency):
            raise Problem("The coupon's currency is not that of the prices.", param="discounts[0]")
    return found


def _settings(state: State, params: Params, customer: Object) -> Params:
    """What the subscription is to be like. Raises Problem where Stripe wants more to be given."""
    data = params.get("subscription_data", {})
    updates = params.get("customer_update", {})
    automatic = params.get("automatic_tax", {}).get("enabled", False)
    if automatic and not customer["address"] and updates.get("address") != "auto":
        raise Problem(
            "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to "
            "the Customer or set either `customer_update[address]` to 'auto' or `customer_update[shipping]` to 'auto' "
            "to save the address entered in Checkout to the Customer.",
            code="customer_tax_location_invalid",
        )
    if params.get("tax_id_collection", {}).get("enabled") and not (customer["name"] or updates.get("name") == "auto"):
        raise Problem("Tax ID collection requires updating business name on the customer.", param="customer_update")
    for id_ in data.get("default_tax_rates") or ():
        state.get("tax_rate", id_, "subscription_data[default_tax_rates]")
    if automatic and data.get("default_tax_rates"):
        raise Problem("You cannot use `default_tax_rates` with automatic tax.", param="subscription_data")
    return {
        "automatic_tax": automatic,
        "tax_rates": data.get("default_tax_rates") or (),
        "metadata": data.get("metadata", {}),
        "description": data.get("description"),
        "missing": data.get("trial_settings", {})
        .get("end_behavior", {})
        .get("missing_payment_method", "create_invoice"),
    }


def _trial_end(state: State, data: Params) -> int | None:
    trial_end: int | None = data.get("trial_end")
    if trial_end is not None and "trial_period_days" in data:
        raise Problem("You cannot set both `trial_end` and `trial_period_days`.", param="subscription_data")
    if trial_end is not None and trial_end < state.now + LEAST_TRIAL:
        raise Problem(
            "The `trial_end` date has to be at least 2 days in the future.", param="subscription_data[trial_end]"
        )
    if "trial_settings" in data and trial_end is None and "trial_period_days" not in data:
        raise Problem("`trial_settings` can only be set with a trial.", param="subscription_data[trial_settings]")
    days = data.get("trial_period_days")
    return state.now + days * DAY if days else trial_end


def list_sessions(state: State, params: Params) -> list[Object]:
    return [
        one
        for one in state.all("checkout.session")
        if all(one[name] == params[name] for name in ("customer", "status", "subscription") if name in params)
    ]


def expire_session(state: State, params: Params, id_: str) -> Object:
    session = state.get("checkout.session", id_)
    if session["status"] != "open":
        raise Problem(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"`{session['status']}`.",
        )
    expire(state, session)
    return session


def expire(state: State, session: Object) -> None:
    session |= {"status": "expired", "url": None}
    state.tell("checkout.session.expired", session)


def needs_card(state: State, session: Object) -> bool:
    """Whether the person cannot go on without a card: something is due now, or the session always asks for one."""
    on_trial = state.behind[session["id"]]["trial_end"]
    return not on_trial or session["payment_method_collection"] == "always"


def complete(state: State, session: Object, card: str | None) -> Object:
    """A person agrees. Raises Declined, with nothing made, when the card is refused; ValueError if that cannot be."""
    if session["status"] != "open":
        raise ValueError(f"this payment page is {session['status']}")
    if card is None and needs_card(state, session):
        raise ValueError("this payment page asks for a card")
    behind = state.behind[session["id"]]
    trial_end = behind["trial_end"] if (behind["trial_end"] or 0) > state.now else None
    refused = (customers.REFUSED_AT_ONCE,) if trial_end else (customers.REFUSED_AT_ONCE, customers.DECLINES)
    if card in refused:
        raise Declined("Your card was declined.")
    customer = state.objects["customer"][session["customer"]]
    method = customers.keep_card(state, customer, card) if card else None
    made = subscriptions.begin(
        state,
        customer,
        behind["items"],
        trial_end=trial_end,
        method=method["id"] if method else None,
        settings=behind["settings"],
    )
    first = invoices.list_invoices(state, {"subscription": made["id"]})[0]
    session |= {
        "status": "complete",
        "url": None,
        "subscription": made["id"],
        "invoice": first["id"],
        "amount_total": first["total"],
        "payment_status": "paid" if first["amount_paid"] else "no_payment_required",
        "total_details": {
            "amount_discount": sum(one["amount"] for one in first["total_discount_amounts"]),
            "amount_shipping": 0,
            "amount_tax": sum(one["amount"] for one in first["total_taxes"]),
        },
    }
    state.tell("checkout.session.completed", session)
    return session
