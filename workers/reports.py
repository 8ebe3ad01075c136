"""Documents in the background."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tatausaha.core.claims import Claim
from tatausaha.core.i18n import use_language
from tatausaha.documents import service as documents
from tatausaha.payroll.jobs import MakeRunDocuments, MakeSlipDocuments
from tatausaha.reports import run_documents
from tatausaha.reports.jobs import MakeReport
from tatausaha.reports.shop import files
from tatausaha.reports.shop.catalogue import REPORTS
from workers.runtime import handles


@handles(MakeRunDocuments)
async def make_run_documents(job: MakeRunDocuments, claim: Claim) -> None:
    """Share the slips out, and make what needs them all once every part has ended."""
    if claim.resumed:
        await run_documents.finish(job.run_id, claim)
    else:
        await run_documents.begin(job.run_id, claim)


@handles(MakeSlipDocuments)
async def make_slip_documents(job: MakeSlipDocuments, claim: Claim) -> None:
    """Set and keep some payslips."""
    await run_documents.make_payslips(job.run_id, job.slip_ids, claim)


@handles(MakeReport)
async def make_report(job: MakeReport, claim: Claim) -> None:
    """Write, store and enter a report's file."""
    with use_language(job.language), TemporaryDirectory(prefix="tata-report-") as folder:
        target = Path(folder) / f"report.{job.format}"
        async with claim.scope():
            written = await files.write(REPORTS[job.report], job.asked, job.format, target, claim.progress)
        await files.set_pdf(written, target)
        media = files.MEDIA[job.format]
        kept = await documents.put(
            claim.row.tenant_id, job.asked.client_id, "report", job.file_id, written.name, media, target
        )
        claim.progress(written.rows, written.rows)
        async with claim.finishing():
            await documents.record([kept], shared=job.shared)
