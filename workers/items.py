"""Spreadsheets of items, in and out."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tatausaha.core.claims import Claim
from tatausaha.core.i18n import use_language
from tatausaha.core.imports import working
from tatausaha.documents import service as documents
from tatausaha.stock.jobs import CheckItems, ExportItems, RunItems
from tatausaha.stock.service import exporting
from tatausaha.stock.service.importing import ITEMS
from workers.runtime import handles

MEDIA_TYPES = {"csv": documents.CSV, "xlsx": documents.XLSX}


@handles(CheckItems)
async def check_items(job: CheckItems, claim: Claim) -> None:
    """Tell what importing would do."""
    await working.check(ITEMS, job, claim)


@handles(RunItems)
async def run_items(job: RunItems, claim: Claim) -> None:
    """Import all accepted rows, or none."""
    await working.run(ITEMS, job, claim)


@handles(ExportItems)
async def export_items(job: ExportItems, claim: Claim) -> None:
    """Write, store and enter the file."""
    client_id = claim.row.client_id
    assert client_id is not None
    with use_language(job.language), TemporaryDirectory(prefix="tata-export-") as folder:
        target = Path(folder) / f"items.{job.format}"
        async with claim.scope():
            name = await exporting.write(job, target, claim.progress)
        kept = await documents.put(
            *(claim.row.tenant_id, client_id, exporting.DOCUMENT, job.file_id, name, MEDIA_TYPES[job.format], target)
        )
        async with claim.finishing():
            await documents.record([kept], shared=False)
