"""Money and slips: what came, what is open on any day, and what was entered wrongly."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.ageing import BUCKETS
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.queries import receivables
from tatausaha.invoicing.queries.receivables import Issued
from tatausaha.invoicing.rules.settling import open_of, share_out, slip_missing, standing, waits_for_slip
from tatausaha.people.rules import today
from tests.invoicing.month import note_hours
from tests.make import Office, Person, make_client, make_invoice
from tests.work.test_work import count_queries

TODAY = today()
MONTHS = [Period(2026, month) for month in range(1, 13)]


class Owed:
    """An invoice as the rule needs it."""

    def __init__(self, total: int, pph23: int, paid: int = 0, withheld: int = 0) -> None:
        self.total, self.pph23, self.paid, self.withheld = total, pph23, paid, withheld


async def pay(
    person: Person, path: str, amount: str, reference: str = "", day: date = TODAY, token: str = ""
) -> httpx.Response:
    typed = {"token": token or str(uuid7()), "received_on": day.isoformat(), "amount": amount, "reference": reference}
    return await person.post(f"{path}/payments", typed)


async def slip(person: Person, invoice_id: UUID, amount: str, number: str = "BP-1", note: str = "") -> httpx.Response:
    typed = {"token": str(uuid7()), "number": number, "slip_on": TODAY.isoformat(), "slip_amount": amount, "note": note}
    return await person.post(f"/invoices/{invoice_id}/slips", typed)


async def of(office: Office, *invoice_ids: UUID) -> Sequence[Issued]:
    async with office.scope():
        return [await receivables.get_issued(one) for one in invoice_ids]


async def test_money_short_by_the_withheld_tax_waits_for_its_slip_and_is_paid_with_it(office: Office) -> None:
    async with office.scope():
        late = await make_invoice(office.client_id, MONTHS[0], due_on=TODAY - timedelta(40))
    path, manager = f"/invoices/{late}", office.manager
    page = (await manager.get(f"{path}/money")).text
    assert "1.090.000" in page.replace("\u00a0", " "), "what a client transfers that withholds 20.000"

    too_much = await pay(manager, path, "1.110.001")
    assert (too_much.status_code, "1110000" in too_much.text) == (422, True), too_much.text
    to_come = await pay(manager, path, "1", day=TODAY + timedelta(2))
    assert to_come.status_code == 422
    token = str(uuid7())
    for _ in range(2):
        assert (await pay(manager, path, "1.090.000", "TRX-1", token=token)).status_code == 303
    (now,) = await of(office, late)
    assert (now.paid, now.state, now.standing(TODAY), now.money_due) == (1_090_000, "approved", "slip", 0)
    slips = (await manager.get("/invoices/receivables?show=slips")).text
    assert now.number in slips

    again = await pay(manager, path, "1.000", "TRX-1")
    assert (again.status_code, "TRX-1" in again.text) == (422, True)
    other = await slip(manager, late, "15.000")
    assert (other.status_code, "20000" in other.text) == (422, True), "another amount asks for a reason"
    assert (await slip(manager, late, "20.000")).status_code == 303
    (now,) = await of(office, late)
    assert (now.withheld, now.state, now.open) == (20_000, "paid", 0)


async def test_what_was_entered_wrongly_is_voided_by_another_manager_and_counts_no_more(office: Office) -> None:
    async with office.scope():
        first = await make_invoice(office.client_id, MONTHS[0], due_on=TODAY - timedelta(40))
        second = await make_invoice(office.client_id, MONTHS[1], due_on=TODAY + timedelta(5))
    path = f"/invoices/receivables/{office.client_id}"
    assert (await pay(office.manager, path, "1.600.000", "TRX-9")).status_code == 303
    old, new = await of(office, first, second)
    assert (old.paid, new.paid) == (1_090_000, 510_000), "each first what is transferred, the oldest first"
    assert (await pay(office.manager, path, "1.000", "TRX-9")).status_code == 422

    async with office.scope():
        entry = await db.value("select id from client_payment where invoice_id = $1", second)
    void = f"/invoices/payments/{entry}/void"
    assert (await office.manager.post(void, {"void_reason": "salah"})).status_code == 403
    assert (await office.owner.post(void, {"void_reason": ""})).status_code == 422
    assert (await office.owner.post(void, {"void_reason": "salah klien"})).status_code == 303
    assert (await office.owner.post(void, {"void_reason": "lagi"})).status_code == 409
    assert [(one.paid, one.state) for one in await of(office, first, second)] == [(0, "approved"), (0, "approved")]
    shown = (await office.owner.get(f"/invoices/{first}/money")).text
    assert ("salah klien" in shown, "TRX-9" in shown) == (True, True)
    assert (await pay(office.manager, path, "2.220.000", "TRX-9")).status_code == 303, "the reference is free again"
    assert [one.state for one in await of(office, first, second)] == ["paid", "paid"]


async def test_one_transfer_entered_by_two_at_once_counts_once(office: Office) -> None:
    async with office.scope():
        invoice_id = await make_invoice(office.client_id, MONTHS[0])
        await make_invoice(office.client_id, MONTHS[1])
    paths = (f"/invoices/{invoice_id}", f"/invoices/receivables/{office.client_id}")
    people = (office.manager, office.owner)
    answers = await asyncio.gather(
        *(pay(who, path, "300.000", "TRX-5") for who, path in zip(people, paths, strict=True))
    )
    async with office.scope():
        counted = await db.value("select sum(amount)::bigint from client_payment")
        paid = await db.value("select sum(paid)::bigint from client_invoice")

    assert sorted(one.status_code for one in answers)[0] == 303
    assert sorted(one.status_code for one in answers)[1] in (409, 422)
    assert (counted, paid) == (300_000, 300_000)


async def test_ages_sum_to_what_was_open_on_any_day(office: Office) -> None:
    async with office.scope():
        other = await make_client(name="PT Kedua")
        ids = [
            await make_invoice(client, month, amount=amount, ppn=0, due_on=month.last + timedelta(14))
            for client, month, amount in (
                (office.client_id, MONTHS[0], 1_000_000),
                (office.client_id, MONTHS[3], 700_000),
                (other, MONTHS[1], 300_000),
            )
        ]
    assert (await pay(office.manager, f"/invoices/{ids[0]}", "400.000", day=date(2026, 3, 1))).status_code == 303
    assert (await pay(office.manager, f"/invoices/{ids[0]}", "600.000", day=date(2026, 6, 1))).status_code == 303

    expected = {
        date(2026, 1, 30): 0,
        date(2026, 2, 28): 1_300_000,
        date(2026, 3, 1): 900_000,
        date(2026, 5, 31): 1_600_000,
        date(2026, 6, 1): 1_000_000,
    }
    async with office.scope():
        for day, total in expected.items():
            ages = await receivables.sum_ages(day)
            owing = await receivables.page_owing(day, None, None, 50)
            lines = [await receivables.list_account(client, day) for client in (office.client_id, other)]
            assert sum(ages.values()) == total, day
            assert {name: sum(one.ages[name] for one in owing) for name, _ in BUCKETS} == ages
            assert sum(one[-1].balance for one in lines if one) == total, "accounts agree with ages"
        assert (await receivables.sum_ages(date(2026, 5, 31)))["over_90"] == 600_000
        assert (await receivables.sum_ages(date(2026, 6, 1)))["over_90"] == 0


async def test_ages_and_accounts_go_out_as_files_for_managers_alone(office: Office) -> None:
    async with office.scope():
        await make_invoice(office.client_id, MONTHS[0], due_on=TODAY - timedelta(40))
    listed = await office.manager.get("/invoices/receivables?on=01/03/2026")
    ages = await office.manager.get("/invoices/receivables/file?format=csv")
    account = await office.owner.get(f"/invoices/receivables/{office.client_id}/statement?format=csv")

    assert listed.status_code == 200
    assert "1.110.000" in listed.text.replace("\u00a0", " ")
    assert "PT Maju Bersama,0,0,1110000,0,0" in ages.text
    assert account.text.count("\n") == 2
    assert (await office.worker.get("/invoices/receivables")).status_code == 404


async def test_pages_ask_the_database_the_same_number_of_times_however_much_there_is(office: Office) -> None:
    tabs = [f"/invoices/receivables?show={show}" for show in ("clients", "invoices", "slips")]
    pages = [*tabs, f"/profit?month={MONTHS[0]}", "/hours/all", "/hours"]
    async with office.scope():
        await make_invoice(office.client_id, MONTHS[0])
        await note_hours(office, 30, MONTHS[0].last)
    for page in pages:
        await office.manager.get(page)
    few = [await count_queries(office, page) for page in pages]
    async with office.scope():
        for number in range(4):
            await make_invoice(await make_client(name=f"PT Banyak {number}"), MONTHS[0])
            await make_invoice(office.client_id, MONTHS[number + 1])
            await note_hours(office, 30, MONTHS[0].last)
    many = [await count_queries(office, page) for page in pages]

    assert few == many
    assert max(many) <= 14


debts = st.builds(lambda total, tax: Owed(total, min(tax, total)), st.integers(1, 10**9), st.integers(0, 10**8))


@settings(max_examples=40)
@given(st.lists(debts, min_size=1, max_size=6), st.integers(0, 3 * 10**9))
def test_a_transfer_loses_no_rupiah_and_pays_nothing_twice(owed: list[Owed], amount: int) -> None:
    shares, rest = share_out(amount, [(str(place), one) for place, one in enumerate(owed)])

    assert sum(shares.values()) + rest == amount
    assert all(shares[key] <= open_of(owed[int(key)]) for key in shares)
    assert rest == max(0, amount - sum(open_of(one) for one in owed))


@pytest.mark.parametrize(
    ("paid", "withheld", "said"),
    [
        (0, 0, "late"),
        (1_070_000, 0, "late"),
        (1_090_000, 0, "slip"),
        (1_100_000, 0, "late"),
        (1_090_000, 20_000, "paid"),
    ],
)
def test_only_a_sum_short_by_exactly_the_tax_waits_for_its_slip(paid: int, withheld: int, said: str) -> None:
    invoice = Owed(1_110_000, 20_000, paid, withheld)

    assert standing(invoice, date(2026, 1, 1), date(2026, 1, 2)) == said
    assert waits_for_slip(invoice) == (said == "slip")
    assert 0 <= slip_missing(invoice) <= open_of(invoice)
