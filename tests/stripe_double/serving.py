"""The double on a real port of this machine, and the process's settings pointed at it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import uvicorn

from tatausaha.core import process
from tests.stripe_double.double import Double


@contextmanager
def serving(double: Double, port: int = 0) -> Iterator[Double]:
    """Serve a double in a thread of its own, with its own loop; its `url` says where."""
    listener = socket.create_server(("127.0.0.1", port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sees no TCP in a socket made so
    double.state.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        double.app, lifespan="off", ws="none", log_config=None, loop="asyncio", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


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
