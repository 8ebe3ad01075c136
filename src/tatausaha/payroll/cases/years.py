"""Whole years, or the part of one that somebody worked: every month by TER, the last by the yearly reckoning."""

from collections.abc import Iterable
from typing import Any

from tatausaha.core.dates import Period
from tatausaha.payroll.cases.inputs import CaseError, Inputs
from tatausaha.payroll.cases.months import NO_BPJS, enrolment_of, items_of, method_of, period_of, slip_figures
from tatausaha.payroll.rules.model import Annual, Enrolment, Item, MonthInput, Payslip, PreviousEmployer, YearToDate
from tatausaha.payroll.rules.month import calculate

MonthItems = list[tuple[Period, tuple[Item, ...]]]


def full_year(inputs: Inputs) -> dict[str, Any]:
    """Months of named components with one employer; no annualisation."""
    return _year(inputs, _months(inputs), annualised=False)


def annualised_year(inputs: Inputs) -> dict[str, Any]:
    """The same where the tax obligation itself began or ended in the year (PMK 168/2023 Ps. 15(3))."""
    return _year(inputs, _months(inputs), annualised=True)


def grossed_up_year(inputs: Inputs) -> dict[str, Any]:
    """Equal cash in each month, extra cash in some, and the tax borne by the employer as an allowance."""
    inputs = Inputs({"method": "gross_up", **inputs.values})
    cash = inputs.amount("cash_per_month")
    year = inputs.amount("tax_year")
    months = {n: [Item("cash", "cash", cash, "basic")] for n in range(inputs.amount("first_month", default=1), 13)}
    for row in inputs.rows("extra_cash"):
        number, items = _extra(row)
        if number not in months:
            raise CaseError(f"inputs.extra_cash names a month outside the year worked: {number}")
        months[number] += items
    return _year(inputs, [(Period(year, n), tuple(items)) for n, items in months.items()], annualised=False)


def _months(inputs: Inputs) -> MonthItems:
    months = [
        (period_of(Inputs({**month.values, "tax_year": inputs.amount("tax_year")}, month.path), 0), month)
        for month in inputs.groups("months")
    ]
    return [(period, items_of(month.group("components").values)) for period, month in months]


def _extra(row: Any) -> tuple[int, tuple[Item, ...]]:
    if isinstance(row, list) and len(row) == 2:
        row = {"month": row[0], "amount": row[1]}
    if not isinstance(row, dict):
        raise CaseError(f"inputs.extra_cash holds no month and amount: {row}")
    inputs = Inputs(row, "inputs.extra_cash")
    named = items_of(inputs.group("components").values)
    plain = {name: value for name, value in row.items() if name not in {"month", "components", "name", "kind", "note"}}
    return inputs.amount("month"), (*named, *items_of(plain))


def _year(inputs: Inputs, months: MonthItems, *, annualised: bool) -> dict[str, Any]:
    if not months:
        raise CaseError(f"{inputs.path} names no month worked")
    slips: list[Payslip] = []
    for period, items in months:
        last = len(slips) + 1 == len(months)
        month = MonthInput(
            period=period,
            ptkp=inputs.word("ptkp"),
            items=items,
            method=method_of(inputs),
            enrolment=_enrolment(inputs, period),
            last_period=last,
            annualise=len(months) if annualised else None,
            year_to_date=_year_to_date(slips),
            previous=_previous(inputs.group("previous_employer")),
        )
        slips.append(calculate(month))
    annual = slips[-1].annual
    return {"monthly": [slip_figures(slip) for slip in slips], "annual": _annual_figures(annual) if annual else {}}


def _year_to_date(slips: Iterable[Payslip]) -> YearToDate:
    before = list(slips)
    return YearToDate(
        gross=sum(slip.taxable_gross for slip in before),
        deductible=sum(slip.deductible for slip in before),
        withheld=sum(slip.pph21 for slip in before),
        months=len(before),
        irregular=sum(slip.irregular for slip in before),
    )


def _enrolment(inputs: Inputs, period: Period) -> Enrolment:
    bpjs = inputs.group("bpjs")
    if not bpjs.values:
        return NO_BPJS
    dated = Inputs({**bpjs.values, "tax_year": period.year, "month": period.month}, bpjs.path)
    return enrolment_of(dated, dated.amount("bpjs_wage", "wage", default=inputs.amount("cash_per_month", default=0)))


def _previous(slip: Inputs) -> PreviousEmployer:
    return PreviousEmployer(slip.amount("neto", default=0), slip.amount("pph21", default=0))


def _annual_figures(annual: Annual) -> dict[str, Any]:
    return {
        "annual_gross": annual.gross,
        "biaya_jabatan": annual.biaya_jabatan,
        "deductions_employee": annual.deductible,
        "neto_own_employer": annual.neto,
        "neto_previous_employer": annual.neto_previous,
        "neto_total": annual.neto_total,
        "neto_annualised": annual.neto_annualised,
        "pph21_annualised": annual.tax_on_pkp,
        "ptkp": annual.ptkp,
        "pkp": annual.pkp,
        "pph21_annual": annual.tax,
        "pph21_withheld_before_last": annual.withheld,
        "pph21_previous_employer": annual.withheld_previous,
        "pph21_last_period": annual.pph21,
    }
