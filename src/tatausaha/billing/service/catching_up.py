"""A job's way to the truth: see what waits, ask Stripe outside any transaction, then store it with the job's end."""

from datetime import datetime

import msgspec

from tatausaha.billing import inbox, stripe_api
from tatausaha.billing.queries import accounts
from tatausaha.billing.rules.truth import Truth
from tatausaha.billing.service import following
from tatausaha.core import db
from tatausaha.core.claims import Claim
from tatausaha.core.process import tools


class Heard(msgspec.Struct, frozen=True):
    """What Stripe answered to a question asked at `asked_at`, and the events that were there before it was asked."""

    asked_at: datetime
    event_ids: list[str]
    truth: Truth | None


async def hear(claim: Claim, *, always: bool = False) -> Heard:
    """Ask Stripe about the job's provider: if events wait, or `always`. The truth is None where there is none to ask for."""
    async with claim.scope():
        event_ids, account = await inbox.list_waiting(), await accounts.find_account()
        # After the events were read: whatever they tell of had happened before the question.
        asked_at: datetime = await db.value("select clock_timestamp()")
    customer_id = account.customer_id if account and tools().settings.billing else None
    wanted = customer_id is not None and (always or event_ids)
    return Heard(asked_at, event_ids, await stripe_api.read_truth(customer_id) if customer_id and wanted else None)


async def keep(heard: Heard) -> bool:
    """Store what was heard, in the scope in which the job ends; the events it was asked for are then done with.

    Gives False where there was nothing to hear, or a younger answer is stored already.
    """
    kept = heard.truth is not None and await following.apply(heard.truth, heard.asked_at)
    await inbox.close(heard.event_ids, "followed" if heard.truth is not None else "ignored")
    return kept
