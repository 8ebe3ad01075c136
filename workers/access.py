"""The access log: sealed, watched, kept, exported."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tatausaha.core import audit_keep, db
from tatausaha.core.audit_chain import chain_key, seal
from tatausaha.core.claims import Claim
from tatausaha.core.db import prune_scope
from tatausaha.core.i18n import use_language
from tatausaha.core.process import tools
from tatausaha.documents import service as documents
from tatausaha.identity import access_export, access_watch
from tatausaha.identity.access_jobs import ExportLog, KeepLog, SealLog, WatchLog
from workers.runtime import handles

MEDIA_TYPES = {"csv": documents.CSV, "xlsx": documents.XLSX}


@handles(SealLog)
async def seal_log(_job: SealLog, claim: Claim) -> None:
    """Link by link, until nothing waits; of these jobs, one each minute, only the last is remembered."""
    await _seal_all(claim)
    async with claim.finishing():
        await db.execute("delete from job where kind = $1 and state = 'done' and id <> $2", SealLog.kind, claim.row.id)


@handles(WatchLog)
async def watch_log(_job: WatchLog, claim: Claim) -> None:
    """Note what was unusual in the hours that are over, and tell the owners of the gravest."""
    async with claim.finishing():
        await access_watch.watch()


@handles(KeepLog)
async def keep_log(_job: KeepLog, claim: Claim) -> None:
    """Forget, check, and write the weekly letters."""
    async with claim.scope():
        before = await audit_keep.announce_forgetting()
    while before:
        async with prune_scope(claim.row.tenant_id):
            if not await audit_keep.forget(before):
                break
    await _seal_all(claim)
    async with claim.finishing():
        await access_watch.check(chain_key(tools().settings.secret_key))
        await access_watch.write_digests()


@handles(ExportLog)
async def export_log(job: ExportLog, claim: Claim) -> None:
    """Write, store and enter the file."""
    client_id = claim.row.client_id
    assert client_id is not None
    with use_language(job.language), TemporaryDirectory(prefix="tata-export-") as folder:
        target = Path(folder) / f"access.{job.format}"
        async with claim.scope():
            name = await access_export.write(job, target, claim.progress)
        kept = await documents.put(
            claim.row.tenant_id, client_id, "access_export", job.export_id, name, MEDIA_TYPES[job.format], target
        )
        async with claim.finishing():
            await documents.record([kept], shared=job.for_client)


async def _seal_all(claim: Claim) -> None:
    key, taken = chain_key(tools().settings.secret_key), 1
    while taken:
        async with claim.scope():
            taken = await seal(key)
