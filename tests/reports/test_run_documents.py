"""The documents of a published run: all of them, once, for those who may have them."""

import io
import zipfile
from uuid import UUID

import pytest

from tatausaha.core import db
from tatausaha.core.outbox import enqueue, list_jobs
from tatausaha.payroll.jobs import MakeRunDocuments
from tatausaha.reports import run_documents
from tests.make import Office, drain, make_employees
from tests.reports.months import SARI, calculate, content, files, hire, payslips, pdf_text, publish, release

RUN_FILES = {
    *("payslips_zip", "register_pdf", "register_xlsx", "register_csv", "summary_pdf", "summary_xlsx", "summary_csv"),
}


@pytest.fixture
async def june(office: Office, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """Five people in parts of two, so that the fan-out has three parts."""
    monkeypatch.setattr(run_documents, "PART", 2)
    async with office.scope():
        await make_employees(office.client_id, 4)
    await hire(office, **SARI)
    return await publish(office)


async def test_publishing_makes_a_payslip_for_everyone_and_the_files_of_the_run(office: Office, june: UUID) -> None:
    assert len(await payslips(office, june)) == 5
    assert set(await files(office, june)) == RUN_FILES
    async with office.scope():
        (job,) = [job for job in await list_jobs(["done"]) if job.kind == MakeRunDocuments.kind]
    assert (job.done, job.total, job.failures) == (5, 5, 0)


async def test_the_zip_holds_every_payslip_under_its_persons_name(office: Office, june: UUID) -> None:
    archive = zipfile.ZipFile(io.BytesIO(await content((await files(office, june))["payslips_zip"])))

    assert archive.testzip() is None
    assert len(set(archive.namelist())) == 5
    (sari,) = [name for name in archive.namelist() if "Sari Dewi" in name]
    assert "Sari Dewi" in pdf_text(archive.read(sari))


async def test_two_people_of_one_name_both_have_their_payslip_in_the_zip(office: Office) -> None:
    await hire(office, name="Ayu", number="A/1")
    await hire(office, name="Ayu", number="A-1")
    run_id = await publish(office)

    archive = zipfile.ZipFile(io.BytesIO(await content((await files(office, run_id))["payslips_zip"])))
    assert len(set(archive.namelist())) == 2
    assert not any("/" in name or "\\" in name for name in archive.namelist())


async def test_a_missing_payslip_fails_the_job_with_the_counts(office: Office) -> None:
    await hire(office, **SARI)
    run_id = await calculate(office)
    await release(office, run_id)
    await drain(office.tenant_id)
    async with office.scope():
        await db.execute("delete from document where kind = 'payslip'")
        await db.execute("update job set state = 'queued', attempt = 0 where kind = $1", MakeRunDocuments.kind)
    await drain(office.tenant_id)

    async with office.scope():
        (job,) = [job for job in await list_jobs(["failed"]) if job.kind == MakeRunDocuments.kind]
    assert job.error is not None
    assert (job.error.params["slips"], job.error.params["made"]) == (1, 0)


async def test_documents_made_twice_are_kept_once(office: Office, june: UUID) -> None:
    before = {document.id for document in await payslips(office, june)}
    async with office.scope():
        await db.execute("update job set state = 'queued', attempt = 0 where kind = 'reports.make_slip_documents'")
    await drain(office.tenant_id)

    assert {document.id for document in await payslips(office, june)} == before


async def test_a_run_that_is_not_published_gets_no_documents(office: Office) -> None:
    await hire(office)
    run_id = await calculate(office)
    async with office.scope():
        await enqueue(MakeRunDocuments(run_id), once_key="early", client_id=office.client_id)
    await drain(office.tenant_id)

    assert await payslips(office, run_id) == []
    assert await files(office, run_id) == {}
