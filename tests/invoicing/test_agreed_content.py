"""A second person agrees to what an invoice or a list says, not to its name: what changes meanwhile is asked for again."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tatausaha.core import changes, db
from tatausaha.core.actor import acting
from tatausaha.core.dates import Period
from tatausaha.core.errors import AppError, Conflict
from tatausaha.core.process import tools
from tatausaha.invoicing.queries import invoices, prices
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.service import approving, drafting
from tatausaha.invoicing.service import prices as lists
from tests.hostile.files import png
from tests.invoicing.month import LAST, as_, draft, issue, make_profile, note_hours
from tests.invoicing.prices import make_prices
from tests.make import Office

FEES = (
    PriceLine(kind="retainer", label="Biaya tetap", price=1_000_000),
    PriceLine(kind="retainer", label="Biaya tetap", price=7_000_000),
)


async def ready(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, minimum=1_000_000)


@pytest.mark.parametrize(
    "meanwhile",
    [
        "pkp = false",
        "npwp = null, pkp = false",
        "bank_account = '999'",
        "legal_name = 'PT Lain'",
        "address = 'Rekening 999'",
    ],
)
async def test_an_invoice_is_issued_by_whom_the_second_person_saw_or_not_at_all(office: Office, meanwhile: str) -> None:
    await ready(office)
    invoice_id = await draft(office)
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            asked = await approving.submit(invoice_id)
            seen = [str(line.after) for line in (await changes.get(asked.id)).items[0].lines]
            await db.execute(f"update invoicing_profile set {meanwhile}")
    assert any("PT Tata Kelola" in said for said in seen)
    assert any(said.endswith("1234") for said in seen), "the account that the client will pay to"
    with acting(as_(office.owner, "owner")), pytest.raises(Conflict):
        async with office.scope():
            await changes.approve(asked.id)
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            await changes.withdraw(asked.id)
            assert (await invoices.get_invoice(invoice_id)).state == "draft"


async def test_a_draft_that_is_drawn_anew_while_it_is_put_forward_is_asked_for_as_it_is(office: Office) -> None:
    await ready(office)
    for _ in range(5):
        invoice_id = await draft(office)

        async def submit(key: UUID = invoice_id) -> None:
            with acting(as_(office.manager, "manager")):
                async with office.scope():
                    await approving.submit(key)

        outcomes = await asyncio.gather(draft(office), submit(), return_exceptions=True)
        assert all(one is None or isinstance(one, AppError) or one == invoice_id for one in outcomes), outcomes
        async with office.scope():
            invoice = await invoices.get_invoice(invoice_id)
            (waiting,) = await db.records("select id from change_request where state = 'pending'")
            asked = await changes.get(waiting["id"])
        assert asked.before["version"] == invoice.version
        with acting(as_(office.manager, "manager")):
            async with office.scope():
                await changes.withdraw(asked.id)


async def test_two_fixed_fees_of_one_name_are_both_seen_by_whoever_agrees(office: Office) -> None:
    async with office.scope():
        list_id = await make_prices(office.client_id, FEES, state="draft")
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            await lists.propose(await prices.get_list(list_id, lock=True))
            (waiting,) = await changes.list_pending(list_id)
            (item,) = (await changes.get(waiting.id)).items
    said = " ".join(str(line.after) for line in item.lines).replace("\u00a0", " ")
    assert "1,000,000" in said or "1.000.000" in said
    assert "7,000,000" in said or "7.000.000" in said


async def test_a_void_invoice_is_printed_though_its_logo_is_gone(office: Office) -> None:
    await ready(office)
    await office.owner.post("/settings", {"name": "PT Tata", "colour": ""}, files={"logo": ("a.png", png())})
    invoice_id = await draft(office)
    await issue(office, invoice_id)
    async with office.scope():
        key = (await invoices.get_invoice(invoice_id)).issuer["logo_key"]
    assert key
    with acting(as_(office.owner, "owner")):
        async with office.scope():
            await approving.void(await invoices.get_invoice(invoice_id, lock=True), "Salah")
    await tools().storage.delete(key)
    paper = await office.manager.get(f"/invoices/{invoice_id}/pdf")
    assert paper.status_code == 200
    assert paper.headers["content-disposition"].startswith("attachment")


async def test_hours_leave_as_text_that_no_spreadsheet_runs(office: Office) -> None:
    async with office.scope():
        await note_hours(office, 60, LAST.first + timedelta(1), '=HYPERLINK("http://x";"y")')
        await make_prices(office.client_id, (PriceLine(kind="hour", label="Jam", price=1),))
        await drafting.draft(office.client_id, Period.of(LAST.first))
    for path in ("/hours/file", f"/invoices/work/{office.client_id}/file"):
        answer = await office.manager.get(f"{path}?format=csv&month={LAST}")
        assert "'=HYPERLINK" in answer.text, path
