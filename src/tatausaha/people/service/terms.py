"""What an employee was promised, and since when: contracts, pay components, the tax year's opening."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.core.ids import uuid7
from tatausaha.people import queries, tables
from tatausaha.people.forms import ComponentForm, ContractForm, OpeningForm
from tatausaha.people.queries import Component, Contract, Employee
from tatausaha.people.service import bulk

ATTENTION = text("Some fields need your attention.")
MOST_YEARS = range(2000, 2200)


def check_contract(kind: str, starts: date, ends: date | None, problems: dict[str, Text], at: str = "ends_on") -> None:
    """Add the sentence that a contract's kind and days deserve, if any."""
    if kind == "fixed_term" and ends is None:
        problems[at] = text("A fixed-term contract needs its last day.")
    elif kind == "permanent" and ends is not None:
        problems[at] = text("A permanent contract has no last day; leave this empty.")
    elif ends is not None and ends < starts:
        problems[at] = text("The last day must not be before the first.")


def overlap(contracts: list[Contract], starts: date, ends: date | None) -> Contract | None:
    """The contract that shares a day with the given ones."""
    return next(
        (one for one in contracts if one.starts_on <= (ends or date.max) and starts <= (one.ends_on or date.max)), None
    )


async def put_contract(employee: Employee, form: ContractForm, contract_id: UUID | None = None) -> None:
    """Add a contract, or change the one with this id. Contracts of a person never overlap."""
    contracts = await queries.list_contracts(employee.id)
    others = [one for one in contracts if one.id != contract_id]
    if contract_id and len(others) == len(contracts):
        raise NotFound(text("This contract does not exist."))
    problems: dict[str, Text] = {}
    check_contract(form.kind, form.starts_on, form.ends_on, problems)
    clash = overlap(others, form.starts_on, form.ends_on)
    if clash and not problems:
        problems["starts_on"] = text(
            "This overlaps with the contract that begins on {day}; give that one an earlier last day first.",
            day=clash.starts_on.strftime("%d/%m/%Y"),
        )
    if len(form.number) > 100 or len(form.position) > 100:
        problems["number"] = text("This has more than {limit} characters.", limit=100)
    if problems:
        raise Invalid(ATTENTION, problems)
    values: dict[Any, Any] = msgspec.structs.asdict(form)
    if contract_id:
        await tables.Contract.update(values).where(tables.Contract.id == contract_id)
    else:
        own = tables.Contract(client_id=employee.client_id, employee_id=employee.id, **values)
        await tables.Contract.insert(own)
    await audit.record("contract", "employee", employee.id, employee.client_id, starts_on=form.starts_on.isoformat())


async def get_contract(employee_id: UUID, contract_id: UUID) -> Contract:
    """A contract of this employee, or `NotFound`."""
    for contract in await queries.list_contracts(employee_id):
        if contract.id == contract_id:
            return contract
    raise NotFound(text("This contract does not exist."))


async def remove_contract(employee: Employee, contract_id: UUID) -> None:
    """Forget a contract that was entered by mistake."""
    contract = await get_contract(employee.id, contract_id)
    await tables.Contract.delete().where(tables.Contract.id == contract_id)
    day = contract.starts_on.isoformat()
    await audit.record("contract_removed", "employee", employee.id, employee.client_id, starts_on=day)


async def put_component(employee: Employee, form: ComponentForm) -> None:
    """Pay this amount from the day on; the amount before it ends the day before."""
    name = form.name.strip()
    if len(name) > 100:
        raise Invalid(ATTENTION, {"name": text("This has more than {limit} characters.", limit=100)})
    owner = {"id": uuid7(), "client_id": employee.client_id, "employee_id": employee.id}
    row = {"code": form.code, "name": name, "amount": form.amount, "starts_on": form.starts_on}
    await bulk.put_components([owner | row])
    day = form.starts_on.isoformat()
    await audit.record("component", "employee", employee.id, employee.client_id, code=form.code, starts_on=day)


async def get_component(employee_id: UUID, component_id: UUID) -> Component:
    """A component of this employee, or `NotFound`."""
    for component in await queries.list_components(employee_id):
        if component.id == component_id:
            return component
    raise NotFound(text("This pay component does not exist."))


async def end_component(employee: Employee, component_id: UUID, ends_on: date) -> None:
    """Pay a component until this day and no longer."""
    component = await get_component(employee.id, component_id)
    if ends_on < component.starts_on:
        raise Invalid(ATTENTION, {"ends_on": text("The last day must not be before the first.")})
    later = [
        one.starts_on
        for one in await queries.list_components(employee.id)
        if (one.code, one.name) == (component.code, component.name) and component.starts_on < one.starts_on <= ends_on
    ]
    if later:
        raise Invalid(ATTENTION, {"ends_on": text("Another amount begins before this day.")})
    await tables.PayComponent.update({tables.PayComponent.ends_on: ends_on}).where(
        tables.PayComponent.id == component_id
    )
    await audit.record("component_ended", "employee", employee.id, employee.client_id, code=component.code)


async def remove_component(employee: Employee, component_id: UUID) -> None:
    """Forget a component that was entered by mistake; payslips already made keep their own lines."""
    component = await get_component(employee.id, component_id)
    await tables.PayComponent.delete().where(tables.PayComponent.id == component_id)
    await audit.record("component_removed", "employee", employee.id, employee.client_id, code=component.code)


async def put_opening(employee: Employee, form: OpeningForm) -> None:
    """What the tax year brought before the first payslip here; one of each kind a year."""
    problems: dict[str, Text] = {}
    if not (form.year.isascii() and form.year.isdigit() and len(form.year) == 4 and int(form.year) in MOST_YEARS):
        problems["year"] = text("Write a year, for example 2026.")
    if form.months not in map(str, range(13)):
        problems["months"] = text("Write a number of months from 0 to 12.")
    if problems:
        raise Invalid(ATTENTION, problems)
    opening = tables.TaxOpening(
        client_id=employee.client_id,
        employee_id=employee.id,
        year=int(form.year),
        kind=form.kind,
        months=int(form.months),
        gross=form.gross,
        deductible=form.deductible,
        net=form.net,
        withheld=form.withheld,
    )
    replaced = [getattr(tables.TaxOpening, name) for name in ("months", "gross", "deductible", "net", "withheld")]
    await tables.TaxOpening.insert(opening).on_conflict("tax_opening_year_key", "DO UPDATE", replaced)
    await audit.record("tax_opening", "employee", employee.id, employee.client_id, year=form.year, kind=form.kind)


async def remove_opening(employee: Employee, opening_id: UUID) -> None:
    """Forget an opening that was entered by mistake."""
    own = (tables.TaxOpening.id == opening_id) & (tables.TaxOpening.employee_id == employee.id)
    if not await tables.TaxOpening.delete().where(own).returning(tables.TaxOpening.id):
        raise NotFound(text("This entry does not exist."))
    await audit.record("tax_opening_removed", "employee", employee.id, employee.client_id)
