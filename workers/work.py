"""What the board of work has done by the clock."""

from tatausaha.core.claims import Claim
from tatausaha.work import service
from tatausaha.work.jobs import ForgetJobs
from workers.runtime import handles


@handles(ForgetJobs)
async def forget_jobs(_job: ForgetJobs, claim: Claim) -> None:
    """Delete what ended long ago, of one provider."""
    async with claim.finishing():
        await service.forget_jobs()
