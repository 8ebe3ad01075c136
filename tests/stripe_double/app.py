"""The double's door: who knocks with which key, what was asked before under the same idempotency key, and what is answered."""

import asyncio
import secrets
import threading
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from tests.stripe_double import calls, pages, parameters
from tests.stripe_double.problems import Problem
from tests.stripe_double.state import API_VERSION, State, written
from tests.stripe_double.times import DAY

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
LONGEST_KEY = 255
JSON = b"application/json"


class Asked(NamedTuple):
    """A call that came."""

    method: str
    path: str
    idempotency_key: str | None


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    kind: bytes = JSON


class Stored(NamedTuple):
    """What was answered first under a key, until Stripe forgets it a day later."""

    asked: tuple[str, str, str]
    answer: Answer | None
    at: int


class Held(NamedTuple):
    """A path at which calls wait: whether one does, and when they may go on."""

    reached: threading.Event
    released: asyncio.Event


class App:
    """The API and the pages of an account, as an ASGI application."""

    def __init__(self, state: State, key: str) -> None:
        self.state, self.key = state, key
        self.calls: list[Asked] = []
        self.surprises: list[str] = []
        self.to_cut: list[str] = []
        self.to_fail: list[tuple[str, int]] = []
        self.held: dict[str, Held] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self._stored: dict[str, Stored] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.loop = asyncio.get_running_loop()
        body = await _read(receive)
        if not scope["path"].startswith("/v1/"):
            await _send(send, self._page(scope, body))
            return
        answer = await self._api(scope, body)
        await _send(send, answer, cut=_take(self.to_cut, scope["path"]))

    def hold(self, path: str) -> threading.Event:
        """Let calls to a path wait; gives what is set when the first one does."""
        self.held[path] = Held(threading.Event(), asyncio.Event())
        return self.held[path].reached

    def let_go(self, path: str) -> None:
        """What they wait for belongs to the loop that serves them."""
        held = self.held.pop(path)
        if self.loop is not None:
            self.loop.call_soon_threadsafe(held.released.set)

    def _page(self, scope: Scope, body: bytes) -> Answer:
        with self.state.lock:
            page = pages.show(self.state, scope["method"], scope["path"], dict(parse_qsl(body.decode())))
        location = ((b"location", page.location.encode()),) if page.location else ()
        return Answer(page.status, page.body, location, page.kind)

    async def _api(self, scope: Scope, body: bytes) -> Answer:
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        text = (body if scope["method"] == "POST" else scope["query_string"]).decode()
        asked = Asked(scope["method"], scope["path"], headers.get("idempotency-key"))
        self.calls.append(asked)
        try:
            self._admit(headers)
            if held := self.held.get(asked.path):
                return await self._wait(asked, text, held)
            return self._once(asked, text)
        except Problem as problem:
            return Answer(problem.status, written(problem.body))

    def _admit(self, headers: dict[str, str]) -> None:
        given = headers.get("authorization", "")
        if given != f"Bearer {self.key}":
            raise Problem(f"Invalid API Key provided: {given[7:15]}****", status=401)
        if (version := headers.get("stripe-version")) != API_VERSION:
            self.surprises.append(f"the API version {version}")
            raise Problem(f"Invalid Stripe API version: {version}")
        if len(headers.get("idempotency-key", "")) > LONGEST_KEY:
            raise Problem("Keys for idempotent requests can be at most 255 characters.", kind="idempotency_error")

    async def _wait(self, asked: Asked, text: str, held: Held) -> Answer:
        """A call that takes its time: meanwhile its key is in use."""
        key = asked.idempotency_key or secrets.token_hex(8)
        self._known(key, asked, text)
        self._stored[key] = Stored((asked.method, asked.path, text), None, self.state.now)
        held.reached.set()
        await held.released.wait()
        del self._stored[key]
        return self._once(asked, text)

    def _once(self, asked: Asked, text: str) -> Answer:
        """The first answer under a key is the answer."""
        key = asked.idempotency_key if asked.method == "POST" else None
        with self.state.lock:
            if key and (before := self._known(key, asked, text)):
                return before._replace(headers=(*before.headers, (b"idempotent-replayed", b"true")))
            return self._first(asked, text, key)

    def _first(self, asked: Asked, text: str, key: str | None) -> Answer:
        """Do it. What is refused before it begins leaves no answer behind; whatever it comes to after that, does."""
        call, ids, params = self._prepared(asked, text)
        id_ = f"req_{secrets.token_hex(7)}"
        self.state.request = {"id": id_, "idempotency_key": key}
        try:
            answer = self._act(call, ids, params, asked.path)
        except Problem as problem:
            answer = Answer(problem.status, written(problem.body))
        finally:
            self.state.request = {"id": None, "idempotency_key": None}
        answer = answer._replace(headers=((b"request-id", id_.encode()),))
        if key:
            self._stored[key] = Stored((asked.method, asked.path, text), answer, self.state.now)
        return answer

    def _known(self, key: str, asked: Asked, text: str) -> Answer | None:
        """What was answered under a key already. Raises Problem if it was asked something else, or still runs."""
        stored = self._stored.get(key)
        if stored is None or stored.at + DAY <= self.state.now:
            return None
        if stored.asked[:2] != (asked.method, asked.path):
            raise Problem(
                f"Keys for idempotent requests can only be used for the same endpoint they were first used for "
                f"('{stored.asked[1]}'). Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if sorted(parse_qsl(stored.asked[2], keep_blank_values=True)) != sorted(
            parse_qsl(text, keep_blank_values=True)
        ):
            raise Problem(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if stored.answer is None:
            raise Problem(
                "There is currently another in-progress request using this Stripe Idempotent Key (that probably means "
                "you submitted twice, and the other request is still going through). Please try again later.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        return stored.answer

    def _prepared(self, asked: Asked, text: str) -> tuple[calls.Call, list[str], dict[str, Any]]:
        """The call that is meant, with its checked parameters. Raises Problem; what is unknown is remembered."""
        found = calls.find(asked.method, asked.path)
        if found is None:
            self.surprises.append(f"{asked.method} {asked.path}")
            raise Problem(f"Unrecognized request URL ({asked.method}: {asked.path}).", status=404)
        call, ids = found
        params = parameters.read(parse_qsl(text, keep_blank_values=True), call.accepts)
        if unheeded := calls.unheeded(call, params):
            self.surprises.append(f"{asked.method} {asked.path} with {', '.join(unheeded)}")
            raise Problem(f"The stand-in for Stripe does nothing with {', '.join(unheeded)}.", param=unheeded[0])
        if (asked.path, 429) in self.to_fail:
            self.to_fail.remove((asked.path, 429))
            raise Problem("Request rate limit exceeded.", status=429, code="rate_limit")
        return call, ids, params

    def _act(self, call: calls.Call, ids: list[str], params: dict[str, Any], path: str) -> Answer:
        failure = next((one for one in self.to_fail if one[0] == path), None)
        if failure is not None:
            self.to_fail.remove(failure)
            return Answer(failure[1], written(_failure_body(failure[1])))
        return Answer(200, written(calls.answer(self.state, call, ids, params, path)))


def _failure_body(status: int) -> dict[str, Any]:
    if status == 402:
        return {"error": {"type": "card_error", "code": "card_declined", "message": "Your card was declined."}}
    return {"error": {"type": "api_error", "message": "An unknown error occurred."}}


def _take(waiting: list[str], path: str) -> bool:
    if path not in waiting:
        return False
    waiting.remove(path)
    return True


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _send(send: Send, answer: Answer, *, cut: bool = False) -> None:
    """Send an answer; or promise it and be gone, so that the line breaks after all was done."""
    length = str(len(answer.body)).encode()
    headers = [(b"content-type", answer.kind), (b"content-length", length), *answer.headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if cut else answer.body, "more_body": cut})
