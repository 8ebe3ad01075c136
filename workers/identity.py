"""What identity has done by the clock."""

from tatausaha.core.claims import Claim
from tatausaha.identity import sign_in
from tatausaha.identity.jobs import CleanUp
from workers.runtime import handles


@handles(CleanUp)
async def clean_up(_job: CleanUp, claim: Claim) -> None:
    """Sessions belong to accounts, not to a provider; so they are forgotten in a scope of their own."""
    await sign_in.forget_ended()
    async with claim.finishing():
        pass
