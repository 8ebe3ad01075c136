"""Managers go from the month's work to an invoice, by pages; nobody else finds them."""

from uuid import UUID

from tatausaha.invoicing.service import drafting
from tests.api import program_of
from tests.invoicing.month import LAST, draft, make_month, make_profile, note_hours
from tests.invoicing.prices import make_prices
from tests.make import Office, agree, drain, make_client, make_employees
from tests.purchasing.conftest import Inbox
from tests.work.test_work import count_queries


async def ready(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id)
        await make_month(office, slips=105)


async def test_a_month_is_drafted_looked_through_waived_issued_and_sent_by_pages(office: Office, inbox: Inbox) -> None:
    await ready(office)
    async with office.scope():
        unpriced = await make_client(name="CV Tanpa Harga")
        await make_employees(unpriced, 2)
    manager, work = office.manager, f"/invoices/work/{office.client_id}"
    month = (await manager.get(f"/invoices/work?month={LAST}")).text
    assert "CV Tanpa Harga" in month
    assert f"/prices/new?client={unpriced}" in month
    made = await manager.post(f"{work}/draft", {"month": str(LAST)})
    address = made.headers["location"]
    shown = (await manager.get(address)).text
    assert "Rp 25.000" in shown
    assert "PT Maju Bersama" in (await manager.get("/invoices")).text

    chosen = (await manager.get(f"{work}?month={LAST}&kind=hour")).text
    key = chosen.partition('value="hour:')[2].partition('"')[0]
    refused = await manager.post(f"{work}/waive", {"month": str(LAST), "ids": f"hour:{key}", "reason": ""})
    assert refused.status_code == 422
    await manager.post(f"{work}/waive", {"month": str(LAST), "ids": f"hour:{key}", "reason": "Latihan pegawai baru"})
    assert "Latihan pegawai baru" in (await manager.get(address)).text
    await manager.post(f"{work}/put-back", {"month": str(LAST), "ids": f"hour:{key}"})
    wrong = await manager.post(f"{address}/words", {"note": "Terima kasih", "sent_to": "bukan alamat"})
    assert wrong.status_code == 422
    saved = await manager.post(f"{address}/words", {"note": "Terima kasih", "sent_to": "akun@klien.example"})
    assert saved.status_code == 303
    draft_paper = await manager.get(f"{address}/pdf")
    assert draft_paper.content.startswith(b"%PDF-")
    await manager.post(f"{address}/submit")
    assert await agree(office) == ["client_invoice.issue"]
    await drain(office.tenant_id)

    issued = (await manager.get(address)).text
    assert "akun@klien.example" in issued
    assert "001/INV/" in issued
    assert [mail["To"] for mail in inbox.received if mail["Message-ID"].startswith("<invoice-")] == [
        "akun@klien.example"
    ]
    line = issued.partition("/work?line=")[2].partition('"')[0]
    assert (await manager.get(f"{address}/work?line={line}")).status_code == 200
    sheet = await manager.get(f"{address}/file?format=csv")
    assert sheet.text.count("\n") == 1 + 1 + 105 + 1
    assert ",90,Menit" in sheet.text, "a number says what it counts"
    assert (await manager.get(f"{work}/file?month={LAST}&format=xlsx")).content[:2] == b"PK"
    again = {"sending": "2", "sent_to": "", "again": "Diminta klien"}
    assert (await manager.post(f"{address}/send", again)).status_code == 303
    voided = await manager.post(f"{address}/void", {"reason": "Salah harga"})
    assert voided.status_code == 303
    assert (await manager.post(f"{address}/void", {"reason": "Lagi"})).status_code == 409
    assert "Salah harga" not in (await manager.get("/invoices/numbers")).text, "it holds until another manager agrees"
    assert await agree(office) == ["client_invoice.void"]
    assert "Salah harga" in (await manager.get("/invoices/numbers")).text


async def test_the_series_of_invoices_has_a_pattern_of_its_own_without_a_client(office: Office) -> None:
    page = await office.manager.get("/invoices/numbers")
    assert "{n:03}/INV/{roman}/{year}" in page.text
    form = {"pattern": "{n:04}/{client}/{year}", "reset": "year", "version": "0"}
    refused = await office.manager.post("/invoices/numbers", form)
    assert refused.status_code == 422
    kept = await office.manager.post("/invoices/numbers", {**form, "pattern": "TK-{n:04}/{year}"})
    assert kept.status_code == 303


async def test_drafting_all_clients_of_a_month_is_a_job(office: Office) -> None:
    await ready(office)
    started = await office.manager.post("/invoices/work/draft", {"month": str(LAST)})
    assert started.headers["location"].startswith("/jobs/")
    assert await drain(office.tenant_id) == ["invoicing.draft_invoices", "invoicing.draft_invoice"]


async def test_workers_and_clients_find_no_drafts_and_programs_read_what_managers_see(office: Office) -> None:
    await ready(office)
    invoice_id: UUID = await draft(office)
    for role in ("worker", "approver", "viewer"):
        for address in ("/invoices", f"/invoices/{invoice_id}", f"/invoices/{invoice_id}/pdf", "/invoices/work"):
            assert (await office.people[role].get(address)).status_code == 404, (role, address)
    program = await program_of(office, "manager")
    listed = (await program.get("/api/v1/invoices")).json()["items"]
    whole = (await program.get(f"/api/v1/invoices/{invoice_id}")).json()
    behind = (await program.get(f"/api/v1/invoices/{invoice_id}/work")).json()
    assert [one["id"] for one in listed] == [str(invoice_id)]
    assert [line["amount"] for line in whole["lines"]] == [2_000_000, 25_000, 375_000]
    assert (len(behind["items"]), behind["next"] is not None) == (50, True)


async def test_an_address_that_makes_no_sense_shows_the_whole_list(office: Office) -> None:
    await ready(office)
    await draft(office)
    for query in ("month=nonsense&state=x&after=%7B", f"month={LAST}&state=draft&client={office.client_id}"):
        answer = await office.manager.get(f"/invoices?{query}")
        assert (answer.status_code, "PT Maju Bersama" in answer.text) == (200, True), query


async def test_many_clients_and_invoices_ask_the_database_as_often_as_one(office: Office) -> None:
    await ready(office)
    await draft(office)
    pages = ("/invoices", f"/invoices/work?month={LAST}", f"/invoices/work/{office.client_id}?month={LAST}")
    few = [await count_queries(office, page) for page in pages]
    async with office.scope():
        for at in range(6):
            client_id = await make_client(name=f"PT Klien {at}")
            await make_prices(client_id, minimum=1_000_000)
            await make_employees(client_id, 2)
            await drafting.draft(client_id, LAST)
            await note_hours(office, 30 + at, LAST.first)
    assert [await count_queries(office, page) for page in pages] == few
