import os
import subprocess
from pathlib import Path

import pytest

from tatausaha.local.ground import find_programs, server_account
from tatausaha.local.servers import Servers
from tatausaha.settings import PROJECT

SECRETS = """
create table diary (tenant_id int, line text);
alter table diary enable row level security;
alter table diary force row level security;
create policy diary_r_tenant on diary to r_tenant using (tenant_id = 1);
grant select on diary to r_tenant;
"""


class Shell:
    """Runs programs with PostgreSQL's own on the PATH."""

    def __init__(self, programs: Path) -> None:
        self.env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=self.env, cwd=PROJECT, capture_output=True, text=True, check=False)

    def ask(self, url: str, sql: str) -> str:
        done = self.run("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(find_programs(tmp_path, server_account()))


def make_database(shell: Shell, servers: Servers, name: str) -> None:
    done = shell.run("psql", "-X", "-v", f"database={name}", "-f", "infra/postgres/roles.sql", servers.superuser_url)
    assert done.returncode == 0, done.stderr


def test_a_backup_holds_every_provider_and_restores_with_its_walls(
    shell: Shell, servers: Servers, tmp_path: Path
) -> None:
    for name in ("before", "after"):
        make_database(shell, servers, name)
    shell.ask(servers.url("tata_owner", "before"), SECRETS)
    shell.ask(servers.url("postgres", "before"), "insert into diary values (1, 'ours'), (2, 'theirs')")
    shell.ask(servers.superuser_url, "alter role tata_backup login")

    backup = shell.run("infra/backup.sh", servers.url("tata_backup", "before"), tmp_path)
    assert backup.returncode == 0, backup.stderr
    restored = shell.run("infra/restore.sh", backup.stdout.strip(), servers.url("tata_owner", "after"))
    assert restored.returncode == 0, restored.stderr

    assert (
        shell.ask(servers.url("postgres", "after"), "select string_agg(line, ' ' order by line) from diary")
        == "ours theirs"
    )
    seen = shell.ask(servers.url("tata_app", "after"), "begin; set local role r_tenant; select line from diary")
    assert seen == "ours"
    assert shell.ask(servers.url("tata_owner", "after"), "select count(*) from diary") == "0"


def test_a_restore_into_a_database_in_use_is_refused(shell: Shell, servers: Servers, tmp_path: Path) -> None:
    make_database(shell, servers, "in_use")
    shell.ask(servers.url("tata_owner", "in_use"), "create table here (a int)")
    done = shell.run("infra/restore.sh", tmp_path / "any.dump", servers.url("tata_owner", "in_use"))
    assert done.returncode == 1
    assert "has 1 tables already" in done.stderr


def test_a_failed_backup_leaves_no_file_that_looks_whole(shell: Shell, servers: Servers, tmp_path: Path) -> None:
    done = shell.run("infra/backup.sh", servers.url("tata_backup", "nowhere"), tmp_path / "backups")
    assert done.returncode != 0
    assert list((tmp_path / "backups").iterdir()) == []
