"""Billing against the stand-in for Stripe, by the real SDK and real HTTP."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar

from tatausaha.billing import stripe_line
from tests.stripe_double import Double, billing_on, serving


@pytest.fixture
async def stripe(app: Litestar) -> AsyncIterator[Double]:
    """An account of one's own at the stand-in, and billing on. A call that it does not know fails the test at its end."""
    with serving(Double()) as double, billing_on(double):
        yield double
        await stripe_line.close()
    assert double.surprises == [], "the application asked for what the stand-in for Stripe does not know"
