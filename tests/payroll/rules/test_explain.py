from datetime import date

import pytest

from tatausaha.core.i18n import render, use_language
from tatausaha.payroll.rules.explain import Explanation, explain
from tatausaha.payroll.rules.model import Enrolment, Item, MonthInput, PreviousEmployer, YearToDate
from tatausaha.payroll.rules.month import calculate
from tatausaha.payroll.rules.policy import Policy
from tests.payroll.rules.months import item, line, month


def explained(code: str, entered: MonthInput) -> Explanation:
    slip = calculate(entered)
    with use_language("en"):
        return explain(line(slip, code), slip)


def formula(code: str, entered: MonthInput) -> str:
    with use_language("en"):
        return render(explained(code, entered).formula)


def inputs(code: str, entered: MonthInput) -> dict[str, str | int]:
    with use_language("en"):
        return {render(name): value for name, value in explained(code, entered).inputs}


def test_ter_shows_gross_rate_and_regulation() -> None:
    entered = month(item("basic", 10_000_000), ptkp="K/1")
    assert formula("pph21", entered) == "Rp 10,000,000 × 1.5 % = Rp 150,000"
    assert inputs("pph21", entered)["TER category"] == "B"
    assert "PP 58/2023 Lampiran B" in str(explained("pph21", entered).source)


def test_a_fraction_of_a_rupiah_says_which_way_it_went() -> None:
    entered = month(item("basic", 10_000_001))
    assert inputs("pph21", entered)["Rounded"] == "down to the rupiah"
    assert "Rounded" not in inputs("pph21", month(item("basic", 10_000_000)))


def test_a_contribution_shows_the_cap_of_its_month_and_the_letter() -> None:
    entered = month(item("basic", 20_000_000), enrolment=Enrolment(jkk="II"))
    assert formula("jp_employee", entered) == "Rp 11,086,300 × 1 % = Rp 110,863"
    assert inputs("jp_employee", entered)["Wage cap of the month"] == 11_086_300
    assert "B/1226/022026" in str(explained("jp_employee", entered).source)
    assert inputs("jkk_employer", entered)["JKK risk class"] == "II"


def test_the_floor_of_health_insurance_is_named() -> None:
    entered = month(item("basic", 3_000_000), enrolment=Enrolment(minimum_wage=5_000_000))
    assert inputs("kesehatan_employee", entered)["Minimum wage of the place of work"] == 5_000_000


def test_a_part_of_the_month_shows_its_days() -> None:
    entered = month(item("basic", 9_000_000), first_day=date(2026, 4, 11))
    assert formula("basic", entered) == "Rp 9,000,000 × 20 / 30 = Rp 6,000,000"


def test_the_yearly_reckoning_shows_every_step_down_to_the_tax() -> None:
    so_far = YearToDate(gross=110_000_001, deductible=1_100_000, withheld=2_200_000, months=11)
    previous = PreviousEmployer(neto=10_000_000, pph21=300_000)
    entered = month(item("basic", 9_000_000), ptkp="K/0", last_period=True, year_to_date=so_far, previous=previous)
    shown = inputs("pph21", entered)
    assert shown["Gross income of the year"] == 119_000_001
    assert shown["Biaya jabatan"] == "Rp 5,950,000.05"
    assert shown["Net income with the previous employer"] == 10_000_000
    assert shown["Band at 5 %"] == 60_000_000
    assert shown["Band at 15 %"] == 3_450_000
    assert formula("pph21", entered) == "Rp 3,517,500 − Rp 2,500,000 = Rp 1,017,500"
    assert "PMK 168/2023" in str(explained("pph21", entered).source)


def test_an_annualised_and_surcharged_year_shows_both() -> None:
    policy = Policy(no_npwp_surcharge="on")
    entered = month(item("basic", 30_000_000), last_period=True, annualise=4, policy=policy, has_npwp=False)
    shown = inputs("pph21", entered)
    assert shown["Net income as of a full year"] == 88_500_000
    assert shown["Surcharge without NPWP"] == "20 %"
    assert shown["Tax of the year"] == 690_000


def test_a_surcharged_month_shows_the_factor() -> None:
    policy = Policy(no_npwp_surcharge="on")
    entered = month(item("basic", 10_000_000), policy=policy, has_npwp=False)
    assert formula("pph21", entered) == "Rp 10,000,000 × 2 % × 120 / 100 = Rp 240,000"


def test_a_gross_up_names_the_other_solutions() -> None:
    entered = month(item("basic", 10_000_000), item("benefit", 400_000), method="gross_up")
    assert formula("tax_allowance", entered) == "PPh 21 on Rp 10,666,666 = Rp 266,666"
    assert inputs("tax_allowance", entered)["Other allowances that equal their tax"] == "Rp 321,649"


def test_an_over_withheld_gross_up_adds_nothing() -> None:
    so_far = YearToDate(gross=5_000_000, withheld=1_000_000, months=1)
    entered = month(item("basic", 5_000_000), method="gross_up", last_period=True, year_to_date=so_far)
    assert formula("tax_allowance", entered) == "No tax is due on Rp 5,000,000, so nothing is added for it"


def test_numbers_are_written_in_the_readers_language() -> None:
    slip = calculate(month(item("basic", 9_000_000)))
    with use_language("id"):
        assert render(explain(line(slip, "pph21"), slip).formula) == "Rp 9.000.000 × 1,75 % = Rp 157.500"


@pytest.mark.parametrize("method", ["gross", "gross_up", "net"])
@pytest.mark.parametrize("last", [False, True])
def test_every_line_of_every_slip_can_be_explained(method: str, last: bool) -> None:
    kinds = ("basic", "fixed_allowance", "allowance", "overtime", "bonus", "thr", "other_income", "benefit")
    paid = ("reimbursement", "deduction", "pension", "zakat")
    items = [Item(kind, kind, 1_234_567, kind) for kind in (*kinds, *paid)]
    slip = calculate(
        month(*items, method=method, last_period=last, enrolment=Enrolment(jkk="IV", jkk_discount=True), unpaid_days=1)
    )
    for one in slip.lines:
        told = explain(one, slip)
        assert told.inputs
        assert render(told.formula)
        assert str(told.source)
