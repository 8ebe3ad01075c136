"""The Billing Portal: how it is set up, and its pages for one customer and a while."""

from typing import Any

from tests.stripe_double.problems import Problem
from tests.stripe_double.state import Object, State

Params = dict[str, Any]
FEATURES = (
    *("customer_update", "invoice_history", "payment_method_update"),
    *("subscription_cancel", "subscription_pause", "subscription_update"),
)


def create_configuration(state: State, params: Params) -> Object:
    features = {name: {"enabled": False} | params["features"].get(name, {}) for name in FEATURES}
    features["payment_method_update"].setdefault("payment_method_configuration", None)
    return state.make(
        "billing_portal.configuration",
        "bpc",
        active=True,
        business_profile=dict.fromkeys(("headline", "privacy_policy_url", "terms_of_service_url")),
        created=state.now,
        default_return_url=None,
        features=features,
        is_default=False,
        login_page={"enabled": False, "url": None},
        metadata=params.get("metadata", {}),
        updated=state.now,
    )


def list_configurations(state: State, params: Params) -> list[Object]:
    return [
        one for one in state.all("billing_portal.configuration") if params.get("active", one["active"]) == one["active"]
    ]


def create_session(state: State, params: Params) -> Object:
    """Pages for a customer. An account that never set the portal up is told so."""
    customer = state.get("customer", params["customer"], "customer")
    if "configuration" not in params:
        raise Problem(
            "No configuration provided and your test mode default configuration has not been created. Provide a "
            "configuration or create your default by saving your customer portal settings in test mode.",
        )
    configuration = state.get("billing_portal.configuration", params["configuration"], "configuration")
    session = state.make(
        "billing_portal.session",
        "bps",
        configuration=configuration["id"],
        created=state.now,
        customer=customer["id"],
        locale=params.get("locale"),
        return_url=params.get("return_url"),
        url="",
    )
    session["url"] = f"{state.url}/stand-in/portal/{session['id']}"
    return session


def allows(state: State, session: Object, feature: str) -> bool:
    """Whether the account lets people do something in the portal."""
    return bool(state.objects["billing_portal.configuration"][session["configuration"]]["features"][feature]["enabled"])
