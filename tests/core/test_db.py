"""The one way into the database fails closed, and always gives its connection back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import asyncpg
import pytest

from tatausaha.clients.tables import Client
from tatausaha.core import db
from tatausaha.core.db import DB, OutsideScope, client_scope, connection_arguments, gate_scope, jobs_scope, tenant_scope
from tatausaha.core.errors import Unavailable
from tatausaha.core.ids import uuid7
from tatausaha.settings import Settings
from tests.make import Office, make_client

DAY = date(2024, 1, 15)
COUNT = "select count(*) from client"


@pytest.fixture
async def raw(settings: Settings, office: Office) -> AsyncIterator[asyncpg.Connection]:
    """The application's own login, past all of the application's code."""
    connection = await asyncpg.connect(**connection_arguments(settings.database_url))
    yield connection
    await connection.close()


@pytest.mark.parametrize("table", ["client", "employee", "slip", "account", "user_session", "job", "provider"])
async def test_without_a_scope_even_a_raw_connection_sees_nothing(raw: asyncpg.Connection, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await raw.fetch(f"select * from {table}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await raw.execute(f"truncate {table}")


async def test_a_scoped_role_without_a_tenant_finds_no_row(raw: asyncpg.Connection) -> None:
    async with raw.transaction():
        await raw.execute("set local role r_tenant")
        assert await raw.fetchval(COUNT) == 0
    async with raw.transaction():
        await raw.execute("set local role r_client")
        assert await raw.fetchval(COUNT) == 0


async def test_a_tenants_scope_sees_all_its_clients_and_no_others(office: Office, other_office: Office) -> None:
    async with office.scope():
        second = await make_client(name="PT Kedua")
        seen = {record["id"] for record in await db.records("select id from client")}

    assert seen == {office.client_id, second}


async def test_a_clients_scope_sees_the_named_clients_alone(office: Office, other_office: Office) -> None:
    async with office.scope():
        await make_client(name="PT Kedua")
    async with client_scope(office.tenant_id, [office.client_id, other_office.client_id]):
        seen = {record["id"] for record in await db.records("select id from client")}

    assert seen == {office.client_id}


async def test_no_row_can_be_written_into_another_tenant_or_client(office: Office, other_office: Office) -> None:
    insert = "insert into client (tenant_id, name, code) values ($1, 'PT Selundup', 'SEL')"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with office.scope():
            await db.execute(insert, other_office.tenant_id)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with office.scope():
            await db.execute(
                "insert into employee (client_id, number, name, ptkp, joined_on) values ($1, '1', 'x', 'TK/0', now())",
                other_office.client_id,
            )


async def test_what_a_scope_could_see_does_not_stay_with_its_connection(office: Office) -> None:
    async with office.scope():
        connection = DB.current().connection._con
        assert await db.value(COUNT) == 1

    async with DB.pool.acquire() as again:
        assert again._con is connection
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await again.fetchval(COUNT)


async def test_a_query_outside_a_scope_is_refused_before_it_is_asked(app: object) -> None:
    with pytest.raises(OutsideScope):
        await db.value(COUNT)
    with pytest.raises(OutsideScope):
        await Client.select(Client.id)


async def test_a_query_from_another_task_is_refused(office: Office) -> None:
    async with office.scope():
        with pytest.raises(OutsideScope):
            await asyncio.gather(db.value(COUNT), db.value(COUNT))
        with pytest.raises(OutsideScope):
            await asyncio.create_task(db.value(COUNT))
        assert await db.value(COUNT) == 1


async def test_scopes_do_not_nest_and_nothing_leaves_them(office: Office) -> None:
    async with office.scope():
        for make in (office.scope, gate_scope, jobs_scope):
            with pytest.raises(OutsideScope):
                make()
        with pytest.raises(OutsideScope):
            DB.transaction()
        with pytest.raises(OutsideScope):
            await Client.select(Client.id).batch()
        with pytest.raises(OutsideScope):
            await Client.alter().drop_table()
        assert await db.value(COUNT) == 1


async def test_an_error_rolls_everything_back(office: Office) -> None:
    async def fail() -> None:
        async with office.scope():
            await make_client(name="PT Sementara")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async with office.scope():
        assert await db.value(COUNT) == 1


async def fail_to_commit(office: Office) -> None:
    """A deferred constraint that only COMMIT finds broken."""
    async with office.scope():
        await db.execute("create temp table late (id int unique deferrable initially deferred) on commit drop")
        await db.execute("insert into late values (1), (1)")


async def test_commits_that_fail_leave_no_connection_behind(office: Office) -> None:
    for _ in range(12):
        with pytest.raises(asyncpg.UniqueViolationError):
            await fail_to_commit(office)

    async with office.scope():
        assert await db.value(COUNT) == 1


async def test_a_cancelled_query_leaves_no_connection_behind(office: Office) -> None:
    async def wait_long() -> None:
        async with office.scope():
            await db.value("select pg_sleep(30)")

    for _ in range(12):
        task = asyncio.create_task(wait_long())
        await asyncio.wait([task], timeout=0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async with office.scope():
        assert await db.value(COUNT) == 1


async def test_a_connection_that_the_server_ended_is_not_used_again(
    office: Office, superuser: asyncpg.Connection
) -> None:
    async def lose() -> None:
        async with office.scope():
            backend = await db.value("select pg_backend_pid()")
            await superuser.execute("select pg_terminate_backend($1)", backend)
            await db.value(COUNT)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)):
        await lose()

    async with office.scope():
        assert await db.value(COUNT) == 1


async def test_who_finds_all_connections_taken_is_told_so_and_not_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DB, "acquire_seconds", 0.05)
    taken = [await DB.pool.acquire() for _ in range(DB.pool.get_max_size())]
    try:
        with pytest.raises(Unavailable):
            async with office.scope():
                pass
    finally:
        for connection in taken:
            await DB.pool.release(connection)

    async with office.scope():
        assert await db.value(COUNT) == 1


async def test_many_rows_go_in_fast_and_only_into_ones_own(office: Office, other_office: Office) -> None:
    columns = ("id", "client_id", "number", "name", "ptkp", "joined_on")

    def people(client_id: UUID) -> list[tuple[object, ...]]:
        return [(uuid7(), client_id, str(number), "Sari", "TK/0", DAY) for number in range(2_500)]

    async with office.scope():
        assert await db.bulk_insert("employee", columns, people(office.client_id), chunk=1_000) == 2_500
        assert await db.value("select count(distinct number) from employee") == 2_500
        assert len([row async for row in db.stream("select id from employee", size=400)]) == 2_500
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with office.scope():
            await db.bulk_insert("employee", columns, people(other_office.client_id))


async def test_the_application_does_not_start_as_a_role_that_the_walls_do_not_bind(
    superuser_url: str, settings: Settings, database: str
) -> None:
    for url in (superuser_url, settings.owner_database_url):
        engine = db.ScopedEngine(config={})
        with pytest.raises(OutsideScope):
            await engine.connect(url, max_size=1)
        await engine.disconnect()


async def test_json_goes_in_and_comes_out_as_it_was(office: Office) -> None:
    sent = {"nama": "Sari – “Ayu”", "angka": [1, 2, 3], "kosong": None}
    async with tenant_scope(office.tenant_id):
        assert await db.value("select $1::jsonb", sent) == sent
        assert await db.value("select $1::jsonb", '{"a": 1}') == {"a": 1}
