"""Subscription items: what may stand together, and what a change makes of them."""

import secrets
from copy import deepcopy
from typing import Any

from tests.stripe_double.problems import Problem
from tests.stripe_double.shapes import shape
from tests.stripe_double.state import Object, State

Params = dict[str, Any]


def new_item(state: State, subscription: Object, price: Object, quantity: int, start: int, end: int) -> Object:
    return shape(
        "subscription_item",
        id=f"si_{secrets.token_hex(7)}",
        created=state.now,
        current_period_end=end,
        current_period_start=start,
        discounts=[],
        metadata={},
        plan=_plan(price),
        price=deepcopy(price),
        quantity=quantity,
        subscription=subscription["id"],
        tax_rates=[],
    )


def _plan(price: Object) -> Object:
    same = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata", "nickname", "product")
    recurring = price["recurring"]
    return {
        "object": "plan",
        "amount": price["unit_amount"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "usage_type": recurring["usage_type"],
    } | {name: price[name] for name in same}


def period_of(subscription: Object) -> tuple[int, int]:
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


def planned(state: State, subscription: Object, wanted: list[Params]) -> list[Object]:
    """The items as they would be. Raises Problem for what Stripe refuses."""
    items = {item["id"]: deepcopy(item) for item in subscription["items"]["data"]}
    start, end = period_of(subscription)
    for index, one in enumerate(wanted):
        where = f"items[{index}]"
        price = state.get("price", one["price"], f"{where}[price]") if "price" in one else None
        if "id" not in one:
            if price is None:
                raise Problem(f"Missing required param: {where}[price].", code="parameter_missing", param=where)
            added = new_item(state, subscription, price, one.get("quantity", 1), start, end)
            items[added["id"]] = added
            continue
        if one["id"] not in items:
            raise Problem(f"No such subscription_item: '{one['id']}'", code="resource_missing", param=f"{where}[id]")
        if one.get("deleted"):
            del items[one["id"]]
            continue
        item = items[one["id"]]
        if price is not None:
            item |= {"price": deepcopy(price), "plan": _plan(price)}
        item["quantity"] = one.get("quantity", item["quantity"])
    check_prices([item["price"] for item in items.values()], subscription["currency"])
    return list(items.values())


def check_prices(prices: list[Object], currency: str | None = None) -> None:
    """Whether prices may stand in one subscription. Raises Problem."""
    if not prices:
        raise Problem("A subscription must have at least one active item.", param="items")
    if any(price["recurring"] is None for price in prices):
        raise Problem("You must provide at least one recurring price in `subscription` mode.", param="line_items")
    if {price["currency"] for price in prices} != {currency or prices[0]["currency"]}:
        raise Problem("All prices on a subscription must have the same `currency`.", param="items")
    if len({price["recurring"]["interval"] for price in prices}) > 1:
        raise Problem("All prices on a subscription must have the same `recurring.interval`.", param="items")
    if len({price["id"] for price in prices}) < len(prices):
        raise Problem("Cannot add multiple subscription items with the same price.", param="items")
    if off := next((price["id"] for price in prices if not price["active"]), None):
        raise Problem(f"The price specified is inactive: {off}", code="resource_missing", param="items")
