"""What was counted, for people to look at: each night, and by paid period."""

from datetime import date, datetime

import msgspec

from tatausaha.core import db


class Day(msgspec.Struct, frozen=True):
    """The counts of one night."""

    counted_on: date
    clients: int
    employees: int
    seats: int


class Period(msgspec.Struct, frozen=True):
    """A paid period: what it began with, and the most that was charged for. Open until it is frozen."""

    stripe_subscription_id: str
    starts_at: datetime
    ends_at: datetime
    clients: int
    employees: int
    most_clients: int
    most_employees: int
    frozen_at: datetime | None


async def list_days(limit: int = 90, before: date | None = None) -> list[Day]:
    """The newest first; `before` continues behind a page's last day."""
    return await db.rows(
        Day,
        "select counted_on, clients, employees, seats from usage_day where $1::date is null or counted_on < $1"
        " order by counted_on desc limit $2",
        *(before, limit),
    )


async def list_periods(limit: int = 24) -> list[Period]:
    """The newest first."""
    return await db.rows(
        Period,
        "select stripe_subscription_id, starts_at, ends_at, clients, employees, most_clients, most_employees, frozen_at"
        " from usage_period order by starts_at desc limit $1",
        limit,
    )
