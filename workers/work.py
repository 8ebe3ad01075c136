"""What the board of work has done by the clock, and letters to those whom a change waits for."""

from tatausaha.core import changes
from tatausaha.core.changes import TellDeciders
from tatausaha.core.claims import Claim
from tatausaha.core.db import tenant_scope
from tatausaha.identity import factor_reset
from tatausaha.identity import service as identity
from tatausaha.invoicing.service import agreeing, money, profile, voiding
from tatausaha.invoicing.service import approving as issuing
from tatausaha.payroll import service as payroll
from tatausaha.people.service import guarded, openings, pay
from tatausaha.privacy.service import retention
from tatausaha.purchasing.service import approving, billing, paying, receiving, requests, suppliers
from tatausaha.sales.service import receivables, shifts
from tatausaha.stock.service import adjusting, counting, supplies
from tatausaha.work import service
from tatausaha.work.jobs import ForgetJobs
from workers.runtime import handles

# Whoever writes to deciders knows every kind of change: each of these registers its own when it is loaded.
KINDS_OF = (
    *(factor_reset, identity, payroll, guarded, openings, pay, retention),
    *(approving, billing, paying, receiving, requests, suppliers),
    *(receivables, shifts, adjusting, counting, supplies, money, issuing, agreeing, profile, voiding),
)


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
