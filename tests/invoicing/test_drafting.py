"""A month's finished work becomes one invoice: each line opens its items, and nothing is billed twice."""

import asyncio
from datetime import timedelta

import pytest

from tatausaha.core import db
from tatausaha.core.actor import acting
from tatausaha.core.db import client_scope
from tatausaha.core.errors import Conflict, NotFound
from tatausaha.invoicing.queries import finished, invoices, lines, prices
from tatausaha.invoicing.rules.pricing import PriceLine
from tatausaha.invoicing.service import drafting, waiving
from tests.invoicing.month import LAST, as_, draft, issue, make_month, make_profile, note_hours
from tests.invoicing.prices import make_prices
from tests.make import Office, drain, make_employees

EARLY = LAST.previous()


async def test_a_month_is_billed_by_its_work_and_each_line_opens_what_is_behind_it(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id)
        await make_month(office)
    invoice_id = await draft(office)

    async with office.scope():
        invoice = await invoices.get_invoice(invoice_id)
        fee, slips, hours = await lines.list_lines(invoice_id)
        behind = await lines.page_items(invoice_id, slips.id, limit=200)
        counts = {one.kind: one for one in await finished.count_done(office.client_id, LAST.first, LAST.last)}
    assert (fee.amount, slips.amount, hours.amount) == (2_000_000, 100_000, 375_000)
    assert (slips.quantity, slips.included, len(behind)) == (120, 100, 120)
    assert [(step.quantity, step.price) for step in slips.steps] == [(20, 5_000)]
    assert {item.link for item in behind} == {f"/payroll/slips/{item.item_id}" for item in behind}
    assert invoice.subtotal == 2_475_000
    # 11/12 of each line at 12 %: 220.000 + 11.000 + 41.250; PPh 23 is 2 % of the subtotal.
    assert (invoice.ppn, invoice.total, invoice.pph23) == (272_250, 2_747_250, 49_500)
    assert (counts["payslip"].drafted, counts["hour"].drafted, counts["payslip"].open) == (120, 90, 0)


async def test_a_draft_follows_the_work_and_what_turns_up_later_is_billed_late_and_once(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, (PriceLine(kind="hour", label="Jam", price=100_000),))
        await note_hours(office, 60, EARLY.last)
        with acting(as_(office.manager, "manager")):
            first = await drafting.draft(office.client_id, EARLY)
        assert first.invoice_id is not None
    await issue(office, first.invoice_id)
    async with office.scope():
        forgotten = await note_hours(office, 30, EARLY.first, "Tutup buku")
        await note_hours(office, 60, LAST.first)
        with pytest.raises(Conflict):
            await drafting.draft(office.client_id, EARLY)
    invoice_id = await draft(office)
    async with office.scope():
        await note_hours(office, 120, LAST.last)
    assert await draft(office) == invoice_id, "a draft drawn up anew is the same invoice"

    async with office.scope():
        (line,) = await lines.list_lines(invoice_id)
        behind = await lines.page_items(invoice_id)
        (issued,) = await lines.page_items(first.invoice_id)
    assert (line.quantity, line.amount, line.late) == (210, 350_000, 1)
    assert behind[0].item_id == forgotten
    assert issued.item_id not in {item.item_id for item in behind}


async def test_two_who_draft_at_once_make_one_invoice_and_no_item_stands_twice(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id)
        await make_month(office, slips=30)
    made = await asyncio.gather(*(draft(office) for _ in range(4)))

    async with office.scope():
        items = await db.value("select count(*) from billed_item where kind in ('payslip', 'hour')")
        twice = await db.value(
            "select count(*) from (select 1 from billed_item group by kind, item_id having count(*) > 1) t"
        )
    assert len(set(made)) == 1
    assert (items, twice) == (31, 0)


async def test_work_is_waived_with_a_reason_and_put_back(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id)
        await make_month(office, slips=110, minutes=60)
    invoice_id = await draft(office)
    with acting(as_(office.owner, "owner")):
        async with office.scope():
            invoice = await invoices.get_invoice(invoice_id)
            fee, slips, hours = await lines.list_lines(invoice_id)
            assert await waiving.waive_part(invoice, slips, 4, "Salah hitung kami") == 4
            (worked,) = await lines.page_items(invoice_id, (await lines.list_lines(invoice_id))[2].id)
            (fixed,) = await lines.page_items(invoice_id, (await lines.list_lines(invoice_id))[0].id)
            keys = [("hour", worked.item_id), ("retainer", fixed.item_id)]
            await waiving.waive(office.client_id, LAST, keys, "Bulan perkenalan")
            left = await lines.list_lines(invoice_id)
            waived = await lines.list_waived(office.client_id, LAST.first, LAST.last)
            with pytest.raises(NotFound):
                await waiving.waive(office.client_id, LAST, [("hour", fixed.item_id)], "Entah")
            await waiving.put_back(office.client_id, LAST, [("retainer", fixed.item_id)])
            after = await lines.list_lines(invoice_id)
            invoice = await invoices.get_invoice(invoice_id)

    assert fee.amount == 2_000_000
    assert hours.amount == 250_000
    assert [(line.kind, line.quantity, line.amount) for line in left] == [("payslip", 106, 30_000)]
    assert {(one.waived_reason, one.waived_name) for one in waived} == {
        ("Salah hitung kami", "Owner"),
        ("Bulan perkenalan", "Owner"),
    }
    assert [line.kind for line in after] == ["retainer", "payslip"]
    assert (invoice.subtotal, invoice.actor_name) == (2_030_000, "Owner")


async def test_a_month_without_prices_or_without_cost_has_no_invoice_and_says_so(office: Office) -> None:
    async with office.scope():
        await make_month(office, slips=3, minutes=60)
        assert await drafting.draft(office.client_id, LAST) == drafting.Drafted(None, "no_prices")
        free = (PriceLine(kind="payslip", label="Slip", price=5_000, included=10),)
        await make_prices(office.client_id, free)
        assert await drafting.draft(office.client_id, LAST) == drafting.Drafted(None, "nothing")
        with pytest.raises(Conflict):
            await drafting.draft(office.client_id, LAST.next())


async def test_the_clock_drafts_last_month_for_each_client_with_prices_once(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id, minimum=5_000_000)
        await make_employees(office.client_id, 1)
        assert await drafting.draft_all() == 1
    kinds = await drain(office.tenant_id)
    async with office.scope():
        (found,) = await invoices.page_invoices(LAST.first, None)
        behind = await lines.list_lines(found.id)
        assert await drafting.draft_all() == 0
        assert list(await prices.list_for_month(LAST)) == [office.client_id]
    async with client_scope(office.tenant_id, [office.client_id]):
        seen = await db.value("select count(*) from client_invoice")

    assert kinds == ["invoicing.draft_invoice"]
    assert (found.state, found.subtotal) == ("draft", 5_000_000)
    assert [(line.kind, line.amount) for line in behind] == [("retainer", 2_000_000), ("minimum", 3_000_000)]
    assert seen == 0, "a draft is nothing that a client can see"
    assert EARLY.last + timedelta(days=1) == LAST.first
