"""What Stripe must know before anybody can subscribe: a product for each plan and meter, their prices, and the portal.

A price at Stripe never changes. One that is there already with another amount stops the set-up before anything is made.
"""

from collections.abc import Iterator

import msgspec

from tatausaha.billing import stripe_api
from tatausaha.billing.rules.plans import CURRENCIES, INTERVALS, METERS, Currency, Interval, Meter, Plan, list_plans
from tatausaha.billing.rules.truth import Price
from tatausaha.core import db
from tatausaha.core.db import jobs_scope
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import text

NAMES: dict[Meter, str] = {
    "base": "Tatausaha {plan}",
    "client": "Tatausaha {plan}, perusahaan klien / client companies",
    "employee": "Tatausaha {plan}, karyawan / employees",
}
"""What is written on Stripe's invoices, whatever language they are in."""


class Offer(msgspec.Struct, frozen=True):
    """One price of ours."""

    plan: Plan
    meter: Meter
    currency: Currency
    interval: Interval

    @property
    def key(self) -> str:
        return self.plan.lookup_key(self.meter, self.currency, self.interval)

    @property
    def amount(self) -> int:
        """In minor units."""
        return self.plan.amount(self.meter, self.currency, self.interval)

    @property
    def product_id(self) -> str:
        return f"tata_{self.plan.code}_{self.meter}"

    def is_sold_as(self, price: Price) -> bool:
        """Whether Stripe has it as we do."""
        return (price.unit_amount, price.currency, price.interval) == (self.amount, self.currency, self.interval)


class Status(msgspec.Struct, frozen=True):
    """How billing stands over all providers."""

    test: bool
    missing: list[str]
    portal: bool
    waiting_events: int
    living: int
    unknown: list[str]
    """Subscriptions that live at Stripe for customers whom nobody here knows."""


def list_offers() -> Iterator[Offer]:
    """Every price of every plan."""
    for plan in list_plans():
        for meter in METERS:
            for currency in CURRENCIES:
                for interval in INTERVALS:
                    yield Offer(plan, meter, currency, interval)


async def set_up() -> list[str]:
    """Make what is missing at Stripe; gives what was made. Run again, it makes nothing.

    Raises Conflict, and makes nothing, when a price is there with another amount.
    """
    offers = list(list_offers())
    have = await stripe_api.find_prices([offer.key for offer in offers])
    for offer in offers:
        if offer.key in have and not offer.is_sold_as(have[offer.key]):
            _refuse(offer, have[offer.key])
    made: list[str] = []
    missing = [offer for offer in offers if offer.key not in have]
    for offer in {offer.product_id: offer for offer in missing}.values():
        made += await _make_product(offer)
    for offer in missing:
        await stripe_api.create_price(
            f"set-up:{offer.key}:{offer.amount}",
            product_id=offer.product_id,
            lookup_key=offer.key,
            currency=offer.currency,
            unit_amount=offer.amount,
            interval=offer.interval,
        )
        made.append(offer.key)
    if await stripe_api.find_portal_configuration() is None:
        made.append(await stripe_api.create_portal_configuration("set-up:portal"))
    return made


async def read_status(*, test: bool) -> Status:
    """What is set up, what waits, and what is paid by nobody we know."""
    keys = [offer.key for offer in list_offers()]
    have, portal = await stripe_api.find_prices(keys), await stripe_api.find_portal_configuration()
    living = [each for each in await stripe_api.list_subscriptions() if each.alive]
    async with jobs_scope():
        waiting = await db.value("select count(*) from stripe_event where handled_at is null")
        known = await db.records("select customer_id from billing_account where customer_id is not null")
    ours = {record["customer_id"] for record in known}
    return Status(
        test=test,
        missing=[key for key in keys if key not in have],
        portal=portal is not None,
        waiting_events=waiting,
        living=len(living),
        unknown=[each.id for each in living if each.customer_id not in ours],
    )


async def _make_product(offer: Offer) -> list[str]:
    if await stripe_api.find_product(offer.product_id):
        return []
    name = NAMES[offer.meter].format(plan=offer.plan.name)
    await stripe_api.create_product(f"set-up:{offer.product_id}", offer.product_id, name=name)
    return [offer.product_id]


def _refuse(offer: Offer, price: Price) -> None:
    raise Conflict(
        text(
            "The price {key} costs {theirs} {currency} at Stripe and {ours} in plans.toml, in minor units. Prices at Stripe"
            " do not change: raise `version` in plans.toml, then run this again.",
            key=offer.key,
            theirs=price.unit_amount,
            ours=offer.amount,
            currency=price.currency.upper(),
        )
    )
