"""Suppliers' bills: matched, taxed, found twice, set off."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.ageing import by_age
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import render, use_language
from tatausaha.core.taxes import ServiceAmount, pph23
from tatausaha.purchasing.queries import bills as queries
from tatausaha.purchasing.rules.matching import BillLine, OrderLine, Tolerance, match
from tatausaha.purchasing.service import billing, receiving, settling
from tatausaha.purchasing.service.billing import Asked, Paper
from tatausaha.purchasing.service.receiving import Came, Delivery
from tests.make import Office, agree, make_item, make_place
from tests.purchasing.payables import DAY, make_order, make_supplier

TODAY = date(2026, 11, 22)
quantities = st.integers(1, 10**9)


@settings(max_examples=60, deadline=None)
@given(ordered=quantities, price=st.integers(1, 10**7), received=quantities, split=st.integers(0, 10**9))
def test_a_bill_for_what_came_at_the_orders_price_always_fits_and_one_more_never(
    ordered: int, price: int, received: int, split: int
) -> None:
    key = uuid4()
    order = OrderLine(key, "Beras", "dus", ordered, ordered * price, received, billed=split % received)
    left = received - order.billed

    def billed(quantity: int, amount: int) -> list[BillLine]:
        return [BillLine(key, "Beras", quantity, amount)]

    fits = Tolerance(price_rate=0, quantity_rate=0)
    assert match([order], billed(left, left * price), fits) == []
    assert [one.wrong for one in match([order], billed(left + 1, (left + 1) * price), fits)] == ["quantity"]
    assert [one.wrong for one in match([order], billed(left, left * price + 1), fits)] == ["price"]
    # In two lines or in one: the same judgement.
    half = left // 2
    if half:
        parts = billed(half, half * price) + billed(left - half, (left - half) * price)
        assert match([order], parts, fits) == []


@settings(max_examples=50, deadline=None)
@given(
    owed=st.lists(st.tuples(st.integers(-400, 400), st.integers(0, 10**12))),
)
def test_the_ages_of_what_is_owed_sum_to_what_is_open(owed: list[tuple[int, int]]) -> None:
    ages = by_age([(TODAY - timedelta(days=late), amount) for late, amount in owed], TODAY)

    assert sum(ages.values()) == sum(amount for _, amount in owed)
    assert ages["not_due"] == sum(amount for late, amount in owed if late <= 0)
    assert ages["to_30"] == sum(amount for late, amount in owed if 1 <= late <= 30)
    assert ages["over_90"] == sum(amount for late, amount in owed if late > 90)


def test_two_percent_of_services_without_ppn_are_withheld_and_twice_that_without_npwp() -> None:
    lines = [ServiceAmount(1_000_050, "repair"), ServiceAmount(5_000_000, ""), ServiceAmount(999, "courier")]

    assert pph23(lines, has_npwp=True) == 20_020
    assert pph23(lines, has_npwp=False) == 40_041
    assert pph23([ServiceAmount(5_000_000, "")], has_npwp=False) == 0


async def ordered_ten_received_eight(office: Office) -> tuple[UUID, UUID, UUID]:
    client = office.client_id
    supplier = await make_supplier(client)
    item = await make_item(client, "R5")
    order, (line,) = await make_order(
        client, supplier, await make_place(client), [(item, "dus", 12_000, 10_000, 100_000)]
    )
    await receiving.receive(order, Delivery(received_on=DAY, once_key="a"), [Came(line, 8_000)], TODAY)
    return supplier, order, line


async def enter(supplier_id: UUID, order_id: UUID | None, number: str, *asked: Asked, **paper: object) -> UUID:
    supplier = await queries.get_supplier(supplier_id)
    facts = {"number": number, "billed_on": DAY, "once_key": number, **paper}
    return await billing.enter(supplier, order_id, Paper(**facts), asked)  # type: ignore[arg-type]


async def test_a_bill_for_more_than_came_is_held_with_the_sentence_and_let_go_when_the_rest_comes(
    office: Office,
) -> None:
    async with office.scope():
        supplier, order, line = await ordered_ten_received_eight(office)
        bill = await enter(supplier, order, "INV-1", Asked(10_000, 1_000_000, line), ppn=110_000)

        assert (await queries.get_bill(bill)).state == "held"
        with pytest.raises(Conflict) as refusal, use_language("en"):
            await billing.approve(bill)
        with use_language("en"):
            said = render(refusal.value.message)
        assert said == "Beras 5 kg: ordered 10, received 8, billed 10 dus: 2 dus more than came."
        await receiving.receive(order, Delivery(received_on=DAY, once_key="b"), [Came(line, 2_000)], TODAY)
        assert (await queries.get_bill(bill)).state == "draft"
        await billing.approve(bill)
        approved = await queries.get_bill(bill)
        assert (approved.state, approved.open) == ("approved", 1_110_000)


async def test_a_held_bill_is_paid_as_it_is_only_when_a_second_person_agrees(office: Office) -> None:
    async with office.scope():
        supplier, order, line = await ordered_ten_received_eight(office)
        bill = await enter(supplier, order, "INV-1", Asked(10_000, 1_050_000, line), ppn=115_500)
        with acting(Actor(office.worker.member_id, "Worker", "worker")):
            await billing.accept(bill, "Sisanya dikirim besok")
    page = await office.manager.get("/changes")
    assert page.status_code == 200
    assert await agree(office) == ["supplier_bill.accept"]
    async with office.scope():
        assert (await queries.get_bill(bill)).state == "approved"
        await billing.void(bill, "Diganti")
        assert await db.value("select billed from purchase_order_line where id = $1", line) == 0


async def test_the_same_bill_is_named_before_it_is_entered_twice(office: Office) -> None:
    async with office.scope():
        supplier = await make_supplier(office.client_id)
        service = Asked(1_000, 2_000_000, description="Servis AC", service="repair")
        first = await enter(supplier, None, "INV/001", service, ppn=220_000)
        bill = await queries.get_bill(first)
        assert (bill.state, bill.pph23, bill.open) == ("held", 40_000, 2_180_000)
        assert bill.due_on == DAY + timedelta(days=30)
        assert await enter(supplier, None, "INV/001", service, ppn=220_000) == first, "a form sent twice"

        with pytest.raises(Invalid) as number:
            await enter(supplier, None, "INV/001", service, ppn=220_000, once_key="x")
        with pytest.raises(Invalid) as written_otherwise:
            await enter(supplier, None, "inv 001", Asked(1_000, 5, description="x"), once_key="y")
        with pytest.raises(Invalid) as same_amount:
            await enter(supplier, None, "INV/002", service, ppn=220_000, billed_on=DAY + timedelta(days=5))
        assert set(number.value.fields) == {"number"}
        assert set(written_otherwise.value.fields) == set(same_amount.value.fields) == {"twice_reason"}
        await enter(supplier, None, "INV/002", service, ppn=220_000, twice_reason="AC lantai dua")


async def test_a_credit_note_is_set_off_and_never_more_than_either_holds(office: Office) -> None:
    async with office.scope():
        supplier = await make_supplier(office.client_id, pkp=False)
        bill = await enter(supplier, None, "N-1", Asked(1_000, 500_000, description="Barang"))
        note = await db.value(
            "insert into credit_note (client_id, supplier_id, number, noted_on, total) values ($1, $2, 'CN-1', $3, 600000)"
            " returning id",
            *(office.client_id, supplier, DAY),
        )
        with pytest.raises(Invalid):
            await settling.set_off(bill, note, 500_001)
        assert await settling.set_off(bill, note, None) == 500_000
        assert (await queries.get_credit(note)).open == 100_000
        with acting(Actor(office.worker.member_id, "Worker", "worker")):
            await billing.accept(bill, "Tanpa pesanan")
    await agree(office)
    async with office.scope():
        assert (await queries.get_bill(bill)).state == "paid"
