"""Checking the chain over the access log, link by link and event by event."""

from collections.abc import AsyncIterator
from datetime import datetime
from hmac import compare_digest
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.audit_chain import EVENT, FIRST, Head, Link, Value, digest_of
from tatausaha.core.db import gate_scope, tenant_scope
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import moment_of

UNSEALED_MINUTES = 10
Break = Literal["link_missing", "link_altered", "changed", "missing", "unsealed"]
SENTENCES: dict[Break, Text] = {
    "link_missing": text("a link is missing"),
    "link_altered": text("the link itself was altered"),
    "changed": text("an event was changed"),
    "missing": text("an event is missing"),
    "unsealed": text("an event was never sealed"),
}


class Problem(msgspec.Struct, frozen=True):
    """The first place at which the chain does not hold."""

    kind: Break
    link: int
    event_id: UUID | None = None

    def __str__(self) -> str:
        """In English, for operators."""
        where = f"link {self.link}" + (f", event {self.event_id}" if self.event_id else "")
        return f"{where}: {SENTENCES[self.kind].msgid}"


class Finding(msgspec.Struct, frozen=True):
    """What a walk over the chain found. `pruned` events are gone because their time was over."""

    links: int
    events: int
    pruned: int
    head: Head | None
    problem: Problem | None

    def __str__(self) -> str:
        """In English, for operators."""
        counted = f"{self.links} links, {self.events} events, {self.pruned} forgotten when their time was over"
        head = f"head {self.head.number} {self.head.hash.hex()}" if self.head else "no head yet"
        return f"BROKEN at {self.problem}" if self.problem else f"whole: {counted}; {head}"


async def verify(key: bytes) -> Finding:
    """Walk the provider's whole chain up to the first problem. Needs the provider's scope; changes nothing."""
    before = await _pruned_before()
    events = pruned = 0
    head: Head | None = None
    async for link in _links():
        problem = _look_at(link, head, key)
        if problem is None:
            gone, problem = await _look_into(link, before, key)
            events, pruned = events + len(link.event_ids) - gone, pruned + gone
        if problem is not None:
            return Finding(link.number, events, pruned, head, problem)
        head = Head(link.number, link.hash)
    return Finding(head.number if head else 0, events, pruned, head, await _find_unsealed(head))


async def verify_all(key: bytes, only: UUID | None = None) -> AsyncIterator[tuple[str, Finding]]:
    """The name of every provider, or of one, with what a walk over its chain found. Opens its own scopes."""
    async with gate_scope():
        providers = await db.records(
            "select id, name from provider where $1::uuid is null or id = $1 order by id", only
        )
    for provider in providers:
        async with tenant_scope(provider["id"]):
            found = await verify(key)
        yield provider["name"], found


def _look_at(link: Link, head: Head | None, key: bytes) -> Problem | None:
    """What is wrong with the link itself."""
    expected, previous = (head.number + 1, head.hash) if head else (1, FIRST)
    if link.number != expected:
        return Problem("link_missing", expected)
    if link.previous != previous or not compare_digest(link.hash, link.signature(key)):
        return Problem("link_altered", link.number)
    return None


async def _look_into(link: Link, before: datetime | None, key: bytes) -> tuple[int, Problem | None]:
    """How many of a link's events are gone for good reason, and the first that is not as it was sealed."""
    found: dict[UUID, tuple[Value, ...]] = {
        record["id"]: tuple(record) for record in await db.records(f"{EVENT} where id = any($1)", link.event_ids)
    }
    gone = 0
    for event_id, digest in zip(link.event_ids, link.digests, strict=True):
        if event_id not in found:
            if before is None or moment_of(event_id) >= before:
                return gone, Problem("missing", link.number, event_id)
            gone += 1
        elif not compare_digest(digest_of(found[event_id], key), digest):
            return gone, Problem("changed", link.number, event_id)
    return gone, None


async def _links() -> AsyncIterator[Link]:
    number = 0
    while link := await db.row(Link, "select * from audit_link where number > $1 order by number limit 1", number):
        yield link
        number = link.number


async def _pruned_before() -> datetime | None:
    """Up to when events were forgotten: as the log itself, and so the chain, tells."""
    told = await db.value("select max(detail->>'before') from audit_event where action = 'pruned'")
    return datetime.fromisoformat(told) if told else None


async def _find_unsealed(head: Head | None) -> Problem | None:
    event_id = await db.value(
        "select e.id from audit_event e left join (select unnest(event_ids) as id from audit_link) s on s.id = e.id"
        " where s.id is null and e.created_at < now() - make_interval(mins => $1) order by e.id limit 1",
        UNSEALED_MINUTES,
    )
    return Problem("unsealed", head.number + 1 if head else 1, event_id) if event_id else None
