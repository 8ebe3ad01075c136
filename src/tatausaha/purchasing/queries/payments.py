"""What is owed to suppliers, how old it is, and the payments that settle it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.ageing import by_age
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text

STATES: dict[str, tuple[Text, str]] = {
    "waiting": (text("Waits for a second person"), "waiting"),
    "released": (text("Released"), "progress"),
    "done": (text("Done"), "done"),
    "cancelled": (text("Cancelled"), "draft"),
}
LINE_STATES: dict[str, tuple[Text, str]] = {
    "open": (text("On its way"), "progress"),
    "paid": (text("Paid"), "done"),
    "failed": (text("Failed"), "attention"),
    "dropped": (text("Taken out"), "draft"),
}


class Due(msgspec.Struct, frozen=True):
    """A bill that may be paid; `open` in rupiah. `barred` says why its supplier cannot be paid now."""

    id: UUID
    supplier_id: UUID
    supplier_name: str
    number: str
    due_on: date
    open: int
    bank: str
    has_account: bool
    account_waits: bool

    @property
    def barred(self) -> Text | None:
        if not self.has_account:
            return text("{name} has no bank account yet.", name=self.supplier_name)
        if self.account_waits:
            return text("A change of {name}'s bank account waits for approval.", name=self.supplier_name)
        return None


class Aged(msgspec.Struct, frozen=True):
    """What is owed to one supplier, in rupiah by age; the ages sum to `open`, from which credit notes are not taken off."""

    supplier_id: UUID
    supplier_name: str
    ages: dict[str, int]
    open: int
    credit: int


class StatementLine(msgspec.Struct, frozen=True):
    """Something that made a supplier's account rise or fall, with the balance after it."""

    on: date
    kind: str
    number: str
    link: str
    amount: int
    balance: int


class PaymentRow(msgspec.Struct, frozen=True):
    """A payment in a list."""

    id: UUID
    client_id: UUID
    client_name: str
    number: str
    pay_on: date
    state: str
    total: int
    bills: int
    failed: int


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment whole; money in rupiah."""

    id: UUID
    client_id: UUID
    client_name: str
    time_zone: str
    number: str
    pay_on: date
    state: str
    total: int
    note: str
    released_at: datetime | None
    filed_at: datetime | None
    actor_name: str
    created_at: datetime


class PaymentLine(msgspec.Struct, frozen=True):
    """A bill in a payment; `same_account` is false when the supplier's account changed since it was proposed."""

    id: UUID
    bill_id: UUID
    supplier_id: UUID
    supplier_name: str
    number: str
    due_on: date
    amount: int
    bank: str
    bank_holder: str
    state: str
    paid_on: date | None
    reference: str
    failure: str
    same_account: bool
    account_waits: bool


_WAITS = (
    "exists (select from change_request r where r.kind = 'supplier.bank_account' and r.subject_id = s.id"
    " and r.state = 'pending')"
)


async def list_due(client_id: UUID, until: date, bill_ids: Sequence[UUID] | None = None) -> list[Due]:
    """Approved bills of a client that are due until a day and in no payment, or some of them, by supplier."""
    return await db.rows(
        Due,
        "select b.id, b.supplier_id, s.name as supplier_name, b.number, b.due_on, b.open, s.bank,"  # noqa: S608
        f" s.bank_account_index is not null as has_account, {_WAITS} as account_waits from supplier_bill b"
        " join supplier s on s.tenant_id = b.tenant_id and s.id = b.supplier_id"
        " where b.client_id = $1 and b.state = 'approved' and b.open > 0 and b.due_on <= $2"
        " and ($3::uuid[] is null or b.id = any($3)) and not exists (select from supplier_payment_line l"
        "  where l.tenant_id = b.tenant_id and l.bill_id = b.id and l.state = 'open')"
        " order by s.name_norm, b.due_on, b.id limit 500",
        *(client_id, until, list(bill_ids) if bill_ids is not None else None),
    )


async def list_aged(client_id: UUID, today: date) -> list[Aged]:
    """What is owed to each supplier of a client, by age, from bills that are not void."""
    owed = await db.records(
        "select b.supplier_id, s.name, b.due_on, sum(b.open)::bigint as open from supplier_bill b"
        " join supplier s on s.tenant_id = b.tenant_id and s.id = b.supplier_id"
        " where b.client_id = $1 and b.state in ('draft', 'held', 'approved') and b.open > 0"
        " group by b.supplier_id, s.name, s.name_norm, b.due_on order by s.name_norm, b.supplier_id",
        client_id,
    )
    credits = await db.records(
        "select supplier_id, sum(open)::bigint as open from credit_note where client_id = $1 and used < total"
        " group by supplier_id",
        client_id,
    )
    left = {one["supplier_id"]: one["open"] for one in credits}
    suppliers = {one["supplier_id"]: one["name"] for one in owed}
    aged = []
    for key, name in suppliers.items():
        own = [(one["due_on"], one["open"]) for one in owed if one["supplier_id"] == key]
        ages = by_age(own, today)
        aged.append(Aged(key, name, ages, sum(ages.values()), left.get(key, 0)))
    return aged


async def list_statement(supplier_id: UUID, limit: int = 1000) -> list[StatementLine]:
    """A supplier's account from its beginning: bills less what is withheld, payments, credit notes; the balance is owed."""
    found = await db.records(
        "select * from (select billed_on as on_day, 1 as at, 'bill' as kind, number, '/purchasing/bills/' || id as link,"
        "  total - pph23 as amount from supplier_bill where supplier_id = $1 and state <> 'void'"
        " union all select l.paid_on, 3, 'payment', p.number, '/purchasing/payments/' || p.id, -l.amount"
        "  from supplier_payment_line l join supplier_payment p on p.tenant_id = l.tenant_id and p.id = l.payment_id"
        "  where l.supplier_id = $1 and l.state = 'paid'"
        " union all select noted_on, 2, 'credit', number, coalesce('/purchasing/returns/' || return_id, ''), -total"
        "  from credit_note where supplier_id = $1) as moves order by on_day, at, number limit $2",
        *(supplier_id, limit),
    )
    lines, balance = [], 0
    for one in found:
        balance += one["amount"]
        lines.append(StatementLine(one["on_day"], one["kind"], one["number"], one["link"], one["amount"], balance))
    return lines


_FROM = "from supplier_payment p join client c on c.tenant_id = p.tenant_id and c.id = p.client_id"


async def page_payments(
    client_id: UUID | None, state: str = "", *, before: UUID | None = None, limit: int = 51
) -> list[PaymentRow]:
    """Payments of all clients one may see or of one, the newest first."""
    return await db.rows(
        PaymentRow,
        "select p.id, p.client_id, c.name as client_name, p.number, p.pay_on, p.state, p.total, l.bills, l.failed"  # noqa: S608
        f" {_FROM} cross join lateral (select count(*) as bills, count(*) filter (where state = 'failed') as failed"
        "  from supplier_payment_line l where l.tenant_id = p.tenant_id and l.payment_id = p.id) l"
        " where ($1::uuid is null or p.client_id = $1) and ($2 = '' or p.state = $2) and ($3::uuid is null or p.id < $3)"
        " order by p.id desc limit $4",
        *(client_id, state, before, limit),
    )


async def get_payment(payment_id: UUID, *, lock: bool = False) -> Payment:
    """The payment, or `NotFound`."""
    found = await db.row(
        Payment,
        "select p.id, p.client_id, c.name as client_name, c.time_zone, p.number, p.pay_on, p.state, p.total, p.note,"
        f" p.released_at, p.filed_at, p.actor_name, p.created_at {_FROM} where p.id = $1 {'for update of p' if lock else ''}",
        payment_id,
    )
    if found is None:
        raise NotFound(text("This payment does not exist."))
    return found


_LINE = (
    "select l.id, l.bill_id, l.supplier_id, s.name as supplier_name, b.number, b.due_on, l.amount, s.bank, s.bank_holder,"  # noqa: S608
    " l.state, l.paid_on, l.reference, l.failure, l.account_index is not distinct from s.bank_account_index as same_account,"
    f" {_WAITS} as account_waits from supplier_payment_line l"
    " join supplier_bill b on b.tenant_id = l.tenant_id and b.id = l.bill_id"
    " join supplier s on s.tenant_id = l.tenant_id and s.id = l.supplier_id"
)


async def list_lines(payment_id: UUID) -> list[PaymentLine]:
    """The bills of a payment, by supplier."""
    return await db.rows(
        PaymentLine, f"{_LINE} where l.payment_id = $1 order by s.name_norm, b.due_on, l.id", payment_id
    )


async def get_line(line_id: UUID) -> tuple[UUID, PaymentLine]:
    """A bill within a payment, with the payment's id, or `NotFound`."""
    payment_id = await db.value("select payment_id from supplier_payment_line where id = $1", line_id)
    found = await db.row(PaymentLine, f"{_LINE} where l.id = $1", line_id)
    if payment_id is None or found is None:
        raise NotFound(text("This payment does not exist."))
    return payment_id, found
