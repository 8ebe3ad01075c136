"""Spreadsheets of employees, in and out."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tatausaha.core.claims import Claim
from tatausaha.core.i18n import use_language
from tatausaha.core.imports import working
from tatausaha.documents import service as documents
from tatausaha.people.jobs import CheckImport, ExportPeople, RunImport
from tatausaha.people.service import exporting
from tatausaha.people.service.importing import EMPLOYEES
from workers.runtime import handles

MEDIA_TYPES = {"csv": documents.CSV, "xlsx": documents.XLSX}


@handles(CheckImport)
async def check_import(job: CheckImport, claim: Claim) -> None:
    """Tell what importing would do."""
    await working.check(EMPLOYEES, job, claim)


@handles(RunImport)
async def run_import(job: RunImport, claim: Claim) -> None:
    """Import all accepted rows, or none."""
    await working.run(EMPLOYEES, job, claim)


@handles(ExportPeople)
async def export_people(job: ExportPeople, claim: Claim) -> None:
    """Write, store and enter the file."""
    client_id = claim.row.client_id
    assert client_id is not None
    with use_language(job.language), TemporaryDirectory(prefix="tata-export-") as folder:
        target = Path(folder) / f"people.{job.format}"
        async with claim.scope():
            name = await exporting.write(job, target, claim.progress)
        kept = await documents.put(
            claim.row.tenant_id, client_id, "people_export", job.export_id, name, MEDIA_TYPES[job.format], target
        )
        async with claim.finishing():
            await documents.record([kept], shared=False)
