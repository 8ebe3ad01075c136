"""Reads of what clients bring and cost, month by month. What a single person's hour costs is read by owners alone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.money import Rupiah
from tatausaha.invoicing.rules.profit import Work


class Income(msgspec.Struct, frozen=True):
    """What a client's month was billed at without PPN; `drafted` while the invoice is not issued yet."""

    invoice_id: UUID
    client_id: UUID
    period: date
    subtotal: Rupiah
    drafted: bool


class TaskHours(msgspec.Struct, frozen=True):
    """Minutes that went into one task."""

    task: str
    minutes: int
    billable: int


class Cost(msgspec.Struct, frozen=True):
    """One of the provider's people with what an hour costs since a day; None where nobody said."""

    member_id: UUID
    member_name: str
    starts_on: date | None
    hourly: Rupiah | None


class _Worked(msgspec.Struct, frozen=True):
    client_id: UUID
    month: date
    minutes: int
    costed: int
    weight: int


async def list_income(first: date, last: date, client_id: UUID | None = None) -> list[Income]:
    """Every month's invoice that is not void, by client."""
    return await db.rows(
        Income,
        "select id as invoice_id, client_id, period, subtotal, number is null as drafted from client_invoice"
        " where state <> 'void' and period between $1 and $2 and ($3::uuid is null or client_id = $3)",
        *(first, last, client_id),
    )


async def sum_work(first: date, last: date, client_id: UUID | None = None) -> dict[tuple[UUID, date], Work]:
    """Hours by client and month, weighed by what an hour of each person cost on that day."""
    found = await db.rows(
        _Worked,
        "with cost as (select member_id, hourly, starts_on,"
        "   lead(starts_on, 1, 'infinity'::date) over (partition by member_id order by starts_on) as until from member_cost)"
        " select w.client_id, date_trunc('month', w.worked_on)::date as month, sum(w.minutes)::bigint as minutes,"
        "   coalesce(sum(w.minutes) filter (where k.hourly is not null), 0)::bigint as costed,"
        "   coalesce(sum(w.minutes * k.hourly), 0)::bigint as weight from work_time w"
        " left join cost k on k.member_id = w.member_id and w.worked_on >= k.starts_on and w.worked_on < k.until"
        " where w.worked_on between $1 and $2 and ($3::uuid is null or w.client_id = $3) group by 1, 2",
        *(first, last, client_id),
    )
    worked: dict[tuple[UUID, date], Work] = defaultdict(Work)
    for one in found:
        worked[one.client_id, one.month] = Work(one.minutes, one.costed, one.weight)
    return worked


async def list_names(client_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of clients, those put away too."""
    found = await db.records("select id, name from client where id = any($1)", list(client_ids))
    return {row["id"]: row["name"] for row in found}


async def list_tasks(client_id: UUID, first: date, last: date) -> list[TaskHours]:
    """What was worked at for a client, the longest first."""
    return await db.rows(
        TaskHours,
        "select task, sum(minutes)::bigint as minutes,"
        " coalesce(sum(minutes) filter (where billable), 0)::bigint as billable from work_time"
        " where client_id = $1 and worked_on between $2 and $3 group by task order by 2 desc, 1",
        *(client_id, first, last),
    )


async def list_costs() -> list[Cost]:
    """What an hour of each of the provider's people costs, the latest first; needs the provider's scope."""
    return await db.rows(
        Cost,
        "select m.id as member_id, m.name as member_name, k.starts_on, k.hourly from member m"
        " left join member_cost k on k.tenant_id = m.tenant_id and k.member_id = m.id"
        " where m.role in ('owner', 'manager', 'worker') and (m.ended_at is null or k.id is not null)"
        " order by m.name, m.id, k.starts_on desc",
    )
