"""What identity has done in the background."""

from tatausaha.core.claims import Claim
from tatausaha.identity import factors, recovery, sign_in, tokens
from tatausaha.identity.jobs import CleanUp, ResetFactors
from workers.runtime import handles


@handles(CleanUp)
async def clean_up(_job: CleanUp, claim: Claim) -> None:
    """Sessions belong to accounts, not to a provider; so they are forgotten in a scope of their own."""
    await sign_in.forget_ended()
    await recovery.forget_old()
    await tokens.forget_answers()
    async with claim.finishing():
        pass


@handles(ResetFactors)
async def reset_factors(job: ResetFactors, claim: Claim) -> None:
    """Factors belong to accounts too; the letter to the person leaves with the job's end."""
    holder = await factors.forget_factors(claim.row.tenant_id, job.member_id)
    async with claim.finishing():
        await factors.write(holder, "reset")
