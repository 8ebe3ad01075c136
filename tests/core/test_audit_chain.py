"""The chain over the access log: nothing is left out, and whatever is done to it is found."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from tatausaha.core import audit, db
from tatausaha.core.audit_chain import COLUMNS, chain_key, seal
from tatausaha.core.audit_queries import Wanted, page_events
from tatausaha.core.audit_verify import Finding, verify
from tatausaha.core.ids import first_id, moment_of, uuid7
from tests.make import Office, make_client

KEY = chain_key("a secret")


async def write(office: Office, count: int = 3) -> None:
    async with office.scope():
        for _ in range(count):
            await audit.saw("employee", uuid7(), office.client_id)


async def sealed(office: Office) -> int:
    async with office.scope():
        return await seal(KEY)


async def verified(office: Office) -> Finding:
    async with office.scope():
        return await verify(KEY)


async def chained(office: Office) -> list[UUID]:
    """Three links of three events; gives the ids of the events."""
    for _ in range(3):
        await write(office)
        assert await sealed(office) == 3
    async with office.scope():
        return [record["id"] for record in await db.records("select id from audit_event order by id")]


async def test_a_chain_that_nobody_touched_is_whole(office: Office) -> None:
    await chained(office)
    found = await verified(office)

    assert (found.links, found.events, found.pruned, found.problem) == (3, 9, 0, None)
    assert found.head
    assert found.head.number == 3


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("tenant_id", "id")])
async def test_an_event_that_was_changed_in_any_column_is_named(
    office: Office, superuser: asyncpg.Connection, column: str
) -> None:
    events = await chained(office)
    changed = {"client_id": "null", "created_at": "created_at + interval '1 microsecond'", "count": "2"}
    changed |= {"detail": "'{\"a\": 1}'", "reason": "'why'", "address": "'::1'"}
    changed |= dict.fromkeys(("actor_id", "object_id", "subject_id"), "uuidv7()")
    await superuser.execute(
        f"update audit_event set {column} = {changed.get(column, chr(39) + 'x' + chr(39))} where id = $1", events[4]
    )
    problem = (await verified(office)).problem

    assert problem is not None
    assert (problem.kind, problem.link, problem.event_id) == ("changed", 2, events[4])


async def test_an_event_that_was_removed_is_named(office: Office, superuser: asyncpg.Connection) -> None:
    events = await chained(office)
    await superuser.execute("delete from audit_event where id = $1", events[7])
    problem = (await verified(office)).problem

    assert problem is not None
    assert (problem.kind, problem.link, problem.event_id) == ("missing", 3, events[7])


async def test_a_link_that_was_taken_out_is_named(office: Office, superuser: asyncpg.Connection) -> None:
    await chained(office)
    await superuser.execute("delete from audit_link where tenant_id = $1 and number = 2", office.tenant_id)
    problem = (await verified(office)).problem

    assert problem is not None
    assert (problem.kind, problem.link) == ("link_missing", 2)


@pytest.mark.parametrize(
    "change",
    [
        "event_ids[1] = uuidv7()",
        "digests[1] = '\\x00'",
        "hash = '\\x00'",
        "previous = '\\x00'",
        "sealed_at = sealed_at - interval '1 second'",
        "event_ids = event_ids[2:], digests = digests[2:]",
    ],
)
async def test_a_link_that_was_altered_is_named(office: Office, superuser: asyncpg.Connection, change: str) -> None:
    await chained(office)
    await superuser.execute(f"update audit_link set {change} where tenant_id = $1 and number = 2", office.tenant_id)
    problem = (await verified(office)).problem

    assert problem is not None
    assert (problem.kind, problem.link) == ("link_altered", 2)


async def test_a_chain_made_anew_with_another_key_is_refused(office: Office, superuser: asyncpg.Connection) -> None:
    await write(office)
    async with office.scope():
        await seal(chain_key("another secret"))
    problem = (await verified(office)).problem

    assert problem is not None
    assert (problem.kind, problem.link) == ("link_altered", 1)


async def test_the_end_that_was_cut_off_shows_in_the_events_and_in_the_head(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await chained(office)
    head = (await verified(office)).head
    await superuser.execute("delete from audit_link where tenant_id = $1 and number = 3", office.tenant_id)
    await superuser.execute(
        "update audit_event set created_at = created_at - interval '11 minutes' where tenant_id = $1 and id ="
        " (select id from audit_event where tenant_id = $1 order by id desc limit 1)",
        office.tenant_id,
    )
    found = await verified(office)

    assert found.problem
    assert found.problem.kind == "unsealed"
    assert (head and head.number, found.head and found.head.number) == (3, 2)


async def test_an_event_that_somebody_kept_from_the_chain_is_named(
    office: Office, superuser: asyncpg.Connection
) -> None:
    await write(office, 1)
    await superuser.execute("delete from audit_waiting where tenant_id = $1", office.tenant_id)
    assert await sealed(office) == 0
    assert (await verified(office)).problem is None, "it may still be on its way"

    await superuser.execute(
        "update audit_event set created_at = created_at - interval '11 minutes' where tenant_id = $1", office.tenant_id
    )
    problem = (await verified(office)).problem

    assert problem
    assert problem.kind == "unsealed"


async def test_an_event_whose_transaction_commits_late_is_sealed_in_a_later_link(office: Office) -> None:
    begun, over = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with office.scope():
            await audit.record("changed", "client", office.client_id, office.client_id)
            begun.set()
            await over.wait()

    late = asyncio.create_task(slow())
    await begun.wait()
    await write(office)
    assert await sealed(office) == 3
    over.set()
    await late

    assert await sealed(office) == 1
    found = await verified(office)
    assert (found.links, found.events, found.problem) == (2, 4, None)


async def test_many_sealers_and_writers_at_once_seal_every_event_once(office: Office) -> None:
    async def sealer() -> None:
        for _ in range(6):
            await sealed(office)

    await asyncio.gather(*(write(office, 2) for _ in range(12)), *(sealer() for _ in range(3)))
    await sealed(office)

    async with office.scope():
        events = {record["id"] for record in await db.records("select id from audit_event")}
        in_links = [record["id"] for record in await db.records("select unnest(event_ids) as id from audit_link")]
    assert len(in_links) == len(set(in_links)) == 24
    assert set(in_links) == events
    assert (await verified(office)).problem is None


async def test_what_a_list_over_several_clients_showed_is_told_to_each_of_them(office: Office) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
        await audit.saw_list("employees", None, 3, "bu", [office.client_id, second, second])
    await sealed(office)
    async with office.scope():
        told = await db.records("select client_id, count, action, detail->>'words' from audit_event order by count")

    assert [tuple(line) for line in told] == [
        (office.client_id, 1, "searched", "bu"),
        (second, 2, "searched", "bu"),
        (None, 3, "searched", "bu"),
    ]
    assert await sealed(office) == 2
    async with office.scope():
        shown = [(event.client_id, event.count) for event in await page_events(Wanted())]
        of_second = [(event.client_id, event.count) for event in await page_events(Wanted(client_id=second))]
    assert (shown, of_second) == ([(None, 3)], [(second, 2)])


@pytest.mark.parametrize(
    "statement", ["update audit_link set number = 9", "delete from audit_link", "truncate audit_link"]
)
async def test_no_role_of_the_application_changes_or_removes_a_link(office: Office, statement: str) -> None:
    await chained(office)
    for scope in (
        office.scope(),
        db.client_scope(office.tenant_id, [office.client_id]),
        db.gate_scope(),
        db.jobs_scope(),
        db.prune_scope(office.tenant_id),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope:
                await db.execute(statement)


async def test_every_column_of_an_event_is_sealed(superuser: asyncpg.Connection) -> None:
    found = await superuser.fetch("select column_name from information_schema.columns where table_name = 'audit_event'")

    assert {record["column_name"] for record in found} == set(COLUMNS)


def test_an_id_tells_when_it_was_made_and_parts_before_from_after() -> None:
    moment = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert moment_of(first_id(moment)) == moment

    made = uuid7()
    assert first_id(moment_of(made)) <= made < first_id(moment_of(made) + timedelta(milliseconds=1))
