"""The calls that are answered: those that the application makes, each with what it takes and does. There are no others."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from stripe import params as of
from stripe.params import billing_portal as of_portal
from stripe.params import checkout as of_checkout

from tests.stripe_double import catalog, checkout, customers, invoices, portal, preview, subscriptions
from tests.stripe_double.problems import Problem, no_such
from tests.stripe_double.shapes import listed
from tests.stripe_double.state import Object, State

Params = dict[str, Any]
PAGING = {"limit", "starting_after", "ending_before"}
LEAST_LINES = 10  # lines that an invoice shows itself; the rest is fetched


class Call(NamedTuple):
    """One call: its method and address, the SDK's class of its parameters, those that are acted upon, and the act.

    A parameter that Stripe knows and the double does nothing with is refused as loudly as an unknown one: an answer that
    passed over it would be made up. `metadata.` stands for all that is within.
    """

    method: str
    path: str
    accepts: type
    does: set[str]
    act: Callable[..., Any]


def _retrieve(kind: str) -> Callable[[State, Params, str], Object]:
    return lambda state, params, id_: state.get(kind, id_)


def _invoice_lines(state: State, params: Params, id_: str) -> list[Object]:
    return list(state.get("invoice", id_)["lines"]["data"])


ITEMS = {"price", "quantity"}
PRODUCT = {"id", "name", "active", "description", "metadata.", "tax_code", "unit_label"}
PRICE = {
    *("active", "currency", "lookup_key", "metadata.", "nickname", "product", "tax_behavior", "transfer_lookup_key"),
    *("unit_amount", "recurring.interval", "recurring.interval_count", "recurring.usage_type"),
}
CUSTOMER = {
    *("address.", "balance", "description", "email", "metadata.", "name", "phone", "preferred_locales"),
    *("address", "invoice_settings.custom_fields", "invoice_settings.custom_fields."),
}
SESSION = {
    *("mode", "customer", "line_items.price", "line_items.quantity", "payment_method_collection", "success_url"),
    *("cancel_url", "locale", "automatic_tax.enabled", "customer_update.", "discounts.", "allow_promotion_codes"),
    *("client_reference_id", "metadata.", "expires_at", "billing_address_collection", "tax_id_collection.enabled"),
    *("subscription_data.trial_end", "subscription_data.trial_period_days", "subscription_data.metadata."),
    *("subscription_data.trial_settings.", "subscription_data.default_tax_rates", "subscription_data.description"),
}
UPDATE = {
    *("items.id", "items.price", "items.quantity", "items.deleted", "proration_behavior", "proration_date"),
    *("cancel_at_period_end", "cancel_at", "metadata."),
}
PREVIEW = {
    *("customer", "subscription", "subscription_details.items.", "subscription_details.proration_behavior"),
    "subscription_details.proration_date",
}

CALLS = (
    Call("POST", "customers", of.CustomerCreateParams, CUSTOMER, customers.create_customer),
    Call("POST", "customers/{id}", of.CustomerModifyParams, CUSTOMER, customers.update_customer),
    Call("GET", "customers/{id}", of.CustomerRetrieveParams, set(), _retrieve("customer")),
    Call("POST", "products", of.ProductCreateParams, PRODUCT, catalog.create_product),
    Call("GET", "products", of.ProductListParams, {"active", "ids"}, catalog.list_products),
    Call("POST", "prices", of.PriceCreateParams, PRICE, catalog.create_price),
    Call("GET", "prices", of.PriceListParams, {"active", "currency", "lookup_keys", "product"}, catalog.list_prices),
    Call("GET", "prices/{id}", of.PriceRetrieveParams, set(), _retrieve("price")),
    Call("GET", "promotion_codes", of.PromotionCodeListParams, {"active", "code"}, catalog.list_promotion_codes),
    Call("POST", "checkout/sessions", of_checkout.SessionCreateParams, SESSION, checkout.create_session),
    Call("GET", "checkout/sessions/{id}", of_checkout.SessionRetrieveParams, set(), _retrieve("checkout.session")),
    Call("POST", "checkout/sessions/{id}/expire", of_checkout.SessionExpireParams, set(), checkout.expire_session),
    Call("GET", "subscriptions", of.SubscriptionListParams, {"customer", "status"}, subscriptions.list_subscriptions),
    Call("POST", "subscriptions/{id}", of.SubscriptionUpdateParams, UPDATE, subscriptions.update),
    Call(
        "POST",
        "subscriptions/{id}/resume",
        of.SubscriptionResumeParams,
        {"billing_cycle_anchor.type", "payment_behavior"},
        subscriptions.resume,
    ),
    Call(
        "GET",
        "invoices",
        of.InvoiceListParams,
        {"customer", "status", "subscription", "created", "created."},
        invoices.list_invoices,
    ),
    Call("GET", "invoices/{id}/lines", of.InvoiceLineItemListParams, set(), _invoice_lines),
    Call("POST", "invoices/create_preview", of.InvoiceCreatePreviewParams, PREVIEW, preview.create_preview),
    Call(
        "POST",
        "billing_portal/sessions",
        of_portal.SessionCreateParams,
        {"customer", "configuration", "return_url", "locale"},
        portal.create_session,
    ),
    Call(
        "POST",
        "billing_portal/configurations",
        of_portal.ConfigurationCreateParams,
        {"features.", "metadata."},
        portal.create_configuration,
    ),
    Call(
        "GET",
        "billing_portal/configurations",
        of_portal.ConfigurationListParams,
        {"active"},
        portal.list_configurations,
    ),
)


def find(method: str, path: str) -> tuple[Call, list[str]] | None:
    """The call of an address, with the ids in it."""
    for call in CALLS:
        pattern = re.sub(r"\{id\}", r"([A-Za-z0-9_]+)", call.path)
        if call.method == method and (match := re.fullmatch(f"/v1/{pattern}", path)):
            return call, list(match.groups())
    return None


def unheeded(call: Call, params: Params) -> list[str]:
    """The parameters given that the double would do nothing with."""
    does = call.does | {"expand"} | (PAGING if call.method == "GET" else set())
    return [
        path
        for path in _paths(params)
        if path not in does and not any(name.endswith(".") and path.startswith(name) for name in does)
    ]


def _paths(value: Any, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in _paths(inner, f"{path}.{name}" if path else name)]
    if isinstance(value, list):
        return [found for inner in value for found in _paths(inner, path)]
    return [path]


def answer(state: State, call: Call, ids: list[str], params: Params, path: str) -> Object:
    """Do it and give what Stripe would: an object or a page of a list, opened up as asked by `expand`."""
    found = call.act(state, params, *ids)
    if isinstance(found, list):
        found = page(found, params, path)
    shown = _shown(found)
    for asked in params.get("expand", ()):
        shown = expand(state, shown, asked.split("."), asked)
    return shown


def page(found: list[Object], params: Params, path: str) -> Object:
    """A page of a list, by Stripe's cursors."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Problem(
            f"Limit must be between 1 and 100 (was {limit}).", code="parameter_invalid_integer", param="limit"
        )
    if "ending_before" in params:
        raise Problem("The stand-in pages forwards alone.", param="ending_before")
    start = 0
    if (after := params.get("starting_after")) is not None:
        start = next((index + 1 for index, one in enumerate(found) if one["id"] == after), -1)
        if start < 0:
            raise no_such("object", after, "starting_after")
    return listed(found[start : start + limit], path, more=len(found) > start + limit)


def _shown(one: Object) -> Object:
    """As an answer shows it: an invoice has the first of its lines, and says if there are more."""
    if one["object"] == "list":
        return one | {"data": [_shown(inner) for inner in one["data"]]}
    if one["object"] != "invoice":
        return dict(one)
    lines = one["lines"]["data"]
    return one | {"lines": listed(lines[:LEAST_LINES], one["lines"]["url"], more=len(lines) > LEAST_LINES)}


def expand(state: State, value: Any, path: list[str], asked: str) -> Any:
    """An answer with the ids at a path replaced by what they stand for."""
    if isinstance(value, list):
        return [expand(state, inner, path, asked) for inner in value]
    if isinstance(value, str):
        value = state.find(value)
        if value is None:
            raise Problem(f"This property cannot be expanded ({asked}).", param="expand")
    if value is None or not path:
        return value
    if path[0] not in value:
        raise Problem(f"This property cannot be expanded ({asked}).", param="expand")
    return value | {path[0]: expand(state, value[path[0]], path[1:], asked)}
