"""A whole installation in real processes, for tests that kill parts of it: servers, relay, two workers, a mail server."""

import asyncio
import json
import os
import signal
import socket
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from email import message_from_bytes
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import redis.asyncio as redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tatausaha.core import crypto, process
from tatausaha.core.db import AWAY, DB, connection_arguments
from tatausaha.core.master_keys import create_key_file
from tatausaha.core.migrate import migrate
from tatausaha.local.environment import as_environment
from tatausaha.local.installation import RELAY, WORKER
from tatausaha.local.servers import Servers, embedded
from tatausaha.local.supervisor import Supervisor
from tatausaha.settings import PROJECT, Settings, load

WITHIN_SECONDS = 75.0
# The handlers of `tests/scenarios/trouble.py` run beside the product's own.
MODULES = WORKER.index("workers.main") + 1
WORKER_WITH_TROUBLE = (*WORKER[:MODULES], "tests.scenarios.trouble", *WORKER[MODULES:], "--path", str(PROJECT))


class Inbox:
    """Counts what the mail server took, by Message-ID. `before_answer` is called when it has one."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.before_answer: Callable[[], None] = lambda: None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.original_content, bytes)
        self.taken[str(message_from_bytes(envelope.original_content)["Message-ID"])] += 1
        self.before_answer()
        return "250 OK"


class House:
    """The processes, and what a test does to them."""

    def __init__(self, servers: Servers, processes: Supervisor, settings: Settings, inbox: Inbox) -> None:
        self.servers, self.processes, self.settings, self.inbox = servers, processes, settings, inbox

    def signal(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to all processes of `relay`, `worker-1`, `worker-2`, `postgres` or `redis`."""
        servers = self.servers.supervisor
        assert servers is not None
        pid = (servers if name in ("postgres", "redis") else self.processes).pid(name)
        assert pid is not None, f"{name} is down"
        os.killpg(pid, number)

    async def ask(self, query: str, *arguments: Any) -> Any:
        """The first value of a query made by the superuser, whom no wall stops."""
        connection = await asyncpg.connect(**connection_arguments(self.servers.url("postgres")))
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()

    async def run(self, script: str) -> None:
        """Run statements as the superuser."""
        connection = await asyncpg.connect(**connection_arguments(self.servers.url("postgres")))
        await connection.execute(script)
        await connection.close()

    async def until(self, condition: Callable[[], Awaitable[object]]) -> None:
        """Return as soon as the condition holds; a server that is down at the moment is asked again."""
        deadline = time.monotonic() + WITHIN_SECONDS
        while True:
            with suppress(*AWAY):
                if await condition():
                    return
            assert time.monotonic() < deadline, "it did not happen in time"
            await asyncio.sleep(0.005)

    async def until_up(self, name: str) -> None:
        """Return when a process that was killed works again."""
        await self.until(partial(self._sessions, name))

    async def seize(self, worker: str) -> None:
        """Stop a worker in the middle of a chunk: it holds an open transaction from now on."""
        await self.until(partial(self._stopped_at_work, worker))

    async def _stopped_at_work(self, worker: str) -> bool:
        self.signal(worker, signal.SIGSTOP)
        held: bool = await self.ask(
            "select exists (select from pg_locks l join job j on j.kind = 'payroll.calculate_chunk'"
            "  and hashtextextended(j.id::text, 0) = (l.classid::bigint << 32 | l.objid::bigint)"
            " where l.locktype = 'advisory' and l.pid = any($1))",
            await self._sessions(worker),
        )
        if not held:
            self.signal(worker, signal.SIGCONT)
        return held

    async def _sessions(self, name: str) -> list[int]:
        """The sessions that a process has in the database."""
        named = await self.ask(
            "select json_object_agg(pid, split_part(application_name, ' ', 2)) from pg_stat_activity"
            " where application_name ^@ 'tatausaha '"
        )
        group = self.processes.pid(name)
        return [int(session) for session, pid in json.loads(named or "{}").items() if in_group(int(pid), group)]

    def log(self, name: str) -> str:
        return (self.settings.home / "logs" / f"{name}.log").read_text()

    async def gave_up(self, worker: str, after: int) -> bool:
        """Whether the worker has said, in its log behind `after`, that what it held is no longer its own."""
        said = self.log(worker)[after:]
        return "was taken over" in said or "failed, reference" in said

    async def parked(self, job_id: UUID) -> bool:
        """Whether the job has failed for good. Leases of the dead end at once, so that nobody waits for them here."""
        await self.let_leases_end()
        return bool(await self.ask("select state = 'failed' from job where id = $1", job_id))

    async def nothing_is_open(self) -> bool:
        await self.let_leases_end()
        return not await self.ask("select count(*) from job where state in ('queued', 'sent', 'running', 'waiting')")

    async def let_leases_end(self) -> None:
        """As if the time of a lease had passed without a heartbeat."""
        await self.ask("update job set claimed_until = now() where state = 'running'")

    async def empty_redis(self) -> None:
        async with redis.Redis.from_url(self.servers.redis_url) as client:
            await client.flushall()

    def kill_redis_and_its_data(self) -> None:
        """Its file goes first, so that the next Redis finds nothing."""
        for file in (self.settings.home / "redis").rglob("*.aof"):
            file.unlink()
        self.signal("redis")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def in_group(pid: int, group: int | None) -> bool:
    with suppress(ProcessLookupError):
        return os.getpgid(pid) == group
    return False


@asynccontextmanager
async def open_house(*, durable: bool = False) -> AsyncIterator[House]:
    """Everything running, and this process joined to its database in place of the tests' common one."""
    with tempfile.TemporaryDirectory(prefix="tata-house-", dir="/tmp") as folder, serve_mail() as (inbox, smtp_url):
        home = Path(folder)
        home.chmod(0o711)
        with embedded(home, durable) as servers:
            await migrate(servers.owner_url)
            create_key_file(home / "keys.json")
            settings = load(
                {
                    "TATA_DATABASE_URL": servers.database_url,
                    "TATA_REDIS_URL": servers.redis_url,
                    "TATA_SMTP_URL": smtp_url,
                    "TATA_STORAGE_URL": f"file://{home}/files",
                    "TATA_KEYS_URL": f"file://{home}/keys.json",
                    "TATA_SECRET_KEY": "a secret for tests, long enough to be one",
                    "TATA_HOME": str(home),
                    "TATA_FRONTEND": str(PROJECT / "frontend"),
                }
            )
            with start_processes(settings) as processes:
                async with joined(settings):
                    yield House(servers, processes, settings, inbox)


def start_processes(settings: Settings) -> Supervisor:
    env = as_environment(settings)
    supervisor = Supervisor(settings.home / "logs")
    for number in (1, 2):
        supervisor.add(f"worker-{number}", WORKER_WITH_TROUBLE, env)
    supervisor.add("relay", RELAY, env)
    return supervisor


@asynccontextmanager
async def joined(settings: Settings) -> AsyncIterator[None]:
    before, patience, tools = DB.pool, DB.acquire_seconds, list(process._open)
    await process.open_process(settings, connections=4, patience=2)
    crypto.forget_keys()
    yield
    await process.close_process()
    crypto.forget_keys()
    DB.pool, DB.acquire_seconds, process._open[:] = before, patience, tools


@contextmanager
def serve_mail() -> Iterator[tuple[Inbox, str]]:
    port, inbox = free_port(), Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
