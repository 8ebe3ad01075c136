"""From the database to the rules: what each person's month depends on, read for many people in a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import db
from tatausaha.core.dates import Period
from tatausaha.core.i18n import text
from tatausaha.core.money import Rupiah
from tatausaha.payroll.rules.errors import RuleError
from tatausaha.payroll.rules.minimum_wage import minimum_wage
from tatausaha.payroll.rules.model import Enrolment, Item, MonthInput, PreviousEmployer, Proration, YearToDate
from tatausaha.payroll.rules.policy import Policy, policy_on

UNPAID_DAYS = "unpaid_days"
NO_YEAR = YearToDate()
NO_PREVIOUS = PreviousEmployer()


class RunFacts(msgspec.Struct, frozen=True):
    """What all people of a run share."""

    run_id: UUID
    client_id: UUID
    period: Period
    version: int
    policy: Policy
    proration: Proration
    minimum_wage: Rupiah | None


class PersonFacts(msgspec.Struct, frozen=True, gc=False):
    """One person's record as far as pay depends on it, and the items of the month."""

    record: Any
    items: tuple[Item, ...]
    unpaid_days: int
    year_to_date: YearToDate
    previous: PreviousEmployer


async def read_run(run_id: UUID) -> RunFacts:
    """The run's month and the client's payroll settings in force on its last day."""
    (run,) = await db.records(
        "select r.id, r.client_id, r.period, r.corrects_id, c.wage_region, p.proration, p.settings,"
        " coalesce((select max(s.version) from slip s join pay_run o on o.tenant_id = s.tenant_id and o.id = s.run_id"
        "   where s.employee_id = r.employee_id and o.id <> r.id and o.client_id = r.client_id"
        "   and o.period = r.period and o.state in ('published', 'closed')), 0) + 1 as version"
        " from pay_run r join client c on c.tenant_id = r.tenant_id and c.id = r.client_id"
        " left join lateral (select proration, settings from pay_policy p where p.client_id = r.client_id"
        "   and p.effective_from < (r.period + interval '1 month') order by effective_from desc limit 1) p on true"
        " where r.id = $1",
        run_id,
    )
    period = Period.of(run["period"])
    return RunFacts(
        run_id=run["id"],
        client_id=run["client_id"],
        period=period,
        version=run["version"],
        policy=policy_on(period.last, run["settings"] or {}),
        proration=parse_proration(run["proration"] or "calendar_days"),
        minimum_wage=_minimum_wage(run["wage_region"], period.last),
    )


def _minimum_wage(region: str, day: date) -> Rupiah | None:
    """The floor of a client's place of work, kept as `province/regency`; None where no figure is known."""
    province, _, regency = region.partition("/")
    found = minimum_wage(province, regency, day)
    return found.amount if found else None


def parse_proration(written: str) -> Proration:
    """`calendar_days`, `working_days_5`, `working_days_6`, or `fixed:22` for a fixed number of days."""
    method, _, divisor = written.partition(":")
    return msgspec.convert({"method": method, "divisor": int(divisor or 0)}, Proration)


async def list_employed(client_id: UUID, period: Period, only: UUID | None = None) -> list[UUID]:
    """Everyone employed by the client on any day of the month, in a stable order.

    Without those whose data are restricted: they are kept and not used (UU 27/2022 Pasal 41).
    """
    found = await db.records(
        "select id from employee where client_id = $1 and joined_on <= $2 and (ended_on is null or ended_on >= $3)"
        " and restricted_at is null and ($4::uuid is null or id = $4) order by id",
        *(client_id, period.last, period.first, only),
    )
    return [record["id"] for record in found]


async def read_people(run: RunFacts, employee_ids: Sequence[UUID]) -> Iterator[PersonFacts]:
    """The facts of some people; those of the year only for people whose year ends this month."""
    people = await db.records(
        "select id, number, name, department, position, ptkp, tax_method, joined_on, ended_on, tax_annualised, born_on,"
        " npwp is not null or nik is not null as has_npwp, bpjs_kesehatan, bpjs_jht, bpjs_jp, bpjs_jkm, jkk_class,"
        " bpjs_wage, bank, bank_account, bank_account_index from employee where id = any($1) order by id",
        employee_ids,
    )
    items = await _read_items(run, employee_ids)
    unpaid = await _read_unpaid_days(run, employee_ids)
    ending = [person["id"] for person in people if ends_year(person["ended_on"], run.period)]
    years, previous = await _read_years(run.period, ending) if ending else ({}, {})
    return (
        PersonFacts(
            person,
            tuple(items.get(person["id"], ())),
            unpaid.get(person["id"], 0),
            years.get(person["id"], NO_YEAR),
            previous.get(person["id"], NO_PREVIOUS),
        )
        for person in people
    )


def ends_year(ended_on: date | None, period: Period) -> bool:
    """True in the month in which the year's tax is reckoned: December, or the month of leaving."""
    return period.month == 12 or (ended_on is not None and ended_on <= period.last)


def month_input(run: RunFacts, person: PersonFacts) -> MonthInput:
    """What the rules need. RuleError when a fact is missing that no slip can do without."""
    record, period = person.record, run.period
    if not any(item.kind == "basic" for item in person.items):
        raise RuleError(text("There is no basic salary for this month. Add it under the person's pay components."))
    joined, ended = record["joined_on"], record["ended_on"]
    return MonthInput(
        period=period,
        ptkp=record["ptkp"],
        items=person.items,
        method=record["tax_method"],
        policy=run.policy,
        enrolment=_enrolment(record, run.minimum_wage),
        unpaid_days=person.unpaid_days,
        first_day=joined if joined > period.first else None,
        last_day=ended if ended is not None and ended < period.last else None,
        proration=run.proration,
        born=record["born_on"],
        has_npwp=record["has_npwp"],
        last_period=ends_year(ended, period),
        annualise=_months_of_obligation(joined, ended, period.year) if record["tax_annualised"] else None,
        year_to_date=person.year_to_date,
        previous=person.previous,
    )


def _enrolment(record: Any, floor: Rupiah | None) -> Enrolment:
    return Enrolment(
        kesehatan=record["bpjs_kesehatan"],
        jht=record["bpjs_jht"],
        jp=record["bpjs_jp"],
        jkm=record["bpjs_jkm"],
        jkk=record["jkk_class"],
        wage=record["bpjs_wage"],
        minimum_wage=floor,
    )


def _months_of_obligation(joined: date, ended: date | None, year: int) -> int:
    first = joined.month if joined.year == year else 1
    last = ended.month if ended is not None and ended.year == year else 12
    return last - first + 1


async def _read_items(run: RunFacts, employee_ids: Sequence[UUID]) -> dict[UUID, list[Item]]:
    found = await db.records(
        "select employee_id, code, name, amount from pay_component"
        " where employee_id = any($1) and starts_on <= $2 and (ends_on is null or ends_on >= $3)"
        " union all select employee_id, code, name, amount from pay_input"
        " where run_id = $4 and employee_id = any($1) and code <> 'unpaid_days'",
        *(employee_ids, run.period.last, run.period.first, run.run_id),
    )
    items: dict[UUID, list[Item]] = defaultdict(list)
    for employee_id, code, name, amount in found:
        items[employee_id].append(Item(code, name, amount, code))
    for own in items.values():
        own.sort(key=_order)
    return items


@cache
def _rank(code: str) -> int:
    return ORDER.index(code) if code in ORDER else len(ORDER)


def _order(item: Item) -> tuple[int, str]:
    return _rank(item.code), item.name


# The order in which components stand on a slip; their codes are the rules' kinds.
ORDER: tuple[str, ...] = (
    *("basic", "fixed_allowance", "allowance", "overtime", "bonus", "thr", "other_income"),
    *("benefit", "reimbursement", "pension", "zakat", "deduction"),
)


async def _read_unpaid_days(run: RunFacts, employee_ids: Sequence[UUID]) -> dict[UUID, int]:
    found = await db.records(
        "select employee_id, days from pay_input where run_id = $1 and employee_id = any($2) and code = 'unpaid_days'",
        *(run.run_id, employee_ids),
    )
    return {record["employee_id"]: record["days"] for record in found}


async def _read_years(
    period: Period, employee_ids: Sequence[UUID]
) -> tuple[dict[UUID, YearToDate], dict[UUID, PreviousEmployer]]:
    """The year before this month: our own slips, what the client's former payroll handed over, a previous employer."""
    slips = await db.records(
        "select s.employee_id, sum(s.taxable_gross)::bigint as gross, sum(s.deductible)::bigint as deductible,"
        " sum(s.pph21)::bigint as withheld, count(distinct s.period)::int as months, sum(s.irregular)::bigint as irregular"
        " from slip s join pay_run r on r.tenant_id = s.tenant_id and r.id = s.run_id"
        " where s.employee_id = any($1) and s.period >= $2 and s.period < $3 and not s.superseded"
        " and r.state in ('published', 'closed') group by s.employee_id",
        *(employee_ids, date(period.year, 1, 1), period.first),
    )
    openings = await db.records(
        "select employee_id, kind, gross, deductible, withheld, months, net from tax_opening"
        " where employee_id = any($1) and year = $2",
        *(employee_ids, period.year),
    )
    years = {
        r["employee_id"]: YearToDate(r["gross"], r["deductible"], r["withheld"], r["months"], r["irregular"])
        for r in slips
    }
    return _with_take_on(years, openings), {
        record["employee_id"]: PreviousEmployer(record["net"], record["withheld"])
        for record in openings
        if record["kind"] == "previous_employer"
    }


def _with_take_on(years: dict[UUID, YearToDate], openings: Iterable[Any]) -> dict[UUID, YearToDate]:
    for record in openings:
        if record["kind"] == "take_on":
            own = years.get(record["employee_id"], NO_YEAR)
            years[record["employee_id"]] = YearToDate(
                own.gross + record["gross"],
                own.deductible + record["deductible"],
                own.withheld + record["withheld"],
                own.months + record["months"],
                own.irregular,
            )
    return years
