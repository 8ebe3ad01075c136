"""The lines of invoices and what they add up to: discounts, tax, and what the customer's balance takes or gives."""

import secrets
from fractions import Fraction
from typing import Any

from tests.stripe_double.shapes import shape
from tests.stripe_double.state import Object, State
from tests.stripe_double.times import rounded

AUTOMATIC_PERCENT = 11


def period_line(
    state: State, subscription: Object, item: Object, start: int, end: int, *, free: bool = False
) -> Object:
    """A whole period of an item, or a trial that costs nothing."""
    price, quantity = item["price"], item["quantity"]
    words = f"{quantity} × {state.title(price)}"
    return line(
        subscription,
        price,
        amount=0 if free else price["unit_amount"] * quantity,
        quantity=quantity,
        words=f"Trial period for {words}" if free else words,
        period=(start, end),
        item=item["id"],
    )


def item_line(subscription: Object, pending: Object) -> Object:
    """A pending invoice item (part of a period) as a line."""
    return line(
        subscription,
        pending["price"],
        amount=pending["amount"],
        quantity=pending["quantity"],
        words=pending["words"],
        period=pending["period"],
        item=pending["item"],
        invoice_item=pending["id"],
    )


def line(
    subscription: Object,
    price: Object,
    *,
    amount: int,
    quantity: int,
    words: str,
    period: tuple[int, int],
    item: str,
    invoice_item: str | None = None,
) -> Object:
    details = {
        "invoice_item": invoice_item,
        "proration": invoice_item is not None,
        "proration_details": {"credited_items": None},
        "subscription": subscription["id"],
        "subscription_item": item,
    }
    kind = "invoice_item_details" if invoice_item else "subscription_item_details"
    both = dict.fromkeys(("invoice_item_details", "subscription_item_details"))
    return shape(
        "line_item",
        id=f"il_{secrets.token_hex(9)}",
        amount=amount,
        currency=price["currency"],
        description=words,
        discount_amounts=[],
        discountable=invoice_item is None,
        discounts=[],
        metadata={},
        parent={**both, "type": kind, kind: details},
        period={"start": period[0], "end": period[1]},
        pretax_credit_amounts=[],
        pricing={
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        quantity=quantity,
        quantity_decimal=str(quantity),
        subscription=subscription["id"],
        subtotal=amount,
        taxes=[],
    )


def discount(state: State, lines: list[Object], discounts: list[Object]) -> None:
    """Take coupons off the lines of whole periods: a percentage of each, or an amount shared out over them."""
    for one in discounts:
        coupon = state.objects["coupon"][one["source"]["coupon"]]
        left = coupon["amount_off"] or 0
        charged = [line for line in lines if line["amount"] > 0 and line["discountable"]]
        whole = sum(line["amount"] for line in charged)
        for index, line in enumerate(charged):
            if coupon["percent_off"]:
                share = Fraction(str(coupon["percent_off"])) / 100 * line["amount"]
                off = rounded(share.numerator, share.denominator)
            else:
                rest = index == len(charged) - 1
                off = min(left, line["amount"] if rest else rounded(coupon["amount_off"] * line["amount"], whole))
                left -= off
            line["discount_amounts"].append({"amount": off, "discount": one["id"]})


def tax(state: State, lines: list[Object], subscription: Object) -> None:
    """Tax on top of every line, by the account's rates or by Stripe Tax, which here always finds 11 %."""
    rates = [(rate["id"], rate["percentage"]) for rate in subscription["default_tax_rates"] or []]
    if subscription["automatic_tax"]["enabled"]:
        rates = [("txr_automatic", AUTOMATIC_PERCENT)]
    for line in lines:
        taxable = line["amount"] - sum(one["amount"] for one in line["discount_amounts"])
        for id_, percent in rates:
            share = Fraction(str(percent)) / 100 * taxable
            line["taxes"].append(_tax(rounded(share.numerator, share.denominator), taxable, id_))


def _tax(amount: int, taxable: int, rate: str) -> Object:
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": rate},
        "taxability_reason": "standard_rated",
        "taxable_amount": taxable,
        "type": "tax_rate_details",
    }


def totals(lines: list[Object], balance: int) -> dict[str, Any]:
    """The figures of an invoice. A balance below zero is what the customer has still to his credit."""
    subtotal = sum(line["amount"] for line in lines)
    discounts, taxes = _sum_discounts(lines), _sum_taxes(lines)
    excluding = subtotal - sum(one["amount"] for one in discounts)
    total = excluding + sum(one["amount"] for one in taxes)
    due = total + balance
    return {
        "amount_due": max(due, 0),
        "amount_remaining": max(due, 0),
        "ending_balance": min(due, 0),
        "starting_balance": balance,
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": total,
        "total_discount_amounts": discounts,
        "total_excluding_tax": excluding,
        "total_pretax_credit_amounts": [],
        "total_taxes": taxes,
    }


def _sum_discounts(lines: list[Object]) -> list[Object]:
    found: dict[str, int] = {}
    for line in lines:
        for one in line["discount_amounts"]:
            found[one["discount"]] = found.get(one["discount"], 0) + one["amount"]
    return [{"amount": amount, "discount": id_} for id_, amount in found.items()]


def _sum_taxes(lines: list[Object]) -> list[Object]:
    found: dict[str, Object] = {}
    for line in lines:
        for one in line["taxes"]:
            rate = one["tax_rate_details"]["tax_rate"]
            kept = found.setdefault(rate, one | {"amount": 0, "taxable_amount": 0})
            kept["amount"] += one["amount"]
            kept["taxable_amount"] += one["taxable_amount"]
    return list(found.values())
