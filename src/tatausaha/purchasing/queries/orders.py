"""Orders as their pages, papers and receipts read them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.purchasing.rules.totals import still_to_come

PAGE = 50
OPEN = ("approved", "sent", "confirmed")
"""States in which goods are on their way."""

AFTER_ALL_LETTERS = "\U0010ffff"


class Wanted(msgspec.Struct, frozen=True):
    """A filter over orders; everything left out means all."""

    client_id: UUID | None = None
    supplier_id: UUID | None = None
    state: str = ""
    q: str = ""


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The row behind which a page begins."""

    id: UUID


class Row(msgspec.Struct, frozen=True):
    """An order in a list."""

    id: UUID
    created_at: datetime
    client_id: UUID
    client_name: str
    supplier_id: UUID
    supplier_name: str
    place_name: str
    number: str | None
    revision: int
    state: str
    ordered_on: date
    expected_on: date | None
    total: int


class Page(msgspec.Struct, frozen=True):
    """Some rows, the newest first, and behind which id the next ones begin."""

    rows: list[Row]
    next: UUID | None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """All facts of an order; money in rupiah, the rate of PPN in parts per 100,000."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    version: int
    created_at: datetime
    supplier_id: UUID
    supplier_name: str
    supplier_email: str
    supplier_pkp: bool
    place_id: UUID
    place_name: str
    request_id: UUID | None
    number: str | None
    revision: int
    state: str
    ordered_on: date
    expected_on: date | None
    ppn_rate: int
    subtotal: int
    ppn: int
    total: int
    note: str
    maker_id: UUID | None
    maker_name: str
    submitted_at: datetime | None
    approved_at: datetime | None
    approved_name: str
    sent_at: datetime | None
    confirmed_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def editable(self) -> bool:
        """True while it can be typed over: a draft freely, an approved one as a change that needs approval again."""
        return self.state in ("draft", *OPEN, "refused")

    @property
    def cancellable(self) -> bool:
        return self.state in ("draft", "waiting", *OPEN, "refused")


class Line(msgspec.Struct, frozen=True):
    """A line of an order: quantities in thousandths of `unit`, `factor` thousandths of the item's own unit in one of it."""

    id: UUID
    position: int
    item_id: UUID
    code: str
    name: str
    item_unit: str
    supplier_code: str
    unit: str
    factor: int
    quantity: int
    price: int
    discount: int
    amount: int
    received: int
    billed: int
    returned: int

    @property
    def to_come(self) -> int:
        """What has not come, in thousandths of the item's own unit."""
        return still_to_come(self.quantity, self.received, self.factor)


class Revision(msgspec.Struct, frozen=True):
    """A version of an order as it was approved."""

    id: UUID
    created_at: datetime
    revision: int
    content: dict[str, Any]
    total: int
    reason: str
    approved_name: str


class Policy(msgspec.Struct, frozen=True):
    """How a client orders."""

    client_id: UUID
    version: int = 0
    ppn_rate: int = 12_000
    order_terms: str = ""


async def page_orders(wanted: Wanted, after: UUID | None = None) -> Page:
    """Orders of one client or of all one may see; `q` is a number, or how a supplier's name begins."""
    begin = " ".join(wanted.q.lower().split())
    # The page is cut before anything is joined, so that its index is walked however many orders there are.
    rows = await db.rows(
        Row,
        "select o.id, o.created_at, o.client_id, c.name as client_name, o.supplier_id, s.name as supplier_name,"
        " p.name as place_name, o.number, o.revision, o.state, o.ordered_on, o.expected_on, o.total from (select * from"
        "  purchase_order where ($1::uuid is null or client_id = $1) and ($2::uuid is null or supplier_id = $2)"
        "  and ($3 = '' or state = $3) and ($4 = '' or number = $5 or supplier_id in (select id from supplier"
        "   where ($1::uuid is null or client_id = $1) and name_norm >= $4 and name_norm < $6))"
        "  and ($7::uuid is null or id < $7) order by id desc limit $8) o join client c on c.id = o.client_id"
        " join supplier s on s.id = o.supplier_id join place p on p.id = o.place_id order by o.id desc",
        *(wanted.client_id, wanted.supplier_id, wanted.state, begin, wanted.q.strip().upper()),
        *(begin + AFTER_ALL_LETTERS, after, PAGE + 1),
    )
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


async def get_order(order_id: UUID, *, lock: bool = False) -> Order:
    """The order, or `NotFound`; with `lock` nobody else changes it until the scope ends."""
    found = await db.row(
        Order,
        "select o.*, c.name as client_name, c.time_zone, s.name as supplier_name, s.email as supplier_email,"  # noqa: S608
        " s.pkp as supplier_pkp, p.name as place_name from purchase_order o join client c on c.id = o.client_id"
        " join supplier s on s.id = o.supplier_id join place p on p.id = o.place_id"
        f" where o.id = $1{' for update of o' if lock else ''}",
        order_id,
    )
    if found is None:
        raise NotFound(text("This order does not exist."))
    return found


async def list_lines(order_id: UUID) -> list[Line]:
    """The lines of an order, in their order."""
    return await db.rows(
        Line,
        "select l.id, l.position, l.item_id, i.code, i.name, i.unit as item_unit, coalesce(d.supplier_code, '') as"
        " supplier_code, l.unit, l.factor, l.quantity, l.price, l.discount, l.amount, l.received, l.billed, l.returned"
        " from purchase_order_line l join purchase_order o on o.id = l.order_id join item i on i.id = l.item_id"
        " left join supplier_item d on d.supplier_id = o.supplier_id and d.item_id = l.item_id"
        " where l.order_id = $1 order by l.position, l.id",
        order_id,
    )


async def list_revisions(order_id: UUID) -> list[Revision]:
    """The versions that were approved, the newest first."""
    return await db.rows(
        Revision,
        "select id, created_at, revision, content, total, reason, approved_name from purchase_order_revision"
        " where order_id = $1 order by revision desc",
        order_id,
    )


async def get_revision(order_id: UUID, revision: int) -> Revision:
    """One version as it was approved, or `NotFound`."""
    found = await db.row(
        Revision,
        "select id, created_at, revision, content, total, reason, approved_name from purchase_order_revision"
        " where order_id = $1 and revision = $2",
        *(order_id, revision),
    )
    if found is None:
        raise NotFound(text("This version of the order does not exist."))
    return found


async def list_of_request(request_id: UUID) -> list[Row]:
    """The orders that a request became."""
    return await db.rows(
        Row,
        "select o.id, o.created_at, o.client_id, c.name as client_name, o.supplier_id, s.name as supplier_name,"
        " p.name as place_name, o.number, o.revision, o.state, o.ordered_on, o.expected_on, o.total"
        " from purchase_order o join client c on c.id = o.client_id join supplier s on s.id = o.supplier_id"
        " join place p on p.id = o.place_id where o.request_id = $1 order by o.id",
        request_id,
    )


async def get_policy(client_id: UUID) -> Policy:
    """How the client orders; the usual where nothing was said."""
    found = await db.row(
        Policy,
        "select client_id, version, ppn_rate, order_terms from purchase_policy where client_id = $1",
        client_id,
    )
    return found or Policy(client_id)
