"""The subscription at Stripe: what is asked, followed, counted and compared, and what owners are told of it."""

from tatausaha.billing.jobs import Watch
from tatausaha.billing.service import notices
from tatausaha.core.claims import Claim
from workers.runtime import handles


@handles(Watch)
async def watch(job: Watch, claim: Claim) -> None:
    """Write to the owners about what holds now and was not written yet."""
    owners = await notices.list_owners(claim.row.tenant_id)
    async with claim.finishing():
        await notices.write(owners, claim.row.id if job.recovered else None)
