"""A mail server of the demo's own: letters leave by SMTP and lie in a folder afterwards."""

import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from tatausaha.local.child import Program
from tatausaha.local.supervisor import Supervisor

HOST = "127.0.0.1"


@contextlib.contextmanager
def mailbox(folder: Path, logs: Path) -> Iterator[str]:
    """Take mail until the block ends, one file a letter in `folder`/new; gives the server's URL."""
    port = _free_port()
    server = [sys.executable, "-W", "ignore", "-m", "aiosmtpd", "--nosetuid", "--listen", f"{HOST}:{port}"]
    supervisor = Supervisor(logs)
    supervisor.add_program(
        Program("mailbox", [*server, "--class", "aiosmtpd.handlers.Mailbox", str(folder)], ready=lambda: _listens(port))
    )
    with supervisor:
        yield f"smtp://{HOST}:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex((HOST, port)) == 0
