"""The verbs of a person's employment: create, change, end, take back an end."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit, db, entitlements
from tatausaha.core.changes import Proposed
from tatausaha.core.errors import Conflict, Invalid
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.core.imports.cells import CellError, Parser
from tatausaha.core.masking import DOTS, masked
from tatausaha.people import queries, tables
from tatausaha.people.forms import TAX_ENDS, EmployeeForm, EndForm, NewEmployee
from tatausaha.people.queries import Employee
from tatausaha.people.rules import at_work
from tatausaha.people.secrets import SECRETS, nik_index
from tatausaha.people.service import bulk, guarded, terms
from tatausaha.people.spreadsheet import PARSERS

REMOVE = "-"
ATTENTION = text("Some fields need your attention.")


async def create(form: NewEmployee, client_id: UUID) -> UUID:
    """A new employee with the first contract and pay. Raises `Invalid` with a sentence at each wrong field."""
    facts = _facts(form, None)
    problems = await _clashes(client_id, None, facts)
    terms.check_contract(form.contract_kind, form.joined_on, form.contract_ends_on, problems, "contract_ends_on")
    if problems:
        raise Invalid(ATTENTION, problems)
    employee_id = uuid7()
    await entitlements.begin("employee")
    await bulk.insert_employees([{"id": employee_id, "client_id": client_id} | facts])
    owner = {"client_id": client_id, "employee_id": employee_id, "starts_on": form.joined_on}
    contract = {"kind": form.contract_kind, "ends_on": form.contract_ends_on, "number": "", "position": form.position}
    await bulk.put_contracts([{"id": uuid7(), **owner, **contract}])
    pay = [("basic", form.basic)] + ([("fixed_allowance", form.fixed_allowance)] if form.fixed_allowance else [])
    await bulk.put_components(
        [{"id": uuid7(), **owner, "code": code, "name": "", "amount": amount} for code, amount in pay]
    )
    await audit.record("created", "employee", employee_id, client_id)
    return employee_id


async def change(employee: Employee, form: EmployeeForm, reason: str = "") -> list[Proposed]:
    """Keep what was typed; gives what of it waits for a second person, or was guarded and needed none.

    `employee` must be locked; `Invalid` names both values when the form is stale.
    """
    facts = _facts(form, employee)
    changed = {name: value for name, value in facts.items() if value != getattr(employee, name)}
    if form.version != str(employee.version):
        raise Invalid(
            text("Somebody else saved this employee meanwhile. Compare, then save again to keep what you typed."),
            {name: _stored(name, employee) for name in changed},
        )
    problems = await _clashes(employee.client_id, employee.id, facts)
    if employee.ended_on and facts["joined_on"] > employee.ended_on:
        problems["joined_on"] = text("This is after the last day at work.")
    if problems:
        raise Invalid(ATTENTION, problems)
    free = {name: value for name, value in changed.items() if name not in guarded.GUARDED}
    if free:
        await bulk.set_facts(employee.id, free)
        await audit.record("changed", "employee", employee.id, employee.client_id, fields=sorted(free))
    return await guarded.propose(employee, facts, reason)


async def end(employee: Employee, form: EndForm) -> None:
    """The last day at work; the row, its history and its payslips stay. `employee` must be locked."""
    if form.ended_on < employee.joined_on:
        raise Invalid(ATTENTION, {"ended_on": text("The last day cannot be before the first.")})
    await _set_end(employee, form.ended_on, form.reason, employee.tax_annualised or form.reason in TAX_ENDS)
    await audit.record("ended", "employee", employee.id, employee.client_id, ended_on=form.ended_on.isoformat())


async def take_back_end(employee: Employee) -> None:
    """The end was a mistake: the person goes on working. `employee` must be locked."""
    if employee.ended_on is None:
        raise Conflict(text("{name} has no last day that could be taken back.", name=employee.name))
    await _set_end(employee, None, "", employee.tax_annualised and employee.end_reason not in TAX_ENDS)
    await audit.record("end_taken_back", "employee", employee.id, employee.client_id)


async def _set_end(employee: Employee, ended_on: date | None, reason: str, annualised: bool) -> None:
    was, is_now = at_work(employee.ended_on), at_work(ended_on)
    if is_now and not was:
        await entitlements.begin("employee")
    await tables.Employee.update(
        {
            tables.Employee.ended_on: ended_on,
            tables.Employee.end_reason: reason,
            tables.Employee.tax_annualised: annualised,
            tables.Employee.version: employee.version + 1,
        }
    ).where(tables.Employee.id == employee.id)
    if was and not is_now:
        await entitlements.ended("employee")


def _facts(form: EmployeeForm, stored: Employee | None) -> dict[str, Any]:
    """The columns as they shall be. Raises `Invalid` with a sentence at each field that cannot be."""
    facts: dict[str, Any] = {name: getattr(form, name, None) for name in bulk.FACTS}
    facts |= {"ended_on": stored.ended_on, "end_reason": stored.end_reason} if stored else {"end_reason": ""}
    problems: dict[str, Text] = {}
    for name, check in PARSERS.items():
        try:
            facts[name] = _checked(name, facts[name], check, stored)
        except CellError as error:
            problems[name] = text("This {reason}.", reason=str(error.reason))
    if facts["born_on"] and facts["born_on"] >= facts["joined_on"]:
        problems["born_on"] = text("The date of birth must be before the first day at work.")
    if problems:
        raise Invalid(ATTENTION, problems)
    return facts


def _checked(name: str, typed: str, check: Parser, stored: Employee | None) -> object:
    nothing = None if name in ("nik", "npwp") else ""
    if name in SECRETS and typed == REMOVE:
        return nothing
    if typed and not (name in SECRETS and typed.startswith(DOTS)):
        return check(typed)
    return getattr(stored, name) if stored and name in SECRETS else nothing


async def _clashes(client_id: UUID, employee_id: UUID | None, facts: dict[str, Any]) -> dict[str, Text]:
    """Numbers that another employee of the client bears already, with that employee named."""
    problems: dict[str, Text] = {}
    nik = await nik_index(facts["nik"] or "")
    for name, column, value in (("number", "number", facts["number"]), ("nik", "nik_index", nik)):
        other = await db.value(
            f"select name || ' (' || number || ')' from employee where client_id = $1 and {column} = $2"  # noqa: S608
            " and id is distinct from $3",
            *(client_id, value, employee_id),
        )
        if other:
            problems[name] = text("{other} has this number already.", other=other)
    return problems


def _stored(name: str, employee: Employee) -> Text:
    value = getattr(employee, name)
    shown = masked(value) if name in SECRETS else value
    return text("Stored now: {value}", value="–" if shown in (None, "") else str(shown))


def typed_from(employee: Employee) -> dict[str, Any]:
    """What the form of an employee begins with: everything but the numbers that no page shows."""
    return msgspec.structs.asdict(employee) | dict.fromkeys(SECRETS, "")


async def load(employee_id: UUID) -> Employee:
    """The employee, locked for a change."""
    return await queries.get_employee(employee_id, lock=True)
