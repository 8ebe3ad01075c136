"""Reads of customers."""

from datetime import datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Language, text
from tatausaha.core.money import Rupiah


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer who may buy on credit."""

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
    language: Language
    terms_days: int
    credit_limit: Rupiah | None
    archived_at: datetime | None


class CustomerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A customer in the list, with what is owed."""

    id: UUID
    client_id: UUID
    client_name: str
    code: str
    name: str
    name_norm: str
    credit_limit: Rupiah | None
    owed: Rupiah
    late: Rupiah


_OWED = "coalesce(sum(r.amount - r.paid), 0)::bigint"
_CUSTOMER = (
    "select k.*, c.name as client_name, c.time_zone from customer k"
    " join client c on c.tenant_id = k.tenant_id and c.id = k.client_id"
)
_LATE = "r.due_on < (now() at time zone c.time_zone)::date"
_ROW = (
    "select k.id, k.client_id, c.name as client_name, k.code, k.name, k.name_norm, k.credit_limit, o.owed, o.late"  # noqa: S608 - our own words
    " from customer k join client c on c.tenant_id = k.tenant_id and c.id = k.client_id"
    f" left join lateral (select {_OWED} as owed,"
    f"   coalesce(sum(r.amount - r.paid) filter (where {_LATE}), 0)::bigint as late from receivable r"
    "   where r.tenant_id = k.tenant_id and r.customer_id = k.id and r.state = 'open') o on true"
)


async def get_customer(customer_id: UUID, *, lock: bool = False) -> Customer:
    """The customer, or `NotFound`; locked, nobody else issues an invoice or takes money meanwhile."""
    found = await db.row(
        Customer,
        f"{_CUSTOMER} where k.id = $1{' for update of k' if lock else ''}",
        customer_id,
    )
    if found is None:
        raise NotFound(text("This customer does not exist."))
    return found


async def page_customers(
    client_id: UUID | None, q: str, after: tuple[str, UUID] | None, limit: int
) -> list[CustomerRow]:
    """Customers by name with what they owe, of all clients one may see or of one."""
    return await db.rows(
        CustomerRow,
        f"{_ROW} where k.archived_at is null and ($1::uuid is null or k.client_id = $1)"
        " and ($2 = '' or k.name_norm ^@ $2 or k.code = upper($2))"
        " and ($3::text is null or (k.name_norm, k.id) > ($3, $4::uuid)) order by k.name_norm, k.id limit $5",
        *(client_id, q.lower(), *(after or (None, None)), limit),
    )


async def sum_owed(customer_id: UUID) -> Rupiah:
    """What the customer owes and what waits for approval: both count against the limit."""
    owed: Rupiah = await db.value(
        f"select {_OWED} from receivable r where customer_id = $1 and state in ('open', 'waiting')",  # noqa: S608
        customer_id,
    )
    return owed
