"""Every piece of work is billed once, by the prices that held when it was done, whatever changes in between."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.actor import acting
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.queries import finished, invoices, lines, prices
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.service import approving, drafting, waiving
from tests.invoicing.month import LAST, as_, draft, issue, make_profile, note_hours
from tests.invoicing.prices import make_prices
from tests.make import Office, drain, make_employees

EARLY = LAST.previous()
HOURS = (PriceLine(kind="hour", label="Jam", price=100_000),)
PAPERS = (PriceLine(kind="document", label="Dokumen", price=100_000),)


async def make_document(office: Office, name: str = "Laporan") -> UUID:
    """A report that the client was given in the last month."""
    found: UUID = await db.value(
        "insert into document (id, client_id, kind, name, media_type, size, key, sha256, shared, created_at)"
        " values ($1, $2, 'report', $3, 'x', 1, $3, '', true, $4::date + time '10:00') returning id",
        *(uuid7(), office.client_id, name, LAST.first + timedelta(9)),
    )
    return found


async def issue_month(office: Office, period: Period) -> UUID:
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            made = await drafting.draft(office.client_id, period)
    assert made.invoice_id is not None
    await issue(office, made.invoice_id)
    return made.invoice_id


async def test_work_from_before_the_first_prices_is_not_billed_late(office: Office) -> None:
    start = EARLY.first + timedelta(14)
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, HOURS, starts_on=start)
        await note_hours(office, 600, start - timedelta(1), "Sebelum kontrak")
        await note_hours(office, 60, start)
        await note_hours(office, 30, LAST.first)
    await issue_month(office, EARLY)
    async with office.scope():
        await note_hours(office, 15, start + timedelta(1), "Susulan")
    invoice_id = await draft(office)

    async with office.scope():
        behind = await lines.page_items(invoice_id)
    assert sorted(item.quantity for item in behind) == [15, 30]


async def test_what_is_waived_leaves_whichever_draft_it_stands_in(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, HOURS)
        await note_hours(office, 60, EARLY.first)
        await note_hours(office, 60, LAST.first)
    first = await issue_month(office, EARLY)
    async with office.scope():
        forgotten = await note_hours(office, 120, EARLY.last)
    invoice_id = await draft(office)
    with acting(as_(office.owner, "owner")):
        async with office.scope():
            await approving.void(await invoices.get_invoice(first, lock=True), "Salah harga")
            await waiving.waive(office.client_id, EARLY, [("hour", forgotten)], "Salah kami")
    async with office.scope():
        (line,) = await lines.list_lines(invoice_id)
    assert (line.quantity, line.amount, line.items) == (60, 100_000, 1)


async def test_late_work_that_was_waived_is_billed_after_all_on_the_next_invoice(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, HOURS)
        await note_hours(office, 60, EARLY.first)
        await note_hours(office, 60, LAST.first)
    await issue_month(office, EARLY)
    async with office.scope():
        late = await note_hours(office, 120, EARLY.last, "Susulan")
    invoice_id = await draft(office)
    path = f"/invoices/work/{office.client_id}"
    waived = {"month": str(LAST), "ids": f"hour:{late}", "reason": "Keliru"}
    assert (await office.manager.post(f"{path}/waive", waived)).status_code == 303
    assert f"hour:{late}" in (await office.manager.get(f"{path}?month={EARLY}")).text, "its month shows the way back"
    back = {"month": str(EARLY), "ids": f"hour:{late}"}
    assert (await office.manager.post(f"{path}/put-back", back)).status_code == 303
    async with office.scope():
        (line,) = await lines.list_lines(invoice_id)
    assert (line.quantity, line.late) == (180, 1)


async def test_a_draft_whose_work_changed_since_is_not_put_forward(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, PAPERS)
        await make_document(office)
        taken_back = await make_document(office, "Ditarik")
    invoice_id = await draft(office)
    async with office.scope():
        await db.execute("update document set shared = false where id = $1", taken_back)
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            with pytest.raises(Conflict):
                await approving.submit(invoice_id)
            await drafting.draft(office.client_id, LAST)
            await approving.submit(invoice_id)
            invoice = await invoices.get_invoice(invoice_id)
    assert (invoice.state, invoice.subtotal) == ("waiting", 100_000)


async def test_an_hour_that_is_another_clients_meanwhile_does_not_stand_behind_an_invoice(office: Office) -> None:
    async with office.scope():
        await make_prices(office.client_id, HOURS)
        hour = await note_hours(office, 60, LAST.first)
        (item,) = await finished.list_unbilled(office.client_id, LAST.first, LAST.last)

    async def bill_after(change: str) -> None:
        async with office.scope():
            await db.execute(f"update work_time set {change} where id = $1", hour)
            await db.execute(
                "insert into billed_item (client_id, kind, item_id, label, finished_on, quantity, waived_reason)"
                " values ($1, 'hour', $2, 'x', $3, $4, 'x')",
                *(office.client_id, item.item_id, item.finished_on, item.quantity),
            )

    for change in ("billable = false", "worked_on = worked_on + 1", "minutes = 30"):
        with pytest.raises(asyncpg.SerializationError):
            await bill_after(change)
    await bill_after("task = 'Lain'")


async def test_employees_of_the_month_in_which_prices_end_are_billed(office: Office) -> None:
    people = (PriceLine(kind="employee", label="Karyawan", price=50_000),)
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, people, ends_on=LAST.first + timedelta(14))
        await make_employees(office.client_id, 3)
    invoice_id = await draft(office)
    async with office.scope():
        assert (await invoices.get_invoice(invoice_id)).subtotal == 150_000


async def test_drafting_all_by_hand_finds_what_turned_up_since_the_clock_found_nothing(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, HOURS)
        await drafting.draft_all()
    await drain(office.tenant_id)
    async with office.scope():
        await note_hours(office, 60, LAST.first)
    await office.manager.post("/invoices/work/draft", {"month": str(LAST)})
    await drain(office.tenant_id)
    async with office.scope():
        assert await invoices.find_of_month(office.client_id, LAST.first)


async def test_a_client_that_is_served_no_longer_is_billed_for_its_last_month_and_no_other(office: Office) -> None:
    async with office.scope():
        await make_prices(office.client_id, minimum=1_000_000)
        await note_hours(office, 60, LAST.first)
        archive = "update client set archived_at = $2::date + time '12:00' where id = $1"
        await db.execute(archive, office.client_id, LAST.first + timedelta(9))
        assert list(await prices.list_for_month(LAST)) == [office.client_id]
    assert "PT Maju Bersama" in (await office.manager.get(f"/invoices/work?month={LAST}")).text
    async with office.scope():
        await db.execute(archive, office.client_id, EARLY.last)
        assert await drafting.draft_all() == 0
    assert "PT Maju Bersama" not in (await office.manager.get(f"/invoices/work?month={LAST}")).text


async def test_a_month_of_which_no_rate_of_ppn_is_known_is_refused(office: Office) -> None:
    old = Period(2021, 5)
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, HOURS, starts_on=old.first)
        await note_hours(office, 60, old.first)
    path = f"/invoices/work/{office.client_id}"
    assert (await office.manager.post(f"{path}/draft", {"month": str(old)})).status_code == 409
