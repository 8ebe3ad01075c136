"""Reports that a superior or a client can trust: the same figures on the page and in every file."""

import csv
import io
from uuid import UUID

import openpyxl
import pytest

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.money import format_rupiah
from tatausaha.documents.service import PDF, XLSX
from tatausaha.payroll.payslips import plain
from tatausaha.reports import figures
from tests.make import Office, make_employees
from tests.reports.months import JUNE, SARI, calculate, content, correct, files, hire, pdf_text, publish
from tests.work.test_work import count_queries

MAY = Period(2026, 5)
MONEY = (
    "cash_gross",
    "taxable_gross",
    "employee_bpjs",
    "pph21",
    "pph21_borne",
    "net_pay",
    "employer_bpjs",
    "employer_cost",
)


async def sums(office: Office, run_id: UUID) -> dict[str, int]:
    """The totals as the database counts them, by a query of the test's own."""
    async with office.scope():
        (found,) = await db.records(
            f"select {', '.join(f'sum({name})::bigint as {name}' for name in MONEY)} from slip where run_id = $1",
            run_id,
        )
    return dict(found)


@pytest.fixture
async def june(office: Office) -> UUID:
    """Three departments, of which one is new, beside a May."""
    async with office.scope():
        await make_employees(office.client_id, 2, department="Dapur", basic=6_000_000)
    await hire(office, 12_000_000, department="Toko", **SARI)
    await publish(office, MAY)
    await hire(office, 7_000_000, name="=cmd|' /C calc'!A0", department="@Gudang", joined_on=JUNE.first)
    return await publish(office)


async def test_the_totals_of_the_register_are_those_of_the_database_in_every_format(office: Office, june: UUID) -> None:
    expected, made = await sums(office, june), await files(office, june)

    said = pdf_text(await content(made["register_pdf"]))
    rows = list(csv.reader(io.StringIO((await content(made["register_csv"])).decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(await content(made["register_xlsx"]))).active
    last = [cell.value for cell in sheet[sheet.max_row]]
    for name in MONEY:
        assert plain(expected[name]) in said
        assert expected[name] in last
    costs = [int(row[-1]) for row in rows[1:]]
    assert (len(costs), sum(costs)) == (4, expected["employer_cost"])


async def test_a_name_that_begins_like_a_formula_is_text_in_every_spreadsheet(office: Office, june: UUID) -> None:
    made = await files(office, june)

    rows = list(csv.reader(io.StringIO((await content(made["register_csv"])).decode("utf-8-sig"))))
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
    for kind in ("register_xlsx", "summary_xlsx"):
        sheet = openpyxl.load_workbook(io.BytesIO(await content(made[kind]))).active
        assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "d"}


async def test_the_summary_shows_each_department_beside_the_month_before(office: Office, june: UUID) -> None:
    rows = list(
        csv.DictReader(io.StringIO((await content((await files(office, june))["summary_csv"])).decode("utf-8-sig")))
    )

    async with office.scope():
        cost = dict(
            await db.records(
                "select department, sum(employer_cost)::bigint from slip where run_id = $1 group by 1", june
            )
        )
    by_name = {row[next(iter(row))]: list(row.values()) for row in rows}
    new, kept = by_name["'@Gudang"], by_name["Dapur"]
    assert new[-3:] == [str(cost["@Gudang"]), "0", str(cost["@Gudang"])]
    assert kept[-3:] == [str(cost["Dapur"]), str(cost["Dapur"]), "0"]


async def test_the_reports_page_counts_the_month_and_draws_the_months_before(office: Office, june: UUID) -> None:
    expected = await sums(office, june)

    shown = await office.worker.get("/reports")
    assert shown.status_code == 200
    for name in ("employer_cost", "net_pay", "pph21"):
        assert format_rupiah(expected[name], "id") in shown.text
    assert shown.text.count("data-chart=") == 3
    assert f"/reports/runs/{june}/register" in shown.text


async def test_a_correction_counts_in_place_of_what_it_corrects(office: Office) -> None:
    employee_id = await hire(office, 9_000_000, **SARI)
    run_id = await publish(office)
    correction_id = await correct(office, run_id, employee_id, bonus=1_000_000)

    shown = (await office.worker.get("/reports", params={"client": str(office.client_id), "month": "2026-06"})).text
    corrected, first = await sums(office, correction_id), await sums(office, run_id)
    assert format_rupiah(corrected["employer_cost"], "id") in shown
    assert format_rupiah(first["employer_cost"] + corrected["employer_cost"], "id") not in shown


async def test_the_months_of_the_chart_are_the_sums_of_the_slips_that_count(office: Office) -> None:
    employee_id = await hire(office, 9_000_000, **SARI)
    await hire(office, 7_000_000, tax_method="net")
    await correct(office, await publish(office, MAY), employee_id, bonus=1_000_000)
    await calculate(office)

    async with office.scope():
        months = await figures.list_months(office.client_id, JUNE)
        counted = [
            figures.total(list((await figures.sum_departments(office.client_id, m)).values())) for m in (MAY, JUNE)
        ]
        shown = await figures.list_months(office.client_id, JUNE, released_only=True)
    names = ("people", "cash_gross", "pph21", "net_pay", "employer_bpjs", "employer_cost")
    assert [[getattr(month, name) for name in names] for month in months] == [
        [getattr(sums, name) for name in names] for sums in counted
    ]
    assert [month.released for month in months] == [True, False]
    assert shown == months[:1]


async def test_reports_ask_the_database_the_same_number_of_times_however_many_people_there_are(office: Office) -> None:
    await hire(office, department="A")
    first = await calculate(office, MAY)
    paths = ("/reports", f"/reports/runs/{first}/register", f"/reports/runs/{first}/summary")
    few = [await count_queries(office, path) for path in paths]
    async with office.scope():
        await make_employees(office.client_id, 30, department="B")
    second = await calculate(office)
    many = [await count_queries(office, path.replace(str(first), str(second))) for path in paths]

    assert few == many
    assert max(many) <= 13


async def test_a_run_that_is_not_published_can_be_taken_along_as_provisional(office: Office) -> None:
    await hire(office, **SARI)
    run_id = await calculate(office)

    register = await office.worker.get(f"/documents/runs/{run_id}/register/pdf")
    sheet = await office.worker.get(f"/documents/runs/{run_id}/summary/xlsx")
    assert (register.status_code, register.headers["content-type"]) == (200, PDF)
    assert "Sari Dewi" in pdf_text(register.content)
    assert (sheet.status_code, sheet.headers["content-type"]) == (200, XLSX)
    assert (await office.viewer.get(f"/documents/runs/{run_id}/register/pdf")).status_code == 404
    assert (await office.worker.get(f"/documents/runs/{run_id}/payslips/zip")).status_code == 404
    async with office.scope():
        assert await db.value("select count(*) from audit_event where action = 'exported'") == 2


async def test_the_client_takes_the_published_files_and_nobody_elses(
    office: Office, other_office: Office, june: UUID
) -> None:
    for kind, suffix in (("payslips", "zip"), ("register", "pdf"), ("summary", "csv")):
        path = f"/documents/runs/{june}/{kind}/{suffix}"
        assert (await office.viewer.get(path)).status_code == 200
        assert (await other_office.owner.get(path)).status_code == 404
        assert (await other_office.viewer.get(path)).status_code == 404


async def test_register_and_summary_pages_show_the_totals(office: Office, june: UUID) -> None:
    expected = await sums(office, june)

    for name in ("register", "summary"):
        shown = await office.manager.get(f"/reports/runs/{june}/{name}")
        assert shown.status_code == 200
        assert plain(expected["employer_cost"]) in shown.text
        assert "PT Maju Bersama" in shown.text


async def test_nonsense_in_the_address_of_the_reports_is_ignored(office: Office, june: UUID) -> None:
    for query in ("?client=x&month=2026-13", "?month=0000-00", "?client=" + "9" * 300):
        assert (await office.worker.get("/reports" + query)).status_code == 200
    assert (await office.worker.get(f"/reports/runs/{june}/register?after=x")).status_code == 200
    assert (await office.worker.get(f"/documents/runs/{june}/register/exe")).status_code == 404
