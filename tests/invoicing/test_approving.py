"""An invoice bears a number when another manager agrees, and from then on it does not change."""

import asyncio

import asyncpg
import pytest

from tatausaha.core import changes, db
from tatausaha.core.actor import acting
from tatausaha.core.errors import Conflict, Forbidden
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.queries import invoices, lines
from tatausaha.invoicing.service import approving, drafting, waiving
from tests.invoicing.month import LAST, as_, draft, issue, make_month, make_profile
from tests.invoicing.prices import make_prices
from tests.make import Office, make_client


async def test_an_invoice_is_issued_by_another_manager_and_then_stands(office: Office) -> None:
    async with office.scope():
        await make_prices(office.client_id, terms_days=21)
        await make_month(office, slips=5)
    invoice_id = await draft(office)
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            with pytest.raises(Conflict):
                await approving.submit(invoice_id)
            await make_profile()
            await drafting.draft(office.client_id, LAST)
            asked = await approving.submit(invoice_id)
            assert not asked.applied
            with pytest.raises(Conflict):
                await waiving.waive(office.client_id, LAST, [("hour", uuid7())], "x")
        with pytest.raises(Forbidden):
            async with office.scope():
                await changes.approve(asked.id)
    answer = await office.owner.post(f"/changes/{asked.id}/approve")
    assert answer.status_code == 303
    async with office.scope():
        invoice = await invoices.get_invoice(invoice_id)
    assert invoice.number is not None
    assert invoice.issued_on is not None
    assert invoice.due_on is not None
    assert invoice.number.startswith("001/INV/")
    assert (invoice.state, (invoice.due_on - invoice.issued_on).days) == ("approved", 21)
    assert (invoice.issuer["bank_account"], invoice.approved_name) == ("5270001234", "Owner")
    for statement in (
        "update client_invoice set total = total + 1, subtotal = subtotal + 1 where id = $1",
        "update client_invoice set state = 'draft', number = null, issued_on = null where id = $1",
        "delete from client_invoice where id = $1",
        "update client_invoice_line set amount = 0 where invoice_id = $1",
        "delete from client_invoice_line where invoice_id = $1",
        "delete from billed_item where invoice_id = $1",
    ):
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with office.scope():
                await db.execute(statement, invoice_id)
        assert refused.value.sqlstate == "TS001", statement


async def test_a_refused_invoice_is_a_draft_again_and_whoever_changed_it_last_does_not_issue_it(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id)
        await make_month(office, slips=5)
    invoice_id = await draft(office)
    with acting(as_(office.owner, "owner")):
        async with office.scope():
            await drafting.set_words(await invoices.get_invoice(invoice_id, lock=True), "Terima kasih", "")
    with acting(as_(office.manager, "manager")):
        async with office.scope():
            asked = await approving.submit(invoice_id)
    with acting(as_(office.owner, "owner")), pytest.raises(Forbidden):
        async with office.scope():
            await changes.approve(asked.id)
    third = await office.hire("manager", name="Ketiga")
    with acting(as_(third, "manager")):
        async with office.scope():
            await changes.reject(asked.id, "Periksa jam kerja")
            invoice = await invoices.get_invoice(invoice_id)
    assert (invoice.state, invoice.number, invoice.note) == ("draft", None, "Terima kasih")


async def test_twenty_invoices_issued_at_once_bear_twenty_numbers_without_a_gap(office: Office) -> None:
    async with office.scope():
        await make_profile()
        clients = [await make_client(name=f"PT Klien {at}") for at in range(20)]
        for client_id in clients:
            await make_prices(client_id, minimum=1_000_000)
            with acting(as_(office.manager, "manager")):
                made = await drafting.draft(client_id, LAST)
                assert made.invoice_id is not None
                await approving.submit(made.invoice_id)
        waiting = await db.records("select id from change_request where state = 'pending'")

    async def agree_to(at: int) -> None:
        with acting(as_(office.owner, "owner")):
            async with office.scope():
                await changes.approve(waiting[at]["id"])
                if at % 4 == 0:
                    raise ZeroDivisionError

    await asyncio.gather(*map(agree_to, range(20)), return_exceptions=True)
    async with office.scope():
        found = await db.records("select number from client_invoice where number is not null")
    assert sorted(one["number"].partition("/")[0] for one in found) == [f"{count:03}" for count in range(1, 16)]


async def test_a_void_invoice_keeps_its_number_and_frees_its_work_for_another(office: Office) -> None:
    async with office.scope():
        await make_profile()
        await make_prices(office.client_id)
        await make_month(office, slips=5)
    first = await draft(office)
    await issue(office, first)
    with acting(as_(office.owner, "owner")):
        async with office.scope():
            await approving.void(await invoices.get_invoice(first, lock=True), "Salah harga")
    second = await draft(office)
    await issue(office, second)

    async with office.scope():
        old, new = await invoices.get_invoice(first), await invoices.get_invoice(second)
        behind = [line.items for line in await lines.list_lines(second)]
        voided = await db.value("select void_reason from number_taken where number = $1", old.number)
        with pytest.raises(Conflict):
            await approving.void(await invoices.get_invoice(first, lock=True), "Lagi")
    assert (old.state, old.void_reason, voided) == ("void", "Salah harga", "Salah harga")
    assert old.number is not None
    assert new.number is not None
    assert [one.partition("/")[0] for one in (old.number, new.number)] == ["001", "002"]
    assert behind == [1, 5, 1]
