"""Documents in the background."""

from tatausaha.core.claims import Claim
from tatausaha.payroll.jobs import MakeRunDocuments, MakeSlipDocuments
from tatausaha.reports import run_documents
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
