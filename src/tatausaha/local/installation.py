"""Everything of one machine: servers, migrations, web, workers, relay and clock, under one supervisor."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator

import msgspec

from tatausaha.core.migrate import migrate
from tatausaha.local.child import LocalError, Program
from tatausaha.local.environment import as_environment, with_servers
from tatausaha.local.servers import embedded, find_running
from tatausaha.local.supervisor import Supervisor
from tatausaha.settings import Settings

HOST = "127.0.0.1"
RELAY = (sys.executable, "-m", "workers.relay")
CLOCK = (sys.executable, "-m", "workers.clock")
PROTOCOL = "tatausaha.core.web.patience:PatientProtocol"
# One process each, so that the end of one does not stop the others.
WORKER = (
    *(sys.executable, "-m", "dramatiq", "workers.main", "--processes", "1", "--threads", "4", "--skip-logging"),
    # Within the minute that deployments grant; a job that is longer is taken over by whoever comes next.
    *("--worker-shutdown-timeout", "45000"),
)


class Installation(msgspec.Struct, frozen=True):
    """What runs: the settings with every address filled in, and the supervisor of the processes."""

    settings: Settings
    supervisor: Supervisor


def web_command(host: str, port: int) -> list[str]:
    """The command of a web process; it serves one processor, so that more of them need more of it."""
    server = ["--host", host, "--port", str(port), "--loop", "uvloop", "--http", PROTOCOL, "--ws", "none"]
    manners = ["--no-server-header", "--no-access-log", "--timeout-graceful-shutdown", "5"]
    return [sys.executable, "-m", "uvicorn", "tatausaha.main:create_app", "--factory", *server, *manners]


@contextlib.contextmanager
def installation(settings: Settings, *, durable: bool = True) -> Iterator[Installation]:
    """Run everything until the block ends, with the embedded servers unless the settings name others.

    The block begins when the web answers. Raises LocalError or MigrationFailed.
    """
    _refuse_taken_port(settings.port)
    with ready_settings(settings, durable=durable) as complete:
        if complete.owner_database_url:
            asyncio.run(migrate(complete.owner_database_url))
        with _processes(complete) as supervisor:
            yield Installation(complete, supervisor)


@contextlib.contextmanager
def ready_settings(settings: Settings, *, durable: bool = True) -> Iterator[Settings]:
    """The settings with the embedded servers running, or as they are when they name servers of yours."""
    if not settings.embedded:
        yield settings
        return
    with embedded(settings.home, durable) as servers:
        yield with_servers(settings, servers)


def joined_settings(settings: Settings) -> Settings:
    """The settings for one more process beside those that run. Raises LocalError when no servers run."""
    if not settings.embedded:
        return settings
    servers = find_running(settings.home)
    if servers is None:
        raise LocalError(
            "No servers run here. Start everything with `tata serve`, "
            "or set TATA_DATABASE_URL and TATA_REDIS_URL to servers of yours."
        )
    return with_servers(settings, servers)


def _processes(settings: Settings) -> Supervisor:
    env = as_environment(settings)
    supervisor = Supervisor(settings.home / "logs")
    supervisor.add_program(Program("web", web_command(HOST, settings.port), env, ready=lambda: _listens(settings.port)))
    for number in range(1, settings.workers + 1):
        supervisor.add(f"worker-{number}", WORKER, env)
    supervisor.add("relay", RELAY, env)
    supervisor.add("clock", CLOCK, env)
    return supervisor


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex((HOST, port)) == 0


def _refuse_taken_port(port: int) -> None:
    if _listens(port):
        raise LocalError(f"Port {port} is in use by another program. Stop that one, or choose another with TATA_PORT.")
