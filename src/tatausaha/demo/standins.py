"""Servers of the demo's own, in place of others' services: a mailbox, and a payment service where no money moves."""

import contextlib
import secrets
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
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

    def command(port: int) -> list[str]:
        server = [sys.executable, "-W", "ignore", "-m", "aiosmtpd", "--nosetuid", "--listen", f"{HOST}:{port}"]
        return [*server, "--class", "aiosmtpd.handlers.Mailbox", str(folder)]

    with _served("mailbox", command, logs) as port:
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

    def command(port: int) -> list[str]:
        told = ["--webhook", f"{settings.base_url}/billing/stripe", "--secret", secret, "--key", key]
        return [sys.executable, "-m", "tests.stripe_double", "--port", str(port), *told]

    with _served("payments", command, settings.home / "logs", {"PYTHONPATH": str(PROJECT)}) as port:
        yield msgspec.structs.replace(
            settings, stripe_key=key, stripe_webhook_secret=secret, stripe_url=f"http://{HOST}:{port}"
        )


@contextlib.contextmanager
def _served(
    name: str, command: Callable[[int], Sequence[str]], logs: Path, env: Mapping[str, str] | None = None
) -> Iterator[int]:
    port = _free_port()
    supervisor = Supervisor(logs)
    supervisor.add_program(Program(name, command(port), env or {}, ready=lambda: _listens(port)))
    with supervisor:
        yield port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex((HOST, port)) == 0
