"""Closed months keep what they closed with, and the nightly check tells people when anything kept was changed."""

from datetime import date

import asyncpg
import pytest

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict
from tatausaha.core.outbox import enqueue
from tatausaha.stock.jobs import CheckBalances
from tatausaha.stock.queries.balances import list_differences
from tatausaha.stock.queries.months import list_values
from tatausaha.stock.service import ledger, months
from tatausaha.stock.service.ledger import Entry
from tests.make import Office, drain, make_item, make_place, make_stock

TODAY = date(2026, 11, 20)
OCTOBER = Period(2026, 10)


async def test_a_month_is_closed_once_nothing_waits_and_then_takes_nothing_more(office: Office) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "R1", category="Sembako")
        pen = await make_item(office.client_id, "P1", category="ATK")
        await make_stock(place, rice, 10_000, 100_000, day=date(2026, 10, 2))
        await make_stock(place, pen, 5_000, 10_000, day=date(2026, 10, 30))
        await ledger.post(office.client_id, [Entry("sale", place, rice, -4_000, date(2026, 11, 3))])
        await db.execute(
            "insert into stock_count (client_id, scope, created_at) values ($1, 'full', $2)",
            office.client_id,
            OCTOBER.first,
        )
        with pytest.raises(Conflict, match="1 "):
            await months.close(office.client_id, OCTOBER, TODAY)
        await db.execute("update stock_count set state = 'cancelled'")
        key = await months.close(office.client_id, OCTOBER, TODAY)
        kept = {one.category: (one.quantity, one.value) for one in await list_values(key)}
        assert kept == {"Sembako": (10_000, 100_000), "ATK": (5_000, 10_000)}
        for month in (OCTOBER, Period(2026, 11), Period(2026, 12)):
            with pytest.raises(Conflict):
                await months.close(office.client_id, month, TODAY)
        [late] = await ledger.post(office.client_id, [Entry("sale", place, rice, -1_000, date(2026, 10, 9))])
        assert await db.value("select booked_on from stock_movement where id = $1", late.movement_ids[0]) == date(
            2026, 11, 1
        )
        assert await list_differences(office.client_id) == []


async def test_balances_that_were_changed_behind_the_ledger_are_found_and_told(
    office: Office, superuser: asyncpg.Connection
) -> None:
    async with office.scope():
        place = await make_place(office.client_id)
        rice = await make_item(office.client_id, "R1", "Beras")
        milk = await make_item(office.client_id, "M1", "Susu", cost_method="fifo", batched=True)
        await make_stock(place, rice, 10_000, 100_000, day=date(2026, 10, 2))
        await make_stock(place, milk, 10_000, 100_000, number="7", day=date(2026, 10, 2))
        await months.close(office.client_id, OCTOBER, TODAY)
        assert await list_differences(office.client_id) == []
    own = office.client_id
    async with superuser.transaction():
        await superuser.execute("set local session_replication_role = replica")
        await superuser.execute("update stock_level set value = value + 1 where item_id = $1", rice)
        await superuser.execute("update stock_batch set quantity = quantity - 1 where client_id = $1", own)
        await superuser.execute("update stock_layer set value = value - 1 where client_id = $1", own)
        await superuser.execute("update stock_month_value set value = value - 1 where client_id = $1", own)
    async with office.scope():
        found = await list_differences(office.client_id)
        assert {(one.kind, one.name) for one in found} == {
            ("level", "Beras"),
            ("batch", "Susu 7"),
            ("layer", "Susu"),
            ("month", "2026-10"),
        }
        await enqueue(CheckBalances(), once_key="tonight")
    await drain(office.tenant_id)
    async with office.scope():
        [job] = await db.records("select state, failures, error::text as error from job where once_key = 'tonight'")
        assert (job["state"], job["failures"]) == ("partly", 4)
        assert "Beras" in job["error"]
        assert "PT Maju Bersama" in job["error"]
        told = await db.records("select recipient from mail where template = 'stock_differs'")
        assert {record["recipient"] for record in told} == {office.owner.email, office.manager.email}
