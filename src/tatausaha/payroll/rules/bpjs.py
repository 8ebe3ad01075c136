"""Social security: Kesehatan (Perpres 82/2018), JHT (PP 46/2015), JP (PP 45/2015), JKK and JKM (PP 44/2015)."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import msgspec

from tatausaha.core.dates import Period
from tatausaha.core.i18n import text
from tatausaha.core.money import RATE_BASE, Rupiah, round_ratio
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.model import Enrolment, Line
from tatausaha.payroll.rules.policy import Policy
from tatausaha.payroll.rules.statutes import Program, Statutes, ends_on, read_table, starts_on


class Contributions(msgspec.Struct, gc=False):
    """A month's contribution lines and their sums; `taxable` is the employer's part that counts as income."""

    employer: list[Line]
    employee: list[Line]
    employer_total: Rupiah = 0
    employee_total: Rupiah = 0
    taxable: Rupiah = 0
    deductible: Rupiah = 0


def contribute(
    wage: Rupiah, enrolment: Enrolment, law: Statutes, policy: Policy, *, pension: bool = True
) -> Contributions:
    """Every line is computed and rounded from its own base, never from a sum of rates.

    `pension` is False once the person has reached the age at which JP ends. Without a wage nothing is due.
    RuleError for a negative wage or an unknown risk class.
    """
    if wage < 0:
        raise RuleError(text("The BPJS wage is negative."))
    result = Contributions([], [])
    if wage == 0:
        return result
    for program in _programs(enrolment, law, pension):
        base = contribution_base(wage, program, enrolment.minimum_wage if policy.kesehatan_floor == "on" else None)
        variant = enrolment.jkk or "" if program.code == "jkk" else ""
        employer = _line(program, "employer", program.employer_rate, base, wage, variant, policy)
        result.employer.append(employer)
        result.employer_total += employer.amount
        if program.taxable:
            result.taxable += employer.amount
        if program.employee_rate:
            employee = _line(program, "employee", program.employee_rate, base, wage, variant, policy)
            result.employee.append(employee)
            result.employee_total += employee.amount
            if program.deductible:
                result.deductible += employee.amount
    return result


def contribution_base(wage: Rupiah, program: Program, minimum_wage: Rupiah | None) -> Rupiah:
    """The wage between floor and cap; the floor binds BPJS Kesehatan only (Perpres 82/2018 Ps. 32)."""
    if program.minimum_wage_floor and minimum_wage is not None and wage < minimum_wage:
        wage = minimum_wage
    return wage if program.cap is None or wage <= program.cap else program.cap


@lru_cache(maxsize=65_536)
def pension_ends(born: date) -> date:
    """The day on which a person reaches the retirement age then in force (PP 45/2015 Ps. 15)."""
    ages = ((_birthday(born, int(row["age"])), row) for row in read_table("retirement_age"))
    return next(max(day, starts_on(row)) for day, row in ages if day <= ends_on(row))


def in_pension_age(born: date | None, period: Period) -> bool:
    """Whether JP is still due; the month of the birthday is the last one."""
    return born is None or pension_ends(born) >= period.first


def jkk_program(enrolment: Enrolment, law: Statutes) -> Program | None:
    """The rate row of the risk class, with the labour-intensive discount only in the months that have one."""
    if enrolment.jkk is None:
        return None
    discounted = law.jkk.get((enrolment.jkk, True)) if enrolment.jkk_discount else None
    program = discounted or law.jkk.get((enrolment.jkk, False))
    if program is None:
        raise RuleError(text("JKK risk class “{name}” does not exist; use I, II, III, IV or V.", name=enrolment.jkk))
    return program


def _programs(enrolment: Enrolment, law: Statutes, pension: bool) -> Iterator[Program]:
    if enrolment.kesehatan:
        yield law.programs["kesehatan"]
    if enrolment.jht:
        yield law.programs["jht"]
    if enrolment.jp and pension:
        yield law.programs["jp"]
    if jkk := jkk_program(enrolment, law):
        yield jkk
    if enrolment.jkm:
        yield law.programs["jkm"]


def _line(program: Program, payer: str, rate: int, base: Rupiah, wage: Rupiah, variant: str, policy: Policy) -> Line:
    return Line(
        code=f"{program.code}_{payer}",
        section="employer" if payer == "employer" else "deduction",
        amount=round_ratio(base * rate, RATE_BASE, policy.bpjs_rounding),
        variant=variant,
        base=base,
        rate=rate,
        wage=wage if wage != base else 0,
    )


def _birthday(born: date, age: int) -> date:
    # Someone born on 29 February comes of age on 1 March of a common year.
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
