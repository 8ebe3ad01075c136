"""The subscription at Stripe: what is asked, followed, counted and compared, and what owners are told of it."""

from datetime import UTC, datetime

from tatausaha.billing import inbox
from tatausaha.billing.jobs import Ask, CountUsage, Follow, ForgetEvents, Reconcile, TellDetails, Watch
from tatausaha.billing.service import accounts, carrying_out, catching_up, comparing, notices, quantities
from tatausaha.core.claims import Claim
from tatausaha.core.process import tools
from workers.runtime import after_failure, handles


@handles(Ask)
async def ask(job: Ask, claim: Claim) -> None:
    """Do at the payment service what an owner asked for."""
    await carrying_out.carry_out(job, claim)


@after_failure(Ask)
async def give_up(job: Ask, claim: Claim) -> None:
    """It could not be done: the owner reads why."""
    await carrying_out.give_up(job, claim)


@handles(Follow)
async def follow(_job: Follow, claim: Claim) -> None:
    """See what there is to an event, or to several at once."""
    heard = await catching_up.hear(claim)
    async with claim.finishing():
        await catching_up.keep(heard)


@handles(ForgetEvents)
async def forget_events(_job: ForgetEvents, claim: Claim) -> None:
    """Events are stored before it is known whose they are; so they are forgotten in a scope of their own."""
    await inbox.forget_bodies()
    async with claim.finishing():
        pass


@handles(TellDetails)
async def tell_details(_job: TellDetails, claim: Claim) -> None:
    """Write other details on the invoices to come."""
    await accounts.tell_details(claim)


@handles(CountUsage)
async def count_usage(_job: CountUsage, claim: Claim) -> None:
    """Count, and set the quantities that are billed."""
    await quantities.follow_count(claim, datetime.now(UTC))


@handles(Reconcile)
async def reconcile(_job: Reconcile, claim: Claim) -> None:
    """Mend what was missed, report what differs."""
    await comparing.compare(claim)


@handles(Watch)
async def watch(job: Watch, claim: Claim) -> None:
    """Write to the owners about what holds now and was not written yet; while billing is off, nothing holds."""
    if not tools().settings.billing:
        async with claim.finishing():
            await notices.lift()
        return
    owners = await notices.list_owners(claim.row.tenant_id)
    async with claim.finishing():
        await notices.write(owners, claim.row.id if job.recovered else None)
