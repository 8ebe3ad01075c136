"""Counting what is there: begun, counted line by line, doubted, and its differences booked when a second person agrees.

A line is compared with what the ledger says at the moment it is counted, so that goods may move meanwhile. What is booked
is the difference of that moment, whatever was moved after it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import msgspec

from tatausaha.core import audit, changes, db, entitlements
from tatausaha.core.actor import current_actor
from tatausaha.core.changes import Change, Proposed
from tatausaha.core.dates import ZONES, format_day
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import current_language, text
from tatausaha.core.ids import first_id, uuid7
from tatausaha.core.quantities import format_quantity
from tatausaha.stock.queries import counts
from tatausaha.stock.queries.counts import Count, Line
from tatausaha.stock.rules.counting import in_doubt
from tatausaha.stock.rules.cover import worth
from tatausaha.stock.rules.shelf import OUTSIDE, Batch, Entry
from tatausaha.stock.service import ledger

KIND = "stock.count"
DOCUMENT = "stock_count"
MOST_CYCLE = 10_000

Scope = Literal["full", "place", "category", "cycle"]

_LEVELS = {
    "full": "",
    "place": "",
    "category": " and i.category = $4",
    # Never counted comes first, then what was counted longest ago.
    "cycle": " and l.id in (select l.id from stock_level l left join lateral (select max(n.counted_at) as counted_at"
    "  from stock_count_line n where n.item_id = l.item_id and n.place_id = l.place_id and n.counted is not null) n on true"
    "  where l.client_id = $2 and ($3::uuid is null or l.place_id = $3) and l.quantity <> 0"
    "  order by n.counted_at nulls first, l.id limit $4::int)",
}
_BEGIN = """
with wanted as materialized (
  select l.place_id, l.item_id, l.quantity, p.name as place, i.category, i.name_norm
  from stock_level l join item i on i.id = l.item_id join place p on p.id = l.place_id
  where l.client_id = $2 and ($3::uuid is null or l.place_id = $3) and i.archived_at is null
    and (l.quantity <> 0 or l.last_in_on is not null){which}
), lots as materialized (
  select b.place_id, b.item_id, b.number, b.expires_on, b.quantity from stock_batch b
  where b.client_id = $2 and ($3::uuid is null or b.place_id = $3) and b.quantity > 0
), found as (
  select place, place_id, category, name_norm, item_id, number, expires_on from wanted join lots using (place_id, item_id)
  union
  -- What lies outside all lots has a line of its own; so has what is not kept by lots at all.
  select w.place, w.place_id, w.category, w.name_norm, w.item_id, '', null from wanted w
  left join (select place_id, item_id, sum(quantity) as quantity from lots group by place_id, item_id) b
    using (place_id, item_id) where b.quantity is distinct from w.quantity
)
insert into stock_count_line (client_id, count_id, place_id, item_id, batch_number, expires_on)
select $2, $1, place_id, item_id, number, expires_on from found
order by place, place_id, category, name_norm, item_id, expires_on nulls first, number
"""


class Counted(msgspec.Struct, frozen=True):
    """What was found of a line, and when: now, or at the moment that a sheet names."""

    line_id: UUID
    quantity: int
    moment: datetime | None = None


async def begin(
    client_id: UUID, scope: Scope, place_id: UUID | None, category: str, number: int, *, blind: bool, percent: int
) -> UUID:
    """Open a count with a line for everything to count; `number` is how many items a cycle takes.

    Raises `Invalid` when there is nothing to count.
    """
    await entitlements.begin("count")
    count_id, actor = uuid7(), current_actor()
    await db.execute(
        "insert into stock_count (id, client_id, scope, place_id, category, blind, recount_percent, made_by, made_name)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(count_id, client_id, scope, place_id, category, blind, percent, actor.id, actor.name),
    )
    further: list[str | int] = [category] if scope == "category" else [number] if scope == "cycle" else []
    lines = await db.execute(_BEGIN.format(which=_LEVELS[scope]), count_id, client_id, place_id, *further)
    if not lines:
        raise Invalid(text("There is nothing to count: no item lies there."), {})
    await audit.record("created", "stock_count", count_id, client_id, lines=lines)
    return count_id


async def count_lines(count: Count, counted: Sequence[Counted]) -> None:
    """Write down what was found, beside what the ledger says of that moment. `count` must be locked and open."""
    refuse_closed(count)
    since = [first_id(one.moment) if one.moment else None for one in counted]
    standings = await counts.list_standings([one.line_id for one in counted], since)
    rows = []
    for one in counted:
        there = standings[one.line_id]
        value = worth(one.quantity - there.expected, there.level_quantity, there.level_value)
        rows.append((one.line_id, there.expected, one.quantity, value, one.moment or datetime.now(UTC)))
    actor = current_actor()
    await db.execute(
        "update stock_count_line l set expected = n.expected, counted = n.counted, value = n.value, counted_at = n.at,"
        " counted_by = $6, counted_name = $7 from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[],"
        " $5::timestamptz[]) n (id, expected, counted, value, at) where l.id = n.id",
        *([list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 5),
        *(actor.id, actor.name),
    )


async def add_lines(count: Count, found: Sequence[tuple[UUID, UUID, str, object]]) -> list[UUID]:
    """Lines for goods that nobody expected there: place, item, lot and its last day of each; gives their ids."""
    ids = [uuid7() for _ in found]
    await db.execute(
        "insert into stock_count_line (id, client_id, count_id, place_id, item_id, batch_number, expires_on)"
        " select n.id, $1, $2, n.place_id, n.item_id, n.number, n.expires_on"
        " from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::date[]) n (id, place_id, item_id, number, expires_on)",
        *(count.client_id, count.id, ids),
        *([list(column) for column in zip(*found, strict=True)] if found else [[]] * 4),
    )
    return ids


async def finish(count: Count, *, leave_out: bool) -> int:
    """No more is counted: what differs much is counted a second time first; gives how many lines that are.

    Raises `Conflict` while lines are left, unless they are to be left out. `count` must be locked.
    """
    refuse_closed(count)
    if again := await _doubt(count):
        await audit.record("recounted", "stock_count", count.id, count.client_id, lines=again)
        return again
    progress = await counts.get_progress(count.id)
    if progress.left == progress.lines or (progress.left and not leave_out):
        raise Conflict(
            text("{count} lines are not counted yet. Count them, or leave them out on purpose.", count=progress.left)
        )
    await _enter(count, "counted" if progress.apart else "done")
    await audit.record("counted", "stock_count", count.id, count.client_id, differences=progress.apart)
    return 0


async def _doubt(count: Count) -> int:
    """Have the lines that differ too much counted again, once."""
    doubtful = [
        line.id
        async for lines in counts.stream_lines(count.id, "apart")
        for line in lines
        if line.first_counted is None and in_doubt(line.expected or 0, line.counted or 0, count.recount_percent)
    ]
    await db.execute(
        "update stock_count_line set first_counted = counted, counted = null, expected = null, value = 0,"
        " counted_at = null where id = any($1)",
        doubtful,
    )
    return len(doubtful)


async def reopen(count: Count) -> None:
    """Count on: what was asked for about the differences is void. `count` must be locked."""
    if count.state not in ("counted", "waiting"):
        raise Conflict(text("This count is not waiting for anything; there is nothing to open again."))
    await changes.overtake(KIND, count.id)
    await _enter(count, "open")
    await audit.record("reopened", "stock_count", count.id, count.client_id)


async def cancel(count: Count) -> None:
    """Give the count up; nothing is booked. `count` must be locked."""
    if count.state in ("done", "cancelled"):
        raise Conflict(text("This count has ended already."))
    await changes.overtake(KIND, count.id)
    await _enter(count, "cancelled")
    await audit.record("cancelled", "stock_count", count.id, count.client_id)


async def ask(count: Count, reason: str) -> Proposed:
    """Ask that the differences be booked. Whoever counted had a hand in it and does not decide. `count` must be locked."""
    if count.state != "counted":
        raise Conflict(text("First finish counting."))
    if not reason.strip():
        raise Invalid(text("Some fields need your attention."), {"reason": text("Say how the differences came about.")})
    await db.execute("update stock_count set reason = $2, comment = '' where id = $1", count.id, reason.strip())
    await _enter(count, "waiting")
    apart = [line async for lines in counts.stream_lines(count.id, "apart") for line in lines]
    return await changes.propose(
        KIND,
        subject_id=count.id,
        client_id=count.client_id,
        subject=_called(count),
        before={str(line.id): line.expected for line in apart},
        after={str(line.id): _after(line) for line in apart},
        reason=reason,
        amount=sum(abs(line.value) for line in apart),
    )


def refuse_closed(count: Count) -> None:
    """Raise `Conflict` when no more can be counted."""
    if count.state != "open":
        raise Conflict(text("This count is finished. Open it again to count on."))


def _called(count: Count) -> str:
    day = format_day(count.created_at.astimezone(ZONES[count.time_zone]).date(), current_language())
    return " · ".join(filter(None, (day, count.place_name, count.category)))


def _after(line: Line) -> dict[str, object]:
    lot = " ".join(filter(None, (line.batch_number, line.expires_on.isoformat() if line.expires_on else "")))
    name = " · ".join(filter(None, (line.name, line.place_name, lot)))
    return {"item": str(line.item_id), "name": name, "unit": line.unit, "counted": line.counted, "value": line.value}


async def _enter(count: Count, state: str) -> None:
    await db.execute(
        "update stock_count set state = $2, version = version + 1,"
        " ended_at = case when $2 in ('done', 'cancelled') then now() end where id = $1",
        *(count.id, state),
    )


async def _back(change: Change, comment: str = "") -> None:
    """Nobody agreed: the differences stand, and can be counted again or explained better."""
    await db.execute(
        "update stock_count set state = 'counted', version = version + 1, comment = $2 where id = $1 and state = 'waiting'",
        *(change.subject_id, comment),
    )


async def _makers(change: Change) -> set[UUID]:
    assert change.subject_id is not None
    return await counts.list_counters(change.subject_id)


def _show(change: Change) -> list[changes.Item]:
    value = changes.Field(text("Value of the difference"), "rupiah")
    return [
        changes.Item(
            after["name"],
            f"/stock/items/{after['item']}",
            [
                changes.Line(text("Quantity"), _words(change.before[key], after), _words(after["counted"], after)),
                changes.Line(value.label, "–", value.write(after["value"])),
            ],
        )
        for key, after in change.after.items()
    ]


def _words(quantity: int, after: dict[str, str]) -> str:
    return f"{format_quantity(quantity, current_language())} {after['unit']}"


@changes.applies(
    KIND,
    label=text("Differences of a count"),
    by_amount=True,
    page=lambda change: f"/stock/counts/{change.subject_id}",
    show=_show,
    makers=_makers,
    refused=_back,
    withdrawn=_back,
)
async def book(change: Change) -> None:
    """Book every difference of the count."""
    assert change.subject_id is not None
    count = await counts.get_count(change.subject_id, lock="update")
    entries = [_entry(count, line) async for lines in counts.stream_lines(count.id, "apart") for line in lines]
    await ledger.post(count.client_id, entries)
    await _enter(count, "done")
    await audit.record("applied", "stock_count", count.id, count.client_id, differences=len(entries))


def _entry(count: Count, line: Line) -> Entry:
    assert line.counted_at is not None
    lot = Batch(line.batch_number, line.expires_on)
    found = line.difference > 0
    return Entry(
        kind="count",
        place_id=line.place_id,
        item_id=line.item_id,
        quantity=line.difference,
        happened_on=line.counted_at.astimezone(ZONES[count.time_zone]).date(),
        batch=lot if found or (lot == OUTSIDE and line.batch_id is None) else None,
        batch_id=None if found else line.batch_id,
        document_kind=DOCUMENT,
        document_id=count.id,
        reason=count.reason,
    )
