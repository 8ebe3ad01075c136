"""A real mail server for orders, which answers as the test says."""

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller

from tatausaha.core import process
from tatausaha.core.mail import Mailer

WAIT_SECONDS = 1
LONGER_THAN_ANYBODY_WAITS = 3


class Inbox:
    """What arrived, and what is answered to the recipient and to the content.

    "drop" breaks the connection, "sleep" answers too late.
    """

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.rcpt, self.data = "250 OK", "250 OK"

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.rcpt == "drop":
            server.transport.abort()
        elif self.rcpt == "sleep":
            await asyncio.sleep(LONGER_THAN_ANYBODY_WAITS)
        elif self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.data.startswith(("250", "drop")):
            self.received.append(message_from_bytes(envelope.content, policy=default))
        if self.data == "drop":
            server.transport.abort()
        return self.data


@pytest.fixture
def inbox(app: object) -> Iterator[Inbox]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inbox, before = Inbox(), process.tools()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    mailer = Mailer(f"smtp://127.0.0.1:{port}?timeout={WAIT_SECONDS}", "Tata <tata@example.test>")
    process._open[:] = [msgspec.structs.replace(before, mailer=mailer)]
    yield inbox
    process._open[:] = [before]
    controller.stop()
