"""What goes into a month's pay and what comes out of it. Money in whole rupiah, rates in parts of 100,000."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.i18n import Text
from tatausaha.core.money import Rupiah
from tatausaha.payroll.rules.policy import Policy

Method = Literal["gross", "gross_up", "net"]
Kind = Literal[
    "basic",
    "fixed_allowance",
    "allowance",
    "overtime",
    "bonus",
    "thr",
    "other_income",
    "benefit",
    "reimbursement",
    "deduction",
    "pension",
    "zakat",
]
Section = Literal["earning", "employer", "deduction", "tax"]
JkkClass = Literal["I", "II", "III", "IV", "V"]


class Item(msgspec.Struct, frozen=True, gc=False):
    """One pay component of the month, in full, before any part of the month is taken off.

    `allowance` depends on attendance and stays out of the BPJS wage; `benefit` is taxable natura that is not paid
    in cash; `reimbursement` is cash that is no income; `pension` and `zakat` are paid by the employee through the
    employer and reduce the yearly taxable income; `deduction` only reduces what is paid out.
    """

    code: str
    name: str
    amount: Rupiah
    kind: Kind


class Proration(msgspec.Struct, frozen=True, gc=False):
    """How the client counts a month that is paid in part; `divisor` belongs to `fixed`."""

    method: Literal["calendar_days", "working_days_5", "working_days_6", "fixed"] = "calendar_days"
    divisor: int = 0


class Enrolment(msgspec.Struct, frozen=True, gc=False):
    """The BPJS programmes a person takes part in, and what their base depends on.

    `wage` is the registered wage where it differs from basic pay and fixed allowances; `minimum_wage` is that of the
    place of work, the floor of BPJS Kesehatan.
    """

    kesehatan: bool = True
    jht: bool = True
    jp: bool = True
    jkm: bool = True
    jkk: JkkClass | None = "I"
    jkk_discount: bool = False
    wage: Rupiah | None = None
    minimum_wage: Rupiah | None = None


class YearToDate(msgspec.Struct, frozen=True, gc=False):
    """The months of the tax year before this one, with the same employer."""

    gross: Rupiah = 0
    deductible: Rupiah = 0
    withheld: Rupiah = 0
    months: int = 0
    irregular: Rupiah = 0


class PreviousEmployer(msgspec.Struct, frozen=True, gc=False):
    """The withholding slip of another employer in the same year, if the employee handed it over."""

    neto: Rupiah = 0
    pph21: Rupiah = 0


class MonthInput(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Everything that one person's pay of one month depends on.

    `annualise` is the number of months over which the tax obligation itself existed in the year (a newcomer to or
    somebody leaving Indonesia), and None for everyone else. `first_day` and `last_day` bound the worked part.
    """

    period: Period
    ptkp: str
    items: tuple[Item, ...]
    method: Method = "gross"
    policy: Policy = Policy()
    enrolment: Enrolment = Enrolment()
    unpaid_days: int = 0
    first_day: date | None = None
    last_day: date | None = None
    proration: Proration = Proration()
    born: date | None = None
    has_npwp: bool = True
    last_period: bool = False
    annualise: int | None = None
    year_to_date: YearToDate = YearToDate()
    previous: PreviousEmployer = PreviousEmployer()


class Line(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of a payslip with the numbers that made it, so that it can be explained without calculating again.

    Amounts of deductions are positive. `kind` and `name` belong to the client's own components, `variant` tells
    statutory lines of one code apart. `wage` is given where a cap or floor made the `base` differ from it.
    `part / whole` is the paid share of the month, or the surcharge on a tax.
    """

    code: str
    section: Section
    amount: Rupiah
    name: str = ""
    kind: Kind | None = None
    variant: str = ""
    base: Rupiah = 0
    rate: int = 0
    wage: Rupiah = 0
    part: int = 0
    whole: int = 0


class Annual(msgspec.Struct, frozen=True, gc=False):
    """The reckoning of the last period: a year's tax under Pasal 17 less what was withheld before."""

    months: int
    gross: Rupiah
    biaya_jabatan: Decimal
    deductible: Rupiah
    neto: Decimal
    neto_previous: Rupiah
    ptkp: Rupiah
    pkp: Rupiah
    tax_on_pkp: Rupiah
    tax: Rupiah
    withheld: Rupiah
    withheld_previous: Rupiah
    pph21: Rupiah
    surcharge: int = 100
    annualised_over: int | None = None
    irregular: Rupiah = 0

    @property
    def neto_total(self) -> Decimal:
        """Net income of the year with all employers, in rupiah and the fraction that biaya jabatan leaves."""
        return self.neto + self.neto_previous

    @property
    def neto_annualised(self) -> Fraction:
        """Net income as if the obligation had lasted all year; `neto_total` where nothing is annualised."""
        if self.annualised_over is None:
            return Fraction(self.neto_total)
        return Fraction(self.neto_total - self.irregular) * 12 / self.annualised_over + self.irregular


class Payslip(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The month as calculated. `net_pay = cash_gross - deductions - (pph21 - pph21_borne)`.

    `deductible` is what the employee's JHT, JP, pension and zakat take off the yearly income; `irregular` the bonus and
    THR within `taxable_gross`; `ter_rate` is None in the last period; `employer_cost` is all that the month costs.
    """

    period: Period
    ptkp: str
    method: Method
    policy: Policy
    lines: tuple[Line, ...]
    cash_gross: Rupiah
    taxable_gross: Rupiah
    pph21: Rupiah
    pph21_borne: Rupiah
    net_pay: Rupiah
    employee_bpjs: Rupiah
    employer_bpjs: Rupiah
    employer_cost: Rupiah
    deductible: Rupiah
    irregular: Rupiah
    bpjs_wage: Rupiah
    ter_category: str
    ter_rate: int | None
    annual: Annual | None
    warnings: tuple[Text, ...]
