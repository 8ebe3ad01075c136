"""A stateful stand-in for Stripe, for tests and the demo. It is no part of what is installed."""

from tests.stripe_double.double import Double as Double
from tests.stripe_double.problems import Declined as Declined
from tests.stripe_double.serving import billing_on as billing_on
from tests.stripe_double.serving import listening as listening
from tests.stripe_double.serving import serving as serving
