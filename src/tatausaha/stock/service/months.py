"""Closing a month: from then on nothing is booked into it, and what it closed with is kept by place and category."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from tatausaha.core import audit, db
from tatausaha.core.actor import current_actor
from tatausaha.core.dates import Period
from tatausaha.core.errors import Conflict
from tatausaha.core.i18n import Text, render, text
from tatausaha.core.ids import uuid7
from tatausaha.stock.queries import months

Waits = Callable[[UUID, date], Awaitable[list[Text]]]
"""Given a client and the last day of a month: a sentence for each thing that must end before that month is closed."""

_WAITS: list[Waits] = []


def waits_on(waits: Waits) -> Waits:
    """Have the closing of months wait for something: shifts that are still open, for example."""
    _WAITS.append(waits)
    return waits


async def next_month(client_id: UUID) -> Period | None:
    """The month that can be closed next; None where nothing was ever booked."""
    last = await months.find_last(client_id)
    if last is not None:
        return Period(last.year, last.month).next()
    first = await months.find_first_booked(client_id)
    return Period(first.year, first.month) if first else None


async def list_waiting(client_id: UUID, month: Period, today: date) -> list[Text]:
    """Why the month cannot be closed yet, in sentences; nothing if it can."""
    reasons = [] if month.last < today else [text("The month is not over yet.")]
    for waits in _WAITS:
        reasons += await waits(client_id, month.last)
    return reasons


async def close(client_id: UUID, month: Period, today: date) -> UUID:
    """Close a client's month. Raises `Conflict` while something waits, or when it is not the next in line."""
    # Whoever posts holds this lock with others; closing waits for them, and they then book into the next month.
    await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"stock months {client_id}")
    if month != await next_month(client_id):
        raise Conflict(text("Months are closed one after another, each once; reload the page to see which is next."))
    reasons = await list_waiting(client_id, month, today)
    if reasons:
        raise Conflict(text("This month cannot be closed: {reasons}", reasons=" ".join(render(one) for one in reasons)))
    key, actor = uuid7(), current_actor()
    await db.execute(
        "insert into stock_month (id, client_id, month, closed_by, closed_name) values ($1, $2, $3, $4, $5)",
        *(key, client_id, month.first, actor.id, actor.name),
    )
    await db.bulk_insert(
        "stock_month_value",
        ("client_id", "month_id", "place_id", "category", "quantity", "value"),
        [
            (client_id, key, one.place_id, one.category, one.quantity, one.value)
            for one in await months.value_at(client_id, month.last)
        ],
    )
    await audit.record("closed", "stock_month", key, client_id, month=str(month))
    return key


@waits_on
async def _open_counts(client_id: UUID, last: date) -> list[Text]:
    """Counts whose differences belong to the month, which are neither booked nor given up."""
    count = await db.value(
        "select count(*)::int from stock_count where client_id = $1 and state in ('open', 'counted', 'waiting')"
        " and created_at < $2::date + 1",
        *(client_id, last),
    )
    return [text("{count} counts of stock are not ended.", count=count)] if count else []
