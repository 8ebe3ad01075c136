"""Closed months, and what they closed with."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

PAGE = 24

_SELECT = (
    "select m.id, m.client_id, c.name as client_name, c.time_zone, m.month, m.closed_name, m.created_at as closed_at,"
    " (select coalesce(sum(v.value), 0)::bigint from stock_month_value v where v.month_id = m.id) as value"
    " from stock_month m join client c on c.id = m.client_id"
)


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A closed month: its first day, who closed it, and what everything was worth at its end."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    month: date
    closed_name: str
    closed_at: datetime
    value: int


class MonthValue(msgspec.Struct, frozen=True):
    """What lay in a place of one category: thousandths of many units, and rupiah."""

    place_id: UUID
    place_name: str
    category: str
    quantity: int
    value: int


class Cursor(msgspec.Struct, frozen=True):
    """Behind the last month of a page."""

    month: date
    id: UUID


async def list_months(client_id: UUID | None, after: Cursor | None = None) -> list[Month]:
    """Closed months, the latest first, one more than a page; of one client, or of all one may see."""
    return await db.rows(
        Month,
        f"{_SELECT} where ($1::uuid is null or m.client_id = $1)"
        " and ($3::uuid is null or (m.month, m.id) < ($2::date, $3::uuid)) order by m.month desc, m.id desc limit $4",
        *(client_id, *((after.month, after.id) if after else (None, None)), PAGE + 1),
    )


async def get_month(month_id: UUID) -> Month:
    """A closed month, or `NotFound`."""
    found = await db.row(Month, f"{_SELECT} where m.id = $1", month_id)
    if found is None:
        raise NotFound(text("This month was not closed."))
    return found


async def find_last(client_id: UUID) -> date | None:
    """The first day of the last closed month."""
    found: date | None = await db.value("select max(month) from stock_month where client_id = $1", client_id)
    return found


async def find_first_booked(client_id: UUID) -> date | None:
    """The first day on which anything was booked."""
    found: date | None = await db.value(
        "select booked_on from stock_movement where client_id = $1 order by booked_on limit 1", client_id
    )
    return found


async def list_values(month_id: UUID) -> list[MonthValue]:
    """What a month closed with, by place and category."""
    return await db.rows(
        MonthValue,
        "select v.place_id, p.name as place_name, v.category, v.quantity, v.value from stock_month_value v"
        " join place p on p.id = v.place_id where v.month_id = $1 order by p.name, v.category",
        month_id,
    )


async def value_at(client_id: UUID, last: date) -> list[MonthValue]:
    """What lay at the end of a day, by place and category: what lies now less what was booked since."""
    return await db.rows(
        MonthValue,
        "select p.id as place_id, p.name as place_name, i.category, sum(s.quantity)::bigint as quantity,"
        " sum(s.value)::bigint as value from ("
        "  select place_id, item_id, quantity, value from stock_level where client_id = $1 union all"
        "  select place_id, item_id, -quantity, -value from stock_movement where client_id = $1 and booked_on > $2) s"
        " join item i on i.id = s.item_id join place p on p.id = s.place_id"
        " group by p.id, p.name, i.category having sum(s.quantity) <> 0 or sum(s.value) <> 0 order by p.name, i.category",
        *(client_id, last),
    )
