"""What stock is worth, day by day: from what the last closed month closed with, or back from what lies there today."""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import Period


class Base(msgspec.Struct, frozen=True):
    """The last month that was closed before some day."""

    month_id: UUID
    month: date

    @property
    def last(self) -> date:
        """Its last day: everything after it is counted from movements."""
        return Period.of(self.month).last


class Booked(msgspec.Struct, frozen=True):
    """What was booked on a day by one kind of movement, in rupiah; without a day, all that was before the first."""

    day: date | None
    kind: str
    value: int


class Share(msgspec.Struct, frozen=True):
    """What lies in a place of a category."""

    place: str
    category: str
    value: int


async def find_base(client_id: UUID, before: date) -> Base | None:
    """The last month that was closed and ended before a day; None when everything follows from movements."""
    return await db.row(
        Base,
        "select id as month_id, month from stock_month where client_id = $1 and month < $2 order by month desc limit 1",
        *(client_id, Period.of(before).first),
    )


async def sum_base(base: Base, place_id: UUID | None) -> int:
    """What the closed month closed with, in rupiah."""
    found: int = await db.value(
        "select coalesce(sum(value), 0)::bigint from stock_month_value where month_id = $1"
        " and ($2::uuid is null or place_id = $2)",
        *(base.month_id, place_id),
    )
    return found


async def list_booked(
    client_id: UUID, place_id: UUID | None, after: date, first: date, last: date | None
) -> list[Booked]:
    """What was booked behind a day until another (or ever since), by kind; each day from `first` on by itself."""
    return await db.rows(
        Booked,
        "select day, kind, sum(value)::bigint as value from (select case when booked_on >= $4 then booked_on end as day,"
        " kind, value from stock_movement where client_id = $1 and ($2::uuid is null or place_id = $2)"
        " and booked_on > $3 and booked_on <= coalesce($5, date 'infinity')) m group by day, kind order by day nulls first",
        *(client_id, place_id, after, first, last),
    )


async def list_shares(client_id: UUID, place_id: UUID | None, base: Base | None, last: date) -> list[Share]:
    """What lay where at the end of a day, by place and category: from the base on, or back from the levels of today."""
    bounds: tuple[object, ...]
    if base:
        known = "select place_id, category, value from stock_month_value where month_id = $3"
        since, sign, bounds = "m.booked_on > $4 and m.booked_on <= $5", "", (base.month_id, base.last, last)
    else:
        known = (
            "select l.place_id, i.category, sum(l.value) as value from stock_level l join item i on i.id = l.item_id"
            " where l.client_id = $1 and l.value <> 0 group by l.place_id, i.category"
        )
        since, sign, bounds = "m.booked_on > $3", "-", (last,)
    return await db.rows(
        Share,
        f"select p.name as place, s.category, sum(s.value)::bigint as value from ({known} union all"  # noqa: S608
        f" select m.place_id, i.category, {sign}m.value from (select place_id, item_id, sum(value) as value"
        f"   from stock_movement m where client_id = $1 and {since} group by place_id, item_id) m"
        " join item i on i.id = m.item_id) s join place p on p.id = s.place_id"
        " where $2::uuid is null or s.place_id = $2"
        " group by p.name, s.category having sum(s.value) <> 0 order by p.name, s.category",
        *(client_id, place_id, *bounds),
    )


async def sum_levels(client_id: UUID, place_id: UUID | None) -> int:
    """What the levels say that everything is worth now: the same that follows from the movements."""
    found: int = await db.value(
        "select coalesce(sum(value), 0)::bigint from stock_level where client_id = $1"
        " and ($2::uuid is null or place_id = $2)",
        *(client_id, place_id),
    )
    return found
