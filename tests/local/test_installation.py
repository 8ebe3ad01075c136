import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tatausaha.local.child import LocalError
from tatausaha.local.installation import HOST, Installation, installation, joined_settings
from tatausaha.settings import Settings, load

Eventually = Callable[[Callable[[], object]], None]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("installation")
    return load({"TATA_HOME": str(home), "TATA_PORT": str(port), "TATA_WORKERS": "1"})


@pytest.fixture(scope="module")
def running(settings: Settings) -> Iterator[Installation]:
    with installation(settings, durable=False) as everything:
        yield everything


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code < 500
    except httpx.TransportError:
        return False


def test_everything_is_migrated_and_answers_when_the_block_begins(running: Installation) -> None:
    assert answers(running.settings.base_url)


@pytest.mark.parametrize("name", ["web", "worker-1", "relay", "clock"])
def test_a_killed_process_comes_back(running: Installation, eventually: Eventually, name: str) -> None:
    eventually(lambda: running.supervisor.pid(name))
    before = running.supervisor.pid(name)
    assert before
    os.kill(before, signal.SIGKILL)
    eventually(lambda: running.supervisor.pid(name) not in {None, before})
    eventually(lambda: answers(running.settings.base_url))


def test_another_process_finds_the_same_servers_and_secret(running: Installation, settings: Settings) -> None:
    joined = joined_settings(settings)
    assert joined.redis_url == running.settings.redis_url
    assert joined.database_url == running.settings.database_url
    assert joined.secret_key == running.settings.secret_key
    assert len(joined.secret_key) >= 32


def test_the_secret_is_readable_by_its_owner_alone(running: Installation) -> None:
    assert (running.settings.home / "secret").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_told_before_anything_starts(running: Installation, tmp_path: Path) -> None:
    other = load({"TATA_HOME": str(tmp_path / "other"), "TATA_PORT": str(running.settings.port)})
    with (
        pytest.raises(LocalError, match=r"is in use by another program\. Stop that one, or choose"),
        installation(other),
    ):
        pass
    assert not (tmp_path / "other").exists()


def test_a_process_that_joins_no_servers_is_told_how_to_start_them(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"No servers run here\. Start everything with `tata serve`"):
        joined_settings(load({"TATA_HOME": str(tmp_path)}))
