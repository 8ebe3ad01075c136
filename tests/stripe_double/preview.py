"""What the next invoice would be, without making it."""

from copy import deepcopy
from typing import Any

from tests.stripe_double import invoices, lines
from tests.stripe_double.items import period_of, planned
from tests.stripe_double.problems import Problem
from tests.stripe_double.prorations import prorations
from tests.stripe_double.state import Object, State
from tests.stripe_double.subscriptions import ENDED, RUNNING
from tests.stripe_double.times import next_end

Params = dict[str, Any]


def create_preview(state: State, params: Params) -> Object:
    """The invoice of the next renewal, or with `always_invoice` the one that a change would bring at once."""
    if "subscription" not in params:
        raise Problem("The stand-in previews subscriptions that exist.", code="parameter_missing", param="subscription")
    subscription = state.get("subscription", params["subscription"], "subscription")
    if params.get("customer", subscription["customer"]) != subscription["customer"]:
        raise Problem("The subscription belongs to another customer.", param="customer")
    if subscription["status"] in ENDED:
        raise Problem("No upcoming invoices for subscription.", status=404, code="invoice_upcoming_none")
    asked = params.get("subscription_details", {})
    behaviour = asked.get("proration_behavior", "create_prorations")
    items = planned(state, subscription, asked["items"]) if asked.get("items") else subscription["items"]["data"]
    if subscription["cancel_at"] is not None and not asked.get("items"):
        raise Problem("No upcoming invoices for subscription.", status=404, code="invoice_upcoming_none")
    waiting = list(state.behind[subscription["id"]]["pending"])
    period = period_of(subscription)
    turned = _interval(items) != _interval(subscription["items"]["data"])
    if subscription["status"] in RUNNING and behaviour != "none":
        at = asked.get("proration_date", state.now)
        waiting += prorations(state, subscription, items, at, whole=turned)
    found = [lines.item_line(subscription, one) for one in waiting]
    if turned and subscription["status"] in RUNNING:
        period = (state.now, next_end(state.now, _interval(items), state.now))
        found += [lines.period_line(state, subscription, item, *period) for item in items]
    elif behaviour != "always_invoice":
        period = (period[1], next_end(subscription["billing_cycle_anchor"], _interval(items), period[1]))
        found += [lines.period_line(state, subscription, item, *period) for item in items]
    id_ = f"upcoming_in_{subscription['id'][4:]}"
    shown = deepcopy(subscription)
    return invoices.build(state, shown, found, "upcoming", period, id_) | {"created": period[0]}


def _interval(items: list[Object]) -> str:
    return str(items[0]["price"]["recurring"]["interval"])
