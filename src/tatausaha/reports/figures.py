"""The figures of reports, summed where they are kept."""

from collections.abc import Sequence
from datetime import date
from operator import add
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.money import Rupiah


class Sums(msgspec.Struct, frozen=True):
    """How many people, and what their slips come to in rupiah."""

    people: int = 0
    cash_gross: Rupiah = 0
    taxable_gross: Rupiah = 0
    employee_bpjs: Rupiah = 0
    pph21: Rupiah = 0
    pph21_borne: Rupiah = 0
    other_deductions: Rupiah = 0
    net_pay: Rupiah = 0
    employer_bpjs: Rupiah = 0
    employer_cost: Rupiah = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*map(add, msgspec.structs.astuple(self), msgspec.structs.astuple(other)))


class RegisterRow(msgspec.Struct, frozen=True, gc=False):
    """One person's line of the payroll register."""

    slip_id: UUID
    employee_number: str
    employee_name: str
    department: str
    ptkp: str
    cash_gross: Rupiah
    taxable_gross: Rupiah
    employee_bpjs: Rupiah
    pph21: Rupiah
    pph21_borne: Rupiah
    other_deductions: Rupiah
    net_pay: Rupiah
    employer_bpjs: Rupiah
    employer_cost: Rupiah


_OTHER = "s.cash_gross - s.employee_bpjs - s.pph21 + s.pph21_borne - s.net_pay"
_COLUMNS = {
    name: _OTHER if name == "other_deductions" else f"s.{name}" for name in Sums.__struct_fields__ if name != "people"
}
_SUMS = ", ".join(
    ["count(*)::int as people", *(f"coalesce(sum({sql}), 0)::bigint as {name}" for name, sql in _COLUMNS.items())]
)
_FROM = "from pay_run r join slip s on s.tenant_id = r.tenant_id and s.run_id = r.id"
# A month counts by its released slips; before that, provisionally, by its regular run. No slip counts twice.
_FIGURED = (
    "(r.state in ('published', 'closed') or (r.kind = 'regular' and r.state in ('calculated', 'reviewed', 'approved')))"
)
_COUNTS = f"not s.superseded and {_FIGURED}"


async def sum_run(run_id: UUID) -> Sums:
    """The totals of a run."""
    return await db.row(Sums, f"select {_SUMS} {_FROM} where r.id = $1", run_id) or Sums()


class RegisterCursor(msgspec.Struct, frozen=True):
    """Where a page of the register ended."""

    department: str
    name: str
    slip_id: UUID


async def list_register(
    run_id: UUID, *, after: RegisterCursor | None = None, limit: int | None = None
) -> list[RegisterRow]:
    """The register of a run, by department and name; all of it, or some rows behind the last one of a page."""
    columns = ", ".join(f"{sql} as {name}" for name, sql in _COLUMNS.items())
    return await db.rows(
        RegisterRow,
        f"select s.id as slip_id, s.employee_number, s.employee_name, s.department, s.ptkp, {columns}"
        f" {_FROM} where r.id = $1 and ($2::text is null or (s.department, s.employee_name, s.id) > ($2, $3, $4::uuid))"
        " order by s.department, s.employee_name, s.id limit $5",
        *(run_id, *(msgspec.structs.astuple(after) if after else (None, None, None)), limit),
    )


class _Department(Sums, frozen=True):
    department: str = ""


async def sum_run_departments(run_id: UUID) -> dict[str, Sums]:
    """The totals of a run by department."""
    return _by_department(
        await db.rows(
            _Department, f"select s.department, {_SUMS} {_FROM} where r.id = $1 group by 1 order by 1", run_id
        )
    )


async def sum_departments(client_id: UUID, period: Period) -> dict[str, Sums]:
    """What a client's month counts by department."""
    return _by_department(
        await db.rows(
            _Department,
            f"select s.department, {_SUMS} {_FROM} where r.client_id = $1 and r.period = $2 and {_COUNTS}"
            " group by 1 order by 1",
            *(client_id, period.first),
        )
    )


async def find_last_month(client_id: UUID) -> Period | None:
    """The newest month of a client that has figures."""
    day: date | None = await db.value(
        f"select max(r.period) from pay_run r where r.client_id = $1 and {_FIGURED}",  # noqa: S608 - own conditions
        client_id,
    )
    return Period.of(day) if day else None


class Month(msgspec.Struct, frozen=True):
    """What one month counts; `released` when the client has been shown all of it."""

    period: date
    released: bool
    people: int
    cash_gross: Rupiah
    pph21: Rupiah
    net_pay: Rupiah
    employer_bpjs: Rupiah
    employer_cost: Rupiah


# Twelve months of a large client are many slips: a run's sealed totals, less the few slips that were replaced, are few.
_MONTH = ("cash_gross", "pph21", "net_pay", "employer_bpjs", "employer_cost")
_LESS = ", ".join(f"(sum((r.totals->>'{name}')::bigint) - sum(replaced.{name}))::bigint as {name}" for name in _MONTH)
_REPLACED = ", ".join(f"coalesce(sum(s.{name}), 0) as {name}" for name in _MONTH)
_MONTHS = (
    "select r.period, bool_and(r.state in ('published', 'closed')) as released,"  # noqa: S608 - own columns
    f" (sum(r.slip_count) - sum(replaced.people))::int as people, {_LESS}"
    f" from pay_run r cross join lateral (select count(*) as people, {_REPLACED} from slip s"
    " where s.tenant_id = r.tenant_id and s.run_id = r.id and s.superseded) replaced"
)


async def list_months(client_id: UUID, last: Period, count: int = 12, *, released_only: bool = False) -> list[Month]:
    """The months up to `last` that have figures, oldest first."""
    first = date(last.year - (count - last.month + 11) // 12, (last.month - count) % 12 + 1, 1)
    return await db.rows(
        Month,
        f"{_MONTHS} where r.client_id = $1 and r.period >= $2 and r.period <= $3 and {_FIGURED}"
        " and (not $4 or r.state in ('published', 'closed')) group by 1 order by 1",
        *(client_id, first, last.first, released_only),
    )


def total(departments: Sequence[Sums]) -> Sums:
    """All departments together."""
    return sum(departments, Sums())


def _by_department(found: Sequence[_Department]) -> dict[str, Sums]:
    names = Sums.__struct_fields__
    return {row.department: Sums(*(getattr(row, name) for name in names)) for row in found}
