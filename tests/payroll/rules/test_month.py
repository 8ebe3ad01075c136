from fractions import Fraction
from math import floor
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core.dates import Period
from tatausaha.core.i18n import use_language
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import Enrolment, MonthInput, Payslip, PreviousEmployer, YearToDate
from tatausaha.payroll.rules.month import calculate
from tatausaha.payroll.rules.policy import Policy
from tatausaha.payroll.rules.statutes import statutes_of
from tatausaha.payroll.rules.ter import ter_rate, ter_tax
from tests.payroll.rules.months import item, line, month, work_a_year

STATUSES = ("TK/0", "TK/1", "TK/2", "TK/3", "K/0", "K/1", "K/2", "K/3")
AMOUNTS = st.integers(0, 200_000_000)


@st.composite
def months(draw: st.DrawFn) -> MonthInput:
    items = [item("basic", draw(st.integers(3_000_000, 300_000_000)))]
    kinds = ("fixed_allowance", "allowance", "overtime", "bonus", "thr", "other_income", "reimbursement")
    items += [item(kind, draw(AMOUNTS)) for kind in draw(st.sets(st.sampled_from(kinds)))]
    items += [item(kind, draw(st.integers(0, 300_000))) for kind in ("deduction", "pension", "zakat", "benefit")]
    return month(
        *items,
        ptkp=draw(st.sampled_from(STATUSES)),
        period=Period(2026, draw(st.integers(1, 11))),
        method=draw(st.sampled_from(["gross", "gross_up", "net"])),
        enrolment=draw(st.sampled_from([Enrolment(), Enrolment(jkk="V", minimum_wage=5_000_000), Enrolment(jkk=None)])),
    )


@given(months())
def test_net_pay_is_cash_less_every_deduction(entered: MonthInput) -> None:
    slip = calculate(entered)
    sums = dict.fromkeys(("earning", "employer", "deduction", "tax"), 0)
    for one in slip.lines:
        sums[one.section] += one.amount
    assert slip.cash_gross == sums["earning"]
    assert slip.pph21 == sums["tax"] >= 0
    assert slip.net_pay == sums["earning"] - sums["deduction"] - sums["tax"] + slip.pph21_borne
    assert slip.employer_cost == sums["earning"] + sums["employer"]


@given(months())
def test_the_same_month_always_gives_the_same_slip_and_survives_storing(entered: MonthInput) -> None:
    slip = calculate(entered)
    assert calculate(entered) == slip
    assert msgspec.json.decode(msgspec.json.encode(slip), type=Payslip) == slip


@given(AMOUNTS, st.integers(1, 1_000_000), st.sampled_from("ABC"))
def test_more_income_never_means_less_tax(gross: int, more: int, category: str) -> None:
    table = statutes_of(Period(2026, 1)).ter[category]
    taxes = [ter_tax(amount, ter_rate(amount, table), "floor") for amount in (gross, gross + more)]
    assert taxes[0] <= taxes[1] <= (gross + more) * 34 // 100


def yearly_tax(gross: int, deductible: int, months_worked: int, ptkp: int) -> int:
    """The year's tax by the letter of the law, in fractions, apart from the code under test."""
    neto = gross - deductible - min(Fraction(gross, 20), months_worked * 500_000, 6_000_000)
    left = max(0, floor((neto - ptkp) / 1000) * 1000)
    tax = Fraction(0)
    for width, percent in ((60, 5), (190, 15), (250, 25), (4_500, 30), (None, 35)):
        part = left if width is None else min(left, width * 1_000_000)
        tax += Fraction(part * percent, 100)
        left -= part
    assert tax.denominator == 1
    return int(tax)


@given(
    st.lists(st.integers(2_000_000, 900_000_000), min_size=1, max_size=12),
    st.sampled_from(["floor", "half_up"]),
    st.sampled_from([Enrolment(), Enrolment(jkk="III")]),
)
def test_december_reconciles_the_year_to_the_rupiah(pay: list[int], rounding: Any, enrolment: Enrolment) -> None:
    policy = Policy(pph21_rounding=rounding)
    first = 13 - len(pay)
    inputs = [
        month(item("basic", amount), item("zakat", 10_007), period=Period(2026, n), policy=policy, enrolment=enrolment)
        for n, amount in enumerate(pay, first)
    ]
    slips = work_a_year(inputs)
    gross, deductible = sum(slip.taxable_gross for slip in slips), sum(slip.deductible for slip in slips)
    assert sum(slip.pph21 for slip in slips) == yearly_tax(gross, deductible, len(pay), 54_000_000)


def test_a_year_with_a_previous_employer_credits_its_tax() -> None:
    so_far = YearToDate(gross=92_400_000, deductible=1_848_000, withheld=3_696_000, months=7)
    slip = calculate(
        month(
            item("basic", 13_200_000),
            item("pension", 264_000),
            ptkp="K/1",
            last_period=True,
            year_to_date=so_far,
            previous=PreviousEmployer(neto=41_800_000, pph21=1_056_000),
        )
    )
    assert slip.pph21 == 991_200


def test_bonus_can_be_left_out_of_annualisation() -> None:
    pay = (item("basic", 30_000_000), item("bonus", 60_000_000))
    whole = calculate(month(*pay, last_period=True, annualise=1))
    regular = calculate(month(*pay, last_period=True, annualise=1, policy=Policy(annualisation="regular_only")))
    assert whole.annual is not None
    assert regular.annual is not None
    assert whole.annual.neto_annualised == 89_500_000 * 12
    assert regular.annual.neto_annualised == 29_500_000 * 12 + 60_000_000


def test_no_npwp_costs_a_fifth_more_only_where_switched_on() -> None:
    on = Policy(no_npwp_surcharge="on")
    taxes = [
        calculate(month(item("basic", 10_000_000), policy=policy, has_npwp=has)).pph21
        for policy, has in ((on, False), (on, True), (Policy(), False))
    ]
    assert taxes == [240_000, 200_000, 200_000]


def test_thr_and_bonus_join_the_gross_of_their_month() -> None:
    slip = calculate(month(item("basic", 10_000_000), item("thr", 10_000_000)))
    assert (slip.ter_rate, slip.pph21, slip.irregular) == (9_000, 1_800_000, 10_000_000)


def test_a_benefit_is_taxed_but_not_paid_and_a_reimbursement_the_other_way_round() -> None:
    slip = calculate(month(item("basic", 9_000_000), item("benefit", 1_000_000), item("reimbursement", 500_000)))
    assert (slip.taxable_gross, slip.cash_gross, slip.net_pay) == (10_000_000, 9_500_000, 9_300_000)
    assert slip.employer_cost == 10_500_000


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (month(item("basic", -1)), "basic is negative"),
        (month(item("basic", 1_000_000), item("deduction", 2_000_000)), "below zero"),
        (month(item("basic", 1_000_000), item("other_income", -2_000_000)), "income is negative"),
        (month(item("basic", 1), ptkp="K/4"), "“K/4” does not exist"),
        (month(item("basic", 1), ptkp="K/I/1"), "K/I/1 has no TER category"),
        (month(item("basic", 1), ptkp="HB/0"), "HB/0 has no TER category"),
        (month(item("basic", 1), last_period=True, year_to_date=YearToDate(months=12)), "twelve months"),
        (month(item("basic", 1), last_period=True, annualise=13), "twelve months"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(entered: MonthInput, said: str) -> None:
    with use_language("en"), pytest.raises(RuleError, match=said):
        calculate(entered)


def test_a_correction_of_an_earlier_month_may_be_negative() -> None:
    slip = calculate(month(item("basic", 5_000_000), item("other_income", -400_000), item("deduction", -100_000)))
    assert (slip.taxable_gross, slip.net_pay) == (4_600_000, 4_700_000)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (month(item("basic", 4_000_000), enrolment=Enrolment(minimum_wage=5_000_000)), "minimum wage"),
        (month(item("basic", 2_000_000), item("fixed_allowance", 1_000_000)), "three quarters"),
        (month(item("basic", 2_000_000), item("deduction", 1_000_001)), "more than half"),
        (month(item("basic", 1_000_000), last_period=True, year_to_date=YearToDate(withheld=1, months=1)), "paid back"),
    ],
)
def test_what_should_be_looked_at_is_warned_of(entered: MonthInput, said: str) -> None:
    with use_language("en"):
        (warning,) = calculate(entered).warnings
        assert said in str(warning)


def test_an_ordinary_month_warns_of_nothing() -> None:
    pay = (item("basic", 6_000_000), item("fixed_allowance", 2_000_000), item("deduction", 4_000_000))
    assert calculate(month(*pay, enrolment=Enrolment(minimum_wage=5_000_000))).warnings == ()


def test_a_line_keeps_only_the_numbers_that_explain_it() -> None:
    slip = calculate(month(item("basic", 5_000_000), enrolment=Enrolment()))
    assert msgspec.json.encode(line(slip, "jht_employee")) == (
        b'{"code":"jht_employee","section":"deduction","amount":100000,"base":5000000,"rate":2000}'
    )
