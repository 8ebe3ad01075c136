import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from tatausaha.local.child import LocalError
from tatausaha.local.servers import Servers, embedded, find_running
from tests.local.asking import ask

Eventually = Callable[[Callable[[], object]], None]


async def until_answered(url: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await ask(url, "select 1")
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.02)
            else:
                return


async def test_the_application_has_no_right_before_it_chooses_a_scope(servers: Servers) -> None:
    await ask(
        servers.owner_url, "create table if not exists door (key int)", "grant select on door to r_tenant", "select 1"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(servers.database_url, "select count(*) from door")
    assert await ask(servers.database_url, "begin", "set local role r_tenant", "select count(*) from door") == 0


@pytest.mark.parametrize("role", ["postgres", "tata_owner", "tata_backup"])
async def test_the_application_cannot_become_a_role_that_bypasses_row_security(servers: Servers, role: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(servers.database_url, f"set role {role}", "select 1")


async def test_no_role_of_the_application_bypasses_row_security(servers: Servers) -> None:
    bypassing = (
        "select array_agg(rolname::text) from pg_roles where rolname ~ '^(tata|r)_' and (rolsuper or rolbypassrls)"
    )
    assert await ask(servers.superuser_url, bypassing) == ["tata_backup"]


async def test_a_scope_may_use_temporary_tables_for_bulk_writes(servers: Servers) -> None:
    statements = ("begin", "set local role r_tenant", "create temp table pile (a int)", "select count(*) from pile")
    assert await ask(servers.database_url, *statements) == 0


async def test_postgres_comes_back_with_its_data_after_being_killed_while_busy(servers: Servers) -> None:
    await ask(servers.owner_url, "create table if not exists kept as select 7 as a", "select 1")
    before = servers.pid("postgres")
    assert before
    busy = await asyncpg.connect(servers.owner_url)
    work = asyncio.create_task(busy.execute("select count(*) from generate_series(1, 20000000000)"))
    while not await ask(
        servers.superuser_url, "select count(*) from pg_stat_activity where query like '%20000000000)'"
    ):
        await asyncio.sleep(0.01)
    os.kill(before, signal.SIGKILL)
    await until_answered(servers.owner_url)
    assert servers.pid("postgres") != before
    assert await ask(servers.owner_url, "select a from kept") == 7
    with pytest.raises((OSError, asyncpg.PostgresError)):
        await work


def test_redis_comes_back_with_its_data_after_being_killed(servers: Servers, eventually: Eventually) -> None:
    def command(line: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(servers.redis_socket))
            connection.sendall(f"{line}\r\n".encode())
            return connection.recv(100)

    assert command("SET kept 7") == b"+OK\r\n"
    before = servers.pid("redis")
    assert before
    os.kill(before, signal.SIGKILL)
    eventually(lambda: servers.pid("redis") not in {None, before})

    def kept() -> bool:
        try:
            return command("GET kept") == b"$1\r\n7\r\n"
        except OSError:
            return False

    eventually(kept)


def test_a_second_start_on_the_same_data_is_refused_with_a_sentence(servers: Servers, home: Path) -> None:
    assert servers.pid("postgres")
    with pytest.raises(LocalError, match=r"already runs on .* Stop it first, or set TATA_HOME"), embedded(home):
        pass


def test_others_find_the_servers_while_they_run_and_not_afterwards(tmp_path: Path) -> None:
    assert find_running(tmp_path) is None
    with embedded(tmp_path, durable=False) as servers:
        found = find_running(tmp_path)
        assert found
        assert found.database_url == servers.database_url
    assert find_running(tmp_path) is None
    assert not servers.socket.exists()


def test_the_servers_open_no_port(servers: Servers) -> None:
    assert tcp_sockets_of(servers) == []


def tcp_sockets_of(servers: Servers) -> list[str]:
    """Lines of /proc/net/tcp for sockets that the servers hold."""
    inodes = {
        os.readlink(link)[8:-1]
        for name in ("postgres", "redis")
        for link in Path(f"/proc/{servers.pid(name)}/fd").iterdir()
        if os.readlink(link).startswith("socket:")
    }
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    lines = [line for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return [line for line in lines if line.split()[9] in inodes]


def test_a_start_that_was_killed_does_not_spoil_the_next(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tatausaha.local.servers import embedded\n"
        f"with embedded(Path({str(tmp_path)!r}), durable=False) as servers:\n"
        "    print(servers.socket, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        left_behind = Path(process.stdout.readline().decode().strip())
        process.kill()
    with embedded(tmp_path, durable=False) as servers:
        assert asyncio.run(ask(servers.owner_url, "select 1")) == 1
        assert not left_behind.exists()
