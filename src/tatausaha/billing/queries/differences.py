"""Where what Stripe billed, or holds, is not what was counted or sold."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.billing.rules.comparing import Known, Period
from tatausaha.core import db
from tatausaha.core.exports import Column
from tatausaha.core.i18n import text

COMPARED_PERIODS = 13  # a year of months, and the running one


class DifferenceRow(msgspec.Struct, frozen=True):
    """A difference; open until `settled_at`, by our repair or because the next look found none."""

    id: UUID
    kind: str
    stripe_id: str
    ours: str
    theirs: str
    created_at: datetime
    seen_at: datetime
    settled_at: datetime | None
    repaired: bool


COLUMNS = (
    Column("created_at", text("Found"), "moment"),
    Column("kind", text("What differs")),
    Column("stripe_id", text("At the payment service")),
    Column("ours", text("Counted or sold here")),
    Column("theirs", text("Billed or held there")),
    Column("seen_at", text("Seen last"), "moment"),
    Column("settled_at", text("Settled"), "moment"),
)
"""The columns of the report."""

_ROW = "select id, kind, stripe_id, ours, theirs, created_at, seen_at, settled_at, repaired from billing_difference"


async def list_differences(
    *, only_open: bool = False, before: UUID | None = None, limit: int = 50
) -> list[DifferenceRow]:
    """Differences, newest first; `before` continues after a page's last id."""
    return await db.rows(
        DifferenceRow,
        f"{_ROW} where ($1::uuid is null or id < $1) and (not $2 or settled_at is null) order by id desc limit $3",
        *(before, only_open, limit),
    )


async def count_open() -> int:
    """How many wait for a person."""
    found: int = await db.value("select count(*) from billing_difference where settled_at is null")
    return found


async def stream_differences(*, only_open: bool = False) -> AsyncIterator[dict[str, Any]]:
    """All of them as the report's rows, oldest first."""
    async for record in db.stream(f"{_ROW} where not $1 or settled_at is null order by id", only_open):
        yield dict(record)


async def list_known() -> list[Known]:
    """The subscriptions as they stand here."""
    return await db.rows(
        Known,
        "select stripe_id, status, plan, currency, interval, clients, employees, period_starts_at, period_ends_at, ends_at"
        " from subscription order by began_at",
    )


async def list_compared_periods() -> list[Period]:
    """What the last periods began with."""
    return await db.rows(
        Period,
        "select stripe_subscription_id, starts_at, clients, employees from usage_period order by starts_at desc limit $1",
        COMPARED_PERIODS,
    )
