"""Real PostgreSQL, Redis and application for every test. A test makes its own provider, so that nothing is cleaned up."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import pytest
from litestar import Litestar

from tatausaha.core.actor import SYSTEM, acting
from tatausaha.core.db import connection_arguments
from tatausaha.core.i18n import use_language
from tatausaha.core.master_keys import create_key_file
from tatausaha.core.migrate import migrate
from tatausaha.core.process import close_process, open_process
from tatausaha.local.servers import Servers, embedded
from tatausaha.main import create_app
from tatausaha.settings import PROJECT, Settings, load
from tests.make import Office, make_office
from workers.runtime import register_handlers

SOCKET = "TATA_TEST_SOCKET"
SECRET = "a secret for tests, long enough to be one"
_servers = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the servers; the processes that run tests find them by the environment."""
    if hasattr(config, "workerinput") or SOCKET in os.environ:
        return
    home = Path(_servers.enter_context(tempfile.TemporaryDirectory(prefix="tata-test-", dir="/tmp")))
    home.chmod(0o711)
    os.environ[SOCKET] = str(_servers.enter_context(embedded(home, durable=False)).socket)
    _servers.callback(os.environ.pop, SOCKET)


def pytest_unconfigure() -> None:
    _servers.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was not tried against the real thing is said, and not passed over."""
    for report in terminalreporter.stats.get("skipped", ()):
        if "test_contract" in report.nodeid and isinstance(report.longrepr, tuple):
            terminalreporter.write_line(f"NOT TRIED: {report.longrepr[2].removeprefix('Skipped: ')}.")


@pytest.fixture(scope="session")
def servers() -> Servers:
    return Servers(socket=Path(os.environ[SOCKET]))


@pytest.fixture(scope="session")
def superuser_url(servers: Servers, worker_id: str) -> str:
    """For what no role of the application may do: looking behind the walls, and tampering."""
    return servers.url("postgres", f"test_{worker_id}")


@pytest.fixture(scope="session")
async def database(servers: Servers, worker_id: str) -> str:
    """A migrated database of this test process; gives its name."""
    name = f"test_{worker_id}"
    connection = await asyncpg.connect(**connection_arguments(servers.superuser_url))
    await connection.execute(f"drop database if exists {name} with (force)")
    await connection.execute(f"create database {name} owner tata_owner")
    await connection.execute(f"grant temporary on database {name} to r_tenant, r_client, r_jobs")
    await connection.close()
    await migrate(servers.url("tata_owner", name))
    return name


@pytest.fixture(scope="session")
def settings(servers: Servers, database: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    create_key_file(home / "keys.json")
    return load(
        {
            "TATA_DATABASE_URL": servers.url("tata_app", database),
            "TATA_OWNER_DATABASE_URL": servers.url("tata_owner", database),
            "TATA_REDIS_URL": servers.redis_url,
            "TATA_STORAGE_URL": f"file://{home}/files",
            "TATA_SECRET_KEY": SECRET,
            "TATA_KEYS_URL": f"file://{home}/keys.json",
            "TATA_BASE_URL": "http://testserver",
            "TATA_HOME": str(home),
            "TATA_FRONTEND": str(PROJECT / "frontend"),
        }
    )


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[Litestar]:
    """The application exactly as `create_app` makes it, running on the tests' own loop."""
    register_handlers()
    await open_process(settings, connections=10, patience=5)
    yield create_app(settings)
    await close_process()


@pytest.fixture
async def office(app: Litestar) -> AsyncIterator[Office]:
    """A new provider with one client and a person of every role."""
    made = await make_office(app)
    yield made
    await made.leave()


@pytest.fixture
async def other_office(app: Litestar) -> AsyncIterator[Office]:
    """Another provider, whose things must not exist for the first."""
    made = await make_office(app)
    yield made
    await made.leave()


@pytest.fixture
async def superuser(superuser_url: str, database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(**connection_arguments(superuser_url))
    yield connection
    await connection.close()


@pytest.fixture(autouse=True)
def _outside_everyone() -> Iterator[None]:
    """Every test begins as nobody, speaking Indonesian."""
    with acting(SYSTEM), use_language("id"):
        yield
