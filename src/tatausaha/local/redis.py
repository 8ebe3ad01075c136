"""The embedded Redis: the wheel's or the machine's own server on a Unix socket, without a port."""

import shutil
import socket
import sys
from pathlib import Path

from tatausaha.local.child import LocalError, Program
from tatausaha.local.leftovers import wait_for_leftovers


def redis_program(data: Path, socket_path: Path) -> Program:
    """Redis with its data in the folder `data`. Raises LocalError where no server is installed."""
    data.mkdir(parents=True, exist_ok=True)
    wait_for_leftovers(data)
    options = {
        "--port": "0",
        "--dir": str(data),
        "--unixsocket": str(socket_path),
        "--unixsocketperm": "700",
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
    }
    argv = [find_redis(), *(part for option in options.items() for part in option)]
    return Program("redis", argv, ready=lambda: answers(socket_path))


def find_redis() -> str:
    """The path of a Redis server: of this machine, or else of this Python. Raises LocalError."""
    own = Path(sys.executable).with_name("redis-server")
    found = shutil.which("redis-server") or shutil.which("valkey-server") or (own.exists() and str(own))
    if not found:
        raise LocalError(
            "There is no redis-server or valkey-server on the PATH, and no wheel of it for this machine. "
            "Install one (Debian: apt-get install redis-server; macOS: brew install redis), "
            "or set TATA_REDIS_URL to a server of yours."
        )
    return found


def answers(socket_path: Path) -> bool:
    """Whether a Redis listens there and has read its data."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.settimeout(1)
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
