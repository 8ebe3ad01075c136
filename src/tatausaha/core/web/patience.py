"""How long the server waits for a client, and how many it serves at once.

Uvicorn waits for ever: for the end of a head, for the rest of a body, for somebody to read the answer. Here each connection
is looked at every few seconds, and one that does not get on is closed, so that slow clients take nothing from others.
"""

import asyncio
from typing import Any, Protocol, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MOST_HEAD = 32_768
MOST_HEADERS = 100
RETRY_SECONDS = b"2"
BUSY = b"The system is very busy. Please try again in a moment."


class Cycle(Protocol):
    """What is read here of Uvicorn's own record of a request and its answer."""

    more_body: bool
    response_started: bool
    response_complete: bool


class PatientProtocol(HttpToolsProtocol):
    """Uvicorn's own protocol with limits. Given to it as `--http tatausaha.core.web.patience:PatientProtocol`."""

    look_seconds = 5.0
    head_seconds = 10.0
    """For a whole head, counted from the begin of the connection or from the end of the answer before it."""

    stall_seconds = 20.0
    least_bytes = 10_000
    """A body, and the reading of an answer, must get on by so much in `stall_seconds`, or come to its end."""

    most_at_work = 100
    """Whole requests without the beginning of an answer. The others of that moment are told to come again."""

    most_connections = 900
    """Below the number of files that a process may commonly hold open."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if len(self.connections) >= self.most_connections:
            _give_up_one(cast("set[Any]", self.connections))
        super().connection_made(transport)
        self.head_since: float | None = self.loop.time()
        self.moved_at = self.loop.time()
        self.moved_bytes = self.unsent = self.framing = self.body_bytes = 0
        self.look_task = self.loop.call_later(self.look_seconds, self.look)

    @property
    def current(self) -> Cycle | None:
        """The latest request, if there was one yet."""
        return cast("Cycle | None", self.cycle)

    def connection_lost(self, exc: Exception | None) -> None:
        self.look_task.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.framing += len(data)
        super().data_received(data)
        # What is no body: an endless head, trailers, or chunks that are all frame.
        if self.framing - self.body_bytes > MOST_HEAD + 16 * self.body_bytes:
            self.refuse(431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.framing = self.body_bytes = 0

    def on_headers_complete(self) -> None:
        if len(self.headers) > MOST_HEADERS or sum(len(n) + len(v) for n, v in self.headers) > MOST_HEAD:
            self.refuse(431)
            raise httptools.HttpParserError("the head is too large")
        self.head_since = None
        self._moved()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.body_bytes += len(body)
        self.moved_bytes += len(body)
        super().on_body(body)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._moved()
        if not self.pipeline:
            self.head_since = self.loop.time()

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def refuse(self, status: int) -> None:
        """Say why in the first line alone, and close."""
        if not self.transport.is_closing():
            current = self.current
            if current is None or not current.response_started or current.response_complete:
                self.transport.write(STATUS_LINE[status] + b"connection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.close()

    def look(self) -> None:
        """Close the connection if its client keeps us waiting; else look again later."""
        now = self.loop.time()
        if self.transport.is_closing():
            self._abort_unread(now)
        elif self.head_since is not None and now - self.head_since >= self.head_seconds:
            self.refuse(408) if self.framing else self.transport.close()
        elif self._awaits_body() or self.transport.get_write_buffer_size():
            self._expect_progress(now)
        else:
            self._moved()
        self.look_task = self.loop.call_later(self.look_seconds, self.look)

    def _awaits_body(self) -> bool:
        current = self.current
        return current is not None and current.more_body and not self.flow.read_paused

    def _expect_progress(self, now: float) -> None:
        unsent = self.transport.get_write_buffer_size()
        self.moved_bytes += abs(self.unsent - unsent)
        self.unsent = unsent
        if self.moved_bytes >= self.least_bytes:
            self._moved()
        elif now - self.moved_at >= self.stall_seconds:
            self.refuse(408)
            self.transport.abort()

    def _abort_unread(self, now: float) -> None:
        """Closing waits until everything is sent, which may be never."""
        if now - self.moved_at >= self.stall_seconds:
            self.transport.abort()

    def _moved(self) -> None:
        self.moved_at, self.moved_bytes = self.loop.time(), 0

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        super()._start_asgi_task(cycle, _busy if self._crowded() else app)

    def _crowded(self) -> bool:
        if len(self.tasks) < self.most_at_work:
            return False
        cycles = (cast("PatientProtocol", each).current for each in self.connections)
        waiting = sum(each is not None and not each.more_body and not each.response_started for each in cycles)
        return waiting >= self.most_at_work


def _give_up_one(connections: set[Any]) -> None:
    """Make room by closing the connection that has been silent for longest, or has not finished its head."""
    waiting = [each for each in connections if each.head_since is not None]
    if waiting:
        min(waiting, key=lambda each: each.head_since).transport.abort()


async def _busy(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [
        *((b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(BUSY))),
        *((b"retry-after", RETRY_SECONDS), (b"cache-control", b"no-store"), (b"connection", b"close")),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": BUSY})
