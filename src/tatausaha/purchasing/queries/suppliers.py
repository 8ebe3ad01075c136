"""Suppliers as their pages, orders and bills read them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.crypto import keyring
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.purchasing import secrets
from tatausaha.purchasing.rules.score import Facts

PAGE = 50
AFTER_ALL_LETTERS = "\U0010ffff"


class Wanted(msgspec.Struct, frozen=True):
    """A filter over suppliers; everything left out means all that are in use."""

    client_id: UUID | None = None
    q: str = ""
    archived: bool = False


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The row behind which a page begins."""

    name: str
    id: UUID


class Row(msgspec.Struct, frozen=True):
    """A supplier in a list."""

    id: UUID
    code: str
    name: str
    contact: str
    email: str
    phone: str
    pkp: bool
    terms_days: int
    lead_days: int
    archived_at: datetime | None
    client_id: UUID
    client_name: str
    open_orders: int
    name_norm: str


class Page(msgspec.Struct, frozen=True):
    """Some rows, and where the next ones begin."""

    rows: list[Row]
    next: Cursor | None


class Supplier(msgspec.Struct, frozen=True, kw_only=True):
    """All facts of a supplier. Tax and account numbers are whole here; pages mask them."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    version: int
    code: str
    name: str
    contact: str
    email: str
    phone: str
    address: str
    npwp: str
    pkp: bool
    terms_days: int
    lead_days: int
    language: str
    bank: str
    bank_account: str
    bank_holder: str
    note: str
    archived_at: datetime | None
    created_at: datetime


class SupplierItem(msgspec.Struct, frozen=True):
    """What a supplier delivers, with the price of one unit that holds on the day asked for."""

    id: UUID
    item_id: UUID
    code: str
    name: str
    item_unit: str
    supplier_code: str
    unit: str
    factor: int
    pack: int
    minimum: int
    preferred: bool
    price: int | None


class Same(msgspec.Struct, frozen=True):
    """Somebody else who is paid on the same account."""

    id: UUID
    name: str
    kind: str


async def page_suppliers(wanted: Wanted, after: Cursor | None = None) -> Page:
    """Suppliers by name, of one client or of all one may see."""
    begin = " ".join(wanted.q.lower().split())
    rows = await db.rows(
        Row,
        "select s.id, s.code, s.name, s.contact, s.email, s.phone, s.pkp, s.terms_days, s.lead_days, s.archived_at,"
        " s.client_id, c.name as client_name, s.name_norm, (select count(*) from purchase_order o where"
        "  o.supplier_id = s.id and o.state in ('approved', 'sent', 'confirmed')) as open_orders"
        " from supplier s join client c on c.id = s.client_id"
        " where ($1::uuid is null or s.client_id = $1) and (s.archived_at is not null) = $2"
        " and ($3 = '' or (s.name_norm >= $3 and s.name_norm < $4) or (s.word2 >= $3 and s.word2 < $4)"
        "  or (s.code_norm >= $3 and s.code_norm < $4))"
        " and ($5::text is null or (s.name_norm, s.id) > ($5, $6)) order by s.name_norm, s.id limit $7",
        *(wanted.client_id, wanted.archived, begin, begin + AFTER_ALL_LETTERS),
        *(after.name if after else None, after.id if after else None, PAGE + 1),
    )
    shown = rows[:PAGE]
    return Page(shown, Cursor(shown[-1].name_norm, shown[-1].id) if len(rows) > PAGE else None)


async def get_supplier(supplier_id: UUID, *, lock: bool = False) -> Supplier:
    """The supplier, or `NotFound`; with `lock` nobody else changes it until the scope ends."""
    found = await db.records(
        "select s.*, c.name as client_name, c.time_zone from supplier s join client c on c.id = s.client_id"  # noqa: S608
        f" where s.id = $1{' for update of s' if lock else ''}",
        supplier_id,
    )
    if not found:
        raise NotFound(text("This supplier does not exist."))
    return msgspec.convert(secrets.opened(await keyring(), dict(found[0])), Supplier)


async def list_choices(client_id: UUID) -> list[tuple[str, str]]:
    """The client's suppliers in use, for a form: id and name."""
    found = await db.records(
        "select id, name, code from supplier where client_id = $1 and archived_at is null order by name_norm, id limit 2000",
        client_id,
    )
    return [(str(one["id"]), f"{one['name']} ({one['code']})") for one in found]


async def list_by_codes(client_id: UUID, codes: Sequence[str], *, lock: bool = False) -> list[Supplier]:
    """The client's suppliers that bear one of these codes, archived ones too."""
    found = await db.records(
        "select s.*, c.name as client_name, c.time_zone from supplier s join client c on c.id = s.client_id"  # noqa: S608
        f" where s.client_id = $1 and s.code = any($2) order by s.id{' for update of s' if lock else ''}",
        *(client_id, list(codes)),
    )
    keys = await keyring()
    return [msgspec.convert(secrets.opened(keys, dict(one)), Supplier) for one in found]


async def list_items(supplier_id: UUID, day: date) -> list[SupplierItem]:
    """What the supplier delivers, by name, with the price for its least order on `day`."""
    return await db.rows(
        SupplierItem,
        "select s.id, s.item_id, i.code, i.name, i.unit as item_unit, s.supplier_code, s.unit,"
        " case when s.unit = i.unit then 1000 else u.factor end as factor, s.pack, s.minimum, s.preferred, p.price"
        " from supplier_item s join item i on i.id = s.item_id"
        " left join item_unit u on u.item_id = s.item_id and u.unit = s.unit"
        " left join lateral (select price from supplier_price p where p.supplier_id = s.supplier_id"
        "  and p.item_id = s.item_id and p.unit = s.unit and p.starts_on <= $2 and (p.ends_on is null or p.ends_on >= $2)"
        "  and p.minimum_quantity <= greatest(s.minimum, s.pack)"
        "  order by p.minimum_quantity desc, p.starts_on desc limit 1) p on true"
        " where s.supplier_id = $1 and (s.unit = i.unit or u.factor is not null) order by i.name_norm, s.id",
        *(supplier_id, day),
    )


async def list_same_account(supplier_id: UUID) -> list[Same]:
    """Employees and other suppliers of the client who are paid on the supplier's account: a thing to look into."""
    return await db.rows(
        Same,
        "select o.id, o.name, 'supplier' as kind from supplier s join supplier o on o.client_id = s.client_id"
        " and o.bank_account_index = s.bank_account_index and o.id <> s.id where s.id = $1"
        " union all select e.id, e.name, 'employee' from supplier s join employee e on e.client_id = s.client_id"
        " and e.bank_account_index = s.bank_account_index where s.id = $1 limit 10",
        supplier_id,
    )


async def get_facts(supplier_id: UUID, since: date, day: date) -> Facts:
    """What came of the orders that were placed since a day, for the score on `day`."""
    found = await db.row(
        Facts,
        "with placed as (select o.id, o.state, o.expected_on, o.sent_at,"
        "   (select max(r.received_on) from goods_receipt r where r.order_id = o.id and r.state = 'booked') as came_on,"
        "   (select not bool_or(l.received < l.quantity) from purchase_order_line l where l.order_id = o.id) as whole"
        "  from purchase_order o where o.supplier_id = $1 and o.ordered_on >= $2 and o.approved_at is not null"
        "  and o.state <> 'cancelled'),"
        " due as (select * from placed where state <> 'refused' and (whole or expected_on < $3))"
        " select (select count(*) from due) as due,"
        " (select count(*) from due where whole and (expected_on is null or came_on <= expected_on)) as on_time,"
        " coalesce((select sum(l.amount) from due join purchase_order_line l on l.order_id = due.id), 0)::bigint as ordered,"
        " coalesce((select sum(l.amount * least(l.received, l.quantity) / l.quantity) from due"
        "  join purchase_order_line l on l.order_id = due.id), 0)::bigint as received,"
        " (select count(*) from placed where sent_at is not null or state = 'refused') as answered,"
        " (select count(*) from placed where state = 'refused') as refused",
        *(supplier_id, since, day),
    )
    assert found is not None
    return found


class PriceChange(msgspec.Struct, frozen=True):
    """What one own unit of an item really cost with each delivery, in rupiah, the first one first."""

    item_id: UUID
    code: str
    name: str
    unit: str
    days: list[date]
    prices: list[int]


async def list_price_changes(supplier_id: UUID, since: date, limit: int = 10) -> list[PriceChange]:
    """Items whose price per own unit was not the same in every delivery since a day; the most often delivered first."""
    return await db.rows(
        PriceChange,
        "with came as (select l.item_id, r.received_on, r.id, sum(l.value) * 1000"
        "   / nullif(sum(l.quantity * o.factor / 1000), 0) as price from goods_receipt r"
        "  join goods_receipt_line l on l.receipt_id = r.id join purchase_order_line o on o.id = l.order_line_id"
        "  where r.supplier_id = $1 and r.received_on >= $2 and r.state = 'booked' group by 1, 2, 3)"
        " select i.id as item_id, i.code, i.name, i.unit, array_agg(came.received_on order by came.received_on, came.id)"
        "  as days, array_agg(came.price::bigint order by came.received_on, came.id) as prices"
        " from came join item i on i.id = came.item_id where came.price is not null group by i.id, i.code, i.name, i.unit"
        " having min(came.price) <> max(came.price) order by count(*) desc, i.name limit $3",
        *(supplier_id, since, limit),
    )


async def list_clients() -> list[tuple[str, str]]:
    """Client companies that are in use, for a form."""
    found = await db.records("select id, name from client where archived_at is null order by name, id")
    return [(str(one["id"]), one["name"]) for one in found]


class Client(msgspec.Struct, frozen=True):
    """A client company as far as its purchases need it."""

    id: UUID
    name: str
    time_zone: str


async def get_client(client_id: UUID) -> Client:
    """The client company, or `NotFound`."""
    found = await db.row(Client, "select id, name, time_zone from client where id = $1", client_id)
    if found is None:
        raise NotFound(text("This client does not exist."))
    return found


async def supplier_names(client_id: UUID, supplier_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of the client's suppliers by id; others are left out."""
    found = await db.records(
        "select id, name from supplier where client_id = $1 and id = any($2)", client_id, list(supplier_ids)
    )
    return {one["id"]: one["name"] for one in found}
