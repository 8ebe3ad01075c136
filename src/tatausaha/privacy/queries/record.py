"""What is really kept and used, counted where it lies: the living half of the record of processing."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.privacy.rules import places
from tatausaha.privacy.rules.places import Place


class Holding(msgspec.Struct, frozen=True):
    """A table's rows about a client's people; the trail is too long to count and gives its ends alone."""

    place: str
    people: int | None
    oldest: datetime | None
    newest: datetime | None


class Receiving(msgspec.Struct, frozen=True):
    """Who has really been given data of this client."""

    portal_people: int
    staff: int
    letters: int
    last_letter: datetime | None
    exports: int
    last_export: datetime | None
    shared_documents: int
    copies: int


class Processor(msgspec.Struct, frozen=True):
    """A sub-processor that is in use."""

    name: str
    service: str
    country: str
    kinds: list[str]
    since: date


UNCOUNTED = ("audit_event",)


async def list_holdings(client_id: UUID, kept: Sequence[Place] = places.PERSON) -> list[Holding]:
    """Every table about people, in one query."""
    parts = " union all ".join(_count(place) for place in kept)
    return await db.rows(Holding, parts, client_id)


def _count(place: Place) -> str:
    if place.table in UNCOUNTED:
        ends = [
            f"(select created_at from {place.table} where client_id = $1 and {place.person} is not null"  # noqa: S608
            f" order by id {order} limit 1)"
            for order in ("asc", "desc")
        ]
        return f"select '{place.table}' as place, null::int as people, {ends[0]} as oldest, {ends[1]} as newest"
    return (
        f"select '{place.table}' as place, count(distinct {place.person})::int as people,"  # noqa: S608
        f" min(created_at) as oldest, max(created_at) as newest from {place.table}"
        f" where client_id = $1 and {place.person} is not null"
    )


async def get_receiving(client_id: UUID) -> Receiving:
    """Portal, letters, exports and shared documents of a client, as they are in use."""
    found = await db.row(
        Receiving,
        "select (select count(*) from member where client_id = $1 and ended_at is null)::int as portal_people,"
        " (select count(*) from assignment where client_id = $1 and not barred)::int as staff,"
        " m.letters, m.last_letter, x.exports, x.last_export, x.shared_documents,"
        " (select count(*) from privacy_request where client_id = $1 and copy_sha256 is not null)::int as copies"
        " from (select count(*)::int as letters, max(sent_at) as last_letter from mail"
        "   where client_id = $1 and state = 'sent') m,"
        " (select count(*) filter (where kind = 'people_export')::int as exports,"
        "   max(created_at) filter (where kind = 'people_export') as last_export,"
        "   count(*) filter (where shared)::int as shared_documents from document where client_id = $1) x",
        client_id,
    )
    assert found is not None
    return found


async def list_processors(client_id: UUID) -> list[Processor]:
    """Those who may be handed this client's data: in use, and not refused by it."""
    return await db.rows(
        Processor,
        "select p.name, p.service, p.country, p.kinds, p.since from sub_processor p where p.ended_on is null"
        " and not exists (select from processor_consent k where k.tenant_id = p.tenant_id and k.processor_id = p.id"
        "   and k.client_id = $1 and k.state = 'refused') order by p.name, p.service",
        client_id,
    )
