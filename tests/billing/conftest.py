"""Billing against the stand-in for Stripe, by the real SDK and real HTTP."""

from collections.abc import Iterator

import pytest
from litestar import Litestar

from tests.stripe_double import Double, billing_on, listening
from tests.stripe_double.serving import Port


@pytest.fixture(scope="session")
def stripe_port() -> Iterator[Port]:
    """Where the accounts of all tests answer, one after the other."""
    with listening() as port:
        yield port


@pytest.fixture
def stripe(app: Litestar, stripe_port: Port) -> Iterator[Double]:
    """An account of one's own at the stand-in, and billing on. A call that it does not know fails the test at its end.

    The account is new; `stripe.sell_plans()` does what `tata billing set-up` would.
    """
    double = stripe_port.serve(Double())
    with billing_on(double):
        yield double
    assert double.surprises == [], "the application asked for what the stand-in for Stripe does not know"
