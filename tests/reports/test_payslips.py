"""What an employee holds in hand."""

from datetime import date

import pypdfium2
import pytest

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.money import format_rupiah
from tatausaha.core.outbox import list_jobs, retry
from tatausaha.payroll.jobs import MakeRunDocuments
from tatausaha.payroll.payslips import plain
from tatausaha.people.service.bulk import set_facts
from tests.make import Office, drain
from tests.reports.months import SARI, content, correct, hire, payslips, pdf_text, publish, set_client

MAY = Period(2026, 5)


async def test_a_payslip_states_what_is_received_to_the_rupiah_and_only_the_end_of_the_account(office: Office) -> None:
    await hire(office, 8_765_432, **SARI)
    run_id = await publish(office)

    (document,) = await payslips(office, run_id)
    said = pdf_text(await content(document))
    async with office.scope():
        net, pph21, gross = await db.value("select (net_pay, pph21, cash_gross) from slip where run_id = $1", run_id)
    assert "Sari Dewi" in said
    assert "Juni 2026" in said
    for amount in (format_rupiah(net, "id"), plain(pph21), plain(gross)):
        assert amount in said
    assert "7788" in said
    assert "123456" not in said
    assert "1234" in said
    assert "09123456" not in said
    assert document.name.endswith("KS-0001 Sari Dewi.pdf")
    assert document.shared


async def test_a_payslip_is_written_in_the_language_that_the_client_chose(office: Office) -> None:
    await hire(office, **SARI)
    await set_client(office, payslip_language="en")
    run_id = await publish(office)

    said = pdf_text(await content((await payslips(office, run_id))[0]))
    assert "June 2026" in said
    assert "Since January" in said


async def test_a_payslip_adds_up_the_year_from_the_published_months_before(office: Office) -> None:
    await hire(office, 9_000_000, **SARI)
    await publish(office, MAY)
    run_id = await publish(office)

    said = pdf_text(await content((await payslips(office, run_id))[0]))
    assert "9.000.000" in said
    assert "18.000.000" in said


async def test_a_corrected_payslip_says_which_version_it_replaces_and_counts_once_in_the_year(office: Office) -> None:
    employee_id = await hire(office, 9_000_000, **SARI)
    may = await publish(office, MAY)
    corrected = await correct(office, may, employee_id, bonus=1_111_111)
    june = await publish(office)

    second = pdf_text(await content((await payslips(office, corrected))[0]))
    assert "1.111.111" in second
    assert "versi 1" in second.lower() or "version 1" in second
    later = pdf_text(await content((await payslips(office, june))[0]))
    assert "18.000.000" in later
    assert "27.000.000" not in later
    assert "1.111.111" in later, "what was paid only earlier in the year stays in the year's sum"


async def test_a_protected_payslip_opens_with_birth_date_and_end_of_nik_alone(office: Office) -> None:
    await hire(office, **SARI)
    await set_client(office, payslip_password="birth_nik")
    run_id = await publish(office)

    pdf = await content((await payslips(office, run_id))[0])
    for wrong in (None, "", "05051990", "050519900002"):
        with pytest.raises(pypdfium2.PdfiumError):
            pdf_text(pdf, wrong)
    assert "Sari Dewi" in pdf_text(pdf, "050519900001")


async def test_somebody_who_can_have_no_password_is_named_and_gets_a_payslip_once_that_is_mended(
    office: Office,
) -> None:
    await hire(office, **SARI)
    budi = await hire(office, name="Budi Tanpa NIK")
    await set_client(office, payslip_password="birth_nik")
    run_id = await publish(office)

    async with office.scope():
        (job,) = [job for job in await list_jobs(["partly"]) if job.kind == MakeRunDocuments.kind]
    assert "Budi Tanpa NIK" in str(job.error)
    assert "Sari" not in str(job.error)
    assert (len(await payslips(office, run_id)), job.failures) == (1, 1)

    async with office.scope():
        await set_facts(budi, {"nik": "3171014505900002", "born_on": date(1991, 1, 2)})
        await retry(job.id)
    await drain(office.tenant_id)
    async with office.scope():
        (done,) = [job for job in await list_jobs(["done"]) if job.kind == MakeRunDocuments.kind]
    assert (len(await payslips(office, run_id)), done.failures, done.error) == (2, 0, None)
