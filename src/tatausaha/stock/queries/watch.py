"""What runs out, what expires, what lies still: three lists over levels and lots, page by key, of any size.

Each walks an index of its client in the order of the list, one client after the other, so that a page costs the same
however many items there are. A client's own day and its own patience with slow goods are taken from the client.
"""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.stock.rules import cover
from tatausaha.stock.rules.watched import Kind, Wanted

PAGE = 50
CHUNK = 1000


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The row behind which a page begins: its client, what the list is ordered by, its id."""

    client_id: UUID
    key: int | date
    id: UUID

    def fits(self, kind: Kind) -> bool:
        """False for a cursor that belongs to another list, or to none."""
        return (
            isinstance(self.key, date)
            if kind != "low"
            else isinstance(self.key, int) and 0 <= self.key <= cover.ENDLESS
        )


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What all three lists tell of an item in a place."""

    id: UUID
    client_id: UUID
    client_name: str
    item_id: UUID
    code: str
    name: str
    category: str
    unit: str
    place_name: str
    quantity: int
    value: int


class LowRow(Row, frozen=True, kw_only=True):
    """Less is there than there should be."""

    minimum: int
    reorder_quantity: int
    on_order: int
    cover_days: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.client_id, self.cover_days, self.id)

    @property
    def suggested(self) -> int:
        """How much to order."""
        return cover.suggested(self.quantity, self.minimum, self.on_order, self.reorder_quantity)


class ExpiringRow(Row, frozen=True, kw_only=True):
    """A lot that is near its last day, or past it. `level_quantity` and `level_value` are of the item in the place."""

    number: str
    expires_on: date
    days_left: int
    level_quantity: int
    level_value: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.client_id, self.expires_on, self.id)


class SlowRow(Row, frozen=True, kw_only=True):
    """There is some, and none went out for longer than the client thinks right."""

    idle_since: date
    idle_days: int
    out_90: int
    cover_days: int

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.client_id, self.idle_since, self.id)


AnyRow = LowRow | ExpiringRow | SlowRow


class Watched(msgspec.Struct, frozen=True):
    """How one of the lists is read: its table, what belongs on it, its order, and what it shows."""

    row: type[AnyRow]
    table: str
    condition: str
    key: str
    columns: str


WATCHED: dict[Kind, Watched] = {
    "low": Watched(
        LowRow,
        "stock_level",
        "l.low",
        "cover_days",
        "l.quantity, l.value, l.minimum, l.reorder_quantity, l.on_order, l.cover_days",
    ),
    "expiring": Watched(
        ExpiringRow,
        "stock_batch",
        "l.quantity > 0 and l.warn_on <= c.today",
        "expires_on",
        "l.quantity, l.number, l.expires_on, l.expires_on - l.today as days_left,"
        " coalesce(v.quantity, 0) as level_quantity, coalesce(v.value, 0) as level_value",
    ),
    "slow": Watched(
        SlowRow,
        "stock_level",
        "l.quantity > 0 and l.idle_since <= c.still_since",
        "idle_since",
        "l.quantity, l.value, l.idle_since, l.today - l.idle_since as idle_days, l.out_90, l.cover_days",
    ),
}


class Of(msgspec.Struct, frozen=True):
    """A client as its lists need it: its day, and since when nothing may have gone out of what is slow."""

    id: UUID
    name: str
    today: date
    still_since: date


# The day is worked out apart: no function of it may stand between an index and the walls.
_CLIENTS = (
    "select c.id, c.name, t.today, t.today - coalesce(p.slow_days, 90) as still_since"
    " from client c cross join lateral (select (now() at time zone c.time_zone)::date as today) t"
    " left join stock_policy p on p.client_id = c.id"
)


async def find_of(client_id: UUID) -> Of | None:
    """One client as its lists need it, or None when it is not this person's to see."""
    return await db.row(Of, f"{_CLIENTS} where c.id = $1", client_id)


async def page_watched(
    wanted: Wanted, after: Cursor | None = None, of: Of | None = None
) -> tuple[list[AnyRow], Cursor | None]:
    """One page of a list, and where the next one begins; `of` is the client that is asked for."""
    query, arguments = _query(wanted, of or await _find_of(wanted), after, PAGE + 1)
    if wanted.client_id:
        # A generic plan knows neither client nor place, and would read all of them.
        await db.execute("set local plan_cache_mode = force_custom_plan")
    found = [_row(wanted.kind, record) for record in await db.records(query, *arguments)]
    return found[:PAGE], found[PAGE - 1].cursor if len(found) > PAGE else None


async def stream_watched(wanted: Wanted) -> AsyncIterator[list[AnyRow]]:
    """The whole list, some rows at a time."""
    query, arguments = _query(wanted, await _find_of(wanted), None, None)
    chunk: list[AnyRow] = []
    async for record in db.stream(query, *arguments, size=CHUNK):
        chunk.append(_row(wanted.kind, record))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def count_watched(wanted: Wanted) -> int:
    """How long the list is."""
    query, arguments = _query(wanted, await _find_of(wanted), None, None)
    count: int = await db.value(f"select count(*) from ({query}) n", *arguments)  # noqa: S608 - words are arguments
    return count


def _row(kind: Kind, record: Any) -> AnyRow:
    values = dict(record)
    if kind == "expiring":
        values["value"] = cover.worth(values["quantity"], values["level_quantity"], values["level_value"])
    return msgspec.convert(values, WATCHED[kind].row)


async def _find_of(wanted: Wanted) -> Of | None:
    """The one client that is asked for: what is known of it beforehand lets the index be chosen well."""
    return await find_of(wanted.client_id) if wanted.client_id else None


def _query(wanted: Wanted, of: Of | None, after: Cursor | None, limit: int | None) -> tuple[str, list[Any]]:
    watched, arguments = WATCHED[wanted.kind], list[Any]()

    def bind(value: Any) -> str:
        arguments.append(value)
        return f"${len(arguments)}"

    key, within = watched.key, [f"l.client_id = c.id and {watched.condition}"]
    first = bind(after.client_id) if after else ""
    if wanted.client_id:
        known = of or Of(wanted.client_id, "", date.min, date.min)
        clients = (
            f"c as (select {bind(known.id)}::uuid as id, {bind(known.name)}::text as name,"
            f" {bind(known.today)}::date as today, {bind(known.still_since)}::date as still_since)"
        )
    else:
        behind = f" and c.id >= {first}" if after else ""
        # In the order of the list, so that reading ends with the page and not with the last client.
        clients = f"c as materialized ({_CLIENTS} where c.archived_at is null{behind} order by c.id)"
    if after:
        within.append(f"(l.client_id, l.{key}, l.id) > ({first}, {bind(after.key)}, {bind(after.id)})")
    if wanted.place_id:
        within.append(f"l.place_id = {bind(wanted.place_id)}")
    # What is not in use any more need not be there.
    item = [" and i.archived_at is null"] if wanted.kind == "low" else []
    if wanted.category:
        item.append(f" and i.client_id = c.id and i.category = {bind(wanted.category)}")
    joined = f" join item i on i.id = l.item_id{''.join(item)}" if item else ""
    most = f"limit {limit}" if limit else ""
    level = (
        " left join stock_level v on v.place_id = l.place_id and v.item_id = l.item_id"
        if wanted.kind == "expiring"
        else ""
    )
    within_client = (
        f"select l.* from {watched.table} l{joined} where {' and '.join(within)} order by l.{key}, l.id {most}"  # noqa: S608
    )
    query = (
        f"with {clients} select l.id, l.client_id, l.client_name, l.item_id, i.code, i.name, i.category,"  # noqa: S608
        f" i.unit, p.name as place_name, {watched.columns} from (select l.*, c.name as client_name, c.today"
        f" from c cross join lateral ({within_client}) l order by c.id, l.{key}, l.id {most}) l"
        f" join item i on i.id = l.item_id join place p on p.id = l.place_id{level} order by l.client_id, l.{key}, l.id"
    )
    return query, arguments
