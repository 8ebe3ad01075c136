"""Orders on their way to suppliers, and what comes back."""

from tatausaha.core.claims import Claim
from tatausaha.core.imports import working
from tatausaha.purchasing.jobs import CheckSuppliers, RunSuppliers, SendOrder, TellAboutOrder
from tatausaha.purchasing.service import answering, sending
from tatausaha.purchasing.service.importing import SUPPLIERS
from workers.runtime import after_failure, handles


@handles(SendOrder)
async def send_order(job: SendOrder, claim: Claim) -> None:
    """Make the order's document; the letter that carries it leaves by itself."""
    await sending.make(job.letter_id, claim)


@after_failure(SendOrder)
async def give_up(job: SendOrder, claim: Claim) -> None:
    """The order's document could not be made: it goes nowhere by itself."""
    async with claim.scope():
        await sending.give_up(job.letter_id)


@handles(TellAboutOrder)
async def tell_about_order(job: TellAboutOrder, claim: Claim) -> None:
    """Write to those who work for the client."""
    await answering.write_news(job, claim)


@handles(CheckSuppliers)
async def check_suppliers(job: CheckSuppliers, claim: Claim) -> None:
    """Tell what importing would do."""
    await working.check(SUPPLIERS, job, claim)


@handles(RunSuppliers)
async def run_suppliers(job: RunSuppliers, claim: Claim) -> None:
    """Import all accepted rows, or none."""
    await working.run(SUPPLIERS, job, claim)
