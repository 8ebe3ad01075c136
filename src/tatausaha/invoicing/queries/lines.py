"""The lines of an invoice, the work behind each, and what is not billed on purpose."""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.rules.pricing import Ppn, Step


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line: of hours the quantity is minutes. `items` counts the pieces of work behind it."""

    id: UUID
    position: int
    price_line_id: UUID | None
    kind: str
    label: str
    quantity: int
    included: int
    amount: Rupiah
    steps: tuple[Step, ...]
    ppn_kind: Ppn
    ppn: Rupiah
    pph23_service: str
    items: int
    late: int


class BilledItem(msgspec.Struct, frozen=True):
    """A piece of work behind a line."""

    id: UUID
    line_id: UUID
    kind: str
    item_id: UUID
    label: str
    link: str
    finished_on: date
    quantity: int


class Waived(msgspec.Struct, frozen=True):
    """A piece of work that is not billed, why, and who said so."""

    id: UUID
    kind: str
    item_id: UUID
    label: str
    link: str
    finished_on: date
    quantity: int
    waived_reason: str
    waived_name: str


async def list_lines(invoice_id: UUID) -> list[Line]:
    """The lines in their order; `late` counts pieces of work from before the invoice's month."""
    return await db.rows(
        Line,
        "select l.id, l.position, l.price_line_id, l.kind, l.label, l.quantity, l.included, l.amount, l.steps, l.ppn_kind,"
        " l.ppn, l.pph23_service, n.items, n.late from client_invoice_line l"
        " join client_invoice i on i.tenant_id = l.tenant_id and i.id = l.invoice_id"
        " cross join lateral (select count(*) as items, count(*) filter (where b.finished_on < i.period) as late"
        "  from billed_item b where b.tenant_id = l.tenant_id and b.line_id = l.id) n"
        " where l.invoice_id = $1 order by l.position",
        invoice_id,
    )


async def page_items(
    invoice_id: UUID, line_id: UUID | None = None, *, after: tuple[date, UUID] | None = None, limit: int = 101
) -> list[BilledItem]:
    """The work behind an invoice, or behind one line of it, in the order of its days."""
    return await db.rows(
        BilledItem,
        "select b.id, b.line_id, b.kind, b.item_id, b.label, b.link, b.finished_on, b.quantity from billed_item b"
        " join client_invoice_line l on l.tenant_id = b.tenant_id and l.id = b.line_id"
        " where l.invoice_id = $1 and ($2::uuid is null or l.id = $2)"
        " and ($3::date is null or (b.finished_on, b.id) > ($3, $4::uuid)) order by b.finished_on, b.id limit $5",
        *(invoice_id, line_id, *(after or (None, None)), limit),
    )


async def list_waived_ids(client_id: UUID, first: date, last: date) -> set[UUID]:
    """The ids of what of a client's days is not billed on purpose."""
    found = await db.records(
        "select item_id from billed_item where client_id = $1 and line_id is null and finished_on between $2 and $3",
        *(client_id, first, last),
    )
    return {one["item_id"] for one in found}


async def list_waived(client_id: UUID, first: date, last: date, limit: int = 200) -> list[Waived]:
    """What of a client's days is not billed on purpose, in the order of its days."""
    return await db.rows(
        Waived,
        "select id, kind, item_id, label, link, finished_on, quantity, waived_reason, waived_name from billed_item"
        " where client_id = $1 and line_id is null and finished_on between $2 and $3 order by finished_on, id limit $4",
        *(client_id, first, last, limit),
    )


async def sum_by_kind(period: date) -> dict[tuple[UUID, str], Rupiah]:
    """What each client's invoice of a month comes to for each kind of work; void ones count as nothing."""
    found = await db.records(
        "select i.client_id, l.kind, sum(l.amount)::bigint as amount from client_invoice i"
        " join client_invoice_line l on l.tenant_id = i.tenant_id and l.invoice_id = i.id"
        " where i.period = $1 and i.state <> 'void' group by i.client_id, l.kind",
        period,
    )
    return {(one["client_id"], one["kind"]): one["amount"] for one in found}
