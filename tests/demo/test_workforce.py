"""The people of the demo: made up, always the same, and such as the law and an identity card allow."""

from datetime import date

import pytest

from tatausaha.core.dates import Period
from tatausaha.demo.companies import PROVIDERS, Company
from tatausaha.demo.past import month_inputs, thr_month
from tatausaha.demo.workforce import newcomers, past_months, workforce
from tatausaha.payroll.rules.minimum_wage import minimum_wage
from tatausaha.people.rules import nik_doubts

NOVEMBER = Period(2026, 11)
COMPANIES = [company for provider in PROVIDERS for company in provider.companies]
each_company = pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.code)


def test_the_past_is_the_eleven_months_before_the_open_one() -> None:
    months = past_months(NOVEMBER)

    assert (months[0], months[-1], len(months)) == (Period(2025, 12), Period(2026, 10), 11)


@each_company
def test_a_company_has_the_same_people_on_every_machine(company: Company) -> None:
    people = workforce(company, NOVEMBER)

    assert people == workforce(company, NOVEMBER)
    assert 20 <= len(people) <= 120


@each_company
def test_nobody_has_an_identity_number_that_the_product_would_doubt(company: Company) -> None:
    people = workforce(company, NOVEMBER) + newcomers(company, NOVEMBER, 10)

    assert [nik_doubts(one.nik, one.born_on, one.gender) for one in people] == [[]] * len(people)
    assert len({one.nik for one in people}) == len({one.number for one in people}) == len(people)


@each_company
def test_nobody_is_agreed_less_than_the_minimum_wage_of_the_place(company: Company) -> None:
    province, _, regency = company.wage_region.partition("/")
    floor = minimum_wage(province, regency, date(2026, 1, 1))
    assert floor is not None

    basics = [pay for one in workforce(company, NOVEMBER) for pay in one.pay if pay.code == "basic" and not pay.ends_on]
    assert min(pay.amount for pay in basics) >= floor.amount


def test_people_come_and_go_during_the_year() -> None:
    people = [one for company in COMPANIES for one in workforce(company, NOVEMBER)]
    months = past_months(NOVEMBER)

    assert any(one.joined_on > months[1].first for one in people)
    assert any(one.ended_on for one in people)
    assert all(one.ended_on is None or one.joined_on <= one.ended_on <= months[-1].last for one in people)


def test_thr_is_paid_once_a_year_and_in_part_to_those_who_came_during_it() -> None:
    people = [("old", 6_000_000, date(2020, 5, 1)), ("new", 6_000_000, date(2026, 1, 1))]
    months = [Period(2026, month) for month in range(1, 13)]

    thr = [entry for month in months for entry in month_inputs("a seed", month, people) if entry[1] == "thr"]

    assert [(who, amount) for who, _, _, amount, _ in thr] == [("old", 6_000_000), ("new", 1_000_000)]
    assert thr_month(2026) == Period(2026, 3)
