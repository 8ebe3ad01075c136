from datetime import date

import pytest

from tatausaha.core.dates import Period
from tatausaha.payroll.rules.bpjs import in_pension_age, pension_ends
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import Enrolment
from tatausaha.payroll.rules.month import calculate
from tatausaha.payroll.rules.policy import Policy
from tests.payroll.rules.months import item, line, month


def test_only_basic_pay_and_fixed_allowances_make_the_wage() -> None:
    pay = (item("basic", 4_000_000), item("fixed_allowance", 1_000_000), item("allowance", 700_000), item("thr", 9))
    slip = calculate(month(*pay, enrolment=Enrolment()))
    assert slip.bpjs_wage == line(slip, "jht_employee").base == 5_000_000


def test_a_registered_wage_goes_before_the_pay() -> None:
    slip = calculate(month(item("basic", 4_000_000), enrolment=Enrolment(wage=6_000_000)))
    assert line(slip, "jht_employer").amount == 222_000


def test_caps_bind_pension_and_health_but_not_old_age() -> None:
    slip = calculate(month(item("basic", 20_000_000), enrolment=Enrolment()))
    assert [line(slip, code).base for code in ("jp_employee", "kesehatan_employee", "jht_employee")] == [
        11_086_300,
        12_000_000,
        20_000_000,
    ]
    assert line(slip, "jp_employee").wage == 20_000_000


def test_the_minimum_wage_lifts_the_base_of_health_insurance_unless_switched_off() -> None:
    low = month(item("basic", 3_000_000), enrolment=Enrolment(minimum_wage=5_000_000))
    assert line(calculate(low), "kesehatan_employee").amount == 50_000
    assert line(calculate(low), "jht_employee").amount == 60_000
    off = month(*low.items, enrolment=low.enrolment, policy=Policy(kesehatan_floor="off"))
    assert line(calculate(off), "kesehatan_employee").amount == 30_000


def test_each_line_is_rounded_by_itself_as_the_policy_says() -> None:
    odd = month(item("basic", 5_938_885), enrolment=Enrolment())
    down = month(*odd.items, enrolment=odd.enrolment, policy=Policy(bpjs_rounding="floor"))
    assert line(calculate(odd), "kesehatan_employee").amount == 59_389
    assert line(calculate(down), "kesehatan_employee").amount == 59_388


@pytest.mark.parametrize("flag", ["kesehatan", "jht", "jp", "jkm"])
def test_who_is_not_enrolled_has_no_line(flag: str) -> None:
    slip = calculate(month(item("basic", 5_000_000), enrolment=Enrolment(**{flag: False})))
    assert not [line for line in slip.lines if line.code.startswith(f"{flag}_")]


def test_the_discount_halves_the_accident_premium_only_while_in_force() -> None:
    enrolment = Enrolment(jkk="III", jkk_discount=True)
    january = calculate(month(item("basic", 10_000_000), enrolment=enrolment, period=Period(2026, 1)))
    april = calculate(month(item("basic", 10_000_000), enrolment=enrolment))
    assert line(january, "jkk_employer").amount == 44_500
    assert line(april, "jkk_employer").amount == 89_000
    assert (len(january.warnings), len(april.warnings)) == (0, 1)


def test_employer_premiums_are_income_but_not_its_share_of_savings() -> None:
    slip = calculate(month(item("basic", 10_000_000), enrolment=Enrolment(jkk="II")))
    assert slip.taxable_gross == 10_000_000 + 54_000 + 30_000 + 400_000
    assert slip.employer_bpjs == 54_000 + 30_000 + 400_000 + 370_000 + 200_000
    assert slip.deductible == 200_000 + 100_000


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        (date(1967, 5, 20), date(2026, 5, 20)),
        (date(1968, 12, 31), date(2027, 12, 31)),
        (date(1969, 1, 1), date(2029, 1, 1)),
        (date(1950, 1, 1), date(2022, 1, 1)),
        (date(1968, 2, 29), date(2027, 3, 1)),
        (date(2000, 7, 1), date(2065, 7, 1)),
    ],
)
def test_pension_ends_at_the_age_in_force_on_that_birthday(born: date, ends: date) -> None:
    assert pension_ends(born) == ends


def test_the_month_of_the_birthday_is_the_last_with_pension_and_it_never_resumes() -> None:
    born = date(1968, 12, 31)
    due = [in_pension_age(born, Period(*when)) for when in ((2027, 11), (2027, 12), (2028, 1), (2028, 12))]
    assert due == [True, True, False, False]
    slip = calculate(month(item("basic", 5_000_000), enrolment=Enrolment(), born=date(1960, 1, 1)))
    assert not [line for line in slip.lines if line.code.startswith("jp_")]


def test_without_a_wage_nothing_is_due() -> None:
    slip = calculate(month(item("bonus", 5_000_000), enrolment=Enrolment(minimum_wage=5_000_000)))
    assert (slip.employee_bpjs, slip.employer_bpjs) == (0, 0)


def test_a_negative_registered_wage_is_refused() -> None:
    with pytest.raises(RuleError, match=r"negati[fv]"):
        calculate(month(item("basic", 5_000_000), enrolment=Enrolment(wage=-1)))
