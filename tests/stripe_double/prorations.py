"""What a change within a period credits and charges, to the second.

As Stripe does with flexible billing (docs.stripe.com/billing/subscriptions/billing-mode/compare): a credit is a part of what
was charged for the item, not of what the item would cost now, and so an item that was changed without proration is
credited by what it was before. A coupon's percentage is in the amounts, which are not discounted again.
"""

import secrets
from fractions import Fraction
from typing import NamedTuple

from tests.stripe_double.items import period_of
from tests.stripe_double.state import Object, State
from tests.stripe_double.times import day, part, rounded


class Debit(NamedTuple):
    """What was charged for an item and a time that is not over, less its discounts, and before tax."""

    amount: int
    quantity: int
    price: Object
    start: int
    end: int


def prorations(
    state: State, subscription: Object, after: list[Object], at: int, *, whole: bool = False
) -> list[Object]:
    """The invoice items of a change; without charges if a `whole` period begins with it, which is charged for itself."""
    before = {item["id"]: item for item in subscription["items"]["data"]}
    kept = {item["id"]: item for item in after}
    changed = [id_ for id_ in [*before, *(kept.keys() - before)] if whole or _bills(before, id_) != _bills(kept, id_)]
    debits: dict[str, list[Debit]] = state.behind[subscription["id"]]["debits"]
    start, end = period_of(subscription)
    found: list[Object] = []
    for id_ in changed:
        for debit in debits.get(id_, ()):
            words = f"Unused time on {debit.quantity} × {state.title(debit.price)}"
            left = -part(debit.amount, debit.start, debit.end, at)
            found.append(_pending(debit.price, debit.quantity, left, words, id_, (at, debit.end)))
        if id_ in kept and kept[id_]["quantity"] and not whole:
            price, quantity = kept[id_]["price"], kept[id_]["quantity"]
            words = f"Remaining time on {quantity} × {state.title(price)}"
            cost = _discounted(state, subscription, part(price["unit_amount"] * quantity, start, end, at))
            found.append(_pending(price, quantity, cost, words, id_, (at, end)))
    return found


def keep(state: State, subscription: Object, pending: list[Object]) -> None:
    """Remember what the items are charged with from now on."""
    debits = state.behind[subscription["id"]]["debits"]
    for one in pending:
        debits[one["item"]] = []
    for one in pending:
        if one["amount"] > 0:
            debits[one["item"]].append(Debit(one["amount"], one["quantity"], one["price"], *one["period"]))


def keep_period(state: State, subscription: Object, invoice: Object) -> None:
    """Remember what a new period was charged with."""
    debits = state.behind[subscription["id"]]["debits"]
    for line in invoice["lines"]["data"]:
        details = line["parent"]["subscription_item_details"]
        if details is None:
            continue
        price = state.objects["price"][line["pricing"]["price_details"]["price"]]
        charged = line["amount"] - sum(one["amount"] for one in line["discount_amounts"])
        item = details["subscription_item"]
        debits[item] = [Debit(charged, line["quantity"], price, *line["period"].values())] if charged else []


def _bills(items: dict[str, Object], id_: str) -> tuple[str, int] | None:
    item = items.get(id_)
    return (item["price"]["id"], item["quantity"]) if item else None


def _discounted(state: State, subscription: Object, amount: int) -> int:
    for id_ in subscription["discounts"]:
        one = state.objects["discount"][id_]
        percent = state.objects["coupon"][one["source"]["coupon"]]["percent_off"]
        if percent and (one["end"] is None or one["end"] > state.now):
            share = (1 - Fraction(str(percent)) / 100) * amount
            amount = rounded(share.numerator, share.denominator)
    return amount


def _pending(price: Object, quantity: int, amount: int, words: str, id_: str, period: tuple[int, int]) -> Object:
    return {
        "id": f"ii_{secrets.token_hex(9)}",
        "price": price,
        "amount": amount,
        "quantity": quantity,
        "words": f"{words} after {day(period[0])}",
        "period": period,
        "item": id_,
    }
