"""What the board of work has done by the clock, and letters to those whom a change waits for."""

from tatausaha.core import changes
from tatausaha.core.changes import TellDeciders
from tatausaha.core.claims import Claim
from tatausaha.core.db import tenant_scope
from tatausaha.work import service
from tatausaha.work.jobs import ForgetJobs
from workers.runtime import handles


@handles(ForgetJobs)
async def forget_jobs(_job: ForgetJobs, claim: Claim) -> None:
    """Delete what ended long ago, of one provider."""
    async with claim.finishing():
        await service.forget_jobs()


@handles(TellDeciders)
async def tell_deciders(job: TellDeciders, claim: Claim) -> None:
    """Who could decide is known to the provider's scope alone, also where the change belongs to a client."""
    async with tenant_scope(claim.row.tenant_id):
        change = await changes.get(job.change_id)
        deciders = await service.list_asked(change)
    async with claim.finishing():
        await service.tell_deciders(change, deciders)
