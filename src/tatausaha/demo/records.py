"""Employees of the demo as rows: their facts, contracts, pay, and the part of a tax year that other hands paid."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from tatausaha.core import db
from tatausaha.core.crypto import keyring
from tatausaha.core.dates import Period
from tatausaha.core.ids import uuid7
from tatausaha.demo.companies import Company
from tatausaha.demo.workforce import Person
from tatausaha.payroll.rules.model import Enrolment, Item, MonthInput
from tatausaha.payroll.rules.month import calculate
from tatausaha.people import secrets

EMPLOYEE = (
    *(
        "id",
        "client_id",
        "number",
        "name",
        "gender",
        "born_on",
        "nik",
        "npwp",
        "email",
        "phone",
        "department",
        "position",
    ),
    *("ptkp", "tax_method", "joined_on", "ended_on", "end_reason", "jkk_class", "bank", "bank_account", "bank_holder"),
    *("bpjs_kesehatan_number", "bpjs_tk_number"),
)
STORED = (*EMPLOYEE, *secrets.INDEXED.values())
CONTRACT = ("id", "client_id", "employee_id", "kind", "number", "starts_on", "ends_on", "position")
PAY = ("id", "client_id", "employee_id", "code", "name", "amount", "starts_on", "ends_on")
OPENING = ("id", "client_id", "employee_id", "year", "kind", "months", "gross", "deductible", "withheld")


async def store(company: Company, client_id: UUID, people: Sequence[Person], first: Period) -> None:
    """Everybody with contract and pay, into the open scope; `first` is the month in which payroll begins here."""
    ids = {person.number: uuid7() for person in people}
    keyed = [(client_id, ids[person.number], person) for person in people]
    keys = await keyring()
    rows = (secrets.closed(keys, dict(zip(EMPLOYEE, _employee(company, *one), strict=True))) for one in keyed)
    await db.bulk_insert("employee", STORED, [tuple(row[name] for name in STORED) for row in rows])
    await db.bulk_insert("contract", CONTRACT, [_contract(*one) for one in keyed])
    await db.bulk_insert("pay_component", PAY, [row for one in keyed for row in _pay(*one)])
    await db.bulk_insert("tax_opening", OPENING, [row for one in keyed for row in _opening(*one, first)])


def _employee(company: Company, client_id: UUID, key: UUID, person: Person) -> Sequence[object]:
    return (
        *(key, client_id, person.number, person.name, person.gender, person.born_on, person.nik, person.npwp),
        *(person.email, person.phone, person.post.department, person.post.name, person.ptkp, person.post.tax_method),
        *(person.joined_on, person.ended_on, _reason(person), company.jkk_class),
        *(person.bank, person.bank_account, person.name, person.bpjs_number, person.bpjs_number[2:]),
    )


def _reason(person: Person) -> str:
    if person.ended_on is None:
        return ""
    return "contract_ended" if person.contract_ends_on else "resigned"


def _contract(client_id: UUID, key: UUID, person: Person) -> Sequence[object]:
    kind = "fixed_term" if person.contract_ends_on else "permanent"
    number = f"{person.number}/{'PKWT' if person.contract_ends_on else 'PKWTT'}/{person.joined_on.year}"
    return (*(uuid7(), client_id, key, kind, number, person.joined_on, person.contract_ends_on, person.post.name),)


def _pay(client_id: UUID, key: UUID, person: Person) -> Iterable[Sequence[object]]:
    for pay in person.pay:
        yield (uuid7(), client_id, key, pay.code, pay.name, pay.amount, pay.starts_on, pay.ends_on)


def _opening(client_id: UUID, key: UUID, person: Person, first: Period) -> Iterable[Sequence[object]]:
    """The months of the year before payroll began here, each like the last of them."""
    begin = max(person.joined_on, date(first.year, 1, 1))
    months = first.month - begin.month
    if begin >= first.first or months < 1:
        return
    last = first.previous()
    items = tuple(
        Item(pay.code, pay.name, pay.amount, pay.code)
        for pay in person.pay
        if pay.starts_on <= last.last and (pay.ends_on is None or pay.ends_on >= last.first)
    )
    slip = calculate(
        MonthInput(
            period=last,
            ptkp=person.ptkp,
            items=items,
            method=person.post.tax_method,
            enrolment=Enrolment(),
            born=person.born_on,
        )
    )
    sums = (months * slip.taxable_gross, months * slip.deductible, months * slip.pph21)
    yield (uuid7(), client_id, key, first.year, "take_on", months, *sums)
