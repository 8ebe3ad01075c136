"""Orders on their way to suppliers, and what comes back."""

from tatausaha.core.claims import Claim
from tatausaha.purchasing.jobs import SendOrder, TellAboutOrder
from tatausaha.purchasing.service import answering, sending
from workers.runtime import handles


@handles(SendOrder)
async def send_order(job: SendOrder, claim: Claim) -> None:
    """Make the order's document; the letter that carries it leaves by itself."""
    await sending.make(job.letter_id, claim)


@handles(TellAboutOrder)
async def tell_about_order(job: TellAboutOrder, claim: Claim) -> None:
    """Write to those who work for the client."""
    await answering.write_news(job, claim)
