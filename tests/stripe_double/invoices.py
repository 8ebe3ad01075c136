"""Invoices: drafted, finalised, charged, tried again, paid or given up."""

import secrets
from typing import Any

from tests.stripe_double import customers, lines, prorations
from tests.stripe_double.shapes import listed, shape
from tests.stripe_double.state import Object, State, subscription_of
from tests.stripe_double.times import DAY, HOUR

Params = dict[str, Any]


def list_invoices(state: State, params: Params) -> list[Object]:
    if "customer" in params:
        state.get("customer", params["customer"], "customer")
    return [
        one
        for one in state.all("invoice")
        if all(one[name] == params[name] for name in ("customer", "status") if name in params)
        and params.get("subscription", subscription_of(one)) == subscription_of(one)
        and _within(one["created"], params.get("created"))
    ]


def _within(moment: int, asked: Any) -> bool:
    if not isinstance(asked, dict):
        return asked in (None, moment)
    tests = {"gt": moment.__gt__, "gte": moment.__ge__, "lt": moment.__lt__, "lte": moment.__le__}
    return all(tests[name](value) for name, value in asked.items())


def build(
    state: State, subscription: Object, found: list[Object], reason: str, period: tuple[int, int], id_: str
) -> Object:
    """An invoice with its figures, neither kept nor told: the preview is one too."""
    customer = state.objects["customer"][subscription["customer"]]
    kept = [state.objects["discount"][one] for one in subscription["discounts"]]
    discounts = [one for one in kept if one["end"] is None or one["end"] > state.now]
    lines.discount(state, found, discounts)
    lines.tax(state, found, subscription)
    for line in found:
        line["invoice"] = id_
    automatic = subscription["automatic_tax"]["enabled"]
    return shape(
        "invoice",
        id=id_,
        account_country="ID",
        account_name="Stand-in for Stripe",
        amount_overpaid=0,
        amount_paid=0,
        amount_shipping=0,
        attempt_count=0,
        attempted=False,
        auto_advance=True,
        automatic_tax=subscription["automatic_tax"]
        | {"provider": "stripe" if automatic else None, "status": "complete" if automatic else None},
        billing_reason=reason,
        collection_method="charge_automatically",
        created=state.now,
        currency=subscription["currency"],
        customer=customer["id"],
        customer_address=customer["address"],
        customer_email=customer["email"],
        customer_name=customer["name"],
        customer_phone=customer["phone"],
        customer_tax_exempt="none",
        customer_tax_ids=[],
        default_tax_rates=subscription["default_tax_rates"] or [],
        discounts=[one["id"] for one in discounts],
        issuer={"type": "self"},
        lines=listed(found, f"/v1/invoices/{id_}/lines"),
        metadata={},
        parent={
            "quote_details": None,
            "subscription_details": {"metadata": subscription["metadata"], "subscription": subscription["id"]},
            "type": "subscription_details",
        },
        payment_settings={"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        period_end=period[1],
        period_start=period[0],
        post_payment_credit_notes_amount=0,
        pre_payment_credit_notes_amount=0,
        status="draft",
        status_transitions=dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        **lines.totals(found, customer["balance"]),
    )


def draft(
    state: State,
    subscription: Object,
    found: list[Object],
    reason: str,
    period: tuple[int, int],
    *,
    at_once: bool,
    advancing: bool = True,
) -> Object:
    """Keep a new invoice. It is finalised at once, or as Stripe does at a renewal an hour later."""
    id_ = f"in_{secrets.token_hex(9)}"
    built = build(state, subscription, found, reason, period, id_)
    built |= {"auto_advance": advancing, "automatically_finalizes_at": state.now + HOUR if advancing else None}
    state.objects["invoice"][id_] = built
    prorations.keep_period(state, subscription, built)
    _use_discounts(state, subscription, built)
    state.tell("created", built)
    state.change(subscription, latest_invoice=id_)
    if at_once:
        finalise(state, built)
    return built


def _use_discounts(state: State, subscription: Object, invoice: Object) -> None:
    """A coupon for once, or one whose months are over, goes with the invoice that used it."""
    used = {one["discount"] for one in invoice["total_discount_amounts"] if one["amount"]}
    for id_ in list(subscription["discounts"]):
        one = state.objects["discount"][id_]
        coupon = state.objects["coupon"][one["source"]["coupon"]]
        over = one["end"] is not None and one["end"] <= state.now
        if over or (coupon["duration"] == "once" and id_ in used):
            state.tell("deleted", one)
            state.change(subscription, discounts=[kept for kept in subscription["discounts"] if kept != id_])


def finalise(state: State, invoice: Object) -> None:
    """Give it its number and its pages, settle the customer's balance, and charge what is due."""
    customer = state.objects["customer"][invoice["customer"]]
    count = customer["next_invoice_sequence"]
    state.change(
        invoice,
        status="open",
        number=f"{customer['invoice_prefix']}-{count:04d}",
        automatically_finalizes_at=None,
        effective_at=state.now,
        hosted_invoice_url=f"{state.url}/stand-in/invoice/{invoice['id']}",
        invoice_pdf=f"{state.url}/stand-in/invoice/{invoice['id']}/pdf",
        status_transitions=invoice["status_transitions"] | {"finalized_at": state.now},
        webhooks_delivered_at=state.now,
    )
    state.tell("finalized", invoice)
    state.change(customer, next_invoice_sequence=count + 1, balance=invoice["ending_balance"])
    collect(state, invoice)


def collect(state: State, invoice: Object) -> bool:
    """Try to get what is due. True if all is paid."""
    subscription = state.objects["subscription"][str(subscription_of(invoice))]
    method = customers.method_of(state, subscription)
    if invoice["amount_remaining"] and method is None and subscription["status"] == "paused":
        return False
    if invoice["amount_remaining"] and not customers.pays(state, method):
        _failed(state, invoice, subscription)
        return False
    settle(state, invoice)
    return True


def settle(state: State, invoice: Object) -> None:
    """It is paid; a subscription that waited for its last invoice goes on."""
    due = invoice["amount_remaining"]
    state.change(
        invoice,
        status="paid",
        amount_paid=due,
        amount_remaining=0,
        attempted=True,
        attempt_count=invoice["attempt_count"] + (1 if due else 0),
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=invoice["status_transitions"] | {"paid_at": state.now},
    )
    state.tell("paid", invoice)
    state.tell("payment_succeeded", invoice)
    subscription = state.objects["subscription"][str(subscription_of(invoice))]
    waiting = (
        subscription["status"] in ("past_due", "unpaid")
        or state.behind[subscription["id"]].get("resuming") == invoice["id"]
    )
    if waiting and subscription["latest_invoice"] == invoice["id"]:
        state.behind[subscription["id"]].pop("resuming", None)
        resumed = subscription["status"] == "paused"
        state.change(subscription, status="active")
        if resumed:
            state.tell("resumed", subscription)
    customer = state.objects["customer"][invoice["customer"]]
    state.change(customer, delinquent=False)


def _failed(state: State, invoice: Object, subscription: Object) -> None:
    tried = invoice["attempt_count"] + 1
    again = tried <= len(state.retry_days)
    state.change(
        invoice,
        attempted=True,
        attempt_count=tried,
        next_payment_attempt=state.now + state.retry_days[tried - 1] * DAY if again else None,
    )
    state.tell("payment_failed", invoice)
    state.change(state.objects["customer"][invoice["customer"]], delinquent=True)
    if subscription["status"] == "paused":
        return
    if again:
        state.change(subscription, status="past_due")
    elif subscription["status"] in ("active", "past_due", "trialing"):
        _give_up(state, subscription)


def _give_up(state: State, subscription: Object) -> None:
    """After the last retry: what the account is set to."""
    if state.after_last_retry == "unpaid":
        state.change(subscription, status="unpaid")
    else:
        end(state, subscription, "payment_failed")


def end(state: State, subscription: Object, reason: str) -> None:
    """The subscription is over. What was drafted stays a draft that nobody charges."""
    for invoice in state.invoices_of(subscription["id"]):
        if invoice["status"] in ("draft", "open"):
            state.change(invoice, auto_advance=False, next_payment_attempt=None, automatically_finalizes_at=None)
    subscription |= {
        "status": "canceled",
        "ended_at": state.now,
        "canceled_at": subscription["canceled_at"] or state.now,
        "cancellation_details": {"comment": None, "feedback": None, "reason": reason},
    }
    state.tell("deleted", subscription)


def void(state: State, invoice: Object) -> None:
    state.change(
        invoice,
        status="void",
        auto_advance=False,
        next_payment_attempt=None,
        status_transitions=invoice["status_transitions"] | {"voided_at": state.now},
    )
    state.tell("voided", invoice)
