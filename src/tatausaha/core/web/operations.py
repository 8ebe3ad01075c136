"""Operations of the API: declared with their scope, described for its document, answered in pages by key.

A changing call that bears an `Idempotency-Key` acts once: the answer is kept in the transaction of the effect itself.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

from tatausaha.core import db
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.web.lists import cursor_of, read_cursor
from tatausaha.core.web.viewer import AppRequest

T = TypeVar("T")
LONGEST_KEY = 200
KEPT_HOURS = 24
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="A word of your own, at most 200 characters. The same call sent again with it within a day acts no more.",
    ),
]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal, after RFC 9457: the status, a sentence, and for wrong input a sentence at each field."""

    type: str
    status: int
    title: str
    errors: dict[str, str] = {}


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some items. Give `next` as the parameter `after` for those behind them; null at the end."""

    items: list[T]
    next: str | None


class Done(msgspec.Struct, Generic[T], frozen=True):
    """What a changing call comes to: its answer, its status, and the client that it concerns."""

    answer: T
    client_id: UUID | None = None
    status: int = 200


class _Kept(msgspec.Struct, frozen=True):
    fingerprint: bytes
    status: int
    body: Any


def _refusals(*, changes: bool) -> dict[int, ResponseSpec]:
    told = {
        400: "The request is malformed: a parameter that cannot be read, for example.",
        401: "No token, or one that has ended.",
        403: "The token lacks the scope, or the step is not this person's to take.",
        404: "It does not exist, or not for this person.",
        422: "A parameter or the body cannot be accepted; `errors` names the fields.",
        429: "Too many calls; `Retry-After` says how many seconds to wait.",
    }
    if changes:
        told |= {
            402: "The provider's subscription does not hold it: it has lapsed, or the plan holds no more of these.",
            409: "The thing is in another state by now, or the `Idempotency-Key` was used for another call.",
            413: "The body is larger than allowed.",
        }
    return {
        status: ResponseSpec(Problem, description=words, generate_examples=False, media_type="application/problem+json")
        for status, words in told.items()
    }


def _declare(verb: Any, path: str, *, says: Text, group: Text, scope: str, roles: frozenset[str], **more: Any) -> Any:
    """A handler of Litestar's that a token with `scope` may call; `says` is what it does, `group` what it is about."""
    responses = _refusals(changes=verb is not get) | more.pop("responses", {})
    described = {"summary": says.msgid, "tags": [group.msgid], "responses": responses, "include_in_schema": True}
    return verb(path, says=says, group=group, scope=scope, roles=roles, **described, **more)


def answers(kind: Any, words: str) -> ResponseSpec:
    """An answer for the document, where an operation has several."""
    return ResponseSpec(kind, description=words, generate_examples=False)


read = partial(_declare, get)
"""An operation that only reads."""
change = partial(_declare, post)
"""An operation that changes something; programs may send it with an `Idempotency-Key`."""
amend = partial(_declare, patch)
"""An operation that changes some fields of a thing."""


def paged(found: list[T], size: int, key: Callable[[T], Any]) -> tuple[list[T], str | None]:
    """The items to show, and the cursor behind the last; queries read one more than a page holds."""
    shown = found[:size]
    return shown, cursor_of(key(shown[-1])) if len(found) > size else None


def cursor(kind: type[T], written: str | None) -> T | None:
    """Where to continue; `Invalid` for a word that no page gave."""
    read_back = read_cursor(kind, written)
    if written and read_back is None:
        raise Invalid(text("Give what the page before named as next."), {"after": text("This names no page.")})
    return read_back


async def once(request: AppRequest, key: str | None, act: Callable[[], Awaitable[Done[T]]]) -> Response[T]:
    """Run `act` in the caller's scope; the same call sent again with its key gets the same answer, and acts no more.

    Raises `Conflict` for a key that is in use, or that was used for another call. Refusals are not kept.
    """
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise Invalid(text("An Idempotency-Key has 1 to {limit} printable characters.", limit=LONGEST_KEY))
    fingerprint = sha256(
        b"\0".join((request.method.encode(), request.url.path.encode(), await request.body()))
    ).digest()
    async with request.user.scope():
        kept = await _take(request.user.token_id, key, fingerprint) if key else None
        if kept is not None:
            return Response(kept.body, status_code=kept.status)
        done = await act()
        if key:
            await db.execute(
                "insert into api_answer (client_id, token_id, key, fingerprint, status, body)"
                " values ($1, $2, $3, $4, $5, $6)",
                *(
                    done.client_id,
                    request.user.token_id,
                    key,
                    fingerprint,
                    done.status,
                    msgspec.to_builtins(done.answer),
                ),
            )
    return Response(done.answer, status_code=done.status)


async def _take(token_id: UUID | None, key: str, fingerprint: bytes) -> _Kept | None:
    """Hold the key until the scope ends; gives what it brought before."""
    if not await db.value("select pg_try_advisory_xact_lock(hashtextextended($1, 0))", f"{token_id} {key}"):
        raise Conflict(text("The first call with this Idempotency-Key is still under way."))
    await db.execute(
        "delete from api_answer where token_id = $1 and key = $2 and created_at < now() - make_interval(hours => $3)",
        *(token_id, key, KEPT_HOURS),
    )
    kept = await db.row(
        _Kept, "select fingerprint, status, body from api_answer where token_id = $1 and key = $2", token_id, key
    )
    if kept is not None and kept.fingerprint != fingerprint:
        raise Conflict(text("This Idempotency-Key was used for another call."))
    return kept
