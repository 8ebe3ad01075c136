"""Objects with exactly the fields that the SDK's classes name: an invented one, or one left out, is a mistake of the double."""

from functools import cache
from types import NoneType
from typing import Any, get_args

import stripe
from stripe import billing_portal, checkout

CLASSES: dict[str, Any] = {
    "customer": stripe.Customer,
    "product": stripe.Product,
    "price": stripe.Price,
    "coupon": stripe.Coupon,
    "promotion_code": stripe.PromotionCode,
    "discount": stripe.Discount,
    "tax_rate": stripe.TaxRate,
    "payment_method": stripe.PaymentMethod,
    "checkout.session": checkout.Session,
    "billing_portal.session": billing_portal.Session,
    "billing_portal.configuration": billing_portal.Configuration,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "invoice": stripe.Invoice,
    "invoiceitem": stripe.InvoiceItem,
    "line_item": stripe.InvoiceLineItem,
    "event": stripe.Event,
}
# What Stripe leaves out of an answer unless it is asked for, or where it does not apply.
LEFT_OUT = {
    *("deleted", "currency_options", "tiers", "line_items", "payments", "subscriptions", "sources", "cash_balance"),
    *("tax_ids", "invoice_credit_balance", "applies_to", "optional_items", "managed_payments", "presentment_details"),
    *("account", "context", "tax", "customer_account", "business_name", "individual_name"),
}


def shape(kind: str, **fields: Any) -> dict[str, Any]:
    """An object of a kind with these fields; what may be null and is not given, is null."""
    required, optional = _names(kind)
    given = {"object": kind, "livemode": False, **fields}
    given = {name: value for name, value in given.items() if name in required | optional or name in fields}
    if unknown := given.keys() - required - optional:
        raise TypeError(f"a {kind} of Stripe has no {', '.join(sorted(unknown))}")
    if left_out := required - given.keys():
        raise TypeError(f"a {kind} of Stripe has {', '.join(sorted(left_out))}")
    blanks = () if kind == "payment_method" else optional - LEFT_OUT
    return dict.fromkeys(blanks) | given


@cache
def _names(kind: str) -> tuple[set[str], set[str]]:
    hints = {name: hint for name, hint in CLASSES[kind].__annotations__.items() if name != "OBJECT_NAME"}
    optional = {name for name, hint in hints.items() if NoneType in get_args(hint)}
    return hints.keys() - optional, optional


def listed(objects: list[dict[str, Any]], url: str, *, more: bool = False) -> dict[str, Any]:
    return {"object": "list", "url": url, "has_more": more, "data": objects}
