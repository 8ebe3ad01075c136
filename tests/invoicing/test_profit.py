"""Profit per client: what was invoiced, or what prices would give, against hours at what they cost on their day."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.invoicing.rules.profit import Result, Work
from tatausaha.invoicing.service import profit
from tests.invoicing.month import LAST, note_hours
from tests.invoicing.prices import make_prices
from tests.make import Office, make_client, make_invoice


async def say_cost(office: Office, amount: str, day: date, member_id: UUID | None = None) -> int:
    typed = {"member_id": str(member_id or office.worker.member_id), "hourly": amount, "starts_on": day.isoformat()}
    return (await office.owner.post("/profit/costs", typed)).status_code


async def test_hours_cost_what_they_cost_on_their_day_and_clients_that_lose_money_come_first(office: Office) -> None:
    middle = LAST.first + timedelta(14)
    assert await say_cost(office, "40.000", LAST.first) == 303
    assert await say_cost(office, "60.000", middle) == 303
    assert await say_cost(office, "0,5", middle) == 422
    async with office.scope():
        losing, idle = await make_client(name="PT Rugi"), await make_client(name="PT Diam")
        await make_invoice(office.client_id, LAST, amount=500_000)
        await make_invoice(losing, LAST, amount=50_000, ppn=0, pph23=0)
        await note_hours(office, 90, middle - timedelta(1), "Jurnal")
        await note_hours(office, 60, middle, "Laporan")
        for client_id, member_id, minutes in (
            (losing, office.worker.member_id, 61),
            (losing, office.manager.member_id, 30),
        ):
            await db.execute(
                "insert into work_time (client_id, member_id, member_name, worked_on, minutes, task)"
                " values ($1, $2, 'x', $3, $4, 'Rapat')",
                *(client_id, member_id, LAST.last, minutes),
            )
        found = {one.client_id: one for one in await profit.list_results(LAST)}
        trend = await profit.list_trend(LAST)
        order = [one.client_name for one in await profit.list_results(LAST)]

    first = found[office.client_id]
    assert (first.income, first.work.cost, first.margin) == (500_000, 120_000, 380_000), (
        "1:30 at 40.000, 1:00 at 60.000"
    )
    assert (first.per_hour, first.source) == (152_000, "invoiced")
    second = found[losing]
    assert (second.work.cost, second.margin, second.work.uncosted) == (61_000, -11_000, 30)
    assert idle not in found
    assert order[0] == "PT Rugi"
    assert (trend[-1].income, trend[-1].cost, len(trend)) == (550_000, 181_000, 12)

    page = (await office.manager.get(f"/profit?month={LAST}")).text.replace("\u00a0", " ")
    assert all(part in page for part in ("PT Rugi", "380.000", "0:30"))
    parts = (await office.manager.get(f"/profit/{office.client_id}?month={LAST}")).text.replace("\u00a0", " ")
    assert all(part in parts for part in ("Biaya tetap", "Jurnal", "1:30", "500.000", "120.000"))
    file = (await office.manager.get(f"/profit/file?month={LAST}&format=csv")).text
    assert "PT Maju Bersama,500000," in file


async def test_a_month_that_is_not_billed_yet_counts_what_the_agreed_prices_would_give(office: Office) -> None:
    async with office.scope():
        await make_prices(office.client_id)
        await note_hours(office, 90, LAST.last)
        (result,) = await profit.list_results(LAST)
        alone, invoice_id, lines = await profit.get_result(office.client_id, result.client_name, LAST)

    assert (result.source, result.income) == ("estimated", 2_000_000 + 375_000)
    assert (alone, invoice_id) == (result, None)
    assert sum(line.amount for line in lines) == result.income
    assert "375.000" in (await office.owner.get(f"/profit/{office.client_id}?month={LAST}")).text.replace("\u00a0", " ")


async def test_what_a_person_costs_is_for_owners_alone(office: Office) -> None:
    assert await say_cost(office, "77.777", LAST.first) == 303
    async with office.scope():
        await note_hours(office, 60, LAST.last)
        lines = await db.records("select action, object_kind, detail::text as detail from audit_event")
    assert "77.777" in (await office.owner.get("/profit/costs")).text.replace("\u00a0", " ")
    for role in ("manager", "worker", "approver"):
        person = office.people[role]
        typed = {"member_id": str(office.worker.member_id), "hourly": "1", "starts_on": "2026-01-01"}
        assert (await person.get("/profit/costs")).status_code == 404
        assert (await person.post("/profit/costs", typed)).status_code == 404
    assert (await office.worker.get("/profit")).status_code == 404
    assert ("set", "member_cost") in {(one["action"], one["object_kind"]) for one in lines}
    assert not [one for one in lines if "77777" in one["detail"]]


@given(st.lists(st.tuples(st.integers(1, 1440), st.integers(0, 10**6)), max_size=20), st.integers(0, 10**9))
def test_margin_is_income_less_the_exact_cost_rounded_once(entries: list[tuple[int, int]], income: int) -> None:
    work = sum((Work(minutes, minutes, minutes * hourly) for minutes, hourly in entries), Work())
    result = Result(uuid7(), "x", Period(2026, 1).first, income, "invoiced", work)
    exact = sum(minutes * hourly for minutes, hourly in entries) / 60

    assert abs(work.cost - exact) <= 0.5
    assert result.margin == income - work.cost
    assert (result.per_hour is None) == (not entries)
