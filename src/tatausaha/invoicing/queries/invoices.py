"""Reads of the provider's invoices to its clients, from draft to void, with their lines and the work behind each."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.rules.pricing import Ppn, Step

STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "waiting": (text("Waits for a second person"), "waiting"),
    "approved": (text("Issued"), "progress"),
    "paid": (text("Paid"), "done"),
    "void": (text("Void"), "attention"),
}

MOST_RECIPIENTS = 10


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice in a list; money in rupiah. `letter` is how far its newest e-mail came, empty for none."""

    id: UUID
    client_id: UUID
    client_name: str
    period: date
    state: str
    number: str | None
    issued_on: date | None
    due_on: date | None
    subtotal: Rupiah
    ppn: Rupiah
    total: Rupiah
    pph23: Rupiah
    paid: Rupiah
    withheld: Rupiah
    sent_at: datetime | None
    letter: str


class Invoice(InvoiceRow, frozen=True, kw_only=True):
    """An invoice whole. `actor` is who drew it up or changed it last, `issuer` the provider as it was when issued."""

    version: int
    price_list_id: UUID
    price_list_name: str
    time_zone: str
    language: Language
    note: str
    issuer: dict[str, Any]
    counted_at: datetime
    document_id: UUID | None
    sent_to: str
    sendings: int
    void_reason: str
    actor_id: UUID | None
    actor_name: str
    approved_name: str

    @property
    def issued(self) -> bool:
        """True for one that bears a number and holds."""
        return self.state in ("approved", "paid")


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


class LetterView(msgspec.Struct, frozen=True):
    """One e-mail with an invoice and how far it came; `answer` is in the words of the mail server."""

    id: UUID
    created_at: datetime
    recipient: str
    state: str
    answer: str
    sent_at: datetime | None
    bounced_at: datetime | None
    problem: Text | None

    @property
    def under_way(self) -> bool:
        """True while it may still leave by itself."""
        return self.state in ("queued", "sending")


class Sums(msgspec.Struct, frozen=True):
    """What a list comes to, without what is void."""

    invoices: int
    subtotal: Rupiah
    ppn: Rupiah
    total: Rupiah
    open: Rupiah


_ROW = """
i.id, i.client_id, c.name as client_name, i.period, i.state, i.number, i.issued_on, i.due_on, i.subtotal, i.ppn, i.total,
  i.pph23, i.paid, i.withheld, i.sent_at, coalesce(m.state, '') as letter
"""
_FROM = """
from client_invoice i
join client c on c.tenant_id = i.tenant_id and c.id = i.client_id
left join mail m on m.tenant_id = i.tenant_id and m.id = i.mail_id
"""
_FILTER = """
where ($1::date is null or i.period = $1) and ($2::uuid is null or i.client_id = $2) and ($3 = '' or i.state = $3)
"""


async def page_invoices(
    period: date | None,
    client_id: UUID | None,
    state: str = "",
    *,
    before: tuple[date, UUID] | None = None,
    limit: int = 51,
) -> list[InvoiceRow]:
    """Invoices of all clients or of one, of all months or of one; the newest month first."""
    return await db.rows(
        InvoiceRow,
        f"select {_ROW} {_FROM} {_FILTER} and ($4::date is null or (i.period, i.id) < ($4, $5::uuid))"
        " order by i.period desc, i.id desc limit $6",
        *(period, client_id, state, *(before or (None, None)), limit),
    )


async def sum_invoices(period: date | None, client_id: UUID | None, state: str = "") -> Sums:
    """What all those invoices come to; void ones count as nothing."""
    found = await db.row(
        Sums,
        "select count(*)::int as invoices, coalesce(sum(subtotal), 0)::bigint as subtotal,"  # noqa: S608
        " coalesce(sum(ppn), 0)::bigint as ppn, coalesce(sum(total), 0)::bigint as total,"
        " coalesce(sum(total - paid - withheld) filter (where number is not null), 0)::bigint as open"
        f" from client_invoice i {_FILTER} and (i.state <> 'void' or $3 = 'void')",
        *(period, client_id, state),
    )
    assert found is not None
    return found


_WHOLE = f"""
select {_ROW}, i.version, i.price_list_id, l.name as price_list_name, c.time_zone, c.payslip_language as language, i.note,
  i.issuer, i.counted_at, i.document_id, i.sent_to, i.sendings, i.void_reason, i.actor_id, i.actor_name, i.approved_name
{_FROM} join price_list l on l.tenant_id = i.tenant_id and l.id = i.price_list_id
"""


async def get_invoice(invoice_id: UUID, *, lock: bool = False) -> Invoice:
    """The invoice, or `NotFound`; with `lock`, nobody else changes it until the transaction ends."""
    found = await db.row(Invoice, f"{_WHOLE} where i.id = $1 {'for update of i' if lock else ''}", invoice_id)
    if found is None:
        raise NotFound(text("This invoice does not exist."))
    return found


async def find_of_month(client_id: UUID, period: date) -> Invoice | None:
    """The invoice of a client's month that is not void."""
    return await db.row(
        Invoice, f"{_WHOLE} where i.client_id = $1 and i.period = $2 and i.state <> 'void'", client_id, period
    )


async def list_of_month(period: date) -> list[InvoiceRow]:
    """Every client's invoice of a month that is not void."""
    return await db.rows(InvoiceRow, f"select {_ROW} {_FROM} where i.period = $1 and i.state <> 'void'", period)


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


async def list_waived(client_id: UUID, first: date, last: date, limit: int = 200) -> list[Waived]:
    """What of a client's days is not billed on purpose, in the order of its days."""
    return await db.rows(
        Waived,
        "select id, kind, item_id, label, link, finished_on, quantity, waived_reason, waived_name from billed_item"
        " where client_id = $1 and line_id is null and finished_on between $2 and $3 order by finished_on, id limit $4",
        *(client_id, first, last, limit),
    )


def letter_key(invoice_id: UUID, sending: int, place: int) -> str:
    """The `once_key` of the e-mail to one recipient, in one sending of an invoice."""
    return f"invoice:{invoice_id}:{sending}.{place}"


async def list_letters(invoice: Invoice) -> list[LetterView]:
    """Every e-mail with an invoice, the newest first."""
    keys = [
        letter_key(invoice.id, sending, place)
        for sending in range(1, invoice.sendings + 1)
        for place in range(MOST_RECIPIENTS)
    ]
    return await db.rows(
        LetterView,
        "select m.id, m.created_at, m.recipient, m.answer, m.sent_at, m.bounced_at, j.error as problem,"
        " case when m.state = 'queued' and j.state in ('failed', 'cancelled') then j.state else m.state end as state"
        " from mail m left join job j on j.tenant_id = m.tenant_id and j.kind = 'mail.send' and j.once_key = m.id::text"
        " where m.once_key = any($1) order by m.id desc",
        keys,
    )


async def list_approvers(client_id: UUID) -> Sequence[str]:
    """The addresses of the client's approvers, to whom its invoices go where no other was named."""
    found = await db.records(
        "select email from member where client_id = $1 and role = 'approver' and ended_at is null order by email",
        client_id,
    )
    return [one["email"] for one in found]
