"""Shifts: by day, and one of them with what it took in."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.core.money import Rupiah

PAGE = 50


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One session at a drawer. `difference` is what was counted less what was expected, over all ways of paying."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    place_id: UUID
    place_name: str
    till_id: UUID | None
    till_code: str
    version: int
    day: date
    number: str
    cashier: str
    opened_at: datetime
    closed_at: datetime | None
    state: str
    opening_cash: Rupiah
    counted_cash: Rupiah | None
    difference: Rupiah | None
    reason: str
    closed_name: str
    late_seen: int
    taken: Rupiah
    lines: int
    late: Rupiah
    late_lines: int

    @property
    def unseen(self) -> int:
        """Late lines that nobody has looked at."""
        return self.late_lines - self.late_seen

    @property
    def countable(self) -> bool:
        """Whether it may be counted, for the first time or again."""
        return self.state != "closed"


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """What a shift took in by one way of paying; refunds are zero or less."""

    method: str
    sales: Rupiah
    refunds: Rupiah
    late: Rupiah
    lines: int
    late_lines: int
    expected: Rupiah | None
    counted: Rupiah | None


class Wanted(msgspec.Struct, frozen=True):
    """Which shifts."""

    client_id: UUID | None = None
    place_id: UUID | None = None
    state: str = ""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last shift of a page."""

    day: date
    id: UUID


_SELECT = (
    "select s.*, c.name as client_name, c.time_zone, p.name as place_name, coalesce(t.code, '') as till_code,"
    " m.taken, m.lines, m.late, m.late_lines"
    " from shift s join client c on c.id = s.client_id join place p on p.id = s.place_id"
    " left join till t on t.id = s.till_id"
    " cross join lateral (select coalesce(sum(sales + refunds), 0)::bigint as taken, coalesce(sum(lines), 0)::int as lines,"
    "  coalesce(sum(late), 0)::bigint as late, coalesce(sum(late_lines), 0)::int as late_lines"
    "  from shift_method where shift_id = s.id) m"
)


async def page_shifts(wanted: Wanted, after: Cursor | None) -> list[Shift]:
    """The latest days first, one more than a page holds."""
    return await db.rows(
        Shift,
        f"{_SELECT} where ($1::uuid is null or s.client_id = $1) and ($2::uuid is null or s.place_id = $2)"
        " and ($3 = '' or s.state = $3) and ($4::date is null or (s.day, s.id) < ($4, $5))"
        " order by s.day desc, s.id desc limit $6",
        *(wanted.client_id, wanted.place_id, wanted.state),
        *(after and after.day, after and after.id, PAGE + 1),
    )


async def get_shift(shift_id: UUID, *, lock: bool = False) -> Shift:
    """One shift, or `NotFound`; locked, nothing is booked into it until the scope ends."""
    if lock:
        await db.execute("select from shift where id = $1 for update", shift_id)
    found = await db.row(Shift, f"{_SELECT} where s.id = $1", shift_id)
    if found is None:
        raise NotFound(text("This shift does not exist."))
    return found


async def find_shift(place_id: UUID, till_id: UUID | None, day: date, number: str) -> UUID | None:
    """The shift of this name on this day."""
    found: UUID | None = await db.value(
        "select id from shift where place_id = $1 and till_id is not distinct from $2 and day = $3 and number = $4",
        *(place_id, till_id, day, number),
    )
    return found


async def list_methods(shift_id: UUID) -> list[Method]:
    """Every way of paying that the shift met with, by name."""
    return await db.rows(
        Method,
        "select method, sales, refunds, late, lines, late_lines, expected, counted from shift_method where shift_id = $1"
        " order by method",
        shift_id,
    )
