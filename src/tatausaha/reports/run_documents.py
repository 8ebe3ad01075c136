"""The documents of a published run: a payslip for each slip, in parts, and then what needs them all."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import msgspec

from tatausaha.core import audit
from tatausaha.core.claims import Claim
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import Text, text, use_language
from tatausaha.core.outbox import enqueue_all
from tatausaha.core.pdf import protect
from tatausaha.core.process import tools
from tatausaha.core.typesetting import typeset
from tatausaha.documents import service
from tatausaha.documents.filenames import file_name
from tatausaha.documents.service import PDF, Kept
from tatausaha.payroll import payslips, slip_queries
from tatausaha.payroll.jobs import MakeSlipDocuments
from tatausaha.payroll.payslips import Letterhead, YearSums
from tatausaha.payroll.slip_queries import SlipView
from tatausaha.reports import queries
from tatausaha.reports.queries import Run
from tatausaha.reports.run_files import put_run_files

PART = 40
AT_ONCE = 20
NAMED = 20


class Sheet(msgspec.Struct, frozen=True):
    """One payslip, ready to be set."""

    slip_id: UUID
    name: str
    data: dict[str, object]
    password: str | None


async def begin(run_id: UUID, claim: Claim) -> None:
    """Share the run's slips out over parts; the last of them to end wakes the job to finish."""
    async with claim.finishing():
        _check_released(await queries.get_run(run_id))
        slip_ids = await queries.list_slip_ids(run_id)
        parts = [
            MakeSlipDocuments(run_id, tuple(slip_ids[start : start + PART])) for start in range(0, len(slip_ids), PART)
        ]
        await enqueue_all(
            [(part, f"{run_id}:{number}", len(part.slip_ids)) for number, part in enumerate(parts)],
            client_id=claim.row.client_id,
            parent_id=claim.row.id,
        )
        claim.wait_for_parts(len(slip_ids))


async def make_payslips(run_id: UUID, slip_ids: tuple[UUID, ...], claim: Claim) -> None:
    """Set and keep some payslips of a run. One that should have a password and can have none is left out."""
    async with claim.scope():
        run = await queries.get_run(run_id)
        _check_released(run)
        slips = await slip_queries.list_slips(run_id, slip_ids)
        people = [slip.employee_id for slip in slips]
        year = payslips.year_sums(await slip_queries.list_year_lines(run.client_id, run.month, people))
    logo = await tools().storage.get(run.logo_key) if run.logo_key else None
    sheets = _sheets(run, slips, year)
    kept: list[Kept] = []
    for start in range(0, len(sheets), AT_ONCE):
        batch = sheets[start : start + AT_ONCE]
        pdfs = await typeset(_set_all, batch, logo)
        kept += await asyncio.gather(
            *(_put(run, claim, sheet, pdf) for sheet, pdf in zip(batch, pdfs, strict=True)),
        )
        claim.progress(len(kept), len(slips))
    claim.failures = len(slips) - len(kept)
    async with claim.finishing():
        await service.record(kept, shared=True)


async def finish(run_id: UUID, claim: Claim) -> None:
    """Count what the parts made, and make the files of the whole run. Conflict when payslips are missing."""
    async with claim.scope():
        run = await queries.get_run(run_id)
        payslip_documents = await queries.list_payslip_documents(run_id)
        left_out = await queries.list_unprotectable(run_id) if run.locked else []
        resting = await queries.count_resting(run_id)
    if len(payslip_documents) + len(left_out) + resting != run.slips:
        raise Conflict(
            text(
                "The run has {slips} payslips, but {made} were made and {left_out} could not be protected. Try again.",
                slips=run.slips,
                made=len(payslip_documents),
                left_out=len(left_out),
            )
        )
    kept = await put_run_files(claim, run, payslip_documents)
    async with claim.finishing():
        await service.record(kept, shared=True)
        await audit.record("reports.make", "pay_run", run.id, run.client_id, payslips=len(payslip_documents))
        if left_out:
            claim.outcome, claim.problem = "partly", _unprotected(left_out)


def _check_released(run: Run) -> None:
    if not run.released:
        raise Conflict(text("Payslips are made when the run is published; this run is not published."))


def _sheets(run: Run, slips: Sequence[SlipView], year: dict[UUID, YearSums]) -> list[Sheet]:
    head = Letterhead(run.company, run.address, run.colour, run.published_on or run.period)
    with use_language(run.language):
        return [
            Sheet(
                slip.id,
                file_name(payslips.month_name(run.month), slip.employee_number, slip.employee_name, suffix="pdf"),
                payslips.payslip_data(slip, year.get(slip.employee_id, {}), head),
                payslips.password_of(slip) if run.locked else None,
            )
            for slip in slips
            if not run.locked or payslips.password_of(slip)
        ]


def _set_all(sheets: Sequence[Sheet], logo: bytes | None) -> list[bytes]:
    images = {"logo": logo} if logo else None
    pdfs = (tools().typesetter.render(payslips.TEMPLATE, sheet.data, images) for sheet in sheets)
    return [protect(pdf, sheet.password) if sheet.password else pdf for pdf, sheet in zip(pdfs, sheets, strict=True)]


async def _put(run: Run, claim: Claim, sheet: Sheet, pdf: bytes) -> Kept:
    return await service.put(claim.row.tenant_id, run.client_id, "payslip", sheet.slip_id, sheet.name, PDF, pdf)


def _unprotected(names: Sequence[str]) -> Text:
    return text(
        "{count} payslips have no password, because the day of birth or the NIK is missing, and were not made: {names}."
        " Complete these employees and try again.",
        count=len(names),
        names=", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else ""),
    )
