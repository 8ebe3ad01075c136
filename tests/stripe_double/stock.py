"""The account set up as `tata billing set-up` does it, without the sixty calls that it takes."""

from tatausaha.billing.service.catalogue import NAMES, list_offers
from tatausaha.billing.stripe_api import PORTAL_MARK
from tests.stripe_double import catalog, portal
from tests.stripe_double.state import State


def sell_plans(state: State) -> None:
    """Every plan with its prices, and the portal for cards and invoices."""
    for offer in list_offers():
        if offer.product_id not in state.objects["product"]:
            name = NAMES[offer.meter].format(plan=offer.plan.name)
            catalog.create_product(state, {"id": offer.product_id, "name": name})
        catalog.create_price(
            state,
            {
                "product": offer.product_id,
                "lookup_key": offer.key,
                "currency": offer.currency,
                "unit_amount": offer.amount,
                "recurring": {"interval": offer.interval},
                "tax_behavior": "exclusive",
            },
        )
    features = {name: {"enabled": name in ("payment_method_update", "invoice_history")} for name in portal.FEATURES}
    portal.create_configuration(state, {"features": features, "metadata": PORTAL_MARK})
