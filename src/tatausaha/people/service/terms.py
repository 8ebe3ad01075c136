"""What an employee was promised, and since when: the contracts. Pay and openings are guarded: `pay`, `openings`."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from tatausaha.core import audit
from tatausaha.core.errors import Invalid, NotFound
from tatausaha.core.i18n import Text, text
from tatausaha.people import queries, tables
from tatausaha.people.forms import ContractForm
from tatausaha.people.queries import Contract, Employee

ATTENTION = text("Some fields need your attention.")


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
