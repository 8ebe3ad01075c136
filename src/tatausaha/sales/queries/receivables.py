"""Reads of what customers owe and paid."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.ageing import by_age
from tatausaha.core.money import Rupiah


class Receivable(msgspec.Struct, frozen=True, kw_only=True):
    """One part of an invoice: what is due on one day."""

    id: UUID
    client_id: UUID
    client_name: str
    customer_id: UUID
    customer_name: str
    number: str | None
    request_id: UUID
    part: int
    parts: int
    issued_on: date
    due_on: date
    amount: Rupiah
    paid: Rupiah
    state: str
    note: str
    void_reason: str

    @property
    def open(self) -> Rupiah:
        """What is still to be paid."""
        return self.amount - self.paid if self.state == "open" else 0


class Statement(msgspec.Struct, frozen=True):
    """One line of a customer's account, with the balance after it."""

    day: date
    what: str
    reference: str
    amount: Rupiah
    balance: Rupiah


_RECEIVABLE = (
    "select r.*, c.name as client_name, k.name as customer_name from receivable r"
    " join customer k on k.tenant_id = r.tenant_id and k.id = r.customer_id"
    " join client c on c.tenant_id = r.tenant_id and c.id = r.client_id"
)


async def list_open(customer_id: UUID, *, lock: bool = False) -> list[Receivable]:
    """What the customer still has to pay, the oldest due day first."""
    suffix = " for update of r" if lock else ""
    return await db.rows(
        Receivable,
        f"{_RECEIVABLE} where r.customer_id = $1 and r.state = 'open' order by r.due_on, r.id{suffix}",
        customer_id,
    )


async def list_parts(request_id: UUID, *, lock: bool = False) -> list[Receivable]:
    """All parts of one invoice."""
    suffix = " for update of r" if lock else ""
    return await db.rows(Receivable, f"{_RECEIVABLE} where r.request_id = $1 order by r.part{suffix}", request_id)


async def page_of_customer(customer_id: UUID, after: UUID | None, limit: int) -> list[Receivable]:
    """The customer's invoices, the newest first."""
    return await db.rows(
        Receivable,
        f"{_RECEIVABLE} where r.customer_id = $1 and ($2::uuid is null or r.id < $2) order by r.id desc limit $3",
        *(customer_id, after, limit),
    )


async def page_open(client_id: UUID | None, after: tuple[date, UUID] | None, limit: int) -> list[Receivable]:
    """What is open, the longest overdue first."""
    return await db.rows(
        Receivable,
        f"{_RECEIVABLE} where r.state = 'open' and ($1::uuid is null or r.client_id = $1)"
        " and ($2::date is null or (r.due_on, r.id) > ($2, $3::uuid)) order by r.due_on, r.id limit $4",
        *(client_id, *(after or (None, None)), limit),
    )


async def sum_ages(client_id: UUID | None, today: date, customer_id: UUID | None = None) -> dict[str, Rupiah]:
    """Open amounts by age."""
    found = await db.records(
        "select due_on, sum(amount - paid)::bigint as open from receivable where state = 'open'"
        " and ($1::uuid is null or client_id = $1) and ($2::uuid is null or customer_id = $2) group by due_on",
        *(client_id, customer_id),
    )
    return by_age(((row["due_on"], row["open"]) for row in found), today)


async def list_statement(customer_id: UUID) -> list[Statement]:
    """Invoices and payments in the order of days, with the running balance."""
    return await db.rows(
        Statement,
        "select day, what, reference, amount, sum(amount) over (order by day, what, id)::bigint as balance from ("
        "  select issued_on as day, 'invoice' as what, id, amount, number"
        "    || case when parts > 1 then ' (' || part || '/' || parts || ')' else '' end as reference"
        "  from receivable where customer_id = $1 and state in ('open', 'paid')"
        "  union all select received_on, 'payment', id, -amount, reference from customer_receipt where customer_id = $1"
        " ) one order by day, what, id",
        customer_id,
    )


async def list_payments_of(receivable_ids: Sequence[UUID]) -> dict[UUID, Rupiah]:
    """What was paid of each, counted from the payments themselves."""
    found = await db.records(
        "select receivable_id, sum(amount)::bigint as amount from customer_receipt_line where receivable_id = any($1)"
        " group by 1",
        list(receivable_ids),
    )
    return {row["receivable_id"]: row["amount"] for row in found}
