"""The client's own components of a month: what is paid, what is income, what the BPJS wage is."""

import msgspec

from tatausaha.core.i18n import text
from tatausaha.core.money import Rupiah, round_ratio
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import Item, Kind, Line, MonthInput, Section
from tatausaha.payroll.rules.proration import FULL, paid_share

_SECTIONS: dict[Kind, Section] = {
    "basic": "earning",
    "fixed_allowance": "earning",
    "allowance": "earning",
    "overtime": "earning",
    "bonus": "earning",
    "thr": "earning",
    "other_income": "earning",
    "reimbursement": "earning",
    "benefit": "employer",
    "deduction": "deduction",
    "pension": "deduction",
    "zakat": "deduction",
}
_PRORATED = ("basic", "fixed_allowance")
_IRREGULAR = ("bonus", "thr")
_CORRECTABLE = ("other_income", "reimbursement", "deduction")


class Earnings(msgspec.Struct, gc=False):
    """The lines of the client's components and their sums. `wage` is basic and fixed allowances of a full month."""

    earning: list[Line]
    benefit: list[Line]
    deduction: list[Line]
    cash: Rupiah = 0
    taxable: Rupiah = 0
    benefits: Rupiah = 0
    deductions: Rupiah = 0
    deductible: Rupiah = 0
    irregular: Rupiah = 0
    reimbursed: Rupiah = 0
    basic: Rupiah = 0
    wage: Rupiah = 0
    paid_wage: Rupiah = 0
    other_deductions: Rupiah = 0


def earn(month: MonthInput) -> Earnings:
    """Basic pay and fixed allowances follow the paid share of the month; all else is taken as entered.

    RuleError for a negative component, except those kinds by which an earlier month is corrected.
    """
    share = paid_share(month)
    result = Earnings([], [], [])
    for item in month.items:
        if item.amount < 0 and item.kind not in _CORRECTABLE:
            raise RuleError(text("{name} is negative; enter a correction as other income.", name=item.name))
        section = _SECTIONS[item.kind]
        line = _line(item, section, share, month)
        if section == "earning":
            _earning(result, item, line)
        elif section == "employer":
            result.benefit.append(line)
            result.benefits += line.amount
            result.taxable += line.amount
        else:
            _deduction(result, line)
    if result.taxable < 0:
        raise RuleError(text("The month's income is negative: corrections exceed the pay."))
    return result


def _line(item: Item, section: Section, share: tuple[int, int], month: MonthInput) -> Line:
    if share is FULL or item.kind not in _PRORATED:
        return Line(item.code, section, item.amount, item.name, item.kind)
    part, whole = share
    amount = round_ratio(item.amount * part, whole, month.policy.proration_rounding)
    return Line(item.code, section, amount, item.name, item.kind, base=item.amount, part=part, whole=whole)


def _earning(result: Earnings, item: Item, line: Line) -> None:
    result.earning.append(line)
    result.cash += line.amount
    if item.kind == "reimbursement":
        result.reimbursed += line.amount
        return
    result.taxable += line.amount
    if item.kind in _PRORATED:
        result.wage += item.amount
        result.paid_wage += line.amount
        if item.kind == "basic":
            result.basic += item.amount
    elif item.kind in _IRREGULAR:
        result.irregular += line.amount


def _deduction(result: Earnings, line: Line) -> None:
    result.deduction.append(line)
    result.deductions += line.amount
    if line.kind == "deduction":
        result.other_deductions += line.amount
    else:
        result.deductible += line.amount
