"""Real PostgreSQL and Redis for one machine: for the demo, the tests and small use."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tatausaha.local.child import LocalError
from tatausaha.local.ground import clear_ground
from tatausaha.local.postgres import Postgres
from tatausaha.local.redis import answers, redis_program
from tatausaha.local.supervisor import Supervisor

DATABASE = "tatausaha"
SHORT_FOLDER = "/tmp"  # noqa: S108 - a socket's path has 107 bytes at most; mkdtemp opens a folder to its owner alone


class Servers(msgspec.Struct, frozen=True):
    """Where the embedded servers are reached, and the supervisor that keeps them alive when it is in this process."""

    socket: Path
    supervisor: Supervisor | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address of a database for a role; neither needs to exist yet."""
        return f"postgresql://{role}@/{database}?host={self.socket}"

    @property
    def superuser_url(self) -> str:
        return self.url("postgres", "postgres")

    @property
    def owner_url(self) -> str:
        return self.url("tata_owner")

    @property
    def database_url(self) -> str:
        return self.url("tata_app")

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}"

    @property
    def redis_socket(self) -> Path:
        return self.socket / "redis"

    def pid(self, name: str) -> int | None:
        """The process id of `postgres` or `redis`; None while it is down, or watched by another process."""
        return self.supervisor.pid(name) if self.supervisor else None


@contextlib.contextmanager
def embedded(home: Path, durable: bool = True) -> Iterator[Servers]:
    """Run PostgreSQL (with roles and an empty database) and Redis on the data in `home` until the block ends.

    Either is restarted when it dies. Not durable is for tests: faster, unsafe in a power cut, and what had to lie
    outside of `home` is removed at the end. Raises LocalError when something is missing or `home` is in use.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_lock(home))
        if not durable:
            stack.callback(clear_ground, home)
        socket = stack.enter_context(_socket_folder(home))
        postgres = Postgres.prepare(home, socket, durable)
        supervisor = Supervisor(home / "logs")
        servers = Servers(socket, supervisor)
        supervisor.add_program(postgres.program())
        supervisor.add_program(redis_program(home / "redis", servers.redis_socket))
        stack.enter_context(supervisor)
        postgres.create_roles(DATABASE)
        _record(home).write_text(str(socket))
        stack.callback(_record(home).unlink, missing_ok=True)
        yield servers


def find_running(home: Path) -> Servers | None:
    """The embedded servers that another process runs on `home`, or None."""
    record = _record(home)
    if not record.exists():
        return None
    servers = Servers(Path(record.read_text()))
    return servers if answers(servers.redis_socket) else None


def _record(home: Path) -> Path:
    return home / "socket"


@contextlib.contextmanager
def _lock(home: Path) -> Iterator[None]:
    with (home / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(
                f"Tatausaha already runs on {home}. Stop it first, or set TATA_HOME to another folder."
            ) from None
        yield


@contextlib.contextmanager
def _socket_folder(home: Path) -> Iterator[Path]:
    if _record(home).exists():  # left by a start that was killed
        shutil.rmtree(_record(home).read_text(), ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="tata-", dir=SHORT_FOLDER))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
