"""Suppliers' bills, their lines, and what belongs to them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.purchasing.rules.matching import KnownBill

STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("To approve"), "progress"),
    "held": (text("Held"), "attention"),
    "approved": (text("To pay"), "waiting"),
    "paid": (text("Paid"), "done"),
    "void": (text("Void"), "draft"),
}
UNPAID = ("draft", "held", "approved")


class BillRow(msgspec.Struct, frozen=True):
    """A bill in a list; amounts in rupiah, `open` is what is still to be paid to the supplier."""

    id: UUID
    client_id: UUID
    client_name: str
    supplier_id: UUID
    supplier_name: str
    number: str
    order_number: str | None
    billed_on: date
    due_on: date
    total: int
    open: int
    state: str


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """A bill whole. `total` is with PPN, PPh 23 is withheld of it, `open` is what remains to be paid."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    version: int
    supplier_id: UUID
    supplier_name: str
    supplier_pkp: bool
    supplier_has_npwp: bool
    order_id: UUID | None
    order_number: str | None
    order_ppn_rate: int | None
    number: str
    billed_on: date
    due_on: date
    subtotal: int
    ppn: int
    pph23: int
    total: int
    paid: int
    credited: int
    open: int
    state: str
    tax_invoice: str
    pph23_slip: str
    pph23_slip_on: date | None
    twice_reason: str
    note: str
    actor_name: str
    created_at: datetime


class BillLine(msgspec.Struct, frozen=True):
    """A line of a bill; quantity in thousandths of `unit`, money in rupiah, PPh 23 in parts per 100,000."""

    id: UUID
    order_line_id: UUID | None
    item_id: UUID | None
    item_code: str | None
    description: str
    unit: str
    quantity: int
    price: int
    amount: int
    service: str
    pph23_rate: int


class Payment(msgspec.Struct, frozen=True):
    """What happened to pay a bill."""

    id: UUID
    payment_id: UUID
    number: str
    pay_on: date
    amount: int
    state: str
    paid_on: date | None
    reference: str
    failure: str


class Credit(msgspec.Struct, frozen=True):
    """A credit note of a supplier, with what is left of it."""

    id: UUID
    client_id: UUID
    supplier_id: UUID
    supplier_name: str
    return_id: UUID | None
    number: str
    noted_on: date
    ppn: int
    total: int
    open: int


class CreditUse(msgspec.Struct, frozen=True):
    """What of a credit note was set off against a bill."""

    credit_id: UUID
    number: str
    amount: int
    actor_name: str
    created_at: datetime


class Supplier(msgspec.Struct, frozen=True):
    """A supplier as far as bills and payments look at it."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    name: str
    pkp: bool
    has_npwp: bool
    terms_days: int


_FROM = """
from supplier_bill b join client c on c.tenant_id = b.tenant_id and c.id = b.client_id
join supplier s on s.tenant_id = b.tenant_id and s.id = b.supplier_id
left join purchase_order o on o.tenant_id = b.tenant_id and o.id = b.order_id
"""


async def page_bills(
    client_id: UUID | None,
    state: str = "",
    *,
    supplier_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 51,
) -> list[BillRow]:
    """Bills of all clients one may see or of one, the newest first; state "unpaid" is all that may still be paid."""
    states = list(UNPAID) if state == "unpaid" else [state] if state else list(STATES)
    return await db.rows(
        BillRow,
        "select b.id, b.client_id, c.name as client_name, b.supplier_id, s.name as supplier_name, b.number,"
        f" o.number as order_number, b.billed_on, b.due_on, b.total, b.open, b.state {_FROM}"
        " where ($1::uuid is null or b.client_id = $1) and b.state = any($2) and ($3::uuid is null or b.supplier_id = $3)"
        " and ($4::uuid is null or b.id < $4) order by b.id desc limit $5",
        *(client_id, states, supplier_id, before, limit),
    )


async def get_bill(bill_id: UUID, *, lock: bool = False) -> Bill:
    """The bill, or `NotFound`."""
    found = await db.row(
        Bill,
        "select b.id, b.client_id, c.name as client_name, c.time_zone, b.version, b.supplier_id, s.name as supplier_name,"
        " s.pkp as supplier_pkp, s.npwp is not null as supplier_has_npwp, b.order_id, o.number as order_number,"
        " o.ppn_rate as order_ppn_rate, b.number, b.billed_on, b.due_on, b.subtotal, b.ppn, b.pph23, b.total, b.paid,"
        " b.credited, b.open, b.state, b.tax_invoice, b.pph23_slip, b.pph23_slip_on, b.twice_reason, b.note, b.actor_name,"
        f" b.created_at {_FROM} where b.id = $1 {'for update of b' if lock else ''}",
        bill_id,
    )
    if found is None:
        raise NotFound(text("This bill does not exist."))
    return found


async def list_bill_lines(bill_id: UUID) -> list[BillLine]:
    """The lines of a bill."""
    return await db.rows(
        BillLine,
        "select l.id, l.order_line_id, l.item_id, i.code as item_code, l.description, l.unit, l.quantity, l.price, l.amount,"
        " l.service, l.pph23_rate from supplier_bill_line l"
        " left join item i on i.tenant_id = l.tenant_id and i.id = l.item_id where l.bill_id = $1 order by l.id",
        bill_id,
    )


async def find_bill(client_id: UUID, once_key: str) -> UUID | None:
    """The bill that a form or call made before."""
    found: UUID | None = await db.value(
        "select id from supplier_bill where client_id = $1 and once_key = $2", client_id, once_key
    )
    return found


async def list_unapproved(order_id: UUID) -> list[UUID]:
    """Bills of an order on which a receipt can still have a say."""
    found = await db.records(
        "select id from supplier_bill where order_id = $1 and state in ('draft', 'held') order by id", order_id
    )
    return [one["id"] for one in found]


async def list_same(supplier_id: UUID, number: str, total: int, billed_on: date, near_days: int) -> list[KnownBill]:
    """Bills of a supplier that bear this number, or this amount at a near date; void ones do not count."""
    return await db.rows(
        KnownBill,
        "select id, number, billed_on, total from supplier_bill where supplier_id = $1 and state <> 'void'"
        " and (number_norm = regexp_replace(lower($2), '[^a-z0-9]', '', 'g') or (total = $3"
        " and billed_on >= $4::date - $5::int and billed_on <= $4::date + $5::int)) order by id limit 20",
        *(supplier_id, number, total, billed_on, near_days),
    )


async def list_payments(bill_id: UUID) -> list[Payment]:
    """How a bill was and is paid, the newest first."""
    return await db.rows(
        Payment,
        "select l.id, l.payment_id, p.number, p.pay_on, l.amount, l.state, l.paid_on, l.reference, l.failure"
        " from supplier_payment_line l join supplier_payment p on p.tenant_id = l.tenant_id and p.id = l.payment_id"
        " where l.bill_id = $1 order by l.id desc",
        bill_id,
    )


async def get_supplier(supplier_id: UUID) -> Supplier:
    """The supplier, or `NotFound`."""
    found = await db.row(
        Supplier,
        "select s.id, s.client_id, c.name as client_name, c.time_zone, s.name, s.pkp, s.npwp is not null as has_npwp,"
        " s.terms_days from supplier s join client c on c.tenant_id = s.tenant_id and c.id = s.client_id where s.id = $1",
        supplier_id,
    )
    if found is None:
        raise NotFound(text("This supplier does not exist."))
    return found


async def list_suppliers(client_id: UUID, limit: int = 500) -> list[Supplier]:
    """The client's suppliers by name, for a choice."""
    return await db.rows(
        Supplier,
        "select s.id, s.client_id, c.name as client_name, c.time_zone, s.name, s.pkp, s.npwp is not null as has_npwp,"
        " s.terms_days from supplier s join client c on c.tenant_id = s.tenant_id and c.id = s.client_id"
        " where s.client_id = $1 and s.archived_at is null order by s.name_norm, s.id limit $2",
        *(client_id, limit),
    )


_CREDIT = (
    "select n.id, n.client_id, n.supplier_id, s.name as supplier_name, n.return_id, n.number, n.noted_on, n.ppn, n.total,"
    " n.open from credit_note n join supplier s on s.tenant_id = n.tenant_id and s.id = n.supplier_id"
)


async def list_credits(supplier_id: UUID) -> list[Credit]:
    """Credit notes of a supplier of which something is left."""
    return await db.rows(Credit, f"{_CREDIT} where n.supplier_id = $1 and n.used < n.total order by n.id", supplier_id)


async def list_return_credits(return_ids: Sequence[UUID]) -> list[Credit]:
    """Credit notes about returns."""
    return await db.rows(Credit, f"{_CREDIT} where n.return_id = any($1) order by n.id", list(return_ids))


async def get_credit(credit_id: UUID, *, lock: bool = False) -> Credit:
    """The credit note, or `NotFound`."""
    found = await db.row(Credit, f"{_CREDIT} where n.id = $1 {'for update of n' if lock else ''}", credit_id)
    if found is None:
        raise NotFound(text("This credit note does not exist."))
    return found


async def list_credit_uses(bill_id: UUID) -> list[CreditUse]:
    """What was set off against a bill."""
    return await db.rows(
        CreditUse,
        "select u.credit_id, n.number, u.amount, u.actor_name, u.created_at from credit_use u"
        " join credit_note n on n.tenant_id = u.tenant_id and n.id = u.credit_id where u.bill_id = $1 order by u.id",
        bill_id,
    )
