"""Subscriptions: begun, changed, cancelled, resumed, and what falls due for them."""

import secrets
from typing import Any

from tests.stripe_double import customers, invoices, lines, prorations
from tests.stripe_double.items import new_item, period_of, planned
from tests.stripe_double.problems import Problem
from tests.stripe_double.shapes import listed
from tests.stripe_double.state import Object, State
from tests.stripe_double.times import HOUR, add_months, next_end

Params = dict[str, Any]
ENDED = ("canceled", "incomplete_expired")
RUNNING = ("active", "past_due", "unpaid")


def list_subscriptions(state: State, params: Params) -> list[Object]:
    """Those of a status; without one, all that have not ended."""
    if "customer" in params:
        state.get("customer", params["customer"], "customer")
    wanted = params.get("status")
    return [
        one
        for one in state.all("subscription")
        if params.get("customer", one["customer"]) == one["customer"]
        and (
            wanted in ("all", one["status"])
            or (wanted == "ended" and one["status"] in ENDED)
            or (wanted is None and one["status"] != "canceled")
        )
    ]


def begin(
    state: State,
    customer: Object,
    items: list[tuple[Object, int]],
    *,
    trial_end: int | None,
    method: str | None,
    settings: Params,
) -> Object:
    """A new subscription with its first invoice, for nothing while on trial. Whether the card pays, is known before."""
    id_ = f"sub_{secrets.token_hex(9)}"
    start = state.now
    interval = items[0][0]["recurring"]["interval"]
    end = trial_end or next_end(start, interval, start)
    automatic = bool(settings.get("automatic_tax"))
    subscription = state.make(
        "subscription",
        "sub",
        id_=id_,
        told=False,
        automatic_tax={
            "disabled_reason": None,
            "enabled": automatic,
            "liability": {"type": "self"} if automatic else None,
        },
        billing_cycle_anchor=trial_end or start,
        billing_mode={"flexible": {"proration_discounts": "included"}, "type": "flexible", "updated_at": None},
        billing_schedules=[],
        cancel_at_period_end=False,
        cancellation_details=dict.fromkeys(("comment", "feedback", "reason")),
        collection_method="charge_automatically",
        created=start,
        currency=items[0][0]["currency"],
        customer=customer["id"],
        default_payment_method=method,
        default_tax_rates=[state.objects["tax_rate"][one] for one in settings.get("tax_rates", ())],
        description=settings.get("description"),
        discounts=[],
        invoice_settings={"account_tax_ids": None, "custom_fields": None, "issuer": {"type": "self"}},
        items=listed([], f"/v1/subscription_items?subscription={id_}"),
        metadata=settings.get("metadata", {}),
        payment_settings={
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        start_date=start,
        status="trialing" if trial_end else "active",
        trial_end=trial_end,
        trial_start=start if trial_end else None,
        trial_settings={"end_behavior": {"missing_payment_method": settings.get("missing", "create_invoice")}},
    )
    subscription["items"]["data"] = [new_item(state, subscription, price, many, start, end) for price, many in items]
    state.behind[id_] = {"pending": [], "trial_told": False, "debits": {}}
    _discount(state, subscription, settings.get("coupons", ()))
    state.change(customer, currency=subscription["currency"])
    state.tell("created", subscription)
    found = [
        lines.period_line(state, subscription, one, start, end, free=bool(trial_end))
        for one in subscription["items"]["data"]
    ]
    invoices.draft(state, subscription, found, "subscription_create", (start, start), at_once=True)
    return subscription


def _discount(state: State, subscription: Object, redeemed: Any) -> None:
    """Coupons of a subscription, each with the promotion code it came by."""
    for coupon_id, code_id in redeemed:
        coupon = state.objects["coupon"][coupon_id]
        months = coupon["duration_in_months"]
        one = state.make(
            "discount",
            "di",
            told=False,
            customer=subscription["customer"],
            end=add_months(state.now, months) if months else None,
            promotion_code=code_id,
            source={"coupon": coupon_id, "type": "coupon"},
            start=state.now,
            subscription=subscription["id"],
        )
        subscription["discounts"].append(one["id"])
        coupon["times_redeemed"] += 1
        if code_id:
            state.objects["promotion_code"][code_id]["times_redeemed"] += 1


def update(state: State, params: Params, id_: str) -> Object:
    """What the API may change: items and quantities, and whether it ends with its period."""
    subscription = state.get("subscription", id_)
    if subscription["status"] in ENDED:
        raise Problem("A canceled subscription can only update its cancellation_details and metadata.")
    if params.get("items"):
        change_items(state, subscription, params)
    fields: Params = {}
    if "metadata" in params:
        fields["metadata"] = subscription["metadata"] | (params["metadata"] or {})
    fields |= _when_it_ends(state, subscription, params)
    state.change(subscription, **fields)
    return subscription


def _when_it_ends(state: State, subscription: Object, params: Params) -> Params:
    """The flag takes back what the flag set. An instant that the portal set goes by `cancel_at` alone."""
    if "cancel_at" in params and "cancel_at_period_end" in params:
        raise Problem("Received both cancel_at and cancel_at_period_end parameters. Please pass in only one.")
    if "cancel_at" in params:
        if params["cancel_at"] != "":
            raise Problem("The stand-in takes a cancel_at away, and sets none.", param="cancel_at")
        return _cancelling(state, subscription, False)
    wanted = params.get("cancel_at_period_end")
    if wanted is None or wanted == subscription["cancel_at_period_end"]:
        return {}
    return _cancelling(state, subscription, wanted)


def _cancelling(state: State, subscription: Object, wanted: bool) -> Params:
    return {
        "cancel_at_period_end": wanted,
        "cancel_at": period_of(subscription)[1] if wanted else None,
        "canceled_at": state.now if wanted else None,
        "cancellation_details": {
            "comment": None,
            "feedback": None,
            "reason": "cancellation_requested" if wanted else None,
        },
    }


def cancel_by_person(state: State, subscription: Object) -> None:
    """As the portal does with flexible billing: an instant to end at, and not the flag (stripe/stripe-node#2470)."""
    wanted = _cancelling(state, subscription, True)
    state.change(subscription, **wanted | {"cancel_at_period_end": False})


def cancel(state: State, params: Params, id_: str) -> Object:
    """End it now."""
    subscription = state.get("subscription", id_)
    if subscription["status"] in ENDED:
        raise Problem(f"No such subscription: '{id_}'", status=404, code="resource_missing", param="id")
    invoices.end(state, subscription, "cancellation_requested")
    return subscription


def change_items(state: State, subscription: Object, params: Params) -> None:
    """Other quantities or prices, with what is credited and charged for the rest of the period."""
    behaviour = params.get("proration_behavior", "create_prorations")
    after = planned(state, subscription, params["items"])
    interval = after[0]["price"]["recurring"]["interval"]
    turned = interval != subscription["items"]["data"][0]["price"]["recurring"]["interval"]
    start, end = period_of(subscription)
    running = subscription["status"] in RUNNING
    if running and behaviour != "none":
        at = params.get("proration_date", state.now)
        pending = prorations.prorations(state, subscription, after, at, whole=turned)
        _keep_pending(state, subscription, pending)
    if turned and running:
        start, end = state.now, next_end(state.now, interval, state.now)
        after = [item | {"current_period_start": start, "current_period_end": end} for item in after]
    state.change(subscription, items=subscription["items"] | {"data": after})
    if turned and running:
        state.change(subscription, billing_cycle_anchor=start)
        found = [lines.period_line(state, subscription, item, start, end) for item in after]
        _bill(state, subscription, found, "subscription_update", (start, start), at_once=True)
    elif behaviour == "always_invoice" and state.behind[subscription["id"]]["pending"]:
        _bill(state, subscription, [], "subscription_update", (start, end), at_once=True)


def _keep_pending(state: State, subscription: Object, pending: list[Object]) -> None:
    """Parts of a period wait for the next invoice, as invoice items."""
    for one in pending:
        price = one["price"]
        state.make(
            "invoiceitem",
            "ii",
            id_=one["id"],
            amount=one["amount"],
            currency=price["currency"],
            customer=subscription["customer"],
            date=state.now,
            description=one["words"],
            discountable=False,
            discounts=[],
            metadata={},
            parent={
                "subscription_details": {"subscription": subscription["id"], "subscription_item": one["item"]},
                "type": "subscription_details",
            },
            period={"start": one["period"][0], "end": one["period"][1]},
            pricing={
                "price_details": {"price": price["id"], "product": price["product"]},
                "type": "price_details",
                "unit_amount_decimal": price["unit_amount_decimal"],
            },
            proration=True,
            quantity=one["quantity"],
            quantity_decimal=str(one["quantity"]),
            tax_rates=[],
        )
    state.behind[subscription["id"]]["pending"] += pending
    prorations.keep(state, subscription, pending)


def _bill(
    state: State, subscription: Object, found: list[Object], reason: str, period: tuple[int, int], *, at_once: bool
) -> Object:
    """An invoice of these lines and of all that waited for one."""
    behind = state.behind[subscription["id"]]
    waited, behind["pending"] = behind["pending"], []
    found = [lines.item_line(subscription, one) for one in waited] + found
    advancing = subscription["status"] != "unpaid"
    made = invoices.draft(state, subscription, found, reason, period, at_once=at_once, advancing=advancing)
    for one in waited:
        state.objects["invoiceitem"][one["id"]]["invoice"] = made["id"]
    return made


def resume(state: State, params: Params, id_: str) -> Object:
    """Begin a paused subscription anew: a period from now on, and its invoice at once."""
    subscription = state.get("subscription", id_)
    if subscription["status"] != "paused":
        raise Problem("You can only resume a subscription that is paused.", param="id")
    if params.get("billing_cycle_anchor", {"type": "now"})["type"] != "now":
        raise Problem("The stand-in resumes from now on alone.", param="billing_cycle_anchor")
    start = state.now
    end = next_end(start, subscription["items"]["data"][0]["price"]["recurring"]["interval"], start)
    _turn(state, subscription, start, end, billing_cycle_anchor=start)
    method = customers.method_of(state, subscription)
    found = [lines.period_line(state, subscription, item, start, end) for item in subscription["items"]["data"]]
    behind = state.behind[id_]
    made = _bill(state, subscription, found, "subscription_cycle", (start, end), at_once=False)
    behind["resuming"] = made["id"]
    behind["resume_until"] = start + 23 * HOUR
    invoices.finalise(state, made)
    on_attempt = params.get("payment_behavior", "resume_on_payment_attempt") == "resume_on_payment_attempt"
    if subscription["status"] == "paused" and method is not None and on_attempt:
        behind.pop("resuming")
        state.change(subscription, status="past_due")
        state.tell("resumed", subscription)
    return subscription


def _turn(state: State, subscription: Object, start: int, end: int, **fields: Any) -> None:
    """Give every item its new period."""
    turned = [
        item | {"current_period_start": start, "current_period_end": end} for item in subscription["items"]["data"]
    ]
    state.change(subscription, items=subscription["items"] | {"data": turned}, **fields)


def trial_ends_soon(state: State, subscription: Object) -> None:
    state.behind[subscription["id"]]["trial_told"] = True
    state.tell("trial_will_end", subscription)


def period_ends(state: State, subscription: Object) -> None:
    """The trial or a paid period is over: it ends, it pauses, or the next one begins with its invoice."""
    cancel_at = subscription["cancel_at"]
    if cancel_at is not None and cancel_at <= state.now:
        invoices.end(state, subscription, "cancellation_requested")
        return
    status = subscription["status"]
    if status == "trialing" and customers.method_of(state, subscription) is None:
        missing = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
        if missing == "cancel":
            invoices.end(state, subscription, "payment_failed")
            return
        if missing == "pause":
            state.change(subscription, status="paused")
            state.tell("paused", subscription)
            return
    start = period_of(subscription)[1]
    interval = subscription["items"]["data"][0]["price"]["recurring"]["interval"]
    end = next_end(subscription["billing_cycle_anchor"], interval, start)
    _turn(state, subscription, start, end, status="active" if status == "trialing" else status)
    found = [lines.period_line(state, subscription, item, start, end) for item in subscription["items"]["data"]]
    _bill(state, subscription, found, "subscription_cycle", (start, end), at_once=False)


def give_resuming_up(state: State, subscription: Object) -> None:
    """Nobody tried to pay within 23 hours: it stays paused, and its invoice is void."""
    behind = state.behind[subscription["id"]]
    invoices.void(state, state.objects["invoice"][behind.pop("resuming")])
