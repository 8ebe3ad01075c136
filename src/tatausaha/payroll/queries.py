"""Reading payroll: runs, their figures, and what changed since the month before."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text

MONEY = (
    *("cash_gross", "taxable_gross", "employee_bpjs", "employer_bpjs", "pph21", "net_pay", "employer_cost"),
    *("bpjs_wage", "deductible", "irregular", "pph21_borne"),
)
PAGE = 50
SETTLED = ("published", "closed")


class Totals(msgspec.Struct, frozen=True):
    """Sums of a run's slips in rupiah."""

    cash_gross: int = 0
    employee_bpjs: int = 0
    employer_bpjs: int = 0
    pph21: int = 0
    net_pay: int = 0
    employer_cost: int = 0


class RunView(msgspec.Struct, frozen=True):
    """A run as its page and the steps need it."""

    id: UUID
    client_id: UUID
    client_name: str
    month: date
    kind: str
    corrects_id: UUID | None
    employee_id: UUID | None
    state: str
    revision: int
    job_id: UUID | None
    figures_hash: str
    approved_hash: str
    slip_count: int
    problem_count: int
    totals: Totals
    difference_percent: int

    @property
    def period(self) -> Period:
        return Period.of(self.month)


class StepView(msgspec.Struct, frozen=True):
    """One step taken, for the history."""

    action: str
    at: datetime
    actor_id: UUID | None
    actor_name: str
    actor_role: str
    comment: str
    revision: int


class SlipRow(msgspec.Struct, frozen=True):
    """A slip as a line of a list."""

    id: UUID
    employee_id: UUID
    employee_number: str
    employee_name: str
    department: str
    month: date
    version: int
    cash_gross: int
    employee_bpjs: int
    pph21: int
    net_pay: int
    employer_cost: int
    client_id: UUID
    client_name: str = ""
    run_id: UUID | None = None


class ProblemRow(msgspec.Struct, frozen=True):
    """Somebody who could not be calculated, and why."""

    employee_id: UUID
    employee_name: str
    reason: Text


class Difference(msgspec.Struct, frozen=True):
    """One person's month beside the month before. `kind`: new, gone, changed, zero."""

    kind: str
    employee_id: UUID
    employee_name: str
    department: str
    before: int | None
    now: int | None
    slip_id: UUID | None

    @property
    def change(self) -> int:
        return (self.now or 0) - (self.before or 0)


class InputRow(msgspec.Struct, frozen=True):
    """A variable component of the month."""

    id: UUID
    employee_id: UUID
    employee_name: str
    employee_number: str
    code: str
    name: str
    amount: int
    days: int


_RUN = """
select r.id, r.client_id, c.name as client_name, r.period as month, r.kind, r.corrects_id, r.employee_id, r.state,
  r.revision, r.job_id, r.figures_hash, r.approved_hash, r.slip_count, r.problem_count, r.totals, c.difference_percent
from pay_run r join client c on c.tenant_id = r.tenant_id and c.id = r.client_id
"""


async def get_run(run_id: UUID, *, lock: bool = False) -> RunView:
    """The run, or `NotFound`; with `lock`, nobody else may change it until this transaction ends."""
    found = await db.row(RunView, f"{_RUN} where r.id = $1 {'for update of r' if lock else ''}", run_id)
    if found is None:
        raise NotFound(text("This payroll run does not exist."))
    return found


async def page_runs(
    *, client_id: UUID | None = None, state: str | None = None, after: UUID | None = None, month: date | None = None
) -> list[RunView]:
    """Runs over all clients one may see, newest month first; `month` and `after` continue behind a page's last run."""
    return await db.rows(
        RunView,
        f"{_RUN} where ($1::uuid is null or r.client_id = $1) and ($2::text is null or r.state = $2)"
        " and ($3::date is null or (r.period, r.id) < ($3, $4)) order by r.period desc, r.id desc limit $5",
        *(client_id, state, month, after, PAGE + 1),
    )


async def find_regular_run(client_id: UUID, period: Period) -> RunView | None:
    """The client's own run of a month."""
    query = f"{_RUN} where r.client_id = $1 and r.period = $2 and r.kind = 'regular'"
    return await db.row(RunView, query, client_id, period.first)


async def list_steps(run_id: UUID) -> list[StepView]:
    """Everything that was done with a run, in order."""
    return await db.rows(
        StepView,
        "select action, created_at as at, actor_id, actor_name, actor_role, comment, revision"
        " from pay_step where run_id = $1 order by id",
        run_id,
    )


async def list_problems(run_id: UUID) -> list[ProblemRow]:
    """Who could not be calculated; the page shows the first two hundred."""
    return await db.rows(
        ProblemRow,
        "select employee_id, employee_name, reason from pay_problem where run_id = $1 order by employee_name limit 200",
        run_id,
    )


async def list_left_out(run: RunView) -> list[str]:
    """The people of the month whose data are restricted and who have no payslip in the run; the first two hundred."""
    found = await db.records(
        "select name from employee e where client_id = $1 and joined_on <= $2 and (ended_on is null or ended_on >= $3)"
        " and restricted_at is not null and ($4::uuid is null or id = $4) and not exists (select from slip s"
        "   where s.tenant_id = e.tenant_id and s.run_id = $5 and s.employee_id = e.id) order by name limit 200",
        *(run.client_id, run.period.last, run.period.first, run.employee_id, run.id),
    )
    return [record["name"] for record in found]


_SLIP = """
select s.id, s.employee_id, s.employee_number, s.employee_name, s.department, s.period as month, s.version, s.cash_gross,
  s.employee_bpjs, s.pph21, s.net_pay, s.employer_cost, s.run_id, s.client_id, c.name as client_name
from slip s join client c on c.tenant_id = s.tenant_id and c.id = s.client_id
"""


async def page_run_slips(
    run_id: UUID, *, after: str = "", after_id: UUID | None = None, search: str = ""
) -> list[SlipRow]:
    """A run's slips by name; `after` and `after_id` continue behind a page's last slip."""
    return await db.rows(
        SlipRow,
        f"{_SLIP} where s.run_id = $1 and ($2 = '' or (s.employee_name, s.id) > ($2, $3))"
        " and ($4 = '' or s.employee_name ^@ $4 or s.employee_number ^@ $4)"
        " order by s.employee_name, s.id limit $5",
        *(run_id, after, after_id, search, PAGE + 1),
    )


class SlipCursor(msgspec.Struct, frozen=True):
    """Where a page of the list of all slips ended."""

    month: date
    name: str
    id: UUID


async def page_slips(
    *, client_id: UUID | None = None, month: date | None = None, search: str = "", after: SlipCursor | None = None
) -> list[SlipRow]:
    """All slips that count, newest month first, then by name; a month, a client and a name's start narrow it."""
    conditions, arguments = ["not s.superseded"], list[Any]()
    for value, condition in (
        (client_id, "s.client_id = ${}"),
        (month, "s.period = ${}"),
        (search or None, "s.employee_name ^@ ${}"),
    ):
        if value is not None:
            arguments.append(value)
            conditions.append(condition.format(len(arguments)))
    if after is not None:
        arguments += [after.month, after.name, after.id]
        m, n, i = (f"${len(arguments) - 2}", f"${len(arguments) - 1}", f"${len(arguments)}")
        conditions.append(
            f"s.period <= {m} and (s.period < {m} or s.employee_name > {n} or (s.employee_name = {n} and s.id > {i}))"
        )
    return await db.rows(
        SlipRow,
        f"{_SLIP} where {' and '.join(conditions)} order by s.period desc, s.employee_name, s.id limit {PAGE + 1}",
        *arguments,
    )


async def sum_slips(run_id: UUID) -> dict[str, int]:
    """The sums of a run, counted from its rows."""
    sums = ", ".join(f"coalesce(sum({column}), 0)::bigint as {column}" for column in MONEY)
    (found,) = await db.records(f"select {sums} from slip where run_id = $1", run_id)  # noqa: S608 - own columns
    return dict(found)


async def hash_figures(run_id: UUID) -> str:
    """SHA-256 over every figure and every account of a run: one rupiah or one digit changed gives another hash.

    An account counts by its index, which is the same after its seal was renewed with a later key.
    """
    figures = ", ".join(f"s.{column}" for column in MONEY)
    account = "coalesce(encode(s.bank_account_index, 'hex'), '')"
    lines = "encode(sha256(convert_to(s.lines::text, 'UTF8')), 'hex')"
    hashed: str = await db.value(
        f"select encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', s.employee_id, s.version, s.bank,"  # noqa: S608
        f" {account}, {figures}, {lines}), ';' order by s.employee_id), ''), 'UTF8')), 'hex')"
        " from slip s where s.run_id = $1",
        run_id,
    )
    return hashed


async def find_run_before(run: RunView) -> RunView | None:
    """The client's regular run of the month before, or for a correction the run that it corrects."""
    if run.corrects_id is not None:
        return await get_run(run.corrects_id)
    return await find_regular_run(run.client_id, run.period.previous())


async def list_differences(run: RunView, before_id: UUID | None, *, limit: int = 200) -> list[Difference]:
    """People who are new, gone, paid nothing, or paid differently by at least the client's percentage; largest first."""
    only = run.employee_id
    return await db.rows(
        Difference,
        "select * from (select case when n.id is null then 'gone' when b.id is null then 'new' when n.net_pay = 0 then 'zero'"
        "   when b.net_pay = 0 or abs(n.net_pay - b.net_pay) * 100 >= b.net_pay * $3::bigint then 'changed' end as kind,"
        "  coalesce(n.employee_id, b.employee_id) as employee_id, coalesce(n.employee_name, b.employee_name) as employee_name,"
        "  coalesce(n.department, b.department) as department, b.net_pay as before, n.net_pay as now, n.id as slip_id"
        "  from (select * from slip where run_id = $1) n"
        "  full join (select * from slip where run_id = $2 and ($5::uuid is null or employee_id = $5)) b"
        "  on b.employee_id = n.employee_id) d"
        " where kind is not null order by abs(coalesce(now, 0) - coalesce(before, 0)) desc, employee_name limit $4",
        *(run.id, before_id, 0 if only else run.difference_percent, limit, only),
    )


async def list_inputs(run_id: UUID, *, employee_id: UUID | None = None) -> list[InputRow]:
    """What was entered for the month, by person."""
    return await db.rows(
        InputRow,
        "select i.id, i.employee_id, e.name as employee_name, e.number as employee_number, i.code, i.name, i.amount, i.days"
        " from pay_input i join employee e on e.tenant_id = i.tenant_id and e.id = i.employee_id"
        " where i.run_id = $1 and ($2::uuid is null or i.employee_id = $2) order by e.name, i.code, i.name limit 500",
        *(run_id, employee_id),
    )
