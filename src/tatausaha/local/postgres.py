"""The embedded PostgreSQL: a cluster of its own on a Unix socket, without a port."""

import os
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path

import msgspec

from tatausaha.local.child import Account, LocalError, Program
from tatausaha.local.ground import find_programs, prepare_ground, server_account
from tatausaha.local.leftovers import end_leftovers, wait_for_leftovers

ROLES = Path(__file__).resolve().parents[3] / "infra/postgres/roles.sql"

SETTINGS = {
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
}
# For tests: a power cut may lose everything, but a killed server still loses nothing.
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}


class Postgres(msgspec.Struct, frozen=True):
    """A cluster: its programs, data and socket, the user as whom it runs, and whether it must survive a power cut."""

    programs: Path
    data: Path
    socket: Path
    account: Account
    durable: bool

    @classmethod
    def prepare(cls, home: Path, socket: Path, durable: bool) -> "Postgres":
        """Find the programs and make the cluster where there is none. Raises LocalError."""
        account = server_account()
        ground = prepare_ground(home, account)
        if account.uid >= 0:
            os.chown(socket, account.uid, account.gid)
        cluster = cls(find_programs(ground, account), ground / "data", socket, account, durable)
        if not cluster.data.exists():
            cluster._initialise()
        wait_for_leftovers(cluster.data)
        return cluster

    def program(self) -> Program:
        settings = {**SETTINGS, **({} if self.durable else FORGETFUL), "unix_socket_directories": str(self.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgres",
            argv=[self._path("postgres"), "-D", str(self.data), *options],
            account=self.account,
            stop_signal=signal.SIGINT,  # "fast": open connections are ended
            ready=self.ready,
            bury=partial(end_leftovers, self.data),
        )

    def ready(self) -> bool:
        command = [self._path("pg_isready"), "-q", "-h", str(self.socket), "-U", "postgres", "-d", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def create_roles(self, database: str) -> None:
        """Make the roles and the database where they are missing. Raises LocalError."""
        command = [self._path("psql"), "-X", "-q", "-h", str(self.socket), "-U", "postgres", "-d", "postgres"]
        done = subprocess.run(
            [*command, "-v", f"database={database}", "-f", str(ROLES)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise LocalError(f"PostgreSQL refused the roles: {done.stderr.strip()}")

    def _path(self, program: str) -> str:
        return str(self.programs / program)

    def _initialise(self) -> None:
        unfinished = self.data.with_suffix(".new")  # a killed initdb leaves something that looks like a cluster
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [self._path("initdb"), "-D", str(unfinished), "-U", "postgres", "-E", "UTF8", "--locale=C"]
        options = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
        account = self.account if self.account.uid >= 0 else None
        done = subprocess.run(
            [*command, *options, *([] if self.durable else ["--no-sync"])],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode != 0:
            raise LocalError(f"PostgreSQL could not make its data folder {self.data}: {done.stderr.strip()}")
        unfinished.rename(self.data)
