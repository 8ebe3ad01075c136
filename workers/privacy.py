"""Deadlines, copies, packs and destructions."""

from tatausaha.core.claims import Claim
from tatausaha.core.i18n import use_language
from tatausaha.core.process import tools
from tatausaha.privacy.jobs import Destroy, MakeCopy, MakePack, WatchDeadlines
from tatausaha.privacy.service import breaches, copies, desk, destruction, packs
from workers.runtime import handles


@handles(WatchDeadlines)
async def watch_deadlines(_job: WatchDeadlines, claim: Claim) -> None:
    """Write about what waits too long, and forget copies that nobody fetched."""
    async with claim.scope():
        old = await copies.list_old()
    for one in old:
        await tools().storage.delete(one.copy_key)
    async with claim.finishing():
        await copies.forget(old)
        await desk.warn()
        await breaches.warn()


@handles(MakeCopy)
async def make_copy(job: MakeCopy, claim: Claim) -> None:
    """Gather a person's data into one file."""
    with use_language(job.language):
        await copies.make(job.request_id, claim)


@handles(Destroy)
async def destroy(job: Destroy, claim: Claim) -> None:
    """Erase what two people agreed to destroy, and certify it."""
    await destruction.destroy(job.destruction_id, claim)


@handles(MakePack)
async def make_pack(job: MakePack, claim: Claim) -> None:
    """Gather whom a breach concerns."""
    with use_language(job.language):
        await packs.make(job.breach_id, claim)
