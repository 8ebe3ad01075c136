"""Counts of stock and their lines, as pages and the check of differences read them."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

PAGE = 50
LINES = 100
CHUNK = 1000

View = Literal["left", "apart", "all"]
VIEWS: tuple[View, ...] = ("left", "apart", "all")


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A count of what is there: of all places, or of one; of everything, or of a part."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    time_zone: str
    scope: str
    place_id: UUID | None
    place_name: str | None
    category: str
    blind: bool
    recount_percent: int
    state: str
    reason: str
    comment: str
    made_by: UUID | None
    made_name: str
    ended_at: datetime | None

    @property
    def hides(self) -> bool:
        """True while whoever counts must not see what should be there."""
        return self.blind and self.state == "open"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An item (or a lot of it) in a place. `expected` is what the ledger said when it was counted."""

    id: UUID
    place_id: UUID
    place_name: str
    place_code: str
    item_id: UUID
    code: str
    name: str
    category: str
    unit: str
    batched: bool
    batch_id: UUID | None
    batch_number: str
    expires_on: date | None
    expected: int | None
    counted: int | None
    first_counted: int | None
    value: int
    counted_name: str
    counted_at: datetime | None

    @property
    def difference(self) -> int:
        """How much more was counted than should be there; nothing while it is not counted."""
        return 0 if self.counted is None or self.expected is None else self.counted - self.expected


class Progress(msgspec.Struct, frozen=True):
    """How far a count is; the values of what was found and of what is missing, both above zero, in rupiah."""

    lines: int
    left: int
    again: int
    apart: int
    found: int
    missing: int


class Standing(msgspec.Struct, frozen=True):
    """What the ledger says of a line, as of a moment; and what the item in that place is worth now."""

    line_id: UUID
    expected: int
    level_quantity: int
    level_value: int


_COUNT = (
    "select n.*, c.name as client_name, c.time_zone, p.name as place_name from stock_count n"
    " join client c on c.id = n.client_id left join place p on p.id = n.place_id"
)
_LINE = (
    "select l.*, p.name as place_name, p.code as place_code, i.code, i.name, i.category, i.unit, i.batched,"
    " b.id as batch_id from stock_count_line l join item i on i.id = l.item_id join place p on p.id = l.place_id"
    " left join stock_batch b on b.place_id = l.place_id and b.item_id = l.item_id and b.number = l.batch_number"
    " and b.expires_on is not distinct from l.expires_on"
)
_SEEN = {"left": " and l.counted is null", "apart": " and l.counted <> l.expected", "all": ""}
# What lies in a lot, or outside all lots, less what moved since a moment: nothing is subtracted for no moment.
_STANDING = """
select l.id as line_id, coalesce(v.quantity, 0) as level_quantity, coalesce(v.value, 0) as level_value,
  (case when l.batch_number = '' and l.expires_on is null
     then coalesce(v.quantity, 0) - coalesce((select sum(b.quantity) from stock_batch b
       where b.place_id = l.place_id and b.item_id = l.item_id and (b.number <> '' or b.expires_on is not null)), 0)
     else coalesce(b.quantity, 0) end
   - coalesce((select sum(m.quantity) from stock_movement m where m.item_id = l.item_id and m.place_id = l.place_id
       and m.id > s.since and m.batch_id is not distinct from b.id), 0))::bigint as expected
from unnest($1::uuid[], $2::uuid[]) s (id, since) join stock_count_line l on l.id = s.id
left join stock_level v on v.place_id = l.place_id and v.item_id = l.item_id
left join stock_batch b on b.place_id = l.place_id and b.item_id = l.item_id and b.number = l.batch_number
  and b.expires_on is not distinct from l.expires_on
"""


async def page_counts(client_id: UUID | None, state: str, before: UUID | None) -> list[Count]:
    """The newest first, one more than a page holds; `before` continues behind a page's last."""
    return await db.rows(
        Count,
        f"{_COUNT} where ($1::uuid is null or n.client_id = $1) and ($2 = '' or n.state = $2)"
        f" and ($3::uuid is null or n.id < $3) order by n.id desc limit {PAGE + 1}",
        *(client_id, state, before),
    )


async def get_count(count_id: UUID, *, lock: Literal["", "share", "update"] = "") -> Count:
    """The count, or `NotFound`; those who count share the lock, whoever ends it has it alone."""
    found = await db.row(Count, f"{_COUNT} where n.id = $1{f' for {lock} of n' if lock else ''}", count_id)
    if found is None:
        raise NotFound(text("This count does not exist."))
    return found


async def get_progress(count_id: UUID) -> Progress:
    """How far the count is."""
    found = await db.row(
        Progress,
        "select count(*) as lines, count(*) filter (where counted is null) as left,"
        " count(*) filter (where counted is null and first_counted is not null) as again,"
        " count(*) filter (where counted <> expected) as apart,"
        " coalesce(sum(value) filter (where value > 0), 0)::bigint as found,"
        " coalesce(-sum(value) filter (where value < 0), 0)::bigint as missing from stock_count_line where count_id = $1",
        count_id,
    )
    assert found is not None
    return found


async def page_lines(count_id: UUID, view: View, after: UUID | None, limit: int = LINES) -> list[Line]:
    """Lines in the order of the shelf, one more than `limit`."""
    return await db.rows(
        Line,
        f"{_LINE} where l.count_id = $1{_SEEN[view]} and ($2::uuid is null or l.id > $2) order by l.id limit {limit + 1}",
        *(count_id, after),
    )


async def stream_lines(count_id: UUID, view: View = "all") -> AsyncIterator[list[Line]]:
    """All lines, some at a time."""
    after: UUID | None = None
    while rows := (await page_lines(count_id, view, after, CHUNK))[:CHUNK]:
        yield rows
        after = rows[-1].id


async def get_line(count_id: UUID, line_id: UUID) -> Line:
    """A line of this count, or `NotFound`."""
    found = await db.row(Line, f"{_LINE} where l.count_id = $1 and l.id = $2", count_id, line_id)
    if found is None:
        raise NotFound(text("This line does not exist."))
    return found


async def list_lines_of(count_id: UUID, item_ids: Sequence[UUID]) -> list[Line]:
    """The lines of some items."""
    return await db.rows(
        Line, f"{_LINE} where l.count_id = $1 and l.item_id = any($2) order by l.id", count_id, list(item_ids)
    )


async def list_standings(line_ids: Sequence[UUID], since: Sequence[UUID | None]) -> dict[UUID, Standing]:
    """What the ledger says of lines: now, or where `since` is an id, before the movements behind it."""
    found = await db.rows(Standing, _STANDING, list(line_ids), list(since))
    return {one.line_id: one for one in found}


async def list_counters(count_id: UUID) -> set[UUID]:
    """Everybody who counted."""
    found = await db.records(
        "select distinct counted_by from stock_count_line where count_id = $1 and counted_by is not null", count_id
    )
    return {record["counted_by"] for record in found}
