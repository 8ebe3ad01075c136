"""The list of items: what it is filtered by, one page of it by key, and the whole of it for a file."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.stock.queries.items import AFTER_ALL_LETTERS
from tatausaha.stock.rules.listed import Wanted

PAGE = 50
CHUNK = 1000


class Row(msgspec.Struct, frozen=True):
    """An item in a list: what there is of it, in the chosen place or everywhere, and what that cost."""

    id: UUID
    client_id: UUID
    client_name: str
    code: str
    name: str
    category: str
    unit: str
    kind: str
    sale_price: int | None
    archived: bool
    quantity: int
    value: int
    low: bool
    name_norm: str


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The row beside which a page begins."""

    name: str
    id: UUID


class Page(msgspec.Struct, frozen=True):
    """Some rows, and the cursors of the pages around them."""

    rows: list[Row]
    next: Cursor | None
    previous: Cursor | None


async def page_items(wanted: Wanted, *, after: Cursor | None = None, before: Cursor | None = None) -> Page:
    """One page by name: its cost does not depend on how far down the list it lies."""
    where, cursor = _Where(wanted), before or after
    if cursor:
        where.add(f"(i.name_norm, i.id) {'<' if before else '>'} ({{}}, {{}})", cursor.name, cursor.id)
    # Which index serves best depends on the words; a generic plan would walk the whole list for a rare one.
    await db.execute("set local plan_cache_mode = force_custom_plan")
    found = await db.rows(Row, where.query("desc" if before else "asc", PAGE + 1), *where.arguments)
    more, rows = len(found) > PAGE, found[:PAGE]
    if before:
        rows.reverse()
    has_next, has_previous = (True, more) if before else (more, after is not None)
    return Page(
        rows,
        Cursor(rows[-1].name_norm, rows[-1].id) if rows and has_next else None,
        Cursor(rows[0].name_norm, rows[0].id) if rows and has_previous else None,
    )


async def stream_items(wanted: Wanted) -> AsyncIterator[list[Row]]:
    """All rows of the list, some at a time."""
    where, chunk = _Where(wanted), list[Row]()
    async for record in db.stream(where.query("asc", None), *where.arguments, size=CHUNK):
        chunk.append(msgspec.convert(dict(record), Row))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def count_items(wanted: Wanted, most: int) -> int:
    """How many rows the list has; `most` when there are as many or more."""
    where = _Where(wanted)
    count: int = await db.value(
        f"select count(*) from (select from item i where {where} limit {most}) one",  # noqa: S608 - words are arguments
        *where.arguments,
    )
    return count


class _Where:
    """Conditions over `item i` and their arguments."""

    def __init__(self, wanted: Wanted) -> None:
        self.arguments: list[Any] = []
        self.parts = ["i.archived_at is not null" if wanted.state == "archived" else "i.archived_at is null"]
        self.place = f" and l.place_id = {self.bind(wanted.place_id)}" if wanted.place_id else ""
        if wanted.client_id:
            self.add("i.client_id = {}", wanted.client_id)
        if wanted.category:
            self.add("i.category = {}", wanted.category)
        levels = {"low": " and l.low", "stocked": " and l.quantity <> 0"}.get(wanted.state, "")
        if levels or self.place:
            client = f" and l.client_id = {self.bind(wanted.client_id)}" if wanted.client_id else ""
            there = f"select l.item_id from stock_level l where true{client}{self.place}{levels}"  # noqa: S608
            self.parts.append(f"i.id in ({there})")
        if wanted.q:
            self._search(" ".join(wanted.q.lower().split()), wanted.q.strip())

    def __str__(self) -> str:
        return " and ".join(self.parts)

    def add(self, condition: str, *values: Any) -> None:
        """Add a condition in which `{}` stands for each value."""
        self.parts.append(condition.format(*map(self.bind, values)))

    def bind(self, value: Any) -> str:
        """Make `value` an argument; gives what stands for it in SQL."""
        self.arguments.append(value)
        return f"${len(self.arguments)}"

    def query(self, order: str, limit: int | None) -> str:
        """The rows, ordered by name."""
        ordered = f"name_norm {order}, id {order}"
        return (
            "select e.id, e.client_id, c.name as client_name, e.code, e.name, e.category, e.unit, e.kind, e.sale_price,"  # noqa: S608
            " e.archived_at is not null as archived, e.name_norm, coalesce(l.quantity, 0)::bigint as quantity,"
            " coalesce(l.value, 0)::bigint as value, coalesce(l.low, false) as low"
            f" from (select i.* from item i where {self} order by {ordered} {f'limit {limit}' if limit else ''}) e"
            " join client c on c.id = e.client_id left join lateral (select sum(l.quantity) as quantity,"
            f" sum(l.value) as value, bool_or(l.low) as low from stock_level l where l.item_id = e.id{self.place}) l"
            f" on true order by e.name_norm {order}, e.id {order}"
        )

    def _search(self, begin: str, written: str) -> None:
        ends = (begin, begin + AFTER_ALL_LETTERS)
        self.add(
            "((i.name_norm >= {} and i.name_norm < {}) or (i.word2 >= {} and i.word2 < {})"
            " or (i.code_norm >= {} and i.code_norm < {})"
            " or i.id in (select b.item_id from item_barcode b where b.barcode = {}))",
            *(*ends, *ends, *ends, written),
        )
