"""The provider's data keys: looked at, and replaced by new ones in the background."""

from typing import ClassVar

from tatausaha.core import audit, db, rotation
from tatausaha.core.claims import Claim
from tatausaha.core.crypto import ANNOUNCED
from tatausaha.core.errors import Conflict, Unavailable
from tatausaha.core.i18n import Text, text
from tatausaha.core.outbox import Job, enqueue
from tatausaha.core.sealed import OF_PROVIDERS

PAGE = "/settings/keys"


class RotateKeys(Job, frozen=True):
    """Seal everything of a provider under its data key of this number."""

    kind: ClassVar[str] = "identity.rotate_keys"
    number: int

    def title(self) -> Text:
        return text("Seal identity and account numbers with a new key")

    def unit(self) -> Text:
        return text("rows")


async def rotate() -> int:
    """Make a new data key and have everything sealed under it; gives its number. Conflict while that is under way."""
    number = await rotation.begin()
    job_id = await enqueue(RotateKeys(number), once_key=str(number), total=await rotation.count_left(number), link=PAGE)
    if job_id is None:
        raise Conflict(text("A new key is being brought into use already."))
    # Not before every process knows the key: until then, none of them could open what it seals.
    await db.execute("update job set run_at = now() + $2::text::interval where id = $1", job_id, ANNOUNCED)
    await audit.record("rotated", "data_key", job_id, number=number)
    return number


async def reseal(number: int, claim: Claim) -> None:
    """Seal row after row under the new key, then retire the keys that seal nothing any longer.

    Each piece is committed by itself, and what is done is not found again: an attempt goes on where the last one was
    killed. Unavailable when somebody held a row all the while; the next attempt finds it.
    """
    async with claim.scope():
        claim.progress(0, await rotation.count_left(number))
    for table in OF_PROVIDERS:
        after = rotation.NOBODY
        while True:
            async with claim.scope():
                count, last = await rotation.reseal_chunk(table, number, after)
            claim.progress(claim.done + count)
            if last is None:
                break
            after = last
    async with claim.finishing():
        if await rotation.count_left(number):
            raise Unavailable(text("Some rows were in use; they are sealed at the next attempt."))
        await rotation.settle(number)
