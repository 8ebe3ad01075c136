"""What is due by time is done once, however many clocks run."""

import asyncio
from datetime import UTC, datetime, timedelta

from tatausaha.core import db
from tatausaha.core.db import gate_scope
from tatausaha.core.ids import uuid7
from tests.make import Office, drain
from workers.clock import tick


async def due(office: Office, kind: str) -> int:
    async with office.scope():
        found: int = await db.value("select count(*) from job where kind = $1", kind)
    return found


async def test_two_clocks_write_each_providers_daily_job_once(office: Office, other_office: Office) -> None:
    now = datetime(2126, 11, 21, 8, tzinfo=UTC)

    await asyncio.gather(tick(now), tick(now))
    await tick(now + timedelta(hours=15, minutes=59))

    assert await due(office, "work.forget_jobs") == 1
    assert await due(other_office, "work.forget_jobs") == 1

    await tick(now + timedelta(hours=16))
    assert await due(office, "work.forget_jobs") == 2


async def test_sessions_that_ended_or_stood_idle_are_forgotten_and_the_others_stay(office: Office) -> None:
    async with gate_scope():
        await db.execute(
            "update user_session set seen_at = now() - interval '13 hours' where member_id = $1",
            office.worker.member_id,
        )
        await db.execute(
            "update user_session set expires_at = now() - interval '1 second' where member_id = $1",
            office.viewer.member_id,
        )
    async with office.scope():
        await db.execute(
            "insert into job (kind, queue, payload, title, unit, once_key)"
            " values ('identity.clean_up', 'default', '{}', '{\"msgid\": \"\"}', '{\"msgid\": \"\"}', 'x')"
        )

    await drain(office.tenant_id)

    async with gate_scope():
        left = await db.records("select member_id from user_session where tenant_id = $1", office.tenant_id)
    kept = {office.owner.member_id, office.manager.member_id, office.approver.member_id}
    assert {record["member_id"] for record in left} == kept


async def test_jobs_that_ended_long_ago_are_forgotten_with_their_parts(office: Office) -> None:
    old, alive, part = uuid7(), uuid7(), uuid7()
    async with office.scope():
        for job_id, parent, state, days in (
            (old, None, "done", 91),
            (uuid7(), old, "done", 92),
            (alive, None, "partly", 89),
            (part, alive, "done", 95),
        ):
            await db.execute(
                "insert into job (id, parent_id, kind, queue, payload, title, unit, once_key, state, done_at) values"
                " ($1, $2, 'test', 'default', '{}', '{\"msgid\": \"\"}', '{\"msgid\": \"\"}', $1::uuid::text, $3,"
                " now() - make_interval(days => $4))",
                *(job_id, parent, state, days),
            )
        await db.execute(
            "insert into job (kind, queue, payload, title, unit, once_key)"
            " values ('work.forget_jobs', 'default', '{}', '{\"msgid\": \"\"}', '{\"msgid\": \"\"}', 'x')"
        )

    await drain(office.tenant_id)

    async with office.scope():
        left = await db.records("select id from job where kind = 'test'")
    assert {record["id"] for record in left} == {alive, part}


async def test_the_night_counts_where_providers_pay_and_compares_whom_stripe_knows(
    office: Office, other_office: Office
) -> None:
    async with office.scope():
        await db.execute("insert into billing_account (trial_ends_at, customer_id) values (now(), $1)", uuid7().hex)
    day = datetime(2128, 11, 21, tzinfo=UTC)  # 07:00 in Jakarta

    await tick(day + timedelta(hours=19))
    assert await due(office, "billing.count_usage") == await due(office, "billing.reconcile") == 0

    for hours in (16, 17, 39):
        await tick(day + timedelta(hours=hours), billing=True)
    assert await due(office, "billing.count_usage") == await due(other_office, "billing.count_usage") == 1
    # The day before's comparison was not written at the time, and this day's comes later.
    assert await due(office, "billing.reconcile") == 2
    assert await due(other_office, "billing.reconcile") == 0
