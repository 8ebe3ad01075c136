"""What departments ask for out of the office supplies, and what that costs."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text

PAGE = 50
MOST_SUPPLIES = 200


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a department asked for, out of one place."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    time_zone: str
    place_id: UUID
    place_name: str
    department: str
    reason: str
    state: str
    asked_by: UUID | None
    asked_name: str
    comment: str
    ended_at: datetime | None


class RequestLine(msgspec.Struct, frozen=True):
    """An item that was asked for: quantities in thousandths of its unit, what was issued at cost in rupiah."""

    id: UUID
    item_id: UUID
    code: str
    name: str
    unit: str
    quantity: int
    issued: int
    value: int
    there: int

    @property
    def rest(self) -> int:
        """What was not issued yet."""
        return self.quantity - self.issued


class Supply(msgspec.Struct, frozen=True):
    """An item that offices use up, as it stands in a place."""

    id: UUID
    code: str
    name: str
    category: str
    unit: str
    there: int
    value: int


class Cost(msgspec.Struct, frozen=True):
    """What a department used up in a month, in rupiah."""

    department: str
    month: date
    value: int


_REQUEST = (
    "select r.*, c.name as client_name, c.time_zone, p.name as place_name from supply_request r"
    " join client c on c.id = r.client_id join place p on p.id = r.place_id"
)


async def page_requests(client_id: UUID | None, state: str, before: UUID | None) -> list[Request]:
    """The newest first, one more than a page holds; `before` continues behind a page's last."""
    return await db.rows(
        Request,
        f"{_REQUEST} where ($1::uuid is null or r.client_id = $1) and ($2 = '' or r.state = $2)"
        f" and ($3::uuid is null or r.id < $3) order by r.id desc limit {PAGE + 1}",
        *(client_id, state, before),
    )


async def get_request(request_id: UUID, *, lock: bool = False) -> Request:
    """The request, or `NotFound`; with `lock` nobody else issues out of it until the scope ends."""
    found = await db.row(Request, f"{_REQUEST} where r.id = $1{' for update of r' if lock else ''}", request_id)
    if found is None:
        raise NotFound(text("This request does not exist."))
    return found


async def list_lines(request_id: UUID) -> list[RequestLine]:
    """What was asked for, by name, and how much of it is there now."""
    return await db.rows(
        RequestLine,
        "select l.id, l.item_id, i.code, i.name, i.unit, l.quantity, l.issued, l.value, coalesce(v.quantity, 0) as there"
        " from supply_request_line l join supply_request r on r.id = l.request_id join item i on i.id = l.item_id"
        " left join stock_level v on v.item_id = l.item_id and v.place_id = r.place_id"
        " where l.request_id = $1 order by i.name_norm, i.id",
        request_id,
    )


async def list_supplies(client_id: UUID, place_id: UUID, item_ids: Sequence[UUID] | None = None) -> list[Supply]:
    """The office supplies of a client by name, as they stand in a place; all that are in use, or the named ones."""
    return await db.rows(
        Supply,
        "select i.id, i.code, i.name, i.category, i.unit, coalesce(v.quantity, 0) as there, coalesce(v.value, 0) as value"
        " from item i left join stock_level v on v.item_id = i.id and v.place_id = $2"
        " where i.client_id = $1 and i.kind = 'supply' and i.archived_at is null and ($3::uuid[] is null or i.id = any($3))"
        " order by i.name_norm, i.id limit $4",
        *(client_id, place_id, None if item_ids is None else list(item_ids), MOST_SUPPLIES),
    )


async def list_costs(client_id: UUID, first: date, last: date) -> list[Cost]:
    """What each department used up in each month of some days, by department."""
    return await db.rows(
        Cost,
        "select department, month, -sum(value)::bigint as value from ("
        " select department, (booked_on - extract(day from booked_on)::int + 1) as month, value from stock_movement"
        " where client_id = $1 and department <> '' and booked_on >= $2 and booked_on <= $3) m"
        " group by department, month order by department, month",
        *(client_id, first, last),
    )
