"""Requests of departments, and what became of them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.purchasing.queries.orders import Cursor

PAGE = 50


class Wanted(msgspec.Struct, frozen=True):
    """A filter over requests; everything left out means all."""

    client_id: UUID | None = None
    state: str = ""


class Row(msgspec.Struct, frozen=True):
    """A request in a list."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    place_name: str
    department: str
    needed_on: date | None
    state: str
    estimate: int
    maker_name: str
    lines: int


class Page(msgspec.Struct, frozen=True):
    """Some rows, the newest first, and where the next ones begin."""

    rows: list[Row]
    next: Cursor | None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a department wants; `estimate` in rupiah by the price lists of the day it was written."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    version: int
    created_at: datetime
    place_id: UUID
    place_name: str
    department: str
    needed_on: date | None
    reason: str
    state: str
    estimate: int
    maker_id: UUID | None
    maker_name: str
    answer: str


class Line(msgspec.Struct, frozen=True):
    """A line of a request: thousandths of `unit`; the supplier where one was named, the order that it became."""

    id: UUID
    item_id: UUID
    code: str
    name: str
    unit: str
    factor: int
    quantity: int
    supplier_id: UUID | None
    supplier_name: str | None
    order_id: UUID | None
    order_number: str | None


async def page_requests(wanted: Wanted, after: UUID | None = None) -> Page:
    """Requests of one client or of all one may see, the newest first."""
    rows = await db.rows(
        Row,
        "select r.id, r.created_at, r.client_id, c.name as client_name, p.name as place_name, r.department, r.needed_on,"
        " r.state, r.estimate, r.maker_name, (select count(*) from purchase_request_line l where l.request_id = r.id) as"
        " lines from (select * from purchase_request where ($1::uuid is null or client_id = $1) and ($2 = '' or state = $2)"
        "  and ($3::uuid is null or id < $3) order by id desc limit $4) r"
        " join client c on c.id = r.client_id join place p on p.id = r.place_id order by r.id desc",
        *(wanted.client_id, wanted.state, after, PAGE + 1),
    )
    return Page(rows[:PAGE], Cursor(rows[PAGE - 1].id) if len(rows) > PAGE else None)


async def get_request(request_id: UUID, *, lock: bool = False) -> Request:
    """The request, or `NotFound`; with `lock` nobody else changes it until the scope ends."""
    found = await db.row(
        Request,
        "select r.*, c.name as client_name, c.time_zone, p.name as place_name from purchase_request r"  # noqa: S608
        " join client c on c.id = r.client_id join place p on p.id = r.place_id"
        f" where r.id = $1{' for update of r' if lock else ''}",
        request_id,
    )
    if found is None:
        raise NotFound(text("This request does not exist."))
    return found


async def list_lines(request_id: UUID) -> list[Line]:
    """The lines of a request, in their order."""
    return await db.rows(
        Line,
        "select l.id, l.item_id, i.code, i.name, l.unit, l.factor, l.quantity, l.supplier_id, s.name as supplier_name,"
        " l.order_id, o.number as order_number from purchase_request_line l join item i on i.id = l.item_id"
        " left join supplier s on s.id = l.supplier_id left join purchase_order o on o.id = l.order_id"
        " where l.request_id = $1 order by l.position, l.id",
        request_id,
    )
