"""What a client company's people see of it: only what was given to them, never a run that is still being made."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import text
from tatausaha.payroll import queries as payroll
from tatausaha.payroll.queries import SETTLED, RunView, SlipCursor, Totals

DECIDED = ("approved", *SETTLED)
SHOWN = ("reviewed", *DECIDED)
PAGE = 50
MONTHS_CHARTED = 12
MONTHS_OFFERED = 120


class Company(msgspec.Struct, frozen=True):
    """The client company whose portal this is."""

    id: UUID
    name: str
    time_zone: str
    has_logo: bool
    locked_payslips: bool


class PortalRun(msgspec.Struct, frozen=True):
    """A run as a line or card of the portal.

    A correction names its `person`; its transfer and its cost are the differences to the slip that it replaces.
    """

    id: UUID
    month: date
    state: str
    people: int
    transfer: int
    cost: int
    person: str | None
    approved_by: str | None
    approved_at: datetime | None


class SentBack(msgspec.Struct, frozen=True):
    """A run that the client returned and that is being mended."""

    run_id: UUID
    month: date
    person: str | None
    actor_name: str
    at: datetime
    comment: str


class MonthCost(msgspec.Struct, frozen=True):
    """What a published month cost the company, in rupiah, and for how many people."""

    month: date
    people: int
    pay: int
    employer_bpjs: int


class Version(Totals, frozen=True, kw_only=True):
    """One version of a person's slip, with its figures."""

    run_id: UUID
    version: int
    employee_name: str


class PayslipRow(msgspec.Struct, frozen=True):
    """A published payslip; without a document while its PDF is being made."""

    id: UUID
    month: date
    version: int
    employee_number: str
    employee_name: str
    department: str
    net_pay: int
    document_id: UUID | None


async def get_company(client_id: UUID) -> Company:
    """The company, or `NotFound`."""
    found = await db.row(
        Company,
        "select id, name, time_zone, logo_key is not null as has_logo,"
        " payslip_password <> 'none' as locked_payslips from client where id = $1",
        client_id,
    )
    if found is None:
        raise NotFound(text("This client does not exist."))
    return found


async def get_run(run_id: UUID) -> RunView:
    """The run, or `NotFound`, also while it is still being made."""
    run = await payroll.get_run(run_id)
    if run.state not in SHOWN:
        raise NotFound(text("This payroll run does not exist."))
    return run


# `o` is the slip that a correction takes the place of; a month's regular run has none.
_RUN = """
select r.id, r.period as month, r.state, r.slip_count as people, e.name as person,
  (r.totals->>'net_pay')::bigint - coalesce(o.net_pay, 0) as transfer,
  (r.totals->>'employer_cost')::bigint - coalesce(o.employer_cost, 0) as cost,
  a.actor_name as approved_by, a.created_at as approved_at
from pay_run r
left join slip o on o.tenant_id = r.tenant_id and o.run_id = r.corrects_id and o.employee_id = r.employee_id
left join employee e on e.tenant_id = r.tenant_id and e.id = r.employee_id
left join lateral (select actor_name, created_at from pay_step s where s.tenant_id = r.tenant_id and s.run_id = r.id
  and s.action = 'approved' order by s.id desc limit 1) a on r.state <> 'reviewed'
"""


async def page_runs(
    client_id: UUID, states: tuple[str, ...], after: tuple[date, UUID] | None = None, limit: int = PAGE
) -> list[PortalRun]:
    """Runs in some states, newest month first, one more than `limit`; `after` continues behind a page's last run."""
    return await db.rows(
        PortalRun,
        f"{_RUN} where r.client_id = $1 and r.state = any($2) and ($3::date is null or (r.period, r.id) < ($3, $4))"
        " order by r.period desc, r.id desc limit $5",
        *(client_id, list(states), *(after or (None, None)), limit + 1),
    )


async def list_sent_back(client_id: UUID) -> list[SentBack]:
    """What the client's own people returned and has not come again, newest first."""
    return await db.rows(
        SentBack,
        "select r.id as run_id, r.period as month, e.name as person, s.actor_name, s.created_at as at, s.comment"
        " from pay_run r join lateral (select action, actor_role, actor_name, created_at, comment from pay_step s"
        "   where s.tenant_id = r.tenant_id and s.run_id = r.id and s.action in ('reviewed', 'returned')"
        "   order by s.id desc limit 1) s on s.action = 'returned' and s.actor_role = 'approver'"
        " left join employee e on e.tenant_id = r.tenant_id and e.id = r.employee_id"
        " where r.client_id = $1 and r.state in ('draft', 'calculating', 'calculated') order by s.created_at desc limit 20",
        client_id,
    )


async def list_versions(run: RunView) -> list[Version]:
    """The slip that a correction replaces, and the one that takes its place."""
    return await db.rows(
        Version,
        "select run_id, version, employee_name, cash_gross, employee_bpjs, employer_bpjs, pph21, net_pay, employer_cost"
        " from slip where employee_id = $1 and run_id = any($2) order by version",
        *(run.employee_id, [run.corrects_id, run.id]),
    )


async def list_costs(client_id: UUID) -> list[MonthCost]:
    """The last published months, oldest first. A correction counts with its difference to the slip it replaced."""
    newest_first = await db.rows(
        MonthCost,
        "select r.period as month, coalesce(sum(r.slip_count) filter (where r.kind = 'regular'), 0)::int as people,"
        " sum((r.totals->>'employer_cost')::bigint - coalesce(o.employer_cost, 0)"
        "   - (r.totals->>'employer_bpjs')::bigint + coalesce(o.employer_bpjs, 0))::bigint as pay,"
        " sum((r.totals->>'employer_bpjs')::bigint - coalesce(o.employer_bpjs, 0))::bigint as employer_bpjs"
        " from pay_run r left join slip o on o.tenant_id = r.tenant_id and o.run_id = r.corrects_id"
        "   and o.employee_id = r.employee_id"
        " where r.client_id = $1 and r.state = any($2) group by r.period order by r.period desc limit $3",
        *(client_id, list(SETTLED), MONTHS_CHARTED),
    )
    return newest_first[::-1]


async def list_months(client_id: UUID) -> list[date]:
    """The months with published payslips, newest first."""
    found = await db.records(
        "select distinct period from pay_run where client_id = $1 and state = any($2) order by period desc limit $3",
        *(client_id, list(SETTLED), MONTHS_OFFERED),
    )
    return [record["period"] for record in found]


_PAYSLIP = """
select s.id, s.period as month, s.version, s.employee_number, s.employee_name, s.department, s.net_pay,
  d.id as document_id
from slip s join pay_run r on r.tenant_id = s.tenant_id and r.id = s.run_id and r.state = any($2)
left join document d on d.tenant_id = s.tenant_id and d.subject_id = s.id and d.kind = 'payslip' and d.shared
where s.client_id = $1 and not s.superseded and s.period between $3 and $4
and ($5::date is null or s.period < $5 or (s.period = $5 and (s.employee_name, s.id) > ($6, $7)))
"""
# Runs and people as arrays, and only when somebody searches: so the index over both finds the few slips at once.
_NAMED = """
and s.run_id = any(array(select p.id from pay_run p where p.client_id = $1 and p.state = any($2)
  and p.period between $3 and $4))
and s.employee_id = any(array(select e.id from employee e where e.client_id = $1 and (e.number ^@ $9
  or e.name_norm ^@ lower($9) or e.word2 ^@ lower($9) or e.word3 ^@ lower($9))))
"""


async def page_payslips(
    client_id: UUID, *, newest: date, month: date | None = None, search: str = "", after: SlipCursor | None = None
) -> list[PayslipRow]:
    """Published payslips that count, newest month first, then by name; `search` begins a word of the name or the number.

    `newest` is the newest published month: from there on nothing of a month still being made is walked through.
    """
    first, last = (month, month) if month else (date.min, after.month if after else newest)
    behind = (after.month, after.name, after.id) if after else (None, None, None)
    return await db.rows(
        PayslipRow,
        f"{_PAYSLIP} {_NAMED if search else ''} order by s.period desc, s.employee_name, s.id limit $8",
        *(client_id, list(SETTLED), first, last, *behind, PAGE + 1, *([search] if search else ())),
    )
