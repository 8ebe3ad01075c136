"""Reads of the provider's invoices to its clients, from draft to void."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.clients.queries import ClientName
from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Language, Text, text
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.rules.kinds import OF_MONTH

STATES: dict[str, tuple[Text, str]] = {
    "draft": (text("Draft"), "draft"),
    "waiting": (text("Waits for a second person"), "waiting"),
    "approved": (text("Issued"), "progress"),
    "paid": (text("Paid"), "done"),
    "void": (text("Void"), "attention"),
}


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


class Sums(msgspec.Struct, frozen=True):
    """What a list comes to, without what is void."""

    invoices: int
    subtotal: Rupiah
    ppn: Rupiah
    total: Rupiah
    open: Rupiah


class Priced(msgspec.Struct, frozen=True):
    """The days of a month that a list held, and the kinds of work that it priced."""

    first: date
    last: date
    kinds: frozenset[str]

    def holds(self, kind: str, on: date) -> bool:
        """True for work that is billed by it."""
        return kind in self.kinds and self.first <= on and (on <= self.last or kind in OF_MONTH)


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


async def find_of_month(client_id: UUID, period: date, *, lock: bool = False) -> Invoice | None:
    """The invoice of a client's month that is not void; with `lock`, nobody submits it until the transaction ends."""
    suffix = "for update of i" if lock else ""
    return await db.row(
        Invoice, f"{_WHOLE} where i.client_id = $1 and i.period = $2 and i.state <> 'void' {suffix}", client_id, period
    )


async def list_of_month(period: date) -> list[InvoiceRow]:
    """Every client's invoice of a month that is not void."""
    return await db.rows(InvoiceRow, f"select {_ROW} {_FROM} where i.period = $1 and i.state <> 'void'", period)


async def list_priced(client_id: UUID, before: Period) -> dict[Period, Priced]:
    """The client's months of the year before whose invoices were issued, with what was priced then, and on which days.

    What turns up of that afterwards is billed late; what had no price then was agreed to cost nothing.
    """
    found = await db.rows(
        Priced,
        "select greatest(i.period, p.starts_on) as first,"
        " least((i.period + interval '1 month' - interval '1 day')::date, p.ends_on) as last,"
        " array(select l.kind from price_line l where l.tenant_id = p.tenant_id and l.price_list_id = p.id) as kinds"
        " from client_invoice i join price_list p on p.tenant_id = i.tenant_id and p.id = i.price_list_id"
        " where i.client_id = $1 and i.state in ('approved', 'paid') and i.period < $2 and i.period >= $3",
        *(client_id, before.first, date(before.year - 1, before.month, 1)),
    )
    return {Period.of(one.first): one for one in found}


async def list_served(since: date) -> list[ClientName]:
    """The clients that are served, and those that were until that day or later, by name."""
    return await db.rows(
        ClientName,
        "select id, name from client where archived_at is null or (archived_at at time zone time_zone)::date >= $1"
        " order by name, id",
        since,
    )
