"""Customers and the cards they pay with."""

import secrets
from datetime import UTC, datetime
from typing import Any

from tests.stripe_double.problems import Problem
from tests.stripe_double.state import Object, State

Params = dict[str, Any]
WORKS = "4242424242424242"
REFUSED_AT_ONCE = "4000000000000002"  # refused wherever it is entered
DECLINES = "4000000000000341"  # can be kept, and is declined when it is charged
CARDS = {"works": WORKS, "declines": DECLINES}


def create_customer(state: State, params: Params) -> Object:
    _check(params)
    return state.make(
        "customer",
        "cus",
        address=_address(params.get("address")),
        balance=params.get("balance", 0),
        created=state.now,
        delinquent=False,
        description=params.get("description"),
        email=params.get("email"),
        invoice_prefix=secrets.token_hex(4).upper(),
        invoice_settings={
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        }
        | params.get("invoice_settings", {}),
        metadata=params.get("metadata", {}),
        name=params.get("name"),
        next_invoice_sequence=1,
        phone=params.get("phone"),
        preferred_locales=params.get("preferred_locales", []),
        tax_exempt=params.get("tax_exempt", "none"),
    )


def update_customer(state: State, params: Params, id_: str) -> Object:
    customer = state.get("customer", id_)
    _check(params)
    fields = {name: (value if value != "" else None) for name, value in params.items() if name in customer}
    if "address" in fields:
        fields["address"] = _address(fields["address"])
    if "metadata" in fields:
        fields["metadata"] = customer["metadata"] | (fields["metadata"] or {})
    if "invoice_settings" in fields:
        given = {name: value or None for name, value in fields["invoice_settings"].items()}
        fields["invoice_settings"] = customer["invoice_settings"] | given
    state.change(customer, **fields)
    return customer


def _check(params: Params) -> None:
    """What Stripe refuses by its length or form. Raises Problem."""
    if "@" not in params.get("email", "@"):
        raise Problem(f"Invalid email address: {params['email']}", code="email_invalid", param="email")
    own = params.get("invoice_settings", {}).get("custom_fields") or []
    if len(own) > 4 or any(len(one["name"]) > 40 or len(one["value"]) > 140 for one in own):
        raise Problem("Up to 4 custom fields, with names of 40 and values of 140 characters.", param="invoice_settings")


def _address(given: Params | None) -> Params | None:
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return dict.fromkeys(names) | given if given else None


def list_customers(state: State, params: Params) -> list[Object]:
    return [one for one in state.all("customer") if params.get("email", one["email"]) == one["email"]]


def list_methods(state: State, params: Params, id_: str) -> list[Object]:
    state.get("customer", id_)
    kind = params.get("type", "card")
    return [one for one in state.all("payment_method") if one["customer"] == id_ and one["type"] == kind]


def keep_card(state: State, customer: Object, number: str) -> Object:
    """A card of a customer, which from now on is what invoices are paid by."""
    year = datetime.fromtimestamp(state.now, UTC).year + 4
    method = state.make(
        "payment_method",
        "pm",
        told=False,
        allow_redisplay="limited",
        billing_details={
            "address": None,
            "email": customer["email"],
            "name": customer["name"],
            "phone": None,
            "tax_id": None,
        },
        card=card_of(number, year),
        created=state.now,
        customer=customer["id"],
        metadata={},
        type="card",
    )
    state.behind[method["id"]]["number"] = number
    state.tell("payment_method.attached", method)
    set_default(state, customer, method["id"])
    return method


def card_of(number: str, year: int) -> Object:
    brand = {"4": "visa", "5": "mastercard"}.get(number[0], "unknown")
    return {
        "brand": brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "ID",
        "display_brand": brand,
        "exp_month": 12,
        "exp_year": year,
        "fingerprint": f"double{number[-4:]}",
        "funding": "credit",
        "generated_from": None,
        "last4": number[-4:],
        "networks": {"available": [brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def set_default(state: State, customer: Object, method: str | None) -> None:
    state.change(customer, invoice_settings=customer["invoice_settings"] | {"default_payment_method": method})


def drop_cards(state: State, customer: Object) -> None:
    """Take every card away, as a person may in the portal."""
    for method in list_methods(state, {}, customer["id"]):
        method["customer"] = None
        state.tell("payment_method.detached", method, {"customer": customer["id"]})
    for one in state.all("subscription"):
        if one["customer"] == customer["id"] and one["default_payment_method"]:
            state.change(one, default_payment_method=None)
    set_default(state, customer, None)


def method_of(state: State, subscription: Object) -> Object | None:
    """What a subscription is paid by: its own card, else the customer's."""
    customer = state.objects["customer"][subscription["customer"]]
    wanted = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    return state.objects["payment_method"].get(wanted) if wanted else None


def pays(state: State, method: Object | None) -> bool:
    return method is not None and state.behind[method["id"]]["number"] not in (DECLINES, REFUSED_AT_ONCE)
