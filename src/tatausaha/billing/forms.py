"""What owners send: which plan, how it is paid, and what they agreed to."""

import msgspec

from tatausaha.billing.rules.plans import Currency, Interval


class CheckoutForm(msgspec.Struct, frozen=True):
    """A plan to subscribe to. A coupon is looked up by the payment service."""

    plan: str
    interval: Interval
    currency: Currency
    coupon: str = ""


class LookForm(msgspec.Struct, frozen=True):
    """Another plan, whose amount is asked for before anything is agreed to."""

    plan: str
    interval: Interval


class AgreeForm(msgspec.Struct, frozen=True):
    """The preview that the owner saw and agrees to."""

    request: str
