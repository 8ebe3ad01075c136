"""Finished work that clients can be billed for, counted from the records of the work itself.

What counts, and on which day:

- payslip: one for each employee and month, on the day its regular run was published. A correction is a run of its own and
  is never counted: its mistake was ours, and the month's payslip was billed already. The id is that of the first version.
- employee: whoever was employed for at least a day of the month, on its last day; the id is made of employee and month.
- document: a report or sheet that was shared with the client, once, whatever its formats are; not payslips, not our
  invoices, and nothing of corrections.
- purchase_order: released and not cancelled, on the day it was first released. goods_receipt: booked, by its day.
- supplier_bill: approved or paid, on the day it was entered.
- shift: closed, by its day; sale_line: as many as the closed shift took in, under the shift's id.
- stock_count: done, on the day it ended. hour: minutes that a person noted as billable, by their day.

Days are those of the client's time zone. Labels hold numbers of papers and people, and no names of employees: they stand on
invoices long after a name has to be forgotten.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db


class Item(msgspec.Struct, frozen=True):
    """A piece of finished work; of hours the quantity is minutes. `link` is its page for staff."""

    kind: str
    item_id: UUID
    label: str
    link: str
    finished_on: date
    quantity: int


class DoneItem(Item, frozen=True):
    """A piece of work and what became of it: billed by a line, in a draft, waived for a reason, or none of these."""

    state: str
    invoice_id: UUID | None
    waived_reason: str
    waived_name: str


class KindCount(msgspec.Struct, frozen=True):
    """How much of a kind a client's month holds, and what became of it; quantities as `Item` counts them."""

    client_id: UUID
    kind: str
    done: int
    billed: int
    drafted: int
    waived: int
    open: int


class Source(msgspec.Struct, frozen=True):
    """Where a kind of work is found, in SQL: `x` is a row of the table, `c` its client."""

    table: str
    where: str
    label: str
    page: str
    day: str
    joins: str = ""
    item_id: str = "x.id"
    quantity: str = "1"


_PUBLISHED = (
    "cross join lateral (select min(t.created_at) as at from pay_step t"
    " where t.tenant_id = x.tenant_id and t.run_id = x.id and t.action = 'published') p"
    " join slip s on s.tenant_id = x.tenant_id and s.run_id = x.id"
)
_MONTHS = (
    "cross join lateral (select g::date as first, (g + interval '1 month' - interval '1 day')::date as last"
    " from generate_series(date_trunc('month', $2::date::timestamp), $3::date, interval '1 month') g) m"
)
_SHOP = "join place w on w.tenant_id = x.tenant_id and w.id = x.place_id"
_COUNTED = (
    f"{_SHOP} cross join lateral (select sum(m.lines + m.late_lines) as lines from shift_method m"  # noqa: S608 - our own words
    " where m.tenant_id = x.tenant_id and m.shift_id = x.id) l"
)
_SHIFT = "concat_ws(' · ', w.name, nullif(x.number, ''))"
SOURCES: dict[str, Source] = {
    "payslip": Source(
        "pay_run",
        "x.kind = 'regular' and x.state in ('published', 'closed')",
        "s.employee_number || ' · ' || to_char(s.period, 'MM/YYYY')",
        "'/payroll/slips/' || s.id",
        "(p.at at time zone c.time_zone)::date",
        _PUBLISHED,
        "s.id",
    ),
    "employee": Source(
        "employee",
        "x.joined_on <= m.last and (x.ended_on is null or x.ended_on >= m.first)",
        "x.number || ' · ' || to_char(m.first, 'MM/YYYY')",
        "'/people/' || x.id",
        "m.last",
        _MONTHS,
        "encode(substr(sha256(convert_to('employee ' || x.id || m.first, 'UTF8')), 1, 16), 'hex')::uuid",
    ),
    "document": Source(
        "document",
        "x.shared and x.kind in ('register_pdf', 'summary_pdf', 'report') and r.kind is distinct from 'correction'",
        "x.name",
        "'/documents/' || x.id",
        "(x.created_at at time zone c.time_zone)::date",
        "left join pay_run r on r.tenant_id = x.tenant_id and r.id = x.subject_id",
    ),
    "purchase_order": Source(
        "purchase_order",
        "x.number is not null and x.state <> 'cancelled'",
        "x.number",
        "'/purchasing/orders/' || x.id",
        "x.ordered_on",
    ),
    "goods_receipt": Source(
        "goods_receipt", "x.state = 'booked'", "x.number", "'/purchasing/receipts/' || x.id", "x.received_on"
    ),
    "supplier_bill": Source(
        "supplier_bill",
        "x.state in ('approved', 'paid')",
        "x.number",
        "'/purchasing/bills/' || x.id",
        "(x.created_at at time zone c.time_zone)::date",
    ),
    "shift": Source("shift", "x.state = 'closed'", _SHIFT, "'/sales/shifts/' || x.id", "x.day", _SHOP),
    "sale_line": Source(
        "shift",
        "x.state = 'closed' and l.lines > 0",
        _SHIFT,
        "'/sales/shifts/' || x.id",
        "x.day",
        _COUNTED,
        quantity="l.lines",
    ),
    "stock_count": Source(
        "stock_count",
        "x.state = 'done'",
        "coalesce(w.name, x.category)",
        "'/stock/counts/' || x.id",
        "(x.ended_at at time zone c.time_zone)::date",
        f"left {_SHOP}",
    ),
    "hour": Source(
        "work_time", "x.billable", "x.task || ' · ' || x.member_name", "'/hours'", "x.worked_on", quantity="x.minutes"
    ),
}


def _rows(kind: str, source: Source) -> str:
    return (
        f"select x.client_id, '{kind}' as kind, {source.item_id} as item_id, {source.label} as label,"  # noqa: S608
        f" {source.page} as link, {source.day} as finished_on, ({source.quantity})::bigint as quantity"
        f" from {source.table} x join client c on c.tenant_id = x.tenant_id and c.id = x.client_id {source.joins}"
        f" where ($1::uuid is null or x.client_id = $1) and {source.where}"
    )


_DONE = (
    f"select * from ({' union all '.join(_rows(kind, one) for kind, one in SOURCES.items())}) found"  # noqa: S608
    " where finished_on between $2 and $3"
)
_FATE = """
left join billed_item b on b.kind = d.kind and b.item_id = d.item_id
left join client_invoice i on i.tenant_id = b.tenant_id and i.id = b.invoice_id
"""
_STATE = (
    "case when b.id is null then 'open' when b.waived_reason <> '' then 'waived'"
    " when i.number is null then 'drafted' else 'billed' end"
)


async def list_unbilled(client_id: UUID, first: date, last: date) -> list[Item]:
    """What a client's days hold that is behind no line and was not waived, in the order of its days."""
    return await db.rows(
        Item,
        f"select d.kind, d.item_id, d.label, d.link, d.finished_on, d.quantity from ({_DONE}) d where not exists"  # noqa: S608
        " (select from billed_item b where b.kind = d.kind and b.item_id = d.item_id)"
        " order by d.finished_on, d.label, d.item_id",
        *(client_id, first, last),
    )


async def count_done(client_id: UUID | None, first: date, last: date) -> list[KindCount]:
    """What the days of one client, or of all, hold by kind, and what became of it."""
    sums = ", ".join(
        f"coalesce(sum(f.quantity) filter (where f.state = '{state}'), 0)::bigint as {state}"
        for state in ("billed", "drafted", "waived", "open")
    )
    return await db.rows(
        KindCount,
        f"select f.client_id, f.kind, sum(f.quantity)::bigint as done, {sums} from (select d.client_id, d.kind, d.quantity,"  # noqa: S608
        f" {_STATE} as state from ({_DONE}) d {_FATE}) f group by f.client_id, f.kind",
        *(client_id, first, last),
    )


async def page_done(
    client_id: UUID,
    first: date,
    last: date,
    kind: str = "",
    state: str = "",
    *,
    after: tuple[date, UUID, str] | None = None,
    limit: int = 101,
) -> list[DoneItem]:
    """A client's work of some days, all of it or of a kind or state, in the order of its days."""
    return await db.rows(
        DoneItem,
        "select * from (select d.kind, d.item_id, d.label, d.link, d.finished_on, d.quantity, b.invoice_id,"  # noqa: S608
        f" coalesce(b.waived_reason, '') as waived_reason, coalesce(b.waived_name, '') as waived_name, {_STATE} as state"
        f" from ({_DONE}) d {_FATE}) f where ($4 = '' or kind = $4) and ($5 = '' or state = $5)"
        " and ($6::date is null or (finished_on, item_id, kind) > ($6, $7::uuid, $8::text))"
        " order by finished_on, item_id, kind limit $9",
        *(client_id, first, last, kind, state, *(after or (None, None, None)), limit),
    )


async def differs(invoice_id: UUID, client_id: UUID) -> bool:
    """True when work behind an invoice is not there any more, or is more or less than was counted."""
    days = await db.records(
        "select min(finished_on) as first, max(finished_on) as last from billed_item where invoice_id = $1", invoice_id
    )
    return bool(
        await db.value(
            "select exists (select kind, item_id, quantity from billed_item where invoice_id = $4 and kind = any($5)"  # noqa: S608
            f" except select d.kind, d.item_id, d.quantity from ({_DONE}) d)",
            *(client_id, days[0]["first"], days[0]["last"], invoice_id, list(SOURCES)),
        )
    )


async def find_done(client_id: UUID, keys: Sequence[tuple[str, UUID]], first: date, last: date) -> list[Item]:
    """Those of a client's pieces of work, by kind and id, that lie within the days."""
    return await db.rows(
        Item,
        f"select d.kind, d.item_id, d.label, d.link, d.finished_on, d.quantity from ({_DONE}) d"  # noqa: S608
        " join unnest($4::text[], $5::uuid[]) as asked (kind, item_id) on asked.kind = d.kind and asked.item_id = d.item_id",
        *(client_id, first, last, [kind for kind, _ in keys], [key for _, key in keys]),
    )
