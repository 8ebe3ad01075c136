import pytest
from hypothesis import given
from hypothesis import strategies as st

from tatausaha.core.dates import Period
from tatausaha.core.money import Rounding
from tatausaha.payroll.rules.gross_up import month_allowance, solutions
from tatausaha.payroll.rules.model import YearToDate
from tatausaha.payroll.rules.month import calculate
from tatausaha.payroll.rules.policy import Policy
from tatausaha.payroll.rules.statutes import Brackets, statutes_of
from tatausaha.payroll.rules.ter import ter_rate, ter_tax
from tests.payroll.rules.months import item, month, work_a_year

TABLE = statutes_of(Period(2026, 1)).ter["A"]
SMALL = Brackets((100, 150, 151, 400, 600), (0, 5_000, 7_000, 15_000, 30_000, 34_000), "made for the test")
ROUNDINGS = st.sampled_from(["floor", "half_up"])


@pytest.mark.parametrize("rounding", ["floor", "half_up"])
def test_the_search_finds_every_allowance_that_trying_all_finds(rounding: Rounding) -> None:
    for base in range(700):
        every = [t for t in range(base + 1) if ter_tax(base + t, ter_rate(base + t, SMALL), rounding) == t]
        assert list(solutions(base, SMALL, rounding)) == every
        assert month_allowance(base, SMALL, rounding, "smallest") == every[0]
        assert month_allowance(base, SMALL, rounding, "largest") == every[-1]


def test_the_published_ambiguities_are_all_found() -> None:
    assert list(solutions(10_400_000, TABLE, "floor")) == [266_666, 321_649]
    assert list(solutions(12_000_000, TABLE, "floor")) == [499_999, 500_000, 631_578]


@given(st.integers(0, 3_000_000_000), ROUNDINGS, st.sampled_from(["smallest", "largest"]))
def test_the_allowance_of_any_month_equals_its_tax(base: int, rounding: str, choice: str) -> None:
    policy = Policy(pph21_rounding=rounding, gross_up_choice=choice)
    slip = calculate(month(item("basic", base), method="gross_up", policy=policy))
    assert slip.taxable_gross == base + slip.pph21
    assert slip.net_pay == base


@given(st.integers(1, 500_000_000), st.integers(0, 100_000_000), st.sampled_from(["gross_up", "net"]))
def test_who_is_promised_a_net_amount_receives_it_all_year(basic: int, bonus: int, method: str) -> None:
    inputs = [
        month(item("basic", basic), item("bonus", bonus if n == 3 else 0), method=method, period=Period(2026, n))
        for n in range(1, 13)
    ]
    slips = work_a_year(inputs)
    for slip in slips[:-1]:
        assert slip.net_pay == sum(line.amount for line in slip.lines if line.kind)
    last = slips[-1]
    assert last.net_pay == basic + max(0, -last.pph21)
    assert last.annual is not None
    assert sum(slip.pph21 for slip in slips) == last.annual.tax


def test_net_treatments_differ_in_what_is_income() -> None:
    benefit = calculate(month(item("basic", 10_000_000), method="net"))
    outside = calculate(month(item("basic", 10_000_000), method="net", policy=Policy(net_treatment="outside")))
    assert (benefit.pph21, benefit.taxable_gross, benefit.cash_gross) == (230_179, 10_230_179, 10_000_000)
    assert (outside.pph21, outside.taxable_gross, outside.cash_gross) == (200_000, 10_000_000, 10_000_000)
    assert benefit.net_pay == outside.net_pay == 10_000_000
    assert benefit.employer_cost == 10_230_179


@pytest.mark.parametrize(("refund", "net"), [("employee", 6_000_000), ("employer", 5_000_000)])
def test_an_over_withheld_net_salary_is_refunded_as_the_policy_says(refund: str, net: int) -> None:
    before = YearToDate(gross=5_000_000, withheld=1_000_000, months=1)
    policy = Policy(net_refund=refund)
    slip = calculate(
        month(item("basic", 5_000_000), method="net", policy=policy, year_to_date=before, last_period=True)
    )
    assert (slip.pph21, slip.net_pay) == (-1_000_000, net)
