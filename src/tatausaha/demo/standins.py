"""Servers of the demo's own, in place of others' services: a mailbox, and a payment service where no money moves."""

import contextlib
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from tatausaha.local.child import Program
from tatausaha.local.supervisor import Supervisor
from tatausaha.settings import PROJECT, Settings

HOST = "127.0.0.1"
PAYMENTS = PROJECT / "tests" / "stripe_double"


@contextlib.contextmanager
def mailbox(folder: Path, logs: Path) -> Iterator[str]:
    """Take mail until the block ends, one file a letter in `folder`/new; gives the server's URL."""

    port = _free_port()
    server = [sys.executable, "-W", "ignore", "-m", "aiosmtpd", "--nosetuid", "--listen", f"{HOST}:{port}"]
    with _served("mailbox", [*server, "--class", "aiosmtpd.handlers.Mailbox", str(folder)], logs, port):
        yield f"smtp://{HOST}:{port}"


@contextlib.contextmanager
def payment_service(settings: Settings) -> Iterator[Settings]:
    """Have subscriptions paid to a stand-in for Stripe until the block ends; gives the settings that reach it.

    The stand-in belongs to the tests and is in no wheel and no image: without it, billing stays off.
    """
    if not PAYMENTS.is_dir():
        yield msgspec.structs.replace(settings, stripe_key="", stripe_webhook_secret="")
        return
    key, secret = f"sk_test_{secrets.token_hex(12)}", f"whsec_{secrets.token_hex(12)}"

    # Beside the house's own port where that is free, so that links to its pages hold at the next start.
    port = _free_port() if _listens(settings.port + 1) else settings.port + 1
    told = ["--webhook", f"{settings.base_url}/billing/stripe", "--secret", secret, "--key", key]
    told += ["--memory", str(settings.home / "payments.memory"), "--port", str(port)]
    command = [sys.executable, "-m", "tests.stripe_double", *told]
    with _served("payments", command, settings.home / "logs", port, {"PYTHONPATH": str(PROJECT)}):
        yield msgspec.structs.replace(
            settings, stripe_key=key, stripe_webhook_secret=secret, stripe_url=f"http://{HOST}:{port}"
        )


@contextlib.contextmanager
def _served(
    name: str, command: Sequence[str], logs: Path, port: int, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    supervisor = Supervisor(logs)
    supervisor.add_program(Program(name, command, env or {}, ready=lambda: _listens(port)))
    with supervisor:
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex((HOST, port)) == 0
