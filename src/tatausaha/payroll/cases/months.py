"""Single months: how examples name what the rules call items, enrolment and lines."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, get_args

import msgspec

from tatausaha.core.dates import Period, parse_day
from tatausaha.payroll.cases.inputs import CaseError, Inputs
from tatausaha.payroll.rules.bpjs import in_pension_age
from tatausaha.payroll.rules.model import Enrolment, Item, JkkClass, Kind, Line, Method, MonthInput, Payslip

NO_BPJS = Enrolment(kesehatan=False, jht=False, jp=False, jkm=False, jkk=None)
BPJS_LINES = (
    *("jkk_employer", "jkm_employer", "jht_employer", "jht_employee"),
    *("jp_employer", "jp_employee", "kesehatan_employer", "kesehatan_employee"),
)

# How components are named in the examples; a name not found here is cash income.
_KINDS: dict[str, Kind] = {
    "salary": "basic",
    "basic": "basic",
    "fixed_allowance": "fixed_allowance",
    "overtime": "overtime",
    "bonus": "bonus",
    "thirteenth_salary": "bonus",
    "thr": "thr",
    "zakat": "zakat",
    "employee_kesehatan": "deduction",
}
_KIND_PREFIXES: dict[str, Kind] = {
    "premium_": "benefit",
    "natura": "benefit",
    "taxable_noncash": "benefit",
    "employee_": "pension",
    "reimbursement": "reimbursement",
    "non_taxable": "reimbursement",
    "deduction": "deduction",
}
# The employer's share of JHT, JP and pension is no income (PMK 168/2023 Ps. 7).
_NO_INCOME = ("premium_jht", "premium_jp", "premium_pension", "employer_jht", "employer_jp", "employer_pension")


def items_of(components: Mapping[str, Any]) -> tuple[Item, ...]:
    """The components of a month by the names that the examples use."""
    inputs = Inputs(components, "components")
    return tuple(Item(name, name, inputs.amount(name), _kind(name)) for name in components if name not in _NO_INCOME)


def period_of(inputs: Inputs, month: int = 1) -> Period:
    """The month of a case; examples of a single TER month may leave it open."""
    year, number = inputs.amount("tax_year", "year", default=2026), inputs.amount("month", default=month)
    try:
        return Period(year, number)
    except ValueError as error:
        raise CaseError(f"{inputs.path} names no month: {year}-{number}") from error


def month_of(
    inputs: Inputs, items: tuple[Item, ...], enrolment: Enrolment = NO_BPJS, status: str | None = None
) -> MonthInput:
    """A TER month with the case's status and method."""
    return MonthInput(
        period=period_of(inputs),
        ptkp=status or inputs.word("ptkp"),
        items=items,
        method=method_of(inputs),
        enrolment=enrolment,
    )


def method_of(inputs: Inputs) -> Method:
    """Who bears the tax; the employee where nothing is said."""
    word = inputs.word("method", "gross")
    try:
        method: Method = msgspec.convert("net" if word == "nett" else word, Method)
    except msgspec.ValidationError as error:
        raise CaseError(f"inputs.method is unknown: {word}") from error
    return method


def enrolment_of(inputs: Inputs, wage: int) -> Enrolment:
    """Enrolment by the switches of the examples: everything, unless one says no."""
    employment = inputs.flag("jkk_jkm_jht_jp_enrolled", default=True)
    group = inputs.word("jkk_group", "I")
    if group not in get_args(JkkClass):
        raise CaseError(f"inputs.jkk_group is unknown: {group}")
    return Enrolment(
        kesehatan=inputs.flag("kesehatan_enrolled", default=True),
        jht=employment,
        jp=employment and is_pension_due(inputs),
        jkm=employment,
        jkk=msgspec.convert(group, JkkClass) if employment else None,
        jkk_discount=inputs.flag("jkk_discount", "labour_intensive", default=False),
        wage=wage,
        minimum_wage=inputs.amount("umk", "ump", "minimum_wage")
        if inputs.has_any("umk", "ump", "minimum_wage")
        else None,
    )


def is_pension_due(inputs: Inputs) -> bool:
    """Whether JP is still due at the case's age or day of birth, if it has one."""
    period = period_of(inputs)
    try:
        if inputs.has("birth_date"):
            return in_pension_age(parse_day(inputs.word("birth_date")), period)
        if inputs.has("age"):
            last = period.previous()
            return in_pension_age(date(last.year - inputs.amount("age"), last.month, 1), period)
    except ValueError as error:
        raise CaseError(f"{inputs.path} gives no day of birth: {error}") from error
    return True


def slip_figures(slip: Payslip) -> dict[str, Any]:
    """The figures of a month as the examples name them."""
    allowance = sum(line.amount for line in slip.lines if line.code == "tax_allowance" and line.kind is None)
    figures: dict[str, Any] = {
        "month": slip.period.month,
        "gross": slip.taxable_gross,
        "cash_before_tax_allowance": slip.cash_gross - allowance,
        "tax_allowance": allowance,
        "pph21": slip.pph21,
        "net_pay": slip.net_pay,
    }
    if slip.ter_rate is None:
        return figures | {"method": "pasal17_reconciliation"}
    return figures | {"method": "ter", "ter_category": slip.ter_category, "ter_rate_percent": percent(slip.ter_rate)}


def bpjs_figures(lines: Iterable[Line]) -> dict[str, int]:
    """The contribution lines by code, with nothing where a programme has none."""
    return dict.fromkeys(BPJS_LINES, 0) | {line.code: line.amount for line in lines if line.code in BPJS_LINES}


def percent(rate: int) -> Fraction:
    """A rate in parts of 100,000 as percent."""
    return Fraction(rate, 1000)


def _kind(name: str) -> Kind:
    if name in _KINDS:
        return _KINDS[name]
    prefix = next((prefix for prefix in _KIND_PREFIXES if name.startswith(prefix)), None)
    return _KIND_PREFIXES[prefix] if prefix else "allowance"
