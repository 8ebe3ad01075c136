"""Reads of hours that people worked for clients."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

RECENT_TASKS = 30
RECENT_DAYS = 60


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """What one person worked for a client on one day at one task."""

    id: UUID
    client_id: UUID
    client_name: str
    version: int
    member_id: UUID
    member_name: str
    worked_on: date
    minutes: int
    task: str
    note: str
    billable: bool
    billed: bool


class Wanted(msgspec.Struct, frozen=True):
    """Which hours: of a client, of a person, within days; None means all."""

    client_id: UUID | None = None
    member_id: UUID | None = None
    first: date | None = None
    last: date | None = None


class Sums(msgspec.Struct, frozen=True):
    """How many entries, minutes in all, and minutes that are billable."""

    count: int
    minutes: int
    billable: int


class Person(msgspec.Struct, frozen=True):
    """One of the provider's own people, in a choice."""

    id: UUID
    name: str


_HOURS = (
    "select w.id, w.client_id, c.name as client_name, w.version, w.member_id, w.member_name, w.worked_on, w.minutes,"
    " w.task, w.note, w.billable, w.billed from work_time w join client c on c.tenant_id = w.tenant_id and c.id = w.client_id"
)
_WANTED = (
    "($1::uuid is null or w.client_id = $1) and ($2::uuid is null or w.member_id = $2)"
    " and ($3::date is null or w.worked_on >= $3) and ($4::date is null or w.worked_on <= $4)"
)


async def get_own(hours_id: UUID, member_id: UUID, *, lock: bool = False) -> Hours:
    """One's own entry, or `NotFound`: nobody writes the hours of others."""
    suffix = " for update of w" if lock else ""
    found = await db.row(Hours, f"{_HOURS} where w.id = $1 and w.member_id = $2{suffix}", hours_id, member_id)
    if found is None:
        raise NotFound(text("This entry does not exist."))
    return found


async def list_days(member_id: UUID, first: date, last: date) -> list[Hours]:
    """A person's entries of some days, in their order."""
    return await db.rows(
        Hours,
        f"{_HOURS} where w.member_id = $1 and w.worked_on between $2 and $3 order by w.worked_on, w.id",
        *(member_id, first, last),
    )


async def page_hours(wanted: Wanted, after: tuple[date, UUID] | None, limit: int) -> list[Hours]:
    """Entries, the last day first."""
    return await db.rows(
        Hours,
        f"{_HOURS} where {_WANTED} and ($5::date is null or (w.worked_on, w.id) < ($5, $6::uuid))"
        " order by w.worked_on desc, w.id desc limit $7",
        *(wanted.client_id, wanted.member_id, wanted.first, wanted.last, *(after or (None, None)), limit),
    )


async def sum_hours(wanted: Wanted) -> Sums:
    """What the entries come to."""
    found = await db.row(
        Sums,
        "select count(*) as count, coalesce(sum(minutes), 0)::bigint as minutes,"  # noqa: S608 - our own words
        f" coalesce(sum(minutes) filter (where billable), 0)::bigint as billable from work_time w where {_WANTED}",
        *(wanted.client_id, wanted.member_id, wanted.first, wanted.last),
    )
    assert found is not None
    return found


async def stream_hours(wanted: Wanted, chunk: int = 2_000) -> AsyncIterator[list[Hours]]:
    """All entries that are wanted, some at a time."""
    after: tuple[date, UUID] | None = None
    while rows := await page_hours(wanted, after, chunk):
        yield rows
        after = (rows[-1].worked_on, rows[-1].id)


async def sum_day(member_id: UUID, day: date, but: UUID | None = None) -> int:
    """Minutes that a person entered for a day, without one of the entries."""
    found: int = await db.value(
        "select coalesce(sum(minutes), 0)::bigint from work_time where member_id = $1 and worked_on = $2"
        " and ($3::uuid is null or id <> $3)",
        *(member_id, day, but),
    )
    return found


async def list_tasks(member_id: UUID, day: date) -> list[str]:
    """What a person last worked at, the latest first."""
    found = await db.records(
        "select task from work_time where member_id = $1 and worked_on > $2::date - $3::int"
        " group by task order by max(worked_on) desc, max(id::text) desc limit $4",
        *(member_id, day, RECENT_DAYS, RECENT_TASKS),
    )
    return [row["task"] for row in found]


async def list_people() -> list[Person]:
    """The provider's own people, those who left behind; needs the provider's scope."""
    return await db.rows(
        Person,
        "select id, name from member where role in ('owner', 'manager', 'worker')"
        " order by ended_at is not null, name, id",
    )
