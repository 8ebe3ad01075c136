"""Tabular reports: the same figures on the page and in every file, for those alone who bought the service."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
import openpyxl
import pytest

from tatausaha.core import db
from tatausaha.core.exports import SCALES, Column
from tatausaha.core.i18n import render
from tatausaha.reports.shop import files, tabular
from tatausaha.reports.shop.asked import Asked
from tatausaha.reports.shop.catalogue import REPORTS
from tests.api import program_of
from tests.make import Office, drain, make_client
from tests.reports.months import pdf_text
from tests.reports.shop import Shop, make_shop

# The totals of each report over the shop, by the name of the column.
TOTALS = {
    "stock-value": {"value": 752_000 + 300_000},
    "low-stock": {},
    "expiring": {"value": 300_000},
    "slow-movers": {"value": 300_000},
    "stock-card": {"came": 0, "went": 6_000, "value": -48_000},
    "purchases": {"orders": 1, "ordered": 80_000, "received": 64_000, "returned": 0, "billed": 64_000},
    "supplier-performance": {"orders": 1, "on_time_rate": 0, "late_days": 2, "came": 64_000, "came_rate": 80_000},
    "payables-ageing": {"to_60": 50_000, "total": 50_000},
    "sales": {"sold": 55_000, "refunds": -5_000, "amount": 50_000},
    "margin": {"amount": 50_000, "cost": 40_000, "profit": 10_000, "margin": 20_000},
    "gross-profit": {"profit": 10_000, "lost": -8_000, "remaining": 2_000},
    "sellers": {"amount": 50_000, "profit": 10_000},
    "takings": {"sold": 55_000, "refunds": -5_000, "amount": 50_000, "difference": -1_000},
    "receivables-ageing": {"to_30": 70_000, "total": 70_000},
}
ASKED = {"stock-card": "item=BRS", "sales": "by=item", "margin": "by=category", "sellers": "by=worst"}


@pytest.fixture
async def shop(office: Office) -> Shop:
    async with office.scope():
        return await make_shop(office.client_id)


async def page(office: Office, shop: Shop, name: str, query: str = "") -> httpx.Response:
    return await office.worker.get(f"/reports/tables/{name}?client={shop.client_id}&{query}")


async def make(office: Office, shop: Shop, name: str, format: str, query: str) -> httpx.Response:
    """A report as a file, by the form of its page."""
    form = dict(parse_qsl(query)) | {"client": str(shop.client_id), "format": format}
    return await office.worker.post(f"/reports/tables/{name}/files", form)


def columns_of(shop: Shop, name: str) -> list[Column]:
    by = dict(parse_qsl(ASKED.get(name, ""))).get("by", next(iter(REPORTS[name].choices), ""))
    return list(REPORTS[name].columns(Asked(shop.client_id, shop.today, shop.today, shop.today, by=by)))


@pytest.mark.parametrize("name", TOTALS)
async def test_a_report_says_the_same_on_its_page_and_in_every_file(office: Office, shop: Shop, name: str) -> None:
    query = f"{shop.span}&{ASKED.get(name, '')}"

    shown = await page(office, shop, name, query)
    sheet = openpyxl.load_workbook(io.BytesIO((await make(office, shop, name, "xlsx", query)).content)).active
    lines = list(csv.reader(io.StringIO((await make(office, shop, name, "csv", query)).text.removeprefix("\ufeff"))))
    printed = pdf_text((await make(office, shop, name, "pdf", query)).content)

    assert shown.status_code == 200
    body, foot = shown.text.partition('id="report"')[2].split("<tfoot>") if TOTALS[name] else (shown.text, "")
    last = [cell.value for cell in sheet[sheet.max_row]]
    for index, column in enumerate(columns_of(shop, name)):
        assert lines[0][index] == render(column.label)
        if column.key in TOTALS[name]:
            total = TOTALS[name][column.key]
            written = files.printed(column.kind, total)
            assert f">{written}</td>" in foot
            assert written in printed
            assert last[index] == total / SCALES.get(column.kind, 1)
            if column.kind == "money":
                assert sum(int(line[index]) for line in lines[1:]) == total
    assert len(lines) > 1
    assert body.count('<th scope="row">') >= len(lines) - 1


async def test_a_long_report_is_made_by_a_job_once_and_kept(
    office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "AT_ONCE", dict.fromkeys(files.AT_ONCE, 1))
    same = f"to={shop.today}&file_id=0198d8d5-0000-7000-8000-000000000001"
    answers = [await make(office, shop, "stock-value", "csv", same) for _ in range(2)]

    waiting = await office.worker.get(answers[0].headers["location"])
    assert await drain(office.tenant_id) == ["reports.make_table"]
    done = await office.worker.get(answers[1].headers["location"])

    assert "/documents/" not in waiting.text
    document_id = done.text.partition("/documents/")[2][:36]
    kept = await office.worker.get(f"/documents/{document_id}")
    assert kept.text.count("\n") == 3
    assert (await office.viewer.get(f"/documents/{document_id}")).status_code == 404


async def test_figures_that_change_while_they_are_written_are_no_report(
    office: Office, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def other(*_: object) -> dict[str, int]:
        return {"count": 2, "value": 1}

    monkeypatch.setattr(tabular, "read_totals", other)

    assert (await make(office, shop, "stock-value", "csv", "")).status_code == 503


async def test_a_past_day_is_valued_as_it_was_and_one_item_has_its_card(office: Office, shop: Shop) -> None:
    before = await page(office, shop, "stock-value", f"to={shop.today.replace(year=shop.today.year - 1)}")
    between = await page(office, shop, "stock-value", f"to={shop.span[5:15]}")
    card = await page(office, shop, "stock-card", f"item=SSU&from=2020-01-01&to={shop.today}")

    assert 'id="report"' not in before.text
    assert ">800.000</td>" in between.text
    assert card.status_code == 422
    card = await page(office, shop, "stock-card", f"item=SSU&from={shop.today.replace(year=shop.today.year - 2)}")
    assert ">20</td>" in card.text
    assert "300.000" in card.text


@pytest.mark.parametrize(
    "query", ["from=2026-13-01", "days=x", "item=none", "from=2027-01-01&to=2026-01-01", "days=99999999"]
)
async def test_what_cannot_be_meant_is_told_above_the_filters(office: Office, shop: Shop, query: str) -> None:
    answer = await page(office, shop, "stock-card", query)

    assert answer.status_code == 422
    assert "error-summary" in answer.text


async def test_reports_of_a_service_that_was_not_bought_do_not_exist(office: Office, shop: Shop) -> None:
    home = await office.worker.get(f"/reports?client={shop.client_id}")
    async with office.scope():
        stranger = await make_client(name="PT Lain")
        await db.execute("update client set services = '{stock}' where id = $1", shop.client_id)

    assert "/reports/tables/margin" in home.text
    assert "/reports/tables/margin" not in (await office.worker.get(f"/reports?client={shop.client_id}")).text
    assert (await page(office, shop, "margin")).status_code == 404
    assert (await page(office, shop, "low-stock")).status_code == 200
    assert (await office.worker.get(f"/reports/tables/low-stock?client={stranger}")).status_code == 404
    assert (await office.worker.get("/reports/tables/low-stock")).status_code == 200
    assert (await office.manager.get("/reports/tables/low-stock")).headers["location"] == "/reports"


async def test_a_program_has_a_report_made_and_fetches_its_document(office: Office, shop: Shop) -> None:
    program = await program_of(office, "viewer", scopes=["reports:read"])
    wanted = {"client": str(shop.client_id), "format": "csv", "by": "item", "from": str(shop.today - timedelta(9))}

    listed = await program.get(f"/api/v1/reports?client={shop.client_id}")
    answers = [await program.post("/api/v1/reports/margin", wanted, headers={"Idempotency-Key": "1"}) for _ in range(2)]
    wrong = await program.post("/api/v1/reports/stock-card", wanted)
    await drain(office.tenant_id)
    made = (await program.get(f"/api/v1/reports/files/{answers[0].json()['id']}")).json()
    fetched = await program.get(f"/api/v1/documents/{made['document']}/file")

    assert {one["name"] for one in listed.json()} == REPORTS.keys()
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert wrong.status_code == 422
    assert made["state"] == "done"
    assert "Beras,BRS,50000,40000,10000,0.2" in fetched.text
