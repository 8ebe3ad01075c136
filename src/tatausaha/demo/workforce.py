"""The people of a demo company, always the same for the same company and month."""

from datetime import date, timedelta
from random import Random

import msgspec

from tatausaha.core.dates import Period
from tatausaha.demo.companies import Company
from tatausaha.demo.names import BANKS, FAMILIES, MEALS, MEN, OFFICE, PTKP, WOMEN
from tatausaha.demo.trades import Post
from tatausaha.payroll.rules.minimum_wage import minimum_wage
from tatausaha.payroll.rules.model import Kind

SEED = 20_260_817
MONTHS = 11
STEP = 10_000  # pay is agreed in round amounts
WOMAN = 40  # added to the day of birth in a woman's NIK (PP 40/2019 Ps. 37)


class Pay(msgspec.Struct, frozen=True):
    """An agreed amount a month, between two days."""

    code: Kind
    name: str
    amount: int
    starts_on: date
    ends_on: date | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """An employee with contract and pay, as the demo's companies keep them."""

    number: str
    name: str
    gender: str
    born_on: date
    nik: str
    npwp: str | None
    email: str
    phone: str
    post: Post
    ptkp: str
    joined_on: date
    ended_on: date | None
    contract_ends_on: date | None
    bank: str
    bank_account: str
    bpjs_number: str
    pay: tuple[Pay, ...]


def past_months(opened: Period) -> list[Period]:
    """The months before the open one, oldest first."""
    months = [opened]
    while len(months) <= MONTHS:
        months.append(months[-1].previous())
    return months[:0:-1]


def workforce(company: Company, opened: Period) -> list[Person]:
    """Everyone whom the company employed in the months before `opened`: a few came, a few went."""
    chance = Random(f"{SEED}:{company.code}")  # the same people on every machine
    posts = chance.choices(company.posts, [post.share for post in company.posts], k=company.people)
    return [_person(chance, company, post, opened, number) for number, post in enumerate(posts, 1)]


def newcomers(company: Company, opened: Period, count: int) -> list[Person]:
    """People whom the company takes on in the open month."""
    chance = Random(f"{SEED}:{company.code}:{opened}")
    first = company.people + 1
    posts = chance.choices(company.posts[:4], k=count)
    return [_person(chance, company, post, opened, first + n, new=True) for n, post in enumerate(posts)]


def _person(chance: Random, company: Company, post: Post, opened: Period, number: int, *, new: bool = False) -> Person:
    woman = chance.random() < 0.46
    born = date(opened.year - chance.randint(20, 54), 1, 1) + timedelta(days=chance.randrange(365))
    joined = opened.first + timedelta(days=chance.randrange(14)) if new else _joined(chance, opened)
    ended = None if new else _ended(chance, joined, opened)
    nik = f"{company.district}{born.day + WOMAN * woman:02}{born:%m%y}{number:04}"
    name = f"{chance.choice(WOMEN if woman else MEN)} {chance.choice(FAMILIES)}"
    bank = chance.choice(list(BANKS))
    return Person(
        number=f"{company.code[0]}{joined:%y}{number:03}",
        name=name,
        gender="female" if woman else "male",
        born_on=born,
        nik=nik,
        npwp=nik if chance.random() < 0.9 else None,  # since 2024 a person's NPWP is the NIK
        email=f"{name.lower().replace(' ', '.')}.{number}@{company.code.lower()}.example",
        phone=f"08{chance.randrange(10**9, 10**10)}",
        post=post,
        ptkp=chance.choices(list(PTKP), list(PTKP.values()))[0],
        joined_on=joined,
        ended_on=ended,
        contract_ends_on=_contract_end(chance, joined, ended, opened),
        bank=bank,
        bank_account="".join(chance.choices("0123456789", k=BANKS[bank])),
        bpjs_number=f"000{chance.randrange(10**9, 10**10)}",
        pay=_pay(chance, company, post, joined, opened),
    )


def _joined(chance: Random, opened: Period) -> date:
    months = past_months(opened)
    if chance.random() < 0.12:  # during the year, on the first or in the middle of a month
        return chance.choice(months[1:]).first + timedelta(days=chance.choice((0, 0, 14)))
    return date(opened.year - chance.randint(2, 8), chance.randint(1, 12), chance.choice((1, 1, 15)))


def _ended(chance: Random, joined: date, opened: Period) -> date | None:
    month = chance.choice(past_months(opened)[2:])
    if chance.random() >= 0.06 or joined >= month.first:
        return None
    return chance.choice((month.last, month.first + timedelta(days=13)))


def _contract_end(chance: Random, joined: date, ended: date | None, opened: Period) -> date | None:
    """Many work for a fixed term that was renewed year by year, never beyond five years (PP 35/2021 Ps. 8)."""
    if chance.random() >= 0.45 or opened.year - joined.year > 3:
        return None
    if ended:
        return ended
    years = next(years for years in range(1, 6) if _anniversary(joined, years) > opened.last)
    return _anniversary(joined, years) - timedelta(days=1)


def _anniversary(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def _pay(chance: Random, company: Company, post: Post, joined: date, opened: Period) -> tuple[Pay, ...]:
    """Basic pay with the raise of January, and allowances; never below the minimum wage of the place."""
    begin = min(joined, past_months(opened)[0].first)
    before = _at_least_minimum(company, chance.randint(post.lowest, post.highest), begin)
    january = date(opened.year, 1, 1)
    pay = [Pay("allowance", MEALS, chance.choice((440_000, 550_000, 660_000)), joined)]
    if post.office:
        pay.append(Pay("fixed_allowance", OFFICE, post.office, joined))
    after = _at_least_minimum(company, before * chance.randint(103, 107) // 100, january)
    if joined < january:
        last_day = january - timedelta(days=1)
        return (Pay("basic", "", before, joined, last_day), Pay("basic", "", after, january), *pay)
    return (Pay("basic", "", after, joined), *pay)


def _at_least_minimum(company: Company, amount: int, day: date) -> int:
    province, _, regency = company.wage_region.partition("/")
    floor = minimum_wage(province, regency, day)
    return -(-max(amount, floor.amount if floor else 0) // STEP) * STEP
