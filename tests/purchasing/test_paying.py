"""Bills are paid: proposed, released, told to the bank, answered."""

import asyncio
from contextvars import copy_context
from datetime import date
from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.purchasing.queries import bills
from tatausaha.purchasing.queries import payments as queries
from tatausaha.purchasing.service import billing, paying, settling
from tatausaha.purchasing.service.billing import Asked, Paper
from tests.make import Office, agree
from tests.purchasing.payables import DAY, make_supplier

PAY_ON = date(2026, 11, 30)


async def approved_bill(supplier_id: UUID, number: str, amount: int) -> UUID:
    supplier = await bills.get_supplier(supplier_id)
    paper = Paper(number=number, billed_on=DAY, due_on=PAY_ON, once_key=number)
    bill_id = await billing.enter(supplier, None, paper, [Asked(1_000, amount, description="Barang")])
    await db.execute("update supplier_bill set state = 'approved' where id = $1", bill_id)
    return bill_id


async def propose(office: Office, *bill_ids: UUID) -> UUID:
    async with office.scope():
        with acting(Actor(office.worker.member_id, "Worker", "worker")):
            return await paying.propose(office.client_id, PAY_ON, bill_ids)


async def test_a_payment_is_released_by_a_second_person_and_what_fails_is_paid_again_without_doubling(
    office: Office,
) -> None:
    async with office.scope():
        rice, milk = [await make_supplier(office.client_id, name) for name in ("CV Beras", "PT Susu")]
        first, second = await approved_bill(rice, "B-1", 1_000_000), await approved_bill(rice, "B-2", 500_000)
        third = await approved_bill(milk, "S-1", 750_000)
    payment = await propose(office, first, second, third)
    with pytest.raises(Invalid):
        await propose(office, first)
    async with office.scope():
        with pytest.raises(Conflict):
            await paying.write_file(await queries.get_payment(payment), "plain", "")

    assert await agree(office) == ["supplier_payment.release"]

    async with office.scope():
        released = await queries.get_payment(payment, lock=True)
        assert (released.state, released.total) == ("released", 2_250_000)
        _, mandiri = await paying.write_file(released, "mandiri_mcm", "1234567890123")
        _, plain = await paying.write_file(released, "plain", "")
        assert b"P,20261130,1234567890123,2,2250000," in mandiri
        assert b",1500000,B-1 B-2," in mandiri
        assert plain.count(b"1230004567891") == 2
        lines = {line.number: line for line in await queries.list_lines(payment)}
        await paying.keep_paid(lines["B-1"].id, PAY_ON, "FT001")
        await paying.keep_failed(lines["B-2"].id, "Rekening ditutup")
        await paying.keep_paid(lines["S-1"].id, PAY_ON, "FT002")
        with pytest.raises(Conflict):
            await paying.keep_paid(lines["B-1"].id, PAY_ON, "FT003")
        assert (await queries.get_payment(payment)).state == "done"
        assert [(await bills.get_bill(key)).state for key in (first, second, third)] == ["paid", "approved", "paid"]
        statement = await queries.list_statement(rice)
        assert [line.balance for line in statement] == [1_000_000, 1_500_000, 500_000]
        (aged,) = await queries.list_aged(office.client_id, date(2026, 12, 5))
        assert (aged.open, aged.ages["to_30"]) == (500_000, 500_000)
    again = await propose(office, second)
    async with office.scope():
        assert (await queries.get_payment(again)).total == 500_000


async def test_nobody_is_paid_while_their_account_is_being_changed_or_into_another_than_was_released(
    office: Office,
) -> None:
    async with office.scope():
        supplier = await make_supplier(office.client_id)
        bill, other = await approved_bill(supplier, "B-1", 100_000), await approved_bill(supplier, "B-2", 200_000)
    payment = await propose(office, bill)
    await agree(office)
    async with office.scope():
        await db.execute("update supplier set bank_account_index = $2 where id = $1", supplier, b"x" * 18)
        with pytest.raises(Conflict) as changed:
            await paying.write_file(await queries.get_payment(payment), "plain", "")
        await db.execute(
            "insert into change_request (kind, client_id, subject_id, before, after, fingerprint, asks, maker_name)"
            " values ('supplier.bank_account', $1, $2, '', '', '', 'colleague', 'x')",
            *(office.client_id, supplier),
        )
    with pytest.raises(Conflict) as waiting:
        await propose(office, other)

    assert "changed since" in changed.value.message.msgid
    assert "waits for approval" in waiting.value.message.msgid


WAITING = "select exists (select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock')"


async def test_a_bill_is_not_set_off_or_made_void_while_it_is_put_into_a_payment(
    office: Office, superuser: asyncpg.Connection, database: str
) -> None:
    async with office.scope():
        supplier = await make_supplier(office.client_id)
        bill = await approved_bill(supplier, "B-1", 100_000)
        credit: UUID = await db.value(
            "insert into credit_note (client_id, supplier_id, number, noted_on, total) values ($1, $2, 'CN', $3, 30000)"
            " returning id",
            *(office.client_id, supplier, DAY),
        )
    colleague = copy_context()
    # Set off, and not yet told to anybody else, while a colleague proposes to pay the whole.
    async with office.scope():
        await settling.set_off(bill, credit, None)
        proposed = asyncio.create_task(propose(office, bill), context=colleague)
        while not await superuser.fetchval(WAITING, database):
            assert not proposed.done(), "the colleague did not wait"

    async with office.scope():
        assert (await queries.get_payment(await proposed)).total == 70_000


async def test_who_chose_the_bills_does_not_release_them_and_a_second_request_undoes_no_release(office: Office) -> None:
    async with office.scope():
        supplier = await make_supplier(office.client_id)
        bill = await approved_bill(supplier, "B-1", 100_000)
    payment = await propose(office, bill)
    async with office.scope():
        # The bank's name is corrected meanwhile: asked again, it is another request beside the first.
        await db.execute("update supplier set bank = 'BCA' where id = $1", supplier)
        with acting(Actor(office.manager.member_id, "Manager", "manager")):
            await paying.ask_release(await queries.get_payment(payment, lock=True))
        first, second = [one["id"] for one in await db.records("select id from change_request order by id")]

    assert (await office.worker.post(f"/changes/{second}/approve")).status_code == 403
    assert (await office.owner.post(f"/changes/{second}/approve")).status_code == 303
    await office.owner.post(f"/changes/{first}/reject", {"comment": "Dua kali"})

    async with office.scope():
        assert (await queries.get_payment(payment)).state == "released"
        assert [line.state for line in await queries.list_lines(payment)] == ["open"]
