"""The stand-in for Stripe is as strict as Stripe: else what passes here would be refused there."""

from datetime import timedelta

from tatausaha.billing import stripe_api
from tests.stripe_double import Double


async def test_the_fixture_answers_the_application(stripe: Double) -> None:
    customer_id = await stripe_api.create_customer("k", name="A", email="a@b.id", tenant_id="t")
    again = await stripe_api.create_customer("k", name="A", email="a@b.id", tenant_id="t")
    truth = await stripe_api.read_truth(customer_id)

    assert customer_id == again
    assert truth.subscriptions == ()
    stripe.clock.advance(timedelta(days=1))
