"""Reads of slips as they were calculated."""

from datetime import date
from uuid import UUID

import msgspec

from tatausaha.core import db, sealed
from tatausaha.core.crypto import Unsealable, keyring
from tatausaha.core.dates import Period
from tatausaha.core.errors import NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.money import Rupiah
from tatausaha.payroll.rules.model import Annual, Line, Method, Payslip
from tatausaha.payroll.rules.policy import Policy


class Detail(msgspec.Struct, frozen=True):
    """What explains a slip beside its lines; `paid` is the part of the month's days that was paid, and the whole."""

    policy: Policy
    annual: Annual | None = None
    warnings: tuple[Text, ...] = ()
    paid: tuple[int, int] | None = None


class SlipView(msgspec.Struct, frozen=True, kw_only=True):
    """One slip with what its pages and its PDF show of the person and the run."""

    id: UUID
    client_id: UUID
    client_name: str
    run_id: UUID
    run_state: str
    employee_id: UUID
    period: date
    version: int
    superseded: bool
    employee_number: str
    employee_name: str
    department: str
    position: str
    ptkp: str
    tax_method: Method
    bank: str
    bank_account: str
    ter_category: str
    ter_rate: int | None
    bpjs_wage: Rupiah
    cash_gross: Rupiah
    taxable_gross: Rupiah
    employee_bpjs: Rupiah
    employer_bpjs: Rupiah
    deductible: Rupiah
    irregular: Rupiah
    pph21: Rupiah
    pph21_borne: Rupiah
    net_pay: Rupiah
    employer_cost: Rupiah
    lines: tuple[Line, ...]
    detail: Detail
    joined_on: date
    born_on: date | None
    nik: str | None
    npwp: str | None

    @property
    def month(self) -> Period:
        return Period.of(self.period)

    def payslip(self) -> Payslip:
        """The slip as the rules made it, for `explain`."""
        return Payslip(
            period=self.month,
            method=self.tax_method,
            policy=self.detail.policy,
            annual=self.detail.annual,
            warnings=self.detail.warnings,
            **{name: getattr(self, name) for name in _SAME},
        )


_SAME = (
    *("ptkp", "lines", "cash_gross", "taxable_gross", "pph21", "pph21_borne", "net_pay", "employee_bpjs"),
    *("employer_bpjs", "employer_cost", "deductible", "irregular", "bpjs_wage", "ter_category", "ter_rate"),
)
_SEALED = {**sealed.SLIP, "nik": sealed.EMPLOYEE["nik"], "npwp": sealed.EMPLOYEE["npwp"]}
_SLIP = """
select s.*, c.name as client_name, r.state as run_state, e.joined_on, e.born_on, e.nik, e.npwp
from slip s
join pay_run r on r.tenant_id = s.tenant_id and r.id = s.run_id
join client c on c.tenant_id = s.tenant_id and c.id = s.client_id
join employee e on e.tenant_id = s.tenant_id and e.id = s.employee_id
"""


async def get_slip(slip_id: UUID) -> SlipView:
    """The slip, or `NotFound`."""
    found = await _slips("s.id = $1", slip_id)
    if not found:
        raise NotFound(text("This payslip does not exist."))
    return found[0]


async def find_previous_slip(slip: SlipView) -> SlipView | None:
    """The same person's slip of the month before, as it counts now."""
    found = await _slips(
        "r.client_id = $1 and r.period = $2 and s.employee_id = $3"
        " and not s.superseded and (r.kind = 'regular' or r.state in ('published', 'closed'))"
        " order by s.version desc limit 1",
        *(slip.client_id, slip.month.previous().first, slip.employee_id),
    )
    return found[0] if found else None


async def list_slips(run_id: UUID, slip_ids: tuple[UUID, ...]) -> list[SlipView]:
    """Some slips of a run."""
    return await _slips("s.run_id = $1 and s.id = any($2) order by s.id", run_id, slip_ids)


async def _slips(condition: str, *arguments: object) -> list[SlipView]:
    """Slips with their numbers opened. Raises Unsealable when an account is not the one that was calculated with."""
    keys = await keyring()
    slips = []
    for record in await db.records(f"{_SLIP} where {condition}", *arguments):
        row = sealed.opened(keys, record, _SEALED)
        if row["bank_account"] and keys.index("bank_account", row["bank_account"]) != row["bank_account_index"]:
            raise Unsealable(text("The account of a payslip is not the one that it was calculated with."))
        row["bank_account"] = row["bank_account"] or ""
        slips.append(msgspec.convert(row, SlipView))
    return slips


class YearLine(msgspec.Struct, frozen=True):
    """What one kind of line came to in the months of the year before."""

    employee_id: UUID
    section: str
    code: str
    name: str
    amount: Rupiah


async def list_year_lines(client_id: UUID, period: Period, employee_ids: list[UUID]) -> list[YearLine]:
    """The sums, line by line, of the published slips of the year before this month, for many people in one query."""
    return await db.rows(
        YearLine,
        "select s.employee_id, l->>'section' as section, l->>'code' as code, coalesce(l->>'name', '') as name,"
        " sum((l->>'amount')::bigint)::bigint as amount"
        " from pay_run r join slip s on s.tenant_id = r.tenant_id and s.run_id = r.id and s.employee_id = any($4)"
        " cross join lateral jsonb_array_elements(s.lines) l"
        " where r.client_id = $1 and r.period >= $2 and r.period < $3 and r.state in ('published', 'closed')"
        " and not s.superseded group by 1, 2, 3, 4",
        *(client_id, date(period.year, 1, 1), period.first, employee_ids),
    )


class VersionRow(msgspec.Struct, frozen=True):
    """One version of a person's payslip of a month."""

    id: UUID
    version: int
    superseded: bool
    run_state: str


async def list_versions(slip: SlipView) -> list[VersionRow]:
    """All versions of a person's payslip of one month, the first one first."""
    return await db.rows(
        VersionRow,
        "select s.id, s.version, s.superseded, r.state as run_state from pay_run r"
        " join slip s on s.tenant_id = r.tenant_id and s.run_id = r.id"
        " where r.client_id = $1 and r.period = $2 and s.employee_id = $3 order by s.version, s.id",
        *(slip.client_id, slip.period, slip.employee_id),
    )
