"""Selling on credit: limits, instalments, payments, ageing, reminders."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.ageing import BUCKETS, by_age
from tatausaha.core.ids import uuid7
from tatausaha.core.settling import settle
from tatausaha.people.rules import today
from tatausaha.sales.queries import customers, receivables
from tatausaha.sales.rules.credit import beyond, instalments
from tests.make import Office, agree, drain

TODAY = today()


async def customer_of(office: Office, code: str = "P-1", limit: str = "5.000.000") -> UUID:
    answer = await office.worker.post(
        "/sales/customers",
        {"client_id": str(office.client_id), "code": code, "name": f"Toko {code}", "email": "toko@example.test"}
        | {"terms_days": "30", "credit_limit": limit},
    )
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rsplit("/", 1)[1])


async def sell(office: Office, customer_id: UUID, amount: str, days_ago: int = 0, **more: str) -> UUID:
    answer = await office.worker.post(
        f"/sales/customers/{customer_id}/invoices",
        {"token": str(uuid7()), "issued_on": (TODAY - timedelta(days_ago)).isoformat(), "amount": amount, **more},
    )
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rsplit("/", 1)[1])


async def parts_of(office: Office, request_id: UUID) -> list[receivables.Receivable]:
    async with office.scope():
        return await receivables.list_parts(request_id)


async def test_a_sale_beyond_the_limit_waits_for_a_second_person_and_then_bears_the_next_number(office: Office) -> None:
    customer_id = await customer_of(office)
    first = await sell(office, customer_id, "4.500.000")
    second = await sell(office, customer_id, "600.000")

    (open_one,), (held,) = await parts_of(office, first), await parts_of(office, second)
    assert (open_one.state, held.state, held.number) == ("open", "waiting", None)
    assert open_one.number is not None
    assert open_one.number.startswith("001/INV/")
    assert await agree(office) == ["receivable.over_limit"]
    (now,) = await parts_of(office, second)
    assert now.state == "open"
    assert now.number is not None
    assert now.number.startswith("002/INV/")


async def test_a_refused_sale_takes_no_number_and_frees_the_limit(office: Office) -> None:
    customer_id = await customer_of(office, limit="0")
    for person, verb in ((office.manager, "reject"), (office.worker, "withdraw")):
        held = await sell(office, customer_id, "10.000")
        async with office.scope():
            change_id = await db.value("select id from change_request where subject_id = $1", held)
        answer = await person.post(f"/changes/{change_id}/{verb}", {"comment": "belum"})
        (part,) = await parts_of(office, held)
        assert (answer.status_code, part.state, part.number) == (303, "refused", None)
    async with office.scope():
        assert await customers.sum_owed(customer_id) == 0


async def test_the_same_form_sent_twice_makes_one_invoice(office: Office) -> None:
    customer_id, token = await customer_of(office), str(uuid7())
    assert await sell(office, customer_id, "100.000", token=token) == await sell(
        office, customer_id, "100.000", token=token
    )
    async with office.scope():
        assert await db.value("select count(*) from receivable") == 1


async def test_a_payment_settles_the_oldest_first_and_never_more_than_is_owed(office: Office) -> None:
    customer_id = await customer_of(office)
    old, new = (
        await sell(office, customer_id, "1.000.001", 100, parts="3"),
        await sell(office, customer_id, "500.000"),
    )
    path = f"/sales/customers/{customer_id}/payments"
    paid = {"received_on": TODAY.isoformat(), "amount": "700.000", "method": "transfer", "reference": "TRX-1"}

    assert (await office.worker.post(path, paid)).status_code == 303
    assert [(part.amount, part.paid, part.state) for part in await parts_of(office, old)] == [
        (333_334, 333_334, "paid"),
        (333_334, 333_334, "paid"),
        (333_333, 33_332, "open"),
    ]
    assert [part.paid for part in await parts_of(office, new)] == [0]
    cash = {"received_on": TODAY.isoformat(), "amount": "1", "method": "cash", "token": str(uuid7())}
    for _ in range(2):
        assert (await office.worker.post(path, cash)).status_code == 303
    assert [part.paid for part in await parts_of(office, old)] == [333_334, 333_334, 33_333]
    again, more = (
        await office.worker.post(path, paid),
        await office.worker.post(path, paid | {"reference": "", "amount": "800.001"}),
    )
    assert (again.status_code, more.status_code) == (422, 422)
    page = (await office.worker.get(f"/sales/customers/{customer_id}")).text
    assert "800.000" in page.replace("\u00a0", " ")


async def test_late_ones_are_told_by_age_and_reminded_once_a_day(office: Office) -> None:
    customer_id = await customer_of(office)
    await sell(office, customer_id, "250.000", 75)
    listed = (await office.worker.get(f"/sales/receivables?client={office.client_id}")).text
    for _ in range(2):
        answer = await office.worker.post(f"/sales/customers/{customer_id}/remind")
        assert answer.status_code == 303
    async with office.scope():
        ages = await receivables.sum_ages(office.client_id, TODAY)
        letters = await db.value("select count(*) from mail where template = 'receivable_reminder'")

    assert ages == {"not_due": 0, "to_30": 0, "to_60": 250_000, "to_90": 0, "over_90": 0}
    assert ("45" in listed, letters) == (True, 1)
    assert "mail.send" in await drain(office.tenant_id)


async def test_a_void_invoice_keeps_its_number_with_the_reason(office: Office) -> None:
    customer_id = await customer_of(office)
    request_id = await sell(office, customer_id, "250.000")
    assert (await office.worker.post(f"/sales/invoices/{request_id}/void", {"reason": ""})).status_code == 422
    await office.worker.post(f"/sales/invoices/{request_id}/void", {"reason": "salah pelanggan"})
    (part,) = await parts_of(office, request_id)

    assert (part.state, part.number is not None, part.void_reason) == ("void", True, "salah pelanggan")


@pytest.mark.parametrize(("limit", "over"), [(5_000_000, 100_000), (None, 0), (5_100_000, 0), (0, 5_100_000)])
def test_the_limit_counts_what_is_owed_already(limit: int | None, over: int) -> None:
    assert beyond(limit, 4_500_000, 600_000) == over


@given(st.integers(1, 10**12), st.integers(1, 36), st.dates())
def test_instalments_and_payments_lose_no_rupiah(amount: int, parts: int, first: object) -> None:
    dues = instalments(amount, parts, TODAY)
    shares, rest = settle(amount + 7, list(enumerate(share for _, share in dues)))

    assert sum(share for _, share in dues) == amount
    assert [day for day, _ in dues] == sorted({day for day, _ in dues})
    assert (sum(share for _, share in shares), rest) == (amount, 7)


@given(st.lists(st.tuples(st.integers(-200, 200), st.integers(0, 10**9))))
def test_ages_sum_to_what_is_open(owed: list[tuple[int, int]]) -> None:
    ages = by_age(((TODAY + timedelta(days), amount) for days, amount in owed), TODAY)

    assert set(ages) == {name for name, _ in BUCKETS}
    assert sum(ages.values()) == sum(amount for _, amount in owed)
    assert ages["not_due"] == sum(amount for days, amount in owed if days >= 0)
