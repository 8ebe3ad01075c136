"""The access log: what is written, what is kept out, and what happens where it cannot be written."""

import asyncpg
import pytest

from tatausaha.core import audit, db
from tatausaha.core.actor import Actor, acting
from tatausaha.core.db import ScopedTransaction, client_scope, gate_scope
from tatausaha.core.ids import uuid7
from tests.make import Office

FLUSH = "select current_setting('synchronous_commit')"


async def at_commit(scope: ScopedTransaction) -> str:
    """What COMMIT would wait for: read as the very last thing of the scope."""
    kept: list[str] = []

    async def look() -> None:
        kept.append(await db.value(FLUSH))

    scope.at_end.append(look)
    await scope.__aexit__(None, None, None)
    return kept[0]


async def test_a_page_that_only_reads_does_not_wait_for_the_disk(office: Office) -> None:
    scope = await office.scope().__aenter__()
    await audit.saw("employee", uuid7(), office.client_id)
    await audit.saw("slip", uuid7(), office.client_id)

    assert await at_commit(scope) == "off"


async def test_a_change_waits_for_the_disk_whatever_was_also_seen(office: Office) -> None:
    for first in (True, False):
        scope = await office.scope().__aenter__()
        if first:
            await audit.saw("employee", uuid7(), office.client_id)
        await db.execute("update client set name = 'PT Lain' where id = $1", office.client_id)
        if not first:
            await audit.saw("employee", uuid7(), office.client_id)

        assert await at_commit(scope) == "on"


async def test_what_was_taken_or_revealed_waits_for_the_disk(office: Office) -> None:
    scope = await office.scope().__aenter__()
    await audit.saw("employee", uuid7(), office.client_id, action="revealed")

    assert await at_commit(scope) == "on"


async def test_what_was_seen_is_told_with_who_from_where_whose_and_why(office: Office) -> None:
    employee_id = uuid7()
    with acting(Actor(uuid7(), "Ratna", "worker", "203.0.113.7")):
        async with office.scope():
            await audit.saw("employee", employee_id, office.client_id, action="revealed", reason="asked by phone")
    async with office.scope():
        line = (await db.records("select * from audit_event where object_id = $1", employee_id))[0]

    assert (line["actor_name"], line["address"], line["action"]) == ("Ratna", "203.0.113.7", "revealed")
    assert (line["subject_id"], line["reason"], line["count"]) == (employee_id, "asked by phone", 1)


async def test_words_that_may_be_numbers_of_somebody_are_not_kept(office: Office) -> None:
    async with office.scope():
        await audit.saw_list("people", office.client_id, 3, "budi")
        await audit.saw_list("people", office.client_id, 1, "3173 0512")
    async with office.scope():
        lines = await db.records(
            "select action, count, detail from audit_event where object_kind = 'people' order by id"
        )

    assert [tuple(line) for line in lines] == [("searched", 3, {"words": "budi"}), ("searched", 1, {})]


@pytest.mark.parametrize(
    "statement", ["update audit_event set actor_name = 'x'", "delete from audit_event", "truncate audit_event"]
)
async def test_no_role_of_the_application_changes_or_removes_a_line(office: Office, statement: str) -> None:
    scopes = [office.scope(), client_scope(office.tenant_id, [office.client_id]), gate_scope(), db.jobs_scope()]
    if not statement.startswith("delete"):
        scopes.append(db.prune_scope(office.tenant_id))  # what it may delete: tests/workers/test_access.py
    for scope in scopes:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope:
                await db.execute(statement)


async def test_nothing_is_read_where_the_log_cannot_be_written(office: Office, superuser: asyncpg.Connection) -> None:
    await superuser.execute("revoke insert on audit_event from r_tenant, r_client")
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with office.scope():
                await audit.saw("employee", uuid7(), office.client_id)
    finally:
        await superuser.execute("grant insert on audit_event to r_tenant, r_client")
    async with office.scope():
        assert await db.value("select count(*) from audit_event") == 0
