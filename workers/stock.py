"""What runs out is told, paces are reckoned, lists are written, count sheets are read."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tatausaha.core.claims import Claim
from tatausaha.core.i18n import use_language
from tatausaha.core.imports import working
from tatausaha.documents import service as documents
from tatausaha.stock.jobs import (
    CheckBalances,
    CheckCount,
    ExportWatched,
    ImportCount,
    ReckonPace,
    TellLow,
)

# Importing `adjusting` and `supplies` names their kinds of changes, of which letters are written here.
from tatausaha.stock.service import adjusting, checking, listing, supplies, watching  # noqa: F401
from tatausaha.stock.service.count_sheets import COUNTS
from workers.runtime import handles

MEDIA_TYPES = {"csv": documents.CSV, "xlsx": documents.XLSX}


@handles(TellLow)
async def tell_low(_job: TellLow, claim: Claim) -> None:
    """Write about what newly runs out."""
    async with claim.finishing():
        await watching.tell_low()


@handles(ReckonPace)
async def reckon_pace(_job: ReckonPace, claim: Claim) -> None:
    """Count how fast everything goes out."""
    async with claim.finishing():
        await watching.reckon_pace()


@handles(ExportWatched)
async def export_watched(job: ExportWatched, claim: Claim) -> None:
    """Write, store and enter the file."""
    client_id = claim.row.client_id
    assert client_id is not None
    with use_language(job.language), TemporaryDirectory(prefix="tata-export-") as folder:
        target = Path(folder) / f"list.{job.format}"
        async with claim.scope():
            name = await listing.write(job, target, claim.progress)
        kept = await documents.put(
            *(claim.row.tenant_id, client_id, listing.DOCUMENT, job.file_id, name, MEDIA_TYPES[job.format], target)
        )
        async with claim.finishing():
            await documents.record([kept], shared=False)


@handles(CheckCount)
async def check_count(job: CheckCount, claim: Claim) -> None:
    """Tell what importing the sheet would do."""
    await working.check(COUNTS, job, claim)


@handles(ImportCount)
async def import_count(job: ImportCount, claim: Claim) -> None:
    """Import all accepted lines, or none."""
    await working.run(COUNTS, job, claim)


@handles(CheckBalances)
async def check_balances(_job: CheckBalances, claim: Claim) -> None:
    """Compare what is kept with the ledger, and tell people what differs."""
    await checking.check(claim)
