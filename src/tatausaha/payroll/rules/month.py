"""The whole month of one person: from what was entered to the payslip."""

from tatausaha.core.i18n import Text, text
from tatausaha.payroll.rules.bpjs import Contributions, contribute, in_pension_age
from tatausaha.payroll.rules.earnings import Earnings, earn
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import Line, MonthInput, Payslip
from tatausaha.payroll.rules.pph21 import Income, Withholding, withhold
from tatausaha.payroll.rules.ptkp import withholding_status
from tatausaha.payroll.rules.statutes import Statutes, statutes_of


def calculate(month: MonthInput) -> Payslip:
    """The payslip of the month. Pure: the same input gives the same slip, whenever and wherever it runs.

    RuleError, with the reason as a sentence, for a status, a component or a result that cannot be.
    """
    law = statutes_of(month.period)
    status = withholding_status(month.ptkp, law)
    pay = earn(month)
    wage = _bpjs_wage(month, pay)
    shares = contribute(wage, month.enrolment, law, month.policy, pension=in_pension_age(month.born, month.period))
    income = Income(pay.taxable + shares.taxable, pay.deductible + shares.deductible, pay.irregular)
    tax = withhold(month, income, status, law)
    paid_allowance = tax.allowance if month.method == "gross_up" else 0
    cash = pay.cash + paid_allowance
    net = cash - pay.deductions - shares.employee_total - tax.pph21 + tax.borne
    if net < 0:
        raise RuleError(text("Net pay would be below zero: deductions exceed the pay by {amount} rupiah.", amount=-net))
    return Payslip(
        period=month.period,
        ptkp=month.ptkp,
        method=month.method,
        policy=month.policy,
        lines=_lines(month, pay, shares, tax, income),
        cash_gross=cash,
        taxable_gross=tax.gross,
        pph21=tax.pph21,
        pph21_borne=tax.borne,
        net_pay=net,
        employee_bpjs=shares.employee_total,
        employer_bpjs=shares.employer_total,
        employer_cost=cash + pay.benefits + shares.employer_total + tax.borne,
        deductible=income.deductible,
        irregular=income.irregular,
        bpjs_wage=wage,
        ter_category=status.category,
        ter_rate=tax.rate,
        annual=tax.annual,
        warnings=tuple(_warnings(month, pay, tax, law)),
    )


def _bpjs_wage(month: MonthInput, pay: Earnings) -> int:
    if month.enrolment.wage is not None:
        return month.enrolment.wage
    return pay.wage if month.policy.bpjs_partial_month == "registered" else pay.paid_wage


def _lines(
    month: MonthInput, pay: Earnings, shares: Contributions, tax: Withholding, income: Income
) -> tuple[Line, ...]:
    lines = pay.earning
    rate, surcharge = tax.rate or 0, tax.surcharge
    part, whole = (surcharge, 100) if surcharge != 100 else (0, 0)
    variant = "ter" if tax.annual is None else "annual"
    if month.method == "gross_up":
        lines.append(Line("tax_allowance", "earning", tax.allowance, variant=variant, base=income.gross, rate=rate))
    lines += pay.benefit
    lines += shares.employer
    if month.method == "net":
        lines.append(Line("pph21_borne", "employer", tax.borne, variant=variant, base=income.gross, rate=rate))
    lines += shares.employee
    lines += pay.deduction
    base = tax.gross if tax.annual is None else tax.annual.pkp
    lines.append(Line("pph21", "tax", tax.pph21, variant=variant, base=base, rate=rate, part=part, whole=whole))
    return tuple(lines)


def _warnings(month: MonthInput, pay: Earnings, tax: Withholding, law: Statutes) -> list[Text]:
    found = []
    minimum, enrolment = month.enrolment.minimum_wage, month.enrolment
    if minimum is not None and 0 < pay.wage < minimum:
        found.append(text("The wage is below the minimum wage of the place of work (PP 36/2021)."))
    if pay.basic * 4 < pay.wage * 3:
        found.append(text("Basic pay is less than three quarters of basic pay and fixed allowances (PP 36/2021)."))
    if pay.other_deductions * 2 > pay.cash - pay.reimbursed:
        found.append(text("Deductions take more than half of the pay (PP 36/2021)."))
    if enrolment.jkk_discount and (enrolment.jkk, True) not in law.jkk:
        found.append(text("The JKK discount is not in force this month; the full rate was used."))
    if tax.pph21 < 0:
        found.append(text("PPh 21 withheld too much over the year is paid back (PMK 168/2023 Ps. 21)."))
    return found
