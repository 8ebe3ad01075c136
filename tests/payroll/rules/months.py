"""Months to calculate, with plain defaults."""

from typing import Any

from tatausaha.core.dates import Period
from tatausaha.payroll.rules.model import Enrolment, Item, Kind, Line, MonthInput, Payslip, YearToDate
from tatausaha.payroll.rules.month import calculate

NO_BPJS = Enrolment(kesehatan=False, jht=False, jp=False, jkm=False, jkk=None)


def item(kind: Kind, amount: int) -> Item:
    return Item(kind, kind, amount, kind)


def month(*items: Item, **changes: Any) -> MonthInput:
    return MonthInput(**({"period": Period(2026, 4), "ptkp": "TK/0", "items": items, "enrolment": NO_BPJS} | changes))


def line(slip: Payslip, code: str) -> Line:
    (found,) = (line for line in slip.lines if line.code == code)
    return found


def year_so_far(slips: list[Payslip]) -> YearToDate:
    return YearToDate(
        gross=sum(slip.taxable_gross for slip in slips),
        deductible=sum(slip.deductible for slip in slips),
        withheld=sum(slip.pph21 for slip in slips),
        months=len(slips),
        irregular=sum(slip.irregular for slip in slips),
    )


def work_a_year(inputs: list[MonthInput]) -> list[Payslip]:
    """Calculate months one after the other, the last one with the yearly reckoning."""
    slips: list[Payslip] = []
    for index, one in enumerate(inputs):
        changed = {"year_to_date": year_so_far(slips), "last_period": index == len(inputs) - 1}
        fields = {field: getattr(one, field) for field in one.__struct_fields__}
        slips.append(calculate(MonthInput(**(fields | changed))))
    return slips
