"""The access log by the clock: sealed within a minute, forgotten when its time is over, checked each night."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from tatausaha.core import audit, db
from tatausaha.core.audit_chain import chain_key, seal
from tatausaha.core.audit_verify import Finding, verify, verify_all
from tatausaha.core.db import prune_scope
from tatausaha.core.ids import first_id, uuid7
from tatausaha.core.outbox import enqueue
from tatausaha.core.process import tools
from tatausaha.identity.access_jobs import KeepLog, SealLog
from tatausaha.identity.access_watch import last_check
from tatausaha.local.environment import as_environment
from tatausaha.settings import Settings
from tests.make import Office, drain
from workers.clock import tick


def key() -> bytes:
    return chain_key(tools().settings.secret_key)


async def see(office: Office, count: int = 1) -> None:
    async with office.scope():
        for _ in range(count):
            await audit.saw("employee", uuid7(), office.client_id)


async def run(office: Office, job: KeepLog | SealLog) -> None:
    async with office.scope():
        await enqueue(job, once_key=str(uuid7()))
    await drain(office.tenant_id)


async def verified(office: Office) -> Finding:
    async with office.scope():
        return await verify(key())


async def jobs(office: Office, kind: str) -> int:
    async with office.scope():
        found: int = await db.value("select count(*) from job where kind = $1", kind)
    return found


async def age(superuser: asyncpg.Connection, office: Office, months: int) -> None:
    """Let everything that the log holds have happened that long ago."""
    await superuser.execute(
        "with old as (select id, uuidv7(make_interval(months => -$2::int)) as new from audit_event where tenant_id = $1),"
        " moved as (update audit_waiting w set event_id = new from old where w.event_id = old.id)"
        " update audit_event e set id = new, created_at = created_at - make_interval(months => $2::int) from old"
        " where e.id = old.id",
        *(office.tenant_id, months),
    )


async def test_the_clock_has_the_log_sealed_where_something_waits_and_nowhere_else(
    office: Office, other_office: Office
) -> None:
    await run(other_office, SealLog())
    await see(office)
    await tick(datetime(2127, 3, 1, 8, 0, tzinfo=UTC))

    assert await jobs(office, SealLog.kind) == 1
    assert await jobs(other_office, SealLog.kind) == 1, "the one above"

    await drain(office.tenant_id)
    assert (await verified(office)).events >= 1
    async with office.scope():
        waits = "select count(*) from audit_waiting w join audit_event e on e.id = w.event_id where e.action = 'saw'"
        assert await db.value(waits) == 0


async def test_of_the_sealings_only_the_last_is_remembered(office: Office) -> None:
    for _ in range(3):
        await see(office)
        await run(office, SealLog())

    assert await jobs(office, SealLog.kind) == 1


async def test_lines_whose_time_is_over_are_forgotten_and_the_chain_still_holds(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await see(office, 3)
    await age(superuser, office, 25)
    await run(office, SealLog())
    await see(office, 2)
    await run(office, KeepLog())
    found = await verified(office)

    assert found.problem is None
    assert found.pruned >= 3
    async with office.scope():
        assert await db.value("select count(*) from audit_event where action = 'saw'") == 2
        told = await last_check()
    assert told is not None
    assert (told.pruned, told.problem) == (found.pruned, None)


async def test_a_line_that_vanished_before_its_time_is_not_taken_for_forgotten(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await see(office)
    await age(superuser, office, 25)
    await see(office)
    await run(office, KeepLog())
    await superuser.execute("delete from audit_event where tenant_id = $1 and action = 'saw'", office.tenant_id)
    problem = (await verified(office)).problem

    assert problem is not None
    assert problem.kind == "missing"


@pytest.mark.parametrize(("kept", "months", "left"), [(24, 23, 1), (24, 25, 0), (12, 13, 0), (120, 100, 1)])
async def test_nothing_younger_than_the_provider_keeps_can_be_deleted(
    office: Office, superuser: asyncpg.Connection, kept: int, months: int, left: int
) -> None:
    async with office.scope():
        await db.execute("insert into log_policy (months) values ($1)", kept)
    await see(office)
    await age(superuser, office, months)
    async with prune_scope(office.tenant_id):
        await db.execute("delete from audit_event where id < $1", first_id(datetime.now(UTC)))

    async with office.scope():
        assert await db.value("select count(*) from audit_event where action = 'saw'") == left


async def test_no_provider_can_keep_its_log_for_less_than_a_year(office: Office) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        async with office.scope():
            await db.execute("insert into log_policy (months) values (11)")


async def test_owners_are_written_to_when_the_chain_does_not_hold(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await see(office)
    await run(office, SealLog())
    await superuser.execute("update audit_event set actor_name = 'Nobody' where tenant_id = $1", office.tenant_id)
    await run(office, KeepLog())

    async with office.scope():
        letters: list[Any] = await db.records("select recipient, data from mail where template = 'chain_broken'")
        told = await last_check()
    assert [letter["recipient"] for letter in letters] == [office.owner.email]
    assert told is not None
    assert told.problem is not None
    assert "an event was changed" in told.problem


async def test_the_command_names_every_provider_and_the_first_break(
    office: Office, other_office: Office, superuser: asyncpg.Connection
) -> None:
    for one in (office, other_office):
        await see(one)
        async with one.scope():
            await seal(key())
    await superuser.execute("delete from audit_event where tenant_id = $1", office.tenant_id)
    broken = [found async for _, found in verify_all(key(), office.tenant_id)]
    whole = [found async for _, found in verify_all(key(), other_office.tenant_id)]

    assert len(broken) == len(whole) == 1
    assert "BROKEN at link 1, event" in str(broken[0])
    assert "an event is missing" in str(broken[0])
    assert "head 1" in str(whole[0])


async def command(settings: Settings, office: Office) -> tuple[int, str]:
    """`tata audit verify` of one provider, as an operator calls it."""
    called = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tatausaha.cli", "audit", "verify", "--provider", str(office.tenant_id)),
        env={**os.environ, **as_environment(settings)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await called.communicate()
    return called.returncode or 0, told.decode()


async def test_the_command_ends_with_one_when_the_chain_does_not_hold(
    office: Office, superuser: asyncpg.Connection, settings: Settings
) -> None:
    await see(office)
    await run(office, SealLog())
    whole = await command(settings, office)
    await superuser.execute("update audit_event set reason = 'x' where tenant_id = $1", office.tenant_id)
    broken = await command(settings, office)

    assert whole[0] == 0, whole[1]
    assert "whole: 1 links" in whole[1]
    assert broken[0] == 1
    assert "an event was changed" in broken[1]
