"""The one way into the database: a scope is a transaction that can see what one person or job may see.

PostgreSQL holds the walls (row security, see `migrations/`). A scope chooses a role and names the tenant and clients for
the length of its transaction; without one, the login role may read nothing, and this engine refuses before asking.

Stock Piccolo leaks its connection and poisons its task when COMMIT itself fails, and opens connections outside the
transaction in `.batch()`. `ScopedTransaction` and `ScopedEngine` mend the one and refuse the other.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Literal, Self, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from tatausaha.core.errors import Unavailable
from tatausaha.core.i18n import text

T = TypeVar("T")
Role = Literal["r_tenant", "r_client", "r_gate", "r_jobs", "r_prune"]

# What a caller meets while the database is away or overrun: a process that works for nobody in particular waits.
# InternalClientError is what asyncpg makes of a connection that broke between two messages of one query.
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, Unavailable)


class OutsideScope(RuntimeError):
    """A query was made outside a scope, from another task, or by a way that leaves the scope."""


class Scope(msgspec.Struct, frozen=True):
    """What a transaction may see: by role, a provider, and (for `r_client`) some of its clients.

    One that works for a job carries the job's mark, so that whoever takes the job over can end it.
    """

    role: Role
    tenant_id: UUID | None = None
    client_ids: tuple[UUID, ...] = ()
    job_id: UUID | None = None

    def statement(self) -> str:
        """BEGIN with the scope's settings, in one round trip. All values are UUIDs or from a closed list."""
        clients = "{" + ",".join(map(str, self.client_ids)) + "}" if self.role == "r_client" else ""
        mark = f", pg_try_advisory_xact_lock_shared(hashtextextended('{self.job_id}', 0))" if self.job_id else ""
        # A process frozen between claiming a job and committing would hold its row, and all who ask for it, for ever.
        limit = ", set_config('transaction_timeout', '10s', true)" if self.role == "r_jobs" else ""
        return (
            f"begin; select set_config('role', '{self.role}', true), "
            f"set_config('app.tenant_id', '{self.tenant_id or ''}', true), "
            f"set_config('app.client_ids', '{clients}', true){mark}{limit}"
        )


class ScopedTransaction(PostgresTransaction):
    """The transaction of one scope. Always gives its connection back, also when COMMIT fails.

    What is in `at_end` is awaited right before COMMIT, in the same transaction; if it fails, nothing is committed.
    """

    __slots__ = ("at_end", "scope", "task")
    engine: "ScopedEngine"

    def __init__(self, engine: "ScopedEngine", scope: Scope) -> None:
        if engine.current_transaction.get() is not None:
            raise OutsideScope("A scope is open already; scopes do not nest.")
        super().__init__(engine, allow_nested=False)
        self.scope = scope
        self.at_end: list[Callable[[], Awaitable[object]]] = []

    async def __aenter__(self) -> Self:
        self.connection = await self.engine.checkout()
        try:
            await self.connection.execute(self.scope.statement())
        except BaseException:
            await self.engine.give_back(self.connection)
            raise
        self.task = asyncio.current_task()
        self.context = self.engine.current_transaction.set(self)
        return self

    async def commit(self) -> None:
        for write in self.at_end:
            await write()
        await self.connection.execute("commit")
        self._committed = True

    async def rollback(self) -> None:
        await self.connection.execute("rollback")
        self._rolled_back = True

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> Literal[False]:
        try:
            if error is None and not self._committed and not self._rolled_back:
                await self.commit()
            elif error is not None and not self._rolled_back and not self.connection.is_closed():
                with suppress(*AWAY):  # a broken connection rolls back by itself, and `error` says more
                    await self.rollback()
        finally:
            self.engine.current_transaction.reset(self.context)
            await self.engine.give_back(self.connection)
        return False


class ScopedEngine(PostgresEngine):
    """Piccolo's engine, with queries only inside a scope and only from the task that opened it."""

    acquire_seconds: float = 2.0

    async def get_version(self) -> float:
        """The stock check would open an unscoped connection; the server's version is checked by `tata doctor`."""
        return 18.0

    async def connect(self, url: str, *, min_size: int = 1, max_size: int = 8, acquire_seconds: float = 2.0) -> None:
        """Open the pool on the running loop. Refuses a login role that row security would not bind."""
        self.acquire_seconds = acquire_seconds
        self.pool = await asyncpg.create_pool(
            **connection_arguments(url),
            min_size=min_size,
            max_size=max_size,
            init=_prepare,
            reset=_keep,
            server_settings={"application_name": f"tatausaha {os.getpid()}"},
        )
        async with self.pool.acquire() as connection:
            await _refuse_mighty_role(connection)

    async def disconnect(self) -> None:
        """Close the pool; pages and jobs under way keep their connection until they end."""
        if self.pool:
            pool, self.pool = self.pool, None
            await pool.close()

    async def checkout(self) -> asyncpg.Connection:
        """A connection from the pool, or `Unavailable` after a short wait, so that callers never pile up."""
        if self.pool is None:
            raise OutsideScope("The database pool is not open.")
        try:
            return await self.pool.acquire(timeout=self.acquire_seconds)
        except TimeoutError:
            raise Unavailable(text("The system is very busy. Please try again in a moment.")) from None

    async def give_back(self, connection: asyncpg.Connection) -> None:
        """Return a connection. One left inside a transaction (broken, cancelled) is closed instead of reused."""
        if not connection.is_closed() and connection.is_in_transaction():
            connection.terminate()
        if self.pool is not None:
            await self.pool.release(connection)

    async def run_querystring(self, querystring: Any, in_pool: bool = True) -> Any:
        self.current()
        return await super().run_querystring(querystring, in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        raise OutsideScope("The application changes no tables; migrations do.")

    async def batch(self, *args: object, **kwargs: object) -> Any:
        raise OutsideScope("`.batch()` would leave the scope; use `stream()`.")

    def transaction(self, allow_nested: bool = True) -> Any:
        raise OutsideScope("Open a scope instead of a bare transaction.")

    def atomic(self) -> Any:
        raise OutsideScope("Open a scope instead of a bare transaction.")

    def current(self) -> ScopedTransaction:
        """The scope's transaction, if this very task opened it."""
        transaction = self.current_transaction.get()
        if not isinstance(transaction, ScopedTransaction) or transaction.task is not asyncio.current_task():
            raise OutsideScope("A query needs an open scope of its own task.")
        return transaction


DB = ScopedEngine(config={})


def tenant_scope(tenant_id: UUID) -> ScopedTransaction:
    """All clients of one provider."""
    return ScopedTransaction(DB, Scope("r_tenant", tenant_id))


def client_scope(tenant_id: UUID, client_ids: Iterable[UUID]) -> ScopedTransaction:
    """Some clients of one provider."""
    return ScopedTransaction(DB, Scope("r_client", tenant_id, tuple(client_ids)))


def gate_scope() -> ScopedTransaction:
    """Only what is needed before anyone is known: sign-in, sessions, invitations."""
    return ScopedTransaction(DB, Scope("r_gate"))


def jobs_scope() -> ScopedTransaction:
    """Only the job table, of all providers: for the relay, the clock and the claims of workers."""
    return ScopedTransaction(DB, Scope("r_jobs"))


def prune_scope(tenant_id: UUID) -> ScopedTransaction:
    """Only the lines of a provider's access log that are older than it keeps them."""
    return ScopedTransaction(DB, Scope("r_prune", tenant_id))


async def end_sessions_of(job_ids: Sequence[UUID]) -> None:
    """End the transactions of jobs whose worker is gone: one that only froze would keep its rows locked for ever."""
    connection = await DB.checkout()
    try:
        await connection.execute(
            "select pg_terminate_backend(l.pid) from pg_locks l"
            " join unnest($1::uuid[]) as job (id) on hashtextextended(job.id::text, 0)"
            "   = (l.classid::bigint << 32 | l.objid::bigint)"
            " where l.locktype = 'advisory' and l.objsubid = 1",
            job_ids,
        )
    finally:
        await DB.give_back(connection)


async def rows(kind: type[T], query: str, *arguments: Any) -> list[T]:
    """The rows of a query as structs of `kind`."""
    records = await DB.current().connection.fetch(query, *arguments)
    return [msgspec.convert(dict(record), kind) for record in records]


async def row(kind: type[T], query: str, *arguments: Any) -> T | None:
    """The first row of a query as a struct, if there is one."""
    record = await DB.current().connection.fetchrow(query, *arguments)
    return None if record is None else msgspec.convert(dict(record), kind)


async def value(query: str, *arguments: Any) -> Any:
    """The first column of the first row, or None."""
    return await DB.current().connection.fetchval(query, *arguments)


async def records(query: str, *arguments: Any) -> list[asyncpg.Record]:
    """Plain records, for computations that read many rows and need no structs."""
    return list(await DB.current().connection.fetch(query, *arguments))


async def execute(query: str, *arguments: Any) -> int:
    """Run a statement; gives the number of rows it touched."""
    status = await DB.current().connection.execute(query, *arguments)
    last = status.rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


async def stream(query: str, *arguments: Any, size: int = 1000) -> AsyncIterator[asyncpg.Record]:
    """Rows by a server-side cursor inside the scope: exports of any length in constant memory."""
    async for record in DB.current().connection.cursor(query, *arguments, prefetch=size):
        yield record


async def bulk_insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], chunk: int = 20_000) -> int:
    """Insert many rows fast under row security, which refuses COPY: COPY to a temporary table, then INSERT … SELECT."""
    connection, names, source, count = DB.current().connection, ", ".join(columns), iter(rows), 0
    await connection.execute(
        f"create temp table bulk_{table} on commit drop as select {names} from {table} with no data"  # noqa: S608
    )
    while part := list(islice(source, chunk)):
        await connection.copy_records_to_table(f"bulk_{table}", records=part, columns=columns)
        await connection.execute(
            f"insert into {table} ({names}) select {names} from bulk_{table}; truncate bulk_{table}"  # noqa: S608
        )
        count += len(part)
    await connection.execute(f"drop table bulk_{table}")
    return count


def connection_arguments(url: str) -> dict[str, Any]:
    """asyncpg's arguments for `postgresql://user:password@host:port/name`; `?host=/folder` names a socket folder."""
    return {"dsn": url}


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_encode_json, decoder=_decode_json
    )


def _encode_json(data: Any) -> bytes:
    """Text and bytes are taken as JSON that is encoded already; anything else is encoded here."""
    if isinstance(data, str):
        data = data.encode()
    return b"\x01" + (data if isinstance(data, bytes) else msgspec.json.encode(data))


def _decode_json(data: bytes) -> Any:
    return msgspec.json.decode(memoryview(data)[1:])


async def _keep(connection: asyncpg.Connection) -> None:
    """All state of a scope ends with its transaction, so that a connection needs no cleaning between uses."""


async def _refuse_mighty_role(connection: asyncpg.Connection) -> None:
    mighty = await connection.fetchval(
        "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    ) or await connection.fetchval(
        "select exists (select from pg_class where relkind = 'r' and pg_get_userbyid(relowner) = current_user)"
    )
    if mighty:
        raise OutsideScope("TATA_DATABASE_URL names a role that row security does not bind; use the role tata_app.")
