"""Who acts: the person behind a request, or the person on whose behalf a job runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import msgspec


class Actor(msgspec.Struct, frozen=True):
    """A person (or the system itself, without an id) as written beside what was done.

    `address` is where the request came from; empty for what runs in the background.
    """

    id: UUID | None
    name: str
    role: str
    address: str = ""


SYSTEM = Actor(None, "Tatausaha", "system")
_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


def current_actor() -> Actor:
    """The person in whose name this request or job runs."""
    return _actor.get()


def set_actor(actor: Actor) -> None:
    """Name the person for the rest of this request's context."""
    _actor.set(actor)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Act as `actor` inside the block."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
