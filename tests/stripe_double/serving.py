"""The double on a real port of this machine, and the process's settings pointed at it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import uvicorn

from tatausaha.core import process
from tests.stripe_double.double import Double


class Port:
    """A port of this machine at which one double after the other may answer."""

    def __init__(self, number: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", number))
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sees no TCP in a socket made so
        self.app: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self, double: Double) -> Double:
        """From now on this double answers; its `url` says where."""
        double.state.url = self.url
        self.app = double.app
        return double

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@contextmanager
def listening(number: int = 0) -> Iterator[Port]:
    """Listen in a thread of its own, with its own loop."""
    port = Port(number)
    config = uvicorn.Config(
        port,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        loop="asyncio",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([port.listener])), daemon=True)
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()
        port.listener.close()


@contextmanager
def serving(double: Double, number: int = 0) -> Iterator[Double]:
    """Serve one double for as long as the block lasts."""
    with listening(number) as port:
        yield port.serve(double)


@contextmanager
def billing_on(double: Double, **changes: object) -> Iterator[None]:
    """The tools of this process as of an installation that is paid for by this account; `changes` are other settings."""
    before = process.tools()
    settings = msgspec.structs.replace(
        before.settings,
        stripe_key=double.key,
        stripe_webhook_secret=double.secret,
        stripe_url=double.url,
        **changes,
    )
    process._open[:] = [msgspec.structs.replace(before, settings=settings)]
    try:
        yield
    finally:
        process._open[:] = [before]
